"""Invents strengths and improvement areas of all lengths, and the odd sentences that stand in boxes and notes.

The words come from a small grammar of the reports' own themes, so that texts differ without end.  What makes
pages hard to read is drawn on purpose: abbreviations with stops, numbers and percents, quotes, parentheses,
names, capitals inside a sentence, small letters at its start, no stop or a colon at its end.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

SUBJECTS = (
    "Kommunen", "Kommunstyrelsen", "KS", "Fullmäktige", "Kommunledningen", "Socialförvaltningen", "Bildningsnämnden",
    "Vård- och omsorgsförvaltningen", "Medborgarkontoret", "Kommundirektören", "Barn- och utbildningsnämnden",
    "Ledningsgruppen", "HR-avdelningen", "Ekonomienheten", "Kontaktcenter", "Samhällsbyggnadsförvaltningen",
    "Enhetscheferna", "Nämnderna", "Räddningstjänsten", "De kommunala bolagen", "Kommunrevisionen", "Förskolorna",
)  # fmt: skip
DOES = (
    "arbetar systematiskt med", "följer regelbundet upp", "har tagit fram", "redovisar öppet", "utvecklar",
    "har ett tydligt ansvar för", "prioriterar", "använder", "har nyligen beslutat om", "för en levande dialog om",
    "har fått ett pris för", "sprider kunskap om", "samlar alla chefer kring", "mäter två gånger om året",
    "visar goda resultat i fråga om", "är en föregångare när det gäller", "involverar medarbetarna i",
)  # fmt: skip
OBJECTS = (
    "styrmodellen", "medborgardialogen", "e-tjänsterna", "brukarundersökningarna",
    "den röda tråden från mål till resultat",
    "vision och värdegrund", "synpunktshanteringen", "jämförelser med andra kommuner", "den interna kontrollen",
    "målen i budgeten", "ledarutvecklingen", "lönekriterierna", "arbetet med jämställdhet och mångfald",
    "samverkan med civilsamhället", "översiktsplanen", "näringslivsklimatet", "arbetsmiljön och hälsan",
    "kompetensförsörjningen", "den digitala utvecklingen", "internkommunikationen", "resultaten i öppna jämförelser",
    "servicedeklarationerna", "delegationsordningen", "chefernas uppdrag", "rollfördelningen", "nyckeltalen",
    "uppföljningen av intraprenaderna", "hållbarhetsarbetet", "förbättringsarbetet", "processkartläggningen",
    "tillgängligheten för personer med funktionsnedsättning", "webbplatsen", "barnperspektivet", "medarbetarsamtalen",
    "introduktionen av nyanställda", "de långsiktiga investeringarna", "ungdomsrådet", "omvärldsbevakningen",
)  # fmt: skip
SHORT_GOOD = (
    "Tydlig styrmodell", "Gott bemötande", "Stabil ekonomi", "Låg sjukfrånvaro", "Engagerade medarbetare",
    "Korta beslutsvägar", "Levande värdegrund", "Bra e-tjänster", "Etikpolicy finns", "God insyn", "Stark företagsanda",
    "Väl fungerande delegation", "Webbsända möten", "Årligt chefsforum", "Hög tillit mellan rollerna", "Öppna data",
)  # fmt: skip
SHORT_BAD = (
    "Svag uppföljning", "Otydliga mål", "Få jämförelser", "Ojämn kvalitet på webben", "Saknad policy", "Få e-tjänster",
    "Analys av avvikelser", "Otydliga roller", "Mer dialog", "Skriftliga uppdrag till chefer", "Bristande återkoppling",
    "Tjänstegarantier", "Gemensam ledningsfilosofi", "Systematik saknas", "Lång handläggning av bygglov",
)  # fmt: skip
ORDERS = (
    "Utveckla", "Se över", "Förtydliga", "Ta fram en plan för", "Stärk", "Följ upp", "Skapa en gemensam bild av",
    "Säkerställ", "Genomför en översyn av", "Fortsätt utveckla", "Fundera över", "Prioritera", "Öka kunskapen om",
    "Kommunicera", "Mät effekterna av", "Koppla budgeten till", "Sätt mätbara mål för", "Tydliggör ansvaret för",
)  # fmt: skip
LACKS = (
    "Det saknas en kommunövergripande strategi för", "Uppföljningen är svag i fråga om", "Flera intervjuade efterlyser",
    "Ingen samlad bild finns av", "Stora skillnader mellan förvaltningarna gäller", "Svårt att hitta information om",
    "Det är oklart vem som ansvarar för", "Låg kännedom hos medarbetarna om", "Få verksamheter har börjat med",
)  # fmt: skip
GAINS = (
    "vilket stärker helheten", "så att resurserna används bättre", "vilket märks i vardagen",
    "något som medarbetarna lyfter fram", "vilket ger politikerna ett bättre underlag", "för att nå ut till fler",
    "vilket har minskat handläggningstiden", "även om mycket återstår", "så att alla vet vad som gäller",
)  # fmt: skip
PAPERS = (
    "budget", "årsredovisningen", "verksamhetsplanen", "policyn", "personalstrategin", "handboken", "målprogrammet",
    "riktlinjerna", "kvalitetsberättelsen", "handlingsplanen", "Agenda 2030", "Kolada", "Stratsys",
)  # fmt: skip
NAMES = (
    "Heltid som norm", "Tillsammans", "Rätt från början", "En kommun – ett bemötande", "Lyftet", "Vision 2030",
    "Medarbetare med mål", "Bästa möjliga möte", "Ung i dag", "Raka vägen in", "Idéslussen", "Navet",
)  # fmt: skip
NOTES = (
    "Beslut i kommunfullmäktige {year}-{month:02d}-{day:02d}, § {n}.", "Dnr KS {year}/{n}.",
    "Se kommunens årsredovisning {year}, s. {day}.", "Uppgiften avser {year}.",
    "Källa: Kolada, {year}. Medelvärdet för riket var {day} procent.", "Enligt intervju med kommundirektören.",
    "Jfr SKR:s rapport Öppna jämförelser {year}.", "Antalet svarande var {n}.",
)  # fmt: skip
BOX_HEADS = ("Gott exempel", "Fakta", "Visste du att?", "Röster från intervjuerna", "Att läsa vidare", "I korthet", "")


def _tail(rng: random.Random) -> str:
    """One clause that can follow any phrase."""
    first, second = rng.sample(OBJECTS, 2)
    share, year = rng.randint(2, 98), rng.randint(2001, 2024)
    return rng.choice((
        lambda: f", t.ex. {first}", lambda: f", bl.a. genom {first} och {second}", lambda: f" (bl.a. {first})",
        lambda: f" enligt {rng.choice(PAPERS)} {year}", lambda: f", {rng.choice(GAINS)}",
        lambda: f" i {rng.randint(2, 12)} av {rng.randint(13, 40)} enheter", lambda: f", ca {share} procent",
        lambda: f" ({share} %)", lambda: f" – {rng.choice(GAINS)}", lambda: f" inom ramen för ”{rng.choice(NAMES)}”",
        lambda: f' med stöd av "{rng.choice(NAMES)}"', lambda: f", s.k. {rng.choice(NAMES)}",
        lambda: f" och {second}", lambda: f", d.v.s. {first} samt {second}", lambda: f"; {rng.choice(GAINS)}",
        lambda: f", se {rng.choice(PAPERS)}", lambda: f" för {rng.randint(2, 90)} {rng.randint(100, 999)} invånare",
        lambda: f" sedan {year}", lambda: f" (f.d. {rng.choice(NAMES)})",
        lambda: f" i samarbete med {rng.choice(SUBJECTS)}",
        lambda: f", jfr {first} resp. {second}", lambda: f" samt {first} m.m.", lambda: f", {year}–{year + 3}",
    ))()  # fmt: skip


def _grow(text: str, words: int, rng: random.Random, sentence: Callable[[random.Random], str]) -> str:
    """``text`` made longer by clauses and whole sentences until it has some ``words``."""
    clauses = 0
    while len(text.split()) < words:
        if clauses < 2:
            text, clauses = text + _tail(rng), clauses + 1
        else:
            text, clauses = f"{text}. {sentence(rng)}", 0
    return text


def good_sentence(rng: random.Random) -> str:
    """A sentence about what works, without its stop."""
    return f"{rng.choice(SUBJECTS)} {rng.choice(DOES)} {rng.choice(OBJECTS)}"


def bad_sentence(rng: random.Random) -> str:
    """A sentence about what is missing, without its stop."""
    if rng.random() < 0.5:
        return f"{rng.choice(ORDERS)} {rng.choice(OBJECTS)}"
    if rng.random() < 0.5:
        return f"{rng.choice(SUBJECTS)} kan utveckla {rng.choice(OBJECTS)}"
    return f"{rng.choice(LACKS)} {rng.choice(OBJECTS)}"


def invent_item(rng: random.Random, *, good: bool) -> str:
    """An item of 2 to some 60 words, most of them 5 to 25."""
    words = min(60, max(2, int(rng.lognormvariate(2.3, 0.75))))
    sentence = good_sentence if good else bad_sentence
    text = rng.choice(SHORT_GOOD if good else SHORT_BAD) if words <= 4 else sentence(rng)
    return _grow(text, words, rng, sentence)


def finish(text: str, habit: str, rng: random.Random) -> str:
    """``text`` with the end and the beginning of its list's ``habit``: "stop", "bare" or "mixed"."""
    text = text.rstrip(".")
    if habit == "stop" or (habit == "mixed" and rng.random() < 0.5):
        text += "."
    if rng.random() < 0.04 and text[:2].istitle():
        text = text[0].lower() + text[1:]
    return text


def invent_paragraph(rng: random.Random) -> str:
    """Two to six sentences of running text."""
    parts = [_grow(good_sentence(rng), rng.randint(6, 22), rng, good_sentence) for _ in range(rng.randint(2, 6))]
    return ". ".join(parts) + "."


def invent_note(rng: random.Random) -> str:
    """The text of a footnote."""
    return rng.choice(NOTES).format(
        year=rng.randint(2002, 2023), month=rng.randint(1, 12), day=rng.randint(1, 28), n=rng.randint(2, 240)
    )


def invent_box(rng: random.Random) -> tuple[str, str]:
    """Heading, which may be empty, and text of a side box."""
    text = _grow(good_sentence(rng), rng.randint(8, 30), rng, good_sentence)
    return rng.choice(BOX_HEADS), f"{text}."


def pick_nested(rng: random.Random, count: int) -> Sequence[str]:
    """Short sub-items of an item that ends with a colon or without a stop."""
    return [rng.choice(OBJECTS) + (_tail(rng) if rng.random() < 0.3 else "") for _ in range(count)]
