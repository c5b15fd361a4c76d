"""Many orders of few customers before an adversary: what each caller was told, held against its ledger.

The orders of a world differ by nothing but their premises, which show late or never. Some are placed by two callers at
once, some callers are killed on the way, and whoever is told that an order failed may place it again.
"""

from collections import Counter
from functools import partial
from random import Random

import anyio
from attrs import asdict, define, field

from aex_async import AsyncAExClient, Attempt, Customer, NewCustomer, Order, OrderJournal, PlacedOrder, errors
from tests.chaos.adversary import LATEST, Adversary, Entry, draw_temper
from tests.chaos.adverse_wire import AdverseTransport
from tests.chaos.clocks import run

ORDERS_A_WORLD = 60
CUSTOMERS = 4
PRODUCTS = 2
SPREAD = 40.0  # seconds over which the orders of a world begin
TWICE, KILLED, NEW, AGAIN, BOUNDED = 0.08, 0.08, 0.05, 0.7, 0.2
ORDER_TIMEOUT = 30.0
TRIES = 4
RESUMES = 3


@define
class Outcome:
    """What came of many orders. All from `duplicates` on are wrong."""

    orders: int = 0
    confirmed: int = 0
    told_failed: int = 0
    killed: int = 0
    uncertain: int = 0
    """Told so, by the call that placed it."""
    uncertain_there: int = 0
    """Of those: really there."""
    still_uncertain: int = 0
    """After resuming, when all was quiet."""
    still_there: int = 0
    """Of those: really there, so that a person has to look."""
    duplicates: int = 0
    denied: int = 0
    """Told as failed, and there."""
    of_others: int = 0
    """Confirmed with a service of another order, customer or product."""
    made_up: int = 0
    """Confirmed with a service that nobody has, or that was not there."""
    shared: int = 0
    """One service for two references."""

    def add(self, other: "Outcome") -> None:
        """Count `other` in."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def wrong(self) -> int:
        """How many things went wrong that never may."""
        return self.duplicates + self.denied + self.of_others + self.made_up + self.shared


@define(eq=False)
class Case:
    """One order, and what its callers were told: a service, or a word."""

    order: Order
    told: list[str] = field(factory=list[str])
    services: list[str] = field(factory=list[str])


class SharedWorld:
    """One adversary, its orders, and how what was told is judged."""

    def __init__(self, seed: str, orders: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - chance that comes back, not secrets
        self.orders = orders
        self.outcome = Outcome(orders=orders)
        self.journal = OrderJournal(":memory:")
        self.cases: list[Case] = []

    async def live(self) -> Outcome:
        """Place all orders, wait until nothing can happen any more, resume, judge."""
        adversary = Adversary(self.chance, draw_temper(self.chance), anyio.current_time, CUSTOMERS)
        options = {
            "transport": AdverseTransport(adversary.answer),
            "order_timeout": ORDER_TIMEOUT,
            "max_connections": 1000,
        }
        async with AsyncAExClient("T", **options) as aex:  # type: ignore[arg-type]
            await self.place_all(aex, adversary)
            await anyio.sleep(2 * LATEST)
            told = {case.order.reference: set(case.told) for case in self.cases}
            for _ in range(RESUMES):
                await self.resume_all(aex)
                await anyio.sleep(60)
        adversary.settle()
        self.judge(adversary, told)
        return self.outcome

    async def place_all(self, aex: AsyncAExClient, adversary: Adversary) -> None:
        """Place every order, some of them twice at a time."""
        customers = [Customer(**row) for row in adversary.customers.values()]
        products = [adversary.new_id() for _ in range(PRODUCTS)]
        async with anyio.create_task_group() as group:
            for number in range(self.orders):
                chance = Random(self.chance.getrandbits(64))  # noqa: S311 - as above
                case = Case(self.draw_order(number, chance, customers, products, adversary))
                self.cases.append(case)
                for _ in range(2 if chance.random() < TWICE else 1):
                    group.start_soon(partial(self.call, aex, case, Random(chance.getrandbits(64))))  # noqa: S311

    def draw_order(
        self, number: int, chance: Random, customers: list[Customer], products: list[str], adversary: Adversary
    ) -> Order:
        """Return an order at a premise of its own."""
        customer: Customer | NewCustomer = chance.choice(customers)
        if chance.random() < NEW:
            customer = NewCustomer(
                first_name="Ann",
                last_name=f"New-{number}",
                email=f"ann{number}@example.org",
                password="made-up",
                mobile_number="0005550142",
            )
        premise_guid, product_id = adversary.new_id(), chance.choice(products)
        if isinstance(customer, Customer):
            adversary.have_past(customer.id, premise_guid, product_id)
        return Order(customer=customer, premise_guid=premise_guid, product_id=product_id, reference=f"order-{number}")

    async def call(self, aex: AsyncAExClient, case: Case, chance: Random) -> None:
        """Place an order as one caller, who may be killed, or try again when told that it failed."""
        await anyio.sleep(chance.uniform(0, SPREAD))
        lives = chance.uniform(0, 100) if chance.random() < KILLED else float("inf")
        timeout = chance.uniform(2, 90) if chance.random() < BOUNDED else None
        with anyio.move_on_after(lives) as scope:
            tries = 1
            while await self.try_once(aex, case, timeout) and tries < TRIES and chance.random() <= AGAIN:
                tries += 1
                await anyio.sleep(chance.uniform(0, 5))
        case.told += ["killed"] * scope.cancelled_caught

    async def try_once(self, aex: AsyncAExClient, case: Case, timeout: float | None) -> bool:  # noqa: ASYNC109
        """Place an order once; say whether it was told as failed by AEx's word."""
        try:
            placed = await aex.place_order(case.order, journal=self.journal, timeout=timeout)
        except errors.OrderUncertainError:
            case.told.append("uncertain")
        except errors.AExError as error:
            case.told.append("failed")
            return isinstance(error, errors.ResponseError)
        else:
            self.take(case, placed)
        return False

    def take(self, case: Case, placed: PlacedOrder) -> None:
        """Remember which service an order is said to be."""
        case.told.append("confirmed")
        case.services.append(placed.service.id.upper())

    async def resume_all(self, aex: AsyncAExClient) -> None:
        """Go on with whatever the journal does not know, as a new process would."""
        found = (await aex.resume_all(journal=self.journal, patience=30.0)).found
        for case in self.cases:
            if placed := found.get(str(case.order.reference)):
                self.take(case, placed)

    # The judgement

    def judge(self, adversary: Adversary, told: dict[str | None, set[str]]) -> None:
        """Hold what was told against the ledger."""
        by_id = {entry.service_id: entry for entry in adversary.ledger}
        claims: dict[str, set[str]] = {}
        for case in self.cases:
            there = [entry for entry in adversary.ledger if entry.guid == case.order.premise_guid.upper()]
            self.judge_case(case, there, by_id, told[case.order.reference])
            for service in case.services:
                claims.setdefault(service, set()).add(str(case.order.reference))
        self.outcome.shared += sum(len(references) > 1 for references in claims.values())

    def judge_case(self, case: Case, there: list[Entry], by_id: dict[str, Entry], told: set[str]) -> None:
        """Count what came of one order, of which `there` really exist."""
        outcome, words = self.outcome, Counter(case.told)
        known: Attempt | None = self.journal.find(str(case.order.reference))
        outcome.confirmed += words["confirmed"] > 0
        outcome.told_failed += case.told[-1] == "failed"
        outcome.killed += words["killed"] > 0
        outcome.uncertain += "uncertain" in told
        outcome.uncertain_there += "uncertain" in told and bool(there)
        unknown = known is not None and known.state.value in ("sending", "created")
        outcome.still_uncertain += unknown
        outcome.still_there += unknown and bool(there)
        outcome.duplicates += max(0, len(there) - 1)
        outcome.denied += case.told[-1] == "failed" and bool(there) and not words["confirmed"]
        confirmed = {*case.services, *({str(known.service_id).upper()} if known and known.service_id else set[str]())}
        for service in confirmed:
            entry = by_id.get(service)
            outcome.made_up += entry is None
            outcome.of_others += entry is not None and entry not in there


def simulate_shared(orders: int, seed: int, backend: str) -> Outcome:
    """Run as many worlds as `orders` need, one after another, and return what came of them all."""
    outcome = Outcome()
    for number, start in enumerate(range(0, orders, ORDERS_A_WORLD)):
        world = SharedWorld(f"{seed} {number}", min(ORDERS_A_WORLD, orders - start))
        outcome.add(run(world.live, backend))
    return outcome
