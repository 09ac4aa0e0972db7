"""What does this room hold on a person?"""

from django.db.models import Q

from cic.core.personal import OURS, Held, declare

declare(
    {
        "events.Session": Held(("chair",), ("reference", "title", "state", "starts_at")),
        # Before what they were given for: that is forgotten next.
        "events.Certificate": Held(
            ("user",),
            ("reference", "name", "language", "titles", "goals", "minutes", "earned_on", "issuer", "issued_at", "code",
             "state", "revoked_at", "taking", "registration", "centre", "created_at"),
            {
                "version": OURS, "source": OURS, "external_id": OURS, "updated_at": OURS, "search_text": OURS,
                "sort_key": OURS,
            },
            whole=True,
            goes=True,
            also=lambda person: Q(registration__email=person.email),
        ),
        "events.Taking": Held(
            ("user",),
            ("capsule", "edition", "parts_read", "goals_reached", "state", "begun_at", "completed_at", "created_at"),
            {"version": OURS, "source": OURS, "external_id": OURS, "updated_at": OURS},
            whole=True,
            goes=True,
        ),
        "events.Registration": Held(
            ("user",),
            ("session", "name", "email", "language", "state", "asked_at", "waiting_since", "offered_until", "checked_in_at",
             "reminded_at", "created_at"),
            {
                "version": OURS, "source": OURS, "external_id": OURS, "updated_at": OURS, "search_text": OURS,
                "sort_key": OURS,
            },
            whole=True,
            goes=True,
            also=lambda person: Q(email=person.email),
        ),
    }
)  # fmt: skip
