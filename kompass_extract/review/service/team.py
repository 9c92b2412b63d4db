"""What those who review do together: comments on values, who is to review what, figures about the work."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from kompass_extract.archive.schema import ReportRow
from kompass_extract.model.reasons import reason
from kompass_extract.review import Address
from kompass_extract.review.service import work_figures
from kompass_extract.review.service.desk_base import Transaction
from kompass_extract.review.service.desk_values import RefusedError
from kompass_extract.review.service.evaluation_rows import mark_evaluations
from kompass_extract.review.service.journal import Comment, Event
from kompass_extract.review.service.queries import DeskReader
from kompass_extract.review.service.sync_items import put_comment, put_event, put_event_row
from kompass_extract.review.service.view import address_of

LONGEST_COMMENT = 2000


class DeskTeam(DeskReader):
    """The part of the desk that changes no value."""

    def comment(self, report_id: str, pointer: Address, text: str, *, by: str) -> None:
        """Say something about a value, for others to read; also in a signed report."""
        said = " ".join(text.split())
        if not said:
            raise RefusedError(reason("item-needs-text"))
        if len(said) > LONGEST_COMMENT:
            raise RefusedError(reason("item-too-long", most=LONGEST_COMMENT))
        with self._writing(report_id) as work:
            address = address_of(self._cases.case(work.session, report_id), pointer)
            entry = Comment(
                comment=uuid.uuid4().hex,
                report=work.review.sha256,
                pointer=address,
                by=by,
                at=self._moment(),
                text=said,
            )
            self._journal.append(entry)
            put_comment(work.session, entry)

    def assign(self, report_ids: Sequence[str], to: str | None, *, by: str) -> None:
        """Give reports to somebody to review, to nobody where ``to`` is None."""
        for report_id in report_ids:
            with self._writing(report_id) as work:
                self._happened(work, "assign", by, about=to)

    def figures(self) -> work_figures.WorkFigures:
        """Decisions per person and day, silent errors per month, the machine's values that people judged."""
        with self._store.read() as session:
            return work_figures.figures(session)

    def _happened(self, work: Transaction, event: str, by: str, about: str | None = None) -> None:
        """Something about a whole report: into the journal, then the store."""
        known = {"event": event, "report": work.review.sha256, "by": by, "at": self._moment(), "about": about}
        entry = Event.model_validate(known)
        self._journal.append(entry)
        put_event(work.review, entry)
        put_event_row(work.session, entry)
        report = work.session.scalars(select(ReportRow).filter_by(sha256=work.review.sha256)).one()
        if report.status != work.review.status:  # a reviewed reading goes before others of its evaluation
            report.status = work.review.status
            mark_evaluations(work.session, [report.report_id])

    def _moment(self) -> str:
        return self._now().isoformat(timespec="microseconds")
