"""What is the card of a case: from the trial it tells of to what was corrected since?"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.images import get_image_model
from wagtail.models import Orderable, Page, PageManager, Revision, WorkflowState

from cms.choices import CaseState
from cms.context import json_ld
from cms.editing import CasePageForm
from cms.facts import cases
from cms.permissions import CasePermissionTester, groups_of
from partners.choices import READING_ROLES
from partners.models import standing_of

from .pages import RecordsPage, approved_by_second_person
from .written import WordedPage, WordedQuerySet


class CasesPage(RecordsPage):
    """All public cases."""

    template = "cms/cases.html"
    subpage_types = ["cms.CasePage"]

    class Meta:
        verbose_name = _("page of cases")
        verbose_name_plural = _("pages of cases")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The cases, newest first."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, **cases.listed(context["frame"], request.GET.get("page", ""))}


class CaseQuerySet(WordedQuerySet):
    """Named questions about cases."""

    def visible_to(self, user):
        """Cases whose draft `user` may read: staff of the trial's centre. What is public is read as a page."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        return self.filter(outcome__trial__centre_id__in=standing.centres(READING_ROLES))

    def with_stage(self):
        """Add `stage`: the `state` of each, told by the database."""
        page = {"base_content_type__app_label": "wagtailcore", "base_content_type__model": "page"}
        mine = {"object_id": Cast(OuterRef("pk"), models.CharField())}
        asked = WorkflowState.objects.filter(**page, **mine)
        returned = asked.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)
        waiting = Revision.objects.filter(**page, **mine, approved_go_live_at__isnull=False)
        changed = Q(live=True, has_unpublished_changes=True)
        stage = Case(
            When(Exists(returned), then=Value(CaseState.RETURNED)),
            When(Exists(asked.filter(status=WorkflowState.STATUS_IN_PROGRESS)), then=Value(CaseState.ASKED)),
            When(Q(changed | Q(go_live_at__isnull=False)) & Exists(waiting), then=Value(CaseState.SCHEDULED)),
            When(changed, then=Value(CaseState.CORRECTING)),
            When(live=True, then=Value(CaseState.PUBLISHED)),
            When(first_published_at__isnull=False, then=Value(CaseState.WITHDRAWN)),
            default=Value(CaseState.DRAFT),
            output_field=models.CharField(),
        )
        return self.annotate(stage=stage)

    def newest(self):
        """Latest published first."""
        return self.order_by("-first_published_at", "-pk")


def readable_pages(user: Any, pages: Any = None) -> Any:
    """Those of `pages` (of all) whose newest version `user` may read: cases of their centres, others who works in the editor."""
    pages = Page.objects.filter(depth__gt=1) if pages is None else pages
    if not groups_of(user):
        return pages.none()
    hidden = CasePage.objects.exclude(pk__in=CasePage.objects.visible_to(user).order_by().values("pk"))
    return pages.exclude(pk__in=hidden.values("pk"))


