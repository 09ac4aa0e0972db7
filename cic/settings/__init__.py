"""Settings of the tracker: topical files, all fed from the one table in `env.py`."""

from .base import *  # noqa: F403
from .data import *  # noqa: F403
from .domain import *  # noqa: F403
from .interfaces import *  # noqa: F403
from .languages import *  # noqa: F403
from .logs import *  # noqa: F403
from .security import *  # noqa: F403
