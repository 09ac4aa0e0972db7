"""How does a newcomer see the whole chain at once? By a city's worth of invented work, made through the operations."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from cic.core.models import Job
from cic.core.operations import operation
from partners.models import User
from pilots.management.demo.cast import Cast, address, password
from pilots.management.demo.people import PEOPLE
from pilots.management.demo.story import Story


class Command(BaseCommand):
    """`manage.py seed_demo`: fills an empty database; does nothing where there are people already."""

    help = "Fill an empty database with the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed once, in one transaction, and write down the accounts."""
        if User.objects.exists():
            self.stdout.write("There are people here already: nothing was seeded.")
            return
        seed()
        call_command("cms_setup", verbosity=0)
        call_command("cms_demo", verbosity=0)
        call_command("events_demo", verbosity=0)
        call_command("community_demo", verbosity=0)
        call_command("groups_demo", verbosity=0)
        accounts = [f"{role:30} {address(key):36} {password(key)}" for role, key, *_rest in PEOPLE if role]
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        (settings.VAR_DIR / "demo-accounts.txt").write_text("\n".join(accounts) + "\n", encoding="utf-8")
        self.stdout.write("\n".join(accounts))


@operation
def seed() -> None:
    """All of the demonstration, or nothing of it. Nobody is told of what was only invented."""
    Story(Cast().gather()).tell()
    Job.objects.all().delete()
