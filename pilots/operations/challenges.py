"""How is a need stated, opened to ideas, and closed?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError, NotAllowed
from cic.core.operations import edit, move, operation, record
from cic.core.permissions import require
from partners.models import Centre
from pilots.choices import ChallengeState
from pilots.models import Challenge, CriteriaSet
from pilots.transitions.challenges import CHALLENGE, CHALLENGE_PUBLICATION

LINKS = ("territories", "areas")


@operation
def create_challenge(values: Mapping[str, Any], *, actor: Any) -> Challenge:
    """State a need, as a draft.

    Raises: NotAllowed; DomainError "invalid".
    """
    plain = {name: value for name, value in values.items() if name not in LINKS}
    challenge = Challenge(**plain)
    if challenge.centre_id is not None:
        require(actor, "pilots.create_challenge", challenge)
        _check_criteria(challenge.centre, challenge.criteria_set)
    challenge = record(challenge, actor=actor)
    links = {name: values[name] for name in LINKS if values.get(name)}
    return edit(challenge, links, actor=actor, action="link") if links else challenge


@operation
def edit_challenge(
    challenge: Challenge, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Challenge:
    """Change how a need is stated.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "pilots.edit_challenge", challenge)
    if changes.get("centre") not in (None, challenge.centre):
        require(actor, "pilots.create_challenge", Challenge(centre=changes["centre"]))
    if {"centre", "criteria_set"} & set(changes):
        centre = changes.get("centre") or challenge.centre
        _check_criteria(centre, changes.get("criteria_set", challenge.criteria_set))
    return edit(challenge, changes, actor=actor, expected_version=expected_version)


def _check_criteria(centre: Centre, criteria_set: CriteriaSet | None) -> None:
    if criteria_set is not None and (criteria_set.centre_id != centre.pk or not criteria_set.is_current):
        sentence = _("Choose criteria of the same centre that are in use.")
        raise DomainError("invalid", sentence, fields={"criteria_set": [sentence]})


@operation
def move_challenge(
    challenge: Challenge,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Challenge:
    """Open, close, solve or reopen a need; or take it along its way to the public.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    table = CHALLENGE_PUBLICATION if name in PUBLICATION_MOVES else CHALLENGE
    return move(
        challenge,
        table,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=changes,
        effective_at=effective_at,
        expected_version=expected_version,
    )


PUBLICATION_MOVES = frozenset(row.name for row in CHALLENGE_PUBLICATION.moves)


@operation
def close_over_challenges(*, actor: Any = None) -> int:
    """Close the needs whose last day for ideas has passed; how many were closed."""
    if actor is not None:
        raise NotAllowed()
    over = Challenge.objects.filter(state=ChallengeState.OPEN, closes_on__lt=timezone.localdate())
    count = 0
    for challenge in over.order_by(F("closes_on"), "pk"):
        move(challenge, CHALLENGE, "close", actor=None, note="closes_on")
        count += 1
    return count
