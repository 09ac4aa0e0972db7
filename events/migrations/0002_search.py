"""The word indexes of this room: events, sessions and those who come are found by their words."""

from django.db import migrations

from cic.core.search import FullTextIndex


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [FullTextIndex("event"), FullTextIndex("session"), FullTextIndex("registration")]
