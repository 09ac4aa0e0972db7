"""What does this room hold on a person?"""

from cic.core.personal import Held, declare

declare(
    {
        # What was said in public stays when its author leaves, by a former user.
        "community.Comment": Held(
            ("author",),
            ("trial", "challenge", "parent", "kind", "text", "official", "state", "published_at", "edited_at", "created_at"),
        ),
    }
)  # fmt: skip
