"""What do the tests about the whole share? The world, and no limits per minute."""

from pathlib import Path
from typing import Any

import pytest

from .world import World

# What leaks may do so by the word index, and each database has one of its own.
ON_BOTH = ("test_canary.py",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is asked of the whole has one answer, whatever the database: it is asked once, on SQLite."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.path.name not in ON_BOTH:
            item.add_marker("embedded")


@pytest.fixture
def world(db: Any) -> World:
    """One of everything."""
    return World()


@pytest.fixture(autouse=True)
def _no_limits(settings: Any) -> None:
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"anon": "100000/min", "user": "100000/min"},
    }
