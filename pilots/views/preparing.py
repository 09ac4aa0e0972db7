"""How is a trial logged step by step? Each step is saved when it is left; what stands in the way is always in view."""

from typing import Any, ClassVar

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.permissions import can
from pilots.choices import PLAN_STATES, TrialKind
from pilots.forms import trials as forms
from pilots.forms.indicators import IndicatorForm
from pilots.models import Indicator, Permit, Site, SuccessCriterion, TeamPerson, Trial
from pilots.operations import indicators
from pilots.transitions.permits import PERMIT
from pilots.transitions.trials import what_is_missing

from .trial_pages import map_of
from .trial_parts import AddPartPage
from .trials import TrialCreatePage, TrialEditPage

BASICS = (
    "comes_from",
    "skip_reason",
    "title",
    "summary",
    "language",
    "centre",
    "agreement",
    "promoter",
    "monitor",
    "areas",
)
METHOD = ("hypothesis", "method", "environment", "trl_in")
DATES = (
    "starts_on", "ends_on", "budget_eur", "data_collected", "data_protection", "insurance",
    "no_baseline_reason",
)  # fmt: skip
# Key, heading, and the parts that are added there; without parts it asks for fields.
STEPS: dict[str, tuple[Any, str]] = {
    "basics": (_("What and on which terms"), ""),
    "method": (_("What is to be shown"), ""),
    "criteria": (_("Success criteria"), "criteria"),
    "places": (_("Where"), "sites"),
    "permits": (_("Permits"), "permits"),
    "team": (_("Who works on it"), "team"),
    "indicators": (_("Indicators"), "indicators"),
    "dates": (_("When, money and protection"), ""),
}
ONLY = {"method": TrialKind.POC, "criteria": TrialKind.POC}
LEADS = {
    "criteria": _("What the proof of concept must show. It is fixed when it starts."),
    "places": _("Every place where something is set up or tried. District and degrees put it on the map."),
    "permits": _("What has to be granted before it may start, and for which days."),
    "team": _("Besides the monitor. They may write into the logbook and record measurements."),
    "indicators": _("At least one, with a baseline if it can be had. They are fixed when it starts."),
}


def keys_of(kind: str) -> list[str]:
    """The steps of a trial of this kind, in order."""
    return [key for key in STEPS if ONLY.get(key, kind) == kind]


def steps_of(trial: Trial | None, kind: str, here: str) -> list[dict[str, Any]]:
    """The steps as the piece draws them: a step with something in it can be gone to from anywhere."""
    filled = set()
    if trial is not None:
        counted = Trial.objects.filter(pk=trial.pk).aggregate(
            **{name: Count(name, distinct=True) for _heading, name in STEPS.values() if name}
        )
        filled = {"basics", *(key for key, (_heading, name) in STEPS.items() if name and counted[name])}
        filled |= {"dates"} if trial.starts_on else set()
        filled |= {"method"} if trial.hypothesis else set()
    return [
        {
            "label": STEPS[key][0],
            "url": reverse("trial_prepare", args=[trial.pk, key]) if trial else "",
            "state": "here" if key == here else "done" if key in filled else "ahead",
        }
        for key in keys_of(kind)
    ]


def after(trial: Trial, step: str) -> str:
    """Where one goes on to: the next step, and from the last to the trial."""
    keys = keys_of(trial.kind)
    follows = keys[keys.index(step) + 1 :]
    if follows:
        return reverse("trial_prepare", args=[trial.pk, follows[0]])
    return reverse("trial_detail", args=[trial.pk])


class _Stepped:
    """A form of the wizard; what a step shows whatever it asks for."""

    template_name = "pilots/trials/prepare.html"
    step: ClassVar[str] = ""

    def stepped(self, trial: Trial | None, kind: str, **kwargs: Any) -> dict[str, Any]:
        """The context of prepare.html."""
        heading = STEPS[self.step][0]
        keys = keys_of(kind)
        return {
            "page_title": heading,
            "crumbs": [
                {"label": gettext("Trials"), "url": reverse("trial_list")},
                *(
                    [{"label": trial.reference, "url": reverse("trial_detail", args=[trial.pk])}]
                    if trial
                    else []
                ),
                {"label": heading},
            ],
            "lead": LEADS.get(self.step, ""),
            "steps": steps_of(trial, kind, self.step),
            "trial": trial,
            "missing": what_is_missing(trial) if trial is not None else [],
            "onward_url": after(trial, self.step) if trial is not None else "",
            "is_last": self.step == keys[-1],
            "cancel_url": reverse("trial_detail", args=[trial.pk]) if trial else reverse("trial_list"),
            **kwargs,
        }


