"""How do the people, organisations, centres and agreements of the demonstration come to be? Through the operations."""

import json
from pathlib import Path

from allauth.account.models import EmailAddress

from cic.core.operations import record
from cic.core.permissions import can
from partners.models import Agreement, Area, Centre, Organisation, Party, Territory, User
from partners.operations import (
    agreements,
    amendments,
    centres,
    commitments,
    memberships,
    organisations,
    people,
)

from .agreements import AGREEMENTS, OBLIGATIONS, RESOURCES
from .clock import as_of, day
from .people import AREAS, CENTRES, ORGANISATIONS, PENDING_ORGANISATIONS, PEOPLE

DISTRICTS = Path(__file__).with_name("districts.json")
FIRST_DAY = -1400


class Cast:
    """Everybody and everything by key, for the story to refer to."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {}
        self.organisations: dict[str, Organisation] = {}
        self.centres: dict[str, Centre] = {}
        self.agreements: dict[str, Agreement] = {}
        self.districts: dict[str, Territory] = {}
        self.areas: dict[str, Area] = {}

    def gather(self) -> "Cast":
        """Make them all, in an order in which each finds what it needs."""
        with as_of(FIRST_DAY):
            self._territories()
            self._organisations()
            self._centres()
            self._people()
        for key in AGREEMENTS:
            self._agreement(key)
        self._settle_centres()
        return self

    def actor(self, key: str) -> User:
        """The person, with the standing they have now."""
        return User.objects.get(pk=self.people[key].pk)

    def _territories(self) -> None:
        city = record(Territory(code="08019", name="Barcelona", kind="municipality"), actor=None)
        for row in json.loads(DISTRICTS.read_text(encoding="utf-8")):
            self.districts[row["code"][-2:]] = record(
                Territory(kind="district", parent=city, **row), actor=None
            )
        for key, names in AREAS.items():
            self.areas[key] = record(Area(key=key, names=names), actor=None)

    def _organisations(self) -> None:
        for key, (name, helix, size, municipality, description) in {
            **ORGANISATIONS,
            **PENDING_ORGANISATIONS,
        }.items():
            values = {
                "name": name, "helix": helix, "size": size, "municipality": municipality, "country": "ES",
                "description": description, "language": "ca",
            }  # fmt: skip
            organisation = organisations.register_organisation(values, actor=None)
            if key in ORGANISATIONS:
                organisation = organisations.move_organisation(organisation, "verify", actor=None)
            self.organisations[key] = organisation

    def _centres(self) -> None:
        for key, (name, purpose, unit, areas, _state) in CENTRES.items():
            values = {"name": name, "purpose": purpose, "lead_unit": unit, "language": "ca"}
            values["contact_email"] = address(f"centre-{key}")
            values["areas"] = [self.areas[area] for area in areas]
            self.centres[key] = centres.propose_centre(values, actor=None)

    def _people(self) -> None:
        for _role, key, name, language, appointments, member_of in PEOPLE:
            user = User.objects.create_user(address(key), password(key), name=name, language=language)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            for role, centre in appointments:
                people.appoint(
                    {"user": user, "role": role, "centre": self.centres[centre] if centre else None},
                    actor=None,
                )
            for organisation, role in member_of:
                memberships.add_member(
                    {"user": user, "organisation": self.organisations[organisation], "role": role}, actor=None
                )
            self.people[key] = user

    def _agreement(self, key: str) -> None:
        centre, kind, title, text, start, length, partners, state, public = AGREEMENTS[key]
        frame = self.agreements.get(f"{centre}-frame")
        legal = self.actor("legal")
        with as_of(start - 30):
            values = {
                "title": title, "kind": kind, "object": text, "language": "ca", "centre": self.centres[centre],
                "framework": frame if kind == "specific" else None,
                "starts_on": day(30), "ends_on": day(30 + length),
                "extension_clause": "Es pot prorrogar per acord de totes les parts abans que acabi.",
                "confidentiality_clause": "Les parts no revelen allò que l'altra marca com a confidencial.",
                "property_clause": "Cada part conserva el que aporta; els resultats es publiquen amb llicència oberta.",
            }  # fmt: skip
            if start > -30:
                values |= {"starts_on": day(start), "ends_on": day(start + length)}
            agreement = agreements.draft_agreement(values, actor=legal)
            for name in ("city", *partners):
                party = {"agreement": agreement, "organisation": self.organisations[name]}
                party |= {
                    "role": "city" if name == "city" else "partner",
                    "signatory_name": f"Representant de {self.organisations[name]}",
                }
                agreements.add_party(party, actor=legal)
            self._promise(key, agreement)
        self.agreements[key] = self._walk(key, agreement, start, state, public)

    def _promise(self, key: str, agreement: Agreement) -> None:
        legal, parties = self.actor("legal"), self._parties(agreement)
        for name, text in OBLIGATIONS.get(key, ()):
            commitments.add_obligation(
                {"agreement": agreement, "party": parties[name], "text": text}, actor=legal
            )
        for name, kind, description, promised, unit, _gifts in RESOURCES.get(key, ()):
            values = {"kind": kind, "description": description, "promised": promised, "unit": unit}
            commitments.add_resource({"agreement": agreement, "party": parties[name], **values}, actor=legal)

    def _parties(self, agreement: Agreement) -> dict[str, Party]:
        keys = {organisation.pk: key for key, organisation in self.organisations.items()}
        return {
            keys[party.organisation_id]: party for party in agreement.parties.select_related("organisation")
        }

    def _walk(self, key: str, agreement: Agreement, start: int, state: str, public: bool) -> Agreement:
        legal, move = self.actor("legal"), agreements.move_agreement
        if state == "draft":
            return agreement
        with as_of(start - 20):
            agreement = move(agreement, "send_to_review", actor=legal)
            if state == "in_review":
                return agreement
            if state == "abandoned":
                return move(agreement, "abandon", actor=legal, note="L'empresa es retira abans de signar.")
            agreement = move(agreement, "open_for_signature", actor=legal)
            parties = list(agreement.parties.order_by("pk"))
            for party in parties[:1] if state == "pending_signature" else parties:
                agreements.sign(party, actor=legal)
            if state == "pending_signature":
                return agreement
        with as_of(start):
            agreement = move(
                agreement, "bring_into_force", actor=legal, authority="Acord de la Comissió de Govern"
            )
            if public:
                agreement = move(
                    agreement,
                    "ask_publication",
                    actor=self.actor(
                        "coordinator" if agreement.centre == self.centres["mobility"] else "editor2"
                    ),
                )
                agreement = move(agreement, "publish", actor=self.actor("editor"))
        self._give(key, agreement)
        if key == "parcels":
            self._extend(agreement)
        return self._end(agreement, start, state)

    def _give(self, key: str, agreement: Agreement) -> None:
        legal = self.actor("legal")
        resources = list(agreement.resources.order_by("pk"))
        for resource, (*_rest, gifts) in zip(resources, RESOURCES.get(key, ()), strict=True):
            for amount, ago, confirmed in gifts:
                with as_of(-ago):
                    gift = commitments.give(
                        {"resource": resource, "amount": amount, "given_on": day(0)}, actor=legal
                    )
                    if confirmed:
                        users = (self.actor(name) for name in self.people)
                        other = next(
                            user
                            for user in users
                            if can(user, "partners.confirm_gift_for_party", gift) and user != legal
                        )
                        commitments.confirm_gift(gift, actor=other)

    def _extend(self, agreement: Agreement) -> None:
        legal = self.actor("legal")
        with as_of(-60):
            values = {
                "agreement": agreement,
                "kind": "extension",
                "text": "Un any més per obrir el segon microcentre.",
            }
            end = agreement.ends_on
            assert end is not None
            amendment = amendments.draft_amendment(
                {**values, "new_ends_on": end.replace(year=end.year + 1, day=min(end.day, 28))}, actor=legal
            )
            amendment = amendments.move_amendment(amendment, "open_for_signature", actor=legal)
            for party in agreement.parties.select_related("organisation"):
                amendments.sign_amendment(
                    amendment, party, actor=legal, signatory_name=f"Representant de {party.organisation}"
                )
            amendments.move_amendment(amendment, "bring_into_force", actor=legal)

    def _end(self, agreement: Agreement, start: int, state: str) -> Agreement:
        legal, move = self.actor("legal"), agreements.move_agreement
        if state == "suspended":
            with as_of(start + 60):
                return move(
                    agreement,
                    "suspend",
                    actor=legal,
                    note="Les obres del carrer impedeixen fer servir els molls.",
                )
        if state == "expired":
            return move(agreement, "expire", actor=legal)
        if state == "terminated":
            with as_of(start + 200):
                return move(
                    agreement, "terminate", actor=legal, changes={"terminated_on": day(0)},
                    note="L'empresa deixa de fabricar els sensors.",
                )  # fmt: skip
        return agreement

    def _settle_centres(self) -> None:
        coordinator_of = {"mobility": "coordinator", "data": "coordinator2"}
        for key, (*_rest, state) in CENTRES.items():
            if state == "proposed":
                continue
            actor = self.actor(coordinator_of[key]) if key in coordinator_of else None
            centre = centres.edit_centre(
                self.centres[key], {"constituting_agreement": self.agreements[f"{key}-frame"]}, actor=actor
            )
            centre = centres.move_centre(centre, "activate", actor=actor)
            centre = centres.move_centre(centre, "ask_publication", actor=self.actor("editor2"))
            centre = centres.move_centre(centre, "publish", actor=self.actor("editor"))
            if state == "dormant":
                centre = centres.move_centre(
                    centre, "rest", actor=None, note="Ha acabat la primera etapa de proves."
                )
            if state == "closed":
                centre = centres.move_centre(
                    centre, "close", actor=None, note="La feina ha passat a un servei permanent."
                )
            self.centres[key] = centre
        for key, specialism in (
            ("coordinator", "Coordinació"),
            ("monitor", "Enginyeria de trànsit"),
            ("legal", "Convenis"),
        ):
            centres.add_team_member(
                {"centre": self.centres["mobility"], "user": self.people[key], "specialism": specialism},
                actor=None,
            )


def address(key: str) -> str:
    """The address with which a person of the demonstration signs in."""
    return f"{key}@demo.example.org"


def password(key: str) -> str:
    """The password of a person of the demonstration: known to all, for nothing but the demonstration."""
    return f"demo-{key}-2026"
