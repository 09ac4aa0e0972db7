"""What is the least it can cost within Django? The bare query in a plain view, behind the product's middleware.

`bench.framed:application`, with the settings of the product but this module's only address.
"""

import json
import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.framed_settings"

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from bench.raw import STATEMENTS  # noqa: E402


def livez(request: HttpRequest) -> HttpResponse:
    """Yes."""
    return HttpResponse()


def rows(request: HttpRequest, name: str) -> HttpResponse:
    """What the statement of this name returns, as JSON by the standard library."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[name]["sql"])
        names = [column[0] for column in cursor.description]
        answer = {"results": [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]}
    return HttpResponse(json.dumps(answer, default=str), content_type="application/json")


urlpatterns = [path("livez", livez), path("framed/<str:name>", rows)]
application = get_wsgi_application()
