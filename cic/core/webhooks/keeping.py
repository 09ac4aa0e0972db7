"""Who may be told, at which address, with which secret? The writes about webhooks."""

import base64
import secrets
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core import tally
from cic.core.background import enqueue
from cic.core.errors import DomainError
from cic.core.models import AuditHead, Delivery, Webhook
from cic.core.operations import audit, operation
from cic.core.sealing import seal
from cic.core.texts import clean_text

from .sending import check_receiver

SECRET_BYTES = 32
MOST_OF_ONE_PERSON = 10
PINGS_A_MINUTE = 5


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _told(webhook: Webhook) -> dict[str, Any]:
    return {"name": webhook.name, "url": webhook.url, "nouns": webhook.nouns, "active": webhook.active}


@operation
def create_webhook(*, actor: Any, name: str, url: str, nouns: list[str]) -> tuple[Webhook, str]:
    """Let an address hear of what `actor` may see, from now on. Returns it with its secret, shown only now.

    Raises: DomainError "invalid" for an address nobody may be sent to; "limit" beyond ten.
    """
    check_receiver(url)
    if Webhook.objects.filter(user=actor).count() >= MOST_OF_ONE_PERSON:
        raise DomainError("wrong_state", _("You have ten webhooks. Remove one first."))
    secret = _new_secret()
    head = AuditHead.objects.first()
    webhook = Webhook.objects.create(
        user=actor,
        name=clean_text(name, multiline=False),
        url=url,
        nouns=nouns,
        secret=seal(secret),
        position=head.position if head else 0,
    )
    audit(webhook, "create", actor=actor, after=_told(webhook))
    return webhook, secret


@operation
def edit_webhook(webhook: Webhook, *, actor: Any, name: str, url: str, nouns: list[str]) -> Webhook:
    """Change where it goes and what of. Raises: DomainError "invalid"."""
    check_receiver(url)
    before = _told(webhook)
    webhook.name, webhook.url, webhook.nouns = clean_text(name, multiline=False), url, nouns
    webhook.save(update_fields=["name", "url", "nouns"])
    audit(webhook, "edit", actor=actor, before=before, after=_told(webhook))
    return webhook


@operation
def rotate_secret(webhook: Webhook, *, actor: Any) -> str:
    """Give it a new secret, shown only now. For a day both sign, so that the receiver can change over."""
    secret = _new_secret()
    webhook.old_secret, webhook.secret, webhook.rotated_at = webhook.secret, seal(secret), timezone.now()
    webhook.save(update_fields=["old_secret", "secret", "rotated_at"])
    audit(webhook, "rotate", actor=actor)
    return secret


@operation
def stop_webhook(webhook: Webhook, *, actor: Any, because: str = "") -> None:
    """Send nothing more, also of what waits. `actor` is None when the product stops it by itself."""
    webhook.active, webhook.stopped_because = False, because[:200]
    webhook.save(update_fields=["active", "stopped_because"])
    open_ones = Delivery.objects.filter(webhook=webhook, outcome__in=("waiting", "retrying"))
    open_ones.update(outcome="withheld", again_at=None, reason=_("The webhook was stopped."))
    audit(webhook, "stop", actor=actor, note=because)


@operation
def start_webhook(webhook: Webhook, *, actor: Any) -> None:
    """Send again, from now on: what happened meanwhile is not told."""
    head = AuditHead.objects.first()
    webhook.active, webhook.stopped_because, webhook.failing_since = True, "", None
    webhook.position = head.position if head else 0
    webhook.save(update_fields=["active", "stopped_because", "failing_since", "position"])
    audit(webhook, "start", actor=actor)


@operation
def remove_webhook(webhook: Webhook, *, actor: Any) -> None:
    """Forget the address, its secret and its log."""
    audit(webhook, "remove", actor=actor, before=_told(webhook))
    webhook.delete()


@operation
def replay(delivery: Delivery, *, actor: Any) -> Delivery:
    """Send one message again, under the same id, with all its attempts before it.

    Raises: DomainError "wrong_state" when its webhook is stopped.
    """
    if not delivery.webhook.active:
        raise DomainError("wrong_state", _("The webhook is stopped. Start it first."))
    delivery.outcome, delivery.attempts, delivery.again_at, delivery.reason = "waiting", 0, None, ""
    delivery.save(update_fields=["outcome", "attempts", "again_at", "reason"])
    ask_for(delivery)
    audit(delivery.webhook, "replay", actor=actor, after={"message": str(delivery.pk)})
    return delivery


@operation
def send_ping(webhook: Webhook, *, actor: Any) -> Delivery:
    """Send a message that says nothing happened. Raises: DomainError "wrong_state"; "too_many"."""
    if not webhook.active:
        raise DomainError("wrong_state", _("The webhook is stopped. Start it first."))
    number, left_s = tally.count(f"ping:{actor.pk}")
    if number > PINGS_A_MINUTE:
        raise DomainError(
            "wrong_state", _("Wait %(seconds)s seconds before the next test.") % {"seconds": left_s}
        )
    delivery = Delivery.objects.create(webhook=webhook, event="ping", happened_at=timezone.now())
    ask_for(delivery)
    return delivery


def ask_for(delivery: Delivery) -> None:
    """Have a message sent once this transaction commits."""
    enqueue("core.deliver_webhook", delivery_id=str(delivery.pk), attempt=delivery.attempts)
