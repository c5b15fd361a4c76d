"""`python -m tests.mutation _policy`: how many mistakes in a module its tests notice."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.mutation.trials import Trials

TESTS = Path(__file__).parent.parent

# The modules that decide, and the tests that should notice a mistake in them, the quickest first.
SUITES: Mapping[str, tuple[str, ...]] = {
    "_policy": ("test_policy.py", "test_calls.py"),
    "_verdicts": ("test_verdicts.py", "test_orders.py"),
    "_paging": ("test_paging.py",),
    "_codec": ("test_codec.py", "test_models.py"),
    "_json": ("test_json.py", "test_codec.py"),
    "_answers": ("test_answers.py", "test_calls.py"),
    "_wire": ("test_calls.py", "test_tls.py"),
    "_lanes": ("test_calls.py",),
    "_calls": ("test_calls.py", "test_client.py", "test_bulk.py"),
    "_customers": ("test_orders.py",),
    "_orders": ("test_orders.py",),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Try every mistake in the modules asked for, and print which were missed, and the share that was not."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="module", help=f"of {', '.join(SUITES)}; all without any")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=120.0, help="a mistake that hangs so long is noticed")
    parser.add_argument("--every", type=int, default=1, help="try every n-th mistake only")
    chosen = parser.parse_args(arguments)
    for name in chosen.modules or SUITES:
        tell(try_module(name, chosen.seconds, chosen.at_once, chosen.every))


def tell(line: str) -> None:
    """Print a line at once, however long the next takes to come."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def try_module(name: str, seconds: float, at_once: int, every: int) -> str:
    """Return the score of one module; what was missed is printed as it is found."""
    trials = Trials(f"aex_async.{name}", seconds, at_once, tell, every)
    suite = [str(TESTS / path) for path in SUITES[name]]
    pytest.main(["-q", "-p", "no:cacheprovider", *suite], plugins=[trials])
    noticed = sum(verdict.noticed for verdict in trials.verdicts)
    return f"{name}: {noticed} of {len(trials.verdicts)} mistakes noticed ({noticed / len(trials.verdicts):.1%})"


if __name__ == "__main__":
    main()
