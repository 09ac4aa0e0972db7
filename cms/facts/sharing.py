"""What picture goes with a page that is shared: its title, where its chain stands, and whose it is?"""

import hashlib
import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from cic.core.chain import lay_out

FOLDER = "share"
BATCH = 500
WIDTH, HEIGHT, EDGE = 1200, 630, 72
INK, QUIET, PAPER, LINE, WARM = "#16242c", "#43515a", "#ffffff", "#6f7b80", "#b4481e"
TITLE_SIZE, SMALL_SIZE, LINES, CHARACTERS = 64, 32, 4, 34
SCALE = 9  # of the mini chain, which is 64 × 8


class Picture(NamedTuple):
    """What stands in a picture: a title, whose it is above it, and where its chain stands below."""

    title: str
    above: str = ""
    stations: Any = ()


def face(weight: int, size: int) -> ImageFont.FreeTypeFont:
    """The site's own type."""
    return ImageFont.truetype(finders.find(f"fonts/atkinson-next-{weight}.woff2"), size)


def stored_picture(kind: str, language: str, name: str, shown: Picture) -> str:
    """The name in the storage of the picture of a page; drawn once for the same words, the one before it goes."""
    marks = [(row["key"], str(row["label"]), row["state"]) for row in shown.stations]
    words = (shown.title, shown.above, settings.SITE_NAME, settings.CITY_NAME, settings.ACCENT_COLOUR)
    says = repr((words, marks, 2))
    folder = f"{FOLDER}/{kind}/{language}/{name}"
    file = f"{hashlib.sha256(says.encode()).hexdigest()[:32]}.png"
    if default_storage.exists(f"{folder}/{file}"):
        return f"{folder}/{file}"
    stored = default_storage.save(f"{folder}/{file}", ContentFile(drawn(shown)))
    for old in listed(folder)[1]:
        if f"{folder}/{old}" != stored:
            default_storage.delete(f"{folder}/{old}")
    return stored


def listed(folder: str) -> tuple[list[str], list[str]]:
    """Folders and files in a folder of the storage; none where it is not there."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def forget(folder: str) -> None:
    """Remove a folder of pictures from the storage."""
    for file in listed(folder)[1]:
        default_storage.delete(f"{folder}/{file}")
    # A folder is a thing of its own in a file system only.
    default_storage.delete(folder)


def sweep(known: Mapping[str, Callable[[str, list[str]], set[str]]]) -> int:
    """Remove the pictures of pages that are public no more, and of languages that are gone; how many pages.

    `known` says by kind which of some names in a language still have a public page.
    """
    gone = 0
    languages = dict(settings.LANGUAGES)
    for kind, still_public in known.items():
        for language in listed(f"{FOLDER}/{kind}")[0]:
            names = listed(f"{FOLDER}/{kind}/{language}")[0]
            for start in range(0, len(names), BATCH):
                batch = names[start : start + BATCH]
                for name in set(batch) - (still_public(language, batch) if language in languages else set()):
                    forget(f"{FOLDER}/{kind}/{language}/{name}")
                    gone += 1
    return gone


def drawn(shown: Picture) -> bytes:
    """The picture as PNG, 1200 × 630."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 16), fill=settings.ACCENT_COLOUR)
    lines = textwrap.wrap(shown.title, CHARACTERS, max_lines=LINES, placeholder=" …") or [settings.SITE_NAME]
    bold, plain = face(650, TITLE_SIZE), face(400, SMALL_SIZE)
    draw.text((EDGE, 48), shown.above, font=plain, fill=QUIET)
    for number, line in enumerate(lines):
        draw.text((EDGE, 100 + number * 78), line, font=bold, fill=INK)
    if shown.stations:
        _chain(draw, shown.stations, 460)
    draw.text((EDGE, HEIGHT - 92), f"{settings.SITE_NAME} · {settings.CITY_NAME}", font=plain, fill=QUIET)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _chain(draw: ImageDraw.ImageDraw, stations: Sequence[dict[str, Any]], y: int) -> None:
    """The mini chain, larger: filled behind, a ring where it is, hollow ahead, a bar where it stopped."""
    accent = settings.ACCENT_COLOUR
    row_of = lay_out(stations)
    for row in row_of:
        if row.onward:
            colour = accent if row.onward == "done" else LINE
            ends = (EDGE + row.from_x * SCALE, y, EDGE + row.to_x * SCALE, y)
            draw.line(ends, fill=colour, width=8 if row.onward == "done" else 4)
    for row in row_of:
        x = EDGE + row.x * SCALE
        if row.state == "done":
            draw.circle((x, y), 20, fill=accent)
        elif row.state == "here":
            draw.circle((x, y), 24, fill=PAPER, outline=accent, width=10)
        elif row.state == "ahead":
            draw.circle((x, y), 15, fill=PAPER, outline=LINE, width=4)
        elif row.state == "stopped":
            draw.line((x, y - 30, x, y + 30), fill=WARM, width=12)
