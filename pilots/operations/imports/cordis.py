"""How do projects, organisations and participations of CORDIS become trials, partners and their shares?"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from partners.models import Organisation
from pilots.calculations.readers import Kind, Problem, Row
from pilots.choices import TrialKind, TrialPartnerRole, TrialState
from pilots.models import Trial, TrialPartner

from . import words
from .upserts import upsert
from .wanted import Chunk, Wanted, coming_key

ROLES = {
    "coordinator": TrialPartnerRole.COORDINATOR,
    "participant": TrialPartnerRole.PARTICIPANT,
    "associated_partner": TrialPartnerRole.ASSOCIATED,
    "third_party": TrialPartnerRole.THIRD_PARTY,
}
# Facts without a field of their own here; they stay beside the trial as the source gave them.
KEPT_OF_PROJECT = (
    "programme",
    "topics",
    "call",
    "funding_scheme",
    "cluster",
    "doi",
    "url",
    "source_status",
    "signed_on",
    "contribution_eur",
    "participations",
)


def apply(rows: Sequence[Row], chunk: Chunk) -> None:
    """Bring a stretch of CORDIS rows in: first what others point to."""
    projects = [_trial(row, chunk) for row in rows if row.kind == Kind.PROJECT]
    organisations = [_organisation(row) for row in rows if row.kind == Kind.ORGANISATION]
    upsert(Trial, projects, chunk, noun="trial")
    upsert(Organisation, organisations, chunk, noun="organisation")
    _participations([row for row in rows if row.kind == Kind.PARTICIPATION], chunk)


def _trial(row: Row, chunk: Chunk) -> Wanted:
    values = row.values
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    if starts_on and ends_on and ends_on < starts_on:
        ends_on = None
    wanted: dict[str, Any] = {
        "title": values["title"],
        "acronym": values["acronym"],
        "summary": values["summary"],
        "budget_eur": values["total_cost_eur"],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "source_values": {name: values[name] for name in KEPT_OF_PROJECT},
    }
    initial = {"kind": TrialKind.PILOT, "language": "en", "centre_id": chunk.run.centre_id}
    if _was_missing(row, "title"):
        initial["title"] = wanted.pop("title")
    return Wanted(row, wanted, initial | _standing(starts_on, ends_on))


def _standing(starts_on: date | None, ends_on: date | None) -> dict[str, Any]:
    """The state that the dates speak of today; from then on people move the trial."""
    today = timezone.localdate()
    if ends_on and ends_on < today:
        return {"state": TrialState.ENDED, "started_on": starts_on, "ended_on": ends_on}
    if starts_on and starts_on <= today:
        return {"state": TrialState.RUNNING, "started_on": starts_on}
    return {"state": TrialState.PREPARING}


def _organisation(row: Row) -> Wanted:
    values = row.values
    wanted: dict[str, Any] = {
        "name": values["name"],
        "helix": values["helix"],
        "source_helix": values["source_activity"],
        "country": values["country"],
        "municipality": values["city"],
        "website": values["website"],
        "tax_id": values["tax_id"],
    }
    initial = {"name": wanted.pop("name")} if _was_missing(row, "name") else {}
    return Wanted(row, wanted, initial)


def _was_missing(row: Row, name: str) -> bool:
    """Whether the reader had to put something in the place of a missing `name`."""
    return any(note.field == name and note.problem == Problem.MISSING for note in row.notes)


def _participations(rows: Sequence[Row], chunk: Chunk) -> None:
    trials = _ids(Trial, {row.values["project"] for row in rows}, chunk)
    organisations = _ids(Organisation, {row.values["organisation"] for row in rows}, chunk)
    wanted = []
    for row in rows:
        trial, organisation = trials.get(row.values["project"]), organisations.get(row.values["organisation"])
        if trial is None or organisation is None:
            name = "project" if trial is None else "organisation"
            chunk.reject(row, name, words.NOT_FOUND, row.values[name])
            continue
        wanted.append(
            Wanted(
                row,
                {
                    "trial_id": trial,
                    "organisation_id": organisation,
                    "role": ROLES[row.values["role"]],
                    "contribution_eur": row.values["contribution_eur"],
                    "position": row.values["position"],
                },
            )
        )
    upsert(TrialPartner, wanted, chunk, noun="participation")


def _ids(model: Any, keys: set[str], chunk: Chunk) -> dict[str, int]:
    """Ids by external id; 0 for what this dry run would have created."""
    rows = model._base_manager.filter(source=chunk.source, external_id__in=keys)
    found: dict[str, int] = dict(rows.values_list("external_id", "pk"))
    if chunk.run.dry_run:
        label = model._meta.label_lower
        found |= {key: 0 for key in keys - found.keys() if coming_key(label, key) in chunk.coming}
    return found
