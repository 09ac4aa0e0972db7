"""Can a case be walked from trial to public page in the workspace, by those who may, within twelve queries?"""

import pytest

from cms.choices import CaseState
from cms.models import CasePage, Waiver
from partners.choices import Role
from tests.factories.cms import TEXTS, case_of, make_world, publish, staff
from tests.factories.ideas import IdeaAnnexFactory
from tests.factories.partners import CentreFactory, PartnerFactory

ANNEX = "The unit price of the rubber wheels is forty euros, and we will not go below thirty."


@pytest.fixture
def world(site):
    return make_world("Vans")


def test_the_whole_way_is_walked_in_the_workspace(world, client):
    editor, second = staff(Role.EDITOR, world.centre), staff(Role.SECRETARY, world.centre)
    IdeaAnnexFactory(idea=world.idea, text=ANNEX)
    client.force_login(editor)
    prepare = f"/workspace/trials/{world.trial.pk}/case/"
    assert client.get(prepare).status_code == 200

    response = client.post(prepare, follow=True)
    case = CasePage.objects.get()
    assert response.redirect_chain[-1][0] == f"/workspace/cases/{case.pk}/edit/"
    here = f"/workspace/cases/{case.pk}/"
    draft = case.get_latest_revision_as_object()
    form = {name: getattr(draft, name) for name in ("title", *CasePage.TEXTS)} | TEXTS | {"lessons": ANNEX}
    assert client.post(f"{here}edit/", {**form, "version": case.latest_revision_id}).status_code == 302
    assert client.post(f"{here}ask/").status_code == 422
    page = client.get(here)
    finding = page.context["open_findings"][0]
    assert client.post(f"{here}findings/{finding['fingerprint']}/", {"reason": ""}).status_code == 422
    client.post(f"{here}findings/{finding['fingerprint']}/", {"reason": "The company agreed in writing."})
    assert client.post(f"{here}ask/").status_code == 302
    assert client.post(f"{here}approve/").status_code == 422
    assert not CasePage.objects.get().live

    client.force_login(second)
    assert client.post(f"{here}return/", {"reason": "Shorter, please."}).status_code == 302
    client.force_login(editor)
    assert "Shorter, please." in client.get(here).content.decode()
    assert client.post(f"{here}ask/").status_code == 302
    client.force_login(second)
    seen = client.get(f"{here}approve/").context["form"]["seen"].value()
    assert client.post(f"{here}approve/", {"seen": seen, "note": "Good."}).status_code == 302

    case = CasePage.objects.get()
    assert case.state == CaseState.PUBLISHED
    assert client.get(f"/en/cases/{case.slug}/").status_code == 200
    assert client.get(prepare)["Location"] == here
    assert client.post(f"{here}withdraw/", {"reason": "Asked by the partner."}).status_code == 302
    assert client.get(f"/en/cases/{case.slug}/").status_code == 404
    assert Waiver.objects.count() == 1


def test_draft_goes_without_what_is_needed_in_the_end_and_that_is_not_called_optional(world, client):
    case = case_of(world.outcome)
    client.force_login(staff(Role.EDITOR, world.centre))
    here = f"/workspace/cases/{case.pk}/"
    fields = client.get(f"{here}edit/").context["form"].fields
    texts = {name: getattr(case, name) for name in ("title", *CasePage.TEXTS)}

    saved = client.post(f"{here}edit/", {**texts, "answer": "", "version": case.latest_revision_id})

    needed = [name for name in CasePage.TEXTS if fields[name].required]
    assert needed == ["answer", "challenges", "solution"]
    assert saved.status_code == 302
    assert CasePage.objects.get(pk=case.pk).get_latest_revision_as_object().answer == ""
    assert client.post(f"{here}ask/").status_code == 422


def test_public_case_is_corrected_in_the_workspace(world, client):
    case = publish(case_of(world.outcome))
    client.force_login(staff(Role.EDITOR))
    here = f"/workspace/cases/{case.pk}/"
    form = {name: getattr(case, name) for name in ("title", *CasePage.TEXTS)} | {"answer": "Partly."}

    refused = client.post(f"{here}edit/", form)
    done = client.post(f"{here}edit/", {**form, "what": "The answer.", "why": "A slip."})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert "Partly." in refused.content.decode()
    assert CasePage.objects.get().state == CaseState.CORRECTING


