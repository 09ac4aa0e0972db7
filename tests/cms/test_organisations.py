"""Is of each organisation told what it took part in, as far as that is public, and who works with whom?"""

import pytest
from bs4 import BeautifulSoup

from cms.calculations.network import lay_out
from cms.facts import network, shares
from cms.frame import Frame
from cms.models import OrganisationsPage
from tests.factories.cms import case_of, make_world, publish
from tests.factories.events import EventFactory
from tests.factories.ideas import IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    ResourceFactory,
    ResourceGiftFactory,
    StaffFactory,
    TeamMemberFactory,
)
from tests.factories.trials import TrialPartnerFactory


def names(client, query=""):
    response = client.get(f"/en/organisations/{query}")
    assert response.status_code == 200
    return [row.name for row in response.context["rows"]]


def test_only_organisations_with_something_public_are_listed(site, client):
    world = make_world("Vans")
    make_world("Hidden", public=False)
    OrganisationFactory(name="Idle")
    TrialPartnerFactory(trial=world.trial, organisation=OrganisationFactory(name="New", state="pending"))

    listed = names(client)

    parties = [party.organisation.name for party in world.agreement.parties.all()]
    assert sorted(listed) == sorted({"Vans company", world.trial.promoter.name, *parties})


def test_helix_counts_equal_what_the_filter_finds(site, client):
    world = make_world("Vans")
    for helix in ("academia", "academia", "civil_society"):
        TrialPartnerFactory(trial=world.trial, organisation=OrganisationFactory(helix=helix))

    choices = dict(client.get("/en/organisations/").context["form"].fields["helix"].choices)

    assert choices["academia"] == "Academia (2)"
    for helix, label in choices.items():
        assert label.endswith(f"({len(names(client, f'?helix={helix}'))})")


def test_organiser_of_a_public_event_has_a_page_with_it_and_so_has_the_centre(site, client):
    centre, host = CentreFactory(publication="public"), OrganisationFactory(name="Host")
    hidden = OrganisationFactory(name="Hidden host")
    for title, public, organiser in (("Vans day", True, host), ("Rehearsal", False, hidden)):
        EventFactory(title=title, centre=centre, public=public).organisers.set([organiser])

    page = client.get(f"/en/organisations/{host.pk}/")
    of_centre = client.get(f"/en/centres/{centre.reference}/")

    assert (names(client), names(client, "?part=events")) == (["Host"], ["Host"])
    for response in (page, of_centre):
        assert [event.title for event in response.context["events"]] == ["Vans day"]
        assert "Vans day" in response.content.decode()
    assert client.get(f"/en/organisations/{hidden.pk}/").status_code == 404


def test_pages_link_the_organisations_that_have_a_page(site, client):
    world = make_world("Vans")
    alone, new = OrganisationFactory(name="Alone"), OrganisationFactory(name="New", state="pending")
    partner = world.trial.partners.get().organisation
    TrialPartnerFactory(trial=world.trial, organisation=new)
    ideas = [IdeaFactory(publication="public", organisation=row) for row in (partner, alone)]
    TeamMemberFactory.create_batch(1, centre=world.centre, organisation=alone)

    linked = {}
    for address in (
        f"pilots/{world.trial.reference}",
        *(f"challenges/{idea.reference}" for idea in ideas),
        f"centres/{world.centre.reference}",
    ):
        html = BeautifulSoup(client.get(f"/en/{address}/").content, "html.parser")
        linked[address] = [link["href"] for link in html.select(".who a")]

    there = f"/en/organisations/{partner.pk}/"
    promoter = f"/en/organisations/{world.trial.promoter_id}/"
    assert list(linked.values()) == [[promoter, there], [there], [], []]


@pytest.mark.parametrize("part", ["trials", "agreements"])
def test_part_narrows_to_where_they_take_part(site, client, part):
    world = make_world("Vans")
    in_trials = {"Vans company", world.trial.promoter.name}
    in_agreements = {party.organisation.name for party in world.agreement.parties.all()}

    assert set(names(client, f"?part={part}")) == (in_trials if part == "trials" else in_agreements)


def test_parties_that_are_not_public_are_told_nowhere(site, client, settings):
    world = make_world("Vans")
    settings.AGREEMENT_PUBLIC_FIELDS = ["object", "execution"]
    party = world.agreement.parties.last().organisation

    assert party.name not in names(client)
    assert client.get(f"/en/organisations/{party.pk}/").status_code == 404
    promoter = client.get(f"/en/organisations/{world.trial.promoter_id}/")
    assert (promoter.context["agreements"], promoter.context["resources"]) == ([], [])


