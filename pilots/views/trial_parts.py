"""How do people write what belongs to a trial: parts of its plan, entries of its logbook, requests for more time?"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.forms import DateField
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.formats import day
from cic.core.models import Attachment
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import MovePage, ObjectPage
from partners.forms.fields import DayInput
from partners.views.parts import AddPage, OfWhole, PartConfirmPage, PartEditPage
from pilots.forms import trials as forms
from pilots.models import (
    ExtensionRequest,
    LogEntry,
    Milestone,
    Permit,
    Risk,
    Site,
    SuccessCriterion,
    TeamPerson,
    Trial,
    TrialPartner,
)
from pilots.operations import extensions, logbook, trial_parts
from pilots.transitions.permits import PERMIT
from pilots.transitions.trials import EXTENSION, INTERRUPTS, table_of, term_of

from .trial_pages import LogEntryOpenPage, TrialLogPage, TrialPlanPage


class _OfTrial(OfWhole):
    """A page about a part; it leads back to the page of the trial that shows it."""

    whole = "trial"
    whole_noun = "trial"
    tab: ClassVar[str] = "trial_plan"

    def get_cancel_url(self) -> str:
        """Back to where the part is shown."""
        return reverse(self.tab, args=[self.get_whole().pk])


class AddPartPage(AddPage):
    """Add one part to a trial; the route says of which kind."""

    model: ClassVar[Any] = Site
    parent_model = Trial
    noun = "trial"
    whole = "trial"
    permission = "pilots.edit_trial"
    tab: ClassVar[str] = "trial_plan"

    def get_cancel_url(self) -> str:
        """Back to where the parts are shown."""
        return reverse(self.tab, args=[self.parent.pk])

    def act(self, form: Any) -> Any:
        """Add it."""
        return trial_parts.add_part(self.model, actor=self.request.user, **self.values(form))


class EditPartPage(_OfTrial, PartEditPage):
    """Change one part; the route says of which kind."""

    model: ClassVar[Any] = Site
    permission = "pilots.edit_trial_part"

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_form_kwargs(self) -> dict[str, Any]:
        """A copy of the part that knows its trial."""
        kwargs = super().get_form_kwargs()
        kwargs["instance"].trial = self.object.trial
        return kwargs

    def act(self, form: Any) -> Any:
        """Save it."""
        return trial_parts.edit_part(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class RemovePartPage(_OfTrial, PartConfirmPage):
    """Ask before a part is taken away; the route says of which kind."""

    model: ClassVar[Any] = Site
    permission = "pilots.edit_trial_part"
    submit_label = _("Take it away")

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def act(self, form: Any) -> Any:
        """Take it away."""
        trial_parts.remove_part(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


def photo_of(form: Any) -> tuple[Any, str]:
    """The photograph that was sent and its words; the form keeps what the entry itself holds."""
    return form.cleaned_data.pop("photo", None), form.cleaned_data.pop("description", "")


class AddLogPage(AddPartPage):
    """Write into the logbook."""

    permission = "pilots.work_on_trial"
    tab = "trial_log"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The city says what the public sees."""
        return {
            **super().get_form_kwargs(),
            "shows": can(self.request.user, "pilots.edit_trial", self.parent),
        }

    def act(self, form: Any) -> Any:
        """Write it, its photograph with it or neither."""
        with transaction.atomic():
            photo, description = photo_of(form)
            entry = super().act(form)
            if photo:
                logbook.add_photo(entry, photo, actor=self.request.user, description=description)
        return entry

    def get_success_url(self) -> str:
        """To the logbook; after an incident, for who may interrupt the trial, to where that is done."""
        if self.result.is_incident:
            trial = self.parent
            for row in table_of(trial).open_to(self.request.user, trial):
                if row.name in INTERRUPTS:
                    messages.success(self.request, gettext("The incident is written down."))
                    address = reverse("trial_move", args=[trial.pk, row.name])
                    return f"{address}?incident={self.result.pk}"
        return super().get_success_url()


