"""Where does a centre write in which words it tells of its decisions?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.views import ConfirmPage, CreatePage, EditPage, ListPage
from pilots.filters.letters import LetterFilter
from pilots.forms.letters import LetterForm, LetterWordsForm
from pilots.models import Letter
from pilots.operations import letters

PLACES = {
    "name": _("who gets the letter"),
    "reference": _("the reference of the idea or trial"),
    "title": _("its title"),
    "verdict": _("what was decided"),
    "reasons": _("why; every letter holds it"),
    "conditions": _("on which conditions"),
    "body": _("who decided"),
    "authority": _("on the authority of what"),
    "decided_on": _("the day of the decision"),
    "review_on": _("the day it is looked at again, if it is parked"),
}


class LetterListPage(ListPage):
    """The letters of the centres in which the reader records decisions."""

    model = Letter
    noun = "letter"
    permission = "pilots.edit_letter"
    filterset_class = LetterFilter
    row_template = "pilots/decisions/_letter_row.html"
    page_title = _("Letters")
    create_permission = "pilots.edit_letter"
    create_label = _("Write a letter")
    columns = (
        ("subject", _("Subject"), ""),
        ("verdict", _("Verdict"), "verdict"),
        ("language", _("Language"), "language"),
        ("centre", _("Centre"), ""),
        ("updated_at", _("Last changed"), "updated_at"),
        ("remove", _("Remove"), ""),
    )
    export_columns = (
        ("subject", "subject"),
        ("verdict", "verdict"),
        ("language", "language"),
        ("centre", "centre__name"),
        ("text", "text"),
        ("updated_at", "updated_at"),
    )

    def rows(self, queryset: Any) -> Any:
        """With their centre."""
        return queryset.select_related("centre")

    def row_url(self, row: Any) -> str:
        """A letter is read where it is written."""
        return reverse("letter_edit", args=[row.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it is about, and what happens without any."""
        return super().get_context_data(
            lead=_("Who is told of a decision gets the letter of the centre in their language. Where there is none, they get the mail that comes with the product."),
            empty_text=_("No letter is written yet."),
            **kwargs,
        )  # fmt: skip


class LetterForms:
    """What writing and changing a letter share."""

    template_name = "pilots/decisions/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What can stand in braces."""
        return super().get_context_data(places=PLACES.items(), **kwargs)  # type: ignore[misc]

    def get_cancel_url(self) -> str:
        """Back to the list."""
        return reverse("letter_list")

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("letter_list")


class LetterCreatePage(LetterForms, CreatePage):
    """Write a letter."""

    model = Letter
    noun = "letter"
    permission = "pilots.edit_letter"
    form_class = LetterForm
    page_title = _("Write a letter")
    done = _("The letter is saved. It is used from the next decision on that is told.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form offers the reader's own centres."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def act(self, form: Any) -> Any:
        """Save it."""
        return letters.write_letter(form.cleaned_data, actor=self.request.user)


class LetterEditPage(LetterForms, EditPage):
    """Change the words of a letter."""

    model = Letter
    noun = "letter"
    permission = "pilots.edit_letter"
    form_class = LetterWordsForm
    page_title = _("Change the letter")
    done = _("The letter is saved. It is used from the next decision on that is told.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For which verdict, in which language."""
        return super().get_context_data(lead=str(self.object), **kwargs)

    def act(self, form: Any) -> Any:
        """Save it."""
        return letters.edit_letter(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class LetterRemovePage(LetterForms, ConfirmPage):
    """Take a letter away."""

    model = Letter
    noun = "letter"
    permission = "pilots.edit_letter"
    template_name = "workspace/confirm.html"
    page_title = _("Remove this letter?")
    submit_label = _("Remove the letter")
    done = _("The letter is removed.")

    def act(self, form: Any) -> Any:
        """Remove it."""
        letters.remove_letter(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


ROUTES = [
    path("letters/", LetterListPage.as_view(), name="letter_list"),
    path("letters/new/", LetterCreatePage.as_view(), name="letter_create"),
    path("letters/<int:pk>/edit/", LetterEditPage.as_view(), name="letter_edit"),
    path("letters/<int:pk>/remove/", LetterRemovePage.as_view(), name="letter_remove"),
]
