"""Processes that are killed while they place an order over real sockets; then what their journal is good for.

A nursery, a process without threads and with everything imported, forks a child for each order, so that a kill costs
milliseconds. The child is killed with SIGKILL at a random moment. All share one journal, from which the last process
goes on.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random

import anyio
from attrs import define

from aex_async import AsyncAExClient, Attempt, Order, OrderJournal, errors
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.chaos.clocks import call_apart
from tests.chaos.experiment import run_experiment
from tests.chaos.simulation import SEED_OF_THE_MAP, Lot, find_lots

ROOT = Path(__file__).parents[2]
FIRST_SPAN = 0.05  # seconds after the child says that it starts, within which it is killed; it follows the machine
LONGEST_SPAN = 3.0
SLOW = 0.02  # seconds that every other order takes the server
PATIENCE = 0.5
AT_ONCE = 20
ASYNCIO, TRIO = "asyncio", "trio"


@define
class Toll:
    """What became of the orders of killed processes. The last two are wrong."""

    kills: int = 0
    finished: int = 0
    """The process was faster than the kill."""
    unknown: int = 0
    """Killed before the journal knew, and never sent."""
    never_sent: int = 0
    """In the journal and not in the ledger: it stays uncertain."""
    confirmed: int = 0
    resumed: int = 0
    """Of those confirmed: by going on from the journal."""
    duplicates: int = 0
    lost: int = 0
    """In the ledger, and not confirmed in the end; or confirmed, and not in the ledger."""

    @property
    def wrong(self) -> int:
        """How many things went wrong that never may."""
        return self.duplicates + self.lost


def kill_many(kills: int, seed: int, folder: Path) -> Toll:
    """Place `kills` orders in processes that are killed, and return what became of them."""
    chance = Random(seed)  # noqa: S311 - chance that comes back, not secrets
    sandbox = Sandbox(seed=SEED_OF_THE_MAP)
    sandbox.faults.add(Fault.delay(SLOW), method="POST", times=None, rate=0.5)
    lots = chance.sample([lot for some in find_lots().values() for lot in some], kills)
    customers = [row["id"] for row in sandbox.customers]
    path = folder / "orders.sqlite"
    journal = OrderJournal(path)
    toll = Toll(kills=kills)
    span = FIRST_SPAN
    with serve_in_thread(sandbox) as url:
        with open_nursery(url, path) as nursery:
            for number, lot in enumerate(lots):
                order = f"{(ASYNCIO, TRIO)[number % 2]} {number} {chance.choice(customers)}"
                finished = kill_one(nursery, order, lot, chance.uniform(0, span))
                toll.finished += finished
                span = min(span * (0.5 if finished else 1.5), LONGEST_SPAN)
        toll.resumed = call_apart(partial(anyio.run, partial(resume_all, url, journal)))
    judge(toll, sandbox, lots, journal)
    return toll


@contextmanager
def open_nursery(url: str, journal: Path) -> Generator["subprocess.Popen[str]", None, None]:
    """Start the process that forks, and end it."""
    command = [sys.executable, "-m", "tests.chaos.kill", "--nursery", url, str(journal)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=find_environment()) as nursery:  # noqa: S603
        yield nursery
        tell(nursery, "")


def find_environment() -> dict[str, str]:
    """Return the environment for a process that is killed: it cannot end its records of what it ran."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def kill_one(nursery: "subprocess.Popen[str]", order: str, lot: Lot, after: float) -> bool:
    """Have an order placed, and its process killed so many seconds later; say whether it was done by then."""
    tell(nursery, f"{order} {lot.premise_guid} {lot.product_id}")
    hear(nursery)
    time.sleep(after)
    tell(nursery, "kill")
    return hear(nursery) == "0"


def tell(nursery: "subprocess.Popen[str]", line: str) -> None:
    """Send the nursery a line."""
    assert nursery.stdin is not None
    nursery.stdin.write(f"{line}\n")
    nursery.stdin.flush()


def hear(nursery: "subprocess.Popen[str]") -> str:
    """Return the next line of the nursery, or of its child."""
    assert nursery.stdout is not None
    return nursery.stdout.readline().strip()


async def resume_all(url: str, journal: OrderJournal) -> int:
    """Go on from the journal, and return how many orders turned out to be placed."""
    found = 0

    async def resume(attempt: Attempt) -> None:
        nonlocal found
        with suppress(errors.OrderUncertainError):
            await aex.resume_order(attempt, journal=journal, patience=PATIENCE)
            found += 1

    async with (
        AsyncAExClient("sandbox-token", base_url=url, max_connections=AT_ONCE) as aex,
        anyio.create_task_group() as group,
    ):
        for attempt in journal.unresolved():
            group.start_soon(resume, attempt)
    return found


def judge(toll: Toll, sandbox: Sandbox, lots: Sequence[Lot], journal: OrderJournal) -> None:
    """Hold the journal's last word against the ledger."""
    placed = Counter(entry.premise_guid for entry in sandbox.ledger)
    for number, lot in enumerate(lots):
        known = journal.find(f"order-{number}")
        confirmed = known is not None and known.state == "confirmed"
        there = placed[lot.premise_guid]
        toll.duplicates += max(0, there - 1)
        toll.lost += confirmed != bool(there)
        toll.confirmed += confirmed
        toll.unknown += known is None
        toll.never_sent += known is not None and not there


def nurse(url: str, path: str) -> None:  # pragma: no cover - in a process of its own
    """Fork a child for every order on a line of standard input; kill it at the next line."""
    anyio.run(anyio.sleep, 0, backend=ASYNCIO)
    anyio.run(anyio.sleep, 0, backend=TRIO)
    while line := sys.stdin.readline().strip():
        child = os.fork()
        if child == 0:
            place(url, path, *line.split())
            os._exit(0)
        sys.stdin.readline()
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.write(1, f"{status}\n".encode())


def place(url: str, path: str, *told: str) -> None:  # pragma: no cover - in a process that is killed
    """Place an order, after saying so."""
    backend, number, customer_id, premise_guid, product_id = told

    async def work() -> None:
        async with AsyncAExClient("sandbox-token", base_url=url) as aex:
            customer = await aex.get_customer(customer_id)
            os.write(1, b"starting\n")
            order = Order(
                customer=customer, premise_guid=premise_guid, product_id=product_id, reference=f"order-{number}"
            )
            await aex.place_order(order, journal=OrderJournal(path))

    anyio.run(work, backend=backend)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return 1 if an order was placed twice, or lost, or if none was placed."""
    return run_experiment(kill_many, {"kills": 100, "seed": 1}, __doc__, arguments)


if __name__ == "__main__":  # pragma: no cover - the suite calls main
    logging.getLogger("aex_async").setLevel(logging.CRITICAL)
    if sys.argv[1:2] == ["--nursery"]:
        nurse(*sys.argv[2:4])
    else:
        sys.exit(main())
