"""How do many ideas pass through triage at once, and how does one become several?"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import lock, move, operation, record
from cic.core.permissions import can, require
from pilots.choices import LineageKind
from pilots.models import Idea, IdeaAnnex, IdeaPartner, InformationRequest
from pilots.transitions.ideas import IDEA_EFFECTS

from .ideas import move_idea
from .information_requests import ask_for_more
from .lineage import link
from .readers import proposers_of, tell

PASSES = ("screen", "evaluate")
# What may differ from part to part. The rest is taken over as it is.
PART_FIELDS = tuple(name for name in Idea.AUTHOR_FIELDS if name != "trl")
TAKEN_OVER = (
    *Idea.AUTHOR_FIELDS,
    "language",
    "challenge",
    "centre",
    "organisation",
    "author",
    "submitted_at",
    "answer_by",
)


@operation
def pass_on(idea_ids: Collection[int], name: str, *, actor: Any, note: str = "") -> list[Idea]:
    """Make one move of triage (one of PASSES) with each of the ideas: all, or none.

    Raises: DomainError "invalid", "unknown_move", "wrong_state" or "incomplete". A refusal names no idea that
    `actor` does not triage.
    """
    if name not in PASSES:
        raise DomainError("unknown_move", _("There is no move called “%(name)s”.") % {"name": name})
    return [
        _each(idea, lambda idea: move_idea(idea, name, actor=actor, note=note))
        for idea in _chosen(idea_ids, actor)
    ]


@operation
def ask_many(idea_ids: Collection[int], values: Mapping[str, Any], *, actor: Any) -> list[InformationRequest]:
    """Ask the authors of all the ideas the same (`question`, `fields`, `due_on`): all, or none.

    Raises: as `ask_for_more` and `pass_on` do.
    """
    return [
        _each(idea, lambda idea: ask_for_more({**values, "idea": idea}, actor=actor))
        for idea in _chosen(idea_ids, actor)
    ]


def _chosen(idea_ids: Collection[int], actor: Any) -> list[Idea]:
    """The ideas in the order of their ids, locked, if `actor` triages all of them; else one sentence for whatever it is."""
    seen = Idea.objects.all() if actor is None else Idea.objects.visible_to(actor)
    found = list(seen.filter(pk__in=set(idea_ids)).order_by("pk"))
    mine = actor is None or all(can(actor, "pilots.triage_ideas", idea) for idea in found)
    if not found or not mine or len(found) != len(set(idea_ids)):
        sentence = _("Some of these ideas do not exist, or are not yours to pass on. Nothing was changed.")
        raise DomainError("invalid", sentence, fields={"ideas": [sentence]})
    return [lock(idea) for idea in found]


def _each(idea: Idea, act: Any) -> Any:
    """Do it to one of many; a refusal says which one it was."""
    try:
        return act(idea)
    except DomainError as error:
        words = {"reference": idea.reference, "reason": error.detail}
        sentence = _("%(reference)s: %(reason)s Nothing was changed.") % words
        raise DomainError(error.code, sentence, fields=error.fields) from error


@operation
def split_idea(
    idea: Idea,
    parts: Sequence[Mapping[str, Any]],
    *,
    actor: Any,
    note: str,
    expected_version: int | None = None,
) -> list[Idea]:
    """Let `idea` go on as several, each with its own PART_FIELDS; the original stays as it was written.

    Each part has the same author, organisations and annex, waits where the original waited, and is linked to it.
    Raises: NotAllowed; DomainError "invalid", "wrong_state", "incomplete" or "stale".
    """
    fresh = lock(idea, expected_version)
    require(actor, "pilots.triage_ideas", fresh)
    if len(parts) < 2:
        sentence = _("An idea is split into two or more.")
        raise DomainError("invalid", sentence, fields={"parts": [sentence]})
    if closed := {name for part in parts for name in part} - set(PART_FIELDS):
        raise DomainError(
            "invalid", _("This stays as it is in every part."), fields={n: [_("Read-only.")] for n in closed}
        )
    state = fresh.state
    original = move(fresh, IDEA_EFFECTS, "split", actor=actor, note=note)
    shared = {name: getattr(original, name) for name in TAKEN_OVER}
    made = []
    for part in parts:
        one = record(Idea(**{**shared, **part}, state=state), actor=actor, note=note, action="split_off")
        _take_over(original, one, actor)
        link(LineageKind.SPLIT, original, one, actor=actor, note=note)
        made.append(one)
    tell(proposers_of(original), "pilots.idea_split", original, reason=note)
    return made


def _take_over(original: Idea, part: Idea, actor: Any) -> None:
    """Give a part what hangs on the original: its annex, and the organisations that were invited or said yes."""
    annex = IdeaAnnex.objects.filter(idea=original).first()
    if annex is not None:
        record(IdeaAnnex(idea=part, text=annex.text), actor=actor)
    for partner in IdeaPartner.objects.filter(idea=original).order_by("pk"):
        row = IdeaPartner(
            idea=part,
            organisation=partner.organisation,
            contribution=partner.contribution,
            confirmed_at=partner.confirmed_at,
        )
        record(row, actor=actor)
