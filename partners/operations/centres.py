"""How is a centre proposed, opened, rested and closed, and who joins its team?"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import edit, lock, move, operation, record, touch
from cic.core.permissions import require
from partners.choices import CentreState
from partners.models import Agreement, Centre, Membership, TeamMember
from partners.signals import centre_moved
from partners.transitions import CENTRE, CENTRE_PUBLICATION, table_of

from .people import ending

LINKS = ("areas",)


@operation
def propose_centre(values: Mapping[str, Any], *, actor: Any) -> Centre:
    """Propose a centre; it becomes active under an agreement that is in force.

    Raises: NotAllowed; DomainError "invalid".
    """
    require(actor, "partners.propose_centre")
    _check_constituting(None, values.get("constituting_agreement"))
    centre = record(
        Centre(**{name: value for name, value in values.items() if name not in LINKS}), actor=actor
    )
    links = {name: values[name] for name in LINKS if values.get(name)}
    return edit(centre, links, actor=actor, action="link") if links else centre


@operation
def edit_centre(
    centre: Centre,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Centre:
    """Change what is said of a centre. While it is active its constituting agreement stays.

    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    require(actor, "partners.edit_centre", centre)
    fresh = lock(centre, expected_version)
    agreement = changes.get("constituting_agreement", fresh.constituting_agreement)
    if agreement != fresh.constituting_agreement:
        if fresh.state == CentreState.ACTIVE:
            sentence = _("An active centre keeps its constituting agreement.")
            raise DomainError("wrong_state", sentence, fields={"constituting_agreement": [sentence]})
        _check_constituting(fresh.pk, agreement)
    return edit(fresh, changes, actor=actor, note=note, expected_version=expected_version)


def _check_constituting(centre_id: int | None, agreement: Agreement | None) -> None:
    if agreement is not None and agreement.centre_id != centre_id:
        sentence = _("The constituting agreement belongs to another centre.")
        raise DomainError("invalid", sentence, fields={"constituting_agreement": [sentence]})


@operation
def move_centre(
    centre: Centre,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Centre:
    """Activate, rest, wake or close a centre, or show it to the public.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete", "invalid" or "stale".
    """
    table = table_of(name, CENTRE, CENTRE_PUBLICATION)
    before = getattr(centre, table.field)
    centre = move(
        centre,
        table,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=changes,
        effective_at=effective_at,
        expected_version=expected_version,
    )
    centre_moved.send(sender=Centre, centre=centre, name=name, from_state=before, actor=actor)
    return centre


@operation
def add_team_member(values: Mapping[str, Any], *, actor: Any) -> TeamMember:
    """Take a person into a centre's team (`centre`, `user`, `organisation`, `specialism`, `starts_on`, `ends_on`).

    Raises: NotAllowed; DomainError "invalid", "duplicate" or "wrong_state".
    """
    row = TeamMember(**values)
    require(actor, "partners.edit_centre", row.centre)
    centre = lock(row.centre)
    if centre.state == CentreState.CLOSED:
        raise DomainError("wrong_state", _("The centre is closed."))
    if TeamMember.objects.filter(
        centre=centre, user=row.user, specialism=row.specialism, ends_on=None
    ).exists():
        raise DomainError("duplicate", _("This person is in the team already, with this specialism."))
    _check_organisation(row)
    if row.starts_on is None:
        row.starts_on = timezone.localdate()
    row = record(row, actor=actor)
    touch(centre, actor=actor)
    return row


@operation
def edit_team_member(
    row: TeamMember,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> TeamMember:
    """Change specialism, organisation or period of somebody in a team.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "partners.edit_centre", row)
    refused = sorted(set(changes) & {"centre", "user"})
    if refused:
        sentence = _("End this one and begin another.")
        raise DomainError("invalid", sentence, fields={name: [sentence] for name in refused})
    row = edit(row, changes, actor=actor, note=note, expected_version=expected_version)
    _check_organisation(row)
    touch(row.centre, actor=actor)
    return row


@operation
def end_team_member(
    row: TeamMember, *, actor: Any, last_day: date | None = None, note: str = ""
) -> TeamMember:
    """Let somebody leave a team, from now on unless a last day is given.

    Raises: NotAllowed.
    """
    return edit_team_member(row, ending(row.starts_on, last_day), actor=actor, note=note)


def _check_organisation(row: TeamMember) -> None:
    """Nobody stands for an organisation they do not belong to."""
    if row.organisation_id is None:
        return
    members = Membership.objects.filter(user_id=row.user_id, organisation_id=row.organisation_id)
    if not members.exists():
        sentence = _("This person does not belong to that organisation.")
        raise DomainError("invalid", sentence, fields={"organisation": [sentence]})
