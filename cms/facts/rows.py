"""What are the rows of each open table, as anybody may see them, and what would change them?"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from cms.frame import Frame, absolute
from events.choices import HELD_STATES
from events.models import Event, Registration, Session
from partners.choices import ResourceKind
from partners.models import (
    Amendment,
    AmendmentSignature,
    Centre,
    Obligation,
    Organisation,
    Party,
    Resource,
    ResourceGift,
)
from pilots.calculations.indicators import Reading, figure_of
from pilots.choices import PUBLIC_TRIAL_LABELS, IndicatorKind, TrialState, TrialStatus
from pilots.models import (
    Challenge,
    Idea,
    Indicator,
    IndicatorAmendment,
    Measurement,
    Outcome,
    Site,
    Trial,
    TrialPartner,
)

from . import ANYONE, figures
from .agreements import cells, column_names, public_fields, register, signed, signed_amendments
from .agreements import parties as parties_of
from .chains import case_pages
from .events import public_events
from .freezing import goal_of, table_row
from .participants import public_trials, taking_part

CHUNK = 500
# Columns of the register that its own file writes as text.
DAYS = ("signed_on", "starts_on", "ends_on")
Row = tuple[Any, ...]


class STATUSES:
    """What a trial's status may be, in the words of the public pages."""

    choices: list[tuple[str, str | Promise]] = [
        *((state.value, PUBLIC_TRIAL_LABELS.get(state, state.label)) for state in TrialState),
        *((status.value, status.label) for status in TrialStatus),
    ]


def page_of(frame: Frame, kind: str, tail: str) -> str:
    """The full address of a record's public page; empty where that kind of page is not public."""
    path = frame.address(kind, tail, settings.LANGUAGE_CODE)
    return absolute(path) if path else ""


def pilots(frame: Frame) -> Iterator[Row]:
    """Trials by reference, with what their pages show."""
    taking_part = (
        TrialPartner.objects.visible_to(ANYONE).select_related("organisation").order_by("position", "pk")
    )
    found = (
        Trial.objects.visible_to(ANYONE)
        .select_related("promoter", "centre", "outcome")
        .prefetch_related(Prefetch("partners", taking_part))
        .order_by("pk")
    )
    for trial in found.iterator(chunk_size=CHUNK):
        outcome = trial.outcome if hasattr(trial, "outcome") and trial.outcome.is_public else None
        yield (
            trial.reference,
            trial.kind,
            trial.title,
            trial.summary,
            trial.language,
            trial.status,
            None if trial.started_on else trial.starts_on,
            trial.started_on,
            None if trial.ended_on else trial.ends_on,
            trial.ended_on,
            trial.budget_eur,
            trial.promoter.name if trial.promoter else "",
            "; ".join(row.organisation.name for row in trial.partners.all()),
            trial.centre.name if trial.centre.is_public else "",
            outcome.verdict if outcome else "",
            page_of(frame, "pilotspage", f"{trial.reference}/"),
        )


def watched_by_pilots() -> list[Any]:
    """Trials, who takes part, their centres and outcomes."""
    return [
        Trial.objects.visible_to(ANYONE),
        TrialPartner.objects.visible_to(ANYONE),
        Organisation.objects.filter(
            Q(trial_parts__trial__in=public_trials()) | Q(promoted_trials__in=public_trials())
        ).distinct(),
        Centre.objects.visible_to(ANYONE),
        Outcome.objects.visible_to(ANYONE),
    ]


def unit_of(kind: str, unit: str) -> str:
    """The unit its page shows."""
    return "%" if kind == IndicatorKind.PERCENTAGE else unit


def indicators(frame: Frame) -> Iterator[Row]:
    """Indicators with what their approved measurements come to."""
    approved = Measurement.objects.visible_to(ANYONE).order_by("period_end", "pk")
    found = (
        Indicator.objects.visible_to(ANYONE)
        .select_related("trial")
        .prefetch_related(Prefetch("measurements", approved), "amendments")
        .order_by("pk")
    )
    for indicator in found.iterator(chunk_size=CHUNK):
        goal = goal_of(indicator)
        row = table_row(goal)
        yield (
            indicator.pk,
            indicator.trial.reference,
            indicator.name,
            indicator.kind,
            unit_of(indicator.kind, indicator.unit),
            indicator.baseline,
            indicator.baseline_text,
            indicator.target,
            indicator.target_text,
            None if row["actual"] is None else Decimal(row["actual"]),
            row["actual_text"],
            row["met"],
            min((reading.period_start for reading in goal.readings), default=None),
            max((reading.period_end for reading in goal.readings), default=None),
        )


