"""A listing walked many pages at once, against the same walk one page at a time."""

from functools import partial

import anyio

from aex_async import AsyncAExClient
from benchmarks.lines import Line, Scale, Target, clock, divide, interleave_async
from benchmarks.peers import TOKEN
from benchmarks.server import COUNT, serve

GROUP = "listings"
WIDTH = 10


async def walk(aex: AsyncAExClient, q: str, at_once: int) -> int:
    """Walk a listing to its end and return the number of rows."""
    return len([row async for row in aex.predefined_premises(q, count=COUNT, at_once=at_once)])


async def compare(base_url: str, q: str, rounds: int) -> tuple[float, ...]:
    """Return what a wide walk took, in units of the narrow one."""
    async with AsyncAExClient(TOKEN, base_url=base_url) as aex:
        await walk(aex, q, WIDTH)
        found = await interleave_async(
            rounds, {str(width): partial(clock, partial(walk, aex, q, width)) for width in (WIDTH, 1)}
        )
    return divide(found[str(WIDTH)], found["1"])


def measure(scale: Scale) -> list[Line]:
    """Return the lines of listings."""
    trips = -(-scale.pages // WIDTH)
    with serve(scale.page_seconds) as base_url:
        return [
            Line(
                GROUP,
                f"{scale.pages} pages of {COUNT} rows at {scale.page_seconds * 1000:g} ms, {WIDTH} at once, "
                f"{'with' if total else 'without'} `total`, against one at a time",
                Target(0.15),
                anyio.run(compare, base_url, f"{scale.pages}{total}", max(scale.rounds // 2, 1)),
                f"{trips / scale.pages:.2f} x: {trips} waits instead of {scale.pages}, and all decoding on one core",
            )
            for total in ("-total", "")
        ]
