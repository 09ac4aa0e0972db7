"""Which values do all rooms share?"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Publication(models.TextChoices):
    """Who outside may see a record; apart from how its work stands."""

    INTERNAL = "internal", _("Internal")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLIC = "public", _("Public")
    CORRECTED = "corrected", _("Public, corrected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


PUBLIC_STATES = (Publication.PUBLIC, Publication.CORRECTED)


class Confidentiality(models.TextChoices):
    """Who may open a file, among those who may see what it hangs on."""

    PUBLIC = "public", _("Everyone")
    PARTIES = "parties", _("The parties and the city")
    INTERNAL = "internal", _("The city only")


# The longest period that people count in days: ten years. Beyond, a calendar ends and no day can be told.
MOST_DAYS = 3660


def languages() -> list[tuple[str, str]]:
    """The languages of this installation by their codes, each named in itself. Asked when needed: a setting says them."""
    return list(settings.LANGUAGES)


def own_language() -> str:
    """The language of the installation: what is written is in it, unless somebody says otherwise."""
    return settings.LANGUAGE_CODE
