"""Orders before an adversary over real sockets, by processes that are killed and started again, on one journal.

Each process places its share of the orders at once. It is killed with SIGKILL on the way, and another one places the
very same orders under the same references. An order of which nothing was sent is placed again, as its caller would:
most of those had to wait for the journal too long, which syncs a disk several times an order, for hundreds at once.
Then the journal is gone on with, and held against the adversary's ledger.
"""

import logging
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

import anyio
from attrs import define

from aex_async import AsyncAExClient, Customer, Order, OrderJournal, errors
from tests.chaos.adversary import Adversary, Temper
from tests.chaos.adverse_wire import serve_adversary
from tests.chaos.clocks import call_apart
from tests.chaos.experiment import run_experiment
from tests.chaos.kill import ROOT, find_environment
from tests.chaos.shared import PRODUCTS

CUSTOMERS = 40
AT_ONCE = 6  # processes, of a few dozen orders each: more would only wait for the disk, and then give up
PATIENCE = 32.0
ORDER_TIMEOUT = 4.0
TRIES = 8  # of an order of which nothing was sent
TEMPER = Temper(
    page_size=7,
    totals="true",
    shuffled=False,
    row_lag=3.0,
    premise_lag=6.0,
    search_lag=0.0,
    strangers=0.05,
    foreign_rows=0.2,
    odd_rows=0.3,
    disturbed_writes=0.5,
    disturbed_reads=0.03,
    merged=0.05,
    revived=0.0,
)


@define
class Count:
    """What became of the orders. The last four are wrong."""

    orders: int = 0
    kills: int = 0
    unbegun: int = 0
    """Not in the journal, so nothing was sent, which its caller was told."""
    waited: int = 0
    """Of those: for a journal that others held."""
    there: int = 0
    confirmed: int = 0
    refused: int = 0
    uncertain: int = 0
    uncertain_there: int = 0
    duplicates: int = 0
    denied: int = 0
    """Rejected or unsent in the journal, and there."""
    of_others: int = 0
    """Confirmed with a service of another order, or with none."""
    lost: int = 0
    """Not in the journal, and nobody was told why."""

    @property
    def wrong(self) -> int:
        """How many things went wrong that never may."""
        return self.duplicates + self.denied + self.of_others + self.lost


