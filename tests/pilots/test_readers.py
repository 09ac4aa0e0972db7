"""Does each reader turn its publisher's files into rows, meeting every quirk that these files have?"""

from datetime import date
from decimal import Decimal

import pytest

from pilots.calculations.readers import (
    READERS,
    Action,
    Kind,
    Problem,
    Row,
    UnknownFormat,
    Unreadable,
    check,
    reader_for,
    records,
    row_count,
)


def read(key, *paths):
    return list(READERS[key].read(paths))


def of(rows, kind):
    return {row.external_id: row for row in rows if row.kind == kind}


def noted(row):
    return {(note.field, str(note.problem), str(note.action)) for note in row.notes}


@pytest.fixture(scope="module")
def cordis(fixtures):
    return read("cordis", fixtures / "cordis-organisations.csv", fixtures / "cordis-projects.csv")


def test_cordis_reads_projects_before_those_who_take_part(cordis):
    kinds = [str(row.kind) for row in cordis]

    assert kinds[:4] == ["file", "project", "project", "project"]
    assert kinds[4:8] == ["file", "organisation", "participation", "organisation"]


def test_cordis_project_keeps_exact_money_and_unknown_costs_apart(cordis):
    projects = of(cordis, Kind.PROJECT)

    assert [project.values["total_cost_eur"] for project in projects.values()] == [
        Decimal("1500000.50"),
        None,
        Decimal("250000.00"),
    ]
    assert noted(projects["901000002"]) == {("total_cost_eur", "zero_means_unknown", "left_empty"),
                                            ("participations", "no_coordinator", "for_a_person")}  # fmt: skip
    assert projects["901000001"].values["starts_on"] == date(2024, 1, 1)
    assert projects["901000001"].values["url"] == "https://cordis.europa.eu/project/id/901000001"


def test_cordis_project_alone_and_turned_round_is_flagged(cordis):
    assert noted(of(cordis, Kind.PROJECT)["901000003"]) == {
        ("acronym", "repeated_acronym", "kept"),
        ("ends_on", "end_before_start", "for_a_person"),
        ("participations", "no_participants", "kept"),
        ("participations", "no_coordinator", "for_a_person"),
    }


def test_cordis_organisation_is_told_by_the_code_in_its_contact_form(cordis):
    organisations = of(cordis, Kind.ORGANISATION)

    assert list(organisations) == [f"80000000{number}" for number in (1, 2, 3, 4, 5, 6)]
    assert [organisation.values["helix"] for organisation in organisations.values()] == [
        "administration",
        "academia",
        "industry",
        "unclassified",
        "academia",
        "industry",
    ]
    assert [organisation.values["country"] for organisation in organisations.values()] == [
        "ES",
        "ES",
        "GB",
        "UA",
        "",
        "GR",
    ]
    assert organisations["800000004"].values["name"] == 'LLC "QUIET UKRAINE"'
    assert organisations["800000004"].values["source_activity"] == "OTH"


def test_cordis_same_name_under_two_codes_stays_two(cordis):
    organisations = of(cordis, Kind.ORGANISATION)

    assert ("name", "same_name", "kept_apart") in noted(organisations["800000006"])
    assert ("country", "country_unclear", "for_a_person") in noted(organisations["800000005"])


def test_cordis_repeated_participation_keeps_both(cordis):
    shares = of(cordis, Kind.PARTICIPATION)

    assert list(shares)[-2:] == ["901000002|800000006||third_party", "901000002|800000006|4|third_party"]
    assert ("organisation", "repeated_participation", "kept") in noted(
        shares["901000002|800000006|4|third_party"]
    )
    assert shares["901000001|800000003|3|associated_partner"].values["contribution_eur"] is None
    assert sum(share.values["contribution_eur"] or 0 for share in shares.values()) == Decimal("1300001.00")


def test_cordis_row_without_a_code_is_rejected_with_its_number(cordis):
    rejected = [row for row in cordis if row.kind == Kind.REJECTED]

    assert [(row.number, noted(row)) for row in rejected] == [(10, {("organisation", "missing", "rejected")})]


def test_cordis_lines_that_are_exactly_alike_both_count(fixtures, tmp_path):
    lines = (fixtures / "cordis-organisations.csv").read_text().splitlines()
    path = tmp_path / "twice.csv"
    path.write_text("\n".join([lines[0], lines[1], lines[1]]))

    shares = of(read("cordis", path), Kind.PARTICIPATION)

    assert list(shares) == ["901000001|800000001|1|coordinator", "901000001|800000001|1|coordinator#2"]
    assert sum(share.values["contribution_eur"] for share in shares.values()) == Decimal("1000000.50")


def test_ips_x_status_becomes_the_stage_it_means(fixtures):
    cases = of(read("ips-x", fixtures / "ips-x.csv"), Kind.CASE)

    assert {key: (case.values["stage"], case.values["source_status"]) for key, case in cases.items()} == {
        "501": ("pilot_running", "Pilot"),
        "502": ("idea_accepted", "Planned"),
        "503": ("concept_running", "In development"),
        "504": ("adopted", "Implemented"),
        "505": ("not_adopted", "Not in use anymore"),
        "506": ("adopted", "In production"),
    }
    assert [case.values["lead_helix"] for case in cases.values()] == [
        "administration",
        "administration",
        "industry",
        "academia",
        "unclassified",
        "civil_society",
    ]


