"""What do people see of centres and their teams, and how do they run them?"""

from collections.abc import Mapping
from typing import Any

from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import CreatePage, EditPage, ListPage
from partners.choices import AgreementState
from partners.filters import CentreFilter
from partners.forms import CentreForm, EndForm, TeamMemberEditForm, TeamMemberForm
from partners.models import Agreement, Appointment, Centre, TeamMember
from partners.models.tables import AREAS, CONSTITUTING_AGREEMENT
from partners.operations import centres as operations
from partners.transitions import CENTRE, CENTRE_PUBLICATION

from .parts import AddPage, DayMovePage, ObjectDetailPage, PartEditPage, PartPage, ReaderForms, with_badges


class CentreListPage(ListPage):
    """Centres the reader may see."""

    model = Centre
    permission = "partners.view_centre"
    noun = "centre"
    filterset_class = CentreFilter
    table = CENTRE
    page_title = _("Centres")
    columns = (
        ("reference", _("Reference"), "reference"),
        ("name", _("Name"), "name"),
        ("lead_unit", _("Lead unit"), ""),
        ("state", _("State"), "state"),
    )
    row_template = "partners/_centre_row.html"
    create_permission = "partners.propose_centre"
    create_label = _("Propose a centre")
    export_columns = (
        ("reference", "reference"),
        ("name", "name"),
        ("purpose", "purpose"),
        ("lead_unit", "lead_unit"),
        ("contact_email", "contact_email"),
        ("answer_days", "answer_days"),
        ("areas", AREAS),
        ("constituting_agreement", CONSTITUTING_AGREEMENT),
        ("language", "language"),
        ("state", "state"),
        ("version", "version"),
    )


class CentreDetailPage(ObjectDetailPage):
    """One centre: purpose, team, agreements, who works for it."""

    model = Centre
    permission = "partners.view_centre"
    translate_permission = "partners.translate"
    noun = "centre"
    tables = (CENTRE, CENTRE_PUBLICATION)
    edit_permission = "partners.edit_centre"
    template_name = "partners/centre_detail.html"
    list_title = _("Centres")

    def get_queryset(self) -> Any:
        """With its agreement and areas."""
        return super().get_queryset().select_related("constituting_agreement").prefetch_related("areas")

    def facts(self) -> list[tuple[Any, Any]]:
        """What stands aside; the constituting agreement for those who may know of it."""
        row, agreement = self.object, self.object.constituting_agreement
        facts = [
            (_("Lead unit"), row.lead_unit),
            (_("Areas"), ", ".join(map(str, row.areas.all()))),
            (_("Days to a first answer"), row.days_to_answer),
            (_("Publication"), row.get_publication_display()),
        ]
        if agreement is not None and can(self.request.user, "partners.view_agreement", agreement):
            url = reverse("agreement_detail", args=[agreement.pk])
            facts.append(
                (_("Constituting agreement"), format_html('<a href="{}">{}</a>', url, agreement.reference))
            )
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With team (for those inside) and agreements."""
        user, row = self.request.user, self.object
        team = TeamMember.objects.visible_to(user).current().filter(centre=row)
        staff = (
            Appointment.objects.current()
            .filter(centre=row)
            .select_related("user")
            .order_by("role", "user__name")
        )
        agreements = (
            Agreement.objects.visible_to(user).with_effective_end().filter(centre=row).order_by("-pk")
        )
        return super().get_context_data(
            team=team.select_related("user", "organisation").order_by("specialism", "pk"),
            staff=staff if can(user, "partners.read_everywhere") else (),
            agreements=with_badges(agreements[:50], user),
            may_run=can(user, "partners.edit_centre", row),
            **kwargs,
        )


class CentreProposePage(ReaderForms, CreatePage):
    """Propose a centre."""

    model = Centre
    permission = "partners.propose_centre"
    noun = "centre"
    form_class = CentreForm
    page_title = _("Propose a centre")
    submit_label = _("Propose")
    done = _("The centre is proposed. It becomes active under an agreement that is in force.")

    def act(self, form: Any) -> Any:
        """Propose it."""
        return operations.propose_centre(form.cleaned_data, actor=self.request.user)


class CentreEditPage(ReaderForms, EditPage):
    """What is said of a centre."""

    model = Centre
    permission = "partners.edit_centre"
    noun = "centre"
    form_class = CentreForm
    page_title = _("Edit the centre")
    done = _("The centre is saved.")

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_centre(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class CentreMovePage(DayMovePage):
    """Activate, rest, wake, close; show to the public."""

    model = Centre
    permission = "partners.view_centre"
    noun = "centre"
    tables = (CENTRE, CENTRE_PUBLICATION)
    done = _("Done.")

    def limits(self) -> Mapping[str, Any]:
        """The centre's own agreements in force."""
        own = Agreement.objects.inside(self.request.user).filter(
            centre=self.object, state=AgreementState.IN_FORCE
        )
        return {"constituting_agreement": own}

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return operations.move_centre(obj, name, actor=self.request.user, **given)


class TeamAddPage(AddPage):
    """Take somebody into the team."""

    model = TeamMember
    parent_model = Centre
    permission = "partners.edit_centre"
    noun = whole = "centre"
    form_class = TeamMemberForm
    page_title = _("Add somebody to the team")
    submit_label = _("Add to the team")
    done = _("The team has grown.")

    def act(self, form: Any) -> Any:
        """Add them."""
        return operations.add_team_member(self.values(form), actor=self.request.user)


class TeamEditPage(PartEditPage):
    """Specialism and period of somebody in the team."""

    model = TeamMember
    permission = "partners.edit_centre"
    noun = whole = whole_noun = "centre"
    form_class = TeamMemberEditForm
    page_title = _("Edit the team member")
    done = _("The team is saved.")

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_team_member(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class TeamEndPage(PartPage):
    """Let somebody leave the team."""

    model = TeamMember
    permission = "partners.edit_centre"
    noun = whole = whole_noun = "centre"
    form_class = EndForm
    page_title = _("Leave the team")
    submit_label = _("End it")
    done = _("The team is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who leaves."""
        return super().get_context_data(lead=str(self.object), **kwargs)

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.end_team_member(self.object, actor=self.request.user, **form.cleaned_data)


ROUTES = [
    path("centres/", CentreListPage.as_view(), name="centre_list"),
    path("centres/new/", CentreProposePage.as_view(), name="centre_create"),
    path("centres/<int:pk>/", CentreDetailPage.as_view(), name="centre_detail"),
    *translation_routes("centres", "centre", Centre, "partners.translate"),
    path("centres/<int:pk>/edit/", CentreEditPage.as_view(), name="centre_edit"),
    path("centres/<int:pk>/moves/<slug:name>/", CentreMovePage.as_view(), name="centre_move"),
    path("centres/<int:pk>/team/new/", TeamAddPage.as_view(), name="team_member_create"),
    path("team-members/<int:pk>/edit/", TeamEditPage.as_view(), name="team_member_edit"),
    path("team-members/<int:pk>/end/", TeamEndPage.as_view(), name="team_member_end"),
]
