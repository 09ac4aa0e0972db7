"""Imports count the rows of files from now on: those under way begin again, which writes nothing twice."""

from django.db import migrations

AT_THE_START = {
    "done": 0,
    "total": None,
    "counts": {},
    "created_count": 0,
    "changed_count": 0,
    "unchanged_count": 0,
    "rejected_count": 0,
}


def begin_again(apps, schema_editor):
    """Take back the cursor of those that are not over, and what was reported up to it: it counted otherwise."""
    under_way = apps.get_model("pilots", "ImportRun").objects.filter(
        state__in=("queued", "running", "failed"), done__gt=0
    )
    apps.get_model("pilots", "ImportNote").objects.filter(run__in=under_way.values("pk")).delete()
    under_way.update(**AT_THE_START)


class Migration(migrations.Migration):
    dependencies = [("pilots", "0019_periods_of_at_most_ten_years")]

    operations = [migrations.RunPython(begin_again, migrations.RunPython.noop, elidable=True)]
