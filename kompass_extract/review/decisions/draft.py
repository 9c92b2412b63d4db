"""A report taken apart so that decisions can be applied to it, and put together again.

Every field and every list item keeps its address while items are split, moved, added and removed; only when the
report is put together again do the items of each list get their places, and with them their JSON pointers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kompass_extract.model.document import BlockKind
from kompass_extract.model.evidence_places import lines_of, start
from kompass_extract.model.pointers import AnyField, escaped, fields
from kompass_extract.model.reasons import reason
from kompass_extract.model.report import (
    Area,
    BlockInfo,
    Evidence,
    Field,
    Model,
    NarrativeSection,
    Report,
    ScoreRow,
    ScoreTable,
    TextField,
    YearField,
)
from kompass_extract.report.fields import missing_number
from kompass_extract.review.decisions.decision import Address, ListName

TEXT_LISTS: tuple[ListName, ...] = ("rubrics", "strengths", "improvements")
BLOCK_LISTS: dict[BlockKind, ListName] = {
    BlockKind.STRENGTH: "strengths",
    BlockKind.IMPROVEMENT: "improvements",
    BlockKind.RUBRIC: "rubrics",
    BlockKind.NARRATIVE: "narrative",
}
"""The list that a block of a kind stands in."""


class ListKey(NamedTuple):
    """One list: of the area at an address, for ``narrative`` of the section at an address."""

    area: Address
    list: ListName
    section: Address = ""


_YEAR: type = YearField
_NUMBERS = (type(missing_number()), _YEAR)

Step = tuple[int, float, float, float, str, str]
Rank = tuple[Step, ...]
"""Where an item stands in its list; compared from the left, so that a part stands after the whole it came from."""


@dataclass(frozen=True, slots=True)
class Built:
    """The report put together, and the address of what stands at each pointer (fields, rows, list items, areas)."""

    report: Report
    addresses: Mapping[str, Address]


def machine_rank(index: int) -> Rank:
    """The rank of the item at ``index`` of the machine's list."""
    return ((index, 0.0, 0.0, 0.0, "", ""),)


