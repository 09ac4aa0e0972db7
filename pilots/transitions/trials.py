"""Which way does a proof of concept go, which way a pilot, and what must be there before either starts?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.formats import day
from cic.core.publication import publication_table
from cic.core.transitions import Move, Table
from partners.choices import AgreementState
from partners.models import Agreement
from pilots.calculations.readiness import Lack, PermitFact, Plan, Term, lacks_of_pilot, lacks_of_poc
from pilots.choices import (
    PUBLIC_TRIAL_LABELS,
    TRIAL_TONES,
    ExtensionState,
    PermitState,
    TrialKind,
)
from pilots.choices import TrialState as S
from pilots.models import Trial
from pilots.permissions.trials import (
    decides_on_part,
    decides_on_trial,
    prepares_publication,
    publishes_trial,
    runs_trial,
)

SENTENCES = {
    "no_dates": gettext_lazy("It has no dates of start and end."),
    "no_monitor": gettext_lazy("It has no monitor."),
    "no_agreement": gettext_lazy("It has no agreement."),
    "agreement_not_in_force": gettext_lazy("The agreement %(what)s is not in force."),
    "agreement_too_late": gettext_lazy("The agreement %(what)s begins only on %(until)s."),
    "agreement_too_short": gettext_lazy("The agreement %(what)s ends on %(until)s, before the pilot does."),
    "permit_not_granted": gettext_lazy("The permit “%(what)s” is not granted."),
    "permit_too_late": gettext_lazy("The permit “%(what)s” is valid only from %(until)s."),
    "permit_too_short": gettext_lazy("The permit “%(what)s” ends on %(until)s, before the pilot does."),
    "no_indicator": gettext_lazy("It has no indicator."),
    "no_baseline": gettext_lazy("No indicator has a baseline, and no reason is given why not."),
    "no_skip_reason": gettext_lazy("There was no proof of concept, and no reason is given why not."),
    "poc_without_go": gettext_lazy("Its proof of concept has no decision to go on."),
    "no_hypothesis": gettext_lazy("It has no hypothesis."),
    "no_method": gettext_lazy("It has no method."),
    "no_criteria": gettext_lazy("It has no success criteria."),
}


def in_words(lacks: Sequence[Lack]) -> list[str]:
    """The sentences of “cannot start because…”."""
    return [str(SENTENCES[lack.code]) % {"what": lack.what, "until": day(lack.until)} for lack in lacks]


# What an incident may lead to.
INTERRUPTS = ("suspend", "pause")


def term_of(agreement: Agreement | None) -> Term | None:
    """The agreement's term with its effective end, as the readiness of a trial asks for it."""
    if agreement is None:
        return None
    if hasattr(agreement, "effective_ends_on"):
        end = agreement.effective_ends_on
    else:
        end = (
            Agreement.objects.with_effective_end()
            .values_list("effective_ends_on", flat=True)
            .get(pk=agreement.pk)
        )
    return Term(agreement.reference, agreement.state == AgreementState.IN_FORCE, agreement.starts_on, end)


def cannot_start_pilot(trial: Trial) -> list[str]:
    """What is missing before a pilot may start."""
    indicators = list(trial.indicators.all())
    permits = [
        PermitFact(permit.name, permit.state == PermitState.GRANTED, permit.valid_from, permit.valid_to)
        for permit in trial.permits.all()
    ]
    # Agreement and permits hold on the day it started too, where that was before the planned one.
    began = [on for on in (trial.starts_on, trial.started_on) if on is not None]
    plan = Plan(
        starts_on=min(began, default=None),
        ends_on=trial.ends_on,
        has_monitor=trial.monitor_id is not None,
        term=term_of(trial.agreement),
        permits=permits,
        indicators=len(indicators),
        baselines=sum(indicator.has_baseline for indicator in indicators),
        no_baseline_reason=trial.no_baseline_reason,
        origin_state=trial.origin.state if trial.origin else None,
        skip_reason=trial.skip_reason,
    )
    return in_words(lacks_of_pilot(plan))


