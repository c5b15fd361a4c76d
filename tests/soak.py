"""A soak: very many calls over loopback, faults and cancellations among them, and what the process holds afterwards.

`python -m tests.soak` prints a table, and ends with 1 if a line misses its bound.
"""

import gc
import random
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import anyio
from anyio.abc import SocketStream
from attrs import frozen

from aex_async import AsyncAExClient, errors
from aex_async._policy import BUDGET, RETRY_COST
from tests.servers import Server, answer, connect, reset

PREMISE = answer(b'{"id": "P1"}')
FAULTS = 0.05
CANCELS = 0.01
MEGABYTE = 2**20


@frozen
class Line:
    """One measurement and its bound."""

    what: str
    value: float
    most: float

    def __str__(self) -> str:
        verdict = "" if self.value <= self.most else "  MISSED"
        return f"{self.what:<42}{self.value:>12.2f}{self.most:>10.2f}{verdict}"


def count_files() -> int:
    """Return how many file descriptors are open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def measure_memory() -> float:
    """Return the resident megabytes of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / MEGABYTE


async def soak(calls: int, share: float, chance: random.Random) -> list[Line]:
    """Make `calls` calls, of which `share` meet a fault; return what grew."""

    async def action(stream: SocketStream) -> None:
        await (reset(stream) if chance.random() < share else stream.send(PREMISE))

    async with connect(action, timeout=60, attempts=1, max_connections=10) as (aex, server):
        await make_calls(aex, server, max(calls // 10, 100), chance)
        files, memory, objects = count_files(), measure_memory(), len(gc.get_objects())
        await make_calls(aex, server, calls, chance)
        grown = measure_memory() - memory
        name = f"{calls:,} calls, {share:.0%} of them failing"
        return [
            Line(f"{name}: MB", grown, 2.0 if share < 1 else 4.0),
            Line(f"{name}: files", count_files() - files, 20),
            Line(f"{name}: objects", len(gc.get_objects()) - objects, 2_000),
            Line(f"{name}: in flight", aex.in_flight, 0),
        ]


async def make_calls(aex: AsyncAExClient, server: Server, calls: int, chance: random.Random) -> None:
    """Make calls by ten tasks, one in a hundred cancelled within a few milliseconds."""
    numbers = iter(range(calls))

    async def work() -> None:
        for _ in numbers:
            server.requests.clear()
            limit = chance.uniform(0, 0.003) if chance.random() < CANCELS else 60
            with anyio.move_on_after(limit):
                await call_once(aex)

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(work)


async def call_once(aex: AsyncAExClient) -> None:
    """Make one call, whatever AEx or the network makes of it."""
    with suppress(errors.ConnectionFailedError, errors.ServerError):
        await aex.get_premise("P1")


async def black_out(calls: int) -> list[Line]:
    """Ask a server that is down; return how many requests a call costs."""
    most = max(1.05, 1 + BUDGET / RETRY_COST / calls)  # in a short blackout the whole budget is spent
    async with connect(answer(b"", "500 Oops", "Retry-After: 0")) as (aex, server):
        for _ in range(calls):
            await call_once(aex)
        return [Line(f"{calls:,} calls in a blackout: requests a call", len(server.requests) / calls, most)]


async def measure(calls: int, blackout: int, seed: int) -> list[Line]:
    """Measure everything on one event loop."""
    chance = random.Random(seed)  # noqa: S311 - any numbers will do, and these come back
    return [*await soak(calls, FAULTS, chance), *await soak(calls, 1.0, chance), *await black_out(blackout)]


def show(lines: list[Line]) -> int:
    """Print the table; return 1 if a line missed."""
    sys.stdout.write("\n".join(map(str, lines)) + "\n")
    return int(any(line.value > line.most for line in lines))


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak on both event loops, print the table, and return 1 if a line missed."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--blackout", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    loops = ("asyncio", "trio")
    # One expression: on Python 3.11 no tracer follows a function further once it has run trio.
    return show([line for loop in loops for line in anyio.run(measure, *vars(given).values(), backend=loop)])


if __name__ == "__main__":  # pragma: no cover - the command
    sys.exit(main())
