"""How do people and their roles for the city come back from their lists? What is a person's own stays theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from partners.models import Appointment, Centre, JoinRequest, Membership, Organisation, User
from partners.models.tables import ORGANISATIONS
from partners.models.users import fold_address
from partners.operations.memberships import invite
from partners.operations.people import appoint, edit_appointment
from pilots.calculations.readers import Kind

from . import words
from .nouns import Cell, Noun, Rejected, Values, gathered, one_named, register_noun
from .wanted import Chunk


def _organisations(
    rows: Sequence[Sequence[str]], user: User | None, chunk: Chunk
) -> list[tuple[Organisation, str]]:
    return [(one_named(Organisation, "organisations", name, chunk.actor), role) for name, role in rows]


def _invite(values: Values, chunk: Chunk) -> JoinRequest | None:
    """Invite an address to those organisations in which nobody is, or is invited to be, by it; None when there is none."""
    if not values.get("organisations"):
        raise Rejected("organisations", words.MISSING, "")
    email = fold_address(values["email"])
    members = Membership.objects.current().filter(user__email=email).values_list("organisation", flat=True)
    invited = JoinRequest.objects.waiting().filter(email=email).values_list("organisation", flat=True)
    there = {*members, *invited}
    request = None
    for organisation, role in values["organisations"]:
        if organisation.pk not in there:
            request = invite(organisation, email, actor=chunk.actor, role=role)
    return request


def _keep_person(user: User, changes: Mapping[str, Any], **kwargs: Any) -> Any:
    """Settings are a person's own; a membership changes, and ends, on the page of its organisation."""
    raise Rejected(next(iter(changes)), words.REFUSED_BY_RULE, "")


def _roles_alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
    """Roles that are still held or to come, or that began on the day that is said."""
    same = Appointment.objects.filter(
        user__email=fold_address(values.get("email", "")), role=values["role"], centre=values.get("centre")
    )
    open_ones = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    return same.filter(open_ones | Q(starts_on=values.get("starts_on"), starts_on__isnull=False))


def _appoint(values: Values, chunk: Chunk) -> Appointment:
    person = User.objects.filter(email=fold_address(values.pop("email", "")), is_active=True).first()
    if person is None:
        raise Rejected("email", words.NOT_FOUND, "")
    return appoint({**values, "user": person}, actor=chunk.actor)


register_noun(
    Kind.PERSON,
    Noun(
        User,
        "pk",
        ("email", "organisations"),
        lambda values, chunk: (),
        _invite,
        _keep_person,
        cells={"organisations": gathered(ORGANISATIONS, _organisations)},
    ),
)
register_noun(
    Kind.APPOINTMENT,
    Noun(
        Appointment,
        "pk",
        ("email", "role", "centre"),
        _roles_alike,
        _appoint,
        edit_appointment,
        named={"centre": Centre},
        cells={"email": Cell(lambda obj, _name, _reader: obj.user.email)},
    ),
)
