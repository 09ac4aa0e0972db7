"""What does anybody see of the shared innovation centres, and of what came of each?"""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404

from cic.core.gathering import gather
from cic.core.models import Said
from cms.frame import Frame
from partners.choices import CentreState
from partners.models import Area, Centre, Organisation, TeamMember
from pilots.choices import LIVE_STATES
from pilots.models import Trial

from . import ANYONE
from .agreements import public_state, register
from .cases import about as cases_about
from .events import arranged
from .events import latest as latest_events
from .participants import taking_part
from .pilots import with_cards

TRIALS_SHOWN = 24
TONES = {CentreState.ACTIVE: "good", CentreState.PROPOSED: "progress", CentreState.CLOSED: "neutral"}


def listed(frame: Frame) -> dict[str, Any]:
    """All public centres, active ones first, with how much runs in each."""
    centres = list(Centre.objects.visible_to(ANYONE).prefetch_related("areas").order_by("sort_key"))
    running = Count("pk", filter=Q(state__in=LIVE_STATES))
    trials = Trial.objects.visible_to(ANYONE).order_by().values("centre_id")
    counts = {row.pop("centre_id"): row for row in trials.annotate(trials=Count("pk"), running=running)}
    for centre in centres:
        centre.url = frame.address("centrespage", f"{centre.reference}/")
        centre.shown = public_state_of(centre)
        centre.counts = counts.get(centre.pk, {"trials": 0, "running": 0})
    active = sum(centre.state == CentreState.ACTIVE for centre in centres)
    return {"centres": centres, "active": active, "all": len(centres)}


def public_state_of(centre: Centre) -> dict[str, str]:
    """Its state as word and tone."""
    return {"label": centre.get_state_display(), "tone": TONES.get(centre.state, "neutral")}


def show(reference: str, frame: Frame) -> dict[str, Any]:
    """One centre, its agreements, its trials with their chains, and its cases.

    Raises: Http404.
    """
    found = Centre.objects.visible_to(ANYONE).filter(reference=reference)
    centre = found.select_related("constituting_agreement").first()
    if centre is None:
        raise Http404
    agreements = list(register().filter(centre=centre)[:50])
    for agreement in agreements:
        agreement.url = frame.address("agreementspage", f"{agreement.reference}/")
        agreement.shown = public_state(agreement)
    mine = Trial.objects.visible_to(ANYONE).filter(centre=centre)
    trials = with_cards(mine.order_by("-starts_on", "-pk")[: TRIALS_SHOWN + 1], frame)
    members = list(TeamMember.objects.known_to_all().filter(centre=centre))
    near = gather(
        {
            "areas": Area.objects.visible_to(ANYONE).filter(centres=centre),
            "events": latest_events({"centre": centre}),
            "organisations": behind(members),
        }
    )
    constituting = next((row for row in agreements if row.pk == centre.constituting_agreement_id), None)
    return {
        "centre": centre,
        "areas": sorted(near["areas"], key=lambda area: area.key),
        "shown": public_state_of(centre),
        "agreements": agreements,
        "constituting": constituting,
        "trials": trials[:TRIALS_SHOWN],
        "more": mine.count() if len(trials) > TRIALS_SHOWN else 0,
        "more_url": f"{frame.address('pilotspage')}?centre={centre.pk}",
        "cases": cases_about({"outcome__trial__centre": centre}, frame),
        "events": arranged(near["events"], frame),
        "team": team_of(centre, members, {row.pk: row for row in near["organisations"]}, frame),
    }


def behind(members: list[dict[str, Any]]) -> Any:
    """The organisations that the members of a team come from, and whether a page tells of each."""
    told = Exists(taking_part().filter(pk=OuterRef("pk")))
    known = Organisation.objects.visible_to(ANYONE).annotate(has_page=told)
    return known.filter(pk__in={row["verified_id"] for row in members} - {None})


def team_of(
    centre: Centre, members: list[dict[str, Any]], found: dict[int, Organisation], frame: Frame
) -> list[dict[str, Any]]:
    """Which specialisms a team has, and from where; nobody is named."""
    team: dict[str, dict[str, Any]] = {}
    for row in members:
        words = row["specialism"].strip()
        entry = team.setdefault(
            words.casefold(),
            {
                "specialism": Said.of(words[:1].upper() + words[1:], centre.language),
                "number": 0,
                "organisations": {},
            },
        )
        entry["number"] += 1
        organisation = found.get(row["verified_id"])
        if organisation is not None:
            entry["organisations"][organisation.pk] = {
                "name": organisation.name,
                "helix": organisation.helix,
                "helix_name": organisation.get_helix_display(),
                "url": frame.address("organisationspage", f"{organisation.pk}/")
                if organisation.has_page
                else "",
            }
    return [{**entry, "organisations": list(entry["organisations"].values())} for entry in team.values()]


def around(centre: Centre) -> dict[str, Any]:
    """Address, title, description and data of a centre's page."""
    return {
        "tail": f"{centre.reference}/",
        "record": centre,
        "title": centre.said.name,
        "description": centre.said.purpose,
        "data": {
            "@type": "Organization",
            "name": centre.said.name,
            "identifier": centre.reference,
            "description": centre.said.purpose,
            "parentOrganization": {"@type": "GovernmentOrganization", "name": centre.said.lead_unit},
        },
        "share": f"centres/{centre.reference}",
    }
