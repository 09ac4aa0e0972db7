"""Which pages show the records of the tracker: pilots, agreements, centres, needs and ideas?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.routable_page.models import path as route

from cms.facts import agreements, centres, challenges, pilots
from cms.frame import frame_of

from .pages import RecordsPage


class PilotsPage(RecordsPage):
    """The catalogue of what is tried, and the page of each trial."""

    template = "cms/pilots.html"

    class Meta:
        verbose_name = _("catalogue of pilots")
        verbose_name_plural = _("catalogues of pilots")

    @route("")
    def listed(self, request: HttpRequest) -> HttpResponse:
        """The catalogue; filters, order and page are in the address."""
        return self.respond(request, self.template, pilots.listed(request, frame_of(request)))

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

    class Meta:
        verbose_name = _("page of centres")
        verbose_name_plural = _("pages of centres")

    @route("")
    def listed(self, request: HttpRequest) -> HttpResponse:
        """All public centres."""
        return self.respond(request, self.template, centres.listed(frame_of(request)))

    @route("<slug:reference>/", name="record")
    def record(self, request: HttpRequest, reference: str) -> HttpResponse:
        """One centre."""
        shown = centres.show(reference, frame_of(request))
        return self.respond(request, "cms/centre.html", shown, **centres.around(shown["centre"]))


class ChallengesPage(RecordsPage):
    """The needs of the city, and the ideas that answer them."""

    template = "cms/challenges.html"

    class Meta:
        verbose_name = _("page of challenges")
        verbose_name_plural = _("pages of challenges")

    @route("")
    def listed(self, request: HttpRequest) -> HttpResponse:
        """Open needs first, then the others, then the ideas that are public."""
        return self.respond(request, self.template, challenges.listed(request, frame_of(request)))

    @route("<slug:reference>/", name="record")
    def record(self, request: HttpRequest, reference: str) -> HttpResponse:
        """One need or one idea, by its reference."""
        frame = frame_of(request)
        if reference.startswith("N-"):
            shown = challenges.show(reference, frame)
            return self.respond(request, "cms/challenge.html", shown, **challenges.around(shown["challenge"]))
        if reference.startswith("I-"):
            shown = challenges.show_idea(reference, frame)
            return self.respond(request, "cms/idea.html", shown, **challenges.around(shown["idea"]))
        raise Http404
