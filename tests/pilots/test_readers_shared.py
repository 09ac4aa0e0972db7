"""Does what is read of the published files add up to what is known of them, to the cent?"""

import json
from collections import Counter
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pilots.calculations.readers import READERS, Kind

BARCELONA = ZoneInfo("Europe/Madrid")


@pytest.fixture(scope="module")
def expected(shared_data):
    return json.loads((shared_data / "expected.json").read_text())


def read(shared_data, key, *names):
    return list(READERS[key].read([shared_data / name for name in names]))


def of(rows, kind):
    return [row for row in rows if row.kind == kind]


def problems(rows):
    return Counter(str(note.problem) for row in rows for note in row.notes)


def total(rows, name):
    return sum((row.values[name] for row in rows if row.values[name] is not None), Decimal(0))


@pytest.mark.parametrize("name", ["he-2025", "urban-subset-he2025"])
def test_he_2025_adds_up(shared_data, expected, name):
    known = expected[f"cordis/{name}"]

    rows = read(shared_data, "cordis", f"cordis/{name}-orgs.csv", f"cordis/{name}-projects.csv")

    projects, shares = of(rows, Kind.PROJECT), of(rows, Kind.PARTICIPATION)
    organisations = {row.external_id: row.values for row in of(rows, Kind.ORGANISATION)}
    activity = Counter(row.values["source_activity"] for row in shares)
    country = Counter(organisations[row.values["organisation"]]["country"] for row in shares)
    starts = [row.values["starts_on"].isoformat() for row in projects]
    found = problems(rows)
    assert of(rows, Kind.REJECTED) == []
    assert {
        "projects": len(projects),
        "participations": len(shares),
        "distinct_pic": len(organisations),
        "by_activity": dict(activity),
        "by_role": dict(Counter(row.values["source_role"] for row in shares)),
        "countries": len(set(country) - {""}),
        "es_participations": country["ES"],
        "sum_ecContribution": str(total(shares, "contribution_eur")),
        "blank_ecContribution": sum(row.values["contribution_eur"] is None for row in shares),
        "sum_totalCost": str(total(projects, "total_cost_eur")),
        "totalCost_with_comma": found["decimal_comma"],
        "totalCost_zero": found["zero_means_unknown"],
        "projects_without_participants": found["no_participants"],
        "projects_without_coordinator": found["no_coordinator"],
        "dup_participation_same_project_pic": found["repeated_participation"],
        "start_min": min(starts),
        "start_max": max(starts),
    } == known
    assert len({row.external_id for row in shares}) == len(shares)
    if name == "he-2025":
        assert (found["same_name"], found["country_unclear"]) == (3, 2)


def test_cordis_json_is_the_same_kind_of_rows(shared_data):
    rows = read(
        shared_data, "cordis", "cordis/cordis-json-organization.json", "cordis/cordis-json-project.json"
    )

    shares, projects = of(rows, Kind.PARTICIPATION), of(rows, Kind.PROJECT)
    organisations = {row.external_id: row.values for row in of(rows, Kind.ORGANISATION)}
    found = problems(rows)
    assert (len(projects), len(shares), len(organisations)) == (26, 1076, 765)
    assert sum(row.values["contribution_eur"] is None for row in shares) == 5
    assert found["doubled_value"] == 2
    assert found["postcode_zero"] > 0
    assert organisations["998387051"]["helix"] == "industry"
    assert organisations["998387051"]["country"] == "FI"
    assert sum(bool(values["latitude"]) for values in organisations.values()) >= 700


def test_dashboard_export_adds_up(shared_data, expected):
    known = expected["cordis/dashboard-export-2021"]

    rows = read(shared_data, "cordis", "cordis/dashboard-export-2021.csv")

    projects, shares = of(rows, Kind.PROJECT), of(rows, Kind.PARTICIPATION)
    organisations = {row.external_id: row.values for row in of(rows, Kind.ORGANISATION)}
    activity = Counter(row.values["source_activity"] for row in shares)
    assert (len(shares), len(projects), len(organisations)) == (
        known["rows"],
        known["projects"],
        known["pics"],
    )
    assert dict(activity) == known["by_activity"]
    assert dict(Counter(row.values["source_role"] for row in shares)) == known["roles"]
    assert total(shares, "contribution_eur") == round(Decimal(known["sum_eu"]), 2)
    assert min(row.values["starts_on"] for row in projects).strftime("%d/%m/%Y") == known["start_min"]
    namibians = [values for values in organisations.values() if values["country"] == "NA"]
    assert len(namibians) == 5


def test_cordis_plus_knows_the_one_namibian_from_the_mislabelled(shared_data):
    old = read(shared_data, "cordis", "cordis/cordis-plus-2007.csv")
    new = read(shared_data, "cordis", "cordis/cordis-plus-2022.csv")

    assert (len(of(old, Kind.PARTICIPATION)), len(of(new, Kind.PARTICIPATION))) == (787, 2023)
    assert total(of(old, Kind.PARTICIPATION), "contribution_eur") == Decimal("451874232.64")
    assert [row.values["name"] for row in of(old, Kind.ORGANISATION) if row.values["country"] == "NA"] == [
        "MINISTRY OF EDUCATION"
    ]
    assert [row for row in of(new, Kind.ORGANISATION) if row.values["country"] == "NA"] == []
    assert problems(new)["namibia_mislabel"] > 0


