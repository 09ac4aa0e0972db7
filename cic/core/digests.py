"""Who is due one mail about many events, and what does it say?"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from celery import shared_task
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from .background import enqueue
from .background.mails import deliver, render_mail
from .background.passages import LANGUAGES
from .models import Notification, Said
from .models.notifications import Delivery
from .notifications import readable, unsubscribe_path
from .operations import operation

HOUR = 7
MOST = 100


def last_morning(now: datetime, zone: str, *, weekly: bool) -> datetime:
    """The last time it was seven in the morning in `zone`; of a Monday, for the weekly mail."""
    local = now.astimezone(ZoneInfo(zone))
    morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if morning > local:
        morning -= timedelta(days=1)
    return morning - timedelta(days=morning.weekday()) if weekly else morning


@shared_task(name="core.ask_for_digests")
def ask_for_digests() -> None:
    """Ask for each daily mail that is due and not asked for yet, whenever the clock comes to it."""
    now = timezone.now()
    waiting = Notification.objects.for_digest(now).filter(reader__is_active=True)
    readers = get_user_model().objects.filter(pk__in=waiting.values("reader_id"))
    for user in readers.order_by("pk").iterator(chunk_size=500):
        morning = last_morning(now, user.time_zone, weekly=False)
        if Notification.objects.visible_to(user).for_digest(morning).exists():
            day = morning.date().isoformat()
            enqueue("core.send_digest", key=f"digest:daily:{user.pk}:{day}", user_id=user.pk, day=day)


def unread_of_week(user: Any, morning: datetime, language: str) -> list[dict[str, Any]]:
    """What `user` was told in the week before a Monday and has not read, by what it is about, in words."""
    rows = Notification.objects.visible_to(user).unread()
    rows = rows.filter(created_at__lt=morning, created_at__gte=morning - timedelta(days=7))
    return grouped(list(rows.order_by("-created_at", "-pk")[:MOST]), user, language)


@shared_task(name="core.send_digest")
def send_digest(*, user_id: int, day: str) -> None:
    """Send one daily mail, with what its reader may see now; nothing when nothing is left to say."""
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    morning = datetime.fromisoformat(day).replace(hour=HOUR, tzinfo=ZoneInfo(user.time_zone))
    rows = list(
        Notification.objects.visible_to(user).for_digest(morning).order_by("-created_at", "-pk")[:MOST]
    )
    language = user.language or settings.LANGUAGE_CODE
    groups = grouped(rows, user, language)
    if not groups:
        return
    path = unsubscribe_path(user.pk, Delivery.DAILY)
    context = {"reader_name": user.get_full_name(), "groups": groups, "path": "/workspace/notifications/"}
    subject, text = render_mail("core.digest_daily", context, language, unsubscribe=path)
    deliver(
        user.email,
        subject,
        text,
        language=language,
        event=f"digest:daily:{user.pk}:{day}",
        unsubscribe=path,
    )
    note_mailed(rows)


@operation
def note_mailed(rows: list[Notification]) -> None:
    """Remember that these were in a daily mail."""
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())


def grouped(rows: list[Notification], user: Any, language: str) -> list[dict[str, Any]]:
    """`rows` by what they are about, in words; newest first. What the reader may no longer open is left out."""
    keys = {(row.object_type, row.object_id) for row in rows if row.object_id is not None}
    open_now = readable(keys, user)  # type: ignore[arg-type]
    groups: dict[Any, dict[str, Any]] = {}
    for row in rows:
        key = (row.object_type, row.object_id)
        seen = key in open_now
        if row.bound and not seen:
            continue
        own = key if row.object_id is not None else ("", row.pk)
        group = groups.setdefault(
            own,
            {
                "title": title_of(row),
                "path": row.context.get("path", "") if seen or row.object_id is None else "",
                "lines": [],
            },
        )
        group["lines"].append(line_of(row, language))
    return list(groups.values())


def title_of(row: Notification) -> Said:
    """What it is about, by its reference and title, in the language of the title."""
    words = " · ".join(str(row.context[name]) for name in ("reference", "title") if row.context.get(name))
    return Said.of(words, row.context.get(LANGUAGES, {}).get("title", ""))


def line_of(row: Notification, language: str) -> str:
    """What happened, in a line: the subject of its mail."""
    return render_mail(row.kind, row.context, language)[0]
