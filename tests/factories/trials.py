"""How does a test get trials, what belongs to them, indicators, measurements and outcomes?

`PilotFactory(ready=True)` gives a pilot that may start; `PilotFactory(running=True)` one that runs,
with a frozen indicator; `PocFactory(ready=True)` a proof of concept that may start.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cic.core.choices import Publication
from partners.choices import Role
from pilots.choices import (
    Channel,
    IndicatorKind,
    MeasurementState,
    OutcomeVerdict,
    PermitState,
    ProductKind,
    TrialKind,
    TrialState,
)
from pilots.models import (
    ExtensionRequest,
    Indicator,
    IndicatorAmendment,
    LogEntry,
    Measurement,
    Message,
    Milestone,
    Outcome,
    Permit,
    Product,
    Risk,
    Site,
    SuccessCriterion,
    TeamPerson,
    Trial,
    TrialPartner,
)
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    _Searchable,
    today,
)


class TrialFactory(_Searchable):
    """A pilot being prepared, internal, without anything that hangs on it."""

    class Meta:
        model = Trial
        skip_postgeneration_save = True

    class Params:
        public = factory.Trait(publication=Publication.PUBLIC)
        ready = factory.Trait(
            state=TrialState.READY,
            starts_on=factory.LazyFunction(lambda: today(1)),
            ends_on=factory.LazyFunction(lambda: today(180)),
            promoter=factory.SubFactory(OrganisationFactory),
            monitor=factory.SubFactory(
                StaffFactory, role=Role.MONITOR, centre=factory.SelfAttribute("..centre")
            ),
            agreement=factory.SubFactory(
                AgreementFactory, in_force=True, centre=factory.SelfAttribute("..centre")
            ),
            skip_reason="The same device was proven in another city.",
        )
        running = factory.Trait(
            ready=True,
            state=TrialState.RUNNING,
            starts_on=factory.LazyFunction(lambda: today(-90)),
            ends_on=factory.LazyFunction(lambda: today(90)),
            started_on=factory.LazyFunction(lambda: today(-90)),
        )

    reference = factory.Sequence(lambda n: f"P-2020-{n:05d}")
    kind = TrialKind.PILOT
    title = factory.Sequence(lambda n: f"Quiet unloading {n}")
    summary = "Shops are supplied at night with quiet vans."
    language = "en"
    centre = factory.SubFactory(CentreFactory)
    state = TrialState.PREPARING

    @factory.post_generation
    def indicator(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Give a pilot that is past its preparation the indicator it is judged by; `indicator=False` leaves it out."""
        if extracted is False or self.state in (
            TrialState.PREPARING,
            TrialState.PLANNED,
            TrialState.CANCELLED,
        ):
            return
        frozen = timezone.now() if self.has_started else None
        IndicatorFactory(trial=self, frozen_at=frozen)


class PilotFactory(TrialFactory):
    """A pilot."""


