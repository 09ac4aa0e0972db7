"""Do programs read and steer trials by the same rules as people, and see no more than they may?"""

import json

import pytest

from cic.core.models import AuditEntry
from cic.core.tokens import issue_token
from pilots.models import Idea, Measurement, Trial
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
    IndicatorAmendmentFactory,
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
    SuccessCriterionFactory,
    TeamPersonFactory,
    TrialPartnerFactory,
)

pytestmark = pytest.mark.django_db
CANARY = "zqxCanaryText"
PARTS = {
    "trial-partners": TrialPartnerFactory,
    "team-people": TeamPersonFactory,
    "sites": SiteFactory,
    "permits": PermitFactory,
    "milestones": MilestoneFactory,
    "risks": RiskFactory,
    "log-entries": LogEntryFactory,
    "success-criteria": SuccessCriterionFactory,
    "extension-requests": ExtensionRequestFactory,
    "indicators": IndicatorFactory,
}
NOUNS = {
    "trials": PilotFactory,
    **PARTS,
    "indicator-amendments": IndicatorAmendmentFactory,
    "measurements": MeasurementFactory,
    "outcomes": OutcomeFactory,
    "products": ProductFactory,
}


def api(client, method, path, data=None, **headers):
    """One call under /api/v1/; a PATCH or DELETE brings the tag it has just read."""
    path = f"/api/v1/{path}"
    headers = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    if method in ("patch", "delete") and "HTTP_IF_MATCH" not in headers:
        headers["HTTP_IF_MATCH"] = client.get(path).headers.get("ETag", '"none"')
    body = {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
    return getattr(client, method)(path, **body, **headers)


@pytest.fixture
def signed_in(client):
    """Sign somebody in and get the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("noun", NOUNS)
def test_list_cost_does_not_grow(noun, item_count, signed_in, django_assert_num_queries):
    NOUNS[noun].create_batch(item_count)
    client = signed_in(StaffFactory(role="auditor"))
    client.get(f"/api/v1/{noun}/")

    with django_assert_num_queries(4):  # session, person, standing, page
        response = client.get(f"/api/v1/{noun}/")

    assert len(response.json()["results"]) >= item_count


@pytest.mark.parametrize("noun", NOUNS)
def test_detail_takes_at_most_six_queries(noun, signed_in, django_assert_max_num_queries):
    obj = NOUNS[noun]()
    client = signed_in(StaffFactory(role="coordinator"))
    client.get(f"/api/v1/{noun}/{obj.pk}/")

    with django_assert_max_num_queries(6):
        response = client.get(f"/api/v1/{noun}/{obj.pk}/")

    assert response.status_code == 200


@pytest.mark.parametrize("noun", NOUNS)
def test_a01_rival_and_visitor_find_nothing_of_an_internal_trial(noun, client, signed_in):
    obj = NOUNS[noun]()
    for reader in (None, PartnerFactory()):
        if reader:
            signed_in(reader)
        assert api(client, "get", f"{noun}/").json()["results"] == []
        assert api(client, "get", f"{noun}/{obj.pk}/").status_code == 404
        assert api(client, "get", f"{noun}/?count=true").json()["count"] == 0


@pytest.mark.parametrize("noun", PARTS)
def test_a03_rival_neither_changes_nor_removes_a_part(noun, signed_in):
    obj = PARTS[noun]()
    client = signed_in(PartnerFactory())
    entries = AuditEntry.objects.count()

    statuses = {
        api(client, method, f"{noun}/{obj.pk}/", data={} if method == "patch" else None).status_code
        for method in ("patch", "delete")
    }

    assert statuses <= {404, 405}
    assert type(obj).objects.filter(pk=obj.pk).exists()
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize(
    "noun", sorted(set(PARTS) - {"extension-requests", "success-criteria", "indicators"})
)
def test_staff_of_another_centre_sees_a_public_part_but_does_not_remove_it(noun, signed_in):
    obj = PARTS[noun](trial=PilotFactory(running=True, public=True))
    client = signed_in(StaffFactory(role="coordinator", centre=CentreFactory()))

    response = api(client, "delete", f"{noun}/{obj.pk}/", if_match='"x"')

    assert response.status_code in (403, 404)
    assert type(obj).objects.filter(pk=obj.pk).exists()


def test_l08_public_trial_shows_no_inner_field_to_the_public(client, signed_in):
    inner = dict.fromkeys(
        ("skip_reason", "no_baseline_reason", "data_protection", "insurance", "told"), CANARY
    )
    pilot = PilotFactory(
        running=True, public=True, source_values={"note": CANARY}, budget_eur=18400,
        idea=Idea.objects.create(reference="I-1", title=CANARY, centre=CentreFactory(), state="accepted"), **inner,
    )  # fmt: skip
    for factory in (PermitFactory, RiskFactory, LogEntryFactory):
        factory(
            trial=pilot,
            **{{PermitFactory: "name", RiskFactory: "description", LogEntryFactory: "text"}[factory]: CANARY},
        )
    for reader in (None, PartnerFactory()):
        if reader:
            signed_in(reader)
        for noun in NOUNS:
            assert CANARY not in client.get(f"/api/v1/{noun}/").content.decode()
        shown = api(client, "get", f"trials/{pilot.pk}/").json()
        assert CANARY not in json.dumps(shown)
        assert (shown["budget_eur"], shown["idea"], shown["agreement"]) == ("18400.00", None, None)
        assert not {"data_protection", "insurance", "source_values", "monitor"} & set(shown)
        assert CANARY not in client.get(f"/api/v1/trials/{pilot.pk}/lineage/").content.decode()
        assert CANARY not in client.get(f"/api/v1/trials/{pilot.pk}/history/").content.decode()

    member = signed_in(PartnerFactory(organisation=pilot.promoter))
    assert api(member, "get", f"trials/{pilot.pk}/").json()["insurance"] == CANARY


@pytest.mark.parametrize(
    "query",
    ["monitor=1", "order=monitor", "insurance=x", "source_values__note=x", "order=data_protection", "told=x"],
)
def test_l03_inner_fields_are_no_parameters_for_a_partner(query, signed_in):
    PilotFactory(running=True, public=True)

    response = signed_in(PartnerFactory()).get(f"/api/v1/trials/?{query}")

    assert response.status_code == 400


def test_trial_is_made_changed_and_started_by_a_program(signed_in):
    centre = CentreFactory()
    agreement = AgreementFactory(in_force=True, centre=centre)
    actor = StaffFactory(role="coordinator", centre=centre)
    client = signed_in(actor)
    body = {
        "kind": "pilot", "title": "Quiet unloading", "centre": centre.pk, "promoter": OrganisationFactory().pk,
        "monitor": actor.pk, "starts_on": today().isoformat(), "ends_on": today(90).isoformat(), "sdgs": [11],
        "skip_reason": "Known elsewhere.",
    }  # fmt: skip
    made = api(client, "post", "trials/", body)
    assert made.status_code == 201, made.json()
    path = f"trials/{made.json()['id']}/"
    assert api(client, "post", f"{path}moves/make_ready/", {}).json()["state"] == "ready"

    refused = api(client, "post", f"{path}moves/start/", {})
    assert refused.status_code == 409
    assert refused.json()["blockers"] == ["It has no agreement.", "It has no indicator."]
    assert api(client, "patch", path, {"agreement": agreement.pk}).status_code == 200
    indicator = {
        "trial": made.json()["id"],
        "name": "Noise",
        "unit": "dB(A)",
        "baseline": "68",
        "target": "60",
    }
    assert api(client, "post", "indicators/", indicator).status_code == 201

    started = api(client, "post", f"{path}moves/start/", {"authority": "Minutes 3"})

    assert (started.json()["state"], started.json()["started_on"]) == ("running", today().isoformat())
    assert api(client, "get", "trials/?sdg=11&state=running").json()["results"][0]["id"] == made.json()["id"]
    assert api(client, "get", "trials/?sdg=1").json()["results"] == []


def test_frozen_indicator_is_amended_with_a_reason(signed_in):
    pilot = PilotFactory(running=True)
    indicator = pilot.indicators.get()
    client = signed_in(StaffFactory(role="coordinator", centre=pilot.centre))

    assert api(client, "patch", f"indicators/{indicator.pk}/", {"target": "61"}).status_code == 409
    changed = api(client, "patch", f"indicators/{indicator.pk}/", {"target": "61", "reason": "Rebuilt."})

    assert changed.status_code == 200
    rows = api(client, "get", f"indicator-amendments/?trial={pilot.pk}").json()["results"]
    assert [(row["before"], row["after"], row["reason"]) for row in rows] == [
        ({"target": "60"}, {"target": "61"}, "Rebuilt.")
    ]


def test_trial_is_derived_from_an_idea_with_what_is_known(signed_in):
    centre = CentreFactory()
    idea = Idea.objects.create(reference="I-1", title="Night vans", centre=centre, state="accepted")
    client = signed_in(StaffFactory(role="coordinator", centre=centre))

    made = api(client, "post", "trials/derive/", {"idea": idea.pk, "kind": "poc"})

    assert made.status_code == 201
    assert (made.json()["title"], made.json()["state"], made.json()["idea"]) == (
        "Night vans",
        "planned",
        idea.pk,
    )
    lineage = api(client, "get", f"trials/{made.json()['id']}/lineage/").json()
    assert [row["reference"] for row in lineage["came_from"]] == ["I-1"]


def test_poc_is_decided_by_a_program(signed_in):
    poc = PocFactory(running=True, state="finished")
    client = signed_in(StaffFactory(role="secretary", centre=poc.centre))
    body = {
        "verdict": "go", "body": "Committee", "authority": "Minutes 3", "reasons": "It works.",
        "decided_on": today().isoformat(),
    }  # fmt: skip

    assert api(client, "post", f"trials/{poc.pk}/decide/", body).json()["state"] == "go"
    assert api(client, "post", f"trials/{poc.pk}/decide/", body).status_code == 409


def test_bulk_of_measurements_is_taken_whole_or_refused_naming_the_row(signed_in):
    pilot = PilotFactory(running=True)
    indicator = pilot.indicators.get()
    client = signed_in(PartnerFactory(organisation=pilot.promoter))
    rows = [
        {
            "indicator": indicator.pk,
            "period_start": today(-n).isoformat(),
            "period_end": today(-n).isoformat(),
            "value": "61.5",
        }
        for n in range(1, 5)
    ]
    wrong = api(client, "post", "measurements/bulk/", {"rows": [*rows[:2], {**rows[2], "value": None}]})
    assert wrong.status_code == 400
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["#/rows/2/value"]
    foreign = PilotFactory(running=True).indicators.get()
    unseen = api(
        client, "post", "measurements/bulk/", {"rows": [rows[0], {**rows[1], "indicator": foreign.pk}]}
    )
    assert (unseen.status_code, unseen.json()["errors"][0]["pointer"]) == (400, "#/rows/1/indicator")
    assert not Measurement.objects.exists()

    taken = api(client, "post", "measurements/bulk/", {"rows": rows, "submit": True})

    assert taken.status_code == 201
    assert list(Measurement.objects.values_list("state", flat=True)) == ["submitted"] * 4


def test_bulk_of_more_than_a_thousand_is_refused(signed_in):
    indicator = PilotFactory(running=True).indicators.get()
    row = {"indicator": indicator.pk, "period_start": "2026-01-01", "period_end": "2026-01-01", "value": "1"}

    response = api(signed_in(StaffFactory()), "post", "measurements/bulk/", {"rows": [row] * 1001})

    assert response.status_code == 400


def test_measurement_is_corrected_by_a_program(signed_in):
    measurement = MeasurementFactory(value=64)
    client = signed_in(StaffFactory(role="coordinator", centre=measurement.indicator.trial.centre))

    made = api(client, "post", f"measurements/{measurement.pk}/correct/", {"reason": "Wind", "value": "63"})

    assert (made.status_code, made.json()["state"], made.json()["supersedes"]) == (
        201,
        "submitted",
        measurement.pk,
    )
    assert (
        api(client, "post", f"measurements/{made.json()['id']}/moves/approve/", {}).json()["is_current"]
        is True
    )


def test_results_compare_target_and_actual(signed_in):
    outcome = OutcomeFactory()
    MeasurementFactory(indicator=outcome.trial.indicators.get(), value=61)
    client = signed_in(StaffFactory(role="coordinator", centre=outcome.trial.centre))

    row = api(client, "get", f"outcomes/{outcome.pk}/results/").json()["results"][0]

    assert (row["target"], row["actual"], row["met"], row["progress_pct"]) == (
        "60.000000",
        "61.000000",
        False,
        "87.50",
    )


def test_outcome_is_replicated_by_a_partner(signed_in):
    outcome = OutcomeFactory(public=True, trial__public=True)
    centre = CentreFactory()
    client = signed_in(PartnerFactory())

    made = api(
        client, "post", f"outcomes/{outcome.pk}/replicate/", {"replicate_as": "idea", "centre": centre.pk}
    )

    assert (made.status_code, made.json()["type"]) == (201, "pilots.idea")
    as_pilot = {"replicate_as": "pilot", "centre": centre.pk}
    assert api(client, "post", f"outcomes/{outcome.pk}/replicate/", as_pilot).status_code == 403


def test_a08_token_of_one_centre_reaches_no_trial_of_another_even_as_its_monitor(client):
    pilot = PilotFactory(running=True)
    own = PilotFactory(running=True, monitor=pilot.monitor)
    TeamPersonFactory(trial=own, user=pilot.monitor)
    _token, key = issue_token(
        actor=pilot.monitor, name="sensor", scopes=["read", "write"], centre_id=pilot.centre_id
    )

    seen = client.get("/api/v1/trials/", HTTP_AUTHORIZATION=f"Bearer {key}").json()["results"]

    assert [row["id"] for row in seen] == [pilot.pk]
    assert client.get(f"/api/v1/trials/{own.pk}/", HTTP_AUTHORIZATION=f"Bearer {key}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "kind=pilot", "state=running", "publication=internal", "centre={centre}", "promoter={promoter}",
        "partner={promoter}", "partner={partner}", "agreement={agreement}", "area={area}", "territory={territory}",
        "sdg=11", "monitor={monitor}", "organisation=Acoustics", "budget_eur_min=18000", "budget_eur_max=19000",
        "starts_on_before=2099-01-01", "ends_on_after=2000-01-01", "started_on_after=2000-01-01", "overdue=true",
        "source=cordis", "external_id=123", "reference={reference}", "search=unloading", "trl_in=6", "verdict=adopted",
        "mine=true",
    ],
)  # fmt: skip
def test_every_filter_finds_the_one_and_leaves_the_other(query, signed_in):
    from tests.factories.partners import AreaFactory, TerritoryFactory

    pilot = PilotFactory(
        running=True,
        title="Quiet unloading",
        budget_eur=18400,
        trl_in=6,
        source="cordis",
        external_id="123",
        sdgs=[3, 11],
    )
    Trial.objects.filter(pk=pilot.pk).update(search_text="quiet unloading sdg03 sdg11")
    partner = TrialPartnerFactory(trial=pilot, organisation__name="Acoustics Lab").organisation
    territory, area = TerritoryFactory(), AreaFactory()
    SiteFactory(trial=pilot, territory=territory)
    pilot.areas.add(area)
    MilestoneFactory(trial=pilot, due_on=today(-3))
    OutcomeFactory(trial=pilot)
    PocFactory(publication="public", title="Other")
    reader = pilot.monitor
    from tests.factories.partners import AppointmentFactory

    AppointmentFactory(user=reader, role="auditor")
    values = {
        "centre": pilot.centre_id, "promoter": pilot.promoter_id, "partner": partner.pk, "agreement": pilot.agreement_id,
        "area": area.pk, "territory": territory.pk, "monitor": reader.pk, "reference": pilot.reference,
    }  # fmt: skip

    response = signed_in(reader).get(f"/api/v1/trials/?count=true&{query.format(**values)}")

    assert [row["id"] for row in response.json()["results"]] == [pilot.pk]
    assert response.json()["count"] == 1
