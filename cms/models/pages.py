"""What is every public page, and what are the home page, plain pages and the search page?"""

import itertools
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.contrib.routable_page.models import path as route
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageViewRestriction, TaskState
from wagtail.search import index

from cic.core.models import Said
from cic.core.search import fold
from cms.blocks import BodyBlock
from cms.context import surroundings
from cms.facts import home, saying, search
from cms.facts.parts import take_out_controls
from cms.frame import unsaid

# What a version does not say of itself, but its page.
OF_THE_PAGE = (
    "pk", "path", "depth", "numchild", "url_path", "content_type_id", "draft_title", "live", "has_unpublished_changes",
    "owner_id", "locked", "locked_by_id", "locked_at", "latest_revision_id", "latest_revision_created_at",
    "live_revision_id", "first_published_at", "last_published_at", "translation_key", "locale_id", "alias_of_id",
)  # fmt: skip


def words_of(value: Any) -> str:
    """The words of a field: a text, a rich text or a stream of blocks."""
    if hasattr(value, "stream_block"):
        return " ".join(map(str, value.stream_block.get_searchable_content(value)))
    return strip_tags(str(value or ""))


def approved_by_second_person(revision: Any) -> bool:
    """Whether somebody other than its author and whoever asked approved exactly this revision."""
    approvals = TaskState.objects.filter(
        revision=revision, status=TaskState.STATUS_APPROVED, task__secondpersontask__isnull=False
    )
    return any(
        state.finished_by_id
        and state.finished_by_id not in (revision.user_id, state.workflow_state.requested_by_id)
        for state in approvals.select_related("workflow_state")
    )


def framed(response: Any, request: HttpRequest) -> Any:
    """`response`, under the policy of the editor where the editor asks for it."""
    if getattr(request, "is_dummy", False):
        response._csp_replace = settings.CSP_EDITOR_DIRECTIVES
    return response


class SitePage(Page):
    """What every public page shares. It shows what anybody may see, whoever asks: caches never mix."""

    # Fields whose words the search finds, besides the title.
    WORDS: tuple[str, ...] = ()

    # Of which page this one was made, text by text: see `cms.facts.saying`.
    said = models.JSONField(_("translations"), default=dict, blank=True, editable=False)

    search_fields = [*Page.search_fields, index.SearchField("folded")]
    # The tree is made by `cms_setup`; nothing but what a type names goes beneath it.
    subpage_types: list[str] = []

    class Meta:
        abstract = True

    @property
    def texts(self) -> str:
        """What it says beneath its title, as plain words."""
        return " ".join(words_of(getattr(self, name)) for name in self.WORDS)

    def folded(self) -> str:
        """All words of the page as the search compares them."""
        return fold(f"{self.title} {self.texts}")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page with what stands around it."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, **surroundings(self, request, share=self.share)}

    @property
    def share(self) -> str:
        """Which picture goes with it when it is shared."""
        return "site/home"

    def get_view_restrictions(self) -> Any:
        """Restrictions on this page and all above it, in one query; none where the frame knew of none."""
        if getattr(self, "is_open", False):
            return PageViewRestriction.objects.none()
        if self.alias_of_id:
            return super().get_view_restrictions()
        steps = range(self.steplen, len(self.path) + 1, self.steplen)
        return PageViewRestriction.objects.filter(page__path__in=[self.path[:end] for end in steps])

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Of what was typed or pasted, what can be seen."""
        take_out_controls(self)
        super().full_clean(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """Keep a version, which knows what of it was said of its source as it is now."""
        source = saying.source_of(self) if self.said else None
        if source is not None:
            self.said = saying.noted(self, source)
            if self.first_published_at is None and self.slug == source.slug and not self.foreign.get("title"):
                self.slug = self.slug_of_its_own()
        return super().save_revision(*args, **kwargs)

    def slug_of_its_own(self) -> str:
        """The last part of the address from the title, as no sibling has it; as it is where the title gives none.

        Asked before a page was ever public: addresses that somebody may know do not change.
        """
        slug = slugify(self.title)[:80].strip("-") or self.slug
        taken = set(self.get_siblings(inclusive=False).values_list("slug", flat=True))
        return next(
            free for n in itertools.count(1) if (free := slug if n == 1 else f"{slug}-{n}") not in taken
        )

    def newest(self) -> Any:
        """The newest version, to be read: no query where `latest_revision` and `locale` are at hand."""
        return (
            self.as_of(self.latest_revision)
            if self.has_unpublished_changes and self.latest_revision
            else self
        )

    def as_of(self, revision: Any) -> Any:
        """The page as `revision` says it, to be read.

        Wagtail's own way asks for every record it points to once more; what may be saved is made by that.
        """
        draft = type(self).from_serializable_data(revision.content, check_fks=False)
        for name in OF_THE_PAGE:
            setattr(draft, name, getattr(self, name))
        draft.locale = self.locale
        return draft

    @property
    def foreign(self) -> dict[str, str]:
        """Its fields that nobody has said in its language yet, with the language they stand in."""
        return unsaid(self.said)

    def told(self, name: str, own: str = "") -> Said:
        """A field with the language it is in; `own` is the page's, where it is told on a page of another one."""
        return Said.of(getattr(self, name), self.foreign.get(name) or own)

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """Publish a revision: one that a second person approved, or on the right of `user` to publish alone.

        Raises: PublishPagePermissionError.
        """
        if approved_by_second_person(revision):
            kwargs["skip_permission_checks"] = True
        return super().publish(revision, user=user, **kwargs)

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """A telephone held upright, a tablet, a desk: the widths that everything here is made for."""
        widths = {"mobile": 320, "tablet": 768, "desktop": 1280}
        return [{**size, "device_width": widths[size["name"]]} for size in super().preview_sizes]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """The draft as a page; in the editor it stands in a frame, beside what checks it."""
        return framed(super().serve_preview(request, mode_name), request)

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """A preview is nobody's search result."""
        return {**self.get_context(request), "noindex": True}


