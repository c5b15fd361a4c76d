"""The frame of an experiment with killed processes: read its numbers, run it, print one row."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from attrs import AttrsInstance, asdict


class Result(AttrsInstance, Protocol):
    """What came of the orders."""

    confirmed: int

    @property
    def wrong(self) -> int:
        """How many things went wrong that never may."""
        ...


def run_experiment(
    run: Callable[..., Result], numbers: Mapping[str, int], about: str | None, arguments: Sequence[str] | None
) -> int:
    """Run with the numbers on the command line; return 1 if anything went wrong, or if nothing was placed."""
    parser = argparse.ArgumentParser(prog=f"python -m {run.__module__}", description=about)
    for name, number in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    asked = vars(parser.parse_args(arguments))
    begun = time.monotonic()
    with TemporaryDirectory() as folder:
        result = run(**asked, folder=Path(folder))
    facts = {"seed": asked["seed"], **asdict(result), "seconds": round(time.monotonic() - begun)}
    for row in (facts.keys(), facts.values()):
        sys.stdout.write("| " + " | ".join(str(cell).rjust(10) for cell in row) + " |\n")
    return 1 if result.wrong or not result.confirmed else 0
