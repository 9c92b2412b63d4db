"""Area names, questions and max points of the editions, as the reports print them; 2002's and 2010's are invented."""

# ruff: noqa: E501 - the questions stand one a line

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AreaForm:
    """An area of an edition: its name, the heading of its score table and ``(question, max points)`` rows."""

    name: str
    table_heading: str
    questions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class EditionForm:
    """One form of an edition; ``edition`` is the value that the report JSON carries."""

    edition: str
    form: str
    areas: tuple[AreaForm, ...]


# One area a paragraph: name, or "name = heading of its score table"; then "question | max points".
_2016 = """
Offentlighet och demokrati
Finns en plan/strategi för demokratiutveckling och information? | 15
Informeras invånarna om aktuella frågor i politiken? | 20
Informeras invånare om resultat? | 25
Främjas invånardialog och deltagande? | 30
Etik - Hur skapas tillit genom hög etisk standard? | 10

Tillgänglighet och brukarorientering
Finns det en kommunövergripande strategi för brukarfokus? | 15
Hur arbetar kommunen med tillgänglighet och bemötande? | 25
Hur informerar kommunen om service och tjänster? | 20
Hur arbetar kommunen med brukarundersökningar? | 20
Hur arbetar kommunen med att förtydliga tjänsternas innehåll samt synpunkts- och klagomålshantering för medborgare/brukare? | 20

Politisk styrning och kontroll
Genomsyras hela organisationen av ett helhetstänkande avseende styrning/uppföljning? | 15
Styrs kommunen av tydliga politiska mål? | 25
Rapporterar förvaltningen till den politiska nivån och har politikerna möjlighet att utöva tillsyn över förvaltningen? | 25
Finns det en tydlig delegation och ansvarsfördelning mellan politisk och tjänstemannanivå? | 20
Finns det en ömsesidig förståelse av uppgifter, roller och spelregler mellan politiker och tjänstemän? | 15

Ledarskap, ansvar och delegation
Finns kommunövergripande strategi för ledarskap, ansvar och delegation? | 15
Vilket ansvar har resultatenheterna för budget, personal och organisation? | 10
Beskrivs inriktning och ansvar för tvärsektoriellt samarbete? | 20
Tydliggörs det personliga uppdraget för alla chefer i organisationen? | 15
Sker central ledning för underställda avdelningar/enheter? | 20
Bedriver kommunen ledarutveckling? | 20

Resultat och effektivitet
Finns en strategi för resultatstyrning och effektivitetsutveckling? | 15
Tydliggör kommunen sambandet mellan kostnader och resultat i budgetprocessen? | 25
Arbetar kommunen med utveckling uppföljning och kontroll? | 15
Kommuniceras och förs strategiska diskussioner kring resurser och resultat? | 15
Används jämförelser aktivt som ett led i serviceutveckling och effektivisering? | 20
Sker extern samverkan för att stärka serviceutbudet och öka effektivitet? | 10

Kommunen som arbetsgivare - personalpolitik
Finns en kommunövergripande personalstrategi? | 15
Tillvaratas befintliga och hur rekryteras nya medarbetare? Kommunen som "attraktiv arbetsgivare". | 20
Läggs stor vikt på kompetens- och medarbetarutveckling? | 25
Sker individuell lönesättning och belöning av goda prestationer? | 15
Arbetar kommunen med medarbetarundersökningar? | 15
Arbetar kommunen med mångfald, (etnicitet, kulturellt och kön)? | 10

Ständiga förbättringar
Finns en strategi för ständiga förbättringar? | 15
Arbetar verksamheterna med analys av avvikelser, brister och problem? | 25
Sker extern omvärldsspaning och samverkan för att förbättra kvaliteten på tjänsterna? | 20
Finns metoder för att förbättra kvaliteten på tjänsterna? | 20
Arbetar kommunen med kreativitet och förbättringar? | 20

Kommunen som samhällsbyggare
Finns övergripande planer/strategier för samhällsbyggande? | 15
Samverkar kommunen med aktörer inom civilsamhället kring utveckling av lokalsamhället? | 15
Samverkar kommunen med kulturlivet? | 15
Vilken är kommunens roll i utveckling av näringslivet? | 15
Arbetar kommunen med internationella kontakter? | 10
Arbetar kommunen med miljöfrågor? | 15
Hur främjas social hållbarhet? | 15
"""

