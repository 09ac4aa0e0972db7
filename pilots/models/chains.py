"""Where does a record stand between need and case, and what came of what? Only what the reader may see is named."""

import functools
import operator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.formats import day
from cic.core.models import StageChange
from partners.models import Agreement
from pilots.calculations.chain import HERE, STATIONS, STOPPED, Line, marks
from pilots.calculations.status import day_of
from pilots.choices import PLAN_STATES, TrialKind

from .challenges import Challenge
from .decisions import Decision
from .ideas import Idea
from .outcomes import Outcome
from .trials import Trial

LABELS = {
    "need": gettext_lazy("Need"),
    "idea": gettext_lazy("Idea"),
    "evaluation": gettext_lazy("Evaluation"),
    "poc": gettext_lazy("Proof of concept"),
    "pilot": gettext_lazy("Pilot"),
    "case": gettext_lazy("Case"),
}
# In words that staff, proposers and citizens all understand.
IDEA_NOTES = {
    "draft": gettext_lazy("being written"),
    "submitted": gettext_lazy("being read"),
    "screening": gettext_lazy("being read"),
    "more_information": gettext_lazy("an answer is awaited"),
    "in_evaluation": gettext_lazy("being evaluated"),
    "parked": gettext_lazy("kept for later"),
    "declined": gettext_lazy("not taken up"),
    "withdrawn": gettext_lazy("withdrawn by its author"),
    "merged": gettext_lazy("goes on in another idea"),
    "split": gettext_lazy("goes on in several ideas"),
    "lapsed": gettext_lazy("left without an answer"),
}
# Of several trials from one idea, one that came to nothing stands for it last.
TRIALS_GONE = ("stopped", "cancelled", "no_go", "abandoned", "pivot")
# An idea that came to nothing says nothing about how far a need has got.
IDEAS_GONE = ("draft", "declined", "withdrawn", "merged", "split", "lapsed")
Station = dict[str, Any]


@dataclass(frozen=True)
class Chain:
    """What the tag `chain` draws: the stations, the agreement beneath them, and what stands at the end.

    `decisions` are those on its idea and its proof of concept that the reader may read, the oldest first.
    """

    stations: list[Station]
    agreement: dict[str, Any] | None = None
    aside: str = ""
    decisions: tuple[Decision, ...] = ()


def chain_of(obj: Challenge | Idea | Trial | Outcome, user: Any) -> Chain:
    """The chain of one record as `user` may see it; at most three queries, whatever hangs on it."""
    if isinstance(obj, Outcome):
        obj = obj.trial
    poc, pilot, idea, challenge = _tried(obj, user)
    trial = pilot or poc
    outcome = next((row.outcome for row in (pilot, poc) if row is not None and row.outcome_seen), None)
    case = _case_page(outcome)
    line = Line(
        challenge=challenge.state if challenge else "need" if idea and idea.challenge_id else "",
        idea=idea.state if idea else "",
        poc=poc.state if poc else "go" if pilot and pilot.origin_id else "",
        pilot=pilot.state if pilot else "",
        case="public" if case else "written" if outcome else "",
    )
    found = marks(line)
    decisions = _decisions(idea, poc, user)
    standing = {
        "idea" if row.idea_id else "trial": row for row in decisions if row.notified_at and row.stands
    }
    facts = {
        "need": _need_facts(challenge, idea),
        "idea": _idea_facts(idea),
        "evaluation": _evaluation_facts(idea, standing.get("idea")),
        "poc": _poc_facts(poc, pilot, standing.get("trial")),
        "pilot": _trial_facts(pilot),
        "case": _case_facts(outcome, case),
    }
    stations = [_station(key, found[key], facts[key]) for key in STATIONS]
    return Chain(stations, _agreement(trial, poc), _aside(trial), decisions)


def _station(key: str, mark: str, facts: Station) -> Station:
    """One station; what stands still or lies ahead has no words of its own."""
    row = {"key": key, "label": LABELS[key], "state": mark, **facts}
    if mark not in (HERE, STOPPED) and key != "evaluation":
        row.pop("note", None)
    return row


