"""How do organisations, centres, agreements and their amendments come back from their lists?"""

from collections.abc import Mapping, Sequence
from typing import Any

from cic.core.operations import record
from cic.core.permissions import require
from partners.models import Agreement, Amendment, Centre, Organisation
from partners.models.tables import AREAS, CONSTITUTING_AGREEMENT, FRAMEWORK, PARTIES, PREDECESSOR
from partners.operations.agreements import draft_agreement, edit_agreement, set_parties
from partners.operations.amendments import draft_amendment, edit_amendment
from partners.operations.centres import edit_centre, propose_centre
from partners.operations.organisations import edit_organisation
from pilots.calculations.readers import Kind

from .nouns import Noun, Values, gathered, one_named, pointing, register_noun, within_centre
from .wanted import Chunk


def _register_organisation(values: Values, chunk: Chunk) -> Organisation:
    """Whoever brings a list in is not the organisation's administrator, as who registers one is."""
    require(chunk.actor, "pilots.start_import", chunk.run.centre)
    return record(Organisation(**values), actor=chunk.actor, action="import")


def _parties(rows: Sequence[Sequence[str]], agreement: Agreement | None, chunk: Chunk) -> list[Values]:
    """Who signs, by the names of the cell."""
    links = agreement.parties.select_related("organisation") if agreement else ()
    known = [link.organisation for link in links]
    return [
        {
            "organisation": one_named(Organisation, "parties", name, chunk.actor, known=known),
            "role": role,
            "signatory_name": who,
            "signatory_position": position,
        }
        for name, role, who, position in rows
    ]


def _read_within(_agreement: Agreement | None, chunk: Chunk) -> Any:
    """Those that the form offers."""
    return Agreement.objects.inside(chunk.actor)


def _draft_agreement(values: Values, chunk: Chunk) -> Agreement:
    parties = values.pop("parties", [])
    agreement = draft_agreement({**values, "centre": chunk.run.centre}, actor=chunk.actor)
    set_parties(agreement, parties, actor=chunk.actor)
    return agreement


def _edit_agreement(
    agreement: Agreement, changes: Mapping[str, Any], *, actor: Any, expected_version: int
) -> None:
    own = {name: value for name, value in changes.items() if name != "parties"}
    agreement = edit_agreement(agreement, own, actor=actor, expected_version=expected_version)
    if "parties" in changes:
        set_parties(agreement, changes["parties"], actor=actor)


register_noun(
    Kind.ORGANISATION,
    Noun(
        Organisation,
        "pk",
        ("name",),
        lambda values, chunk: Organisation.objects.matching(values["name"]),
        _register_organisation,
        edit_organisation,
        translate="partners.edit_organisation",
    ),
)
register_noun(
    Kind.CENTRE,
    Noun(
        Centre,
        "reference",
        ("name",),
        lambda values, chunk: Centre.objects.filter(name=values["name"]),
        lambda values, chunk: propose_centre(values, actor=chunk.actor),
        edit_centre,
        translate="partners.translate",
        cells={"areas": pointing(AREAS), "constituting_agreement": pointing(CONSTITUTING_AGREEMENT)},
    ),
)
register_noun(
    Kind.AGREEMENT,
    Noun(
        Agreement,
        "reference",
        ("title", "kind"),
        within_centre(Agreement, "title", "kind"),
        _draft_agreement,
        _edit_agreement,
        translate="partners.edit_agreement",
        cells={
            "parties": gathered(PARTIES, _parties),
            "framework": pointing(FRAMEWORK, _read_within),
            "predecessor": pointing(PREDECESSOR, _read_within),
        },
    ),
)
register_noun(
    Kind.AMENDMENT,
    Noun(
        Amendment,
        "reference",
        ("agreement", "kind", "text"),
        lambda values, chunk: Amendment.objects.filter(
            agreement=values["agreement"], kind=values["kind"], text=values.get("text", "")
        ),
        lambda values, chunk: draft_amendment(values, actor=chunk.actor),
        edit_amendment,
        points={"agreement": Agreement},
    ),
)
