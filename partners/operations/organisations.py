"""How is an organisation registered, checked, and joined with its double?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import enqueue, once
from cic.core.errors import DomainError
from cic.core.operations import audit, edit, lock, move, operation, record, remove
from cic.core.permissions import require
from cic.core.texts import clean_text
from partners.calculations.names import name_key, tax_key
from partners.choices import MembershipRole
from partners.models import Alias, Membership, Organisation, Party, TeamMember
from partners.signals import organisation_moved, organisations_merged
from partners.transitions import ORGANISATION

from .people import ending


@operation
def register_organisation(values: Mapping[str, Any], *, actor: Any) -> Organisation:
    """Register an organisation; whoever does becomes its administrator, the city then verifies it.

    `is_another=True` says that those of the same name were seen and are others; the same tax number is
    never registered twice. Raises: NotAllowed; DomainError "duplicate" or "invalid".
    """
    require(actor, "partners.register_organisation")
    values = dict(values)
    is_another = values.pop("is_another", False)
    values["country"] = values.get("country", "").upper()
    values["tax_id"] = tax_key(values.get("tax_id", ""), values["country"])
    _refuse_double(values, is_another=is_another)
    organisation = record(Organisation(**values), actor=actor)
    if actor is not None:
        record(
            Membership(
                user=actor,
                organisation=organisation,
                role=MembershipRole.ADMIN,
                starts_on=timezone.localdate(),
            ),
            actor=actor,
        )
    return organisation


def _refuse_double(values: Mapping[str, Any], *, is_another: bool) -> None:
    """Refuse what is registered already. Two who register the same at once wait for each other here."""
    name, tax_id, country = values.get("name", ""), values["tax_id"], values["country"]
    with once(f"organisation:{country}:{tax_id or name_key(name)[:150]}"):
        found = Organisation.objects.with_tax_id(tax_id, country).first()
        if found is not None:
            sentence = _("An organisation with this tax number is registered: ask to join it.")
            raise DomainError("duplicate", sentence, fields={"tax_id": [sentence]})
        if not is_another and Organisation.objects.matching(name):
            sentence = _(
                "An organisation of this name is registered: ask to join it, or say that yours is another."
            )
            raise DomainError("duplicate", sentence, fields={"name": [sentence]})


@operation
def edit_organisation(
    organisation: Organisation,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Organisation:
    """Change what is said of an organisation. A name it had stays as an alias.

    Raises: NotAllowed; DomainError "invalid", "duplicate", "stale" or "wrong_state".
    """
    require(actor, "partners.edit_organisation", organisation)
    changes = dict(changes)
    fresh = lock(organisation, expected_version)
    if fresh.merged_into_id:
        raise DomainError("wrong_state", _("This organisation was merged into another."))
    if "country" in changes:
        changes["country"] = changes["country"].upper()
    if "tax_id" in changes:
        country = changes.get("country", fresh.country)
        changes["tax_id"] = tax_key(changes["tax_id"], country)
        others = Organisation.objects.with_tax_id(changes["tax_id"], country).exclude(pk=fresh.pk)
        if others.exists():
            sentence = _("Another organisation has this tax number.")
            raise DomainError("duplicate", sentence, fields={"tax_id": [sentence]})
    before = fresh.name
    fresh = edit(fresh, changes, actor=actor, note=note, expected_version=expected_version)
    if fresh.name != before:
        add_alias(fresh, before, actor=actor)
    return fresh


@operation
def add_alias(organisation: Organisation, name: str, *, actor: Any) -> Alias | None:
    """Remember another name of `organisation`; nothing when it is known already."""
    require(actor, "partners.edit_organisation", organisation)
    organisation = lock(organisation)
    name = clean_text(name, multiline=False)[:300]
    if not name or name == organisation.name or organisation.aliases.filter(name=name).exists():
        return None
    return record(Alias(organisation=organisation, name=name, folded=name_key(name)[:300]), actor=actor)


@operation
def remove_alias(alias: Alias, *, actor: Any) -> None:
    """Forget another name of an organisation.

    Raises: NotAllowed.
    """
    require(actor, "partners.edit_organisation", alias.organisation)
    remove(alias, actor=actor)


@operation
def move_organisation(
    organisation: Organisation,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Organisation:
    """Verify, suspend, reinstate, or merge into `merged_into`; its members are told.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete", "invalid" or "stale".
    """
    before, given = organisation.state, dict(changes or {})
    if name == "merge" and given.get("merged_into") is not None:
        # In the order of their ids, and what is merged into as it is now: of two that are merged into each other
        # at once the second is refused.
        both = {organisation.pk: organisation, given["merged_into"].pk: given["merged_into"]}
        given["merged_into"] = {pk: lock(both[pk]) for pk in sorted(both)}[given["merged_into"].pk]
    organisation = move(
        organisation,
        ORGANISATION,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=given,
        effective_at=effective_at,
        expected_version=expected_version,
    )
    if name == "merge":
        _join_with(organisation, actor=actor, note=note)
    organisation_moved.send(
        sender=Organisation, organisation=organisation, name=name, from_state=before, actor=actor
    )
    enqueue(
        "partners.tell_organisation",
        key=f"organisation:{organisation.pk}:{organisation.version}",
        organisation_id=organisation.pk,
        name=name,
        reason=note,
    )
    return organisation


@operation
def merge_organisations(
    source: Organisation, target: Organisation, *, actor: Any, note: str = ""
) -> Organisation:
    """Join `source` into `target`; returns `source`, which stays and says where it went.

    Raises: NotAllowed; DomainError "wrong_state" or "incomplete".
    """
    return move_organisation(source, "merge", actor=actor, note=note, changes={"merged_into": target})


def _join_with(source: Organisation, *, actor: Any, note: str) -> None:
    """Bring names, people and agreements of `source` to where it was merged. Its own history stays with it."""
    target = lock(source.merged_into)
    names = [source.name, source.legal_name, *source.aliases.values_list("name", flat=True)]
    for name in dict.fromkeys(name for name in names if name):
        if name != target.name and not target.aliases.filter(name=name).exists():
            record(Alias(organisation=target, name=name, folded=name_key(name)[:300]), actor=actor)
    missing = {
        field: getattr(source, field)
        for field in ("legal_name", "tax_id", "country", "municipality", "website", "contact_email", "size")
        if getattr(source, field) and not getattr(target, field)
    }
    if missing:
        edit(target, missing, actor=actor, note=note, action="complete")
    _bring_members(source, target, actor=actor, note=note)
    for party in Party.objects.filter(organisation=source).select_related("agreement"):
        # Where both signed the same agreement, both stay parties of it.
        if not Party.objects.filter(agreement=party.agreement, organisation=target).exists():
            edit(party, {"organisation": target}, actor=actor, note=note, action="merge")
    for row in TeamMember.objects.filter(organisation=source):
        edit(row, {"organisation": target}, actor=actor, note=note, action="merge")
    for earlier in Organisation.objects.filter(merged_into=source):
        edit(earlier, {"merged_into": target}, actor=actor, note=note, action="merge")
    audit(target, "take_in", actor=actor, after={"merged": source.pk}, note=note)
    organisations_merged.send(sender=Organisation, source=source, target=target, actor=actor)


def _bring_members(source: Organisation, target: Organisation, *, actor: Any, note: str) -> None:
    """End each membership in `source` and begin it in `target`, unless the person is there already."""
    there = set(Membership.objects.current().filter(organisation=target).values_list("user_id", flat=True))
    for membership in Membership.objects.current().filter(organisation=source):
        edit(membership, ending(membership.starts_on, None), actor=actor, note=note, action="end")
        if membership.user_id not in there:
            fresh = Membership(
                user_id=membership.user_id,
                organisation=target,
                role=membership.role,
                title=membership.title,
                starts_on=timezone.localdate(),
            )
            record(fresh, actor=actor, note=note)
    for request in source.join_requests.filter(state="waiting"):
        if not target.join_requests.filter(state="waiting", email=request.email).exists():
            edit(request, {"organisation": target}, actor=actor, note=note, action="merge")
