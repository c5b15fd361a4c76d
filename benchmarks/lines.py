"""What a measurement comes to: a line with its target, its samples, and the limit that nothing can beat."""

import gc
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter, process_time

from attrs import frozen


@frozen
class Scale:
    """How much is measured: rounds, and the sizes of what is done in each."""

    rounds: int = 7
    calls: int = 500
    tasks: int = 100
    calls_a_task: int = 10
    lookups: int = 1500
    lookup_seconds: float = 0.6
    slow_rounds: int = 3
    pages: int = 50
    page_seconds: float = 0.02
    decodings: int = 10
    rows: int = 1_000_000
    few_rows: int = 1_000
    imports: int = 15


QUICK = Scale(
    rounds=3,
    calls=200,
    calls_a_task=5,
    lookups=500,
    lookup_seconds=0.2,
    slow_rounds=1,
    decodings=3,
    rows=50_000,
    imports=3,
)


@frozen
class Target:
    """What a line should come to: at most `limit`, or at least `limit` if `more` is better."""

    limit: float
    more: bool = False

    def is_met(self, value: float) -> bool:
        """Whether a measured value is as good as the target or better."""
        return value >= self.limit if self.more else value <= self.limit

    def describe(self, unit: str) -> str:
        """Return the target in words."""
        return f"{'>=' if self.more else '<='} {self.limit:g} {unit}"


@frozen
class Line:
    """One line of the report. `samples` has a ratio (or megabytes) for each round; none if `note` says why not."""

    group: str
    name: str
    target: Target | None
    samples: tuple[float, ...]
    bound: str
    unit: str = "x"
    note: str = ""

    @property
    def measured(self) -> float | None:
        """The median of all rounds."""
        return median(self.samples) if self.samples else None

    @property
    def verdict(self) -> str:
        """Whether the target was met, in a word."""
        if self.measured is None:
            return "not measured"
        return "" if self.target is None else "met" if self.target.is_met(self.measured) else "MISSED"


def divide(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    """Return the ratio of each round: both sides of one round met the same weather."""
    return tuple(mine / other for mine, other in zip(ours, theirs, strict=True))


def interleave(rounds: int, runs: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Run all of `runs` in every round, each time in another order, and return what they measured."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    with tidied():
        for number in range(rounds):
            for name in rotate(list(runs), number):
                gc.collect()
                found[name].append(runs[name]())
    return found


async def interleave_async(rounds: int, runs: Mapping[str, Callable[[], Awaitable[float]]]) -> dict[str, list[float]]:
    """Do the same with what is awaited."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    with tidied():
        for number in range(rounds):
            for name in rotate(list(runs), number):
                gc.collect()
                found[name].append(await runs[name]())
    return found


@contextmanager
def tidied() -> Generator[None]:
    """Keep what is there already out of every collection of garbage."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def rotate(names: list[str], number: int) -> list[str]:
    """Return `names` with another one first."""
    start = number % len(names)
    return names[start:] + names[:start]


async def clock(work: Callable[[], Awaitable[object]]) -> float:
    """Return the seconds that `work` takes."""
    start = perf_counter()
    await work()
    return perf_counter() - start


async def clock_cpu(work: Callable[[], Awaitable[object]]) -> float:
    """Return the seconds of CPU that `work` takes in this process."""
    start = process_time()
    await work()
    return process_time() - start
