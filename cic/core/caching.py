"""Which public answer may be given again without asking the database, and which may be made smaller?"""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import get_cache_key, get_max_age, has_vary_header, learn_cache_key

SAFE = ("GET", "HEAD")
# Larger answers (a sitemap of everything) are asked for by few and would push out what many read.
LARGEST_BYTES = 1024 * 1024
GENERATION = "public-generation"
# What is withdrawn must be gone within a minute from every cache: half of that leaves room for a slow network.
FRESH_SECONDS = 30
PUBLIC = f"public, max-age={FRESH_SECONDS}"


def is_personal(request: HttpRequest) -> bool:
    """Whether the request says who asks, so that its answer may be for that reader alone."""
    return bool(
        {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
        or "HTTP_AUTHORIZATION" in request.META
    )


class PublicCacheMiddleware:
    """Keeps what a view declared public, for PUBLIC_CACHE_SECONDS at most, and never longer than its max-age.

    Whoever is signed in always gets a fresh page, and what they send empties the cache: of this process,
    of all where they share one. An `Age` tells the caches of others how long ours has had the answer, so
    that all of them together never show it for longer than its max-age.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages = caches["pages"]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer that is kept, or a new one."""
        personal = is_personal(request)
        if personal and request.method not in SAFE:
            response = self.get_response(request)
            self.pages.set(GENERATION, time.time_ns(), None)
            return response
        if personal or request.method not in SAFE or not settings.PUBLIC_CACHE_SECONDS:
            return self.get_response(request)
        prefix = f"public-{self.pages.get(GENERATION, 0)}"
        key = get_cache_key(request, prefix, "GET", cache=self.pages)
        kept, since = (self.pages.get(key) if key else None) or (None, 0.0)
        if kept is not None:
            kept["Age"] = str(int(time.time() - since))
            return kept
        response = self.get_response(request)
        if request.method == "GET" and may_keep(response):
            seconds = min(settings.PUBLIC_CACHE_SECONDS, get_max_age(response))
            # What the API renders its answer from is in the answer: once is enough.
            vars(response).pop("data", None)
            key = learn_cache_key(request, response, seconds, prefix, cache=self.pages)
            self.pages.set(key, (response, time.time()), seconds)
        return response


def may_keep(response: HttpResponse) -> bool:
    """Whether the view said that everybody may have this answer, and it is small enough."""
    return (
        response.status_code == 200
        and "public" in response.get("Cache-Control", "")
        and bool(get_max_age(response))
        and not response.cookies
        and not response.streaming
        and not has_vary_header(response, "Cookie")
        and len(response.content) <= LARGEST_BYTES
    )


class PageGZipMiddleware(GZipMiddleware):
    """Compresses pages, and what else is public and whole.

    The length of a page tells little of the secrets in it (BREACH): the token of its forms is masked anew each
    time, a secret is shown once, and Django adds a random number of bytes. What the API answers to one caller
    stays as it is, and so do files that are streamed: whoever resumes one asks for a range of its bytes.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Compress it, if it is a page or public."""
        page = response.get("Content-Type", "").startswith("text/html")
        if response.streaming or not (page or "public" in response.get("Cache-Control", "")):
            return response
        return super().process_response(request, response)


class FoundGetMiddleware(ConditionalGetMiddleware):
    """Conditional requests for what was found; a refusal stays as like the next as it can be."""

    def needs_etag(self, response: HttpResponse) -> bool:
        """Whether the answer is one to come back to."""
        return response.status_code == 200 and super().needs_etag(response)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """“Not modified” says as well how old our copy is: else a cache would begin to count anew."""
        answer = super().process_response(request, response)
        if answer is not response and "Age" in response:
            answer["Age"] = response["Age"]
        return answer
