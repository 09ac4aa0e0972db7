"""Is an idea begun for a centre, sent to it and passed on there only while the centre is at work, at every door alike?"""

import pytest
from django.core.files import File
from django.urls import reverse

from cic.core.errors import DomainError
from partners.choices import CentreState, Role
from pilots.calculations.readers import Action
from pilots.models import Challenge, Idea, Lineage
from pilots.operations.ideas import edit_idea, move_idea, propose
from pilots.operations.imports import words
from pilots.operations.imports.runs import run_import, start_import
from pilots.operations.mergers import merge_ideas
from pilots.operations.replications import replicate_as_idea
from pilots.operations.triage import split_idea
from tests.core.resource_contract import send
from tests.factories.ideas import ChallengeFactory, IdeaFactory
from tests.factories.partners import CentreFactory, OrganisationFactory, PartnerFactory, StaffFactory
from tests.factories.trials import OutcomeFactory

pytestmark = pytest.mark.django_db
NONE = "This centre takes no ideas now."
AT_REST = [CentreState.PROPOSED, CentreState.DORMANT, CentreState.CLOSED]


def close(centre):
    centre.state = CentreState.CLOSED
    centre.save()


@pytest.mark.parametrize("state", AT_REST)
def test_no_idea_is_begun_for_a_centre_that_is_not_at_work(state):
    centre = CentreFactory(state=state, publication="public")
    challenge = ChallengeFactory(centre=centre, publication="public")

    for values in ({"centre": centre}, {"challenge": challenge}):
        with pytest.raises(DomainError) as refusal:
            propose({"title": "Wheels", **values}, actor=PartnerFactory())
        assert (refusal.value.code, refusal.value.fields) == ("invalid", {"centre": [NONE]})

    assert Idea.objects.count() == 0
    assert not challenge.takes_ideas
    assert not Challenge.objects.taking_ideas().exists()


def test_api_says_which_field_is_at_fault(client):
    centre = CentreFactory(state=CentreState.CLOSED, publication="public")
    client.force_login(PartnerFactory())

    refused = send(client, "POST", "/api/v1/ideas/", {"title": "Wheels", "centre": centre.pk})

    assert refused.status_code == 400
    assert refused.json()["errors"] == [{"pointer": "#/centre", "code": "invalid", "detail": NONE}]
    assert Idea.objects.count() == 0


def test_draft_whose_centre_has_closed_is_kept_changed_and_not_sent(client):
    idea = IdeaFactory(state="draft")
    close(idea.centre)
    client.force_login(idea.author)

    changed = edit_idea(idea, {"title": "Wheels", "centre": idea.centre}, actor=idea.author)
    refused = send(client, "POST", f"/api/v1/ideas/{idea.pk}/moves/submit/")
    page = client.post(
        reverse("idea_move", args=[idea.pk, "submit"]), {"version": changed.version}, follow=True
    )

    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]) == (
        409,
        "incomplete",
        NONE,
    )
    assert NONE in page.content.decode()
    assert Idea.objects.values_list("state", "title").get() == ("draft", "Wheels")


def test_draft_does_not_go_over_to_a_centre_that_has_closed():
    idea = IdeaFactory(state="draft", challenge=None)
    closed = CentreFactory(state=CentreState.CLOSED, publication="public")

    with pytest.raises(DomainError) as refusal:
        edit_idea(idea, {"centre": closed}, actor=idea.author)

    assert refusal.value.fields == {"centre": [NONE]}
    assert Idea.objects.get().centre == idea.centre


def test_form_opened_before_the_centre_closed_says_so_and_keeps_what_was_typed(client):
    centre = CentreFactory(state=CentreState.CLOSED, publication="public", name="Gone centre")
    client.force_login(PartnerFactory())

    offered = client.get(reverse("idea_create")).content.decode()
    refused = client.post(
        reverse("idea_create"),
        {"title": "Wheels", "problem": "A long story", "centre": centre.pk, "language": "en"},
    )

    assert refused.status_code == 422
    assert [text in refused.content.decode() for text in (NONE, "A long story")] == [True, True]
    assert ("Gone centre" in offered, Idea.objects.count()) == (False, 0)


def test_what_a_closed_centre_has_is_not_split_and_nothing_goes_on_there():
    theirs, mine = IdeaFactory(state="screening"), IdeaFactory(state="screening")
    close(theirs.centre)
    parts = [{"title": "Wheels"}, {"title": "Carpets"}]

    for act in (
        lambda: split_idea(theirs, parts, actor=StaffFactory(), note="Two."),
        lambda: merge_ideas(mine, theirs, actor=StaffFactory(), note="The same."),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.blockers == [NONE]

    assert list(Idea.objects.values_list("state", flat=True)) == ["screening", "screening"]
    assert Lineage.objects.count() == 0


def test_lapsed_idea_is_not_opened_again_where_nobody_reads():
    idea = IdeaFactory(state="lapsed")
    close(idea.centre)

    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "reopen", actor=StaffFactory(), note="They answered.")

    assert (refusal.value.blockers, Idea.objects.get().state) == ([NONE], "lapsed")


def test_case_is_not_taken_up_in_a_centre_that_has_closed():
    outcome = OutcomeFactory(public=True, trial__public=True)
    author = PartnerFactory(organisation=OrganisationFactory())
    closed = CentreFactory(state=CentreState.CLOSED, publication="public")

    with pytest.raises(DomainError) as refusal:
        replicate_as_idea(outcome, actor=author, centre=closed)

    assert (refusal.value.fields, Idea.objects.count()) == ({"centre": [NONE]}, 0)


@pytest.mark.parametrize(("name", "ideas"), [("decidim-proposals.csv", 4), ("ips-x.csv", 1)])
def test_import_begins_no_idea_in_a_centre_that_has_closed_and_says_so(fixtures, name, ideas):
    centre = CentreFactory()
    admin = StaffFactory(role=Role.ADMIN)

    def bring():
        with (fixtures / name).open("rb") as content:
            return run_import(start_import(actor=admin, centre=centre, files=[(name, File(content))]).pk)

    close(centre)
    run = bring()

    assert run.counts["idea"] == {"rejected": ideas}
    told = run.notes.filter(problem=words.TAKES_NO_IDEAS).values_list("action", flat=True)
    assert list(told) == [Action.REJECTED] * ideas
    assert Idea.objects.count() == 0
    centre.state = CentreState.ACTIVE
    centre.save()
    assert bring().counts["idea"] == {"created": ideas}
    close(centre)
    assert bring().counts["idea"] == {"unchanged": ideas}
