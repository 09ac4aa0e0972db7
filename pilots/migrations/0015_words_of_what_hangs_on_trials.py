"""The words that outcomes, decisions, indicators, the logbook and messages are found by; filled by the next one."""

from django.db import migrations, models

from cic.core.models.records import SortKeyField
from cic.core.search import FullTextIndex

FOUND = ("outcome", "decision", "indicator", "logentry", "message")


class Migration(migrations.Migration):
    dependencies = [("pilots", "0014_criteria_of_calls")]

    operations = [
        operation
        for name in FOUND
        for operation in (
            migrations.AddField(name, "search_text", models.TextField(blank=True, default="", editable=False), False),
            migrations.AddField(name, "sort_key", SortKeyField(blank=True, default="", editable=False), False),
            FullTextIndex(name),
        )
    ]
