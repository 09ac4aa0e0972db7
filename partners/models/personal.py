"""What does this room hold on a person?"""

from django.db.models import Q

from cic.core.personal import ITSELF, OURS, Held, declare

KEPT = {"version": OURS, "source": OURS, "external_id": OURS, "updated_at": OURS}

declare(
    {
        "partners.User": Held(
            ("pk",),
            ("email", "name", "kind", "language", "time_zone", "is_active", "is_superuser", "joined_at", "last_login"),
            {"password": ITSELF, "version": OURS},
            whole=True,
        ),
        "partners.User_groups": Held(("user",), ("group__name",), {"group": "Its name is given."}, whole=True),
        "partners.User_user_permissions": Held(
            ("user",), ("permission__codename",), {"permission": "Its name is given."}, whole=True
        ),
        "partners.Membership": Held(
            ("user",),
            ("organisation", "organisation__name", "role", "title", "starts_on", "ends_on", "created_at"),
            KEPT,
            whole=True,
        ),
        "partners.Appointment": Held(
            ("user",), ("role", "centre", "starts_on", "ends_on", "created_at"), KEPT, whole=True
        ),
        "partners.TeamMember": Held(
            ("user",),
            ("centre", "organisation", "specialism", "starts_on", "ends_on", "created_at"),
            KEPT,
            whole=True,
        ),
        "partners.JoinRequest": Held(
            ("user",),
            ("organisation", "organisation__name", "origin", "email", "role", "message", "state", "created_at"),
            KEPT,
            whole=True,
            also=lambda person: Q(email=person.email),
        ),
        "partners.Machine": Held(("owner", "user"), ("user__name", "organisation", "role", "centre", "created_at")),
        "partners.DataExport": Held(
            ("user",),
            ("asked_at", "ready_at"),
            {"session_digest": ITSELF, "file": ITSELF, "done": OURS, "total": OURS},
            whole=True,
            goes=True,
        ),
        "partners.CommitteeAction": Held(("person",), ("meeting", "text", "due_on", "done_on", "created_at")),
        "partners.ResourceGift": Held(
            ("confirmed_by_city", "confirmed_by_party"), ("resource", "given_on", "note", "created_at")
        ),
    }
)  # fmt: skip
