"""Where does somebody's day begin?"""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cic.core.formats import ago, day
from pilots.models.chains import stations_of
from pilots.models.work import AT_MOST, HORIZON_DAYS, Task, Work, work_of

PANEL_SHOWN = 12
# Kind → what is to be done, and the page where it is done.
KINDS: dict[str, tuple[Any, str]] = {
    "milestone_late": (gettext_lazy("Milestone, due %(when)s"), "trial_plan"),
    "milestone": (gettext_lazy("Milestone, due %(when)s"), "trial_plan"),
    "trial_starts": (gettext_lazy("Planned to start %(when)s"), "trial_detail"),
    "trial_past_end": (gettext_lazy("Runs past its planned end, %(when)s"), "trial_detail"),
    "trial_late_start": (gettext_lazy("Not started; planned for %(when)s"), "trial_detail"),
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
    "read_idea": (gettext_lazy("An idea waits to be read, sent %(when)s"), "idea_detail"),
    "tell_decision": (gettext_lazy("Decided %(when)s, nobody was told"), "decision_detail"),
    "evaluate": (gettext_lazy("Evaluate by %(when)s"), "evaluation_detail"),
    "answer": (gettext_lazy("Answer by %(when)s"), "request_detail"),
    "answer_invitation": (gettext_lazy("You are invited to join"), "invitation_detail"),
    "write_outcome": (gettext_lazy("Ended %(when)s: write the outcome"), "trial_detail"),
    "decide_poc": (gettext_lazy("Finished %(when)s: record the decision"), "trial_detail"),
    "publish_trial": (gettext_lazy("Asked to be published"), "trial_detail"),
    "publish_outcome": (gettext_lazy("Its outcome is asked to be published"), "outcome_detail"),
    "review_agreement": (gettext_lazy("Review the agreement"), "agreement_detail"),
    "sign_agreement": (gettext_lazy("Waits for your signature"), "agreement_detail"),
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


def item_of(task: Task, *, late: bool = False) -> dict[str, Any]:
    """One thing to do as the page shows it: what, why and by when, one click from where it is done."""
    words, page = KINDS[task.kind]
    when = f"{day(task.day)} ({ago(task.day)})" if task.day else _("no date")
    return {
        "reference": task.reference,
        "title": task.title[:160],
        "url": reverse(page, args=[task.target]),
        "due": str(words) % {"when": when},
        "late": late
        or (
            task.day is not None
            and task.kind in ("evaluate", "answer", "measure")
            and task.day < timezone.localdate()
        ),
    }


class MyWorkPage(LoginRequiredMixin, TemplateView):
    """What is late, what waits on me, what waits on others, and what runs out in 90 days."""

    template_name = "pilots/work/my_work.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The panels that workspace/my_work.html documents."""
        user = self.request.user
        work = work_of(user)
        others = [item_of(task) for task in work.others]
        return super().get_context_data(
            page_title=_("My work"),
            panels=self._panels(work),
            others={"label": _("Waits on others"), "count": len(others), "items": others} if others else None,
            mine=[group for group in (self._trials(work), self._ideas(work)) if group["items"]],
            capped=AT_MOST,
            newcomer=not (user.standing.member_of or user.standing.roles),
            **kwargs,
        )

    def _panels(self, work: Work) -> list[dict[str, Any]]:
        panels: Sequence[tuple[str, str, list[Task], str]] = (
            ("overdue", _("Overdue"), work.overdue, _("Nothing is late.")),
            ("mine", _("Waits on me"), work.mine, _("Nothing waits on you.")),
            (
                "expiring",
                _("Runs out in %(days)d days") % {"days": HORIZON_DAYS},
                work.expiring,
                _("Nothing runs out soon."),
            ),
        )
        return [
            {
                "key": key,
                "label": label,
                "count": len(tasks),
                "items": [item_of(task, late=key == "overdue") for task in tasks[:PANEL_SHOWN]],
                "rest": [item_of(task, late=key == "overdue") for task in tasks[PANEL_SHOWN:]],
                "empty": empty,
            }
            for key, label, tasks, empty in panels
        ]

    def _trials(self, work: Work) -> dict[str, Any]:
        staff = bool(self.request.user.standing.roles)
        state = (lambda row: row.badge) if staff else (lambda row: row.public_badge)
        return self._group(_("My trials"), "trial", work.trials, state)

    def _ideas(self, work: Work) -> dict[str, Any]:
        return self._group(_("My ideas"), "idea", work.ideas, lambda row: None)

    def _group(
        self, label: str, noun: str, rows: Sequence[Any], state: Callable[[Any], Any]
    ) -> dict[str, Any]:
        items = [
            {
                "reference": row.reference,
                "title": row.title,
                "url": reverse(f"{noun}_detail", args=[row.pk]),
                "stations": stations_of(row),
                "state": state(row),
            }
            for row in rows
        ]
        return {
            "label": label,
            "count": len(items),
            "url": f"{reverse(f'{noun}_list')}?mine=true",
            "items": items,
        }


ROUTES = [path("", MyWorkPage.as_view(), name="my_work")]
