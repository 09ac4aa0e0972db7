"""How do people put a record into another language: source and translation side by side?"""

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .machine_translation import ask_for_the_rest
from .translations import missing, translate
from .views import ObjectPage, Versioned, translations_of

CHECKED = "checked_"


def translation_routes(
    part: str, noun: str, model: Any, permission: str, shown: tuple[str, str] | None = None
) -> list[Any]:
    """The pages that translate a noun: its form in one language, and the button for the machine.

    `shown` of a noun without a page of its own: what it belongs to, and the name of the page of that which shows it.
    """
    given = {"model": model, "noun": noun, "permission": permission, "shown": shown}
    address = f"{part}/<int:pk>/translations/<slug:language>/"
    return [
        path(address, TranslatePage.as_view(**given), name=f"{noun}_translate"),
        path(f"{address}rest/", RestPage.as_view(**given), name=f"{noun}_translate_rest"),
    ]


class InOneLanguage(ObjectPage):
    """A page about a record in one of the languages it was not written in; `translation_routes` says of which noun."""

    model: ClassVar[Any] = None
    shown: ClassVar[tuple[str, str] | None] = None

    def get_cancel_url(self) -> str:
        """Back to where it is shown."""
        if self.shown is None:
            return super().get_cancel_url()
        whole, page = self.shown
        return reverse(page, args=[getattr(self.object, f"{whole}_id")])

    def get_object(self) -> Any:
        """The record. Raises: Http404 for its own language and for those the installation does not have."""
        record = super().get_object()
        code = self.kwargs["language"]
        if code not in dict(settings.LANGUAGES) or code == record.text_language:
            raise Http404
        return record

    @cached_property
    def language(self) -> str:
        """The language of the form."""
        return dict(settings.LANGUAGES)[self.kwargs["language"]]


class TranslatePage(InOneLanguage, Versioned):
    """Every text of a record with its translation beside it. Only what was changed or ticked is written."""

    template_name = "workspace/translate.html"
    done = gettext_lazy("The translation is saved.")
    submit_label = gettext_lazy("Save the translation")

    def get_success_url(self) -> str:
        """Back to where it is shown."""
        return self.get_cancel_url()

    def entries(self) -> dict[str, Any]:
        """What is there in this language."""
        return self.object.translations.get(self.kwargs["language"], {})

    def names(self) -> list[str]:
        """The fields that hold something to translate."""
        return [name for name in self.object.TRANSLATED if getattr(self.object, name)]

    def get_form_class(self) -> Any:
        """A field for each text, and a tick where the translation was a machine's or lags behind."""
        fields: dict[str, Any] = {}
        for name in self.names():
            column, entry = self.object._meta.get_field(name), self.entries().get(name)
            field = column.formfield(required=False, help_text="", initial=entry["text"] if entry else "")
            field.label = f"{capfirst(str(column.verbose_name))} · {self.language}"
            rows = {"rows": 6} if isinstance(field.widget, forms.Textarea) else {}
            field.widget.attrs |= {"lang": self.kwargs["language"], **rows}
            fields[name] = field
            if entry and (entry["outdated"] or entry["origin"] != "human"):
                fields[CHECKED + name] = forms.BooleanField(
                    label=_("I have read it, and it is right as it stands"), required=False
                )
        return type("TranslationForm", (forms.Form,), fields)

    def as_it_is(self, form: Any) -> dict[str, Any]:
        """The texts that are there in this language."""
        return {name: self.entries().get(name, {}).get("text", "") for name in self.names()}

    def act(self, form: Any) -> Any:
        """Write what differs from what is there, and what somebody looked over."""
        given, known = form.cleaned_data, self.entries()
        texts = {
            name: given[name]
            for name in self.names()
            if given[name] != known.get(name, {}).get("text", "") or given.get(CHECKED + name)
        }
        said = {self.kwargs["language"]: texts}
        return translate(self.object, said, actor=self.request.user, expected_version=self.expected_version)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Source, translation and tick side by side; the other languages; the machine, where there is one."""
        context = super().get_context_data(**kwargs)
        form, known, code = context["form"], self.entries(), self.kwargs["language"]
        record = self.object
        pairs = [
            {
                "field": form[name],
                "label": capfirst(str(record._meta.get_field(name).verbose_name)),
                "source": getattr(record, name),
                "entry": known.get(name, {}),
                "checked": form[CHECKED + name] if CHECKED + name in form.fields else None,
            }
            for name in self.names()
        ]
        by_machine = bool(settings.TRANSLATION_URL) and bool(missing(record, code))
        rest = reverse(f"{self.noun}_translate_rest", args=[record.pk, code])
        context |= {
            "page_title": _("Translation: %(language)s") % {"language": self.language},
            "lead": str(record),
            "pairs": pairs,
            "own_code": record.text_language,
            "own_name": dict(settings.LANGUAGES).get(record.text_language, record.text_language),
            "code": code,
            "language": self.language,
            "others": translations_of(record, self.noun),
            "rest_url": rest if by_machine else "",
        }
        return context


class RestPage(InOneLanguage):
    """Have a machine say what nobody has translated yet."""

    http_method_names = ["post"]

    def get_form(self, form_class: Any = None) -> Any:
        """Nothing is asked."""
        return forms.Form(self.request.POST)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask for it."""
        if not settings.TRANSLATION_URL:
            raise Http404
        return super().post(request, *args, **kwargs)

    def act(self, form: Any) -> Any:
        """A job does it: a machine may be slow."""
        ask_for_the_rest(
            self.object, self.kwargs["language"], permission=self.permission, actor=self.request.user
        )
        return self.object

    @property
    def done(self) -> str:
        """What to expect."""
        return _("The machine is at work. Its texts appear here in a moment, marked as a machine's.")

    def get_success_url(self) -> str:
        """Back to the form."""
        return reverse(f"{self.noun}_translate", args=[self.object.pk, self.kwargs["language"]])

    def form_invalid(self, form: Any) -> HttpResponse:
        """There is nothing to mend in an empty form."""
        raise Http404
