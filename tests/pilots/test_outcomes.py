"""Is what came of a trial written, corrected visibly, published by two people and taken up elsewhere?"""

import pytest

from cic.core.errors import DomainError
from cic.core.models import AuditEntry
from pilots.models import Idea, Lineage, Outcome, Product, Trial
from pilots.operations.outcomes import (
    add_product,
    edit_outcome,
    edit_product,
    move_outcome,
    remove_product,
    write_outcome,
)
from pilots.operations.replications import replicate_as_idea, replicate_as_pilot
from tests.core.resource_contract import address_of, client_of, problem_of, send
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory
from tests.factories.trials import IndicatorFactory, OutcomeFactory, PilotFactory, PocFactory, ProductFactory

pytestmark = pytest.mark.django_db
TEXT = {
    "verdict": "not_adopted",
    "summary": "It was as loud as before.",
    "lessons": "Vans are not the noise.",
}


def staff(trial, role="coordinator"):
    return StaffFactory(role=role, centre=trial.centre)


def refused(code, function, *args, **kwargs):
    """The refusal of a call that must change nothing."""
    entries = AuditEntry.objects.count()
    with pytest.raises(DomainError) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code
    assert AuditEntry.objects.count() == entries
    return caught.value


@pytest.mark.parametrize("state", ["ended", "stopped"])
def test_outcome_is_written_once_for_whatever_has_ended(state):
    pilot = PilotFactory(running=True, state=state)
    actor = staff(pilot)

    outcome = write_outcome(actor=actor, trial=pilot, **TEXT)

    assert (outcome.verdict, outcome.publication) == ("not_adopted", "internal")
    refused("duplicate", write_outcome, actor=actor, trial=pilot, **TEXT)


def test_outcome_of_a_failed_poc_is_written_too():
    poc = PocFactory(running=True, state="no_go")

    assert write_outcome(actor=staff(poc), trial=poc, **TEXT).trial == poc


@pytest.mark.parametrize("state", ["ready", "running", "cancelled"])
def test_outcome_before_the_end_is_refused(state):
    pilot = PilotFactory(running=True, state=state)

    refused("wrong_state", write_outcome, actor=staff(pilot), trial=pilot, **TEXT)

    assert not Outcome.objects.exists()


def test_outcome_by_a_partner_is_refused():
    pilot = PilotFactory(running=True, state="ended")

    refused(
        "not_allowed", write_outcome, actor=PartnerFactory(organisation=pilot.promoter), trial=pilot, **TEXT
    )


def test_public_outcome_changes_with_a_reason_and_says_that_it_was_corrected():
    outcome = OutcomeFactory(public=True, trial__public=True)
    actor = staff(outcome.trial)
    refused("incomplete", edit_outcome, outcome, {"summary": "It was quieter."}, actor=actor)
    assert Outcome.objects.get().summary == outcome.summary

    edit_outcome(outcome, {"summary": "It was quieter."}, actor=actor, note="A figure was wrong.")

    fresh = Outcome.objects.get()
    assert (fresh.summary, fresh.publication) == ("It was quieter.", "corrected")


def test_outcome_is_published_by_a_second_person_and_not_before_its_trial():
    outcome = OutcomeFactory()
    asks, grants = staff(outcome.trial), staff(outcome.trial, "editor")
    refused("incomplete", move_outcome, outcome, "ask_publication", actor=asks)
    Trial.objects.update(publication="public")
    outcome = move_outcome(outcome, "ask_publication", actor=asks)
    refused("not_allowed", move_outcome, outcome, "publish", actor=asks)

    assert move_outcome(outcome, "publish", actor=grants).publication == "public"
    assert list(Outcome.objects.visible_to(PartnerFactory())) == [outcome]


def test_outcome_of_a_trial_that_is_not_public_is_hidden_whatever_it_says_itself():
    OutcomeFactory(public=True)

    assert not Outcome.objects.visible_to(PartnerFactory()).exists()