def not_planned(trial: Trial) -> list[str]:
    """Who promotes and who looks after a pilot is settled before its plan is ready."""
    lacks = [] if trial.promoter_id else [_("It has no promoter.")]
    return lacks if trial.monitor_id else [*lacks, str(SENTENCES["no_monitor"])]


def cannot_start_poc(trial: Trial) -> list[str]:
    """What is missing before a proof of concept may start."""
    plan = Plan(
        starts_on=trial.starts_on,
        ends_on=trial.ends_on,
        hypothesis=trial.hypothesis,
        method=trial.method,
        criteria=len(trial.criteria.all()),
    )
    return in_words(lacks_of_poc(plan))


def what_is_missing(trial: Trial) -> list[str]:
    """What stands between a trial of either kind and its start, whoever may start it."""
    if trial.kind == TrialKind.POC:
        return cannot_start_poc(trial)
    found = [*not_planned(trial), *cannot_start_pilot(trial)]
    return list(dict.fromkeys(found))


def resumes_in_time(trial: Trial) -> list[str]:
    """What is held up goes on again on a day to come, and within its plan."""
    again, today = trial.resumes_on, timezone.localdate()
    if again is None:
        return []
    if again <= today:
        return [_("Choose a day to come.")]
    if trial.ends_on is not None and today <= trial.ends_on < again:
        return [_("It cannot go on after its end, %(day)s.") % {"day": day(trial.ends_on)}]
    return []


def ended_before_it_started(trial: Trial) -> list[str]:
    """Nothing ends before the day on which it started."""
    if trial.ended_on is None or trial.started_on is None or trial.ended_on >= trial.started_on:
        return []
    return [_("It started only on %(day)s.") % {"day": day(trial.started_on)}]


def cannot_finish(trial: Trial) -> list[str]:
    """What stands against the end of a proof of concept."""
    return ended_before_it_started(trial) + criteria_open(trial)


def criteria_open(trial: Trial) -> list[str]:
    """A proof of concept ends with an answer to each of its success criteria."""
    waiting = sum(criterion.met is None for criterion in trial.criteria.all())
    return (
        [_("Say of each success criterion whether it was met; %(count)d wait.") % {"count": waiting}]
        if waiting
        else []
    )


def outcome_missing(trial: Trial) -> list[str]:
    """A pilot is evaluated once its outcome is written."""
    return [] if hasattr(trial, "outcome") else [_("Its outcome is not written yet.")]


def decision_missing(verdict: str) -> Any:
    """Blockers: the state follows a decision that was recorded and told, and only one with this verdict."""

    def blockers(trial: Trial) -> list[str]:
        # Kept on the instance: a page asks this for each of the three verdicts.
        known = trial.__dict__.setdefault("_verdicts", None)
        if known is None:
            rows = trial.decisions.standing().values_list("verdict", "notified_at")
            known = trial.__dict__["_verdicts"] = {name: told is not None for name, told in rows}
        if known.get(verdict):
            return []
        if known:
            return [_("The decision is recorded; tell those concerned, and it takes effect.")]
        return [_("Record the decision, with its body and its reasons.")]

    return blockers


@dataclass(frozen=True)
class TrialTable(Table):
    """A table whose badge follows the dates of the plan too."""

    def badge(self, obj: Any, *, public: bool = False) -> dict[str, str]:
        """The trial's status as word and tone."""
        return obj.public_badge if public else obj.badge


