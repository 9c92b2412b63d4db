"""Charts of the evaluation page, as SVG without any script."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kompass_extract.training.evaluate.calibration import Calibration

_SIZE = 200  # pixels of a chart's plane
_LEFT, _BOTTOM = 44, 40  # pixels for the axes' words
_DOUBT_DECADES = 3  # the reliability chart shows doubts from 1 down to a thousandth
_RISK_SHOWN = 0.01  # least upper end of the risk axis: a curve near zero should look like one
_COVERAGE_SHOWN = 0.8  # the curve's left part is of no interest: so few are never accepted


def reliability(result: Calibration) -> str:
    """How often values of a confidence are wrong, against the doubt stated; on the line the two are the same.

    Both axes are logarithmic, since what matters lies between one in ten and one in a thousand.
    """
    dots = "".join(
        f'<circle cx="{_doubt(1 - one.confidence):.1f}" cy="{_SIZE + 8 - (_doubt(1 - one.right) - _LEFT):.1f}" '
        f'r="{2.5 + 8 * (one.count / max(1, result.values)) ** 0.5:.1f}" class="dot"><title>{one.count} values: '
        f"stated {one.confidence:.4f}, right {one.right:.4f}</title></circle>"
        for one in result.bins
    )
    line = f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" class="guide"/>'
    ticks = "".join(_tick(10.0**-decade) for decade in range(_DOUBT_DECADES + 1))
    return _plane(line + dots + ticks, "doubt stated", "share wrong")


def risk_coverage(result: Calibration) -> str:
    """The share of wrong values among those accepted, against the share accepted, surest first."""
    shown = [point for point in result.curve if point.coverage >= _COVERAGE_SHOWN] or list(result.curve[-1:])
    top = max([_RISK_SHOWN, *(point.risk for point in shown)])
    path = " ".join(
        f"{_x((point.coverage - _COVERAGE_SHOWN) / (1 - _COVERAGE_SHOWN)):.1f},{_y(point.risk / top):.1f}"
        for point in shown
        if point.coverage >= _COVERAGE_SHOWN
    )
    ends = (
        f'<text x="{_x(0)}" y="{_y(0) + 15}" text-anchor="middle">{100 * _COVERAGE_SHOWN:.0f} %</text>'
        f'<text x="{_x(1)}" y="{_y(0) + 15}" text-anchor="middle">100 %</text>'
        f'<text x="{_LEFT - 5}" y="{_y(0)}" text-anchor="end">0</text>'
        f'<text x="{_LEFT - 5}" y="{_y(1) + 8}" text-anchor="end">{100 * top:.2g} %</text>'
    )
    return _plane(f'<polyline points="{path}" class="curve"/>{ends}', "accepted", "wrong among them")


def bars(shares: Sequence[float]) -> str:
    """A small bar for a share, 0..1 each."""
    return "".join(
        f'<svg class="bar" width="60" height="8"><rect width="60" height="8" class="rest"/>'
        f'<rect width="{60 * share:.1f}" height="8" class="part"/></svg>'
        for share in shares
    )


def _plane(content: str, x_name: str, y_name: str) -> str:
    width, height = _SIZE + _LEFT + 18, _SIZE + _BOTTOM + 12
    return (
        f'<svg class="chart" width="{width}" height="{height}" role="img" aria-label="{y_name} against {x_name}">'
        f'<rect x="{_LEFT}" y="8" width="{_SIZE}" height="{_SIZE}" class="plane"/>{content}'
        f'<text x="{_x(0.5)}" y="{height - 5}" text-anchor="middle">{x_name}</text>'
        f'<text x="11" y="{_y(0.5)}" text-anchor="middle" transform="rotate(-90 11 {_y(0.5)})">{y_name}</text></svg>'
    )


def _tick(doubt: float) -> str:
    """A label of a doubt on both axes, such as ``1 %``."""
    x = _doubt(doubt)
    y = _SIZE + 8 - (x - _LEFT)
    return (
        f'<text x="{x:.1f}" y="{_y(0) + 15}" text-anchor="middle">{100 * doubt:g} %</text>'
        f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{100 * doubt:g}</text>'
    )


def _doubt(doubt: float) -> float:
    """Pixels from the left of a doubt, 0..1: its decades, a thousandth and less at the left edge."""
    decades = math.log10(max(doubt, 10.0**-_DOUBT_DECADES))
    return _x(1 + decades / _DOUBT_DECADES)


def _x(share: float) -> float:
    return _LEFT + share * _SIZE


def _y(share: float) -> float:
    return 8 + (1 - share) * _SIZE