class PocFactory(TrialFactory):
    """A proof of concept, planned."""

    class Params:
        ready = factory.Trait(
            starts_on=factory.LazyFunction(lambda: today(1)),
            ends_on=factory.LazyFunction(lambda: today(60)),
            hypothesis="Quiet vans stay below 60 dB(A).",
            method="Measure ten nights before and after.",
        )
        running = factory.Trait(
            ready=True,
            state=TrialState.RUNNING,
            started_on=factory.LazyFunction(lambda: today(-20)),
            starts_on=factory.LazyFunction(lambda: today(-20)),
        )

    kind = TrialKind.POC
    state = TrialState.PLANNED

    @factory.post_generation
    def criterion(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Give one that is ready its success criterion; `criterion=False` leaves it out."""
        if extracted is not False and self.hypothesis:
            SuccessCriterionFactory(trial=self)

    @factory.post_generation
    def indicator(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """A proof of concept is judged by its criteria."""


class TrialPartnerFactory(DjangoModelFactory):
    """An organisation in a trial."""

    class Meta:
        model = TrialPartner

    trial = factory.SubFactory(TrialFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class TeamPersonFactory(DjangoModelFactory):
    """A person in the team of a trial."""

    class Meta:
        model = TeamPerson

    trial = factory.SubFactory(TrialFactory)
    user = factory.SubFactory(UserFactory)
    task = "Measures the noise"


class SiteFactory(DjangoModelFactory):
    """A place in the city."""

    class Meta:
        model = Site

    trial = factory.SubFactory(TrialFactory)
    name = factory.Sequence(lambda n: f"Market {n}")
    latitude = Decimal("41.375")
    longitude = Decimal("2.149")


class PermitFactory(DjangoModelFactory):
    """A permit that was granted without bounds."""

    class Meta:
        model = Permit

    trial = factory.SubFactory(TrialFactory)
    name = factory.Sequence(lambda n: f"Use of the street {n}")
    authority = "District"
    state = PermitState.GRANTED


class MilestoneFactory(DjangoModelFactory):
    """A step due in a month."""

    class Meta:
        model = Milestone

    trial = factory.SubFactory(TrialFactory)
    title = factory.Sequence(lambda n: f"Step {n}")
    due_on = factory.LazyFunction(lambda: today(30))


class RiskFactory(DjangoModelFactory):
    """A risk of middling likelihood."""

    class Meta:
        model = Risk

    trial = factory.SubFactory(TrialFactory)
    description = factory.Sequence(lambda n: f"Neighbours complain {n}")
    likelihood = 2
    impact = 3


class LogEntryFactory(_Searchable):
    """An entry of the logbook, internal."""

    class Meta:
        model = LogEntry

    trial = factory.SubFactory(TrialFactory)
    text = factory.Sequence(lambda n: f"The vans were checked {n}.")


class SuccessCriterionFactory(DjangoModelFactory):
    """What a proof of concept must show."""

    class Meta:
        model = SuccessCriterion

    trial = factory.SubFactory(PocFactory)
    text = factory.Sequence(lambda n: f"No night is louder than {60 + n} dB(A)")


class ExtensionRequestFactory(DjangoModelFactory):
    """A wish for a month more."""

    class Meta:
        model = ExtensionRequest

    trial = factory.SubFactory(PilotFactory, running=True)
    new_ends_on = factory.LazyAttribute(lambda o: o.trial.ends_on + timedelta(days=30))
    reason = "The summer was too quiet to tell."


class IndicatorFactory(_Searchable):
    """Noise in dB(A), from 68 down to 60, last value counts."""

    class Meta:
        model = Indicator

    trial = factory.SubFactory(TrialFactory)
    name = factory.Sequence(lambda n: f"Noise at the kerb {n}")
    kind = IndicatorKind.NUMBER
    unit = "dB(A)"
    direction = "down"
    baseline = Decimal(68)
    target = Decimal(60)


class IndicatorAmendmentFactory(DjangoModelFactory):
    """A target that was changed."""

    class Meta:
        model = IndicatorAmendment

    indicator = factory.SubFactory(IndicatorFactory)
    before = {"target": "60"}
    after = {"target": "61"}
    reason = "The street was rebuilt."


class MeasurementFactory(DjangoModelFactory):
    """An approved measurement; each of one indicator a week after the last."""

    class Meta:
        model = Measurement

    indicator = factory.SubFactory(IndicatorFactory, trial=factory.SubFactory(PilotFactory, running=True))
    period_start = factory.Sequence(lambda n: today(-80) + timedelta(days=n % 70))
    period_end = factory.LazyAttribute(lambda o: o.period_start + timedelta(days=6))
    value = Decimal("64.5")
    state = MeasurementState.APPROVED


class OutcomeFactory(_Searchable):
    """The outcome of a pilot that has ended."""

    class Meta:
        model = Outcome

    class Params:
        public = factory.Trait(publication=Publication.PUBLIC)

    trial = factory.SubFactory(
        PilotFactory, running=True, state=TrialState.ENDED, ended_on=factory.LazyFunction(today)
    )
    verdict = OutcomeVerdict.ADOPTED
    language = "en"
    summary = "It was quieter at night, and the shops go on with it."


class ProductFactory(DjangoModelFactory):
    """A dataset."""

    class Meta:
        model = Product

    outcome = factory.SubFactory(OutcomeFactory)
    kind = ProductKind.DATASET
    name = factory.Sequence(lambda n: f"Noise by night {n}")


class MessageFactory(_Searchable):
    """What was said to the partners of a trial; `trial=None, idea=…` or `agreement=…` for another record."""

    class Meta:
        model = Message

    trial = factory.SubFactory(TrialFactory)
    channel = Channel.PARTNER
    author = factory.SubFactory(UserFactory)
    text = "The vans come on Monday."
