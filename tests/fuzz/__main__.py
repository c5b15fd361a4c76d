"""`python -m tests.fuzz --bodies 1000000 --seed 1` reads so many bodies, in as many processes as there are cores."""

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.fuzz.bodies import run

BATCH = 5_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the bodies that are asked for, and tell how many were read and refused."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--bodies", type=int, default=BATCH)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    chosen = parser.parse_args(arguments)
    size = min(BATCH, chosen.bodies)
    batches = -(-chosen.bodies // size)
    begun = time.monotonic()
    with ProcessPoolExecutor(chosen.processes, get_context("spawn")) as pool:
        seeds = [chosen.seed * 1_000_000 + batch for batch in range(batches)]
        outcomes = sum(pool.map(run, seeds, [size] * batches), Counter[str]())
    rate = outcomes.total() / (time.monotonic() - begun)
    print(f"{outcomes.total():,} bodies, seed {chosen.seed}: {dict(outcomes)}, {rate:,.0f} a second")  # noqa: T201 - a command prints


if __name__ == "__main__":  # pragma: no cover - the suite calls main
    main()
