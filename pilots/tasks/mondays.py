"""Who is due the mail that a week begins with, and what does it say? What is late, what waits, what runs out, what is new."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from celery import shared_task
from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cic.core.background import enqueue_all
from cic.core.background.mails import deliver, render_mail
from cic.core.digests import HOUR, last_morning, unread_of_week
from cic.core.models import Job, Notification, NotificationPreference
from cic.core.models.notifications import Delivery
from cic.core.notifications import unsubscribe_path, wish_of
from partners.models import Appointment, Membership, User
from pilots.choices import WEEKLY
from pilots.models.duties import page_of_task, why_of
from pilots.models.work import HORIZON_DAYS, Task, Work, work_of

SHOWN = 12
AT_A_TIME = 500


@shared_task(name="pilots.ask_for_monday_mails")
def ask_for_monday_mails() -> None:
    """Ask for the mail of each reader whose last Monday morning has passed without one, zone by zone."""
    now = timezone.now()
    zones = User.objects.filter(is_active=True).order_by().values_list("time_zone", flat=True).distinct()
    for zone in zones:
        morning = last_morning(now, zone, weekly=True)
        day = morning.date().isoformat()
        due = list(_due(zone, morning))
        for start in range(0, len(due), AT_A_TIME):
            part = due[start : start + AT_A_TIME]
            payloads = {f"monday:{pk}:{day}": {"user_id": pk, "day": day} for pk in part}
            enqueue_all("pilots.send_monday_mail", payloads)


def _due(zone: str, morning: datetime) -> Any:
    """Ids of who takes part, wants the mail and has not been asked about for that morning."""
    key = Concat(
        Value("monday:"),
        Cast("pk", CharField()),
        Value(f":{morning.date().isoformat()}"),
        output_field=CharField(),
    )
    own = {"user_id": OuterRef("pk")}
    takes_part = (
        Q(Exists(Membership.objects.current().filter(**own)))
        | Q(Exists(Appointment.objects.current().filter(**own)))
        | Q(Exists(Notification.objects.unread().filter(reader_id=OuterRef("pk"))))
    )
    does_without = NotificationPreference.objects.filter(**own, topic=WEEKLY, delivery=Delivery.HERE)
    readers = User.objects.filter(takes_part, is_active=True, time_zone=zone, joined_at__lt=morning)
    readers = readers.exclude(Exists(does_without)).alias(monday=key)
    return readers.exclude(Exists(Job.objects.filter(key=OuterRef("monday")))).values_list("pk", flat=True)


@shared_task(name="pilots.send_monday_mail")
def send_monday_mail(*, user_id: int, day: str) -> None:
    """Send one such mail, of how things stand now; nothing when there is nothing to say."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or wish_of(user, WEEKLY) == Delivery.HERE:
        return
    zone, language = ZoneInfo(user.time_zone), user.language or settings.LANGUAGE_CODE
    morning = datetime.fromisoformat(day).replace(hour=HOUR, tzinfo=zone)
    with timezone.override(zone), translation.override(language):
        panels = _panels(work_of(user))
    groups = unread_of_week(user, morning, language)
    if not (panels or groups):
        return
    stop = unsubscribe_path(user.pk, WEEKLY)
    context = {"reader_name": user.name, "panels": panels, "groups": groups, "path": "/workspace/"}
    subject, text = render_mail("pilots.monday", context, language, unsubscribe=stop)
    deliver(user.email, subject, text, language=language, event=f"monday:{user.pk}:{day}", unsubscribe=stop)


def _panels(work: Work) -> list[dict[str, Any]]:
    """The panels of My work that hold something, in the language and zone of now."""
    panels = (
        (_("Overdue"), work.overdue),
        (_("Waits on me"), work.mine),
        (_("Runs out in %(days)d days") % {"days": HORIZON_DAYS}, work.expiring),
    )
    return [
        {
            "label": label,
            "count": len(tasks),
            "items": [_item(task) for task in tasks[:SHOWN]],
            "more": max(len(tasks) - SHOWN, 0),
        }
        for label, tasks in panels
        if tasks
    ]


def _item(task: Task) -> dict[str, Any]:
    return {
        "title": " · ".join(filter(None, (task.reference, task.title[:160]))),
        "why": why_of(task),
        "path": page_of_task(task),
    }
