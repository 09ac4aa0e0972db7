"""What do people see of ideas, and how do they propose, change and move them?"""

from typing import Any

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.models import Attachment
from cic.core.permissions import can
from cic.core.views import (
    CreatePage,
    EditPage,
    FileRemovePage,
    ListPage,
    MovePage,
    ObjectPage,
)
from partners.choices import READING_ROLES
from pilots.choices import IdeaState
from pilots.filters.ideas import IdeaFilter
from pilots.forms.ideas import TRL_EXAMPLES, TRL_WORDS, FileForm, IdeaForm, MergeForm
from pilots.models import Challenge, Decision, Idea, IdeaAnnex, IdeaPartner
from pilots.models.chains import stations_of, with_chain
from pilots.models.duplicates import public_likes
from pilots.models.tables import CHALLENGE_OF_IDEA
from pilots.operations import idea_files, ideas, proposals
from pilots.transitions.ideas import IDEA, IDEA_PUBLICATION, WAITING

from .chained import ask_only_what_is_missing


def works_for(user: Any, idea: Idea) -> bool:
    """Whether `user` reads all the work of the idea's centre: they see the staff's words."""
    return bool(user.standing.has(READING_ROLES, idea.centre_id))


class IdeaListPage(ListPage):
    """The ideas the reader may see. Staff read the state, everybody else its public label."""

    model = Idea
    noun = "idea"
    permission = "pilots.view_idea"
    filterset_class = IdeaFilter
    quiet_filters = (
        "reference", "organisation", "partner", "challenge", "created_at", "updated_at", "review_on",
        "external_id", "source", "trl",
    )  # fmt: skip
    row_template = "pilots/ideas/_row.html"
    page_title = _("Ideas")
    create_permission = "pilots.propose_idea"
    create_label = _("Propose an idea")
    table = IDEA
    columns = (
        ("reference", _("Reference"), "reference"),
        ("title", _("Title"), "title"),
        ("state", _("State"), "state"),
        ("chain", _("Chain"), ""),
        ("organisation", _("Organisation"), ""),
        ("submitted_at", _("Submitted"), "submitted_at"),
    )
    export_columns = (
        ("reference", "reference"),
        ("title", "title"),
        ("problem", "problem"),
        ("proposal", "proposal"),
        ("novelty", "novelty"),
        ("beneficiaries", "beneficiaries"),
        ("asked_of_city", "asked_of_city"),
        ("trl", "trl"),
        ("language", "language"),
        ("state", "state"),
        ("publication", "publication"),
        ("centre", "centre__name"),
        ("organisation", "organisation__name"),
        ("challenge", CHALLENGE_OF_IDEA),
        ("submitted_at", "submitted_at"),
        ("review_on", "review_on"),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With the organisation, the chain, and whether a decision waits to be told."""
        user = self.request.user
        untold = Decision.objects.visible_to(user).untold().filter(idea_id=OuterRef("pk"))
        return with_chain(queryset.select_related("organisation").annotate(untold=Exists(untold)), user)

    def badge_of(self, row: Any) -> Any:
        """The state in the words of whoever reads."""
        return IDEA.badge(row, public=not works_for(self.request.user, row))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows with their small chains."""
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.stations = stations_of(row)
        return context


def helps_of(form: IdeaForm) -> dict[str, Any]:
    """What stands around the six questions: the levels of readiness, and public ideas that are like what is written."""
    written = [str(form[name].value() or "") for name in ("title", "problem", "proposal")]
    return {
        "sections": form.sections(),
        "levels": list(zip(TRL_WORDS, TRL_EXAMPLES, strict=True)),
        "likes": public_likes(*written, but=form.instance.pk or 0),
    }


def after_saving(request: Any, idea: Idea) -> str:
    """Where one goes from a saved draft: to its page, or on to inviting somebody into it."""
    return reverse("partner_invite" if "invite" in request.POST else "idea_detail", args=[idea.pk])


class IdeaCreatePage(CreatePage):
    """Propose an idea: six questions. It is saved as a draft, however much is still missing."""

    model = Idea
    noun = "idea"
    permission = "pilots.propose_idea"
    form_class = IdeaForm
    template_name = "pilots/ideas/form.html"
    page_title = _("Propose an idea")
    submit_label = _("Save the draft")
    done = _("Your draft is saved. Send it when it is ready.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form limits its choices to the person's own."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        """The challenge one came from, and the language and organisation of who writes."""
        user, initial = self.request.user, {"language": self.request.LANGUAGE_CODE[:2]}
        chosen = self.request.GET.get("challenge", "")
        if chosen.isdecimal():
            need = Challenge.objects.visible_to(user).filter(pk=int(chosen[:18])).first()
            if need is not None:
                initial |= {"challenge": need, "centre": need.centre_id}
        if len(user.standing.member_of) == 1:
            initial["organisation"] = next(iter(user.standing.member_of))
        return initial

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The questions under their headings, and what helps to answer them."""
        context = super().get_context_data(**kwargs)
        return {**context, **helps_of(context["form"]), "save_url": reverse("idea_draft_new")}

    def get_success_url(self) -> str:
        """The idea, or the invitation that was asked for with it."""
        return after_saving(self.request, self.result)

    def act(self, form: Any) -> Any:
        """Record the draft and its annex."""
        values = dict(form.cleaned_data)
        annex = values.pop("annex")
        return proposals.propose_in_full(values, annex, actor=self.request.user)


class IdeaEditPage(EditPage):
    """Go on writing a draft."""

    model = Idea
    noun = "idea"
    permission = "pilots.edit_idea"
    form_class = IdeaForm
    template_name = "pilots/ideas/form.html"
    page_title = _("Go on with your idea")
    submit_label = _("Save the draft")
    done = _("Your draft is saved.")

    def get_queryset(self) -> Any:
        """Drafts only: what was sent is answered through a request."""
        return super().get_queryset().filter(state=IdeaState.DRAFT)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form limits its choices to the person's own; the annex comes from its own record."""
        annex = IdeaAnnex.objects.visible_to(self.request.user).filter(idea=self.object).first()
        kwargs = {**super().get_form_kwargs(), "user": self.request.user}
        return {**kwargs, "initial": {**kwargs["initial"], "annex": annex.text if annex else ""}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The questions under their headings, what helps to answer them, and who was invited."""
        context = super().get_context_data(**kwargs)
        partners = IdeaPartner.objects.visible_to(self.request.user).filter(idea=self.object)
        return {
            **context,
            **helps_of(context["form"]),
            "save_url": reverse("idea_draft", args=[self.object.pk]),
            "partners": partners.select_related("organisation").order_by("pk"),
        }

    def get_success_url(self) -> str:
        """The idea, or the invitation that was asked for with it."""
        return after_saving(self.request, self.result)

    def act(self, form: Any) -> Any:
        """Save the draft and its annex."""
        values = dict(form.cleaned_data)
        annex = values.pop("annex")
        return proposals.edit_in_full(
            self.object, values, annex, actor=self.request.user, expected_version=self.expected_version
        )


class IdeaMovePage(MovePage):
    """Send, read, evaluate, merge, withdraw, appeal, publish."""

    model = Idea
    noun = "idea"
    permission = "pilots.view_idea"
    tables = (IDEA, IDEA_PUBLICATION)
    CONSEQUENCES = {
        "submit": _("The centre is told. After this the text stays as it is, unless more is asked."),
        "withdraw": _("This cannot be taken back. The centre is told."),
        "appeal": _("The body decides again; its new decision replaces the one before."),
        "merge": _("Both ideas stay as they were written. The author of this one is told."),
        "evaluate": _("Evaluators can be assigned after this."),
    }

    def get_form(self, form_class: Any = None) -> Any:
        """A merger asks for the other idea, of the same reader's triage; the rest is as everywhere."""
        if self.move is None or self.move.name != "merge":
            form = super().get_form(form_class)
            if not works_for(self.request.user, self.object):
                del form.fields["authority"]
            ask_only_what_is_missing(form, self.move, self.object)
            return form
        others = (
            Idea.objects.visible_to(self.request.user)
            .filter(state__in=WAITING, centre_id=self.object.centre_id)
            .exclude(pk=self.object.pk)
        )
        kwargs = self.get_form_kwargs()
        kwargs["initial"] = {**kwargs["initial"], "merged_into": self.request.GET.get("into", "")}
        return MergeForm(ideas=others.order_by("-pk"), **kwargs)

    def act(self, form: Any) -> Any:
        """Make the move."""
        given = dict(form.cleaned_data)
        note, authority = given.pop("note"), given.pop("authority", "")
        assert self.move is not None
        return ideas.move_idea(
            self.object,
            self.move.name,
            actor=self.request.user,
            note=note,
            authority=authority,
            changes=given,
        )

    def get_success_url(self) -> str:
        """The idea; or the list, when the mover no longer sees it."""
        seen = Idea.objects.visible_to(self.request.user).filter(pk=self.object.pk).exists()
        return reverse("idea_detail", args=[self.object.pk]) if seen else reverse("idea_list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What follows from the move, in a sentence."""
        assert self.move is not None
        public = not works_for(self.request.user, self.object)
        return super().get_context_data(
            consequence=self.CONSEQUENCES.get(self.move.name, ""),
            state=IDEA.badge(self.object, public=public),
            **kwargs,
        )


class IdeaFilePage(ObjectPage):
    """Add a file to an idea, or to its confidential annex (`/annex/` in the address)."""

    model = Idea
    noun = "idea"
    permission = "pilots.edit_idea"
    form_class = FileForm
    to_annex = False
    submit_label = _("Add the file")
    done = _("The file is added.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who will be able to open it stands above the form."""
        lead = (
            gettext("Only you, those who decide and those who evaluate will be able to open it.")
            if self.to_annex
            else gettext(
                "Everybody inside of the idea will be able to open it: your organisations, the centre, the evaluators."
            )
        )
        title = (
            gettext("Add a file to the confidential annex")
            if self.to_annex
            else gettext("Add a file to the idea")
        )
        return super().get_context_data(lead=lead, page_title=title, **kwargs)

    def act(self, form: Any) -> Any:
        """Hang it on."""
        given = {"actor": self.request.user, "title": form.cleaned_data["title"]}
        if self.to_annex:
            annex = get_object_or_404(IdeaAnnex.objects.visible_to(self.request.user), idea=self.object)
            idea_files.attach_to_annex(annex, form.cleaned_data["file"], **given)
        else:
            idea_files.attach_to_idea(self.object, form.cleaned_data["file"], **given)
        return self.object


class IdeaFileRemovePage(FileRemovePage):
    """Remove a file of an idea or of its annex; of this one, and of no other."""

    model = Idea
    noun = "idea"
    permission = "pilots.edit_idea"

    def files(self) -> Any:
        """Those of this idea and of its annex."""
        idea = self.get_object()
        files = Attachment.objects.about(idea)
        annex = IdeaAnnex.objects.visible_to(self.request.user).filter(idea=idea).first()
        return files if annex is None else files | Attachment.objects.about(annex)

    def act(self, form: Any) -> Any:
        """Remove it."""
        idea_files.detach_from_idea(self.object, self.file, actor=self.request.user)
        return self.object


def may_change_files(user: Any, idea: Idea) -> bool:
    """Whether `user` may add and remove files now."""
    return can(user, "pilots.edit_idea", idea) and bool(ideas.open_fields(idea))


ROUTES = [
    path("ideas/", IdeaListPage.as_view(), name="idea_list"),
    path("ideas/new/", IdeaCreatePage.as_view(), name="idea_create"),
    path("ideas/<int:pk>/edit/", IdeaEditPage.as_view(), name="idea_edit"),
    path("ideas/<int:pk>/moves/<slug:name>/", IdeaMovePage.as_view(), name="idea_move"),
    path("ideas/<int:pk>/files/add/", IdeaFilePage.as_view(), name="idea_file"),
    path("ideas/<int:pk>/annex/files/add/", IdeaFilePage.as_view(to_annex=True), name="idea_annex_file"),
    path("ideas/<int:pk>/files/<uuid:file>/remove/", IdeaFileRemovePage.as_view(), name="idea_file_remove"),
]
NAV = [NavEntry(_("The chain"), _("Ideas"), "idea_list")]
