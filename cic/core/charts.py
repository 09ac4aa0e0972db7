"""Where do the lines and bars of a chart go? Plain values in, percentages out; no Django, no clock.

Every position is a percentage of the plot, so that one SVG fills any width without scaling its words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, isfinite, log10

Scale = Callable[[float], float]

# Closer than this share of the height and two labels beside the plot would overlap.
LABEL_GAP_PCT = 9.0


@dataclass(frozen=True)
class Point:
    """One measurement: on a day, a value, or None with the note that says why not."""

    on: date
    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: what it says and where it stands."""

    value: float
    pct: float


@dataclass(frozen=True)
class DateTick:
    """A mark on a time axis. `whole_year` when it opens a year."""

    on: date
    pct: float
    whole_year: bool = False


@dataclass(frozen=True)
class Dot:
    """A measured point of a line."""

    x: float
    y: float
    on: date
    value: float


@dataclass(frozen=True)
class Gap:
    """A day on which nothing could be measured."""

    x: float
    on: date
    note: str


@dataclass(frozen=True)
class Label:
    """What a level is called at the right edge, moved apart from its neighbours."""

    kind: str  # "baseline", "target" or "now"
    value: float
    y: float
    text_y: float


@dataclass(frozen=True)
class LineChart:
    """Geometry of one indicator over time."""

    rows: tuple[Point, ...]
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    gaps: tuple[Gap, ...]
    labels: tuple[Label, ...]
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[DateTick, ...]
    today_x: float | None

    @property
    def last(self) -> Dot | None:
        """The newest measured point."""
        return self.dots[-1] if self.dots else None

    def label(self, kind: str) -> Label | None:
        """The level called `kind`, when it is drawn."""
        return next((label for label in self.labels if label.kind == kind), None)


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart; `target_pct` is where its mark stands."""

    label: str
    value: float | None
    start_pct: float
    width_pct: float
    target: float | None
    target_pct: float | None


@dataclass(frozen=True)
class BarChart:
    """Rows that share one scale, and where zero lies on it."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    zero_pct: float


@dataclass(frozen=True)
class Term:
    """One agreement as plain dates: first term, later end by extension, last day to give notice.

    `limit_on` is the last day the law allows, `group` what it stands under, `urgent` what has to be said first.
    """

    label: str
    starts_on: date
    ends_on: date
    extended_to: date | None = None
    notice_on: date | None = None
    url: str = ""
    note: str = ""
    tone: str = "neutral"
    group: str = ""
    limit_on: date | None = None
    urgent: str = ""


@dataclass(frozen=True)
class TermBar:
    """A term on the axis. The extension begins where the first term ends."""

    term: Term
    start_pct: float
    width_pct: float
    extension_pct: float
    notice_pct: float | None
    limit_pct: float | None = None

    @property
    def extension_start_pct(self) -> float:
        """Where the first term ends and the extension begins."""
        return round(self.start_pct + self.width_pct, 2)

    @property
    def end_pct(self) -> float:
        """Where the whole term ends."""
        return round(self.start_pct + self.width_pct + self.extension_pct, 2)


@dataclass(frozen=True)
class TermChart:
    """Terms below one another on one axis of years."""

    bars: tuple[TermBar, ...]
    ticks: tuple[DateTick, ...]
    today_pct: float | None

    @property
    def shows_limits(self) -> bool:
        """Whether some row says how far the law goes."""
        return any(bar.limit_pct is not None for bar in self.bars)


