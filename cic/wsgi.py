"""Where does a WSGI server find the site?"""

import os

from django.core.wsgi import get_wsgi_application

from cic.core.charsets import only_utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cic.settings")

application = only_utf8(get_wsgi_application())
