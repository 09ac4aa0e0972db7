"""Who may do what with people, organisations, centres and agreements?

The predicates at the top know no noun: higher rooms build their own tables from them.
"""

from typing import Any

from django.conf import settings

from cic.core.choices import PUBLIC_STATES
from cic.core.permissions import Who, register, sees
from partners.choices import (
    READING_ROLES,
    AgreementState,
    JoinOrigin,
    OrganisationState,
    PartyRole,
    Role,
)
from partners.models import TeamMember, standing_of
from partners.models.users import current


def anyone(user: Any, obj: Any = None) -> bool:
    """Everybody, signed in or not; for reads, which `visible_to` narrows."""
    return True


def signed_in(user: Any, obj: Any = None) -> bool:
    """People who have signed in."""
    return bool(user.is_authenticated)


def within_reach(user: Any, centre_id: int | None) -> bool:
    """Whether somebody acts there by name alone: with a token that is limited to one centre, in that one only."""
    return signed_in(user) and user.limited_to_centre in (None, centre_id)


def is_staff_of(*roles: str) -> Who:
    """A predicate: who holds one of `roles` in `obj.centre_id` (without an object: in any centre).

    Platform administrators hold every role but that of auditor. Rules that take two people do not
    stand here: those compare actors in the move itself.
    """
    admitted = frozenset(roles) | {Role.ADMIN}

    def staff(user: Any, obj: Any = None) -> bool:
        standing = standing_of(user)
        return standing.has_somewhere(admitted) if obj is None else standing.has(admitted, obj.centre_id)

    return staff


def is_staff_somewhere(*roles: str) -> Who:
    """A predicate: who holds one of `roles` in any centre, for what belongs to no centre."""
    admitted = frozenset(roles) | {Role.ADMIN}

    def staff(user: Any, obj: Any = None) -> bool:
        return standing_of(user).has_somewhere(admitted)

    return staff


def is_member_of(name: str = "organisation_id") -> Who:
    """A predicate: who belongs to the organisation whose id is `obj.<name>` (without an object: to any)."""

    def member(user: Any, obj: Any = None) -> bool:
        organisations = standing_of(user).member_of
        return bool(organisations) if obj is None else getattr(obj, name) in organisations

    return member


def is_admin_of(name: str = "organisation_id") -> Who:
    """A predicate: who administers the organisation whose id is `obj.<name>` (without an object: any)."""

    def admin(user: Any, obj: Any = None) -> bool:
        organisations = standing_of(user).admin_of
        return bool(organisations) if obj is None else getattr(obj, name) in organisations

    return admin


def either(*predicates: Who) -> Who:
    """A predicate: whom at least one of `predicates` admits."""

    def admitted(user: Any, obj: Any = None) -> bool:
        return any(predicate(user, obj) for predicate in predicates)

    return admitted


def reads_centre(user: Any, obj: Any = None) -> bool:
    """Whoever reads all the work of the object's centre, auditors included."""
    standing = standing_of(user)
    return (
        standing.has_somewhere(READING_ROLES) if obj is None else standing.has(READING_ROLES, _centre_of(obj))
    )


def reads_somewhere(user: Any, obj: Any = None) -> bool:
    """Whoever reads all the work of any centre, auditors included."""
    return standing_of(user).has_somewhere(READING_ROLES)


def _centre_of(obj: Any) -> int | None:
    # What belongs to no centre is read by those who read everywhere.
    return getattr(obj, "centre_id", None)


platform_admin = is_staff_somewhere()
organisation_admin = is_admin_of("pk")
registrar = is_staff_somewhere(Role.COORDINATOR, Role.LEGAL)
coordinator = is_staff_of(Role.COORDINATOR)
legal = is_staff_of(Role.LEGAL)
keeper = is_staff_of(Role.COORDINATOR, Role.LEGAL)
prepares_publication = is_staff_of(Role.COORDINATOR, Role.EDITOR)
approves_publication = is_staff_of(Role.COORDINATOR, Role.EDITOR, Role.SECRETARY)


def sees_organisation(user: Any, obj: Any = None) -> bool:
    """Verified organisations are seen by all, the others by their members and the city's staff."""
    if obj is None or obj.state == OrganisationState.VERIFIED:
        return True
    return obj.pk in standing_of(user).member_of or reads_somewhere(user)


def sees_contact(user: Any, obj: Any = None) -> bool:
    """Tax number and contact address: members of that organisation and the city's staff."""
    if reads_somewhere(user):
        return True
    return obj is not None and obj.pk in standing_of(user).member_of


def belongs_or_reads(user: Any, obj: Any = None) -> bool:
    """Members of the object's organisation, and the city's staff."""
    return reads_somewhere(user) or is_member_of()(user, obj)


def sees_user(user: Any, obj: Any = None) -> bool:
    """Oneself, one's colleagues, and for the city's staff everyone."""
    if not user.is_authenticated:
        return False
    return obj is None or type(obj).objects.visible_to(user).filter(pk=obj.pk).exists()


