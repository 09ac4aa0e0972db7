"""What goes on in the name of another organisation once two of them were joined?"""

from typing import Any

from cic.core.operations import edit, operation
from partners.models import Organisation
from pilots.models import Idea, IdeaPartner, TeamPerson, Trial, TrialPartner


@operation
def take_over(source: Organisation, target: Organisation, *, actor: Any) -> None:
    """Bring ideas, trials and people in teams from `source` to `target`, where its members are now.

    Where both are in the consortium of one idea, both stay.
    """
    both = IdeaPartner.objects.filter(organisation=target).values("idea_id")
    rows = (
        (Idea.objects.filter(organisation=source), "organisation"),
        (IdeaPartner.objects.filter(organisation=source).exclude(idea_id__in=both), "organisation"),
        (Trial.objects.filter(promoter=source), "promoter"),
        (TrialPartner.objects.filter(organisation=source), "organisation"),
        (TeamPerson.objects.filter(organisation=source), "organisation"),
    )
    for found, name in rows:
        for row in found.order_by("pk"):
            edit(row, {name: target}, actor=actor, action="merge")
