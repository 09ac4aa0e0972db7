"""How does a test get events, sessions with their sheets, and those who come?

`SessionFactory(published=True)` gives an announced session of a public event, next week.
"""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cic.core.choices import Publication
from events.choices import CapsuleState, EventKind, RegistrationState, SessionState, TakingState
from events.models import (
    Appearance,
    Capsule,
    Certificate,
    Event,
    Registration,
    Session,
    SheetTemplate,
    Taking,
    TemplateSection,
)
from events.operations.certificates import new_code
from tests.factories.partners import CentreFactory, UserFactory, _Searchable


def in_days(days: float):
    """The instant so many days from now, to the minute."""
    return (timezone.now() + timedelta(days=days)).replace(second=0, microsecond=0)


class EventFactory(_Searchable):
    """An internal event of a centre, without sessions."""

    class Meta:
        model = Event

    class Params:
        public = factory.Trait(publication=Publication.PUBLIC)

    reference = factory.Sequence(lambda n: f"E-2026-{n:03d}")
    kind = EventKind.WORKSHOP
    title = factory.Sequence(lambda n: f"Quieter deliveries {n}")
    summary = "What was tried, and what comes of it."
    language = "en"
    centre = factory.SubFactory(CentreFactory)
    place = "Ca l'Alier, Carrer de Pere IV 362"
    zone = "Europe/Madrid"


class SheetTemplateFactory(DjangoModelFactory):
    """A template without sections."""

    class Meta:
        model = SheetTemplate

    name = factory.Sequence(lambda n: f"Plenary session {n}")
    language = "en"


class TemplateSectionFactory(DjangoModelFactory):
    """A section without limit that may stay empty."""

    class Meta:
        model = TemplateSection

    template = factory.SubFactory(SheetTemplateFactory)
    key = factory.Sequence(lambda n: f"part-{n}")
    title = factory.Sequence(lambda n: f"Part {n}")


class SessionFactory(_Searchable):
    """A draft of next week, ninety minutes long."""

    class Meta:
        model = Session

    class Params:
        published = factory.Trait(
            event=factory.SubFactory(EventFactory, public=True),
            state=SessionState.PUBLISHED,
            published_at=factory.LazyFunction(timezone.now),
        )

    reference = factory.Sequence(lambda n: f"S-2026-{n:03d}")
    event = factory.SubFactory(EventFactory)
    title = factory.Sequence(lambda n: f"First results {n}")
    language = "en"
    starts_at = factory.LazyFunction(lambda: in_days(7))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at and o.starts_at + timedelta(minutes=90))
    zone = "Europe/Madrid"


class AppearanceFactory(DjangoModelFactory):
    """A speaker with one affiliation."""

    class Meta:
        model = Appearance

    session = factory.SubFactory(SessionFactory)
    name = factory.Sequence(lambda n: f"Speaker {n}")
    affiliations = ["Professor, University of Oregon"]


class RegistrationFactory(_Searchable):
    """Somebody registered who has a place; `user=None, email=…` of an address."""

    class Meta:
        model = Registration

    session = factory.SubFactory(SessionFactory, published=True)
    user = factory.SubFactory(UserFactory)
    name = factory.LazyAttribute(lambda o: o.user.name if o.user else "Ada Guest")
    email = factory.LazyAttribute(lambda o: o.user.email if o.user else "guest@example.org")
    language = "en"
    state = RegistrationState.CONFIRMED


class CapsuleFactory(_Searchable):
    """A draft of two goals and two parts; `published=True` is its first edition, for everybody."""

    class Meta:
        model = Capsule

    class Params:
        published = factory.Trait(
            state=CapsuleState.PUBLISHED, edition=1, published_at=factory.LazyFunction(timezone.now)
        )

    reference = factory.Sequence(lambda n: f"K-2026-{n:03d}")
    title = factory.Sequence(lambda n: f"Measuring noise {n}")
    summary = "How a sound level is measured so that others believe it."
    goals = "Choose where to measure\nRead a sound level"
    text = "## Where\nAt the kerb, where people sleep.\n## How\nTen minutes, three nights."
    minutes = 15
    language = "en"
    centre = factory.SubFactory(CentreFactory)


class TakingFactory(DjangoModelFactory):
    """Somebody who began a published capsule and has read nothing yet; `read=True` read all of it."""

    class Meta:
        model = Taking

    class Params:
        read = factory.Trait(parts_read=[1, 2])
        completed = factory.Trait(
            parts_read=[1, 2],
            goals_reached=[1, 2],
            state=TakingState.COMPLETED,
            completed_at=factory.LazyFunction(timezone.now),
        )

    user = factory.SubFactory(UserFactory)
    capsule = factory.SubFactory(CapsuleFactory, published=True)
    edition = factory.LazyAttribute(lambda o: o.capsule.edition)


class CertificateFactory(_Searchable):
    """The valid certificate of a completed capsule."""

    class Meta:
        model = Certificate

    reference = factory.Sequence(lambda n: f"CERT-2026-{n:03d}")
    taking = factory.SubFactory(TakingFactory, completed=True)
    user = factory.LazyAttribute(lambda o: o.taking.user)
    centre = factory.LazyAttribute(lambda o: o.taking.capsule.centre)
    name = factory.LazyAttribute(lambda o: o.user.name)
    language = "en"
    titles = factory.LazyAttribute(lambda o: {"en": o.taking.capsule.title})
    goals = factory.LazyAttribute(lambda o: {"en": o.taking.capsule.goal_list})
    minutes = 15
    earned_on = factory.LazyFunction(timezone.localdate)
    issuer = factory.LazyAttribute(lambda o: o.centre.name if o.centre else "CIC")
    code = factory.LazyFunction(new_code)
