"""What do the room's pages share? Forms that know their reader, and parts that lead back to their whole."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.urls import reverse

from cic.core.choices import Confidentiality
from cic.core.models import Attachment, Written
from cic.core.permissions import can
from cic.core.views import ChildCreatePage, ConfirmPage, DetailPage, EditPage, MovePage, ObjectPage
from partners.forms.fields import DayInput, RecordForm
from partners.transitions import AGREEMENT


def forms_of_reader(page: Any, kwargs: dict[str, Any], parent: Any = None) -> dict[str, Any]:
    """`kwargs` for the page's form; with its reader and the whole, where the form asks for them."""
    if issubclass(page.form_class, RecordForm):
        return {**kwargs, "user": page.request.user, "parent": parent}
    return kwargs


class ReaderForms:
    """A page whose forms know who reads them."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form's arguments, with the reader."""
        return forms_of_reader(self, super().get_form_kwargs())  # type: ignore[misc]


class AddPage(ChildCreatePage):
    """A form that adds a part; it says of which whole."""

    whole: ClassVar[str] = "agreement"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form's arguments, with the whole."""
        return forms_of_reader(self, super().get_form_kwargs(), self.parent)

    def values(self, form: Any) -> dict[str, Any]:
        """What was typed, and the whole it belongs to."""
        return {**form.cleaned_data, self.whole: self.parent}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form's context, with the way back."""
        if "crumbs" not in kwargs:
            kwargs["crumbs"] = crumbs_to(self.parent, self.noun, self.page_title)
        return super().get_context_data(**kwargs)


class OfWhole:
    """A page about a part: whoever may not see the whole does not see it, and it leads back there."""

    whole: ClassVar[str] = "agreement"
    whole_noun: ClassVar[str] = "agreement"

    def get_whole(self) -> Any:
        """The whole the part belongs to."""
        obj = self.object  # type: ignore[attr-defined]
        for name in self.whole.split("."):
            obj = getattr(obj, name)
        return obj

    def get_cancel_url(self) -> str:
        """Back to the whole."""
        return reverse(f"{self.whole_noun}_detail", args=[self.get_whole().pk])

    def get_success_url(self) -> str:
        """Back to the whole."""
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form's context, with the way back."""
        kwargs.setdefault("crumbs", crumbs_to(self.get_whole(), self.whole_noun, self.get_title()))
        return super().get_context_data(**kwargs)  # type: ignore[misc]

    def get_title(self) -> Any:
        """What the page is called."""
        return self.page_title  # type: ignore[attr-defined]


class PartEditPage(ReaderForms, OfWhole, EditPage):
    """A form over a part."""


class PartConfirmPage(OfWhole, ConfirmPage):
    """A question before a part goes."""


class PartPage(OfWhole, ObjectPage):
    """A form that does something with a part."""


def signed_files(whole: Any) -> Any:
    """The signed documents that hang on an agreement or amendment and that its parties may open."""
    return (
        Attachment.objects.about(whole)
        .filter(kind="signed")
        .exclude(confidentiality=Confidentiality.INTERNAL)
    )


class DayMovePage(MovePage):
    """A move whose days are picked, and whose relations are limited to what the object may point to."""

    def limits(self) -> Mapping[str, Any]:
        """Field name to the rows it may be."""
        return {}

    def get_form(self, form_class: Any = None) -> Any:
        """The form of the move."""
        form = super().get_form(form_class)
        for name, field in form.fields.items():
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
            elif name in self.limits():
                field.queryset = self.limits()[name]
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, with where the object stands, where it will, and the way back."""
        assert self.move is not None
        table = next(
            table for table in self.get_tables() if any(row.name == self.move.name for row in table.moves)
        )
        after = type(self.object)(**{table.field: table.find(self.move.name).to_state})
        if "crumbs" not in kwargs:
            kwargs["crumbs"] = crumbs_to(self.object, self.noun, self.move.label)
        return super().get_context_data(
            state=table.badge(self.object), next_state=table.badge(after), **kwargs
        )


class ObjectDetailPage(DetailPage):
    """One object; its state in the words of whoever reads it."""

    list_title: ClassVar[Any] = ""

    def reads_as_staff(self) -> bool:
        """Whether the reader works for the city."""
        return can(self.request.user, "partners.read_everywhere")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context of a detail page, with state and the way back."""
        tables = self.get_tables()
        kwargs.setdefault("state", tables[0].badge(self.object, public=not self.reads_as_staff()))
        texts = self.object.said if isinstance(self.object, Written) else self.object
        name = "title" if hasattr(self.object, "title") else "name"
        kwargs.setdefault("title", getattr(texts, name, "") or str(self.object))
        here = {"label": getattr(self.object, "reference", "") or kwargs["title"], "url": ""}
        kwargs.setdefault("crumbs", [{"label": self.list_title, "url": reverse(f"{self.noun}_list")}, here])
        return super().get_context_data(**kwargs)


def with_badges(agreements: Any, user: Any) -> list[Any]:
    """`agreements` with their states in the words of whoever reads."""
    rows = list(agreements)
    for row in rows:
        row.badge = AGREEMENT.badge(row, public=not can(user, "partners.read_everywhere"))
    return rows


def crumbs_to(obj: Any, noun: str, here: Any) -> list[dict[str, Any]]:
    """The way from an object's page to the page in hand."""
    label = getattr(obj, "reference", "") or str(obj)
    return [{"label": label, "url": reverse(f"{noun}_detail", args=[obj.pk])}, {"label": here, "url": ""}]