POC = TrialTable(
    noun="proof of concept",
    public_labels=PUBLIC_TRIAL_LABELS,
    tones=TRIAL_TONES,
    note_is_public=True,
    moves=[
        Move("start", (S.PLANNED,), S.RUNNING, runs_trial, label=gettext_lazy("Start"),
             sets=("started_on",), blockers=cannot_start_poc, style="primary"),
        Move("pause", (S.RUNNING,), S.PAUSED, runs_trial, label=gettext_lazy("Pause"),
             asks=("resumes_on",), blockers=resumes_in_time, note_required=True),
        Move("resume", (S.PAUSED,), S.RUNNING, runs_trial, label=gettext_lazy("Resume"),
             sets=("resumes_on",), style="primary"),
        Move("finish", (S.RUNNING,), S.FINISHED, runs_trial, label=gettext_lazy("Finish"),
             asks=("trl_out",), sets=("ended_on",), blockers=cannot_finish, style="primary"),
        Move("go", (S.FINISHED,), S.GO, decides_on_trial, label=gettext_lazy("Go on to a pilot"),
             blockers=decision_missing("go"), style="primary"),
        Move("pivot", (S.FINISHED,), S.PIVOT, decides_on_trial, label=gettext_lazy("Try in another way"),
             blockers=decision_missing("pivot")),
        Move("no_go", (S.FINISHED,), S.NO_GO, decides_on_trial, label=gettext_lazy("Do not go on"),
             blockers=decision_missing("no_go"), style="warn"),
        Move("abandon", (S.PLANNED, S.RUNNING, S.PAUSED), S.ABANDONED, runs_trial, label=gettext_lazy("Give up"),
             sets=("ended_on",), blockers=ended_before_it_started, note_required=True, style="warn"),
    ],
)  # fmt: skip

PILOT = TrialTable(
    noun="pilot",
    public_labels=PUBLIC_TRIAL_LABELS,
    tones=TRIAL_TONES,
    note_is_public=True,
    moves=[
        Move("make_ready", (S.PREPARING,), S.READY, runs_trial, label=gettext_lazy("The plan is ready"),
             needs=("starts_on", "ends_on"), blockers=not_planned, style="primary"),
        Move("prepare_again", (S.READY,), S.PREPARING, runs_trial, label=gettext_lazy("Prepare further")),
        Move("start", (S.READY,), S.RUNNING, runs_trial, label=gettext_lazy("Start"),
             sets=("started_on",), blockers=cannot_start_pilot, style="primary"),
        Move("suspend", (S.RUNNING,), S.SUSPENDED, runs_trial, label=gettext_lazy("Suspend"),
             needs=("resumes_on", "told"), blockers=resumes_in_time, note_required=True, style="warn"),
        Move("resume", (S.SUSPENDED,), S.RUNNING, runs_trial, label=gettext_lazy("Resume"),
             sets=("resumes_on", "told"), style="primary"),
        Move("end", (S.RUNNING,), S.ENDED, runs_trial, label=gettext_lazy("End"), sets=("ended_on",),
             blockers=ended_before_it_started),
        Move("stop", (S.RUNNING, S.SUSPENDED), S.STOPPED, runs_trial, label=gettext_lazy("Stop early"),
             sets=("ended_on",), blockers=ended_before_it_started, note_required=True, style="warn"),
        Move("evaluate", (S.ENDED, S.STOPPED), S.EVALUATED, runs_trial, label=gettext_lazy("The evaluation is done"),
             blockers=outcome_missing, style="primary"),
        Move("close", (S.EVALUATED,), S.CLOSED, runs_trial, label=gettext_lazy("Close"), style="primary"),
        Move("cancel", (S.PREPARING, S.READY), S.CANCELLED, runs_trial, label=gettext_lazy("Cancel"),
             note_required=True, style="warn"),
    ],
)  # fmt: skip


def table_of(trial: Trial) -> Table:
    """The table a trial walks, by its kind."""
    return POC if trial.kind == TrialKind.POC else PILOT


def not_yet_public(trial: Trial) -> list[str]:
    """A trial is shown with a paragraph that says what it is."""
    return [] if trial.summary.strip() else [_("It has no summary for the public.")]


TRIAL_PUBLICATION = publication_table(
    "pilots.trial", prepares=prepares_publication, approves=publishes_trial, blockers=not_yet_public
)

EXTENSION = Table(
    noun="extension request",
    tones={ExtensionState.REQUESTED: "progress", ExtensionState.GRANTED: "good", ExtensionState.REFUSED: "stop"},
    moves=[
        Move("grant", (ExtensionState.REQUESTED,), ExtensionState.GRANTED, decides_on_part,
             label=gettext_lazy("Grant"), style="primary"),
        Move("refuse", (ExtensionState.REQUESTED,), ExtensionState.REFUSED, decides_on_part,
             label=gettext_lazy("Refuse"), note_required=True, style="warn"),
    ],
)  # fmt: skip
