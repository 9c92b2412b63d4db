"""What concepts and groups of reports are called on the pages."""

from __future__ import annotations

from functools import lru_cache

from kompass_extract.taxonomy import Question, load_taxonomy
from kompass_extract.web.web_settings import Language
from kompass_extract.web.words import Words

_EDITION = "edition "
_GROUP = "group "


@lru_cache(maxsize=1)
def questions_of_concepts() -> dict[str, tuple[tuple[str, Question], ...]]:
    """The questions about each concept with their edition, newest edition first."""
    found: dict[str, dict[str, tuple[str, Question]]] = {}
    for edition in reversed(load_taxonomy().editions):
        for question in edition.questions:
            found.setdefault(question.concept, {}).setdefault(question.id, (edition.name, question))
    return {concept: tuple(many.values()) for concept, many in found.items()}


@lru_cache(maxsize=2)
def concept_names(language: Language) -> dict[str, str]:
    """Names by concept: in Swedish the newest edition's question, in English the concept's own."""
    if language == "en":
        return {one.id: one.name for one in load_taxonomy().concepts}
    asked = questions_of_concepts()
    return {one.id: asked[one.id][0][1].wording if one.id in asked else one.name for one in load_taxonomy().concepts}


def group_name(group: str, words: Words) -> str:
    """A comparison's group as a page calls it; a county is called by its own name."""
    if group.startswith(_EDITION):
        return words("browse.group_edition", edition=group.removeprefix(_EDITION))
    if group.startswith(_GROUP):
        return words("browse.group_named", name=group.removeprefix(_GROUP))
    if group == "named":
        return words("browse.group_named_reports")
    return words("browse.group_earlier") if group == "earlier" else group
