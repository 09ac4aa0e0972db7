"""Which texts is a page made of, one by one, and how does it read with others in their place?"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Field, TextField
from django.utils.text import capfirst
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField

from cic.core.texts import without_controls

WORDS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)
# Of what every page has; the address of a page is its own in each language.
OF_EVERY_PAGE = ("title", "seo_title", "search_description")

# What the editor's script writes into formatted text, anew each time.
_KEYS = re.compile(r' data-block-key="[^"]*"')

Say = Callable[[str, Any, str], str]


@dataclass(frozen=True)
class Part:
    """One text of a page: where it stands, what it is called, what it says, and whether that is HTML."""

    path: str
    label: str
    text: str
    is_html: bool
    max_length: int | None

    @property
    def unit(self) -> str:
        """What is marked with a language as a whole: the field, or the block of a body."""
        return unit_of(self.path)


def plain(html: str) -> str:
    """Formatted text as it compares: without the marks of the editor's script."""
    return _KEYS.sub("", html)


def unit_of(path: str) -> str:
    """The field or block that a part belongs to."""
    return ".".join(path.split(".")[:2])


def fields_of(page: Any) -> list[Field]:
    """The fields that hold texts, in the order of the form."""
    own = [field for field in page._meta.concrete_fields if field.model._meta.app_label == "cms"]
    texts = [
        field
        for field in own
        if isinstance(field, CharField | TextField | StreamField) and field.editable and not field.choices
    ]
    return [*(page._meta.get_field(name) for name in OF_EVERY_PAGE), *texts]


def parts_of(page: Any) -> list[Part]:
    """The texts of `page` that are not empty."""
    return list(_parts(page))


def _parts(page: Any) -> Iterator[Part]:
    for field in fields_of(page):
        label = capfirst(str(field.verbose_name))
        if not isinstance(field, StreamField):
            if text := getattr(page, field.attname):
                is_html = isinstance(field, RichTextField)
                yield Part(field.name, label, plain(text) if is_html else text, is_html, field.max_length)
            continue
        found: list[Part] = []

        def say(path: str, block: Any, text: str, found: list[Part] = found) -> str:
            longest = getattr(block.field, "max_length", None)
            is_html = isinstance(block, blocks.RichTextBlock)
            said = plain(text) if is_html else text
            found.append(Part(path, capfirst(str(block.label)), said, is_html, longest))
            return text

        _walk(field.stream_block, raw_of(page, field.name), field.name, say)
        yield from found


def raw_of(page: Any, name: str) -> list[dict[str, Any]]:
    """The blocks of a body as they are stored."""
    return list(getattr(page, name).get_prep_value())


def put(page: Any, texts: Mapping[str, str]) -> None:
    """Let `page` say `texts`, by their paths; paths it does not have are left out."""
    for field in fields_of(page):
        if isinstance(field, StreamField):
            raw = _walk(
                field.stream_block,
                raw_of(page, field.name),
                field.name,
                lambda path, _block, text: texts.get(path, text),
            )
            setattr(page, field.name, json.dumps(raw))
        elif field.name in texts:
            setattr(page, field.name, texts[field.name])


def take_out_controls(page: Any) -> None:
    """Take out of the texts of `page` what nobody sees, such as marks that turn the direction of a line."""
    clean = {part.path: said for part in parts_of(page) if (said := without_controls(part.text)) != part.text}
    if clean:
        put(page, clean)


def _walk(block: Any, value: Any, path: str, say: Say, depth: int = 0) -> Any:
    """`value` of `block` with each of its texts as `say` has it. Blocks go by their id, what is in them by its place."""
    if isinstance(block, blocks.StreamBlock | blocks.ListBlock):
        inner = getattr(block, "child_blocks", {})
        return [
            {
                **child,
                "value": _walk(
                    inner.get(child["type"]) if inner else block.child_block,
                    child["value"],
                    f"{path}.{child['id'] if not depth else number}",
                    say,
                    depth + 1,
                ),
            }
            for number, child in enumerate(value)
        ]
    if isinstance(block, blocks.StructBlock):
        return {
            name: _walk(block.child_blocks[name], one, f"{path}.{name}", say, depth + 1)
            if name in block.child_blocks
            else one
            for name, one in value.items()
        }
    return say(path, block, value) if isinstance(block, WORDS) and value else value


def take_over(page: Any, source: Any) -> None:
    """Give `page` the blocks that `source` has and it has not, each after the one it follows there."""
    for field in fields_of(page):
        if not isinstance(field, StreamField):
            continue
        own, theirs = raw_of(page, field.name), raw_of(source, field.name)
        here = [child["id"] for child in own]
        if not set(here) & {child["id"] for child in theirs} and here:
            continue
        for number, child in enumerate(theirs):
            if child["id"] not in here:
                before = theirs[number - 1]["id"] if number else None
                place = here.index(before) + 1 if before in here else 0
                own.insert(place, child)
                here.insert(place, child["id"])
        setattr(page, field.name, json.dumps(own))


def beside(page: Any, source: Any) -> dict[str, Part]:
    """The parts of `source` by the paths that `page` has for them.

    Bodies that share no block, because nobody made one from the other, are laid side by side if their kinds agree.
    """
    names: dict[str, str] = {}
    for field in fields_of(source):
        if isinstance(field, StreamField):
            own, theirs = raw_of(page, field.name), raw_of(source, field.name)
            strangers = not {child["id"] for child in own} & {child["id"] for child in theirs}
            if strangers and [child["type"] for child in own] == [child["type"] for child in theirs]:
                names |= {
                    f"{field.name}.{there['id']}": f"{field.name}.{here['id']}"
                    for here, there in zip(own, theirs, strict=True)
                }
    found = {}
    for part in parts_of(source):
        unit = part.unit
        found[names.get(unit, unit) + part.path[len(unit) :]] = part
    return found
