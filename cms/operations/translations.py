"""How does a page come to say something in its language: by a person, by a file, by a machine? Always as a draft."""

from collections.abc import Collection, Mapping
from typing import Any

import polib
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.log_actions import LogContext
from wagtail.models import Page

from cic.core.background import enqueue
from cic.core.errors import DomainError, from_validation
from cic.core.models.translations import HUMAN, MACHINE
from cic.core.operations import audit, operation
from cic.core.permissions import require
from cic.core.texts import clean_text
from cms.blocks import TEXT_FEATURES
from cms.facts.parts import Part, plain, put, take_over
from cms.facts.saying import OUTDATED, Line, entry_of, lines_of, noted, source_of
from cms.permissions import translating

MOST_BYTES = 2 * 1024 * 1024
# What the editor's reader of formatted text raises for tags that are crossed, and for links to nothing.
UNREADABLE = (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError)


def opened(page: Page, actor: Any) -> tuple[Any, Any, list[Line]]:
    """The newest version of `page`, its source, and both line by line; the page is locked until the operation ends.

    Raises: NotAllowed; DomainError "wrong_state" while it waits for approval, where it follows no other page, and for
    a public case, which changes by a correction only.
    """
    require(actor, translating(page), page.specific)
    locked = Page.objects.select_for_update().get(pk=page.pk)
    if locked.workflow_in_progress:
        raise DomainError("wrong_state", _("It waits for a second person. Return it first."))
    draft = locked.get_latest_revision_as_object()
    if hasattr(draft, "outcome") and locked.live:
        raise DomainError("wrong_state", _("This case is public. Say what changes and why."))
    source = source_of(draft)
    if source is None:
        raise DomainError("wrong_state", _("This page follows no page of another language."))
    take_over(draft, source)
    return draft, source, lines_of(draft, source)


def keep(draft: Any, actor: Any, action: str, paths: Collection[str], **after: Any) -> None:
    """Save `draft` as the newest version and say so in the log.

    Raises: DomainError "invalid".
    """
    try:
        with LogContext(user=actor):
            draft.save_revision(user=actor, log_action=True)
    except ValidationError as error:
        raise from_validation(error) from error
    audit(draft, action, actor=actor, after={"parts": len(paths), "from": draft.said["from"], **after})


@operation
def follow_page(page: Page, language: str, *, actor: Any) -> Page:
    """Let a page that was written on its own follow its page in `language`: what it says counts as said of that one today.

    Raises: NotAllowed; DomainError "wrong_state", or "invalid" when there is no such page.
    """
    draft = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.said = {"from": language, "parts": {}}
    if language == page.locale.language_code or source_of(draft) is None:
        raise DomainError("invalid", _("There is no page of this in that language."))
    require(actor, "cms.translate_page", page)
    if page.workflow_in_progress:
        raise DomainError("wrong_state", _("It waits for a second person. Return it first."))
    draft.said = noted(draft, source_of(draft))
    keep(draft, actor, "follow", draft.said["parts"])
    return page


