"""Which values do all rooms share?"""

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


class Language(models.TextChoices):
    """Languages in which people write here; names in their own language."""

    CA = "ca", "Català"
    ES = "es", "Español"
    EN = "en", "English"
    FR = "fr", "Français"
