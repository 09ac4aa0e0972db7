"""Which pages are found by their words in the workspace too, and what do editors write from beginning to end?"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from cic.core.models import Searchable
from cic.core.operations import tell_search
from cic.core.permissions import can
from cic.core.search import DERIVED, SearchQuerySet, derive
from cms.blocks import BodyBlock
from cms.facts import live
from cms.facts.statement import last_checks
from cms.frame import reachable

from .pages import SitePage


class PageRole(models.TextChoices):
    """Plain pages that other pages link to by what they are, whatever they are called."""

    NONE = "", _("No fixed role")
    HELP = "help", _("Help")
    ACCESSIBILITY = "accessibility", _("Accessibility statement")
    PRIVACY = "privacy", _("Privacy")
    ABOUT = "about", _("What this is")


class WordedQuerySet(SearchQuerySet, PageQuerySet):
    """Named questions about pages that the one box finds. `search` is that of every noun, not Wagtail's."""

    def visible_to(self, user):
        """Pages whose draft `user` may read: all, for who edits pages. What is public is read as a page."""
        return self if can(user, "cms.edit_pages") else self.none()

    def open_to_all(self):
        """Pages that anybody may read now."""
        return reachable(self)

    def sought_by(self, user):
        """What is public for anybody, and the drafts that `user` may read."""
        drafts = self.model.objects.visible_to(user).order_by().values("pk")
        public = self.model.objects.open_to_all().order_by().values("pk")
        return self.filter(Q(pk__in=drafts) | Q(pk__in=public))


class WordedPage(SitePage, Searchable):
    """A page that the one box of the workspace finds, and the search of the API.

    It is found by the words of its own row: of a public page what is public, not the correction that waits.
    """

    SEARCH_FIELDS: tuple[str, ...] = ("title", "texts")
    # No list of the workspace holds what everybody may read.
    LISTED = False
    VERSIONED_BY = "updated_at"

    updated_at = models.DateTimeField(_("last changed"), auto_now=True, editable=False)

    objects = PageManager.from_queryset(WordedQuerySet)()

    class Meta:
        abstract = True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """As it is kept, with the words it is found by."""
        super().full_clean(*args, **kwargs)
        derive(self)

    def minimal_clean(self) -> None:
        """The same of a draft, of which Wagtail asks for less."""
        super().minimal_clean()
        derive(self)

    def serializable_data(self) -> dict[str, Any]:
        """What a version says: nothing that is worked out when it becomes the page."""
        data: dict[str, Any] = super().serializable_data()
        return {name: value for name, value in data.items() if name not in (*DERIVED, "updated_at")}

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """Keep a version; of a draft it is the page already."""
        revision = super().save_revision(*args, **kwargs)
        tell_search([(self._meta.label_lower, self.pk)])
        return revision

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """Publish a revision.

        Raises: PublishPagePermissionError.
        """
        published = super().publish(revision, user=user, **kwargs)
        tell_search([(self._meta.label_lower, self.pk)])
        return published


class WrittenPage(WordedPage):
    """What an editor writes from beginning to end: a lead and blocks."""

    lead = models.TextField(_("lead"), blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    WORDS: tuple[str, ...] = ("lead", "body")
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page; where nobody wrote a description for search engines, the lead is one."""
        context = super().get_context(request, *args, **kwargs)
        context["description"] = context["description"] or Truncator(self.lead).chars(300)
        return context

    def clean(self) -> None:
        """Each heading says something."""
        super().clean()
        for block in self.body:
            if block.block_type == "heading" and not str(block.value).strip():
                raise ValidationError({"body": _("A heading is empty.")})


class TextPage(WrittenPage):
    """A page of text: the standard one."""

    role = models.CharField(_("role"), max_length=16, choices=PageRole.choices, blank=True, editable=False)

    template = "cms/text.html"
    subpage_types = ["cms.TextPage"]
    parent_page_types = ["cms.HomePage", "cms.SectionPage", "cms.TextPage"]
    page_description = _("Text, pictures, figures: what a page usually is.")

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The text, and where it says “write to us”, where to."""
        asks = self.role in (PageRole.ACCESSIBILITY, PageRole.PRIVACY, PageRole.HELP)
        return {
            **super().get_context(request, *args, **kwargs),
            "contact": settings.CONTACT_EMAIL if asks else "",
            "checks": last_checks() if self.role == PageRole.ACCESSIBILITY else None,
        }


class SectionPage(WrittenPage):
    """A page that leads to the pages beneath it."""

    template = "cms/section.html"
    subpage_types = ["cms.TextPage", "cms.SectionPage"]
    parent_page_types = ["cms.HomePage", "cms.SectionPage"]
    page_description = _("Lists the pages beneath it, with a lead of its own.")

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The pages beneath, in the order the editor gave them."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, "cards": live.beneath(self, context["frame"])}
