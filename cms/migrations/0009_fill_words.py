"""What cases that are there are found by."""

from django.db import migrations

from cic.core.search import fill_words

FIELDS = (
    "title", "answer", "evidence", "responsible", "start", "country", "challenges", "solution", "consists_of",
    "entrepreneurial", "innovative", "added_value", "lessons", "future",
)  # fmt: skip


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cms", "0008_words_of_cases")]

    operations = [fill_words("cms", casepage=FIELDS)]
