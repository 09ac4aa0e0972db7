"""How does a record become a PDF that a screen reader can read? Typeset by Typst from a template and plain data."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

NO_GLYPH = "could not be displayed with font"


def pdf(template: Path, data: Mapping[str, Any], *, language: str, title: str) -> bytes:
    """The document of `template` (a .typ file) as tagged PDF/UA-1.

    `data` is read by the template as JSON, so that what people typed arrives as text and is never markup. The
    template sees nothing but its own folder, and only the fonts that come with Typst: the same file everywhere.
    A sign those fonts have no picture of, such as an emoji, forbids the claim to PDF/UA; the document is tagged
    all the same, and the sign is there for who copies or hears it.
    """
    given: dict[str, Any] = {
        "root": str(template.parent),
        "sys_inputs": {"data": json.dumps({**data, "title": title, "language": language})},
        "ignore_system_fonts": True,
        "timestamp": timezone.now().replace(microsecond=0),
    }
    try:
        return _compiled(template, **given, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if NO_GLYPH not in str(error):
            raise
        return _compiled(template, **given)


def _compiled(template: Path, **given: Any) -> bytes:
    document = typst.compile(str(template), **given)
    assert isinstance(document, bytes)  # one file: only pictures come page by page
    return document
