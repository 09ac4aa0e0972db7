"""How does an invited organisation become a member of a consortium?"""

from django.utils.translation import gettext_lazy as _

from cic.core.transitions import Move, Table
from pilots.choices import PartnerStage as S
from pilots.permissions.ideas import invited

# The stage is read from the date of confirmation. Declining, leaving and taking back remove the row.
CONSORTIUM = Table(
    "pilots.ideapartner",
    field="stage",
    tones={S.INVITED: "warn", S.CONFIRMED: "good"},
    moves=[
        Move(
            "confirm",
            (S.INVITED,),
            S.CONFIRMED,
            invited,
            label=_("Confirm that we take part"),
            style="primary",
        )
    ],
)
