"""What stands in the database that is measured? Trials and all that hangs on them, in realistic shares.

`python -m bench.filling N FACTS` fills the migrated, empty database of the settings with N trials and
writes to the file FACTS what the questions need to know of them.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402
from knox.crypto import hash_token  # noqa: E402

from bench import words  # noqa: E402
from bench.loading import Loader, settle  # noqa: E402
from cic.core.api.cursors import Cursor, encode, order_of  # noqa: E402
from cic.core.models import ApiToken, StageChange  # noqa: E402
from cic.core.operations import edit  # noqa: E402
from cic.core.search import fold, words_of  # noqa: E402
from partners.models import (  # noqa: E402
    Agreement,
    Appointment,
    Area,
    Centre,
    Membership,
    Organisation,
    Territory,
    User,
)
from pilots.models import (  # noqa: E402
    Challenge,
    Idea,
    Indicator,
    LogEntry,
    Measurement,
    Milestone,
    Outcome,
    Site,
    Trial,
    TrialPartner,
)

FIRST_DAY = date(2018, 1, 1)
DAYS = 3_100
CENTRES, AGREEMENTS, AREAS, DISTRICTS, QUARTERS, CHALLENGES = 10, 200, 12, 10, 73, 60
# Readers, in tens, so that none of them reaches the limit of requests a minute.
COORDINATORS, CENTRE_STAFF, PARTNERS, EACH = "coordinator", "centre", "partner", 12
PILOT_STATES = ("preparing", "ready", "running", "suspended", "ended", "stopped", "evaluated", "closed")
PILOT_WEIGHTS = (14, 6, 18, 2, 10, 2, 20, 28)
POC_STATES = ("planned", "running", "paused", "finished", "go", "pivot", "no_go")
POC_WEIGHTS = (15, 20, 3, 12, 35, 5, 10)
NOT_STARTED = ("preparing", "ready", "planned", "cancelled", "abandoned")
LIVE = ("running", "suspended", "paused")
PUBLICATIONS = ("public", "corrected", "internal", "in_review", "scheduled", "withdrawn")
PUBLICATION_WEIGHTS = (60, 2, 30, 3, 2, 3)
VERDICTS, VERDICT_WEIGHTS = ("scaled", "adopted", "more_evidence", "not_adopted"), (10, 45, 20, 25)
LANGUAGES, LANGUAGE_WEIGHTS = ("ca", "es", "en", "fr"), (70, 20, 8, 2)


class City:
    """A city with so many trials. The same number gives the same rows on every machine."""

    def __init__(self, trials: int) -> None:
        self.trials, self.dice = trials, random.Random(trials)
        self.organisations = max(100, min(20_000, trials // 5))
        self.today = timezone.localdate()
        self.loaded: list[Any] = []
        self.facts: dict[str, Any] = {
            "trials": trials,
            "cookie": settings.SESSION_COOKIE_NAME,
            "tokens": {},
            "sessions": {},
        }
        # Of each trial what its parts need: state, public, first and last day.
        self.outline: list[tuple[str, str, date, date]] = []

    def load(self, model: Any, records: Iterator[dict[str, Any]]) -> None:
        Loader(model).load(records)
        self.loaded.append(model)

    def fill(self) -> None:
        """All tables, what others point to first."""
        self.load(Centre, self.centres())
        self.load(Organisation, self.organisations_())
        self.load(User, self.people())
        self.load(Appointment, self.appointments())
        self.load(Membership, self.memberships())
        self.load(
            Area, ({"id": n, "key": f"area-{n}", "names": {"ca": f"Àmbit {n}"}} for n in range(1, AREAS + 1))
        )
        self.load(Territory, self.territories())
        self.load(Agreement, self.agreements())
        self.load(Challenge, self.challenges())
        self.load(Idea, self.ideas())
        self.load(Trial, self.trials_())
        self.load(Trial.areas.through, self.trial_areas())
        self.load(TrialPartner, self.trial_partners())
        self.load(Site, self.sites())
        self.load(Milestone, self.milestones())
        self.load(Outcome, self.outcomes())
        self.load(Indicator, self.indicators())
        self.load(Measurement, self.measurements())
        self.load(LogEntry, self.log())
        self.load(StageChange, self.stages())
        self.doors()
        self.begin_log()
        settle(self.loaded)

    def centres(self) -> Iterator[dict[str, Any]]:
        for n in range(1, CENTRES + 1):
            text = {
                "name": f"Centre d'innovació {n}",
                "purpose": "Prova solucions al carrer.",
                "lead_unit": "Gerència",
            }
            reference = f"C-2018-{n:03d}"
            found = fold(f"{reference} {text['name']} {text['purpose']} {text['lead_unit']}")
            public = "public" if n < CENTRES else "internal"
            yield {
                "id": n,
                "reference": reference,
                **text,
                "state": "active",
                "publication": public,
                "search_text": found,
            }

    def organisations_(self) -> Iterator[dict[str, Any]]:
        helices = ("industry", "academia", "administration", "civil_society", "fifth", "unclassified")
        for n in range(1, self.organisations + 1):
            name = words.name(n)
            yield {
                "id": n, "name": name, "municipality": "Barcelona", "country": "ES", "helix": helices[n % 6],
                "state": "verified" if n % 10 else "pending", "search_text": fold(f"{name}  Barcelona"),
            }  # fmt: skip

    def people(self) -> Iterator[dict[str, Any]]:
        for n in range(1, 4 * EACH + 1):
            yield {
                "id": n,
                "email": f"person{n}@example.org",
                "name": f"Persona {n}",
                "language": "en",
                "password": "!",
            }

    def appointments(self) -> Iterator[dict[str, Any]]:
        for n in range(1, EACH + 1):
            yield {"id": n, "user_id": n, "role": "coordinator", "centre_id": None}
            yield {"id": EACH + n, "user_id": EACH + n, "role": "coordinator", "centre_id": 1}
            yield {
                "id": 2 * EACH + n,
                "user_id": 3 * EACH + n,
                "role": "monitor",
                "centre_id": 1 + n % CENTRES,
            }

    def memberships(self) -> Iterator[dict[str, Any]]:
        for n in range(1, EACH + 1):
            yield {"id": n, "user_id": 2 * EACH + n, "organisation_id": n, "role": "member"}

    def territories(self) -> Iterator[dict[str, Any]]:
        for n in range(1, DISTRICTS + 1):
            yield {
                "id": n,
                "code": f"{n:02d}",
                "name": f"Districte {n}",
                "kind": "district",
                "parent_id": None,
            }
        for n in range(1, QUARTERS + 1):
            above = 1 + n % DISTRICTS
            yield {
                "id": DISTRICTS + n, "code": f"{above:02d}.{n}", "name": f"Barri {n}", "kind": "neighbourhood",
                "parent_id": above,
            }  # fmt: skip

    def agreements(self) -> Iterator[dict[str, Any]]:
        for n in range(1, AGREEMENTS + 1):
            text = {"title": f"Conveni de prova {n}", "object": "Provar plegats."}
            reference = f"A-2018-{n:03d}"
            yield {
                "id": n, "reference": reference, **text, "kind": "framework" if n <= 20 else "specific",
                "framework_id": 1 + n % 20 if n > 20 else None, "centre_id": 1 + n % CENTRES, "state": "in_force",
                "publication": "public", "starts_on": FIRST_DAY, "ends_on": self.today + timedelta(days=400),
                "search_text": fold(f"{reference} {text['title']} {text['object']}"),
            }  # fmt: skip

    def challenges(self) -> Iterator[dict[str, Any]]:
        for n in range(1, CHALLENGES + 1):
            title = f"Repte {n}: carrers més tranquils"
            yield {
                "id": n, "reference": f"N-2018-{n:03d}", "title": title, "need": "Hi ha massa soroll.",
                "centre_id": 1 + n % CENTRES, "state": "open", "publication": "public",
                "search_text": fold(f"N-2018-{n:03d} {title} Hi ha massa soroll."),
            }  # fmt: skip

    def ideas(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.trials // 2 + 1):
            title, made = words.title(n, "ca"), self.instant(n * 2)
            yield {
                "id": n, "reference": f"I-{n:07d}", "title": title, "proposal": words.summary(n, "ca"), "language": "ca",
                "challenge_id": 1 + n % CHALLENGES, "centre_id": 1 + n % CENTRES, "author_id": 2 * EACH + 1 + n % EACH,
                "organisation_id": 1 + n % self.organisations, "state": "accepted", "publication": "public",
                "submitted_at": made, "created_at": made, "updated_at": made,
                "search_text": fold(f"I-{n:07d} {title} {words.summary(n, 'ca')}"),
            }  # fmt: skip

    def instant(self, n: int) -> datetime:
        """When the record with this number was made: the numbers grow with time."""
        start = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 8, tzinfo=UTC)
        return start + timedelta(seconds=DAYS * 86_400 * n // (self.trials + 1))

    def trials_(self) -> Iterator[dict[str, Any]]:
        dice, goals = self.dice, range(1, 18)
        for n in range(1, self.trials + 1):
            poc = n % 4 == 0
            state = dice.choices(*((POC_STATES, POC_WEIGHTS) if poc else (PILOT_STATES, PILOT_WEIGHTS)))[0]
            if n % 5_000 == 1:
                state = "cancelled"
            language = dice.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0]
            publication = dice.choices(PUBLICATIONS, PUBLICATION_WEIGHTS)[0]
            made = self.instant(n)
            first = made.date() + timedelta(days=dice.randrange(20, 200))
            last = first + timedelta(days=dice.randrange(60, 400))
            started = None if state in NOT_STARTED else first
            ended = None if started is None or state in LIVE else last
            sdgs = sorted(dice.sample(goals, dice.randrange(3)))
            imported = n % 5 == 0
            title, summary = words.title(n, language), words.summary(n, language)
            reference, acronym = f"P-{n:07d}", f"PROVA{n}" if imported else ""
            goal_words = " ".join(f"sdg{goal:02d}" for goal in sdgs)
            found = " ".join(
                filter(None, (reference.lower().replace("-", " "), acronym.lower(), folded(title)))
            )
            found = " ".join(filter(None, (found, folded(summary), goal_words)))
            values = {
                "id": n, "reference": reference, "kind": "poc" if poc else "pilot", "title": title, "acronym": acronym,
                "summary": summary, "language": language, "idea_id": n // 2 if n % 2 == 0 else None,
                "origin_id": n - 1 if n % 4 == 1 and n > 1 else None, "centre_id": dice.randrange(1, CENTRES + 1),
                "agreement_id": dice.randrange(1, AGREEMENTS + 1) if dice.random() < 0.7 else None,
                "promoter_id": dice.randrange(1, self.organisations + 1),
                "monitor_id": 3 * EACH + dice.randrange(1, EACH + 1), "sdgs": sdgs,
                "trl_in": dice.randrange(3, 9), "trl_out": None, "budget_eur": f"{dice.randrange(5_000, 900_000)}.50",
                "starts_on": first, "ends_on": last, "started_on": started, "ended_on": ended, "state": state,
                "publication": publication, "created_at": made,
                "updated_at": made + timedelta(days=dice.randrange(1, 30), seconds=n % 86_400),
                "source": "cordis" if imported else "", "external_id": str(100_000_000 + n) if imported else "",
                "search_text": found,
            }  # fmt: skip
            if n <= 50 and found != words_of(Trial(**values)):
                raise SystemExit(f"Trial {n} would be found by other words than these: {found}")
            self.outline.append((state, publication, first, last))
            yield values

    def trial_areas(self) -> Iterator[dict[str, Any]]:
        pk = 0
        for n in range(1, self.trials + 1):
            first = self.dice.randrange(AREAS)
            for area in {first, (first + n % 3) % AREAS}:
                pk += 1
                yield {"id": pk, "trial_id": n, "area_id": area + 1}

    def trial_partners(self) -> Iterator[dict[str, Any]]:
        for pk in range(1, 2 * self.trials + 1):
            yield {
                "id": pk, "trial_id": (pk + 1) // 2, "organisation_id": self.dice.randrange(1, self.organisations + 1),
                "role": "participant", "contribution_eur": "12500.00", "position": pk % 2,
            }  # fmt: skip

    def sites(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.trials + 1):
            where = DISTRICTS + self.dice.randrange(1, QUARTERS + 1)
            yield {
                "id": n, "trial_id": n, "name": f"Lloc {n}", "territory_id": where,
                "latitude": f"41.{380_000 + n % 50_000}", "longitude": f"2.{130_000 + n % 60_000}",
            }  # fmt: skip

    def milestones(self) -> Iterator[dict[str, Any]]:
        for n, (state, _publication, first, last) in enumerate(self.outline, start=1):
            due = first + (last - first) / 2
            late = state in LIVE and n % 40 == 0
            yield {
                "id": n,
                "trial_id": n,
                "title": "Meitat de la prova",
                "due_on": due,
                "done_on": None if late else due,
            }

    def outcomes(self) -> Iterator[dict[str, Any]]:
        pk = 0
        for n, (state, publication, _first, _last) in enumerate(self.outline, start=1):
            if state in ("evaluated", "closed"):
                pk += 1
                verdict = "replicated" if pk % 1_000 == 1 else self.dice.choices(VERDICTS, VERDICT_WEIGHTS)[0]
                yield {
                    "id": pk, "trial_id": n, "verdict": verdict, "summary": "Ha funcionat.", "publication": publication,
                    "cost_eur": "48000.00", "search_text": "ha funcionat",
                }  # fmt: skip

    def indicators(self) -> Iterator[dict[str, Any]]:
        for pk, n in enumerate(range(10, self.trials + 1, 10), start=1):
            yield {
                "id": pk,
                "trial_id": n,
                "name": "Soroll de nit",
                "unit": "dB(A)",
                "baseline": "62",
                "target": "55",
                "search_text": "soroll de nit db a",
            }

    def measurements(self) -> Iterator[dict[str, Any]]:
        pk = 0
        for indicator in range(1, self.trials // 10 + 1):
            first = self.outline[indicator * 10 - 1][2]
            for month in range(6):
                pk += 1
                start = first + timedelta(days=30 * month)
                yield {
                    "id": pk, "indicator_id": indicator, "period_start": start, "period_end": start + timedelta(days=29),
                    "value": str(62 - month), "state": "approved",
                }  # fmt: skip

    def log(self) -> Iterator[dict[str, Any]]:
        for pk, n in enumerate(range(10, self.trials + 1, 10), start=1):
            yield {
                "id": pk,
                "trial_id": n,
                "happened_on": self.outline[n - 1][2],
                "text": "S'instal·la.",
                "is_public": True,
            }

    def stages(self) -> Iterator[dict[str, Any]]:
        for n, (state, _publication, first, _last) in enumerate(self.outline, start=1):
            at = datetime(first.year, first.month, first.day, 10, tzinfo=UTC)
            yield {
                "id": n, "object_type": "pilots.trial", "object_id": n, "field": "state", "move": "start",
                "from_state": "preparing", "to_state": state, "effective_at": at, "recorded_at": at,
            }  # fmt: skip

    def begin_log(self) -> None:
        """Begin the audit chain: by its end a reader knows whether anything was written since."""
        edit(Area.objects.get(pk=1), {"key": "area-one"}, actor=None)

    def doors(self) -> None:
        """Tokens and sessions of the readers, and records of which a question can be asked."""
        tokens = []
        for group, who in enumerate((COORDINATORS, CENTRE_STAFF, PARTNERS)):
            keys = [f"cic_bench{who}{n:055d}" for n in range(EACH)]
            self.facts["tokens"][who] = keys
            for n, key in enumerate(keys):
                pk = group * EACH + n + 1
                tokens.append({"id": pk, "user_id": pk, "name": "bench", "hint": key[:12], "digest": hash_token(key),
                               "scopes": ["read"], "last_used_at": timezone.now()})  # fmt: skip
            user = User.objects.get(pk=group * EACH + 1)
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            self.facts["sessions"][who] = session.session_key
        self.load(ApiToken, iter(tokens))
        newest = Trial.objects.filter(publication="public", pk__lte=self.trials * 4 // 5, pk__gt=0).order_by(
            "-pk"
        )
        shown = (
            newest.filter(indicators__isnull=False, kind="pilot", outcome__isnull=False).first()
            or newest.first()
        )
        deep, far = Trial.objects.get(pk=max(1, self.trials // 10)), Trial.objects.order_by("-starts_on")
        later = far[self.trials // 10]
        by_id, by_start = (
            order_of(Trial.objects.all(), name, name.lstrip("-")) for name in ("-id", "starts_on")
        )
        self.facts |= {
            "deep": deep.pk,
            "cursor_id": encode(by_id, Cursor(False, None, deep.pk)),
            "deep_start": [later.starts_on.isoformat(), later.pk],
            "cursor_start": encode(by_start, Cursor(False, later.starts_on, later.pk)),
            "trial": shown.pk,
            "reference": shown.reference,
            "promoter": shown.promoter_id,
            "idea": newest.exclude(idea=None).first().idea_id,
            "origin": newest.exclude(origin=None).first().origin_id,
            "external_id": newest.exclude(external_id="").first().external_id,
            "monitor": 3 * EACH + 1,
            "organisation": words.name(1),
            "organisation_words": fold(words.name(1)),
            "newest": self.instant(self.trials).isoformat(),
            "middle": self.instant(self.trials // 2).isoformat(),
            "today": self.today.isoformat(),
        }


_FOLDED: dict[str, str] = {}


def folded(text: str) -> str:
    """`fold`, remembering: the same sentences come again and again."""
    if text not in _FOLDED:
        _FOLDED[text] = fold(text)
    return _FOLDED[text]


if __name__ == "__main__":
    city = City(int(sys.argv[1]))
    city.fill()
    Path(sys.argv[2]).write_text(json.dumps(city.facts))
