"""Do programs read and write partners by the same rules as people, and see no more than they may?"""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from cic.core.models import AuditEntry, Job
from cic.core.tokens import issue_token
from partners.choices import Role
from partners.models import Agreement, Membership, Organisation, User
from partners.operations import people
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db

NOUNS = [
    "users",
    "appointments",
    "organisations",
    "memberships",
    "join-requests",
    "areas",
    "territories",
    "centres",
    "team-members",
    "agreements",
    "parties",
    "amendments",
    "obligations",
    "resources",
    "gifts",
    "meetings",
]
CLAUSE = "zqxCanaryClause"


def api(client, method, path, data=None, **headers):
    """One call; the body as JSON. A PATCH or DELETE brings the tag it has just read."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    if method in ("patch", "delete") and "HTTP_IF_MATCH" not in headers:
        headers["HTTP_IF_MATCH"] = client.get(path).headers.get("ETag", '"none"')
    body = {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
    return getattr(client, method)(path, **body, **headers)


def signed_in(client, user):
    client.force_login(user)
    return client


def confidential_agreement(**given):
    """A public agreement in force whose every confidential text holds the canary."""
    return made.AgreementFactory(
        in_force=True,
        publication="public",
        confidentiality_clause=CLAUSE,
        property_clause=CLAUSE,
        extension_clause=CLAUSE,
        committee=CLAUSE,
        **given,
    )


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_answers_lists_to_everybody_or_asks_to_sign_in(client, noun):
    anonymous = client.get(f"/api/v1/{noun}/").status_code
    admin = signed_in(client, made.StaffFactory(role=Role.ADMIN)).get(f"/api/v1/{noun}/?count=true")

    assert anonymous in (200, 401, 403)
    assert admin.status_code == 200
    assert admin.json()["count"] == len(admin.json()["results"])


FACTORIES = {
    "organisations": made.OrganisationFactory,
    "memberships": made.MembershipFactory,
    "join-requests": made.JoinRequestFactory,
    "centres": made.CentreFactory,
    "team-members": made.TeamMemberFactory,
    "agreements": lambda: made.AgreementFactory(in_force=True),
    "parties": made.PartyFactory,
    "amendments": made.AmendmentFactory,
    "obligations": made.ObligationFactory,
    "resources": made.ResourceFactory,
    "gifts": made.ResourceGiftFactory,
    "meetings": made.MeetingFactory,
    "appointments": made.AppointmentFactory,
    "areas": made.AreaFactory,
    "territories": made.TerritoryFactory,
}


@pytest.mark.parametrize("noun", FACTORIES)
def test_list_costs_the_same_for_one_and_three(client, noun, django_assert_max_num_queries):
    signed_in(client, made.StaffFactory(role=Role.ADMIN))
    FACTORIES[noun]()
    # Session, person, memberships, roles, then the list itself.
    with django_assert_max_num_queries(6) as one:
        assert client.get(f"/api/v1/{noun}/").status_code == 200
    FACTORIES[noun]()
    FACTORIES[noun]()
    with django_assert_max_num_queries(len(one)):
        assert len(client.get(f"/api/v1/{noun}/").json()["results"]) >= 3


@pytest.mark.parametrize("noun", FACTORIES)
def test_detail_costs_few_queries(client, noun, django_assert_max_num_queries):
    signed_in(client, made.StaffFactory(role=Role.ADMIN))
    obj = FACTORIES[noun]()

    with django_assert_max_num_queries(4 + 6):
        assert client.get(f"/api/v1/{noun}/{obj.pk}/").status_code == 200


def test_public_agreement_shows_the_public_exactly_what_the_law_makes_public(client):
    agreement = confidential_agreement()
    made.ObligationFactory(party=agreement.parties.first())

    shown = client.get(f"/api/v1/agreements/{agreement.pk}/").json()

    assert set(shown) == {
        "id", "reference", "title", "kind", "language", "centre", "register_url", "state", "state_label",
        "publication", "version", "created_at", "updated_at",
        # AGREEMENT_PUBLIC_FIELDS: signed_on, parties, object, obligations, term, modifications, execution
        "signed_on", "parties", "object", "obligations", "starts_on", "ends_on", "effective_ends_on", "terminated_on",
        "modifications", "execution", "translations",
    }  # fmt: skip
    assert shown["signed_on"] == agreement.starts_on.isoformat()
    assert "A. Signatory" not in json.dumps(shown)


@pytest.mark.parametrize(
    ("left_out", "fields"),
    [
        ("object", {"object", "translations"}),
        ("term", {"starts_on", "ends_on", "effective_ends_on", "terminated_on"}),
        ("parties", {"parties"}),
        ("signed_on", {"signed_on"}),
        ("obligations", {"obligations"}),
        ("modifications", {"modifications"}),
        ("execution", {"execution"}),
    ],
)
def test_l08_what_an_installation_does_not_publish_is_in_no_answer(client, settings, left_out, fields):
    agreement = confidential_agreement()
    settings.AGREEMENT_PUBLIC_FIELDS = [name for name in settings.AGREEMENT_PUBLIC_FIELDS if name != left_out]

    detail = client.get(f"/api/v1/agreements/{agreement.pk}/").json()
    row = client.get("/api/v1/agreements/").json()["results"][0]

    assert not fields & set(detail)
    assert not fields & set(row)
    if left_out == "term":
        assert client.get("/api/v1/agreements/?ends_on_after=2020-01-01").status_code == 400
        assert client.get("/api/v1/agreements/?order=ends_on").status_code == 400
    if left_out == "parties":
        assert client.get("/api/v1/parties/").json()["results"] == []
        assert client.get("/api/v1/agreements/?party=x").status_code == 400


def readers(agreement):
    """People by how much they may read of `agreement`."""
    party = agreement.parties.get(role="partner").organisation
    return {
        "rival": made.PartnerFactory(admin=True),
        "staff of another centre": made.StaffFactory(role=Role.COORDINATOR, centre=made.CentreFactory()),
        "evaluator": made.StaffFactory(role=Role.EVALUATOR, centre=agreement.centre),
        "partner": made.PartnerFactory(organisation=party),
        "legal": made.StaffFactory(role=Role.LEGAL, centre=agreement.centre),
        "auditor": made.StaffFactory(role=Role.AUDITOR),
    }


@pytest.mark.parametrize(
    ("who", "inside"),
    [
        ("rival", False),
        ("staff of another centre", False),
        ("evaluator", False),
        ("partner", True),
        ("legal", True),
        ("auditor", True),
    ],
)
def test_l01_clauses_reach_those_inside_only_on_every_channel(client, who, inside):
    agreement = confidential_agreement()
    party = agreement.parties.first()
    made.MeetingFactory(agreement=agreement, minutes=CLAUSE)
    made.AmendmentFactory(agreement=agreement, text=CLAUSE)
    made.ResourceGiftFactory(resource__party=party, note=CLAUSE)
    signed_in(client, readers(agreement)[who])

    answers = [client.get(f"/api/v1/agreements/{agreement.pk}/")]
    answers += [client.get(f"/api/v1/agreements/{agreement.pk}/{part}/") for part in ("history", "moves")]
    answers += [
        client.get(f"/api/v1/{noun}/")
        for noun in ("agreements", "meetings", "amendments", "gifts", "parties")
    ]
    said = [
        CLAUSE in answer.content.decode() or "A. Signatory" in answer.content.decode() for answer in answers
    ]

    assert any(said) is inside


def test_l03_clauses_are_neither_filtered_ordered_nor_searched(client):
    agreement = confidential_agreement()
    for user in readers(agreement).values():
        signed_in(client, user)
        for query in (
            f"confidentiality_clause={CLAUSE}",
            "order=confidentiality_clause",
            "property_clause__contains=z",
        ):
            assert client.get(f"/api/v1/agreements/?{query}").status_code == 400
        assert client.get(f"/api/v1/agreements/?search={CLAUSE}&count=true").json()["count"] == 0


def test_l05_counts_equal_what_each_role_can_open(client):
    public, internal = confidential_agreement(), made.AgreementFactory(in_force=True)
    draft = made.AgreementFactory(parties=[party.organisation for party in internal.parties.all()])
    partner = made.PartnerFactory(organisation=internal.parties.last().organisation)
    expected = [
        (None, {public.pk}),
        (made.PartnerFactory(), {public.pk}),
        (partner, {public.pk, internal.pk}),
        (made.StaffFactory(role=Role.AUDITOR), {public.pk, internal.pk, draft.pk}),
    ]
    for user, seen in expected:
        client.logout()
        if user:
            signed_in(client, user)
        page = client.get("/api/v1/agreements/?count=true").json()
        assert {row["id"] for row in page["results"]} == seen
        assert page["count"] == len(seen)
        opened = {
            pk
            for pk in (public.pk, internal.pk, draft.pk)
            if client.get(f"/api/v1/agreements/{pk}/").status_code == 200
        }
        assert opened == seen


def test_a01_agreement_of_others_is_as_if_it_were_not_there(client):
    agreement = made.AgreementFactory(in_force=True)
    signed_in(client, made.PartnerFactory(admin=True))

    for suffix in ("", "moves/", "history/"):
        there = client.get(f"/api/v1/agreements/{agreement.pk}/{suffix}")
        nowhere = client.get(f"/api/v1/agreements/999999/{suffix}")
        assert there.status_code == nowhere.status_code == 404
        shapes = [
            {k: v for k, v in answer.json().items() if k not in ("instance", "request_id")}
            for answer in (there, nowhere)
        ]
        assert shapes[0] == shapes[1]


def test_a02_writes_to_what_one_may_not_see_change_nothing(client):
    agreement = made.AgreementFactory(in_force=True)
    before = Agreement.objects.filter(pk=agreement.pk).values().get()
    signed_in(client, made.PartnerFactory(admin=True))

    assert api(client, "patch", f"/api/v1/agreements/{agreement.pk}/", {"title": "Mine"}).status_code == 404
    assert api(client, "delete", f"/api/v1/parties/{agreement.parties.first().pk}/").status_code == 404
    assert (
        api(client, "post", f"/api/v1/agreements/{agreement.pk}/moves/suspend/", {"note": "x"}).status_code
        == 404
    )
    assert Agreement.objects.filter(pk=agreement.pk).values().get() == before
    assert not AuditEntry.objects.about(agreement).exists()


def test_a03_child_of_a_foreign_agreement_is_not_reached_through_ones_own(client):
    own = made.AgreementFactory()
    foreign = made.ObligationFactory()
    actor = made.StaffFactory(role=Role.LEGAL, centre=own.centre)
    signed_in(client, actor)

    assert api(client, "delete", f"/api/v1/obligations/{foreign.pk}/").status_code == 404
    body = {"agreement": own.pk, "party": foreign.party_id, "text": "X"}
    assert api(client, "post", "/api/v1/obligations/", body).status_code == 400
    foreign.refresh_from_db()


def test_a07_deactivated_person_is_refused_everywhere_and_gets_no_mail(client):
    person = made.StaffFactory(role=Role.LEGAL)
    _token, key = issue_token(actor=person, name="t", scopes=["read", "write"])
    signed_in(client, person)
    assert client.get("/api/v1/users/me/").status_code == 200

    people.deactivate_user(person, actor=made.StaffFactory(role=Role.ADMIN))

    assert client.get("/api/v1/users/me/").status_code in (401, 403)
    client.logout()
    assert api(client, "get", "/api/v1/users/me/", Authorization=f"Bearer {key}").status_code == 401
    from partners import tasks

    made.AgreementFactory(in_force=True, ends_on=today(10))
    tasks.remind_of_terms()
    assert not Job.objects.filter(payload__user_id=person.pk).exists()


def test_a08_token_of_one_centre_does_nothing_in_another(client):
    person = made.StaffFactory(role=Role.LEGAL)
    own, other = made.AgreementFactory(), made.AgreementFactory()
    _token, key = issue_token(actor=person, name="t", scopes=["read", "write"], centre_id=own.centre_id)
    bearer = {"Authorization": f"Bearer {key}"}

    assert api(client, "get", f"/api/v1/agreements/{own.pk}/", **bearer).status_code == 200
    assert api(client, "get", f"/api/v1/agreements/{other.pk}/", **bearer).status_code == 404
    body = {"title": "T", "kind": "protocol", "object": "O", "centre": other.centre_id}
    assert api(client, "post", "/api/v1/agreements/", body, **bearer).status_code == 403
    assert (
        api(client, "post", "/api/v1/agreements/", {**body, "centre": own.centre_id}, **bearer).status_code
        == 201
    )


def test_a09_moves_out_of_order_or_by_others_are_refused_and_change_nothing(client):
    agreement = made.AgreementFactory(in_force=True)
    signed_in(client, made.PartnerFactory(organisation=agreement.parties.last().organisation, admin=True))
    assert (
        api(client, "post", f"/api/v1/agreements/{agreement.pk}/moves/suspend/", {"note": "x"}).status_code
        == 403
    )

    signed_in(client, made.StaffFactory(role=Role.LEGAL))
    answer = api(client, "post", f"/api/v1/agreements/{agreement.pk}/moves/send_to_review/", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    agreement.refresh_from_db()
    assert (agreement.state, agreement.version) == ("in_force", 1)


def test_agreement_through_the_api_from_draft_to_force(client):
    legal, centre = made.StaffFactory(role=Role.LEGAL), made.CentreFactory()
    signed_in(client, legal)
    body = {
        "title": "Night deliveries", "kind": "specific", "centre": centre.pk, "object": "To try.",
        "starts_on": today(-1).isoformat(), "ends_on": today(300).isoformat(),
    }  # fmt: skip
    created = api(client, "post", "/api/v1/agreements/", body)
    assert created.status_code == 201
    pk = created.json()["id"]
    parties = [
        api(client, "post", "/api/v1/parties/", {"agreement": pk, "organisation": org.pk, "role": role})
        for org, role in ((made.OrganisationFactory(), "city"), (made.OrganisationFactory(), "partner"))
    ]
    assert [answer.status_code for answer in parties] == [201, 201]
    for name in ("send_to_review", "open_for_signature"):
        assert api(client, "post", f"/api/v1/agreements/{pk}/moves/{name}/", {}).status_code == 200
    closed = api(client, "post", f"/api/v1/agreements/{pk}/moves/bring_into_force/", {})
    assert (closed.status_code, len(closed.json()["blockers"])) == (409, 2)
    for answer in parties:
        party = answer.json()["id"]
        signed = api(
            client,
            "post",
            f"/api/v1/parties/{party}/sign/",
            {"signatory_name": "A", "signed_on": "2026-01-01"},
        )
        assert (signed.status_code, signed.json()["signed_on"]) == (200, "2026-01-01")

    moved = api(client, "post", f"/api/v1/agreements/{pk}/moves/bring_into_force/", {})

    assert (moved.status_code, moved.json()["state"]) == (200, "in_force")


def test_extension_and_gift_through_the_api(client):
    legal = made.StaffFactory(role=Role.LEGAL)
    agreement = made.AgreementFactory(in_force=True, ends_on=today(30))
    signed_in(client, legal)
    body = {
        "agreement": agreement.pk,
        "kind": "extension",
        "text": "More.",
        "new_ends_on": today(200).isoformat(),
    }
    pk = api(client, "post", "/api/v1/amendments/", body).json()["id"]
    api(client, "post", f"/api/v1/amendments/{pk}/moves/open_for_signature/", {})
    for party in agreement.parties.all():
        signed = api(
            client, "post", f"/api/v1/amendments/{pk}/sign/", {"party": party.pk, "signatory_name": "A"}
        )
        assert signed.status_code == 200
    assert api(client, "post", f"/api/v1/amendments/{pk}/moves/bring_into_force/", {}).status_code == 200
    shown = client.get(f"/api/v1/agreements/{agreement.pk}/").json()
    assert (shown["ends_on"], shown["effective_ends_on"]) == (today(30).isoformat(), today(200).isoformat())

    promise = made.ResourceFactory(party=agreement.parties.get(role="partner"))
    gift = api(
        client,
        "post",
        "/api/v1/gifts/",
        {"resource": promise.pk, "amount": "7.5", "given_on": today().isoformat()},
    )
    assert (gift.status_code, gift.json()["confirmed"]) == (201, False)
    signed_in(client, made.PartnerFactory(organisation=promise.party.organisation))
    confirmed = api(client, "post", f"/api/v1/gifts/{gift.json()['id']}/confirm/", {})
    assert (confirmed.status_code, confirmed.json()["confirmed"]) == (200, True)
    execution = client.get(f"/api/v1/agreements/{agreement.pk}/").json()["execution"]
    assert [(row["promised"], row["given"]) for row in execution] == [("120.00", "7.50")]


def test_t09_state_owner_and_dates_of_record_are_refused_in_a_body(client):
    organisation = made.OrganisationFactory(state="pending")
    signed_in(client, made.PartnerFactory(organisation=organisation, admin=True))
    path = f"/api/v1/organisations/{organisation.pk}/"

    for body in (
        {"state": "verified"},
        {"merged_into": 1},
        {"version": 7},
        {"created_at": "2020-01-01T00:00:00Z"},
        {"id": 9},
    ):
        assert api(client, "patch", path, body).status_code == 400
    for body in ({"is_superuser": True}, {"email": "x@example.org"}, {"roles": []}, {"is_active": False}):
        assert api(client, "patch", "/api/v1/users/me/", body).status_code == 400
    organisation.refresh_from_db()
    assert (organisation.state, organisation.version) == ("pending", 1)


def test_tax_number_and_contact_reach_members_and_staff_only(client):
    organisation = made.OrganisationFactory(tax_id="B7777777", contact_email="inside@example.org")
    path = f"/api/v1/organisations/{organisation.pk}/"
    for user, sees in (
        (None, False),
        (made.PartnerFactory(), False),
        (made.PartnerFactory(organisation=organisation), True),
        (made.StaffFactory(role=Role.MONITOR, centre=made.CentreFactory()), True),
    ):
        client.logout()
        if user:
            signed_in(client, user)
        for address in (path, "/api/v1/organisations/", "/api/v1/organisations/?search=Organisation"):
            text = client.get(address).content.decode()
            assert ("B7777777" in text and "inside@" in text) is (sees and address == path)
    client.logout()
    assert client.get("/api/v1/organisations/?tax_id=B7777777").status_code == 400
    assert client.get("/api/v1/organisations/?search=B7777777&count=true").json()["count"] == 0


def test_register_through_the_api_answers_with_what_was_sent_and_refuses_a_double(client):
    signed_in(client, made.UserFactory())
    body = {"name": "Silent Wheels SL", "tax_id": "B 555", "country": "ES", "contact_email": "us@example.org"}

    created = api(client, "post", "/api/v1/organisations/", body)
    again = api(client, "post", "/api/v1/organisations/", {**body, "name": "Other"})

    assert (created.status_code, created.json()["tax_id"], created.json()["state"]) == (
        201,
        "B555",
        "pending",
    )
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    assert Organisation.objects.count() == 1


def test_upsert_of_organisations_by_an_administrator_makes_one_and_then_nothing(client):
    signed_in(client, made.StaffFactory(role=Role.ADMIN))
    path = "/api/v1/organisations/by-external-id/cordis/999/"

    first = api(client, "put", path, {"name": "University", "country": "FR"})
    second = api(client, "put", path, {"name": "University", "country": "FR"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert Organisation.objects.get().version == 1


def test_l12_people_are_seen_by_colleagues_by_name_only(client):
    person = made.PartnerFactory()
    colleague = made.PartnerFactory(organisation=person.memberships.get().organisation)
    stranger = made.UserFactory()
    signed_in(client, person)

    page = client.get("/api/v1/users/?count=true").json()

    assert {row["id"] for row in page["results"]} == {person.pk, colleague.pk}
    assert page["count"] == 2
    assert {frozenset(row) for row in page["results"]} == {frozenset({"id", "name", "kind"})}
    assert client.get(f"/api/v1/users/{stranger.pk}/").status_code == 404
    assert client.get("/api/v1/users/?email=x@example.org").status_code == 400


def test_join_request_and_invitation_through_the_api(client):
    organisation = made.OrganisationFactory()
    admin, person = made.PartnerFactory(organisation=organisation, admin=True), made.UserFactory()
    signed_in(client, person)
    asked = api(
        client, "post", "/api/v1/join-requests/", {"organisation": organisation.pk, "message": "Hello"}
    )
    assert (asked.status_code, asked.json()["origin"]) == (201, "asked")
    path = f"/api/v1/join-requests/{asked.json()['id']}/moves/accept/"
    assert api(client, "post", path, {}).status_code == 403

    signed_in(client, admin)
    assert api(client, "post", path, {}).status_code == 200
    assert Membership.objects.filter(user=person, organisation=organisation).exists()
    invited = api(
        client,
        "post",
        "/api/v1/join-requests/",
        {"organisation": organisation.pk, "email": "New@Example.org"},
    )
    assert (invited.json()["email"], invited.json()["user"]) == ("new@example.org", None)


def test_membership_is_ended_and_handed_over_through_the_api(client):
    organisation = made.OrganisationFactory()
    admin = made.PartnerFactory(organisation=organisation, admin=True)
    own = admin.memberships.get()
    other = made.MembershipFactory(organisation=organisation)
    signed_in(client, admin)

    assert api(client, "post", f"/api/v1/memberships/{own.pk}/end/", {}).json()["code"] == "limit"
    handed = api(client, "post", f"/api/v1/memberships/{own.pk}/hand-over/", {"successor": other.pk})
    assert (handed.status_code, handed.json()["role"]) == (200, "member")
    assert api(client, "post", f"/api/v1/memberships/{own.pk}/end/", {}).status_code == 200


def test_private_agreement_behind_a_public_centre_is_not_named(client):
    agreement = made.AgreementFactory(in_force=True)
    centre = agreement.centre
    centre.constituting_agreement = agreement
    centre.save()
    path = f"/api/v1/centres/{centre.pk}/"

    assert client.get(path).json()["constituting_agreement"] is None
    signed_in(client, made.StaffFactory(role=Role.AUDITOR))
    assert client.get(path).json()["constituting_agreement"] == agreement.pk


def test_auditor_reads_all_and_changes_nothing(client):
    agreement = made.AgreementFactory(parties=made.OrganisationFactory.create_batch(2))
    signed_in(client, made.StaffFactory(role=Role.AUDITOR))
    count = AuditEntry.objects.count()

    assert client.get(f"/api/v1/agreements/{agreement.pk}/history/").json()["changes"] == []
    assert api(client, "patch", f"/api/v1/agreements/{agreement.pk}/", {"title": "X"}).status_code == 403
    for path, body in (
        (f"/api/v1/agreements/{agreement.pk}/moves/send_to_review/", {}),
        (f"/api/v1/parties/{agreement.parties.first().pk}/sign/", {"signatory_name": "A"}),
        (f"/api/v1/centres/{agreement.centre_id}/moves/close/", {"note": "x"}),
        ("/api/v1/appointments/", {"user": User.objects.first().pk, "role": "admin"}),
    ):
        assert api(client, "post", path, body).status_code == 403
    assert AuditEntry.objects.count() == count


def test_filters_count_what_they_find(client):
    signed_in(client, made.StaffFactory(role=Role.AUDITOR))
    near = made.AgreementFactory(in_force=True, ends_on=today(30))
    extended = made.AgreementFactory(in_force=True, ends_on=today(30))
    made.AmendmentFactory(agreement=extended, in_force=True, new_ends_on=today(600))
    party = near.parties.last().organisation

    def found(query):
        page = client.get(f"/api/v1/agreements/?count=true&{query}").json()
        assert page["count"] == len(page["results"])
        return [row["id"] for row in page["results"]]

    assert found("expiring_within=90") == [near.pk]
    assert found(f"effective_ends_on_after={(today(31)).isoformat()}") == [extended.pk]
    assert found(f"organisation={party.pk}") == [near.pk]
    assert found(f"party={party.name.split()[-1]}&order=effective_ends_on") == [near.pk]
    assert found("order=effective_ends_on&state=in_force") == [near.pk, extended.pk]
    assert found(f"starts_on_before={(today(-100) - timedelta(days=1)).isoformat()}") == []


def test_urls_of_all_nouns_have_their_names():
    assert [reverse(f"{noun}-list") for noun in NOUNS] == [f"/api/v1/{noun}/" for noun in NOUNS]


@pytest.mark.parametrize("days", [3661, 999_999, 2**31])
def test_notice_longer_than_any_calendar_is_refused(client, days):
    agreement = made.AgreementFactory(state="draft")
    signed_in(client, made.StaffFactory(role=Role.LEGAL, centre=agreement.centre))

    response = api(client, "patch", f"/api/v1/agreements/{agreement.pk}/", {"notice_days": days})

    assert response.status_code == 400
    assert Agreement.objects.get().notice_days == agreement.notice_days


def test_organisation_is_merged_by_a_move_into_one_the_caller_sees(client):
    source, target = made.OrganisationFactory(), made.OrganisationFactory()
    signed_in(client, made.StaffFactory(role=Role.COORDINATOR))
    move = f"/api/v1/organisations/{source.pk}/moves/merge/"

    for nothing in ("x", 0, [], 10**17):
        assert api(client, "post", move, {"changes": {"merged_into": nothing}}).status_code == 400
    assert api(client, "post", move, {"changes": {"merged_into": target.pk}}).status_code == 200

    source.refresh_from_db()
    assert (source.state, source.merged_into) == ("merged", target)
