"""How does somebody take a case to the public from the workspace, without knowing Wagtail?"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.models import PageLogEntry

from cic.core.formats import instant
from cic.core.permissions import can
from cic.core.views import ListPage, WorkspacePage
from cms.choices import STEPS_TOLD, TONES, WRITABLE, CaseState, FindingKind
from cms.facts.checking import findings, obstacles, remarks
from cms.filters import CaseFilter
from cms.forms import LanguagesForm
from cms.models import CasePage
from cms.operations.case_languages import prepare_in
from cms.permissions import may_share
from pilots.models import Outcome, Trial
from pilots.models.chains import chain_of

from .case_languages import languages_left, languages_taken, onward, steps_of, untold, versions_of
from .serving import preview

PER_PAGE = 50


def badge_of(stage: str) -> dict[str, str]:
    """Where a case stands, as word and tone."""
    state = CaseState(stage)
    return {"label": str(state.label), "tone": TONES[state]}


class CaseRoute(WorkspacePage):
    """What the pages of a case share."""

    model = CasePage
    noun = "cms_case"

    def get_queryset(self) -> Any:
        """Cases with what they tell of."""
        return (
            super()
            .get_queryset()
            .with_stage()
            .select_related(
                "locale",
                "latest_revision",
                "outcome__trial__idea__challenge",
                "outcome__trial__origin",
                "outcome__trial__agreement",
                "outcome__trial__monitor",
                "outcome__trial__centre",
            )
        )


class CaseList(CaseRoute, ListPage):
    """All cases the reader may work on or read, newest first."""

    template_name = "cms/workspace/list.html"
    permission = "cms.view_case"
    filterset_class = CaseFilter
    row_template = "cms/workspace/_row.html"
    page_title = gettext_lazy("Public cases")
    columns = (
        ("title", gettext_lazy("Case"), "title"),
        ("stage", gettext_lazy("State"), ""),
        ("trial", gettext_lazy("Trial"), ""),
        ("centre", gettext_lazy("Centre"), ""),
        ("language", gettext_lazy("Language"), ""),
    )
    export_columns = (
        ("title", "draft_title"),
        ("state", "stage"),
        ("trial", "outcome__trial__reference"),
        ("centre", "outcome__trial__centre__name"),
        ("language", "locale__language_code"),
        ("first_published_at", "first_published_at"),
        ("last_published_at", "last_published_at"),
    )

    def get_queryset(self) -> Any:
        """What the reader may see, with where each stands."""
        return CasePage.objects.visible_to(self.request.user).with_stage()

    def rows(self, queryset: Any) -> Any:
        """With trial, centre and language."""
        return queryset.select_related("outcome__trial__centre", "locale")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The cases, and the trials of which one could be made."""
        due = Trial.objects.inside(self.request.user).filter(
            state__in=("evaluated", "closed"), outcome__case_pages=None
        )
        ready = [
            trial
            for trial in due.filter(outcome__isnull=False).order_by("-pk")[:PER_PAGE]
            if can(self.request.user, "cms.prepare_case", trial)
        ]
        return super().get_context_data(
            lead=_("Made from evaluated trials; a second person approves them."),
            empty_text=_("There is no case yet. Open an evaluated trial and prepare one."),
            ready=ready,
            **kwargs,
        )

    def dress(self, row: Any) -> None:
        """Its page in the workspace: `url` is that of the public page."""
        row.address, row.badge = self.row_url(row), badge_of(row.stage)


