"""What does anybody see of the trials: the catalogue and the page of each?"""

import dataclasses
import itertools
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.charts import line_chart
from cic.core.formats import day, money
from cic.core.maps import city_map
from cic.core.models.translations import Said, said
from cms.frame import Frame
from partners.choices import OrganisationState
from partners.models import Organisation, Territory
from pilots.calculations.indicators import Goal, Reading, result_of
from pilots.choices import (
    IndicatorKind,
    MeasurementState,
    TrialKind,
)
from pilots.models import Indicator, Site, Trial, TrialPartner
from pilots.models.chains import stations_of, with_chain

from . import ANYONE, embeds
from .chains import Links, story, under, with_stop, with_story
from .courses import course_of, day_words, stop_of, timeline, when
from .freezing import points_of, table_row
from .worded import shows, value_words, verdict_badge


def with_cards(trials: Any, frame: Frame) -> list[Trial]:
    """Trials with what a card shows: address, public state, chain. One query, whatever their number.

    What was cut to a few rows is cut before anything is added to them, so that only those few are looked behind.
    """
    if trials.query.is_sliced:
        trials = Trial.objects.filter(pk__in=trials.values("pk")).order_by(*trials.query.order_by)
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
    words = [trial.away] if getattr(trial, "away", "") else []
    words.append(str(TrialKind(trial.kind).label))
    if trial.promoter:
        words.append(trial.promoter.name)
    start = trial.started_on or trial.starts_on
    if start:
        words.append(day(start))
    return words


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
        Site.objects.visible_to(ANYONE)
        .filter(trial=trial)
        .select_related("territory", "trial")
        .order_by("pk")
    )
    course = course_of(trial)
    stop = stop_of(course)
    partners = partners_of(trial, frame)
    tried = [site for site in sites if not site.comparison]
    districts = {site.territory.pk: site.territory for site in tried if site.territory}
    return {
        "trial": trial,
        "shown": trial.public_badge,
        "stations": with_stop(story(trial, links), trial, stop),
        "stopped": stop,
        "agreement": under(trial, frame),
        "day": day_words(trial),
        "partners": partners,
        "pays": [row for row in partners if row["brings"] or row["money"]],
        "sites": sites,
        "districts": list(districts.values()),
        "list_url": frame.address("pilotspage"),
        "card_code": embeds.code("pilots", trial.reference, trial.said.title),
        "map": map_of(sites),
        "here": next(iter(districts.values())).code if districts else "",
        "indicators": [drawn(goal, trial) for goal in goals_shown(trial)],
        "timeline": timeline(trial, course),
        "ahead": [step for step in course.milestones if step["done_on"] is None],
        "outcome": outcome,
        "verdict": verdict_badge(outcome.verdict) if outcome else {},
        "products": course.products if outcome else [],
        "case": links.case,
        "centre": trial.centre if trial.centre.is_public else None,
        "centre_url": frame.address("centrespage", f"{trial.centre.reference}/")
        if trial.centre.is_public
        else "",
        "ask": (trial.centre.contact_email if trial.centre.is_public else "") or settings.CONTACT_EMAIL,
        "when": when(trial),
        "budget": money(trial.budget_eur) if trial.budget_eur is not None else "",
    }


def partners_of(trial: Trial, frame: Frame) -> list[dict[str, str]]:
    """Who takes part and what each brings, the promoter first."""
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
            "url": organisation_address(row.organisation, frame),
            "key": row.organisation_id,
            "brings": Said.of(row.contribution, trial.language),
            "money": money(row.contribution_eur) if row.contribution_eur else "",
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
                "url": organisation_address(first, frame),
                "key": first.pk,
                "brings": "",
                "money": "",
            },
        )
    return found


def organisation_address(organisation: Organisation, frame: Frame) -> str:
    """The page of an organisation that a public trial, agreement or event names: once verified, it has one."""
    known = organisation.state == OrganisationState.VERIFIED
    return frame.address("organisationspage", f"{organisation.pk}/") if known else ""


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
        "elsewhere": embeds.code(
            "pilots", trial.reference, f"{goal.name} · {trial.said.title}", indicator=goal.key
        ),
    }


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def map_of(sites: list[Site]) -> Any:
    """Where it happens, on the outlines of the districts concerned, or with the address in words; None without coordinates."""
    found: dict[str, Territory] = {site.territory.code: site.territory for site in sites if site.territory}
    shapes = [(shape.code, shape.name, shape.outline) for shape in found.values() if shape.outline]
    places = [
        (
            Said.of(
                site.name if shapes else ", ".join(filter(None, [site.name, site.address])),
                site.trial.language if site.trial_id else "",
            ),
            "",
            float(site.longitude),
            float(site.latitude),
        )
        for site in sites
        if site.longitude is not None and site.latitude is not None
    ]
    return city_map(shapes, places) if places else None


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
