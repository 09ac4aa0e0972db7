"""What is frozen when a case is approved, and what stands in the way of approving it?"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.calculations.disclosure import Finding, Secret, findings_in
from cms.frame import Frame
from partners.models import Party
from pilots.calculations.indicators import Goal, Reading, figure_of, result_of
from pilots.choices import MeasurementState
from pilots.models import IdeaAnnex, Indicator, LogEntry, Measurement, Outcome, Product, TeamPerson, Trial

from .chains import Links, decisions_about, story, under, with_story


def goals_of(trial: Trial) -> list[tuple[Indicator, Goal]]:
    """The indicators of a trial with their approved readings: two queries."""
    approved = Measurement.objects.filter(state=MeasurementState.APPROVED).current().order_by("period_end", "pk")
    rows = Indicator.objects.filter(trial=trial).order_by("pk").prefetch_related(Prefetch("measurements", approved), "amendments")
    return [(indicator, goal_of(indicator)) for indicator in rows]


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


def text_of(value: Decimal | None) -> str | None:
    """A number with at most six decimals and no idle zeros."""
    if value is None:
        return None
    return format(Decimal(value).quantize(Decimal("0.000001")).normalize(), "f")


def snapshot_of(outcome: Outcome, language: str) -> dict[str, Any]:
    """The facts of a case as they stand now: figures, table, chain, places, partners, products."""
    trial = with_story(Trial.objects.filter(pk=outcome.trial_id)).get()
    with translation.override(language):
        frame = Frame.load(language)
        chain = [{**row, "url": ""} for row in story(trial, Links(trial, frame))]
        # The page that shows this is the case.
        chain[-1]["state"] = "done"
        below = under(trial, frame)
        partners = trial.partners.select_related("organisation")
        sites = list(trial.sites.select_related("territory"))
        shapes = {site.territory.code: site.territory for site in sites if site.territory}
        return plain(
            {
                "taken_at": timezone.now().isoformat(timespec="seconds"),
                "trial": {"reference": trial.reference, "title": trial.title, "language": trial.language},
                "verdict": outcome.verdict,
                "summary": outcome.summary,
                "language": outcome.language,
                "conditions": outcome.success_conditions,
                "started_on": trial.started_on,
                "ended_on": trial.ended_on,
                "days": (trial.ended_on - trial.started_on).days + 1 if trial.started_on and trial.ended_on else None,
                "cost_eur": outcome.cost_eur,
                "table": [table_row(goal) for _indicator, goal in goals_of(trial)],
                "chain": chain,
                "agreement": {**below, "url": "", "reference": trial.agreement.reference} if below else None,
                "partners": [
                    {"name": row.organisation.name, "helix": row.organisation.helix, "role": row.get_role_display()}
                    for row in partners
                ],
                "sites": [
                    {
                        "label": ", ".join(filter(None, [site.name, site.territory.name if site.territory else ""])),
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
                "products": [
                    {"kind": row.get_kind_display(), "name": row.name, "description": row.description, "url": row.url}
                    for row in Product.objects.filter(outcome=outcome).order_by("pk")
                ],
            }
        )


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


def freeze(revision: Any) -> None:
    """Write today's facts and the day of new corrections into the revision that is being approved.

    A correction keeps the figures as they were first approved, unless it asks to take them anew.
    """
    case = revision.as_object()
    renews = any(row.renew_figures and not row.made_on for row in case.corrections.all())
    content = revision.content
    if case.snapshot is None or renews:
        content["snapshot"] = snapshot_of(case.outcome, case.locale.language_code)
    today = timezone.localdate().isoformat()
    for row in content.get("corrections", []):
        row["made_on"] = row["made_on"] or today
    revision.content = content
    revision.save(update_fields=["content"])


def texts_of(case: Any) -> Iterator[tuple[str, str]]:
    """Everything a case would say in public, field by field."""
    yield str(_("title")), case.title
    for name in case.TEXTS:
        yield str(case._meta.get_field(name).verbose_name), getattr(case, name)
    for row in case.figures.all():
        yield str(_("key figures")), f"{row.value} {row.label}"
    for row in case.corrections.all():
        yield str(_("corrections")), f"{row.what}\n{row.why}"
    for name in ("seo_title", "search_description"):
        yield str(case._meta.get_field(name).verbose_name), getattr(case, name)
    facts = snapshot_of(case.outcome, case.locale.language_code)
    yield str(_("chain")), "\n".join(row.get("reason") or "" for row in facts["chain"])
    yield str(_("products")), "\n".join(f"{row['name']} {row['description']}" for row in facts["products"])
    yield str(_("outcome")), "\n".join([facts["summary"], facts["conditions"]])


def findings(case: Any) -> list[Finding]:
    """What in the latest text of a case is confidential or personal, waived or not."""
    trial = case.outcome.trial
    ideas = {pk for pk in (trial.idea_id, trial.origin.idea_id if trial.origin else None) if pk}
    trials = {trial.pk, *([trial.origin_id] if trial.origin_id else [])}
    secrets = [
        Secret("annex", row.text, str(row)) for row in IdeaAnnex.objects.filter(idea_id__in=ideas).select_related("idea")
    ]
    secrets += [
        Secret("log", row.text, _("logbook of %(day)s") % {"day": row.happened_on.isoformat()})
        for row in LogEntry.objects.filter(trial_id__in=trials, is_public=False)
    ]
    if trial.agreement:
        clauses = ("confidentiality_clause", "property_clause")
        secrets += [
            Secret("clause", getattr(trial.agreement, name), str(trial.agreement._meta.get_field(name).verbose_name))
            for name in clauses
            if getattr(trial.agreement, name)
        ]
    return findings_in(
        dict(_joined(texts_of(case))),
        secrets=secrets,
        names=people_of(trial, ideas),
        tax_ids=trial.partners.exclude(organisation__tax_id="").values_list("organisation__tax_id", flat=True),
        known=list(already_public(trial)),
    )


def _joined(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for field, text in pairs:
        joined[field] = f"{joined[field]}\n{text}" if field in joined else text
    return joined


def people_of(trial: Trial, ideas: set[int]) -> set[str]:
    """Names of the people behind a trial: none is released by having worked on it."""
    names = set(TeamPerson.objects.filter(trial=trial).values_list("user__name", flat=True))
    names |= {trial.monitor.name if trial.monitor else ""}
    names |= set(Trial.objects.filter(pk=trial.pk).values_list("idea__author__name", flat=True))
    names |= set(LogEntry.objects.filter(trial=trial).values_list("author__name", flat=True))
    names |= set(Party.objects.filter(agreement_id=trial.agreement_id).values_list("signatory_name", flat=True))
    return {name for name in names if name}


def already_public(trial: Trial) -> Iterator[str]:
    """Texts that anybody can read already."""
    if trial.is_public:
        yield f"{trial.title}\n{trial.summary}"
    if trial.idea and trial.idea.is_public:
        yield "\n".join([trial.idea.title, trial.idea.problem, trial.idea.proposal, trial.idea.novelty, trial.idea.beneficiaries])
        if trial.idea.challenge and trial.idea.challenge.is_public:
            yield f"{trial.idea.challenge.title}\n{trial.idea.challenge.need}"
    for decision in decisions_about([trial.idea_id] if trial.idea_id else [], [trial.pk]):
        yield decision.reasons


def open_findings(case: Any) -> list[Finding]:
    """Findings nobody has let pass with a reason."""
    waived = set(case.waivers.values_list("fingerprint", flat=True)) if case.pk else set()
    return [row for row in findings(case) if row.fingerprint not in waived]


def obstacles(case: Any) -> list[str]:
    """The sentences of “cannot be approved because…”."""
    case = case.get_latest_revision_as_object() if case.pk and case.has_unpublished_changes else case
    sentences = []
    if not case.outcome.trial.is_public:
        sentences.append(_("The trial is not public: publish it first."))
    if not case.outcome.is_public:
        sentences.append(_("The outcome of the trial is not public: publish it first."))
    missing = [str(case._meta.get_field(name).verbose_name) for name in ("answer", "challenges", "solution") if not getattr(case, name).strip()]
    if missing:
        sentences.append(_("Missing: %(fields)s.") % {"fields": ", ".join(missing)})
    if case.live and case.has_unpublished_changes and not any(row.made_on is None for row in case.corrections.all()):
        sentences.append(_("It is public already: say in a correction what changes and why."))
    count = len(open_findings(case))
    if count:
        sentences.append(_("The check for confidential content found %(count)d passages that nobody has cleared.") % {"count": count})
    return sentences
