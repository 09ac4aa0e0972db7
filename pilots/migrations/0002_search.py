"""The word indexes of this room: needs, ideas and trials are found by their words."""

from django.db import migrations

from cic.core.search import FullTextIndex


class Migration(migrations.Migration):
    dependencies = [("pilots", "0001_initial")]

    operations = [
        FullTextIndex("challenge"),
        FullTextIndex("idea"),
        FullTextIndex("trial"),
    ]
