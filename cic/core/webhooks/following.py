"""What has happened since a webhook last looked, and may its owner know of it?"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cic.core.background import enqueue, notify
from cic.core.models import AuditEntry, AuditHead, Delivery, Webhook
from cic.core.operations import operation

from .keeping import ask_for, stop_webhook
from .sending import GIVE_UP_AFTER, deliver

BATCH = 500
KEEP_DAYS = 30


def nouns() -> dict[str, tuple[str, Any]]:
    """Model label → name in the API and model. The composition root lists the rooms."""
    rooms = getattr(get_resolver().urlconf_module, "ROOMS", ())
    return {
        viewset.serializer_class.Meta.model._meta.label_lower: (name, viewset.serializer_class.Meta.model)
        for room in rooms
        for name, viewset in room.API
    }


def follow_audit() -> int:
    """Have every webhook told of what is new to it. Returns how many messages were asked for."""
    head = AuditHead.objects.first()
    if head is None:
        return 0
    behind = Webhook.objects.filter(active=True, position__lt=head.position).order_by("pk")
    return sum(_follow(pk) for pk in behind.values_list("pk", flat=True))


@transaction.atomic
def _follow(webhook_id: int) -> int:
    webhook = (
        Webhook.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=webhook_id, active=True)
        .first()
    )
    if webhook is None:
        return 0
    if not webhook.user.is_active:
        stop_webhook(webhook, actor=None, because=_("The account was closed."))
        return 0
    entries = list(AuditEntry.objects.filter(position__gt=webhook.position).order_by("position")[:BATCH])
    if not entries:
        return 0
    made = [
        Delivery(webhook=webhook, event=event, noun=noun, object_id=pk, happened_at=at)
        for event, noun, pk, at in _told(entries, webhook)
    ]
    Delivery.objects.bulk_create(made)
    for delivery in made:
        ask_for(delivery)
    webhook.position = entries[-1].position
    webhook.save(update_fields=["position"])
    return len(made)


def _told(entries: Iterable[AuditEntry], webhook: Webhook) -> list[tuple[str, str, int, Any]]:
    """Event, noun, id and moment of each record that changed and that the owner may see: once for each record."""
    known = nouns()
    changed: dict[tuple[str, int], AuditEntry] = {}
    created = set()
    for entry in entries:
        noun = known.get(entry.object_type, ("", None))[0]
        if not noun or not entry.object_id.isdigit() or (webhook.nouns and noun not in webhook.nouns):
            continue
        key = (entry.object_type, int(entry.object_id))
        changed[key] = entry
        if entry.action.endswith((".create", ".import")):
            created.add(key)
    seen = {
        label: _visible(known[label][1], changed, label, webhook.user)
        for label in {key[0] for key in changed}
    }
    return [
        (
            f"{known[label][0]}.{'created' if (label, pk) in created else 'changed'}",
            known[label][0],
            pk,
            entry.at,
        )
        for (label, pk), entry in changed.items()
        if pk in seen[label]
    ]


def _visible(model: Any, changed: Iterable[tuple[str, int]], label: str, user: Any) -> set[int]:
    ids = [pk for name, pk in changed if name == label]
    return set(model.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def send(delivery_id: str, attempt: int) -> None:
    """Send one message, unless it was sent since, stopped, or its owner may no longer know of the record."""
    delivery = Delivery.objects.select_related("webhook__user").filter(pk=delivery_id).first()
    if delivery is None or delivery.attempts != attempt or delivery.outcome not in ("waiting", "retrying"):
        return
    webhook = delivery.webhook
    if not webhook.active or not webhook.user.is_active or not _still_told(delivery):
        Delivery.objects.filter(pk=delivery.pk).update(outcome="withheld", again_at=None)
        return
    outcome, again_at = deliver(delivery)
    _keep(delivery, outcome, again_at)


def _still_told(delivery: Delivery) -> bool:
    if not delivery.noun:
        return True
    models = dict(nouns().values())
    model = models.get(delivery.noun)
    return (
        model is not None
        and model.objects.visible_to(delivery.webhook.user).filter(pk=delivery.object_id).exists()
    )


@operation
def _keep(delivery: Delivery, outcome: str, again_at: Any) -> None:
    """Write down what came of an attempt; plan the next, or stop a webhook that has failed for days."""
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    delivery.outcome, delivery.again_at = ("failed" if outcome == "gone" else outcome), again_at
    delivery.save(
        update_fields=["attempts", "sent_at", "status", "milliseconds", "reason", "outcome", "again_at"]
    )
    if outcome == "delivered":
        Webhook.objects.filter(pk=webhook.pk).update(failing_since=None)
        return
    if again_at is not None:
        enqueue(
            "core.deliver_webhook", run_at=again_at, delivery_id=str(delivery.pk), attempt=delivery.attempts
        )
    since = webhook.failing_since or timezone.now()
    Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=since)
    if outcome == "gone" or timezone.now() - since > GIVE_UP_AFTER:
        with override(webhook.user.language):
            because = (
                _("The receiver wants no more messages.")
                if outcome == "gone"
                else _("The receiver has not taken a message for three days.")
            )
        stop_webhook(webhook, actor=None, because=because)
        notify(
            webhook.user,
            "core.webhook_stopped",
            key=f"webhook:{webhook.pk}:{timezone.now():%Y%m%d%H}",
            name=webhook.name,
            because=because,
            path=f"/workspace/webhooks/{webhook.pk}/",
        )


def forget_old_deliveries() -> None:
    """Remove the log of messages older than thirty days."""
    Delivery.objects.filter(created_at__lt=timezone.now() - timedelta(days=KEEP_DAYS)).delete()
