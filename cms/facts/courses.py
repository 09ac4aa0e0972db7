"""What has happened in a trial, what comes next, and from when to when, as anybody may know it?"""

import json
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, DateField, F, TextField, Value, When
from django.db.models.functions import Cast, Concat, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.choices import Confidentiality
from cic.core.formats import day, figure
from cic.core.models import Attachment, Said, StageChange
from cic.core.models.translations import said
from pilots.calculations.status import day_of
from pilots.choices import PUBLIC_TRIAL_LABELS, TRIAL_TONES, ProductKind, TrialState
from pilots.models import LogEntry, Milestone, Product, Trial

from . import ANYONE
from .chains import CUT_SHORT, cut_short


class Course(NamedTuple):
    """What happened in a trial, what is planned, when which state began, and what came out of it."""

    log: list[dict[str, Any]]
    milestones: list[dict[str, Any]]
    moves: list[tuple[Any, str, str]]
    products: list[dict[str, str]]


def course_of(trial: Trial) -> Course:
    """The public logbook with its photographs, milestones, changes of state and products: one query for all."""
    shown = LogEntry.objects.visible_to(ANYONE).filter(trial=trial).order_by()
    log = shown.values_list(
        Value("log", CharField()), "pk", "happened_on", Value(None, DateField()), "text", "place"
    )
    plan = (
        Milestone.objects.visible_to(ANYONE)
        .filter(trial=trial)
        .order_by()
        .values_list(
            Value("plan", CharField()), "pk", "due_on", "done_on", F("title"), Cast("translations", TextField())
        )
    )  # fmt: skip
    nothing = Value(None, DateField())
    photos = (
        Attachment.objects.opening()
        .filter(
            object_type=LogEntry._meta.label_lower,
            object_id__in=shown.values("pk"),
            confidentiality=Confidentiality.PUBLIC,
        )
        .order_by()
        .values_list(
            Value("photo", CharField()), "object_id", nothing, nothing, F("title"),
            Concat(Cast("pk", TextField()), Value("/"), "name", output_field=TextField()),
        )
    )  # fmt: skip
    moves = (
        StageChange.objects.about(trial)
        .filter(field="state")
        .order_by()
        .values_list(
            Value("move", CharField()), "pk", TruncDate("effective_at"), nothing, F("to_state"),
            Case(When(to_state__in=CUT_SHORT, then=F("reason")), default=Value(""), output_field=TextField()),
        )
    )  # fmt: skip
    line = Value("\n")
    products = (
        Product.objects.visible_to(ANYONE)
        .filter(outcome__trial=trial)
        .order_by()
        .values_list(
            Value("product", CharField()), "pk", nothing, nothing, F("name"),
            Concat(
                "outcome__language", line, "kind", line, "url", line, Cast("translations", TextField()), line, "description",
                output_field=TextField(),
            ),
        )
    )  # fmt: skip
    rows = list(log.union(plan, photos, moves, products, all=True))
    seen: dict[int, list[dict[str, str]]] = {}
    for row in rows:
        if row[0] == "photo":
            # One database writes the number with dashes, the other without.
            number, name = row[5].split("/", 1)
            seen.setdefault(row[1], []).append(
                {"url": f"/files/{UUID(number)}/{name}", "description": row[4]}
            )
    entries = sorted((row for row in rows if row[0] == "log"), key=lambda row: (row[2], row[1]), reverse=True)
    steps = sorted((row for row in rows if row[0] == "plan"), key=lambda row: (row[2], row[1]))
    today = timezone.localdate()
    return Course(
        [{"on": row[2], "title": row[5], "text": row[4], "photos": seen.get(row[1], [])} for row in entries],
        [
            {
                "title": said(row[4], "title", json.loads(row[5]), trial.language),
                "due_on": row[2],
                "done_on": row[3],
                "late": row[3] is None and row[2] < today,
            }
            for row in steps
        ],
        [(row[2], row[4], row[5]) for row in sorted(rows, key=lambda row: row[1]) if row[0] == "move"],
        [_product(row) for row in sorted(rows, key=lambda row: row[1]) if row[0] == "product"],
    )


def _product(row: tuple[Any, ...]) -> dict[str, str]:
    own, kind, url, translations, description = row[5].split("\n", 4)
    texts = {"name": row[4], "description": description}
    known = json.loads(translations)
    told = {name: said(text, name, known, own) for name, text in texts.items()}
    return {**told, "kind": str(ProductKind(kind).label), "url": url}


def when(trial: Trial) -> str:
    """From when to when, as it was planned or as it came."""
    start, end = trial.started_on or trial.starts_on, trial.ended_on or trial.ends_on
    words = {"start": day(start) if start else "", "end": day(end) if end else ""}
    if trial.started_on is None:
        planned = {
            (True, True): _("Planned from %(start)s to %(end)s"),
            (True, False): _("Planned from %(start)s"),
        }
        return planned.get((bool(start), bool(end)), "") % words
    if trial.ended_on:
        return _("From %(start)s to %(end)s") % words
    return (_("Since %(start)s; planned until %(end)s") if end else _("Since %(start)s")) % words


def day_words(trial: Trial) -> str:
    """“Day 96 of 180”, while it goes on."""
    counted = day_of(trial.started_on, trial.ended_on, trial.ends_on, timezone.localdate())
    if counted is None:
        return ""
    return _("day %(day)s of %(days)s") % {"day": figure(counted[0]), "days": figure(max(counted))}


def stop_of(course: Course) -> dict[str, Any] | None:
    """When and why it was last cut short; None for a trial that was not."""
    stops = [move for move in course.moves if move[1] in CUT_SHORT]
    if not stops:
        return None
    on, state, reason = sorted(stops, key=lambda move: move[0])[-1]
    return cut_short(state, on, reason)


def timeline(trial: Trial, course: Course) -> list[dict[str, Any]]:
    """What has happened, newest first: the public logbook, milestones reached, and each change of state; why it was cut short."""
    labels = dict(TrialState.choices) | PUBLIC_TRIAL_LABELS
    own = trial.language
    rows = [
        {
            **entry,
            "title": Said.of(entry["title"], own),
            "text": Said.of(entry["text"], own),
            "photos": [
                {**photo, "description": Said.of(photo["description"], own)} for photo in entry["photos"]
            ],
        }
        for entry in course.log
    ]
    rows += [
        {
            "on": step["done_on"],
            "title": step["title"],
            "text": _("Milestone reached"),
            "tone": "good",
        }
        for step in course.milestones
        if step["done_on"]
    ]
    rows += [
        {
            "on": on,
            "title": str(labels[TrialState(state)]),
            "text": reason,
            "tone": TRIAL_TONES.get(TrialState(state), "neutral"),
        }
        for on, state, reason in course.moves
    ]
    return sorted(rows, key=lambda row: row["on"], reverse=True)
