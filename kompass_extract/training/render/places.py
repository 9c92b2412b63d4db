"""Municipalities that composed reports are about, and how a text about one becomes a text about another."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderedPlace:
    """A municipality: SCB code, name, and the name by which it calls itself (``Hofors kommun``)."""

    code: str
    name: str
    official: str

    @property
    def genitive(self) -> str:
        """``Sala`` gives ``Salas``; names that end in s, x or z stay as they are."""
        return self.name if self.name[-1] in "sxz" else self.name + "s"

    @property
    def slug(self) -> str:
        """The name in ASCII, as report ids carry it: ``Östra Göinge`` gives ``ostra-goinge``."""
        plain = unicodedata.normalize("NFD", self.name.lower())
        return re.sub(r"[^a-z]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")


PLACES: tuple[RenderedPlace, ...] = tuple(
    RenderedPlace(*line.split("|"))
    for line in """0114|Upplands Väsby|Upplands Väsby kommun
0840|Mörbylånga|Mörbylånga kommun
1492|Åmål|Åmåls kommun
1490|Borås|Borås Stad
1980|Västerås|Västerås stad
2104|Hofors|Hofors kommun
1462|Lilla Edet|Lilla Edets kommun
2418|Malå|Malå kommun
1256|Östra Göinge|Östra Göinge kommun
1440|Ale|Ale kommun
1267|Höör|Höörs kommun
1083|Sölvesborg|Sölvesborgs kommun
0188|Norrtälje|Norrtälje kommun
0780|Växjö|Växjö kommun
2260|Ånge|Ånge kommun
1407|Öckerö|Öckerö kommun
0617|Gnosjö|Gnosjö kommun
2361|Härjedalen|Härjedalens kommun
2403|Bjurholm|Bjurholms kommun
2080|Falun|Falu kommun
1438|Dals-Ed|Dals-Eds kommun
0192|Nynäshamn|Nynäshamns kommun
1286|Ystad|Ystads kommun
1860|Laxå|Laxå kommun
0643|Habo|Habo kommun
1763|Forshaga|Forshaga kommun
2510|Jokkmokk|Jokkmokks kommun
0512|Ydre|Ydre kommun""".splitlines()
)


def retell(text: str, source: str, place: RenderedPlace) -> str:
    """``text`` with the municipality ``source`` replaced by ``place``: genitives, compounds and capitals too."""

    def swap(match: re.Match[str]) -> str:
        word, rest = match.group(1), match.group(2)
        if word.isupper():
            return place.name.upper() + rest
        if rest == "s" or (rest == "" and source[-1] in "sxz" and _wants_genitive(text, match.end())):
            return place.genitive
        return place.name + rest

    official = re.compile(rf"\b{re.escape(source)}s? (kommun)\b", re.IGNORECASE)
    text = official.sub(lambda m: place.official.upper() if m.group(1).isupper() else place.official, text)
    return re.sub(rf"\b({re.escape(source)}|{re.escape(source.upper())})(\w*)", swap, text)


def _wants_genitive(text: str, end: int) -> bool:
    """Whether a name that hides its genitive stands before a noun: one of those the sources have."""
    following = re.match(r" ([a-zåäö]+)", text[end:])
    nouns = {"totalpoäng", "profil", "poängprofil", "första", "andra", "resultat"}
    return bool(following and following.group(1) in nouns)
