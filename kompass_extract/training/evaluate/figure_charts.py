"""Charts of the evaluation page: what is drawn where, in pixels; ``templates/macros.html`` draws it as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kompass_extract.training.evaluate.calibration import Calibration

_SIZE = 200  # pixels of a chart's plane
_LEFT, _TOP, _BOTTOM, _RIGHT = 44, 8, 40, 18  # pixels around it, for the axes' words
_DOUBT_DECADES = 3  # the reliability chart shows doubts from 1 down to a thousandth
_RISK_SHOWN = 0.01  # least upper end of the risk axis: a curve near zero should look like one
_COVERAGE_SHOWN = 0.8  # the curve's left part is of no interest: so few are never accepted


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One plane with its axes' names; ``guide`` is a line x1, y1, x2, y2, ``curve`` the points of a polyline."""

    x_name: str
    y_name: str
    labels: tuple[Label, ...]
    dots: tuple[Dot, ...] = ()
    curve: str = ""
    guide: tuple[float, float, float, float] | None = None
    size: int = _SIZE
    left: int = _LEFT
    top: int = _TOP

    @property
    def width(self) -> int:
        return _LEFT + _SIZE + _RIGHT

    @property
    def height(self) -> int:
        return _TOP + _SIZE + _BOTTOM + 4

    @property
    def middle_x(self) -> float:
        return _x(0.5)

    @property
    def middle_y(self) -> float:
        return _y(0.5)


def reliability(result: Calibration) -> Chart:
    """How often values of a confidence are wrong, against the doubt stated; on the line the two are the same.

    Both axes are logarithmic, since what matters lies between one in ten and one in a thousand.
    """
    dots = tuple(
        Dot(
            round(_doubt(1 - one.confidence), 1), round(_mirrored(_doubt(1 - one.right)), 1),
            round(2.5 + 8 * (one.count / max(1, result.values)) ** 0.5, 1),
            f"{one.count} values: stated {one.confidence:.4f}, right {one.right:.4f}",
        )
        for one in result.bins
    )  # fmt: skip
    ticks = [label for decade in range(_DOUBT_DECADES + 1) for label in _ticks(10.0**-decade)]
    return Chart("doubt stated", "share wrong", tuple(ticks), dots=dots, guide=(_x(0), _y(0), _x(1), _y(1)))


def risk_coverage(result: Calibration) -> Chart:
    """The share of wrong values among those accepted, against the share accepted, surest first."""
    shown = [point for point in result.curve if point.coverage >= _COVERAGE_SHOWN] or list(result.curve[-1:])
    top = max([_RISK_SHOWN, *(point.risk for point in shown)])
    path = " ".join(
        f"{_x((point.coverage - _COVERAGE_SHOWN) / (1 - _COVERAGE_SHOWN)):.1f},{_y(point.risk / top):.1f}"
        for point in shown
        if point.coverage >= _COVERAGE_SHOWN
    )
    labels = (
        Label(_x(0), _y(0) + 15, "middle", f"{100 * _COVERAGE_SHOWN:.0f} %"),
        Label(_x(1), _y(0) + 15, "middle", "100 %"),
        Label(_LEFT - 5, _y(0), "end", "0"),
        Label(_LEFT - 5, _y(1) + 8, "end", f"{100 * top:.2g} %"),
    )
    return Chart("accepted", "wrong among them", labels, curve=path)


def _ticks(doubt: float) -> tuple[Label, Label]:
    """Labels of a doubt on both axes, such as ``1 %``."""
    x = round(_doubt(doubt), 1)
    return (
        Label(x, _y(0) + 15, "middle", f"{100 * doubt:g} %"),
        Label(_LEFT - 5, round(_mirrored(x) + 4, 1), "end", f"{100 * doubt:g}"),
    )


def _doubt(doubt: float) -> float:
    """Pixels from the left of a doubt, 0..1: its decades, a thousandth and less at the left edge."""
    decades = math.log10(max(doubt, 10.0**-_DOUBT_DECADES))
    return _x(1 + decades / _DOUBT_DECADES)


def _mirrored(x: float) -> float:
    """Pixels from the top of what lies at ``x`` on the other axis."""
    return _TOP + _SIZE - (x - _LEFT)


def _x(share: float) -> float:
    return _LEFT + share * _SIZE


def _y(share: float) -> float:
    return _TOP + (1 - share) * _SIZE