def nice_ticks(low: float, high: float, *, about: int = 4) -> list[float]:
    """Round values (1, 2, 2.5 or 5 × 10ⁿ apart) that enclose `low` to `high`.

    Raises: ValueError when a bound is not finite.
    """
    if not (isfinite(low) and isfinite(high)):
        raise ValueError("bounds must be finite")
    if low > high:
        low, high = high, low
    if low == high:
        spread = abs(low) * 0.1 or 1.0
        low, high = low - spread, high + spread
    rough = (high - low) / max(about, 1)
    power = 10 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def date_ticks(start: date, end: date, *, at_most: int = 7) -> list[date]:
    """First days of months or years within `start` to `end`, evenly apart, no more than `at_most`."""
    months = (end.year - start.year) * 12 + end.month - start.month
    step = next((size for size in (1, 2, 3, 6, 12, 24, 60, 120) if months / size < at_most), 240)
    found = []
    index = start.year * 12 + start.month - 1
    while (first := date(index // 12, index % 12 + 1, 1)) <= end:
        if (
            first >= start
            and (first.month - 1) % min(step, 12) == 0
            and (step < 24 or first.year % (step // 12) == 0)
        ):
            found.append(first)
        index += 1
    return found


def line_chart(
    points: Sequence[Point],
    *,
    baseline: float | None = None,
    target: float | None = None,
    today: date | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> LineChart:
    """Lay out one indicator: its measurements in order of date, baseline, target and today.

    A missing measurement breaks the line and becomes a gap. The scale follows what is drawn, not zero:
    the table beside the chart holds the values.
    """
    points = sorted(points, key=lambda point: point.on)
    days = [point.on for point in points] + [day for day in (starts_on, ends_on) if day]
    if not days and today:
        days = [today]
    values = [float(point.value) for point in points if point.value is not None]
    levels = [float(level) for level in (baseline, target) if level is not None]
    ticks = nice_ticks(min(values + levels), max(values + levels)) if values or levels else [0.0, 1.0]
    x = _scale(min(days).toordinal(), max(days).toordinal()) if days else _scale(0, 0)
    y = _scale(ticks[-1], ticks[0])

    dots = [
        Dot(x(p.on.toordinal()), y(float(p.value)), p.on, float(p.value))
        for p in points
        if p.value is not None
    ]
    gaps = [Gap(x(point.on.toordinal()), point.on, point.note) for point in points if point.value is None]
    named = [
        (kind, float(level))
        for kind, level in (("baseline", baseline), ("target", target))
        if level is not None
    ]
    if dots:
        named.append(("now", dots[-1].value))
    return LineChart(
        rows=tuple(points),
        lines=tuple(_lines(points, x, y)),
        dots=tuple(dots),
        gaps=tuple(gaps),
        labels=tuple(_apart([(kind, value, y(value)) for kind, value in named])),
        y_ticks=tuple(Tick(tick, y(tick)) for tick in ticks),
        x_ticks=tuple(_on_axis(date_ticks(min(days), max(days)), x)) if days else (),
        today_x=x(today.toordinal()) if today and days and min(days) <= today <= max(days) else None,
    )


def bar_chart(rows: Iterable[tuple[str, float | None, float | None]]) -> BarChart:
    """Lay out (label, value, target) rows as horizontal bars from a common zero."""
    kept = [
        (label, None if value is None else float(value), None if target is None else float(target))
        for label, value, target in rows
    ]
    figures = [figure for _label, value, target in kept for figure in (value, target) if figure is not None]
    ticks = nice_ticks(min([0.0, *figures]), max([0.0, *figures])) if any(figures) else [0.0, 1.0]
    x = _scale(ticks[0], ticks[-1])
    zero = x(0.0)
    bars = []
    for label, value, target in kept:
        end = zero if value is None else x(value)
        start, width = min(zero, end), round(abs(end - zero), 2)
        bars.append(Bar(label, value, start, width, target, None if target is None else x(target)))
    return BarChart(tuple(bars), tuple(Tick(tick, x(tick)) for tick in ticks), zero)


def term_chart(terms: Sequence[Term], *, today: date) -> TermChart:
    """Lay out terms as bars on whole years, with today across them."""
    if not terms:
        return TermChart((), (), None)
    first = date(min(term.starts_on for term in terms).year, 1, 1)
    ends = [day for term in terms for day in (term.ends_on, term.extended_to, term.limit_on) if day]
    last = date(max(ends).year + 1, 1, 1)
    x = _scale(first.toordinal(), last.toordinal())
    bars = []
    for term in terms:
        start, end = x(term.starts_on.toordinal()), x(term.ends_on.toordinal())
        extended = x(term.extended_to.toordinal()) if term.extended_to else end
        notice = x(term.notice_on.toordinal()) if term.notice_on else None
        limit = x(term.limit_on.toordinal()) if term.limit_on else None
        bars.append(
            TermBar(term, start, round(end - start, 2), round(max(extended - end, 0), 2), notice, limit)
        )
    step = 1 + (last.year - first.year) // 12
    ticks = _on_axis((date(year, 1, 1) for year in range(first.year, last.year + 1, step)), x)
    return TermChart(tuple(bars), tuple(ticks), x(today.toordinal()) if first <= today <= last else None)


def spark(values: Sequence[float | None]) -> str:
    """The points of a small trend line in a 100 × 100 box; missing values are left out."""
    known = [(index, float(value)) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    x = _scale(known[0][0], known[-1][0])
    y = _scale(max(value for _index, value in known), min(value for _index, value in known))
    return " ".join(f"{x(index):g},{y(value):g}" for index, value in known)


def share_pct(part: float | None, whole: float | None) -> float:
    """`part` of `whole` in percent, held between 0 and 100; 0 when there is no whole."""
    if not part or not whole or whole <= 0:
        return 0.0
    return round(min(max(float(part) / float(whole), 0.0), 1.0) * 100, 2)


def _scale(low: float, high: float) -> Scale:
    """A function from values between `low` and `high` to percent; the middle when both are one."""
    span = high - low

    def pct(value: float) -> float:
        # + 0.0 turns a negative zero into zero.
        return round((value - low) / span * 100, 2) + 0.0 if span else 50.0

    return pct


def _lines(points: Sequence[Point], x: Scale, y: Scale) -> Iterable[str]:
    """Polylines of the unbroken stretches; a single point needs no line."""
    stretch: list[str] = []
    for point in [*points, Point(date.max, None)]:
        if point.value is None:
            if len(stretch) > 1:
                yield " ".join(stretch)
            stretch = []
        else:
            stretch.append(f"{x(point.on.toordinal()):g},{y(float(point.value)):g}")


def _apart(named: Sequence[tuple[str, float, float]]) -> list[Label]:
    """Move labels down, and back up from the lower edge, until each has room."""
    ordered = sorted(named, key=lambda row: row[2])
    heights = [row[2] for row in ordered]
    for index in range(1, len(heights)):
        heights[index] = max(heights[index], heights[index - 1] + LABEL_GAP_PCT)
    if heights and heights[-1] > 100:
        heights[-1] = 100.0
        for index in range(len(heights) - 2, -1, -1):
            heights[index] = min(heights[index], heights[index + 1] - LABEL_GAP_PCT)
    return [
        Label(kind, value, y, round(text_y, 2))
        for (kind, value, y), text_y in zip(ordered, heights, strict=True)
    ]


def _on_axis(days: Iterable[date], x: Scale) -> Iterable[DateTick]:
    """The days as ticks."""
    return (DateTick(day, x(day.toordinal()), day.month == 1) for day in days)
