"""Does one search find in every noun what the reader may open, and count nothing else?"""

import pytest
from django.contrib.auth.models import AnonymousUser

from cic.core.finding import find, reference_in, referred_to
from cic.core.indexing import searchable_models
from tests.core.resource_contract import client_of, problem_of, queries_of
from tests.factories.cms import (
    CallPageFactory,
    CasePageFactory,
    CentrePageFactory,
    SectionPageFactory,
    StoryPageFactory,
    TextPageFactory,
)
from tests.factories.community import DebateFactory, GroupFactory
from tests.factories.events import CapsuleFactory, CertificateFactory, EventFactory, SessionFactory
from tests.factories.ideas import ChallengeFactory, DecisionFactory, IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    MeetingFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    UserFactory,
)
from tests.factories.trials import (
    IndicatorFactory,
    LogEntryFactory,
    MessageFactory,
    OutcomeFactory,
    PilotFactory,
)

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()
WRITTEN = (CallPageFactory, CentrePageFactory, SectionPageFactory, StoryPageFactory, TextPageFactory)


def counts(text, user, each=20):
    """How many records of each noun were found."""
    return {group.model.__name__: group.total for group in find(text, user, each=each)}


@pytest.fixture
def one_of_each():
    """A record of every noun that holds the same word."""
    title = "Zapp col·laboració"
    centre = CentreFactory(name=title)
    event, group = EventFactory(title=title, centre=centre), GroupFactory(name=title)
    agreement = AgreementFactory(title=title, centre=centre)
    idea, pilot = (
        IdeaFactory(title=title, centre=centre, state="submitted"),
        PilotFactory(title=title, centre=centre),
    )
    outcome = OutcomeFactory(trial=pilot, summary="It worked.", lessons=title)
    more = {CentrePageFactory: {"centre": centre}}
    return [
        *(
            make(title=title, slug=f"written-{number}", live=False, **more.get(make, {}))
            for number, make in enumerate(WRITTEN)
        ),
        CasePageFactory(outcome=outcome, title=title, live=False),
        event,
        SessionFactory(title=title, event=event),
        CapsuleFactory(title=title, centre=centre),
        CertificateFactory(name=title),
        group,
        DebateFactory(title=title, group=group),
        centre,
        OrganisationFactory(name=title),
        agreement,
        MeetingFactory(agreement=agreement, minutes=f"They spoke of {title}."),
        ChallengeFactory(title=title, centre=centre),
        idea,
        DecisionFactory(idea=idea, reasons=title),
        IndicatorFactory(trial=pilot, name=title),
        LogEntryFactory(trial=pilot, text=title),
        MessageFactory(trial=pilot, text=title),
        outcome,
        pilot,
    ]


def test_every_noun_with_words_is_found_by_one_query(one_of_each):
    admin = StaffFactory(role="admin")
    admin.standing  # noqa: B018  asked once per request, whatever is searched

    assert queries_of(lambda: counts("zapp", admin)) == 1
    assert counts("zapp", admin) == {type(row).__name__: 1 for row in one_of_each}
    everywhere = {model for model in searchable_models() if model.FOUND_EVERYWHERE}
    assert {type(row) for row in one_of_each} == everywhere


@pytest.mark.parametrize(
    "text", ["col·laboració", "COL•LABORACIÓ", "colŀlaboracio", "col.laboració", "zapp colla"]
)
def test_the_four_spellings_and_no_accents_find_the_same(one_of_each, text):
    assert len(counts(text, StaffFactory(role="admin"))) == len(one_of_each)


def test_l04_l05_counts_are_of_what_can_be_opened(one_of_each):
    assert counts("zapp", NOBODY) == {"Centre": 1, "Organisation": 1}
    assert counts("zapp", UserFactory()) == {"Centre": 1, "Organisation": 1}
    stranger = StaffFactory(role="coordinator", centre=CentreFactory())
    # Pages belong to no centre: who edits some may edit all.
    drafts = {make._meta.model.__name__: 1 for make in WRITTEN}
    assert counts("zapp", stranger) == {"Centre": 1, "Organisation": 1, **drafts}


