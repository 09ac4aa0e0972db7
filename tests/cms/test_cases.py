"""Does a case go public only when a second person approves, frozen as approved, and changed only in the open?"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import TaskState

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from cms.choices import CaseState
from cms.facts.checking import open_findings
from cms.facts.waiting import waiting_on
from cms.models import CasePage, Waiver
from cms.operations import cases as operations
from partners.choices import Role
from pilots.models import Measurement
from tests.factories.cms import TEXTS, case_of, evaluated_outcome, make_world, publish, staff
from tests.factories.ideas import IdeaAnnexFactory
from tests.factories.partners import CentreFactory, PartnerFactory, UserFactory
from tests.factories.trials import LogEntryFactory, TeamPersonFactory

ANNEX = "The unit price of the rubber wheels is forty euros, and we will not go below thirty."


@pytest.fixture
def world(site):
    return make_world()


@pytest.fixture
def editor(db):
    return staff(Role.EDITOR)


@pytest.fixture
def coordinator(db):
    return staff(Role.COORDINATOR)


def test_prepared_case_is_a_draft_filled_in_from_idea_trial_and_outcome(world, editor):
    case = operations.prepare_case(world.outcome, actor=editor)

    assert (case.live, case.state, case.locale.language_code) == (False, CaseState.DRAFT, "en")
    assert case.title == world.trial.title
    assert case.challenges == world.idea.problem
    assert case.solution == world.idea.proposal
    assert case.innovative == world.idea.novelty
    assert case.lessons == world.outcome.lessons
    assert AuditEntry.objects.filter(action="casepage.prepare", actor=editor).count() == 1


def test_prepare_twice_is_refused(world, editor):
    operations.prepare_case(world.outcome, actor=editor)

    with pytest.raises(DomainError) as refusal:
        operations.prepare_case(world.outcome, actor=editor)

    assert refusal.value.code == "duplicate"
    assert CasePage.objects.count() == 1


@pytest.mark.parametrize("role", [Role.MONITOR, Role.SECRETARY, Role.LEGAL, Role.AUDITOR])
def test_prepare_by_another_role_is_refused(world, role):
    with pytest.raises(NotAllowed):
        operations.prepare_case(world.outcome, actor=staff(role))

    assert not CasePage.objects.exists()


def test_a08_prepare_in_another_centre_is_refused(world):
    with pytest.raises(NotAllowed):
        operations.prepare_case(world.outcome, actor=staff(Role.EDITOR, CentreFactory()))

    assert not CasePage.objects.exists()


def test_a_second_person_approves_and_the_case_is_public(world, editor, coordinator):
    case = case_of(world.outcome, author=editor)

    case = publish(case, asker=editor, approver=coordinator)

    assert (case.live, case.state) == (True, CaseState.PUBLISHED)
    step = TaskState.objects.get()
    assert (step.status, step.finished_by) == ("approved", coordinator)
    assert AuditEntry.objects.filter(action="casepage.approve", actor=coordinator).count() == 1


def test_the_one_who_asked_may_not_approve(world, editor):
    case = operations.ask_for_approval(case_of(world.outcome), actor=editor)

    with pytest.raises(NotAllowed):
        operations.approve_case(case, actor=editor)

    case.refresh_from_db()
    assert (case.live, case.state) == (False, CaseState.ASKED)


def test_the_one_who_wrote_it_last_may_not_approve(world, editor, coordinator):
    case = case_of(world.outcome, author=coordinator)
    case = operations.ask_for_approval(case, actor=editor)

    with pytest.raises(NotAllowed):
        operations.approve_case(case, actor=coordinator)

    assert not CasePage.objects.live().exists()


def test_the_administrator_needs_a_second_person_too(world):
    admin = staff(Role.ADMIN)
    case = operations.ask_for_approval(case_of(world.outcome, author=admin), actor=admin)

    with pytest.raises(NotAllowed):
        operations.approve_case(case, actor=admin)

    assert not CasePage.objects.live().exists()


def test_wagtail_itself_lets_nobody_publish_without_approval(world, editor, coordinator):
    case = case_of(world.outcome, author=editor)

    with pytest.raises(PublishPagePermissionError):
        case.get_latest_revision().publish(user=coordinator)
    with pytest.raises(PublishPagePermissionError):
        case.get_latest_revision().publish()

    assert not CasePage.objects.live().exists()


def test_wagtails_own_step_refuses_the_author(world, editor):
    case = operations.ask_for_approval(case_of(world.outcome, author=editor), actor=editor)
    step = case.current_workflow_task_state

    with pytest.raises(PermissionDenied):
        step.task.specific.on_action(step, editor, "approve")

    assert not CasePage.objects.live().exists()


def test_nobody_edits_while_it_waits(world, editor):
    case = operations.ask_for_approval(case_of(world.outcome, author=editor), actor=editor)

    with pytest.raises(DomainError) as refusal:
        operations.edit_case(case, {"answer": "No."}, actor=editor)

    assert refusal.value.code == "wrong_state"
    assert CasePage.objects.get().get_latest_revision_as_object().answer == TEXTS["answer"]


def test_return_with_a_comment_tells_the_one_who_asked(world, editor, coordinator):
    case = operations.ask_for_approval(case_of(world.outcome, author=editor), actor=editor)

    case = operations.return_case(case, actor=coordinator, note="Say how many nights.")

    assert case.state == CaseState.RETURNED
    mail = Job.objects.get(task="core.send_mail", payload__kind="cms.page_returned")
    assert mail.payload["user_id"] == editor.pk
    assert mail.payload["context"]["comment"] == "Say how many nights."
    again = operations.ask_for_approval(
        operations.edit_case(case, {"evidence": "Ten nights."}, actor=editor), actor=editor
    )
    assert operations.approve_case(again, actor=coordinator).live


def test_return_without_a_reason_is_refused(world, editor, coordinator):
    case = operations.ask_for_approval(case_of(world.outcome, author=editor), actor=editor)

    with pytest.raises(DomainError):
        operations.return_case(case, actor=coordinator, note=" ")

    assert CasePage.objects.get().state == CaseState.ASKED


def test_what_waits_for_approval_stands_in_the_work_of_the_second_person_only(
    world, editor, coordinator, client
):
    elsewhere = staff(Role.COORDINATOR, CentreFactory())
    case = operations.ask_for_approval(case_of(world.outcome, author=editor), actor=editor)

    found = {
        user: [(task.kind, task.target, task.reference) for task in waiting_on(user)]
        for user in (editor, coordinator, elsewhere, UserFactory())
    }
    client.force_login(coordinator)
    page = client.get("/workspace/")

    assert list(found.values()) == [[], [("approve_case", case.pk, world.trial.reference)], [], []]
    assert f'href="/workspace/cases/{case.pk}/"' in page.content.decode()


def test_approvers_are_told_once_each_and_never_within_the_request(world, editor, coordinator, mailoutbox):
    operations.ask_for_approval(case_of(world.outcome, author=editor), actor=editor)

    told = Job.objects.filter(task="core.send_mail", payload__kind="cms.page_asked")
    readers = [job.payload["user_id"] for job in told]
    assert readers.count(coordinator.pk) == 1
    assert editor.pk not in readers
    assert mailoutbox == []


@pytest.mark.parametrize("field", ["trial", "outcome"])
def test_a_case_of_something_internal_cannot_go_public(world, editor, field):
    getattr(world, field).__class__.objects.filter(pk=getattr(world, field).pk).update(publication="internal")
    case = case_of(world.outcome, author=editor)

    with pytest.raises(DomainError) as refusal:
        operations.ask_for_approval(case, actor=editor)

    assert refusal.value.code == "incomplete"


def test_words_of_the_annex_stand_in_the_way_until_rewritten(world, editor):
    IdeaAnnexFactory(idea=world.idea, text=ANNEX)
    case = case_of(
        world.outcome,
        author=editor,
        lessons="We saw that the unit price of the rubber wheels is forty euros.",
    )

    with pytest.raises(DomainError) as refusal:
        operations.ask_for_approval(case, actor=editor)
    assert refusal.value.code == "incomplete"

    case = operations.edit_case(case, {"lessons": "Wheels are not cheap."}, actor=editor)
    assert operations.ask_for_approval(case, actor=editor).state == CaseState.ASKED


def test_every_source_of_confidence_is_checked(world, editor):
    IdeaAnnexFactory(idea=world.idea, text=ANNEX)
    LogEntryFactory(trial=world.trial, text="A driver was hurt behind the fish stall on Monday.")
    TeamPersonFactory(trial=world.trial, user=PartnerFactory(name="Núria Prats"))
    case = case_of(
        world.outcome,
        author=editor,
        lessons=f"{ANNEX} A driver was hurt behind the fish stall. Thanks to Nuria Prats, nuria@example.org, 934 023 000.",
        added_value="What is said here stays here.",
    )

    assert {row.kind for row in open_findings(case)} == {"annex", "log", "clause", "name", "email", "phone"}


def test_waived_finding_passes_and_the_reason_stays_in_the_log(world, editor, coordinator):
    case = case_of(world.outcome, author=editor, lessons="Write to info@association.example.")
    finding = open_findings(case)[0]

    operations.waive_finding(case, finding.fingerprint, actor=editor, reason="It is their public address.")
    case = publish(case, asker=editor, approver=coordinator)

    assert case.live
    assert Waiver.objects.get().reason == "It is their public address."
    entry = AuditEntry.objects.get(action="casepage.waive")
    assert (entry.note, entry.actor) == ("It is their public address.", editor)
    assert "association" not in str(entry.after)


def test_waiver_without_a_reason_is_refused(world, editor):
    case = case_of(world.outcome, author=editor, lessons="Write to info@association.example.")

    with pytest.raises(DomainError):
        operations.waive_finding(case, open_findings(case)[0].fingerprint, actor=editor, reason="")

    assert not Waiver.objects.exists()


def test_a_finding_that_came_in_after_the_question_stops_the_approval(world, editor, coordinator):
    case = case_of(
        world.outcome,
        author=editor,
        lessons="We saw that the unit price of the rubber wheels is forty euros.",
    )
    case = operations.ask_for_approval(case, actor=editor)
    IdeaAnnexFactory(idea=world.idea, text=ANNEX)

    with pytest.raises(DomainError):
        operations.approve_case(case, actor=coordinator)

    assert not CasePage.objects.live().exists()


def test_public_case_shows_what_was_approved_though_the_tracker_changes(world, client, editor):
    case = publish(case_of(world.outcome, author=editor))
    before = client.get(f"/en/cases/{case.slug}/").content.decode()
    Measurement.objects.filter(indicator=world.indicator).update(value=99)
    type(world.outcome).objects.filter(pk=world.outcome.pk).update(verdict="not_adopted")

    after = client.get(f"/en/cases/{case.slug}/").content.decode()

    assert "59" in before
    assert before == after


def test_approval_on_figures_that_changed_meanwhile_is_refused(world, editor, coordinator):
    from cms.facts.freezing import digest, facts_of

    case = operations.ask_for_approval(case_of(world.outcome, author=editor), actor=editor)
    seen = digest(facts_of(case.get_latest_revision_as_object()))
    Measurement.objects.filter(indicator=world.indicator).update(value=99)

    with pytest.raises(DomainError) as refusal:
        operations.approve_case(case, actor=coordinator, seen=seen)

    assert refusal.value.code == "stale"
    assert not CasePage.objects.live().exists()


def test_public_case_changes_only_with_a_correction(world, editor):
    case = publish(case_of(world.outcome, author=editor))

    with pytest.raises(DomainError) as refusal:
        operations.edit_case(case, {"answer": "No."}, actor=editor)

    assert set(refusal.value.fields) == {"what", "why"}
    assert CasePage.objects.get().state == CaseState.PUBLISHED


def test_correction_is_public_once_approved_and_figures_stay(world, client, editor, coordinator):
    case = publish(case_of(world.outcome, author=editor))
    Measurement.objects.filter(indicator=world.indicator).update(value=99)
    case = operations.edit_case(
        case, {"answer": "Yes, in one district."}, actor=editor, what="One district, not two.", why="A slip."
    )

    draft_page = client.get(f"/en/cases/{case.slug}/").content.decode()
    publish(case, asker=editor, approver=coordinator)
    public_page = client.get(f"/en/cases/{case.slug}/").content.decode()

    assert "One district, not two." not in draft_page
    assert "Yes, in one district." not in draft_page
    assert "One district, not two." in public_page
    assert "A slip." in public_page
    assert "Yes, in one district." in public_page
    assert "99 dB(A)" not in public_page.replace("\xa0", " ")
    assert CasePage.objects.get().corrections.get().made_on == timezone.localdate()


def test_correction_may_take_the_figures_anew(world, client, editor, coordinator):
    case = publish(case_of(world.outcome, author=editor))
    Measurement.objects.filter(indicator=world.indicator).update(value=99)
    case = operations.edit_case(
        case, {}, actor=editor, what="The figures.", why="A sensor was wrong.", renew_figures=True
    )

    publish(case, asker=editor, approver=coordinator)

    assert "99 dB(A)" in client.get(f"/en/cases/{case.slug}/").content.decode().replace("\xa0", " ")


def test_c03_withdrawn_case_is_gone_everywhere_at_once(world, client, editor, coordinator):
    case = publish(case_of(world.outcome, author=editor, title="Canarium pilot"))
    addresses = [
        "/en/", "/en/cases/", f"/en/pilots/{world.trial.reference}/", f"/en/centres/{world.centre.reference}/",
        "/en/search/?q=canarium", "/en/feeds/cases.atom", "/sitemap-pages.xml", f"/en/data/cases/{case.slug}.json",
    ]  # fmt: skip
    shown = [address for address in addresses if case.slug in client.get(address).content.decode()]
    assert len(shown) == len(addresses)

    operations.withdraw_case(case, actor=coordinator, note="The partner asked for it.")

    assert [address for address in addresses if case.slug in client.get(address).content.decode()] == []
    assert client.get(f"/en/cases/{case.slug}/").status_code == 404
    assert client.get(f"/en/data/cases/{case.slug}.json").status_code == 404
    assert CasePage.objects.get().state == CaseState.WITHDRAWN


def test_d05_approved_case_goes_live_at_its_moment_and_is_taken_down_at_its_end(world, client, editor):
    case = case_of(world.outcome, author=editor)
    draft = case.get_latest_revision_as_object()
    draft.go_live_at, draft.expire_at = (
        timezone.now() + timedelta(minutes=1),
        timezone.now() + timedelta(days=2),
    )
    draft.save_revision(user=editor)
    publish(CasePage.objects.get())
    address = f"/en/cases/{case.slug}/"
    assert client.get(address).status_code == 404
    assert CasePage.objects.get().state == CaseState.SCHEDULED

    CasePage.objects.update(go_live_at=timezone.now() - timedelta(seconds=1))
    revision = CasePage.objects.get().revisions.exclude(approved_go_live_at=None).get()
    revision.approved_go_live_at = timezone.now() - timedelta(seconds=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled", verbosity=0)
    assert client.get(address).status_code == 200

    CasePage.objects.update(expire_at=timezone.now() - timedelta(seconds=1))
    call_command("publish_scheduled", verbosity=0)
    assert client.get(address).status_code == 404


def test_outcome_with_a_case_cannot_be_deleted(world, editor):
    from django.db.models import ProtectedError

    case_of(world.outcome, author=editor)

    with pytest.raises(ProtectedError):
        world.outcome.delete()


def test_case_of_a_failure_is_published_like_any_other(site, client):
    case = publish(case_of(evaluated_outcome(verdict="not_adopted"), answer="No."))

    page = client.get(f"/en/cases/{case.slug}/").content.decode()

    assert "verdict-no" in page
    assert "Not adopted" in page