def sees_address(user: Any, obj: Any = None) -> bool:
    """A person's e-mail address: themselves and the city's staff."""
    return reads_somewhere(user) or (obj is not None and bool(user.is_authenticated) and obj.pk == user.pk)


def is_self(user: Any, obj: Any = None) -> bool:
    """The very person."""
    return bool(user.is_authenticated) and (obj is None or obj.pk == user.pk)


def makes_machines(user: Any, obj: Any = None) -> bool:
    """Whoever may make a machine account of some kind."""
    return is_admin_of()(user, None) or registrar(user, None)


def answers_for_machine(user: Any, obj: Any = None) -> bool:
    """Whoever may give what it is: its organisation's administrators and the registrars; for a role, who appoints."""
    if obj is None:
        return makes_machines(user)
    if obj.organisation_id is None:
        return platform_admin(user, None)
    return is_admin_of()(user, obj) or registrar(user, None)


def ends_membership(user: Any, obj: Any = None) -> bool:
    """Whoever administers the organisation, and the member themselves."""
    manages = either(is_admin_of(), registrar)(user, obj)
    return manages or (obj is not None and obj.user_id == user.pk)


def answers_join_request(user: Any, obj: Any = None) -> bool:
    """A request is answered by the organisation, an invitation by the person it was sent to."""
    if obj is None:
        return signed_in(user)
    if obj.origin == JoinOrigin.INVITED:
        return bool(user.is_authenticated) and user.email == obj.email
    return either(is_admin_of(), registrar)(user, obj)


def withdraws_join_request(user: Any, obj: Any = None) -> bool:
    """Whoever began it takes it back."""
    if obj is None:
        return signed_in(user)
    if obj.origin == JoinOrigin.INVITED:
        return either(is_admin_of(), registrar)(user, obj)
    return bool(user.is_authenticated) and obj.user_id == user.pk


def sees_join_request(user: Any, obj: Any = None) -> bool:
    """Both sides of it, and the city's staff."""
    if obj is None:
        return signed_in(user)
    own = bool(user.is_authenticated) and (obj.user_id == user.pk or obj.email == user.email)
    return own or is_admin_of()(user, obj) or reads_somewhere(user)


def sees_centre(user: Any, obj: Any = None) -> bool:
    """Public centres are seen by all, the others by their team and by those who work for them."""
    if obj is None or obj.publication in PUBLIC_STATES or inside_centre(user, obj):
        return True
    return any(centre == obj.pk for _role, centre in standing_of(user).roles)


def inside_centre(user: Any, obj: Any = None) -> bool:
    """The team of today, and those who read all the work of the centre."""
    if obj is None or reads_centre(user, obj):
        return signed_in(user)
    if not user.is_authenticated:
        return False
    return TeamMember.objects.filter(current(), user_id=user.pk, centre_id=obj.centre_id).exists()


def inside_agreement(user: Any, obj: Any = None) -> bool:
    """Whoever reads the whole text: staff of the centre, and once it is out of draft the parties' members.

    Without an object it is asked whether that holds for every agreement there is.
    """
    if obj is None:
        return standing_of(user).everywhere(READING_ROLES)
    agreement = _agreement_of(obj)
    if reads_centre(user, agreement):
        return True
    organisations = standing_of(user).member_of
    if not organisations or agreement.state in (AgreementState.DRAFT, AgreementState.ABANDONED):
        return False
    # All parties: they are few, and a page that shows the agreement has fetched them.
    return any(party.organisation_id in organisations for party in agreement.parties.all())


def _agreement_of(obj: Any) -> Any:
    """The agreement an object is, or belongs to."""
    for name in ("resource", "amendment", "meeting"):
        obj = getattr(obj, name, obj)
    return getattr(obj, "agreement", obj)


def reads_of_agreement(part: str) -> Who:
    """A predicate: everybody where a transparency law makes `part` public, else those inside."""

    def reader(user: Any, obj: Any = None) -> bool:
        return part in settings.AGREEMENT_PUBLIC_FIELDS or inside_agreement(user, obj)

    return reader


def inside_agreement_or_lists(user: Any, obj: Any = None) -> bool:
    """What belongs to an agreement: those inside of it; a list of such is narrowed row by row."""
    return signed_in(user) if obj is None else inside_agreement(user, obj)


def sees_agreement(user: Any, obj: Any = None) -> bool:
    """Public agreements are known to all, the others to those inside of them."""
    return obj is None or obj.publication in PUBLIC_STATES or inside_agreement(user, obj)


def sees_party(user: Any, obj: Any = None) -> bool:
    """Whoever may know of the agreement knows its parties, where parties are public; else those inside."""
    if obj is None:
        return True
    return sees_agreement(user, obj.agreement) and reads_of_agreement("parties")(user, obj)


