"""Does a partner see first what they commit to, report what they gave, and know how far the agreement reaches?"""

from decimal import Decimal

import pytest
from django.urls import reverse

from cic.core.formats import day
from partners.choices import Role
from partners.models import ResourceGift
from tests.factories import partners as made
from tests.factories import trials
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement():
    return made.AgreementFactory(in_force=True, ends_on=today(300))


@pytest.fixture
def partner(client, agreement):
    organisation = agreement.parties.get(role="partner").organisation
    user = made.PartnerFactory(organisation=organisation, admin=True)
    client.force_login(user)
    return user


def see(client, name, *args):
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response


def test_what_we_commit_stands_first_and_in_plain_words(client, agreement, partner):
    party = agreement.parties.get(role="partner")
    resource = made.ResourceFactory(party=party, promised=120, unit="h")
    made.ResourceGiftFactory(
        resource=resource, amount=84, confirmed_by_city=made.UserFactory(), confirmed_by_party=partner
    )
    made.ResourceGiftFactory(resource=resource, amount=6, confirmed_by_party=partner)
    made.ObligationFactory(party=party, text="Lend two vans.")
    made.ObligationFactory(party=agreement.parties.get(role="city"), text="Close the street.")

    response = see(client, "agreement_detail", agreement.pk)

    (ours,) = response.context["ours"]
    assert [row.text for row in ours["duties"]] == ["Lend two vans."]
    assert [(row.promised, row.left) for row in ours["promises"]] == [(Decimal("120"), Decimal("36"))]
    text = response.content.decode()
    assert "36 h are still to come" in text
    assert text.index("commits itself to") < text.index("Object</h2>")


def test_what_we_commit_is_said_to_no_other_party_and_not_to_staff(client, agreement, partner):
    made.ResourceFactory(party=agreement.parties.get(role="city"))
    client.force_login(made.StaffFactory(role=Role.LEGAL))

    response = see(client, "agreement_detail", agreement.pk)

    assert (response.context["ours"], "commits itself to" in response.content.decode()) == ([], False)


def test_given_resource_is_reported_in_two_clicks(client, agreement, partner):
    resource = made.ResourceFactory(party=agreement.parties.get(role="partner"), promised=120, unit="h")
    made.ResourceGiftFactory(resource=resource, amount=20)
    address = reverse("gift_create", args=[resource.pk])
    assert f'href="{address}"' in see(client, "agreement_detail", agreement.pk).content.decode()

    form = client.get(address).context["form"]
    response = client.post(address, {name: form[name].value() or "" for name in form.fields})

    gift = ResourceGift.objects.order_by("-pk").first()
    assert response.status_code == 302
    assert (gift.amount, gift.given_on, gift.confirmed_by_party) == (Decimal("100"), today(), partner)


def test_extension_of_a_trial_is_asked_with_the_agreements_limit_in_view(client, agreement, partner):
    made.AmendmentFactory(agreement=agreement, new_ends_on=today(500), in_force=True)
    organisation = partner.memberships.get().organisation
    trial = trials.PilotFactory(running=True, agreement=agreement, promoter=organisation, ends_on=today(60))

    text = see(client, "extension_create", trial.pk).content.decode()

    assert f"As planned it ends on {day(today(60))}." in text
    assert f"Its agreement {agreement.reference} runs until {day(today(500))}" in text
    assert f"By law it can be extended until {day(agreement.legal_limit_on)} at most." in text


def test_before_signing_one_can_ask_those_who_wrote_it(client, agreement, partner):
    talk = f"{reverse('agreement_talk', args=[agreement.pk])}?channel=partner"
    assert talk in see(client, "agreement_detail", agreement.pk).content.decode()
    assert client.get(talk).status_code == 200

    type(agreement).objects.filter(pk=agreement.pk).update(state="pending_signature")
    mine = agreement.parties.get(organisation=partner.memberships.get().organisation)
    type(mine).objects.filter(pk=mine.pk).update(signed_on=None)
    assert talk in see(client, "party_sign", mine.pk).content.decode()
