"""How do the needs, ideas and trials of the demonstration come to be? Through the operations, day after day."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cic.core.translations import translate
from partners.models import User
from pilots.models import (
    Challenge,
    CriteriaSet,
    Evaluation,
    Idea,
    Indicator,
    LogEntry,
    Milestone,
    Permit,
    Risk,
    Site,
    SuccessCriterion,
    TeamPerson,
    Trial,
)
from pilots.operations import (
    challenges,
    criteria,
    decisions,
    evaluations,
    ideas,
    indicators,
    information_requests,
    measurements,
    mergers,
    outcomes,
    trial_parts,
    trials,
)
from pilots.operations.annexes import write_annex
from pilots.operations.consortia import confirm_partner, invite_partner
from pilots.operations.extensions import ask_extension

from . import translations
from .cast import Cast
from .clock import as_of, day
from .work import ANNEXES, CHALLENGES, IDEAS, INDICATORS, MADE_UP, OUTCOMES, TRIALS

BODY = "Comissió de seguiment del centre"
CRITERIA = [
    ("Necessitat", "Respon a un problema real i dit amb dades?", 3, 5),
    ("Novetat", "Fa alguna cosa que la ciutat no fa ja?", 2, 5),
    ("Viabilitat", "Es pot provar amb els mitjans i permisos que hi ha?", 3, 5),
    ("Profit per a la ciutadania", "Qui hi guanya, i quants són?", 2, 5),
]
# Days after being sent at which an idea moves on.
READ_AFTER, EVALUATED_AFTER, DECIDED_AFTER = 10, 20, 60
SENT = {
    "quiet": -640,
    "cargo": -560,
    "school-gate": -340,
    "shade": -320,
    "bench": -330,
    "drone": -300,
    "noise-app": -150,
    "rails": -52,
    "school-trees": -48,
    "night-vans": -75,
    "idle-signs": -82,
}
VERDICTS = {
    "accepted": "accept",
    "declined": "decline",
    "parked": "park",
    "decided": "accept",
    "told": "decline",
}
# How far a decision has come; those that are not here are public.
UNTOLD, UNPUBLISHED = "decided", "told"
# Handed in by all who evaluate, or by the first of them: the committee meets soon.
TO_DECIDE = {"rails": 2, "school-trees": 1}
REASONS = {
    "accepted": "Respon a un repte prioritari, el consorci té els mitjans i el risc és baix.",
    "declined": "Volar damunt de la ciutat no és segur ni legal avui, i el repte ja té una resposta millor.",
    "parked": "La idea és bona, però cal esperar que el portal obert admeti dades del veïnat.",
    "decided": "Complementa la descàrrega silenciosa i fa servir el mateix moll.",
    "told": "L'ordenança ja obliga a parar el motor, i un rètol no ho fa complir.",
}
PLACES = {
    "02": ("Carrer del Parlament, 12", "41.3766", "2.1621"),
    "03": ("Carrer de Sants, 120", "41.3757", "2.1352"),
    "04": ("Plaça de la Concòrdia", "41.3879", "2.1312"),
    "05": ("Casal de Sarrià", "41.3996", "2.1213"),
    "06": ("Carrer de l'Escorial, 33", "41.4048", "2.1594"),
    "07": ("Plaça d'Eivissa", "41.4298", "2.1597"),
    "08": ("Escola de la Guineueta", "41.4402", "2.1722"),
    "09": ("Plaça de les Palmeres", "41.4290", "2.1954"),
    "10": ("Rambla del Poblenou, 60", "41.4009", "2.2024"),
    "01": ("Carrer dels Àngels", "41.3828", "2.1680"),
}


class Story:
    """The chain of the demonstration, told from need to outcome."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.challenges: dict[str, Challenge] = {}
        self.ideas: dict[str, Idea] = {}
        self.trials: dict[str, Trial] = {}
        self.criteria: dict[str, CriteriaSet] = {}

    def tell(self) -> None:
        """All of it."""
        with as_of(-700):
            self._needs()
            self._criteria()
        for key in IDEAS:
            self._idea(key)
        self._merge()
        for key, (*_rest, state) in CHALLENGES.items():
            self._settle_need(key, state)
        for key in TRIALS:
            self._trial(key)
        self._translate()

    def _translate(self) -> None:
        """Some of it is said in other languages; the rest shows how that looks."""
        outcomes = {key: trial.outcome for key, trial in self.trials.items() if key in translations.OUTCOMES}
        for records, said, by in (
            (self.challenges, translations.CHALLENGES, "editor"),
            (self.ideas, translations.IDEAS, "editor"),
            (self.trials, translations.TRIALS, "editor"),
            (outcomes, translations.OUTCOMES, "editor"),
            (self.cast.agreements, translations.AGREEMENTS, "legal"),
            (self.cast.organisations, translations.ORGANISATIONS, "legal"),
        ):
            for key, texts in said.items():
                translate(records[key], translations.texts_of(texts), actor=self.who(by))

    def who(self, key: str) -> User:
        """A person of the cast, with their present standing."""
        return self.cast.actor(key)

    def steers(self, centre: str) -> User:
        """Who coordinates a centre."""
        return self.who("coordinator" if centre == "mobility" else "coordinator2")

    def _needs(self) -> None:
        for key, (centre, title, need, affected, areas, sdgs, _state) in CHALLENGES.items():
            values = {
                "centre": self.cast.centres[centre], "title": title, "need": f"{need} {MADE_UP}", "language": "ca",
                "affected_groups": affected, "areas": [self.cast.areas[area] for area in areas], "sdgs": sdgs,
                "territory_text": "Barcelona",
            }  # fmt: skip
            actor = self.steers(centre)
            challenge = challenges.create_challenge(values, actor=actor)
            if key != "roofs":
                challenge = challenges.move_challenge(challenge, "open", actor=actor)
                challenge = challenges.move_challenge(challenge, "ask_publication", actor=actor)
                challenge = challenges.move_challenge(challenge, "publish", actor=self.who("editor"))
            self.challenges[key] = challenge

    def _criteria(self) -> None:
        for key in ("mobility", "data"):
            rows = [
                {
                    "name": name,
                    "help": text,
                    "weight": Decimal(weight),
                    "max_score": most,
                    "position": position,
                }
                for position, (name, text, weight, most) in enumerate(CRITERIA)
            ]
            values = {
                "name": "Criteris generals",
                "centre": self.cast.centres[key],
                "blind": key == "data",
                "criteria": rows,
            }
            self.criteria[key] = criteria.create_criteria_set(values, actor=self.steers(key))

    def _settle_need(self, key: str, state: str) -> None:
        actor = self.steers(CHALLENGES[key][0])
        if state in ("closed", "solved"):
            challenge = challenges.move_challenge(self.challenges[key], "close", actor=actor)
            if state == "solved":
                challenges.move_challenge(
                    challenge, "solve", actor=actor, note="El microcentre ja és un servei."
                )

    def _idea(self, key: str) -> None:
        challenge, title, author, organisation, problem, proposal, novelty, who, asked, trl, state = IDEAS[
            key
        ]
        sent = SENT.get(key, -40)
        with as_of(sent):
            author_user = self.who(author)
            values = {
                "challenge": self.challenges[challenge], "title": title, "problem": problem, "proposal": proposal,
                "novelty": novelty, "beneficiaries": who, "asked_of_city": asked, "trl": trl, "language": "ca",
                "organisation": self.cast.organisations[organisation] if organisation else None,
            }  # fmt: skip
            idea = ideas.propose(values, actor=author_user)
            if key in ANNEXES:
                write_annex(idea, ANNEXES[key], actor=author_user)
            if key == "quiet":
                self._invite(idea, author_user)
            if state != "draft":
                idea = ideas.move_idea(idea, "submit", actor=author_user)
        self.ideas[key] = idea
        if state not in ("draft", "submitted", "merged"):
            self._triage(key, sent, state)

    def _invite(self, idea: Idea, author: User) -> None:
        for name, brings in (("acoustics", "Mesura i anàlisi independents"), ("shops", "Dotze botigues")):
            partner = invite_partner(
                {"idea": idea, "organisation": self.cast.organisations[name], "contribution": brings},
                actor=author,
            )
            confirm_partner(partner, actor=self.who(name))

    def _triage(self, key: str, sent: int, state: str) -> None:
        centre = CHALLENGES[IDEAS[key][0]][0]
        actor = self.steers(centre)
        author = self.who(IDEAS[key][2])
        with as_of(sent + READ_AFTER):
            idea = ideas.move_idea(self.ideas[key], "screen", actor=actor)
            if state == "withdrawn":
                ideas.move_idea(idea, "withdraw", actor=author, note="Ho farem amb l'operador del metro.")
            if state in ("more_information", "lapsed"):
                self._ask(idea, actor, state)
        if state in ("in_evaluation", "to_decide", *VERDICTS):
            self._evaluate(key, idea, sent, state, centre)

    def _ask(self, idea: Idea, actor: User, state: str) -> None:
        values = {
            "idea": idea, "question": "Quins serveis d'emergència hi participarien, i qui ho ha parlat amb ells?",
            "fields": ["proposal", "beneficiaries"],
            "due_on": timezone.localdate() + timedelta(days=60 if state == "more_information" else 15),
        }  # fmt: skip
        request = information_requests.ask_for_more(values, actor=actor)
        if state == "lapsed":
            with as_of(-10):
                information_requests.lapse(request, actor=None)

    def _evaluate(self, key: str, idea: Idea, sent: int, state: str, centre: str) -> None:
        actor = self.steers(centre)
        names = ("evaluator", "evaluator2") if centre == "mobility" else ("data-evaluator",)
        with as_of(sent + EVALUATED_AFTER):
            idea = ideas.move_idea(idea, "evaluate", actor=actor)
            rows = evaluations.assign_many(
                [idea.pk], [self.cast.people[name].pk for name in names], criteria_set=self.criteria[centre],
                due_on=day(30 if state in VERDICTS else 27), actor=actor,
            )  # fmt: skip
            for row in rows if state in VERDICTS else rows[: TO_DECIDE.get(key, 0)]:
                self._score(row, state)
        if state in VERDICTS:
            with as_of(sent + DECIDED_AFTER):
                self._decide(key, idea, state)

    def _score(self, evaluation: Evaluation, state: str) -> None:
        actor = User.objects.get(pk=evaluation.evaluator_id)
        row = evaluations.move_evaluation(evaluation, "accept", actor=actor)
        good = {"accept": 4, "park": 3, "decline": 1}[VERDICTS.get(state, "accept")]
        scores = [
            {
                "criterion": criterion,
                "score": min(good + (criterion.position + actor.pk) % 2, 5),
                "comment": "",
            }
            for criterion in row.criteria_set.criteria.all()
        ]
        changes = {
            "scores": scores,
            "recommendation": VERDICTS.get(state, "accept"),
            "comment": "Vist amb els documents que hi ha.",
        }
        row = evaluations.edit_evaluation(row, changes, actor=actor)
        evaluations.move_evaluation(row, "submit", actor=actor)

    def _decide(self, key: str, idea: Idea, state: str) -> None:
        secretary = self.who("secretary")
        values: dict[str, Any] = {
            "idea": idea, "verdict": VERDICTS[state], "body": BODY, "authority": "Reglament del centre, article 7",
            "members_present": "Mireia Coll, Laia Font, Oriol Sala, Anna Bosch", "reasons": REASONS[state],
            "conditions": "Cal publicar les mesures cada mes." if VERDICTS[state] == "accept" else "", "decided_on": day(0),
            "review_on": timezone.localdate() + timedelta(days=240) if state == "parked" else None,
        }  # fmt: skip
        decision = decisions.record_decision(values, actor=secretary)
        if state != UNTOLD:
            decisions.tell_decisions([decision.pk], actor=secretary)
        if state not in (UNTOLD, UNPUBLISHED):
            decisions.publish_decisions([decision.pk], actor=secretary)
        if state == "accepted":
            idea = ideas.move_idea(
                Idea.objects.get(pk=idea.pk), "ask_publication", actor=self.who("coordinator")
            )
            idea = ideas.move_idea(idea, "publish", actor=self.who("editor"))
        self.ideas[key] = Idea.objects.get(pk=idea.pk)

    def _merge(self) -> None:
        actor = self.who("coordinator")
        with as_of(-20):
            mergers.merge_ideas(
                self.ideas["quiet-doors"],
                self.ideas["sirens"],
                actor=actor,
                note="Proposen rebaixar el soroll del mateix carrer de nit.",
            )

    def _trial(self, key: str) -> None:
        (
            kind,
            idea,
            origin,
            agreement,
            title,
            promoter,
            summary,
            hypothesis,
            budget,
            start,
            length,
            places,
            state,
        ) = TRIALS[key]
        actor = self.who("coordinator")
        source = self.trials[origin] if origin else self.ideas[idea]
        with as_of(start - 15):
            given = {
                "title": title, "summary": f"{summary} {MADE_UP}", "hypothesis": hypothesis, "budget_eur": Decimal(budget),
                "data_collected": "Mesures dels sensors i enquestes sense nom ni adreça; es conserven fins a l’avaluació.",
                "agreement": self.cast.agreements[agreement], "promoter": self.cast.organisations[promoter],
                "monitor": self.who("monitor"), "language": "ca", "method": "Mesurar abans, durant i després, amb un carrer de comparació.",
                "environment": "Via pública", "trl_in": 5 if kind == "poc" else 7,
                "starts_on": timezone.localdate() + timedelta(days=15 if start < 0 else start + 15),
            }  # fmt: skip
            given["ends_on"] = given["starts_on"] + timedelta(days=length - 1)
            if kind == "pilot" and not origin:
                given["skip_reason"] = "La tècnica ja s'havia provat en una altra ciutat."
            trial = trials.derive_trial(source, kind, actor=actor, **given)
            self._parts(key, trial, places, promoter)
        self.trials[key] = self._walk(key, trial, kind, start, length, state)

    def _parts(self, key: str, trial: Trial, places: list[str], promoter: str) -> None:
        actor, add = self.who("coordinator"), trial_parts.add_part
        known = set(trial.sites.values_list("territory_id", flat=True))
        for code in places:
            name, latitude, longitude = PLACES[code]
            if self.cast.districts[code].pk not in known:
                add(
                    Site, actor=actor, trial=trial, name=name, territory=self.cast.districts[code],
                    latitude=Decimal(latitude), longitude=Decimal(longitude),
                )  # fmt: skip
        if trial.kind == "poc":
            add(SuccessCriterion, actor=actor, trial=trial, text=trial.hypothesis)
            return
        permit = add(
            Permit,
            actor=actor,
            trial=trial,
            name="Ocupació de la via pública",
            authority="Districte",
            number=f"OVP-{trial.pk:04d}",
            valid_from=trial.starts_on,
            valid_to=trial.ends_on,
        )
        if key != "night-bus":
            trial_parts.move_permit(permit, "grant", actor=actor)
        for title, share in (
            ("Tot instal·lat", 0.1),
            ("Primer balanç amb el veïnat", 0.5),
            ("Dades completes", 1.0),
        ):
            add(
                Milestone,
                actor=actor,
                trial=trial,
                title=title,
                due_on=trial.starts_on + timedelta(days=int((trial.planned_days or 1) * share)),
            )
        add(
            Risk,
            actor=actor,
            trial=trial,
            description="El veïnat no ho nota i s'hi oposa",
            likelihood=2,
            impact=4,
            response="Reunió mensual oberta amb les xifres.",
        )
        member = next(
            (row.user for row in self.cast.organisations[promoter].memberships.select_related("user")), None
        )
        if member and not trial.team.filter(user=member).exists():
            add(TeamPerson, actor=actor, trial=trial, user=member, task="Execució")
        for name, kind, unit, direction, aggregation, baseline, target, _values in INDICATORS.get(key, ()):
            words = kind == "qualitative"
            fields = (
                {"baseline_text": baseline, "target_text": target}
                if words
                else {"baseline": Decimal(baseline), "target": Decimal(target)}
            )
            indicators.add_indicator(
                actor=actor,
                trial=trial,
                name=name,
                kind=kind,
                unit=unit,
                direction=direction,
                aggregation=aggregation,
                **fields,
            )

    def _walk(self, key: str, trial: Trial, kind: str, start: int, length: int, state: str) -> Trial:
        actor, move = self.who("coordinator"), trials.move_trial
        if state in ("planned", "preparing"):
            return trial
        if kind == "pilot":
            with as_of(start - 5):
                trial = move(trial, "make_ready", actor=actor)
                if state == "ready":
                    return trial
                if state == "cancelled":
                    return move(
                        trial, "cancel", actor=actor, note="L'aplicació municipal ja ho farà l'any vinent."
                    )
        with as_of(start):
            trial = move(trial, "start", actor=actor)
        self._publish(trial, start)
        last = min(start + length, -1)
        if state == "stopped":
            last = start + 95
        self._measure(key, trial, start, last)
        self._log(trial, start, last)
        self._reach(Trial.objects.get(pk=trial.pk), start, last)
        return self._end(key, Trial.objects.get(pk=trial.pk), last, state)

    def _publish(self, trial: Trial, start: int) -> None:
        with as_of(start + 1):
            trial = trials.move_trial(trial, "ask_publication", actor=self.who("coordinator"))
            trials.move_trial(trial, "publish", actor=self.who("editor"))

    def _measure(self, key: str, trial: Trial, start: int, last: int) -> None:
        monitor, promoter = self.who("monitor"), self.who("coordinator")
        rows = {row[0]: row for row in INDICATORS.get(key, ())}
        for indicator in Indicator.objects.filter(trial=trial, name__in=rows):
            for month, value in enumerate(rows[indicator.name][-1]):
                first = start + month * 30
                if first + 29 > last + 15:
                    break
                with as_of(first + 30):
                    fields: dict[str, Any] = {"period_start": day(-30), "period_end": day(-1)}
                    if indicator.kind == "percentage":
                        fields |= {"numerator": Decimal(value[0]), "denominator": Decimal(value[1])}
                    elif indicator.kind == "qualitative":
                        fields["text"] = value
                    else:
                        fields["value"] = Decimal(value)
                    row = measurements.record_measurement(
                        actor=monitor, indicator=indicator, submit=True, **fields
                    )
                    newest = key == "school-pilot" and month == len(rows[indicator.name][-1]) - 1
                    if not newest or indicator.kind != "number":
                        measurements.move_measurement(row, "approve", actor=promoter)

    def _log(self, trial: Trial, start: int, last: int) -> None:
        actor = self.who("monitor")
        entries = [
            (2, "Tot instal·lat i provat amb qui hi treballarà.", True),
            (40, "Reunió amb el veïnat: s'entenen les xifres.", True),
            (41, "Una peça ha fallat i s'ha canviat.", False),
        ]
        for after, text, public in entries:
            if start + after <= last:
                with as_of(start + after):
                    trial_parts.add_part(LogEntry, actor=actor, trial=trial, text=text, is_public=public)

    def _reach(self, trial: Trial, start: int, last: int) -> None:
        """Tick the milestones whose day came while the trial ran; the running one is late with its second."""
        for milestone in trial.milestones.all():
            after = (milestone.due_on - (trial.started_on or milestone.due_on)).days
            if start + after <= min(last, -20):
                with as_of(start + after + 1):
                    trial_parts.edit_part(milestone, {"done_on": day(0)}, actor=self.who("monitor"))

    def _end(self, key: str, trial: Trial, last: int, state: str) -> Trial:
        actor, move = self.who("coordinator"), trials.move_trial
        if state == "running":
            if key == "school-pilot":
                with as_of(-8):
                    ask_extension(
                        actor=self.who("association"),
                        trial=trial,
                        new_ends_on=trial.ends_on + timedelta(days=45),
                        reason="Falta mesurar un trimestre escolar sencer.",
                    )
            return trial
        with as_of(last):
            if state == "suspended":
                return move(
                    trial,
                    "suspend",
                    actor=actor,
                    note="Un ancoratge s'ha mogut amb el vent; es revisen tots.",
                    changes={"resumes_on": day(30), "told": "Veïnat, districte i Guàrdia Urbana"},
                )
            if state == "paused":
                return move(
                    trial, "pause", actor=actor, note="Esperem temps sec.", changes={"resumes_on": day(20)}
                )
            if state == "abandoned":
                return move(
                    trial, "abandon", actor=actor, note="La molsa no ha sobreviscut a la primera setmana."
                )
            if trial.kind == "poc":
                return self._finish(trial, state)
            if state == "stopped":
                trial = move(
                    trial,
                    "stop",
                    actor=actor,
                    note="Tres comandes al dia per parada: no té sentit continuar.",
                )
            else:
                trial = move(trial, "end", actor=actor)
        return self._judge(key, trial, last, state)

    def _finish(self, trial: Trial, state: str) -> Trial:
        actor = self.who("coordinator")
        for criterion in trial.criteria.all():
            changes = {"met": state != "no_go", "evidence": "Mesurat amb l'equip de l'institut."}
            trial_parts.edit_part(criterion, changes, actor=actor)
        trial = trials.move_trial(
            Trial.objects.get(pk=trial.pk), "finish", actor=actor, changes={"trl_out": 6}
        )
        if state != "finished":
            reasons = {
                "go": "Ha complert el que es demanava i es pot provar al carrer.",
                "pivot": "La boira va bé, però no en un banc: cal un altre lloc.",
                "no_go": "Ningú no s'hi va asseure més estona.",
            }[state]
            values = {
                "verdict": state,
                "body": BODY,
                "authority": "Reglament del centre, article 9",
                "reasons": reasons,
                "decided_on": day(0),
                "members_present": "Mireia Coll, Oriol Sala, Nil Prats",
            }
            decision = trials.decide_poc(trial, values, actor=self.who("secretary"))
            decisions.publish_decisions([decision.pk], actor=self.who("secretary"))
        return Trial.objects.get(pk=trial.pk)

    def _judge(self, key: str, trial: Trial, last: int, state: str) -> Trial:
        if key not in OUTCOMES:
            return trial
        verdict, summary, lessons, conditions, replicability, cost, products = OUTCOMES[key]
        actor = self.who("coordinator")
        with as_of(last + 20):
            outcome = outcomes.write_outcome(
                actor=actor, trial=trial, verdict=verdict, summary=summary, lessons=lessons, language="ca",
                success_conditions=conditions, replicability=replicability, cost_eur=Decimal(cost),
            )  # fmt: skip
            for kind, name, description in products:
                outcomes.add_product(
                    actor=actor, outcome=outcome, kind=kind, name=name, description=description
                )
            trial = Trial.objects.get(pk=trial.pk)
            if state in ("evaluated", "closed"):
                trial = trials.move_trial(trial, "evaluate", actor=actor)
                outcome = outcomes.move_outcome(
                    type(outcome).objects.get(pk=outcome.pk), "ask_publication", actor=actor
                )
                outcomes.move_outcome(outcome, "publish", actor=self.who("editor"))
        if state == "closed":
            with as_of(last + 40):
                trial = trials.move_trial(trial, "close", actor=actor)
        return trial
