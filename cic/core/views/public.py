"""What do the public pages of the rooms share? The frame of the site, and a form that needs no account."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from cic.core.context import public_frame
from cic.core.middleware import client_address
from cic.core.tally import too_often

# How often one reader's machine may ask for something without an account; units: per hour.
ASKS_PER_HOUR = 20


class Trap(forms.Form):
    """A field that people do not see, and programs fill in."""

    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )


class PublicPage:
    """A page in the frame of the public site. Most are not for search engines: what they are about has its own page."""

    route = ""
    page_title: Any = ""
    # Whether search engines may find it, with these words; of a `record` in the languages that is written in.
    indexed = False
    description: Any = ""
    record: Any = None
    request: HttpRequest
    kwargs: dict[str, Any]

    def crumbs(self) -> Sequence[Mapping[str, Any]]:
        """The way here from the record it is about."""
        return ()

    def data(self) -> dict[str, Any] | None:
        """What it is in the words of schema.org, besides a page of this site."""
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page's context within the frame."""
        title = kwargs.get("page_title") or self.page_title
        frame = public_frame(
            self.request,
            self.route,
            list(self.kwargs.values()),
            title=title,
            crumbs=self.crumbs(),
            record=self.record,
            description=self.description,
            data=self.data() if self.indexed else None,
        )
        frame["indexed"] = self.indexed
        del frame["messages"]  # whoever signed in is told here what came of what they did
        return super().get_context_data(**{**frame, **kwargs})  # type: ignore[misc]


@method_decorator(never_cache, name="dispatch")
class AskingPage(PublicPage, FormView):
    """A form that needs no account: counted by where it comes from, as `counted_as`; `act(form)` does what it asks."""

    counted_as = ""
    act: Callable[[Any], HttpResponse]

    def form_valid(self, form: Any) -> HttpResponse:
        """Count who asks; what a program filled in goes nowhere, and it is not told."""
        if too_often(f"{self.counted_as}:{client_address(self.request)}", ASKS_PER_HOUR, span_s=3600):
            form.add_error(
                None, gettext("Too many have asked from where you are. Please try again in an hour.")
            )
            return self.render_to_response(self.get_context_data(form=form), status=429)
        if form.cleaned_data.pop("website", ""):
            return redirect(self.get_success_url())
        return self.act(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same form with what was typed and what to mend."""
        return self.render_to_response(self.get_context_data(form=form), status=422)
