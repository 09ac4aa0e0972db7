"""How do public-service cases of IPS-X become ideas, proofs of concept, pilots and outcomes?"""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import models

from cic.core.search import fold
from partners.models import Organisation
from pilots.calculations.readers import Kind, Row
from pilots.choices import IdeaState, OutcomeVerdict, TrialKind, TrialState
from pilots.models import Idea, Outcome, Trial

from .upserts import upsert
from .wanted import Chunk, Wanted

KEPT_OF_CASE = (
    "source_status",
    "url",
    "urls",
    "countries",
    "coverage",
    "extent",
    "source_category",
    "start_year",
    "end_year",
    "sector",
    "subsector",
    "technology",
    "type",
    "uptake",
    "cross_border",
    "cross_sector",
)
VERDICTS = {"adopted": OutcomeVerdict.ADOPTED, "not_adopted": OutcomeVerdict.NOT_ADOPTED}


def apply(rows: Sequence[Row], chunk: Chunk) -> None:
    """Bring a stretch of cases in, each as far along the chain as its status says.

    A case that has moved on since the last import gets the next record, linked to the one before.
    """
    cases = [row for row in rows if row.kind == Kind.CASE]
    leads = _leads(cases, chunk)
    ideas = [_idea(row, leads, chunk) for row in cases if row.values["stage"] == "idea_accepted"]
    upsert(Idea, ideas, chunk, noun="idea")
    before = _records(Idea, cases, chunk, "")
    concepts = [
        _trial(row, leads, chunk, "poc", before, {})
        for row in cases
        if row.values["stage"] == "concept_running"
    ]
    upsert(Trial, concepts, chunk, noun="trial")
    tested = _records(Trial, cases, chunk, ":poc")
    later = [row for row in cases if row.values["stage"] in ("pilot_running", *VERDICTS)]
    pilots = upsert(
        Trial, [_trial(row, leads, chunk, "pilot", before, tested) for row in later], chunk, noun="trial"
    )
    upsert(Outcome, list(_outcomes(later, pilots)), chunk, noun="outcome")


def lead_key(name: str) -> str:
    """The id of an organisation that the source knows by its name alone."""
    return f"name:{hashlib.sha256(fold(name).encode()).hexdigest()[:24]}"


def _leads(cases: Sequence[Row], chunk: Chunk) -> dict[str, models.Model | None]:
    wanted: dict[str, Wanted] = {}
    for row in cases:
        name = row.values["lead_name"]
        if not name or not fold(name) or lead_key(name) in wanted:
            continue
        countries = row.values["countries"]
        values = {
            "name": name,
            "helix": row.values["lead_helix"],
            "source_helix": row.values["source_category"],
            "country": countries[0] if len(countries) == 1 else "",
        }
        wanted[lead_key(name)] = Wanted(row, values, external_id=lead_key(name))
    return upsert(Organisation, list(wanted.values()), chunk, noun="organisation", create_only=True)


def _pk(records: dict[str, models.Model | None], key: str) -> int | None:
    record = records.get(key)
    return record.pk if record else None


def _records(model: Any, cases: Sequence[Row], chunk: Chunk, suffix: str) -> dict[str, models.Model | None]:
    """The records of these cases that are here, by the external id of the case."""
    keys = [row.external_id + suffix for row in cases]
    rows = model._base_manager.filter(source=chunk.source, external_id__in=keys)
    return {obj.external_id.removesuffix(suffix): obj for obj in rows}


def _idea(row: Row, leads: dict[str, models.Model | None], chunk: Chunk) -> Wanted:
    values = row.values
    wanted = {
        "title": values["title"],
        "proposal": values["summary"],
        "organisation_id": _pk(leads, lead_key(values["lead_name"])),
        "source_values": {name: values[name] for name in KEPT_OF_CASE},
    }
    initial = {"language": "en", "centre_id": chunk.run.centre_id, "state": IdeaState.ACCEPTED}
    return Wanted(row, wanted, initial, barred=chunk.bars_ideas)


def _trial(
    row: Row,
    leads: dict[str, models.Model | None],
    chunk: Chunk,
    kind: str,
    ideas: dict[str, models.Model | None],
    concepts: dict[str, models.Model | None],
) -> Wanted:
    values = row.values
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    if starts_on and ends_on and ends_on < starts_on:
        ends_on = None
    over = values["stage"] in VERDICTS
    wanted = {
        "title": values["title"],
        "summary": values["summary"],
        "promoter_id": _pk(leads, lead_key(values["lead_name"])),
        "idea_id": _pk(ideas, row.external_id),
        "origin_id": _pk(concepts, row.external_id),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "source_values": {name: values[name] for name in KEPT_OF_CASE},
    }
    initial = {
        "kind": TrialKind.POC if kind == "poc" else TrialKind.PILOT,
        "language": "en",
        "centre_id": chunk.run.centre_id,
        "started_on": starts_on,
        "ended_on": ends_on if over else None,
    }
    return Wanted(
        row,
        wanted,
        initial,
        external_id=f"{row.external_id}:{kind}",
        stage=TrialState.CLOSED if over else TrialState.RUNNING,
        # A source moves on only what people here have not moved themselves.
        stage_from=(TrialState.RUNNING,) if over else (),
    )


def _outcomes(cases: Sequence[Row], pilots: dict[str, models.Model | None]) -> Any:
    for row in cases:
        verdict = VERDICTS.get(row.values["stage"])
        key = f"{row.external_id}:pilot"
        if verdict is None or key not in pilots:
            continue
        # Content, not interface: it is in the language of the source.
        said = f"IPS-X lists this service as “{row.values['source_status']}”."
        trial = pilots[key]
        initial = {"language": "en", "trial_id": trial.pk if trial else None}
        yield Wanted(row, {"verdict": verdict, "summary": said}, initial, external_id=row.external_id)
