"""What does anybody see of the trials: the catalogue and the page of each?"""

import dataclasses
import itertools
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateField, F, TextField, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.charts import line_chart
from cic.core.choices import Confidentiality
from cic.core.formats import day, money
from cic.core.maps import city_map
from cic.core.models import Attachment
from cic.core.models.translations import said
from cms.frame import Frame
from partners.models import Territory
from pilots.calculations.indicators import Goal, Reading, result_of
from pilots.choices import IndicatorKind, MeasurementState, TrialKind
from pilots.filters.trials import TrialFilter
from pilots.models import Indicator, LogEntry, Milestone, Product, Site, Trial, TrialPartner
from pilots.models.chains import stations_of, with_chain

from . import ANYONE
from .cases import shows, value_words, verdict_badge
from .chains import Links, story, under, with_story
from .freezing import points_of, table_row
from .lists import ANYBODY, chips, paged

# The filters of the API that a citizen is offered; all of them work in the address.
OFFERED = ("search", "kind", "state", "verdict", "area", "territory", "centre")


def with_cards(trials: Any, frame: Frame) -> list[Trial]:
    """Trials with what a card shows: address, public state, chain. One query, whatever their number."""
    return dress(list(with_chain(trials, ANYONE).select_related("promoter")), frame)


def dress(rows: list[Trial], frame: Frame) -> list[Trial]:
    """Rows of `with_chain` with what a card shows."""
    for trial in rows:
        trial.url = frame.address("pilotspage", f"{trial.reference}/")
        trial.shown = trial.public_badge
        trial.stations = stations_of(trial)
        trial.meta = meta_of(trial)
    return rows


def meta_of(trial: Trial) -> list[str]:
    """Kind, promoter and when: the words beneath a card."""
    words = [str(TrialKind(trial.kind).label)]
    if trial.promoter:
        words.append(trial.promoter.name)
    start = trial.started_on or trial.starts_on
    if start:
        words.append(day(start))
    return words


