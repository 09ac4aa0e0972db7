"""Where do those who translate see what is still to be done in a language?"""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cic.core.permissions import can
from cms.facts import untranslated
from cms.permissions import EDITING_ROLES
from partners.choices import Role
from partners.models import standing_of


class TranslationsPage(LoginRequiredMixin, TemplateView):
    """What is public and not yet said in the language of `?language=`, records and pages."""

    template_name = "cms/workspace/translations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The groups of one language; by default the first that is not the installation's.

        Raises: PermissionDenied.
        """
        user = self.request.user
        if not can(user, "cms.view_untranslated"):
            raise PermissionDenied
        known = dict(settings.LANGUAGES)
        others = [code for code in known if code != settings.LANGUAGE_CODE]
        language = self.request.GET.get("language", "")
        if language not in known:
            language = (others or list(known))[0]
        edits = standing_of(user).has_somewhere((*EDITING_ROLES, Role.ADMIN))
        return super().get_context_data(
            page_title=_("Translations"),
            tabs=[{"code": code, "name": name, "current": code == language} for code, name in known.items()],
            language=language,
            language_name=known[language],
            groups=untranslated.records(language, user),
            pages=untranslated.written(language) if edits else None,
            **kwargs,
        )
