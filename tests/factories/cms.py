"""How does a test get the public site, and cases on it?

`make_site()` makes the pages of all languages; `case_of(outcome)` a draft of a case with what a second
person asks for; `publish(case)` takes it through ask and approve by two different people.
"""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import factory
from django.core.files.images import ImageFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Locale

from cic.core.choices import Publication
from cms.models import (
    AgreementsPage,
    CallPage,
    CaseFigure,
    CasePage,
    CasePhoto,
    CasesPage,
    CentrePage,
    CentresPage,
    ChallengesPage,
    Correction,
    EventsPage,
    FiguresPage,
    HomePage,
    LinkCheck,
    NewsPage,
    OrganisationsPage,
    PilotsPage,
    PreviewLink,
    Release,
    SearchPage,
    SecondPersonTask,
    SectionPage,
    StoryPage,
    TextPage,
    Waiver,
)
from cms.operations import cases as operations
from cms.operations.trees import set_up_site
from partners.choices import Role
from pilots.choices import TrialState
from tests.factories.ideas import ChallengeFactory, DecisionFactory, IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    ObligationFactory,
    OrganisationFactory,
    ResourceFactory,
    StaffFactory,
    UserFactory,
    today,
)
from tests.factories.trials import (
    IndicatorFactory,
    LogEntryFactory,
    MeasurementFactory,
    MilestoneFactory,
    OutcomeFactory,
    PilotFactory,
    ProductFactory,
    SiteFactory,
    TrialPartnerFactory,
)

TEXTS = {
    "answer": "Yes, and it is now the rule in two districts.",
    "challenges": "Night deliveries wake people up.",
    "solution": "Quiet vans and rubber ramps.",
}


def make_site() -> dict[str, int]:
    """The public site in all languages."""
    return set_up_site()


def evaluated_outcome(**more: Any) -> Any:
    """The public outcome of a public, evaluated pilot."""
    trial = more.pop("trial", None) or PilotFactory(
        running=True, state=TrialState.EVALUATED, public=True, ended_on=None, **more.pop("trial_fields", {})
    )
    return OutcomeFactory(trial=trial, publication=Publication.PUBLIC, **more)


def staff(role: str, centre: Any = None) -> Any:
    """Somebody who holds `role` in `centre`, or in all centres."""
    return StaffFactory(role=role, centre=centre)


def case_of(outcome: Any = None, *, author: Any = None, **texts: Any) -> CasePage:
    """The draft of a case, written and complete."""
    outcome = outcome or evaluated_outcome()
    author = author or staff(Role.EDITOR)
    case = operations.prepare_case(outcome, actor=author)
    return operations.edit_case(case, {**TEXTS, **texts}, actor=author)


def publish(case: CasePage, *, asker: Any = None, approver: Any = None) -> CasePage:
    """Ask and approve, by two people who did not write it last."""
    asker = asker or staff(Role.EDITOR)
    case = operations.ask_for_approval(case, actor=asker)
    return operations.approve_case(case, actor=approver or staff(Role.COORDINATOR))


class _PageFactory(DjangoModelFactory):
    """A page beneath its parent; `parent` is needed for all but the root."""

    class Meta:
        abstract = True

    title = factory.Sequence(lambda n: f"Page {n}")
    slug = factory.Sequence(lambda n: f"page-{n}")
    locale = factory.LazyFunction(lambda: Locale.objects.get_or_create(language_code="en")[0])

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        from wagtail.models import Page

        parent = kwargs.pop("parent", None) or Page.objects.get(depth=1)
        page = model_class(*args, **kwargs)
        parent.add_child(instance=page)
        return page


class HomePageFactory(_PageFactory):
    """A home page."""

    class Meta:
        model = HomePage


class TextPageFactory(_PageFactory):
    """A plain page."""

    class Meta:
        model = TextPage


class PilotsPageFactory(_PageFactory):
    """A catalogue."""

    class Meta:
        model = PilotsPage


class AgreementsPageFactory(_PageFactory):
    """A register."""

    class Meta:
        model = AgreementsPage


class CentresPageFactory(_PageFactory):
    """A page of centres."""

    class Meta:
        model = CentresPage


class OrganisationsPageFactory(_PageFactory):
    """A page of organisations."""

    class Meta:
        model = OrganisationsPage


class FiguresPageFactory(_PageFactory):
    """A page of figures."""

    class Meta:
        model = FiguresPage


class ChallengesPageFactory(_PageFactory):
    """A page of needs and ideas."""

    class Meta:
        model = ChallengesPage


class EventsPageFactory(_PageFactory):
    """A page of events."""

    class Meta:
        model = EventsPage


class SectionPageFactory(_PageFactory):
    """A section."""

    class Meta:
        model = SectionPage


class NewsPageFactory(_PageFactory):
    """A page of news."""

    class Meta:
        model = NewsPage


class StoryPageFactory(_PageFactory):
    """A story that is told."""

    class Meta:
        model = StoryPage


class CallPageFactory(_PageFactory):
    """A call that is open."""

    class Meta:
        model = CallPage


class CentrePageFactory(_PageFactory):
    """What is written of a centre."""

    class Meta:
        model = CentrePage

    centre = factory.SubFactory(CentreFactory)


class CasesPageFactory(_PageFactory):
    """A page of cases."""

    class Meta:
        model = CasesPage


class SearchPageFactory(_PageFactory):
    """A search page."""

    class Meta:
        model = SearchPage


