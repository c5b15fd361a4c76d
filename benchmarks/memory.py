"""The memory that a million rows or look-ups take, against a thousand.

Each is done in a process of its own, whose highest memory in use is taken, over a transport without a network.
`python -m benchmarks.memory walk 1000` does one and prints it.
"""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import anyio
import httpx
from anyio.lowlevel import checkpoint

from aex_async import AsyncAExClient
from benchmarks.lines import Line, Scale, Target
from benchmarks.peers import TOKEN
from benchmarks.rows import PREMISE_ID, Draw, encode, make_page, make_predefined_premise, make_premise
from benchmarks.server import ROOT

GROUP = "memory"
COUNT = 100
LINES = {
    "walk": ("walk of {:,} rows", 24, "8 bytes a row: the hash by which a repeated row, and a lost one, is told"),
    "look_up": (
        "look-up of {:,} inputs",
        5,
        "0 MB, but for what is remembered to tell repeated inputs, which is bounded",
    ),
}
MEGABYTE = 1_000_000
STATUS = Path("/proc/self/status")


class Endless(httpx.AsyncBaseTransport):
    """A server without a network: pages of rows, each with an id of its own, and a premise for every id."""

    def __init__(self, rows: int) -> None:
        self._pages = rows // COUNT
        self._page = re.sub(
            rb'"guid":"[^"]{8}', b'"guid":"%08X', make_page(make_predefined_premise, COUNT).replace(b"%", b"%%")
        )
        self._premise = encode(make_premise(Draw(1)))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer at once, but let the event loop have its turn, as a socket would: it tidies up then."""
        await checkpoint()
        if request.url.path.startswith("/premises/"):
            body = self._premise.replace(PREMISE_ID.encode(), request.url.path[10:].encode())
        else:
            page = int(request.url.params["page"])
            start = page * COUNT
            body = self._page % tuple(range(start, start + COUNT)) if page <= self._pages else b'{"items":[]}'
        return httpx.Response(200, content=body)


async def walk(rows: int) -> int:
    """Walk a listing of so many rows, and return how many there were."""
    found = 0
    async with AsyncAExClient(TOKEN, transport=Endless(rows)) as aex:
        async for _ in aex.predefined_premises("Railway Street"):
            found += 1
    return found


async def look_up(rows: int) -> int:
    """Look so many premises up, and return how many there were."""
    found = 0
    ids = (f"{number:08X}-0000-4000-8000-000000000000" for number in range(rows))
    async with (
        AsyncAExClient(TOKEN, transport=Endless(rows)) as aex,
        aex.lookups(aex.get_premise, ids) as stream,
    ):
        async for lookup in stream:
            found += lookup.value is not None
    return found


WORKS = {"walk": walk, "look_up": look_up}


def read_peak() -> float:
    """Return the most memory that this process ever had in use, in megabytes."""
    if STATUS.exists():
        match = re.search(r"^VmHWM:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
        if match:
            return int(match[1]) * 1024 / MEGABYTE
    import resource  # noqa: PLC0415 - there is none on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # counts what the parent had before it began, too
    return peak / MEGABYTE if sys.platform == "darwin" else peak * 1024 / MEGABYTE


def measure_peak(work: str, rows: int) -> float:
    """Return the highest memory of a new process that does `work` on so many rows."""
    command = [sys.executable, "-m", "benchmarks.memory", work, str(rows)]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - this module
    found, peak = shown.stdout.split()
    if int(found) != rows:
        raise RuntimeError(f"{work} found {found} of {rows} rows")
    return float(peak)


def measure(scale: Scale) -> list[Line]:
    """Return the lines of memory. Time is no matter here, so both are done at a time."""
    with ThreadPoolExecutor(len(WORKS)) as pool:
        return list(pool.map(partial(_make_line, scale), WORKS))


def _make_line(scale: Scale, work: str) -> Line:
    few = [measure_peak(work, scale.few_rows) for _ in range(scale.slow_rounds)]
    many = measure_peak(work, scale.rows)
    what, most, bound = LINES[work]
    return Line(
        GROUP,
        f"{what.format(scale.rows)}: more memory than for {scale.few_rows:,}",
        Target(most),
        tuple(many - each for each in few),
        bound,
        unit="MB",
    )


if __name__ == "__main__":
    print(anyio.run(WORKS[sys.argv[1]], int(sys.argv[2])), read_peak())
