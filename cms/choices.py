"""Which values do public cases take?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cic.core.topics import Topic


class CaseState(models.TextChoices):
    """Where a public case stands; derived from Wagtail's page and workflow, stored nowhere else."""

    DRAFT = "draft", _("Draft")
    ASKED = "asked", _("Waiting for a second person")
    RETURNED = "returned", _("Returned with a comment")
    SCHEDULED = "scheduled", _("Approved, goes public later")
    PUBLISHED = "published", _("Public")
    CORRECTING = "correcting", _("Public, correction in preparation")
    WITHDRAWN = "withdrawn", _("Withdrawn from the public")


TONES = {
    CaseState.DRAFT: "neutral",
    CaseState.ASKED: "progress",
    CaseState.RETURNED: "warn",
    CaseState.SCHEDULED: "progress",
    CaseState.PUBLISHED: "good",
    CaseState.CORRECTING: "progress",
    CaseState.WITHDRAWN: "stop",
}


# Where somebody may change it and ask for its approval: before the first, or on the way to the next version.
WRITABLE = (CaseState.DRAFT, CaseState.RETURNED, CaseState.CORRECTING, CaseState.WITHDRAWN)


# What the page's log calls its steps, in our words.
STEPS_TOLD = {
    "wagtail.create": _("Prepared"),
    "wagtail.copy_for_translation": _("Begun in another language"),
    "wagtail.edit": _("Changed"),
    "wagtail.rename": _("Given another title"),
    "wagtail.workflow.start": _("Approval asked for"),
    "wagtail.workflow.resume": _("Approval asked for again"),
    "wagtail.workflow.approve": _("Approved by a second person"),
    "wagtail.workflow.reject": _("Returned with a comment"),
    "wagtail.workflow.cancel": _("The question for approval was taken back"),
    "wagtail.publish": _("Made public"),
    "wagtail.publish.schedule": _("Set to go public later"),
    "wagtail.schedule.cancel": _("Not to go public later after all"),
    "wagtail.unpublish": _("Taken from the public"),
    "wagtail.revert": _("Put back to an earlier version"),
    "wagtail.move": _("Moved"),
    "wagtail.reorder": _("Moved"),
}


class FindingKind(models.TextChoices):
    """What the check for confidential content looks for."""

    ANNEX = "annex", _("Words of the confidential annex")
    LOG = "log", _("Words of a logbook entry that is not public")
    CLAUSE = "clause", _("Words of a clause of the agreement")
    EMAIL = "email", _("An e-mail address")
    PHONE = "phone", _("A telephone number")
    TAX_ID = "tax_id", _("A tax number")
    NAME = "name", _("The name of a person")


# What people hear of, each in the way they choose.
TOPICS = {"pages": Topic(_("Public pages: asked for, approved, returned"), ("cms.page_",))}


class ProgrammeChart(models.TextChoices):
    """What the public trials are counted by."""

    STATE = "state", _("State")
    AREA = "area", _("Area")
    CENTRE = "centre", _("Centre")
    DISTRICT = "district", _("District")


class CallState(models.TextChoices):
    """Where a call stands on a day."""

    UPCOMING = "upcoming", _("Opens later")
    OPEN = "open", _("Open now")
    CLOSED = "closed", _("Closed")


CALL_TONES = {CallState.UPCOMING: "neutral", CallState.OPEN: "good", CallState.CLOSED: "neutral"}


class LinkFault(models.TextChoices):
    """Why a link of a page leads nowhere."""

    GONE = "gone", _("The page or document it leads to was deleted")
    MISSING = "missing", _("Nothing public is at this address of the site")
    ANCHOR = "anchor", _("The page has no such place")
    CLOSED = "closed", _("It asks the reader to sign in")
    REFUSED = "refused", _("The other site does not answer, or says that there is nothing")
