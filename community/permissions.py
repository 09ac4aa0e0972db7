"""Who may comment in public, answer for the city, report, and moderate?"""

from typing import Any

from django.conf import settings

from cic.core.choices import PUBLIC_STATES
from cic.core.permissions import register, sees
from community.choices import OFF
from community.models.comments import MODERATING
from partners.choices import Role
from partners.models import standing_of
from partners.permissions import is_staff_of, is_staff_somewhere, signed_in

ANSWERING = (Role.COORDINATOR, Role.MONITOR, Role.SECRETARY, Role.LEGAL, Role.EDITOR, Role.MODERATOR)


def speaks(user: Any, subject: Any = None) -> bool:
    """Whoever signed in, about what is public, while the installation takes comments; an auditor changes nothing."""
    if settings.COMMENTS == OFF or not signed_in(user) or standing_of(user).has_somewhere([Role.AUDITOR]):
        return False
    return subject is None or subject.publication in PUBLIC_STATES


def wrote(user: Any, comment: Any = None) -> bool:
    """Its author."""
    return signed_in(user) if comment is None else comment.author_id == user.pk


def reports(user: Any, comment: Any = None) -> bool:
    """Whoever may speak, about what somebody else wrote."""
    return speaks(user) and (comment is None or comment.author_id != user.pk)


def follows(user: Any, record: Any = None) -> bool:
    """Whoever signed in, what is public."""
    return signed_in(user) and (record is None or record.publication in PUBLIC_STATES)


answers_for_city = is_staff_of(*ANSWERING)
moderates = is_staff_of(*MODERATING)


def sees_state(user: Any, comment: Any = None) -> bool:
    """Where a comment stands: who wrote it and who moderates. That it was reported is nobody else's business."""
    return moderates(user, comment) or (comment is not None and wrote(user, comment))


register(
    {
        "community.follow": follows,
        "community.view_comment": sees,
        "community.write_comment": speaks,
        "community.edit_comment": wrote,
        "community.answer_for_city": answers_for_city,
        "community.moderate": moderates,
        "community.open_queue": is_staff_somewhere(*MODERATING),
        "community.see_comment_state": sees_state,
    }
)
