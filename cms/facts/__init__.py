"""What does anybody see of the tracker? Every read of this package starts at what is visible to nobody in particular."""

from django.contrib.auth.models import AnonymousUser

# Public pages show the same to all, signed in or not, so that no cache can mix two readers.
ANYONE = AnonymousUser()
ROWS_PER_PAGE = 24
MAX_PAGE = 100_000


def page_number(text: str) -> int:
    """The page asked for; the first for anything that is not a number."""
    return min(max(int(text), 1), MAX_PAGE) if text.isascii() and text.isdigit() and len(text) < 8 else 1
