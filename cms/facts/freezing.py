"""What is frozen when a case is approved: figures, table, chain, places and partners as they stand?"""

import hashlib
import json
from collections.abc import Mapping
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation

from cic.core.charts import Point
from cic.core.models import Said, StageChange
from cic.core.models.translations import said
from cms.frame import Frame
from pilots.calculations.indicators import Goal, Reading, figure_of, result_of
from pilots.choices import Aggregation, IndicatorKind
from pilots.models import Indicator, Outcome, Product, evidence, results

from .chains import Links, cut_short, story, under, with_stop
from .dossier import Dossier

# Texts of an outcome by what a case calls them.
OF_OUTCOME = {"summary": "summary", "conditions": "success_conditions", "replicability": "replicability"}


def goal_of(indicator: Indicator) -> Goal:
    """One indicator as plain values."""
    return Goal(
        key=indicator.pk,
        name=indicator.name,
        kind=indicator.kind,
        unit=indicator.unit,
        direction=indicator.direction,
        aggregation=indicator.aggregation,
        baseline=indicator.baseline,
        baseline_text=indicator.baseline_text,
        target=indicator.target,
        target_text=indicator.target_text,
        readings=tuple(
            Reading(
                row.period_start, row.period_end, row.value, row.numerator, row.denominator, row.text,
                row.not_measured_reason,
            )
            for row in indicator.measurements.all()
        ),
        amended=bool(indicator.amendments.all()),
    )  # fmt: skip


def table_row(goal: Goal) -> dict[str, Any]:
    """Target against actual of one indicator, with its series; numbers as texts, so that JSON keeps every digit."""
    result = result_of(goal)
    return {
        "name": goal.name,
        "kind": goal.kind,
        "unit": goal.unit,
        "direction": goal.direction,
        "baseline": text_of(goal.baseline),
        "baseline_text": goal.baseline_text,
        "target": text_of(goal.target),
        "target_text": goal.target_text,
        "actual": text_of(result.actual),
        "actual_text": result.actual_text,
        "met": result.met,
        "measured": result.measured,
        "not_measured": result.not_measured,
        "amended": goal.amended,
        "aggregation": goal.aggregation,
        "series": [
            {
                "from": row.period_start.isoformat(),
                "on": row.period_end.isoformat(),
                "value": text_of(figure_of(goal.kind, row)),
                "note": row.not_measured_reason or row.text,
            }
            for row in sorted(goal.readings, key=lambda row: (row.period_end, row.period_start))
        ],
    }


def told(indicator: Indicator, own: str) -> Indicator:
    """A copy of the indicator that says its texts in the language in use, where they were put into it; `own`: theirs."""
    shown = copy(indicator)
    for name in Indicator.TRANSLATED:
        setattr(shown, name, said(getattr(indicator, name), name, indicator.translations, own))
    return shown


def judged(dossier: Dossier) -> dict[str, Any]:
    """Target against actual with its comparison beside it, and how strong the evidence is."""
    indicators = [told(row, dossier.trial.language) for row in dossier.indicators]
    found = evidence.judged_by(indicators, sum(not site.comparison for site in dossier.sites))
    lines = {line["indicator"].pk: line for line in found}
    places = {row.comparison_of_id: row.site for row in indicators if row.comparison_of_id}
    names = {row.pk: row.name for row in indicators}
    rows = []
    for indicator in indicators:
        row = table_row(results.goal_of(indicator))
        row["languages"] = {name: getattr(indicator, name).language for name in Indicator.TRANSLATED}
        if line := lines.get(indicator.pk):
            row |= {
                "level": line["level"],
                "change": line["change"],
                "comparisons": [f"{one['place']}: {one['words']}" for one in line["comparisons"]],
            }
        elif indicator.comparison_of_id:
            row["beside"] = names.get(indicator.comparison_of_id, "")
            place = places.get(indicator.comparison_of_id)
            row["place"] = place.name if place else ""
        rows.append(row)
    return {
        "table": rows,
        "evidence": evidence.weakest(found),
        "methods": [str(words) for words in evidence.methods_of(found)],
    }


def stop_of(last: StageChange | None) -> dict[str, Any] | None:
    """When and why it was stopped before its end, by its last stage of that kind; None for one that was not."""
    if last is None:
        return None
    return cut_short(last.to_state, timezone.localdate(last.effective_at), last.reason)


def points_of(row: Mapping[str, Any]) -> list[Point]:
    """The points of the chart of one row of the table. A sum is drawn as it grows, so that it meets its target."""
    grows = row.get("aggregation") == Aggregation.SUM and row["kind"] == IndicatorKind.NUMBER
    points, total = [], 0.0
    for entry in row["series"]:
        value = None if entry["value"] is None else float(entry["value"])
        if value is not None and grows:
            total += value
        points.append(
            Point(
                date.fromisoformat(entry["on"]),
                total if value is not None and grows else value,
                entry["note"],
            )
        )
    return points


