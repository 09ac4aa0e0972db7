"""How are organisations, centres and agreements found by their words?"""

from django.db import migrations

from cic.core.search import FullTextIndex


class Migration(migrations.Migration):
    """A word index for each Searchable model of the room."""

    dependencies = [("partners", "0001_initial")]

    operations = [
        FullTextIndex("organisation"),
        FullTextIndex("centre"),
        FullTextIndex("agreement"),
    ]
