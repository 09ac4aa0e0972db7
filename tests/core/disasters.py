"""Programs for the tests of disasters: on a disk that is full, and of twenty people who write at once.

`python -m tests.core.disasters full <agreement> <user>` posts a file of 2 MB from within a mount namespace where
the media and the temporary folder have 1 MB, and prints what came of it as JSON.
`python -m tests.core.disasters write <agreement> <user>` attaches files in twenty threads and prints each checksum
once it is committed.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

WRITERS = 20
SMALL = "size=1m"


def shrink(folder: Path) -> None:
    """Let a folder have one megabyte, for this process and its children only."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", str(folder)], check=True)


def full(agreement_id: int, user_id: int) -> None:
    """Post a file for which there is no room, then look at what is left and at other pages."""
    from django.conf import settings
    from django.test import Client
    from django.test.utils import override_settings, setup_test_environment

    from cic.core.models import Attachment
    from partners.models import User

    media, scratch = Path(settings.MEDIA_ROOT), Path(tempfile.gettempdir())
    shrink(media)
    shrink(scratch)
    setup_test_environment()
    # Static files under their plain names: nobody collected them here.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}).enable()
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    upload = scratch.parent / "minutes.txt"
    upload.write_bytes(b"words " * 350_000)
    with upload.open("rb") as file:
        response = client.post(
            f"/workspace/agreements/{agreement_id}/documents/new/",
            {"file": file, "title": "Minutes", "confidentiality": "parties", "kind": "document"},
        )
    told = {
        "status": response.status_code,
        "says": "no room left" in response.content.decode(),
        "rows": Attachment.objects.count(),
        "files": [path.name for path in (*media.rglob("*"), *scratch.rglob("*")) if path.is_file()],
        "others": client.get("/workspace/agreements/").status_code,
    }
    sys.stdout.write(f"{json.dumps(told)}\n")


def write(agreement_id: int, user_id: int) -> None:
    """Attach one file after the other until killed, each thread its own."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from cic.core.files import attach
    from partners.models import Agreement, User

    def work(number: int) -> None:
        agreement, actor = Agreement.objects.get(pk=agreement_id), User.objects.get(pk=user_id)
        for turn in range(100_000):
            content = f"{number} {turn} {os.getpid()}".encode()
            attachment = attach(agreement, SimpleUploadedFile(f"{number}-{turn}.txt", content), actor=actor)
            os.write(1, f"{attachment.checksum}\n".encode())

    for number in range(WRITERS):
        threading.Thread(target=work, args=(number,)).start()


if __name__ == "__main__":
    import django

    django.setup()
    {"full": full, "write": write}[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
