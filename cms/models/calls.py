"""What does the city call for, until when, and how does one take part?"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.blocks import TEXT_FEATURES
from cms.choices import CallState
from cms.choosers import ChallengeBlock
from cms.context import json_ld
from cms.facts import calls

from .written import WrittenPage


class CallPage(WrittenPage):
    """A call for ideas: open from one day to another, for one or more challenges."""

    opens_on = models.DateField(_("first day"), default=timezone.localdate)
    closes_on = models.DateField(
        _("last day"), null=True, blank=True,
        help_text=_("Until midnight of the city. Empty: until you close it."),
    )  # fmt: skip
    how = RichTextField(
        _("how to take part"), features=TEXT_FEATURES[1:], blank=True,
        help_text=_("Who may, what is needed, how it is chosen. The button to propose an idea is added."),
    )  # fmt: skip
    challenges = StreamField(
        [("challenge", ChallengeBlock(label=_("Challenge")))], verbose_name=_("challenges"), blank=True,
        max_num=12,
    )  # fmt: skip
    result = RichTextField(
        _("what came of it"), features=TEXT_FEATURES[1:], blank=True,
        help_text=_("Once it is over. How many ideas, pilots and cases there are is counted for you."),
    )  # fmt: skip

    WORDS = ("lead", "body", "how", "result")
    template = "cms/call.html"
    parent_page_types = ["cms.ChallengesPage"]
    page_description = _("Something the city asks for until a day, with how to take part.")
    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
        FieldPanel("challenges"),
        FieldPanel("how"),
        FieldPanel("body"),
        FieldPanel("result"),
    ]

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    @property
    def state(self) -> str:
        """Where it stands today, by the calendar of the city."""
        today = timezone.localdate()
        if today < self.opens_on:
            return CallState.UPCOMING
        return CallState.CLOSED if self.closes_on and today > self.closes_on else CallState.OPEN

    def clean(self) -> None:
        """The last day is not before the first."""
        super().clean()
        if self.closes_on and self.opens_on and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": _("The last day is before the first one.")})

    @property
    def share(self) -> str:
        """A picture of its title."""
        return f"calls/{self.slug}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The call with its challenges, what has come of them so far, and what machines read of it."""
        context = super().get_context(request, *args, **kwargs)
        data = json_ld(calls.described(self, context["canonical"]))
        return {**context, **calls.show(self, context["frame"]), "data": data}
