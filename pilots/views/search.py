"""What of all that one may open holds these words?"""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cic.core.finding import Group, find, referred_to
from cic.core.permissions import can
from cic.core.search import MAX_QUERY_LENGTH
from partners.models import Agreement
from pilots.models import Challenge, Idea, Trial
from pilots.models.chains import stations_of, with_chain

EACH_ON_PAGE = 20
EACH_WHILE_TYPING = 4
CHAINED = (Challenge, Idea, Trial)


class SearchPage(LoginRequiredMixin, TemplateView):
    """Every noun at once: a page, or the list beneath the box while somebody types. A reference leads to its record."""

    template_name = "pilots/work/search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The record that was cited, or what was found."""
        self.text = request.GET.get("q", "")[:MAX_QUERY_LENGTH].strip()
        self.typing = bool(request.htmx)  # type: ignore[attr-defined]
        self.cited = referred_to(self.text, request.user)
        if self.cited is not None and not self.typing:
            return redirect(page_of(self.cited._meta.model_name, self.cited.pk))
        response = super().get(request, *args, **kwargs)
        response["Vary"] = "HX-Request"
        return response

    def get_template_names(self) -> list[str]:
        """Only the list, for whoever types."""
        return ["pilots/work/_search_found.html"] if self.typing else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`groups` of records by noun, and how many there are in all."""
        user = self.request.user
        groups = find(self.text, user, each=EACH_WHILE_TYPING if self.typing else EACH_ON_PAGE)
        cited = self.cited
        return super().get_context_data(
            page_title=_("Search the workspace"),
            text=self.text,
            typing=self.typing,
            cited={"url": page_of(cited._meta.model_name, cited.pk), "title": str(cited)} if cited else None,
            groups=[shown(group, self.text, user) for group in groups],
            count=sum(group.total for group in groups),
            **kwargs,
        )


def page_of(noun: str | None, pk: int) -> str:
    """The workspace page of a record."""
    return reverse(f"{noun}_detail", args=[pk])


def shown(group: Group, text: str, user: Any) -> dict[str, Any]:
    """The records of one noun as the results show them, with their small chains."""
    model, chains = group.model, {}
    if model in CHAINED:
        rows = model.objects.visible_to(user).filter(pk__in=[row.pk for row in group.rows])
        chains = {row.pk: stations_of(row) for row in with_chain(rows, user)}
    noun = model._meta.model_name
    # The list of agreements does not search words that not everybody may read.
    lists_them = model.LISTED and (model is not Agreement or can(user, "partners.read_agreement_object"))
    return {
        "noun": noun,
        "label": model._meta.verbose_name_plural,
        "total": group.total,
        "more": reverse(f"{noun}_list") if lists_them and group.total > len(group.rows) else "",
        "rows": [
            {
                "reference": row.reference,
                "title": row.title,
                "url": page_of(noun, row.pk),
                "stations": chains.get(row.pk),
            }
            for row in group.rows
        ],
    }


ROUTES = [path("search/", SearchPage.as_view(), name="search")]
