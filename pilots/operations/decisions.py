"""How is a decision recorded, told to whom it concerns, and published?

A decision on an idea takes effect when its author is told, not when it is recorded: until then the idea
stays in evaluation, and its row is not touched at all. So no page, list, filter, count, entity tag or
history that an author can read tells them early, because there is nothing to tell. The staff see the
decision itself. Source: Llei 39/2015, art. 39.2 (effect delayed until notification).
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify
from cic.core.errors import DomainError
from cic.core.operations import edit, lock, move, operation, record
from cic.core.permissions import require
from partners.models import User
from pilots.choices import IDEA_VERDICTS, TRIAL_VERDICTS, DecisionVerdict, IdeaState, TrialState
from pilots.models import Decision, Idea, Trial
from pilots.transitions.decisions import DECISION
from pilots.transitions.ideas import IDEA_EFFECTS
from pilots.transitions.trials import table_of

from .evaluations import lock_evaluations
from .letters import letter_for
from .readers import administrators_of, facts_of, page_of, proposers_of

TEXTS = ("body", "authority", "members_present", "reasons", "conditions", "review_on", "decided_on")


@operation
def record_decision(values: Mapping[str, Any], *, actor: Any) -> Decision:
    """Record what a body decided on an idea or a proof of concept, and lock the idea's evaluations.

    After an appeal or a review the new decision replaces the one before. Of several at once one wins:
    the subject's row is locked before anything is asked.
    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    idea, trial = values.get("idea"), values.get("trial")
    if (idea is None) == (trial is None):
        sentence = _("A decision is about an idea or about a proof of concept.")
        raise DomainError("invalid", sentence, fields={"idea": [sentence]})
    subject: Any = lock(idea if idea is not None else trial)
    require(actor, "pilots.record_decision", subject)
    _require_undecided(subject)
    decision = Decision(**{**values, "idea" if idea is not None else "trial": subject}, decided_by=actor)
    _check(decision)
    decision.replaces = _replaced(subject)
    decision = record(decision, actor=actor, authority=decision.authority, note=decision.reasons)
    if isinstance(subject, Idea):
        lock_evaluations(subject, actor=actor)
    return decision


def _require_undecided(subject: Idea | Trial) -> None:
    waiting = IdeaState.IN_EVALUATION if isinstance(subject, Idea) else TrialState.FINISHED
    if subject.state != waiting:
        label = subject.get_state_display()
        raise DomainError(
            "wrong_state", _("This is not possible while it is “%(state)s”.") % {"state": label}
        )
    if subject.decisions.filter(notified_at=None).exists():
        raise DomainError("wrong_state", _("It is decided already; the decision waits to be told."))
    if isinstance(subject, Trial) and subject.decisions.exists():
        raise DomainError("wrong_state", _("It is decided already."))


def _replaced(subject: Idea | Trial) -> Decision | None:
    return subject.decisions.filter(replaced_by=None).order_by("-pk").first()


def _check(decision: Decision) -> None:
    """Raise DomainError "invalid" where verdict, dates and subject do not go together."""
    errors: dict[str, list[str]] = {}
    verdicts = IDEA_VERDICTS if decision.idea_id is not None else TRIAL_VERDICTS
    if decision.verdict not in verdicts:
        errors["verdict"] = [_("This verdict is not for this kind of record.")]
    if decision.decided_on is not None and decision.decided_on > timezone.localdate():
        errors["decided_on"] = [_("This day has not come yet.")]
    if decision.verdict == DecisionVerdict.PARK:
        if decision.review_on is None:
            errors["review_on"] = [_("Say when it will be looked at again.")]
        elif decision.review_on <= timezone.localdate():
            errors["review_on"] = [_("Choose a day to come.")]
    elif decision.review_on is not None:
        errors["review_on"] = [_("Only what is parked has a day of review.")]
    if errors:
        raise DomainError(
            "invalid", " ".join(text for texts in errors.values() for text in texts), fields=errors
        )