def with_line(trials: Any, user: Any) -> Any:
    """`trials` with all that a chain tells of them, and whether `user` may read what they come from: one query."""
    label = Trial._meta.label_lower
    stages = StageChange.objects.filter(
        object_type=label, object_id=OuterRef("pk"), field="state", to_state=OuterRef("state")
    ).order_by("-recorded_at", "-pk")
    agreements = Agreement.objects.with_effective_end().filter(pk=OuterRef("agreement_id"))

    def readable(model: Any, name: str) -> Exists:
        return Exists(model.objects.visible_to(user).filter(pk=OuterRef(name)))

    return trials.select_related("outcome", "idea__challenge", "agreement").annotate(
        since=Subquery(stages.values("effective_at")[:1]),
        why=Subquery(stages.values("reason")[:1]),
        outcome_seen=Exists(Outcome.objects.visible_to(user).filter(trial_id=OuterRef("pk"))),
        idea_seen=readable(Idea, "idea_id"),
        need_seen=readable(Challenge, "idea__challenge_id"),
        agreement_seen=readable(Agreement, "agreement_id"),
        agreement_ends_on=Subquery(agreements.values("effective_ends_on")[:1]),
    )


def telling_first(trials: Any) -> Any:
    """`trials` in the order in which they stand for their idea: the newest, those that came to nothing last."""
    gone = Case(When(state__in=TRIALS_GONE, then=1), default=0, output_field=models.IntegerField())
    return trials.order_by(gone, "-pk")


def _tried(obj: Any, user: Any) -> tuple[Trial | None, Trial | None, Idea | None, Challenge | None]:
    """Proof of concept, pilot, idea and challenge of the line that `obj` is in, as far as `user` sees them."""
    challenge = obj if isinstance(obj, Challenge) else None
    seen = telling_first(with_line(Trial.objects.visible_to(user), user))
    idea = None
    if isinstance(obj, Trial):
        # The trial itself, what it came from, and what came from it; never its siblings.
        alone = obj.kind == TrialKind.PILOT and obj.origin_id is None and hasattr(obj, "agreement_seen")
        trials = (
            [obj] if alone else list(seen.filter(Q(pk__in=[obj.pk, obj.origin_id]) | Q(origin_id=obj.pk)))
        )
        trials = [row for row in trials if row.pk == obj.pk] + [row for row in trials if row.pk != obj.pk]
    elif challenge:
        # The newest of its trials stand for the need: a pilot before a proof of concept.
        trials = list(seen.filter(idea__challenge_id=challenge.pk)[:20])
        trials.sort(key=lambda row: row.kind != TrialKind.PILOT)
        if not trials:
            going = (
                Idea.objects.visible_to(user).filter(challenge_id=challenge.pk).exclude(state__in=IDEAS_GONE)
            )
            idea = going.order_by("-pk").first()
    else:
        trials = list(seen.filter(idea_id=obj.pk))
        idea = obj if trials else _with_need(obj, user)
    if trials:
        idea = trials[0].idea
        if idea is not None:
            idea.seen, idea.need_seen = trials[0].idea_seen, trials[0].need_seen
    elif idea is not None:
        idea.seen, idea.need_seen = True, getattr(idea, "need_seen", True)
    pilot = next((row for row in trials if row.kind == TrialKind.PILOT), None)
    pocs = [row for row in trials if row.kind == TrialKind.POC]
    if pilot is not None:
        pocs = [row for row in pocs if row.pk == pilot.origin_id]
    return next(iter(pocs), None), pilot, idea, challenge


def _with_need(idea: Idea, user: Any) -> Idea:
    """An idea nothing was tried of yet, and whether `user` may read its need."""
    if idea.challenge_id is not None and not hasattr(idea, "need_seen"):
        need = Challenge.objects.visible_to(user).filter(pk=idea.challenge_id).first()
        idea.need_seen = need is not None
        if need is not None:
            idea.challenge = need
    return idea


