"""How does a message reach an address that may be hostile, slow or gone, and when is it tried again?"""

import json
import random
import socket
import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress, filter_host
from standardwebhooks import Webhook as Signer

from cic.core.errors import DomainError
from cic.core.models import Delivery, Webhook
from cic.core.sealing import unseal
from cic.core.validators import check_web_address

TIMEOUT_SECONDS = (5, 15)
PORTS = (None, 443, 8443)
# Seconds before the second attempt, the third, …: some three days in all.
PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
LONGEST_RETRY_AFTER = 86_400
GIVE_UP_AFTER = timedelta(days=3)


def check_receiver(url: str) -> None:
    """Raise DomainError "invalid" unless `url` leads to a public https address without user or odd port.

    With WEBHOOKS_ALLOW_PRIVATE also to http, to any port and to the installation's own network.
    """
    try:
        check_web_address(url)
        parts = urlsplit(url)
        port = parts.port
    except Exception as error:  # noqa: BLE001  whatever is wrong with it, it is no address
        raise _refusal(_("Give a web address that begins with https://.")) from error
    if settings.WEBHOOKS_ALLOW_PRIVATE:
        return
    if parts.scheme != "https":
        raise _refusal(_("Give a web address that begins with https://."))
    if port not in PORTS:
        raise _refusal(_("Only the ports 443 and 8443 are allowed."))
    try:
        filter_host(parts.hostname or "", port or 443, allow_loopback=False)
    except InvalidIPAddress as error:
        raise _refusal(_("This address is not on the public internet.")) from error
    except (requests.RequestException, OSError, UnicodeError, ValueError) as error:
        raise _refusal(_("This address cannot be found.")) from error


def _refusal(sentence: str) -> DomainError:
    return DomainError("invalid", sentence, fields={"url": [sentence]})


def manager(agent: str = "CIC-webhooks/1") -> Manager:
    """What sends: to the address that was checked, never after a redirect, never for long."""
    return Manager(
        Config(
            ip_filter_enable=not settings.WEBHOOKS_ALLOW_PRIVATE,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=TIMEOUT_SECONDS,
            user_agent_override=agent,
        )
    )


def body_of(delivery: Delivery) -> str:
    """What is sent: the kind of change, when, and where to read the record."""
    data: dict[str, Any] = {}
    if delivery.noun:
        url = f"{settings.BASE_URL}/api/v1/{delivery.noun}/{delivery.object_id}/"
        data = {"noun": delivery.noun, "id": delivery.object_id, "url": url}
    said = {"type": delivery.event, "timestamp": delivery.happened_at.isoformat(), "data": data}
    return json.dumps(said, separators=(",", ":"))


def headers_of(delivery: Delivery, webhook: Webhook, body: str) -> dict[str, str]:
    """Id (the same at every attempt), moment, and a signature by each secret that holds."""
    now = timezone.now()
    name = f"msg_{delivery.pk.hex}"
    signatures = [Signer(unseal(secret)).sign(name, now, body) for secret in webhook.sealed_secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def deliver(delivery: Delivery) -> tuple[str, datetime | None]:
    """Send it once, and keep status and time. Returns the outcome and, if it is to be tried again, when.

    The outcomes: "delivered", "retrying", "failed", and "gone" when the receiver wants no more.
    """
    body = body_of(delivery)
    start, delay, status, reason = time.monotonic(), 0.0, None, ""
    try:
        with manager().get_session() as session:
            headers = headers_of(delivery, delivery.webhook, body)
            answer = session.post(delivery.webhook.url, data=body, headers=headers, stream=True)
            status, delay = answer.status_code, _retry_after(answer.headers.get("Retry-After", ""))
            answer.close()
    except InvalidIPAddress:
        reason = "private"
    except (requests.RequestException, OSError, UnicodeError, ValueError) as error:
        # Not its text: that may quote what a host inside answered.
        reason = "timeout" if isinstance(error, requests.Timeout | socket.timeout) else "unreached"
    delivery.attempts += 1
    delivery.sent_at, delivery.status, delivery.reason = timezone.now(), status, reason
    delivery.milliseconds = int((time.monotonic() - start) * 1000)
    if status is not None and 200 <= status < 300:
        return "delivered", None
    if status == 410:
        return "gone", None
    if delivery.attempts > len(PAUSES):
        return "failed", None
    pause = max(PAUSES[delivery.attempts - 1] * random.uniform(0.8, 1.2), delay)
    return "retrying", timezone.now() + timedelta(seconds=pause)


def _retry_after(text: str) -> float:
    """Seconds that the receiver asked to be left alone, at most a day; 0 when it did not ask."""
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), LONGEST_RETRY_AFTER))
    try:
        seconds = (parsedate_to_datetime(text) - timezone.now()).total_seconds()
    except (TypeError, ValueError):
        return 0.0
    return max(0.0, min(seconds, LONGEST_RETRY_AFTER))