def signs_for(user: Any, obj: Any = None) -> bool:
    """Who records a party's signature: the keepers of agreements, and the party's own administrators."""
    if obj is None:
        return signed_in(user)
    return keeper(user, obj) or obj.organisation_id in standing_of(user).admin_of


def gives(user: Any, obj: Any = None) -> bool:
    """Who records that a promised resource was given: the city's side and the party that gives."""
    if obj is None:
        return signed_in(user)
    resource = getattr(obj, "resource", obj)
    return confirms_for_city(user, obj) or confirms_for_party(user, resource)


def confirms_for_city(user: Any, obj: Any = None) -> bool:
    """Staff of the centre, and members of the party that is the city."""
    if obj is None:
        return signed_in(user)
    resource = getattr(obj, "resource", obj)
    if is_staff_of(Role.COORDINATOR, Role.MONITOR, Role.LEGAL)(user, resource):
        return True
    mine = standing_of(user).member_of
    # Of parties that a page has fetched already nothing more is asked.
    return bool(mine) and any(
        party.role == PartyRole.CITY and party.organisation_id in mine
        for party in resource.agreement.parties.all()
    )


def confirms_for_party(user: Any, obj: Any = None) -> bool:
    """Members of the party that gives; where the city gives to itself, members of the other parties."""
    if obj is None:
        return signed_in(user)
    resource = getattr(obj, "resource", obj)
    mine = standing_of(user).member_of
    if resource.party.role != PartyRole.CITY:
        return resource.party.organisation_id in mine
    return bool(mine) and any(
        party.role != PartyRole.CITY and party.organisation_id in mine
        for party in resource.agreement.parties.all()
    )


def does_action(user: Any, obj: Any = None) -> bool:
    """Who says that an agreed action is done: the keepers, the person named, the party's administrators."""
    if obj is None:
        return signed_in(user)
    if keeper(user, obj):
        return True
    named = obj.person_id == user.pk or obj.party.organisation_id in standing_of(user).admin_of
    return named and inside_agreement(user, obj)


register(
    {
        # What holds for the records of every room: they say their centre through `centre_id`.
        "core.read_audit": reads_centre,
        "core.open_internal_file": reads_centre,
        "core.view_jobs": platform_admin,
        # People
        "partners.view_user": sees_user,
        "partners.see_address": sees_address,
        "partners.edit_user": is_self,
        "partners.deactivate_user": platform_admin,
        "partners.view_appointment": signed_in,
        "partners.appoint": platform_admin,
        # Machines
        "partners.view_machine": sees,
        "partners.make_machine": makes_machines,
        "partners.answer_for_machine": answers_for_machine,
        # Organisations
        "partners.view_organisation": sees_organisation,
        "partners.see_contact": sees_contact,
        "partners.register_organisation": signed_in,
        "partners.import_organisations": platform_admin,
        "partners.edit_organisation": either(organisation_admin, registrar),
        "partners.verify_organisation": registrar,
        "partners.merge_organisations": is_staff_somewhere(Role.COORDINATOR),
        "partners.manage_members": either(organisation_admin, registrar),
        "partners.add_member": registrar,
        "partners.view_membership": belongs_or_reads,
        "partners.change_membership": either(is_admin_of(), registrar),
        "partners.end_membership": ends_membership,
        "partners.view_join_request": sees_join_request,
        "partners.ask_to_join": signed_in,
        # Centres
        "partners.view_area": anyone,
        "partners.view_territory": anyone,
        "partners.view_centre": sees_centre,
        "partners.view_team": inside_centre,
        "partners.read_everywhere": reads_somewhere,
        "partners.propose_centre": is_staff_somewhere(Role.COORDINATOR),
        "partners.edit_centre": coordinator,
        "partners.translate": is_staff_of(Role.COORDINATOR, Role.EDITOR),
        "partners.add_team_member": coordinator,
        # Agreements
        "partners.view_agreement": sees_agreement,
        "partners.read_agreement": inside_agreement,
        "partners.read_agreement_object": reads_of_agreement("object"),
        "partners.read_agreement_term": reads_of_agreement("term"),
        "partners.read_agreement_parties": reads_of_agreement("parties"),
        "partners.read_agreement_signatures": reads_of_agreement("signed_on"),
        "partners.read_agreement_obligations": reads_of_agreement("obligations"),
        "partners.read_agreement_modifications": reads_of_agreement("modifications"),
        "partners.read_agreement_execution": reads_of_agreement("execution"),
        "partners.view_commitment": inside_agreement_or_lists,
        "partners.draft_agreement": is_staff_somewhere(Role.COORDINATOR, Role.LEGAL),
        "partners.edit_agreement": keeper,
        "partners.view_party": sees_party,
        "partners.sign": signs_for,
        "partners.finish_action": does_action,
        "partners.give": gives,
        "partners.confirm_gift_for_city": confirms_for_city,
        "partners.confirm_gift_for_party": confirms_for_party,
    }
)
