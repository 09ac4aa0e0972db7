"""Does every form over what is there know the version it was opened on, so that whoever saves second loses nothing?"""

from typing import Any

from cic.core.views import ObjectPage, Versioned
from cic.urls import ROOMS

# What only one person changes: nobody is faster than oneself.
ONES_OWN = {"webhook_edit"}


def pages_that_edit() -> dict[str, Any]:
    """Name → page of every form that changes a record."""
    views = {
        route.name: getattr(route.callback, "view_class", object)
        for room in ROOMS
        for route in room.WORKSPACE
    }
    return {
        name: view
        for name, view in views.items()
        if name.endswith("_edit") and isinstance(view, type) and issubclass(view, ObjectPage)
    }


def test_r06_every_form_that_changes_a_record_knows_its_version():
    pages = pages_that_edit()

    assert {name for name, page in pages.items() if not issubclass(page, Versioned)} == ONES_OWN
    assert len(pages) > 20
