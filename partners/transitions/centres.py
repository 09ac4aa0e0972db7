"""How does a centre become active, rest and close, and when is it shown to the public?"""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.publication import publication_table
from cic.core.transitions import Move, Table
from partners.choices import CentreState as C
from partners.models import Agreement
from partners.permissions import approves_publication, coordinator, prepares_publication


def without_agreement(centre: Any) -> Sequence[str]:
    """A centre works under a constituting agreement that is in force today."""
    if centre.constituting_agreement_id is None:
        return ()
    agreement = Agreement.objects.filter(pk=centre.constituting_agreement_id)
    if agreement.exclude(centre_id=centre.pk).exists():
        return (_("The constituting agreement belongs to another centre."),)
    if not agreement.in_force_on(timezone.localdate()).exists():
        return (_("The constituting agreement is not in force today."),)
    return ()


def not_yet_active(centre: Any) -> Sequence[str]:
    """What is only proposed is not announced."""
    return (_("The centre is not active yet."),) if centre.state == C.PROPOSED else ()


CENTRE = Table(
    "centre",
    tones={C.PROPOSED: "progress", C.ACTIVE: "good", C.DORMANT: "warn", C.CLOSED: "stop"},
    moves=[
        Move("activate", (C.PROPOSED,), C.ACTIVE, coordinator, ("constituting_agreement",), label=gettext_lazy("Activate"), blockers=without_agreement, style="primary"),
        Move("rest", (C.ACTIVE,), C.DORMANT, coordinator, label=gettext_lazy("Let it rest"), note_required=True),
        Move("wake", (C.DORMANT,), C.ACTIVE, coordinator, ("constituting_agreement",), label=gettext_lazy("Wake"), blockers=without_agreement, style="primary"),
        Move("close", (C.PROPOSED, C.ACTIVE, C.DORMANT), C.CLOSED, coordinator, label=gettext_lazy("Close"), note_required=True, style="warn"),
    ],
)  # fmt: skip

CENTRE_PUBLICATION = publication_table(
    "partners.centre", prepares=prepares_publication, approves=approves_publication, blockers=not_yet_active
)