def spoken(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """The frozen facts, whose texts say again in which language they are; what was frozen before it was kept, in its record's."""
    of_trial, of_outcome = frozen["trial"].get("language", ""), frozen.get("language", "")
    languages = frozen.get("languages", {})
    centre = frozen.get("centre")
    return {
        **frozen,
        **{name: Said.of(frozen.get(name) or "", languages.get(name, of_outcome)) for name in OF_OUTCOME},
        "table": [
            {
                **row,
                **{
                    name: Said.of(row.get(name) or "", row.get("languages", {}).get(name, of_trial))
                    for name in Indicator.TRANSLATED
                },
            }
            for row in frozen["table"]
        ],
        "chain": [
            {
                **row,
                "reason": Said.of(row.get("reason") or "", row.get("reason_language", "")),
                "decisions": [
                    {
                        **one,
                        **{
                            name: Said.of(one[name], row.get("reason_language", ""))
                            for name in ("reasons", "conditions")
                        },
                    }
                    for one in row.get("decisions", ())
                ],
            }
            for row in frozen["chain"]
        ],
        "products": [
            {
                **row,
                **{
                    name: Said.of(row.get(name) or "", row.get("languages", {}).get(name, of_outcome))
                    for name in Product.TRANSLATED
                },
            }
            for row in frozen["products"]
        ],
        "centre": {
            **centre,
            "name": Said.of(centre["name"], centre.get("language", "")),
            "unit": Said.of(
                centre.get("unit") or "", centre.get("unit_language", centre.get("language", ""))
            ),
        }
        if centre
        else None,
    }


def text_of(value: Decimal | None) -> str | None:
    """A number with at most six decimals and no idle zeros."""
    if value is None:
        return None
    return format(Decimal(value).quantize(Decimal("0.000001")).normalize(), "f")


def snapshot_of(outcome: Outcome, language: str, dossier: Dossier | None = None) -> dict[str, Any]:
    """The facts of a case as they stand now: figures, table, chain, places, partners, products. Two queries.

    Addresses are left out: what is still public is linked when the case is read.
    """
    dossier = dossier or Dossier(outcome)
    trial = dossier.trial
    with translation.override(language):
        frame = Frame((), language)
        stop = stop_of(dossier.stop)
        chain = [
            {**row, "url": "", "reason_language": getattr(row.get("reason"), "language", "")}
            for row in with_stop(story(trial, Links(trial, frame, dossier.decisions)), trial, stop)
        ]
        # The page that shows this is the case.
        chain[-1]["state"] = "done"
        texts = {name: getattr(outcome.said, field) for name, field in OF_OUTCOME.items()}
        below = under(trial, frame)
        sites = dossier.sites
        centre = trial.centre if trial.centre.is_public else None
        shapes = {site.territory.code: site.territory for site in sites if site.territory}
        return plain(
            {
                "taken_at": timezone.now().isoformat(timespec="seconds"),
                "trial": {
                    "reference": trial.reference,
                    "title": trial.said.title,
                    "language": trial.said.title.language,
                },
                "verdict": outcome.verdict,
                "language": outcome.language,
                **texts,
                "languages": {name: text.language for name, text in texts.items()},
                "stopped": stop,
                "budget_eur": trial.budget_eur,
                "centre": {
                    "reference": centre.reference,
                    "name": centre.said.name,
                    "unit": centre.said.lead_unit,
                    "language": centre.said.name.language,
                    "unit_language": centre.said.lead_unit.language,
                }
                if centre
                else None,
                "started_on": trial.started_on,
                "ended_on": trial.ended_on,
                "days": (trial.ended_on - trial.started_on).days + 1
                if trial.started_on and trial.ended_on
                else None,
                "cost_eur": outcome.cost_eur,
                **judged(dossier),
                "chain": chain,
                "agreement": {**below, "url": "", "reference": trial.agreement.reference} if below else None,
                "partners": [
                    {
                        "key": row.organisation_id,
                        "name": row.organisation.name,
                        "helix": row.organisation.helix,
                        "role": row.get_role_display(),
                    }
                    for row in dossier.partners
                ],
                "sites": [
                    {
                        "label": ", ".join(
                            filter(None, [site.name, site.territory.name if site.territory else ""])
                        ),
                        "latitude": site.latitude,
                        "longitude": site.longitude,
                    }
                    for site in sites
                ],
                "shapes": [
                    {"key": shape.code, "label": shape.name, "outline": shape.outline}
                    for shape in shapes.values()
                    if shape.outline
                ],
                "products": [produced(row, outcome) for row in dossier.products],
            }
        )


def produced(row: Product, outcome: Outcome) -> dict[str, Any]:
    """One product as it is told in the language in use, and in which language each of its texts is."""
    texts = {
        name: said(getattr(row, name), name, row.translations, outcome.language) for name in row.TRANSLATED
    }
    languages = {name: text.language for name, text in texts.items()}
    return {"kind": row.get_kind_display(), **texts, "languages": languages, "url": row.url}


def plain(value: Any) -> Any:
    """`value` as JSON holds it: dates in ISO 8601, decimals as text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return text_of(value) if isinstance(value, Decimal) else value


def digest(snapshot: dict[str, Any] | None) -> str:
    """A short mark of what a reader saw, without the moment at which it was taken."""
    seen = {key: value for key, value in (snapshot or {}).items() if key != "taken_at"}
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:20]


def facts_of(case: Any) -> dict[str, Any]:
    """What the public would see of a case if it were approved now: kept figures, unless a correction renews them.

    A translation begins with the figures of its source; where the tracker still says the same, in words of its own.
    """
    own = case.locale.language_code
    renews = any(row.renew_figures and not row.made_on for row in case.corrections.all())
    if case.snapshot is None or renews:
        return snapshot_of(case.outcome, own)
    source = case.said.get("from")
    if source and case.first_published_at is None:
        unchanged = digest(snapshot_of(case.outcome, source)) == digest(case.snapshot)
        return snapshot_of(case.outcome, own) if unchanged else dict(case.snapshot)
    return dict(case.snapshot)


def freeze(revision: Any) -> None:
    """Write today's facts and the day of new corrections into the revision that is being approved.

    A correction keeps the figures as they were first approved, unless it asks to take them anew.
    """
    content = revision.content
    content["snapshot"] = facts_of(revision.as_object())
    today = timezone.localdate().isoformat()
    for row in content.get("corrections", []):
        row["made_on"] = row["made_on"] or today
    revision.content = content
    revision.save(update_fields=["content"])
