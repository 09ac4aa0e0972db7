"""A partner finds a group, asks, is let in, contributes to a debate and is answered; the host closes it with conclusions."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from community.models import Comment, GroupMember
from tests.factories.cms import make_site
from tests.factories.community import DebateFactory, GroupFactory
from tests.factories.partners import PASSWORD, PartnerFactory

from .steps import fill, follow, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture
def look(picture):
    """`look(page)` keeps what axe finds and what is seen, wide and at 320 px."""
    found = []

    def take(page):
        picture(page)
        violations = Axe().run(page, options=RULES).response["violations"]
        found.extend((page.url, row["id"], row["nodes"][0]["html"][:160]) for row in violations)

    yield take
    assert found == []


def test_partner_asks_is_let_in_contributes_and_reads_the_conclusions(visitor, look):
    make_site()
    host = PartnerFactory(name="Anna Roca", password=PASSWORD, language="en")
    partner = PartnerFactory(name="Pere Soler", password=PASSWORD, language="en")
    group = GroupFactory(
        name="Quiet deliveries at night",
        description="For who delivers, who sells and who sleeps: how to unload without waking anybody.",
        access="on_request",
        host=host,
    )
    hidden = GroupFactory(name="Before the call", access="hidden", host=host)
    debate = DebateFactory(
        group=group,
        author=host,
        title="Until what time?",
        text="In our street the noise starts at four. What would be fair?",
    )

    page = visitor(partner)
    page.goto("/workspace/groups/")
    assert page.get_by_text(hidden.name).count() == 0
    look(page)
    follow(page, group.name)
    assert page.get_by_text(debate.title).count() == 0
    look(page)
    follow(page, "Ask to come in")
    fill(page, message="We unload in six streets, with electric vans.")
    look(page)
    send(page, "Ask")
    page.get_by_text("Your wish is sent").wait_for()
    look(page)

    desk = visitor(host)
    desk.goto(f"/workspace/groups/{group.pk}/")
    look(desk)
    desk.get_by_role("link", name="Let in Pere Soler", exact=True).click()
    look(desk)
    send(desk, "Let in")

    page.goto(f"/workspace/groups/{group.pk}/")
    follow(page, debate.title)
    fill(page, text="Six at the latest: our vans are home by then.")
    look(page)
    send(page, "Send")
    page.get_by_text("Six at the latest").wait_for()

    desk.goto(f"/workspace/debates/{debate.pk}/")
    desk.get_by_role("link", name="Answer Pere Soler").click()
    fill(desk, text="And the shutters?")
    look(desk)
    send(desk, "Send")
    look(desk)
    desk.locator("main a[data-move=close]").click()
    fill(desk, conclusions="Until six, with greased shutters. We measure again in May.")
    look(desk)
    send(desk, "Close with conclusions")

    page.reload()
    page.get_by_text("Until six, with greased shutters").wait_for()
    look(page)

    assert GroupMember.objects.get(user=partner).state == "member"
    assert list(Comment.objects.order_by("pk").values_list("author", "parent__author")) == [
        (partner.pk, None),
        (host.pk, partner.pk),
    ]
    debate.refresh_from_db()
    assert debate.state == "closed"


def test_everybody_reads_an_open_group_and_a_host_invites_into_a_hidden_one(visitor, look):
    make_site()
    host = PartnerFactory(name="Anna Roca", password=PASSWORD, language="en")
    colleague = PartnerFactory(name="Júlia Serra", password=PASSWORD, language="en")
    group = GroupFactory(name="Quiet deliveries", access="open", host=host)
    DebateFactory(group=group, author=host, title="Until what time?")
    hidden = GroupFactory(name="Before the call", access="hidden", host=host)

    reader = visitor()
    reader.goto("/en/groups/")
    assert reader.get_by_text(hidden.name).count() == 0
    look(reader)
    reader.get_by_role("link", name=group.name).click()
    look(reader)
    reader.get_by_role("link", name="Until what time?").click()
    look(reader)

    desk = visitor(host)
    desk.goto(f"/workspace/groups/{hidden.pk}/")
    follow(desk, "Invite somebody")
    fill(desk, email=colleague.email)
    send(desk, "Send the invitation")

    page = visitor(colleague)
    page.goto("/workspace/groups/")
    look(page)
    page.get_by_role("link", name="Come in Before the call").click()
    send(page, "Come in")
    look(page)

    assert GroupMember.objects.get(user=colleague).group == hidden
