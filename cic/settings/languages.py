"""Languages and time."""

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from .env import ROOT, read


def _named(codes: list[str]) -> list[tuple[str, str]]:
    """Each language with its name in itself, the way a list of languages shows it."""
    unknown = [code for code in codes if "name_local" not in LANG_INFO.get(code, {})]
    if unknown:
        raise ImproperlyConfigured(f"LANGUAGES: unknown codes {', '.join(unknown)}")
    return [(code, LANG_INFO[code]["name_local"].capitalize()) for code in dict.fromkeys(codes)]


LANGUAGE_CODE = read("LANGUAGE_CODE")
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = _named([code.lower() for code in read("LANGUAGES")])
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"LANGUAGE_CODE {LANGUAGE_CODE!r} is not one of LANGUAGES")
LOCALE_PATHS = [ROOT / "cic" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = read("TIME_ZONE")
TRANSLATION_URL = read("TRANSLATION_URL")
TRANSLATION_KEY = read("TRANSLATION_KEY")
