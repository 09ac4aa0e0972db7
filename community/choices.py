"""Which values do comments, groups and debates take, and how many may one person write?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cic.core.topics import Topic


class CommentKind(models.TextChoices):
    """What somebody means by writing."""

    COMMENT = "comment", _("Comment")
    QUESTION = "question", _("Question")


class CommentState(models.TextChoices):
    """The life of a comment."""

    PENDING = "pending", _("Waits to be read")
    PUBLISHED = "published", _("Published")
    REPORTED = "reported", _("Reported")
    RESTORED = "restored", _("Looked at, and left public")
    HIDDEN = "hidden", _("Hidden")
    WITHDRAWN = "withdrawn", _("Taken back by its author")


class ReportReason(models.TextChoices):
    """Why somebody reports a comment."""

    SPAM = "spam", _("It is advertising or spam")
    INSULT = "insult", _("It insults or threatens somebody")
    PERSONAL = "personal", _("It tells what is private of somebody")
    UNLAWFUL = "unlawful", _("It breaks the law")
    OFF_TOPIC = "off_topic", _("It has nothing to do with this")
    OTHER = "other", _("Something else")


# Moderation of the installation, the setting COMMENTS.
OFF, BEFORE, AFTER = "off", "before", "after"

# A report hides nothing by itself: whoever reports decides nothing.
OPEN_STATES = (CommentState.PUBLISHED, CommentState.REPORTED, CommentState.RESTORED)

COMMENT_CHARACTERS = 3000
# How long an author may change what they wrote; units: minutes.
COMMENT_EDIT_MINUTES = 15
# How many comments one person may write within an hour: enough for a debate, too few for a flood.
COMMENTS_PER_HOUR = 10

# What people hear of, each in the way they choose.
TOPICS = {
    "comments": Topic(
        _("Answers to what I wrote in public, and what came of it"), ("community.my_comment_",)
    ),
    "questions": Topic(_("Citizens ask and comment on what I work on"), ("community.comment_",)),
    "feedback": Topic(_("What people cannot read or use"), ("community.feedback",), compulsory=True),
    "following": Topic(_("News of what I follow"), ("community.follow", "community.news")),
    "groups": Topic(_("Groups I am in: who asks to come in, and what is said and reported there"), ("community.group_",)),
}  # fmt: skip


class Frequency(models.TextChoices):
    """How often somebody hears of what they follow."""

    AT_ONCE = "at_once", _("As it happens")
    WEEKLY = "weekly", _("Once a week, on Monday morning")


# How long an address may take to confirm that it asked; units: hours.
CONFIRM_HOURS = 48
# How often one address may ask to follow something; units: per day.
ASKS_PER_ADDRESS_AND_DAY = 5


class GroupAccess(models.TextChoices):
    """Who sees a group, and how one comes into it."""

    OPEN = "open", _("Open: everybody reads it, and whoever signed in comes in")
    ON_REQUEST = "on_request", _("On request: everybody sees its name, and its hosts let people in")
    HIDDEN = "hidden", _("Hidden: only who was invited knows of it")


# The same in a word, and the tone of its badge.
ACCESS_BADGES = {
    GroupAccess.OPEN: (_("Open to all"), "good"),
    GroupAccess.ON_REQUEST: (_("On request"), "progress"),
    GroupAccess.HIDDEN: (_("Hidden"), "neutral"),
}


class GroupState(models.TextChoices):
    """Whether anything is still done in a group."""

    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")


class GroupRole(models.TextChoices):
    """What somebody is in a group."""

    MEMBER = "member", _("Member")
    HOST = "host", _("Host")


class MemberState(models.TextChoices):
    """One person's way into a group, and out of it."""

    ASKED = "asked", _("Asked to come in")
    INVITED = "invited", _("Invited")
    MEMBER = "member", _("In the group")
    REFUSED = "refused", _("Not let in")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")
    LEFT = "left", _("Left")
    REMOVED = "removed", _("Removed")


# One of these at a time for each person: whatever came before stays as it ended.
WAITING_STATES = (MemberState.ASKED, MemberState.INVITED)
LIVE_STATES = (*WAITING_STATES, MemberState.MEMBER)


class DebateState(models.TextChoices):
    """The life of a debate."""

    OPEN = "open", _("Being debated")
    CLOSED = "closed", _("Closed, with conclusions")


# Groups that everybody knows of.
LISTED = (GroupAccess.OPEN, GroupAccess.ON_REQUEST)
GROUP_CHARACTERS = 4000
DEBATE_CHARACTERS = 8000
# How many invitations of one group may wait for an answer: enough for a network, too few for a mailing.
GROUP_INVITATIONS_AT_MOST = 50