class PreparePage(WorkspacePage, TemplateView):
    """What a case of this trial would be made of; making it is a POST."""

    model = Trial
    template_name = "cms/workspace/prepare.html"

    def get_queryset(self) -> Any:
        """Trials whose inner workings the reader sees."""
        return Trial.objects.inside(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go on to the case when there is one already."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        self.trial = self.get_object()
        known = (
            CasePage.objects.visible_to(request.user).filter(outcome__trial=self.trial).order_by("pk").first()
        )
        if known is not None:
            return redirect("cms_case_detail", pk=known.pk)
        if not can(request.user, "cms.prepare_case", self.trial):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def outcome(self) -> Outcome | None:
        """What came of the trial, for who may read it."""
        return Outcome.objects.visible_to(self.request.user).filter(trial=self.trial).first()

    def blockers(self) -> list[str]:
        """Why no case can be made of it yet."""
        if self.outcome is None:
            return [_("Its outcome is not written yet.")]
        return [] if self.trial.state in ("evaluated", "closed") else [_("It is not evaluated yet.")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The trial with its chain and what stands in the way."""
        return super().get_context_data(
            page_title=_("Prepare the public case"),
            trial=self.trial,
            form=kwargs.pop("form", None) or LanguagesForm(languages=self.languages()),
            chain=chain_of(self.trial, self.request.user),
            blockers=self.blockers(),
            **kwargs,
        )

    def languages(self) -> list[tuple[str, str]]:
        """Languages other than that of the outcome, in which it can be written as well."""
        return languages_left([self.outcome.language]) if self.outcome else []

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the drafts and go on with the first of them."""
        if self.blockers():
            return self.render_to_response(self.get_context_data(), status=409)
        form = LanguagesForm(request.POST, languages=self.languages())
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        also = form.cleaned_data.get("languages", [])
        case = prepare_in(self.outcome, also, actor=request.user)
        return redirect("cms_case_edit", pk=case.pk)


class CaseDetail(CaseRoute, TemplateView):
    """One case: where it stands, what the check found, who may do what next."""

    template_name = "cms/workspace/detail.html"
    permission = "cms.view_case"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        self.object = self.get_object()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """State, findings with who cleared them, moves, history."""
        case, user = self.object, self.request.user
        draft = case.newest()
        waivers = {row.fingerprint: row for row in case.waivers.select_related("waived_by")}
        found = findings(draft)
        still_open = [row for row in found if row.fingerprint not in waivers]
        may_edit = can(user, "cms.edit_case", case) and case.state != CaseState.ASKED
        trial = case.outcome.trial
        versions = versions_of(case, user)
        steps = steps_of(case, versions) if may_edit else []
        next_step = onward(steps)
        moves = moves_of(case, user, obstacles(draft, len(still_open)))
        if next_step and next_step["key"] != "ask":
            # One thing to do next.
            moves = [{**row, "style": ""} if row["name"] == "ask" else row for row in moves]
        return super().get_context_data(
            page_title=draft.title,
            object=case,
            draft=draft,
            state=badge_of(case.state),
            moves=moves,
            remarks=remarks(case),
            sections=[
                (draft._meta.get_field(name).verbose_name, getattr(draft, name)) for name in CasePage.TEXTS
            ],
            open_findings=[described(row) for row in still_open],
            cleared=[
                (described(row), waivers[row.fingerprint]) for row in found if row.fingerprint in waivers
            ],
            may_edit=may_edit,
            edit_url=reverse("cms_case_edit", args=[case.pk]) if may_edit else "",
            editor_url=reverse("wagtailadmin_pages:edit", args=[case.pk]),
            preview_url=reverse("cms_case_preview", args=[case.pk]),
            photos_url=reverse("cms_case_photos", args=[case.pk]) if may_edit else "",
            photos=list(draft.photos.all()),
            steps=steps,
            next_step=next_step,
            untold=untold(draft, versions) if may_edit else None,
            versions=[
                {
                    "language": page.locale.get_display_name(),
                    "url": reverse("cms_case_detail", args=[page.pk]),
                    "badge": badge_of(page.state),
                    "here": page.pk == case.pk,
                }
                for page in versions
            ],
            translate_url=reverse("cms_case_translate", args=[case.pk])
            if can(user, "cms.edit_case", case) and languages_left(languages_taken(case))
            else "",
            share_url=reverse("cms_preview_links", args=[case.pk]) if may_share(user, case) else "",
            public_url=case.get_url(self.request) if case.live else "",
            trial=trial,
            history=history_of(case),
            facts=[
                (_("Trial"), f"{trial.reference} · {trial.title}"),
                (_("Language"), case.locale.get_display_name()),
                (_("First public"), instant(case.first_published_at)),
                (_("Last approved"), instant(case.last_published_at)),
            ],
            **kwargs,
        )


def described(finding: Any) -> dict[str, Any]:
    """A finding in words."""
    return {
        "kind": FindingKind(finding.kind).label,
        "field": finding.field,
        "excerpt": finding.excerpt,
        "source": finding.source,
        "fingerprint": finding.fingerprint,
    }


def moves_of(case: CasePage, user: Any, waits_for: list[str]) -> list[dict[str, Any]]:
    """The steps open to `user`, closed ones with what they wait for."""
    state, rows = case.state, []

    def add(name: str, label: Any, blockers: list[str], style: str = "") -> None:
        address = reverse(f"cms_case_{name}", args=[case.pk])
        rows.append(
            {
                "name": name,
                "label": label,
                "url": address,
                "allowed": not blockers,
                "blockers": blockers,
                "style": style,
            }
        )

    if can(user, "cms.edit_case", case) and state in WRITABLE:
        add("ask", _("Ask for approval"), waits_for, "primary")
    if can(user, "cms.approve_case", case) and state == CaseState.ASKED:
        step = case.current_workflow_task
        apart = step is not None and step.stands_apart(case, user)
        own = [] if apart else [_("You wrote it or asked for it: somebody else has to approve it.")]
        add("approve", _("Approve and publish"), own or waits_for, "primary")
        add("return", _("Return with a comment"), [])
    if can(user, "cms.withdraw_case", case) and case.live:
        add("withdraw", _("Withdraw from the public"), [], "warn")
    return rows


def history_of(case: CasePage) -> list[dict[str, Any]]:
    """What Wagtail's log says of the page, newest first."""
    rows = PageLogEntry.objects.for_instance(case).select_related("user").order_by("-timestamp", "-pk")[:40]
    return [
        {
            "at": row.timestamp,
            "title": STEPS_TOLD.get(row.action, row.message),
            "text": (row.data or {}).get("comment", ""),
            "who": str(row.user or ""),
        }
        for row in rows
    ]


@login_required
@require_safe
def preview_case(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The newest version as its page would show it; for those only who may read the draft."""
    known = CasePage.objects.visible_to(request.user).select_related(
        "locale", "latest_revision", "outcome__trial"
    )
    return preview(request, get_object_or_404(known, pk=pk).newest())
