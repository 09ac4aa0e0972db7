"""Do the examples of the documentation run as they stand, against a server, without an account?"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cms.operations.releases import refresh
from tests.factories.trials import PilotFactory

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "open-data.md").read_text(encoding="utf-8")
NODE = shutil.which("node")


def example(language):
    """The one example in a language."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return code


@pytest.fixture
def server(live_server, settings, tmp_path):
    """A server with three pilots, of which two are public, and their files."""
    settings.MEDIA_ROOT, settings.BASE_URL = tmp_path, live_server.url
    PilotFactory(public=True, running=True, title="Quiet vans")
    PilotFactory(public=True, running=True, title="Ramps")
    PilotFactory(public=False, title="Xanarium")
    refresh()
    return live_server.url


def run(command, code, name, tmp_path, address):
    """What a program prints."""
    file = tmp_path / name
    file.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [*command, str(file), address], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def check(lines):
    assert lines[0] == "2 pilots through the API"
    assert [line.split(" ", 1)[1] for line in lines[1:3]] == ["running Quiet vans", "running Ramps"]
    assert lines[3:] == ["not changed"]


def test_python_example_runs(server, tmp_path):
    check(run([sys.executable, "-W", "error"], example("python"), "example.py", tmp_path, server))


@pytest.mark.node
@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_javascript_example_runs(server, tmp_path):
    check(run([NODE], example("javascript"), "example.mjs", tmp_path, server))
