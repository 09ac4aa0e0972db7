"""Which record came from which?"""

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pilots.choices import LineageKind

# What can descend from what.
ENDS = ("pilots.challenge", "pilots.idea", "pilots.trial", "pilots.outcome")


class LineageQuerySet(models.QuerySet):
    """Named questions about descent."""

    def visible_to(self, user):
        """Links of which `user` may read both ends."""
        ends = {"from": Q(), "to": Q()}
        for label in ENDS:
            readable = apps.get_model(label).objects.visible_to(user).values("pk")
            for side in ends:
                ends[side] |= Q(**{f"{side}_type": label, f"{side}_id__in": readable})
        return self.filter(ends["from"], ends["to"])

    def touching(self, obj):
        """Links from or to one object."""
        label, pk = obj._meta.label_lower, obj.pk
        return self.filter(Q(from_type=label, from_id=pk) | Q(to_type=label, to_id=pk))


class Lineage(models.Model):
    """A link from one record to another: merged, split, derived, succeeded, replicated. Never removed."""

    kind = models.CharField(_("kind"), max_length=10, choices=LineageKind.choices)
    from_type = models.CharField(max_length=80)
    from_id = models.BigIntegerField()
    to_type = models.CharField(max_length=80)
    to_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LineageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "from_type", "from_id", "to_type", "to_id"], name="pilots_lineage_once"
            )
        ]
        indexes = [models.Index(fields=["to_type", "to_id"], name="pilots_lineage_to")]

    def __str__(self) -> str:
        return f"{self.from_type} {self.from_id} → {self.to_type} {self.to_id}"
