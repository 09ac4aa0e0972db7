"""Does a list leave as a table that no program runs, with the reader's rows only, however long it is?"""

import csv
import io
import tracemalloc
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from cic.core import exports
from cic.core.background import run_job
from cic.core.cells import Gathered, as_line, fields_of, in_list, inert, items_of, restored
from cic.core.errors import DomainError
from cic.core.exports import ask_export, csv_lines, forget_exports, write_export, write_xlsx
from cic.core.models import Export, Job
from cic.core.models.translations import with_languages
from partners.choices import Role
from partners.models import User
from tests.core.resource_contract import client_of
from tests.factories.events import SessionFactory
from tests.factories.partners import OrganisationFactory, PartnerFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/workspace/organisations/"
NASTY = [
    "=1+1",
    "+34 600",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "＝1+1",
    "|calc",
    "%x",
    "'=1",
    "''+2",
    "https://evil.example",
]
CALM = ["O'Neill", "'t Hof", "", "l·l", "5", "a=b", "''"]


@pytest.mark.parametrize("text", [*NASTY, *CALM])
def test_i01_a_neutralised_cell_is_restored(text):
    assert restored(inert(text)) == text


@pytest.mark.parametrize("text", NASTY[:-1])
def test_i01_what_a_spreadsheet_would_run_is_neutralised(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", CALM)
def test_i01_other_texts_stay_as_they_are(text):
    assert inert(text) == text
    assert restored(text) == text


@pytest.mark.parametrize("fields", [["A"], ["A | B", "", "c\\"], ["=x", "a\\|b", "d"], ["", "b"]])
def test_fields_in_one_line_of_a_cell_come_back(fields):
    assert fields_of(as_line([*fields, None, ""])) == fields


@pytest.mark.parametrize(
    ("items", "cell"),
    [
        (["A", "B"], "A; B"),
        (["Acme; Sons", "Zeta"], "Acme\\; Sons; Zeta"),
        (["a\\b", "c\\", "d"], "a\\b; c\\\\; d"),
        (["\\;", "\\\\;x\\\\"], "\\\\\\;; \\\\\\\\\\;x\\\\\\\\"),
        ([";", "=x", '"q"', "a | b"], '\\;; =x; "q"; a | b'),
    ],
)
def test_texts_of_one_cell_come_back_whatever_is_in_them(items, cell):
    assert in_list(items) == cell
    assert items_of(cell) == items
    assert items_of(f" ;; {cell}") == items


def test_i01_csv_holds_neutralised_texts_and_plain_numbers():
    text = "".join(
        csv_lines(
            ["a"],
            [[value] for value in [*NASTY, -5, Decimal("-1.50"), date(2026, 5, 3), True, None]],
            bom=True,
        )
    )

    rows = [row[0] if row else "" for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]

    assert text[0] == "\ufeff"
    assert rows[1:-5] == [inert(value) for value in NASTY]
    assert rows[-5:] == ["-5", "-1.50", "2026-05-03", "true", ""]


def test_i02_xlsx_holds_texts_as_texts_without_formulas_or_links():
    file = io.BytesIO()
    write_xlsx(
        file,
        ["a"],
        [
            [value]
            for value in [*NASTY, -5, Decimal("1.50"), date(2026, 5, 3), Decimal("12345678901234567.89")]
        ],
    )

    with zipfile.ZipFile(file) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
        assert (b"<f>" in sheet, b"hyperlink" in sheet) == (False, False)
    rows = [row[0] for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)]
    kinds = [row[0].data_type for row in openpyxl.load_workbook(file).active.iter_rows(min_row=2)]
    assert rows[4] == "@SUM(A1)"
    assert kinds == ["s"] * len(NASTY) + ["n", "n", "d", "s"]
    assert rows[-4:-1] == [-5, 1.5, rows[-2]]
    assert rows[-2].date() == date(2026, 5, 3)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_stays_flat_for_a_hundred_thousand_rows(kind, tmp_path):
    rows = ([number, f"Row {number}", date(2026, 1, 1), Decimal("10.50"), None] for number in range(100_000))
    with (tmp_path / "table").open("wb") as file:
        tracemalloc.start()
        exports.write_table(file, kind, list("abcde"), rows)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert peak < 3_000_000


