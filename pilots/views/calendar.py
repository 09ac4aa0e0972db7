"""How do somebody's deadlines come into their own calendar?"""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cic.core.formats import day
from cic.core.middleware import PRIVATE
from cic.core.models import CalendarKey
from cic.core.secret_pages import show_once
from cic.core.tokens import issue_calendar_key, owner_of_calendar, revoke_calendar_key
from cic.core.views import CreatePage
from pilots.calculations.calendars import Day, calendar_of
from pilots.models.deadlines import DEADLINES, deadlines_of
from pilots.models.duties import KINDS, page_of_task
from pilots.models.work import Task


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The deadlines of whoever this secret belongs to, in their language; changes nothing and asks for no session."""
    owner = owner_of_calendar(secret)
    if owner is None:
        raise Http404
    with translation.override(owner.language):
        body = calendar_of(
            [_entry(task) for task in deadlines_of(owner)],
            name=_("%(site)s: my deadlines") % {"site": settings.SITE_NAME},
            language=owner.language,
            host=urlsplit(settings.BASE_URL).hostname or "localhost",
        )
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    response["Content-Language"] = owner.language
    response["Cache-Control"] = PRIVATE
    response["X-Robots-Tag"] = "noindex"
    return response


def _entry(task: Task) -> Day:
    assert task.day is not None
    words, _page = KINDS[task.kind]
    url = settings.BASE_URL + page_of_task(task)
    why = str(words) % {"when": day(task.day)}
    return Day(
        key=f"{DEADLINES[task.kind]}-{task.source}",
        on=task.day,
        title=f"{task.reference} · {task.title}" if task.reference else task.title,
        text=f"{why}\n{url}",
        url=url,
        version=task.version,
        changed_at=task.changed_at,
    )


class CalendarPage(CreatePage):
    """Make the address of one's calendar, or a new one in place of the old. It is shown once."""

    permission = "core.own_tokens"
    template_name = "pilots/work/calendar.html"
    form_class = forms.Form
    page_title = gettext_lazy("My deadlines in my calendar")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether there is an address, and since when."""
        key = CalendarKey.objects.filter(user=self.request.user).first()
        return super().get_context_data(
            key=key,
            submit_label=_("Make a new address; the old one ends") if key else _("Make the address"),
            **kwargs,
        )

    def get_cancel_url(self) -> str:
        """Back to the day's work."""
        return reverse("my_work")

    def form_valid(self, form: Any) -> HttpResponse:
        """Make it, and lead on to it."""
        secret = issue_calendar_key(actor=self.request.user)
        address = settings.BASE_URL + reverse("calendar_feed", args=[secret])
        context = {
            "page_title": _("The address of your calendar"),
            "secret": address,
            "copy_label": _("Copy the address"),
            "warning": _(
                "This is the only time it is shown. Whoever has it reads your deadlines, so give it to your "
                "calendar only."
            ),
            "use": _(
                "In your calendar program choose to subscribe to a calendar, or to add one from an address, and "
                "paste it. The program then looks for changes by itself."
            ),
            "open_url": f"webcal://{address.partition('://')[2]}",
            "open_label": _("Open in my calendar program"),
            "back_url": reverse("calendar"),
            "back_label": _("I have kept it"),
            "crumbs": [
                {"label": self.page_title, "url": reverse("calendar")},
                {"label": _("Address"), "url": ""},
            ],
        }
        return show_once(self.request, context)


class CalendarRevokePage(CreatePage):
    """End the address."""

    permission = "core.own_tokens"
    template_name = "workspace/confirm.html"
    form_class = forms.Form
    page_title = gettext_lazy("End the address of your calendar?")
    submit_label = gettext_lazy("End the address")
    done = gettext_lazy("The address has ended: calendars that use it are refused.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What follows from it."""
        lead = _("Calendars that use it get nothing any more. You can make a new address at any time.")
        return super().get_context_data(lead=lead, **kwargs)

    def act(self, form: Any) -> Any:
        """Do it."""
        return revoke_calendar_key(actor=self.request.user)

    def get_cancel_url(self) -> str:
        """Back to the page of the calendar."""
        return reverse("calendar")

    get_success_url = get_cancel_url


ROUTES = [
    path("calendar/", CalendarPage.as_view(), name="calendar"),
    path("calendar/revoke/", CalendarRevokePage.as_view(), name="calendar_revoke"),
]
FEEDS = [path("calendar/<str:secret>.ics", feed, name="calendar_feed")]
