"""Where are the criteria of evaluation read and set?"""

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.views import CreatePage, DetailPage, ListPage, Versioned
from pilots.filters.evaluations import CriteriaSetFilter
from pilots.forms.evaluations import CriteriaSetForm, CriterionForms
from pilots.models import CriteriaSet
from pilots.models.tables import CRITERIA
from pilots.operations import criteria
from pilots.operations.criteria import CRITERION_FIELDS, is_used


class CriteriaListPage(ListPage):
    """The sets of criteria, each with its version."""

    model = CriteriaSet
    noun = "criteria"
    permission = "pilots.edit_criteria"
    filterset_class = CriteriaSetFilter
    row_template = "pilots/criteria/_row.html"
    page_title = _("Criteria of evaluation")
    create_permission = "pilots.edit_criteria"
    create_label = _("Write criteria")
    columns = (
        ("name", _("Name"), "name"),
        ("number", _("Version"), "number"),
        ("centre", _("Centre"), ""),
        ("is_current", _("In use"), ""),
        ("blind", _("Blind"), ""),
    )
    export_columns = (
        ("name", "name"),
        ("number", "number"),
        ("centre", "centre__name"),
        ("is_current", "is_current"),
        ("blind", "blind"),
        ("criteria", CRITERIA),
        ("id", "pk"),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With their centre."""
        return queryset.select_related("centre")


class CriteriaPage(DetailPage):
    """One version of a set."""

    model = CriteriaSet
    noun = "criteria"
    permission = "pilots.view_criteria"
    edit_permission = "pilots.edit_criteria"
    template_name = "pilots/criteria/detail.html"

    def get_queryset(self) -> Any:
        """Sets with centre and criteria."""
        return super().get_queryset().select_related("centre").prefetch_related("criteria")

    def facts(self) -> list[tuple[Any, Any]]:
        """Where and how it is used."""
        row = self.object
        return [
            (_("Centre"), row.centre),
            (_("Version"), row.number),
            (_("In use"), _("yes") if row.is_current else _("no, there is a later version")),
            (_("Who proposes"), _("not shown to evaluators") if row.blind else _("shown to evaluators")),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a change will make the next version."""
        context = super().get_context_data(used=is_used(self.object), **kwargs)
        if not self.object.is_current:
            context["edit_url"] = ""
        context["crumbs"] = [
            {"label": _("Criteria of evaluation"), "url": context["list_url"]},
            {"label": str(self.object)},
        ]
        return context


class CriteriaForms:
    """A page with two forms: the set, and the rows of its criteria."""

    template_name = "pilots/criteria/form.html"
    form_class = CriteriaSetForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form limits the centres to the person's own."""
        return {**super().get_form_kwargs(), "user": self.request.user}  # type: ignore[misc]

    def initial_rows(self) -> list[dict[str, Any]]:
        """The criteria that are there."""
        return []

    def rows(self) -> Any:
        """The forms of the criteria, with what was sent."""
        if not hasattr(self, "_rows"):
            data = self.request.POST if self.request.method == "POST" else None  # type: ignore[attr-defined]
            self._rows = CriterionForms(data, initial=self.initial_rows(), prefix="criteria")
        return self._rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both forms."""
        return super().get_context_data(rows=self.rows(), **kwargs)  # type: ignore[misc]

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on only when the rows are right as well."""
        if not self.rows().is_valid():
            return self.form_invalid(form)  # type: ignore[attr-defined]
        return super().form_valid(form)  # type: ignore[misc]

    def values(self, form: Any) -> dict[str, Any]:
        """What the operation is given."""
        kept = [
            row for row in self.rows() if row.cleaned_data.get("name") and not row.cleaned_data.get("DELETE")
        ]
        rows = [
            {name: row.cleaned_data[name] for name in CRITERION_FIELDS if name in row.cleaned_data}
            for row in kept
        ]
        return {**form.cleaned_data, "criteria": rows}


class CriteriaCreatePage(CriteriaForms, CreatePage):
    """Write a first version."""

    model = CriteriaSet
    noun = "criteria"
    permission = "pilots.edit_criteria"
    page_title = _("Write criteria")
    done = _("The criteria are saved.")

    def act(self, form: Any) -> Any:
        """Record the set."""
        return criteria.create_criteria_set(self.values(form), actor=self.request.user)


class CriteriaEditPage(CriteriaForms, Versioned):
    """Change a set; once it was used, that makes the next version."""

    model = CriteriaSet
    noun = "criteria"
    permission = "pilots.edit_criteria"
    page_title = _("Change the criteria")
    done = _("The criteria are saved.")

    def get_initial(self) -> dict[str, Any]:
        """What is there."""
        row = self.object
        return {"name": row.name, "centre": row.centre_id, "blind": row.blind}

    def initial_rows(self) -> list[dict[str, Any]]:
        """The criteria that are there."""
        return [{name: getattr(row, name) for name in CRITERION_FIELDS} for row in self.object.criteria.all()]

    def theirs(self, form: Any) -> list[dict[str, Any]]:
        """The set's own fields, and the criteria as they stand beside those that were typed."""
        typed = [row.cleaned_data for row in self.rows() if row.cleaned_data.get("name")]
        there, mine = _listed(self.initial_rows()), _listed(typed)
        changed = [{"label": _("Criteria"), "theirs": there, "yours": mine}] if there != mine else []
        return super().theirs(form) + changed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what saving will do."""
        lead = (
            _("These criteria have been used: saving makes their next version.")
            if is_used(self.object)
            else ""
        )
        return super().get_context_data(lead=lead, **kwargs)

    def act(self, form: Any) -> Any:
        """Save, or supersede."""
        return criteria.edit_criteria_set(
            self.object, self.values(form), actor=self.request.user, expected_version=self.expected_version
        )

    def get_success_url(self) -> str:
        """The version that holds now."""
        return reverse("criteria_detail", args=[self.result.pk])


def _listed(rows: list[dict[str, Any]]) -> str:
    """Criteria with their weights, in a line."""
    return "; ".join(f"{row['name']} ({row['weight']:g}, 0–{row['max_score']})" for row in rows)


ROUTES = [
    path("criteria/", CriteriaListPage.as_view(), name="criteria_list"),
    path("criteria/new/", CriteriaCreatePage.as_view(), name="criteria_create"),
    path("criteria/<int:pk>/", CriteriaPage.as_view(), name="criteria_detail"),
    path("criteria/<int:pk>/edit/", CriteriaEditPage.as_view(), name="criteria_edit"),
]
NAV = [NavEntry(_("The chain"), _("Criteria"), "criteria_list", "pilots.edit_criteria")]
