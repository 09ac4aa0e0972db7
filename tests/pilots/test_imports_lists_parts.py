"""Do addenda, outcomes and criteria come back by the rules of their pages: once, as drafts, and nothing that was used rewritten?"""

import pytest

from partners.choices import Role
from partners.models import Amendment
from pilots.models import CriteriaSet, Outcome
from tests.factories.ideas import CriteriaSetFactory, EvaluationFactory
from tests.factories.partners import AgreementFactory, AmendmentFactory, CentreFactory, StaffFactory
from tests.factories.trials import OutcomeFactory, PilotFactory

from .tables import bring_in, exported, row_called, said, table_of, traces, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def coordinator(centre):
    return StaffFactory(role=Role.COORDINATOR, centre=centre)


def test_addenda_are_drafted_for_agreements_in_force_and_change_as_drafts_only(centre, coordinator):
    agreement = AgreementFactory(centre=centre, in_force=True)
    row = {
        "reference": "", "agreement": agreement.reference, "kind": "addendum", "text": "A second van.", "new_ends_on": "",
        "effective_on": "",
    }  # fmt: skip
    wrong = [
        {**row, "agreement": AgreementFactory(centre=centre).reference},
        {**row, "agreement": AgreementFactory(in_force=True).reference},
        {**row, "text": "Later.", "effective_on": "2027-01-01"},
    ]

    for expected in ((1, 0, 0, 3), (0, 0, 1, 3)):
        assert bring_in(written([row, *wrong]), coordinator, centre) == expected

    made = Amendment.objects.get()
    assert (made.agreement, made.kind, made.text, made.state) == (
        agreement,
        "addendum",
        "A second van.",
        "draft",
    )
    signed = AmendmentFactory(agreement=agreement, in_force=True)
    rows = {each["reference"]: each for each in table_of(exported("amendment", coordinator))}
    changed = [
        {**rows[made.reference], "kind": "extension", "new_ends_on": "2031-01-01"},
        {**rows[signed.reference], "text": "Ten more years."},
    ]
    assert bring_in(written(changed), coordinator, centre) == (0, 1, 0, 1)
    assert f"{Amendment.objects.get(pk=made.pk).new_ends_on}" == "2031-01-01"
    assert Amendment.objects.get(pk=signed.pk).text == signed.text


def test_outcomes_are_written_of_trials_that_ended_and_public_ones_stay(centre, coordinator):
    ended, running = PilotFactory(centre=centre, state="ended"), PilotFactory(centre=centre, running=True)
    row = {
        "trial": ended.reference, "verdict": "adopted", "summary": "It worked.", "lessons": "Ask.", "cost_eur": "1.200,50",
        "summary_ca": "Va anar bé.",
    }  # fmt: skip
    wrong = [{**row, "trial": running.reference}, {**row, "trial": PilotFactory(state="ended").reference}]
    vague = {**row, "trial": PilotFactory(centre=centre, state="ended").reference, "verdict": "perhaps"}

    assert bring_in(written([row, *wrong, vague]), coordinator, centre, dry_run=True) == (1, 0, 0, 3)
    for expected in ((1, 0, 0, 3), (0, 0, 1, 3)):
        assert bring_in(written([row, *wrong, vague]), coordinator, centre) == expected

    made = Outcome.objects.get()
    assert (made.trial, made.verdict, f"{made.cost_eur}", made.publication) == (
        ended,
        "adopted",
        "1200.50",
        "internal",
    )
    assert made.translations["ca"]["summary"]["text"] == "Va anar bé."
    public = OutcomeFactory(trial__centre=centre, trial__publication="public", publication="public")
    shown = next(each for each in table_of(exported("outcome", coordinator)) if each["id"] == str(public.pk))
    assert bring_in(written([{**shown, "summary": "It failed."}]), coordinator, centre) == (0, 0, 0, 1)
    assert (said()[-1], Outcome.objects.get(pk=public.pk).summary) == (
        ("note", "refused_by_rule"),
        public.summary,
    )


def test_criteria_that_were_used_make_their_next_version_once(centre, coordinator):
    used = CriteriaSetFactory(centre=centre, name="Ours")
    EvaluationFactory(criteria_set=used)
    row = row_called("Ours", exported("criteria", coordinator))
    changed = {**row, "blind": "true", "criteria": "Benefit | 1 | 10"}

    assert bring_in(written([changed]), coordinator, centre, dry_run=True) == (0, 1, 0, 0)
    assert bring_in(written([changed]), coordinator, centre) == (0, 1, 0, 0)
    assert bring_in(written([changed]), coordinator, centre) == (0, 0, 0, 1)
    assert bring_in(written([{**changed, "id": ""}]), coordinator, centre) == (0, 0, 1, 0)

    old, new = CriteriaSet.objects.filter(name="Ours").order_by("number")
    assert (old.blind, old.is_current, old.criteria.count()) == (False, False, 2)
    assert (new.number, new.blind, new.is_current) == (2, True, True)
    assert [(each.name, each.max_score) for each in new.criteria.all()] == [("Benefit", 10)]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("Benefit | 1", ("criteria", "not_as_written")),
        ("Benefit | much | 5", ("criteria", "invalid_number")),
        ("Benefit | 1 | 500", ("max_score", "refused_by_rule")),
    ],
)
def test_a04_criteria_that_are_not_understood_or_of_others_change_nothing(centre, coordinator, cell, problem):
    CriteriaSetFactory(centre=centre, name="Ours")
    row, before = row_called("Ours", exported("criteria", coordinator)), traces()
    theirs = CentreFactory()
    elsewhere = StaffFactory(role=Role.COORDINATOR, centre=theirs)

    assert bring_in(written([{**row, "criteria": cell}]), coordinator, centre) == (0, 0, 0, 1)
    other = bring_in(written([{**row, "criteria": "Benefit | 1 | 5"}]), elsewhere, theirs)

    assert (other, said(), traces()) == ((0, 0, 0, 1), [problem, ("", "refused_by_rule")], before)
