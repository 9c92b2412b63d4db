"""The municipality's name and its code against the register, and against each other."""

from __future__ import annotations

from collections.abc import Iterator

from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Check, Report, ReportInfo
from kompass_extract.taxonomy import load_taxonomy
from kompass_extract.taxonomy.municipalities import Municipalities

NAME = "/report/municipality"
CODE = "/report/municipality_code"


def municipality_checks(info: ReportInfo, register: Municipalities) -> Iterator[Check]:
    """Yield a failed check where the register lacks the name or the code, or has them of two municipalities."""
    told = disagreement(info.municipality.value, info.municipality_code.value, register)
    if told is not None:
        yield Check.of("municipality", None, "failed", told, [NAME, CODE])


def disagreement(name: str | None, code: str | None, register: Municipalities) -> Reason | None:
    """Say what the register lacks or has otherwise; None where both agree with it, as what is None does."""
    named = register.named(name) if name is not None else None
    coded = register.with_code(code) if code is not None else None
    if name is not None and named is None:
        return reason("no-such-municipality", name=name)
    if code is not None and coded is None:
        return reason("no-such-municipality-code", number=code)
    if named is not None and coded is not None and named.code != coded.code:
        return reason("municipality-code-differs", name=named.name, number=coded.code, other=coded.name)
    return None


def with_agreeing_code(report: Report) -> Report:
    """The report without the municipality's code where the register has another municipality under that code.

    Lists and pages group reports by this code: none may stand under a name that it is not the code of.
    """
    info = report.report
    told = disagreement(info.municipality.value, info.municipality_code.value, load_taxonomy().municipalities)
    if told is None or info.municipality_code.value is None:
        return report
    code = info.municipality_code.model_copy(update={"value": None})
    return report.model_copy(update={"report": info.model_copy(update={"municipality_code": code})})
