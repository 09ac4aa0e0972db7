"""Do people reach in the workspace what they may, see no more, and lose nothing they typed?"""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cic.core.formats import day
from cic.core.models import Attachment, AuditEntry
from partners.choices import AgreementState, AmendmentState, Role
from partners.models import Agreement, JoinRequest, Membership, Organisation
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db

CLAUSE = "zqxCanaryClause"


@pytest.fixture
def legal(client):
    user = made.StaffFactory(role=Role.LEGAL)
    client.force_login(user)
    return user


@pytest.fixture
def agreement():
    """In force, with something of everything."""
    agreement = made.AgreementFactory(in_force=True, confidentiality_clause=CLAUSE, committee=CLAUSE)
    party = agreement.parties.get(role="partner")
    made.ObligationFactory(party=party)
    made.ResourceGiftFactory(resource__party=party, note=CLAUSE)
    made.AmendmentFactory(agreement=agreement, text=CLAUSE, in_force=True)
    made.MeetingFactory(agreement=agreement, minutes=CLAUSE)
    return agreement


def see(client, name, /, *args, status=200, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == status, response.content[:2000]
    return response.content.decode()


def send(client, name, /, *args, status=302, **data):
    response = client.post(reverse(name, args=args), data)
    assert response.status_code == status, re.sub(r"\s+", " ", response.content.decode())[-3000:]
    return response


LISTS = {
    "agreement_list": lambda: made.AgreementFactory(in_force=True),
    "centre_list": made.CentreFactory,
    "organisation_list": made.OrganisationFactory,
    "user_list": lambda: made.PartnerFactory(),
    "appointment_list": lambda: made.AppointmentFactory(),
    "people": made.JoinRequestFactory,
}


@pytest.mark.parametrize("name", LISTS)
def test_list_page_costs_the_same_for_one_and_three(client, name, django_assert_max_num_queries):
    client.force_login(made.StaffFactory(role=Role.ADMIN))
    LISTS[name]()
    with django_assert_max_num_queries(12) as one:
        see(client, name)
    LISTS[name]()
    LISTS[name]()
    with django_assert_max_num_queries(len(one)):
        see(client, name)


def test_agreement_page_costs_few_queries_however_much_it_holds(
    client, legal, agreement, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14) as one:
        see(client, "agreement_detail", agreement.pk)
    for party in agreement.parties.all():
        made.ObligationFactory(party=party)
        made.ResourceGiftFactory(resource__party=party)
        made.ResourceGiftFactory(resource__party=party)
        made.AmendmentFactory(agreement=agreement, in_force=True)
    with django_assert_max_num_queries(len(one)):
        see(client, "agreement_detail", agreement.pk)


def test_agreement_page_costs_a_party_no_more_than_staff(client, agreement, django_assert_max_num_queries):
    client.force_login(made.PartnerFactory(organisation=agreement.parties.last().organisation))
    with django_assert_max_num_queries(16):
        see(client, "agreement_detail", agreement.pk)


@pytest.mark.parametrize("name", ["organisation_detail", "centre_detail", "amendment_detail", "user_detail"])
def test_detail_page_costs_few_queries(client, legal, name, django_assert_max_num_queries):
    obj = {
        "organisation_detail": lambda: made.MembershipFactory().organisation,
        "centre_detail": lambda: made.TeamMemberFactory().centre,
        "amendment_detail": made.AmendmentFactory,
        "user_detail": lambda: made.MembershipFactory().user,
    }[name]()
    with django_assert_max_num_queries(14):
        see(client, name, obj.pk)


@pytest.mark.parametrize(
    ("who", "status", "inside"),
    [
        ("rival", 200, False),
        ("staff of another centre", 200, False),
        ("partner", 200, True),
        ("legal", 200, True),
        ("auditor", 200, True),
    ],
)
def test_l01_page_of_a_public_agreement_shows_clauses_to_those_inside_only(
    client, agreement, who, status, inside
):
    Agreement.objects.filter(pk=agreement.pk).update(publication="public")
    people = {
        "rival": lambda: made.PartnerFactory(admin=True),
        "staff of another centre": lambda: made.StaffFactory(
            role=Role.COORDINATOR, centre=made.CentreFactory()
        ),
        "partner": lambda: made.PartnerFactory(organisation=agreement.parties.last().organisation),
        "legal": lambda: made.StaffFactory(role=Role.LEGAL, centre=agreement.centre),
        "auditor": lambda: made.StaffFactory(role=Role.AUDITOR),
    }
    client.force_login(people[who]())

    text = see(client, "agreement_detail", agreement.pk, status=status)
    listing = see(client, "agreement_list")
    export = b"".join(client.get(reverse("agreement_list"), {"export": "csv"}).streaming_content).decode()

    # The text of an amendment in force is public (AGREEMENT_PUBLIC_FIELDS: modifications).
    text = text.replace(f"<p>{CLAUSE}</p>", "")
    assert (CLAUSE in text, "A. Signatory" in text) == (inside, inside)
    # A table of agreements one stands inside of all of is what one works on, and brings back.
    assert (CLAUSE in listing, CLAUSE in export) == (False, inside)


def test_l08_export_holds_no_dates_where_terms_are_not_public(client, settings, agreement):
    Agreement.objects.filter(pk=agreement.pk).update(publication="public")
    client.force_login(made.PartnerFactory())
    settings.AGREEMENT_PUBLIC_FIELDS = ["parties"]

    export = b"".join(client.get(reverse("agreement_list"), {"export": "csv"}).streaming_content).decode()

    assert agreement.reference in export
    assert agreement.ends_on.isoformat() not in export + see(client, "agreement_list")


def test_a01_page_of_a_private_agreement_is_not_there_for_others(client, agreement):
    client.force_login(made.PartnerFactory(admin=True))
    for name, args in (
        ("agreement_detail", [agreement.pk]),
        ("agreement_edit", [agreement.pk]),
        ("agreement_move", [agreement.pk, "suspend"]),
        ("amendment_detail", [agreement.amendments.get().pk]),
        ("party_sign", [agreement.parties.first().pk]),
        ("document_create", [agreement.pk]),
        ("audit", ["partners.agreement", agreement.pk]),
    ):
        see(client, name, *args, status=404)
    assert agreement.title not in see(client, "agreement_list")


def test_anonymous_is_sent_to_sign_in_from_every_page(client, agreement):
    from partners.urls import WORKSPACE

    for route in WORKSPACE:
        kinds = route.pattern.converters
        args = {
            name: {
                "IntConverter": 1,
                "SlugConverter": "x",
                "UUIDConverter": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
            }[type(kind).__name__]
            for name, kind in kinds.items()
        }
        for method in ("get", "post"):
            response = getattr(client, method)(reverse(route.name, kwargs=args))
            assert (response.status_code, response.headers.get("Location", "")[:16]) == (
                302,
                "/accounts/login/",
            ), route


def test_agreement_in_the_workspace_from_draft_to_force(client, legal):
    centre = made.CentreFactory(constituting_agreement=None)
    city, partner = (
        made.OrganisationFactory(name="Ajuntament"),
        made.OrganisationFactory(name="Silent Wheels"),
    )
    data = {
        "centre": centre.pk, "title": "Night deliveries", "kind": "specific", "language": "en", "object": "To try.",
        "starts_on": today(-1).isoformat(), "ends_on": today(300).isoformat(), "notice_days": 30,
    }  # fmt: skip
    see(client, "agreement_create", centre=centre.pk)
    send(client, "agreement_create", **data)
    agreement = Agreement.objects.get()
    for organisation, role in ((city, "city"), (partner, "partner")):
        send(client, "party_create", agreement.pk, organisation=organisation.name, role=role)
    party = agreement.parties.get(role="partner")
    send(client, "obligation_create", agreement.pk, party=party.pk, text="To lend vans.")
    send(client, "resource_create", agreement.pk, party=party.pk, kind="hours", promised="120", unit="h")
    page = see(client, "agreement_detail", agreement.pk)
    assert "Send to review" in page
    for name in ("send_to_review", "open_for_signature"):
        see(client, "agreement_move", agreement.pk, name)
        send(client, "agreement_move", agreement.pk, name)
    assert "Silent Wheels has not signed yet." in see(client, "agreement_detail", agreement.pk)
    refused = send(client, "agreement_move", agreement.pk, "bring_into_force", status=422)
    assert "Ajuntament has not signed yet." in refused.content.decode()
    pdf = SimpleUploadedFile("signed.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF")
    for number, row in enumerate(agreement.parties.all()):
        see(client, "party_sign", row.pk)
        document = {"document": pdf} if number == 0 else {}
        send(
            client,
            "party_sign",
            row.pk,
            signatory_name="A. Signatory",
            signed_on=today().isoformat(),
            **document,
        )
    send(client, "agreement_move", agreement.pk, "bring_into_force")

    agreement.refresh_from_db()
    assert agreement.state == AgreementState.IN_FORCE
    assert Attachment.objects.about(agreement).get().kind == "signed"
    page = see(client, "agreement_detail", agreement.pk)
    assert "To lend vans." in page
    assert "signed.pdf" in page or agreement.reference in page


def test_suspension_in_the_workspace(client, legal):
    agreement = made.AgreementFactory(in_force=True, ends_on=today(30))
    days = {"effective_on": today().isoformat(), "resumes_on": today(9).isoformat()}
    send(client, "amendment_create", agreement.pk, kind="suspension", text="The works.", **days)
    amendment = agreement.amendments.get()
    send(client, "amendment_move", amendment.pk, "open_for_signature")
    for party in agreement.parties.all():
        signed = {"party": party.pk, "signatory_name": "A", "signed_on": today().isoformat()}
        send(client, "amendment_sign", amendment.pk, **signed)
    assert "at once if that day has come" in see(client, "amendment_move", amendment.pk, "bring_into_force")
    send(client, "amendment_move", amendment.pk, "bring_into_force")

    agreement.refresh_from_db()
    assert agreement.state == AgreementState.SUSPENDED
    assert f"goes on again on {day(today(9))}" in see(client, "agreement_detail", agreement.pk)


def test_extension_and_gift_in_the_workspace(client, legal):
    agreement = made.AgreementFactory(in_force=True, ends_on=today(30))
    send(
        client,
        "amendment_create",
        agreement.pk,
        kind="extension",
        text="More.",
        new_ends_on=today(200).isoformat(),
    )
    amendment = agreement.amendments.get()
    see(client, "amendment_edit", amendment.pk)
    send(client, "amendment_move", amendment.pk, "open_for_signature")
    for party in agreement.parties.all():
        see(client, "amendment_sign", amendment.pk)
        send(
            client,
            "amendment_sign",
            amendment.pk,
            party=party.pk,
            signatory_name="A",
            signed_on=today().isoformat(),
        )
    see(client, "amendment_retract", amendment.signatures.first().pk)
    send(client, "amendment_move", amendment.pk, "bring_into_force")
    amendment.refresh_from_db()
    assert amendment.state == AmendmentState.IN_FORCE

    promise = made.ResourceFactory(party=agreement.parties.get(role="partner"))
    partner = made.PartnerFactory(organisation=promise.party.organisation)
    see(client, "gift_create", promise.pk)
    send(client, "gift_create", promise.pk, amount="7.5", given_on=today().isoformat())
    gift = promise.gifts.get()
    client.force_login(partner)
    assert reverse("gift_confirm", args=[gift.pk]) in see(client, "agreement_detail", agreement.pk)
    see(client, "gift_confirm", gift.pk)
    send(client, "gift_confirm", gift.pk)
    gift.refresh_from_db()
    assert gift.is_confirmed


def test_other_parts_of_an_agreement_are_written_and_taken_away(client, legal, agreement):
    send(client, "meeting_create", agreement.pk, met_on=today().isoformat(), present="A", minutes="Fine.")
    meeting = agreement.meetings.first()
    send(
        client,
        "meeting_edit",
        meeting.pk,
        met_on=today().isoformat(),
        present="A",
        minutes="Better.",
        version=meeting.version,
    )
    obligation = agreement.obligations.get()
    page = see(client, "obligation_edit", obligation.pk)
    assert 'name="fulfilled_on"' in page
    assert 'name="text"' not in page
    send(
        client, "obligation_edit", obligation.pk, fulfilled_on=today().isoformat(), version=obligation.version
    )
    upload = SimpleUploadedFile("minutes.txt", b"Minutes of the meeting.")
    send(client, "document_create", agreement.pk, file=upload, kind="minutes", confidentiality="parties")
    file = Attachment.objects.about(agreement).get()
    send(client, "document_remove", file.pk)
    assert not Attachment.objects.about(agreement).exists()
    send(client, "gift_remove", agreement.resources.get().gifts.get().pk)
    send(client, "agreement_successor", agreement.pk)
    assert agreement.successor.parties.count() == 2

    draft = made.PartyFactory(signatory_name="X")
    extra = made.ObligationFactory(party=draft)
    resource = made.ResourceFactory(party=draft)
    send(client, "obligation_edit", extra.pk, party=draft.pk, text="Else.", version=extra.version)
    send(
        client,
        "resource_edit",
        resource.pk,
        party=draft.pk,
        kind="data",
        promised="2",
        unit="sets",
        version=resource.version,
    )
    send(
        client,
        "party_edit",
        draft.pk,
        organisation=draft.organisation.name,
        role="funder",
        version=draft.version,
    )
    for name, row in (("obligation_remove", extra), ("resource_remove", resource), ("party_remove", draft)):
        see(client, name, row.pk)
        send(client, name, row.pk)
    assert not draft.agreement.parties.exists()


def test_refused_form_keeps_what_was_typed_and_says_why(client, legal):
    agreement = made.AgreementFactory()
    response = send(
        client,
        "party_create",
        agreement.pk,
        status=422,
        organisation="Nobody of this name",
        role="partner",
        signatory_name="Kept",
    )

    text = response.content.decode()
    assert "No organisation has these words in its name." in text
    assert "Nobody of this name" in text
    assert "Kept" in text


def test_party_named_by_words_that_several_have_is_offered_with_numbers(client, legal):
    agreement = made.AgreementFactory()
    one, two = made.OrganisationFactory(name="Acme North"), made.OrganisationFactory(name="Acme South")

    text = send(
        client, "party_create", agreement.pk, status=422, organisation="Acme", role="partner"
    ).content.decode()
    assert f"Acme North #{one.pk}; Acme South #{two.pk}" in text
    send(client, "party_create", agreement.pk, organisation=f"Acme South #{two.pk}", role="partner")

    assert agreement.parties.get().organisation == two


def test_edit_of_a_closed_text_offers_only_what_is_not_part_of_it(client, legal, agreement):
    page = see(client, "agreement_edit", agreement.pk)

    assert 'name="register_url"' in page
    assert 'name="ends_on"' not in page
    send(
        client,
        "agreement_edit",
        agreement.pk,
        register_url="https://r.example.org/1",
        committee="X",
        version=agreement.version,
    )
    agreement.refresh_from_db()
    assert agreement.register_url == "https://r.example.org/1"


def test_k08_second_editor_sees_the_first_ones_text_and_keeps_their_own(client, legal):
    agreement = made.AgreementFactory()
    version = agreement.version
    data = {
        "centre": agreement.centre_id, "title": "First", "kind": "specific", "language": "en", "object": "O",
        "notice_days": 30, "version": version,
    }  # fmt: skip
    send(client, "agreement_edit", agreement.pk, **data)
    second = send(client, "agreement_edit", agreement.pk, status=412, **{**data, "title": "Second"})

    assert "Second" in second.content.decode()
    assert Agreement.objects.get(pk=agreement.pk).title == "First"


def test_registration_of_a_known_name_offers_to_join_or_to_insist(client):
    person = made.UserFactory()
    client.force_login(person)
    known = made.OrganisationFactory(name="Silent Wheels SL", state="pending")
    data = {"name": "silent wheels", "helix": "industry", "country": "ES", "language": "ca"}
    see(client, "organisation_create")

    page = send(client, "organisation_create", status=422, **data).content.decode()
    join = f"{reverse('organisation_join', args=[known.pk])}?name=silent+wheels"
    assert join in page.replace("&amp;", "&")
    assert 'name="is_another"' in page
    assert Organisation.objects.count() == 1

    assert client.get(reverse("organisation_join", args=[known.pk])).status_code == 404
    address = f"{reverse('organisation_join', args=[known.pk])}?name=silent+wheels"
    assert client.get(address).status_code == 200
    assert client.post(address, {"message": "I work there."}).status_code == 302
    assert JoinRequest.objects.get().user == person
    send(client, "organisation_create", is_another="on", **data)
    assert Organisation.objects.count() == 2


def test_registration_with_a_known_tax_number_offers_only_to_join(client):
    client.force_login(made.UserFactory())
    made.OrganisationFactory(tax_id="B77", country="ES")

    data = {"name": "Other", "helix": "industry", "country": "ES", "language": "ca", "tax_id": "B-77"}
    page = send(client, "organisation_create", status=422, **data).content.decode()

    assert "ask to join it" in page
    assert 'name="is_another" value="on"' not in page


def test_people_page_offers_to_answer_and_to_manage(client):
    organisation = made.OrganisationFactory()
    admin = made.PartnerFactory(organisation=organisation, admin=True)
    request = made.JoinRequestFactory(organisation=organisation)
    other = made.MembershipFactory(organisation=organisation)
    client.force_login(admin)

    assert reverse("join_request_move", args=[request.pk, "accept"]) in see(client, "people")
    see(client, "join_request_move", request.pk, "accept")
    send(client, "join_request_move", request.pk, "accept")
    assert Membership.objects.filter(user=request.user).exists()
    send(client, "invitation_create", organisation.pk, email="New@example.org", role="member")
    assert JoinRequest.objects.filter(email="new@example.org").exists()
    send(client, "membership_edit", other.pk, role="member", title="Engineer", version=other.version)
    own = admin.memberships.get()
    refused = send(client, "membership_end", own.pk, status=422)
    assert "last administrator" in refused.content.decode()
    send(client, "membership_hand_over", own.pk, successor=other.pk)
    send(client, "membership_end", own.pk)
    assert not Membership.objects.current().filter(pk=own.pk).exists()


def test_invited_person_takes_the_invitation_up_in_the_workspace(client):
    invited = made.UserFactory(email="new@example.org")
    request = made.JoinRequestFactory(origin="invited", user=None, email="new@example.org")
    client.force_login(invited)

    assert request.organisation.name in see(client, "people")
    send(client, "join_request_move", request.pk, "accept")

    assert Membership.objects.get(user=invited).organisation == request.organisation


def test_merge_page_takes_the_reader_to_where_it_went(client):
    client.force_login(made.StaffFactory(role=Role.COORDINATOR))
    source, target = made.OrganisationFactory(name="Double"), made.OrganisationFactory(name="Original")
    assert reverse("organisation_merge", args=[source.pk]) in see(client, "organisation_detail", source.pk)
    see(client, "organisation_merge", source.pk)

    response = send(client, "organisation_merge", source.pk, merged_into="Original", note="The same.")

    assert response.headers["Location"] == reverse("organisation_detail", args=[target.pk])
    assert "Double" in see(client, "organisation_detail", target.pk)


def test_organisation_is_edited_verified_and_named_by_those_who_may(client):
    organisation = made.OrganisationFactory(state="pending")
    client.force_login(made.StaffFactory(role=Role.COORDINATOR))
    send(client, "organisation_move", organisation.pk, "verify")
    data = {"name": "New name", "helix": "academia", "language": "en"}
    data["version"] = Organisation.objects.get().version
    send(client, "organisation_edit", organisation.pk, **data)
    send(client, "alias_create", organisation.pk, name="Short")
    alias = organisation.aliases.get(name="Short")
    client.force_login(made.PartnerFactory(organisation=organisation))
    see(client, "alias_remove", alias.pk, status=404)
    see(client, "organisation_edit", organisation.pk, status=403)
    client.force_login(made.PartnerFactory(organisation=organisation, admin=True))
    see(client, "alias_remove", alias.pk)
    send(client, "alias_remove", alias.pk)
    assert [row.name for row in organisation.aliases.all()] != ["Short"]


def test_centre_in_the_workspace_from_proposal_to_team(client):
    coordinator = made.StaffFactory(role=Role.COORDINATOR)
    client.force_login(coordinator)
    area = made.AreaFactory()
    send(
        client, "centre_create", name="Lab", purpose="P", language="en", lead_unit="Mobility", areas=[area.pk]
    )
    from partners.models import Centre

    centre = Centre.objects.get()
    foreign = made.AgreementFactory(in_force=True)
    own = made.AgreementFactory(in_force=True, centre=centre)
    page = see(client, "centre_move", centre.pk, "activate")
    assert own.title in page
    assert foreign.title not in page
    send(client, "centre_move", centre.pk, "activate", constituting_agreement=own.pk)
    person = made.UserFactory()
    send(client, "team_member_create", centre.pk, user=person.email, specialism="Acoustics")
    row = centre.team.get()
    send(client, "team_member_edit", row.pk, specialism="Noise", version=row.version)
    send(
        client,
        "centre_edit",
        centre.pk,
        name="Lab 2",
        purpose="P",
        language="en",
        lead_unit="M",
        version=Centre.objects.get(pk=centre.pk).version,
    )
    assert "Noise" in see(client, "centre_detail", centre.pk)
    send(client, "team_member_end", row.pk)
    assert "Noise" not in see(client, "centre_detail", centre.pk)


def test_roles_are_given_and_ended_by_administrators_only(client):
    client.force_login(made.StaffFactory(role=Role.ADMIN))
    person = made.UserFactory()
    see(client, "user_detail", person.pk)
    see(client, "appointment_create", user=person.email)
    send(client, "appointment_create", user=person.email, role="monitor")
    appointment = person.appointments.get()
    see(client, "appointment_edit", appointment.pk)
    send(
        client,
        "appointment_edit",
        appointment.pk,
        starts_on=today(-9).isoformat(),
        version=appointment.version,
    )
    send(client, "appointment_end", appointment.pk)
    send(client, "user_deactivate", person.pk, note="Left.")
    send(client, "user_reactivate", person.pk)
    count = AuditEntry.objects.count()

    client.force_login(made.StaffFactory(role=Role.COORDINATOR))
    see(client, "appointment_create", status=403)
    see(client, "user_deactivate", person.pk, status=403)
    client.force_login(person)
    see(client, "user_list", status=403)
    assert AuditEntry.objects.count() == count


def test_profile_takes_ones_own_name_language_and_zone(client):
    person = made.UserFactory()
    client.force_login(person)
    see(client, "profile")

    send(
        client,
        "profile",
        name="New",
        language="fr",
        time_zone="America/Bogota",
        is_superuser="on",
        version=person.version,
    )

    person.refresh_from_db()
    assert (person.name, person.language, person.is_superuser) == ("New", "fr", False)


def test_x01_markup_in_every_text_is_shown_as_text(client):
    client.force_login(made.StaffFactory(role=Role.ADMIN))
    bad = "<svg onload=alert(1)>\"'{{ 7|add:7 }}"
    organisation = made.OrganisationFactory(name=bad, legal_name=bad, municipality=bad, description=bad)
    made.AliasFactory(organisation=organisation, name=bad)
    made.MembershipFactory(organisation=organisation, user__name=bad, title=bad)
    centre = made.CentreFactory(name=bad, purpose=bad, lead_unit=bad)
    made.TeamMemberFactory(centre=centre, specialism=bad)
    agreement = made.AgreementFactory(
        in_force=True, title=bad, object=bad, committee=bad, property_clause=bad, centre=centre,
        parties=[organisation, made.OrganisationFactory(name=bad)],
    )  # fmt: skip
    made.ObligationFactory(party=agreement.parties.first(), text=bad)
    made.ResourceGiftFactory(resource__party=agreement.parties.last(), resource__description=bad, note=bad)
    made.AmendmentFactory(agreement=agreement, text=bad)
    for name, args in (
        ("organisation_list", []),
        ("organisation_detail", [organisation.pk]),
        ("organisation_edit", [organisation.pk]),
        ("centre_list", []),
        ("centre_detail", [centre.pk]),
        ("agreement_list", []),
        ("agreement_detail", [agreement.pk]),
        ("agreement_edit", [agreement.pk]),
        ("amendment_detail", [agreement.amendments.get().pk]),
        ("user_list", []),
        ("people", []),
    ):
        page = see(client, name, *args)
        assert "<svg onload" not in page
        assert "alert(1)>" not in page
