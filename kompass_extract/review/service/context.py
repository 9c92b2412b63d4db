"""What stands around an item: the whole score table, both lists, the block, the questions a row may be."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.model.evidence_places import common
from kompass_extract.model.reasons import Reason
from kompass_extract.model.report import Area, Report, ScoreRow
from kompass_extract.review import Address, ListName, Target
from kompass_extract.review.decisions.item_kinds import IN_TABLE, FieldKind
from kompass_extract.review.decisions.recheck import edition_of
from kompass_extract.review.service.desk_values import (
    BlockView,
    CellView,
    ListView,
    QuestionChoice,
    RowView,
    Surroundings,
    TableView,
    TargetChoice,
)
from kompass_extract.review.service.item_version import version
from kompass_extract.review.service.loaded_reviews import Case
from kompass_extract.taxonomy import Question, load_taxonomy
from kompass_extract.taxonomy.fold import similarity

IN_LISTS = frozenset(
    {FieldKind.STRENGTH, FieldKind.IMPROVEMENT, FieldKind.RUBRIC, FieldKind.PARAGRAPH, FieldKind.BLOCK}
)
NEARLY = "kind-uncertain-nearly"
TEXT_LISTS: tuple[ListName, ...] = ("strengths", "improvements", "rubrics")


def around(case: Case, address: Address, pointer: str, kind: FieldKind, area: int | None) -> Surroundings:
    """The surroundings of what stands at a pointer of the decided report."""
    index = next((i for i, one in enumerate(case.decided.report.areas) if one.number == area), None)
    view = _Around(case, address)
    listed = kind in IN_LISTS or (kind is FieldKind.FINDING and index is not None)
    following = view.following(pointer) if kind in IN_LISTS and kind is not FieldKind.BLOCK else None
    return Surroundings(
        table=view.table(index) if index is not None and kind in {*IN_TABLE, FieldKind.FINDING} else None,
        lists=view.lists(index, pointer) if index is not None and listed else (),
        block=view.block(pointer),
        questions=view.questions(pointer) if kind is FieldKind.QUESTION else (),
        targets=view.targets() if kind in IN_LISTS or kind is FieldKind.FINDING else (),
        next_in_list=following,
        next_version=version(case, following) if following is not None else None,
        joined_text=view.joined(pointer, following) if following is not None else None,
    )


class _Around:
    """Collects what surrounds an item of one case; ``focus`` is the address under review."""

    def __init__(self, case: Case, focus: Address) -> None:
        self._case = case
        self._report = case.decided.report
        self._focus = focus

    def cell(self, pointer: str) -> CellView:
        """The field at a pointer as its neighbours show it."""
        field, address = self._case.fields[pointer], self._case.decided.addresses[pointer]
        return CellView(
            pointer=address,
            value=field.value,
            confidence=field.confidence,
            needs_review=field.needs_review,
            decided=field.review is not None,
            focus=address == self._focus,
            place=field.evidence[0] if field.evidence else None,
        )

    def table(self, index: int) -> TableView:
        """An area's score table with its checks."""
        at, area = f"/areas/{index}", self._report.areas[index]
        table = f"{at}/score_table"
        rows = [self._row(row, f"{table}/rows/{place}") for place, row in enumerate(area.score_table.rows)]
        return TableView(
            heading=self.cell(f"{table}/heading"),
            score=self.cell(f"{at}/score"),
            rows=tuple(rows),
            achieved=self.cell(f"{table}/total/achieved"),
            max=self.cell(f"{table}/total/max"),
            percent=self.cell(f"{table}/total/percent"),
            checks=tuple(one for one in self._report.checks if one.area == area.number),
        )

    def _row(self, row: ScoreRow, at: str) -> RowView:
        return RowView(
            pointer=self._case.decided.addresses[at],
            number=row.number,
            question_id=row.question_id,
            question=self.cell(f"{at}/question"),
            achieved=self.cell(f"{at}/achieved"),
            max=self.cell(f"{at}/max"),
            percent=self.cell(f"{at}/percent"),
        )

    def lists(self, index: int, pointer: str) -> tuple[ListView, ...]:
        """The lists of an area, and the section that a paragraph stands in."""
        at, area = f"/areas/{index}", self._report.areas[index]
        found = [ListView(name, self._cells(f"{at}/{name}", len(getattr(area, name)))) for name in TEXT_LISTS]
        for place, section in enumerate(area.narrative):
            here = f"{at}/narrative/{place}"
            if pointer.startswith(f"{here}/"):
                cells = self._cells(f"{here}/paragraphs", len(section.paragraphs))
                address = self._case.decided.addresses[here]
                found.append(ListView("narrative", cells, address, self.cell(f"{here}/heading")))
        return tuple(found)

    def _cells(self, at: str, count: int) -> tuple[CellView, ...]:
        return tuple(self.cell(f"{at}/{index}") for index in range(count))

    def following(self, pointer: str) -> Address | None:
        """The address of the next item of the same list."""
        at, _, index = pointer.rpartition("/")
        return self._case.decided.addresses.get(f"{at}/{int(index) + 1}") if index.isdecimal() else None

    def joined(self, pointer: str, following: Address) -> str:
        """What an item and the next one read together."""
        field, other = self._case.fields[pointer], self._case.fields[self._case.pointers[following]]
        return join_lines([str(field.value or ""), str(other.value or "")])

    def block(self, pointer: str) -> BlockView | None:
        """The block that most of an item's first place lies in."""
        if pointer.startswith("/blocks/"):
            return block_view(self._report, int(pointer.removeprefix("/blocks/")))
        field = self._case.fields.get(pointer)
        if field is None or not field.evidence:
            return None
        place = field.evidence[0]
        best, most = None, (0.0, False)
        for index, block in enumerate(self._report.blocks):
            shared = common(block, place), block.bbox is None and block.id in field.blocks
            if shared[0] and shared > most:  # on one line of a text stand several
                best, most = index, shared
        return block_view(self._report, best, field.reasons) if best is not None else None

    def questions(self, pointer: str) -> tuple[QuestionChoice, ...]:
        """The area's questions in this edition, the likest first."""
        number, row = _row_at(self._report, pointer)
        if row is None:
            return ()
        edition = edition_of(self._report)
        found = [one for one in load_taxonomy().questions(edition.edition, edition.form) if one.area == number]
        choices = [_choice(one, row) for one in found]
        return tuple(sorted(choices, key=lambda one: (-one.score, one.number)))

    def targets(self) -> tuple[TargetChoice, ...]:
        """Every list that an item can be moved to."""
        lists: tuple[ListName, ...] = ("strengths", "improvements", "rubrics", "narrative")
        return tuple(
            TargetChoice(Target(area=area.number, list=name), area.name.value)
            for area in self._report.areas
            for name in lists
        )


def block_view(report: Report, index: int, reasons: Sequence[Reason] = ()) -> BlockView:
    """Return a block as pages show it; its runner-up comes from the reasons of the field made of it."""
    block = report.blocks[index]
    nearly = next((str(one.params["kind"]) for one in reasons if one.code == NEARLY), None)
    return BlockView(f"/blocks/{index}", block.kind, block.confidence, nearly, block.area, block.page)


def _row_at(report: Report, pointer: str) -> tuple[int, ScoreRow | None]:
    parts = pointer.split("/")
    if len(parts) != 7 or parts[1] != "areas" or parts[4] != "rows":
        return 0, None
    area: Area = report.areas[int(parts[2])]
    return area.number, area.score_table.rows[int(parts[5])]


def _choice(question: Question, row: ScoreRow) -> QuestionChoice:
    text = row.question.value or ""
    return QuestionChoice(
        question_id=question.id,
        number=question.number,
        wording=question.wording,
        max_points=question.max_points,
        concept=question.concept,
        score=round(max(similarity(text, wording) for wording in question.wordings), 4),
        chosen=question.id == row.question_id,
    )
