"""How does a test take a list out, change it as one would in a spreadsheet, and bring it back in?"""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cic.core.exports import listed, write_table
from cic.core.models import AuditEntry, Job
from events.models import Session
from pilots.models import ImportNote
from pilots.operations.imports import run_import, start_import
from tests.core.resource_contract import client_of


def exported(noun, user, kind="csv"):
    within = [Session.objects.get(state="published").pk] if noun == "registration" else []
    address = reverse(f"{noun}_list", args=within)
    if kind == "xlsx":
        file = io.BytesIO()
        write_table(file, kind, *listed(address, "", user).table_of_all())
        return file.getvalue()
    return b"".join(client_of(user).get(f"{address}?export={kind}").streaming_content)


def table_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def row_called(name, content):
    return next(row for row in table_of(content) if name in (row.get("title"), row.get("name")))


def written(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def bring_in(content, actor, centre, *, dry_run=False, name="list.csv"):
    run = start_import(
        actor=actor,
        centre=centre,
        files=[(name, SimpleUploadedFile(name, content))],
        dry_run=dry_run,
        in_background=False,
    )
    run = run_import(run.pk)
    assert (run.state, run.error) == ("done", "")
    return run.created_count, run.changed_count, run.unchanged_count, run.rejected_count


def said():
    return list(ImportNote.objects.order_by("pk").values_list("field", "problem"))


def traces():
    """The audit rows of all but the imports themselves, and the work that waits."""
    return AuditEntry.objects.exclude(object_type="pilots.importrun").count(), Job.objects.count()
