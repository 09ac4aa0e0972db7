"""What is each thing that waits for somebody called, and on which page is it done?"""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.formats import ago, day

from .work import FURTHER, FURTHER_ROWS, Task

# Kind → what is to be done, and the page where it is done: of one record, or a list with what it is narrowed by.
KINDS: dict[str, tuple[Any, str]] = {
    "milestone_late": (gettext_lazy("Milestone, due %(when)s"), "trial_plan"),
    "milestone": (gettext_lazy("Milestone, due %(when)s"), "trial_plan"),
    "trial_starts": (gettext_lazy("Planned to start %(when)s"), "trial_detail"),
    "trial_past_end": (gettext_lazy("Runs past its planned end, %(when)s"), "trial_detail"),
    "trial_late_start": (gettext_lazy("Not started; planned for %(when)s"), "trial_detail"),
    "trial_late_resume": (gettext_lazy("Was to go on %(when)s"), "trial_detail"),
    "answer_late": (gettext_lazy("Your answer was due %(when)s"), "request_detail"),
    "evaluate_late": (gettext_lazy("Your evaluation was due %(when)s"), "evaluation_detail"),
    "permit_expired": (gettext_lazy("A permit ran out %(when)s"), "trial_plan"),
    "measurement_late": (gettext_lazy("Measurement, due %(when)s"), "indicator_detail"),
    "measure": (gettext_lazy("Measure and send in by %(when)s"), "indicator_detail"),
    "approve_measurement": (gettext_lazy("Approve what was measured to %(when)s"), "indicator_detail"),
    "mend_measurement": (gettext_lazy("Your measurement to %(when)s was returned"), "indicator_detail"),
    "answer_extension": (gettext_lazy("More time is asked, to %(when)s"), "trial_log"),
    "action_late": (gettext_lazy("Agreed in committee, due %(when)s"), "meeting_detail"),
    "action": (gettext_lazy("Agreed in committee, until %(when)s"), "meeting_detail"),
    "read_idea": (gettext_lazy("An idea waits for a first answer, by %(when)s"), "idea_detail"),
    "read_idea_late": (gettext_lazy("The first answer to an idea was due %(when)s"), "idea_detail"),
    "tell_decision": (gettext_lazy("Decided %(when)s, nobody was told"), "decision_detail"),
    "evaluate": (gettext_lazy("Evaluate by %(when)s"), "evaluation_detail"),
    "answer": (gettext_lazy("Answer by %(when)s"), "request_detail"),
    "answer_invitation": (gettext_lazy("You are invited to join"), "invitation_detail"),
    "write_outcome": (gettext_lazy("Ended %(when)s: write the outcome"), "trial_detail"),
    "decide_poc": (gettext_lazy("Finished %(when)s: record the decision"), "trial_detail"),
    "publish_trial": (gettext_lazy("Asked to be published"), "trial_detail"),
    "publish_outcome": (gettext_lazy("Its outcome is asked to be published"), "outcome_detail"),
    "approve_sheet": (gettext_lazy("The sheet of this session waits for your yes"), "session_detail"),
    "mend_sheet": (gettext_lazy("Changes to your sheet of this session are asked for"), "session_detail"),
    "review_agreement": (gettext_lazy("Review the agreement"), "agreement_detail"),
    "sign_agreement": (gettext_lazy("Waits for your signature"), "agreement_detail"),
    "bring_into_force": (gettext_lazy("Everybody has signed: bring it into force"), "agreement_detail"),
    "sign_amendment": (
        gettext_lazy("A change of the agreement waits for your signature"),
        "agreement_detail",
    ),
    "amend_into_force": (
        gettext_lazy("Everybody has signed the change: bring it into force"),
        "agreement_detail",
    ),
    "answer_join": (gettext_lazy("Somebody asks to join, since %(when)s"), "organisation_detail"),
    "decide_idea": (gettext_lazy("Evaluated, waits for a decision; sent %(when)s"), "idea_detail"),
    "assign_idea": (gettext_lazy("In evaluation, and nobody evaluates it; sent %(when)s"), "idea_detail"),
    "publish_decision": (gettext_lazy("Decided %(when)s, told and not yet published"), "decision_detail"),
    "confirm_gift": (gettext_lazy("Confirm what was given %(when)s"), "agreement_detail"),
    "idea_in_hand": (gettext_lazy("The city reads it, sent %(when)s"), "idea_detail"),
    "extension_asked": (gettext_lazy("You asked for more time, to %(when)s"), "trial_log"),
    "measurement_sent": (gettext_lazy("Measured to %(when)s, not approved yet"), "indicator_detail"),
    "answer_awaited": (gettext_lazy("The author answers by %(when)s"), "request_detail"),
    "permit_awaited": (gettext_lazy("A permit is asked for"), "trial_plan"),
    "signature_awaited": (gettext_lazy("Waits for signatures"), "agreement_detail"),
    "evaluation_awaited": (gettext_lazy("An evaluation is due %(when)s"), "evaluation_detail"),
    "permit_ends": (gettext_lazy("A permit ends %(when)s"), "trial_plan"),
    "trial_ends": (gettext_lazy("Ends %(when)s"), "trial_detail"),
    "idea_review": (gettext_lazy("To be looked at again %(when)s"), "idea_detail"),
    "agreement_notice": (gettext_lazy("Last day to give notice: %(when)s"), "agreement_detail"),
    "agreement_ends": (gettext_lazy("Ends %(when)s"), "agreement_detail"),
}


# Kind → what so many of it are called, where one task stands for many.
COUNTED: dict[str, Callable[[int], str]] = {}


def register_duties(waiting: Callable[[Any], list[Task]], kinds: Mapping[str, tuple[Any, str]]) -> None:
    """Say, as a room to the right of this one, what waits on a person: a function of the reader, and what its kinds are called."""
    FURTHER.append(waiting)
    KINDS.update(kinds)


def register_counts(
    rows: Callable[[Any], list[Any]],
    kinds: Mapping[str, tuple[Any, str]],
    called: Callable[[int], str],
) -> None:
    """Say how much of a kind waits on a person, without a query of its own: rows with `COLUMNS`, their title a number."""
    FURTHER_ROWS.append(rows)
    KINDS.update(kinds)
    COUNTED.update(dict.fromkeys(kinds, called))


def title_of(task: Task) -> str:
    """What the thing is called, or how many there are."""
    return COUNTED[task.kind](int(task.title)) if task.kind in COUNTED else task.title


def why_of(task: Task) -> str:
    """Why a thing waits, with its day, in words."""
    words, _page = KINDS[task.kind]
    return str(words) % {"when": f"{day(task.day)} ({ago(task.day)})" if task.day else _("no date")}


def page_of_task(task: Task) -> str:
    """The address where it is done."""
    _words, page = KINDS[task.kind]
    name, _mark, narrowed = page.partition("?")
    return f"{reverse(name)}?{narrowed}" if narrowed else reverse(name, args=[task.target])
