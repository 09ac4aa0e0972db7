"""How is a capsule written and shown, and how does somebody take it to its end?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.choices import Confidentiality
from cic.core.errors import DomainError, NotAllowed
from cic.core.files import attach, detach
from cic.core.models import Attachment
from cic.core.operations import edit, lock, move, operation, record
from cic.core.permissions import require
from events.calculations.capsules import goals_of, parts_of, with_number
from events.choices import MOST_GOALS, MOST_PARTS
from events.models import Capsule, Certificate, Taking
from events.transitions import CAPSULE, TAKING

from .certificates import issue_for_taking

MOST_CHARACTERS = 100_000


@operation
def create_capsule(values: Mapping[str, Any], *, actor: Any) -> Capsule:
    """Make a capsule, as a draft.

    Raises: NotAllowed; DomainError "invalid".
    """
    capsule = Capsule(**values)
    require(actor, "events.create_capsule", capsule)
    _check_size(values)
    return record(capsule, actor=actor)


@operation
def edit_capsule(
    capsule: Capsule, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Capsule:
    """Change a capsule. While people take it, it keeps as many goals and parts as it had.

    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "stale".
    """
    require(actor, "events.edit_capsule", capsule)
    if "centre" in changes and changes["centre"] != capsule.centre:
        require(actor, "events.create_capsule", Capsule(centre=changes["centre"]))
    _check_size(changes)
    fresh = lock(capsule, expected_version)
    if fresh.is_published:
        _keep_its_parts(fresh, changes)
    return edit(fresh, changes, actor=actor, expected_version=expected_version)


def _check_size(values: Mapping[str, Any]) -> None:
    """Raise DomainError "invalid" for more goals, parts or characters than a capsule holds."""
    goals, text = values.get("goals") or "", values.get("text") or ""
    errors: dict[str, list[str]] = {}
    if len(goals_of(goals)) > MOST_GOALS:
        errors["goals"] = [_("At most %(count)d goals.") % {"count": MOST_GOALS}]
    if len(parts_of(text)) > MOST_PARTS:
        errors["text"] = [_("At most %(count)d parts.") % {"count": MOST_PARTS}]
    elif len(text) > MOST_CHARACTERS:
        errors["text"] = [_("At most %(count)d characters.") % {"count": MOST_CHARACTERS}]
    if errors:
        raise DomainError(
            "invalid", " ".join(text for told in errors.values() for text in told), fields=errors
        )


def _keep_its_parts(capsule: Capsule, changes: Mapping[str, Any]) -> None:
    """Raise DomainError "wrong_state" when a published capsule would get or lose goals or parts."""
    sentence = _("People are taking it: withdraw it before you add or take away goals or parts.")
    errors = {}
    if "goals" in changes and len(goals_of(changes["goals"] or "")) != len(capsule.goal_list):
        errors["goals"] = [sentence]
    if "text" in changes and len(parts_of(changes["text"] or "")) != len(capsule.part_list):
        errors["text"] = [sentence]
    if errors:
        raise DomainError("wrong_state", sentence, fields=errors)


@operation
def move_capsule(
    capsule: Capsule,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Capsule:
    """Publish a capsule, withdraw it, or work on it again. Each publication is one more edition.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    own: dict[str, Any] = {}
    if name == "publish":
        own = {"published_at": timezone.now(), "edition": lock(capsule).edition + 1}
    return move(
        capsule, CAPSULE, name, actor=actor, note=note, authority=authority, changes={**(changes or {}), **own},
        effective_at=effective_at, expected_version=expected_version,
    )  # fmt: skip


@operation
def attach_material(
    capsule: Capsule, upload: UploadedFile, *, actor: Any, title: str = "", language: str = ""
) -> Attachment:
    """Hang a file on a capsule: whoever may read the capsule may open it.

    Raises: NotAllowed; DomainError "invalid".
    """
    fresh = lock(capsule)
    require(actor, "events.edit_capsule", fresh)
    return attach(
        fresh, upload, actor=actor, title=title, language=language, confidentiality=Confidentiality.PUBLIC
    )


@operation
def detach_material(capsule: Capsule, attachment: Attachment, *, actor: Any, note: str = "") -> None:
    """Take a file off a capsule.

    Raises: NotAllowed.
    """
    require(actor, "events.edit_capsule", lock(capsule))
    detach(attachment, actor=actor, note=note)


@operation
def begin_capsule(capsule: Capsule, *, actor: Any) -> Taking:
    """Begin a capsule: one's own taking of its present edition. Twice is once.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    if actor is None:
        raise NotAllowed()
    fresh = lock(capsule)
    known = Taking.objects.filter(user=actor, capsule=fresh, edition=fresh.edition).first()
    if known is not None:
        return known
    if not fresh.is_published:
        raise DomainError("wrong_state", _("This capsule cannot be taken now."))
    require(actor, "events.take_capsule", fresh)
    return record(Taking(user=actor, capsule=fresh, edition=fresh.edition), actor=actor, action="begin")


@operation
def read_part(taking: Taking, number: int, *, actor: Any) -> Taking:
    """Remember that a part was read. Twice is once.

    Raises: NotAllowed; DomainError "invalid" for a part that is not there.
    """
    fresh = lock(taking)
    require(actor, "events.edit_taking", fresh)
    if number not in range(1, len(fresh.capsule.part_list) + 1):
        sentence = _("There is no part with this number.")
        raise DomainError("invalid", sentence, fields={"part": [sentence]})
    if fresh.is_completed:
        return fresh
    return edit(fresh, {"parts_read": with_number(fresh.parts_read, number)}, actor=actor, action="read")


@operation
def complete_capsule(taking: Taking, *, goals: Sequence[int], name: str, actor: Any) -> Certificate:
    """Complete a capsule: `goals` are the numbers of those one confirms to have reached, `name` stands on the certificate.

    A second time gives the certificate that is there. Raises: NotAllowed; DomainError "incomplete", "wrong_state" (it was
    revoked, or the edition is not the one that is shown) or "invalid".
    """
    capsule = lock(taking.capsule)
    fresh = lock(taking)
    require(actor, "events.edit_taking", fresh)
    if not fresh.is_completed:
        if fresh.edition != capsule.edition or not capsule.is_published:
            raise DomainError(
                "wrong_state", _("The capsule has changed since you began. Begin its new edition.")
            )
        known = range(1, len(capsule.goal_list) + 1)
        reached = sorted({number for number in goals if number in known})
        fresh = edit(fresh, {"goals_reached": reached}, actor=actor, action="confirm")
        fresh = move(fresh, TAKING, "complete", actor=actor, changes={"completed_at": timezone.now()})
    return issue_for_taking(fresh, name=name, actor=actor)
