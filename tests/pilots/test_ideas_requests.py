"""Is an author asked for more, reminded, and let go when no answer comes?"""

from datetime import timedelta

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from pilots.choices import IdeaState
from pilots.models import Idea, IdeaAnnex, InformationRequest
from pilots.operations.annexes import create_annex, edit_annex, write_annex
from pilots.operations.ideas import move_idea
from pilots.operations.information_requests import answer_request, ask_for_more, lapse
from pilots.tasks.ideas import lapse_unanswered, remind_authors
from tests.factories.ideas import IdeaAnnexFactory, IdeaFactory, InformationRequestFactory
from tests.factories.partners import PartnerFactory, StaffFactory, today

pytestmark = pytest.mark.django_db


def mails(kind):
    return [
        job.payload["user_id"]
        for job in Job.objects.filter(task="core.send_mail", payload__kind=kind).order_by("pk")
    ]


def test_ask_moves_the_idea_and_tells_the_author():
    idea = IdeaFactory(state="screening")
    asker = StaffFactory(centre=idea.centre)

    request = ask_for_more(
        {"idea": idea, "question": "How loud?", "fields": ["problem", "annex"], "due_on": today(7)},
        actor=asker,
    )

    assert Idea.objects.get(pk=idea.pk).state == IdeaState.MORE_INFORMATION
    assert (request.fields, request.asked_by) == (["problem", "annex"], asker)
    assert mails("pilots.information_asked") == [idea.author_id]


@pytest.mark.parametrize("wrong", [{"fields": ["state"]}, {"fields": ["source_values"]}, {"due_on": today()}])
def test_ask_refuses_other_fields_and_days_that_are_over(wrong):
    idea = IdeaFactory(state="screening")
    values = {"idea": idea, "question": "How loud?", "fields": ["problem"], "due_on": today(7)} | wrong

    with pytest.raises(DomainError) as refusal:
        ask_for_more(values, actor=StaffFactory(centre=idea.centre))

    assert list(refusal.value.fields) == list(wrong)
    assert Idea.objects.get(pk=idea.pk).state == IdeaState.SCREENING
    assert InformationRequest.objects.count() == 0


def test_answer_with_changes_goes_back_to_screening_and_tells_the_asker():
    request = InformationRequestFactory(fields=["problem", "annex"])
    values = {
        "answer": "61 dB(A)",
        "changes": {"problem": "61 dB(A) at the kerb", "annex": "Measured by us."},
    }

    request = answer_request(request, values, actor=request.idea.author)

    idea = Idea.objects.get(pk=request.idea_id)
    assert (idea.state, idea.problem, idea.annex.text) == (
        IdeaState.SCREENING,
        "61 dB(A) at the kerb",
        "Measured by us.",
    )
    assert request.answered_at is not None
    assert mails("pilots.information_answered") == [request.asked_by_id]


def test_answer_with_closed_fields_is_refused_by_name_and_changes_nothing():
    request = InformationRequestFactory(fields=["problem"])
    before = AuditEntry.objects.count()

    for changes in ({"title": "Other"}, {"annex": "Secret"}):
        with pytest.raises(DomainError) as refusal:
            answer_request(request, {"answer": "x", "changes": changes}, actor=request.idea.author)
        assert (refusal.value.status, list(refusal.value.fields)) == (400, list(changes))

    request.refresh_from_db()
    assert (request.answered_at, AuditEntry.objects.count(), IdeaAnnex.objects.count()) == (None, before, 0)


def test_empty_answer_is_incomplete():
    request = InformationRequestFactory()

    with pytest.raises(DomainError) as refusal:
        answer_request(request, {"answer": "  "}, actor=request.idea.author)

    assert list(refusal.value.fields) == ["answer"]


def test_second_answer_is_refused():
    request = InformationRequestFactory()
    answer_request(request, {"answer": "Once"}, actor=request.idea.author)

    with pytest.raises(DomainError) as refusal:
        answer_request(request, {"answer": "Twice"}, actor=request.idea.author)

    assert refusal.value.code == "wrong_state"


def test_stranger_and_staff_may_not_answer():
    request = InformationRequestFactory()

    for person in (PartnerFactory(), StaffFactory(centre=request.idea.centre)):
        with pytest.raises(NotAllowed):
            answer_request(request, {"answer": "x"}, actor=person)

    request.refresh_from_db()
    assert request.answered_at is None


def test_lapse_takes_what_is_due_and_not_answered_however_late_it_runs():
    late = InformationRequestFactory(due_on=today(-40))
    running = InformationRequestFactory(due_on=today())
    withdrawn = InformationRequestFactory(due_on=today(-1))
    move_idea(withdrawn.idea, "withdraw", actor=withdrawn.idea.author)

    lapse_unanswered()
    lapse_unanswered()

    states = [Idea.objects.get(pk=one.idea_id).state for one in (late, running, withdrawn)]
    assert states == [IdeaState.LAPSED, IdeaState.MORE_INFORMATION, IdeaState.WITHDRAWN]
    assert mails("pilots.idea_lapsed") == [late.idea.author_id]
    assert AuditEntry.objects.filter(action="idea.lapse").count() == 1


def test_lapse_of_a_running_request_is_refused():
    request = InformationRequestFactory(due_on=today())

    with pytest.raises(DomainError):
        lapse(request)


def test_reopened_idea_does_not_lapse_again_by_the_old_request():
    request = InformationRequestFactory(due_on=today(-1))
    idea = lapse(request)

    idea = move_idea(idea, "reopen", actor=StaffFactory(centre=idea.centre), note="They called.")
    lapse_unanswered()

    assert Idea.objects.get(pk=idea.pk).state == IdeaState.SCREENING


def test_reminders_go_out_once_at_each_step_even_after_a_silence():
    request = InformationRequestFactory(due_on=today(5))

    remind_authors()
    remind_authors()
    assert len(mails("pilots.information_due")) == 1

    InformationRequest.objects.filter(pk=request.pk).update(due_on=today(5) - timedelta(days=4))
    remind_authors()
    remind_authors()
    assert len(mails("pilots.information_due")) == 2


def test_annex_is_written_in_a_draft_and_closed_after():
    idea = IdeaFactory(state="draft")
    annex = create_annex({"idea": idea, "text": "Price"}, actor=idea.author)
    assert edit_annex(annex, {"text": "Lower price"}, actor=idea.author).text == "Lower price"

    move_idea(idea, "submit", actor=idea.author)

    with pytest.raises(DomainError) as refusal:
        edit_annex(annex, {"text": "x"}, actor=idea.author)
    assert refusal.value.code == "wrong_state"


def test_annex_that_is_emptied_is_gone():
    annex = IdeaAnnexFactory(idea__state="draft")

    assert write_annex(annex.idea, "  ", actor=annex.idea.author) is None
    assert IdeaAnnex.objects.count() == 0


def test_second_annex_is_refused():
    annex = IdeaAnnexFactory(idea__state="draft")

    with pytest.raises(DomainError) as refusal:
        create_annex({"idea": annex.idea, "text": "x"}, actor=annex.idea.author)

    assert refusal.value.code == "duplicate"


def test_annex_does_not_move_to_another_idea():
    annex = IdeaAnnexFactory(idea__state="draft")
    other = IdeaFactory(state="draft", author=annex.idea.author)

    with pytest.raises(DomainError):
        edit_annex(annex, {"idea": other}, actor=annex.idea.author)

    assert IdeaAnnex.objects.get().idea_id == annex.idea_id
