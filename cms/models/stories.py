"""What do editors tell: news, one story at a time, and who is told of by it?"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.blocks import RelatedRecords
from cms.context import json_ld
from cms.facts import live, stories

from .pages import RecordsPage, SitePage
from .written import WrittenPage


class NewsPage(RecordsPage):
    """All stories, newest first."""

    template = "cms/news.html"
    subpage_types = ["cms.StoryPage"]

    class Meta:
        verbose_name = _("page of news")
        verbose_name_plural = _("pages of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The stories of this language."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, **stories.listed(context["frame"], request.GET.get("page", ""))}


class StoryPage(WrittenPage):
    """A story: on a day, with a lead, a picture and the records it tells of."""

    told_on = models.DateField(_("date"), default=timezone.localdate)
    picture = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    picture_description = models.CharField(
        _("what the picture shows"), max_length=250, blank=True,
        help_text=_("In one sentence, for those who do not see it."),
    )  # fmt: skip
    picture_decorative = models.BooleanField(
        _("pure decoration: whoever does not see it misses nothing"), default=False
    )
    related = StreamField(RelatedRecords(), verbose_name=_("tells of"), blank=True)

    template = "cms/story.html"
    parent_page_types = ["cms.NewsPage"]
    page_description = _("News with a date, a lead, a picture and the pilots it tells of.")
    search_fields = [*SitePage.search_fields, index.FilterField("told_on")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("told_on"),
        FieldPanel("lead"),
        MultiFieldPanel(
            [FieldPanel("picture"), FieldPanel("picture_description"), FieldPanel("picture_decorative")],
            _("picture"),
        ),
        FieldPanel("body"),
        FieldPanel("related"),
    ]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        indexes = [models.Index(fields=["-told_on"], name="cms_story_told_on")]

    def clean(self) -> None:
        """A picture says what it shows, or that it is decoration."""
        super().clean()
        words = self.picture_description.strip()
        if self.picture_id and not words and not self.picture_decorative:
            raise ValidationError(
                {"picture_description": _("Say what the picture shows, or that it is pure decoration.")}
            )
        if words and self.picture_decorative:
            raise ValidationError(
                {"picture_decorative": _("A picture that is described is not pure decoration. Choose one.")}
            )

    @property
    def share(self) -> str:
        """A picture of its title, where it has none of its own."""
        return f"stories/{self.slug}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The story, the records it tells of, and what machines read of it."""
        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "cards": live.related(self.related, context["frame"]),
            "data": json_ld(stories.described(self, context["canonical"])),
            "og_type": "article",
            **stories.shared(self),
        }
