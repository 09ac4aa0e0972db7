"""In which encoding does a request speak? UTF-8; any other is set aside before Django reads the request in it.

Django 5.2 decodes the query string with the charset a client names, while it builds the request: a codec
that is none for texts (`bz2_codec`) then fails outside of every middleware.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# Where the charset that was set aside stands, for whoever refuses it.
SET_ASIDE = "cic.charset"
UTF8 = ("utf-8", "utf8")


def only_utf8(application: Application) -> Application:
    """`application`, to which no charset of a client's choice arrives."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        kind = environ.get("CONTENT_TYPE") or ""
        if ";" in kind:
            main, charset, boundary = _parts(kind)
            if charset.lower() not in UTF8:
                environ["CONTENT_TYPE"] = f'{main}; boundary="{boundary}"' if boundary else main
                environ[SET_ASIDE] = charset
        return application(environ, start_response)

    return answer


def _parts(kind: str) -> tuple[str, str, str]:
    """Main type, charset and boundary, read as Django reads them; what Django cannot read is a charset of "?"."""
    try:
        main, found = parse_header_parameters(kind)
    except (ValueError, LookupError):
        return kind.split(";")[0].strip().lower(), "?", ""
    return main, found.get("charset", UTF8[0]), found.get("boundary", "").replace('"', "")


def foreign_charset(request: Any) -> str:
    """The charset a client named that is not UTF-8; empty when there is none."""
    named = request.META.get(SET_ASIDE) or getattr(request, "content_params", {}).get("charset", "utf-8")
    return "" if named.lower() in UTF8 else named
