"""How do published files and uploaded tables become records, safely however often and wherever they are interrupted?"""

from .files import forget_files
from .runs import cancel_import, repeat_import, resume_import, run_import, start_import, upload_measurements

__all__ = [
    "cancel_import",
    "forget_files",
    "repeat_import",
    "resume_import",
    "run_import",
    "start_import",
    "upload_measurements",
]
