"""The words that cases are found by; filled by the next one."""

from django.db import migrations, models
from django.utils import timezone

from cic.core.models.records import SortKeyField
from cic.core.search import FullTextIndex


class Migration(migrations.Migration):
    dependencies = [("cms", "0007_said_of_pages")]

    operations = [
        migrations.AddField(
            "casepage", "search_text", models.TextField(blank=True, default="", editable=False), False
        ),
        migrations.AddField("casepage", "sort_key", SortKeyField(blank=True, default="", editable=False), False),
        migrations.AddField(
            "casepage",
            "updated_at",
            models.DateTimeField(auto_now=True, default=timezone.now, verbose_name="last changed"),
            False,
        ),
        FullTextIndex("casepage"),
    ]
