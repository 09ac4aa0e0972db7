"""What do the tests of the public face stand on? The site as `cms_setup` makes it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.factories.cms import make_site


@pytest.fixture(scope="module")
def _site_of_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The site, made once for all tests of a module; each of them works in a savepoint above it."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        make_site()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
        cache.clear()


@pytest.fixture
def site(_site_of_module: None, db: None) -> None:
    """Pages of all languages, groups and workflow."""
