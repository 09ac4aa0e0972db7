"""Which agreements run until when, which of them run out soon, and how far could each be extended?"""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cic.core.charts import TermChart, term_chart
from cic.core.formats import day
from cic.core.permissions import can
from partners.calculations.terms import notice_date
from partners.choices import (
    END_REMINDER_DAYS,
    MOVING_KINDS,
    AgreementState,
    AmendmentKind,
    AmendmentState,
)
from partners.models import Amendment

from .agreements import SHOWN_AS_TERM, AgreementListPage, term_of


class TimelinePage(AgreementListPage):
    """The terms of all agreements the reader may know of, centre by centre: as bars, and the same as a table."""

    template_name = "partners/timeline.html"
    page_title = _("Timeline of terms")
    columns = (
        ("agreement", _("Agreement"), ""),
        ("centre", _("Centre"), ""),
        ("starts_on", _("Start"), ""),
        ("ends_on", _("End as signed"), ""),
        ("effective_ends_on", _("Effective end"), ""),
        ("notice_on", _("Last day to give notice"), ""),
        ("limit_on", _("As far as the law allows"), ""),
        ("state", _("State"), ""),
    )
    row_template = "partners/_timeline_row.html"
    create_permission = ""
    first_order = ("centre", "centre_id")

    def rows(self, queryset: Any) -> Any:
        """With parties, centre, and the signed suspensions and terminations that are still to come, or hold."""
        holding = Q(took_effect_on=None) | Q(agreement__state=AgreementState.SUSPENDED)
        agreed = Amendment.objects.filter(holding, state=AmendmentState.IN_FORCE, kind__in=MOVING_KINDS)
        return (
            super()
            .rows(queryset)
            .select_related("centre")
            .prefetch_related(Prefetch("amendments", agreed.order_by("effective_on", "pk"), to_attr="agreed"))
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page's agreements by centre, what ends first on top, each with what has to be said of its days."""
        context = super().get_context_data(**kwargs)
        rows = sorted(context["rows"], key=_by_centre)
        for row in rows:
            self._date(row)
        listed = self._address(cursor=None, export=None).replace(
            self.request.path, reverse("agreement_list"), 1
        )
        return {**context, "rows": rows, "chart": _chart(rows), "list_url": listed, "crumbs": self._crumbs()}

    def _crumbs(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Agreements"), "url": reverse("agreement_list")},
            {"label": self.page_title, "url": ""},
        ]

    def _date(self, row: Any) -> None:
        """Give `row` its days, as far as the reader may know them."""
        inside = row.shows_term and can(self.request.user, "partners.read_agreement", row)
        shown = row.shows_term and row.ends_on is not None
        row.inside = inside
        row.notice_on = notice_date(row.effective_ends_on, row.notice_days) if inside else None
        ended = any(amendment.kind == AmendmentKind.TERMINATION for amendment in row.agreed)
        row.limit_on = row.legal_limit_on if shown and not ended else None
        row.urgent = _urgency(row, timezone.localdate()) if row.shows_term else ""
        told = can(self.request.user, "partners.read_agreement_modifications", row)
        row.agreed_words = ", ".join(map(_agreed, row.agreed)) if told and row.state in SHOWN_AS_TERM else ""


def _by_centre(row: Any) -> tuple[Any, ...]:
    return (row.centre.name, row.centre_id, row.effective_ends_on or date.max, row.pk)


def _chart(rows: list[Any]) -> TermChart | None:
    """The rows that have a term, as bars on one axis."""
    terms = []
    for row in rows:
        note = " · ".join(filter(None, (row.title, row.agreed_words)))
        term = term_of(row, note=note, inside=row.inside) if row.shows_term else None
        if term is not None:
            running = row.state in SHOWN_AS_TERM
            limit = row.limit_on if running else None
            terms.append(replace(term, group=str(row.centre), limit_on=limit, urgent=row.urgent))
    return term_chart(terms, today=timezone.localdate()) if terms else None


def _agreed(amendment: Amendment) -> str:
    """What all have signed of the agreement's days, in a few words."""
    on = day(amendment.effective_on)
    if amendment.kind == AmendmentKind.TERMINATION:
        return gettext("ends early on %(day)s, as all have signed") % {"day": on}
    if amendment.resumes_on:
        return gettext("suspended from %(day)s, goes on again on %(again)s") % {
            "day": on,
            "again": day(amendment.resumes_on),
        }
    return gettext("suspended from %(day)s") % {"day": on}


def _urgency(row: Any, today: date) -> str:
    """What runs out within 90 days, or should have ended, in one sentence; nothing else."""
    if row.state not in SHOWN_AS_TERM or row.effective_ends_on is None:
        return ""
    left = (row.effective_ends_on - today).days
    if left < 0:
        return gettext("Over since %(day)s") % {"day": day(row.effective_ends_on)}
    if left == 0:
        return gettext("Runs out today")
    if left <= END_REMINDER_DAYS:
        return ngettext("Runs out in %(days)d day", "Runs out in %(days)d days", left) % {"days": left}
    notice = (row.notice_on - today).days if row.notice_on else -1
    if 0 <= notice <= END_REMINDER_DAYS:
        return gettext("Last day to give notice: %(day)s") % {"day": day(row.notice_on)}
    return ""


ROUTES = [path("agreements/timeline/", TimelinePage.as_view(), name="agreement_timeline")]
