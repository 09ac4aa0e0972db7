"""Where do people upload published files, watch them being imported, and read what was done with each row?"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from defusedcsv import csv
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from cic.core.context import ADMINISTRATION, NavEntry
from cic.core.errors import DomainError
from cic.core.formats import instant, money
from cic.core.permissions import can
from cic.core.views import CreatePage, DetailPage, ListPage, WorkspacePage
from partners.models import Centre
from pilots.filters.imports import ImportRunFilter, remarks_of
from pilots.forms.imports import ImportForm
from pilots.models import ImportFile, ImportNote, ImportRun, ImportState
from pilots.operations import imports
from pilots.operations.imports import words

SHOWN_REMARKS = 50
SUM_LABELS = {
    "contribution_eur": gettext_lazy("Contributions read"),
    "total_cost_eur": gettext_lazy("Costs read"),
    "budget_eur": gettext_lazy("Budgets read"),
}


class ImportListPage(ListPage):
    """All imports the reader may see, latest first."""

    model = ImportRun
    noun = "import"
    permission = "pilots.view_imports"
    filterset_class = ImportRunFilter
    row_template = "pilots/imports/_row.html"
    page_title = gettext_lazy("Imports")
    create_permission = "pilots.start_import"
    create_label = gettext_lazy("Import files")
    columns = (
        ("kind", gettext_lazy("Publisher"), ""),
        ("created_at", gettext_lazy("Asked for"), "created_at"),
        ("state", gettext_lazy("State"), ""),
        ("centre", gettext_lazy("Centre or trial"), ""),
        ("created_count", gettext_lazy("New"), ""),
        ("changed_count", gettext_lazy("Changed"), ""),
        ("rejected_count", gettext_lazy("Rejected"), ""),
    )

    export_columns = (
        ("kind", "kind"),
        ("created_at", "created_at"),
        ("state", "state"),
        ("centre", "centre__name"),
        ("created_count", "created_count"),
        ("changed_count", "changed_count"),
        ("rejected_count", "rejected_count"),
    )

    def rows(self, queryset: Any) -> Any:
        """With the names of centre and trial."""
        return queryset.select_related("centre", "trial")


class ImportCreatePage(CreatePage):
    """Upload files; they are checked at once and imported in the background."""

    model = ImportRun
    noun = "import"
    permission = "pilots.start_import"
    form_class = ImportForm
    page_title = gettext_lazy("Import files")
    submit_label = gettext_lazy("Import the files")
    extra_context = {
        "lead": gettext_lazy(
            "Files that CORDIS, IPS-X or Decidim publish, and the lists that are downloaded here, changed or added to. Lists of "
            "what happened, such as decisions and evaluations, are not taken in. Importing a file twice brings nothing new."
        )
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only centres into which the reader may import."""
        visible = Centre.objects.visible_to(self.request.user)
        allowed = [centre.pk for centre in visible if can(self.request.user, "pilots.start_import", centre)]
        return {
            **super().get_form_kwargs(),
            "centres": Centre.objects.filter(pk__in=allowed).order_by("sort_key"),
        }

    def act(self, form: Any) -> Any:
        """Start it."""
        values = form.cleaned_data
        return imports.start_import(
            actor=self.request.user,
            centre=values["centre"],
            files=[(each.name, each) for each in values["files"]],
            kind=values["kind"],
            dry_run=values["dry_run"],
        )


