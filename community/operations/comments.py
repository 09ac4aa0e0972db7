"""How is something said in public, read by a moderator, reported, hidden, and who hears of it?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cic.core.background import notify_all
from cic.core.errors import DomainError, NotAllowed
from cic.core.operations import edit, lock, move, operation, record
from cic.core.permissions import can, require
from community.choices import (
    AFTER,
    COMMENT_EDIT_MINUTES,
    COMMENTS_PER_HOUR,
    CommentKind,
    CommentState,
)
from community.models import Comment, Debate, GroupMember
from community.models.comments import SUBJECTS
from community.models.subjects import title_of
from community.transitions import COMMENT
from partners.choices import Role
from partners.models import User

from .group_members import hosts_of

# Somebody pressed the button twice; units: minutes.
SAME_AGAIN_MINUTES = 10


@operation
def write_comment(values: Mapping[str, Any], *, actor: Any) -> Comment:
    """Say `text` in public about one `trial` or `challenge`, in one `debate`, or in answer to `parent`.

    The same words twice within minutes are one comment. It shows at once where the installation reads comments
    afterwards, in debates, and from those who answer for the city or moderate.
    Raises: NotAllowed; DomainError "invalid" or "limit".
    """
    comment = Comment(**values, author=actor)
    _place(comment)
    if comment.debate is not None:
        comment.debate = lock(comment.debate)  # it may be closed, or its author removed, at this very moment
    subject = comment.subject
    require(actor, "community.write_comment", subject)
    if comment.official and not can(actor, "community.answer_for_city", subject):
        raise NotAllowed(_("You do not answer for the city here."))
    lock(actor)  # one person's comments are counted one after the other
    recent = Comment.objects.filter(author=actor, created_at__gte=timezone.now() - timedelta(hours=1))
    twin = recent.filter(
        trial=comment.trial,
        challenge=comment.challenge,
        debate=comment.debate,
        parent=comment.parent,
        text=comment.text.strip(),
        created_at__gte=timezone.now() - timedelta(minutes=SAME_AGAIN_MINUTES),
    ).first()
    if twin is not None:
        return twin
    if recent.count() >= COMMENTS_PER_HOUR:
        raise DomainError(
            "limit", _("You have written a great deal within an hour. Please go on a little later.")
        )
    if comment.official or shows_at_once(subject) or can(actor, "community.moderate", subject):
        comment.state, comment.published_at = CommentState.PUBLISHED, timezone.now()
    comment = record(comment, actor=actor)
    if comment.is_open:
        _tell_of_publication(comment, actor)
    else:
        _tell_moderators(comment, "community.comment_waiting", actor)
    return comment


def shows_at_once(subject: Any) -> bool:
    """Whether what is said about it is read by a moderator afterwards: in debates by people their hosts let in."""
    return isinstance(subject, Debate) or settings.COMMENTS == AFTER


def _place(comment: Comment) -> None:
    """Put an answer beneath what it answers: the first of its thread, about the same record."""
    parent = comment.parent
    if parent is not None:
        comment.parent = parent.parent or parent
        if comment.subject is None:
            comment.trial, comment.challenge, comment.debate = parent.trial, parent.challenge, parent.debate
        if comment.subject != parent.subject or not parent.is_open:
            sentence = _("What you answer is not here, or no longer public.")
            raise DomainError("invalid", sentence, fields={"parent": [sentence]})
        if comment.kind != CommentKind.COMMENT:
            sentence = _("An answer is not a question of its own.")
            raise DomainError("invalid", sentence, fields={"kind": [sentence]})
    if sum(getattr(comment, f"{name}_id") is not None for name in SUBJECTS) != 1:
        sentence = _("A comment is about one trial, one challenge or one debate.")
        raise DomainError("invalid", sentence, fields={"trial": [sentence]})


@operation
def edit_comment(
    comment: Comment, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Comment:
    """Change the text of one's own comment while that is open; both texts stay in the log.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    fresh = lock(comment, expected_version)
    require(actor, "community.edit_comment", fresh)
    if not may_change_still(fresh, actor):
        raise DomainError(
            "wrong_state",
            _("A comment can be changed for %(minutes)s minutes, and not once a moderator has read it.")
            % {"minutes": COMMENT_EDIT_MINUTES},
        )
    text = values.get("text", fresh.text)
    if text == fresh.text:
        return fresh
    return edit(fresh, {"text": text, "edited_at": timezone.now()}, actor=actor)