def test_a_partner_finds_their_own_idea_and_not_a_rivals():
    mine, theirs = PartnerFactory(), PartnerFactory()
    IdeaFactory(title="Zapp", author=mine, organisation=None)

    assert counts("zapp", mine) == {"Idea": 1}
    assert counts("zapp", theirs) == {}


def test_l04_an_agreement_is_not_found_by_words_that_are_not_public(settings):
    settings.AGREEMENT_PUBLIC_FIELDS = [name for name in settings.AGREEMENT_PUBLIC_FIELDS if name != "object"]
    agreement = AgreementFactory(title="Plain", object="zqsecret", publication="public", in_force=True)
    member = PartnerFactory(organisation=agreement.parties.order_by("-pk")[0].organisation)

    assert counts("zqsecret", NOBODY) == {}
    assert counts("zqsecret", member) == {"Agreement": 1}


def test_l04_what_hangs_on_a_public_trial_is_found_by_those_who_may_read_it():
    company, author = OrganisationFactory(), PartnerFactory()
    trial = PilotFactory(publication="public", promoter=company)
    idea = IdeaFactory(
        publication="public", author=author, organisation=None, state="in_evaluation", centre=trial.centre
    )
    IndicatorFactory(trial=trial, name="zapp")
    outcome = OutcomeFactory(trial=trial, summary="zapp")
    decision = DecisionFactory(idea=idea, reasons="zapp")
    MeetingFactory(minutes="zapp")
    LogEntryFactory(trial=trial, text="zapp internal")
    LogEntryFactory(trial=trial, text="zapp for all", is_public=True)
    MessageFactory(trial=trial, text="zapp among the city", channel="internal")
    MessageFactory(trial=trial, text="zapp to the partner", channel="partner")
    of_company, of_centre = (
        PartnerFactory(organisation=company),
        StaffFactory(role="coordinator", centre=trial.centre),
    )
    inside = {"Indicator": 1, "LogEntry": 2, "Outcome": 1}

    assert counts("zapp", NOBODY) == counts("zapp", UserFactory()) == {"Indicator": 1, "LogEntry": 1}
    assert counts("zapp", of_company) == {**inside, "Message": 1}
    assert counts("zapp", of_centre) == {**inside, "Decision": 1, "Message": 2}
    assert counts("zapp", author) == {"Indicator": 1, "LogEntry": 1}

    type(decision).objects.update(notified_at=decision.created_at)
    type(outcome).objects.update(publication="public")
    assert counts("zapp", author) == {"Decision": 1, "Indicator": 1, "LogEntry": 1, "Outcome": 1}
    assert counts("zapp", NOBODY) == {"Indicator": 1, "LogEntry": 1, "Outcome": 1}

    type(decision).objects.update(published_at=decision.created_at)
    assert counts("zapp", NOBODY) == {"Decision": 1, "Indicator": 1, "LogEntry": 1, "Outcome": 1}
    type(idea).objects.filter(pk=idea.pk).update(publication="withdrawn")
    type(trial).objects.filter(pk=trial.pk).update(publication="withdrawn")
    assert counts("zapp", NOBODY) == {}


def test_what_has_no_title_is_shown_by_its_first_words_and_the_reference_of_its_whole():
    trial = PilotFactory(reference="P-2026-014")
    admin = StaffFactory(role="admin")
    LogEntryFactory(trial=trial, text="Zapp\non two lines")
    outcome = OutcomeFactory(trial=trial, summary="It worked. " * 40, lessons="Zapp")
    MessageFactory(idea=IdeaFactory(reference="I-2026-003"), trial=None, text="Zapp")

    shown = {group.model.__name__: group.rows[0] for group in find("zapp", admin, each=5)}

    assert (shown["LogEntry"].reference, shown["LogEntry"].title) == ("P-2026-014", "Zapp on two lines")
    assert shown["Outcome"].reference == "P-2026-014"
    assert outcome.summary.startswith(shown["Outcome"].title.removesuffix(" …"))
    assert len(shown["Outcome"].title) < 165
    assert shown["Message"].reference == "I-2026-003"


