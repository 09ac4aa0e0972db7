"""What do the tests of pilots share?"""

from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def fixtures():
    """Small files in the published layouts, with invented content."""
    return FIXTURES


@pytest.fixture(scope="session")
def shared_data(request):
    """The folder of published files beside the repository; tests that read it are left out where it is absent."""
    folder = request.config.rootpath.parent / "shared" / "data"
    if not (folder / "expected.json").exists():
        pytest.skip("the published files are not here")
    return folder
