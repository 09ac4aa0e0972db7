"""What is dear to count, and shown to everybody alike: how is it counted once and kept for a moment?"""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches

from cic.core.caching import GENERATION

# With the half minute that a page lives in all caches together, what is withdrawn is gone within a minute.
KEPT_SECONDS = 25
T = TypeVar("T")


def kept(name: str, count: Callable[[], T]) -> T:
    """What `count` says, at most KEPT_SECONDS old. It holds numbers and keys, never words in some language.

    Whatever empties the cache of public pages has it counted anew too.
    """
    seconds = min(KEPT_SECONDS, settings.PUBLIC_CACHE_SECONDS)
    if not seconds:
        return count()
    cache = caches["pages"]
    key = f"kept:{cache.get(GENERATION, 0)}:{name}"
    found = cache.get(key)
    if found is None:
        found = count()
        cache.set(key, found, seconds)
    return found
