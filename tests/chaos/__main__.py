"""Print what came of many orders, by this library and by what it is meant to beat; exit 1 if ours did any harm."""

import argparse
import logging
import sys
from collections.abc import Sequence

from attrs import asdict

from tests.chaos.policies import POLICIES
from tests.chaos.resend import DELAYS, measure
from tests.chaos.shared import simulate_shared
from tests.chaos.simulation import Tally, simulate

COLUMNS = (
    "seed",
    "backend",
    "policy",
    "orders",
    "confirmed",
    "told failed",
    "conflicts",
    "killed",
    "uncertain",
    "resumed",
    "duplicates",
    "failed, but in the ledger",
    "confirmed, but not in the ledger",
    "missed",
    "untrue",
    "unrecorded",
    "sent again",
)
RESENT = ("effect after", "orders", "confirmed", "sent twice", "duplicates")
RESENT_ORDERS = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--orders", type=int, default=1000, help="orders for each policy")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backend", choices=("asyncio", "trio"), action="append", help="both, if not given")
    parser.add_argument("--adversary", action="store_true", help="have shared customers order from an adversary")
    parser.add_argument("--resend", action="store_true", help="measure what sending an order again costs")
    parser.add_argument("--brought", action="store_true", help="order through an httpx.AsyncClient of the caller's")
    asked = parser.parse_args(arguments)
    backends: Sequence[str] = asked.backend or ("asyncio", "trio")
    if asked.resend:
        return print_resends(backends[0], min(asked.orders, RESENT_ORDERS))
    if asked.adversary:
        return print_outcomes(asked.orders, asked.seed, backends)
    return print_tallies(asked.orders, asked.seed, backends, brought=asked.brought)


def print_tallies(orders: int, seed: int, backends: Sequence[str], *, brought: bool = False) -> int:
    """Print a row for each backend and policy; return 1 if a row of ours shows any harm."""
    harm = 0
    print_row(COLUMNS, COLUMNS)
    for backend in backends:
        for policy in ["place_order"] if brought else POLICIES:  # the others know nothing of a client
            tally = simulate(orders, seed, backend, policy, brought=brought)
            print_row((seed, backend, policy, *list_counts(tally)), COLUMNS)
            harm += tally.wrong if policy == "place_order" else 0
    return 1 if harm else 0


def print_outcomes(orders: int, seed: int, backends: Sequence[str]) -> int:
    """Print what came of orders before an adversary, a row for each backend; return 1 if there was any harm."""
    harm = 0
    for backend in backends:
        outcome = simulate_shared(orders, seed, backend)
        facts = {"seed": seed, "backend": backend, **asdict(outcome)}
        if backend == backends[0]:
            print_row(tuple(facts), tuple(facts))
        print_row(tuple(facts.values()), tuple(facts))
        harm += outcome.wrong
    return 1 if harm else 0


def list_counts(tally: Tally) -> tuple[int, ...]:
    """Return the counts in the order of the columns."""
    return (
        tally.orders,
        tally.confirmed,
        tally.rejected,
        tally.conflicts,
        tally.killed,
        tally.uncertain,
        tally.resumed,
        tally.duplicates,
        tally.denied,
        tally.imagined,
        tally.missed,
        tally.untrue,
        tally.unrecorded,
        tally.repeated,
    )


def print_resends(backend: str, orders: int) -> int:
    """Print a row for each delay of the server."""
    print_row(RESENT, RESENT)
    for delay in DELAYS:
        seen = measure(delay, orders, backend)
        words = "never" if delay is None else f"{delay:.0f} s"
        print_row((words, seen.orders, seen.confirmed, seen.sent_twice, seen.duplicates), RESENT)
    return 0


def print_row(values: Sequence[object], columns: Sequence[str]) -> None:
    """Print one row of a table, as wide as its columns' names."""
    cells = [str(value).rjust(max(len(column), 11)) for value, column in zip(values, columns, strict=True)]
    sys.stdout.write("| " + " | ".join(cells) + " |\n")
    sys.stdout.flush()


if __name__ == "__main__":  # pragma: no cover - the suite calls main
    logging.getLogger("aex_async").setLevel(logging.CRITICAL)
    sys.exit(main())
