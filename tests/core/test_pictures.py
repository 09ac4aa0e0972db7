"""Does a picture keep its pixels and lose everything else?"""

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cic.core.pictures import LONGEST_SIDE_PX, BadPicture, cleaned

CANARY = "Xanarium"


def photograph(size=(40, 20), orientation=6):
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 30, 30), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = CANARY  # artist
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (41.0, 23.0, 15.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, comment=CANARY.encode())
    file.seek(0)
    return file


def test_photograph_loses_place_and_author_and_stands_upright():
    content = cleaned(photograph(), "image/jpeg")

    picture = Image.open(io.BytesIO(content))
    assert CANARY.encode() not in content
    assert (dict(picture.getexif()), picture.info.get("comment")) == ({}, None)
    assert picture.size == (20, 40)
    red, green, _blue = picture.getpixel((10, 5))
    assert (red > 180, green < 80) == (True, True)


def test_large_photograph_is_made_smaller():
    picture = Image.open(io.BytesIO(cleaned(photograph((4000, 2000), 1), "image/jpeg")))

    assert picture.size == (LONGEST_SIDE_PX, LONGEST_SIDE_PX // 2)


def test_x04_drawing_keeps_its_transparency_and_loses_texts_and_tail():
    drawing = Image.new("RGBA", (4, 4), (10, 100, 96, 128))
    texts = PngInfo()
    texts.add_text("Author", CANARY)
    texts.add_itxt("Comment", CANARY)
    file = io.BytesIO()
    drawing.save(file, "PNG", pnginfo=texts)
    file.write(b"<script>alert('Xanarium')</script>")
    file.seek(0)

    content = cleaned(file, "image/png")

    picture = Image.open(io.BytesIO(content))
    assert CANARY.encode() not in content
    assert (picture.mode, picture.getpixel((1, 1))) == ("RGBA", (10, 100, 96, 128))


def test_palette_and_its_transparency_are_kept():
    drawing = Image.new("P", (2, 1))
    drawing.putpalette([255, 0, 0, 0, 0, 255] + [0] * 762)
    drawing.putdata([0, 1])
    file = io.BytesIO()
    drawing.save(file, "PNG", transparency=1)
    file.seek(0)

    picture = Image.open(io.BytesIO(cleaned(file, "image/png"))).convert("RGBA")

    assert [picture.getpixel((0, 0)), picture.getpixel((1, 0))[3]] == [(255, 0, 0, 255), 0]


def test_webp_is_written_as_webp():
    file = io.BytesIO()
    Image.new("RGB", (3, 3), "red").save(file, "WEBP")
    file.seek(0)

    assert Image.open(io.BytesIO(cleaned(file, "image/webp"))).format == "WEBP"


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0broken", b"<html>"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(BadPicture):
        cleaned(io.BytesIO(content), "image/jpeg")


def test_f03_picture_larger_than_any_camera_makes_is_refused():
    file = io.BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    file.seek(0)

    with pytest.raises(BadPicture):
        cleaned(file, "image/png")
