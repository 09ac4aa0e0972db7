"""What do the tests of the public face stand on? The site as `cms_setup` makes it."""

import pytest

from tests.factories.cms import make_site


@pytest.fixture
def site(db: None) -> None:
    """Pages of all languages, groups and workflow."""
    make_site()
