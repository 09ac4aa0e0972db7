"""Where does somebody read what they were told, and say how they want to hear of it?"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django.views.generic import TemplateView

from .background.mails import refused_since
from .digests import line_of, title_of
from .errors import DomainError
from .models import Notification, NotificationPreference
from .models.notifications import Delivery
from .notifications import mark_read, readable, set_wishes, unsubscriber
from .topics import TOPICS

SHOWN = 100


class NotificationsPage(LoginRequiredMixin, TemplateView):
    """What the reader was told, unread first, by what it is about."""

    template_name = "workspace/notifications.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Groups: title, url, and lines; what may no longer be opened has no words and no address."""
        user = self.request.user
        own = Notification.objects.visible_to(user)
        rows = [*own.unread().order_by("-created_at", "-pk")[:SHOWN]]
        unread = len(rows)
        rows += own.exclude(read_at=None).order_by("-created_at", "-pk")[: SHOWN - unread]
        open_now = readable({(row.object_type, row.object_id) for row in rows if row.object_id}, user)  # type: ignore[misc]
        parts = [self._groups(part, open_now) for part in (rows[:unread], rows[unread:])]
        return super().get_context_data(
            page_title=_("Notifications"), unread=parts[0], read=parts[1], unread_shown=unread, **kwargs
        )

    def _groups(self, rows: list[Any], open_now: set[Any]) -> list[dict[str, Any]]:
        language, groups = get_language() or "", dict[Any, dict[str, Any]]()
        for row in rows:
            key = (row.object_type, row.object_id)
            closed = row.bound and key not in open_now
            linked = key in open_now or row.object_id is None
            group = groups.setdefault(
                key if row.object_id and not closed else ("", row.pk),
                {
                    "title": _("Something you can no longer open") if closed else title_of(row),
                    "url": row.context.get("path", "") if linked and not closed else "",
                    "lines": [],
                },
            )
            words = "" if closed else line_of(row, language)
            group["lines"].append(
                {"pk": row.pk, "text": words, "at": row.created_at, "unread": row.read_at is None}
            )
        return list(groups.values())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take one, or all, for read."""
        chosen = [
            int(pk) for pk in request.POST.getlist("id") if pk.isascii() and pk.isdigit() and len(pk) < 19
        ]
        mark_read(request.user, None if "all" in request.POST else chosen, actor=request.user)
        return redirect("notifications")


class NotificationSettingsPage(LoginRequiredMixin, TemplateView):
    """How the reader wants to hear of each topic."""

    template_name = "workspace/notification_settings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A row for each topic, those that nobody can do without marked so."""
        wishes = dict(
            NotificationPreference.objects.filter(user=self.request.user).values_list("topic", "delivery")
        )
        topics = [
            {
                "key": key,
                "label": topic.label,
                "compulsory": topic.compulsory,
                "is_digest": topic.is_digest,
                "wish": wishes.get(key, Delivery.AT_ONCE),
            }
            for key, topic in TOPICS.items()
        ]
        return super().get_context_data(
            page_title=_("How I hear of things"),
            topics=[topic for topic in topics if not topic["is_digest"]],
            digests=[topic for topic in topics if topic["is_digest"]],
            ways=Delivery.choices,
            refused=refused_since(self.request.user),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep what was chosen."""
        wishes = {
            key: request.POST[key]
            for key, topic in TOPICS.items()
            if not (topic.compulsory or topic.is_digest) and key in request.POST
        }
        for key in (key for key, topic in TOPICS.items() if topic.is_digest):
            wishes[key] = Delivery.AT_ONCE if request.POST.get(key) else Delivery.HERE
        try:
            set_wishes(request.user, wishes, actor=request.user)
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, _("Kept."))
        return redirect("notification_settings")


@csrf_exempt  # a mail program posts here for its reader (RFC 8058): the signed address is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails of one topic: GET asks, POST does. Nobody needs to sign in for it."""
    found = unsubscriber(token)
    if found is None:
        raise Http404
    user, topic = found
    if topic != Delivery.DAILY and topic not in TOPICS:
        raise Http404
    with override(user.language):
        label = TOPICS[topic].label if topic in TOPICS else _("the daily mail")
        if request.method == "POST":
            end_mails(user, topic)
        context = {
            "page_title": _("Fewer mails"),
            "label": label,
            "done": request.method == "POST",
            "user_known": user,
        }
        return render(request, "workspace/unsubscribe.html", context)


def end_mails(user: Any, topic: str) -> None:
    """Have `user` told of `topic` only in the workspace."""
    if topic == Delivery.DAILY:
        daily = NotificationPreference.objects.filter(user=user, delivery=Delivery.DAILY)
        wishes = dict.fromkeys(daily.values_list("topic", flat=True), Delivery.HERE.value)
    else:
        wishes = {topic: Delivery.HERE.value}
    set_wishes(user, wishes, actor=user, note="List-Unsubscribe")


ROUTES = [
    path("notifications/", NotificationsPage.as_view(), name="notifications"),
    path("notifications/settings/", NotificationSettingsPage.as_view(), name="notification_settings"),
]