def test_r06_second_of_two_editors_is_told_and_keeps_the_text(world, client):
    case = case_of(world.outcome)
    first_seen = case.latest_revision_id
    client.force_login(staff(Role.EDITOR))
    here = f"/workspace/cases/{case.pk}/edit/"
    form = {name: getattr(case, name) for name in ("title", *CasePage.TEXTS)}
    client.post(here, {**form, "answer": "First.", "version": first_seen})

    response = client.post(here, {**form, "answer": "Second.", "version": first_seen})

    assert response.status_code == 412
    assert [(row["theirs"], row["yours"]) for row in response.context["theirs"]] == [("First.", "Second.")]
    assert CasePage.objects.get().get_latest_revision_as_object().answer == "First."


def test_trial_that_is_not_evaluated_says_so(site, client):
    world = make_world("Vans", state="running", ended_on=None)
    client.force_login(staff(Role.EDITOR))
    address = f"/workspace/trials/{world.trial.pk}/case/"

    assert "It is not evaluated yet." in client.get(address).content.decode()
    assert client.post(address).status_code == 409
    assert not CasePage.objects.exists()


@pytest.mark.parametrize(
    "part", ["", "edit/", "preview/", "ask/", "approve/", "return/", "withdraw/", "findings/abc/"]
)
def test_a01_strangers_get_the_answer_of_a_case_that_is_not_there(world, client, part):
    case = case_of(world.outcome)
    for stranger in (
        PartnerFactory(),
        PartnerFactory(organisation=world.trial.promoter),
        staff(Role.EDITOR, CentreFactory()),
    ):
        client.force_login(stranger)
        for method in (client.get, client.post):
            there = method(f"/workspace/cases/{case.pk}/{part}")
            nowhere = method(f"/workspace/cases/{case.pk + 9999}/{part}")
            assert (there.status_code, nowhere.status_code) in ((404, 404), (405, 405))
    assert client.get(f"/workspace/trials/{world.trial.pk}/case/").status_code == 404


@pytest.mark.parametrize("role", [Role.MONITOR, Role.LEGAL, Role.AUDITOR])
def test_a09_readers_of_the_centre_look_and_do_not_touch(world, client, role):
    case = case_of(world.outcome)
    client.force_login(staff(role, world.centre))
    here = f"/workspace/cases/{case.pk}/"

    assert client.get(here).status_code == 200
    assert client.get(here).context["moves"] == []
    for part in ("edit/", "ask/", "approve/", "return/", "withdraw/"):
        assert client.post(f"{here}{part}", {"reason": "x", "title": "x"}).status_code == 403
    assert CasePage.objects.get().state == CaseState.DRAFT


@pytest.mark.parametrize("count", [1, 3])
def test_case_list_cost_does_not_grow(site, client, count, django_assert_num_queries):
    for number in range(count):
        case_of(make_world(f"Vans {number}").outcome)
    client.force_login(staff(Role.EDITOR))
    client.get("/workspace/cases/")

    with django_assert_num_queries(8):
        response = client.get("/workspace/cases/")

    assert len(response.context["rows"]) == count


def test_case_list_is_narrowed_counted_and_leaves_as_a_table(site, client):
    draft = case_of(make_world("Quiet vans").outcome)
    public = publish(case_of(make_world("Loud vans").outcome))
    client.force_login(staff(Role.EDITOR))

    lines = client.get("/workspace/cases/?stage=published&search=vans&order=title&export=plain")

    rows = b"".join(lines.streaming_content).decode().splitlines()
    assert rows[0] == "title,state,trial,centre,language,first_published_at,last_published_at"
    assert [row.split(",")[:3] for row in rows[1:]] == [
        [public.draft_title, "published", public.outcome.trial.reference]
    ]
    for query, found in (
        ("stage=draft", [draft]),
        ("search=vàn&order=-title", [draft, public]),
        (f"search={draft.outcome.trial.reference.lower()}", [draft]),
        ("search=bus", []),
    ):
        context = client.get(f"/workspace/cases/?{query}").context
        assert ([case.pk for case in context["rows"]], context["count"]) == (
            [case.pk for case in found],
            len(found),
        )
    assert {case.pk: case.stage for case in CasePage.objects.with_stage()} == {
        case.pk: case.state for case in CasePage.objects.all()
    }
