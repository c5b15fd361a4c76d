"""A soak: very many calls over loopback, faults and cancellations among them, and what the process holds afterwards.

`python -m tests.soak` prints a table, and ends with 1 if a line misses its bound; `--untimed` judges no line that a
busy machine can miss.
"""

import gc
import random
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import anyio
from anyio.abc import SocketStream
from attrs import frozen

from aex_async import AsyncAExClient, errors
from aex_async._http.retry_policy import BUDGET, RETRY_COST
from tests.servers import Server, answer, answer_asked, connect, reset

PREMISE = answer(b'{"id": "P1"}')
FAULTS = 0.05
CANCELS = 0.01
FAIR = 200  # calls: of fewer no percentile is told
MEGABYTE = 2**20


@frozen
class Line:
    """One measurement and its bound."""

    what: str
    value: float
    most: float
    timed: bool = False

    def __str__(self) -> str:
        verdict = "" if self.value <= self.most else "  MISSED"
        return f"{self.what:<42}{self.value:>12.2f}{self.most:>10.2f}{verdict}"


def count_files() -> int:
    """Return how many file descriptors are open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def count_tasks(server: Server) -> int:
    """Return how many tasks there are, but for those of the server's connections."""
    return len(anyio.get_running_tasks()) - server.open_now


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
        files, memory, objects, tasks = count_files(), measure_memory(), len(gc.get_objects()), count_tasks(server)
        await make_calls(aex, server, calls, chance)
        grown = measure_memory() - memory
        name = f"{calls:,} calls, {share:.0%} of them failing"
        return [
            Line(f"{name}: MB", grown, 2.0 if share < 1 else 4.0),
            Line(f"{name}: files", count_files() - files, 20),
            Line(f"{name}: objects", len(gc.get_objects()) - objects, 2_000),
            Line(f"{name}: tasks", count_tasks(server) - tasks, 1),
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


async def crowd(calls: int) -> list[Line]:
    """Tell that many calls at once to come back in a second; return how closely they come back together."""
    returns: list[float] = []

    async def action(stream: SocketStream) -> None:
        if server.requests[calls:]:
            returns.append(anyio.current_time())
            await stream.send(answer_asked(server.requests[-1]))
        else:
            await stream.send(answer(b"", "429 Slow down", "Retry-After: 1"))

    async with connect(action, timeout=60, max_connections=calls) as (aex, server):
        await aex.get_premises([f"P{number}" for number in range(calls)], at_once=calls)
    quarters = Counter(min(3, int((moment - returns[0]) * 4)) for moment in returns)
    return [
        Line(
            f"{calls} calls after a 429: busiest quarter x mean",
            4 * max(quarters.values()) / len(returns),
            2,
            timed=True,
        )
    ]


async def share(calls: int) -> list[Line]:
    """Call beside a job of many look-ups; return how much longer the slowest but one in a hundred takes than alone."""

    async def action(stream: SocketStream) -> None:
        record = answer_asked(server.requests[-1])  # before another connection's comes
        await anyio.sleep(0.02)
        await stream.send(record)

    lines = list[Line]()
    async with connect(action, timeout=60) as (aex, server), anyio.create_task_group() as group:
        alone = await time_calls(aex, calls)
        group.start_soon(partial(aex.get_premises, (f"P{number}" for number in range(10**9)), at_once=16))
        await anyio.sleep(0.1)
        beside = await time_calls(aex, calls)
        server.requests.clear()
        group.cancel_scope.cancel()
        most = 5 if calls >= FAIR else 20  # of few calls the slowest but one is chance
        lines.append(Line("99th percentile beside a large job, x alone", beside / alone, most, timed=True))
    return lines


async def time_calls(aex: AsyncAExClient, calls: int) -> float:
    """Make calls one after another; return how long the slowest but one in a hundred took."""
    times: list[float] = []
    for _ in range(calls):
        begun = anyio.current_time()
        await aex.get_premise("MINE")
        times.append(anyio.current_time() - begun)
    return sorted(times)[calls * 99 // 100 - 1]


async def measure(calls: int, blackout: int, seed: int) -> list[Line]:
    """Measure everything on one event loop."""
    chance = random.Random(seed)  # noqa: S311 - any numbers will do, and these come back
    return [
        *await soak(calls, FAULTS, chance),
        *await soak(calls, 1.0, chance),
        *await black_out(blackout),
        *await crowd(100),
        *await share(max(blackout // 4, 50)),
    ]


def show(lines: list[Line], *, untimed: bool) -> int:
    """Print the table; return 1 if a line missed that is judged."""
    sys.stdout.write("\n".join(map(str, lines)) + "\n")
    return int(any(line.value > line.most for line in lines if not (line.timed and untimed)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak on both event loops, print the table, and return 1 if a line missed."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--blackout", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--untimed", action="store_true", help="judge no line that a busy machine can miss")
    given = vars(parser.parse_args(arguments))
    untimed = given.pop("untimed")
    loops = ("asyncio", "trio")
    # One expression: on Python 3.11 no tracer follows a function further once it has run trio.
    return show([line for loop in loops for line in anyio.run(measure, *given.values(), backend=loop)], untimed=untimed)


if __name__ == "__main__":  # pragma: no cover - the command
    sys.exit(main())
