"""How is a draft shown: to its editors at three widths, and by a secret link to somebody without an account?"""

import re
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cic.core.formats import instant
from cic.core.secret_pages import show_once
from cic.core.views import ConfirmPage, ObjectPage
from cms.forms import PreviewLinkForm
from cms.frame import absolute
from cms.models import PreviewLink
from cms.operations import previews as operations
from cms.operations.questions import address_of_work
from cms.permissions import may_share

from .serving import link_of, preview

# Pictures and documents in a page, which a draft may show before anybody else may see them.
FILES = re.compile(rb'(/(?:media/images|documents)/[^"\s?,]+)')


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """The version that a link was made for, whoever asks; its pictures and documents with it.

    Raises: Http404.
    """
    link = link_of(token)
    if link is None:
        raise Http404
    response = preview(request, link.revision.as_object())
    response["Referrer-Policy"] = "no-referrer"
    response.content = FILES.sub(rb"\1?preview=" + token.encode(), response.content)
    return response


class OfPage(ObjectPage):
    """About a page of the site, for those who may share its drafts."""

    def get_page(self, pk: int) -> Page:
        """The page.

        Raises: Http404.
        """
        page = get_object_or_404(Page.objects.filter(depth__gt=1), pk=pk).specific
        if not may_share(self.request.user, page):
            raise Http404
        return page

    def get_object(self) -> Any:
        """The page."""
        return self.get_page(self.kwargs["pk"])

    def get_cancel_url(self) -> str:
        """Back to where the page is written."""
        return address_of_work(self.object)


class PreviewLinks(OfPage):
    """The links to a draft that work, and a form that makes one."""

    template_name = "cms/workspace/preview_links.html"
    form_class = PreviewLinkForm
    page_title = gettext_lazy("Show the draft to somebody")
    submit_label = gettext_lazy("Make a link")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The links, the newest first."""
        newest = self.object.latest_revision
        links = PreviewLink.objects.usable().filter(page_id=self.object.pk)
        return super().get_context_data(
            links=list(links.select_related("made_by", "revision")[:50]),
            draft_title=newest.content["title"] if newest else self.object.title,
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        """Make it, and lead on to its address."""
        link, secret = operations.share_preview(
            self.object, actor=self.request.user, days=form.cleaned_data["days"]
        )
        back = reverse("cms_preview_links", args=[self.object.pk])
        context = {
            "page_title": _("The link to the draft"),
            "secret": absolute(reverse("cms_shared_preview", args=[secret])),
            "copy_label": _("Copy the link"),
            "warning": _(
                "This is the only time it is shown. Whoever has it sees the draft without an account."
            ),
            "use": _("It shows the version of now, and works until %(at)s.")
            % {"at": instant(link.expires_at)},
            "example": "",
            "back_url": back,
            "back_label": _("I have kept it"),
        }
        return show_once(self.request, context)


class EndPreviewLink(ConfirmPage):
    """Let a link lead nowhere."""

    template_name = "workspace/confirm.html"
    form_class = forms.Form
    page_title = gettext_lazy("End this link?")
    submit_label = gettext_lazy("End the link")
    done = gettext_lazy("The link leads nowhere now.")

    def get_object(self) -> Any:
        """The link.

        Raises: Http404.
        """
        link = get_object_or_404(PreviewLink.objects.select_related("page"), pk=self.kwargs["pk"])
        if not may_share(self.request.user, link.page.specific):
            raise Http404
        return link

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question."""
        lead = _("Whoever has it sees nothing any more. This cannot be taken back.")
        return super().get_context_data(lead=lead, **kwargs)

    def get_cancel_url(self) -> str:
        """Back to the links."""
        return reverse("cms_preview_links", args=[self.object.page_id])

    get_success_url = get_cancel_url

    def act(self, form: Any) -> Any:
        """End it."""
        return operations.end_preview(self.object, actor=self.request.user)
