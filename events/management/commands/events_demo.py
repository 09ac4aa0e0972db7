"""When do people meet in the demonstration? A day with three sessions, a training pill, and a workshop that was held."""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from cic.core.hours import instant_in
from cic.core.models import Job
from cic.core.search import derive, fold
from cic.core.translations import translate
from events.choices import LimitKind
from events.management import demo
from events.management.capsules_demo import make_capsules, take_capsules
from events.management.demo_languages import texts_of
from events.models import Event, Registration, Session
from events.operations import appearances, events, registrations, sessions, sheets
from partners.choices import Role
from partners.models import Appointment, Centre, User

ZONE = "Europe/Madrid"


class Command(BaseCommand):
    """The events of the demonstration; does nothing where there are events, or no centre with its people."""

    help = "Plan and hold a few events in the demonstration. Nobody is told of what was only invented."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Make all of them, through the operations."""
        held = Appointment.objects.current().select_related("user", "centre")
        lead = held.filter(role=Role.COORDINATOR, centre__isnull=False).order_by("pk").first()
        if Event.objects.exists() or lead is None:
            return
        other = held.filter(role__in=(Role.EDITOR, Role.ADMIN)).exclude(user=lead.user).order_by("pk").first()
        self.lead, self.centre = lead.user, lead.centre
        self.second = other.user if other else None
        last = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.template = self.make_template()
        for plan in demo.EVENTS:
            self.make_event(plan, self.centre)
        partners = User.objects.filter(appointments=None, is_active=True, memberships__isnull=False)
        take_capsules(make_capsules(self.lead, self.centre), list(partners.distinct().order_by("pk")[:3]))
        Job.objects.filter(pk__gt=last).delete()

    def make_template(self) -> Any:
        """What a session sheet asks for, as the plenaries of a congress know it."""
        template = sheets.create_template({"name": demo.TEMPLATE, "language": "ca"}, actor=self.lead)
        for position, (key, title, words, hard, required) in enumerate(demo.SECTIONS, 1):
            sheets.add_section(
                actor=self.lead, template=template, key=key, title=title, max_words=words, is_required=required,
                limit_kind=LimitKind.HARD if hard else LimitKind.SOFT, position=position,
            )  # fmt: skip
        return template

    def make_event(self, plan: dict[str, Any], centre: Centre) -> None:
        """One event with its sessions, published by two people."""
        known = {name: value for name, value in plan.items() if name not in ("sessions", "public")}
        event = events.create_event(
            {**known, "language": "ca", "centre": centre, "zone": ZONE}, actor=self.lead
        )
        event = translate(event, texts_of(plan), actor=self.lead)
        for row in plan["sessions"]:
            self.make_session(event, row)
        if plan["public"] and self.second is not None:
            event = events.move_event(event, "ask_publication", actor=self.lead)
            events.move_event(event, "publish", actor=self.second)
        for session in event.sessions.filter(published_at__isnull=False):
            self.fill(session, next(row for row in plan["sessions"] if row["title"] == session.title))

    def make_session(self, event: Event, row: dict[str, Any]) -> None:
        """One session, taken as far as the plan says."""
        names = ("title", "summary", "thematic_line", "capacity", "recording_url")
        values = {name: row[name] for name in names if name in row}
        session = sessions.create_session(
            {**values, "event": event, "template": self.template, **hours(row)}, actor=self.lead
        )
        session = translate(session, texts_of(row), actor=self.lead)
        session = sessions.save_sheet(session, row.get("texts", {}), actor=self.lead)
        for role, name, affiliations in row.get("people", ()):
            appearances.add_appearance(
                actor=self.lead, session=session, role=role, name=name, affiliations=affiliations
            )
        for step in row["steps"]:
            session.refresh_from_db()
            session = sessions.move_session(session, step, actor=self.lead)

    def fill(self, session: Session, row: dict[str, Any]) -> None:
        """People who register, the last ones on the waiting list; of what was held, who came."""
        session.refresh_from_db()
        over = session.ends_at is not None and session.ends_at <= timezone.now()
        for number, name in enumerate(demo.GUESTS[: row.get("guests", 0)]):
            address = f"{fold(name).replace(' ', '.')}@demo.example.org"
            if over:
                guest = Registration(
                    session=session, name=name, email=address, language="ca", state="confirmed"
                )
                derive(guest)
                guest.save(force_insert=True)
                if number % 5 != 4:
                    registrations.move_registration(guest, "check_in", actor=self.lead)
            else:
                place = registrations.ask_to_register(session, name=name, email=address, language="ca")
                if place is not None:
                    registrations.confirm_address(place)
        for user in User.objects.filter(appointments=None, is_active=True).order_by("pk")[: 0 if over else 2]:
            registrations.register(session, actor=user)
        if over:
            registrations.close_check_in(session, actor=self.lead)
            sessions.hold_over_sessions()


def hours(row: dict[str, Any]) -> dict[str, datetime | None]:
    """The hours of a planned session, so many days from today."""
    if "days" not in row:
        return {"starts_at": None, "ends_at": None}
    day = timezone.localdate() + timedelta(days=row["days"])
    first, last = (time.fromisoformat(text) for text in row["hours"])
    return {"starts_at": instant_in(day, first, ZONE), "ends_at": instant_in(day, last, ZONE)}
