"""Does everybody find in one place what is late, what waits on them and on others, and what runs out?"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.choices import AgreementState
from pilots.models.work import work_of
from tests.factories import ideas as written
from tests.factories import partners as people
from tests.factories import trials as made
from tests.factories.partners import PartnerFactory, StaffFactory, today

pytestmark = pytest.mark.django_db


def kinds(tasks):
    """The kinds of some tasks, in order."""
    return [task.kind for task in tasks]


def running(**fields):
    """A pilot that was measured yesterday, so that nothing of it is due."""
    pilot = made.PilotFactory(running=True, **fields)
    for indicator in pilot.indicators.all():
        made.MeasurementFactory(indicator=indicator, period_start=today(-7), period_end=today(-1))
    return pilot


def test_nobody_in_particular_has_nothing_to_do():
    running()
    work = work_of(people.UserFactory())

    assert [work.overdue, work.mine, work.others, work.expiring, work.trials, work.ideas] == [[]] * 6


@pytest.mark.parametrize("who", ["monitor", "coordinator", "coordinator everywhere"])
def test_late_things_of_a_trial_are_overdue_for_whoever_steers_it(who):
    pilot = running()
    user = {
        "monitor": lambda: pilot.monitor,
        "coordinator": lambda: StaffFactory(role="coordinator", centre=pilot.centre),
        "coordinator everywhere": lambda: StaffFactory(role="coordinator"),
    }[who]()
    made.MilestoneFactory(trial=pilot, due_on=today(-3))
    made.MilestoneFactory(trial=pilot, due_on=today(-3), done_on=today(-3))
    made.MilestoneFactory(trial=pilot, due_on=today())
    made.PermitFactory(trial=pilot, valid_to=today(-1))
    indicator = made.IndicatorFactory(trial=pilot)
    running(ends_on=today(-2), starts_on=today(-90), centre=pilot.centre, monitor=user)

    work = work_of(user)

    assert kinds(work.overdue) == ["measurement_late", "milestone_late", "trial_past_end", "permit_expired"]
    assert work.overdue[0].target == indicator.pk
    assert work.overdue[0].day == today(-60)


def test_late_things_of_others_are_nobody_elses():
    pilot = running()
    made.MilestoneFactory(trial=pilot, due_on=today(-3))
    stranger = StaffFactory(role="coordinator", centre=people.CentreFactory())

    assert work_of(stranger).overdue == []
    assert work_of(PartnerFactory()).overdue == []


def test_what_waits_on_the_monitor():
    pilot = running()
    indicator = pilot.indicators.get()
    made.MeasurementFactory(
        indicator=indicator, state="submitted", period_start=today(-20), period_end=today(-15)
    )
    ended = running(state="ended", ended_on=today(-2), centre=pilot.centre, monitor=pilot.monitor)

    work = work_of(pilot.monitor)

    assert [(task.kind, task.target) for task in work.mine] == [
        ("approve_measurement", indicator.pk),
        ("write_outcome", ended.pk),
    ]


def test_what_waits_on_those_who_decide_and_publish():
    pilot = running()
    made.ExtensionRequestFactory(trial=pilot)
    made.PocFactory(running=True, state="finished", centre=pilot.centre, ended_on=today(-4))
    running(centre=pilot.centre, publication="in_review")
    made.OutcomeFactory(trial__centre=pilot.centre, publication="in_review", trial__state="evaluated")

    decides = work_of(StaffFactory(role="secretary", centre=pilot.centre))
    publishes = work_of(StaffFactory(role="editor", centre=pilot.centre))

    assert kinds(decides.mine) == ["decide_poc", "answer_extension"]
    assert kinds(publishes.mine) == ["publish_outcome", "publish_trial"]


def test_what_waits_on_a_partner_and_what_they_wait_for():
    pilot = made.PilotFactory(running=True)
    member = PartnerFactory(organisation=pilot.promoter, admin=True)
    indicator = pilot.indicators.get()
    made.MeasurementFactory(
        indicator=indicator,
        state="returned",
        measured_by=member,
        period_end=today(-70),
        period_start=today(-75),
    )
    made.ExtensionRequestFactory(trial=pilot, asked_by=member)
    other = running(promoter=pilot.promoter).indicators.get()
    made.MeasurementFactory(
        indicator=other, state="submitted", measured_by=member, period_start=today(-20), period_end=today(-15)
    )
    people.AgreementFactory(
        state=AgreementState.PENDING_SIGNATURE, parties=[people.OrganisationFactory(), pilot.promoter]
    )
    type(pilot.agreement.parties.model.objects.first()).objects.filter(organisation=pilot.promoter).update(
        signed_on=None
    )

    work = work_of(member)

    assert kinds(work.mine) == ["mend_measurement", "measure", "sign_agreement"]
    assert kinds(work.others) == ["measurement_sent", "extension_asked"]
    assert {trial.pk for trial in work.trials} == {pilot.pk, other.trial_id}


def test_what_is_held_up_past_its_day_is_overdue():
    pilot = made.PilotFactory(running=True, ends_on=today(-1))
    type(pilot).objects.filter(pk=pilot.pk).update(state="suspended", resumes_on=today(-2))

    assert {"trial_late_resume", "trial_past_end"} <= set(kinds(work_of(pilot.monitor).overdue))


def test_what_all_have_signed_waits_on_the_legal_reviewer_and_on_nobody_elses_signature():
    party = people.PartyFactory(signed_on=today(-1), agreement__state=AgreementState.PENDING_SIGNATURE)
    agreement = party.agreement
    legal, coordinator = (
        StaffFactory(role=role, centre=agreement.centre) for role in ("legal", "coordinator")
    )

    assert kinds(work_of(legal).mine) == ["bring_into_force"]
    assert "signature_awaited" not in kinds(work_of(coordinator).others)
    people.PartyFactory(agreement=agreement, signed_on=None)
    assert kinds(work_of(legal).mine) == []
    assert "signature_awaited" in kinds(work_of(coordinator).others)


def test_change_of_an_agreement_waits_for_its_parties_then_for_the_legal_reviewer():
    party = people.PartyFactory(signed_on=today(-90), agreement__state=AgreementState.IN_FORCE)
    amendment = people.AmendmentFactory(agreement=party.agreement, state="pending_signature")
    admin = PartnerFactory(organisation=party.organisation, admin=True)
    legal = StaffFactory(role="legal", centre=party.agreement.centre)

    assert (kinds(work_of(admin).mine), kinds(work_of(legal).mine)) == (["sign_amendment"], [])
    for each in party.agreement.parties.all():
        people.AmendmentSignatureFactory(amendment=amendment, party=each)
    assert (kinds(work_of(admin).mine), kinds(work_of(legal).mine)) == ([], ["amend_into_force"])


def test_idea_in_evaluation_waits_for_evaluators_then_for_a_decision_then_to_be_told_and_published():
    idea = written.IdeaFactory(state="in_evaluation")
    secretary = StaffFactory(role="secretary", centre=idea.centre)

    def waiting():
        return kinds(work_of(secretary).mine)

    assert waiting() == ["assign_idea"]
    evaluation = written.EvaluationFactory(idea=idea)
    assert waiting() == []
    type(evaluation).objects.filter(pk=evaluation.pk).update(state="submitted")
    assert waiting() == ["decide_idea"]
    decision = written.DecisionFactory(idea=idea)
    assert waiting() == ["tell_decision"]
    type(decision).objects.update(notified_at=timezone.now())
    assert "publish_decision" in waiting()


def test_who_asks_to_join_waits_on_the_organisations_administrator():
    asked = people.JoinRequestFactory()

    assert kinds(work_of(PartnerFactory(organisation=asked.organisation, admin=True)).mine) == ["answer_join"]
    assert kinds(work_of(PartnerFactory(organisation=asked.organisation)).mine) == []


def test_what_runs_out_in_ninety_days():
    pilot = running(ends_on=today(50))
    made.PermitFactory(trial=pilot, valid_to=today(20))
    made.PermitFactory(trial=pilot, valid_to=today(200))
    coordinator = StaffFactory(role="coordinator", centre=pilot.centre)
    notice = people.AgreementFactory(in_force=True, centre=pilot.centre, ends_on=today(120), notice_days=90)
    people.AgreementFactory(in_force=True, centre=pilot.centre, ends_on=today(60), notice_days=90)
    people.AgreementFactory(in_force=True, centre=pilot.centre, ends_on=today(900))

    work = work_of(coordinator)

    assert kinds(work.expiring) == ["permit_ends", "agreement_notice", "trial_ends", "agreement_ends"]
    assert (work.expiring[1].target, work.expiring[1].day) == (notice.pk, today(30))


def test_page_is_one_click_from_everything_and_costs_at_most_twelve_queries(
    client, django_assert_max_num_queries
):
    pilot = made.PilotFactory(running=True, ends_on=today(30))
    coordinator = StaffFactory(role="coordinator", centre=pilot.centre)
    for _number in range(20):
        made.MilestoneFactory(trial=pilot, due_on=today(-3))
        made.PermitFactory(trial=pilot, valid_to=today(20))
    made.MeasurementFactory(indicator=pilot.indicators.get(), state="submitted")
    client.force_login(coordinator)
    client.get(reverse("my_work"))

    with django_assert_max_num_queries(12):
        text = client.get("/workspace/").content.decode()

    for address in (
        reverse("trial_plan", args=[pilot.pk]),
        reverse("indicator_detail", args=[pilot.indicators.get().pk]),
        reverse("trial_detail", args=[pilot.pk]),
    ):
        assert f'href="{address}"' in text
    assert "Approve what was measured to" in text
    assert timezone.localdate() + timedelta(days=30) == pilot.ends_on


def test_page_asks_a_visitor_to_sign_in(client):
    response = client.get("/workspace/")

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_l09_work_of_a_partner_names_nothing_hidden(client):
    pilot = made.PilotFactory(running=True, title="zqxCanary")
    made.MilestoneFactory(trial=pilot, due_on=today(-3), title="zqxCanary")
    client.force_login(PartnerFactory())

    assert "zqxCanary" not in client.get("/workspace/").content.decode()