def _decisions(idea: Idea | None, poc: Trial | None, user: Any) -> tuple[Decision, ...]:
    """The decisions on the idea and on the proof of concept that `user` may read, and whether each stands: one query."""
    if idea is None and poc is None:
        return ()
    about = Q(idea_id=idea.pk) if idea else Q(pk=None)
    if poc is not None:
        about |= Q(trial_id=poc.pk)
    replaced = Decision.objects.filter(replaces=OuterRef("pk"))
    return tuple(
        Decision.objects.visible_to(user).filter(about).annotate(stands=~Exists(replaced)).order_by("pk")
    )


def case_pages() -> Any:
    """The public cards of outcomes, kept by the room of pages above this one; None when it is not there."""
    relation = next(
        (row for row in Outcome._meta.related_objects if row.get_accessor_name() == "case_pages"), None
    )
    return relation.related_model._default_manager.filter(live=True) if relation else None


def _case_page(outcome: Outcome | None) -> Any:
    pages = case_pages() if outcome is not None else None
    return (
        pages.filter(outcome_id=outcome.pk).order_by("pk").first() if pages is not None and outcome else None
    )


def _need_facts(challenge: Challenge | None, idea: Idea | None) -> Station:
    need = challenge or (idea.challenge if idea is not None and idea.need_seen else None)
    if need is None:
        return (
            {"reason": _("The idea brought it along.")}
            if idea is not None and idea.challenge_id is None
            else {}
        )
    return {
        "date": timezone.localdate(need.created_at),
        "url": f"/workspace/challenges/{need.pk}/",
        "note": need.get_state_display().lower(),
        "reason": need.title,
    }


def _idea_facts(idea: Idea | None) -> Station:
    if idea is None or not idea.seen:
        return {}
    at = idea.submitted_at or idea.created_at
    return {
        "date": timezone.localdate(at),
        "url": f"/workspace/ideas/{idea.pk}/",
        "note": IDEA_NOTES.get(idea.state, ""),
        "reason": idea.title,
    }


def _evaluation_facts(idea: Idea | None, decision: Decision | None) -> Station:
    if idea is None or not idea.seen:
        return {}
    if decision is None:
        return {"note": IDEA_NOTES["in_evaluation"]} if idea.state == "in_evaluation" else {}
    return {"date": decision.decided_on, "note": decision.body, "reason": decision.reasons}


def _poc_facts(poc: Trial | None, pilot: Trial | None, decision: Decision | None) -> Station:
    if poc is None:
        return {"reason": pilot.skip_reason} if pilot is not None and pilot.origin_id is None else {}
    facts = _trial_facts(poc)
    return {**facts, "date": decision.decided_on, "reason": decision.reasons} if decision else facts


def _trial_facts(trial: Trial | None) -> Station:
    if trial is None:
        return {}
    label = trial.public_badge["label"]
    note = label[:1].lower() + label[1:]
    if trial.state in PLAN_STATES:
        when = _("planned for %(date)s") % {"date": day(trial.starts_on)} if trial.starts_on else ""
        return {"url": f"/workspace/trials/{trial.pk}/", "note": ", ".join(filter(None, [note, when]))}
    since = timezone.localdate(trial.since) if trial.since else trial.ended_on or trial.started_on
    return {
        "date": trial.started_on if trial.state == "running" else since,
        "url": f"/workspace/trials/{trial.pk}/",
        "note": note,
        "reason": trial.why or "",
    }


def _case_facts(outcome: Outcome | None, case: Any) -> Station:
    if case is not None:
        published = timezone.localdate(case.first_published_at) if case.first_published_at else None
        return {"date": published, "url": case.url or ""}
    if outcome is not None:
        return {
            "url": f"/workspace/outcomes/{outcome.pk}/",
            "note": _("the outcome is written, its card not yet public"),
        }
    return {}


