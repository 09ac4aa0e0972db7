"""Does somebody new find their way: an account, their organisation, a colleague beside them, and out again?"""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC

from partners.models import JoinRequest, Membership, Organisation
from tests.factories.partners import PASSWORD, OrganisationFactory, UserFactory

from .steps import fill, follow, send, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_newcomer_registers_invites_hands_over_and_leaves(newcomers, picture):
    OrganisationFactory(name="Rodes Silencioses, SL", tax_id="ESB12345674")
    colleague, stranger = UserFactory(email="bo@example.org"), UserFactory(email="eve@example.org")

    # An account, with the address confirmed by the link of the mail.
    ana = newcomers()
    ana.goto("/accounts/signup/")
    for name, value in (("email", "ana@example.org"), ("password1", PASSWORD)):
        ana.locator(f"main [name={name}]").fill(value)
    send(ana, "Make an account")
    address = EmailAddress.objects.get(email="ana@example.org")
    ana.goto(f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/")
    with ana.expect_navigation():
        ana.locator("main form button[type=submit]").click()
    if "/login/" in ana.url:
        sign_in(ana, "ana@example.org")
    ana.goto("/workspace/")
    picture(ana)

    # The first page says where to begin. A name that is known, however it is written, is offered to join.
    follow(ana, "Register an organisation, or find yours")
    fill(ana, name="RODES silencioses sl", helix="industry", country="ES")
    send(ana, "Register")
    assert "Rodes Silencioses, SL" in ana.locator("main").inner_text()
    picture(ana)
    assert ana.locator("main [name=name]").input_value() == "RODES silencioses sl"
    # Enter sends the form as it is; it does not insist on another organisation of the same name.
    with ana.expect_navigation():
        ana.locator("main [name=name]").press("Enter")
    assert Organisation.objects.count() == 1
    # A known tax number is the same organisation: there is nothing to insist on.
    fill(ana, name="Another name", tax_id="B-12345674")
    send(ana, "Register")
    assert ana.get_by_role("link", name=re.compile("Ask to join")).count() == 1
    assert ana.get_by_role("button", name=re.compile("mine is another one")).count() == 0
    # Theirs is new.
    fill(ana, name="Xarxa Verda", tax_id="")
    send(ana, "Register")
    organisation = Organisation.objects.get(name="Xarxa Verda")
    assert f"/organisations/{organisation.pk}/" in ana.url

    # A colleague is invited by address, with a role.
    follow(ana, "Invite a colleague")
    fill(ana, email="bo@example.org", role="member")
    send(ana, "Send the invitation")
    invitation = JoinRequest.objects.get()
    picture(ana)

    # Another address cannot take it up, and cannot even see it.
    eve = newcomers(stranger.email)
    eve.goto("/workspace/people/")
    assert "Xarxa Verda" not in eve.locator("main").inner_text()
    refused = eve.request.get(f"/workspace/join-requests/{invitation.pk}/moves/accept/")
    assert refused.status == 404

    bo = newcomers(colleague.email)
    bo.goto("/workspace/")
    follow(bo, "See my invitations")
    picture(bo)
    with bo.expect_navigation():
        bo.locator("main .buttons a.button-main", has_text="Accept").click()
    with bo.expect_navigation():
        bo.locator("main form.form .form-end button[type=submit]").click()
    assert Membership.objects.get(user=colleague).role == "member"

    # The only administrator cannot just leave: first somebody takes over.
    ana.goto("/workspace/people/")
    with ana.expect_navigation():
        ana.locator("main a", has_text="Leave").first.click()
    send(ana, "End it")
    assert "last administrator" in ana.locator("main").inner_text()
    ana.goto("/workspace/people/")
    with ana.expect_navigation():
        ana.locator("main li", has_text="Administrator").get_by_role(
            "link", name=re.compile("Hand over")
        ).click()
    ana.locator("main [name=successor]").select_option(index=1)
    send(ana, "Hand over")
    assert Membership.objects.get(user=colleague).role == "admin"
    ana.goto("/workspace/people/")
    with ana.expect_navigation():
        ana.locator("main a", has_text="Leave").first.click()
    send(ana, "End it")
    picture(ana)

    # From the next request on, the same session sees nothing more of it.
    ana.goto("/workspace/people/")
    assert "Xarxa Verda" not in ana.locator("main").inner_text()
    assert ana.request.get(f"/workspace/organisations/{organisation.pk}/").status == 404
