"""What do people see of capsules: all of them in a table, one with its parts, and the form that writes it?"""

from typing import Any

from django.db.models import Count, Q
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.files import file_row
from cic.core.models import Attachment
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import (
    CreatePage,
    DetailPage,
    EditPage,
    FileRemovePage,
    ListPage,
    MovePage,
    ObjectPage,
)
from events.choices import TakingState
from events.filters import CapsuleFilter
from events.forms import CapsuleForm, CompleteForm, MaterialForm
from events.models import Capsule, Certificate, Session, Taking
from events.operations import capsules
from events.transitions import CAPSULE, SESSION

from .events import WithReader, when_of


def material_of(capsule: Capsule) -> list[dict[str, Any]]:
    """The files of a capsule as rows; all are for whoever may read it."""
    return [file_row(row) for row in Attachment.objects.about(capsule)]


class CapsuleListPage(ListPage):
    """The capsules the reader may see; how many take each, for who works on it."""

    model = Capsule
    noun = "capsule"
    permission = "events.view_capsule"
    filterset_class = CapsuleFilter
    quiet_filters = ("reference", "created_at", "updated_at", "external_id", "source", "language")
    row_template = "events/capsules/_row.html"
    page_title = _("All capsules")
    create_permission = "events.create_capsule"
    create_label = _("Write a capsule")
    table = CAPSULE
    columns = (
        ("reference", _("Reference"), "reference"),
        ("title", _("Capsule"), "title"),
        ("level", _("Level"), ""),
        ("minutes", _("Minutes"), "minutes"),
        ("state", _("State"), ""),
        ("begun", _("Begun"), ""),
        ("completed", _("Completed"), ""),
    )
    export_columns = (
        ("reference", "reference"),
        ("title", "title"),
        ("summary", "summary"),
        ("goals", "goals"),
        ("audience", "audience"),
        ("level", "level"),
        ("minutes", "minutes"),
        ("text", "text"),
        ("language", "language"),
        ("centre", "centre__name"),
        ("state", "state"),
        ("edition", "edition"),
        ("published_at", "published_at"),
        ("version", "version"),
    )
    first_order = ("sort_key", "sort_key")

    def rows(self, queryset: Any) -> Any:
        """With how many began and completed each."""
        completed = Q(takings__state=TakingState.COMPLETED)
        return queryset.annotate(begun=Count("takings"), completed=Count("takings", filter=completed))

    def dress(self, row: Any) -> None:
        """With the counts for who works there."""
        super().dress(row)
        row.counted = can(self.request.user, "events.work_on_events", row)


class CapsulePage(DetailPage):
    """One capsule: its goals, its parts with those the reader has read, material, sessions, and its end."""

    model = Capsule
    noun = "capsule"
    permission = "events.view_capsule"
    edit_permission = "events.edit_capsule"
    translate_permission = "events.edit_capsule"
    template_name = "events/capsules/detail.html"
    tables = (CAPSULE,)
    form: Any = None

    def get_queryset(self) -> Any:
        """With its centre."""
        return super().get_queryset().select_related("centre")

    def works_here(self) -> bool:
        """Whether the reader reads the work of the centre."""
        return can(self.request.user, "events.work_on_events", self.object)

    def facts(self) -> list[tuple[Any, Any]]:
        """For whom, how long, how hard."""
        capsule = self.object
        known = [
            (_("For whom"), capsule.said.audience),
            (_("Level"), capsule.get_level_display()),
            (_("Minutes"), capsule.minutes),
            (_("Edition"), capsule.edition or ""),
            (_("Centre"), capsule.centre or ""),
        ]
        if self.works_here():
            counts = Capsule.objects.filter(pk=capsule.pk).aggregate(
                begun=Count("takings"),
                completed=Count("takings", filter=Q(takings__state=TakingState.COMPLETED)),
            )
            known += [(_("Begun by"), counts["begun"]), (_("Completed by"), counts["completed"])]
        return known

    def history(self) -> Any:
        """The stages, for those who work here."""
        return super().history() if self.works_here() else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The parts, and how far the reader is."""
        user, capsule = self.request.user, self.object
        taking = (
            Taking.objects.visible_to(user)
            .filter(capsule=capsule, user=user, edition=capsule.edition)
            .first()
        )
        (goals, goals_language), (parts, parts_language) = capsule.said_goals, capsule.said_parts
        read = set(taking.parts_read) if taking else set()
        if taking is not None:
            taking.capsule = capsule
        left = taking.parts_to_read if taking else []
        sessions = list(
            Session.objects.visible_to(user)
            .filter(capsule=capsule)
            .select_related("event")
            .order_by("-starts_at")[:5]
        )
        for session in sessions:
            session.badge, session.when = SESSION.badge(session), when_of(session)
        held = Certificate.objects.visible_to(user).filter(taking=taking).first() if taking else None
        may_edit = can(user, "events.edit_capsule", capsule)
        form = self.form
        if form is None and taking is not None and not taking.is_completed and not left:
            form = CompleteForm(goals=goals, initial={"name": user.name})
        return super().get_context_data(
            title=capsule.said.title,
            goals=goals,
            goals_language=goals_language,
            parts=[{"part": part, "is_read": part.number in read} for part in parts],
            parts_language=parts_language,
            taking=taking,
            certificate=held,
            left=left,
            next_part=left[0] if left else None,
            form=form,
            may_begin=taking is None and can(user, "events.take_capsule", capsule),
            may_continue=taking is not None and can(user, "events.edit_taking", taking),
            files=material_of(capsule),
            material_url=reverse("capsule_material", args=[capsule.pk]) if may_edit else "",
            may_edit=may_edit,
            sessions=sessions,
            works_here=self.works_here(),
            catalogue_url=reverse("capsule_catalogue"),
            **kwargs,
        )


def sections_of(form: Any) -> list[tuple[Any, list[Any]]]:
    """The fields of a capsule under three headings."""
    parts = (
        (_("What it teaches"), ("title", "summary", "goals")),
        (_("For whom, how long"), ("audience", "level", "minutes", "centre", "language")),
        (_("Its parts"), ("text",)),
    )
    return [(heading, [form[name] for name in names]) for heading, names in parts]


class WithSections(WithReader):
    """The form of a capsule, under its headings."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The questions under their headings."""
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        context["sections"] = sections_of(context["form"])
        return context


