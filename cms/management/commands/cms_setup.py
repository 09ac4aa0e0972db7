"""Is the public site there? Makes what is missing of it; safe to run as often as one likes."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.operations.superseded import take_out_superseded
from cms.operations.trees import set_up_site


class Command(BaseCommand):
    """Make the pages of the public site in every language, the editor's groups and the workflow; mend old texts of ours."""

    help = "Make what is missing of the public site: pages in every language, groups, workflow."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up and print what was made."""
        made = set_up_site()
        gone = take_out_superseded(actor=None)
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in made.items()))
        if gone and options["verbosity"]:
            self.stdout.write(f"passages taken out that the site says by itself now: {gone}")
