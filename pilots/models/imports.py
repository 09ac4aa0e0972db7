"""Which files were imported, how far did each import come, and what was to be said about its rows?"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.models import Record
from partners.choices import Role
from partners.models import standing_of

from .trials import Trial

IMPORT_ROLES = (Role.COORDINATOR, Role.ADMIN, Role.AUDITOR)


class ImportState(models.TextChoices):
    """The life of an import."""

    QUEUED = "queued", _("Waiting to start")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class ImportKind(models.TextChoices):
    """Whose files can be imported."""

    CORDIS = "cordis", _("CORDIS: projects and organisations")
    IPSX = "ips-x", _("IPS-X: public-service cases")
    DECIDIM = "decidim", _("Decidim: proposals and projects")
    MEASUREMENTS = "measurements", _("Measurements of a trial")
    LISTS = "lists", _("Lists exported here")


TONES = {
    ImportState.QUEUED: "neutral",
    ImportState.RUNNING: "progress",
    ImportState.DONE: "good",
    ImportState.FAILED: "stop",
    ImportState.CANCELLED: "warn",
}
OPEN_STATES = (ImportState.QUEUED, ImportState.RUNNING)


class ImportRunQuerySet(models.QuerySet):
    """Named questions about imports."""

    def visible_to(self, user):
        """Imports into the centres that `user` coordinates or audits, and measurements of trials they stand inside of."""
        standing = standing_of(user)
        if standing.everywhere(IMPORT_ROLES):
            return self
        into = Q(centre_id__in=standing.centres(IMPORT_ROLES))
        return self.filter(into | Q(trial_id__in=Trial.objects.inside(user).values("pk")))

    def unfinished(self):
        """Those that wait or run."""
        return self.filter(state__in=OPEN_STATES)


class ImportRun(Record):
    """One import of one publisher's files into a centre.

    `done` is the cursor: so many rows are dealt with. It is saved in the transaction of what they
    changed, so that a run that was killed goes on with the row it had come to.
    """

    kind = models.CharField(_("publisher"), max_length=12, choices=ImportKind.choices)
    centre = models.ForeignKey(
        "partners.Centre", models.PROTECT, related_name="imports", verbose_name=_("centre")
    )
    # Of an upload of measurements: the one trial they belong to, and whether they are sent in at once.
    trial = models.ForeignKey(
        Trial, models.CASCADE, null=True, blank=True, related_name="imports", verbose_name=_("trial")
    )
    submit = models.BooleanField(_("send the measurements in at once"), default=False)
    origin = models.CharField(_("source"), max_length=40)
    dry_run = models.BooleanField(_("only try it: show what would change, write nothing"), default=False)
    checksum = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=ImportState.choices,
        default=ImportState.QUEUED,
        editable=False,
        db_index=True,
    )
    total = models.PositiveIntegerField(_("rows"), null=True, editable=False)
    done = models.PositiveIntegerField(_("rows dealt with"), default=0, editable=False)
    created_count = models.PositiveIntegerField(_("new"), default=0, editable=False)
    changed_count = models.PositiveIntegerField(_("changed"), default=0, editable=False)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0, editable=False)
    rejected_count = models.PositiveIntegerField(_("rejected"), default=0, editable=False)
    counts = models.JSONField(_("by noun"), default=dict, editable=False)
    sums = models.JSONField(_("sums of what was read, in euro"), default=dict, editable=False)
    error = models.TextField(_("why it failed"), blank=True, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = ImportRunQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.pk}"

    @property
    def badge(self) -> dict[str, str]:
        """The state as word and tone."""
        return {"label": self.get_state_display(), "tone": TONES[ImportState(self.state)]}

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN_STATES

    @property
    def share_pct(self) -> int | None:
        """How much of it is done, in per cent; None while that is not known."""
        if self.total is None:
            return None
        return 100 if not self.total else min(100, self.done * 100 // self.total)


class ThroughRun(models.QuerySet):
    """What belongs to an import is read with it."""

    def visible_to(self, user):
        """Rows of imports `user` may read."""
        return self.filter(run__in=ImportRun.objects.visible_to(user).values("pk"))


class ImportFileQuerySet(ThroughRun):
    """Named questions about the files of imports."""

    def of_lists_over(self, since: datetime):
        """Those still kept of lists whose import had ended by then."""
        return self.filter(run__kind=ImportKind.LISTS, run__finished_at__lte=since).exclude(file="")


class ImportFile(models.Model):
    """One file of an import, kept where no web server looks; `file` is empty once it was forgotten."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=150)
    file = models.FileField(_("file"), upload_to="imports/")
    size_bytes = models.PositiveBigIntegerField(_("size"))

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")

    def __str__(self) -> str:
        return self.name


class ImportNote(models.Model):
    """One line of the row report: where, what was wrong or new, and what was done."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="notes")
    row = models.PositiveIntegerField(_("row"))
    kind = models.CharField(_("noun"), max_length=20)
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True)
    field = models.CharField(_("field"), max_length=60, blank=True)
    problem = models.CharField(_("what was found"), max_length=30)
    value = models.CharField(_("value"), max_length=500, blank=True)
    action = models.CharField(_("what was done"), max_length=30)

    objects = ThroughRun.as_manager()

    class Meta:
        verbose_name = _("remark on an imported row")
        verbose_name_plural = _("remarks on imported rows")
        indexes = [models.Index(fields=["run", "id"], name="pilots_importnote_run")]

    def __str__(self) -> str:
        return f"{self.row} {self.field} {self.problem}"


class SourceRecordQuerySet(models.QuerySet):
    """Named questions about what sources said."""

    def visible_to(self, user):
        """For those who may read imports everywhere."""
        return self if standing_of(user).everywhere(IMPORT_ROLES) else self.none()


class SourceRecord(models.Model):
    """What a source said of one record the last time.

    Set against what it says now, it tells a change in the source from a change by a person here:
    the first is taken over, the second stays.
    """

    object_type = models.CharField(max_length=80)
    source = models.CharField(max_length=80)  # with the layout: one publisher's files differ in how they tell
    external_id = models.CharField(max_length=120)
    values = models.JSONField(default=dict)

    objects = SourceRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of a source")
        verbose_name_plural = _("records of sources")
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "source", "external_id"], name="pilots_sourcerecord_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
