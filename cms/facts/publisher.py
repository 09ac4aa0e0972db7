"""Who publishes all this?"""

from typing import Any

from django.conf import settings

from cms.frame import absolute


def publisher() -> dict[str, Any]:
    """Whoever runs the site."""
    return {
        "@type": "GovernmentOrganization",
        "@id": settings.PUBLISHER_URI or absolute("/#publisher"),
        "name": settings.PUBLISHER_NAME or settings.CITY_NAME,
        "url": absolute("/"),
    }
