"""What do we hold on a person, what of it do they get when they ask, and what goes when they leave?

Each room declares its own models here; tests/meta compares the declarations with the models, so that a new
column about a person is handed out, or kept back for a reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Q


@dataclass(frozen=True)
class Held:
    """One model's rows about a person.

    `by` are the paths to the person (“pk” for the person's own row), `also` finds rows by something else,
    such as an address. `fields` are handed out. Where `whole`, the rows are about the person and nothing
    else: every column is in `fields` or has its reason in `kept_back`. `goes` says that the rows are
    deleted with the account.
    """

    by: tuple[str, ...]
    fields: tuple[str, ...]
    kept_back: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    goes: bool = False
    also: Callable[[Any], Q] | None = None


_declared: dict[str, Held] = {}


def declare(table: Mapping[str, Held]) -> None:
    """Add a room's declarations, by label of the model."""
    _declared.update(table)


def declared() -> dict[str, Held]:
    """All declarations, in a fixed order."""
    return dict(sorted(_declared.items()))


def rows_on(label: str, person: Any) -> Any:
    """The rows of one declared model that are about `person`, or name them."""
    held = _declared[label]
    about = held.also(person) if held.also else Q()
    for path in held.by:
        about |= Q(**{path: person.pk})
    model = apps.get_model(label)
    manager = getattr(model, "_base_manager", model.objects)
    return manager.filter(pk__in=manager.filter(about).values("pk"))


def told(label: str, person: Any) -> list[dict[str, Any]]:
    """Those rows with the columns that are handed out, and by which relation they name the person."""
    held = _declared[label]
    relations = [path for path in held.by if path != "pk" and "__" not in path]
    rows = list(rows_on(label, person).order_by("pk").values("pk", *held.fields, *relations))
    for row in rows:
        mine = [name for name in relations if row.pop(name) == person.pk]
        if relations:
            row["as"] = mine
    return rows


ITSELF = "Opens the account to whoever has it."
OURS = "Says nothing about the person; the product keeps it to work."

declare(
    {
        "core.ApiToken": Held(
            ("user",),
            ("name", "hint", "scopes", "centre_id", "created_at", "expires_at", "last_used_at", "revoked_at"),
            {"digest": ITSELF},
            whole=True,
            goes=True,
        ),
        "core.CalendarKey": Held(
            ("user",), ("hint", "created_at"), {"digest": ITSELF}, whole=True, goes=True
        ),
        "core.Webhook": Held(
            ("user",),
            ("name", "url", "nouns", "rotated_at", "active", "stopped_because", "failing_since", "created_at"),
            {"secret": ITSELF, "old_secret": ITSELF, "position": OURS},
            whole=True,
            goes=True,
        ),
        "core.IdempotencyKey": Held(
            ("user",),
            ("method", "path", "status", "created_at"),
            {"key": OURS, "request_hash": OURS, "headers": OURS, "body": "Repeats an answer for a day."},
            whole=True,
            goes=True,
        ),
        "core.Export": Held(
            ("owner",),
            ("title", "path", "query", "format", "language", "total", "created_at", "finished_at", "expires_at"),
            {"file": "A list that was asked for; it is fetched where it was asked for.", "done": OURS},
            whole=True,
            goes=True,
        ),
        "core.Notification": Held(
            ("reader",),
            ("kind", "object_type", "object_id", "delivery", "created_at", "read_at", "mailed_at"),
            {"event": OURS, "bound": OURS, "context": "Words of a record; it is read where the person may still open it."},
            whole=True,
            goes=True,
        ),
        "core.NotificationPreference": Held(("user",), ("topic", "delivery"), whole=True, goes=True),
        "core.Attachment": Held(("uploaded_by",), ("title", "name", "kind", "size_bytes", "created_at")),
        "core.StageChange": Held(
            ("actor",),
            ("object_type", "object_id", "move", "from_state", "to_state", "reason", "effective_at", "recorded_at"),
        ),
        "core.AuditEntry": Held(
            ("actor",),
            ("at", "action", "object_type", "object_id", "object_label", "before", "after", "note"),
            also=lambda person: Q(object_type="partners.user", object_id=str(person.pk)),
        ),
        "account.EmailAddress": Held(
            ("user",), ("email", "verified", "primary"), whole=True, goes=True
        ),
        "mfa.Authenticator": Held(
            ("user",), ("type", "created_at", "last_used_at"), {"data": ITSELF}, whole=True, goes=True
        ),
        "socialaccount.SocialAccount": Held(
            ("user",), ("provider", "uid", "last_login", "date_joined", "extra_data"), whole=True, goes=True
        ),
        "usersessions.UserSession": Held(
            ("user",),
            ("created_at", "ip", "last_seen_at", "user_agent", "data"),
            {"session_key": ITSELF},
            whole=True,
            goes=True,
        ),
    }
)  # fmt: skip
