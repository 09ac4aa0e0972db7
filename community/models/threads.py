"""What has been said about a record, thread by thread, as anybody may read it?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .comments import Comment


@dataclass
class Thread:
    """What somebody said first, and the latest answers to it, oldest first; `more` answers stand on its own page."""

    first: Comment
    answers: list[Comment] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Threads:
    """Threads, newest first; how many comments and threads there are about the record in all."""

    threads: list[Thread]
    comment_count: int = 0
    thread_count: int = 0


def threads_about(obj: Any, shown: int, *, start: int = 0) -> Threads:
    """The newest `shown` threads about `obj` after the first `start`: one query."""
    rows = list(Comment.objects.threads(obj, shown, start=start))
    if not rows:
        return Threads([])
    return Threads(woven(rows)[::-1], rows[0].open_total, rows[0].thread_total)


def woven(rows: Iterable[Comment]) -> list[Thread]:
    """Rows of `with_answers` as threads, oldest first."""
    threads: dict[int, Thread] = {}
    for row in rows:
        if row.parent_id is None:
            threads[row.pk] = Thread(row)
        elif row.parent_id in threads:
            thread = threads[row.parent_id]
            thread.answers.append(row)
            thread.more = row.answer_total - len(thread.answers)
    return list(threads.values())
