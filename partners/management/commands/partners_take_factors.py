"""Who lost their telephone and their recovery codes? Take the second factor away, so that they set up a new one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.models import User
from partners.models.users import fold_address
from partners.operations.factors import take_factors


class Command(BaseCommand):
    """`manage.py partners_take_factors a@example.org --note "Came to the desk"`: audited as the system."""

    help = "Remove the second factors of one person and end their sign-ins."

    def add_arguments(self, parser: Any) -> None:
        """Whose, and how it was made sure who asks."""
        parser.add_argument("email")
        parser.add_argument("--note", default="", help="how it was made sure that it is them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take them, and say how many there were."""
        user = User.objects.filter(email=fold_address(options["email"])).first()
        if user is None:
            raise CommandError("Nobody has this address.")
        self.stdout.write(f"{take_factors(user, actor=None, note=options['note'])} removed")
