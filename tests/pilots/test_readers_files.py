"""Is every make of table read, told apart by its columns, and every bomb refused?"""

import json
import tracemalloc
import zipfile

import openpyxl
import pytest

from pilots.calculations.readers import UnknownFormat, Unreadable, detect
from pilots.calculations.readers.tabular import open_table


def records(path):
    return [record.cells for record in open_table(path).records()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_csv_of_any_encoding_and_separator_is_read(tmp_path, encoding, separator):
    path = tmp_path / "table.csv"
    path.write_bytes(f'id{separator}nom\r\n1{separator}"Col·laboració{separator} ""x"""\r\n'.encode(encoding))

    assert records(path) == [{"id": "1", "nom": f'Col·laboració{separator} "x"'}]


def test_csv_row_with_too_many_cells_is_set_apart_not_guessed(tmp_path):
    path = tmp_path / "collision.csv"
    path.write_text("name,area,place\nAlbacete,1125,91,town\nElche,326,town\n\nshort,1\n")

    found = list(open_table(path).records())

    assert [(record.number, record.problem is None) for record in found] == [
        (2, False),
        (3, True),
        (5, False),
    ]
    assert found[0].problem.problem == "wrong_cell_count"


def test_csv_with_one_column_name_twice_hides_no_cell(tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text("id,name,name\n1,a,b\n")

    table = open_table(path)

    assert table.columns == ("id", "name", "name (2)")
    assert [str(note.problem) for note in table.remarks] == ["duplicate_column"]


def test_csv_cell_without_end_is_refused_with_its_line(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text('id,name\n1,"' + "a\n" * 200_000)

    with pytest.raises(Unreadable, match="field larger than field limit"):
        records(path)


def test_json_list_is_streamed_with_exact_numbers(tmp_path):
    path = tmp_path / "list.json"
    path.write_text(
        '[{"a": 1.10, "b": null, "c": [1, "x"], "d": {"e": true}, "f": NaN, "g": 1e999999},\n{"a": 2}]'
    )

    assert records(path) == [
        {"a": "1.10", "b": "", "c": "1;x", "d:e": "True", "f": "", "g": "invalid"},
        {"a": "2"},
    ]


@pytest.mark.parametrize("broken", ["[{", '[{"a": 1},', "{}", "[" * 100_000, '[{"a": ' + "9" * 5000 + "}"])
def test_broken_json_is_refused_not_half_read(tmp_path, broken):
    path = tmp_path / "broken.json"
    path.write_text(broken)

    with pytest.raises(Unreadable):
        records(path)


def workbook(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_xlsx_is_read_as_text_with_plain_numbers(tmp_path):
    path = workbook(
        tmp_path / "book.xlsx", [["id", "cost", "when"], [633053, 183454.8, "a\nb"], [7, None, None]]
    )

    assert records(path) == [
        {"id": "633053", "cost": "183454.8", "when": "a\nb"},
        {"id": "7", "cost": "", "when": ""},
    ]


def rewritten(path, target, name, content):
    """A copy of the spreadsheet at `path` with one part replaced or added."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in source.namelist():
            if part != name:
                copy.writestr(part, source.read(part))
        copy.writestr(name, content)
    return target


ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("xl/worksheets/sheet1.xml", ENTITY, "entities"),
        ("xl/worksheets/sheet1.xml", b"<?xml version='1.0'?><!--" + b"a" * 2_000_000 + b"-->" + ENTITY[21:], "entities|packed"),
        ("xl/worksheets/sheet1.xml", ENTITY.decode().encode("utf-16"), "UTF-8"),
        ("xl/worksheets/sheet1.xml", b"<?xml version='1.0' encoding='utf-7'?>+ADw-!DOCTYPE", "UTF-8"),
        ("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 50_000_000, "packed"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><broken", "damaged|opened"),
        ("../evil.xml", b"<a/>", "forbidden part"),
        ("xl/inner.zip", b"PK", "forbidden part"),
        ("xl/vbaProject.bin", b"macro", "macros"),
    ],
)  # fmt: skip
def test_f03_spreadsheet_made_to_do_harm_is_refused(tmp_path, name, content, reason):
    good = workbook(tmp_path / "good.xlsx", [["id"], [1]])
    bad = rewritten(good, tmp_path / "bad.xlsx", name, content)

    with pytest.raises(Unreadable, match=reason):
        records(bad)


def test_f03_spreadsheet_with_too_many_parts_is_refused(tmp_path):
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(600):
            archive.writestr(f"{number}.xml", "<a/>")

    with pytest.raises(Unreadable, match="600 parts"):
        records(path)


def test_f03_spreadsheet_cell_in_the_last_column_costs_nothing(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD3"] = "id", "1", "far"
    book.save(tmp_path / "far.xlsx")

    assert records(tmp_path / "far.xlsx") == [{"id": "1"}]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"PK\x03\x04 no archive", b"%PDF-1.7", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0"]
)
def test_file_that_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    with pytest.raises(Unreadable):
        open_table(path)


def test_unknown_columns_are_refused_with_the_names_that_are_missing(tmp_path):
    path = tmp_path / "almost.csv"
    path.write_text("id|acronym|title|startDate|endDate|totalCost\n1|a|b|c|d|e\n")

    with pytest.raises(UnknownFormat) as refusal:
        detect(path)

    assert refusal.value.nearest == "he-projects"
    assert refusal.value.missing == ("cluster", "objective")
    assert "cluster, objective" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("cordis-projects.csv", "he-projects"),
        ("cordis-organisations.csv", "he-organisations"),
        ("ips-x.csv", "ips-x"),
        ("decidim-proposals.csv", "decidim-proposals"),
        ("decidim-projects.csv", "decidim-projects"),
        ("decidim-comments.csv", "decidim-comments"),
    ],
)
def test_format_is_told_from_the_columns(fixtures, tmp_path, name, key):
    renamed = tmp_path / "upload.bin"
    renamed.write_bytes((fixtures / name).read_bytes())

    assert detect(renamed).key == key


def test_reading_a_long_file_keeps_memory_flat(tmp_path):
    path = tmp_path / "long.json"
    with open(path, "w") as stream:
        stream.write(
            "[" + ",".join(json.dumps({"id": number, "text": "x" * 500}) for number in range(40_000)) + "]"
        )

    tracemalloc.start()
    count = sum(1 for _record in open_table(path).records())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 40_000
    assert peak < 5_000_000
