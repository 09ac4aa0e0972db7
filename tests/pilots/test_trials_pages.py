"""Can people find, plan, steer and measure trials in the workspace, and does it stay cheap?"""

import base64
import json
from decimal import Decimal

import pytest
from django.urls import reverse

from cic.core.form_fields import READ_BY_ALL
from pilots.choices import TrialState
from pilots.forms.indicators import MeasurementForm
from pilots.forms.trials import TrialForm
from pilots.models import (
    ExtensionRequest,
    Idea,
    Indicator,
    LogEntry,
    Measurement,
    Milestone,
    Outcome,
    Permit,
    Product,
    Site,
    SuccessCriterion,
    Trial,
)
from pilots.operations.decisions import record_decision, tell_decisions
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    today,
)
from tests.factories.trials import (
    ExtensionRequestFactory,
    IndicatorFactory,
    LogEntryFactory,
    MeasurementFactory,
    MilestoneFactory,
    OutcomeFactory,
    PermitFactory,
    PilotFactory,
    PocFactory,
    ProductFactory,
    RiskFactory,
    SiteFactory,
    TeamPersonFactory,
    TrialPartnerFactory,
)

pytestmark = pytest.mark.django_db
CANARY = "zqxCanaryText"


@pytest.fixture
def signed_in(client):
    """Sign somebody in and get the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def staff(trial, role="coordinator"):
    return StaffFactory(role=role, centre=trial.centre)


def full(trial, times=1):
    """Give a trial several of everything."""
    for _number in range(times):
        for factory in (
            TrialPartnerFactory, TeamPersonFactory, SiteFactory, PermitFactory, MilestoneFactory, RiskFactory,
            LogEntryFactory, ExtensionRequestFactory,
        ):  # fmt: skip
            factory(trial=trial)
        indicator = IndicatorFactory(trial=trial)
        MeasurementFactory.create_batch(2, indicator=indicator)
    return trial


LISTS = {
    "trial_list": lambda: PilotFactory(running=True),
    "indicator_list": IndicatorFactory,
    "measurement_list": MeasurementFactory,
    "outcome_list": OutcomeFactory,
}


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_at_most_twelve_queries_and_does_not_grow(name, signed_in, django_assert_max_num_queries):
    client = signed_in(StaffFactory(role="coordinator"))
    counted = []
    for _round in (1, 2):
        LISTS[name]()
        client.get(reverse(name))
        with django_assert_max_num_queries(12) as queries:
            response = client.get(reverse(name))
        assert response.status_code == 200
        counted.append(len(queries))
        LISTS[name]()
    assert counted[0] == counted[1]


@pytest.mark.parametrize("name", ["trial_detail", "trial_plan", "trial_log"])
@pytest.mark.parametrize("state", ["ready", "running", "evaluated"])
def test_pages_of_a_trial_cost_at_most_twelve_queries_and_do_not_grow(
    name, state, signed_in, django_assert_max_num_queries
):
    pilot = PilotFactory(running=True, state=state)
    if state == "evaluated":
        OutcomeFactory(trial=pilot)
    client = signed_in(staff(pilot))
    client.get(reverse(name, args=[full(pilot).pk]))
    counted = []
    for _round in (1, 2):
        with django_assert_max_num_queries(12) as queries:
            assert client.get(reverse(name, args=[pilot.pk])).status_code == 200
        counted.append(len(queries))
        full(pilot, 3)
    assert counted[0] == counted[1]


def test_indicator_page_costs_at_most_twelve_queries(signed_in, django_assert_max_num_queries):
    indicator = PilotFactory(running=True).indicators.get()
    MeasurementFactory.create_batch(5, indicator=indicator)
    MeasurementFactory.create_batch(3, indicator=indicator, state="submitted")
    client = signed_in(staff(indicator.trial))
    client.get(reverse("indicator_detail", args=[indicator.pk]))

    with django_assert_max_num_queries(12):
        response = client.get(reverse("indicator_detail", args=[indicator.pk]))

    assert "Record a measurement" in response.content.decode()


def test_outcome_page_costs_at_most_twelve_queries(signed_in, django_assert_max_num_queries):
    outcome = OutcomeFactory()
    ProductFactory.create_batch(3, outcome=outcome)
    MeasurementFactory(indicator=outcome.trial.indicators.get(), value=61)
    client = signed_in(staff(outcome.trial))
    client.get(reverse("outcome_detail", args=[outcome.pk]))

    with django_assert_max_num_queries(12):
        response = client.get(reverse("outcome_detail", args=[outcome.pk]))

    assert "88 % of the way" in response.content.decode()


def test_trial_page_says_what_the_start_waits_for(signed_in):
    pilot = PilotFactory(ready=True, monitor=None, agreement=None)
    PermitFactory(trial=pilot, name="Crane", state="requested")

    text = signed_in(staff(pilot)).get(reverse("trial_detail", args=[pilot.pk])).content.decode()

    for sentence in ("It has no monitor.", "It has no agreement.", "The permit “Crane” is not granted."):
        assert sentence in text


def test_a01_internal_trial_is_not_found_by_a_rival(signed_in):
    pilot = full(PilotFactory(running=True))
    outcome, measurement = OutcomeFactory(), MeasurementFactory()
    client = signed_in(PartnerFactory())
    addresses = [
        reverse(name, args=[pilot.pk]) for name in ("trial_detail", "trial_plan", "trial_log", "trial_edit")
    ]
    addresses += [
        reverse("outcome_detail", args=[outcome.pk]),
        reverse("indicator_detail", args=[measurement.indicator_id]),
        reverse("measurement_edit", args=[measurement.pk]),
        reverse("site_edit", args=[pilot.sites.first().pk]),
        reverse("milestone_create", args=[pilot.pk]),
        reverse("trial_move", args=[pilot.pk, "end"]),
    ]

    assert {client.get(address).status_code for address in addresses} == {404}


def test_l09_pages_of_a_public_trial_show_a_rival_no_inner_text(signed_in):
    pilot = PilotFactory(
        running=True, public=True, insurance=CANARY, data_protection=CANARY, told=CANARY, skip_reason=CANARY
    )
    PermitFactory(trial=pilot, name=CANARY)
    RiskFactory(trial=pilot, description=CANARY)
    LogEntryFactory(trial=pilot, text=CANARY)
    TeamPersonFactory(trial=pilot, task=CANARY)
    ExtensionRequestFactory(trial=pilot, reason=CANARY)
    MeasurementFactory(
        indicator=pilot.indicators.get(), state="submitted", not_measured_reason=CANARY, value=None
    )
    client = signed_in(PartnerFactory())

    for name in ("trial_detail", "trial_plan", "trial_log"):
        response = client.get(reverse(name, args=[pilot.pk]))
        assert (response.status_code, CANARY in response.content.decode()) == (200, False)
    text = client.get(reverse("indicator_detail", args=[pilot.indicators.get().pk])).content.decode()
    assert CANARY not in text
    assert "Record a measurement" not in text


def test_partner_reads_public_labels(signed_in):
    pilot = PilotFactory(running=True, state="ended", public=True)

    text = signed_in(PartnerFactory()).get(reverse("trial_detail", args=[pilot.pk])).content.decode()

    assert "Finished, results being evaluated" in text


def test_trial_is_planned_in_a_form(signed_in):
    centre = CentreFactory()
    promoter = OrganisationFactory(name="Cooperativa del Port")
    actor = StaffFactory(role="coordinator", centre=centre)
    client = signed_in(actor)
    form = {
        "title": "Quiet unloading", "centre": centre.pk, "language": "en", "promoter": "Cooperativa del Port",
        "monitor": actor.pk, "starts_on": today(1).isoformat(), "ends_on": today(90).isoformat(), "sdgs": ["3", "11"],
    }  # fmt: skip

    response = client.post(f"{reverse('trial_create')}?kind=poc", form)

    poc = Trial.objects.get()
    assert response.url == reverse("trial_detail", args=[poc.pk])
    assert (poc.kind, poc.state, poc.promoter, poc.sdgs) == ("poc", "planned", promoter, [3, 11])


def test_refused_form_keeps_what_was_typed(signed_in):
    centre = CentreFactory()
    client = signed_in(StaffFactory(role="coordinator", centre=centre))
    form = {
        "title": "Quiet unloading",
        "centre": centre.pk,
        "language": "en",
        "starts_on": today(9).isoformat(),
        "ends_on": today(1).isoformat(),
    }

    response = client.post(reverse("trial_create"), form)

    text = response.content.decode()
    assert response.status_code in (200, 422)
    assert "The end comes before the start." in text
    assert "Quiet unloading" in text
    assert not Trial.objects.exists()


def test_pilot_from_an_idea_has_what_is_known_filled_in(signed_in):
    centre = CentreFactory()
    idea = Idea.objects.create(
        reference="I-1", title="Night vans", proposal="Electric vans", centre=centre, state="accepted", trl=6
    )
    client = signed_in(StaffFactory(role="coordinator", centre=centre))
    address = f"{reverse('trial_create')}?idea={idea.pk}"
    page = client.get(address).content.decode()
    assert "Night vans" in page
    assert "Electric vans" in page

    client.post(
        address, {"title": "Night vans", "centre": centre.pk, "language": "ca", "summary": "Electric vans"}
    )

    assert Trial.objects.get().idea == idea


def test_trial_is_edited_and_a_stale_form_shows_both_versions(signed_in):
    pilot = PilotFactory()
    client = signed_in(staff(pilot))
    form = {"title": "Second", "language": "en", "version": 1}
    Trial.objects.filter(pk=pilot.pk).update(title="First", version=2)

    refused = client.post(reverse("trial_edit", args=[pilot.pk]), form)

    text = refused.content.decode()
    assert refused.status_code == 412
    assert "First" in text
    assert "Second" in text
    client.post(reverse("trial_edit", args=[pilot.pk]), {**form, "version": 2})
    assert Trial.objects.get().title == "Second"


def test_moves_are_made_on_their_pages(signed_in):
    pilot = PilotFactory(ready=True)
    client = signed_in(staff(pilot))
    asked = client.get(reverse("trial_move", args=[pilot.pk, "start"])).content.decode()
    assert "its indicators and success criteria are fixed" in asked
    client.post(reverse("trial_move", args=[pilot.pk, "start"]), {"note": "", "authority": "Minutes 3"})
    assert Trial.objects.get().state == TrialState.RUNNING
    refused = client.post(reverse("trial_move", args=[pilot.pk, "suspend"]), {"note": "Roadworks"})
    assert refused.status_code == 422
    form = {"note": "Roadworks", "resumes_on": today(9).isoformat(), "told": "All partners"}

    client.post(reverse("trial_move", args=[pilot.pk, "suspend"]), form)

    fresh = Trial.objects.get()
    assert (fresh.state, fresh.told, fresh.resumes_on) == ("suspended", "All partners", today(9))
    assert client.get(reverse("trial_move", args=[pilot.pk, "close"])).status_code == 404


def test_blocked_move_shows_its_reasons_and_no_button(signed_in):
    pilot = PilotFactory(ready=True, monitor=None)

    text = signed_in(staff(pilot)).get(reverse("trial_move", args=[pilot.pk, "start"])).content.decode()

    assert "It has no monitor." in text
    assert text.count("button-main") == 0


FORMS = {
    "site": (Site, {"name": "Market"}, {"name": "Hall"}, {}),
    "permit": (Permit, {"name": "Crane", "authority": "District"}, {"name": "Street", "authority": "District"}, {}),
    "milestone": (Milestone, {"title": "Half-way", "due_on": "2026-12-01"}, {"title": "Done", "due_on": "2026-12-01"}, {}),
    "log_entry": (LogEntry, {"happened_on": "2026-01-01", "text": "First"}, {"happened_on": "2026-01-01", "text": "Second"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("noun", FORMS)
def test_parts_are_added_changed_and_taken_away_in_forms(noun, signed_in):
    model, first, second, _rest = FORMS[noun]
    pilot = PilotFactory(running=True)
    client = signed_in(staff(pilot))

    added = client.post(reverse(f"{noun}_create", args=[pilot.pk]), first)
    assert added.status_code == 302, added.content.decode()
    part = model.objects.get()
    client.post(reverse(f"{noun}_edit", args=[part.pk]), {**second, "version": part.version})
    name = "text" if noun == "log_entry" else "title" if noun == "milestone" else "name"
    assert getattr(model.objects.get(), name) == second[name]
    assert client.get(reverse(f"{noun}_remove", args=[part.pk])).status_code == 200

    client.post(reverse(f"{noun}_remove", args=[part.pk]), {"note": ""})

    assert not model.objects.exists()


def test_partner_risk_team_and_criterion_are_added_in_forms(signed_in):
    pilot, poc = PilotFactory(), PocFactory()
    client = signed_in(StaffFactory(role="coordinator"))
    person = StaffFactory()
    OrganisationFactory(name="Acoustics Lab")
    forms = [
        ("trial_partner", pilot, {"organisation": "Acoustics Lab", "role": "participant"}),
        ("team_person", pilot, {"user": person.email, "task": "Measures"}),
        ("risk", pilot, {"description": "Complaints", "likelihood": 2, "impact": 4}),
        ("criterion", poc, {"text": "No night above 60"}),
    ]

    statuses = [
        client.post(reverse(f"{noun}_create", args=[trial.pk]), form).status_code
        for noun, trial, form in forms
    ]

    assert statuses == [302, 302, 302, 302]
    assert [pilot.partners.count(), pilot.team.get().user, pilot.risks.count(), poc.criteria.count()] == [
        1,
        person,
        1,
        1,
    ]


def test_criterion_is_answered_and_amended_on_its_pages(signed_in):
    poc = PocFactory(running=True)
    criterion = poc.criteria.get()
    client = signed_in(staff(poc))

    client.post(
        reverse("criterion_edit", args=[criterion.pk]), {"met": "true", "evidence": "Nights", "version": 1}
    )
    client.post(reverse("criterion_amend", args=[criterion.pk]), {"text": "Below 61", "reason": "Rebuilt."})

    fresh = SuccessCriterion.objects.get()
    assert (fresh.met, fresh.text, fresh.amendments[0]["reason"]) == (True, "Below 61", "Rebuilt.")


def test_permit_and_extension_are_answered_on_their_pages(signed_in):
    pilot = PilotFactory(running=True)
    permit = PermitFactory(trial=pilot, state="requested")
    member = PartnerFactory(organisation=pilot.promoter)
    client = signed_in(member)
    client.post(
        reverse("extension_create", args=[pilot.pk]),
        {"new_ends_on": today(120).isoformat(), "reason": "Summer"},
    )
    request = ExtensionRequest.objects.get()
    assert client.get(reverse("extension_move", args=[request.pk, "grant"])).status_code == 404

    client = signed_in(staff(pilot))
    client.post(
        reverse("permit_move", args=[permit.pk, "grant"]),
        {"note": "", "authority": "", "number": "1/26", "valid_from": "", "valid_to": ""},
    )
    client.post(reverse("extension_move", args=[request.pk, "grant"]), {"note": "", "authority": "Minutes"})

    assert Permit.objects.get().state == "granted"
    assert Trial.objects.get().ends_on == today(120)


def test_measurement_is_recorded_approved_and_corrected_on_its_pages(signed_in):
    indicator = PilotFactory(running=True).indicators.get()
    client = signed_in(PartnerFactory(organisation=indicator.trial.promoter))
    form = {
        "period_start": today(-9).isoformat(),
        "period_end": today(-3).isoformat(),
        "value": "61,5",
        "submit_now": "on",
    }
    refused = client.post(
        reverse("measurement_create", args=[indicator.pk]), {**form, "value": "", "not_measured_reason": ""}
    )
    assert (refused.status_code, Measurement.objects.count()) == (422, 0)
    client.post(reverse("measurement_create", args=[indicator.pk]), {**form, "value": "61.5"})
    measurement = Measurement.objects.get()
    assert measurement.state == "submitted"

    client = signed_in(staff(indicator.trial))
    client.post(reverse("measurement_move", args=[measurement.pk, "approve"]), {"note": "", "authority": ""})
    client.post(
        reverse("measurement_correct", args=[measurement.pk]),
        {**form, "value": "61.2", "reason": "Wind", "version": Measurement.objects.get().version},
    )

    assert list(Measurement.objects.order_by("pk").values_list("value", "state")) == [
        (Decimal("61.5"), "approved"),
        (Decimal("61.2"), "submitted"),
    ]


def test_frozen_indicator_is_amended_in_its_form(signed_in):
    indicator = PilotFactory(running=True).indicators.get()
    client = signed_in(staff(indicator.trial))
    form = {
        "name": indicator.name, "kind": "number", "unit": "dB(A)", "direction": "down", "aggregation": "last",
        "baseline": "68", "target": "61", "period_days": 30, "version": 1,
    }  # fmt: skip
    assert client.post(reverse("indicator_edit", args=[indicator.pk]), form).status_code == 422

    client.post(reverse("indicator_edit", args=[indicator.pk]), {**form, "reason": "Rebuilt."})

    assert Indicator.objects.get().target == 61
    assert "Rebuilt." in client.get(reverse("indicator_detail", args=[indicator.pk])).content.decode()


def test_outcome_is_written_from_the_trial_and_its_products_listed(signed_in):
    pilot = PilotFactory(running=True, state="ended")
    client = signed_in(staff(pilot))
    page = client.get(reverse("trial_detail", args=[pilot.pk])).content.decode()
    assert reverse("outcome_create", args=[pilot.pk]) in page

    client.post(
        reverse("outcome_create", args=[pilot.pk]),
        {"verdict": "not_adopted", "summary": "As loud as before.", "language": "en"},
    )
    outcome = Outcome.objects.get()
    client.post(reverse("product_create", args=[outcome.pk]), {"kind": "dataset", "name": "Noise by night"})

    assert Product.objects.get().outcome == outcome
    text = client.get(reverse("outcome_detail", args=[outcome.pk])).content.decode()
    assert "As loud as before." in text
    assert "Noise by night" in text


def test_case_is_taken_up_by_a_partner_on_its_page(signed_in):
    outcome = OutcomeFactory(public=True, trial__public=True)
    centre = CentreFactory()
    client = signed_in(PartnerFactory())

    response = client.post(
        reverse("outcome_replicate", args=[outcome.pk]), {"replicate_as": "idea", "centre": centre.pk}
    )

    assert response.url == reverse("idea_detail", args=[Idea.objects.get().pk])


def test_finished_poc_leads_to_the_page_where_its_decision_is_recorded(signed_in):
    poc = PocFactory(running=True, state="finished")
    client = signed_in(staff(poc, "secretary"))
    address = reverse("trial_decide", args=[poc.pk])
    assert address in client.get(reverse("trial_detail", args=[poc.pk])).content.decode()
    decided = {
        "verdict": "go", "body": "Committee", "authority": "Minutes", "reasons": "It works.", "decided_on": today(),
    }  # fmt: skip
    decision = record_decision({**decided, "trial": poc}, actor=staff(poc))

    text = client.get(reverse("trial_detail", args=[poc.pk])).content.decode()

    assert "tell those concerned, and it takes effect" in text
    assert Trial.objects.get().state == "finished"
    tell_decisions([decision.pk], actor=staff(poc))
    assert Trial.objects.get().state == "go"
    assert (
        "Plan the pilot" in signed_in(staff(poc)).get(reverse("trial_detail", args=[poc.pk])).content.decode()
    )


def test_l08_export_holds_the_rows_the_reader_sees(signed_in):
    PilotFactory(running=True, public=True, title="Shown")
    PilotFactory(running=True, title="Hidden")
    AgreementFactory()

    rows = signed_in(PartnerFactory()).get(f"{reverse('trial_list')}?export=csv").getvalue().decode()

    assert ("Shown" in rows, "Hidden" in rows) == (True, False)


@pytest.mark.parametrize(("name", "is_public"), [("stop", True), ("suspend", True), ("grant", False)])
def test_the_form_of_a_move_says_whether_everybody_reads_its_reason(signed_in, name, is_public):
    pilot = PilotFactory(running=True)
    client = signed_in(StaffFactory(role="coordinator", centre=pilot.centre))
    permit = PermitFactory(trial=pilot, state="requested")
    address = f"/workspace/trials/permits/{permit.pk}/moves/grant/" if name == "grant" else ""

    form = client.get(address or f"/workspace/trials/{pilot.pk}/moves/{name}/").context["form"]

    assert str(form.fields["note"].help_text).startswith("Everybody can read this") is is_public


def test_other_reasons_that_are_printed_for_everybody_say_so():
    told = [
        TrialForm(kind="pilot", instance=PilotFactory()).fields["skip_reason"],
        MeasurementForm(parent=IndicatorFactory()).fields["not_measured_reason"],
    ]

    assert [str(field.help_text).endswith(str(READ_BY_ALL)) for field in told] == [True, True]


@pytest.mark.parametrize(
    ("order", "value"),
    [
        ("budget_eur", "1e999"), ("budget_eur", "NaN"), ("budget_eur", 10**18 * 99), ("starts_on", "0001-01-01"),
        ("updated_at", "0001-01-01"), ("updated_at", "9999-12-31T23:59:59+00:00"),
    ],
)  # fmt: skip
def test_i10_place_in_a_list_that_no_database_compares_is_not_there(client, order, value):
    client.force_login(StaffFactory())
    place = base64.urlsafe_b64encode(json.dumps([order, False, value, 1]).encode()).decode()

    response = client.get(reverse("trial_list"), {"order": order, "cursor": place})

    assert response.status_code == 404
