"""Charts of the evaluation page, as SVG without any script."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.evaluate.calibration import Calibration

_SIZE = 260  # pixels of a chart's plane
_LEFT, _BOTTOM = 46, 40  # pixels for the axes' words
_RISK_SHOWN = 0.02  # least upper end of the risk axis: a curve near zero should look like one


def reliability(result: Calibration) -> str:
    """How often values of a confidence are right, against that confidence; the line is where they should lie."""
    points = [(one.confidence, one.right, 2.5 + 9 * (one.count / max(1, result.values)) ** 0.5) for one in result.bins]
    dots = "".join(
        f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="{radius:.1f}" class="dot"><title>{y:.4f} right at '
        f"{x:.4f}</title></circle>"
        for x, y, radius in points
    )
    line = f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" class="guide"/>'
    return _plane(line + dots, "confidence", "share right", 1.0)


def risk_coverage(result: Calibration) -> str:
    """The share of wrong values among those accepted, against the share accepted."""
    top = max([_RISK_SHOWN, *(point.risk for point in result.curve)])
    path = " ".join(f"{_x(point.coverage):.1f},{_y(point.risk / top):.1f}" for point in result.curve)
    return _plane(f'<polyline points="{path}" class="curve"/>', "coverage", "risk", top)


def bars(shares: Sequence[float]) -> str:
    """A small bar for a share, 0..1 each."""
    return "".join(
        f'<svg class="bar" width="60" height="8"><rect width="60" height="8" class="rest"/>'
        f'<rect width="{60 * share:.1f}" height="8" class="part"/></svg>'
        for share in shares
    )


def _plane(content: str, x_name: str, y_name: str, top: float) -> str:
    width, height = _SIZE + _LEFT + 14, _SIZE + _BOTTOM + 12
    return (
        f'<svg class="chart" width="{width}" height="{height}" role="img">'
        f'<rect x="{_LEFT}" y="8" width="{_SIZE}" height="{_SIZE}" class="plane"/>{content}'
        f'<text x="{_x(0.5)}" y="{height - 6}" text-anchor="middle">{x_name}</text>'
        f'<text x="12" y="{_y(0.5)}" text-anchor="middle" transform="rotate(-90 12 {_y(0.5)})">{y_name}</text>'
        f'<text x="{_x(0)}" y="{_y(0) + 15}" text-anchor="middle">0</text>'
        f'<text x="{_x(1)}" y="{_y(0) + 15}" text-anchor="middle">1</text>'
        f'<text x="{_LEFT - 5}" y="{_y(1) + 8}" text-anchor="end">{top:.3g}</text></svg>'
    )


def _x(share: float) -> float:
    return _LEFT + share * _SIZE


def _y(share: float) -> float:
    return 8 + (1 - share) * _SIZE
