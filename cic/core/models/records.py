"""What does every record of the domain carry?"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, Publication
from cic.core.validators import check_date


def order_indexes(prefix: str, *fields: str) -> list[models.Index]:
    """An index for each field a list may be ordered by, with the id that breaks ties: any page costs what the first does.

    Name them in the Meta of the model: `indexes = [*order_indexes("pilots_trial", "title", "starts_on")]`.
    """
    return [models.Index(fields=[field, "id"], name=f"{prefix}_{field}"[:30]) for field in fields]


class SortKeyField(models.CharField):
    """A folded text, compared letter by letter: lists have the same order on every database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 100, **kwargs})

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """PostgreSQL would go by the rules of the server's locale, which leave spaces out of account."""
        found = super().db_parameters(connection)
        return {**found, "collation": "C"} if connection.vendor == "postgresql" else found


class Record(models.Model):
    """A row with its dates, a version that every operation raises, and the key it has elsewhere."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    source = models.CharField(_("source"), max_length=40, blank=True, editable=False)
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="%(app_label)s_%(class)s_external",
            )
        ]

    @property
    def etag(self) -> str:
        """The strong entity tag of the record's full representation."""
        return f'"{self._meta.model_name}-{self.pk}-{self.version}"'

    def clean_fields(self, exclude: Any = None) -> None:
        """Each field by itself; days and moments lie where terms and reminders can be counted on from them."""
        super().clean_fields(exclude)
        wrong: dict[str, Any] = {}
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            if isinstance(field, models.DateField) and value and field.name not in (exclude or ()):
                try:
                    check_date(value)
                except ValidationError as error:
                    wrong[field.name] = error
        if wrong:
            raise ValidationError(wrong)


class Referenced(models.Model):
    """A record that letters cite, by a reference such as `P-2026-014`."""

    REFERENCE_PREFIX = ""
    # Numbered one after the other. Where some are hidden from those who see the others, a gap would tell of them:
    # their numbers are drawn by lot.
    REFERENCES_IN_ORDER = True

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)

    class Meta:
        abstract = True


class Searchable(models.Model):
    """A record found by its words and listed by its name; operations keep both folded (cic.core.search)."""

    SEARCH_FIELDS: tuple[str, ...] = ()
    SORTED_BY = "title"
    # The reference it is shown by where it has none of its own: that of what it belongs to, as a path or an expression.
    SHOWN_BY: Any = ""
    # Whether the search over everything finds it; people who registered are looked for within their session only.
    FOUND_EVERYWHERE = True
    # Whether a list in the workspace shows all that is found of it; some records are read only where they belong.
    LISTED = True
    # What grows with each of its versions, so that no older words replace newer ones.
    VERSIONED_BY = "version"

    search_text = models.TextField(editable=False, blank=True)
    sort_key = SortKeyField(editable=False, blank=True)

    class Meta:
        abstract = True


class Publishable(models.Model):
    """A record with a public face, shown or not apart from how its work stands."""

    publication = models.CharField(
        _("publication"),
        max_length=12,
        choices=Publication.choices,
        default=Publication.INTERNAL,
        editable=False,
        db_index=True,
    )
    public_from = models.DateTimeField(_("public from"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_public(self) -> bool:
        """Whether anyone may read it."""
        return self.publication in PUBLIC_STATES


class Sequence(models.Model):
    """The last number given out for a prefix in a year."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="core_sequence_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"
