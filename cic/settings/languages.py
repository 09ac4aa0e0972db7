"""Languages and time."""

from .env import ROOT, read

LANGUAGE_CODE = read("LANGUAGE_CODE")
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("ca", "Català"),
    ("es", "Español"),
    ("en", "English"),
    ("fr", "Français"),
]
LOCALE_PATHS = [ROOT / "cic" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = read("TIME_ZONE")
