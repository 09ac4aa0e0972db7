"""How do other systems hear of changes? By signed messages (Standard Webhooks) that follow the audit log.

A message says that a record changed and where to read it, never what is in it: whoever receives it reads it
through the API, with rights of their own.
Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from .following import follow_audit, forget_old_deliveries, nouns
from .keeping import (
    create_webhook,
    edit_webhook,
    remove_webhook,
    replay,
    rotate_secret,
    send_ping,
    start_webhook,
    stop_webhook,
)
from .sending import check_receiver, deliver

__all__ = [
    "check_receiver",
    "create_webhook",
    "deliver",
    "edit_webhook",
    "follow_audit",
    "forget_old_deliveries",
    "nouns",
    "remove_webhook",
    "replay",
    "rotate_secret",
    "send_ping",
    "start_webhook",
    "stop_webhook",
]