def test_h2020_spreadsheet_keeps_every_project_however_its_acronym_repeats(shared_data):
    rows = read(shared_data, "cordis", "cordis/h2020-projects.xlsx")

    projects = of(rows, Kind.PROJECT)
    assert len({row.external_id for row in projects}) == len(projects) == 35_381
    assert problems(rows)["repeated_acronym"] == 2_433
    assert [
        row
        for row in projects
        if row.values["title"] != row.values["title"].strip() or "\n" in row.values["title"]
    ] == []


@pytest.mark.parametrize("name", ["ips-x-cases.csv", "ips-x-cases.json"])
def test_ips_x_adds_up(shared_data, expected, name):
    known = expected["pilots/ips-x"]

    rows = read(shared_data, "ips-x", f"pilots/{name}")

    cases = of(rows, Kind.CASE)
    values = [row.values for row in cases]
    found = problems(rows)
    assert {
        "rows": len(cases),
        "status": dict(Counter(case["source_status"] for case in values)),
        "lead_category": dict(Counter(case["source_category"] for case in values)),
        "geoextent": dict(Counter(case["extent"] for case in values)),
        "local": sum(case["extent"] == "Local" for case in values),
        "local_pilot": sum(case["extent"] == "Local" and case["source_status"] == "Pilot" for case in values),
        "spain": sum("ES" in case["countries"] for case in values),
        "blank_lead": sum(not case["lead_name"] for case in values),
        "pilot_with_end_date": sum(
            case["stage"] == "pilot_running" and bool(case["ends_on"]) for case in values
        ),
        "url_leading_nbsp": found["no_break_space"],
    } == known
    assert found["several_addresses"] == 38
    assert dict(Counter(case["stage"] for case in values)) == {
        "pilot_running": 312,
        "adopted": 263 + 23,
        "concept_running": 206,
        "not_adopted": 25,
        "idea_accepted": 24,
    }
    assert [case["title"] for case in values if "â€" in case["title"] + case["summary"]] == []


def test_pam_2016_adds_up(shared_data, expected):
    known = expected["decidim/pam2016"]

    rows = read(shared_data, "decidim", "decidim/decidim-barcelona-pam2016-proposals.pseudonymised.csv")

    ideas = of(rows, Kind.IDEA)
    repeated = [
        note
        for row in ideas
        for note in row.notes
        if note.problem == "repeated_title" and note.field == "title_ca"
    ]
    local_years = Counter(row.values["created_at"].astimezone(BARCELONA).strftime("%Y") for row in ideas)
    assert {
        "rows": len(ideas),
        "title_ca": sum("ca" in row.values["titles"] for row in ideas),
        "title_es_only": sum("ca" not in row.values["titles"] for row in ideas),
        "comments": sum(row.values["comments"] for row in ideas),
        "by_year": dict(local_years),
        "duplicate_titles_casefold": len(repeated),
    } == known
    assert len({row.external_id for row in ideas}) == len(ideas)
    assert sum("<script>" in row.values["title"] for row in ideas) == 2


def test_decidim_projects_add_up(shared_data, expected):
    known = expected["decidim/projects"]

    ideas = of(
        read(shared_data, "decidim", "decidim/www.decidim.barcelona-open-data-projects.csv"), Kind.IDEA
    )

    scopes = {row.values["scope"]["ca"].casefold() for row in ideas if row.values["scope"]}
    assert {
        "rows": len(ideas),
        "budget_sum": str(total(ideas, "budget_eur").quantize(Decimal(1))),
        "votes": sum(row.values["votes"] for row in ideas),
        "without_scope": sum(not row.values["scope"] for row in ideas),
        "distinct_scopes": len({row.values["scope_id"] for row in ideas} - {""}),
        "processes": len({row.values["process_url"] for row in ideas}),
    } == known
    assert len(scopes) < known["distinct_scopes"]
    assert [row for row in ideas if "<" in row.values["body"]] == []


def test_decidim_comments_keep_all_attack_strings(shared_data):
    meetings = read(
        shared_data, "decidim", "decidim/www.decidim.barcelona-open-data-meeting_comments.pseudonymised.csv"
    )
    results = read(
        shared_data, "decidim", "decidim/www.decidim.barcelona-open-data-result_comments.pseudonymised.csv"
    )

    comments = of(meetings, Kind.COMMENT)
    attacks = [row.values["body"] for row in comments if row.values["author"] == "Pruebas"]
    assert (len(comments), len(of(results, Kind.COMMENT)), len(attacks)) == (2628, 87, 310)
    assert {"<script>alert(1);</script>", "/etc/passwd", ".' UNION ALL select NULL --"} <= set(attacks)
    assert [body for body in attacks if "\r" in body or "\x00" in body] == []
