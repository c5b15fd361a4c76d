"""`python -m tests.memory URL ENGINE NAME...` fetches hostile bodies, and prints the memory that each took at its peak.

A line for each: the name, what became of it, and how many MiB more than when idle there were at most. It imports none
of the bodies: what they leave behind would count as idle.
"""

import gc
import os
import sys
from pathlib import Path
from typing import NoReturn

import anyio

from aex_async import AsyncAExClient, errors
from aex_async.models import Service
from tests.faults.engines import choose_loop, open_client


def read_status(name: str) -> float:
    """Return a figure of this process in MiB."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name)]
    return int(line.split()[1]) / 1024


async def fetch(aex: AsyncAExClient, name: str) -> str:
    """Fetch one body as the first page of a listing, and return what became of it."""
    try:
        page = await anext(aex.listing(f"/{name.replace(' ', '_')}", into=Service).by_page())
    except errors.AExError as error:
        return type(error).__name__
    return f"{len(page.items)} rows"


async def measure(url: str, engine: str, name: str) -> int:
    """Print the line of one body, and return the exit code."""
    async with open_client(engine, url, seconds=60, attempts=1) as aex:
        await fetch(aex, "nothing")
        gc.collect()
        idle = read_status("VmRSS:")
        found = await fetch(aex, name)
        sys.stdout.write(f"{name}|{found}|{read_status('VmHWM:') - idle:.1f}\n")
        sys.stdout.flush()
    return 0


def work(url: str, engine: str, name: str) -> NoReturn:
    """Measure one body, and end."""
    os._exit(anyio.run(measure, url, engine, name, backend=choose_loop(engine)))


def main(url: str, engine: str, *names: str) -> None:
    """Measure each body in a process of its own, which inherits what is imported and no peak."""
    for name in names:
        child = os.fork() or work(url, engine, name)  # in one line: no tracer follows a frame into a child
        os.waitpid(child, 0)


if __name__ == "__main__":  # pragma: no cover - the suite runs it as a command
    main(*sys.argv[1:])
