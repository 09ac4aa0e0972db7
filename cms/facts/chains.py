"""How does the line from need to case read for anybody: what is public of each station, when, and why?

Marks and words are those of `pilots.models.chains`; here they get public addresses, and no query per row.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import DateField, Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.formats import day
from cic.core.models import Said, StageChange
from cms.frame import Frame
from partners.models import Agreement
from pilots.calculations.chain import HERE, STOPPED, Line, marks
from pilots.choices import PUBLIC_TRIAL_LABELS, TrialKind, TrialState
from pilots.models import Decision, Trial
from pilots.models.chains import LABELS, with_chain

from . import ANYONE

Station = dict[str, Any]
# A trial that did not come to its planned end says why, whatever became of it since.
CUT_SHORT = (TrialState.STOPPED, TrialState.ABANDONED, TrialState.NO_GO, TrialState.CANCELLED)


def case_pages() -> Any:
    """Cases that are public now; a case is a page, and pages are the room above this package."""
    return apps.get_model("cms", "CasePage").objects.live()


def with_story(trials: Any) -> Any:
    """`trials` with the records and columns their story tells of: one query, whatever their number."""
    stages = StageChange.objects.filter(
        object_type=Trial._meta.label_lower,
        object_id=OuterRef("pk"),
        field="state",
        to_state=OuterRef("state"),
    ).order_by("-recorded_at", "-pk")
    ends = Agreement.objects.visible_to(ANYONE).with_effective_end().filter(pk=OuterRef("agreement_id"))
    pilots = Trial.objects.visible_to(ANYONE).filter(origin_id=OuterRef("pk")).order_by("-pk")
    return (
        with_chain(trials, ANYONE)
        .select_related("idea__challenge", "origin", "outcome", "promoter", "centre", "agreement")
        .annotate(
            since=Subquery(stages.values("effective_at")[:1]),
            why=Subquery(stages.values("reason")[:1]),
            agreement_ends_on=Subquery(ends.values("effective_ends_on")[:1], output_field=DateField()),
            led_to=Subquery(pilots.values("reference")[:1]),
        )
    )


class Links:
    """Published decisions and the public case of one trial: two queries, or none where the `decisions` are at hand.

    They are so for a case that is written, and which itself stands at the end of the chain.
    """

    def __init__(self, trial: Trial, frame: Frame, decisions: Iterable[Decision] | None = None) -> None:
        self.frame = frame
        known = decisions if decisions is not None else decisions_on(trial)
        self.on_idea: list[Decision] = []
        self.on_trials: dict[int, list[Decision]] = defaultdict(list)
        for decision in known:
            (self.on_idea if decision.idea_id else self.on_trials[decision.trial_id]).append(decision)
        self.case = case_addresses([trial.pk], frame).get(trial.pk) if decisions is None else None


def decisions_on(trial: Trial) -> Any:
    """Published decisions on a trial, its proof of concept and its idea, oldest first."""
    tried = [pk for pk in (trial.pk, trial.origin_id) if pk]
    return every_decision_about([trial.idea_id] if trial.idea_id else [], tried)


def every_decision_about(ideas: Iterable[int], trials: Iterable[int]) -> Any:
    """Published decisions, oldest first, also those that a later one replaced (`is_replaced`)."""
    visible = Decision.objects.visible_to(ANYONE)
    known = visible.filter(idea_id__in=ideas) | visible.filter(trial_id__in=trials)
    later = Exists(Decision.objects.filter(replaces=OuterRef("pk")))
    return known.annotate(is_replaced=later).order_by("decided_on", "pk")


def decisions_about(ideas: Iterable[int], trials: Iterable[int]) -> Any:
    """Published decisions that stand, oldest first, so that the last one wins."""
    return every_decision_about(ideas, trials).filter(is_replaced=False)


def case_addresses(trials: list[int], frame: Frame) -> dict[int, dict[str, Any]]:
    """Address and day of the public case of each trial; in the reader's language where there is one."""
    rows = (
        case_pages()
        .filter(outcome__trial_id__in=trials)
        .values_list("outcome__trial_id", "locale__language_code", "slug", "first_published_at")
    )
    found: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    for trial, language, slug, published in rows:
        address = frame.address("casespage", f"{slug}/", language)
        if address:
            found[trial][language] = {"url": address, "date": published, "language": language}
    return {trial: by.get(frame.language) or next(iter(by.values())) for trial, by in found.items()}


def sentence(text: str) -> str:
    """The first sentence of a reason."""
    text = " ".join(text.split())
    match = re.match(r".{20,}?[.!?](?=\s)", text)
    return match.group(0) if match else text


def story(trial: Trial, links: Links) -> list[Station]:
    """The six stations of one trial (of `with_story`) as anybody may know them."""
    line = Line(trial.chain_challenge, trial.chain_idea, trial.chain_poc, trial.chain_pilot, trial.chain_case)
    found = marks(line)
    idea = trial.idea
    challenge = idea.challenge if idea else None
    is_poc = trial.kind == TrialKind.POC
    facts = {
        "need": _need(challenge, idea, links),
        "idea": _idea(idea, links),
        "evaluation": _decided(links.on_idea, idea.language if idea else trial.language),
        "poc": _trial(trial, links) if is_poc else _origin(trial, links),
        "pilot": _pilot(trial, links) if is_poc else _trial(trial, links),
        "case": _case(links),
    }
    return [_station(key, found[key], facts[key]) for key in LABELS]


