"""How does a test get people, organisations, centres and agreements?

`StaffFactory(role="legal", centre=…)` and `PartnerFactory(organisation=…)` give people with a standing;
`AgreementFactory(in_force=True)` gives an agreement that the city and a partner have signed.
"""

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cic.core.choices import Publication
from cic.core.search import derive, fold
from partners.choices import (
    AgreementKind,
    AgreementState,
    AmendmentKind,
    AmendmentState,
    CentreState,
    Helix,
    JoinOrigin,
    MembershipRole,
    OrganisationState,
    PartyRole,
    ResourceKind,
    Role,
    TerritoryKind,
)
from partners.models import (
    Agreement,
    Alias,
    Amendment,
    AmendmentSignature,
    Appointment,
    Area,
    Centre,
    CommitteeAction,
    DataExport,
    JoinRequest,
    Machine,
    Meeting,
    Membership,
    Obligation,
    Organisation,
    Party,
    Resource,
    ResourceGift,
    TeamMember,
    Territory,
    User,
)

PASSWORD = "correct horse battery staple"


def today(days: int = 0) -> date:
    """The local calendar day, `days` from now."""
    return timezone.localdate() + timedelta(days=days)


class UserFactory(DjangoModelFactory):
    """A person who may sign in with PASSWORD; their address is confirmed."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        """Set and store the password, and confirm the address."""
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)


class MachineFactory(DjangoModelFactory):
    """A machine account of an organisation, whose administrator answers for it."""

    class Meta:
        model = Machine

    organisation = factory.LazyFunction(lambda: OrganisationFactory())
    user = factory.SubFactory(UserFactory, name=factory.Sequence(lambda n: f"Machine {n}"), kind="machine")
    owner = factory.LazyAttribute(
        lambda o: (
            PartnerFactory(organisation=o.organisation, admin=True)
            if o.organisation
            else StaffFactory(role="admin")
        )
    )


class _Searchable(DjangoModelFactory):
    """Fills the words a record is found by, as the operations do."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        obj = model_class(*args, **kwargs)
        derive(obj)
        obj.save(force_insert=True)
        return obj


class OrganisationFactory(_Searchable):
    """A verified organisation."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    helix = Helix.INDUSTRY
    country = "ES"
    municipality = "Barcelona"
    state = OrganisationState.VERIFIED


class AliasFactory(DjangoModelFactory):
    """Another name of an organisation."""

    class Meta:
        model = Alias

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Alias {n}")
    folded = factory.LazyAttribute(lambda o: fold(o.name))


class MembershipFactory(DjangoModelFactory):
    """A person in an organisation, from a year ago on."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = MembershipRole.MEMBER
    starts_on = factory.LazyFunction(lambda: today(-365))


class JoinRequestFactory(DjangoModelFactory):
    """A person who asks to join an organisation."""

    class Meta:
        model = JoinRequest

    organisation = factory.SubFactory(OrganisationFactory)
    origin = JoinOrigin.ASKED
    user = factory.SubFactory(UserFactory)
    email = factory.LazyAttribute(lambda o: o.user.email)


class AreaFactory(DjangoModelFactory):
    """A field of work."""

    class Meta:
        model = Area

    key = factory.Sequence(lambda n: f"area-{n}")
    names = factory.LazyAttribute(lambda o: {"en": o.key.capitalize()})


class TerritoryFactory(DjangoModelFactory):
    """A district."""

    class Meta:
        model = Territory

    code = factory.Sequence(lambda n: f"D{n:03d}")
    name = factory.Sequence(lambda n: f"District {n}")
    kind = TerritoryKind.DISTRICT


class CentreFactory(_Searchable):
    """A centre that is active and public."""

    class Meta:
        model = Centre

    reference = factory.Sequence(lambda n: f"C-2020-{n:05d}")
    name = factory.Sequence(lambda n: f"Centre {n}")
    purpose = "To try out quieter deliveries."
    lead_unit = "Mobility"
    language = "en"
    state = CentreState.ACTIVE
    publication = Publication.PUBLIC


class AppointmentFactory(DjangoModelFactory):
    """A role for the city, everywhere unless a centre is given."""

    class Meta:
        model = Appointment

    user = factory.SubFactory(UserFactory)
    role = Role.COORDINATOR
    centre = None
    starts_on = factory.LazyFunction(lambda: today(-365))


class TeamMemberFactory(DjangoModelFactory):
    """A person in a centre's team."""

    class Meta:
        model = TeamMember

    centre = factory.SubFactory(CentreFactory)
    user = factory.SubFactory(UserFactory)
    specialism = "Acoustics"
    starts_on = factory.LazyFunction(lambda: today(-365))


class StaffFactory(UserFactory):
    """A person with a role for the city: `role` (or `roles`), in `centre` or everywhere."""

    class Params:
        role = Role.COORDINATOR
        centre = None

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        role, centre = kwargs.pop("appointed_as"), kwargs.pop("appointed_in")
        user = super()._create(model_class, *args, **kwargs)
        AppointmentFactory(user=user, role=role, centre=centre)
        return user

    appointed_as = factory.SelfAttribute("role")
    appointed_in = factory.SelfAttribute("centre")


class PartnerFactory(UserFactory):
    """A person in an organisation: `organisation`, and `admin=True` for one who administers it."""

    class Params:
        organisation = factory.SubFactory(OrganisationFactory)
        admin = False

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        organisation, admin = kwargs.pop("member_of"), kwargs.pop("is_admin")
        user = super()._create(model_class, *args, **kwargs)
        role = MembershipRole.ADMIN if admin else MembershipRole.MEMBER
        MembershipFactory(user=user, organisation=organisation, role=role)
        return user

    member_of = factory.SelfAttribute("organisation")
    is_admin = factory.SelfAttribute("admin")


