"""Those in teams already say through which organisation they came, so that their sight ends with their membership."""

from django.db import migrations
from django.utils import timezone


def say_through_whom(apps, schema_editor):
    """Find it for those who are there: an organisation in the trial, else, without a role in the city, any of theirs."""
    team = apps.get_model("pilots", "TeamPerson").objects
    partners = apps.get_model("pilots", "TrialPartner").objects
    memberships = apps.get_model("partners", "Membership").objects
    appointments = apps.get_model("partners", "Appointment").objects
    today = timezone.localdate()
    for person in team.select_related("trial").order_by("pk").iterator():
        inside = {person.trial.promoter_id}
        inside |= set(partners.filter(trial_id=person.trial_id).values_list("organisation_id", flat=True))
        held = sorted(
            memberships.filter(user_id=person.user_id),
            key=lambda row: (row.organisation_id in inside, row.ends_on is None or row.ends_on >= today, row.pk),
        )
        if not held:
            continue
        best = held[-1]
        if best.organisation_id in inside or not appointments.filter(user_id=person.user_id).exists():
            team.filter(pk=person.pk).update(organisation_id=best.organisation_id)


class Migration(migrations.Migration):

    dependencies = [
        ("partners", "0010_centre_contact"),
        ("pilots", "0012_team_came_through"),
    ]

    operations = [migrations.RunPython(say_through_whom, migrations.RunPython.noop, elidable=True)]
