"""One call at a time, a hundred at a time, and many look-ups at a slow server."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

import anyio

from aex_async import AsyncAExClient
from benchmarks.lines import Line, Scale, Target, clock, clock_cpu, divide, interleave_async
from benchmarks.peers import (
    AIOHTTP,
    GENERATED,
    HTTPX,
    OPENAI,
    OURS,
    OURS_FAST,
    REQUESTS,
    TOKEN,
    Fetch,
    find_peers,
    open_httpx,
    open_ours,
)
from benchmarks.rows import PREMISE_ID
from benchmarks.server import serve

GROUP = "calls"

# Of the line, of the other side, what is asked for.
WIDE = (
    (OURS, HTTPX, Target(3, more=True)),
    (OURS, OPENAI, Target(2.5, more=True)),
    (OURS, GENERATED, None),
    (OURS, REQUESTS, None),
    (OURS, AIOHTTP, None),
    (OURS_FAST, HTTPX, Target(5, more=True)),
    (OURS_FAST, AIOHTTP, Target(0.6, more=True)),
)
LIMITS = {
    HTTPX: "h11 parses for both; the rest is httpx's pool, which looks at all connections for every call",
    OPENAI: "as for httpx: it, or a successor of it, is beneath",
    GENERATED: "as for httpx, which is beneath it",
    REQUESTS: "one core runs both: waiting at once saves nothing on loopback",
    AIOHTTP: "1 x: aiohttp's parser is C, and nothing is done to its answer but `json`",
}


async def call_in_turn(fetch: Fetch, count: int) -> None:
    """Make `count` calls, one after another."""
    for _ in range(count):
        await fetch(PREMISE_ID)


async def call_at_once(fetch: Fetch, tasks: int, count: int) -> None:
    """Make `count` calls in each of so many tasks."""
    async with anyio.create_task_group() as group:
        for _ in range(tasks):
            group.start_soon(call_in_turn, fetch, count)


async def clock_warm(work: Callable[[], Awaitable[None]]) -> float:
    """Return the seconds that `work` takes when it was done just before.

    While the others had their turn, connections were dropped for idleness. While httpx opens a hundred anew, it
    takes several times as long, which is not held against it here.
    """
    await work()
    return await clock(work)


async def compare_cpu(base_url: str, scale: Scale) -> dict[str, list[float]]:
    """Return the CPU of a block of calls of one task, ours and httpx's."""
    async with open_ours(base_url, 20) as ours, open_httpx(base_url, 20) as bare:
        works = {name: partial(call_in_turn, fetch, scale.calls) for name, fetch in ((OURS, ours), (HTTPX, bare))}
        for fetch in (ours, bare):
            await call_in_turn(fetch, 20)
        return await interleave_async(scale.rounds, {name: partial(clock_cpu, work) for name, work in works.items()})


async def compare_rates(base_url: str, scale: Scale) -> dict[str, list[float]]:
    """Return the calls a second of every peer that is installed, with as many connections as tasks."""
    async with AsyncExitStack() as stack:
        runs: dict[str, Callable[[], Awaitable[float]]] = {}
        for name, opener in find_peers().items():
            fetch = await stack.enter_async_context(opener(base_url, scale.tasks))
            runs[name] = partial(clock_warm, partial(call_at_once, fetch, scale.tasks, scale.calls_a_task))
        seconds = await interleave_async(scale.rounds, runs)
    return {name: [scale.tasks * scale.calls_a_task / each for each in found] for name, found in seconds.items()}


async def look_up(base_url: str, scale: Scale) -> int:
    """Look many premises up, as wide as there are tasks; return how many were found."""
    ids = [f"{number:08X}-0000-4000-8000-000000000000" for number in range(scale.lookups)]
    async with AsyncAExClient(TOKEN, base_url=base_url, max_connections=scale.tasks) as aex:
        answers = await aex.get_premises(ids, at_once=scale.tasks)
    return sum(premise.id == asked for asked, premise in answers.found.items())


async def compare_lookups(base_url: str, scale: Scale) -> list[float]:
    """Return what many look-ups took, in units of what they must take."""
    ideal = -(-scale.lookups // scale.tasks) * scale.lookup_seconds
    found = await interleave_async(scale.slow_rounds, {OURS: partial(clock, partial(look_up, base_url, scale))})
    return [seconds / ideal for seconds in found[OURS]]


def measure(scale: Scale) -> list[Line]:
    """Return the lines of single calls."""
    with serve() as base_url:
        cpu = anyio.run(compare_cpu, base_url, scale)
        rates = anyio.run(compare_rates, base_url, scale)
    with serve(scale.lookup_seconds) as base_url:
        waits = anyio.run(compare_lookups, base_url, scale)
    return [
        Line(
            GROUP,
            "CPU of one call in one task, decoded and checked, against bare httpx with `json`",
            Target(1),
            divide(cpu[OURS], cpu[HTTPX]),
            "h11, which parses the answer for both sides in pure Python",
        ),
        *(_make_rate_line(rates, ours, theirs, target, scale.tasks) for ours, theirs, target in WIDE),
        Line(
            GROUP,
            f"{scale.lookups:,} look-ups {scale.tasks} at once at {scale.lookup_seconds:g} s each, against the ideal",
            Target(1.1),
            tuple(waits),
            "1 x: rounds of waiting, with no work between them",
        ),
    ]


def _make_rate_line(rates: dict[str, list[float]], ours: str, theirs: str, target: Target | None, tasks: int) -> Line:
    missing = [name for name in (ours, theirs) if name not in rates]
    return Line(
        GROUP,
        f"calls a second of {tasks} tasks, {ours} against {theirs}",
        target,
        () if missing else divide(rates[ours], rates[theirs]),
        LIMITS[theirs],
        note=f"{' and '.join(missing)}: not installed" if missing else "",
    )
