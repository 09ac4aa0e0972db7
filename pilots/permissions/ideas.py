"""Who may propose an idea, change it, ask about it, join it and read what it tells in confidence?"""

from typing import Any

from partners.models import standing_of

from .roles import sees, sees_inside, signed_in, steers


def proposer(user: Any, idea: Any = None) -> bool:
    """The author, as long as they belong to the organisation that proposes, or an administrator of it."""
    if idea is None or not user.is_authenticated:
        return bool(user.is_authenticated)
    standing = standing_of(user)
    belongs = idea.organisation_id is None or idea.organisation_id in standing.member_of
    return (idea.author_id == user.pk and belongs) or idea.organisation_id in standing.admin_of


def proposer_of_part(user: Any, part: Any = None) -> bool:
    """The proposer of the idea that a part hangs on."""
    return proposer(user, part.idea if part is not None else None)


def invited(user: Any, partner: Any = None) -> bool:
    """A member of the organisation that was invited into a consortium."""
    return signed_in(user) if partner is None else partner.organisation_id in standing_of(user).member_of


def proposer_or_invited(user: Any, partner: Any = None) -> bool:
    """Either side of an invitation may end it."""
    return proposer_of_part(user, partner) or invited(user, partner)


def stands_inside(user: Any, idea: Any = None) -> bool:
    """Whoever may read the idea before it is public."""
    if idea is None:
        return signed_in(user)
    return bool(type(idea).objects.inside(user).filter(pk=idea.pk).exists())


PERMISSIONS = {
    "pilots.view_idea": sees,
    "pilots.view_idea_inside": stands_inside,
    "pilots.propose_idea": signed_in,
    "pilots.edit_idea": proposer,
    "pilots.triage_ideas": steers,
    "pilots.view_annex": sees_inside,
    "pilots.write_annex": proposer_of_part,
    "pilots.view_partner": sees_inside,
    "pilots.invite_partner": proposer,
    "pilots.edit_partner": proposer_of_part,
    "pilots.answer_invitation": invited,
    "pilots.end_invitation": proposer_or_invited,
    "pilots.view_request": sees_inside,
    "pilots.ask_for_more": steers,
    "pilots.answer_request": proposer_of_part,
    "pilots.view_lineage": sees,
}
