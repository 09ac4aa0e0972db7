"""Where is a person signed in, and how do they end what is not theirs?"""

from typing import Any

from allauth.usersessions.internal import flows
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from cic.core.middleware import client_address

# The first that is found counts: most browsers also name the others.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """Browser and system as people call them, such as “Firefox, Linux”; its first words where it is neither."""
    known = [next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, known)) or user_agent[:60]


class SessionsPage(ListUserSessionsView):
    """One's sign-ins: browser, address, since when. Each of the others can be ended, and all of them at once."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sign-ins that still hold, this one first, then the newest."""
        # allauth's own list would ask for each session one by one.
        context = super(ListUserSessionsView, self).get_context_data(**kwargs)
        rows = living_sessions(self.request)
        for row in rows:
            row.browser = browser_of(row.user_agent)
        return {**context, "sessions": rows, "others": len(rows) - 1}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """End one (`end`), or all but this one."""
        chosen = request.POST.get("end", "")
        rows = [row for row in living_sessions(request) if not row.here]
        ended = [row for row in rows if str(row.pk) == chosen] if chosen else rows
        flows.sessions.end_sessions(request, ended)
        if ended:
            messages.success(request, _("Signed out there."))
        return redirect(self.success_url)


def living_sessions(request: Any) -> list[UserSession]:
    """The reader's sign-ins that still hold, `here` says which one this is; in two queries, however many there are."""
    rows = {
        row.session_key: row for row in UserSession.objects.filter(user=request.user).order_by("-created_at")
    }
    key = request.session.session_key
    # Whoever signed in before sign-ins were written down is here all the same.
    here = UserSession(
        user=request.user,
        session_key=key,
        ip=client_address(request),
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        created_at=None,
    )
    held = Session.objects.filter(session_key__in=rows, expire_date__gt=timezone.now())
    alive = {
        session.session_key
        for session in held
        # A new password leaves the rows of older sessions behind, without effect.
        if constant_time_compare(
            session.get_decoded().get(HASH_SESSION_KEY, ""), request.user.get_session_auth_hash()
        )
    }
    found = [rows.get(key, here)] + [row for row in rows.values() if row.session_key in alive - {key}]
    for row in found:
        row.here = row.session_key == key
    return found
