"""Do two ideas become one without either being lost, or either author reading the other's?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Job
from pilots.choices import EvaluationState, IdeaState
from pilots.models import Idea, Lineage
from pilots.operations.mergers import merge_ideas
from tests.factories.ideas import DecisionFactory, EvaluationFactory, IdeaFactory, LineageFactory
from tests.factories.partners import CentreFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_merge_keeps_both_originals_and_the_link_and_tells_the_author_nothing_of_the_other():
    centre = CentreFactory()
    one = IdeaFactory(centre=centre, title="Quiet crates", proposal="Mine")
    other = IdeaFactory(centre=centre, title="Secret crates", proposal="Theirs")

    merged = merge_ideas(one, other, actor=StaffFactory(centre=centre), note="The same question.")

    assert (merged.state, merged.merged_into, merged.proposal) == (IdeaState.MERGED, other, "Mine")
    link = Lineage.objects.get()
    assert (link.kind, link.from_id, link.to_id) == ("merged", one.pk, other.pk)
    assert [Idea.objects.visible_to(author).get() for author in (one.author, other.author)] == [one, other]
    mail = Job.objects.get(task="core.send_mail")
    assert (mail.payload["kind"], mail.payload["user_id"]) == ("pilots.idea_merged", one.author_id)
    assert "Secret" not in str(mail.payload)
    assert other.reference not in str(mail.payload)


def test_merge_locks_the_evaluations_of_the_merged_idea():
    evaluation = EvaluationFactory(state="assigned")
    other = IdeaFactory(centre=evaluation.idea.centre)

    merge_ideas(evaluation.idea, other, actor=StaffFactory(), note="The same.")

    evaluation.refresh_from_db()
    assert evaluation.state == EvaluationState.LOCKED


@pytest.mark.parametrize("state", ["draft", "accepted", "declined", "withdrawn", "merged", "lapsed"])
def test_merge_into_what_does_not_go_on_is_refused(state):
    one = IdeaFactory()
    other = IdeaFactory(centre=one.centre, state=state)

    with pytest.raises(DomainError) as refusal:
        merge_ideas(one, other, actor=StaffFactory(), note="The same.")

    assert refusal.value.code == "wrong_state"
    assert (Idea.objects.get(pk=one.pk).state, Lineage.objects.count()) == (IdeaState.SUBMITTED, 0)


def test_merge_of_a_decided_idea_is_refused():
    decision = DecisionFactory()
    other = IdeaFactory(centre=decision.idea.centre)

    with pytest.raises(DomainError):
        merge_ideas(decision.idea, other, actor=StaffFactory(), note="The same.")


def test_merge_needs_a_reason_and_another_idea():
    one, coordinator = IdeaFactory(), StaffFactory()

    for into, note, field in ((IdeaFactory(), " ", "note"), (one, "Same", "merged_into")):
        with pytest.raises(DomainError) as refusal:
            merge_ideas(one, into, actor=coordinator, note=note)
        assert list(refusal.value.fields) == [field]


def test_a09_merge_across_centres_needs_both():
    one, other = IdeaFactory(), IdeaFactory()

    with pytest.raises(NotAllowed):
        merge_ideas(one, other, actor=StaffFactory(centre=one.centre), note="The same.")

    assert Idea.objects.get(pk=one.pk).state == IdeaState.SUBMITTED


def test_lineage_is_seen_by_who_sees_both_ends():
    link = LineageFactory()
    one = Idea.objects.get(pk=link.from_id)

    assert Lineage.objects.visible_to(StaffFactory(role="auditor")).get() == link
    assert not Lineage.objects.visible_to(one.author).exists()
