"""How does what somebody cannot read or use reach those who can mend it?"""

import secrets
from typing import Any

from django.conf import settings

from cic.core.background import notify_all
from cic.core.operations import operation
from partners.choices import Role
from partners.models import User


@operation
def send_feedback(*, actor: Any, text: str, page: str = "", address: str = "") -> None:
    """Mail a remark about accessibility to the contact of the installation; without one, to its administrators.

    `page` is what it is about, in the reader's words; `address` where an answer goes, if one is wanted.
    Source: Royal Decree 1112/2018, articles 10.2.a and 11.
    """
    readers: list[Any] = [settings.CONTACT_EMAIL]
    if not settings.CONTACT_EMAIL:
        readers = list(User.objects.appointed([Role.ADMIN], None))
    notify_all(
        readers,
        "community.feedback",
        key=secrets.token_hex(8),
        language=settings.LANGUAGE_CODE,
        words=text,
        about=page,
        address=address,
    )
