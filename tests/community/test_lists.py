"""Do groups and debates come back from their lists by the rights of their pages, and does the report keep what is theirs?"""

import pytest

from community.models import Debate, Group
from partners.choices import Role
from pilots.models import ImportNote
from tests.factories.community import DebateFactory, GroupFactory, GroupMemberFactory
from tests.factories.partners import CentreFactory, StaffFactory
from tests.pilots.tables import bring_in, exported, row_called, said, table_of, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def coordinator(centre):
    return StaffFactory(role=Role.COORDINATOR, centre=centre)


def told():
    return " ".join(ImportNote.objects.values_list("value", flat=True))


def test_groups_are_founded_by_who_brings_them_and_change_by_their_hosts(centre, coordinator):
    known = GroupFactory(access="open", name="Quays")
    hidden = GroupFactory(name="Night work")
    row = {
        "reference": "",
        "name": "Night work",
        "description": "Who works at night.",
        "access": "hidden",
        "language": "ca",
    }
    assert [each["name"] for each in table_of(exported("group", coordinator))] == ["Quays"]

    for expected in ((1, 0, 0, 0), (0, 0, 1, 0)):
        assert bring_in(written([row]), coordinator, centre) == expected

    made = Group.objects.exclude(pk__in=[known.pk, hidden.pk]).get()
    assert (made.access, made.language, made.places.get().user) == ("hidden", "ca", coordinator)
    mine = row_called("Night work", exported("group", coordinator))
    assert bring_in(written([{**mine, "description": "Zapp."}]), coordinator, centre) == (0, 1, 0, 0)
    others = {**row_called("Quays", exported("group", coordinator)), "description": "Mine now."}
    unseen = {**others, "reference": hidden.reference}
    assert bring_in(written([others, unseen]), coordinator, centre) == (0, 0, 0, 2)
    assert said()[-2:] == [("", "refused_by_rule"), ("", "not_found")]
    assert (Group.objects.get(pk=made.pk).description, "Zapp" in told(), "Night" in told()) == (
        "Zapp.",
        False,
        False,
    )


def test_debates_begin_in_groups_one_is_in_and_stay_there_and_change_while_open(centre, coordinator):
    group = GroupMemberFactory(user=coordinator, role="member").group
    other = GroupFactory(access="open")
    row = {"reference": "", "group": group.reference, "title": "Which hours?", "text": "From ten, or later?"}

    rows = [row, {**row, "group": other.reference}, {**row, "group": GroupFactory().reference}]
    for expected in ((1, 0, 0, 2), (0, 0, 1, 2)):
        assert bring_in(written(rows), coordinator, centre) == expected

    made = Debate.objects.get()
    assert (made.group, made.author, made.text) == (group, coordinator, "From ten, or later?")
    mine = row_called("Which hours?", exported("debate", coordinator))
    closed = DebateFactory(group=group, author=coordinator, state="closed", conclusions="Ten.", title="Over")
    over = row_called("Over", exported("debate", coordinator))
    changed = [{**mine, "group": other.reference}, {**over, "text": "Later."}]
    assert bring_in(written(changed), coordinator, centre) == (0, 0, 0, 2)
    assert said()[-2:] == [("group", "refused_by_rule"), ("", "refused_by_rule")]
    assert (Debate.objects.get(pk=closed.pk).text, "hours" in told()) == (closed.text, False)
