"""In which languages is a record written, and what does it say in this one?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KT
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

HUMAN, MACHINE = "human", "machine"


class Said(str):
    """A text that knows its language, whether a machine wrote it, and whether its source has changed since.

    Printed on a page of another language it names its own: `<span lang="ca">…</span>`. Where no element can stand (an
    attribute, a title, an option), `|bare` gives the words alone; a filter that makes something else of it does too.
    """

    language = ""
    is_machine = is_outdated = False

    @classmethod
    def of(cls, text: str, language: str, entry: Mapping[str, Any] | None = None) -> "Said":
        """`text` in `language`; with the entry of a translation, what is known of how it came to be."""
        said = cls(text)
        said.language = language
        if entry:
            said.is_machine, said.is_outdated = entry["origin"] == MACHINE, entry["outdated"]
        return said

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)

    def __html__(self) -> SafeString:
        """Its words for a page, in an element of their language where that is not the page's."""
        if not (self and self.language) or self.language == get_language():
            return escape(str(self))
        return format_html('<span lang="{}">{}</span>', self.language, str(self))

    def with_words(self, text: str) -> "Said":
        """`text`, made of it, in its language: a reference before it, its first words."""
        return Said.of(text, self.language)


class Speaker:
    """The texts of a record in one language: `record.said.title`, each in its own language where nobody translated it."""

    def __init__(self, record: "Written", language: str) -> None:
        self._record, self._language = record, language

    def __getattr__(self, name: str) -> Said:
        record = self._record
        if name not in record.TRANSLATED:
            raise AttributeError(f"{type(record).__name__} has no translated text {name!r}")
        return said(getattr(record, name), name, record.translations, record.text_language, self._language)

    @property
    def is_machine(self) -> bool:
        """Whether a machine wrote any of it."""
        return any(getattr(self, name).is_machine for name in self._record.TRANSLATED)

    @property
    def original(self) -> str:
        """The language it was written in, where that is another one; else empty."""
        own = self._record.text_language
        return own if own != self._language else ""


def said(
    text: Any, name: str, translations: Mapping[str, Any], own: str, language: str | None = None
) -> Said:
    """What the field `name` says in `language` (the one in use), from the columns of its row."""
    language = language or get_language() or settings.LANGUAGE_CODE
    entry = (translations or {}).get(language, {}).get(name) if language != own else None
    if text and entry and entry["text"]:
        return Said.of(entry["text"], language, entry)
    return Said.of(text or "", own)


def flat(translations: Mapping[str, Any]) -> dict[str, str]:
    """Stored translations under the names exports give them, `title_es` to the text; marked where it is not a person's of today."""
    texts = {}
    for code, entries in translations.items():
        for name, entry in entries.items():
            marks = [
                f"[{word}]" for word in (MACHINE, "outdated") if entry["origin"] == word or entry.get(word)
            ]
            texts[f"{name}_{code}"] = " ".join([entry["text"], *marks])
    return texts


def with_languages(model: Any, columns: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Headings and paths of a table, each translated text with a column for every language: `title`, `title_ca`, …"""
    translated = model.TRANSLATED if issubclass(model, Translatable) else ()
    return [
        column
        for heading, path in columns
        for column in (
            (heading, path),
            *(
                (f"{heading}_{code}", KT(f"translations__{code}__{path}__text"))
                for code, _name in (settings.LANGUAGES if path in translated else ())
            ),
        )
    ]


@dataclass(frozen=True)
class Completeness:
    """How much of a record is said in one language: `done` of `total` texts, of which some lag behind or are a machine's."""

    code: str
    name: str
    done: int
    total: int
    outdated: int
    machine: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and nothing lags behind."""
        return self.done == self.total and not self.outdated


class Written:
    """A record whose texts are in one language: `record.said.title` says in which. `TRANSLATED` names these texts."""

    TRANSLATED: tuple[str, ...] = ()
    translations: Any = {}
    language: Any

    @property
    def text_language(self) -> str:
        """The language its texts are written in."""
        return self.language

    @property
    def said(self) -> Speaker:
        """Its texts in the language in use."""
        return Speaker(self, get_language() or settings.LANGUAGE_CODE)

    @property
    def own(self) -> Speaker:
        """Its texts as they were written, each knowing its language."""
        return Speaker(self, self.text_language)

    def written_in(self) -> list[str]:
        """The languages it can be read in: its own, and those into which its first text was put; all without that text."""
        first, own = self.TRANSLATED[0], self.text_language
        return [
            code
            for code, _name in settings.LANGUAGES
            if code == own
            or not getattr(self, first)
            or (self.translations.get(code) or {}).get(first, {}).get("text")
        ]


class Translatable(Written, models.Model):
    """A record whose texts are written in one language and may be said in all others of the installation.

    `translations`: language → field → {"text", "origin" (human or machine), "outdated"}. A column of the record, so
    that reading costs no query, and version, audit, bin and export hold for the texts in every language alike.
    """

    # Where a list reads the language its texts are written in.
    LANGUAGE_PATH = "language"

    translations = models.JSONField(_("translations"), default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def said_in(self, language: str) -> Speaker:
        """Its texts in `language`."""
        return Speaker(self, language)

    def completeness(self) -> list[Completeness]:
        """How much of it is said in each of the other languages; nothing, where there is nothing to say."""
        filled = [name for name in self.TRANSLATED if getattr(self, name)]
        rows = []
        for code, name in settings.LANGUAGES if filled else ():
            if code == self.text_language:
                continue
            known = self.translations.get(code, {})
            entries = [known[field] for field in filled if field in known]
            rows.append(
                Completeness(
                    code,
                    name,
                    len(entries),
                    len(filled),
                    sum(entry["outdated"] for entry in entries),
                    sum(entry["origin"] == MACHINE for entry in entries),
                )
            )
        return rows

    def age(self, names: Iterable[str], before: Mapping[str, Any]) -> None:
        """Mark what was translated from texts that have changed since; what is new in the same edit is not."""
        stale = [name for name in names if name in self.TRANSLATED]
        old = before.get("translations") or {}
        for code, entries in (self.translations or {}).items() if stale else ():
            for name in stale:
                if name in entries and entries[name] == old.get(code, {}).get(name):
                    # A copy: `before` holds the same mappings.
                    self.translations = {
                        **self.translations,
                        code: {**self.translations[code], name: {**entries[name], "outdated": True}},
                    }
