"""How does the API read and write texts in several languages? `translations` in the body, `?lang=` in the address."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from cic.core.models.translations import Translatable, said

from .problems import invalid_parameter


class TranslationsField(serializers.JSONField):
    """Language → field → text. Read with origin and whether the source has changed since; `null` takes a text away."""

    def to_internal_value(self, data: Any) -> dict[str, dict[str, str | None]]:
        """Texts alone, whether sent as texts or as they were read."""
        value = super().to_internal_value(data)
        if not isinstance(value, Mapping) or not all(isinstance(said, Mapping) for said in value.values()):
            raise serializers.ValidationError(_("Send texts by language and field."))
        texts = {
            code: {name: text["text"] if _is_read(text) else text for name, text in said.items()}
            for code, said in value.items()
        }
        if not all(
            text is None or isinstance(text, str) for said in texts.values() for text in said.values()
        ):
            raise serializers.ValidationError(_("Send texts by language and field."))
        return texts


def _is_read(text: Any) -> bool:
    return isinstance(text, Mapping) and "text" in text


def language_asked(request: Any, model: Any) -> str:
    """The language of `?lang=`; empty without it.

    Raises: ApiProblem for a language the installation does not have.
    """
    code = request.query_params.get("lang", "") if issubclass(model, Translatable) else ""
    if code and code not in dict(settings.LANGUAGES):
        raise invalid_parameter(
            "lang", _("%(language)s is no language of this installation.") % {"language": code}
        )
    return code


def speak(results: Iterable[dict[str, Any]], model: Any, language: str) -> None:
    """Put the texts of `results` into `language`, each where it is translated; `said` names the language of each.

    A result brings its `_translations` and its own language as `_own`.
    """
    for result in results:
        translations, own = result.pop("_translations"), result.pop("_own")
        languages = {}
        for name in model.TRANSLATED:
            if name in result:
                text = said(result[name], name, translations, own, language)
                result[name] = str(text)
                languages[name] = text.language
        result["said"] = languages
