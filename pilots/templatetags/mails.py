"""How does a day read in a mail of this room, where it arrives as text?"""

from datetime import date

from django import template

from cic.core.formats import day

register = template.Library()


@register.filter
def iso_day(value: str) -> str:
    """“27 May 2026” from “2026-05-27”; nothing from nothing."""
    return day(date.fromisoformat(value)) if value else ""
