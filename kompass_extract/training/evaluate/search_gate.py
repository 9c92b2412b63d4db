"""The gate for the search: its relevance over the judged queries must not fall below its floors."""

from __future__ import annotations

from kompass_extract.errors import GateError
from kompass_extract.training.evaluate.gate import Breach, Floors, SearchFloors
from kompass_extract.training.evaluate.search_scores import SearchScore

_TOLERANCE = 1e-6  # of a figure, whose six written digits are rounded


def search_breaches(score: SearchScore, floors: Floors) -> list[Breach]:
    """Each figure of the search that is worse than its floor; GateError where the queries are others."""
    wanted = floors.search
    if wanted is None:
        return []
    if wanted.queries_sha256 != score.queries_sha256:
        raise GateError("The judged queries are not those of the floors. Measure again and write --raise-floors.")
    measured = {"ndcg_at_10": score.ndcg, "gain_over_fts5": score.gain}
    pairs = [(name, float(getattr(wanted, name)), value) for name, value in measured.items()]
    return [Breach("search", *one) for one in pairs if one[2] < one[1] - _TOLERANCE]


def require_search(score: SearchScore, floors: Floors) -> None:
    """GateError that lists every breach of the search's floors, where there is one."""
    found = search_breaches(score, floors)
    if found:
        raise GateError("Below the floors:\n" + "\n".join(f"  {breach}" for breach in found))


def with_search(floors: Floors, score: SearchScore, before: Floors | None, *, allow_lower: bool = False) -> Floors:
    """The floors with those that the search allows; GateError where one would be worse, unless ``allow_lower``."""
    same = before is not None and before.search is not None and before.search.queries_sha256 == score.queries_sha256
    if before is not None and same and not allow_lower:
        require_search(score, before)
    made = SearchFloors(
        queries_sha256=score.queries_sha256, ndcg_at_10=round(score.ndcg, 6), gain_over_fts5=round(score.gain, 6)
    )
    return floors.model_copy(update={"search": made})
