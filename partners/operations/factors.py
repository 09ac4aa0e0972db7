"""How is a person's second factor written down, and taken away when its telephone is lost?"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from cic.core.operations import audit, lock, operation
from cic.core.permissions import require
from partners.models import User


@operation
def note_factor(user: User, kind: str, action: str, *, actor: Any) -> None:
    """Write down that a factor came, went or was used; its secret is nowhere in the log."""
    audit(user, action, actor=actor, after={"factor": kind})


@operation
def change_factor(user: User, kind: str, action: str, *, actor: Any, session_key: str) -> None:
    """Write down that a factor came or went, and end every sign-in of `user` but that of `session_key`."""
    note_factor(user, kind, action, actor=actor)
    _end_sign_ins(user, but=session_key)


def _end_sign_ins(user: User, but: str = "") -> None:
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    rows.delete()


@operation
def take_factors(user: User, *, actor: Any, note: str = "") -> int:
    """Remove every second factor of `user` and end their sign-ins. Returns how many factors there were.

    For somebody who lost telephone and recovery codes; who they are has been checked otherwise.
    Raises: NotAllowed.
    """
    require(actor, "partners.deactivate_user", user)
    lock(user)
    factors = Authenticator.objects.filter(user=user)
    kinds = sorted(factors.values_list("type", flat=True))
    if kinds:
        factors.delete()
        _end_sign_ins(user)
        audit(user, "take_factors", actor=actor, before={"factors": kinds}, note=note)
    return len(kinds)
