"""How many queries does each answer take? `python -m bench.counting CASES OUT`, on the database of the settings."""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402


def count(path: str, headers: dict[str, str], cookies: dict[str, str]) -> int | None:
    """Queries of one answer once the process is warm; None where there is no such page."""
    client = Client(SERVER_NAME="127.0.0.1", headers=headers)
    client.cookies.load(cookies)
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = client.get(path)
            if response.streaming:
                for _part in response.streaming_content:
                    pass
        if response.status_code != 200:
            return None
    return len(asked)


if __name__ == "__main__":
    wanted = json.loads(Path(sys.argv[1]).read_text())
    Path(sys.argv[2]).write_text(json.dumps({name: count(**request) for name, request in wanted.items()}))
