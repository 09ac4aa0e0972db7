"""Where does a WSGI server find the site?"""

import gc
import os

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from cic.core.charsets import only_utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cic.settings")

application = only_utf8(get_wsgi_application())

# A server does not check as the commands do: an installation that is not fit is not served.
if errors := [error for error in run_checks(tags=["cic"]) if error.is_serious()]:
    raise ImproperlyConfigured("\n".join(map(str, errors)))
# Read every address now, so that the first visitor does not wait for it.
_ = get_resolver().url_patterns
# What is loaded by now lives as long as the server: the collector of garbage need not walk it again and again.
gc.collect()
gc.freeze()
