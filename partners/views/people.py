"""What does a person see of themselves, their colleagues, and the roles people hold for the city?"""

from typing import Any

from django.db.models import Prefetch
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cic.core.background import refused_since
from cic.core.permissions import can
from cic.core.views import ConfirmPage, CreatePage, EditPage, ListPage, ObjectPage, WorkspacePage
from partners.choices import UserKind
from partners.filters import AppointmentFilter, UserFilter
from partners.forms import AppointmentForm, AppointmentPeriodForm, EndForm, ProfileForm
from partners.models import Appointment, JoinRequest, Membership, Organisation, User, standing_of
from partners.models.tables import ORGANISATIONS
from partners.operations import people as operations
from partners.transitions import JOIN_REQUEST

from .parts import ReaderForms


class PeoplePage(WorkspacePage, TemplateView):
    """One's organisations with their people, and what waits for an answer."""

    template_name = "partners/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The reader's organisations, each with its present members; requests and invitations that wait."""
        user = self.request.user
        standing = standing_of(user)
        members = Membership.objects.current().select_related("user").order_by("-role", "user__name")
        organisations = Organisation.objects.filter(pk__in=standing.member_of).order_by("sort_key")
        requests = (
            JoinRequest.objects.visible_to(user)
            .waiting()
            .select_related("organisation", "user")
            .order_by("-pk")
        )
        rows = [*requests[:100]]
        for row in rows:
            row.moves = [
                {
                    "label": move.label,
                    "url": reverse("join_request_move", args=[row.pk, move.name]),
                    "style": move.style,
                }
                for move in JOIN_REQUEST.open_to(user, row)
                if move.allowed
            ]
        return super().get_context_data(
            page_title=_("People"),
            organisations=organisations.prefetch_related(Prefetch("memberships", members)),
            administered=standing.admin_of,
            waiting=rows,
            **kwargs,
        )


class ProfilePage(ReaderForms, EditPage):
    """One's own name, language and time zone."""

    model = User
    permission = "partners.edit_user"
    noun = "user"
    template_name = "partners/profile.html"
    form_class = ProfileForm
    page_title = _("My profile")
    done = _("Your profile is saved.")

    def get_object(self) -> Any:
        """The reader, as stored."""
        return User.objects.get(pk=self.request.user.pk)

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_profile(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )

    def get_cancel_url(self) -> str:
        """Back to people."""
        return reverse("people")

    def get_success_url(self) -> str:
        """The same page."""
        return reverse("profile")


class UserListPage(ListPage):
    """Everybody, for the city's staff."""

    model = User
    permission = "partners.read_everywhere"
    noun = "user"
    filterset_class = UserFilter
    page_title = _("Everybody")
    columns = (("name", _("Name"), "name"), ("email", _("E-mail"), "email"), ("roles", _("Roles"), ""))
    row_template = "partners/_user_row.html"
    export_columns = (
        ("name", "name"),
        ("email", "email"),
        ("is_active", "is_active"),
        ("organisations", ORGANISATIONS),
        ("id", "pk"),
        ("version", "version"),
    )

    def get_queryset(self) -> Any:
        """People; machines have a list of their own."""
        return super().get_queryset().filter(kind=UserKind.PERSON)

    def rows(self, queryset: Any) -> Any:
        """With present roles and organisations."""
        return queryset.prefetch_related(
            Prefetch(
                "appointments", Appointment.objects.current().select_related("centre"), to_attr="roles_now"
            ),
            Prefetch(
                "memberships",
                Membership.objects.current().select_related("organisation"),
                to_attr="memberships_now",
            ),
        )


class UserDetailPage(WorkspacePage, TemplateView):
    """One person: organisations and roles, past ones included."""

    model = User
    permission = "partners.read_everywhere"
    noun = "user"
    template_name = "partners/user_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The person with what they are and were."""
        person = self.get_object()
        return super().get_context_data(
            person=person,
            page_title=str(person),
            refused=refused_since(person),
            memberships=person.memberships.select_related("organisation").order_by("-starts_on"),
            appointments=person.appointments.select_related("centre").order_by("-starts_on"),
            may_appoint=can(self.request.user, "partners.appoint"),
            may_shut_out=can(self.request.user, "partners.deactivate_user", person),
            crumbs=[
                {"label": _("Everybody"), "url": reverse("user_list")},
                {"label": str(person), "url": ""},
            ],
            **kwargs,
        )