def _agreement(trial: Trial | None, poc: Trial | None) -> dict[str, Any] | None:
    """The line beneath the stations: the agreement the trial ran under, when `user` may know of it."""
    if trial is None or trial.agreement is None or not trial.agreement_seen:
        return None
    agreement = trial.agreement
    words = {"state": agreement.get_state_display().lower(), "date": day(trial.agreement_ends_on)}
    text = _("%(state)s to %(date)s") % words if trial.agreement_ends_on else words["state"]
    return {
        "label": _("agreement %(reference)s") % {"reference": agreement.reference},
        "url": f"/workspace/agreements/{agreement.pk}/",
        "from_station": "poc" if poc is not None and poc.agreement_id == agreement.pk else trial.kind,
        "to_station": trial.kind,
        "text": text,
    }


def _aside(trial: Trial | None) -> str:
    """“day 96 of 180” while it runs."""
    if trial is None:
        return ""
    counted = day_of(trial.started_on, trial.ended_on, trial.ends_on, timezone.localdate())
    if counted is None:
        return ""
    return _("day %(day)s of %(days)s") % {"day": counted[0], "days": counted[1]}


def with_chain(queryset: Any, user: Any) -> Any:
    """`queryset` of challenges, ideas or trials with what `stations_of` needs: columns, no query more."""
    seen = telling_first(Trial.objects.visible_to(user))
    if queryset.model is Trial:
        own = F("state")
        later = seen.filter(origin_id=OuterRef("pk"), kind=TrialKind.PILOT).values("state")[:1]
        is_poc = Q(kind=TrialKind.POC)
        columns = {
            "chain_challenge": F("idea__challenge__state"),
            "chain_idea": F("idea__state"),
            "chain_poc": Case(When(is_poc, then=own), default=F("origin__state")),
            "chain_pilot": Case(When(is_poc, then=Subquery(later)), default=own),
        }
        ours = [Q(trial_id=OuterRef("pk")), Q(trial__origin_id=OuterRef("pk"))]
    elif queryset.model is Idea:
        mine = seen.filter(idea_id=OuterRef("pk"))
        columns = {"chain_challenge": F("challenge__state"), "chain_idea": F("state"), **_states(mine)}
        ours = [Q(trial__idea_id=OuterRef("pk"))]
    else:
        mine = seen.filter(idea__challenge_id=OuterRef("pk"))
        going = (
            Idea.objects.visible_to(user).filter(challenge_id=OuterRef("pk")).exclude(state__in=IDEAS_GONE)
        )
        idea = Coalesce(
            Subquery(mine.values("idea__state")[:1]), Subquery(going.order_by("-pk").values("state")[:1])
        )
        columns = {"chain_challenge": F("state"), "chain_idea": idea, **_states(mine)}
        ours = [Q(trial__idea__challenge_id=OuterRef("pk"))]
    text = models.CharField()
    columns = {name: Coalesce(value, Value(""), output_field=text) for name, value in columns.items()}
    return queryset.annotate(**columns, chain_case=_case_column(ours, user))


def _states(trials: Any) -> dict[str, Any]:
    """The states of the newest proof of concept and the newest pilot among `trials`."""
    return {
        "chain_poc": Subquery(trials.filter(kind=TrialKind.POC).values("state")[:1]),
        "chain_pilot": Subquery(trials.filter(kind=TrialKind.PILOT).values("state")[:1]),
    }


def _case_column(ours: list[Q], user: Any) -> Case:
    # One question for each way an outcome may be ours: joined by OR inside of one, no index answers it.
    seen = Outcome.objects.visible_to(user)
    whens = [When(_any(seen, ours), then=Value("written"))]
    pages = case_pages()
    if pages is not None:
        whens.insert(
            0, When(_any(seen.filter(pk__in=pages.values("outcome_id")), ours), then=Value("public"))
        )
    return Case(*whens, default=Value(""), output_field=models.CharField())


def _any(outcomes: Any, ways: list[Q]) -> Any:
    return functools.reduce(operator.or_, (Exists(outcomes.filter(way)) for way in ways))


def stations_of(row: Any) -> list[Station]:
    """The stations of a row of `with_chain`, for a mini chain."""
    line = Line(row.chain_challenge, row.chain_idea, row.chain_poc, row.chain_pilot, row.chain_case)
    return [{"key": key, "label": LABELS[key], "state": mark} for key, mark in marks(line).items()]