def only(form: Any, names: tuple[str, ...]) -> Any:
    """`form` with these fields alone."""
    for name in set(form.fields) - {*names, "version"}:
        del form.fields[name]
    return form


class PrepareNewPage(_Stepped, TrialCreatePage):
    """The first step: it makes the trial."""

    step = "basics"
    submit_label = _("Save and go on")
    done = ""

    def get_form(self, form_class: Any = None) -> Any:
        """What is asked first."""
        return only(super().get_form(form_class), BASICS)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The step."""
        context = super().get_context_data(**kwargs)
        lead = context["lead"] or gettext("Every step is saved. You can leave and come back at any time.")
        return {**context, **self.stepped(None, self.kind), "lead": lead, "sections": None}

    def get_success_url(self) -> str:
        """The next step."""
        return after(self.result, self.step)


class FieldsStep(_Stepped, TrialEditPage):
    """A step that asks for fields of the trial."""

    names: ClassVar[tuple[str, ...]] = ()
    submit_label = _("Save and go on")
    done = ""

    def get_form(self, form_class: Any = None) -> Any:
        """What this step asks for."""
        return only(super().get_form(form_class), self.names)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The step."""
        context = super().get_context_data(**kwargs)
        return {**context, **self.stepped(self.object, self.object.kind), "sections": None}

    def get_success_url(self) -> str:
        """The next step."""
        return after(self.object, self.step)


class PartsStep(_Stepped, AddPartPage):
    """A step in which parts are added, one after the other; then one goes on."""

    submit_label = _("Add")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The step, with the parts that are there."""
        name = STEPS[self.step][1]
        parts = list(getattr(self.parent, name).order_by("pk"))
        if name == "permits":
            for permit in parts:
                permit.badge = PERMIT.badge(permit)
        if name == "team":
            for person, row in zip(
                self.parent.team.select_related("user").order_by("pk"), parts, strict=True
            ):
                row.user = person.user
        shown = map_of(parts) if name == "sites" else None
        context = super().get_context_data(**kwargs)
        return {
            **context,
            **self.stepped(self.parent, self.parent.kind),
            "parts": parts,
            "noun": {
                "sites": "site",
                "permits": "permit",
                "team": "team_person",
                "criteria": "criterion",
            }.get(name, "indicator"),
            "map": shown,
        }

    def get_success_url(self) -> str:
        """The same step: there may be more to add."""
        return reverse("trial_prepare", args=[self.parent.pk, self.step])

    def act(self, form: Any) -> Any:
        """Add one."""
        if self.model is Indicator:
            return indicators.add_indicator(actor=self.request.user, **self.values(form))
        return super().act(form)


PAGES = {
    "basics": FieldsStep.as_view(step="basics", names=BASICS),
    "method": FieldsStep.as_view(step="method", names=METHOD),
    "criteria": PartsStep.as_view(step="criteria", model=SuccessCriterion, form_class=forms.CriterionForm),
    "places": PartsStep.as_view(step="places", model=Site, form_class=forms.SiteForm),
    "permits": PartsStep.as_view(step="permits", model=Permit, form_class=forms.PermitForm),
    "team": PartsStep.as_view(step="team", model=TeamPerson, form_class=forms.TeamForm),
    "indicators": PartsStep.as_view(step="indicators", model=Indicator, form_class=IndicatorForm),
    "dates": FieldsStep.as_view(step="dates", names=DATES),
}


def prepare(request: HttpRequest, pk: int, step: str) -> HttpResponseBase:
    """One step of a trial that has not started; any other is 404."""
    page = PAGES.get(step)
    if request.user.is_authenticated:
        trial = Trial.objects.visible_to(request.user).filter(pk=pk).first()
        known = trial is not None and trial.state in PLAN_STATES and step in keys_of(trial.kind)
        if not known or not can(request.user, "pilots.view_trial_inside", trial):
            raise Http404
    if page is None:
        raise Http404
    return page(request, pk=pk)


ROUTES = [
    path("trials/prepare/", PrepareNewPage.as_view(), name="trial_prepare_new"),
    path("trials/<int:pk>/prepare/<slug:step>/", prepare, name="trial_prepare"),
]
