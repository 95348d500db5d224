"""Bars and lines as SVG made on the server. Widths are attributes: the policy forbids styles."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.look.figures import thousands
from accounts.look.states import state_of

WIDTH = 1000
HEIGHT = 10
GAP = 1.5
# A gap beside a segment narrower than this would hide the segment.
WIDE_ENOUGH = 6.0

# Still to do: drawn as the track, not counted as done.
OPEN_STATES = frozenset({"staged", "pending", "sending", "checking", "minting"})
TRACK_STATES = frozenset({"staged", "pending"})

Segment = tuple[str, int]


def progress_bar(
    segments: Iterable[Segment], label: str = "", thin: bool = False, total: int | None = None
) -> SafeString:
    """A bar of states in true proportion: `segments` are (state, count) in drawing order.

    Without a label it says what share is done and how many rows are in each state. `total`
    defaults to the sum of the counts.
    """
    counted = [(name, count) for name, count in segments if count]
    whole = total if total is not None else sum(count for _, count in counted)
    return _bar(_placed(counted, whole), label or sentence(counted, whole), thin=thin)


def share_bar(part: int, whole: int, label: str = "", fill: str = "quiet") -> SafeString:
    """A thin bar for one share, e.g. a row of a "reasons" table."""
    width = WIDTH * part / whole if whole else 0.0
    return _bar(
        [(fill, 0.0, width)], label or f"{thousands(part)} of {thousands(whole)}", thin=True
    )


def sentence(segments: Sequence[Segment], whole: int) -> str:
    """What a progress bar tells a screen reader: "62 % done: 1 148 imported, 78 refused"."""
    if not whole:
        return "Nothing to do"
    done = sum(count for name, count in segments if name not in OPEN_STATES)
    parts = ", ".join(f"{thousands(n)} {state_of(name).label.lower()}" for name, n in segments)
    return f"{100 * done // whole} % done: {parts}"


def spark(values: Sequence[float], label: str, limit: float | None = None) -> SafeString:
    """A small line of `values`, oldest first, under an optional dashed limit."""
    if len(values) < 2:
        return SafeString("")
    top = max([*values, limit or 0.0]) or 1.0
    step = 100 / (len(values) - 1)
    line = "L".join(f"{i * step:.1f} {_height(v, top):.1f}" for i, v in enumerate(values))
    at = _height(limit, top) if limit else None
    rule = format_html('<line x1="0" x2="100" y1="{0}" y2="{0}"/>', f"{at:.1f}") if at else ""
    return format_html(
        '<svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" role="img"'
        ' aria-label="{}"><path class="area" d="M{}L100 20L0 20Z"/>{}<path d="M{}"/></svg>',
        label,
        line,
        rule,
        line,
    )


def _height(value: float, top: float) -> float:
    return 20 - 18.2 * value / top


def _placed(segments: Sequence[Segment], whole: int) -> list[tuple[str, float, float]]:
    placed, x = [], 0.0
    for name, count in segments:
        width = WIDTH * count / whole if whole else 0.0
        fill = "track" if name in TRACK_STATES else name
        placed.append((fill, x, width - GAP if width >= WIDE_ENOUGH else width))
        x += width
    return placed


def _bar(segments: Iterable[tuple[str, float, float]], label: str, *, thin: bool) -> SafeString:
    rects = format_html_join(
        "",
        '<rect class="fill-{}" x="{}" y="0" width="{}" height="{}"/>',
        ((fill, f"{x:.1f}", f"{width:.1f}", HEIGHT) for fill, x, width in segments),
    )
    return format_html(
        '<svg class="bar{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>',
        " thin" if thin else "",
        WIDTH,
        HEIGHT,
        label,
        rects,
    )