class CasePageFactory(_PageFactory):
    """A live case, without the way that leads there: for tests of models only."""

    class Meta:
        model = CasePage

    outcome = factory.SubFactory(OutcomeFactory)


class CaseFigureFactory(DjangoModelFactory):
    """Twelve shops."""

    class Meta:
        model = CaseFigure

    page = factory.SubFactory(CasePageFactory)
    value = "12"
    label = "shops"


def picture(name: str = "van.png", colour: str = "teal") -> Any:
    """A picture in the library of the site."""
    data = io.BytesIO()
    Image.new("RGB", (1000, 700), colour).save(data, "PNG")
    made = get_image_model().objects.create(
        title="Van", file=ImageFile(io.BytesIO(data.getvalue()), name=name)
    )
    made.file.close()
    return get_image_model().objects.get(pk=made.pk)


class CasePhotoFactory(DjangoModelFactory):
    """A photograph."""

    class Meta:
        model = CasePhoto

    page = factory.SubFactory(CasePageFactory)
    image = factory.LazyFunction(picture)
    description = "A van at the kerb."


class PreviewLinkFactory(DjangoModelFactory):
    """A link to a draft, of which nobody knows the secret."""

    class Meta:
        model = PreviewLink

    page = factory.SubFactory(CasePageFactory)
    revision = factory.LazyAttribute(lambda link: link.page.latest_revision or link.page.save_revision())
    digest = factory.Sequence(lambda n: f"{n:0128d}")
    made_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class LinkCheckFactory(DjangoModelFactory):
    """A look at a page that found nothing."""

    class Meta:
        model = LinkCheck

    page = factory.SubFactory(CasePageFactory)
    checked_at = factory.LazyFunction(timezone.now)


class CorrectionFactory(DjangoModelFactory):
    """A correction."""

    class Meta:
        model = Correction

    page = factory.SubFactory(CasePageFactory)
    what = "The noise is 61 dB(A), not 60."
    why = "A sensor was calibrated late."


class WaiverFactory(DjangoModelFactory):
    """A finding that was let pass."""

    class Meta:
        model = Waiver

    page = factory.SubFactory(CasePageFactory)
    fingerprint = factory.Sequence(lambda n: f"{n:032d}")
    kind = "email"
    excerpt = "info@example.org"
    reason = "It is the public address of the association."
    waived_by = factory.SubFactory(UserFactory)


class SecondPersonTaskFactory(DjangoModelFactory):
    """A step of a workflow."""

    class Meta:
        model = SecondPersonTask

    name = factory.Sequence(lambda n: f"Second person {n}")


@dataclass
class World:
    """One public line from need to outcome, with everything that hangs on it."""

    centre: Any
    challenge: Any
    idea: Any
    agreement: Any
    trial: Any
    outcome: Any
    indicator: Any


def make_world(words: str = "Quiet unloading", *, public: bool = True, **trial_fields: Any) -> World:
    """A line whose every text holds `words`; `public=False` keeps all of it internal."""
    shown = {"publication": Publication.PUBLIC if public else Publication.INTERNAL}
    centre = CentreFactory(name=f"{words} centre", purpose=f"{words} purpose", state="active", **shown)
    challenge = ChallengeFactory(title=f"{words} need", need=f"{words} is wanted.", centre=centre, **shown)
    idea = IdeaFactory(
        title=f"{words} idea", problem=f"{words} problem.", proposal=f"{words} proposal.",
        challenge=challenge, centre=centre, state="accepted", **shown,
    )  # fmt: skip
    DecisionFactory(
        idea=idea,
        told=True,
        published_at=timezone.now(),
        body=f"{words} board",
        reasons=f"{words} was wanted by all. More.",
    )
    agreement = AgreementFactory(
        title=f"{words} agreement", object=f"{words} object.", in_force=True, centre=centre, **shown
    )
    party = agreement.parties.first()
    ObligationFactory(agreement=agreement, party=party, text=f"{words} obligation")
    ResourceFactory(agreement=agreement, party=party, description=f"{words} resource")
    trial = PilotFactory(
        running=True, title=f"{words} pilot", summary=f"{words} summary.", idea=idea, centre=centre,
        agreement=agreement, indicator=False, **{"state": TrialState.EVALUATED, "ended_on": today(-5), **shown, **trial_fields},
    )  # fmt: skip
    indicator = IndicatorFactory(trial=trial, name=f"{words} noise", frozen_at=timezone.now())
    for days, value in ((-60, 66), (-30, 62), (-10, 59)):
        start, end = today(days - 6), today(days)
        MeasurementFactory(indicator=indicator, period_start=start, period_end=end, value=value)
    SiteFactory(trial=trial, name=f"{words} market")
    TrialPartnerFactory(
        trial=trial, organisation=OrganisationFactory(name=f"{words} company", state="verified")
    )
    MilestoneFactory(trial=trial, title=f"{words} milestone")
    LogEntryFactory(trial=trial, text=f"{words} log entry", is_public=True)
    outcome = OutcomeFactory(trial=trial, summary=f"{words} outcome.", lessons=f"{words} lesson.", **shown)
    ProductFactory(outcome=outcome, name=f"{words} dataset")
    return World(centre, challenge, idea, agreement, trial, outcome, indicator)


class ReleaseFactory(DjangoModelFactory):
    """A table of which no file is kept."""

    class Meta:
        model = Release

    dataset = factory.Sequence(lambda n: f"table-{n}")
    mark = "none"
    first_at = factory.LazyFunction(timezone.now)
    changed_at = factory.LazyFunction(timezone.now)
    checked_at = factory.LazyFunction(timezone.now)