def test_ips_x_quirks_are_met_and_noted(fixtures):
    rows = read("ips-x", fixtures / "ips-x.csv")
    cases = of(rows, Kind.CASE)

    assert noted(rows[0]) == {
        ("lead_organisation:name", "duplicate_column", "first_kept"),
        ("lead_organisation:category", "duplicate_column", "first_kept"),
    }
    assert cases["501"].values["summary"] == "A chatbot that answers the city’s questions."
    assert cases["501"].values["url"] == "https://town.example/ask"
    assert (cases["501"].values["starts_on"], cases["501"].values["ends_on"]) == (
        date(2021, 1, 1),
        date(2022, 12, 31),
    )
    assert noted(cases["501"]) == {
        ("url", "no_break_space", "removed"),
        ("summary", "mojibake", "repaired"),
        ("starts_on", "year_only", "substituted"),
        ("ends_on", "year_only", "substituted"),
        ("status", "ended_pilot", "for_a_person"),
    }
    assert cases["502"].values["countries"] == ["CZ"]
    assert cases["503"].values["urls"] == ["https://a.example/x", "https://b.example/y"]
    assert cases["504"].values["url"] == "https://town.example/pilots/benefits"
    assert (cases["505"].values["url"], cases["505"].values["countries"]) == ("", [])


def test_decidim_proposals_keep_repeated_titles_and_attack_strings(fixtures):
    rows = read("decidim", fixtures / "decidim-proposals.csv")
    ideas = of(rows, Kind.IDEA)

    assert noted(rows[0]) == {("", "encoding", "converted"), ("created_at", "no_time_zone", "substituted")}
    assert [idea.values["title"] for idea in ideas.values()] == [
        "Més ombra a les parades",
        "més OMBRA a les parades",
        "<script>alert(1234)</script>",
        "Carrer col·laboratiu a 20 € – prova",
    ]
    assert [idea.values["language"] for idea in ideas.values()] == ["ca", "ca", "es", "ca"]
    assert ("title_ca", "repeated_title", "kept") in noted(ideas["proposal-4"])
    assert ("title_es", "markup_in_text", "kept_as_text") in noted(ideas["proposal-5"])
    assert ideas["proposal-3"].values["created_at"].isoformat() == "2016-01-22T12:06:40+00:00"
    assert ideas["proposal-6"].values["created_at"] is None
    assert [idea.values["comments"] for idea in ideas.values()] == [0, 2, 1, 0]


def test_decidim_projects_lose_all_markup_that_acts(fixtures):
    ideas = of(read("decidim", fixtures / "decidim-projects.csv"), Kind.IDEA)

    project = ideas["project-1"].values
    assert project["body"] == "Plantar arbres & bancs.\n\n- un\n- dos\n\nmal bé (https://x.example/y)"
    assert "script" not in project["bodies_html"]["ca"]
    assert "javascript" not in project["bodies_html"]["ca"]
    assert (project["budget_eur"], project["votes"], project["scope"]) == (
        Decimal("18000.00"),
        60,
        {"ca": "Gràcia", "es": "Gràcia"},
    )
    assert ("scope", "missing", "left_empty") in noted(ideas["project-2"])


def test_decidim_comments_keep_attack_strings_as_text(fixtures):
    comments = of(read("decidim", fixtures / "decidim-comments.csv"), Kind.COMMENT)

    assert comments["1"].values["body"] == "Hola,\n\nany?\nSet-cookie: Tamper=1"
    assert comments["2"].values["body"] == ".') UNION ALL select NULL -- <script>alert(1);</script>"
    assert {note.problem for note in comments["2"].notes} == {
        Problem.CONTROL_CHARACTER,
        Problem.MARKUP_IN_TEXT,
    }
    assert {note.action for note in comments["2"].notes} == {Action.REMOVED, Action.KEPT_AS_TEXT}
    assert comments["2"].values["alignment"] == "against"


def test_files_of_two_publishers_are_not_mixed(fixtures):
    with pytest.raises(Unreadable, match="one publisher"):
        reader_for([fixtures / "ips-x.csv", fixtures / "decidim-projects.csv"])
    with pytest.raises(UnknownFormat):
        check([fixtures / "ips-x.csv"], "cordis")
    with pytest.raises(Unreadable, match="No file"):
        check([], "cordis")
    assert (
        reader_for([fixtures / "cordis-projects.csv", fixtures / "cordis-organisations.csv"]).source
        == "cordis"
    )


def test_records_are_the_rows_of_files_and_a_file_is_none_of_them():
    told = [
        Row(0, Kind.FILE, "", {"file": "a.csv"}),
        Row(0, Kind.FILE, "", {"file": "b.csv"}),
        Row(2, Kind.PROJECT, "1", {}),
        Row(2, Kind.ORGANISATION, "7", {}),
        Row(3, Kind.REJECTED, "", {}),
        Row(0, Kind.FILE, "", {"file": "c.csv"}),
        Row(3, Kind.PROJECT, "2", {}),
        Row(0, Kind.FILE, "", {"file": "empty.csv"}),
    ]

    found = list(records(told))

    assert [[(row.number, str(row.kind)) for row in record] for record in found] == [
        [(0, "file"), (0, "file"), (2, "project"), (2, "organisation")],
        [(3, "rejected")],
        [(0, "file"), (3, "project"), (0, "file")],
    ]
    assert row_count(found) == 3
    assert row_count(records(told[:2])) == 0
