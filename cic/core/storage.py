"""Where are files kept when no object store is set? On the disk, whole or not at all."""

import contextlib
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Django's storage on disk, without the pieces that a full disk leaves behind."""

    def _save(self, name: str, content: "File[Any]") -> str:
        try:
            return super()._save(name, content)
        except OSError:
            # Only what is shorter than it should be: a name may have been taken by another in the meantime.
            with contextlib.suppress(OSError):
                path = Path(self.path(name))
                if path.stat().st_size < content.size:
                    path.unlink()
            raise
