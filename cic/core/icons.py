"""Which drawings stand beside words? Paths on a grid of 16, stroked in the colour of the text."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS = {
    "add": "M8 3v10M3 8h10",
    "arrow": "M2.5 8h11M9.5 4l4 4-4 4",
    "back": "M13.5 8h-11M6.5 4l-4 4 4 4",
    "bell": "M3 11.5h10l-1.5-2.5V6.5a3.5 3.5 0 0 0-7 0V9zM6.5 13.5h3M8 3V2",
    "calendar": "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5",
    "check": "M2.5 8.5l3.5 4 7.5-9",
    "clock": "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.5V8l2.5 2",
    "close": "M3.5 3.5l9 9M12.5 3.5l-9 9",
    "copy": "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
    "down": "M3.5 6l4.5 4.5L12.5 6",
    "download": "M8 2v8.5M4.5 7L8 10.5 11.5 7M2.5 13.5h11",
    "edit": "M10.5 3l2.5 2.5L5.5 13H3v-2.5z",
    "external": "M6.5 3.5h-3v9h9v-3M9 2.5h4.5V7M13.5 2.5L7.5 8.5",
    "file": "M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3",
    "filter": "M2 4h12M4.5 8h7M6.5 12h3",
    "globe": "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM2 8h12M8 2c-4 4-4 8 0 12 4-4 4-8 0-12",
    "help": "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM6.3 6.3a1.8 1.8 0 1 1 2.5 1.7c-.6.3-.8.6-.8 1.2M8 11.4v.1",
    "lock": "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
    "menu": "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    "minus": "M3 8h10",
    "more": "M3.5 8h.01M8 8h.01M12.5 8h.01",
    "note": "M2.5 3.5h11v7.5h-6l-3 2.5V11h-2z",
    "person": "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.5 14c.5-3 2.5-4 5.5-4s5 1 5.5 4",
    "pin": "M8 14.5c-3-3.5-4.5-5.7-4.5-8a4.5 4.5 0 0 1 9 0c0 2.3-1.5 4.5-4.5 8zM8 8a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
    "search": "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3l3.7 3.7",
    "sort": "M5 6.5L8 3l3 3.5M5 9.5L8 13l3-3.5",
    "sort-down": "M5 9.5L8 13l3-3.5M8 3v9.5",
    "sort-up": "M5 6.5L8 3l3 3.5M8 3.5V13",
    "trash": "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9",
    "up": "M3.5 10L8 5.5l4.5 4.5",
    "upload": "M8 10.5V2M4.5 5.5L8 2l3.5 3.5M2.5 13.5h11",
}

# The five helices: a saw-tooth roof, an open book, a portico, three people; and leaf or waves for the fifth.
HELICES = {
    "industry": "M1.5 13.5V6.5l4 2.8V6.5l4 2.8V2.5h5v11z",
    "academia": "M8 4.5C6.3 3 4 2.7 1.5 3v9.5c2.5-.3 4.8 0 6.5 1.5 1.7-1.5 4-1.8 6.5-1.5V3C12 2.7 9.7 3 8 4.5zM8 4.5V14",
    "administration": "M1.5 6L8 2l6.5 4zM3.5 6v6.5M8 6v6.5M12.5 6v6.5M1.5 13.5h13",
    "civil": "M8 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM3.7 13.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM12.3 13.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "environment": "M3 13c-.5-6 3-10 10.5-10.5C14 9.5 10 13.5 4.5 12M2 14.5C4 11 6.5 8.5 9.5 7",
    "media": "M8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM4.8 4.8a4.5 4.5 0 0 0 0 6.4M11.2 4.8a4.5 4.5 0 0 1 0 6.4M2.6 2.6a7.6 7.6 0 0 0 0 10.8M13.4 2.6a7.6 7.6 0 0 1 0 10.8",
}

# A state is a word and a shape; the shape belongs to the tone, so that it reads without colour.
TONES = {
    "neutral": '<path d="M3 3h6v6H3z"/>',
    "progress": '<circle cx="6" cy="6" r="4"/><path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor"/>',
    "good": '<circle cx="6" cy="6" r="4.75" fill="currentColor"/><path class="cut" d="M3.8 6.2l1.6 1.6 2.9-3.4"/>',
    "warn": '<path d="M6 1.5L11 10.5H1z"/><path d="M6 5v2.3M6 8.9v.1"/>',
    "stop": '<path d="M1 6h6"/><path d="M9 1.5v9" stroke-width="3"/>',
}


def icon(name: str, label: str = "") -> SafeString:
    """The drawing called `name`: decoration, or an image named by `label` where no word stands beside it."""
    return _drawing("icon", ICONS[name], label)


def helix_glyph(key: str) -> SafeString:
    """The drawing of a helix (“public_administration” finds “administration”); its name stands beside it in words."""
    kind = next((name for name in HELICES if name in key), None)
    return _drawing("icon helix", HELICES[kind] if kind else "M3 3h10v10H3z", "")


def tone_shape(tone: str) -> SafeString:
    """The shape of a state's tone."""
    return format_html(
        '<svg class="tone" viewBox="0 0 12 12" aria-hidden="true">{}</svg>',
        mark_safe(TONES.get(tone, TONES["neutral"])),  # noqa: S308 our own drawings
    )


def _drawing(css: str, path: str, label: str) -> SafeString:
    """One path as inline SVG."""
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 16 16" width="16" height="16" role="img" aria-label="{}"><path d="{}"/></svg>',
            css,
            label,
            path,
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="{}"/></svg>',
        css,
        path,
    )
