"""How does an administrator mend the search?"""

from typing import Any

from django.core.management.base import BaseCommand

from cic.core import opensearch
from cic.core.indexing import refold, remake, searchable_models


class Command(BaseCommand):
    """Folds the words of every record again and makes the indexes anew. Safe to run twice, and while people work."""

    help = "Make the search find what the records hold."

    def add_arguments(self, parser: Any) -> None:
        """`--dry-run` counts without writing."""
        parser.add_argument("--dry-run", action="store_true", help="only count the records with stale words")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per model."""
        for model in searchable_models():
            stale = refold(model, dry_run=options["dry_run"])
            if not options["dry_run"]:
                remake(model)
            if options["verbosity"]:
                self.stdout.write(f"{model._meta.label_lower}: {stale} with stale words")
        if opensearch.in_use() and not options["dry_run"]:
            for model, count in opensearch.fill(searchable_models()).items():
                if options["verbosity"]:
                    self.stdout.write(f"{model._meta.label_lower}: {count} told to the search engine")
