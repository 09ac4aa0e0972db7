"""Does one published cell become the value it means, with a note on what was done?"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pilots.calculations.readers.cells import (
    amount,
    day,
    identifier,
    instant,
    line,
    once,
    repair_encoding,
    text,
    yes_no,
)
from pilots.calculations.readers.places import country, position, postcode, websites
from pilots.calculations.readers.rows import Notes


def problems(notes):
    return [str(note.problem) for note in notes.taken]


@pytest.mark.parametrize(
    ("written", "expected", "noted"),
    [
        ("7995922,4", Decimal("7995922.40"), ["decimal_comma"]),
        ("596937.5", Decimal("596937.50"), []),
        ("0.0", Decimal("0.00"), []),
        ("1.234.567,89", Decimal("1234567.89"), ["decimal_comma"]),
        ("1,234,567.89", Decimal("1234567.89"), []),
        ("78467.96000000001", Decimal("78467.96"), ["float_residue"]),
        ("1.732084396E7", Decimal("17320843.96"), []),
        ("-12.5", Decimal("-12.50"), []),
        ("1,234", None, ["ambiguous_number", "invalid_number"]),
        ("", None, []),
        ("-", None, []),
        ("NA", None, []),
        ("1e999999", None, ["invalid_number"]),
        ("9" * 5000, None, ["invalid_number"]),
        ("NaN", None, []),
        ("Infinity", None, ["invalid_number"]),
        ("٣٤", None, ["invalid_number"]),
        ("12 euro", None, ["invalid_number"]),
    ],
)
def test_amount_of_any_spelling_is_exact_or_noted(written, expected, noted):
    notes = Notes()

    assert amount(written, "cost", notes) == expected
    assert problems(notes) == noted


@pytest.mark.parametrize(
    ("written", "expected", "noted"),
    [
        ("2024-01-31", date(2024, 1, 31), []),
        ("28/01/2021", date(2021, 1, 28), []),
        ("2016/01/22T:13:06:40", date(2016, 1, 22), []),
        ("2020-12-16 22:28:37", date(2020, 12, 16), []),
        ("-", None, []),
        ("31/02/2021", None, ["invalid_date"]),
        ("soon", None, ["invalid_date"]),
    ],
)
def test_day_of_any_spelling_is_read_or_noted(written, expected, noted):
    notes = Notes()

    assert day(written, "start", notes) == expected
    assert problems(notes) == noted


def test_instant_with_a_stray_colon_is_local_time_in_its_zone():
    notes = Notes()

    summer = instant("2016/07/22T:13:06:40", "created", notes, zone="Europe/Madrid")
    winter = instant("2016/01/22T:13:06:40", "created", notes, zone="Europe/Madrid")
    said = instant("2017-02-07 07:58:01 UTC", "created", notes, zone="Europe/Madrid")

    assert summer == datetime(2016, 7, 22, 11, 6, 40, tzinfo=UTC)
    assert winter == datetime(2016, 1, 22, 12, 6, 40, tzinfo=UTC)
    assert said == datetime(2017, 2, 7, 7, 58, 1, tzinfo=UTC)
    assert notes.taken == []
    assert instant("2021/13/45T:99:99:99", "created", notes, zone="Europe/Madrid") is None
    assert problems(notes) == ["invalid_date"]


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("customerâ€™s", "customer’s"),
        ("â€œIf this", "“If this"),
        ("Euroâ€\x9d)", "Euro”)"),
        ("Â®", "®"),
        ("educaciÃ³n y niÃ±os", "educación y niños"),
        ("PRODUCCIÃ“N", "PRODUCCIÓN"),
        ("10 â‚¬", "10 €"),
        ("El cityâ€™s — mixed “right” too", "El city’s — mixed “right” too"),
        # right as they are
        ("“BLÅ” i “AMANHÔ", "“BLÅ” i “AMANHÔ"),
        ("São Paulo, Grâce, Ångström, Groß", "São Paulo, Grâce, Ångström, Groß"),
        ("col·laboració", "col·laboració"),
    ],
)
def test_repair_encoding_mends_the_sure_cases_only(broken, meant):
    assert repair_encoding(broken) == meant


def test_line_folds_breaks_and_drops_hidden_characters_with_a_note():
    notes = Notes()

    assert line(" Service provision\r\nfunction\n\n", "title", notes) == "Service provision function"
    assert line("in_x000D_", "title", notes) == "in"
    assert line("a\x00b\u202ec\u200b", "title", notes) == "abc"
    assert problems(notes) == ["line_break", "outer_space", "outer_space", "control_character"]


def test_line_with_markup_stays_text_and_is_noted():
    notes = Notes()

    assert line("<script>alert(1)</script>", "title", notes) == "<script>alert(1)</script>"
    assert line("P + R > 2 < 3", "title", notes) == "P + R > 2 < 3"
    assert problems(notes) == ["markup_in_text"]


def test_line_quoted_twice_loses_only_the_extra_quotes():
    notes = Notes()

    assert line('"LLC ""CIVITTA UKRAINE"""', "name", notes) == 'LLC "CIVITTA UKRAINE"'
    assert line('"The" and "that"', "name", notes) == '"The" and "that"'
    assert problems(notes) == ["nested_quotes"]