def listed(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    """The catalogue as the address narrows it, through the filters of the API."""
    public = Trial.objects.visible_to(ANYONE)
    filterset = TrialFilter(request.GET or None, queryset=public, request=ANYBODY)
    form = filterset.form
    found = filterset.qs if filterset.is_bound and form.is_valid() else public
    if not found.query.order_by:
        found = found.order_by("-pk")
    context = paged(request, found, lambda rows: with_chain(rows, ANYONE).select_related("promoter"))
    return {
        **context,
        "rows": dress(context["rows"], frame),
        "fields": [form[name] for name in OFFERED if name in form.fields],
        "form": form,
        "chips": list(chips(request, form, [name for name in form.fields if name != "order"])),
        "clear_url": request.path,
    }


def show(reference: str, frame: Frame) -> dict[str, Any]:
    """One trial: what it is, how it came to be, who, where, how it goes, what came of it.

    Raises: Http404.
    """
    trial = with_story(Trial.objects.visible_to(ANYONE).filter(reference=reference)).first()
    if trial is None:
        raise Http404
    links = Links(trial, frame)
    outcome = trial.outcome if hasattr(trial, "outcome") and trial.outcome.is_public else None
    sites = list(
        Site.objects.visible_to(ANYONE).filter(trial=trial).select_related("territory").order_by("pk")
    )
    log, milestones = course_of(trial)
    return {
        "trial": trial,
        "shown": trial.public_badge,
        "stations": story(trial, links),
        "agreement": under(trial, frame),
        "partners": partners_of(trial),
        "sites": sites,
        "map": map_of(sites),
        "here": sites[0].territory.code if sites and sites[0].territory else "",
        "indicators": [drawn(goal, trial) for goal in goals_shown(trial)],
        "log": log,
        "milestones": milestones,
        "outcome": outcome,
        "verdict": verdict_badge(outcome.verdict) if outcome else {},
        "products": list(Product.objects.filter(outcome=outcome).order_by("pk")) if outcome else [],
        "case": links.case,
        "centre": trial.centre if trial.centre.is_public else None,
        "centre_url": frame.address("centrespage", f"{trial.centre.reference}/")
        if trial.centre.is_public
        else "",
        "facts": facts_of(trial),
    }


def partners_of(trial: Trial) -> list[dict[str, str]]:
    """Who takes part, the promoter first; contributions in money are not told here."""
    rows = (
        TrialPartner.objects.visible_to(ANYONE)
        .filter(trial=trial)
        .select_related("organisation")
        .order_by("position", "pk")
    )
    found = [
        {
            "name": row.organisation.name,
            "helix": row.organisation.helix,
            "helix_name": row.organisation.get_helix_display(),
            "role": row.get_role_display(),
            "key": row.organisation_id,
        }
        for row in rows
    ]
    if trial.promoter and trial.promoter_id not in {row["key"] for row in found}:
        first = trial.promoter
        found.insert(
            0,
            {
                "name": first.name,
                "helix": first.helix,
                "helix_name": first.get_helix_display(),
                "role": _("Promoter"),
                "key": first.pk,
            },
        )
    return found


def goals_shown(trial: Trial, only: int | None = None) -> list[Goal]:
    """Indicators (or one of them) with their approved readings in force: one query."""
    rows = (
        Indicator.objects.visible_to(ANYONE)
        .filter(trial=trial, **({"pk": only} if only else {}))
        .order_by("pk", "measurements__period_end", "measurements__pk")
        .values_list(
            "pk", "name", "kind", "unit", "direction", "aggregation", "baseline", "baseline_text", "target",
            "target_text", "measurements__state", "measurements__is_current", "measurements__period_start",
            "measurements__period_end", "measurements__value", "measurements__numerator",
            "measurements__denominator", "measurements__text", "measurements__not_measured_reason", "translations",
        )
    )  # fmt: skip
    goals: dict[int, tuple[tuple[Any, ...], list[Reading]]] = {}
    translations: dict[int, Any] = {}
    for row in rows:
        _values, readings = goals.setdefault(row[0], (row[:10], []))
        translations[row[0]] = row[-1]
        state, current = row[10], row[11]
        if state == MeasurementState.APPROVED and current:
            readings.append(Reading(*row[12:-1]))
    named = (field.name for field in dataclasses.fields(Goal))
    columns = list(itertools.islice(named, 10))
    return [
        Goal(
            **in_words(dict(zip(columns, values, strict=True)), translations[key], trial.language),
            readings=tuple(readings),
        )
        for key, (values, readings) in goals.items()
    ]


def in_words(values: dict[str, Any], translations: Any, own: str) -> dict[str, Any]:
    """The columns of an indicator with its texts in the language in use."""
    return values | {name: said(values[name], name, translations, own) for name in Indicator.TRANSLATED}


def drawn(goal: Goal, trial: Trial) -> dict[str, Any]:
    """One indicator as a chart with its sentence, or in words where there is nothing to draw."""
    row = table_row(goal)
    points = points_of(row)
    measured = sum(point.value is not None for point in points)
    chart = None
    if measured and goal.kind in (IndicatorKind.NUMBER, IndicatorKind.PERCENTAGE):
        chart = line_chart(
            points,
            baseline=_float(goal.baseline),
            target=_float(goal.target),
            today=timezone.localdate() if trial.ended_on is None else None,
            starts_on=trial.started_on,
            ends_on=trial.ends_on if trial.ended_on is None else trial.ended_on,
        )
    result = result_of(goal)
    return {
        "name": goal.name,
        "unit": "%" if goal.kind == IndicatorKind.PERCENTAGE else goal.unit,
        "chart": chart,
        "sentence": shows(row) if result.measured and value_words(row, "actual") else "",
        "baseline": value_words(row, "baseline"),
        "target": value_words(row, "target"),
        "actual": value_words(row, "actual"),
        "met": row["met"],
    }


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def course_of(trial: Trial) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The public logbook with its photographs, newest first, and the milestones in order: one query for all."""
    shown = LogEntry.objects.visible_to(ANYONE).filter(trial=trial).order_by()
    log = shown.values_list(
        Value("log", CharField()), "pk", "happened_on", Value(None, DateField()), "text", "place"
    )
    plan = (
        Milestone.objects.visible_to(ANYONE)
        .filter(trial=trial)
        .order_by()
        .values_list(
            Value("plan", CharField()), "pk", "due_on", "done_on", F("title"), Value("", TextField())
        )
    )  # fmt: skip
    nothing = Value(None, DateField())
    photos = (
        Attachment.objects.filter(
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
    rows = list(log.union(plan, photos, all=True))
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
    return (
        [{"on": row[2], "title": row[5], "text": row[4], "photos": seen.get(row[1], [])} for row in entries],
        [
            {"title": row[4], "due_on": row[2], "done_on": row[3], "late": row[3] is None and row[2] < today}
            for row in steps
        ],
    )


def map_of(sites: list[Site]) -> Any:
    """Where it happens, on the outlines of the districts concerned; None without coordinates."""
    places = [
        (site.name, "", float(site.longitude), float(site.latitude))
        for site in sites
        if site.longitude is not None and site.latitude is not None
    ]
    if not places:
        return None
    shapes: dict[str, Territory] = {site.territory.code: site.territory for site in sites if site.territory}
    return city_map(
        ((shape.code, shape.name, shape.outline) for shape in shapes.values() if shape.outline), places
    )


def facts_of(trial: Trial) -> list[tuple[str, Any]]:
    """Label and value of what stands aside."""
    return [
        (_("Kind"), trial.get_kind_display()),
        (_("Started"), day(trial.started_on) if trial.started_on else ""),
        (_("Planned start"), day(trial.starts_on) if trial.starts_on and not trial.started_on else ""),
        (_("Planned end"), day(trial.ends_on) if trial.ends_on and not trial.ended_on else ""),
        (_("Ended"), day(trial.ended_on) if trial.ended_on else ""),
        (_("Resumes"), day(trial.resumes_on) if trial.resumes_on and not trial.ended_on else ""),
        (_("Budget"), money(trial.budget_eur) if trial.budget_eur is not None else ""),
    ]


def around(trial: Trial) -> dict[str, Any]:
    """Address, title, description and data of a trial's page."""
    return {
        "tail": f"{trial.reference}/",
        "record": trial,
        "title": trial.said.title,
        "description": trial.said.summary,
        "data": {
            "@type": "ResearchProject",
            "name": trial.said.title,
            "identifier": trial.reference,
            "description": trial.said.summary,
            "foundingDate": trial.started_on.isoformat() if trial.started_on else "",
            "dissolutionDate": trial.ended_on.isoformat() if trial.ended_on else "",
            "sponsor": {"@type": "Organization", "name": trial.promoter.name} if trial.promoter else {},
        },
        "share": f"pilots/{trial.reference}",
        "embeds": True,
    }
