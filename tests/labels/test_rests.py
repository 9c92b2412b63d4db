"""The rest of a text is of the kind of its beginning."""

from __future__ import annotations

from kompass_extract.labels.rests import with_rests
from kompass_extract.model.document import BlockKind, Form
from tests.support.builders import Writer


def test_a_rest_over_a_page_break_is_of_the_kind_and_area_of_its_beginning() -> None:
    writer = Writer()
    writer.text(BlockKind.IMPROVEMENT, "Det saknas en strategi som gäller för", 4, Form.ITEM)
    writer.new_page()
    writer.text(BlockKind.HEADING, "målen i budgeten", 5, continues=True)
    writer.text(BlockKind.HEADING, "Område 5 Brukarens fokus", 5)
    _, rest, heading = with_rests(writer.made)
    assert (rest.kind, rest.area, rest.runner_up) == (BlockKind.IMPROVEMENT, 4, BlockKind.HEADING)
    assert heading.kind is BlockKind.HEADING
