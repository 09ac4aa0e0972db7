"""Does the demonstration tell its story to the end, and leave a committee something to decide?"""

import pytest
from django.urls import reverse

from partners.models import User
from pilots.management.commands.seed_demo import seed
from pilots.management.demo.cast import address
from tests.core.resource_contract import client_of

pytestmark = pytest.mark.django_db


def test_committee_has_ideas_to_decide_a_decision_to_tell_and_one_to_publish():
    seed()

    shown = {}
    for key in ("coordinator", "secretary"):
        client = client_of(User.objects.get(email=address(key)))
        context = client.get(reverse("committee")).context
        shown[key] = (
            [(row["handed_in"], row["assigned"]) for row in context["rows"]],
            [(stage, len(decisions)) for _title, decisions, stage, _label in context["waiting"]],
        )
        pack = client.get(reverse("committee_pack")).content
        assert all(row["decide_url"].encode() in pack for row in context["rows"])

    waiting = [("recorded", 1), ("told", 1)]
    ours, others = [(1, 2), (2, 2)], [(0, 1), (0, 1)]
    assert shown == {"coordinator": (ours, waiting), "secretary": ([*ours, *others], waiting)}
