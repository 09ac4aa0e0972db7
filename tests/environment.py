"""What must stand in the environment before Django reads its settings for a test run?

Loaded by pytest as a plugin, before anything else. Every setting comes from here: what the shell
happens to hold is left out, and each process has a state directory of its own.
"""

import atexit
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _setting_names() -> list[str]:
    """The names of the settings table, read without starting the settings."""
    spec = importlib.util.spec_from_file_location("settings_table", ROOT / "cic" / "settings" / "env.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [row.name for row in module.TABLE]


def _new_state() -> Path:
    """An empty state directory, in memory where the machine has that."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    state = Path(tempfile.mkdtemp(prefix="cic-test-", dir=memory))
    for name in ("media", "static", "mail"):
        (state / name).mkdir()
    return state


for _name in _setting_names():
    os.environ.pop(_name, None)
VAR = _new_state()
os.environ |= {
    "VAR_DIR": str(VAR),
    "SECRET_KEY": "for-tests-only-" + "0" * 50,
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{VAR / 'db.sqlite3'}",
    "LANGUAGE_CODE": "en",
    "LOG_LEVEL": "WARNING",
    # Tests change a thing and look again at once; those about the cache switch it on.
    "PUBLIC_CACHE_SECONDS": "0",
    # The browser driver runs a loop in the thread of the test; the tests themselves are synchronous.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}


def _leave_nothing(owner: int = os.getpid()) -> None:
    """Remove the state of this process, not that of the one it was forked from."""
    if os.getpid() == owner:
        shutil.rmtree(VAR, ignore_errors=True)


atexit.register(_leave_nothing)
