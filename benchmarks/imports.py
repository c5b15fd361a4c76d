"""What `from aex_async import AsyncAExClient` costs, against its run-time dependencies alone."""

import subprocess
import sys
from functools import partial

from benchmarks.lines import Line, Scale, divide, interleave
from benchmarks.server import ROOT

GROUP = "imports"
OURS = "from aex_async import AsyncAExClient"
ALONE = "import anyio, attrs, cattrs, httpx, msgspec"


def clock_import(statement: str) -> float:
    """Return the seconds of CPU that a statement takes in a new process."""
    code = f"from time import process_time; start = process_time(); {statement}; print(process_time() - start)"
    shown = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(shown.stdout)


def measure(scale: Scale) -> list[Line]:
    """Return the line of the import."""
    runs = {statement: partial(clock_import, statement) for statement in (OURS, ALONE)}
    interleave(1, runs)
    found = interleave(scale.imports, runs)
    return [
        Line(
            GROUP,
            f"CPU of `{OURS}`, against its dependencies alone",
            None,
            divide(found[OURS], found[ALONE]),
            "1 x: the dependencies, of which httpx is the largest",
        )
    ]
