"""Which pages show the records of the tracker: pilots, agreements, centres, needs and ideas?"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import path as route
from wagtail.contrib.routable_page.models import re_path as re_route
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager

from cic.core.choices import PUBLIC_STATES
from cms.choosers import CENTRES
from cms.facts import (
    agreements,
    browsing,
    capsules,
    centres,
    challenges,
    events,
    figures,
    organisations,
    pilots,
)
from cms.frame import frame_of, unclosed

from .pages import RecordsPage, SitePage
from .written import WordedQuerySet, WrittenPage


class PilotsPage(RecordsPage):
    """The catalogue of what is tried, and the page of each trial."""

    template = "cms/pilots.html"

    class Meta:
        verbose_name = _("catalogue of pilots")
        verbose_name_plural = _("catalogues of pilots")

    @route("")
    def listed(self, request: HttpRequest) -> HttpResponse:
        """The catalogue; filters, order and page are in the address."""
        return self.respond(request, self.template, browsing.listed(request, frame_of(request)))

    @route("<slug:reference>/", name="record")
    def record(self, request: HttpRequest, reference: str) -> HttpResponse:
        """One trial, as anybody may see it."""
        shown = pilots.show(reference, frame_of(request))
        return self.respond(request, "cms/pilot.html", shown, **pilots.around(shown["trial"]))


class AgreementsPage(RecordsPage):
    """The register of agreements: exactly what the installation makes public, and the same as a file."""

    template = "cms/agreements.html"

    class Meta:
        verbose_name = _("register of agreements")
        verbose_name_plural = _("registers of agreements")

    @route("")
    def listed(self, request: HttpRequest) -> Any:
        """The register; `?format=csv` streams the rows found."""
        if request.GET.get("format") == "csv":
            return agreements.as_csv(request)
        return self.respond(request, self.template, agreements.listed(request, frame_of(request)))

    @route("<slug:reference>/", name="record")
    def record(self, request: HttpRequest, reference: str) -> HttpResponse:
        """One agreement."""
        shown = agreements.show(reference, frame_of(request))
        return self.respond(request, "cms/agreement.html", shown, **agreements.around(shown["agreement"]))


class CentresPage(RecordsPage):
    """The shared innovation centres, and what came of each."""

    template = "cms/centres.html"
    subpage_types = ["cms.CentrePage"]

    class Meta:
        verbose_name = _("page of centres")
        verbose_name_plural = _("pages of centres")

    @route("")
    def listed(self, request: HttpRequest) -> HttpResponse:
        """All public centres."""
        return self.respond(request, self.template, centres.listed(frame_of(request)))

    @route("<slug:reference>/", name="record")
    def record(self, request: HttpRequest, reference: str) -> HttpResponse:
        """One centre, with what an editor wrote of it in this language."""
        shown = centres.show(reference, frame_of(request))
        texts = CentrePage.objects.child_of(self).live().filter(centre=shown["centre"])
        context = {**shown, "written": unclosed(texts).first()}
        return self.respond(request, "cms/centre.html", context, **centres.around(shown["centre"]))


class CentrePageQuerySet(WordedQuerySet):
    """Named questions about texts of centres."""

    def open_to_all(self):
        """Those of public centres."""
        return super().open_to_all().filter(centre__publication__in=PUBLIC_STATES)


class CentrePage(WrittenPage):
    """What an editor writes of a centre. It stands at the centre's own address, around what the tracker knows."""

    centre = models.ForeignKey(
        "partners.Centre", models.PROTECT, related_name="written_pages", verbose_name=_("centre")
    )

    objects = PageManager.from_queryset(CentrePageQuerySet)()

    template = "cms/centre.html"
    parent_page_types = ["cms.CentresPage"]
    page_description = _(
        "A text of your own on the page of a centre; team, agreements and pilots come from the tracker."
    )
    content_panels = [
        *Page.content_panels,
        FieldPanel("centre", widget=CENTRES.widget_class),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    # Its address is the centre's reference.
    promote_panels = [FieldPanel("seo_title"), FieldPanel("search_description")]

    class Meta:
        verbose_name = _("text of a centre")
        verbose_name_plural = _("texts of centres")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """At the centre's own address."""
        if self.centre_id:
            self.slug = self.centre.reference
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """One text for each centre and language."""
        if self.centre_id:
            same = CentrePage.objects.filter(centre_id=self.centre_id, locale_id=self.locale_id)
            if same.exclude(pk=self.pk).exists():
                raise ValidationError({"centre": _("This centre has a text in this language already.")})
        super().clean()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page of the centre as it will be."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, **centres.show(self.centre.reference, context["frame"]), "written": self}


class OrganisationsPage(RecordsPage):
    """Who takes part: the organisations, who works with whom, and what came of each."""

    template = "cms/organisations.html"

    class Meta:
        verbose_name = _("page of organisations")
        verbose_name_plural = _("pages of organisations")

    @route("")
    def listed(self, request: HttpRequest) -> HttpResponse:
        """The list; its first page, before anything is sought, opens with the picture of who works with whom."""
        frame = frame_of(request)
        return self.respond(request, self.template, organisations.listed(request, frame))

    @route("<int:pk>/", name="record")
    def record(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One organisation."""
        shown = organisations.show(pk, frame_of(request))
        around = organisations.around(shown["organisation"])
        return self.respond(request, "cms/organisation.html", shown, **around)


class FiguresPage(SitePage):
    """The whole programme in figures."""

    intro = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    WORDS = ("intro",)
    template = "cms/figures.html"
    parent_page_types = ["cms.HomePage"]
    content_panels = [*SitePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("page of figures")
        verbose_name_plural = _("pages of figures")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The figures as they are now."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, **figures.show(context["frame"])}


class ChallengesPage(RecordsPage):
    """The needs of the city, its calls, and the ideas that answer them."""

    template = "cms/challenges.html"
    subpage_types = ["cms.CallPage"]

    class Meta:
        verbose_name = _("page of challenges")
        verbose_name_plural = _("pages of challenges")

    @route("")
    def listed(self, request: HttpRequest) -> HttpResponse:
        """Open needs first, then the others, then the ideas that are public."""
        return self.respond(request, self.template, challenges.listed(request, frame_of(request)))

    @re_route(r"^(?P<reference>[NI]-[\w-]+)/$", name="record")
    def record(self, request: HttpRequest, reference: str) -> HttpResponse:
        """One need or one idea, by its reference; any other address beneath is that of a call."""
        frame = frame_of(request)
        if reference.startswith("N-"):
            shown = challenges.show(reference, frame)
            return self.respond(request, "cms/challenge.html", shown, **challenges.around(shown["challenge"]))
        shown = challenges.show_idea(reference, frame)
        return self.respond(request, "cms/idea.html", shown, **challenges.around(shown["idea"]))


class EventsPage(RecordsPage):
    """When one can meet: what is coming, and what was held."""

    template = "cms/events.html"

    class Meta:
        verbose_name = _("page of events")
        verbose_name_plural = _("pages of events")

    @route("")
    def listed(self, request: HttpRequest) -> HttpResponse:
        """What is coming first, then what was held."""
        return self.respond(request, self.template, events.listed(request, frame_of(request)))

    @route(capsules.TAIL)
    def capsule_list(self, request: HttpRequest) -> HttpResponse:
        """What one can learn by oneself."""
        frame = frame_of(request)
        shown = capsules.listed(request, frame)
        return self.respond(request, "cms/capsules.html", shown, **capsules.around(shown, frame))

    @re_route(r"^(?P<reference>[ESK]-[\w-]+)/$", name="record")
    def record(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """One event with its programme; a session is read there too, a capsule in the list of them."""
        frame = frame_of(request)
        if reference.startswith("K-"):
            return redirect(capsules.place_of(reference, frame))
        if reference.startswith("S-"):
            return redirect(events.event_of_session(reference, frame))
        shown = events.show(reference, frame)
        return self.respond(request, "cms/event.html", shown, **events.around(shown))
