"""Do two people who edit the same thing at once both keep what they wrote?"""

from typing import Any

import pytest

from cic.core.models import AuditEntry
from partners.choices import Role
from tests.factories.ideas import DecisionFactory, IdeaFactory
from tests.factories.partners import CentreFactory, StaffFactory

from .steps import fill, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def centre(live_server: Any) -> Any:
    return CentreFactory(name="Night lab", state="active")


def test_second_of_two_secretaries_sees_both_texts_and_saves_theirs(centre, newcomers, picture):
    idea = IdeaFactory(centre=centre, state="in_evaluation", title="Rubber wheels")
    decision = DecisionFactory(idea=idea, reasons="It can be tried at once.")
    first, second = (
        newcomers(StaffFactory(name=name, role=Role.SECRETARY, centre=centre).email)
        for name in ("Sergi Casals", "Olga Ferrer")
    )
    address = f"/workspace/decisions/{decision.pk}/edit/"
    for page in (first, second):
        page.goto(address)

    fill(first, reasons="It can be tried in spring.")
    send(first, "Save")
    fill(second, reasons="It can be tried in autumn.", conditions="Two streets at most.")
    send(second, "Save")

    decision.refresh_from_db()
    assert decision.reasons == "It can be tried in spring."
    table = second.locator("main section table").first
    cells = [cell.strip() for cell in table.locator("tbody td").all_inner_texts()]
    assert {"It can be tried in spring.", "It can be tried in autumn."} <= set(cells)
    assert second.locator("main [name=reasons]").input_value() == "It can be tried in autumn."
    picture(second)
    send(second, "Save")

    decision.refresh_from_db()
    assert (decision.reasons, decision.conditions) == ("It can be tried in autumn.", "Two streets at most.")
    kept = AuditEntry.objects.about(decision).order_by("position").values_list("before", flat=True)
    assert [entry.get("reasons") for entry in kept if "reasons" in entry] == [
        "It can be tried at once.",
        "It can be tried in spring.",
    ]
