"""What do the tests about the whole share? The world, and no limits per minute."""

from typing import Any

import pytest

from .world import World


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
