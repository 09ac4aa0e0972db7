"""What does a mail about a session say, and who gets it?"""

from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils import translation

from cic.core.background import notify
from cic.core.hours import hours_in_words
from events.choices import CONCERNED
from events.models import Registration, Session

SALT = "events.registration"


def place_token(registration: Registration) -> str:
    """What opens one registration to whoever has its mails."""
    return signing.dumps(registration.pk, salt=SALT)


def registration_of(token: str) -> Registration | None:
    """The registration a token opens; None for one that we did not make, or that is gone."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Registration.objects.filter(pk=pk).select_related("session__event", "user").first()


def session_path(session: Session) -> str:
    """Its page in the workspace."""
    return f"/workspace/sessions/{session.pk}/"


def place_path(registration: Registration) -> str:
    """The page of one place, in the language of its mails."""
    with translation.override(registration.language):
        return reverse("registration", args=[place_token(registration)])


def facts_of(session: Session, language: str = "") -> dict[str, Any]:
    """What every mail about a session says of it, in `language`."""
    with translation.override(language or translation.get_language()):
        return {
            "title": session.said.title,
            "event": session.event.said.title,
            "when": hours_in_words(session.starts_at, session.ends_at, session.zone),
            "where": str(session.where),
        }


def tell(registration: Registration, kind: str, *, key: str = "", **context: Any) -> None:
    """Write one mail about a place to its person or address: once per version of it, or per `key`."""
    language = registration.language
    facts = facts_of(registration.session, language) | {
        "path": place_path(registration),
        **context,
    }
    key = key or f"{registration.pk}:{registration.version}"
    notify(registration.user_id or registration.email, kind, key=key, language=language, **facts)


def tell_concerned(session: Session, kind: str, **context: Any) -> int:
    """Tell everybody who has a place or waits for one; how many that are."""
    rows = list(
        session.registrations.filter(state__in=CONCERNED).select_related("session__event").order_by("pk")
    )
    for row in rows:
        tell(row, kind, key=f"{row.pk}:{session.version}", **context)
    return len(rows)
