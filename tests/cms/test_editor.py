"""Does Wagtail's editor let in whom the roles of today admit, and keep the rules of the workspace?"""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page, TaskState

from cic.core.models import Job
from cms.models import CasePage, HomePage, TextPage
from cms.operations import cases as operations
from partners.choices import Role
from partners.models import Appointment
from tests.factories.cms import case_of, make_world, publish, staff
from tests.factories.partners import CentreFactory, PartnerFactory, UserFactory, today

LET_IN = {Role.EDITOR, Role.COORDINATOR, Role.SECRETARY, Role.ADMIN}
DOORS = ["/admin/", "/admin/pages/", "/admin/images/", "/admin/documents/", "/admin/pages/search/"]
CLOSED = [
    "/admin/users/", "/admin/groups/", "/admin/sites/", "/admin/locales/", "/admin/workflows/list/",
    "/admin/workflows/tasks/index/", "/admin/reports/locked/", "/admin/reports/site-history/", "/admin/account/",
    "/admin/failwhale/", "/admin/password_reset/",
]  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_a10_editor_opens_for_the_roles_that_write_and_approve(site, client, role):
    client.force_login(staff(role))

    status = client.get("/admin/").status_code

    assert status == (200 if role in LET_IN else 403)


@pytest.mark.parametrize("address", DOORS)
def test_a10_editor_tells_strangers_nothing(site, client, address):
    case_of(make_world("Xanarium", public=False).outcome)

    anonymous = client.get(address)
    client.force_login(PartnerFactory())
    partner = client.get(address)

    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith("/accounts/login/?next=%2Fadmin%2F")
    assert partner.status_code == 403
    assert "Xanarium" not in partner.content.decode()


@pytest.mark.parametrize("address", CLOSED)
def test_second_back_offices_are_not_there(site, client, address):
    client.force_login(UserFactory(is_superuser=True))

    assert client.get(address).status_code == 404


def test_wagtails_own_sign_in_and_out_lead_to_ours(site, client):
    assert (
        client.get("/admin/login/?next=/admin/pages/")["Location"]
        == "/accounts/login/?next=%2Fadmin%2Fpages%2F"
    )
    assert client.post("/admin/login/", {"username": "a", "password": "b"})["Location"].startswith(
        "/accounts/login/"
    )
    assert client.get("/admin/logout/")["Location"] == "/accounts/logout/"


def test_a07_an_appointment_that_ran_out_closes_the_editor_at_the_next_request(site, client):
    editor = staff(Role.EDITOR)
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200
    assert editor.groups.filter(name="Editors").exists()

    Appointment.objects.filter(user=editor).update(ends_on=today(-1))

    assert client.get("/admin/").status_code == 403
    assert not editor.groups.exists()


def test_a07_a_deactivated_editor_is_out_at_the_next_request(site, client):
    editor = staff(Role.EDITOR)
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200

    type(editor).objects.filter(pk=editor.pk).update(is_active=False)

    assert client.get("/admin/")["Location"].startswith("/accounts/login/")


def test_roles_decide_the_groups_and_foreign_groups_stay(site, client):
    foreign = Group.objects.create(name="Readers")
    secretary = staff(Role.SECRETARY)
    secretary.groups.add(foreign, Group.objects.get(name="Editors"))
    client.force_login(secretary)

    client.get("/admin/")

    assert sorted(secretary.groups.values_list("name", flat=True)) == ["Approvers", "Readers"]


def test_an_editor_of_another_centre_neither_lists_nor_opens_a_draft(site, client):
    world = make_world("Xanarium", public=False)
    case = case_of(world.outcome)
    client.force_login(staff(Role.EDITOR, CentreFactory()))
    index = case.get_parent()

    assert "Xanarium" not in client.get(f"/admin/pages/{index.pk}/").content.decode()
    for part in ("edit/", "view_draft/", "history/", "delete/", "copy/", "move/", "unpublish/"):
        response = client.get(f"/admin/pages/{case.pk}/{part}")
        assert response.status_code in (302, 403, 404)
        assert "Xanarium" not in response.content.decode()
    client.force_login(staff(Role.EDITOR, world.centre))
    assert "Xanarium" in client.get(f"/admin/pages/{index.pk}/").content.decode()
    assert client.get(f"/admin/pages/{case.pk}/edit/").status_code == 200


def form_of(case, **changes):
    """What the editor's form posts."""
    draft = case.get_latest_revision_as_object()
    data = {
        name: getattr(draft, name) or ""
        for name in ("title", "slug", "seo_title", "search_description", *CasePage.TEXTS)
    }
    for name in ("photos", "figures", "corrections", "comments"):
        data |= {
            f"{name}-TOTAL_FORMS": 0,
            f"{name}-INITIAL_FORMS": 0,
            f"{name}-MIN_NUM_FORMS": 0,
            f"{name}-MAX_NUM_FORMS": 1000,
        }
    return {**data, **changes}