@operation
def say_parts(page: Page, texts: Mapping[str, str], *, actor: Any, origin: str = HUMAN) -> int:
    """Write `texts`, by their paths, into a new draft. A machine never replaces what a person wrote.

    Returns how many were written. Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    draft, _source, lines = opened(page, actor)
    wanted: dict[str, tuple[Part, str]] = {}
    for line in lines:
        if not texts.get(line.path, "").strip() or (origin == MACHINE and not line.for_machine):
            continue
        try:
            wanted[line.path] = (line.source, cleaned(line.source, texts[line.path]))
        except DomainError:
            # What a machine made too long is left to people.
            if origin == HUMAN:
                raise
    if not wanted:
        return 0
    put(draft, {path: text for path, (_part, text) in wanted.items()})
    entries = {path: entry_of(part, text, origin) for path, (part, text) in wanted.items()}
    draft.said = {**draft.said, "parts": {**draft.said.get("parts", {}), **entries}}
    keep(draft, actor, "translate", wanted, origin=origin)
    return len(wanted)


def cleaned(part: Part, text: str) -> str:
    """`text` as the editor would keep it.

    Raises: DomainError "invalid" when it is too long, or no formatted text.
    """
    if part.is_html:
        converter = ContentstateConverter(features=TEXT_FEATURES)
        try:
            kept = converter.to_database_format(converter.from_database_format(text))
        except UNREADABLE as error:
            sentence = _("%(name)s: its tags are not as in the original.") % {"name": part.label}
            raise DomainError("invalid", sentence) from error
        return clean_text(plain(kept), multiline=True)
    text = clean_text(text, multiline="\n" in part.text)
    if part.max_length and len(text) > part.max_length:
        raise DomainError(
            "invalid",
            _("%(name)s: %(max)d characters at most.") % {"name": part.label, "max": part.max_length},
        )
    return text


@operation
def confirm_parts(page: Page, paths: Collection[str], *, actor: Any) -> int:
    """Take over as a person's what stands there: read, and right as it stands. Returns of how many."""
    draft, _source, lines = opened(page, actor)
    read = [line for line in lines if line.path in paths]
    if not read:
        return 0
    entries = {line.path: entry_of(line.source, line.text or line.source.text) for line in read}
    draft.said = {**draft.said, "parts": {**draft.said.get("parts", {}), **entries}}
    keep(draft, actor, "confirm", entries)
    return len(entries)


@operation
def ask_machine(page: Page, *, actor: Any) -> None:
    """Have the machine say what nobody has said yet, in the background.

    Raises: NotAllowed; DomainError "wrong_state" when no service is set, or nothing is left.
    """
    draft, _source, lines = opened(page, actor)
    if not settings.TRANSLATION_URL:
        raise DomainError("wrong_state", _("This installation has no translation service."))
    if not any(line.for_machine for line in lines):
        raise DomainError("wrong_state", _("Everything is translated already."))
    key = f"say:{page.pk}:{draft.latest_revision_id}"
    enqueue("cms.say_rest", key=key, page_id=page.pk, actor_id=actor.pk)


def as_po(page: Any, lines: list[Line]) -> str:
    """A file for translators: sources and what is said of them; what lags behind or was a machine's is marked fuzzy."""
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": page.locale.language_code,
        "X-Page": str(page.translation_key),
    }
    for line in lines:
        doubtful = line.state == OUTDATED or line.origin == MACHINE
        file.append(
            polib.POEntry(
                msgctxt=line.path,
                msgid=line.source.text,
                msgstr=line.text,
                comment=line.source.label,
                flags=["fuzzy"] if doubtful else [],
            )
        )
    return str(file)


@operation
def read_po(page: Page, content: bytes, *, actor: Any) -> tuple[int, int]:
    """Write what a file for this page says, as a person's. Returns how many texts, and how many were of another source.

    Raises: NotAllowed; DomainError "invalid" for what is no such file, "wrong_state".
    """
    draft, _source, lines = opened(page, actor)
    try:
        file = polib.pofile(content[:MOST_BYTES].decode("utf-8-sig") + "\n")
    except (OSError, ValueError) as error:
        raise DomainError("invalid", _("This is no PO file.")) from error
    if file.metadata.get("X-Page") != str(draft.translation_key):
        raise DomainError("invalid", _("This file is of another page."))
    if file.metadata.get("Language") != draft.locale.language_code:
        raise DomainError("invalid", _("This file is of another language."))
    known = {line.path: line for line in lines}
    texts, strange = {}, 0
    for entry in file:
        line = known.get(entry.msgctxt or "")
        if entry.obsolete or entry.fuzzy or not entry.msgstr:
            continue
        if line is None or line.source.text.strip() != entry.msgid.strip():
            strange += 1
        elif line.text != cleaned(line.source, entry.msgstr) or line.state != HUMAN:
            texts[line.path] = entry.msgstr
    return (say_parts(page, texts, actor=actor) if texts else 0), strange
