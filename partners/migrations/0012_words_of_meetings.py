"""The words that meetings of committees are found by; filled by the next one."""

from django.db import migrations, models

from cic.core.models.records import SortKeyField
from cic.core.search import FullTextIndex


class Migration(migrations.Migration):
    dependencies = [("partners", "0011_amendments_that_suspend_and_end")]

    operations = [
        migrations.AddField(
            "meeting", "search_text", models.TextField(blank=True, default="", editable=False), False
        ),
        migrations.AddField("meeting", "sort_key", SortKeyField(blank=True, default="", editable=False), False),
        FullTextIndex("meeting"),
    ]
