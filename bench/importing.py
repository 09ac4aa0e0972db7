"""What do 100,000 rows cost to take in? `python -m bench.importing SMALL LARGE`, each a prefix of two CORDIS files.

Prints a line when it begins with the large one and a line with JSON when it has ended; its memory is read from outside.
"""

import csv
import json
import sys
import time
from pathlib import Path

PROJECTS = ("id", "acronym", "title", "startDate", "endDate", "totalCost", "legalBasis", "topics", "masterCall", "subCall",
            "fundingScheme", "objective", "grantDoi", "cluster")  # fmt: skip
SHARES = ("projectID", "name", "shortName", "SME", "activityType", "city", "country", "organizationURL", "contactForm",
          "order", "role", "ecContribution")  # fmt: skip
SHARES_EACH = 4


def write(prefix: Path, rows: int, first: int) -> list[Path]:
    """Two files as CORDIS publishes them: one row in five a project, the others its participants."""
    from bench import words

    projects = rows // (SHARES_EACH + 1)
    paths = [prefix.with_name(f"{prefix.name}-{kind}.csv") for kind in ("projects", "orgs")]
    with paths[0].open("w", newline="") as file:
        writer = csv.writer(file, delimiter="|")
        writer.writerow(PROJECTS)
        for n in range(first, first + projects):
            writer.writerow((n, f"PROVA{n}", words.title(n, "en"), "2025-01-01", "2028-12-31", "1500000,5", "HORIZON.2.1",
                             "HORIZON-CL5-2024-D4", "HORIZON-CL5-2024", "HORIZON-CL5-2024", "HORIZON-RIA",
                             words.summary(n, "en"), f"10.3030/{n}", "Cluster 5"))  # fmt: skip
    with paths[1].open("w", newline="") as file:
        writer = csv.writer(file, delimiter="|")
        writer.writerow(SHARES)
        for n in range(first, first + projects):
            for place in range(SHARES_EACH):
                pic = 900_000_000 + (n * 7 + place * 1_013) % 30_000
                address = f"https://ec.europa.eu/contact-form/project/{pic}/{n}"
                writer.writerow((n, words.name(pic % 30_000), "", "False", "HES", "Barcelona", "ES", "", address, f"{place + 1}.0",
                                 "participant" if place else "coordinator", "250000.0"))  # fmt: skip
    return paths


def main() -> None:
    """A small import first, so that everything is loaded; then the large one."""
    import django

    django.setup()
    from django.core.management import call_command

    from partners.models import Centre
    from pilots.models import ImportRun

    Centre.objects.create(
        reference="C-2018-001", name="Centre", purpose="Prova.", lead_unit="Gerència", state="active"
    )
    small, large = (
        [Path(f"{prefix}-{kind}.csv") for kind in ("projects", "orgs")] for prefix in sys.argv[1:3]
    )
    with open("/dev/null", "w") as nowhere:
        call_command("pilots_import", "cordis", *small, stdout=nowhere)
        print("begin", flush=True)
        start = time.perf_counter()
        call_command("pilots_import", "cordis", *large, stdout=nowhere)
    run = ImportRun.objects.latest("pk")
    seconds = time.perf_counter() - start
    print(
        json.dumps({"seconds": seconds, "rows": run.done, "new": run.created_count, "state": run.state}),
        flush=True,
    )


if __name__ == "__main__":
    main()
