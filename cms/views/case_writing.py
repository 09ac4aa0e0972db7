"""Where is a case written: its texts, its photographs, and a further language?"""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.views import ObjectPage, Versioned
from cms.facts.saying import source_of
from cms.forms import CHECKED, CaseForm, PhotosForm, TranslateForm
from cms.models import CasePage
from cms.operations.case_languages import Writing, translate_case, write_together
from cms.operations.photos import write_photos
from pilots.models.evidence import LEVELS, judged, weakest

from .case_languages import (
    followers,
    languages_left,
    languages_taken,
    names_of,
    onward,
    steps_of,
    text_step,
    versions_of,
    writable_beside,
)
from .cases import CaseRoute


class WritingPage(CaseRoute, ObjectPage):
    """A step of writing: what is saved is said with the hour, and the next step is one click away."""

    permission = "cms.edit_case"

    def step(self) -> str:
        """Which of the steps it is."""
        raise TypeError(f"{type(self).__name__} must say which step it is.")

    @cached_property
    def versions(self) -> list[CasePage]:
        """The case in all its languages."""
        return versions_of(self.object, self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The steps, and whether there is one to go on to."""
        steps = steps_of(self.object, self.versions, self.step())
        return super().get_context_data(steps=steps, next_step=onward(steps, self.step()), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Save; say when."""
        response = super().form_valid(form)
        if response.status_code == 302:
            words = _("Saved at %(time)s.") % {"time": f"{timezone.localtime():%H:%M}"}
            messages.success(self.request, words)
        return response

    def get_success_url(self) -> str:
        """The next step for who goes on; else the case."""
        if "onward" in self.request.POST:
            versions = versions_of(self.object, self.request.user)
            here = next(page for page in versions if page.pk == self.object.pk)
            if step := onward(steps_of(here, versions, self.step()), self.step()):
                return str(step["url"])
        return self.get_cancel_url()


class CaseEdit(WritingPage, Versioned):
    """The texts of the case in one language, a translation beside its original. What was typed is kept when it is refused."""

    template_name = "cms/workspace/write.html"
    form_class = CaseForm

    @property
    def page_title(self) -> str:  # type: ignore[override]
        """With the languages one writes in."""
        return _("Write the case: %(language)s") % {"language": names_of([self.object, *self.beside])}

    def step(self) -> str:
        """The text in this language, and in those that follow it."""
        return text_step(self.object, self.versions)

    @cached_property
    def draft(self) -> CasePage:
        """The newest version."""
        return self.object.newest()

    @cached_property
    def source(self) -> CasePage | None:
        """The original it is a translation of."""
        return source_of(self.draft, {page.locale.language_code: page for page in self.versions})

    @cached_property
    def beside(self) -> list[CasePage]:
        """The translations that follow it and can be written together with it."""
        return followers(self.object, self.versions)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The newest version beside its original, or with its translations beside it."""
        level = weakest(judged(self.object.outcome.trial))
        return {
            **super().get_form_kwargs(),
            "instance": self.draft,
            "source": self.source,
            "others": [page.newest() for page in self.beside],
            "evidence": str(LEVELS[level]) if level else "",
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The original beside it, or its translations; whether a machine may say the rest."""
        locale = self.object.locale
        follows = bool(self.beside) or (self.source is not None and not self.object.live)
        return super().get_context_data(
            source=self.source,
            code=locale.language_code,
            language=locale.get_display_name(),
            beside=names_of(self.beside),
            machine=bool(settings.TRANSLATION_URL) and follows,
            **kwargs,
        )

    def version_now(self) -> int:
        """The newest revision of all that is written here."""
        return max(page.latest_revision_id for page in (self.object, *self.beside))

    def as_it_is(self, form: Any) -> dict[str, Any]:
        """The texts of the newest versions, as the form began with them."""
        kept = ("version", "what", "why", "renew_figures")
        names = [name for name in form.fields if name not in kept and not name.startswith(CHECKED)]
        return {name: form.initial.get(name, "") for name in names}

    def act(self, form: Any) -> Any:
        """Write a new version of it, and of each translation in which something was written."""
        given = form.cleaned_data
        others = [
            Writing(page, form.texts(end), form.read(end))
            for page in self.beside
            for end in [f"_{page.locale.language_code}"]
        ]
        return write_together(
            Writing(self.object, form.texts(), form.read()),
            others,
            actor=self.request.user,
            by_machine="rest" in self.request.POST,
            **{name: given[name] for name in ("what", "why", "renew_figures") if name in given},
        )

    def form_valid(self, form: Any) -> HttpResponse:
        """Save; say what to expect of the machine."""
        response = super().form_valid(form)
        if response.status_code == 302 and "rest" in self.request.POST:
            words = _("The machine is at work. Its texts appear here in a moment, marked as a machine's.")
            messages.info(self.request, words)
        return response

    def get_success_url(self) -> str:
        """Here again for who waits for the machine."""
        if "rest" in self.request.POST:
            return reverse("cms_case_edit", args=[self.object.pk])
        return super().get_success_url()


class PhotosPage(WritingPage):
    """The photographs of a case, with their words in every language that is being written: add, describe, take away."""

    template_name = "cms/workspace/photos.html"
    form_class = PhotosForm
    page_title = gettext_lazy("Photographs")
    submit_label = gettext_lazy("Save the photographs")

    def step(self) -> str:
        """The photographs."""
        return "photos"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The case, its newest version, and the drafts in other languages."""
        others = [page.newest() for page in writable_beside(self.object, self.versions)]
        return {
            **super().get_form_kwargs(),
            "case": self.object,
            "draft": self.object.newest(),
            "others": others,
        }

    def act(self, form: Any) -> Any:
        """Write a version with them; nothing where there are none and were none."""
        given, rows = form.cleaned_data, form.rows()
        if not rows and not form.photos:
            return self.object
        correction = {name: given[name] for name in ("what", "why") if name in given}
        return write_photos(
            self.object,
            rows,
            actor=self.request.user,
            others=writable_beside(self.object, self.versions),
            seen_revision=given["revision"],
            **correction,
        )


class TranslatePage(CaseRoute, ObjectPage):
    """Begin the case in another language."""

    permission = "cms.edit_case"
    form_class = TranslateForm
    page_title = gettext_lazy("Write it in another language")
    submit_label = gettext_lazy("Make the draft")
    done = gettext_lazy(
        "The draft holds what the tracker says in this language. Write the rest beside the original."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        """The languages it is not in yet."""
        return {**super().get_form_kwargs(), "languages": languages_left(languages_taken(self.object))}

    def act(self, form: Any) -> CasePage:
        """Make the draft, and go on with it."""
        language = form.cleaned_data["language"]
        return translate_case(self.object, language, actor=self.request.user)

    def get_success_url(self) -> str:
        """What is to be written there."""
        return reverse("cms_case_edit", args=[self.result.pk])
