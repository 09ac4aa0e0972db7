"""People in teams may say through which organisation they came."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("partners", "0010_centre_contact"),
        ("pilots", "0011_lists_by_one_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="teamperson",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                help_text="Whoever leaves this organisation leaves the team. Empty: for the city.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
                verbose_name="comes through",
            ),
        ),
    ]