class CapsuleCreatePage(WithSections, CreatePage):
    """Write a capsule."""

    model = Capsule
    noun = "capsule"
    permission = "events.create_capsule"
    form_class = CapsuleForm
    page_title = _("Write a capsule")
    submit_label = _("Save the capsule")
    done = _("The capsule is saved. Nobody outside sees it until it is published.")

    def act(self, form: Any) -> Any:
        """Record it."""
        return capsules.create_capsule(form.cleaned_data, actor=self.request.user)


class CapsuleEditPage(WithSections, EditPage):
    """Change a capsule."""

    model = Capsule
    noun = "capsule"
    permission = "events.edit_capsule"
    form_class = CapsuleForm
    page_title = _("Change the capsule")
    done = _("The capsule is saved.")

    def act(self, form: Any) -> Any:
        """Save it."""
        return capsules.edit_capsule(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class CapsuleMovePage(MovePage):
    """Publish a capsule, withdraw it, or work on it again."""

    model = Capsule
    noun = "capsule"
    permission = "events.view_capsule"
    tables = (CAPSULE,)

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return capsules.move_capsule(obj, name, actor=self.request.user, **given)


class MaterialPage(ObjectPage):
    """Add a file to a capsule."""

    model = Capsule
    noun = "capsule"
    permission = "events.edit_capsule"
    form_class = MaterialForm
    page_title = _("Add material")
    submit_label = _("Add the file")
    done = _("The file is added.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who will be able to open it stands above the form."""
        return super().get_context_data(lead=_("Whoever may read the capsule may open it."), **kwargs)

    def act(self, form: Any) -> Any:
        """Hang it on."""
        values = dict(form.cleaned_data)
        capsules.attach_material(self.object, values.pop("file"), actor=self.request.user, **values)
        return self.object


class MaterialRemovePage(FileRemovePage):
    """Take a file off a capsule; of this one, and of no other."""

    model = Capsule
    noun = "capsule"
    permission = "events.edit_capsule"
    asks_reason = False

    def act(self, form: Any) -> Any:
        """Remove it."""
        capsules.detach_material(self.object, self.file, actor=self.request.user)
        return self.object


ROUTES = [
    path("capsules/", CapsuleListPage.as_view(), name="capsule_list"),
    path("capsules/new/", CapsuleCreatePage.as_view(), name="capsule_create"),
    path("capsules/<int:pk>/", CapsulePage.as_view(), name="capsule_detail"),
    *translation_routes("capsules", "capsule", Capsule, "events.edit_capsule"),
    path("capsules/<int:pk>/edit/", CapsuleEditPage.as_view(), name="capsule_edit"),
    path("capsules/<int:pk>/moves/<slug:name>/", CapsuleMovePage.as_view(), name="capsule_move"),
    path("capsules/<int:pk>/files/", MaterialPage.as_view(), name="capsule_material"),
    path("capsules/<int:pk>/files/<uuid:file>/remove/", MaterialRemovePage.as_view(), name="material_remove"),
]
NAV = [NavEntry(_("Meetings and events"), _("Capsules"), "capsule_catalogue")]
