"""How is a reader told, what may they still see of it, and how do they want to hear of it?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import models
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import DomainError
from .models import Notification, NotificationPreference
from .models.notifications import Delivery
from .operations import audit, operation
from .topics import is_compulsory, topic_of

KEPT = timedelta(days=180)
SALT = "cic.unsubscribe"
# Parts of one query, well below what either database takes.
TOGETHER = 50
Key = tuple[str, int]


def object_at(path: str) -> Key | None:
    """What stands at an address of the workspace: its model and id; None for a page about nothing in particular."""
    try:
        match = resolve(path.partition("?")[0].partition("#")[0])
    except Resolver404:
        return None
    page = getattr(match.func, "view_class", None)
    model = getattr(page, "parent_model", None) or getattr(page, "model", None)
    pk = match.kwargs.get("pk")
    if model is None or not isinstance(pk, int) or not hasattr(model._default_manager.all(), "visible_to"):
        return None
    return model._meta.label_lower, pk


def readable(keys: Iterable[Key], user: Any) -> set[Key]:
    """Those of `keys` that `user` may open now: one query, however many models."""
    by_model: dict[str, set[int]] = {}
    for label, pk in keys:
        by_model.setdefault(label, set()).add(pk)
    parts = [
        apps.get_model(label)
        .objects.visible_to(user)
        .filter(pk__in=pks)
        .order_by()
        .annotate(read_type=Value(label, models.CharField()), read_id=F("pk"))
        .values_list("read_type", "read_id")
        for label, pks in by_model.items()
    ]
    return set(parts[0].union(*parts[1:])) if parts else set()


def who_may_read(about: Key, users: Sequence[Any]) -> set[int]:
    """Ids of those of `users` who may open one record now: a query for each fifty, and one for who they all are."""
    label, pk = about
    get_user_model().objects.know_standings(users)
    found: set[int] = set()
    for start in range(0, len(users), TOGETHER):
        parts = [
            apps.get_model(label)
            .objects.visible_to(user)
            .filter(pk=pk)
            .order_by()
            .annotate(told_id=Value(user.pk, models.BigIntegerField()))
            .values_list("told_id", flat=True)
            for user in users[start : start + TOGETHER]
        ]
        found |= set(parts[0].union(*parts[1:], all=True))
    return found


def wishes_of(users: Sequence[Any], topic: str) -> dict[int, str]:
    """How each of `users` wants to hear of a topic."""
    wishes: dict[int, str] = {user.pk: Delivery.AT_ONCE.value for user in users}
    if not is_compulsory(topic):
        rows = NotificationPreference.objects.filter(user_id__in=wishes, topic=topic)
        wishes |= dict(rows.values_list("user_id", "delivery"))
    return wishes


def wish_of(user: Any, topic: str) -> str:
    """How `user` wants to hear of a topic."""
    return wishes_of([user], topic)[user.pk]


@operation
def tell(events: Mapping[Any, str], kind: str, context: Mapping[str, Any]) -> dict[int, str]:
    """Write down that people are told of an event, each once: `events` has its name for each of them.

    Returns how each wants to hear of it. The number of queries does not grow with that of people.
    """
    users = list(events)
    wishes = wishes_of(users, topic_of(kind))
    path = context.get("path") or context.get("url") or ""
    about = object_at(path) if isinstance(path, str) and path.startswith("/") else None
    bound = who_may_read(about, users) if about and users else set()
    rows = [
        Notification(
            reader=user,
            event=event,
            kind=kind,
            context=dict(context),
            object_type=about[0] if about else "",
            object_id=about[1] if about else None,
            bound=user.pk in bound,
            delivery=wishes[user.pk],
        )
        for user, event in events.items()
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return wishes


def may_still_hear(event: str, user: Any) -> bool:
    """Whether a mail about this event may go out: not when what it is about was closed to the reader since."""
    row = Notification.objects.filter(event=event, bound=True).first()
    return row is None or bool(readable([(row.object_type, row.object_id)], user))


def with_unread(users: Any) -> Any:
    """`users` with the number of notifications they have not read: a column, no query more."""
    unread = Notification.objects.unread().filter(reader_id=OuterRef("pk")).order_by().values("reader")
    count = Subquery(unread.annotate(n=Count("pk")).values("n"), models.IntegerField())
    return users.annotate(unread_here=Coalesce(count, 0))


def unread_count(user: Any) -> int:
    """How many notifications `user` has not read; known already of who signed in by session."""
    known = getattr(user, "unread_here", None) if user.is_authenticated else 0
    return known if known is not None else Notification.objects.visible_to(user).unread().count()


def unread_of_page(user: Any, path: str) -> Any:
    """What `user` was told and has not read that is shown at `path`; who told them gave that as `page_path`."""
    return Notification.objects.visible_to(user).unread().filter(context__page_path=path)


def with_unread_of_page(rows: Any, user: Any, address: str) -> Any:
    """`rows` with the number of what `user` has not read of each one's page: a column, no query more.

    `address` is that of the page of the row whose id is 0.
    """
    before, after = address.split("/0/")
    path = Concat(Value(f"{before}/"), Cast(OuterRef("pk"), models.CharField()), Value(f"/{after}"))
    # As text: a comparison with a part of JSON takes what it is compared with for JSON too.
    page = Cast(KT("context__page_path"), models.TextField())
    unread = Notification.objects.visible_to(user).unread().annotate(page=page)
    counted = unread.filter(page=path).order_by().values("reader").annotate(n=Count("pk")).values("n")
    return rows.annotate(unread_of_page=Coalesce(Subquery(counted, models.IntegerField()), 0))


@operation
def mark_read(user: Any, ids: Iterable[int] | None = None, *, actor: Any) -> int:
    """Take these notifications of `user`, or all of them, for read. Returns how many were new."""
    rows = Notification.objects.visible_to(user).unread()
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=timezone.now())


@operation
def set_wishes(user: Any, wishes: Mapping[str, str], *, actor: Any, note: str = "") -> None:
    """Keep how `user` wants to hear of each topic, and that they said so.

    Raises: DomainError "invalid" for a topic nobody can do without, or an unknown one.
    """
    before, after = {}, {}
    for topic, delivery in wishes.items():
        if is_compulsory(topic) or delivery not in Delivery.values:
            raise DomainError("invalid", _("This cannot be chosen."))
        old = wish_of(user, topic)
        if old != delivery:
            NotificationPreference.objects.update_or_create(
                user=user, topic=topic, defaults={"delivery": delivery}
            )
            before[topic], after[topic] = old, delivery
    if after:
        audit(user, "choose_notifications", actor=actor, before=before, after=after, note=note)


def unsubscribe_path(user_id: int, topic: str) -> str:
    """The address at which one person ends the mails of one topic, without signing in."""
    return reverse("unsubscribe", args=[signing.dumps([user_id, topic], salt=SALT)])


def unsubscriber(token: str) -> tuple[Any, str] | None:
    """Whom and what such an address is about; None for one that we did not make."""
    try:
        user_id, topic = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = get_user_model().objects.filter(pk=user_id).first()
    return (user, topic) if user is not None else None


@operation
def forget_notifications() -> int:
    """Remove what was told half a year ago."""
    return Notification.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
