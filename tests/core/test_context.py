"""Does the menu have each group once, and what administrators do at its end?"""

import pytest

from cic.core.context import ADMINISTRATION, menu_of
from tests.factories.partners import StaffFactory

pytestmark = pytest.mark.django_db


def test_menu_has_each_group_once_and_administration_last(rf):
    request = rf.get("/workspace/imports/")
    request.user = StaffFactory(role="admin")

    groups = [str(group["label"]) for group in menu_of(request)]
    current = [
        str(entry["label"]) for group in menu_of(request) for entry in group["entries"] if entry["current"]
    ]

    assert sorted(set(groups)) == sorted(groups)
    assert groups[-1] == str(ADMINISTRATION)
    assert current == ["Imports"]
