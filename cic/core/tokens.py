"""Who is the program behind this request, and for whom does it act?"""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.crypto import create_token_string, hash_token
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.throttling import BaseThrottle

from . import tally
from .models.tokens import ApiToken, CalendarKey
from .operations import audit, lock, operation
from .texts import clean_text

PREFIX = "cic_"
KEYWORDS = (b"bearer", b"token")
HINT_LENGTH = 12
CALENDAR_HINT = 6
# From one address; a program with an old token asks less often, one that guesses asks more.
FAILURES_A_MINUTE = 60
# Written at most this often, so that a read stays a read.
LAST_USED_EVERY = timedelta(hours=1)


@operation
def issue_token(
    *,
    actor: Any,
    name: str,
    scopes: list[str],
    expires_at: datetime | None = None,
    centre_id: int | None = None,
    user: Any = None,
) -> tuple[ApiToken, str]:
    """Make a token that acts for `user`, or for `actor`. Returns it with its key, which cannot be shown again."""
    key = PREFIX + create_token_string()
    name = clean_text(name, multiline=False)
    token = ApiToken.objects.create(
        user=user or actor,
        name=name,
        hint=key[:HINT_LENGTH],
        digest=hash_token(key),
        scopes=scopes,
        expires_at=expires_at,
        centre_id=centre_id,
    )
    audit(token, "create", actor=actor, after={"name": name, "scopes": scopes, "expires_at": expires_at})
    return token, key


@operation
def revoke_token(token: ApiToken, *, actor: Any) -> ApiToken:
    """End a token at once. Revoking it again changes nothing."""
    now = timezone.now()
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        token.revoked_at = now
        audit(token, "revoke", actor=actor, before={"revoked_at": None}, after={"revoked_at": now})
    return token


@operation
def revoke_tokens(*, actor: Any) -> int:
    """End every token of `actor` that still works, each with its audit row. Returns how many."""
    tokens = list(ApiToken.objects.visible_to(actor).usable())
    for token in tokens:
        revoke_token(token, actor=actor)
    return len(tokens)


@operation
def issue_calendar_key(*, actor: Any) -> str:
    """Make the secret of `actor`'s calendar address; an older one ends. It is not stored and cannot be shown again."""
    revoke_calendar_key(actor=actor)
    secret = create_token_string()
    row = CalendarKey.objects.create(user=actor, hint=secret[:CALENDAR_HINT], digest=hash_token(secret))
    audit(row, "create", actor=actor)
    return secret


@operation
def revoke_calendar_key(*, actor: Any) -> bool:
    """End `actor`'s calendar address at once. Says whether there was one."""
    lock(actor)  # of two at once, the second finds what the first one made
    row = CalendarKey.objects.filter(user=actor).first()
    if row is None:
        return False
    audit(row, "revoke", actor=actor)
    CalendarKey.objects.filter(pk=row.pk).delete()
    return True


def owner_of_calendar(secret: str) -> Any:
    """Whose calendar address this is; None when it is nobody's, or that of somebody who may not sign in."""
    rows = CalendarKey.objects.filter(digest=hash_token(secret), user__is_active=True)
    row = rows.select_related("user").first()
    return row.user if row else None


def carries_token(request: Any) -> bool:
    """Whether a token decides about this request, be it good or bad, and no session does."""
    return get_authorization_header(request).lower().startswith(tuple(word + b" " for word in KEYWORDS))


class ScopedTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cic_…`; `request.auth` is then the ApiToken."""

    def authenticate(self, request: Any) -> tuple[Any, ApiToken] | None:
        """The token's user, or None when the request carries no token.

        Raises: AuthenticationFailed, in the same words whether unknown, expired, revoked or its user gone.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() not in KEYWORDS:
            return None
        key = parts[1].decode("latin-1") if len(parts) == 2 else ""
        token = ApiToken.objects.usable().select_related("user").filter(digest=hash_token(key)).first()
        if token is None or not token.user.may_use_tokens:
            self._count_failure(request)
            raise AuthenticationFailed(_("This token is not valid."))
        self._remember_use(token)
        if token.centre_id is not None:
            token.user.limit_to_centre(token.centre_id)
        return token.user, token

    def authenticate_header(self, request: Any) -> str:
        """The WWW-Authenticate header of a 401."""
        return 'Bearer realm="api"'

    def _count_failure(self, request: Any) -> None:
        failures, left_s = tally.count(f"bad-token:{BaseThrottle().get_ident(request)}")
        if failures > FAILURES_A_MINUTE:
            raise Throttled(left_s)

    def _remember_use(self, token: ApiToken) -> None:
        now = timezone.now()
        stale = models.Q(last_used_at=None) | models.Q(last_used_at__lt=now - LAST_USED_EVERY)
        if token.last_used_at is None or token.last_used_at < now - LAST_USED_EVERY:
            ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
