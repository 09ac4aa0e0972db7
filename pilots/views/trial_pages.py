"""What do people see of a trial's plan and logbook?"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from cic.core.maps import city_map
from cic.core.permissions import can
from cic.core.views import DetailPage, WorkspacePage, moves_of, translations_of
from partners.models import Territory
from pilots.choices import OVER_STATES, TrialKind
from pilots.models import (
    LogEntry,
    Site,
    Trial,
)
from pilots.models.photos import photos_of
from pilots.transitions.permits import PERMIT
from pilots.transitions.trials import EXTENSION

from .trials import tabs_of

LOG_SHOWN = 100


class TrialSidePage(DetailPage):
    """A further page of one trial."""

    model = Trial
    noun = "trial"
    permission = "pilots.view_trial"
    tab: ClassVar[str] = ""

    def get_queryset(self) -> Any:
        """With what its head names."""
        return super().get_queryset().select_related("centre")

    def history(self) -> Any:
        """The stages stand on the first page."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Head and tabs; what the reader may do here."""
        trial, user = self.object, self.request.user
        inside = can(user, "pilots.view_trial_inside", trial)
        if not inside:
            trial.badge = trial.public_badge
        open_now = trial.state not in OVER_STATES
        return super().get_context_data(
            title=trial.said.title,
            tabs=tabs_of(trial, self.tab, inside=inside),
            crumbs=[
                {"label": _("Trials"), "url": reverse("trial_list")},
                {"label": trial.reference, "url": reverse("trial_detail", args=[trial.pk])},
            ],
            inside=inside,
            steers=open_now and can(user, "pilots.edit_trial", trial),
            works=open_now and can(user, "pilots.work_on_trial", trial),
            today=timezone.localdate(),
            **kwargs,
        )


class TrialPlanPage(TrialSidePage):
    """Milestones, places on a map, permits, risks, partners, team and success criteria."""

    template_name = "pilots/trials/plan.html"
    tab = "plan"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each part as far as the reader may see it."""
        trial, user = self.object, self.request.user
        sites = list(trial.sites.order_by("pk"))
        milestones = list(trial.milestones.order_by("due_on", "pk"))
        for step in milestones if can(user, "pilots.translate", trial) else ():
            step.in_languages = translations_of(step, "milestone")
        context = super().get_context_data(
            milestones=milestones,
            partners=list(trial.partners.select_related("organisation").order_by("position", "pk")),
            sites=sites,
            map=map_of(sites),
            is_poc=trial.kind == TrialKind.POC,
            **kwargs,
        )
        if context["inside"]:
            permits = list(trial.permits.order_by("pk"))
            for permit in permits:
                permit.trial, permit.badge = trial, PERMIT.badge(permit)
                permit.moves = moves_of(permit, (PERMIT,), user, "permit") if context["steers"] else []
            context |= {
                "permits": permits,
                "risks": sorted(
                    trial.risks.all(),
                    key=lambda risk: (risk.closed_on is not None, -risk.likelihood * risk.impact, risk.pk),
                ),
                "team": list(
                    trial.team.with_belonging().select_related("user", "organisation").order_by("pk")
                ),
                "criteria": list(trial.criteria.order_by("pk")) if context["is_poc"] else [],
                "plan_facts": [
                    (_("Data protection"), trial.data_protection),
                    (_("Insurance"), trial.insurance),
                ],
            }
        return context


def map_of(sites: Sequence[Site]) -> Any:
    """The places over the city's districts; None when none of them has coordinates."""
    places = [
        (site.name, "", float(site.longitude), float(site.latitude))
        for site in sites
        if site.latitude is not None and site.longitude is not None
    ]
    if not places:
        return None
    districts = Territory.objects.filter(kind="district").order_by("code")
    shapes = [(row.code, row.name, row.outline) for row in districts if row.outline]
    return city_map(shapes, places, width=360)


class TrialLogPage(TrialSidePage):
    """What happened, newest first, and the wishes for more time."""

    template_name = "pilots/trials/log.html"
    tab = "log"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Entries and extension requests as far as the reader may see them."""
        trial, user = self.object, self.request.user
        context = super().get_context_data(**kwargs)
        entries = trial.log.select_related("author").newest_first()
        if not context["inside"]:
            entries = entries.filter(is_public=True)
        asked = self.request.GET.get("from", "")
        first = entries.filter(pk=int(asked[:18])).first() if asked.isascii() and asked.isdigit() else None
        if first is not None:
            entries = entries.down_from(first)
            context["newest_url"] = reverse("trial_log", args=[trial.pk])
        found = list(entries[: LOG_SHOWN + 1])
        shown = found[:LOG_SHOWN]
        if len(found) > LOG_SHOWN:
            context["earlier_url"] = f"?from={found[LOG_SHOWN].pk}"
        photos = photos_of(shown)
        context["entries"] = [self._with_photos(entry, photos.get(entry.pk, []), context) for entry in shown]
        if context["inside"]:
            requests = list(trial.extensions.select_related("asked_by").order_by("-pk"))
            for request in requests:
                request.trial, request.badge = trial, EXTENSION.badge(request)
                request.moves = moves_of(request, (EXTENSION,), user, "extension")
            context["extensions"] = requests
        return context

    def _with_photos(self, entry: LogEntry, photos: list[dict[str, Any]], context: Any) -> dict[str, Any]:
        row = self._row(entry, context)
        if row["may_edit"]:
            for photo in photos:
                photo["remove_url"] = reverse("log_photo_remove", args=[entry.pk, photo["pk"]])
        return {**row, "photos": photos}

    def _row(self, entry: LogEntry, context: dict[str, Any]) -> dict[str, Any]:
        own = context["works"] and entry.author_id == self.request.user.pk
        return {"entry": entry, "may_edit": context["steers"] or own}


class LogEntryOpenPage(WorkspacePage, View):
    """One entry of a logbook, where it stands. What is found of it leads here."""

    model = LogEntry
    permission = "pilots.view_log"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """On to the logbook."""
        entry = self.get_object()
        seen = LogEntry.objects.visible_to(request.user).filter(trial_id=entry.trial_id)
        above = seen.count() - seen.down_from(entry).count()
        further_down = f"?from={entry.pk}" if above >= LOG_SHOWN else ""
        return redirect(f"{reverse('trial_log', args=[entry.trial_id])}{further_down}#log-{entry.pk}")
