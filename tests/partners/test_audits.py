"""Is the log found by who, what, when and words, by those who may read it only, and is its wholeness told?"""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cic.core.auditing import check_log
from cic.core.models import AuditCheck, AuditEntry, Job
from cic.core.operations import edit, record, remove
from partners.models import Obligation
from partners.tasks import check_audit
from tests.factories import partners as made

pytestmark = pytest.mark.django_db
PAGE = "/workspace/audit/"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def centre():
    return made.CentreFactory()


@pytest.fixture
def admin():
    return made.StaffFactory(role="admin")


def changed(agreement, title, actor):
    return edit(agreement, {"title": title}, actor=actor, note="A slip", authority="Council, 3 March")


def titles(client, **query):
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return [row.after.get("title") for row in response.context["rows"]]


def test_entries_are_found_by_words_whatever_their_accents(centre, admin):
    agreement = made.AgreementFactory(centre=centre)
    changed(agreement, "Mobilitat elèctrica", admin)
    changed(agreement, "Water", admin)
    client = client_of(admin)

    assert titles(client) == ["Water", "Mobilitat elèctrica"]
    assert titles(client, words="ELECTRICA mobilitat") == ["Water", "Mobilitat elèctrica"]
    assert titles(client, words="water") == ["Water"]
    assert titles(client, words="nothing like it") == []


def test_entries_are_found_by_who_what_when_and_authority(centre, admin):
    other = made.StaffFactory(role="admin", name="Núria Puig")
    agreement = made.AgreementFactory(centre=centre)
    changed(agreement, "One", admin)
    changed(agreement, "Two", other)
    client, today = client_of(admin), timezone.localdate().isoformat()

    assert titles(client, who="nuria") == ["Two"]
    assert titles(client, who=other.email.upper()) == ["Two"]
    assert titles(client, noun="partners.agreement") == ["Two", "One"]
    assert titles(client, noun="partners.party") == []
    assert titles(client, action="edit") == titles(client, action="agreement.edit") == ["Two", "One"]
    assert titles(client, action="remove") == []
    assert titles(client, at_after=today) == ["Two", "One"]
    assert titles(client, at_before="2001-01-01") == []
    assert titles(client, authority="council") == ["Two", "One"]


def test_staff_read_of_their_centre_only_auditors_of_all_and_others_nothing(centre, admin):
    agreement, elsewhere = made.AgreementFactory(centre=centre), made.AgreementFactory()
    changed(agreement, "Here", admin)
    changed(elsewhere, "There", admin)
    edit(admin, {"name": "A person"}, actor=admin)

    def seen(user):
        return titles(client_of(user))

    assert seen(made.StaffFactory(role="coordinator", centre=centre)) == ["Here"]
    assert seen(made.StaffFactory(role="auditor")) == [None, "There", "Here"]
    for user in (
        made.PartnerFactory(),
        made.UserFactory(),
        made.StaffFactory(role="evaluator", centre=centre),
    ):
        assert client_of(user).get(PAGE).status_code == 403


def test_entry_leads_to_its_object_while_that_is_there(centre, admin):
    agreement = made.AgreementFactory(centre=centre)
    changed(agreement, "Here", admin)
    party = made.PartyFactory(agreement=agreement)
    row = record(Obligation(agreement=agreement, party=party, text="Report"), actor=admin)
    remove(row, actor=admin)

    rows = client_of(admin).get(PAGE).context["rows"]

    assert [(row.action, row.url) for row in rows] == [
        ("obligation.remove", ""),
        ("obligation.create", ""),
        ("agreement.edit", f"/workspace/agreements/{agreement.pk}/"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_whatever_it_shows(centre, admin, count, django_assert_num_queries):
    for number in range(count):
        changed(made.AgreementFactory(centre=centre), f"Title {number}", admin)
    client = client_of(admin)
    with django_assert_num_queries(8):
        client.get(PAGE)


def test_log_is_paged_by_keyset(centre, admin):
    agreement = made.AgreementFactory(centre=centre)
    for number in range(51):
        agreement = changed(agreement, f"Title {number}", admin)
    client = client_of(admin)

    first = client.get(PAGE)
    second = client.get(first.context["next_url"])

    assert [row.after["title"] for row in second.context["rows"]] == ["Title 0"]
    assert (len(first.context["rows"]), second.context["next_url"]) == (50, "")


def test_log_leaves_as_csv_without_formulas(centre, admin):
    changed(made.AgreementFactory(centre=centre), "=cmd()", admin)
    client = client_of(admin)
    url = next(row["url"] for row in client.get(PAGE).context["exports"] if row["url"].endswith("=csv"))

    lines = b"".join(client.get(url).streaming_content).decode().splitlines()

    assert len(lines) == 2
    assert '""title"": ""=cmd()""' in lines[1]


def test_whole_log_is_told_with_its_end(centre, admin):
    changed(made.AgreementFactory(centre=centre), "One", admin)
    assert client_of(admin).get(PAGE).context["check"] is None

    check_audit()

    check = AuditCheck.objects.get()
    assert (check.position, check.problem) == (AuditEntry.objects.count(), "")
    assert f"whole up to entry {check.position}" in client_of(admin).get(PAGE).content.decode()
    assert Job.objects.filter(task="core.send_mail").count() == 0


def test_damage_is_told_once_to_each_platform_administrator(centre, admin):
    agreement = made.AgreementFactory(centre=centre)
    for title in ("One", "Two", "Three"):
        agreement = changed(agreement, title, admin)
    made.StaffFactory(role="auditor")
    middle = AuditEntry.objects.order_by("position")[1]
    with connection.cursor() as cursor:
        cursor.execute("update core_auditentry set note = 'Other' where position = %s", [middle.position])

    check_audit()
    check_audit()

    assert [(row.position, row.problem) for row in AuditCheck.objects.all()] == [
        (middle.position - 1, f"Row {middle.position} (agreement.edit of {middle.object_label}) was altered.")
    ] * 2
    mails = Job.objects.filter(task="core.send_mail", payload__kind="partners.audit_broken")
    assert list(mails.values_list("payload__user_id", flat=True)) == [admin.pk]
    assert "The log is damaged." in client_of(admin).get(PAGE).content.decode()


def test_what_an_entry_is_found_by_is_no_part_of_what_it_proves(centre, admin):
    changed(made.AgreementFactory(centre=centre), "One", admin)
    with connection.cursor() as cursor:
        cursor.execute("update core_auditentry set words = '', centre_id = null")

    assert check_log().problem == ""
