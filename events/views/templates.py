"""Which templates do session sheets follow, and what does each ask for?"""

from typing import Any

from django.db.models import Count
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.permissions import can
from cic.core.views import ChildCreatePage, ConfirmPage, CreatePage, DetailPage, EditPage, ListPage
from events.filters import SheetTemplateFilter
from events.forms import SectionForm, TemplateForm
from events.models import SheetTemplate, TemplateSection
from events.models.tables import SECTIONS
from events.operations import sheets


class TemplateListPage(ListPage):
    """All templates."""

    model = SheetTemplate
    noun = "sheet_template"
    permission = "events.view_template"
    filterset_class = SheetTemplateFilter
    row_template = "events/templates/_row.html"
    page_title = _("Sheet templates")
    create_permission = "events.edit_template"
    create_label = _("Make a template")
    columns = (
        ("name", _("Name"), ""),
        ("sections", _("Sections"), ""),
        ("used", _("Sessions"), ""),
        ("offered", _("Offered"), ""),
    )
    export_columns = (
        ("name", "name"),
        ("language", "language"),
        ("is_offered", "is_offered"),
        ("sections", SECTIONS),
        ("id", "pk"),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With how many sections, and how many sessions follow it."""
        return queryset.annotate(
            section_count=Count("sections", distinct=True), used=Count("sessions", distinct=True)
        )


class TemplatePage(DetailPage):
    """One template: what it asks for, in order."""

    model = SheetTemplate
    noun = "sheet_template"
    permission = "events.view_template"
    edit_permission = "events.edit_template"
    template_name = "events/templates/detail.html"

    def history(self) -> Any:
        """It goes through no stages."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its sections."""
        return super().get_context_data(
            sections=self.object.sections.all(),
            may_edit=can(self.request.user, "events.edit_template", self.object),
            **kwargs,
        )


class TemplateCreatePage(CreatePage):
    """Make a template."""

    model = SheetTemplate
    noun = "sheet_template"
    permission = "events.edit_template"
    form_class = TemplateForm
    page_title = _("Make a template")
    done = _("The template is saved. Say now what it asks for.")

    def act(self, form: Any) -> Any:
        """Record it."""
        return sheets.create_template(form.cleaned_data, actor=self.request.user)


class TemplateEditPage(EditPage):
    """Rename a template, or offer it no more."""

    model = SheetTemplate
    noun = "sheet_template"
    permission = "events.edit_template"
    form_class = TemplateForm
    page_title = _("Change the template")
    done = _("The template is saved.")

    def act(self, form: Any) -> Any:
        """Save it."""
        return sheets.edit_template(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class SectionAddPage(ChildCreatePage):
    """Ask for one more part."""

    model = TemplateSection
    noun = "sheet_template"
    parent_model = SheetTemplate
    permission = "events.edit_template"
    form_class = SectionForm
    page_title = _("Add a section")
    submit_label = _("Add")
    done = _("Added.")

    def get_initial(self) -> dict[str, Any]:
        """The next place in the order."""
        return {"position": self.parent.sections.count() + 1}

    def act(self, form: Any) -> Any:
        """Add it."""
        return sheets.add_section(actor=self.request.user, template=self.parent, **form.cleaned_data)


class OfSection:
    """What the pages about one section share."""

    model = TemplateSection
    permission = "events.edit_template"
    object: Any

    def get_queryset(self) -> Any:
        """With its template."""
        return super().get_queryset().select_related("template")  # type: ignore[misc]

    def get_cancel_url(self) -> str:
        """Back to the template."""
        return reverse("sheet_template_detail", args=[self.object.template_id])

    def get_success_url(self) -> str:
        """Back to the template."""
        return self.get_cancel_url()


class SectionEditPage(OfSection, EditPage):
    """Change what a part is called and how long it may be."""

    form_class = SectionForm
    page_title = _("Change the section")
    done = _("Saved.")

    def act(self, form: Any) -> Any:
        """Save it."""
        return sheets.edit_section(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class SectionRemovePage(OfSection, ConfirmPage):
    """Ask no more for a part."""

    page_title = _("Take out: %(name)s")
    submit_label = _("Take it out")
    done = _("Taken out.")
    asks_reason = False

    def act(self, form: Any) -> Any:
        """Take it out."""
        return sheets.remove_section(self.object, actor=self.request.user)


ROUTES = [
    path("sheet-templates/", TemplateListPage.as_view(), name="sheet_template_list"),
    path("sheet-templates/new/", TemplateCreatePage.as_view(), name="sheet_template_create"),
    path("sheet-templates/<int:pk>/", TemplatePage.as_view(), name="sheet_template_detail"),
    path("sheet-templates/<int:pk>/edit/", TemplateEditPage.as_view(), name="sheet_template_edit"),
    path("sheet-templates/<int:pk>/sections/new/", SectionAddPage.as_view(), name="section_add"),
    path("template-sections/<int:pk>/edit/", SectionEditPage.as_view(), name="section_edit"),
    path("template-sections/<int:pk>/remove/", SectionRemovePage.as_view(), name="section_remove"),
]
NAV = [
    NavEntry(_("Meetings and events"), _("Sheet templates"), "sheet_template_list", "events.edit_template")
]