def measurements(frame: Frame) -> Iterator[Row]:
    """Approved measurements in force, with the figure that the chart draws."""
    found = (
        Measurement.objects.visible_to(ANYONE)
        .filter(indicator__kind__in=(IndicatorKind.NUMBER, IndicatorKind.PERCENTAGE))
        .select_related("indicator__trial")
        .order_by("indicator_id", "period_end", "pk")
    )
    for row in found.iterator(chunk_size=CHUNK):
        reading = Reading(row.period_start, row.period_end, row.value, row.numerator, row.denominator)
        value = figure_of(row.indicator.kind, reading)
        yield (
            row.indicator_id,
            row.indicator.trial.reference,
            row.period_end,
            value,
            row.not_measured_reason,
        )


def watched_by_indicators() -> list[Any]:
    """Trials, their indicators, and what was measured."""
    return [
        Trial.objects.visible_to(ANYONE),
        Indicator.objects.visible_to(ANYONE),
        Measurement.objects.visible_to(ANYONE),
        IndicatorAmendment.objects.visible_to(ANYONE),
    ]


def register_rows(frame: Frame) -> Iterator[Row]:
    """The register of agreements, exactly its public fields."""
    fields = public_fields()
    names = column_names(fields)
    gifts = ResourceGift.objects.filter(confirmed_by_city__isnull=False, confirmed_by_party__isnull=False)
    found = (
        register()
        .order_by("pk")
        .prefetch_related(
            Prefetch("parties", parties_of()),
            Prefetch("obligations", Obligation.objects.order_by("party_id", "pk")),
            Prefetch("resources", Resource.objects.order_by("party_id", "pk")),
            Prefetch("resources__gifts", gifts),
            Prefetch("amendments", signed_amendments()),
        )
    )
    for agreement in found.iterator(chunk_size=CHUNK):
        yield (
            agreement.reference,
            agreement.title,
            *(
                _day(cell) if name in DAYS else cell
                for name, cell in zip(names, cells(agreement, fields), strict=True)
            ),
            page_of(frame, "agreementspage", f"{agreement.reference}/"),
        )


def watched_by_register() -> list[Any]:
    """Agreements and all that belongs to the ones in the register."""
    within = signed().order_by().values("pk")
    return [
        signed(),
        Party.objects.filter(agreement__in=within),
        Organisation.objects.filter(parties__agreement__in=within).distinct(),
        Obligation.objects.filter(agreement__in=within),
        Resource.objects.filter(agreement__in=within),
        ResourceGift.objects.filter(resource__agreement__in=within),
        Amendment.objects.filter(agreement__in=within),
        AmendmentSignature.objects.filter(amendment__agreement__in=within),
    ]


def organisations(frame: Frame) -> Iterator[Row]:
    """Organisations that something public tells of, with how many trials and agreements they are in."""
    trials = Trial.objects.visible_to(ANYONE).order_by()
    pairs = TrialPartner.objects.filter(trial__in=public_trials()).order_by()
    joined: Counter[int] = Counter()
    # A union without “all”: a promoter that is also written down as a partner counts once.
    promoted = trials.exclude(promoter=None).values_list("promoter_id", "pk")
    for organisation, _trial in pairs.values_list("organisation_id", "trial_id").union(promoted):
        joined[organisation] += 1
    agreements: dict[int, int] = {}
    if "parties" in public_fields():
        parties = Party.objects.filter(agreement__in=signed().order_by().values("pk")).order_by()
        agreements = dict(parties.values_list("organisation_id").annotate(number=Count("pk")))
    for row in taking_part().order_by("pk").iterator(chunk_size=CHUNK):
        yield (
            row.name,
            row.helix,
            row.municipality,
            row.country,
            joined[row.pk],
            agreements.get(row.pk, 0),
            page_of(frame, "organisationspage", f"{row.pk}/"),
        )


