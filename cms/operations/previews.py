"""How does somebody without an account get to see a draft, and how does that end?"""

import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from knox.crypto import hash_token
from wagtail.models import Page

from cic.core.errors import DomainError, NotAllowed
from cic.core.operations import audit, operation
from cms.models import PreviewLink
from cms.permissions import may_share

MOST_DAYS = 30


@operation
def share_preview(page: Page, *, actor: Any, days: int) -> tuple[PreviewLink, str]:
    """Let whoever has the secret see the newest version of `page` as it is now, for some days; nothing newer.

    Returns the link with its secret, which is not stored. Raises: NotAllowed; DomainError "invalid".
    """
    if not may_share(actor, page):
        raise NotAllowed
    revision = page.get_latest_revision()
    if revision is None or not 1 <= days <= MOST_DAYS:
        raise DomainError("invalid", _("There is no version of this page to be shown yet."))
    secret = secrets.token_urlsafe(24)
    link = PreviewLink.objects.create(
        page_id=page.pk, revision=revision, digest=hash_token(secret), made_by=actor,
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    audit(link, "create", actor=actor, after={"page": page.pk, "revision": revision.pk, "days": days})
    return link, secret


@operation
def end_preview(link: PreviewLink, *, actor: Any) -> None:
    """Let the link lead nowhere from now on.

    Raises: NotAllowed.
    """
    if not may_share(actor, link.page.specific):
        raise NotAllowed
    audit(link, "revoke", actor=actor, before={"page": link.page_id, "revision": link.revision_id})
    link.delete()


@operation
def forget_expired(*, actor: Any) -> int:
    """Remove links whose time is over; how many there were."""
    return PreviewLink.objects.filter(expires_at__lte=timezone.now()).delete()[0]