def place_and_kill(
    orders: int, kills: int, seed: int, folder: Path, *, longest: float = 15.0, temper: Temper = TEMPER
) -> Count:
    """Place `orders` in `kills` shares, each by a process that is killed and by another one that is not.

    None lives longer than `longest` seconds before it is killed.
    """
    chance = Random(seed)  # noqa: S311 - chance that comes back, not secrets
    adversary = Adversary(chance, temper, time.monotonic, CUSTOMERS)
    path = folder / "orders.sqlite"
    journal = OrderJournal(path)
    shares = [range(start, min(start + -(-orders // kills), orders)) for start in range(0, orders, -(-orders // kills))]
    with serve_adversary(adversary.answer) as url, ThreadPoolExecutor(AT_ONCE) as pool:
        lives = [chance.uniform(1.0, longest) for _ in shares]
        list(pool.map(partial(run_twice, url, path, seed), shares, lives))
        call_apart(partial(anyio.run, partial(resume, url, journal)))
        adversary.settle()
    return judge(Count(orders=orders, kills=len(shares)), adversary, journal, read_told(path))


def run_twice(url: str, path: Path, seed: int, share: range, lives: float) -> None:
    """Start a process that places a share of the orders, kill it, and start it again."""
    command = [sys.executable, "-m", "tests.chaos.sockets", "--worker", url, str(path)]
    command += [str(number) for number in (seed, share.start, share.stop)]
    with subprocess.Popen(command, cwd=ROOT, env=find_environment()) as process:  # noqa: S603
        with suppress(subprocess.TimeoutExpired):
            process.wait(lives)
        process.kill()
    subprocess.run(command, check=False, cwd=ROOT, env=find_environment())  # noqa: S603


async def resume(url: str, journal: OrderJournal) -> None:
    """Go on with whatever the journal does not know."""
    async with AsyncAExClient("T", base_url=url) as aex:
        await aex.resume_all(journal=journal, patience=3.0)


def draw_order(number: int, seed: int) -> tuple[str, str, int]:
    """Return an order's premise, its product and its customer's place in the list: the same in every process."""
    chance = Random(f"{seed} {number}")  # noqa: S311 - as above
    names = Random(f"products of {seed}")  # noqa: S311 - as above
    products = [f"PRODUCT-{names.getrandbits(32):08X}" for _ in range(PRODUCTS)]
    return f"PREMISE-{chance.getrandbits(64):016X}", chance.choice(products), chance.randrange(CUSTOMERS)


async def work(url: str, path: str, seed: int, first: int, end: int) -> None:  # pragma: no cover - may be killed
    """Place a share of the orders at once."""
    journal = await OrderJournal.open_async(path)
    async with AsyncAExClient("T", base_url=url, order_timeout=ORDER_TIMEOUT, max_connections=100) as aex:
        customers = await find_customers(aex)

        async def place(number: int) -> None:
            guid, product_id, at = draw_order(number, seed)
            order = Order(customer=customers[at], premise_guid=guid, product_id=product_id, reference=f"order-{number}")
            for _ in range(TRIES):
                try:
                    await aex.place_order(order, journal=journal, patience=PATIENCE)
                except errors.OrderUncertainError:
                    return
                except errors.AExError as error:
                    tell(path, number, str(error))
                    await anyio.sleep(1)
                else:
                    return

        async with anyio.create_task_group() as group:
            for number in range(first, end):
                group.start_soon(place, number)


def tell(path: str, number: int, told: str) -> None:
    """Write down what an order's caller was told, in a line that a kill leaves whole or out."""
    with Path(f"{path}.told").open("ab", buffering=0) as file:
        file.write(f"{number} {' '.join(told.split())}\n".encode())


def read_told(path: Path) -> dict[int, str]:
    """Return what each order's caller was told last, of those that were told an error."""
    file = Path(f"{path}.told")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {int(number): told for number, _, told in (line.partition(" ") for line in lines)}


async def find_customers(aex: AsyncAExClient) -> list[Customer]:  # pragma: no cover - in a process of its own
    """Return all customers, however often the server fails."""
    found: list[Customer] = []
    while len(found) < CUSTOMERS:
        with suppress(errors.AExError):
            found += [row for row in [await aex.find_customer(f"pat{len(found)}@example.org")] if row]
    return found


def judge(count: Count, adversary: Adversary, journal: OrderJournal, told: dict[int, str]) -> Count:
    """Hold the journal's last word, and what callers were told, against the ledger."""
    placed = Counter(entry.guid for entry in adversary.ledger if entry.by == "client")
    count.there = len(placed)
    count.duplicates = sum(number - 1 for number in placed.values())
    owners = {entry.service_id: entry.guid for entry in adversary.ledger}
    for number in range(count.orders):
        known = journal.find(f"order-{number}")
        if known is None:
            count.unbegun += number in told
            count.waited += "stayed locked" in told.get(number, "")
            count.lost += number not in told
            continue
        there = placed[known.premise_guid.upper()] > 0
        count.confirmed += known.state.value == "confirmed"
        count.refused += known.state.may_repeat
        count.denied += known.state.may_repeat and there
        count.uncertain += known.state.is_open
        count.uncertain_there += known.state.is_open and there
        if known.service_id is not None:
            count.of_others += owners.get(known.service_id.upper()) != known.premise_guid.upper()
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return 1 if anything went wrong, or if nothing was placed."""
    return run_experiment(place_and_kill, {"orders": 2000, "kills": 60, "seed": 1}, __doc__, arguments)


if __name__ == "__main__":  # pragma: no cover - the suite calls main
    logging.getLogger("aex_async").setLevel(logging.CRITICAL)
    if sys.argv[1:2] == ["--worker"]:
        anyio.run(partial(work, sys.argv[2], sys.argv[3], *map(int, sys.argv[4:])))
    else:
        sys.exit(main())
