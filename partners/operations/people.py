"""How do people join, change what is said of them, get roles for the city, and leave?"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError, NotAllowed
from cic.core.operations import edit, lock, operation, record
from cic.core.permissions import require
from partners.choices import Role
from partners.models import Appointment, User
from partners.models.users import fold_address
from partners.signals import user_deactivated

PROFILE = ("name", "language", "time_zone")


@operation
def sign_up(user: User) -> User:
    """Record a person who opened their own account; their name is, at first, what stands before the @.

    Raises: DomainError "invalid".
    """
    user.email = fold_address(user.email)
    user.name = user.name or user.email.partition("@")[0][:150]
    return record(user, actor=None, action="sign_up")


@operation
def edit_profile(
    user: User, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> User:
    """Change name, language or time zone: one's own.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "partners.edit_user", user)
    if user.is_machine:
        raise NotAllowed(_("A machine does not change its own account."))
    refused = sorted(set(changes) - set(PROFILE))
    if refused:
        raise DomainError(
            "invalid", _("These fields cannot be set."), fields={n: [_("Read-only.")] for n in refused}
        )
    return edit(user, changes, actor=actor, expected_version=expected_version)


@operation
def deactivate_user(user: User, *, actor: Any, note: str = "") -> User:
    """Shut a person out: sessions, tokens and mails end with this.

    Raises: NotAllowed; DomainError "limit" for the last administrator of the platform.
    """
    require(actor, "partners.deactivate_user", user)
    keep_an_administrator(without=user)
    user = edit(user, {"is_active": False}, actor=actor, note=note, action="deactivate")
    user_deactivated.send(sender=User, user=user, actor=actor)
    return user


@operation
def reactivate_user(user: User, *, actor: Any, note: str = "") -> User:
    """Let a person in again. A machine is started by whoever answers for it, where there is room for one more.

    Raises: NotAllowed.
    """
    require(actor, "partners.deactivate_user", user)
    if user.is_machine:
        raise NotAllowed(_("A machine is started on its own page, under “Machine accounts”."))
    return edit(user, {"is_active": True}, actor=actor, note=note, action="reactivate")


@operation
def appoint(values: Mapping[str, Any], *, actor: Any, note: str = "", authority: str = "") -> Appointment:
    """Give a person a role for the city (`user`, `role`, `centre` or everywhere, `starts_on`, `ends_on`).

    Raises: NotAllowed; DomainError "invalid" or "duplicate".
    """
    require(actor, "partners.appoint")
    appointment = Appointment(**values)
    # The person's row, so that two who give the same role at once come one after the other.
    lock(appointment.user)
    _refuse_held(appointment)
    if appointment.starts_on is None:
        appointment.starts_on = timezone.localdate()
    return record(appointment, actor=actor, note=note, authority=authority)


@operation
def edit_appointment(
    appointment: Appointment,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    expected_version: int | None = None,
) -> Appointment:
    """Change from when to when a role is held; person, role and centre stay as they were given.

    Raises: NotAllowed; DomainError "invalid", "duplicate", "stale", or "limit" for the last administrator.
    """
    require(actor, "partners.appoint")
    refused = sorted(set(changes) - {"starts_on", "ends_on"})
    if refused:
        sentence = _("End this one and appoint anew.")
        raise DomainError("invalid", sentence, fields={name: [sentence] for name in refused})
    if appointment.role == Role.ADMIN and not _held_today(changes):
        keep_an_administrator(without=appointment.user)
    lock(appointment.user)
    edited = edit(
        appointment, changes, actor=actor, note=note, authority=authority, expected_version=expected_version
    )
    if _held_today({"starts_on": edited.starts_on, "ends_on": edited.ends_on}):
        _refuse_held(edited)
    return edited


def _refuse_held(appointment: Appointment) -> None:
    """Refuse a role that the person has there today by another appointment."""
    held = Appointment.objects.current().filter(
        user=appointment.user, role=appointment.role, centre=appointment.centre
    )
    if held.exclude(pk=appointment.pk).exists():
        raise DomainError("duplicate", _("This person holds this role there already."))


@operation
def end_appointment(
    appointment: Appointment, *, actor: Any, last_day: date | None = None, note: str = "", authority: str = ""
) -> Appointment:
    """Take a role back; from now on, unless a last day is given.

    Raises: NotAllowed; DomainError "limit" for the last administrator.
    """
    ended = ending(appointment.starts_on, last_day)
    return edit_appointment(appointment, ended, actor=actor, note=note, authority=authority)


def _held_today(changes: Mapping[str, Any]) -> bool:
    """Whether the days in `changes` leave today within the period."""
    today = timezone.localdate()
    starts_on, ends_on = changes.get("starts_on"), changes.get("ends_on")
    return (starts_on is None or starts_on <= today) and (ends_on is None or ends_on >= today)


def ending(starts_on: date | None, last_day: date | None) -> dict[str, date]:
    """The changes that end a period with `last_day`, or at once: then yesterday was the last day."""
    yesterday = timezone.localdate() - timedelta(days=1)
    last_day = last_day or yesterday
    if starts_on is not None and starts_on > last_day:
        return {"starts_on": last_day, "ends_on": last_day}
    return {"ends_on": last_day}


def keep_an_administrator(*, without: User) -> None:
    """Refuse what would leave the platform without an administrator. The rows are locked, so two cannot go at once."""
    administrators = Appointment.objects.select_for_update().current().filter(role=Role.ADMIN, centre=None)
    holders = {row.user_id for row in administrators.select_related("user") if row.user.is_active}
    if without.pk in holders and holders == {without.pk}:
        raise DomainError("limit", _("This is the last platform administrator. Appoint another one first."))