def test_public_case_is_not_saved_in_the_editor_without_a_correction(site, client):
    case = publish(case_of(make_world("Vans").outcome))
    client.force_login(staff(Role.EDITOR))
    address = f"/admin/pages/{case.pk}/edit/"

    refused = client.post(address, form_of(case, answer="No."))
    kept = CasePage.objects.get().get_latest_revision_as_object().answer
    row = {
        "corrections-TOTAL_FORMS": 1,
        "corrections-0-what": "The answer.",
        "corrections-0-why": "A slip.",
        "corrections-0-ORDER": 1,
    }
    client.post(address, form_of(case, answer="No.", **row))

    assert refused.status_code == 200
    assert kept != "No."
    draft = CasePage.objects.get().get_latest_revision_as_object()
    assert (draft.answer, draft.corrections.get().what) == ("No.", "The answer.")
    assert CasePage.objects.get().answer != "No."


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
def test_editor_neither_publishes_nor_submits_what_is_not_ready(site, client, action):
    case = case_of(make_world("Vans").outcome, lessons="Write to info@association.example.")
    client.force_login(staff(Role.ADMIN))

    client.post(f"/admin/pages/{case.pk}/edit/", form_of(case, **{action: "1"}))

    case = CasePage.objects.get()
    assert (case.live, case.current_workflow_state) == (False, None)


def test_second_person_approves_in_the_editor_too(site, client):
    editor, second = staff(Role.EDITOR), staff(Role.SECRETARY)
    case = case_of(make_world("Vans").outcome, author=editor)
    client.force_login(editor)
    client.post(f"/admin/pages/{case.pk}/edit/", form_of(case, **{"action-submit": "1"}))
    step = CasePage.objects.get().current_workflow_task_state
    address = f"/admin/pages/workflow/action/{case.pk}/approve/{step.pk}/"

    client.post(address)
    assert not CasePage.objects.get().live
    client.force_login(second)
    client.post(address)

    case = CasePage.objects.get()
    assert (case.live, case.snapshot["trial"]["title"]) == (True, "Vans pilot")
    assert TaskState.objects.get().finished_by == second


def test_plain_page_is_approved_by_a_second_person(site, client):
    editor = staff(Role.EDITOR)
    page = TextPage.objects.get(role="about", locale__language_code="en")
    page.title = "What all this is"
    page.save_revision(user=editor)
    page.get_workflow().start(page, editor)
    step = page.current_workflow_task_state
    address = f"/admin/pages/workflow/action/{page.pk}/approve/{step.pk}/"

    client.force_login(editor)
    client.post(address)
    assert TextPage.objects.get(pk=page.pk).title == "What this is"
    client.force_login(staff(Role.COORDINATOR))
    client.post(address)

    assert TextPage.objects.get(pk=page.pk).title == "What all this is"


def test_editor_calls_no_foreign_host(site, client):
    client.force_login(staff(Role.EDITOR))
    page = client.get("/admin/").content.decode()

    for host in ("gravatar.com", "releases.wagtail.org", "googleapis"):
        assert host not in page


def test_scripts_run_in_the_editor_alone(site, client):
    client.force_login(staff(Role.EDITOR))

    assert "'unsafe-inline'" in client.get("/admin/")["Content-Security-Policy"]
    for address in ("/en/", "/en/pilots/", "/workspace/cases/"):
        policy = client.get(address)["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "object-src 'none'" in policy


def test_a_translation_of_a_case_is_a_draft_of_its_own(site):
    from wagtail.models import Locale

    case = publish(case_of(make_world("Vans").outcome))

    copy = case.copy_for_translation(Locale.objects.get(language_code="ca"))

    assert (copy.live, copy.outcome_id, copy.state) == (False, case.outcome_id, "draft")
    assert Page.objects.get(pk=copy.pk).get_parent().specific.locale.language_code == "ca"


def test_page_mails_are_jobs_with_the_readers_language(site, mailoutbox):
    from cic.core.background.mails import render_mail

    editor = staff(Role.EDITOR)
    case = operations.ask_for_approval(case_of(make_world("Vans").outcome, author=editor), actor=editor)
    second = staff(Role.COORDINATOR)
    operations.approve_case(case, actor=second)

    job = Job.objects.get(payload__kind="cms.page_approved")
    subject, text = render_mail("cms.page_approved", {**job.payload["context"], "reader_name": "Anna"}, "en")
    assert subject == "Approved: Vans pilot"
    assert f"/workspace/cases/{case.pk}/" in text
    assert mailoutbox == []
    assert HomePage.objects.count() == 4
    assert timezone.now() >= case.latest_revision_created_at