class Draft:
    """A report while decisions are applied; made, changed and built within one call of ``apply``."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.fields: dict[Address, AnyField] = dict(fields(report))
        self.areas: dict[Address, Area] = {f"/areas/{i}": area for i, area in enumerate(report.areas)}
        self.rows: dict[Address, ScoreRow] = {}
        self.sections: dict[Address, NarrativeSection] = {}
        self.blocks: dict[Address, BlockInfo] = {f"/blocks/{i}": block for i, block in enumerate(report.blocks)}
        self.lists: dict[Address, ListKey] = {}
        self.ranks: dict[Address, Rank] = {}
        for address, area in self.areas.items():
            self._take_area(address, area)
        self._machine: dict[ListKey, tuple[Address, ...]] = {
            key: tuple(one for one, of in self.lists.items() if of == key) for key in set(self.lists.values())
        }

    def _take_area(self, at: Address, area: Area) -> None:
        for name in TEXT_LISTS:
            self._take_list(ListKey(at, name), f"{at}/{name}", len(getattr(area, name)))
        for index, section in enumerate(area.narrative):
            address = f"{at}/narrative/{index}"
            self.sections[address] = section
            self._take_list(ListKey(at, "narrative", address), f"{address}/paragraphs", len(section.paragraphs))
        rows = area.score_table.rows
        self._take_list(ListKey(at, "rows"), f"{at}/score_table/rows", len(rows))
        self.rows.update({f"{at}/score_table/rows/{index}": row for index, row in enumerate(rows)})

    def _take_list(self, key: ListKey, at: str, count: int) -> None:
        for index in range(count):
            self.lists[f"{at}/{index}"] = key
            self.ranks[f"{at}/{index}"] = machine_rank(index)

    def add_area(self, at: Address, area: Area) -> None:
        """An area that the machine did not find, under a new address."""
        self.areas[at] = area
        self.fields.update((f"{at}{pointer}", field) for pointer, field in fields(area))

    def add_row(self, at: Address, row: ScoreRow) -> None:
        """The values of a row at a new address; its place is given by ``put``."""
        self.rows[at] = row
        self.fields.update((f"{at}{pointer}", field) for pointer, field in fields(row))

    def put(self, at: Address, key: ListKey, rank: Rank) -> None:
        """An item at a place of a list, new or moved."""
        self.lists[at] = key
        self.ranks[at] = rank

    def remove(self, at: Address) -> None:
        """No item of any list any more; its fields stay known to nobody."""
        del self.lists[at]

    def area_at(self, number: int) -> Address | None:
        """The address of the area of that number."""
        return next((address for address, area in self.areas.items() if area.number == number), None)

    def section_of(self, area: Address, places: Sequence[Evidence]) -> Address:
        """The section of an area's narrative that a text at ``places`` stands in; a new one where there is none."""
        known = [address for address in self.sections if address.startswith(f"{area}/")]
        if not known:
            address = f"{area}/narrative/0"
            heading = TextField(value="", confidence=0.999, needs_review=False, reasons=[reason("before-any-heading")])
            self.sections[address] = NarrativeSection(heading=heading, paragraphs=[])
            self.fields[f"{address}/heading"] = heading
            return address
        before = [one for one in known if self._begins_before(one, places)]
        return before[-1] if before else known[0]

    def _begins_before(self, section: Address, places: Sequence[Evidence]) -> bool:
        heading = self.sections[section].heading.evidence
        return not heading or not places or start(heading[0]) <= start(places[0])

    def rank_at(self, key: ListKey, places: Sequence[Evidence], at: str, mark: str) -> Rank:
        """Where a text at ``places`` comes in a list: after the machine's items above it in its column."""
        if not places:
            return ((len(self._machine.get(key, ())), 0.0, 0.0, 0.0, at, mark),)
        place = places[0]
        others = [(index, one) for index, one in enumerate(map(self._start, self._machine.get(key, ()))) if one]
        beside = [(i, one) for i, one in others if one.page == place.page and _share_column(one, place)] or others
        above = [index for index, one in beside if start(one) <= start(place)]
        anchor = above[-1] if above else (beside[0][0] - 1 if beside else len(others))
        page, top = start(place)
        return ((anchor, float(page), top, place.bbox[0] if place.bbox is not None else 0.0, at, mark),)

    def known_places(self, places: Sequence[Evidence], text: str) -> tuple[Evidence, ...]:
        """The places as this report has them: of a text, lines for the boxes that earlier versions gave.

        They are those of the block that ``text`` stands in, else the page's as far down as the box was.
        """
        return tuple(self._on_lines(place, text) for place in places)

    def _on_lines(self, place: Evidence, text: str) -> Evidence:
        blocks = [one for one in self.report.blocks if one.page == place.page and one.line is not None]
        if place.bbox is None or not blocks:
            return place
        wanted = " ".join(text.split())
        found = next((one for one in blocks if wanted and wanted in " ".join(one.text.split())), None)
        if found is not None:
            return found.place
        page = next((one for one in self.report.pages if one.number == place.page), None)
        down = min(1.0, place.bbox[1] / page.extent[1]) if page is not None else 0.0
        lines = sorted({line for one in blocks for line in lines_of(one)})
        line = lines[min(len(lines) - 1, int(down * len(lines)))]
        return Evidence(page=place.page, bbox=None, line=line, last_line=line)

    def _start(self, address: Address) -> Evidence | None:
        field = self.report_field(address)
        return field.evidence[0] if field is not None and field.evidence else None

    def report_field(self, address: Address) -> AnyField | None:
        """The field that stands for an item: of a row its question."""
        return self.fields.get(f"{address}/question" if address in self.rows else address)

    def items(self, key: ListKey) -> list[Address]:
        """The addresses of a list's items in order."""
        return sorted((one for one, of in self.lists.items() if of == key), key=lambda one: self.ranks[one])

    def built(self) -> Built:
        """The report as it stands now."""
        return _Builder(self).build()


def _share_column(one: Evidence, other: Evidence) -> bool:
    """Whether two places stand over one another; lines of a text all do."""
    if one.bbox is None or other.bbox is None:
        return True
    return one.bbox[0] < other.bbox[2] and other.bbox[0] < one.bbox[2]


