"""What do this room and its editor hold on a person?"""

from cic.core.personal import OURS, Held, declare

declare(
    {
        "cms.PreviewLink": Held(("made_by",), ("made_at", "expires_at")),
        "cms.Waiver": Held(("waived_by",), ("kind", "reason")),
        "wagtailcore.Page": Held(("owner", "locked_by"), ("title", "first_published_at", "locked_at")),
        "wagtailcore.Revision": Held(("user",), ("object_str", "created_at")),
        "wagtailcore.PageLogEntry": Held(("user",), ("label", "action", "timestamp")),
        "wagtailcore.ModelLogEntry": Held(("user",), ("label", "action", "timestamp")),
        "wagtailcore.WorkflowState": Held(("requested_by",), ("object_id", "status", "created_at")),
        "wagtailcore.TaskState": Held(("finished_by",), ("status", "comment", "finished_at")),
        "wagtailcore.Comment": Held(("user", "resolved_by"), ("text", "created_at", "resolved_at")),
        "wagtailcore.CommentReply": Held(("user",), ("text", "created_at")),
        "wagtailcore.PageSubscription": Held(("user",), ("page", "comment_notifications"), goes=True),
        "wagtailcore.UploadedFile": Held(("uploaded_by_user",), ("file",), goes=True),
        "wagtailcore.APIToken": Held(("user",), ("name", "prefix"), goes=True),
        "wagtaildocs.Document": Held(("uploaded_by_user",), ("title", "created_at")),
        "wagtailimages.Image": Held(("uploaded_by_user",), ("title", "created_at")),
        "wagtailadmin.EditingSession": Held(("user",), ("last_seen_at",), goes=True),
        "wagtailadmin.FormState": Held(("user",), ("object_id",), goes=True),
        "wagtailusers.UserProfile": Held(
            ("user",),
            (
                "submitted_notifications", "approved_notifications", "rejected_notifications",
                "updated_comments_notifications", "preferred_language", "current_time_zone", "avatar", "theme",
                "contrast", "density", "keyboard_shortcuts",
            ),
            {"dismissibles": OURS},
            whole=True,
            goes=True,
        ),
    }
)  # fmt: skip