class HomePage(SitePage):
    """The first page of a language: what the centres do, in figures, cases and pilots."""

    headline = models.CharField(_("headline"), max_length=150, blank=True)
    lead = models.TextField(_("lead"), blank=True)
    story_title = models.CharField(_("title of the story"), max_length=150, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    WORDS = ("headline", "lead", "body")
    template = "cms/home.html"
    subpage_types = [
        "cms.TextPage",
        "cms.SectionPage",
        "cms.NewsPage",
        "cms.PilotsPage",
        "cms.AgreementsPage",
        "cms.CentresPage",
        "cms.OrganisationsPage",
        "cms.FiguresPage",
        "cms.ChallengesPage",
        "cms.EventsPage",
        "cms.CasesPage",
        "cms.SearchPage",
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("lead"),
        FieldPanel("story_title"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Figures, latest cases, running pilots and open challenges, all as anybody may see them."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, **home.show(context["frame"])}


class RoutedPage(RoutablePageMixin, SitePage):
    """A page that answers to more than one address."""

    class Meta:
        abstract = True

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """The draft at its first address."""
        return framed(super().serve_preview(request, mode_name), request)


class RecordsPage(RoutedPage):
    """A page that shows records of the other rooms, as a list and one by one."""

    intro = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    WORDS = ("intro",)
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["cms.HomePage"]

    class Meta:
        abstract = True

    def respond(
        self, request: HttpRequest, template: str, context: dict[str, Any], **around: Any
    ) -> HttpResponse:
        """The page rendered with `context`; `around` describes a record shown instead of the list."""
        full = {**self.get_context(request), **context}
        if around:
            full |= surroundings(self, request, **around)
        return self.render(request, template=template, context_overrides=full)


class SearchPage(RoutedPage):
    """What of all this speaks of some words?"""

    template = "cms/search.html"
    parent_page_types = ["cms.HomePage"]

    class Meta:
        verbose_name = _("search page")
        verbose_name_plural = _("search pages")

    @route("")
    def found(self, request: HttpRequest) -> HttpResponse:
        """The results for `?q=`, or those of one `?kind=`; the page is not for search engines."""
        context = self.get_context(request)
        shown = search.show(request.GET.get("q", ""), request.GET.get("kind", ""), context["frame"])
        return self.render(request, context_overrides={**shown, "noindex": True})
