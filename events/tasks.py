"""What does the clock do for events: hold, offer, remind, forget?"""

from celery import shared_task
from celery.schedules import crontab

from events.models import Registration, Session
from events.operations import registrations, sessions

SWEEP_SECONDS = 300


@shared_task(name="events.promote_waiting")
def promote_waiting(*, session_id: int) -> None:
    """Offer what is free in one session to those who wait."""
    session = Session.objects.filter(pk=session_id).first()
    if session is not None:
        registrations.promote_waiting(session)


@shared_task(name="events.sweep_places")
def sweep_places() -> None:
    """Let offers lapse that nobody took, and offer whatever place became free in any other way."""
    for session in Session.objects.filter(pk__in=Registration.objects.lapsed().values("session_id")):
        registrations.lapse_offers(session)
    for session in Session.objects.filter(
        pk__in=Registration.objects.waiting().order_by().values("session_id")
    ):
        registrations.promote_waiting(session)


@shared_task(name="events.remind_registered")
def remind_registered() -> None:
    """Remind those whose session is within a day."""
    while registrations.remind_registered():
        pass


@shared_task(name="events.hold_over_sessions")
def hold_over_sessions() -> None:
    """Take for held what is over."""
    sessions.hold_over_sessions()


@shared_task(name="events.forget_unconfirmed")
def forget_unconfirmed() -> None:
    """Forget addresses that nobody confirmed."""
    registrations.forget_unconfirmed()


BEAT = {
    "events.sweep_places": {"task": "events.sweep_places", "schedule": SWEEP_SECONDS},
    "events.remind_registered": {"task": "events.remind_registered", "schedule": SWEEP_SECONDS},
    "events.hold_over_sessions": {"task": "events.hold_over_sessions", "schedule": SWEEP_SECONDS},
    "events.forget_unconfirmed": {"task": "events.forget_unconfirmed", "schedule": crontab(minute=41)},
}
