"""Does a trial walk its table, each of its states reachable, and is every step kept?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job, StageChange
from pilots.choices import PILOT_STATES, POC_STATES
from pilots.models import Decision, Idea, Lineage, Trial
from pilots.operations.trials import create_trial, decide_poc, derive_trial, edit_trial, move_trial
from pilots.transitions.trials import PILOT, POC, table_of
from tests.factories.ideas import IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    UserFactory,
    today,
)
from tests.factories.trials import (
    IndicatorFactory,
    OutcomeFactory,
    PilotFactory,
    PocFactory,
    SiteFactory,
    SuccessCriterionFactory,
    TeamPersonFactory,
    TrialPartnerFactory,
)

pytestmark = pytest.mark.django_db

DECIDED = {
    "verdict": "go",
    "body": "Steering group",
    "authority": "Resolution 12/2026",
    "reasons": "All criteria were met.",
    "decided_on": today(),
}


def staff(trial, role="coordinator"):
    return StaffFactory(role=role, centre=trial.centre)


def accepted_idea(centre, **fields):
    values = {"title": "Night vans", "proposal": "Electric vans at night.", "state": "accepted", "trl": 6}
    return Idea.objects.create(
        reference=f"I-2020-{Idea.objects.count():05d}", centre=centre, **{**values, **fields}
    )


def refused(code, function, *args, **kwargs):
    """The refusal of a call that must change nothing."""
    entries = AuditEntry.objects.count()
    with pytest.raises(DomainError) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code
    assert AuditEntry.objects.count() == entries
    return caught.value


def test_every_state_of_both_tables_is_reachable():
    assert POC.states() == set(POC_STATES)
    assert PILOT.states() == set(PILOT_STATES)


def test_pilot_walks_from_preparation_to_its_close_with_each_step_kept():
    pilot = PilotFactory(ready=True, state="preparing")
    IndicatorFactory(trial=pilot)
    actor = staff(pilot)

    for name in ("make_ready", "start"):
        pilot = move_trial(pilot, name, actor=actor)
    pilot = move_trial(
        pilot,
        "suspend",
        actor=actor,
        note="Roadworks",
        changes={"resumes_on": today(14), "told": "Partners and neighbours"},
    )
    suspended = (pilot.resumes_on, pilot.told)
    for name in ("resume", "end"):
        pilot = move_trial(pilot, name, actor=actor)
    OutcomeFactory(trial=pilot)
    for name in ("evaluate", "close"):
        pilot = move_trial(pilot, name, actor=actor)

    assert suspended == (today(14), "Partners and neighbours")
    assert (pilot.resumes_on, pilot.told) == (None, "")
    assert (pilot.started_on, pilot.ended_on) == (today(), today())
    assert list(StageChange.objects.about(pilot).values_list("to_state", flat=True)) == [
        "ready", "running", "suspended", "running", "ended", "evaluated", "closed",
    ]  # fmt: skip


def test_pilot_can_be_prepared_again_and_cancelled_with_a_reason():
    pilot = PilotFactory(ready=True)
    actor = staff(pilot)
    pilot = move_trial(pilot, "prepare_again", actor=actor)
    refused("incomplete", move_trial, pilot, "cancel", actor=actor)

    assert move_trial(pilot, "cancel", actor=actor, note="The promoter left.").state == "cancelled"


@pytest.mark.parametrize("state", ["running", "suspended"])
def test_pilot_stopped_early_is_still_evaluated(state):
    pilot = PilotFactory(running=True, state=state)
    actor = staff(pilot)
    pilot = move_trial(pilot, "stop", actor=actor, note="A van was damaged.")
    refused("incomplete", move_trial, pilot, "evaluate", actor=actor)
    OutcomeFactory(trial=pilot, verdict="not_adopted")

    assert move_trial(pilot, "evaluate", actor=actor).state == "evaluated"


def test_suspension_without_who_was_told_and_until_when_is_refused():
    pilot = PilotFactory(running=True)

    refusal = refused("incomplete", move_trial, pilot, "suspend", actor=staff(pilot), note="Roadworks")

    assert set(refusal.fields) == {"resumes_on", "told"}
    assert Trial.objects.get().state == "running"


def test_poc_walks_to_a_decision_and_the_pilot_comes_from_it():
    poc = PocFactory(ready=True)
    actor = staff(poc)
    poc = move_trial(poc, "start", actor=actor)
    poc = move_trial(poc, "pause", actor=actor, note="August", changes={"resumes_on": today(20)})
    poc = move_trial(poc, "resume", actor=actor)
    refused("incomplete", move_trial, poc, "finish", actor=actor)
    poc.criteria.update(met=True)
    poc = move_trial(poc, "finish", actor=actor, changes={"trl_out": 7})
    refused("incomplete", move_trial, poc, "go", actor=actor)

    decision = decide_poc(poc, DECIDED, actor=actor)

    poc.refresh_from_db()
    assert (poc.state, poc.trl_out) == ("go", 7)
    assert (decision.decided_by, decision.authority) == (actor, "Resolution 12/2026")
    stage = StageChange.objects.about(poc).last()
    assert (stage.move, stage.authority, stage.reason) == (
        "go",
        "Resolution 12/2026",
        "All criteria were met.",
    )


@pytest.mark.parametrize(("verdict", "state"), [("pivot", "pivot"), ("no_go", "no_go")])
def test_poc_decided_otherwise_does_not_lead_to_a_pilot(verdict, state):
    poc = PocFactory(running=True, state="finished")
    actor = staff(poc, "secretary")
    decide_poc(poc, {**DECIDED, "verdict": verdict}, actor=actor)
    poc.refresh_from_db()

    assert poc.state == state
    refused("wrong_state", derive_trial, poc, "pilot", actor=staff(poc))


def test_poc_can_be_abandoned_with_a_reason():
    poc = PocFactory(running=True)

    assert move_trial(poc, "abandon", actor=staff(poc), note="No vans").state == "abandoned"


def test_decision_on_a_running_poc_is_refused_and_nothing_is_written():
    poc = PocFactory(running=True)

    refused("wrong_state", decide_poc, poc, DECIDED, actor=staff(poc))

    assert not Decision.objects.exists()
    assert Trial.objects.get().state == "running"


@pytest.mark.parametrize("verdict", ["accept", "park"])
def test_decision_of_another_kind_on_a_poc_is_refused(verdict):
    poc = PocFactory(running=True, state="finished")

    refused("invalid", decide_poc, poc, {**DECIDED, "verdict": verdict}, actor=staff(poc))


def test_pilot_derived_from_a_poc_brings_what_is_known():
    poc = PocFactory(running=True, state="go", trl_out=7, promoter=OrganisationFactory())
    TrialPartnerFactory(trial=poc)
    TeamPersonFactory(trial=poc)
    SiteFactory(trial=poc)
    IndicatorFactory(trial=poc, frozen_at=timezone.now())

    pilot = derive_trial(poc, "pilot", actor=staff(poc), title="Night vans in Sants")

    assert (pilot.state, pilot.title, pilot.origin, pilot.trl_in) == (
        "preparing",
        "Night vans in Sants",
        poc,
        7,
    )
    assert (pilot.promoter, pilot.hypothesis) == (poc.promoter, poc.hypothesis)
    assert [pilot.partners.count(), pilot.team.count(), pilot.sites.count()] == [1, 1, 1]
    assert pilot.indicators.get().frozen_at is None
    link = Lineage.objects.get()
    assert (link.kind, link.from_id, link.to_id) == ("derived", poc.pk, pilot.pk)


def test_pilot_derived_from_an_accepted_idea_has_promoter_and_consortium():
    pilot = PilotFactory()
    idea = accepted_idea(pilot.centre, organisation=OrganisationFactory())
    joined, waiting = OrganisationFactory(), OrganisationFactory()
    idea.partners.create(organisation=joined, contribution="Two vans", confirmed_at=timezone.now())
    idea.partners.create(organisation=waiting)

    derived = derive_trial(idea, "pilot", actor=staff(pilot))

    assert (derived.title, derived.summary, derived.trl_in) == ("Night vans", "Electric vans at night.", 6)
    assert list(derived.partners.values_list("organisation", "role", "contribution")) == [
        (idea.organisation_id, "promoter", ""),
        (joined.pk, "participant", "Two vans"),
    ]
    link = Lineage.objects.get()
    assert (link.from_type, link.from_id, link.to_type, link.to_id) == (
        "pilots.idea",
        idea.pk,
        "pilots.trial",
        derived.pk,
    )


@pytest.mark.parametrize("state", ["draft", "in_evaluation", "declined"])
def test_trial_from_an_idea_that_is_not_accepted_is_refused(state):
    pilot = PilotFactory()
    idea = accepted_idea(pilot.centre, state=state)

    refused("wrong_state", derive_trial, idea, "poc", actor=staff(pilot))

    assert Trial.objects.count() == 1


def test_monitor_from_another_centre_is_refused():
    pilot = PilotFactory()
    stranger = StaffFactory(role="monitor", centre=PilotFactory().centre)

    refusal = refused("invalid", edit_trial, pilot, {"monitor": stranger}, actor=staff(pilot))

    assert set(refusal.fields) == {"monitor"}


def test_dates_do_not_change_by_an_edit_after_the_start():
    pilot = PilotFactory(running=True)

    refusal = refused("invalid", edit_trial, pilot, {"ends_on": today(400)}, actor=staff(pilot))

    assert set(refusal.fields) == {"ends_on"}
    assert Trial.objects.get(pk=pilot.pk).ends_on == pilot.ends_on


def test_closed_pilot_is_no_longer_edited():
    pilot = PilotFactory(running=True, state="closed")

    refused("wrong_state", edit_trial, pilot, {"title": "Another"}, actor=staff(pilot))


def test_stale_edit_is_refused():
    pilot = PilotFactory()
    actor = staff(pilot)
    edit_trial(pilot, {"title": "First"}, actor=actor, expected_version=1)

    refused("stale", edit_trial, pilot, {"title": "Second"}, actor=actor, expected_version=1)

    assert Trial.objects.get().title == "First"


def test_a09_moves_by_a_partner_or_staff_of_another_centre_are_refused():
    organisation = OrganisationFactory()
    pilot = PilotFactory(running=True, promoter=organisation)
    for stranger in (
        PartnerFactory(organisation=organisation),
        StaffFactory(centre=PilotFactory().centre),
        UserFactory(),
    ):
        refused("not_allowed", move_trial, pilot, "end", actor=stranger)
        refused("not_allowed", edit_trial, pilot, {"title": "Mine"}, actor=stranger)

    assert Trial.objects.get(pk=pilot.pk).state == "running"


def test_a09_moves_out_of_order_are_refused():
    pilot = PilotFactory(ready=True)
    actor = staff(pilot)
    for name in ("end", "evaluate", "close", "stop", "resume"):
        refused("wrong_state", move_trial, pilot, name, actor=actor, note="Because")
    refused("unknown_move", move_trial, pilot, "finish", actor=actor)


def test_auditor_reads_all_and_moves_nothing():
    pilot = PilotFactory(running=True)
    auditor = StaffFactory(role="auditor")

    assert Trial.objects.inside(auditor).get() == pilot
    with pytest.raises(NotAllowed):
        move_trial(pilot, "end", actor=auditor)


def test_pilot_created_in_another_centre_is_refused():
    pilot = PilotFactory()
    actor = staff(PilotFactory())

    refused("not_allowed", create_trial, actor=actor, kind="pilot", title="Mine", centre=pilot.centre)


def test_a11_trial_comes_from_no_idea_or_proof_of_another_centre_though_they_are_public():
    centre, elsewhere = CentreFactory(), CentreFactory()
    actor = StaffFactory(role="coordinator", centre=centre)
    idea = IdeaFactory(centre=elsewhere, state="accepted", publication="public")
    proof = PocFactory(centre=elsewhere, state="go", publication="public")
    given = {"actor": actor, "kind": "pilot", "title": "Ours", "centre": centre}

    for name, source in (("idea", idea), ("origin", proof)):
        assert set(refused("invalid", create_trial, **given, **{name: source}).fields) == {name}

    assert (Trial.objects.filter(title="Ours").count(), Lineage.objects.count()) == (0, 0)


def test_a11_trial_runs_under_no_agreement_of_others_though_it_is_public():
    pilot = PilotFactory(ready=True)
    own, foreign = pilot.agreement, AgreementFactory(in_force=True, publication="public")

    refusal = refused("invalid", edit_trial, pilot, {"agreement": foreign}, actor=staff(pilot))

    pilot.refresh_from_db()
    assert (set(refusal.fields), pilot.agreement) == ({"agreement"}, own)


def test_start_day_may_lie_in_the_past_but_not_ahead():
    pilot = PilotFactory(ready=True, starts_on=today(-10))
    actor = staff(pilot)
    refused(
        "invalid", move_trial, pilot, "start", actor=actor, effective_at=timezone.now() + timedelta(days=2)
    )

    started = move_trial(pilot, "start", actor=actor, effective_at=timezone.now() - timedelta(days=3))

    assert started.started_on == today(-3)
    stage = StageChange.objects.about(started).get()
    assert stage.effective_at < stage.recorded_at


def test_k07_pilot_starts_on_no_day_before_its_agreement():
    pilot = PilotFactory(ready=True)
    actor, long_ago = staff(pilot), timezone.now() - timedelta(days=400)

    refusal = refused("incomplete", move_trial, pilot, "start", actor=actor, effective_at=long_ago)

    pilot.refresh_from_db()
    assert (pilot.state, pilot.started_on, len(refusal.blockers)) == ("ready", None, 1)
    assert refusal.blockers[0].startswith(f"The agreement {pilot.agreement.reference} begins only on")


@pytest.mark.parametrize("name", ["end", "stop"])
def test_k07_pilot_ends_on_no_day_before_it_started(name):
    pilot = PilotFactory(running=True)
    actor, long_ago = staff(pilot), timezone.now() - timedelta(days=400)

    refused("incomplete", move_trial, pilot, name, actor=actor, note="Roadworks", effective_at=long_ago)

    pilot.refresh_from_db()
    assert (pilot.state, pilot.ended_on) == ("running", None)


@pytest.mark.parametrize(("again", "fine"), [(-1, False), (0, False), (1, True), (90, True), (91, False)])
def test_k07_what_is_suspended_goes_on_on_a_day_to_come_and_before_its_end(again, fine):
    pilot = PilotFactory(running=True, ends_on=today(90))
    given = {"note": "Roadworks", "changes": {"resumes_on": today(again), "told": "All"}}

    if fine:
        move_trial(pilot, "suspend", actor=staff(pilot), **given)
    else:
        refused("incomplete", move_trial, pilot, "suspend", actor=staff(pilot), **given)

    pilot.refresh_from_db()
    assert (pilot.state, pilot.resumes_on) == (("suspended", today(again)) if fine else ("running", None))


def test_k07_pilot_past_its_end_is_suspended_until_any_day_to_come():
    pilot = PilotFactory(running=True, ends_on=today(-1))

    held = {"resumes_on": today(5), "told": "All"}
    move_trial(pilot, "suspend", actor=staff(pilot), note="Roadworks", changes=held)

    pilot.refresh_from_db()
    assert (pilot.state, pilot.resumes_on) == ("suspended", today(5))


def test_suspension_is_told_once_to_everybody_in_the_trial_but_who_did_it():
    pilot = PilotFactory(running=True)
    promoter = PartnerFactory(organisation=pilot.promoter)
    actor = staff(pilot)
    TeamPersonFactory(trial=pilot, user=actor)

    move_trial(
        pilot, "suspend", actor=actor, note="Roadworks", changes={"resumes_on": today(9), "told": "All"}
    )

    told = sorted(job.payload["user_id"] for job in Job.objects.filter(task="core.send_mail"))
    assert told == sorted([promoter.pk, pilot.monitor_id])


@pytest.mark.parametrize(
    ("state", "starts", "ends", "status"),
    [
        ("ready", 5, 90, "starting_soon"),
        ("ready", -5, 90, "late_start"),
        ("preparing", -5, 90, "late_start"),
        ("running", -5, 90, "running"),
        ("running", -100, -1, "past_end"),
        ("closed", 5, 90, "closed"),
        ("cancelled", 5, 90, "cancelled"),
        ("stopped", -100, -1, "stopped"),
    ],
)
def test_status_follows_the_parts_and_a_finished_one_never_starts_soon(state, starts, ends, status):
    pilot = Trial(state=state, starts_on=today(starts), ends_on=today(ends))

    assert pilot.status == status


def test_table_follows_the_kind():
    assert table_of(Trial(kind="poc")) is POC
    assert table_of(Trial(kind="pilot")) is PILOT


def test_poc_without_criteria_lists_what_is_missing():
    poc = PocFactory()

    refusal = refused("incomplete", move_trial, poc, "start", actor=staff(poc))

    assert refusal.blockers == [
        "It has no dates of start and end.",
        "It has no hypothesis.",
        "It has no method.",
        "It has no success criteria.",
    ]
    SuccessCriterionFactory(trial=poc)
    assert len(refused("incomplete", move_trial, poc, "start", actor=staff(poc)).blockers) == 3
