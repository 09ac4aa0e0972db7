"""What did the follow-up committee meet about, what did it agree, and what is still open from before?"""

from typing import Any

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.formats import day
from cic.core.permissions import can
from cic.core.views import DetailPage
from partners.forms import ActionForm, FinishForm, MeetingForm, RetractionForm
from partners.models import Agreement, CommitteeAction, Meeting
from partners.operations import commitments
from partners.operations import committees as operations

from .parts import AddPage, PartConfirmPage, PartEditPage, PartPage, crumbs_to


class OnMeeting:
    """A page about a meeting or one of its actions: it leads back to the meeting."""

    def get_cancel_url(self) -> str:
        """Back to the meeting."""
        obj = self.object  # type: ignore[attr-defined]
        return reverse("meeting_detail", args=[getattr(obj, "meeting_id", obj.pk)])

    def get_success_url(self) -> str:
        """Back to the meeting."""
        return self.get_cancel_url()


class MeetingDetailPage(DetailPage):
    """One meeting: its minutes, what it agreed, and what was still open from the meetings before."""

    model = Meeting
    permission = "partners.view_commitment"
    noun = "agreement"
    template_name = "partners/meeting_detail.html"

    def get_queryset(self) -> Any:
        """With the agreement."""
        return super().get_queryset().select_related("agreement")

    def facts(self) -> list[tuple[Any, Any]]:
        """When, and who was there."""
        return [(_("Met on"), day(self.object.met_on)), (_("Who was there"), self.object.present)]

    def history(self) -> Any:
        """A meeting has no states."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The actions of this meeting, and those carried over."""
        row, user = self.object, self.request.user
        actions = CommitteeAction.objects.select_related("party__organisation", "person", "meeting")
        agreed = list(actions.filter(meeting=row).order_by("due_on", "pk"))
        carried = list(actions.carried_to(row))
        keeps = can(user, "partners.edit_agreement", row)
        for action in (*agreed, *carried):
            action.meeting.agreement = row.agreement
            action.may_finish = action.done_on is None and can(user, "partners.finish_action", action)
        context = super().get_context_data(
            title=_("Committee meeting of %(day)s") % {"day": day(row.met_on)},
            agreed=agreed,
            carried=carried,
            keeps=keeps,
            next_meeting=Meeting.objects.filter(agreement=row.agreement, met_on__gt=row.met_on)
            .order_by("met_on", "pk")
            .first(),
            crumbs=[
                {"label": _("Agreements"), "url": reverse("agreement_list")},
                {
                    "label": row.agreement.reference,
                    "url": reverse("agreement_detail", args=[row.agreement_id]),
                },
                {"label": day(row.met_on), "url": ""},
            ],
            **kwargs,
        )
        return {**context, "edit_url": reverse("meeting_edit", args=[row.pk]) if keeps else ""}


class MeetingAddPage(AddPage):
    """Record a meeting of the follow-up committee."""

    model = Meeting
    parent_model = Agreement
    permission = "partners.edit_agreement"
    noun = "agreement"
    form_class = MeetingForm
    page_title = _("Record a meeting")
    submit_label = _("Record the meeting")
    done = _("The meeting is recorded. Next: write down what was agreed.")

    def act(self, form: Any) -> Any:
        """Record it."""
        return commitments.add_meeting(self.values(form), actor=self.request.user)

    def get_success_url(self) -> str:
        """The meeting's own page."""
        return reverse("meeting_detail", args=[self.result.pk])


class MeetingEditPage(OnMeeting, PartEditPage):
    """Correct the minutes."""

    model = Meeting
    permission = "partners.edit_agreement"
    form_class = MeetingForm
    page_title = _("Edit the minutes")
    done = _("The minutes are saved.")

    def act(self, form: Any) -> Any:
        """Save."""
        return commitments.edit_meeting(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class ActionAddPage(AddPage):
    """Write down what the meeting agreed."""

    model = CommitteeAction
    parent_model = Meeting
    permission = "partners.edit_agreement"
    noun = "meeting"
    whole = "meeting"
    form_class = ActionForm
    page_title = _("Write down what was agreed")
    submit_label = _("Write it down")
    done = _("It is written down, and stands in the work of whom it concerns.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        return super().get_context_data(crumbs=crumbs_to(self.parent, "meeting", self.page_title), **kwargs)

    def act(self, form: Any) -> Any:
        """Write it down."""
        return operations.agree_action(self.values(form), actor=self.request.user)


class ActionEditPage(OnMeeting, PartEditPage):
    """Correct what was agreed."""

    model = CommitteeAction
    permission = "partners.edit_agreement"
    form_class = ActionForm
    page_title = _("Edit the agreed action")
    done = _("The action is saved.")

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_action(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class ActionFinishPage(OnMeeting, PartPage):
    """Say that it was done."""

    model = CommitteeAction
    permission = "partners.finish_action"
    form_class = FinishForm
    page_title = _("Say that it is done")
    submit_label = _("It is done")
    done = _("It is done.")

    def get_initial(self) -> dict[str, Any]:
        """Done today, unless it was before."""
        return {"done_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What."""
        return super().get_context_data(lead=self.object.text, **kwargs)

    def act(self, form: Any) -> Any:
        """Say it."""
        return operations.finish_action(self.object, actor=self.request.user, **form.cleaned_data)


class ActionReopenPage(OnMeeting, PartPage):
    """Take back that it was done."""

    model = CommitteeAction
    permission = "partners.edit_agreement"
    form_class = RetractionForm
    page_title = _("It is not done yet")
    submit_label = _("Open it again")
    done = _("It is open again.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What."""
        return super().get_context_data(lead=self.object.text, **kwargs)

    def act(self, form: Any) -> Any:
        """Open it."""
        return operations.reopen_action(self.object, actor=self.request.user, **form.cleaned_data)


class ActionRemovePage(OnMeeting, PartConfirmPage):
    """Take out what was written down by mistake."""

    model = CommitteeAction
    permission = "partners.edit_agreement"
    page_title = _("Remove the agreed action")
    submit_label = _("Remove")

    def get_lead(self) -> str:
        """Which."""
        return self.object.text

    def act(self, form: Any) -> Any:
        """Do it."""
        operations.remove_action(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


ROUTES = [
    path("agreements/<int:pk>/meetings/new/", MeetingAddPage.as_view(), name="meeting_create"),
    path("meetings/<int:pk>/", MeetingDetailPage.as_view(), name="meeting_detail"),
    path("meetings/<int:pk>/edit/", MeetingEditPage.as_view(), name="meeting_edit"),
    path("meetings/<int:pk>/actions/new/", ActionAddPage.as_view(), name="action_create"),
    path("committee-actions/<int:pk>/edit/", ActionEditPage.as_view(), name="action_edit"),
    path("committee-actions/<int:pk>/finish/", ActionFinishPage.as_view(), name="action_finish"),
    path("committee-actions/<int:pk>/reopen/", ActionReopenPage.as_view(), name="action_reopen"),
    path("committee-actions/<int:pk>/remove/", ActionRemovePage.as_view(), name="action_remove"),
]
