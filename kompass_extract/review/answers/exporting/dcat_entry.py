"""``dcat.ttl``: the export as an entry for a data catalogue (DCAT-AP 3, Turtle)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kompass_extract.model.tidy_rows import TABLES_VERSION
from kompass_extract.review.answers.exporting.chosen_tables import (
    DESCRIPTION,
    LICENCE_ADDRESS,
    TITLE,
    ChosenTables,
)
from kompass_extract.review.answers.exporting.data_package import media_type

FILE = "dcat.ttl"
_PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_TITLE_SV = "Kommunkompassen: utvärderingar av svenska kommuner"
_DESCRIPTION_SV = (
    "Poäng, styrkor, förbättringsområden och brödtext ur Kommunkompassens rapporter. Värden som väntar på "
    "granskning är märkta."
)
_THEME = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
_SWEDEN = "http://publications.europa.eu/resource/authority/country/SWE"
_SWEDISH = "http://publications.europa.eu/resource/authority/language/SWE"
_MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
NOT_STATED = "Not stated"
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def write_dcat(chosen: ChosenTables, folder: Path, files: Sequence[Path]) -> Path:
    """Write the entry; addresses are relative to the file's own."""
    data = [path for path in files if path.suffix != ".json"]
    lines = [
        _PREFIXES,
        "<#dataset> a dcat:Dataset ;",
        f"  dct:title {_text(TITLE)}@en, {_text(_TITLE_SV)}@sv ;",
        f"  dct:description {_text(DESCRIPTION)}@en, {_text(_DESCRIPTION_SV)}@sv ;",
        f'  dct:issued "{chosen.made.isoformat()}"^^xsd:dateTime ;',
        f"  dcat:version {_text(TABLES_VERSION)} ;",
        f"  dct:language <{_SWEDISH}> ;",
        f"  dct:spatial <{_SWEDEN}> ;",
        f"  dcat:theme <{_THEME}> ;",
        '  dcat:keyword "Kommunkompassen"@sv, "kommun"@sv, "utvärdering"@sv ;',
        "  dct:publisher <#publisher> ;",
        "  dcat:distribution " + ", ".join(f"<#{_id(path, folder)}>" for path in data) + " .",
        "",
        f"<#publisher> a foaf:Agent ; foaf:name {_text(chosen.publisher or NOT_STATED)} .",
    ]
    for path in data:
        where = path.relative_to(folder).as_posix()
        lines += [
            "",
            f"<#{_id(path, folder)}> a dcat:Distribution ;",
            f"  dct:title {_text(where)} ;",
            f"  dcat:accessURL <{where}> ; dcat:downloadURL <{where}> ;",
            f"  dcat:mediaType <{_MEDIA_TYPES}{media_type(path)}> ;",
            f'  dcat:byteSize "{path.stat().st_size}"^^xsd:nonNegativeInteger ;',
            f"  dct:license <{LICENCE_ADDRESS}> .",
        ]
    file = folder / FILE
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _text(text: str) -> str:
    return f'"{text.translate(_ESCAPED)}"'


def _id(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix().replace("/", "-").replace(".", "-")