class CasePage(WordedPage):
    """The card of a case. What was measured is frozen in `snapshot` when a second person approves.

    It is found by the words of its own row: of a public case what is public, not the correction that waits.
    """

    # The seed's card, in its order.
    SECTIONS = (
        "challenges",
        "solution",
        "consists_of",
        "entrepreneurial",
        "innovative",
        "added_value",
        "lessons",
        "future",
    )
    TEXTS = ("answer", "evidence", "responsible", "start", "country", *SECTIONS)
    WORDS = TEXTS
    SEARCH_FIELDS = ("title", *TEXTS)
    SHOWN_BY = "outcome__trial__reference"
    # Without these nobody can be asked to approve it.
    NEEDED = ("answer", "challenges", "solution")
    # Read together with the page: the discussion beneath it is about the trial.
    SHOWN_WITH = ("outcome__trial",)

    outcome = models.ForeignKey(
        "pilots.Outcome", models.PROTECT, related_name="case_pages", editable=False, verbose_name=_("outcome")
    )
    answer = models.CharField(
        _("did it work, in one sentence"), max_length=250, blank=True,
        help_text=_("For example: Yes, and it is now the rule in two districts."),
    )  # fmt: skip
    evidence = models.CharField(
        _("how we know"), max_length=250, blank=True,
        help_text=_("For example: before and after, with a comparison street."),
    )  # fmt: skip
    responsible = models.CharField(_("who is responsible"), max_length=300, blank=True)
    start = models.CharField(_("start"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    challenges = models.TextField(_("main challenges"), blank=True)
    solution = models.TextField(_("solution"), blank=True)
    consists_of = models.TextField(_("what it consists of"), blank=True)
    entrepreneurial = models.TextField(_("entrepreneurial component"), blank=True)
    innovative = models.TextField(_("innovative character"), blank=True)
    added_value = models.TextField(_("added value"), blank=True)
    lessons = models.TextField(_("what we learned"), blank=True)
    future = models.TextField(_("future and replicability"), blank=True)
    snapshot = models.JSONField(_("as approved"), null=True, blank=True, editable=False)

    objects = PageManager.from_queryset(CaseQuerySet)()

    base_form_class = CasePageForm
    template = "cms/case.html"
    # A case is prepared from an evaluated trial, never from nothing.
    is_creatable = False
    parent_page_types = ["cms.CasesPage"]
    content_panels = [
        *WordedPage.content_panels,
        FieldPanel("answer"),
        FieldPanel("evidence"),
        MultiFieldPanel([FieldPanel("responsible"), FieldPanel("start"), FieldPanel("country")], _("Card")),
        *(FieldPanel(name) for name in SECTIONS),
        InlinePanel("photos", heading=_("Photographs"), label=_("photograph"), max_num=12),
        InlinePanel("figures", heading=_("Further key figures"), label=_("figure")),
        InlinePanel("corrections", heading=_("Corrections"), label=_("correction")),
    ]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    @property
    def share(self) -> str:
        """A picture of its title and its chain."""
        return f"cases/{self.slug}"

    @property
    def centre_id(self) -> int:
        """The centre whose staff may work on it."""
        return self.outcome.trial.centre_id

    def newest(self) -> "CasePage":
        """The newest version, to be read: no query beside its photographs where `latest_revision` is at hand."""
        if self.latest_revision is None:
            return self
        draft: CasePage = self.as_of(self.latest_revision)
        draft.outcome = self.outcome
        rows = list(draft.photos.all())
        images = get_image_model().objects.in_bulk([row.image_id for row in rows]) if rows else {}
        for row in rows:
            row.image = images.get(row.image_id)
        draft.photos = [row for row in rows if row.image is not None]
        return draft

    @property
    def state(self) -> str:
        """Where it stands on its way to the public."""
        if hasattr(self, "stage"):
            return CaseState(self.stage)
        workflow = self.current_workflow_state
        if workflow is not None:
            return CaseState.RETURNED if workflow.status == workflow.STATUS_NEEDS_CHANGES else CaseState.ASKED
        may_wait = self.go_live_at is not None or (self.live and self.has_unpublished_changes)
        if may_wait and self.scheduled_revision is not None:
            return CaseState.SCHEDULED
        if self.live:
            return CaseState.CORRECTING if self.has_unpublished_changes else CaseState.PUBLISHED
        return CaseState.WITHDRAWN if self.first_published_at else CaseState.DRAFT

    def permissions_for_user(self, user: Any) -> CasePermissionTester:
        """What Wagtail lets `user` do with it: nobody publishes alone, and centres keep to their own."""
        return CasePermissionTester(user, self)

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """Publish a revision that a second person approved; there is no other way to the public.

        Raises: PublishPagePermissionError.
        """
        if not approved_by_second_person(revision):
            raise PublishPagePermissionError("A second person has to approve this case first.")
        return super().publish(revision, user=user, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The card, the frozen facts, and links to what is still public."""
        context = super().get_context(request, *args, **kwargs)
        shown = cases.show(self, context["frame"], request)
        data = json_ld(cases.described(self, shown["verdict"].get("label", "")))
        description = self.search_description or self.answer or self.challenges
        return {**context, **shown, "data": data, "description": Truncator(description).chars(300)}


class CaseFigure(Orderable):
    """A key figure in the editor's words, such as “12 shops”."""

    page = ParentalKey(CasePage, on_delete=models.CASCADE, related_name="figures")
    value = models.CharField(_("figure"), max_length=40)
    label = models.CharField(_("what it counts"), max_length=120)

    panels = [FieldPanel("value"), FieldPanel("label")]

    class Meta(Orderable.Meta):
        verbose_name = _("key figure")
        verbose_name_plural = _("key figures")

    def __str__(self) -> str:
        return f"{self.value} {self.label}"


class CasePhoto(Orderable):
    """A photograph of what happened, that says in words what it shows, or that it is decoration."""

    page = ParentalKey(CasePage, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey(
        "wagtailimages.Image", models.CASCADE, related_name="+", verbose_name=_("picture")
    )
    description = models.CharField(
        _("what it shows"), max_length=250, blank=True,
        help_text=_("In one sentence, for those who do not see it."),
    )  # fmt: skip
    decorative = models.BooleanField(
        _("pure decoration: whoever does not see it misses nothing"), default=False
    )
    caption = models.CharField(_("caption"), max_length=250, blank=True)

    panels = [
        FieldPanel("image"), FieldPanel("description"), FieldPanel("decorative"), FieldPanel("caption"),
    ]  # fmt: skip

    class Meta(Orderable.Meta):
        verbose_name = _("photograph of a case")
        verbose_name_plural = _("photographs of cases")

    def __str__(self) -> str:
        return self.description or self.caption or str(self.pk)

    def clean(self) -> None:
        """Words, or the word that there is nothing to say."""
        super().clean()
        if not self.description.strip() and not self.decorative:
            raise ValidationError(
                {"description": _("Say what the picture shows, or that it is pure decoration.")}
            )
        if self.description.strip() and self.decorative:
            raise ValidationError(
                {"decorative": _("A picture that is described is not pure decoration. Choose one.")}
            )


class Correction(Orderable):
    """What was changed in a public case, when and why. Shown on the page for good."""

    page = ParentalKey(CasePage, on_delete=models.CASCADE, related_name="corrections")
    made_on = models.DateField(_("date"), null=True, blank=True, editable=False)
    what = models.TextField(_("what changed"), max_length=1000)
    why = models.TextField(_("why"), max_length=1000)
    renew_figures = models.BooleanField(
        _("take the figures anew from the tracker"), default=False,
        help_text=_("Without this, figures, table and chain stay as they were approved."),
    )  # fmt: skip

    panels = [FieldPanel("what"), FieldPanel("why"), FieldPanel("renew_figures")]

    class Meta(Orderable.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return self.what[:80]


class Waiver(models.Model):
    """A finding of the check for confidential content that somebody let pass, with the reason."""

    page = models.ForeignKey(CasePage, models.CASCADE, related_name="waivers", verbose_name=_("case"))
    fingerprint = models.CharField(_("finding"), max_length=64)
    kind = models.CharField(_("kind"), max_length=10)
    excerpt = models.CharField(_("passage"), max_length=300)
    reason = models.TextField(_("reason"))
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    waived_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = [models.UniqueConstraint(fields=["page", "fingerprint"], name="cms_waiver_once")]

    def __str__(self) -> str:
        return self.reason[:80]
