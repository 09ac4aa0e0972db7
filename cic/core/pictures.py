"""What is left of a picture once nothing but the picture is kept?"""

import io
import warnings
from typing import IO, Any

from PIL import Image, ImageOps

# Media type → the format's name, and how it is written.
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "image/png": ("PNG", {"optimize": True}),
    "image/jpeg": ("JPEG", {"quality": 88, "progressive": True}),
    "image/webp": ("WEBP", {"quality": 86}),
}
# A telephone's photograph, still sharp on a wide screen and in print.
LONGEST_SIDE_PX = 3000
MOST_PIXELS = 60_000_000


class BadPicture(Exception):
    """It cannot be read, or it is larger than any camera makes them."""


def cleaned(file: IO[bytes], content_type: str) -> bytes:
    """The picture written anew: upright, at most 3,000 px on its longer side, without metadata of any kind.

    Raises: BadPicture.
    """
    name, options = PICTURES[content_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[name]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise BadPicture("too large")
                picture = ImageOps.exif_transpose(opened)
                picture.load()
    except BadPicture:
        raise
    except Exception as error:  # noqa: BLE001  a decoder raises what it likes; none of it is a picture
        raise BadPicture(str(error)) from error
    picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    if name == "JPEG" and picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGB")
    # A new picture of the same pixels: whatever hung on the old one stays behind.
    bare_picture = Image.new(picture.mode, picture.size)
    if picture.mode == "P" and (palette := picture.getpalette()):
        bare_picture.putpalette(palette)
        if "transparency" in picture.info:
            options = {**options, "transparency": picture.info["transparency"]}
    bare_picture.paste(picture)
    written = io.BytesIO()
    bare_picture.save(written, name, **options)
    return written.getvalue()
