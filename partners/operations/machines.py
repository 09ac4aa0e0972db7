"""How does a machine get an account, keys, another owner, and an end?"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.models import ApiToken
from cic.core.operations import edit, lock, operation, record, touch
from cic.core.permissions import require
from cic.core.tokens import issue_token, revoke_token
from partners.choices import MACHINE_ROLES, MACHINES_AT_MOST, UserKind
from partners.models import Machine, Organisation, User

from .memberships import open_organisation

# Reserved for names that lead nowhere (RFC 2606): no mail ever goes there.
NOWHERE = "machine.invalid"


@operation
def make_machine(values: Mapping[str, Any], *, actor: Any) -> Machine:
    """Make a machine account (`name`; `organisation`, or `role` with `centre` or everywhere). The actor answers for it.

    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "limit".
    """
    organisation, role = values.get("organisation"), values.get("role") or ""
    if organisation is None:
        require(actor, "partners.appoint")
        if role not in MACHINE_ROLES:
            sentence = _("Choose an organisation, or a role.")
            raise DomainError("invalid", sentence, fields={"role": [sentence]})
    else:
        require(actor, "partners.manage_members", organisation)
        _room_for_one(open_organisation(organisation))
    user = User(
        email=f"{uuid.uuid4().hex}@{NOWHERE}",
        name=values["name"],
        kind=UserKind.MACHINE,
        language=actor.language,
        time_zone=actor.time_zone,
    )
    user.set_unusable_password()
    record(user, actor=actor)
    machine = Machine(
        user=user, owner=actor, organisation=organisation, role=role, centre=values.get("centre")
    )
    return record(machine, actor=actor)


def _room_for_one(organisation: Organisation) -> None:
    """Refuse one more that works; `organisation` is locked, so that two at once are counted. Raises: DomainError "limit"."""
    if Machine.objects.filter(organisation=organisation, user__is_active=True).count() >= MACHINES_AT_MOST:
        raise DomainError("limit", _("This organisation has too many machine accounts. Stop one first."))


@operation
def set_working(machine: Machine, *, actor: Any, works: bool, note: str = "") -> Machine:
    """Stop a machine, whose keys are then refused at once, or let it work again.

    Raises: NotAllowed; DomainError "limit".
    """
    machine = lock(machine)
    require(actor, "partners.answer_for_machine", machine)
    if works and machine.organisation is not None and not machine.user.is_active:
        _room_for_one(lock(machine.organisation))
    action = "start" if works else "stop"
    edit(machine.user, {"is_active": works}, actor=actor, note=note, action=action)
    touch(machine, actor=actor)
    return machine


@operation
def take_over(machine: Machine, *, actor: Any, note: str = "") -> Machine:
    """Answer for a machine from now on, in place of who did.

    Raises: NotAllowed.
    """
    require(actor, "partners.answer_for_machine", machine)
    return edit(machine, {"owner": actor}, actor=actor, note=note, action="take_over")


@operation
def issue_machine_token(
    machine: Machine, *, actor: Any, name: str, scopes: list[str], expires_at: datetime
) -> tuple[ApiToken, str]:
    """Make a key for a machine. Returns it with its secret, which cannot be shown again.

    Raises: NotAllowed.
    """
    require(actor, "partners.answer_for_machine", machine)
    return issue_token(actor=actor, user=machine.user, name=name, scopes=scopes, expires_at=expires_at)


@operation
def revoke_machine_token(token: ApiToken, *, actor: Any) -> ApiToken:
    """End a key of a machine at once.

    Raises: NotAllowed.
    """
    require(actor, "partners.answer_for_machine", token.user.machine)
    return revoke_token(token, actor=actor)
