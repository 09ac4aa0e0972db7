"""What outcomes, decisions, indicators, the logbook and messages that are there are found by."""

from django.db import migrations

from cic.core.search import fill_words


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("pilots", "0015_words_of_what_hangs_on_trials")]

    operations = [
        fill_words(
            "pilots",
            outcome=("summary", "lessons", "success_conditions", "replicability"),
            decision=("reasons", "conditions", "reference", "body", "authority"),
            indicator=("name", "unit", "baseline_text", "target_text"),
            logentry=("text", "place"),
            message=("text",),
        )
    ]
