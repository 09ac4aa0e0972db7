"""What do the tests of this room share? The public site, made once for a module."""

from tests.cms.conftest import _site_of_module, site

__all__ = ["_site_of_module", "site"]
