"""How does a centre write its letters, and what does one say about a decision?"""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.formats import day
from cic.core.operations import edit, operation, record, remove
from cic.core.permissions import require
from pilots.calculations.letters import filled, unknown_places
from pilots.models import Decision, Letter

# What a letter may name in braces.
PLACES = (
    "name", "reference", "title", "verdict", "reasons", "conditions", "body", "authority", "decided_on", "review_on",
)  # fmt: skip


@operation
def write_letter(values: Mapping[str, Any], *, actor: Any) -> Letter:
    """Add a centre's letter for one verdict in one language.

    Raises: NotAllowed; DomainError "invalid".
    """
    letter = Letter(**values)
    require(actor, "pilots.edit_letter", letter)
    _check(letter.subject, letter.text)
    return record(letter, actor=actor)


@operation
def edit_letter(
    letter: Letter, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Letter:
    """Change the words of a letter.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "pilots.edit_letter", letter)
    if closed := set(changes) - {"subject", "text"}:
        raise DomainError(
            "invalid", _("Only its words can be changed."), fields={n: [_("Read-only.")] for n in closed}
        )
    _check(changes.get("subject", letter.subject), changes.get("text", letter.text))
    return edit(letter, changes, actor=actor, expected_version=expected_version)


@operation
def remove_letter(letter: Letter, *, actor: Any, note: str = "") -> None:
    """Take a letter away: the mail that comes with the product is sent again instead.

    Raises: NotAllowed.
    """
    require(actor, "pilots.edit_letter", letter)
    remove(letter, actor=actor, note=note)


def _check(subject: str, text: str) -> None:
    """Raise DomainError "invalid" for names nothing is known for, and for a letter that gives no reasons."""
    errors = {
        field: [
            _("Nothing stands for %(names)s. These can be used: %(known)s.")
            % {
                "names": ", ".join(f"{{{name}}}" for name in names),
                "known": ", ".join(f"{{{name}}}" for name in PLACES),
            }
        ]
        for field, words in (("subject", subject), ("text", text))
        if (names := unknown_places(words, PLACES))
    }
    if "text" not in errors and "{reasons}" not in text:
        errors["text"] = [_("A decision is told with its reasons: put {reasons} where they belong.")]
    if errors:
        sentences = " ".join(text for texts in errors.values() for text in texts)
        raise DomainError("invalid", sentences, fields=errors)


def letter_for(decision: Decision, reader: Any) -> dict[str, str] | None:
    """Subject and text of what `reader` is told of a decision, in their language; None without a letter of the centre."""
    letter = Letter.objects.filter(
        centre_id=decision.centre_id, verdict=decision.verdict, language=reader.language
    ).first()
    if letter is None:
        return None
    subject: Any = decision.idea if decision.idea_id is not None else decision.trial
    with translation.override(reader.language):
        values = {
            "name": reader.get_full_name(),
            "reference": subject.reference,
            "title": subject.title,
            "verdict": decision.get_verdict_display(),
            "reasons": decision.reasons,
            "conditions": decision.conditions,
            "body": decision.body,
            "authority": decision.authority,
            "decided_on": day(decision.decided_on),
            "review_on": day(decision.review_on),
        }
        text = letter.text
        if decision.conditions and "{conditions}" not in text:
            # A letter written for decisions without conditions does not keep them from whom they bind.
            text = f"{text.rstrip()}\n\n{_('Conditions:')} {{conditions}}"
    return {"subject": filled(letter.subject, values), "text": filled(text, values)}
