"""What meetings that are there are found by."""

from django.db import migrations

from cic.core.search import fill_words


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("partners", "0012_words_of_meetings")]

    operations = [fill_words("partners", meeting=("minutes", "present"))]
