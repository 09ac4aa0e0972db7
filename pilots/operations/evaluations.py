"""How is an evaluation given out, done, handed in and locked?"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify
from cic.core.errors import DomainError
from cic.core.operations import edit, lock, move, operation, record, touch
from cic.core.permissions import can, require
from partners.choices import Role
from partners.models import Membership, User
from pilots.choices import REMINDER_DAYS, EvaluationState, IdeaState
from pilots.models import CriteriaSet, Evaluation, Idea, IdeaPartner, Score
from pilots.transitions.evaluations import EVALUATION, EVALUATION_EFFECTS

from .readers import facts_of, page_of


@operation
def assign(values: Mapping[str, Any], *, actor: Any) -> Evaluation:
    """Give one idea to one evaluator (`idea`, `evaluator`, `criteria_set`, `due_on`), and tell them.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    return assign_many(
        [values["idea"].pk],
        [values["evaluator"].pk],
        criteria_set=values["criteria_set"],
        due_on=values.get("due_on"),
        actor=actor,
    )[0]


@operation
def assign_many(
    idea_ids: Collection[int],
    evaluator_ids: Collection[int],
    *,
    criteria_set: CriteriaSet,
    due_on: date | None = None,
    actor: Any,
) -> list[Evaluation]:
    """Give each of the ideas to each of the evaluators: all, or none.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state". A refusal names no idea that `actor` may not see.
    """
    ideas = assignable(idea_ids, actor)
    evaluators = list(User.objects.filter(pk__in=set(evaluator_ids), is_active=True).order_by("pk"))
    if len(evaluators) != len(set(evaluator_ids)) or not evaluators:
        raise refusal("evaluator", _("There is no such evaluator."))
    if due_on is not None and due_on < timezone.localdate():
        raise refusal("due_on", _("This day has passed."))
    made = []
    for idea in ideas:
        check_criteria(idea, criteria_set)
        for evaluator in evaluators:
            _check_evaluator(idea, evaluator)
            row = Evaluation(idea=idea, evaluator=evaluator, criteria_set=criteria_set, due_on=due_on)
            made.append(record(row, actor=actor, action="assign"))
    for row in made:
        notify(row.evaluator, "pilots.evaluation_assigned", key=str(row.pk), **evaluation_facts(row))
    return made


def assignable(idea_ids: Collection[int], actor: Any) -> list[Idea]:
    """The ideas, locked, if all of them are there for `actor` and in evaluation."""
    seen = Idea.objects.all() if actor is None else Idea.objects.visible_to(actor)
    found = list(seen.filter(pk__in=set(idea_ids)).order_by("pk"))
    if len(found) != len(set(idea_ids)) or not found:
        raise refusal("idea", _("Some of these ideas do not exist, or are not yours to assign."))
    ideas = [lock(idea) for idea in found]
    for idea in ideas:
        require(actor, "pilots.assign_evaluations", idea)
    waiting = [idea.reference for idea in ideas if idea.state != IdeaState.IN_EVALUATION]
    if waiting:
        raise DomainError(
            "wrong_state", _("Not in evaluation: %(references)s.") % {"references": ", ".join(waiting)}
        )
    if (
        decided := Idea.objects.decided_untold()
        .filter(pk__in=[idea.pk for idea in ideas])
        .values_list("reference", flat=True)
    ):
        raise DomainError(
            "wrong_state", _("Decided already: %(references)s.") % {"references": ", ".join(decided)}
        )
    return ideas


def check_criteria(idea: Idea, criteria_set: CriteriaSet) -> None:
    """Raise DomainError "invalid" unless the idea can be evaluated by this set."""
    if criteria_set.centre_id != idea.centre_id:
        raise refusal("criteria_set", _("These criteria belong to another centre."))
    if not criteria_set.is_current:
        raise refusal("criteria_set", _("These criteria are no longer in use."))
    if not criteria_set.criteria.exists():
        raise refusal("criteria_set", _("This set has no criteria yet."))
    call = idea.challenge
    if call is not None and call.criteria_set_id not in (None, criteria_set.pk):
        sentence = _("The call “%(call)s” is evaluated by “%(criteria)s”.")
        raise refusal("criteria_set", sentence % {"call": call.title, "criteria": call.criteria_set})


def _check_evaluator(idea: Idea, evaluator: User) -> None:
    if not evaluator.standing.has([Role.EVALUATOR], idea.centre_id):
        raise refusal("evaluator", _("%(name)s is not an evaluator of this centre.") % {"name": evaluator})
    if stands_on_the_side_of(idea, evaluator):
        # Said without the organisation's name: that would tell who proposes a blind idea.
        sentence = _("%(name)s cannot evaluate %(reference)s: a conflict of interest.")
        raise refusal("evaluator", sentence % {"name": evaluator, "reference": idea.reference})


def stands_on_the_side_of(idea: Idea, person: User) -> bool:
    """Whether `person` wrote the idea, or belongs to an organisation that proposes or joins it."""
    joined = IdeaPartner.objects.filter(idea=idea).values("organisation_id")
    belongs = Membership.objects.current().filter(
        Q(organisation_id=idea.organisation_id) | Q(organisation_id__in=joined), user=person
    )
    return idea.author_id == person.pk or belongs.exists()


