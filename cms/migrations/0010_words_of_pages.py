"""The words that written pages are found by; filled by the next one."""

from django.db import migrations, models
from django.utils import timezone

from cic.core.models.records import SortKeyField
from cic.core.search import FullTextIndex

PAGES = ("callpage", "centrepage", "sectionpage", "storypage", "textpage")


def words_of(page):
    """The columns of one kind of page, and their index."""
    moment = models.DateTimeField(auto_now=True, default=timezone.now, verbose_name="last changed")
    return [
        migrations.AddField(
            page, "search_text", models.TextField(blank=True, default="", editable=False), False
        ),
        migrations.AddField(page, "sort_key", SortKeyField(blank=True, default="", editable=False), False),
        migrations.AddField(page, "updated_at", moment, False),
        FullTextIndex(page),
    ]


class Migration(migrations.Migration):
    dependencies = [("cms", "0009_fill_words")]

    operations = [operation for page in PAGES for operation in words_of(page)]
