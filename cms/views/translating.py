"""How far is a page said in its language, and how does the rest come in: by a person, a file or a machine?"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from wagtail.contrib.simple_translation.views import SubmitPageTranslationView
from wagtail.models import Locale

from cic.core.permissions import can
from cic.core.views import ObjectPage
from cms.facts.saying import as_source, completeness, family_of, lines_of, source_of
from cms.models import CasePage, readable_pages
from cms.operations import translations as operations
from cms.permissions import translating

STEPS = ("confirm", "rest", "file", "follow")
WORDS = {
    "unsaid": (gettext_lazy("not translated"), "neutral"),
    "outdated": (gettext_lazy("The text changed since"), "warn"),
    "machine": (gettext_lazy("Machine translation"), "progress"),
    "human": (gettext_lazy("Said"), "good"),
}


def translated_page(request: HttpRequest, pk: int) -> tuple[Any, dict[str, Any]]:
    """The newest version of a page, and the page in every language, for those who translate it.

    Raises: Http404.
    """
    family = family_of(get_object_or_404(readable_pages(request.user), pk=pk))
    page = next(row for row in family.values() if row.pk == pk)
    if not can(request.user, "cms.translate_page", page) or not hasattr(page, "said"):
        raise Http404
    return page.newest(), family


class StepForm(forms.Form):
    """One of four steps, with what it needs."""

    step = forms.ChoiceField(choices=[(step, step) for step in STEPS])
    parts = forms.MultipleChoiceField(required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    file = forms.FileField(label=gettext_lazy("PO file"))

    def __init__(self, *args: Any, paths: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = [(path, path) for path in paths]
        self.fields["language"].choices = settings.LANGUAGES
        self.fields["file"].required = self.data.get("step", "file") == "file"

    def clean(self) -> dict[str, Any]:
        """A file where one is asked for."""
        given = super().clean() or {}
        file = given.get("file")
        if given.get("step") == "file" and file is not None and file.size > operations.MOST_BYTES:
            self.add_error("file", _("Choose a PO file of at most 2 MB."))
        return given


class TranslatingPage(ObjectPage):
    """A page beside the one it was made from, text by text; or, for a page made from none, its other languages."""

    template_name = "cms/workspace/translating.html"
    submit_label = gettext_lazy("They are right as they stand")

    def get_object(self) -> Any:
        """The newest version, its source and both line by line."""
        page, self.family = translated_page(self.request, self.kwargs["pk"])
        self.source = source_of(page, self.family)
        self.lines = lines_of(page, self.source) if self.source else []
        return page

    def get_form(self, form_class: Any = None) -> Any:
        """The form of all steps."""
        return StepForm(**self.get_form_kwargs(), paths=[line.path for line in self.lines])

    def act(self, form: Any) -> Any:
        """Take the step."""
        given, actor = form.cleaned_data, self.request.user
        step = given["step"]
        if step == "confirm":
            operations.confirm_parts(self.object, given["parts"], actor=actor)
            self.done = _("It counts as read. The draft waits for you to ask for approval.")
        elif step == "rest":
            operations.ask_machine(self.object, actor=actor)
            self.done = _("The machine is at work. Its texts appear here in a moment, marked as a machine's.")
        elif step == "follow":
            operations.follow_page(self.object, given["language"], actor=actor)
            self.done = _("From now on you see here what changes there.")
        else:
            count, strange = operations.read_po(self.object, given["file"].read(), actor=actor)
            self.done = ngettext(
                "%(count)d text was taken over into the draft.", "%(count)d texts were taken over into the draft.", count
            ) % {"count": count}  # fmt: skip
            if strange:
                self.done += " " + ngettext(
                    "%(count)d was left out: its original has changed.", "%(count)d were left out: their originals have changed.", strange
                ) % {"count": strange}  # fmt: skip
        return self.object

    def get_success_url(self) -> str:
        """Here."""
        return reverse("cms_page_translation", args=[self.object.pk])

    def get_cancel_url(self) -> str:
        """Where the page is written."""
        return reverse("wagtailadmin_pages:edit", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Lines with the words of their states, how far it is, the other languages, and what can be done."""
        page = self.object
        said = completeness(page, self.lines) if self.source else None
        own = page.locale.language_code
        rows = [
            {"line": line, "word": WORDS[line.state][0], "tone": WORDS[line.state][1]} for line in self.lines
        ]
        context = super().get_context_data(
            page_title=_("Translation: %(language)s") % {"language": dict(settings.LANGUAGES).get(own, own)},
            lead=page.title,
            rows=rows,
            source=self.source,
            source_code=page.said.get("from", ""),
            code=own,
            said=said,
            machine=bool(settings.TRANSLATION_URL) and any(line.for_machine for line in self.lines),
            languages=self.languages(),
            **kwargs,
        )
        return {**context, "waits": page.workflow_in_progress}

    def languages(self) -> list[dict[str, Any]]:
        """The page in the other languages: what it is called there, and how far each is."""
        own = self.object.locale.language_code
        source, found = as_source(self.family[own]), []
        for locale in Locale.objects.exclude(pk=self.object.locale_id):
            code = locale.language_code
            page = self.family[code].newest() if code in self.family else None
            follows = page is not None and page.said.get("from") == own
            found.append(
                {
                    "code": code,
                    "name": dict(settings.LANGUAGES).get(code, code),
                    "page": page,
                    "said": completeness(page, lines_of(page, source)) if follows else None,
                    "may_follow": page is not None and not follows and self.source is None,
                }
            )
        return found


@login_required
@require_safe
def po_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The texts of a page with what is said of them, for a translator's program.

    Raises: Http404.
    """
    page, family = translated_page(request, pk)
    source = source_of(page, family)
    if source is None:
        raise Http404
    response = HttpResponse(
        operations.as_po(page, lines_of(page, source)),
        content_type="text/x-gettext-translation; charset=utf-8",
    )
    name = f"{slugify(page.title)[:60] or 'page'}-{page.locale.language_code}.po"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def submit(request: HttpRequest, page_id: int) -> HttpResponse:
    """Wagtail's own step that makes the draft in another language, for those who may write this page; cases go one by one.

    Raises: Http404.
    """
    page = get_object_or_404(readable_pages(request.user), pk=page_id).specific
    if not can(request.user, translating(page), page) or (
        request.POST.get("include_subtree") and page.get_descendants().type(CasePage).exists()
    ):
        raise Http404
    return SubmitPageTranslationView.as_view()(request, page_id=page_id)
