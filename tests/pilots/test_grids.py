"""Does the grid show every indicator by period, and are many filled in or decided on together or not at all?"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from cic.core.models import AuditEntry
from partners.choices import Role
from pilots.models import Measurement
from tests.factories.partners import MembershipFactory, StaffFactory, today
from tests.factories.trials import IndicatorFactory, MeasurementFactory, PilotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial():
    return PilotFactory(running=True, indicator=False)


@pytest.fixture
def noise(trial):
    return IndicatorFactory(trial=trial, name="Noise", period_days=7, frozen_at=trial.created_at)


@pytest.fixture
def coordinator(client, trial):
    user = StaffFactory(role=Role.COORDINATOR, centre=trial.centre)
    client.force_login(user)
    return user


def measured(indicator, week, **fields):
    start = indicator.trial.started_on + timedelta(days=7 * week)
    return MeasurementFactory(
        indicator=indicator, period_start=start, period_end=start + timedelta(days=6), **fields
    )


def grid(client, trial, **query):
    return client.get(reverse("trial_grid", args=[trial.pk]), query)


def send(client, trial, action, **data):
    return client.post(reverse("trial_grid", args=[trial.pk]), {"action": action, **data})


def cell(indicator, week, name="value"):
    start = indicator.trial.started_on + timedelta(days=7 * week)
    return f"{indicator.pk}_{start}_{start + timedelta(days=6)}-{name}"


def states():
    return list(Measurement.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_grid_cost_does_not_grow(client, trial, coordinator, django_assert_num_queries, count):
    for number in range(count):
        indicator = IndicatorFactory(trial=trial, name=f"Noise {number}", frozen_at=trial.created_at)
        for week in range(count):
            measured(indicator, week)

    with django_assert_num_queries(8):
        answer = grid(client, trial)

    assert len(answer.context["rows"]) == count


def test_grid_shows_values_by_period_and_a_dash_with_its_reason(client, trial, noise, coordinator):
    measured(noise, 0, value=Decimal("61.5"))
    measured(noise, 1, value=None, not_measured_reason="The sensor was stolen", state="submitted")

    answer = grid(client, trial)

    [row] = answer.context["rows"]
    shown = [[entry["value"] for entry in one["shown"]] for one in row["cells"]]
    assert shown == [["61.5"], [""], []]
    assert '– <span class="small quiet">The sensor was stolen</span>' in answer.content.decode()
    assert row["cells"][2]["form"] is not None


def test_grid_shows_twelve_periods_and_pages_to_earlier_ones(client, trial, noise, coordinator):
    days = [trial.started_on + timedelta(days=n) for n in range(15)]
    for day in days:
        MeasurementFactory(indicator=noise, period_start=day, period_end=day)

    newest, oldest = grid(client, trial), grid(client, trial, page=1)

    assert [column["end"] for column in newest.context["columns"]][:12] == days[3:]
    assert [column["end"] for column in oldest.context["columns"]] == days[:3]
    assert (newest.context["previous_url"], oldest.context["previous_url"], oldest.context["next_url"]) == (
        "?page=1", "", "?",
    )  # fmt: skip


def test_several_are_approved_at_once(client, trial, noise, coordinator):
    rows = [measured(noise, week, state="submitted") for week in range(3)]

    answer = send(client, trial, "approve", selected=[row.pk for row in rows[:2]])

    assert answer.status_code == 302
    assert states() == ["approved", "approved", "submitted"]
    assert AuditEntry.objects.filter(action="measurement.approve").count() == 2


def test_several_are_returned_with_one_reason_and_not_without(client, trial, noise, coordinator):
    rows = [measured(noise, week, state="submitted") for week in range(2)]
    ids = [row.pk for row in rows]

    refused = send(client, trial, "return", selected=ids, reason=" ")
    assert (refused.status_code, states()) == (422, ["submitted", "submitted"])
    returned = send(client, trial, "return", selected=ids, reason="Wrong meter")

    assert (returned.status_code, states()) == (302, ["returned", "returned"])
    assert set(Measurement.objects.values_list("return_reason", flat=True)) == {"Wrong meter"}


def test_a04_one_foreign_or_decided_id_among_them_changes_nothing(client, trial, noise, coordinator):
    own = measured(noise, 0, state="submitted")
    foreign = MeasurementFactory(state="submitted")
    decided = measured(noise, 1, state="approved")

    for other in (foreign, decided):
        answer = send(client, trial, "approve", selected=[own.pk, other.pk])
        assert answer.status_code == 422
        assert foreign.indicator.name not in answer.content.decode()
        assert states() == ["submitted", "submitted", "approved"]
    assert AuditEntry.objects.filter(action="measurement.approve").count() == 0


def test_members_fill_cells_but_do_not_decide(client, trial, noise):
    client.force_login(MembershipFactory(organisation=trial.promoter).user)
    row = measured(noise, 0, state="submitted")

    page = grid(client, trial)
    answer = send(client, trial, "approve", selected=[row.pk])

    assert (page.context["waiting"], page.context["fills"]) == (False, True)
    assert (answer.status_code, states()) == (403, ["submitted"])


def test_typed_cells_are_noted_and_sent_in_together(client, trial, noise, coordinator):
    share = IndicatorFactory(trial=trial, name="Share", kind="percentage", frozen_at=trial.created_at)

    answer = send(
        client, trial, "record",
        **{
            cell(noise, 0): "61.25", cell(noise, 1, "not_measured_reason"): "Storm", cell(noise, 2): "",
            cell(share, 0, "numerator"): "3", cell(share, 0, "denominator"): "4",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    rows = Measurement.objects.order_by("indicator", "period_start")
    assert list(rows.values_list("value", "numerator", "not_measured_reason", "state")) == [
        (Decimal("61.25"), None, "", "submitted"),
        (None, None, "Storm", "submitted"),
        (None, Decimal(3), "", "submitted"),
    ]


def test_one_wrong_cell_notes_nothing_and_keeps_what_was_typed(client, trial, noise, coordinator):
    measured(noise, 0)

    wrong = send(client, trial, "record", **{cell(noise, 1): "61", cell(noise, 0): "60"})
    unread = send(client, trial, "record", **{cell(noise, 1): "loud"})

    assert (wrong.status_code, unread.status_code, len(states())) == (422, 422, 1)
    forms = [one["form"] for row in wrong.context["rows"] for one in row["cells"] if one["form"]]
    assert [form["value"].value() for form in forms if form.is_bound] == ["60", "61"]
    assert 'value="loud"' in unread.content.decode()


def test_nothing_typed_and_nothing_chosen_are_refused_in_words(client, trial, noise, coordinator):
    measured(noise, 0, state="submitted")

    for action in ("record", "approve"):
        answer = send(client, trial, action)
        assert (answer.status_code, answer.context["refusal"] != "") == (422, True)
    assert states() == ["submitted"]


def test_visitors_of_a_public_trial_see_approved_values_only(client, trial, noise):
    type(trial).objects.filter(pk=trial.pk).update(publication="public")
    measured(noise, 0, value=Decimal(61))
    measured(noise, 1, value=Decimal(62), state="submitted")
    client.force_login(MembershipFactory().user)

    answer = grid(client, trial)
    refused = send(client, trial, "record", **{cell(noise, 2): "1"})

    shown = [
        entry["value"] for row in answer.context["rows"] for one in row["cells"] for entry in one["shown"]
    ]
    assert (shown, answer.context["fills"], answer.context["any_empty"]) == (["61"], False, False)
    assert (refused.status_code, Measurement.objects.count()) == (403, 2)
    assert today() > trial.started_on