def test_what_is_gathered_stands_beside_its_own_row_in_every_stretch(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(exports, "CHUNK", 2)
    people = UserFactory.create_batch(5)
    asked = []

    def tell(ids, reader):
        asked.append((list(ids), reader))
        return {pk: f"of {pk}" for pk in ids if pk != people[1].pk}

    column = Gathered(tell)
    with django_assert_num_queries(1):
        rows = list(exports.told(User.objects.order_by("pk"), ["name", column, "pk", column], "reader"))

    cells = ["" if person is people[1] else f"of {person.pk}" for person in people]
    assert [tuple(row) for row in rows] == [
        (person.name, cell, person.pk, cell) for person, cell in zip(people, cells, strict=True)
    ]
    ids = [person.pk for person in people]
    assert asked == [(part, "reader") for part in (ids[:2], ids[:2], ids[2:4], ids[2:4], ids[4:], ids[4:])]


def names_in(response):
    """The first column of a CSV that was streamed, without its heading."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return [row[0] for row in csv.reader(io.StringIO(text))][1:]


def test_l08_tables_hold_the_rows_and_filters_of_the_page():
    shown = OrganisationFactory(name="Shown zapp")
    OrganisationFactory(name="Hidden zapp", state="pending")
    OrganisationFactory(name="Other")
    client = client_of(UserFactory())

    page = client.get(f"{LIST}?search=zapp")

    assert [export["url"] for export in page.context["exports"]] == [
        f"{LIST}?search=zapp&export={kind}" for kind in ("csv", "plain", "xlsx")
    ]
    assert names_in(client.get(f"{LIST}?search=zapp&export=csv")) == [shown.name]
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get(f"{LIST}?search=zapp&export=xlsx").streaming_content))
    )
    assert [row[0] for row in book.active.iter_rows(values_only=True)] == ["name", shown.name]


def test_the_mark_at_the_beginning_is_an_option():
    OrganisationFactory()
    client = client_of(UserFactory())

    starts = [
        b"".join(client.get(f"{LIST}?export={kind}").streaming_content)[:3] for kind in ("csv", "plain")
    ]

    assert starts == [b"\xef\xbb\xbf", b"nam"]


@pytest.fixture
def long_list(monkeypatch):
    """Two rows are too many to be waited for."""
    monkeypatch.setattr("cic.core.views.lists.MOST_AT_ONCE", 1)
    return [OrganisationFactory(name=name) for name in ("Alfa", "Beta")]


def test_a_long_list_is_written_in_the_background_for_its_owner_alone(long_list):
    owner = UserFactory()
    client, other = client_of(owner), client_of(StaffFactory(role=Role.ADMIN))

    asked = client.get(f"{LIST}?country=ES&order=name&export=csv")
    assert (
        asked["Location"]
        == "/workspace/exports/new/?list=%2Fworkspace%2Forganisations%2F%3Fcountry%3DES%26order%3Dname&format=csv"
    )
    assert Export.objects.count() == 0
    assert b"Organisations" in client.get(asked["Location"]).content
    client.post("/workspace/exports/new/", {"list": f"{LIST}?order=name", "format": "csv"})
    export = Export.objects.get()
    address = f"/workspace/exports/{export.pk}/"
    assert client.get(f"{address}file/").status_code == 404
    assert b"0 of 2 rows" in client.get("/workspace/exports/").content

    assert run_job(Job.objects.get(task="core.write_export").pk)

    line = client.get(address, headers={"hx-request": "true"}).content
    assert (b"2 of 2 rows" in line, f"{address}file/".encode() in line) == (True, True)
    assert names_in(client.get(f"{address}file/")) == ["Alfa", "Beta"]
    assert [other.get(path).status_code for path in (address, f"{address}file/")] == [404, 404]
    assert other.get("/workspace/exports/").context["rows"] == []


def test_the_file_dies_after_a_day(long_list):
    owner = UserFactory()
    export = ask_export(LIST, "", "xlsx", actor=owner)
    write_export(export_id=str(export.pk))
    export.refresh_from_db()
    stored = export.file.name
    assert (export.expires_at - export.finished_at, default_storage.exists(stored)) == (
        timedelta(hours=24),
        True,
    )

    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client_of(owner).get(f"/workspace/exports/{export.pk}/file/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_over_is_taken_away():
    OrganisationFactory()
    export = ask_export(LIST, "", "csv", actor=UserFactory())
    write_export(export_id=str(export.pk))
    stored = Export.objects.get().file.name
    assert forget_exports() == 0
    Export.objects.update(expires_at=timezone.now())

    assert forget_exports() == 1

    assert (Export.objects.count(), default_storage.exists(stored)) == (0, False)


def test_what_is_written_is_what_the_owner_may_see_then():
    mine = OrganisationFactory(name="Mine", state="pending")
    owner = PartnerFactory(organisation=mine)
    export = ask_export(LIST, "", "csv", actor=owner)
    owner.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))

    write_export(export_id=str(export.pk))

    export.refresh_from_db()
    assert export.total == 0
    with export.file.open() as file:
        assert len(file.read().splitlines()) == 1


def test_a07_nothing_is_written_for_who_was_shut_out():
    owner = UserFactory()
    export = ask_export(LIST, "", "csv", actor=owner)
    type(owner).objects.update(is_active=False)

    run_job(Job.objects.get(task="core.write_export").pk)

    export.refresh_from_db()
    assert (export.finished_at, bool(export.file)) == (None, False)
    assert Job.objects.get(task="core.write_export").refused


def test_k06_written_twice_it_is_one_file():
    export = ask_export(LIST, "", "csv", actor=UserFactory())
    write_export(export_id=str(export.pk))
    first = Export.objects.get()

    write_export(export_id=str(export.pk))

    assert Export.objects.get().finished_at == first.finished_at


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/workspace/", "csv"),
        ("/nowhere/", "csv"),
        ("https://evil.example/", "csv"),
        ("/workspace/people/all/", "csv"),
        (LIST, "exe"),
        ("", "csv"),
    ],
)
def test_what_is_no_list_of_theirs_is_refused(path, kind):
    user = UserFactory()
    with pytest.raises(DomainError):
        ask_export(path, "", kind, actor=user)

    assert (Export.objects.count(), Job.objects.count()) == (0, 0)


def test_nobody_asks_for_more_than_five_at_a_time():
    user = UserFactory()
    for _n in range(5):
        ask_export(LIST, "", "csv", actor=user)

    with pytest.raises(DomainError):
        ask_export(LIST, "", "csv", actor=user)

    assert Export.objects.count() == 5


# Lists that are drawn as something else than a table of their rows.
DRAWN = {"portfolio", "evaluation_matrix"}
# One's own few things, and the files of lists themselves.
OWN = {"webhook_list", "export_list"}
WITHIN_A_SESSION = {"registration_list"}


def lists_of_the_workspace():
    """The address names of all lists: those called so, and those made so."""
    from django.urls import get_resolver

    from cic.core.views import ListPage

    routes = get_resolver().url_patterns
    workspace = next(route for route in routes if str(route.pattern) == "workspace/")
    return {
        route.name
        for route in workspace.url_patterns
        if route.name.endswith("_list") or issubclass(getattr(route.callback, "view_class", object), ListPage)
    }


@pytest.mark.parametrize("name", sorted(lists_of_the_workspace() - DRAWN - OWN))
def test_every_list_of_the_workspace_leaves_as_a_table_of_the_same_rows(name):
    from django.urls import resolve, reverse

    within = [SessionFactory().pk] if name in WITHIN_A_SESSION else []
    admin, address = client_of(StaffFactory(role=Role.ADMIN)), reverse(name, args=within)
    shown = {export["url"] for export in admin.get(f"{address}?order=x").context["exports"]}
    lines = b"".join(admin.get(f"{address}?export=csv").streaming_content).decode().splitlines()

    assert shown == {f"{address}?order=x&export={kind}" for kind in ("csv", "plain", "xlsx")}
    assert len(lines) - 1 == admin.get(address).context["count"]
    page = resolve(address).func.view_class
    assert lines[0].lstrip("\ufeff").split(",") == [
        heading for heading, _path in with_languages(page.model, page.export_columns)
    ]
    sheet = admin.get(f"{address}?export=xlsx")
    assert b"".join(sheet.streaming_content)[:2] == b"PK"
    sheet.close()


def test_i01_a_table_that_comes_back_restores_its_values(tmp_path):
    from pilots.calculations.readers.tabular import open_table

    path = tmp_path / "table.csv"
    path.write_text(
        "".join(csv_lines(["name", "note"], [["=1+1", "O'Neill"], ["＝2", "'=3"]], bom=True)), newline=""
    )

    table = open_table(path)

    assert [list(record.cells.values()) for record in table.records()] == [
        ["=1+1", "O'Neill"],
        ["＝2", "'=3"],
    ]


def test_x09_a_file_is_never_shown_in_the_browser():
    export = ask_export(LIST, "", "csv", actor=(user := UserFactory()))
    write_export(export_id=str(export.pk))

    response = client_of(user).get(f"/workspace/exports/{export.pk}/file/")

    assert response["Content-Disposition"] == 'attachment; filename="organisations.csv"'
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "private, no-store")
    response.close()
