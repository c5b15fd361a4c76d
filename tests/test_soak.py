"""The soak, in short."""

import subprocess
import sys

import pytest

from tests import soak


@pytest.mark.fault("C9", "H27", "R1", "R2", "R3", "R5", "R6", "H28")
def test_a_short_soak_leaves_nothing_and_its_table_says_so() -> None:
    # In a process of its own, as it counts a process's memory and objects, and other tests leave theirs.
    command = [sys.executable, "-m", "tests.soak", "--calls", "100", "--blackout", "150", "--untimed"]
    run = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own code
    assert (run.returncode, len(run.stdout.splitlines())) == (0, 26), run.stdout


def test_a_line_that_misses_its_bound_says_so() -> None:
    assert str(soak.Line("files", 3.0, 2.0)).endswith("MISSED")
    assert not str(soak.Line("files", 2.0, 2.0)).endswith("MISSED")
