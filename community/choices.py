"""Which values do comments take, and how many may one person write?"""

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
}


class Frequency(models.TextChoices):
    """How often somebody hears of what they follow."""

    AT_ONCE = "at_once", _("As it happens")
    WEEKLY = "weekly", _("Once a week, on Monday morning")


# How long an address may take to confirm that it asked; units: hours.
CONFIRM_HOURS = 48
# How often one reader's machine, and how often one address, may ask to follow something; units: per hour and per day.
ASKS_PER_HOUR = 20
ASKS_PER_ADDRESS_AND_DAY = 5
