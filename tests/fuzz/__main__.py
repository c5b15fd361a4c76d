"""`python -m tests.fuzz --bodies 1000000 --seed 1` reads so many bodies, in as many processes as there are cores.

`--minutes` ends it before. What is found is told with its seed, its index and the thing itself: keep it as a test.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context

from tests.fuzz import answers, bodies, dates

BATCH = 5_000
PARTS: dict[str, Callable[[int, int], "Counter[str]"]] = {
    "bodies": bodies.run,
    "answers": answers.run,
    "dates": dates.run,
}

Outcome = Counter[str]


def main(arguments: Sequence[str] | None = None) -> None:
    """Hunt through what is asked for, and tell how much was met and what became of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    for name in PARTS:
        parser.add_argument(f"--{name}", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--minutes", type=float, default=24 * 60, help="for each part")
    chosen = parser.parse_args(arguments)
    for name, run in PARTS.items():
        count: int = getattr(chosen, name)
        begun = time.monotonic()
        outcomes = spread(run, count, chosen.seed, chosen.processes, begun + 60 * chosen.minutes)
        if count:
            rate = outcomes.total() / (time.monotonic() - begun)
            told = (
                f"{outcomes.total():,} of {count:,} {name}, seed {chosen.seed}: {dict(outcomes)}, {rate:,.0f} a second"
            )
            print(told, flush=True)  # noqa: T201 - a command prints


def spread(run: Callable[[int, int], Outcome], count: int, seed: int, processes: int, end: float) -> Outcome:
    """Return what becomes of `count` things in batches over `processes`, or of those that are begun before `end`."""
    outcomes: Outcome = Counter()
    left = [(seed * 1_000_000 + batch, min(BATCH, count - begin)) for batch, begin in enumerate(range(0, count, BATCH))]
    left.reverse()
    under_way: set[Future[Outcome]] = set()
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        while left or under_way:
            while left and len(under_way) < 2 * processes:
                under_way.add(pool.submit(run, *left.pop()))
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for batch in done:
                outcomes += batch.result()
            if time.monotonic() >= end:
                left.clear()
    return outcomes


if __name__ == "__main__":  # pragma: no cover - the suite calls main
    main()
