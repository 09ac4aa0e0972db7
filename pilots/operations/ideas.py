"""How is an idea proposed, changed, sent, withdrawn and appealed?"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError, NotAllowed
from cic.core.operations import edit, lock, move, operation, record
from cic.core.permissions import require
from partners.models import standing_of
from pilots.choices import IdeaState
from pilots.models import Challenge, Idea, InformationRequest
from pilots.permissions.roles import DECIDING, STEERING
from pilots.transitions.ideas import IDEA, IDEA_EFFECTS, IDEA_PUBLICATION

from .evaluations import lock_evaluations
from .mergers import merge_ideas
from .readers import proposers_of, staff_of, tell

# What an author may set while writing; later only what a request opens again.
PROPOSAL_FIELDS = (*Idea.AUTHOR_FIELDS, "language", "challenge", "centre", "organisation")
EFFECTS = frozenset(row.name for row in IDEA_EFFECTS.moves)
PUBLICATION_MOVES = frozenset(row.name for row in IDEA_PUBLICATION.moves)


@operation
def propose(values: Mapping[str, Any], *, actor: Any) -> Idea:
    """Begin an idea, as a draft of `actor`. The centre follows the challenge when none is given.

    Raises: NotAllowed; DomainError "invalid".
    """
    require(actor, "pilots.propose_idea")
    values = dict(values)
    challenge = values.get("challenge")
    if challenge is not None and values.get("centre") is None:
        values["centre"] = challenge.centre
    _check_origin(values, actor)
    return record(Idea(author=actor, **values), actor=actor)


def _check_origin(values: Mapping[str, Any], actor: Any, *, now_at: int | None = None) -> None:
    """Refuse a foreign organisation, a challenge one may not see, and a centre that is not the challenge's or takes no ideas.

    `now_at` is the centre a draft is of already: it stays there, to be read and changed, whatever became of the centre.
    """
    errors: dict[str, list[str]] = {}
    organisation, challenge, centre = (values.get(name) for name in ("organisation", "challenge", "centre"))
    if organisation is not None and actor is not None and organisation.pk not in standing_of(actor).member_of:
        errors["organisation"] = [_("You do not belong to this organisation.")]
    if challenge is not None:
        if actor is not None and not Challenge.objects.visible_to(actor).filter(pk=challenge.pk).exists():
            errors["challenge"] = [_("There is no such challenge.")]
        elif centre is not None and centre.pk != challenge.centre_id:
            errors["challenge"] = [_("This challenge belongs to another centre.")]
    if centre is not None and centre.pk != now_at and not centre.takes_ideas:
        errors.setdefault("centre", [_("This centre takes no ideas now.")])
    if errors:
        raise DomainError(
            "invalid", " ".join(text for texts in errors.values() for text in texts), fields=errors
        )


@operation
def edit_idea(
    idea: Idea, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Idea:
    """Change an idea: all of a draft; while more information is asked, the fields that were opened.

    Raises: NotAllowed; DomainError "invalid" naming the closed fields, "wrong_state" or "stale".
    """
    fresh = lock(idea, expected_version)
    require(actor, "pilots.edit_idea", fresh)
    refuse_closed(fresh, changes, open_fields(fresh))
    if fresh.state == IdeaState.DRAFT:
        origin = {
            name: changes.get(name, getattr(fresh, name)) for name in ("organisation", "challenge", "centre")
        }
        if any(name in changes for name in origin):
            _check_origin(origin, actor, now_at=fresh.centre_id)
    return edit(fresh, changes, actor=actor)


def open_fields(idea: Idea) -> tuple[str, ...]:
    """The fields the author may change now; "annex" among them when the annex is open."""
    if idea.state == IdeaState.DRAFT:
        return (*PROPOSAL_FIELDS, "annex")
    if idea.state == IdeaState.MORE_INFORMATION:
        request = InformationRequest.objects.open().filter(idea=idea).first()
        return tuple(request.fields) if request is not None else ()
    return ()


def refuse_closed(idea: Idea, changes: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise DomainError when `changes` holds fields that are not open, or when none is.

    Raises: DomainError "invalid" naming each closed field; "wrong_state" when nothing is open to change.
    """
    allowed = set(allowed)
    if not allowed:
        label = idea.get_state_display()
        raise DomainError(
            "wrong_state", _("The idea cannot be changed while it is “%(state)s”.") % {"state": label}
        )
    closed = {
        name: [_("This was not asked, so it stays as it is.")] for name in changes if name not in allowed
    }
    if closed:
        raise DomainError("invalid", _("Only what was asked may be changed now."), fields=closed)


@operation
def move_idea(
    idea: Idea,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Idea:
    """Take an idea along one row of its table, or along its way to the public, and tell whom it concerns.

    What follows from a request or a decision is not to be had as a bare move.
    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    if name in EFFECTS:
        raise NotAllowed(_("This follows from a decision or a request; record that instead."))
    given = dict(changes or {})
    if name == "merge":
        if actor is not None and not IDEA.find("merge").who(actor, idea):
            raise NotAllowed()
        into = given.get("merged_into")
        if into is None:
            raise DomainError(
                "incomplete",
                _("Choose the idea it goes on in."),
                fields={"merged_into": [_("Fill this in first.")]},
            )
        return merge_ideas(idea, into, actor=actor, note=note, expected_version=expected_version)
    table = IDEA_PUBLICATION if name in PUBLICATION_MOVES else IDEA
    if set(given) & set(table.find(name).sets):
        raise DomainError("invalid", _("This date is set by the move itself."))
    if name == "submit":
        given["submitted_at"] = timezone.now()
    if name in ("submit", "reopen"):
        given["answer_by"] = day_of_answer(idea)
    idea = move(
        idea,
        table,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=given,
        effective_at=effective_at,
        expected_version=expected_version,
    )
    if name in AFTER:
        AFTER[name](idea, actor, note)
    return idea


def day_of_answer(idea: Idea) -> date:
    """By when whoever sends this today hears from the centre."""
    return timezone.localdate() + timedelta(days=idea.centre.days_to_answer)


def _sent(idea: Idea, actor: Any, note: str) -> None:
    tell(staff_of(idea.centre_id, STEERING), "pilots.idea_submitted", idea)
    promised = idea.answer_by.isoformat() if idea.answer_by else ""
    tell(proposers_of(idea), "pilots.idea_received", idea, answer_by=promised)


def _withdrawn(idea: Idea, actor: Any, note: str) -> None:
    lock_evaluations(idea, actor=actor)
    tell(staff_of(idea.centre_id, STEERING), "pilots.idea_withdrawn", idea, reason=note)


def _appealed(idea: Idea, actor: Any, note: str) -> None:
    tell(staff_of(idea.centre_id, DECIDING), "pilots.idea_appealed", idea, reason=note)


AFTER = {"submit": _sent, "withdraw": _withdrawn, "appeal": _appealed}
