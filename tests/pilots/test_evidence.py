"""Does the page of an outcome say what changed, how sure that is, and how strong the evidence is?"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from cic.core.errors import DomainError
from partners.choices import Role
from pilots.models import Indicator
from pilots.operations.indicators import add_indicator, amend_indicator, edit_indicator
from tests.factories.partners import StaffFactory
from tests.factories.trials import (
    IndicatorFactory,
    MeasurementFactory,
    OutcomeFactory,
    PilotFactory,
    SiteFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def outcome():
    found = OutcomeFactory()
    found.trial.indicators.all().delete()
    return found


@pytest.fixture
def coordinator(client, outcome):
    user = StaffFactory(role=Role.COORDINATOR, centre=outcome.trial.centre)
    client.force_login(user)
    return user


def measure(indicator, *values):
    for week, value in enumerate(values):
        start = indicator.trial.started_on + timedelta(days=7 * week)
        days = {"period_start": start, "period_end": start + timedelta(days=6)}
        if isinstance(value, tuple):
            part, whole = value
            MeasurementFactory(indicator=indicator, value=None, numerator=part, denominator=whole, **days)
        else:
            MeasurementFactory(indicator=indicator, value=Decimal(value), **days)


def page(client, outcome):
    return client.get(reverse("outcome_detail", args=[outcome.pk]))


def line(answer, number=0):
    return answer.context["evidence"]["lines"][number]


@pytest.mark.parametrize("count", [1, 3])
def test_outcome_cost_does_not_grow(client, outcome, coordinator, django_assert_max_num_queries, count):
    street = SiteFactory(trial=outcome.trial, comparison="alike")
    for number in range(count):
        noise = IndicatorFactory(trial=outcome.trial, name=f"Noise {number}")
        measure(noise, 61, 60)
        measure(IndicatorFactory(trial=outcome.trial, site=street, comparison_of=noise), 66, 67)

    with django_assert_max_num_queries(14) as asked:
        answer = page(client, outcome)

    assert (len(answer.context["results"]), len(asked)) == (count, 12)


def test_before_and_after_is_level_two_without_an_interval(client, outcome, coordinator):
    measure(IndicatorFactory(trial=outcome.trial, name="Noise"), 64, 61)

    answer = page(client, outcome)

    assert (line(answer)["level"], answer.context["evidence"]["level"]) == (2, 2)
    assert line(answer)["change"].startswith("−7 dB(A) (no interval: there is one figure from before")
    assert "Level 2 of 5 on the Maryland Scientific Methods Scale" in answer.content.decode()


def test_a_comparison_place_that_was_alike_makes_it_level_three_with_welchs_interval(
    client, outcome, coordinator
):
    noise = IndicatorFactory(trial=outcome.trial, name="Noise", aggregation="mean")
    street = SiteFactory(trial=outcome.trial, name="The next street", comparison="alike")
    beside = IndicatorFactory(trial=outcome.trial, name="Noise there", site=street, comparison_of=noise)
    measure(noise, 61, 60, 62)
    measure(beside, 68, 67, 69)

    answer = page(client, outcome)

    [other] = line(answer)["comparisons"]
    assert (len(answer.context["results"]), line(answer)["level"], other["place"]) == (
        1,
        3,
        "The next street",
    )
    assert other["words"] == "−7 dB(A), with 95 % confidence between −9.27 and −4.73"
    assert "Welch" in answer.content.decode()


def test_a_share_whose_baseline_says_of_how_many_has_newcombes_interval(client, outcome, coordinator):
    share = IndicatorFactory(
        trial=outcome.trial, kind="percentage", unit="", baseline=60, baseline_n=80, target=90, direction="up"
    )
    measure(share, (56, 70))

    answer = page(client, outcome)

    assert line(answer)["change"] == ("+20 percentage points, with 95 % confidence between +5.24 and +33.39")


def test_the_target_of_the_start_stands_beside_the_actual_and_amendments_are_shown(
    client, outcome, coordinator
):
    noise = IndicatorFactory(trial=outcome.trial, name="Noise", frozen_at=outcome.created_at)
    measure(noise, 61)
    amend_indicator(noise, {"target": Decimal(62)}, actor=coordinator, reason="The street was rebuilt.")

    answer = page(client, outcome)

    assert (line(answer)["target_then"], line(answer)["row"].goal.target) == ("60", 62)
    assert "The street was rebuilt." in answer.content.decode()


def test_words_as_a_target_stand_as_they_were_fixed_and_above_the_form_of_the_outcome(
    client, outcome, coordinator
):
    calm = IndicatorFactory(
        trial=outcome.trial, name="Sleep", kind="qualitative", unit="", baseline=None, target=None,
        baseline_text="Bad", target_text="Calm", frozen_at=outcome.created_at,
    )  # fmt: skip
    amend_indicator(calm, {"target_text": "Bearable"}, actor=coordinator, reason="A road was opened.")

    answer = client.get(reverse("outcome_edit", args=[outcome.pk]))

    assert line(answer)["target_then"] == line(page(client, outcome))["target_then"] == "Calm"
    assert "A road was opened." in answer.content.decode()
    bare = PilotFactory(running=True, centre=outcome.trial.centre, state="ended")
    form = client.get(reverse("outcome_create", args=[bare.pk]))
    assert [found["target_then"] for found in form.context["evidence"]["lines"]] == ["60"]
    assert 'data-label="Target then"' in form.content.decode()


def test_nothing_measured_is_no_evidence(client, outcome, coordinator):
    IndicatorFactory(trial=outcome.trial)

    answer = page(client, outcome)

    assert (line(answer)["level"], answer.context["evidence"]["level"]) == (None, None)
    assert "there is no evidence" in answer.content.decode()


@pytest.fixture
def planned():
    trial = PilotFactory(ready=True, indicator=False)
    return trial, IndicatorFactory(trial=trial, name="Noise")


def test_a_comparison_is_defined_at_a_marked_place_of_the_same_trial(planned):
    trial, noise = planned
    street = SiteFactory(trial=trial, comparison="alike")

    made = add_indicator(
        actor=None, trial=trial, name="Noise there", unit="dB(A)", site=street, comparison_of=noise
    )

    assert list(noise.comparisons.all()) == [made]


@pytest.mark.parametrize("wrong", ["no_place", "unmarked", "foreign_place", "foreign", "unit", "chain"])
def test_a_comparison_that_compares_nothing_is_refused(planned, wrong):
    trial, noise = planned
    street = SiteFactory(trial=trial, comparison="alike")
    there = IndicatorFactory(trial=trial, site=street, comparison_of=noise)
    fields = {"unit": "dB(A)", "site": street, "comparison_of": noise}
    fields |= {
        "no_place": {"site": None},
        "unmarked": {"site": SiteFactory(trial=trial)},
        "foreign_place": {"site": SiteFactory(comparison="alike")},
        "foreign": {"comparison_of": IndicatorFactory()},
        "unit": {"unit": "cars"},
        "chain": {"comparison_of": there},
    }[wrong]
    before = Indicator.objects.count()

    with pytest.raises(DomainError) as refusal:
        add_indicator(actor=None, trial=trial, name="Noise there", **fields)

    assert (refusal.value.code, Indicator.objects.count()) == ("invalid", before)


def test_an_indicator_others_are_compared_with_does_not_become_a_comparison(planned):
    trial, noise = planned
    street = SiteFactory(trial=trial, comparison="alike")
    IndicatorFactory(trial=trial, site=street, comparison_of=noise)
    other = IndicatorFactory(trial=trial)

    with pytest.raises(DomainError):
        edit_indicator(noise, {"site": street, "comparison_of": other}, actor=None)

    noise.refresh_from_db()
    assert noise.comparison_of is None


def test_the_form_asks_for_a_comparison_once_there_is_such_a_place(client, planned):
    trial, noise = planned
    client.force_login(StaffFactory(role=Role.COORDINATOR, centre=trial.centre))
    address = reverse("indicator_create", args=[trial.pk])

    assert "comparison_of" not in client.get(address).context["form"].fields
    street = SiteFactory(trial=trial, comparison="alike")
    SiteFactory(trial=trial)
    answer = client.post(
        address,
        {
            "name": "Noise there", "kind": "number", "unit": "dB(A)", "direction": "down", "aggregation": "last",
            "period_days": 30, "site": street.pk, "comparison_of": noise.pk,
        },
    )  # fmt: skip

    assert answer.status_code == 302
    assert noise.comparisons.get().site == street