_2020_FIRST = """
Samspel mellan förtroendevalda och medborgare = Offentlighet och demokrati
Strategi för demokratiutveckling och information | 20
Kommunens information till medborgarna | 10
Medborgarnas möjlighet till dialog med politiken | 30
Transparens kring resultat | 10
Förutsättningar för politiken | 30

Samhällsutveckling
Strategiskt arbete | 15
Social hållbarhet | 30
Ekologisk hållbarhet | 30
Civilsamhälle, näringsliv och kultur | 25

Styrning och kontroll
Strategi för styrning | 10
Politisk styrning | 40
Uppföljning och analys | 30
Samspel mellan rollerna som förtroendevald respektive tjänsteperson | 20

Effektivitet
Strategi för effektivitet | 20
Jämförelser för effektivitet | 30
Nya arbetssätt och ny teknik som ökar effektivitet | 30
Samverkan för effektivitet | 20

Brukarens fokus
Strategi för brukarens fokus | 20
Fokus på service | 20
Förenklade kontakter med kommunen | 20
Information kring kommunens serviceutbud | 20
Möjlighet att påverka utformningen av de egna tjänsterna | 20

Kvalitetsutveckling
Strategi för kvalitetsutveckling | 20
Centrala utvecklingsinsatser för bättre kvalitet | 20
Förbättringsarbete | 30
Samverkan för kvalitetsutveckling | 30

Arbetsliv
Strategier för ett hållbart arbetsliv | 15
Strategisk kompetensförsörjning | 40
Arbetsmiljö och sjukfrånvaro | 25
Jämställdhet och mångfald | 20

Chefs- och ledarskap samt medarbetarskap
Strategi för chefs- och ledarskap samt medarbetarskap | 20
Högsta cheferna som förebilder | 20
Chefers uppdrag | 20
Intern kommunikation | 20
Utveckling av ledarskap och medarbetarskap | 20
"""

# The areas of the second form that differ from the first, by number.
_2020_SECOND = {
    3: """
Styrning och kontroll
Strategi för styrning | 10
Politisk styrning | 30
Uppföljning och analys | 25
Samspel mellan förtroendevald respektive tjänsteperson | 20
Koncernstyrning | 15
""",
    4: """
Effektivitet
Strategi för ökad effektivitet | 20
Långsiktig planering för ökad effektivitet | 20
Jämförelser för ökad effektivitet | 20
Ny teknik som ökar effektivitet | 20
Samverkan för ökad effektivitet | 20
""",
    5: """
Brukarens fokus
Strategi för brukarens fokus | 20
Fokus på service och bemötande | 20
Förenklade kontakter med kommunen | 20
Information kring kommunens serviceutbud | 20
Brukarinflytande | 20
""",
    6: """
Kvalitetsutveckling
Strategi för kvalitetsutveckling | 20
Centrala utvecklingsinsatser för bättre kvalitet | 20
Innovation och ständiga förbättringar | 30
Lära av goda exempel | 30
""",
    7: """
Arbetsliv
Strategier för ett hållbart arbetsliv | 15
Strategisk kompetensförsörjning | 40
Arbetsmiljö | 25
Lika rättigheter och möjligheter på arbetsplatsen | 20
""",
    8: """
Chefs- och ledarskap samt medarbetarskap = Chefs- och ledar- samt medarbetarskap
Strategi för chefs- och ledarskap samt medarbetarskap | 20
Chefernas uppdrag och förutsättningar | 30
Intern kommunikation | 20
Utveckling av ledarskap och medarbetarskap | 30
""",
}

# Invented: the questions of 2010 are not known, and must come out unmatched.
_2010 = """
Offentlighet och demokrati
Har kommunen antagit riktlinjer för sin medborgarinformation? | 20
Redovisas nämndernas beslut öppet på hemsidan? | 30
Erbjuds unga och äldre egna rådgivande organ? | 30
Finns rutiner mot jäv och otillbörlig påverkan? | 20

Tillgänglighet och brukarorientering
Är öppettider och telefontider anpassade efter brukarnas behov? | 25
Finns servicegarantier inom de största verksamheterna? | 25
Går det att följa ett ärende via kommunens e-tjänster? | 30
Mäts hur nöjda brukarna är med kontakten? | 20

Politisk styrning och kontroll
Har fullmäktige fastställt en gemensam vision för mandatperioden? | 30
Följs nämndernas åtaganden upp under löpande år? | 30
Prövar revisorerna om målen är möjliga att mäta? | 20
Är arbetsordning och reglementen kända i organisationen? | 20

Ledarskap, ansvar och delegation
Framgår enhetschefernas befogenheter av skriftliga uppdrag? | 30
Får enheterna behålla överskott mellan åren? | 20
Möts ledningsgrupperna regelbundet över förvaltningsgränserna? | 30
Utbildas nya chefer under sitt första år? | 20

Resultat och effektivitet
Kopplas resurstilldelningen till volymer och nyckeltal? | 35
Rapporteras kostnad per brukare till nämnden? | 25
Deltar kommunen i nätverk för jämförelser av nyckeltal? | 25
Prövas alternativa driftformer? | 15

Kommunen som arbetsgivare - personalpolitik
Finns en plan för hur personalbehovet ska täckas på tio års sikt? | 30
Hålls årliga medarbetarsamtal i alla enheter? | 30
Är lönekriterierna kända och förankrade? | 20
Följs sjukfrånvaron upp på enhetsnivå? | 20

Verksamhetsutveckling
Har kommunen valt ett gemensamt kvalitetssystem? | 30
Sprids goda exempel mellan verksamheterna? | 30
Belönas medarbetare som lämnar idéer till nya arbetssätt? | 20
Används it som ett verktyg i verksamhetens förnyelse? | 20

Kommunen som samhällsbyggare
Hålls översiktsplanen aktuell under varje mandatperiod? | 30
Har kommunen en dialog med det lokala näringslivet? | 30
Stöds föreningslivet och de ideella krafterna i bygden? | 20
Drivs ett målinriktat arbete för minskad klimatpåverkan? | 20
"""


