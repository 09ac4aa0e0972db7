"""Does what is in the database after an import add up to what is known of the published files, to the cent?"""

import json
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum

from cic.core.models import AuditEntry
from partners.models import Organisation
from pilots.models import Idea, ImportRun, Outcome, SourceRecord, Trial, TrialPartner
from tests.factories.partners import CentreFactory

pytestmark = pytest.mark.django_db
HELIX = {
    "HES": "academia",
    "REC": "academia",
    "PRC": "industry",
    "PUB": "administration",
    "OTH": "unclassified",
    "": "unclassified",
}


@pytest.fixture
def expected(shared_data):
    return json.loads((shared_data / "expected.json").read_text())


@pytest.fixture
def bring(shared_data):
    centre = CentreFactory()

    def run(publisher, *names):
        files = [shared_data / name for name in names]
        call_command("pilots_import", publisher, *files, "--centre", centre.reference, verbosity=0)
        return ImportRun.objects.latest("pk")

    return run


def state_of_the_database():
    models = (Organisation, Trial, TrialPartner, Idea, Outcome, SourceRecord)
    return [(model.objects.count(), model.objects.aggregate(Sum("pk"))) for model in models], [
        model.objects.aggregate(versions=Sum("version")) for model in models[:-1]
    ]


def counted(queryset, name):
    return dict(queryset.order_by().values_list(name).annotate(number=Count("pk")))


def total(queryset, name):
    # In Python: SQLite adds decimals up as floating-point numbers, which loses cents in sums as large as these.
    return sum(queryset.exclude(**{name: None}).values_list(name, flat=True))


def test_he_2025_in_the_database_adds_up_and_stays_so(bring, expected):
    known = expected["cordis/he-2025"]
    files = ("cordis/he-2025-projects.csv", "cordis/he-2025-orgs.csv")

    first = bring("cordis", *files)

    shares = TrialPartner.objects.filter(source="cordis")
    helices = Counter()
    for activity, number in known["by_activity"].items():
        helices[HELIX[activity]] += number
    countries = counted(shares, "organisation__country")
    assert {
        "projects": Trial.objects.filter(source="cordis").count(),
        "participations": shares.count(),
        "distinct_pic": Organisation.objects.filter(source="cordis").count(),
        "by_role": counted(shares, "role"),
        "countries": len(set(countries) - {""}),
        "es_participations": countries["ES"],
        "sum_ecContribution": total(shares, "contribution_eur"),
        "blank_ecContribution": shares.filter(contribution_eur=None).count(),
        "sum_totalCost": total(Trial.objects, "budget_eur"),
        "totalCost_zero": Trial.objects.filter(budget_eur=None).count(),
        "projects_without_participants": Trial.objects.filter(partners=None).count(),
        "projects_without_coordinator": Trial.objects.exclude(
            pk__in=shares.filter(role="coordinator").values("trial_id")
        ).count(),
    } == {
        "projects": known["projects"],
        "participations": known["participations"],
        "distinct_pic": known["distinct_pic"],
        "by_role": {
            "participant": known["by_role"]["participant"],
            "coordinator": known["by_role"]["coordinator"],
            "associated": known["by_role"]["associatedPartner"],
            "third_party": known["by_role"]["thirdParty"],
        },
        "countries": known["countries"],
        "es_participations": known["es_participations"],
        "sum_ecContribution": Decimal(known["sum_ecContribution"]),
        "blank_ecContribution": known["blank_ecContribution"],
        "sum_totalCost": Decimal(known["sum_totalCost"]),
        "totalCost_zero": known["totalCost_zero"],
        "projects_without_participants": known["projects_without_participants"],
        "projects_without_coordinator": known["projects_without_coordinator"],
    }
    assert counted(shares, "organisation__helix") == dict(helices)
    assert counted(shares, "organisation__source_helix") == known["by_activity"]
    assert first.sums == {
        "contribution_eur": known["sum_ecContribution"],
        "total_cost_eur": known["sum_totalCost"],
    }

    before, audited = state_of_the_database(), AuditEntry.objects.count()
    again = bring("cordis", *files)

    assert (again.created_count, again.changed_count, again.unchanged_count) == (0, 0, first.created_count)
    assert state_of_the_database() == before
    assert AuditEntry.objects.count() == audited + 1  # that it was started


def test_ips_x_in_the_database_adds_up_and_stays_so(bring, expected):
    known = expected["pilots/ips-x"]

    first = bring("ips-x", "pilots/ips-x-cases.csv")

    status = known["status"]
    assert Idea.objects.filter(state="accepted").count() == status["Planned"]
    assert counted(Trial.objects.all(), "kind") == {
        "poc": status["In development"],
        "pilot": known["rows"] - status["Planned"] - status["In development"],
    }
    assert counted(Trial.objects.filter(kind="pilot"), "state") == {
        "running": status["Pilot"],
        "closed": status["Implemented"] + status["In production"] + status["Not in use anymore"],
    }
    assert counted(Outcome.objects.all(), "verdict") == {
        "adopted": status["Implemented"] + status["In production"],
        "not_adopted": status["Not in use anymore"],
    }
    local = Trial.objects.filter(source_values__extent="Local").count()
    assert local + Idea.objects.filter(source_values__extent="Local").count() == known["local"]

    before = state_of_the_database()
    again = bring("ips-x", "pilots/ips-x-cases.json")

    assert (again.created_count, again.changed_count) == (0, 0)
    assert state_of_the_database() == before
    assert first.rejected_count == 0


def test_pam_2016_in_the_database_adds_up_and_stays_so(bring, expected):
    known = expected["decidim/pam2016"]
    name = "decidim/decidim-barcelona-pam2016-proposals.pseudonymised.csv"

    first = bring("decidim", name)

    ideas = Idea.objects.filter(source="decidim")
    assert (ideas.count(), first.created_count, first.rejected_count) == (known["rows"], known["rows"], 0)
    assert counted(ideas, "language") == {"ca": known["title_ca"], "es": known["title_es_only"]}
    comments = ideas.values_list("source_values__comments", flat=True)
    assert sum(comments) == known["comments"]
    assert {str(year): ideas.filter(submitted_at__year=year).count() for year in range(2016, 2022)} == known[
        "by_year"
    ]
    assert ideas.filter(title__contains="<script>").count() == 2

    before = state_of_the_database()
    again = bring("decidim", name)

    assert (again.created_count, again.changed_count, again.unchanged_count) == (0, 0, known["rows"])
    assert state_of_the_database() == before


def test_decidim_projects_in_the_database_add_up(bring, expected):
    known = expected["decidim/projects"]

    run = bring("decidim", "decidim/www.decidim.barcelona-open-data-projects.csv")

    ideas = Idea.objects.all()
    assert ideas.count() == known["rows"]
    assert Decimal(run.sums["budget_eur"]) == Decimal(known["budget_sum"])
    assert sum(
        Decimal(found) for found in ideas.values_list("source_values__budget_eur", flat=True)
    ) == Decimal(known["budget_sum"])
    assert ideas.filter(proposal__contains="<p>").count() == 0