class ImportPage(DetailPage):
    """How far an import is, what it did, and the first remarks."""

    model = ImportRun
    noun = "import"
    permission = "pilots.view_importrun"
    template_name = "pilots/imports/detail.html"

    def get_queryset(self) -> Any:
        """With the centre's and the person's name."""
        return super().get_queryset().select_related("centre", "actor", "trial")

    @cached_property
    def files(self) -> list[ImportFile]:
        """Its files, kept or not."""
        return list(self.object.files.order_by("pk"))

    def _crumbs(self) -> list[dict[str, Any]]:
        """Measurements lead back to the indicators of their trial."""
        trial = self.object.trial
        if trial is None:
            return []
        return [
            {"label": trial.reference, "url": reverse("trial_detail", args=[trial.pk])},
            {"label": _("Indicators"), "url": reverse("trial_grid", args=[trial.pk])},
            {"label": str(self.object)},
        ]

    def facts(self) -> list[tuple[Any, Any]]:
        """Files, centre, who and when, and what the amounts add up to."""
        run = self.object
        sums = [
            (SUM_LABELS.get(name, name), money(Decimal(value))) for name, value in sorted(run.sums.items())
        ]
        return [
            (_("Files"), ", ".join(each.name for each in self.files)),
            (_("Centre"), run.centre.name),
            (_("Trial"), run.trial or ""),
            (_("By"), str(run.actor) if run.actor else _("The system")),
            (_("Asked for"), instant(run.created_at)),
            (_("Finished"), instant(run.finished_at) if run.finished_at else ""),
            *sums,
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Progress, counts and remarks."""
        run = self.object
        may = can(self.request.user, "pilots.act_on_import", run)
        kept = all(each.file for each in self.files)
        found = remarks_of(run, self.request.GET)
        return super().get_context_data(
            crumbs=self._crumbs(),
            progress=progress_of(run),
            counts=counts_of(run),
            groups=groups_of(run),
            remarks=[said(note) for note in found[:SHOWN_REMARKS]],
            remark_count=found.count(),
            filtered=bool(self.request.GET.get("problem")),
            report_url=reverse("import_report", args=[run.pk]),
            may_cancel=may and run.is_open,
            may_resume=may and kept and run.state == ImportState.FAILED,
            may_import=may and kept and run.dry_run and run.state == ImportState.DONE,
            **kwargs,
        )


def progress_of(run: ImportRun) -> dict[str, Any]:
    """What the progress piece shows of an import."""
    if run.total is None:
        told = _("reading the files")
    else:
        told = _("%(done)s of %(total)s rows") % {
            "done": number_format(run.done, force_grouping=True),
            "total": number_format(run.total, force_grouping=True),
        }
    return {
        "label": run.get_state_display(),
        "done": run.done,
        "total": run.total or 0,
        "words": told,
        "finished": run.state == ImportState.DONE,
        "failed": run.error
        if run.state == ImportState.FAILED
        else _("It was cancelled.")
        if not run.is_open and run.state != ImportState.DONE
        else "",
        "poll_url": reverse("import_progress", args=[run.pk]),
    }


def counts_of(run: ImportRun) -> list[dict[str, Any]]:
    """Counts by noun, in words."""
    return [
        {
            "noun": words.say(words.NOUNS, noun),
            **{key: by.get(key, 0) for key in ("created", "changed", "unchanged", "rejected")},
        }
        for noun, by in sorted(run.counts.items())
    ]


def groups_of(run: ImportRun) -> list[dict[str, Any]]:
    """How many remarks of each kind there are, the most frequent first."""
    rows = run.notes.order_by().values("problem").annotate(number=Count("pk")).order_by("-number", "problem")
    return [
        {
            "problem": row["problem"],
            "label": words.say(words.PROBLEMS, row["problem"]),
            "number": row["number"],
        }
        for row in rows
    ]


def said(note: ImportNote) -> dict[str, Any]:
    """One remark in the reader's words."""
    return {
        "row": note.row or "",
        "noun": words.say(words.NOUNS, note.kind),
        "external_id": note.external_id,
        "field": note.field,
        "problem": words.say(words.PROBLEMS, note.problem),
        "value": note.value,
        "action": words.say(words.ACTIONS, note.action),
    }


class ImportProgress(WorkspacePage, View):
    """The progress piece alone, for htmx; once it is over, the whole page is asked for again."""

    model = ImportRun
    noun = "import"
    permission = "pilots.view_importrun"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The piece as it stands."""
        run = self.get_object()
        response = render(request, "pieces/_progress.html", progress_of(run))
        if not run.is_open:
            response["HX-Refresh"] = "true"
        return response


class ImportReport(WorkspacePage, View):
    """The row report as CSV: where, what was found, what was done."""

    model = ImportRun
    noun = "import"
    permission = "pilots.view_importrun"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """All remarks, streamed; UTF-8 with BOM, cells that begin like a formula neutralised."""
        run = self.get_object()
        headings = [
            _("Row"),
            _("What"),
            _("Identifier in the source"),
            _("Field"),
            _("What was found"),
            _("Value"),
            _("What was done"),
        ]

        def lines() -> Iterator[str]:
            writer = csv.writer(_Echo())
            yield "\ufeff" + writer.writerow(headings)
            for note in remarks_of(run, request.GET).iterator(chunk_size=2000):
                yield writer.writerow(list(said(note).values()))

        response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="import-{run.pk}.csv"'
        return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


class ImportAct(WorkspacePage, View):
    """One button: cancel, go on, or import for real. Only a POST does anything."""

    model = ImportRun
    noun = "import"
    permission = "pilots.view_importrun"
    acts = {
        "cancel": imports.cancel_import,
        "resume": imports.resume_import,
        "repeat": imports.repeat_import,
    }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say why not."""
        run = self.get_object()
        if not can(request.user, "pilots.act_on_import", run):
            raise PermissionDenied
        try:
            run = self.acts[kwargs["act"]](run, actor=request.user)  # type: ignore[operator]
        except DomainError as error:
            messages.error(request, error.detail)
        return redirect("import_detail", pk=run.pk)


ROUTES = [
    path("imports/", ImportListPage.as_view(), name="import_list"),
    path("imports/new/", ImportCreatePage.as_view(), name="import_create"),
    path("imports/<int:pk>/", ImportPage.as_view(), name="import_detail"),
    path("imports/<int:pk>/progress/", ImportProgress.as_view(), name="import_progress"),
    path("imports/<int:pk>/report/", ImportReport.as_view(), name="import_report"),
    *(
        path(f"imports/<int:pk>/{act}/", ImportAct.as_view(), {"act": act}, name=f"import_{act}")
        for act in ImportAct.acts
    ),
]
NAV = [NavEntry(ADMINISTRATION, gettext_lazy("Imports"), "import_list", "pilots.view_imports")]
