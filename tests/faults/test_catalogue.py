"""The catalogue and the suite agree."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.catalogue import EXPLAINED, GROUPS, ROWS

TESTS = Path(__file__).parent.parent


def find_marked_rows() -> Iterator[str]:
    """Yield the rows that `mark.fault(...)` names, anywhere in the suite."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fault":
                yield from (str(part.value) for part in node.args if isinstance(part, ast.Constant))


def test_every_row_has_a_test_or_a_reason() -> None:
    assert set(find_marked_rows()) == set(ROWS) - set(EXPLAINED)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_belongs_to_a_group(row: str) -> None:
    assert row[0] in GROUPS
    assert row[1:].isdigit()


def test_a_full_run_counts_the_cells_of_every_group() -> None:
    command = [sys.executable, "-m", "pytest", "--full", "-q", __file__, "-k", "people_in_the_suite"]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=TESTS.parent)  # noqa: S603
    lines = [line for line in run.stdout.splitlines() if "rows, cells" in line]
    assert [line[0] for line in lines] == list(GROUPS)
    assert "S security: 22 rows, cells 1 passed, 0 failed, 0 error; S21: " in run.stdout


# Reserved for examples, of this machine, or those of the API's own samples.
MADE_UP = re.compile(
    r"(.*[.])?(example|invalid|test)([.](com|net|org|co[.]za|com[.]au))?|127.0.0.1|bb.openfiberusa.com|x.co",
    re.IGNORECASE,
)


@pytest.mark.fault("S22")
def test_the_people_in_the_suite_are_made_up() -> None:
    texts = [path.read_text() for path in TESTS.rglob("*.py")]
    hosts = {host for text in texts for host in re.findall(r"[\w.+-]+@([\w-]+\.[\w.-]*[\w])", text)}
    assert {host for host in hosts if not MADE_UP.fullmatch(host)} == set()
