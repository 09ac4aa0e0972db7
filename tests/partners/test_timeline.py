"""Does the timeline of terms say what runs until when, to whom, and what runs out soon?"""

import re

import pytest
from django.urls import reverse

from cic.core.formats import day
from partners.calculations.terms import add_years
from partners.choices import AgreementState, Role
from partners.models import Agreement
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


def timeline(client, **query):
    response = client.get(reverse("agreement_timeline"), query)
    assert response.status_code == 200
    return response


def shown(response):
    return [row.reference for row in response.context["rows"]]


@pytest.fixture
def legal(client):
    user = made.StaffFactory(role=Role.LEGAL)
    client.force_login(user)
    return user


def test_timeline_groups_by_centre_and_puts_first_what_ends_first(client, legal):
    water, air = made.CentreFactory(name="Water"), made.CentreFactory(name="Air")
    for reference, centre, days in (("A-1", water, 900), ("A-2", air, 800), ("A-3", water, 300)):
        made.AgreementFactory(reference=reference, centre=centre, in_force=True, ends_on=today(days))

    response = timeline(client)

    assert shown(response) == ["A-2", "A-3", "A-1"]
    assert [bar.term.group for bar in response.context["chart"].bars] == ["Air", "Water", "Water"]
    groups = re.findall(r'<h2 class="terms-group">([^<]*)</h2>', response.content.decode())
    assert groups == ["Air", "Water"]


def test_timeline_draws_start_end_extension_notice_and_legal_maximum(client, legal, settings):
    settings.AGREEMENT_EXTENSION_MAX_YEARS = 4
    agreement = made.AgreementFactory(in_force=True, ends_on=today(400), notice_days=60)
    made.AmendmentFactory(agreement=agreement, new_ends_on=today(700), in_force=True)

    term = timeline(client).context["chart"].bars[0].term

    assert (term.starts_on, term.ends_on, term.extended_to) == (agreement.starts_on, today(400), today(700))
    assert (term.notice_on, term.limit_on) == (today(640), add_years(today(400), 4))


@pytest.mark.parametrize(
    ("days", "notice_days", "said"),
    [
        (-2, 0, "Over since"),
        (0, 0, "Runs out today"),
        (1, 0, "Runs out in 1 day"),
        (90, 0, "Runs out in 90 days"),
        (91, 0, ""),
        (150, 90, "Last day to give notice"),
        (181, 90, ""),
    ],
)
def test_timeline_says_what_runs_out_within_90_days_by_word_and_shape(client, legal, days, notice_days, said):
    made.AgreementFactory(in_force=True, ends_on=today(days), notice_days=notice_days)

    response = timeline(client)

    words = response.context["rows"][0].urgent
    assert (words.startswith(said), bool(words)) == (True, bool(said))
    # Once beside the bar and once in the table, each with its shape.
    assert response.content.decode().count('<span class="badge badge-warn"><svg') == (2 if said else 0)


def test_timeline_says_nothing_urgent_of_what_is_over_or_not_signed(client, legal):
    for state in (AgreementState.EXPIRED, AgreementState.TERMINATED, AgreementState.DRAFT):
        made.AgreementFactory(state=state, ends_on=today(10))

    assert [row.urgent for row in timeline(client).context["rows"]] == ["", "", ""]


def test_timeline_tells_the_notice_date_to_those_inside_only(client):
    agreement = made.AgreementFactory(in_force=True, ends_on=today(150), notice_days=90)
    Agreement.objects.filter(pk=agreement.pk).update(publication="public")
    hidden = made.AgreementFactory(in_force=True)
    partner = agreement.parties.last().organisation
    found = {}
    for who, organisation in (("party", partner), ("rival", made.OrganisationFactory())):
        client.force_login(made.PartnerFactory(organisation=organisation))
        response = timeline(client)
        row = response.context["rows"][0]
        found[who] = (shown(response), row.notice_on, bool(row.urgent))
        assert response.context["chart"].bars[0].term.notice_on == row.notice_on
        assert hidden.reference not in response.content.decode()

    assert found == {
        "party": ([agreement.reference], today(60), True),
        "rival": ([agreement.reference], None, False),
    }


def test_timeline_hides_terms_that_are_not_public(client, settings):
    settings.AGREEMENT_PUBLIC_FIELDS = ["parties"]
    agreement = made.AgreementFactory(in_force=True, ends_on=today(30))
    Agreement.objects.filter(pk=agreement.pk).update(publication="public")
    client.force_login(made.PartnerFactory())

    response = timeline(client)

    assert (shown(response), response.context["chart"]) == ([agreement.reference], None)
    assert day(today(30)) not in response.content.decode()


def test_timeline_keeps_to_the_filters_of_the_list(client, legal):
    centre = made.CentreFactory()
    inside = made.AgreementFactory(centre=centre, in_force=True)
    made.AgreementFactory(in_force=True)
    made.AgreementFactory(centre=centre)

    response = timeline(client, centre=centre.pk, state="in_force")

    assert shown(response) == [inside.reference]
    assert response.context["list_url"] == f"{reverse('agreement_list')}?centre={centre.pk}&state=in_force"


def test_timeline_table_says_the_same_as_the_bars(client, legal):
    agreement = made.AgreementFactory(in_force=True, starts_on=today(-10), ends_on=today(400), notice_days=30)

    text = timeline(client).content.decode()
    cells = re.findall(r'<td role="cell" data-label="([^"]*)">(.*?)</td>', text, re.DOTALL)

    limit = add_years(today(400), 4)
    assert [words for _label, words in cells[:6]] == [
        str(agreement.centre),
        *[day(on) for on in (today(-10), today(400), today(400), today(370), limit)],
    ]


def test_timeline_costs_the_same_for_one_and_three(client, legal, django_assert_max_num_queries):
    made.AgreementFactory(in_force=True)
    with django_assert_max_num_queries(12) as one:
        timeline(client)
    made.AmendmentFactory(in_force=True)
    made.AgreementFactory(in_force=True)
    with django_assert_max_num_queries(len(one)):
        timeline(client)


@pytest.mark.django_db(transaction=True)
def test_timeline_scrolls_in_a_region_of_its_own_on_a_narrow_screen(client, page, live_server):
    made.AgreementFactory(in_force=True, title="A name that is rather long for a screen that is so narrow")
    client.force_login(made.StaffFactory(role=Role.LEGAL))
    cookie = next(iter(client.cookies.values()))
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.set_viewport_size({"width": 320, "height": 800})

    page.goto(live_server.url + reverse("agreement_timeline"))
    region = page.get_by_role("region", name="Terms of the agreements shown")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.terms-wide').scrollLeft > 0")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate("document.activeElement.className") == "scroll terms-wide"


def test_timeline_says_what_all_have_signed_of_the_days(client, legal):
    stopped = made.AgreementFactory(reference="A-1", in_force=True, ends_on=today(400))
    made.AmendmentFactory(
        agreement=stopped, kind="suspension", effective_on=today(3), resumes_on=today(9), in_force=True
    )
    ended = made.AgreementFactory(reference="A-2", in_force=True, ends_on=today(500))
    made.AmendmentFactory(agreement=ended, kind="termination", effective_on=today(300), in_force=True)

    bars = timeline(client).context["chart"].bars

    said = {bar.term.label: (bar.term.ends_on, bar.term.note) for bar in bars}
    assert said["A-1"] == (
        today(400),
        f"{stopped.title} · suspended from {day(today(3))}, goes on again on {day(today(9))}",
    )
    assert said["A-2"] == (today(300), f"{ended.title} · ends early on {day(today(300))}, as all have signed")