def may_change_still(comment: Comment, user: Any) -> bool:
    """Whether its minutes are not over, its author may still speak, and nobody has read these very words for the public."""
    if timezone.now() - comment.created_at >= timedelta(minutes=COMMENT_EDIT_MINUTES):
        return False
    if not can(user, "community.write_comment", comment.subject):
        return False  # who was removed from the group, or whose debate has its conclusions, says nothing more
    unread = comment.state == CommentState.PENDING
    trusted = comment.official or shows_at_once(comment.subject) or can(user, "community.moderate", comment)
    return unread or (comment.state == CommentState.PUBLISHED and trusted)


@operation
def move_comment(
    comment: Comment,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Comment:
    """Publish, report, hide, leave public or take back a comment, and tell whom it concerns.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    row = COMMENT.find(name)
    given = dict(changes or {})
    if "published_at" in row.sets and comment.published_at is None:
        given["published_at"] = timezone.now()
    first = comment.published_at is None
    comment = move(
        comment,
        COMMENT,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=given,
        effective_at=effective_at,
        expected_version=expected_version,
    )
    if first and comment.is_open:
        _tell([comment.author], "community.my_comment_published", comment, actor)
        _tell_of_publication(comment, actor)
    elif name == "report":
        _tell_moderators(comment, "community.comment_reported", actor)
    elif name == "hide":
        kind = (
            "community.my_comment_hidden" if comment.debate is None else "community.group_contribution_hidden"
        )
        _tell([comment.author], kind, comment, actor, reason=note)
    return comment


@operation
def moderate_many(comments: Sequence[Comment], name: str, *, actor: Any, note: str = "") -> list[Comment]:
    """Make one move with several comments: all of them, or none.

    Raises: as `move_comment`.
    """
    if not comments:
        raise DomainError("invalid", _("Choose at least one comment."))
    return [move_comment(comment, name, actor=actor, note=note) for comment in comments]


def _tell_of_publication(comment: Comment, actor: Any) -> None:
    """An answer: whoever is answered; in a debate who began it hears of the rest. A question: those who answer for the city."""
    if comment.debate is not None:
        begun = comment.parent.author if comment.parent is not None else comment.debate.author
        inside = GroupMember.objects.present().filter(group=comment.debate.group_id, user=begun)
        if inside.exists():
            _tell(
                [begun], f"community.group_{'answer' if comment.parent else 'contribution'}", comment, actor
            )
    elif comment.parent is not None:
        _tell([comment.parent.author], "community.my_comment_answered", comment, actor)
    elif comment.kind == CommentKind.QUESTION:
        answering = Q(pk__in=User.objects.appointed([Role.COORDINATOR], comment.centre_id).values("pk"))
        if comment.trial is not None:
            answering |= Q(pk=comment.trial.monitor_id)
        _tell(User.objects.filter(answering), "community.comment_question", comment, actor)


def _tell_moderators(comment: Comment, kind: str, actor: Any) -> None:
    """The moderators of the centre; where there are none, its coordinators. In a debate the hosts of its group."""
    if comment.debate is not None:
        readers = [user for user in hosts_of(comment.debate.group) if user.pk != comment.author_id]
        readers = readers or list(User.objects.appointed([Role.ADMIN], None))
        _tell(readers, "community.group_reported", comment, actor)
        return
    moderators = User.objects.appointed([Role.MODERATOR], comment.centre_id)
    readers = list(moderators) or User.objects.appointed([Role.COORDINATOR], comment.centre_id)
    _tell(readers, kind, comment, actor, path=reverse("comment_detail", args=[comment.pk]))


def _tell(readers: Iterable[Any], kind: str, comment: Comment, actor: Any, **more: Any) -> None:
    """Each of `readers` but whoever did it, once: the version says which time of a comment it is."""
    concerned = [user for user in readers if user.is_active and user.pk != getattr(actor, "pk", None)]
    # Whoever hears in another language finds the switch on the page.
    with translation.override(settings.LANGUAGE_CODE if len(concerned) != 1 else concerned[0].language):
        path = reverse("comment", args=[comment.pk])
    facts = {"reference": comment.subject.reference, "title": title_of(comment.subject), "path": path}
    if comment.debate is not None:
        # Bound to the debate: who may not read it any more when the mail is sent does not get it.
        facts |= {"path": f"{reverse('debate_detail', args=[comment.debate_id])}#c{comment.pk}"}
        facts |= {"group": comment.debate.group.name}
    facts |= more
    notify_all(concerned, kind, key=f"{comment.pk}:{comment.version}", **facts)