class AgreementFactory(_Searchable):
    """A draft without parties. `parties=[…]` adds organisations, the first as the city;
    `in_force=True` and `state=…` after signature have all of them sign (two are made if none are given)."""

    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    class Params:
        in_force = factory.Trait(state=AgreementState.IN_FORCE)

    reference = factory.Sequence(lambda n: f"A-2020-{n:05d}")
    title = factory.Sequence(lambda n: f"Agreement {n}")
    kind = AgreementKind.SPECIFIC
    language = "en"
    centre = factory.SubFactory(CentreFactory)
    object = "To try out night deliveries together."
    starts_on = factory.LazyFunction(lambda: today(-100))
    ends_on = factory.LazyAttribute(lambda o: o.starts_on + timedelta(days=730))
    confidentiality_clause = "What is said here stays here."
    state = AgreementState.DRAFT

    @factory.post_generation
    def parties(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Add the parties, signed where the state says so."""
        signed = self.state not in (
            AgreementState.DRAFT,
            AgreementState.IN_REVIEW,
            AgreementState.PENDING_SIGNATURE,
            AgreementState.ABANDONED,
        )
        organisations = extracted if extracted is not None else ()
        if signed and extracted is None:
            organisations = (OrganisationFactory(helix=Helix.ADMINISTRATION), OrganisationFactory())
        for number, organisation in enumerate(organisations):
            PartyFactory(
                agreement=self,
                organisation=organisation,
                role=PartyRole.PARTNER if number else PartyRole.CITY,
                signatory_name="A. Signatory" if signed else "",
                signed_on=self.starts_on if signed else None,
            )


class PartyFactory(DjangoModelFactory):
    """An organisation that is to sign an agreement."""

    class Meta:
        model = Party

    agreement = factory.SubFactory(AgreementFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = PartyRole.PARTNER


class ObligationFactory(DjangoModelFactory):
    """Something a party undertook."""

    class Meta:
        model = Obligation

    party = factory.SubFactory(PartyFactory)
    agreement = factory.SelfAttribute("party.agreement")
    text = "To lend two electric vans."


class ResourceFactory(DjangoModelFactory):
    """Hours a party promised."""

    class Meta:
        model = Resource

    party = factory.SubFactory(PartyFactory)
    agreement = factory.SelfAttribute("party.agreement")
    kind = ResourceKind.HOURS
    promised = 120
    unit = "h"


class ResourceGiftFactory(DjangoModelFactory):
    """Some of the hours, given yesterday, confirmed by nobody yet."""

    class Meta:
        model = ResourceGift

    resource = factory.SubFactory(ResourceFactory)
    amount = 10
    given_on = factory.LazyFunction(lambda: today(-1))


class AmendmentFactory(DjangoModelFactory):
    """An extension by a year of an agreement in force, in draft. `in_force=True` has every party sign it."""

    class Meta:
        model = Amendment
        skip_postgeneration_save = True

    class Params:
        in_force = factory.Trait(state=AmendmentState.IN_FORCE)

    reference = factory.Sequence(lambda n: f"AD-2020-{n:05d}")
    agreement = factory.SubFactory(AgreementFactory, in_force=True)
    kind = AmendmentKind.EXTENSION
    text = "One more year."
    new_ends_on = factory.LazyAttribute(
        lambda o: o.agreement.ends_on + timedelta(days=365) if o.kind == AmendmentKind.EXTENSION else None
    )
    state = AmendmentState.DRAFT

    @factory.post_generation
    def signatures(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Sign for every party where the state says so."""
        if self.state == AmendmentState.IN_FORCE:
            for party in self.agreement.parties.all():
                AmendmentSignatureFactory(amendment=self, party=party)


class AmendmentSignatureFactory(DjangoModelFactory):
    """A party's signature under an amendment, given today."""

    class Meta:
        model = AmendmentSignature

    amendment = factory.SubFactory(AmendmentFactory)
    party = factory.SubFactory(PartyFactory, agreement=factory.SelfAttribute("..amendment.agreement"))
    signatory_name = "A. Signatory"
    signed_on = factory.LazyFunction(today)


class MeetingFactory(_Searchable):
    """A meeting of the follow-up committee."""

    class Meta:
        model = Meeting

    agreement = factory.SubFactory(AgreementFactory, in_force=True)
    met_on = factory.LazyFunction(today)
    present = "A. Signatory, B. Monitor"
    minutes = "The first results were discussed."


class DataExportFactory(DjangoModelFactory):
    """A copy of what is held on a person, asked for just now."""

    class Meta:
        model = DataExport

    user = factory.SubFactory(UserFactory)
    session_digest = "0" * 64


class CommitteeActionFactory(DjangoModelFactory):
    """Something the partner promised a committee to do within a month."""

    class Meta:
        model = CommitteeAction

    meeting = factory.SubFactory(MeetingFactory)
    text = "Lend a second van."
    party = factory.LazyAttribute(lambda o: o.meeting.agreement.parties.order_by("-pk").first())
    due_on = factory.LazyFunction(lambda: today(30))


# Hosts that have no name of the net's: a mail to them would stay within, or knock at what lies within.
NO_ADDRESSES = ("lea@[127.0.0.1]", "lea@localhost", "lea@10.0.0.11", "lea@mail.localhost")
