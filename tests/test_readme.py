"""The README's commands are the ones that are run, and its examples work as they stand."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve_in_thread

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SHELL = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"^## (.*?)\n(?:(?!^## ).)*?```python\n(.*?)```", README, re.DOTALL | re.MULTILINE)


def test_the_first_two_blocks_are_one_command_each() -> None:
    assert [block.count("\n") for block in SHELL[:2]] == [1, 1]
    assert SHELL[0].endswith("aex demo\n")


def test_the_commands_do_what_they_say(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"}
    run = subprocess.run(  # noqa: S603 - the README's own commands
        ["bash", "-euo", "pipefail", "-c", SHELL[2]],  # noqa: S607 - whichever bash there is
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "exact" in (tmp_path / "results.csv").read_text()


def test_ci_runs_the_very_command_that_the_readme_gives() -> None:
    assert (ROOT / ".ci" / "run").read_text().endswith("\n" + SHELL[1])


@pytest.mark.parametrize("code", [code for _, code in PYTHON], ids=[heading for heading, _ in PYTHON])
def test_an_example_runs_as_it_stands_and_without_a_warning(code: str, tmp_path: Path) -> None:
    sandbox = Sandbox()
    with serve_in_thread(sandbox) as url:
        run = subprocess.run(  # noqa: S603 - the README's own code
            [sys.executable, "-W", "error", "-c", code],
            env={**os.environ, "AEX_TOKEN": str(sandbox.token), "AEX_BASE_URL": url},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout
