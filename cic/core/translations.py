"""How does a record get its texts in another language, by a person or by a machine?"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from .errors import DomainError
from .models.translations import HUMAN, MACHINE, Translatable
from .operations import edit, lock, operation
from .texts import clean_text

# Language → field → text; an empty text (or None) takes the translation away.
Texts = Mapping[str, Mapping[str, str | None]]


@operation
def translate(
    record: Any, texts: Texts, *, actor: Any, origin: str = HUMAN, expected_version: int | None = None
) -> Any:
    """Say texts of `record` in other languages; what is not named stays. A machine never replaces a person's text.

    A text that is sent again as it stands counts as looked over: it no longer lags behind, and it is a person's.
    Raises: DomainError "invalid" or "stale". The caller has asked the permission, which is the noun's own.
    """
    fresh = lock(record, expected_version)
    check(fresh, texts)
    return edit(fresh, {"translations": merged(fresh, texts, origin)}, actor=actor, action="translate")


def merged(record: Translatable, texts: Texts, origin: str = HUMAN) -> dict[str, dict[str, Any]]:
    """The stored form of the translations of `record` with `texts` put in."""
    result = {code: dict(entries) for code, entries in record.translations.items()}
    for code, said in texts.items():
        entries = result.setdefault(code, {})
        for name, text in said.items():
            known = entries.get(name)
            if origin == MACHINE and known and known["origin"] == HUMAN:
                continue
            multiline = record._meta.get_field(name).get_internal_type() == "TextField"
            text = clean_text(text or "", multiline=multiline)
            if text:
                entries[name] = {"text": text, "origin": origin, "outdated": False}
            else:
                entries.pop(name, None)
        if not entries:
            del result[code]
    return result


def check(record: Translatable, texts: Texts) -> None:
    """Refuse what cannot be a translation of `record`.

    Raises: DomainError "invalid".
    """
    wrong = list(_wrong(record, texts))
    if wrong:
        raise DomainError("invalid", " ".join(wrong), fields={"translations": wrong})


def _wrong(record: Translatable, texts: Texts) -> Any:
    known = dict(settings.LANGUAGES)
    for code, said in texts.items():
        if code not in known:
            yield _("%(language)s is no language of this installation.") % {"language": code}
            continue
        if code == record.text_language:
            yield _("%(language)s is the language it is written in.") % {"language": known[code]}
            continue
        for name, text in said.items():
            if name not in record.TRANSLATED:
                yield _("%(name)s is not translated.") % {"name": name}
                continue
            field = record._meta.get_field(name)
            if field.max_length and text and len(text) > field.max_length:
                yield _("%(name)s: %(max)d characters at most.") % {
                    "name": field.verbose_name,
                    "max": field.max_length,
                }


def missing(record: Translatable, code: str) -> dict[str, str]:
    """What a machine may still say in `code`: the sources without a translation, or with a machine's that lags behind."""
    known = record.translations.get(code, {})
    found = {}
    for name in record.TRANSLATED:
        entry, source = known.get(name), getattr(record, name)
        if source and (entry is None or (entry["origin"] == MACHINE and entry["outdated"])):
            found[name] = source
    return found
