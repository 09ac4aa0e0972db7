"""Who reads a conversation, writes in it, and changes what they wrote?"""

from typing import Any

from partners.choices import Role
from partners.models import standing_of
from pilots.models.messages import SUBJECTS, heard, with_channels

from .roles import sees_inside, signed_in
from .trials import WORKING_ROLES


def hears(user: Any, message: Any = None) -> bool:
    """Whoever reads the channel that `message` is, or is to be, in."""
    if message is None or message.subject is None:
        return signed_in(user)
    # A page that has fetched the record with its channels need not ask again.
    known, channels = getattr(message.subject, "heard_by", (None, ()))
    if known is not None and known == user.pk:
        return message.channel in channels
    return bool(heard(type(message.subject), message.channel, user).filter(pk=message.subject.pk).exists())


def speaks(user: Any, message: Any = None) -> bool:
    """Whoever reads the channel; an auditor reads, and changes nothing."""
    standing = standing_of(user)
    if message is None or message.subject is None:
        audits = bool(standing.roles) and not standing.has_somewhere(WORKING_ROLES + (Role.EVALUATOR,))
        return signed_in(user) and (not audits or bool(standing.member_of))
    audits = standing.has([Role.AUDITOR], message.centre_id)
    return hears(user, message) and (not audits or standing.has(WORKING_ROLES, message.centre_id))


def wrote(user: Any, message: Any = None) -> bool:
    """The author, as long as they read the channel."""
    return signed_in(user) if message is None else message.author_id == user.pk and hears(user, message)


def converses(user: Any, obj: Any = None) -> bool:
    """Whoever reads at least one channel of an idea, a trial or an agreement."""
    if obj is None:
        return signed_in(user)
    model = next(model for model in SUBJECTS.values() if isinstance(obj, model))
    return bool(with_channels(model, user).filter(pk=obj.pk).exists())


PERMISSIONS = {
    "pilots.view_message": sees_inside,
    "pilots.converse": converses,
    "pilots.write_message": speaks,
    "pilots.edit_message": wrote,
}
