"""What `from aex_async import AsyncAExClient` costs, against its run-time dependencies alone."""

import os
import subprocess
import sys
from functools import partial

from benchmarks.lines import Line, Scale, Target, divide, interleave
from benchmarks.server import ROOT

GROUP = "imports"
OURS = "from aex_async import AsyncAExClient"
ALONE = "import anyio, attrs, cattrs, httpx, msgspec"


def clock_import(statement: str) -> float:
    """Return the seconds of CPU that a statement takes in a new process, where modules are compiled once and kept."""
    # httpx imports its own command line wherever what that needs is installed, which is no dependency of ours.
    bare = "import sys; sys.modules['click'] = None"
    code = f"{bare}; from time import process_time; start = process_time(); {statement}; print(process_time() - start)"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    shown = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return float(shown.stdout)


def measure(scale: Scale) -> list[Line]:
    """Return the line of the import."""
    runs = {statement: partial(clock_import, statement) for statement in (OURS, ALONE)}
    interleave(1, runs)  # which compiles what nobody has imported yet
    found = interleave(scale.imports, runs)
    return [
        Line(
            GROUP,
            f"CPU of `{OURS}`, against its dependencies alone",
            Target(1.15),
            divide(found[OURS], found[ALONE]),
            "1 x: the dependencies, of which httpx is the largest",
        )
    ]