def watched_by_organisations() -> list[Any]:
    """Organisations, trials, agreements and events, and who takes part in them."""
    return [
        Organisation.objects.visible_to(ANYONE),
        Trial.objects.visible_to(ANYONE),
        TrialPartner.objects.visible_to(ANYONE),
        signed(),
        Party.objects.filter(agreement__in=signed().order_by().values("pk")),
        public_events(),
    ]


def cases(frame: Frame) -> Iterator[Row]:
    """Published cases with their frozen facts."""
    for page in reachable(frame).iterator(chunk_size=CHUNK):
        frozen = page.snapshot or {}
        code = page.locale.language_code
        yield (
            page.title,
            code,
            frozen.get("trial", {}).get("reference", ""),
            frozen.get("verdict", ""),
            page.answer,
            _day(frozen.get("started_on")),
            _day(frozen.get("ended_on")),
            Decimal(frozen["cost_eur"]) if frozen.get("cost_eur") else None,
            page.first_published_at,
            page.last_published_at,
            absolute(frame.address("casespage", f"{page.slug}/", code)),
        )


def reachable(frame: Frame) -> Any:
    """Cases whose page, and the page above it, anybody may open."""
    open_in = [code for code, _name in settings.LANGUAGES if frame.address("casespage", language=code)]
    pages = case_pages().public().filter(locale__language_code__in=open_in)
    return pages.select_related("locale").order_by("pk")


def events(frame: Frame) -> Iterator[Row]:
    """Sessions that are shown, one row each; how many came is a number, never a name."""
    came = Count("registrations", filter=Q(registrations__state="attended"))
    for row in shown_sessions().annotate(came=came).iterator(chunk_size=CHUNK):
        event = row.event
        yield (
            row.reference,
            event.reference,
            event.title,
            event.kind,
            row.title,
            row.language,
            row.state,
            row.starts_at,
            row.ends_at,
            row.zone,
            row.place or event.place,
            row.capacity,
            row.came if row.state in HELD_STATES else None,
            row.recording_url,
            page_of(frame, "eventspage", f"{event.reference}/"),
        )


def shown_sessions() -> Any:
    """Sessions anybody may read, with their events."""
    return Session.objects.shown().select_related("event").order_by("pk")


def watched_by_events() -> list[Any]:
    """Sessions and their events; and who was checked in, which changes no session."""
    checked_in = Registration.objects.filter(
        state="attended", session__in=shown_sessions().order_by().values("pk")
    )
    return [Session.objects.shown(), Event.objects.visible_to(ANYONE), checked_in]


class SECTIONS:
    """What is counted in the table of figures, in words."""

    choices: list[tuple[str, str | Promise]] = [
        ("total", gettext_lazy("How many there are")),
        *figures.TITLES.items(),
        ("promised", gettext_lazy("Promised under agreements")),
        ("given", gettext_lazy("Given under agreements, confirmed by both sides")),
    ]


def figures_of_all(frame: Frame) -> Iterator[Row]:
    """The figures of the programme, counted anew."""
    for row in figures.count(totals=figures.totals()):
        unit = "EUR" if row.section in ("promised", "given") and row.key == ResourceKind.MONEY else row.unit
        yield row.section, row.key, figures.label_of(row), Decimal(str(row.number)), unit


def watched_by_figures() -> list[Any]:
    """Everything that is counted."""
    return [
        *watched_by_pilots(),
        *watched_by_register(),
        *watched_by_cases(),
        Centre.objects.visible_to(ANYONE),
        Challenge.objects.visible_to(ANYONE),
        Idea.objects.visible_to(ANYONE),
        Site.objects.visible_to(ANYONE),
        # An area has no moment of change: its links are counted.
        Trial.areas.through.objects.filter(trial__in=public_trials()),
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def watched_by_cases() -> list[Any]:
    """Pages have neither version nor day of change: what is shown of them stands in for these."""
    frame = Frame.load(settings.LANGUAGE_CODE)
    return [list(reachable(frame).values_list("pk", "last_published_at", "slug", "title", "url_path"))]
