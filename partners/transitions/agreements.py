"""How does an agreement come into force, change, and end?"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cic.core.formats import day
from cic.core.publication import publication_table
from cic.core.transitions import Move, Table
from partners.calculations.terms import effective_end, latest_first_end
from partners.choices import MOVING_KINDS, AmendmentKind, PartyRole
from partners.choices import AgreementState as A
from partners.choices import AmendmentState as M
from partners.permissions import approves_publication, keeper, legal, prepares_publication


def what_is_missing(agreement: Any) -> Sequence[str]:
    """What a text lacks before it can be reviewed or signed: its dates, two parties, the city, a lawful term.

    Said here and not as what a move needs: a move sets what it needs, and no move changes the text.
    """
    roles = [party.role for party in agreement.parties.all()]
    missing = []
    if not agreement.object.strip():
        missing.append(_("It does not say what it is about."))
    if agreement.starts_on is None or agreement.ends_on is None:
        missing.append(_("It needs a start and an end."))
    if len(roles) < 2:
        missing.append(_("It needs two parties or more."))
    if PartyRole.CITY not in roles:
        missing.append(_("None of the parties is the city."))
    if agreement.starts_on and agreement.ends_on:
        limit = latest_first_end(agreement.starts_on, settings.AGREEMENT_MAX_YEARS)
        if agreement.ends_on > limit:
            missing.append(
                ngettext(
                    "A first term may last %(years)s year, so it must end by %(day)s.",
                    "A first term may last %(years)s years, so it must end by %(day)s.",
                    settings.AGREEMENT_MAX_YEARS,
                )
                % {"years": settings.AGREEMENT_MAX_YEARS, "day": day(limit)}
            )
    return missing


def who_has_not_signed(agreement: Any) -> Sequence[str]:
    """The parties whose signature is still awaited, after what the text lacks."""
    awaited = [party.organisation for party in agreement.parties.all() if party.signed_on is None]
    return [*what_is_missing(agreement), *_awaited(awaited)]


def who_has_signed(agreement: Any) -> Sequence[str]:
    """A text that somebody has signed is not reopened."""
    signed = [party.organisation for party in agreement.parties.all() if party.signed_on is not None]
    return [_("%(party)s has signed it already.") % {"party": organisation} for organisation in signed]


def why_not_expire(agreement: Any) -> Sequence[str]:
    """Nothing expires before its effective end is over."""
    end = end_of(agreement)
    if end is None:
        return (_("It has no end."),)
    return (_("It runs until %(day)s.") % {"day": day(end)},) if end >= timezone.localdate() else ()


def keeper_after_the_end(user: Any, agreement: Any) -> bool:
    """The keepers, once the clock should have ended it: before that there is nothing to offer."""
    return keeper(user, agreement) and not why_not_expire(agreement)


def why_not_terminate(agreement: Any) -> Sequence[str]:
    """An agreement is terminated on a day of its term that has come."""
    ended_on = agreement.terminated_on
    if ended_on is None:
        return ()
    if ended_on > timezone.localdate():
        return (_("The day of termination has not come yet."),)
    end = effective_end(agreement.ends_on, _extended_to(agreement))
    if (agreement.starts_on and ended_on < agreement.starts_on) or (end and ended_on > end):
        return (_("The day of termination lies outside the term."),)
    return ()


def what_amendment_lacks(amendment: Any) -> Sequence[str]:
    """What stands against an amendment: its agreement, its days, the legal limit."""
    agreement = amendment.agreement
    if agreement.state not in (A.IN_FORCE, A.SUSPENDED):
        return (_("The agreement is not in force."),)
    if amendment.kind in MOVING_KINDS:
        return _what_its_days_lack(amendment)
    if amendment.kind != AmendmentKind.EXTENSION:
        return ()
    if amendment.new_ends_on is None:
        return (_("An extension needs its new end."),)
    if ends_as_agreed(agreement) is not None:
        return (_("All have signed that it ends early. What is to follow needs a new agreement."),)
    end = end_of(agreement)
    limit = agreement.legal_limit_on
    if end is None or limit is None:
        return (_("The agreement has no end that could be extended."),)
    if amendment.new_ends_on <= end:
        return (_("The new end must come after %(day)s, the present one.") % {"day": day(end)},)
    if amendment.new_ends_on > limit:
        return (
            ngettext(
                "All extensions together may add %(years)s year, so it must end by %(day)s.",
                "All extensions together may add %(years)s years, so it must end by %(day)s.",
                settings.AGREEMENT_EXTENSION_MAX_YEARS,
            )
            % {"years": settings.AGREEMENT_EXTENSION_MAX_YEARS, "day": day(limit)},
        )
    return ()


def _what_its_days_lack(amendment: Any) -> Sequence[str]:
    """A suspension or termination takes effect on a day of the term; what is suspended goes on within it, or not at all."""
    agreement, on, again = amendment.agreement, amendment.effective_on, amendment.resumes_on
    if on is None:
        return (_("Say on which day it takes effect."),)
    end = end_of(agreement)
    if (agreement.starts_on and on < agreement.starts_on) or (end and on > end):
        return (_("The day on which it takes effect lies outside the term."),)
    if amendment.kind == AmendmentKind.TERMINATION:
        return (
            () if ends_as_agreed(agreement) is None else (_("All have signed that it ends early already."),)
        )
    if agreement.state == A.SUSPENDED and on <= timezone.localdate():
        return (_("It is suspended already."),)
    if again is not None and again <= max(on, timezone.localdate()):
        return (_("The day on which it goes on must come after it was suspended, and after today."),)
    if again is not None and end and again > end:
        return (_("It cannot go on after its end, %(day)s.") % {"day": day(end)},)
    return ()


def why_not_amend(amendment: Any) -> Sequence[str]:
    """An amendment holds once every party has signed it; an extension, before the end it moves."""
    sentences = [*what_amendment_lacks(amendment)]
    signed = {row.party_id: row.signed_on for row in amendment.signatures.all()}
    awaited = [party.organisation for party in amendment.agreement.parties.all() if party.pk not in signed]
    sentences += _awaited(awaited)
    end = end_of(amendment.agreement)
    if amendment.kind == AmendmentKind.EXTENSION and end and any(on > end for on in signed.values()):
        sentences.append(
            _("An extension must be signed by all before the present end, %(day)s.") % {"day": day(end)}
        )
    return sentences


def amendment_signed(amendment: Any) -> Sequence[str]:
    """An amendment that somebody has signed is not reopened."""
    signed = amendment.signatures.select_related("party__organisation")
    return [_("%(party)s has signed it already.") % {"party": row.party.organisation} for row in signed]


def never_in_force(agreement: Any) -> Sequence[str]:
    """The register shows agreements that were signed, not drafts."""
    signed = (A.IN_FORCE, A.SUSPENDED, A.EXPIRED, A.TERMINATED)
    return () if agreement.state in signed else (_("It has not come into force."),)


def end_of(agreement: Any) -> Any:
    """The effective end; taken from `with_effective_end` when the row carries it."""
    if hasattr(agreement, "effective_ends_on"):
        return agreement.effective_ends_on
    ended = [on for on in (agreement.terminated_on, ends_as_agreed(agreement)) if on is not None]
    return effective_end(agreement.ends_on, _extended_to(agreement), min(ended, default=None))


def ends_as_agreed(agreement: Any) -> date | None:
    """The day on which it ends early because all its parties signed that it does; None where they did not."""
    signed = agreement.amendments.filter(state=M.IN_FORCE, kind=AmendmentKind.TERMINATION)
    return signed.values_list("effective_on", flat=True).order_by("effective_on").first()


def _extended_to(agreement: Any) -> list[Any]:
    return list(agreement.amendments.filter(state=M.IN_FORCE).values_list("new_ends_on", flat=True))


def _awaited(organisations: Any) -> list[str]:
    return [_("%(party)s has not signed yet.") % {"party": organisation} for organisation in organisations]


BEFORE_SIGNATURE = (A.DRAFT, A.IN_REVIEW, A.PENDING_SIGNATURE)

AGREEMENT = Table(
    "agreement",
    tones={
        A.IN_REVIEW: "progress", A.PENDING_SIGNATURE: "progress", A.IN_FORCE: "good",
        A.SUSPENDED: "warn", A.TERMINATED: "stop", A.ABANDONED: "stop",
    },
    public_labels={
        A.IN_REVIEW: gettext_lazy("Being reviewed by the parties"),
        A.EXPIRED: gettext_lazy("Ended as agreed"),
        A.TERMINATED: gettext_lazy("Ended early"),
    },
    moves=[
        Move("send_to_review", (A.DRAFT,), A.IN_REVIEW, keeper, label=gettext_lazy("Send to review"), blockers=what_is_missing, style="primary"),
        Move("return_to_draft", (A.IN_REVIEW, A.PENDING_SIGNATURE), A.DRAFT, keeper, label=gettext_lazy("Return to draft"), blockers=who_has_signed, note_required=True),
        Move("open_for_signature", (A.IN_REVIEW,), A.PENDING_SIGNATURE, legal, label=gettext_lazy("Open for signature"), blockers=what_is_missing, style="primary"),
        # Not by itself with the last signature: that the text is complete and lawful is somebody's word.
        Move("bring_into_force", (A.PENDING_SIGNATURE,), A.IN_FORCE, legal, label=gettext_lazy("Bring into force"), blockers=who_has_not_signed, style="primary"),
        Move("abandon", BEFORE_SIGNATURE, A.ABANDONED, keeper, label=gettext_lazy("Abandon"), note_required=True, style="warn"),
        Move("suspend", (A.IN_FORCE,), A.SUSPENDED, keeper, label=gettext_lazy("Suspend"), note_required=True, style="warn"),
        Move("resume", (A.SUSPENDED,), A.IN_FORCE, keeper, label=gettext_lazy("Resume"), note_required=True, style="primary"),
        Move("expire", (A.IN_FORCE, A.SUSPENDED), A.EXPIRED, keeper_after_the_end, label=gettext_lazy("Let it expire"), blockers=why_not_expire),
        Move("terminate", (A.IN_FORCE, A.SUSPENDED), A.TERMINATED, legal, ("terminated_on",), label=gettext_lazy("Terminate"), blockers=why_not_terminate, note_required=True, style="warn"),
    ],
)  # fmt: skip

AMENDMENT = Table(
    "amendment",
    tones={M.PENDING_SIGNATURE: "progress", M.IN_FORCE: "good", M.ABANDONED: "stop"},
    moves=[
        Move("open_for_signature", (M.DRAFT,), M.PENDING_SIGNATURE, keeper, label=gettext_lazy("Open for signature"), blockers=what_amendment_lacks, style="primary"),
        Move("return_to_draft", (M.PENDING_SIGNATURE,), M.DRAFT, keeper, label=gettext_lazy("Return to draft"), blockers=amendment_signed, note_required=True),
        Move("bring_into_force", (M.PENDING_SIGNATURE,), M.IN_FORCE, legal, label=gettext_lazy("Bring into force"), blockers=why_not_amend, style="primary"),
        Move("abandon", (M.DRAFT, M.PENDING_SIGNATURE), M.ABANDONED, keeper, label=gettext_lazy("Abandon"), note_required=True, style="warn"),
    ],
)  # fmt: skip

AGREEMENT_PUBLICATION = publication_table(
    "partners.agreement",
    prepares=prepares_publication,
    approves=approves_publication,
    blockers=never_in_force,
)