@operation
def edit_decision(
    decision: Decision, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Decision:
    """Mend the words of a decision that nobody was told of yet. Its verdict and subject stay.

    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "stale".
    """
    fresh = lock(decision, expected_version)
    require(actor, "pilots.record_decision", fresh)
    if fresh.notified_at is not None:
        raise DomainError(
            "wrong_state", _("The people concerned have been told: a new decision must replace it.")
        )
    if closed := [name for name in changes if name not in TEXTS]:
        raise DomainError(
            "invalid", _("This stays as it was decided."), fields={n: [_("Read-only.")] for n in closed}
        )
    for name, value in changes.items():
        setattr(fresh, name, value)
    _check(fresh)
    return edit(decision, changes, actor=actor)


@operation
def tell_decisions(decision_ids: Collection[int], *, actor: Any) -> list[Decision]:
    """Tell those concerned of each decision, which takes effect by that: all of them, or none.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state". A refusal names none that `actor` may not see.
    """
    told = []
    for decision in _chosen(decision_ids, actor):
        if decision.notified_at is not None:
            raise DomainError(
                "wrong_state", _("%(reference)s was told already.") % {"reference": decision.reference}
            )
        if decision.idea_id is not None:
            _take_effect(decision, actor)
        decision = edit(decision, {"notified_at": timezone.now()}, actor=actor, action="tell")
        if decision.trial is not None:
            _take_effect_on_trial(decision, actor)
        _tell(decision)
        told.append(decision)
    return told


@operation
def publish_decisions(decision_ids: Collection[int], *, actor: Any) -> list[Decision]:
    """Publish decisions that were told: all of them, or none. The public reads them where the idea is public too.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    published = []
    for decision in _chosen(decision_ids, actor):
        if decision.notified_at is None:
            sentence = _("Tell those concerned of %(reference)s before the public.")
            raise DomainError("wrong_state", sentence % {"reference": decision.reference})
        if decision.published_at is not None:
            sentence = _("%(reference)s is published already.")
            raise DomainError("wrong_state", sentence % {"reference": decision.reference})
        published.append(edit(decision, {"published_at": timezone.now()}, actor=actor, action="publish"))
    return published


@operation
def move_decision(
    decision: Decision, name: str, *, actor: Any, expected_version: int | None = None
) -> Decision:
    """Tell or publish one decision.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state" or "stale".
    """
    DECISION.find(name)
    lock(decision.idea or decision.trial)
    lock(decision, expected_version)
    many = {"tell": tell_decisions, "publish": publish_decisions}[name]
    return many([decision.pk], actor=actor)[0]


def _chosen(decision_ids: Collection[int], actor: Any) -> list[Decision]:
    """The decisions, locked after their ideas, if all are there for `actor`."""
    seen = Decision.objects.all() if actor is None else Decision.objects.visible_to(actor)
    found = list(
        seen.filter(pk__in=set(decision_ids)).select_related("idea", "trial").order_by("idea_id", "pk")
    )
    if len(found) != len(set(decision_ids)) or not found:
        sentence = _("Some of these decisions do not exist, or are not yours.")
        raise DomainError("invalid", sentence, fields={"decisions": [sentence]})
    for decision in found:
        require(actor, "pilots.publish_decision", decision)
        lock(decision.idea or decision.trial)
    return [lock(decision) for decision in found]


def _take_effect(decision: Decision, actor: Any) -> None:
    changes = {"review_on": decision.review_on} if decision.verdict == DecisionVerdict.PARK else {}
    move(
        decision.idea,
        IDEA_EFFECTS,
        decision.verdict,
        actor=actor,
        note=decision.reasons,
        authority=decision.authority,
        changes=changes,
    )


def _take_effect_on_trial(decision: Decision, actor: Any) -> None:
    trial, reasons = decision.trial, decision.reasons
    move(trial, table_of(trial), decision.verdict, actor=actor, note=reasons, authority=decision.authority)


def readers_of(decision: Decision) -> list[int]:
    """Ids of who is told of a decision."""
    if decision.idea is not None:
        return proposers_of(decision.idea)
    return administrators_of(decision.trial.promoter_id)


def _tell(decision: Decision) -> None:
    if decision.idea is not None:
        facts = facts_of(decision.idea)
    else:
        trial = decision.trial
        facts = {"reference": trial.reference, "title": trial.own.title, "path": page_of("trials", trial)}
    facts |= {
        "verdict": decision.verdict,
        "body": decision.body,
        "authority": decision.authority,
        "reasons": decision.reasons,
        "conditions": decision.conditions,
        "decided_on": decision.decided_on.isoformat(),
        "review_on": decision.review_on.isoformat() if decision.review_on else "",
    }
    for reader in User.objects.filter(pk__in=readers_of(decision)).order_by("pk"):
        letter = letter_for(decision, reader)
        if letter is None:
            notify(reader, f"pilots.decision_{decision.verdict}", key=str(decision.pk), **facts)
        else:
            words = {**letter, "path": facts["path"]}
            notify(reader, "pilots.letter", key=str(decision.pk), language=reader.language, **words)
