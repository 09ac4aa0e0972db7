"""What is still to be done, and what has been done once and for all?"""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A job that has failed so often is parked: some nine hours of growing pauses have passed by then.
MAX_ATTEMPTS = 8


def unnamed_key() -> str:
    """A key for an effect that nobody will ask for twice."""
    return f"job:{uuid.uuid4()}"


class JobQuerySet(models.QuerySet):
    """Named questions about jobs."""

    def open(self):
        """Jobs that are neither done nor parked."""
        return self.filter(done_at=None, parked_at=None)

    def free(self):
        """Open jobs whose time has come and that no living worker holds, longest due first."""
        now = timezone.now()
        unheld = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.open().filter(unheld, run_at__lte=now).order_by("run_at", "pk")

    def due(self):
        """Jobs to run now, longest due first."""
        return self.free().filter(attempts__lt=MAX_ATTEMPTS)

    def lost(self):
        """Jobs whose last attempt took the worker with it."""
        return self.free().filter(attempts__gte=MAX_ATTEMPTS)

    def parked(self):
        """Jobs that were given up and wait for a person, latest first."""
        return self.filter(done_at=None).exclude(parked_at=None).order_by("-parked_at")


class Job(models.Model):
    """One effect to bring about: the row is the work, a message only wakes a worker.

    Written in the transaction of its cause. `key` names the effect and is unique, so asking
    twice for one effect gives one job.
    """

    key = models.CharField(_("effect"), max_length=200, unique=True, default=unnamed_key)
    task = models.CharField(_("task"), max_length=100)
    payload = models.JSONField(_("arguments"), default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    run_at = models.DateTimeField(_("due at"), default=timezone.now)
    lease_until = models.DateTimeField(_("held until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True)
    parked_at = models.DateTimeField(_("given up at"), null=True)
    refused = models.BooleanField(_("refused for good by the other side"), default=False)
    error = models.TextField(_("last error"), blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                F("run_at"), F("id"), name="core_job_open", condition=Q(done_at=None, parked_at=None)
            ),
            models.Index(
                F("parked_at"), name="core_job_parked", condition=Q(done_at=None, parked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"

    @property
    def status(self) -> str:
        """One word for where the job stands: done, bounced, parked, running, retrying or waiting."""
        if self.done_at:
            return "done"
        if self.parked_at:
            return "bounced" if self.refused else "parked"
        if self.lease_until and self.lease_until > timezone.now():
            return "running"
        return "retrying" if self.attempts else "waiting"


class Receipt(models.Model):
    """Proof that an effect took place, written in the effect's own transaction."""

    key = models.CharField(_("effect"), max_length=200, unique=True)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return self.key
