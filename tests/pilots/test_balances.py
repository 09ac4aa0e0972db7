"""Does a balance say what each partner brought and gained, exactly, and only as far as the reader may know it?"""

from decimal import Decimal

import pytest
from django.urls import reverse

from cic.core.choices import Publication
from cic.core.errors import DomainError
from partners.choices import ResourceKind, Role
from partners.models import Agreement, Resource
from partners.operations import commitments
from pilots.models.balances import balances_of
from tests.factories import partners as people
from tests.factories import trials as made
from tests.factories.cms import CasePageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal(client):
    user = people.StaffFactory(role=Role.LEGAL)
    client.force_login(user)
    return user


@pytest.fixture
def agreement():
    return people.AgreementFactory(in_force=True)


def party(agreement, role="partner"):
    return agreement.parties.get(role=role)


def give(resource, amount, *, confirmed=True):
    people.ResourceGiftFactory(
        resource=resource,
        amount=Decimal(amount),
        confirmed_by_city=people.UserFactory() if confirmed else None,
        confirmed_by_party=people.UserFactory(),
    )


def see(client, name, obj):
    response = client.get(reverse(name, args=[obj.pk]))
    assert response.status_code == 200
    return response


def test_balance_adds_promises_and_confirmed_gifts_by_kind_and_unit_to_the_cent(agreement, legal):
    row = party(agreement)
    money = people.ResourceFactory(party=row, kind="money", unit="€", promised=Decimal("0.10"))
    people.ResourceFactory(party=row, kind="money", unit="€", promised=Decimal("0.20"))
    hours = people.ResourceFactory(party=row, promised=Decimal("120"), unit="h")
    people.ResourceFactory(party=party(agreement, "city"), promised=Decimal("7"), unit="h")
    for amount in ("0.01", "0.02", "0.10"):
        give(money, amount)
    give(hours, "84")
    give(hours, "30", confirmed=False)

    (balance,) = balances_of([row.organisation], legal, agreement=agreement)

    assert [(b.kind, b.unit, str(b.promised), str(b.given)) for b in balance.brought] == [
        (ResourceKind.HOURS, "h", "120.00", "84.00"),
        (ResourceKind.MONEY, "€", "0.30", "0.13"),
    ]


def test_balance_counts_money_as_received_by_the_party_it_was_for(agreement, legal):
    city, partner = party(agreement, "city"), party(agreement)
    for recipient, kind, amount in (
        (partner, "money", "1000.50"),
        (None, "money", "9"),
        (partner, "hours", "3"),
    ):
        give(
            people.ResourceFactory(party=city, kind=kind, unit="€", promised=2000, recipient=recipient),
            amount,
        )

    found = balances_of([city.organisation, partner.organisation], legal, agreement=agreement)

    assert [balance.received for balance in found] == [{}, {"€": Decimal("1000.50")}]


def test_balance_holds_the_trials_a_partner_took_part_in_with_outcomes_and_cases(agreement, legal):
    organisation = party(agreement).organisation
    promoted = made.PilotFactory(agreement=agreement, promoter=organisation)
    joined = made.PilotFactory(agreement=agreement)
    made.TrialPartnerFactory(trial=joined, organisation=organisation)
    made.PilotFactory(agreement=agreement)
    made.PilotFactory(promoter=organisation)
    outcome = made.OutcomeFactory(trial=joined)
    CasePageFactory(outcome=outcome)

    (balance,) = balances_of([organisation], legal, agreement=agreement)
    (altogether,) = balances_of([organisation], legal)

    assert (balance.trials, balance.outcomes, balance.cases) == ([joined, promoted], [outcome], 1)
    assert len(altogether.trials) == 3


def test_l01_balance_names_nothing_the_reader_may_not_read(client, agreement):
    organisation = party(agreement).organisation
    people.ResourceFactory(party=party(agreement), promised=777, unit="zqxUnit")
    made.PilotFactory(agreement=agreement, promoter=organisation, title="zqxCanary")
    client.force_login(people.PartnerFactory())

    text = see(client, "organisation_balance", organisation).content.decode()

    assert "zqx" not in text
    assert client.get(reverse("agreement_balance", args=[agreement.pk])).status_code == 404


def test_balance_of_a_public_agreement_shows_execution_only_where_the_law_makes_it_public(
    client, agreement, settings
):
    people.ResourceFactory(party=party(agreement), promised=777, unit="zqxUnit")
    Agreement.objects.filter(pk=agreement.pk).update(publication=Publication.PUBLIC)
    client.force_login(people.PartnerFactory())
    found = []
    for fields in (["parties", "execution"], ["parties"]):
        settings.AGREEMENT_PUBLIC_FIELDS = fields
        found.append("zqxUnit" in see(client, "agreement_balance", agreement).content.decode())

    assert found == [True, False]


def test_balance_pages_show_table_and_bars(client, legal, agreement):
    give(people.ResourceFactory(party=party(agreement), promised=120, unit="h"), "84")

    for name, obj in (
        ("agreement_balance", agreement),
        ("organisation_balance", party(agreement).organisation),
    ):
        text = see(client, name, obj).content.decode()
        assert '<td role="cell" class="number" data-label="Given">84</td>' in text
        assert '<rect class="bar-fill" x="0%" y="4" width="70%" height="10"/>' in text


def test_balance_page_costs_the_same_for_one_and_three(
    client, legal, agreement, django_assert_max_num_queries
):
    def one_more():
        other = people.PartyFactory(agreement=agreement)
        give(people.ResourceFactory(party=other), "5")
        CasePageFactory(outcome__trial__agreement=agreement, outcome__trial__promoter=other.organisation)

    one_more()
    with django_assert_max_num_queries(14) as one:
        see(client, "agreement_balance", agreement)
    one_more()
    one_more()
    with django_assert_max_num_queries(len(one)):
        see(client, "agreement_balance", agreement)


@pytest.mark.parametrize("whose", ["its own", "of another agreement"])
def test_promise_for_itself_or_a_stranger_is_refused(legal, whose):
    draft = people.AgreementFactory(parties=(people.OrganisationFactory(), people.OrganisationFactory()))
    row = party(draft)
    recipient = row if whose == "its own" else people.PartyFactory()
    values = {
        "agreement": draft,
        "party": row,
        "kind": "money",
        "promised": 5,
        "unit": "€",
        "recipient": recipient,
    }

    with pytest.raises(DomainError) as caught:
        commitments.add_resource(values, actor=legal)

    assert (list(caught.value.fields), Resource.objects.count()) == (["recipient"], 0)