def _station(key: str, mark: str, facts: Station) -> Station:
    """One station; what stands still or lies ahead has no words of its own."""
    row = {"key": key, "label": str(LABELS[key]), "state": mark, **facts}
    if mark not in (HERE, STOPPED) and key != "evaluation":
        row.pop("note", None)
    return row


def cut_short(state: str, on: date, reason: str) -> Station:
    """What is told of a trial that did not come to its planned end, whatever became of it since."""
    words = PUBLIC_TRIAL_LABELS.get(TrialState(state), TrialState(state).label)
    return {"on": on, "words": str(words), "reason": reason}


def with_stop(stations: list[Station], trial: Trial, stop: Station | None) -> list[Station]:
    """The stations, of which that of the trial tells when and why it was cut short."""
    if stop:
        here = next(row for row in stations if row["key"] == trial.kind)
        here |= {"note": stop["words"], "date": stop["on"]}
        if stop["reason"]:
            here["reason"] = sentence(stop["reason"])
    return stations


def _need(challenge: Any, idea: Any, links: Links) -> Station:
    if challenge is None:
        return {"reason": _("The idea brought it along.")} if idea is not None and idea.is_public else {}
    if not challenge.is_public:
        return {}
    return {
        "date": timezone.localdate(challenge.created_at),
        "url": links.frame.address("challengespage", f"{challenge.reference}/"),
        "reason": challenge.said.title,
        "record": "need",
        "reference": challenge.reference,
    }


def _idea(idea: Any, links: Links) -> Station:
    if idea is None or not idea.is_public:
        return {}
    return {
        "date": timezone.localdate(idea.submitted_at or idea.created_at),
        "url": links.frame.address("challengespage", f"{idea.reference}/"),
        "reason": idea.said.title,
        "record": "idea",
        "reference": idea.reference,
    }


def _decided(decisions: list[Decision], language: str) -> Station:
    """The last decision that stands in a sentence; all of them in full where there is more to say."""
    last = next((row for row in reversed(decisions) if not row.is_replaced), None)
    if last is None:
        return {}
    said = sentence(last.reasons)
    row: Station = {
        "date": last.decided_on,
        "note": f"{last.get_verdict_display()}, {last.body}",
        "reason": Said.of(said, language),
    }
    if len(decisions) > 1 or last.conditions or said != " ".join(last.reasons.split()):
        row["decisions"] = [
            {
                "on": one.decided_on,
                "words": f"{one.get_verdict_display()}, {one.body}",
                "reasons": Said.of(one.reasons, language),
                "conditions": Said.of(one.conditions, language),
                "replaced": one.is_replaced,
            }
            for one in decisions
        ]
    return row


def _origin(trial: Trial, links: Links) -> Station:
    origin = trial.origin
    if origin is None:
        return {"reason": Said.of(sentence(trial.skip_reason), trial.language)}
    row: Station = {
        "date": origin.ended_on or origin.started_on,
        **_decided(links.on_trials[origin.pk], origin.language),
    }
    if origin.is_public:
        url = links.frame.address("pilotspage", f"{origin.reference}/")
        row |= {"url": url, "record": "trial", "reference": origin.reference}
    return row


def _trial(trial: Trial, links: Links) -> Station:
    label = trial.public_badge["label"]
    since = timezone.localdate(trial.since) if trial.since else trial.ended_on or trial.started_on
    row: Station = {
        "date": trial.started_on if trial.state == "running" else since,
        "note": label[:1].lower() + label[1:],
        "reason": Said.of(sentence(trial.why or ""), trial.language),
        "url": links.frame.address("pilotspage", f"{trial.reference}/"),
        "record": "trial",
        "reference": trial.reference,
    }
    return {**row, **_decided(links.on_trials[trial.pk], trial.language)}


def _pilot(trial: Trial, links: Links) -> Station:
    return {"url": links.frame.address("pilotspage", f"{trial.led_to}/")} if trial.led_to else {}


def _case(links: Links) -> Station:
    if links.case is None:
        return {}
    published = links.case["date"]
    return {"date": timezone.localdate(published) if published else None, "url": links.case["url"]}


def under(trial: Trial, frame: Frame) -> Mapping[str, str] | None:
    """The agreement a trial (of `with_story`) runs under, as the line beneath; None when it is not public."""
    agreement = trial.agreement
    if agreement is None or not agreement.is_public:
        return None
    words = {"state": agreement.get_state_display().lower(), "date": day(trial.agreement_ends_on)}
    return {
        "label": _("agreement %(reference)s") % {"reference": agreement.reference},
        "url": frame.address("agreementspage", f"{agreement.reference}/"),
        "from_station": "poc"
        if trial.origin_id and trial.origin.agreement_id == agreement.pk
        else trial.kind,
        "to_station": trial.kind,
        "text": _("%(state)s to %(date)s") % words if trial.agreement_ends_on else words["state"],
    }