def test_organisation_shows_trials_cases_agreements_and_what_it_gave(site, client):
    world = make_world("Vans")
    hidden = make_world("Hidden", public=False)
    case = publish(case_of(world.outcome))
    company = OrganisationFactory(name="Quiet Wheels", contact_email="sales@wheels.example", tax_id="B1234")
    agreement = AgreementFactory(
        centre=world.centre, parties=[world.trial.promoter, company], in_force=True, publication="public"
    )
    resource = ResourceFactory(agreement=agreement, party=agreement.parties.get(organisation=company))
    both = {"confirmed_by_city": StaffFactory(), "confirmed_by_party": StaffFactory()}
    ResourceGiftFactory(resource=resource, amount=30, **both)
    ResourceGiftFactory(resource=resource, amount=90)
    for line in (world, hidden):
        TrialPartnerFactory(trial=line.trial, organisation=company)

    response = client.get(f"/en/organisations/{company.pk}/")
    page = response.content.decode()

    assert [row.title for row in response.context["trials"]] == ["Vans pilot"]
    assert [row["title"] for row in response.context["cases"]] == [case.title]
    assert [row.pk for row in response.context["agreements"]] == [agreement.pk]
    assert [(row["promised"], row["given"], row["percent"]) for row in response.context["resources"]] == [
        ("120 h", "30 h", 25)
    ]
    assert [row["name"] for row in response.context["together"]] == ["Vans company"]
    assert "Hidden" not in page
    assert "sales@wheels.example" not in page
    assert "B1234" not in page


def test_l04_unverified_or_idle_organisation_is_not_there(site, client):
    world = make_world("Vans")
    pending = OrganisationFactory(state="pending")
    TrialPartnerFactory(trial=world.trial, organisation=pending)

    for pk in (pending.pk, OrganisationFactory().pk, 999_999):
        assert client.get(f"/en/organisations/{pk}/").status_code == 404


def test_picture_joins_those_that_share_something_public(site, client):
    world = make_world("Vans")
    hidden = make_world("Hidden", public=False)
    uni = OrganisationFactory(name="Uni", helix="academia")
    for line in (world, hidden):
        TrialPartnerFactory(trial=line.trial, organisation=uni)

    members, weights = network.drawn_of(shares.everyone().most)
    response = client.get("/en/organisations/")

    company = world.trial.partners.get(organisation__name="Vans company").organisation_id
    pair = (min(company, uni.pk), max(company, uni.pk))
    assert weights[pair] == 1
    assert uni.pk in members
    assert [group["helix"] for group in response.context["network"]["groups"]] == [
        "industry", "academia", "administration",
    ]  # fmt: skip
    assert "Hidden" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 40])
def test_picture_stays_small_however_many_take_part(site, client, count):
    world = make_world("Vans")
    for _number in range(count):
        TrialPartnerFactory(trial=world.trial, organisation=OrganisationFactory(helix="academia"))
    drawn = network.picture(Frame.load("en"), shares.everyone())

    response = client.get("/en/organisations/")

    assert len(drawn["plot"].knots) <= network.AT_MOST
    start = response.content.index(b'<svg class="network-picture"')
    assert response.content.index(b'<div class="network-list"') - start < 30_000


def test_layout_numbers_each_helix_in_a_row():
    drawn = lay_out([("industry", 2), ("academia", 0), ("fifth", 1)], {(1, 3): 4, (2, 3): 1})

    assert [knot.number for knot in drawn.knots] == [1, 2, 3]
    assert [(arc.helix, arc.first, arc.last) for arc in drawn.arcs] == [("industry", 1, 2), ("fifth", 3, 3)]
    assert [tie.width for tie in drawn.ties] == [0.6, 1.5]
    assert all(0 < knot.x < 100 and 0 < knot.y < 100 for knot in drawn.knots)
    assert lay_out([], {}).knots == ()


def test_page_of_organisations_is_in_every_language(site):
    assert OrganisationsPage.objects.live().count() == 4


def test_agreement_does_not_name_parties_that_the_register_does_not_tell(site, client, settings):
    settings.AGREEMENT_PUBLIC_FIELDS = ["object", "obligations", "execution"]
    world = make_world("Vans")
    names = [party.organisation.name for party in world.agreement.parties.all()]
    # What was tried under it says who tried it.
    type(world.trial).objects.filter(pk=world.trial.pk).update(publication="internal")

    page = client.get(f"/en/agreements/{world.agreement.reference}/").content.decode()
    table = b"".join(client.get("/en/agreements/?format=csv").streaming_content).decode()

    assert "Vans obligation" in page
    assert "Vans obligation" in table
    assert [name for name in names if name in page + table] == []


def test_organisations_stand_where_their_letters_do_without_accents(site, client):
    world = make_world("Vans")
    for name in ("Zeta", "Àtic", "Energia"):
        TrialPartnerFactory(trial=world.trial, organisation=OrganisationFactory(name=name, state="verified"))

    rows = client.get("/en/organisations/").context["rows"]

    assert [row.name for row in rows if row.name in ("Zeta", "Àtic", "Energia")] == [
        "Àtic",
        "Energia",
        "Zeta",
    ]


def test_organisation_that_nothing_public_tells_of_counts_nowhere_and_has_no_page(site, client):
    world, hidden = make_world("Vans"), make_world("Hidden", public=False)
    alone = OrganisationFactory(name="Alone", helix="academia")
    unknown = OrganisationFactory(name="Unknown", helix="academia", state="pending")
    TrialPartnerFactory(trial=world.trial, organisation=unknown)

    found = shares.everyone()
    pages = [
        client.get(f"/en/organisations/{pk}/").status_code
        for pk in (world.trial.promoter_id, alone.pk, unknown.pk, hidden.trial.promoter_id)
    ]

    assert pages == [200, 404, 404, 404]
    assert sum(found.by_helix.values()) == client.get("/en/organisations/").context["count"]
    assert {alone.pk, unknown.pk, hidden.trial.promoter_id} & set(found.most) == set()
