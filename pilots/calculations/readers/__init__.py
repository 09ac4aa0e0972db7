"""How do published files become rows? One reader per publisher; the layout is told from the column names."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import cordis, decidim, ipsx, lists, measurements
from .formats import FORMATS, Format, detect, format_of, known_formats
from .rows import Action, Kind, Note, Problem, Row, UnknownFormat, Unreadable, records, row_count
from .tabular import open_table


@dataclass(frozen=True, slots=True)
class Reader:
    """A publisher's reader: `read` streams rows, `source` is what their external ids belong to."""

    key: str
    source: str
    read: Callable[[Sequence[Path | str]], Iterator[Row]]


READERS = {
    "cordis": Reader("cordis", cordis.SOURCE, cordis.read),
    "ips-x": Reader("ips-x", ipsx.SOURCE, ipsx.read),
    "decidim": Reader("decidim", decidim.SOURCE, decidim.read),
    "lists": Reader("lists", lists.SOURCE, lists.read),
    "measurements": Reader("measurements", measurements.SOURCE, measurements.read),
}
# Those whose files anybody may publish; measurements belong to one trial and come in by another way.
PUBLISHERS = tuple(key for key in READERS if key != "measurements")


def reader_for(paths: Sequence[Path | str]) -> Reader:
    """The one reader of all `paths`. Raises: Unreadable when they are of several publishers; UnknownFormat."""
    keys = {detect(path).reader for path in paths}
    if len(keys) != 1:
        raise Unreadable("Give the files of one publisher at a time.")
    return READERS[keys.pop()]


def check(paths: Sequence[Path | str], key: str) -> None:
    """Refuse at once what reading would refuse at its first row. Raises: Unreadable, UnknownFormat."""
    if not paths:
        raise Unreadable("No file given.")
    ours = [candidate for candidate in known_formats() if candidate.reader == key]
    for path in paths:
        format_of(open_table(path), ours)


__all__ = [
    "FORMATS",
    "PUBLISHERS",
    "READERS",
    "Action",
    "Format",
    "Kind",
    "Note",
    "Problem",
    "Reader",
    "Row",
    "UnknownFormat",
    "Unreadable",
    "check",
    "detect",
    "reader_for",
    "records",
    "row_count",
]
