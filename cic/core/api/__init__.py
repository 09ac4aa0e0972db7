"""How do programs read and write the domain? One base viewset, and the rules every resource shares.

Names are loaded when first asked for: DRF reads its default classes from here while its own
modules are still being imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .parsers import StrictJSONParser
    from .permissions import MayUseAction
    from .problems import ApiProblem, problem_handler, problem_response
    from .renderers import FastJSONRenderer, JSONNegotiation
    from .routes import api_urls
    from .serializers import DomainSerializer, InstantField, LabelField, StrictSerializer
    from .throttles import BurstThrottle
    from .viewsets import DomainViewSet

_HOME = {
    "ApiProblem": "problems",
    "BurstThrottle": "throttles",
    "DomainSerializer": "serializers",
    "DomainViewSet": "viewsets",
    "FastJSONRenderer": "renderers",
    "InstantField": "serializers",
    "JSONNegotiation": "renderers",
    "LabelField": "serializers",
    "MayUseAction": "permissions",
    "StrictJSONParser": "parsers",
    "StrictSerializer": "serializers",
    "api_urls": "routes",
    "problem_handler": "problems",
    "problem_response": "problems",
}

__all__ = [
    "ApiProblem",
    "BurstThrottle",
    "DomainSerializer",
    "DomainViewSet",
    "FastJSONRenderer",
    "InstantField",
    "JSONNegotiation",
    "LabelField",
    "MayUseAction",
    "StrictJSONParser",
    "StrictSerializer",
    "api_urls",
    "problem_handler",
    "problem_response",
]


def __getattr__(name: str) -> Any:
    """Load the module that holds `name`."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
