"""How does a test get imports, their files and remarks, and what a source said?"""

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from pilots.models import ImportFile, ImportKind, ImportNote, ImportRun, ImportState, SourceRecord

from .partners import CentreFactory


class ImportRunFactory(DjangoModelFactory):
    """An import that is done."""

    class Meta:
        model = ImportRun

    kind = ImportKind.CORDIS
    centre = factory.SubFactory(CentreFactory)
    origin = "cordis"
    checksum = "0" * 64
    state = ImportState.DONE
    total = 3
    done = 3
    created_count = 2
    rejected_count = 1
    counts = factory.LazyFunction(lambda: {"trial": {"created": 2}, "rejected": {"rejected": 1}})
    sums = factory.LazyFunction(lambda: {"contribution_eur": "1300001.00"})


class ImportFileFactory(DjangoModelFactory):
    """A file of an import."""

    class Meta:
        model = ImportFile

    run = factory.SubFactory(ImportRunFactory)
    name = "projects.csv"
    file = factory.LazyFunction(lambda: ContentFile(b"id\n1\n", name="x"))
    size_bytes = 5


class ImportNoteFactory(DjangoModelFactory):
    """A line of a row report."""

    class Meta:
        model = ImportNote

    run = factory.SubFactory(ImportRunFactory)
    row = factory.Sequence(lambda number: number + 2)
    kind = "project"
    external_id = factory.Sequence(lambda number: f"90100000{number}")
    field = "total_cost_eur"
    problem = "decimal_comma"
    value = "1500000,5"
    action = "converted"


class SourceRecordFactory(DjangoModelFactory):
    """What a source said of a trial."""

    class Meta:
        model = SourceRecord

    object_type = "pilots.trial"
    source = "cordis/he-projects"
    external_id = factory.Sequence(lambda number: f"90100000{number}")
    values = factory.LazyFunction(lambda: {"title": "Quiet nights"})
