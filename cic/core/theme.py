"""How does an installation wear its own accent without touching a stylesheet?"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control


@cache_control(public=True, max_age=86_400)
def theme(request: HttpRequest) -> HttpResponse:
    """One rule that sets the accent; it is outside every layer, so it wins over `tokens.css`."""
    return HttpResponse(f":root {{ --accent-base: {settings.ACCENT_COLOUR}; }}\n", content_type="text/css")
