"""Is this installation fit to be reached by others?"""

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register

LOCAL = ("127.0.0.1", "localhost", "::1")
SHORTEST_KEY = 50


@register("cic")
def check_settings(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse to start with DEBUG or any host on a public address, or with a key that can be guessed."""
    found = []
    local = urlsplit(settings.BASE_URL).hostname in LOCAL
    if settings.DEBUG and not local:
        found.append(Error("DEBUG shows the inside of the system: switch it off.", id="cic.E001"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS may not hold “*”: name the hosts.", id="cic.E002"))
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        found.append(Error(f"SECRET_KEY needs at least {SHORTEST_KEY} characters.", id="cic.E003"))
    if not local and urlsplit(settings.BASE_URL).scheme != "https":
        found.append(Error("BASE_URL must begin with https:// on a public address.", id="cic.E004"))
    if settings.COMMENTS not in ("off", "before", "after"):
        found.append(Error("COMMENTS is off, before or after.", id="cic.E005"))
    if settings.SCANNER_URL:
        if urlsplit(settings.SCANNER_URL).scheme not in ("clamd", "clamd+unix"):
            found.append(Error("SCANNER_URL begins with clamd:// or clamd+unix://.", id="cic.E006"))
        if find_spec("clamav_client") is None:
            found.append(Error("SCANNER_URL needs the package clamav-client (extra clamav).", id="cic.E007"))
    return found