class _Builder:
    """Puts a draft together, noting the address of what stands at each pointer."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._addresses: dict[str, Address] = {}
        self._items: dict[ListKey, list[Address]] = {}
        for address in sorted(draft.lists, key=lambda one: draft.ranks[one]):
            self._items.setdefault(draft.lists[address], []).append(address)

    def build(self) -> Built:
        draft, report = self._draft, self._draft.report
        areas = sorted(draft.areas.items(), key=lambda pair: pair[1].number)
        made = report.model_copy(
            update={
                "report": self._filled(report.report, "/report", "/report"),
                "areas": [self._area(area, at, f"/areas/{index}") for index, (at, area) in enumerate(areas)],
                "area_scores_overview": self._filled(
                    report.area_scores_overview, "/area_scores_overview", "/area_scores_overview"
                ),
                "blocks": list(draft.blocks.values()),
            }
        )
        self._addresses.update((address, address) for address in draft.blocks)
        return Built(made, self._addresses)

    def _area(self, area: Area, at: Address, pointer: str) -> Area:
        self._addresses[pointer] = at
        table = area.score_table
        rows = [
            self._filled(self._draft.rows[address], address, f"{pointer}/score_table/rows/{index}")
            for index, address in enumerate(self._take(ListKey(at, "rows"), f"{pointer}/score_table/rows"))
        ]
        made = ScoreTable.model_construct(
            heading=self._filled(table.heading, f"{at}/score_table/heading", f"{pointer}/score_table/heading"),
            rows=rows,
            total=self._filled(table.total, f"{at}/score_table/total", f"{pointer}/score_table/total"),
        )
        update: dict[str, object] = {"score_table": made}
        for name in ("name", "score"):
            update[name] = self._filled(getattr(area, name), f"{at}/{name}", f"{pointer}/{name}")
        for listed in TEXT_LISTS:
            update[listed] = self._texts(ListKey(at, listed), f"{pointer}/{listed}")
        update["narrative"] = self._narrative(at, f"{pointer}/narrative")
        return area.model_copy(update=update)

    def _narrative(self, at: Address, pointer: str) -> list[NarrativeSection]:
        own = [address for address in self._draft.sections if address.startswith(f"{at}/narrative/")]
        sections = []
        for index, address in enumerate(own):
            place = f"{pointer}/{index}"
            self._addresses[place] = address
            heading = self._filled(self._draft.sections[address].heading, f"{address}/heading", f"{place}/heading")
            paragraphs = self._texts(ListKey(at, "narrative", address), f"{place}/paragraphs")
            sections.append(NarrativeSection.model_construct(heading=heading, paragraphs=paragraphs))
        return sections

    def _texts(self, key: ListKey, pointer: str) -> list[object]:
        return [
            self._filled(self._draft.fields[address], address, f"{pointer}/{index}")
            for index, address in enumerate(self._take(key, pointer))
        ]

    def _take(self, key: ListKey, pointer: str) -> Sequence[Address]:
        """The items of a list in order, their pointers noted."""
        items = self._items.get(key, [])
        self._addresses.update((f"{pointer}/{index}", address) for index, address in enumerate(items))
        return items

    def _filled(self, value: object, at: Address, pointer: str) -> object:
        """The value with every field below it as the draft has it."""
        if isinstance(value, Field):
            self._addresses[pointer] = at
            return self._draft.fields[at]
        if isinstance(value, Model):
            return value.model_copy(update=dict(self._parts(value, at, pointer)))
        if isinstance(value, list):
            return [self._filled(one, f"{at}/{i}", f"{pointer}/{i}") for i, one in enumerate(value)]
        if isinstance(value, dict):
            return {k: self._filled(v, f"{at}/{escaped(k)}", f"{pointer}/{escaped(k)}") for k, v in value.items()}
        return value

    def _parts(self, model: Model, at: Address, pointer: str) -> Iterator[tuple[str, object]]:
        for name in type(model).model_fields:
            old = getattr(model, name)
            new = self._filled(old, f"{at}/{name}", f"{pointer}/{name}")
            if new is not old:
                yield name, new


def is_number(field: AnyField) -> bool:
    """Whether a field's value is a number."""
    return isinstance(field, _NUMBERS)


def is_whole(field: AnyField) -> bool:
    """Whether a field's value is a number without decimals, whatever is printed."""
    return isinstance(field, _YEAR)
