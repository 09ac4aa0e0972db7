"""What is a country called, by its code? Those the installation's neighbours come from; others keep their code."""

from django.utils.translation import gettext, gettext_noop

NAMES = {
    "AD": gettext_noop("Andorra"),
    "AT": gettext_noop("Austria"),
    "BE": gettext_noop("Belgium"),
    "DE": gettext_noop("Germany"),
    "DK": gettext_noop("Denmark"),
    "ES": gettext_noop("Spain"),
    "FI": gettext_noop("Finland"),
    "FR": gettext_noop("France"),
    "GB": gettext_noop("United Kingdom"),
    "IE": gettext_noop("Ireland"),
    "IT": gettext_noop("Italy"),
    "NL": gettext_noop("Netherlands"),
    "PT": gettext_noop("Portugal"),
    "SE": gettext_noop("Sweden"),
}


def country_name(code: str) -> str:
    """The name of a country in the language in use; its code when it is not among NAMES."""
    return gettext(NAMES[code]) if code in NAMES else code
