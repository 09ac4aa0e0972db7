"""ClamAV's daemon on this machine, with one signature of its own: that of the EICAR test file."""

import hashlib
import shutil
import subprocess
import time
from pathlib import Path

from tests.core.ports import free_port, listens

# In two parts: in one, this file would itself be found. Source: https://www.eicar.org/download-anti-malware-testfile/
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Eicar-Test"
FOUND = f"{NAME}.UNOFFICIAL"
# Debian keeps it where only the administrator looks.
PROGRAM = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin") or ""


class Scanner:
    """`with Scanner(folder) as scanner`: its `url` for SCANNER_URL, and its `socket`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"clamd://127.0.0.1:{self.port}"
        self.socket = folder / "clamd.sock"
        signatures = folder / "signatures"
        signatures.mkdir()
        digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
        (signatures / "own.hdb").write_text(f"{digest}:{len(EICAR)}:{NAME}\n")
        self.settings = folder / "clamd.conf"
        self.settings.write_text(
            f"Foreground yes\nTCPSocket {self.port}\nTCPAddr 127.0.0.1\nLocalSocket {self.socket}\nDatabaseDirectory {signatures}\n"
            f"TemporaryDirectory {folder}\nStreamMaxLength 1M\n"
        )

    def __enter__(self) -> "Scanner":
        self.process = subprocess.Popen(
            [PROGRAM, f"--config-file={self.settings}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 60
        while not listens(self.port):
            assert self.process.poll() is None, "clamd ended at once"
            assert time.monotonic() < end, "clamd does not answer"
            time.sleep(0.1)
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(30)
