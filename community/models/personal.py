"""What does this room hold on a person?"""

from django.db.models import Q

from cic.core.personal import ITSELF, OURS, Held, declare

declare(
    {
        # What was said in public stays when its author leaves, by a former user.
        "community.Comment": Held(
            ("author",),
            ("trial", "challenge", "debate", "parent", "kind", "text", "official", "state", "published_at", "edited_at", "created_at"),
        ),
        # A debate belongs to its group: it stays when whoever began it leaves, by a former user.
        "community.Debate": Held(
            ("author",), ("group", "title", "text", "language", "state", "conclusions", "closed_at", "created_at")
        ),
        "community.GroupMember": Held(
            ("user",),
            ("group", "email", "message", "role", "state", "joined_at", "created_at"),
            {"version": OURS, "source": OURS, "external_id": OURS, "updated_at": OURS},
            whole=True,
            goes=True,
            also=lambda person: Q(email=person.email),
        ),
        "community.Follow": Held(
            ("user",),
            ("address", "trial", "challenge", "centre", "group", "search", "language", "frequency", "confirmed_at", "created_at"),
            {
                "key": OURS, "told_position": OURS, "asked_at": OURS, "token_digest": ITSELF, "token_expires_at": OURS,
                "version": OURS, "source": OURS, "external_id": OURS, "updated_at": OURS,
            },
            whole=True,
            goes=True,
            also=lambda person: Q(address=person.email),
        ),
    }
)  # fmt: skip
