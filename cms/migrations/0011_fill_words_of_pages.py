"""What written pages that are there are found by."""

from django.db import migrations

from cic.core.search import fill_words
from cms.models.pages import words_of

WRITTEN = ("title", "lead", "body")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cms", "0010_words_of_pages")]

    operations = [
        fill_words(
            "cms",
            words_of,
            callpage=(*WRITTEN, "how", "result"),
            centrepage=WRITTEN,
            sectionpage=WRITTEN,
            storypage=WRITTEN,
            textpage=WRITTEN,
        )
    ]
