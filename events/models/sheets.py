"""Which parts does a session sheet have, and how long may each be?"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record
from events.calculations.sheets import Section
from events.choices import LimitKind


class Templates(models.QuerySet):
    """Templates hold nothing that is anybody's secret; those who fill in or read sheets need them."""

    def visible_to(self, user):
        """All, for who signed in."""
        return self if user.is_authenticated else self.none()

    def offered(self):
        """Those that a new sheet may follow."""
        return self.filter(is_offered=True)


class SheetTemplate(Record):
    """What a kind of session sheet asks for, section by section."""

    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    is_offered = models.BooleanField(_("offered for new sessions"), default=True)

    objects = Templates.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("sheet template")
        verbose_name_plural = _("sheet templates")

    def __str__(self) -> str:
        return self.name

    @property
    def centre_id(self) -> int | None:
        """Of no single centre: they are shared by all."""
        return None


class SectionQuerySet(models.QuerySet):
    """Named questions about sections."""

    def visible_to(self, user):
        """With their templates."""
        return self if user.is_authenticated else self.none()


class TemplateSection(Record):
    """One part of a template. A soft limit advises; a hard one holds the sheet back. Saving always works."""

    template = models.ForeignKey(
        SheetTemplate, models.CASCADE, related_name="sections", verbose_name=_("template")
    )
    key = models.SlugField(_("key"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    help_text = models.CharField(_("what belongs here"), max_length=300, blank=True)
    is_required = models.BooleanField(_("must be filled in"), default=False)
    max_words = models.PositiveIntegerField(
        _("words at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20_000)],
        help_text=_("Empty: without limit."),
    )
    limit_kind = models.CharField(
        _("the limit"), max_length=4, choices=LimitKind.choices, default=LimitKind.SOFT
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = SectionQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["template", "key"],
                name="events_section_once",
                violation_error_message=_("The template has a section with this key."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} · {self.title}"

    @property
    def as_checked(self) -> Section:
        """The section as a sheet is checked against it."""
        return Section(self.key, self.title, self.is_required, self.max_words, self.limit_kind)
