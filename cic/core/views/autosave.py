"""How is a form saved while somebody writes in it? As its button does, with an answer for the script beside it."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _


class Autosave:
    """A form that answers `autosave.js` instead of showing a page. `addresses(saved)` says where the draft now is."""

    http_method_names = ("post",)
    done = ""

    def addresses(self, saved: Any) -> dict[str, Any]:
        """`version`, `edit_url` and `save_url` of what was saved."""
        raise TypeError(f"{type(self).__name__} must say where its draft is.")

    def form_valid(self, form: Any) -> HttpResponse:
        """Save as the button does; say when, and where the draft now is."""
        answer = super().form_valid(form)  # type: ignore[misc]
        if answer.status_code != 302:
            return answer
        words = _("Saved at %(time)s") % {"time": f"{timezone.localtime():%H:%M}"}
        return JsonResponse({"state": "saved", "words": words, **self.addresses(self.result)})  # type: ignore[attr-defined]

    def render_to_response(self, context: dict[str, Any], status: int = 200, **kwargs: Any) -> HttpResponse:
        """Say why nothing was saved."""
        if status == 412:
            words = _(
                "Not saved: another window saved this draft meanwhile. Your text is still here; “Save the draft” shows both."
            )
            return JsonResponse({"state": "stale", "words": words}, status=status)
        form = context["form"]
        sentences = [
            f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
            for name, errors in form.errors.items()
            for error in errors
        ]
        words = _("Not saved yet. %(reasons)s") % {"reasons": " ".join(sentences)}
        return JsonResponse({"state": "refused", "words": words}, status=status)
