"""How far is a page said in its language, which of it lags behind the page it was made from, and what did a machine write?

`said` of a page: "from" the language of the page it was made from; "parts" by path: "of" what it said then, "text" what
stands here (marks of both) and its "origin"; "unsaid" the fields and blocks that still stand in the language of the source.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from wagtail.fields import StreamField
from wagtail.models import Page

from cic.core.models.translations import HUMAN, MACHINE, Completeness
from cms.facts.parts import Part, beside, fields_of, parts_of

UNSAID, OUTDATED = "unsaid", "outdated"


@dataclass(frozen=True)
class Line:
    """One text of the source with what stands for it here: `state` is unsaid, outdated, machine or human."""

    path: str
    source: Part
    text: str
    state: str
    origin: str

    @property
    def is_settled(self) -> bool:
        """Whether a person said it, of the source as it is now."""
        return self.state == HUMAN

    @property
    def for_machine(self) -> bool:
        """Whether a machine may say it: nobody has, or it was a machine's and lags behind."""
        return self.state == UNSAID or (self.state == OUTDATED and self.origin == MACHINE)


def mark(text: str) -> str:
    """A short mark of a text, the same as long as the text is."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def family_of(page: Page) -> dict[str, Any]:
    """The page in every language that it is there in, itself among them, by language: one query."""
    rows = page.specific_class.objects.filter(translation_key=page.translation_key)
    return {row.locale.language_code: row for row in rows.select_related("locale", "latest_revision")}


def source_of(page: Any, family: Mapping[str, Any] | None = None) -> Any:
    """The page that `page` was made from, as others follow it; None where it was made from none, or that one is gone."""
    code = page.said.get("from", "")
    found = (family or family_of(page)).get(code) if code else None
    return None if found is None else as_source(found)


def as_source(page: Any) -> Any:
    """A page as others follow it: as the public reads it, or its draft before."""
    return page if page.live else page.newest()


def noted(page: Any, source: Any) -> dict[str, Any]:
    """`said` of a page about to be saved: what was changed since the last time is a person's, of the source as it is now."""
    known, theirs = page.said.get("parts", {}), beside(page, source)
    entries: dict[str, Any] = {}
    whole: dict[str, bool] = {}
    for part in parts_of(page):
        entry, original = known.get(part.path), theirs.get(part.path)
        if entry is None or entry["text"] != mark(part.text):
            same = original is not None and original.text == part.text
            entry = None if same else entry_of(original, part.text)
        if entry:
            entries[part.path] = entry
        whole[part.unit] = whole.get(part.unit, True) and not entry
    unsaid = [unit for unit, is_unsaid in whole.items() if is_unsaid]
    return {"from": page.said["from"], "parts": entries, "unsaid": unsaid}


def entry_of(source: Part | None, text: str, origin: str = HUMAN) -> dict[str, str]:
    """What is kept of one text said now."""
    return {"of": mark(source.text if source else ""), "text": mark(text), "origin": origin}


def said_anew(page: Any, source: Any, names: Iterable[str], read: Collection[str] = ()) -> None:
    """Count as a person's what somebody wrote into the fields `names`; a field left empty says again what `source` says.

    What stood there stays whose it was, unless it is among those `read`: right as they stand.
    """
    known, theirs = dict(page.said.get("parts", {})), {part.path: part for part in parts_of(source)}
    for name in names:
        text, entry = getattr(page, name), known.get(name)
        if not text.strip():
            known.pop(name, None)
        elif entry is None or entry["text"] != mark(text) or name in read:
            known[name] = entry_of(theirs.get(name), text)
    page.said = {**page.said, "parts": known}
    keep_up(page, source)


def keep_up(page: Any, source: Any) -> bool:
    """Let the fields that nobody has said in the language of `page` say what `source` says now; whether any changed."""
    known, before = page.said.get("parts", {}), {}
    for field in fields_of(page):
        if field.name not in known and not isinstance(field, StreamField):
            before[field.name] = getattr(page, field.name)
            setattr(page, field.name, getattr(source, field.name))
    return any(getattr(page, name) != text for name, text in before.items())


def lines_of(page: Any, source: Any) -> list[Line]:
    """Each text of the source, in its order, with what stands for it in `page`."""
    here, known = {part.path: part.text for part in parts_of(page)}, page.said.get("parts", {})
    found = []
    for path, part in beside(page, source).items():
        entry = known.get(path) if path in here else None
        if entry is None:
            found.append(Line(path, part, "", UNSAID, ""))
            continue
        state = entry["origin"] if entry["of"] == mark(part.text) else OUTDATED
        found.append(Line(path, part, here[path], state, entry["origin"]))
    return found


def unread(page: Any) -> list[str]:
    """What of `page` a machine wrote and nobody has read, in the words of its fields."""
    known = page.said.get("parts", {})
    return (
        [part.label for part in parts_of(page) if known.get(part.path, {}).get("origin") == MACHINE]
        if known
        else []
    )


def completeness(page: Any, lines: list[Line]) -> Completeness:
    """How much of its source `page` says."""
    code = page.locale.language_code
    return Completeness(
        code,
        dict(settings.LANGUAGES).get(code, code),
        sum(line.state != UNSAID for line in lines),
        len(lines),
        sum(line.state == OUTDATED for line in lines),
        sum(line.origin == MACHINE for line in lines),
    )
