"""Which districts does this city have? Take them from a file of open boundaries, so that maps draw them."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cic.core.errors import DomainError
from partners.calculations.outlines import outline_of
from partners.choices import TerritoryKind
from partners.operations.territories import load_territories


class Command(BaseCommand):
    """`manage.py partners_load_territories districts.geojson --kind district --code CODE --name NAME`."""

    help = "Add or change territories from a GeoJSON FeatureCollection in WGS 84; boundaries are simplified."

    def add_arguments(self, parser: Any) -> None:
        """The file, and which of its properties say what."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=TerritoryKind.values, required=True)
        parser.add_argument("--code", required=True, help="property with the official code")
        parser.add_argument("--name", required=True, help="property with the name")
        parser.add_argument("--prefix", default="", help="put before each code, such as 08019-")
        parser.add_argument("--parent", default="", help="property with the code of the territory above")
        parser.add_argument("--parent-prefix", default="", help="put before the code of the territory above")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, and say how many."""
        try:
            rows = [
                self.row(feature, options) for feature in json.loads(options["file"].read_text())["features"]
            ]
            with transaction.atomic():
                told = load_territories(rows, actor=None)
                transaction.set_rollback(options["dry_run"])
        except (OSError, KeyError, TypeError, ValueError, DomainError) as error:
            raise CommandError(f"Nothing was loaded: {type(error).__name__}: {error}") from error
        self.stdout.write(f"{told.added} added, {told.changed} changed, {told.unchanged} as they were")

    def row(self, feature: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        """One territory as the operation takes it."""
        said = feature["properties"]
        above = said[options["parent"]] if options["parent"] else ""
        return {
            "code": f"{options['prefix']}{said[options['code']]}",
            "name": str(said[options["name"]]),
            "kind": options["kind"],
            "parent": f"{options['parent_prefix']}{above}" if above or options["parent_prefix"] else "",
            "outline": outline_of(feature["geometry"]),
        }