def test_the_first_few_are_the_newest_and_the_number_is_of_all():
    centre = CentreFactory()
    needs = [ChallengeFactory(title=f"Zapp {n}", centre=centre) for n in range(5)]

    (group,) = find("zapp", StaffFactory(role="admin"), each=2)

    assert [row.pk for row in group.rows] == [needs[4].pk, needs[3].pk]
    assert [row.title for row in group.rows] == ["Zapp 4", "Zapp 3"]
    assert group.total == 5


@pytest.mark.parametrize(
    "text", ["", "   ", "!?*", "\x00", "a" * 50_000, "' OR 1=1 --", '"', "zapp & | ! ( :*"]
)
def test_any_input_is_answered(text, one_of_each):
    assert sum(counts(text, StaffFactory(role="admin")).values()) in (0, len(one_of_each))


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("P-2026-014", "P-2026-014"),
        ("  p-2026-14 ", "P-2026-014"),
        ("p 2026 14", "P-2026-014"),
        ("P2026/1014", "P-2026-1014"),
        ("ad-2026-003", "AD-2026-003"),
        ("P-2026", ""),
        ("pilot 2026-014 b", ""),
        ("", ""),
    ],
)
def test_references_are_read_as_people_write_them(text, reference):
    assert reference_in(text) == reference


def test_l04_a_reference_finds_its_record_for_those_who_may_read_it():
    pilot = PilotFactory(reference="P-2026-014")

    assert referred_to("p 2026 14", StaffFactory(role="admin")) == pilot
    assert referred_to("p 2026 14", UserFactory()) is None
    assert referred_to("p 2026 15", StaffFactory(role="admin")) is None
    assert referred_to("x 2026 14", StaffFactory(role="admin")) is None


def test_api_finds_by_noun_and_takes_four_queries(one_of_each):
    client = client_of(StaffFactory(role="admin"))
    client.get("/api/v1/search/?q=warm")

    assert queries_of(lambda: client.get("/api/v1/search/?q=zapp")) == 4  # session, user, standing, all nouns
    body = client.get("/api/v1/search/?q=zapp").json()
    assert {row["noun"]: row["count"] for row in body["results"]} == {
        "centres": 1, "organisations": 1, "agreements": 1, "challenges": 1, "ideas": 1, "trials": 1,
        "events": 1, "sessions": 1, "capsules": 1, "certificates": 1, "groups": 1, "debates": 1,
        "meetings": 1, "decisions": 1, "indicators": 1, "log-entries": 1, "messages": 1, "outcomes": 1,
        "cases": 1, "stories": 1, "calls": 1, "site-pages": 1, "sections": 1, "centre-texts": 1,
    }  # fmt: skip
    assert body["cited"] is None
    trial = one_of_each[-1]
    assert next(row for row in body["results"] if row["noun"] == "trials")["records"] == [
        {
            "id": trial.pk,
            "reference": trial.reference,
            "title": trial.title,
            "url": f"http://127.0.0.1:8000/api/v1/trials/{trial.pk}/",
        }
    ]


def test_api_cites_the_record_of_a_reference():
    pilot = PilotFactory(reference="P-2026-014")

    body = client_of(StaffFactory(role="admin")).get("/api/v1/search/?q=P-2026-014").json()

    assert body["cited"]["id"] == pilot.pk
    assert client_of(None).get("/api/v1/search/?q=P-2026-014").json()["cited"] is None


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", f"?q={'a' * 201}", "?q=a&serach=b"])
def test_api_refuses_what_is_no_search(query):
    problem_of(client_of(None).get(f"/api/v1/search/{query}"), 400)


def test_a08_a_token_for_one_noun_finds_that_noun_only(one_of_each):
    from cic.core.tokens import issue_token

    _token, key = issue_token(actor=StaffFactory(role="admin"), name="x", scopes=["trials:read"])

    body = client_of(None).get("/api/v1/search/?q=zapp", headers={"authorization": f"Bearer {key}"}).json()

    assert [row["noun"] for row in body["results"]] == ["trials"]
