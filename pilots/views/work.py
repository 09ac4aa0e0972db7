"""Where does somebody's day begin?"""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from pilots.models.chains import stations_of
from pilots.models.duties import page_of_task, title_of, why_of
from pilots.models.work import AT_MOST, HORIZON_DAYS, Task, Work, work_of

PANEL_SHOWN = 12


def item_of(task: Task, *, late: bool = False) -> dict[str, Any]:
    """One thing to do as the page shows it: what, why and by when, one click from where it is done."""
    return {
        "reference": task.reference,
        "title": title_of(task)[:160],
        "url": page_of_task(task),
        "due": why_of(task),
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
                "title": row.said.title,
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
