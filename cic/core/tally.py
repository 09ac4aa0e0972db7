"""How often has this been asked in the present minute, counted over all processes of this host, or of all hosts?"""

import logging
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext as _

from .errors import DomainError

logger = logging.getLogger(__name__)
_local = threading.local()
# One upsert: two processes never read the same count and both write it back.
_COUNT = """
    insert into tally (key, span, n) values (?, ?, 1)
    on conflict (key) do update set n = case when span = excluded.span then n + 1 else 1 end, span = excluded.span
    returning n
"""
SWEEP_EVERY = 500
DAY_S = 86400


class _File:
    """One thread's connection to the tally's own file.

    Not the main database: a count per read must neither wait for a long write nor force a disk sync.
    Losing the file in a crash loses one minute's counts.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.process, self.calls = path, os.getpid(), 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, timeout=2, isolation_level=None)
        self.connection.execute("pragma journal_mode=wal")
        self.connection.execute("pragma synchronous=off")
        self.connection.execute(
            "create table if not exists tally (key text primary key, span integer, n integer) without rowid"
        )

    def __del__(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()

    def count(self, key: str, span: int) -> int:
        """One more of `key`; now and then forget those of spans that are over."""
        self.calls += 1
        if self.calls % SWEEP_EVERY == 0:
            group = key.split(":")[0]
            self.connection.execute("delete from tally where span < ? and key like ?", (span, f"{group}:%"))
        return self.connection.execute(_COUNT, (key, span)).fetchone()[0]


def _count_in_file(key: str, span: int) -> int:
    path, file = settings.VAR_DIR / "tally.sqlite3", getattr(_local, "file", None)
    if file is None or (file.path, file.process) != (path, os.getpid()):
        # A connection may not cross a fork.
        file = _local.file = _File(path)
    return file.count(key, span)


def _count_in_cache(cache: Any, key: str, span: int, span_s: int) -> int:
    name = f"tally:{key}:{span}"
    cache.add(name, 0, timeout=2 * span_s)
    return cache.incr(name)


def count(key: str, *, span_s: int = 60) -> tuple[int, int]:
    """Count one more of `key` in the present span. Returns (how many now, seconds until the span ends).

    When the store does not answer it says 0: a lost counter must not close the house.
    """
    now = time.time()
    span, left_s = int(now // span_s), int(span_s - now % span_s) + 1
    try:
        shared = caches["shared"]
        if settings.CACHES["shared"]["BACKEND"].endswith("RedisCache"):
            return _count_in_cache(shared, key, span, span_s), left_s
        return _count_in_file(key, span), left_s
    except Exception:
        logger.exception("The tally could not be kept")
        return 0, left_s


def too_often(key: str, most: int, *, span_s: int) -> bool:
    """Whether this was asked for more than `most` times within the span; counts one more."""
    return count(key, span_s=span_s)[0] > most


def refuse_asked_often(what: str, who: Any, about: Any, most: int) -> None:
    """Refuse what `who` asked about one record more than `most` times today, even if taken back each time; counts one more.

    Raises: DomainError "limit".
    """
    if too_often(f"asked:{what}:{who.pk}:{about.pk}", most, span_s=DAY_S):
        raise DomainError("limit", _("You have asked this often enough today. Try again tomorrow."))
