"""Where does a WSGI server find the site?"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cic.settings")

application = get_wsgi_application()
