"""Which way does an idea go: by the hand of people, and as the effect of a request or a decision?"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.publication import publication_table
from cic.core.transitions import Move, Table
from cic.core.words import too_long
from partners.choices import OrganisationState
from pilots.choices import IDEA_WORD_LIMITS
from pilots.choices import IdeaState as S
from pilots.permissions.ideas import proposer
from pilots.permissions.roles import decides, edits_for_the_public, nobody, steers

NEEDED_TO_SUBMIT = ("title", "problem", "proposal", "asked_of_city")
# Read by the staff, and passed on by them.
IN_TRIAGE = (S.SUBMITTED, S.SCREENING)
# From being sent to being decided.
WAITING = (S.SUBMITTED, S.SCREENING, S.MORE_INFORMATION, S.IN_EVALUATION)

PUBLIC_LABELS = {
    S.DRAFT: _("You are writing it"),
    S.SUBMITTED: _("We have received it"),
    S.SCREENING: _("We are reading it"),
    S.MORE_INFORMATION: _("We have asked for more information"),
    S.IN_EVALUATION: _("Experts are evaluating it"),
    S.ACCEPTED: _("Accepted"),
    S.PARKED: _("Kept for later"),
    S.DECLINED: _("Not accepted"),
    S.WITHDRAWN: _("Withdrawn"),
    S.MERGED: _("Continues in another idea"),
    S.SPLIT: _("Continues as several ideas"),
    S.LAPSED: _("Closed without an answer"),
}
TONES = {
    S.SUBMITTED: "progress",
    S.SCREENING: "progress",
    S.MORE_INFORMATION: "warn",
    S.IN_EVALUATION: "progress",
    S.ACCEPTED: "good",
    S.DECLINED: "stop",
    S.WITHDRAWN: "stop",
    S.LAPSED: "stop",
}


def takes_none(idea: Any) -> Sequence[str]:
    """A centre that is not at work: nobody there would read it."""
    return () if idea.centre.takes_ideas else (gettext("This centre takes no ideas now."),)


def goes_on_in_vain(idea: Any) -> Sequence[str]:
    """The idea that another is to go on in lies at a centre that takes none."""
    return takes_none(idea.merged_into) if idea.merged_into is not None else ()


def cannot_be_sent(idea: Any) -> Sequence[str]:
    """Texts that are too long, a centre or a challenge that takes no ideas, and an organisation that was suspended."""
    texts = {name: getattr(idea, name) for name in IDEA_WORD_LIMITS}
    sentences = [
        gettext("“%(field)s” has %(words)s words; %(limit)s are the most.")
        % {"field": idea._meta.get_field(name).verbose_name, "words": words, "limit": limit}
        for name, (words, limit) in too_long(texts, IDEA_WORD_LIMITS).items()
    ]
    if refusal := takes_none(idea):
        sentences.extend(refusal)
    elif idea.challenge is not None and not idea.challenge.takes_ideas:
        sentences.append(gettext("The challenge takes no more ideas."))
    if idea.organisation is not None and idea.organisation.state == OrganisationState.SUSPENDED:
        sentences.append(gettext("This organisation cannot take part."))
    return sentences


# What people do. Accepting, parking and declining are not here: they follow from a decision.
IDEA = Table(
    "pilots.idea",
    public_labels=PUBLIC_LABELS,
    tones=TONES,
    moves=[
        Move("submit", (S.DRAFT,), S.SUBMITTED, proposer, needs=NEEDED_TO_SUBMIT, sets=("submitted_at", "answer_by"), label=_("Send the idea"), blockers=cannot_be_sent, style="primary"),
        Move("screen", (S.SUBMITTED,), S.SCREENING, steers, label=_("Start reading"), style="primary"),
        Move("evaluate", (S.SCREENING,), S.IN_EVALUATION, steers, label=_("Send to evaluation"), style="primary"),
        Move("withdraw", WAITING, S.WITHDRAWN, proposer, label=_("Withdraw the idea"), style="warn"),
        Move("appeal", (S.DECLINED,), S.IN_EVALUATION, proposer, label=_("Appeal"), note_required=True),
        Move("review", (S.PARKED,), S.IN_EVALUATION, decides, label=_("Take up again")),
        Move("reopen", (S.LAPSED,), S.SCREENING, steers, sets=("answer_by",), label=_("Open again"), note_required=True, blockers=takes_none),
        Move("merge", WAITING, S.MERGED, steers, needs=("merged_into",), label=_("Merge into another idea"), note_required=True, blockers=goes_on_in_vain),
    ],
)  # fmt: skip

# What follows from another record: a request and its answer, a decision that was told. None of these is open to
# anybody as a bare move.
IDEA_EFFECTS = Table(
    "pilots.idea",
    public_labels=PUBLIC_LABELS,
    tones=TONES,
    moves=[
        Move("ask", (S.SCREENING,), S.MORE_INFORMATION, steers),
        Move("answer", (S.MORE_INFORMATION,), S.SCREENING, proposer, sets=("answer_by",)),
        Move("split", IN_TRIAGE, S.SPLIT, steers, note_required=True, blockers=takes_none),
        Move("lapse", (S.MORE_INFORMATION,), S.LAPSED, nobody),
        Move("accept", (S.IN_EVALUATION,), S.ACCEPTED, decides),
        Move("park", (S.IN_EVALUATION,), S.PARKED, decides, sets=("review_on",)),
        Move("decline", (S.IN_EVALUATION,), S.DECLINED, decides),
    ],
)

IDEA_PUBLICATION = publication_table(
    "pilots.idea", prepares=edits_for_the_public, approves=edits_for_the_public
)
