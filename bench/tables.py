"""How is what was measured shown: what it cost, beside what, and whether it was reached?"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row of the table. Times in milliseconds; None where nothing was measured."""

    name: str
    raw: float | None = None
    product: float | None = None
    target: str = ""
    value: str = ""
    reached: bool | None = None
    queries: int | None = None
    most_queries: int = 0
    sqlite: float | None = None
    fast: float | None = None
    framed: float | None = None


HEADINGS = (
    "what", "raw ms", "raw, orjson", "raw in Django", "ms", "× raw", "× in Django", "target", "measured", "reached",
    "queries", "SQLite ms",
)  # fmt: skip


def cells(line: Line) -> tuple[str, ...]:
    """The texts of one row."""
    ratios = [
        f"{line.product / bare:.2f}" if bare and line.product else "" for bare in (line.raw, line.framed)
    ]
    queries = "" if line.queries is None else str(line.queries)
    if queries and line.most_queries:
        queries += f" of {line.most_queries}"
    if line.most_queries and line.queries is not None and line.queries > line.most_queries:
        queries += " (too many)"
    reached = {True: "yes", False: "NO", None: ""}[line.reached]
    times = [ms(value) for value in (line.raw, line.fast, line.framed, line.product)]
    return (line.name, *times, *ratios, line.target, line.value, reached, queries, ms(line.sqlite))


def ms(value: float | None) -> str:
    """A time as people read it."""
    return "" if value is None else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def table(title: str, lines: Sequence[Line], headings: Sequence[str] = HEADINGS) -> str:
    """The rows as a table in Markdown that also reads well in a terminal; columns without a value are left out."""
    rows = [cells(line) for line in lines]
    kept = [place for place in range(len(headings)) if place == 0 or any(row[place] for row in rows)]
    texts = [[headings[place] for place in kept], *[[row[place] for place in kept] for row in rows]]
    widths = [max(len(row[column]) for row in texts) for column in range(len(kept))]

    def drawn(row: Sequence[str]) -> str:
        aligned = [
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        return f"| {' | '.join(aligned)} |"

    rule = "|".join(
        "-" * (width + 2) if column == 0 else "-" * (width + 1) + ":" for column, width in enumerate(widths)
    )
    return "\n".join([f"## {title}", "", drawn(texts[0]), f"|{rule}|", *map(drawn, texts[1:]), ""])


def missed(lines: Sequence[Line]) -> list[str]:
    """The names of what was not reached."""
    return [
        line.name for line in lines if line.reached is False or 0 < line.most_queries < (line.queries or 0)
    ]