def test_text_keeps_paragraphs_and_is_cut_at_its_limit():
    notes = Notes()

    assert text("any\r\nSet-cookie: x\x00", "body", notes) == "any\nSet-cookie: x"
    assert len(text("a" * 60_000, "body", notes)) == 50_000
    assert problems(notes) == ["control_character", "too_long"]


@pytest.mark.parametrize(
    ("code", "name", "named", "evidence", "expected", "noted"),
    [
        ("UK", "United Kingdom", True, "", "GB", ["country_recoded"]),
        ("EL", "", True, "", "GR", ["country_recoded"]),
        ("XK", "", True, "", "XK", []),
        ("ES", "Spain", True, "", "ES", []),
        ("NA", "Namibia", True, "MINISTRY OF EDUCATION", "NA", ["namibia_confirmed"]),
        ("NA", "Namibia", False, "PIC 999489941", "", ["namibia_mislabel"]),
        ("NA", "", True, "CARBON CAPITAL NA10938540015", "NA", ["namibia_confirmed"]),
        ("NA", "", True, "Somebody Ltd", "", ["country_unclear"]),
        ("", "", True, "UNIVERSITY OF NAMIBIA Windhoek", "", ["country_unclear"]),
        ("", "Czech Republic", True, "", "CZ", ["country_from_name"]),
        ("", "European Union", True, "", "", []),
        ("", "", True, "", "", ["missing"]),
        ("??", "", True, "", "", ["unknown_value"]),
    ],
)
def test_country_is_iso_and_namibia_only_on_evidence(code, name, named, evidence, expected, noted):
    notes = Notes()

    assert country(code, notes, name=name, named=named, evidence=evidence)[0] == expected
    assert problems(notes) == noted


@pytest.mark.parametrize(
    ("written", "expected", "noted"),
    [
        ("\u00a0https://a.example/x", ["https://a.example/x"], ["no_break_space"]),
        ("\u00a0", [], ["no_break_space"]),
        ("https://a.example/x,\nhttps://b.example/y", ["https://a.example/x", "https://b.example/y"], ["several_addresses"]),
        ("https://a.example/ en https://b.example/y", ["https://a.example/", "https://b.example/y"], ["several_addresses"]),
        ("https://a.example/x en Gemeente (z.d.).", ["https://a.example/x"], []),
        ("www.a.example; www.b.example", ["https://www.a.example", "https://www.b.example"],
         ["no_scheme", "no_scheme", "several_addresses"]),
        ("www.kela.fi/lapsiperheet", ["https://www.kela.fi/lapsiperheet"], ["no_scheme"]),
        ("http://a.example/Proof of Concepts/x/", ["http://a.example/pilots/x/"], ["word_replaced"]),
        ("internal web address", [], ["not_an_address"]),
        ("javascript:alert(1)", [], ["not_an_address"]),
        ('https://a.example/"onclick="x', [], ["not_an_address"]),
        ("-", [], []),
    ],
)  # fmt: skip
def test_websites_are_addresses_or_are_noted(written, expected, noted):
    notes = Notes()

    assert websites(written, "url", notes) == expected
    assert problems(notes) == noted


def test_postcode_gets_back_its_zeros_only_where_the_country_has_them():
    notes = Notes()

    assert [
        postcode("8028", "ES", notes),
        postcode("8010", "AT", notes),
        postcode("GU14 0LX", "GB", notes),
    ] == [
        "08028",
        "8010",
        "GU14 0LX",
    ]
    assert problems(notes) == ["postcode_zero"]


def test_position_out_of_one_cell_is_two_numbers():
    notes = Notes()

    assert position("60.28538375,24.841375238899467", notes) == (Decimal("60.285384"), Decimal("24.841375"))
    assert position("", notes) == (None, None)
    assert position("991.0,2.0", notes) == (None, None)
    assert problems(notes) == ["invalid_number"]


def test_small_cells_are_read_plainly():
    notes = Notes()

    assert [identifier("7.0"), identifier(" 12 "), identifier("7.5")] == ["7", "12", "7.5"]
    assert [once("PRC;PRC", "a", notes), once("PRC;HES", "a", notes)] == ["PRC", "PRC;HES"]
    assert [yes_no("True", "a", notes), yes_no("No", "a", notes), yes_no("", "a", notes)] == [
        True,
        False,
        None,
    ]
    assert problems(notes) == ["doubled_value"]
