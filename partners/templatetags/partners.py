"""How do the room's templates print what only they need?"""

from datetime import date

from django import template

from cic.core import formats

register = template.Library()


@register.filter
def iso_day(value: str) -> str:
    """A day that came as text (a mail's context holds only what JSON holds), in the reader's language."""
    return formats.day(date.fromisoformat(value))