# Reports of 2002 to 2009: the areas are theirs, the questions are invented.
_2002 = """
Offentlighet och demokratisk kontroll
Finns en informationspolicy som är känd i hela organisationen? | 20
Lämnas medborgarna en begriplig redovisning av årets verksamhet? | 25
Erbjuds medborgarna kanaler för samråd mellan valen? | 25
Används kommunens webbplats för debatt och insyn? | 15
Har fullmäktige antagit regler mot mutor och jäv? | 15

Tillgänglighet och brukarorientering
Hålls kontor och växel öppna efter brukarnas behov? | 25
Mäts brukarnas uppfattning om tjänsterna återkommande? | 30
Lämnas garantier för vad tjänsterna omfattar? | 25
Hanteras klagomål efter fasta rutiner? | 20

Klarhet i samspelet mellan politik och administration
Avgränsas politikernas och tjänstemännens uppgifter i skrift? | 30
Formuleras mål som går att följa upp? | 30
Diskuteras rollerna i nämnderna minst en gång per mandatperiod? | 20
Går ärendena genom en enhetlig beredning? | 20

Ledning, decentralisering och delegation
Råder enheterna själva över sin budget? | 25
Får enheterna föra över ett överskott till nästa år? | 15
Har cheferna skriftliga uppdrag? | 20
Leder kommunchefen förvaltningarna genom en ledningsgrupp? | 20
Får nya chefer utbildning i sitt uppdrag? | 20

Kontroll- och rapporteringssystem
Rapporteras ekonomi och verksamhet i samma dokument? | 30
Knyts nyckeltal till målen? | 25
Jämför sig kommunen med andra kommuner? | 25
Prövas den interna kontrollen av nämnderna? | 20

Personalförvaltning
Finns en personalpolitik som fullmäktige har antagit? | 25
Sätts lönerna individuellt efter kända kriterier? | 25
Genomförs utvecklingssamtal med alla anställda? | 25
Undersöks arbetsklimatet regelbundet? | 25

Förnyelsepolitik
Har kommunen en strategi för förnyelse av verksamheten? | 30
Uppmuntras försök med nya arbetsformer? | 25
Används informationsteknik för att förenkla arbetet? | 25
Sprids erfarenheter från lyckade projekt? | 20

Samhällsbyggnad
Samverkar kommunen med föreningar och frivilliga? | 25
Drivs ett aktivt arbete för det lokala näringslivet? | 30
Deltar kommunen i internationellt utbyte? | 15
Vägs miljön in i planer och beslut? | 30
"""


def _parse_area(text: str) -> AreaForm:
    head, *lines = text.strip().splitlines()
    name, _, heading = (part.strip() for part in head.partition("="))
    questions = tuple((q.strip(), int(points)) for q, points in (line.rsplit("|", 1) for line in lines))
    return AreaForm(name, heading or name, questions)


def _parse(text: str) -> tuple[AreaForm, ...]:
    return tuple(_parse_area(part) for part in text.strip().split("\n\n"))


_FIRST = _parse(_2020_FIRST)
EDITIONS: tuple[EditionForm, ...] = (
    EditionForm("2010", "2010", _parse(_2010)),
    EditionForm("2016", "2016", _parse(_2016)),
    EditionForm("2020", "2020-first", _FIRST),
    EditionForm(
        "2020",
        "2020-second",
        tuple(_parse_area(_2020_SECOND[n]) if n in _2020_SECOND else area for n, area in enumerate(_FIRST, 1)),
    ),
)


# Not among EDITIONS, which the product's taxonomy knows: a report of these years has areas of its own.
EARLY = EditionForm("2002", "2002", _parse(_2002))


def edition_form(form: str) -> EditionForm:
    """The edition by its form, such as ``2020-first``; KeyError when there is none."""
    return {edition.form: edition for edition in (*EDITIONS, EARLY)}[form]
