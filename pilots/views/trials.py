"""What do people see of trials, and how do they plan, steer and decide on them?"""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.formats import day, money
from cic.core.notifications import unread_of_page
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import CreatePage, EditPage, ListPage
from partners.choices import READING_ROLES
from partners.views.parts import DayMovePage
from pilots.choices import OVER_STATES, PLAN_STATES, SDGS, STARTED_STATES, IdeaState, TrialKind, TrialState
from pilots.filters.trials import TrialFilter
from pilots.forms.trials import NewTrialForm, TrialForm, monitors_of
from pilots.models import Idea, LogEntry, Trial
from pilots.models.chains import stations_of, with_chain, with_line
from pilots.models.results import goal_of, with_readings
from pilots.models.tables import AGREEMENT, AREAS_OF_TRIAL, IDEA, MONITOR, ORIGIN
from pilots.operations import trials
from pilots.permissions.trials import takes_part
from pilots.transitions.trials import INTERRUPTS, PILOT, TRIAL_PUBLICATION, table_of

from .chained import ChainedPage
from .measured import drawn

GOALS = dict(SDGS)
DECISIONS = ("go", "pivot", "no_go")
MILESTONES_SHOWN = 5


class TrialListPage(ListPage):
    """The trials the reader may see, each with its small chain."""

    model = Trial
    noun = "trial"
    permission = "pilots.view_trial"
    filterset_class = TrialFilter
    quiet_filters = ("created_at", "updated_at", "language", "trl_in", "started_on", "ended_on")
    row_template = "pilots/trials/_row.html"
    page_title = _("Trials")
    create_permission = "pilots.create_trial"
    create_label = _("Plan a trial")
    table = PILOT
    columns = (
        ("reference", _("Reference"), "reference"),
        ("title", _("Title"), "title"),
        ("state", _("State"), "state"),
        ("chain", _("Chain"), ""),
        ("promoter", _("Promoter"), ""),
        ("ends_on", _("Ends"), "ends_on"),
        ("budget_eur", _("Budget"), "budget_eur"),
    )
    export_columns = (
        ("reference", "reference"),
        ("kind", "kind"),
        ("title", "title"),
        ("acronym", "acronym"),
        ("state", "state"),
        ("promoter", "promoter__name"),
        ("monitor", MONITOR),
        ("agreement", AGREEMENT),
        ("idea", IDEA),
        ("origin", ORIGIN),
        ("areas", AREAS_OF_TRIAL),
        ("sdgs", "sdgs"),
        ("starts_on", "starts_on"),
        ("ends_on", "ends_on"),
        ("budget_eur", "budget_eur"),
        ("trl_in", "trl_in"),
        ("trl_out", "trl_out"),
        ("summary", "summary"),
        ("hypothesis", "hypothesis"),
        ("method", "method"),
        ("environment", "environment"),
        ("data_collected", "data_collected"),
        ("language", "language"),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With promoter and chain."""
        return with_chain(queryset.select_related("promoter"), self.request.user)

    def badge_of(self, row: Any) -> Any:
        """In the words of whoever reads."""
        return row.badge if can(self.request.user, "pilots.view_monitor") else row.public_badge

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows with their small chains; a new trial is planned step by step."""
        context = super().get_context_data(**kwargs)
        context["create_url"] = context["create_url"] and reverse("trial_prepare_new")
        today = timezone.localdate()
        for row in context["rows"]:
            row.stations = stations_of(row)
            row.late = row.state == TrialState.RUNNING and row.ends_on is not None and row.ends_on < today
        return context


class TrialPage(ChainedPage):
    """One trial: its chain, what is measured, what comes next and who is in it."""

    model = Trial
    noun = "trial"
    permission = "pilots.view_trial"
    translate_permission = "pilots.translate"
    edit_permission = "pilots.edit_trial"
    template_name = "pilots/trials/detail.html"

    def get_queryset(self) -> Any:
        """Trials with what is named of them, and whether the reader takes part."""
        user = self.request.user
        own = Trial.objects.of(user).filter(pk=OuterRef("pk"))
        rows = with_line(super().get_queryset(), user).annotate(is_own=Exists(own))
        return rows.select_related(
            "centre", "promoter", "monitor", "origin", "outcome", "idea__challenge", "agreement"
        )

    def get_object(self) -> Any:
        """The trial; what one query has told of it is not asked again."""
        trial = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        user = self.request.user
        trial.__dict__["_taking_part"] = {user.pk: trial.is_own}
        if trial.agreement is not None:
            trial.agreement.effective_ends_on = trial.agreement_ends_on
        self.check(trial)
        self.inside = can(user, "pilots.view_trial_inside", trial)
        return trial

    def get_tables(self) -> Any:
        """The table of its kind, and its way to the public."""
        return (table_of(self.object), TRIAL_PUBLICATION)

    def history(self) -> Any:
        """The stages, for those inside."""
        return super().history() if self.inside else []

    def facts(self) -> list[tuple[Any, Any]]:
        """Who, when, how much; what is inner only to those inside."""
        trial = self.object
        dates = (
            f"{day(trial.starts_on) or '…'} – {day(trial.ends_on) or '…'}"
            if trial.starts_on or trial.ends_on
            else ""
        )
        rows = [
            (_("Kind"), trial.get_kind_display()),
            (_("Centre"), trial.centre),
            (_("Planned"), dates),
            (_("Started"), day(trial.started_on)),
            (_("Ended"), day(trial.ended_on)),
            (_("Budget"), money(trial.budget_eur)),
            (
                _("Technology readiness"),
                " → ".join(str(level) for level in (trial.trl_in, trial.trl_out) if level),
            ),
            (
                _("Sustainable Development Goals"),
                "; ".join(str(GOALS.get(goal, goal)) for goal in trial.sdgs),
            ),
        ]
        if not self.inside:
            return rows
        return [
            *rows[:2],
            (_("Monitor"), trial.monitor),
            *rows[2:],
            (_("Resumes"), day(trial.resumes_on)),
            (_("Told of the suspension"), trial.told),
            (_("Insurance"), trial.insurance),
            (_("Publication"), trial.get_publication_display()),
            (_("Source"), f"{trial.source} {trial.external_id}".strip()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Indicators, next milestones and partners."""
        trial, user = self.object, self.request.user
        indicators = list(with_readings(trial.indicators.order_by("pk")))
        trial.__dict__.setdefault("_prefetched_objects_cache", {})["indicators"] = indicators
        milestones = list(trial.milestones.filter(done_on=None).order_by("due_on", "pk")[:MILESTONES_SHOWN])
        partners = list(trial.partners.select_related("organisation").order_by("position", "pk")[:50])
        figures = [drawn(goal_of(row), trial) for row in indicators]
        works = can(user, "pilots.work_on_trial", trial)
        context = super().get_context_data(
            title=trial.said.title,
            tabs=self._tabs(),
            inside=self.inside,
            measures=works and trial.state in STARTED_STATES and trial.state not in OVER_STATES,
            figures=figures,
            first=next((row for row in figures if row["chart"]), None),
            milestones=milestones,
            partners=partners,
            today=timezone.localdate(),
            shown=trial.is_public,
            **kwargs,
        )
        if not self.inside:
            trial.badge = trial.public_badge
        context["moves"] = self._ways(context["moves"])
        return context | self._next_steps()

    def _tabs(self) -> list[dict[str, Any]]:
        """The pages of the trial; its conversations with the count of what is new, for who reads one."""
        trial, user = self.object, self.request.user
        tabs = tabs_of(trial, "overview", inside=self.inside)
        if not (takes_part(user, trial) or user.standing.has(READING_ROLES, trial.centre_id)):
            return tabs
        url = reverse("trial_talk", args=[trial.pk])
        talk = {"label": _("Conversation"), "url": url, "unread": unread_of_page(user, url).count()}
        return [*tabs, talk]

    def _ways(self, moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The moves as the page offers them: a decision is recorded, an outcome written, before anything moves."""
        trial = self.object
        ways = [move for move in moves if move["name"] not in DECISIONS]
        waiting = next((move for move in moves if move["name"] in DECISIONS), None)
        if waiting is not None:
            label, url = gettext("Record the decision"), reverse("trial_decide", args=[trial.pk])
            blockers = waiting["blockers"] if trial.__dict__.get("_verdicts") else ()
            ways.append(
                {
                    **waiting,
                    "name": "decide",
                    "label": label,
                    "url": url,
                    "allowed": not blockers,
                    "blockers": blockers,
                    "style": "primary",
                }
            )
        for way in ways:
            if way["name"] == "evaluate" and way["blockers"]:
                url = reverse("outcome_create", args=[trial.pk])
                way |= {"allowed": True, "blockers": (), "label": gettext("Write the outcome"), "url": url}
        return ways

    def _next_steps(self) -> dict[str, str]:
        """Where one goes on from here: the steps of the plan, a pilot after a go, the outcome once there is one."""
        trial, steps = self.object, {}
        may_plan = trial.state == TrialState.GO and can(
            self.request.user, "pilots.create_trial", trial.centre
        )
        if trial.kind == TrialKind.POC and may_plan:
            steps["derive_url"] = f"{reverse('trial_prepare_new')}?kind=pilot&origin={trial.pk}"
        if trial.state in PLAN_STATES and can(self.request.user, "pilots.edit_trial", trial):
            begun = trial.monitor_id and trial.promoter_id and trial.agreement_id
            steps["plan_url"] = reverse("trial_prepare", args=[trial.pk, "places" if begun else "basics"])
        if trial.outcome_seen:
            steps["outcome_url"] = reverse("outcome_detail", args=[trial.outcome.pk])
        return steps


def tabs_of(trial: Trial, here: str, *, inside: bool) -> list[dict[str, Any]]:
    """The pages of one trial."""
    names = [
        ("overview", _("Overview"), "trial_detail"),
        ("grid", _("Indicators"), "trial_grid"),
        ("plan", _("Plan"), "trial_plan"),
        ("log", _("Logbook"), "trial_log"),
    ]
    return [
        {"label": label, "url": reverse(name, args=[trial.pk]), "current": key == here}
        for key, label, name in names
    ]


class _ReaderForm:
    """The form knows who reads it."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the reader and the kind of trial."""
        return {**super().get_form_kwargs(), "user": self.request.user, "kind": self.kind}  # type: ignore[misc,attr-defined]


class TrialCreatePage(_ReaderForm, CreatePage):
    """Plan a trial; from an idea or a proof of concept with what is known of it."""

    model = Trial
    noun = "trial"
    permission = "pilots.create_trial"
    form_class = NewTrialForm
    done = _("The plan is saved. Add places, permits, milestones and indicators, then start it.")
    submit_label = _("Save the plan")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read from the address of which kind it is."""
        super().setup(request, *args, **kwargs)
        self.kind = TrialKind.POC if request.GET.get("kind") == TrialKind.POC else TrialKind.PILOT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find what it comes from among what the reader may see."""
        self.origin = self.idea = None
        if request.user.is_authenticated:
            if (text := request.GET.get("origin", "")).isdecimal():
                self.origin = get_object_or_404(
                    Trial.objects.visible_to(request.user).filter(state=TrialState.GO), pk=int(text[:18])
                )
            elif (text := request.GET.get("idea", "")).isdecimal():
                ideas = Idea.objects.visible_to(request.user).filter(state=IdeaState.ACCEPTED)
                self.idea = get_object_or_404(ideas, pk=int(text[:18]))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """With what the address says it comes from."""
        return {**super().get_form_kwargs(), "source": self.origin or self.idea}

    def get_initial(self) -> dict[str, Any]:
        """What is known already."""
        source = self.origin or self.idea
        known = trials.prefilled(source, self.kind) if source is not None else {}
        if promoter := known.get("promoter"):
            known["promoter"] = promoter.pk
        return known

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Titles for either kind."""
        title = gettext("Plan a proof of concept") if self.kind == TrialKind.POC else gettext("Plan a pilot")
        source = self.origin or self.idea
        lead = (
            gettext("From %(source)s. What is known of it is filled in.") % {"source": source}
            if source
            else ""
        )
        form = kwargs.get("form") or self.get_form()
        return super().get_context_data(
            page_title=title, lead=lead, **{**kwargs, "form": form, "sections": form.sections()}
        )

    def act(self, form: Any) -> Any:
        """Make it."""
        source = self.origin or self.idea or form.cleaned_data.get("comes_from")
        if source is not None:
            return trials.derive_trial(source, self.kind, actor=self.request.user, **form.given())
        return trials.create_trial(actor=self.request.user, kind=self.kind, **form.given())


class TrialEditPage(_ReaderForm, EditPage):
    """Change the plan."""

    model = Trial
    noun = "trial"
    permission = "pilots.edit_trial"
    form_class = TrialForm
    page_title = _("Change the plan")
    done = _("The plan is saved.")

    @property
    def kind(self) -> str:
        """Of which kind it is."""
        return self.object.kind

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The fields under their headings."""
        form = kwargs.get("form") or self.get_form()
        crumbs = [
            {"label": self.object.reference, "url": reverse("trial_detail", args=[self.object.pk])},
            {"label": self.page_title},
        ]
        return super().get_context_data(
            **{**kwargs, "form": form, "sections": form.sections(), "crumbs": crumbs}
        )

    def act(self, form: Any) -> Any:
        """Save it."""
        return trials.edit_trial(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


CONSEQUENCES = {
    "start": _(
        "From then on its indicators and success criteria are fixed; a change of them is shown with its reason."
    ),
    "suspend": _("Everybody who takes part gets a mail with the reason."),
    "stop": _("It is evaluated all the same. Everybody who takes part gets a mail with the reason."),
    "end": _("Everybody who takes part gets a mail. The outcome comes next."),
    "cancel": _("This cannot be undone. Everybody who takes part gets a mail with the reason."),
}


class TrialMovePage(DayMovePage):
    """Start, suspend, resume, end, stop, evaluate, close, publish."""

    model = Trial
    noun = "trial"
    permission = "pilots.view_trial"
    done = _("It is done.")
    incident: LogEntry | None = None

    def get_tables(self) -> Any:
        """The table of its kind, and its way to the public."""
        return (table_of(self.object), TRIAL_PUBLICATION)

    def limits(self) -> dict[str, Any]:
        """Who may look after it."""
        return {"monitor": monitors_of(self.object.centre)}

    def get_initial(self) -> dict[str, Any]:
        """The reason, where an incident leads here."""
        text = self.request.GET.get("incident", "")
        if self.move.name not in INTERRUPTS or not text.isdecimal():
            return super().get_initial()
        incidents = LogEntry.objects.visible_to(self.request.user).filter(is_incident=True, trial=self.object)
        self.incident = incidents.filter(pk=int(text[:18])).first()
        return {**super().get_initial(), "note": self.incident.text if self.incident else ""}

    def get_cancel_url(self) -> str:
        """To the trial; to its logbook for who comes from there."""
        return reverse("trial_log", args=[self.object.pk]) if self.incident else super().get_cancel_url()

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return trials.move_trial(obj, name, actor=self.request.user, **given)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What follows from it."""
        assert self.move is not None
        form = kwargs.pop("form", None) or self.get_form()
        if self.incident:
            kwargs["lead"] = gettext("An incident was written down. Interrupt the trial because of it?")
        consequence = CONSEQUENCES.get(self.move.name, "")
        return super().get_context_data(form=form, consequence=consequence, **kwargs)


ROUTES = [
    path("trials/", TrialListPage.as_view(), name="trial_list"),
    path("trials/new/", TrialCreatePage.as_view(), name="trial_create"),
    path("trials/<int:pk>/", TrialPage.as_view(), name="trial_detail"),
    *translation_routes("trials", "trial", Trial, "pilots.translate"),
    path("trials/<int:pk>/edit/", TrialEditPage.as_view(), name="trial_edit"),
    path("trials/<int:pk>/moves/<slug:name>/", TrialMovePage.as_view(), name="trial_move"),
]
NAV = [NavEntry(_("The chain"), _("Trials"), "trial_list")]
