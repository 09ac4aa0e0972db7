"""How is the author of an idea asked for more, and what happens when no answer comes?"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify
from cic.core.errors import DomainError
from cic.core.operations import edit, lock, move, operation, record, touch
from cic.core.permissions import require
from pilots.choices import REMINDER_DAYS
from pilots.models import Idea, InformationRequest
from pilots.permissions.roles import STEERING
from pilots.transitions.ideas import IDEA_EFFECTS

from .annexes import write_annex
from .ideas import day_of_answer, edit_idea
from .readers import facts_of, page_of, proposers_of, staff_of, tell

CAN_BE_ASKED = (*Idea.AUTHOR_FIELDS, "annex")


@operation
def ask_for_more(values: Mapping[str, Any], *, actor: Any) -> InformationRequest:
    """Ask the author of an idea (`idea`, `question`, `fields` it opens again, `due_on`), and tell them.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    idea = lock(values["idea"])
    require(actor, "pilots.ask_for_more", idea)
    fields = list(dict.fromkeys(values.get("fields") or []))
    errors: dict[str, list[str]] = {}
    if unknown := [name for name in fields if name not in CAN_BE_ASKED]:
        errors["fields"] = [
            _("“%(name)s” cannot be opened to the author.") % {"name": name} for name in unknown
        ]
    if values["due_on"] <= timezone.localdate():
        errors["due_on"] = [_("Leave at least until tomorrow for the answer.")]
    if errors:
        raise DomainError(
            "invalid", " ".join(text for texts in errors.values() for text in texts), fields=errors
        )
    idea = move(idea, IDEA_EFFECTS, "ask", actor=actor, note=values["question"])
    request = InformationRequest(
        idea=idea, question=values["question"], fields=fields, due_on=values["due_on"], asked_by=actor
    )
    request = record(request, actor=actor)
    for reader in proposers_of(idea):
        notify(reader, "pilots.information_asked", key=str(request.pk), **_facts(request))
    return request


@operation
def answer_request(
    request: InformationRequest,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
) -> InformationRequest:
    """Answer a request: `answer` in words, and `changes` to the opened fields ("annex" is the annex's text).

    Raises: NotAllowed; DomainError "invalid" naming the closed fields, "incomplete", "wrong_state" or "stale".
    """
    idea = lock(request.idea)
    require(actor, "pilots.edit_idea", idea)
    request = lock(request, expected_version)
    if not InformationRequest.objects.open().filter(pk=request.pk).exists():
        raise DomainError("wrong_state", _("This request no longer waits for an answer."))
    answer = values.get("answer") or ""
    changes = dict(values.get("changes") or {})
    if not answer.strip() and not changes:
        sentence = _("Write an answer.")
        raise DomainError("incomplete", sentence, fields={"answer": [sentence]})
    annex = changes.pop("annex", None)
    if annex is not None:
        write_annex(idea, annex, actor=actor)
    if changes:
        edit_idea(idea, changes, actor=actor)
    request = edit(request, {"answer": answer, "answered_at": timezone.now()}, actor=actor, action="answer")
    idea = move(idea, IDEA_EFFECTS, "answer", actor=actor, changes={"answer_by": day_of_answer(idea)})
    asker = [request.asked_by_id] if request.asked_by.is_active else staff_of(idea.centre_id, STEERING)
    tell(asker, "pilots.information_answered", idea)
    return request


@operation
def lapse(request: InformationRequest, *, actor: Any = None) -> Idea:
    """Close the idea whose author let a request run out, and tell them how to go on.

    Raises: DomainError "wrong_state" when the request was answered or still runs.
    """
    idea = lock(request.idea)
    if not InformationRequest.objects.overdue().filter(pk=request.pk).exists():
        raise DomainError("wrong_state", _("This request has not run out."))
    idea = move(idea, IDEA_EFFECTS, "lapse", actor=actor, note=request.question)
    touch(request, actor=actor)
    tell(proposers_of(idea), "pilots.idea_lapsed", idea, due_on=request.due_on.isoformat())
    return idea


@operation
def remind_of_request(request: InformationRequest, *, actor: Any = None) -> int:
    """Remind the author of an open request, once at each of REMINDER_DAYS before its last day; how many mails."""
    left = (request.due_on - timezone.localdate()).days
    reached = [days for days in REMINDER_DAYS if 0 <= left <= days]
    if not reached:
        return 0
    readers = proposers_of(request.idea)
    for reader in readers:
        key = f"{request.pk}:{request.due_on}:{min(reached)}"
        notify(reader, "pilots.information_due", key=key, **_facts(request))
    return len(readers)


def _facts(request: InformationRequest) -> dict[str, Any]:
    return facts_of(request.idea) | {
        "question": request.question,
        "due_on": request.due_on.isoformat(),
        "path": page_of("requests", request),
    }