def test_products_are_added_changed_and_removed_with_the_outcome_touched():
    outcome = OutcomeFactory()
    actor = staff(outcome.trial)
    product = add_product(actor=actor, outcome=outcome, kind="dataset", name="Noise by night")
    product = edit_product(product, {"name": "Noise by hour"}, actor=actor)
    assert Product.objects.get().name == "Noise by hour"

    remove_product(product, actor=actor)

    assert not Product.objects.exists()
    assert Outcome.objects.get().version == outcome.version + 3


def test_product_of_a_public_outcome_needs_a_reason_to_change():
    product = ProductFactory(outcome=OutcomeFactory(public=True, trial__public=True))

    refused("incomplete", edit_product, product, {"name": "Other"}, actor=staff(product.outcome.trial))

    assert Product.objects.get().name == product.name


def test_case_is_replicated_as_an_idea_of_another_organisation():
    outcome = OutcomeFactory(public=True, trial__public=True, success_conditions="A quiet van")
    member, centre = PartnerFactory(), CentreFactory()
    organisation_id = next(iter(member.standing.member_of))

    idea = replicate_as_idea(outcome, actor=member, centre=centre)

    assert (idea.state, idea.author, idea.centre, idea.asked_of_city) == (
        "draft",
        member,
        centre,
        "A quiet van",
    )
    assert organisation_id in member.standing.member_of
    link = Lineage.objects.get()
    assert (link.kind, link.from_type, link.from_id, link.to_id) == (
        "replicated",
        "pilots.trial",
        outcome.trial_id,
        idea.pk,
    )


def test_case_is_replicated_as_a_pilot_with_its_plan_but_not_its_figures():
    outcome = OutcomeFactory(public=True, trial__public=True)
    IndicatorFactory(trial=outcome.trial, name="Complaints", baseline=30, target=10)
    actor = StaffFactory(role="coordinator", centre=CentreFactory())
    centre = actor.appointments.get().centre

    pilot = replicate_as_pilot(outcome, actor=actor, centre=centre)

    assert (pilot.state, pilot.centre, pilot.title) == ("preparing", centre, outcome.trial.title)
    assert pilot.skip_reason == f"It was tried before: {outcome.trial.reference}."
    assert pilot.agreement is None
    assert [indicator.baseline for indicator in pilot.indicators.all()] == [None, None]
    assert [indicator.target for indicator in pilot.indicators.order_by("pk")] == [60, 10]


def test_a05_outcome_one_may_not_read_is_not_replicated():
    outcome = OutcomeFactory()

    refused("not_allowed", replicate_as_idea, outcome, actor=PartnerFactory(), centre=CentreFactory())
    refused(
        "not_allowed",
        replicate_as_pilot,
        outcome,
        actor=StaffFactory(centre=CentreFactory()),
        centre=CentreFactory(),
    )

    assert not Idea.objects.exists()
    assert Trial.objects.count() == 1


def test_w05_outcome_is_put_into_other_languages_over_the_api():
    outcome = OutcomeFactory(language="en")
    coordinator = StaffFactory(role="coordinator", centre=outcome.trial.centre)
    said = {"translations": {"ca": {"summary": "Va funcionar."}}}

    answer = send(client_of(coordinator), "patch", address_of("outcomes", outcome), said, if_match="*")

    kept = {"ca": {"summary": {"text": "Va funcionar.", "origin": "human", "outdated": False}}}
    assert (answer.status_code, Outcome.objects.get().translations) == (200, kept)


def test_public_outcome_is_corrected_over_the_api_with_its_reason():
    outcome = OutcomeFactory(publication="public", trial__public=True)
    coordinator = client_of(StaffFactory(role="coordinator", centre=outcome.trial.centre))
    address, said = address_of("outcomes", outcome), {"summary": "It was quieter."}

    problem_of(send(coordinator, "patch", address, said, if_match="*"), 409)
    answer = send(coordinator, "patch", address, {**said, "note": "A figure was wrong."}, if_match="*")

    fresh = Outcome.objects.get()
    assert (answer.status_code, fresh.summary, fresh.publication) == (200, "It was quieter.", "corrected")