class EditLogPage(EditPartPage):
    """Change an entry of the logbook."""

    permission = "pilots.write_log"
    tab = "trial_log"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The city says what the public sees."""
        return {
            **super().get_form_kwargs(),
            "shows": can(self.request.user, "pilots.edit_trial", self.object.trial),
        }

    def act(self, form: Any) -> Any:
        """Save it, one more photograph with it or neither."""
        with transaction.atomic():
            photo, description = photo_of(form)
            entry = super().act(form)
            if photo:
                logbook.add_photo(entry, photo, actor=self.request.user, description=description)
        return entry


class RemoveLogPage(RemovePartPage):
    """Ask before an entry is taken away."""

    permission = "pilots.write_log"
    tab = "trial_log"


class RemovePhotoPage(RemoveLogPage):
    """Ask before one photograph of an entry is taken away."""

    model = LogEntry
    page_title = _("Take the photograph away?")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the photograph among those of this entry."""
        if request.user.is_authenticated:
            self.photo = get_object_or_404(Attachment.objects.about(self.get_object()), pk=kwargs["file"])
        return super().dispatch(request, *args, **kwargs)

    def get_lead(self) -> str:
        """Which one."""
        return self.photo.title

    def act(self, form: Any) -> Any:
        """Take it away."""
        logbook.remove_photo(self.object, self.photo, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


class AmendCriterionPage(_OfTrial, ObjectPage):
    """Change a frozen success criterion, visibly."""

    model = SuccessCriterion
    permission = "pilots.edit_trial_part"
    form_class = forms.AmendCriterionForm
    page_title = _("Amend the success criterion")

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_initial(self) -> dict[str, Any]:
        """Its present words."""
        return {"text": self.object.text}

    def act(self, form: Any) -> Any:
        """Amend it."""
        return trial_parts.amend_criterion(self.object, actor=self.request.user, **form.cleaned_data)


class PartMovePage(_OfTrial, MovePage):
    """A move of a part; its days are picked."""

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_form(self, form_class: Any = None) -> Any:
        """The form of the move."""
        form = super().get_form(form_class)
        for field in form.fields.values():
            if isinstance(field, DateField):
                field.widget = DayInput()
        return form

    def get_title(self) -> Any:
        """What the move is called."""
        assert self.move is not None
        return self.move.label


class PermitMovePage(PartMovePage):
    """Note that a permit was granted or refused."""

    model = Permit
    noun = "permit"
    permission = "pilots.edit_trial_part"
    tables = (PERMIT,)

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Note it."""
        return trial_parts.move_permit(obj, name, actor=self.request.user, **given)


class AskExtensionPage(AddPartPage):
    """Ask for more time."""

    permission = "pilots.work_on_trial"
    tab = "trial_log"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With how long it runs as planned, and how far its agreement reaches."""
        return super().get_context_data(lead=self._limits(), **kwargs)

    def _limits(self) -> str:
        trial, user = self.parent, self.request.user
        sentences = (
            [gettext("As planned it ends on %(day)s.") % {"day": day(trial.ends_on)}] if trial.ends_on else []
        )
        term = term_of(trial.agreement)
        known = term is not None and can(user, "partners.view_agreement", trial.agreement)
        if known and term.ends_on and can(user, "partners.read_agreement_term", trial.agreement):
            words = {"reference": trial.agreement.reference, "day": day(term.ends_on)}
            sentences.append(
                gettext(
                    "Its agreement %(reference)s runs until %(day)s: beyond that day it has to be extended first."
                )
                % words
            )
            if trial.agreement.legal_limit_on:
                limit = {"day": day(trial.agreement.legal_limit_on)}
                sentences.append(gettext("By law it can be extended until %(day)s at most.") % limit)
        return " ".join(sentences)

    def act(self, form: Any) -> Any:
        """Ask."""
        return extensions.ask_extension(actor=self.request.user, **self.values(form))


class ExtensionMovePage(PartMovePage):
    """Grant or refuse more time."""

    model = ExtensionRequest
    noun = "extension"
    permission = "pilots.view_inner_part"
    tables = (EXTENSION,)
    tab = "trial_log"

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Answer."""
        return extensions.move_extension(obj, name, actor=self.request.user, **given)


PARTS: Sequence[tuple[str, str, Any, Any, Any, Any]] = (
    ("partners", "trial_partner", TrialPartner, forms.PartnerForm, _("Add a partner"), _("Change the partner")),
    ("team", "team_person", TeamPerson, forms.TeamForm, _("Add a person"), _("Change the task")),
    ("sites", "site", Site, forms.SiteForm, _("Add a place"), _("Change the place")),
    ("permits", "permit", Permit, forms.PermitForm, _("Add a permit"), _("Change the permit")),
    ("milestones", "milestone", Milestone, forms.MilestoneForm, _("Add a milestone"), _("Change the milestone")),
    ("risks", "risk", Risk, forms.RiskForm, _("Add a risk"), _("Change the risk")),
    ("criteria", "criterion", SuccessCriterion, forms.CriterionForm, _("Add a success criterion"), _("Answer the success criterion")),
)  # fmt: skip


def routes_of(plural: str, noun: str, model: Any, form: Any, add: Any, change: Any, pages: Any) -> list[Any]:
    """Add, change and take away one kind of part."""
    adding, editing, removing = pages
    return [
        path(
            f"trials/<int:pk>/{plural}/new/",
            adding.as_view(model=model, form_class=form, page_title=add),
            name=f"{noun}_create",
        ),
        path(
            f"trials/{plural}/<int:pk>/edit/",
            editing.as_view(model=model, form_class=form, page_title=change),
            name=f"{noun}_edit",
        ),
        path(
            f"trials/{plural}/<int:pk>/remove/",
            removing.as_view(model=model, page_title=_("Take it away?")),
            name=f"{noun}_remove",
        ),
    ]


STEERED = (AddPartPage, EditPartPage, RemovePartPage)
LOGGED = (AddLogPage, EditLogPage, RemoveLogPage)
ROUTES = [
    path("trials/<int:pk>/plan/", TrialPlanPage.as_view(), name="trial_plan"),
    path("trials/<int:pk>/log/", TrialLogPage.as_view(), name="trial_log"),
    path("trials/log/<int:pk>/", LogEntryOpenPage.as_view(), name="logentry_detail"),
    *(route for part in PARTS for route in routes_of(*part, STEERED)),
    *translation_routes(
        "trials/milestones", "milestone", Milestone, "pilots.translate", shown=("trial", "trial_plan")
    ),
    *routes_of(
        "log",
        "log_entry",
        LogEntry,
        forms.LogForm,
        _("Write into the logbook"),
        _("Change the entry"),
        LOGGED,
    ),
    path(
        "trials/log/<int:pk>/photos/<uuid:file>/remove/", RemovePhotoPage.as_view(), name="log_photo_remove"
    ),
    path("trials/criteria/<int:pk>/amend/", AmendCriterionPage.as_view(), name="criterion_amend"),
    path("trials/permits/<int:pk>/moves/<slug:name>/", PermitMovePage.as_view(), name="permit_move"),
    path(
        "trials/<int:pk>/extensions/new/",
        AskExtensionPage.as_view(
            model=ExtensionRequest, form_class=forms.ExtensionForm, page_title=_("Ask for more time")
        ),
        name="extension_create",
    ),
    path("trials/extensions/<int:pk>/moves/<slug:name>/", ExtensionMovePage.as_view(), name="extension_move"),
]
