"""What do the pages of all records along the chain share? Its line across the top, and their files."""

from typing import Any

from cic.core.notifications import unread_of_page
from cic.core.permissions import can
from cic.core.views import DetailPage
from pilots.models.chains import chain_of
from pilots.operations.messages import page_of_talk


class ChainedPage(DetailPage):
    """A page whose head is the chain."""

    def chain(self) -> Any:
        """The stations, as the reader may know them."""
        self.line = chain_of(self.object, self.request.user)
        return self.line.stations

    def title(self) -> Any:
        """What the record is called."""
        return self.object.said.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The agreement beneath the line, and the title."""
        context = super().get_context_data(**kwargs)
        context |= {"agreement": self.line.agreement, "chain_aside": self.line.aside}
        context["title"] = self.title()
        context["crumbs"] = [
            {"label": self.object._meta.verbose_name_plural.capitalize(), "url": context["list_url"]},
            {"label": self.object.reference},
        ]
        return context


def talk_of(obj: Any, user: Any) -> dict[str, Any] | None:
    """Where the conversations about `obj` are, and how many messages are new; None for who reads none."""
    if not can(user, "pilots.converse", obj):
        return None
    address = page_of_talk(obj)
    return {"url": address, "unread": unread_of_page(user, address).count()}


def ask_only_what_is_missing(form: Any, move: Any, obj: Any) -> None:
    """Take from the form of a move what the record holds already."""
    for name in move.needs:
        if name in form.fields and getattr(obj, name) not in (None, ""):
            del form.fields[name]