def refusal(field: str, sentence: str) -> DomainError:
    """The DomainError "invalid" that puts `sentence` beside `field`."""
    return DomainError("invalid", sentence, fields={field: [sentence]})


@operation
def edit_evaluation(
    evaluation: Evaluation, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Evaluation:
    """Keep what the evaluator wrote so far: `scores` (criterion, score, comment), `recommendation`, `comment`.

    Whoever steers the centre may set `due_on`, and nothing else.
    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "stale".
    """
    fresh = lock(evaluation, expected_version)
    changes = dict(changes)
    if set(changes) == {"due_on"}:
        require(actor, "pilots.assign_evaluations", fresh)
        return edit(fresh, changes, actor=actor)
    require(actor, "pilots.evaluate", fresh)
    if closed := set(changes) - {"scores", "recommendation", "comment"}:
        raise DomainError(
            "invalid", _("An evaluator does not set this."), fields={n: [_("Read-only.")] for n in closed}
        )
    if fresh.state != EvaluationState.ACCEPTED:
        label = fresh.get_state_display()
        raise DomainError(
            "wrong_state", _("Nothing can be scored while it is “%(state)s”.") % {"state": label}
        )
    scores = changes.pop("scores", None)
    if scores is not None:
        _score(fresh, scores, actor)
    return edit(fresh, changes, actor=actor)


def _score(evaluation: Evaluation, rows: Sequence[Mapping[str, Any]], actor: Any) -> None:
    criteria = {criterion.pk: criterion for criterion in evaluation.criteria_set.criteria.all()}
    there = {score.criterion_id: score for score in evaluation.scores.all()}
    written = False
    for row in rows:
        criterion = criteria.get(row["criterion"].pk)
        if criterion is None:
            raise refusal("scores", _("This criterion belongs to another set."))
        if not 0 <= row["score"] <= criterion.max_score:
            words = {"criterion": criterion.name, "most": criterion.max_score}
            raise refusal("scores", _("“%(criterion)s” is scored from 0 to %(most)s.") % words)
        values = {"score": row["score"], "comment": row.get("comment") or ""}
        old = there.get(criterion.pk)
        if old is None:
            there[criterion.pk] = record(
                Score(evaluation=evaluation, criterion=criterion, **values), actor=actor
            )
            written = True
        else:
            written = edit(old, values, actor=actor).version != old.version or written
    if written:
        touch(evaluation, actor=actor)


@operation
def move_evaluation(
    evaluation: Evaluation,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Evaluation:
    """Accept (no conflict), recuse, hand in or give back an evaluation.

    Whoever came onto the side of the idea since it was given to them only recuses.
    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    if name in ("accept", "submit") and Idea.objects.of(evaluation.evaluator).filter(pk=evaluation.idea_id):
        words = {"name": evaluation.evaluator, "reference": evaluation.idea.reference}
        raise DomainError(
            "limit", _("%(name)s cannot evaluate %(reference)s: a conflict of interest.") % words
        )
    return move(
        evaluation,
        EVALUATION,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=changes,
        effective_at=effective_at,
        expected_version=expected_version,
    )


@operation
def lock_evaluations(idea: Idea, *, actor: Any) -> int:
    """Lock what was or would have been said about an idea; tell those who had not handed in. How many were locked."""
    rows = Evaluation.objects.filter(idea=idea).exclude(
        state__in=[EvaluationState.RECUSED, EvaluationState.LOCKED]
    )
    count = 0
    for row in rows.select_related("idea", "evaluator").order_by("pk"):
        waiting = row.state != EvaluationState.SUBMITTED
        move(row, EVALUATION_EFFECTS, "lock", actor=actor)
        if waiting:
            notify(
                row.evaluator,
                "pilots.evaluation_ended",
                key=f"{row.pk}:{idea.version}",
                **evaluation_facts(row),
            )
        count += 1
    return count


@operation
def remind_of_evaluation(evaluation: Evaluation, *, actor: Any = None) -> int:
    """Remind the evaluator, once at each of REMINDER_DAYS before the day it is due; how many mails.

    Asked every day or after a week's silence, it is the same: the key is the day reached, not the day of asking.
    """
    if evaluation.due_on is None or not can(evaluation.evaluator, "pilots.evaluate", evaluation):
        return 0
    left = (evaluation.due_on - timezone.localdate()).days
    reached = [days for days in REMINDER_DAYS if 0 <= left <= days]
    if not reached:
        return 0
    key = f"{evaluation.pk}:{evaluation.due_on}:{min(reached)}"
    notify(evaluation.evaluator, "pilots.evaluation_due", key=key, **evaluation_facts(evaluation))
    return 1


def evaluation_facts(evaluation: Evaluation) -> dict[str, Any]:
    """What a mail to an evaluator says: reference and title, never who proposes."""
    return facts_of(evaluation.idea) | {
        "due_on": evaluation.due_on.isoformat() if evaluation.due_on else "",
        "path": page_of("evaluations", evaluation),
    }
