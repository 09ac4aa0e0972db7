"""What do 100,000 rows cost to take in? `python -m bench.importing SMALL LARGE`, each a prefix of two CORDIS files or a CSV of measurements.

Prints a line when it begins with the large one and a line with JSON when it has ended; its memory is read from outside.
"""

import csv
import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

PROJECTS = ("id", "acronym", "title", "startDate", "endDate", "totalCost", "legalBasis", "topics", "masterCall", "subCall",
            "fundingScheme", "objective", "grantDoi", "cluster")  # fmt: skip
SHARES = ("projectID", "name", "shortName", "SME", "activityType", "city", "country", "organizationURL", "contactForm",
          "order", "role", "ecContribution")  # fmt: skip
SHARES_EACH = 4
INDICATORS = 20
STARTED_ON = date(2020, 1, 1)


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


def write_measurements(path: Path, rows: int, first: int) -> Path:
    """What a network of sensors hands in: one line for each indicator, with periods that end a day apart."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("indicator", "period_start", "period_end", "value", "note"))
        for n in range(first, first + rows):
            place, sensor = divmod(n, INDICATORS)
            start = STARTED_ON + timedelta(days=place % 1_000)
            end = start + timedelta(days=place // 1_000)
            writer.writerow((f"Sensor {sensor}", start, end, f"{40 + n % 3_000 / 100:.2f}", ""))
    return path


def measure(small: Path, large: Path) -> None:
    """The upload of measurements, the small table first."""
    from django.core.files.base import File

    from partners.models import Centre
    from pilots.models import Indicator, Trial
    from pilots.operations.imports import run_import, upload_measurements

    centre = Centre.objects.create(
        reference="C-2018-002", name="Sensors", purpose="Prova.", lead_unit="Gerència", state="active"
    )
    trial = Trial.objects.create(
        reference="P-2020-900",
        kind="pilot",
        title="Sensors",
        centre=centre,
        state="running",
        started_on=STARTED_ON,
    )
    for number in range(INDICATORS):
        Indicator.objects.create(trial=trial, name=f"Sensor {number}")
    for path in (small, large):
        if path == large:
            print("begin", flush=True)
        start = time.perf_counter()
        with path.open("rb") as content:
            files = [(path.name, File(content))]
            run = upload_measurements(actor=None, trial=trial, files=files, submit=True, in_background=False)
        tell(run_import(run.pk), time.perf_counter() - start) if path == large else run_import(run.pk)


def tell(run: Any, seconds: float) -> None:
    """The line with JSON that says how it went."""
    told = {"seconds": seconds, "rows": run.done, "new": run.created_count, "state": run.state}
    print(json.dumps(told), flush=True)


def main() -> None:
    """A small import first, so that everything is loaded; then the large one."""
    import django

    django.setup()
    if sys.argv[1].endswith(".csv"):
        measure(Path(sys.argv[1]), Path(sys.argv[2]))
        return
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
    tell(run, seconds)


if __name__ == "__main__":
    main()
