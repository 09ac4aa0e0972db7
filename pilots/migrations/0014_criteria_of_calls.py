"""A call says by which criteria its ideas are evaluated."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("pilots", "0013_through_whom_they_came")]

    operations = [
        migrations.AddField(
            model_name="challenge",
            name="criteria_set",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="challenges",
                to="pilots.criteriaset",
                verbose_name="criteria of its evaluation",
            ),
        ),
    ]