class DeactivatePage(ConfirmPage):
    """Shut a person out, or let them in again."""

    model = User
    permission = "partners.deactivate_user"
    noun = "user"
    reactivates = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question."""
        title = _("Let this person in again") if self.reactivates else _("Shut this person out")
        return super().get_context_data(page_title=title, mild=self.reactivates, **kwargs)

    def act(self, form: Any) -> Any:
        """Do it."""
        operation = operations.reactivate_user if self.reactivates else operations.deactivate_user
        return operation(self.object, actor=self.request.user, note=form.cleaned_data["note"])


class AppointmentListPage(ListPage):
    """Who does what for the city."""

    model = Appointment
    permission = "partners.view_appointment"
    noun = "appointment"
    filterset_class = AppointmentFilter
    page_title = _("Roles for the city")
    columns = (
        ("user", _("Person"), ""),
        ("role", _("Role"), "role"),
        ("centre", _("Centre"), ""),
        ("starts_on", _("From"), "starts_on"),
        ("ends_on", _("To"), "ends_on"),
    )
    row_template = "partners/_appointment_row.html"
    export_columns = (
        ("person", "user__name"),
        ("email", "user__email"),
        ("role", "role"),
        ("centre", "centre__name"),
        ("starts_on", "starts_on"),
        ("ends_on", "ends_on"),
        ("id", "pk"),
        ("version", "version"),
    )
    create_permission = "partners.appoint"
    create_label = _("Appoint somebody")

    def rows(self, queryset: Any) -> Any:
        """With person and centre."""
        return queryset.select_related("user", "centre")

    def row_url(self, row: Any) -> str:
        """Where a role is changed, for those who may."""
        return (
            reverse("appointment_edit", args=[row.pk]) if can(self.request.user, "partners.appoint") else ""
        )


class AppointPage(ReaderForms, CreatePage):
    """Give somebody a role."""

    model = Appointment
    permission = "partners.appoint"
    noun = "appointment"
    form_class = AppointmentForm
    page_title = _("Appoint somebody")
    submit_label = _("Appoint")
    done = _("The role is given.")

    def get_initial(self) -> dict[str, Any]:
        """The person whose page led here."""
        return {"user": self.request.GET.get("user", "")[:254]}

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.appoint(form.cleaned_data, actor=self.request.user)

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("appointment_list")


class AppointmentEditPage(ReaderForms, EditPage):
    """From when to when a role is held."""

    model = Appointment
    permission = "partners.appoint"
    noun = "appointment"
    form_class = AppointmentPeriodForm
    done = _("The role is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose role it is."""
        end = {"label": _("End it now"), "url": reverse("appointment_end", args=[self.object.pk])}
        return super().get_context_data(page_title=str(self.object), more=[end], **kwargs)

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_appointment(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )

    def get_cancel_url(self) -> str:
        """Back to the list."""
        return reverse("appointment_list")

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("appointment_list")


class AppointmentEndPage(ObjectPage):
    """Take a role back."""

    model = Appointment
    permission = "partners.appoint"
    noun = "appointment"
    form_class = EndForm
    submit_label = _("End this role")
    done = _("The role has ended.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose role it is."""
        return super().get_context_data(page_title=str(self.object), **kwargs)

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.end_appointment(self.object, actor=self.request.user, **form.cleaned_data)

    def get_cancel_url(self) -> str:
        """Back to the list."""
        return reverse("appointment_list")

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("appointment_list")


ROUTES = [
    path("people/", PeoplePage.as_view(), name="people"),
    path("profile/", ProfilePage.as_view(), name="profile"),
    path("people/all/", UserListPage.as_view(), name="user_list"),
    path("people/<int:pk>/", UserDetailPage.as_view(), name="user_detail"),
    path("people/<int:pk>/deactivate/", DeactivatePage.as_view(), name="user_deactivate"),
    path("people/<int:pk>/reactivate/", DeactivatePage.as_view(reactivates=True), name="user_reactivate"),
    path("people/roles/", AppointmentListPage.as_view(), name="appointment_list"),
    path("people/roles/new/", AppointPage.as_view(), name="appointment_create"),
    path("people/roles/<int:pk>/", AppointmentEditPage.as_view(), name="appointment_edit"),
    path("people/roles/<int:pk>/end/", AppointmentEndPage.as_view(), name="appointment_end"),
]
