"""What can every template say without loading anything? Permissions, the chain, badges, icons, amounts and dates."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.context import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language

from cic.core import chain as chain_of
from cic.core import formats, icons, permissions
from cic.core.models.translations import Said

register = template.Library()
# What a station of a list's chain says.
PLAIN = {"key", "label", "state"}

register.filter("money", formats.money)
register.filter("day", formats.day)
register.filter("instant", formats.instant)
register.filter("stamp", formats.stamp)
register.filter("ago", formats.ago)
register.filter("figure", formats.figure)
register.simple_tag(icons.icon, name="icon")


@register.simple_tag(takes_context=True)
def can(context: Context, permission: str, obj: Any = None) -> bool:
    """`{% can "pilots.edit_trial" trial as ok %}`: may the reader of this page do that?"""
    user = context.get("user") or getattr(context.get("request"), "user", None)
    return user is not None and permissions.can(user, permission, obj)


@register.simple_tag
def chain(
    stations: Sequence[Mapping[str, Any]],
    size: str = "mini",
    agreement: Mapping[str, Any] | None = None,
    aside: str = "",
) -> SafeString:
    """The chain as “mini” (64 × 8), “head” or “story”.

    `stations`: dicts with key, label, state (done, here, ahead, skipped, stopped) and, when known, date, url,
    note, reason. `agreement`, for head and story: label, url, from_station, to_station (keys), text.
    `aside`: what stands at the end of the head, such as “day 96 of 180”.
    """
    if size == "mini" and all(row.keys() <= PLAIN for row in stations):
        plain = tuple((row["key"], str(row["label"]), row["state"]) for row in stations)
        return _mini(plain, get_language())
    drawn = chain_of.lay_out(stations)
    places = {row.key: row.number for row in drawn}
    span = None
    if agreement:
        first = places.get(agreement["from_station"], 1)
        span = {**agreement, "first": first, "last": max(places.get(agreement["to_station"], first), first)}
    words = chain_of.in_words(drawn)
    if size == "mini":
        return _drawn(drawn)
    return get_template(f"pieces/_chain_{size}.html").render(
        {"stations": drawn, "words": words, "agreement": span, "aside": aside}
    )


@cache
def _mini(stations: tuple[tuple[str, str, str], ...], language: str | None) -> SafeString:
    """A mini chain that says nothing but its states. A list draws one per row, and there are few different ones."""
    return _drawn(
        chain_of.lay_out([{"key": key, "label": label, "state": state} for key, label, state in stations])
    )


def _drawn(stations: list[chain_of.Station]) -> SafeString:
    paths = chain_of.mini_paths(stations).items()
    return format_html(
        '<svg class="chain-mini" viewBox="0 0 64 8" role="img"><title>{}</title>{}</svg>',
        chain_of.in_words(stations),
        format_html_join("", '<path class="{}" d="{}"/>', paths),
    )


@register.simple_tag
def badge(state: Any, tone: str = "") -> SafeString:
    """A state as word and shape: `{% badge trial %}` or `{% badge "Running" "progress" %}`.

    An object says it itself through `badge`, a dict or pair of label and tone; the tone (neutral, progress,
    good, warn, stop) is never guessed from the label.
    """
    said = getattr(state, "badge", state)
    if callable(said):
        said = said()
    if isinstance(said, Mapping):
        label, tone = said["label"], tone or said.get("tone", "")
    elif isinstance(said, tuple | list):
        label, tone = said[0], tone or said[1]
    else:
        label = said
    tone = tone or "neutral"
    return format_html('<span class="badge badge-{}">{}{}</span>', tone, icons.tone_shape(tone), label)


@register.simple_tag
def foreign(text: Any) -> SafeString | str:
    """` lang="ca"` for a text (as a record's `said` gives it) or a language that is not the page's; nothing otherwise.

    For an element whose text is made into paragraphs, or stands in its attributes: printed as it is, a text says it itself.
    """
    language = getattr(text, "language", text if text in dict(settings.LANGUAGES) else "")
    return format_html(' lang="{}"', language) if language and language != get_language() else ""


@register.filter
def shorten(text: Any, words: int) -> Any:
    """The first `words` words of a text, which keeps its language."""
    short = Truncator(text).words(words, truncate=" …")
    return text.with_words(short) if isinstance(text, Said) else short


@register.filter
def bare(text: Any) -> Any:
    """The words of a text alone, without their language: where no element can stand (attribute, title, option)."""
    return str(text) if isinstance(text, Said) else text


@register.simple_tag
def helix(key: str) -> SafeString:
    """The glyph of a helix; “fifth” is drawn as this installation reads it."""
    return icons.helix_glyph(settings.FIFTH_HELIX if key == "fifth" else str(key or ""))


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, even where the list of hashed names is missing (error pages)."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A field's widget, tied to its help, its counter and its errors."""
    widget = field.field.widget
    if field.errors and getattr(widget, "input_type", "") in ("number", "date", "time", "datetime-local"):
        # A browser shows nothing where a number field holds “N/A”; what was typed must stay to be mended.
        widget.input_type = "text"
    attrs: dict[str, Any] = {}
    if widget.attrs.get("placeholder"):
        attrs["placeholder"] = False  # it would vanish at the first key; what it says belongs in the help
    if not field.use_fieldset and not widget.attrs.get("aria-describedby") and (tied := _describes(field)):
        attrs["aria-describedby"] = tied
    return field.as_widget(attrs=attrs)


@register.simple_tag
def described_by(field: BoundField) -> str:
    """The ids of what explains a field, in the order in which it is read."""
    return _describes(field)


@register.filter
def plain(value: float) -> str:
    """A number as SVG wants it, in every language."""
    return f"{value:g}"


@register.filter
def pct(value: float) -> str:
    """A share as SVG wants it: “12.5%” in every language."""
    return f"{value:g}%"


@register.filter
def word_limit(field: BoundField) -> int | None:
    """How many words a field takes, from its widget's `data-words`; None when it has no limit."""
    return field.field.widget.attrs.get("data-words")


@register.filter
def character_limit(field: BoundField) -> int | None:
    """How many characters a long text takes; short ones need no counter."""
    limit = getattr(field.field, "max_length", None)
    return limit if limit and "rows" in field.field.widget.attrs and not word_limit(field) else None


@register.filter
def control_kind(field: BoundField) -> str:
    """Which shape of field this is: check, choices, many, file, hidden or line."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    kind = getattr(widget, "input_type", "")
    if kind == "checkbox" and not getattr(widget, "option_template_name", ""):
        return "check"
    if kind in ("radio", "checkbox"):
        return "choices"
    if kind == "file":
        return "file"
    return "many" if getattr(widget, "allow_multiple_selected", False) else "line"


def _describes(field: BoundField) -> str:
    """Help, then counter, then error."""
    if not field.auto_id:
        return ""
    parts = []
    if field.help_text:
        parts.append(f"{field.auto_id}_helptext")
    if word_limit(field) or character_limit(field):
        parts.append(f"{field.auto_id}_counter")
    if field.errors:
        parts.append(f"{field.auto_id}_error")
    return " ".join(parts)
