"""Many orders against one sandbox in virtual time, half of their writes disturbed, and what came of them.

Every world has some two hundred orders at addresses of their own, by two dozen customers. Some are placed by two
callers at once, some callers are killed on the way, and strangers order meanwhile. Afterwards, when even the latest
write has taken place, a new process goes on from the journal, and what each caller was told is held against the ledger.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from random import Random

import anyio
import httpx
from attrs import asdict, define, field, frozen

from aex_async import AsyncAExClient, Attempt, Customer, NewCustomer, Order, OrderJournal, errors
from aex_async.sandbox import Fault, LedgerEntry, Oddities, Sandbox
from tests.chaos.clocks import run
from tests.chaos.mishaps import CALLER, LATEST, REFUSALS, Caller, Mishaps
from tests.chaos.policies import POLICIES, Policy

ORDERS_A_WORLD = 200
SPREAD = 60.0  # seconds over which the orders of a world begin
ORDER_TIMEOUT = 180.0
RESUMES = 6
LAGS = (0.0, 0.0, 0.5, 5.0, 30.0)
SEED_OF_THE_MAP = 0

TWICE, KILLED, NEW, FOREIGN, SAME = 0.06, 0.06, 0.04, 0.04, 0.004  # shares of the orders

Key = tuple[str, str, str]


@define
class Tally:
    """What came of many orders. All of the last seven are wrong."""

    orders: int = 0
    confirmed: int = 0
    rejected: int = 0
    conflicts: int = 0
    killed: int = 0
    uncertain: int = 0
    resumed: int = 0
    duplicates: int = 0
    denied: int = 0
    """In the ledger, and the caller was told that the order failed."""
    imagined: int = 0
    """Confirmed, and not in the ledger."""
    missed: int = 0
    """Uncertain, although it was to be seen, and the caller looked then, undisturbed."""
    untrue: int = 0
    """What the journal says in the end is not what the ledger says."""
    unrecorded: int = 0
    """The server was asked before the journal knew."""
    repeated: int = 0
    """Sent more often than once, and once more for each refusal."""

    def add(self, other: "Tally") -> None:
        """Count `other` in."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def wrong(self) -> int:
        """How many things went wrong that never may."""
        return sum(list(asdict(self).values())[-7:])


@frozen
class Lot:
    """An address, with a product that is offered there."""

    premise_guid: str
    product_id: str


@cache
def find_lots() -> dict[str, list[Lot]]:
    """Return all addresses, with the first product there, by that product."""
    sandbox = Sandbox(seed=SEED_OF_THE_MAP)
    by_area: dict[str, str] = {}
    lots: dict[str, list[Lot]] = defaultdict(list)
    for row in sandbox.predefined_premises:
        area = row["area_id"]
        if area not in by_area:
            by_area[area] = sandbox.products_at(row["guid"])[0]["id"]
        lots[by_area[area]].append(Lot(row["guid"], by_area[area]))
    return lots


@define(eq=False)
class Errand:
    """One order, by one or more callers."""

    order: Order
    chance: Random
    foreign: Lot | None
    callers: list["Person"] = field(factory=list["Person"])
    posts: int = 0


class Person(Caller):
    """One caller of an order, who may be killed on the way."""

    def __init__(self, world: "World", errand: Errand, order: Order, chance: Random) -> None:
        super().__init__(chance)
        self.world = world
        self.errand = errand
        self.order = order
        self.starts = chance.uniform(0, SPREAD)
        killed = chance.random() < KILLED
        self.requests_left = chance.randrange(1, 8) if killed and chance.random() < 0.5 else None
        self.lives = chance.uniform(0, 240) if killed and self.requests_left is None else float("inf")
        self.scope = anyio.CancelScope()
        self.outcome = "killed"
        self.was_refused = False
        self.service_id: str | None = None
        self.looked = self.disturbed = 0.0

    def note(self, method: str, target: str, fault: Fault) -> None:
        """Count a request; at an order, look whether the journal knows, and let a stranger order, too."""
        if (method, target) == ("POST", "/services/full") and fault.outcome != "refuse":
            self.world.note_post(self)
            self.was_refused |= fault.code in REFUSALS
        elif fault != Fault():
            self.disturbed = anyio.current_time()
        elif "/services?" in target and target.endswith("page=1"):  # a look shows what is there when it begins
            self.looked = anyio.current_time()
        if self.requests_left is not None:
            self.requests_left -= 1
            if self.requests_left == 0:
                self.scope.cancel()

    async def live(self, aex: AsyncAExClient) -> None:
        """Place the order, and remember what was told."""
        CALLER.set(self)
        await anyio.sleep(self.starts)
        self.scope.deadline = anyio.current_time() + self.lives
        with self.scope:
            try:
                placed = await self.world.place(aex, self.order, self.world.journal)
                self.outcome = "confirmed"
                self.service_id = placed.service.id if placed else None
            except errors.OrderUncertainError:
                self.outcome = "uncertain"
            except errors.OrderConflictError:
                self.outcome = "conflict"
            except errors.AExError:
                self.outcome = "failed"


class World:
    """One sandbox, its orders, and how they are judged."""

    def __init__(self, seed: str, policy: str, *, brought: bool = False) -> None:
        self.brought = brought
        self.chance = Random(seed)  # noqa: S311 - chance that comes back, not secrets
        self.lag = self.chance.choice(LAGS)
        oddities = Oddities(
            lag=self.lag, max_count=self.chance.choice((100, 4)), lower_case_ids=self.chance.random() < 0.5
        )
        self.sandbox = Sandbox(seed=SEED_OF_THE_MAP, clock=anyio.current_time, oddities=oddities)
        self.sandbox.faults = Mishaps(self.lag)
        self.began = anyio.current_time()
        self.seed = seed
        self.ours = policy == "place_order"
        self.place: Policy = POLICIES[policy]
        self.journal = OrderJournal(":memory:")
        self.errands: list[Errand] = []
        self.tally = Tally()

    async def run(self, orders: int) -> Tally:
        """Place `orders`, wait until nothing can happen any more, resume, judge."""
        transport = self.sandbox.transport()
        async with (
            httpx.AsyncClient(transport=transport) as http,
            AsyncAExClient(
                self.sandbox.token,
                order_timeout=ORDER_TIMEOUT,
                max_connections=1000,
                transport=None if self.brought else transport,
                http_client=http if self.brought else None,
            ) as aex,
        ):
            customers = [customer async for customer in aex.customers("example")]
            self.errands = list(self.draw_errands(customers, orders))
            async with anyio.create_task_group() as group:
                for errand in self.errands:
                    for person in errand.callers:
                        group.start_soon(person.live, aex)
            await anyio.sleep(LATEST + self.lag + 10)
            await self.resume(aex)
        self.judge()
        return self.tally

    def draw_errands(self, customers: list[Customer], orders: int) -> Iterator[Errand]:
        """Yield that many orders, each at an address of its own."""
        lots = find_lots()
        free = self.chance.sample([lot for some in lots.values() for lot in some], orders)
        for index, lot in enumerate(free):
            chance = Random(f"{self.seed} {index}")  # noqa: S311
            customer = describe_person(f"{index}") if chance.random() < NEW else chance.choice(customers)
            order = Order(
                customer=customer, premise_guid=lot.premise_guid, product_id=lot.product_id, reference=f"order-{index}"
            )
            draw = chance.random()
            foreign = chance.choice(lots[lot.product_id]) if draw < FOREIGN else lot if draw < FOREIGN + SAME else None
            errand = Errand(order, chance, foreign)
            errand.callers.append(Person(self, errand, order, chance))
            if self.ours and chance.random() < TWICE:
                errand.callers.append(Person(self, errand, order, Random(f"{self.seed} {index} again")))  # noqa: S311
                errand.callers[1].starts = errand.callers[0].starts + chance.choice((0.0, 1.0, 20.0))
            yield errand

    def note_post(self, person: Person) -> None:
        """Take note of an order on its way: it must be in the journal. Let a stranger be a little faster."""
        errand = person.errand
        errand.posts += 1
        if self.ours:
            known = self.journal.find(str(errand.order.reference))
            self.tally.unrecorded += known is None or known.state != "sending"
        if errand.foreign and isinstance(errand.order.customer, Customer):
            self.sandbox.place_foreign_order(
                customer_id=errand.order.customer.id,
                premise_guid=errand.foreign.premise_guid,
                product_id=errand.foreign.product_id,
            )
            errand.foreign = None

    async def resume(self, aex: AsyncAExClient) -> None:
        """Go on from the journal as a new process would, with reads as bad as ever."""
        CALLER.set(Caller(self.chance))
        for _ in range(RESUMES):
            for attempt in self.journal.unresolved():
                with suppress(errors.OrderUncertainError, errors.OrderConflictError):
                    await aex.resume_order(attempt, journal=self.journal, patience=0)
                    self.tally.resumed += 1

    def judge(self) -> None:
        """Hold what the callers were told, and what the journal says, against the ledger."""
        ids = {row["email"]: row["id"] for row in self.sandbox.customers}
        ledger: dict[Key, list[LedgerEntry]] = defaultdict(list)
        for entry in self.sandbox.ledger:
            if entry.kind == "service":
                ledger[make_key(entry.customer_id, entry.premise_guid, entry.product_id)].append(entry)
        for errand in self.errands:
            customer = errand.order.customer
            customer_id = ids.get(customer.email, "") if isinstance(customer, NewCustomer) else customer.id
            self.judge_errand(errand, ledger[make_key(customer_id, errand.order.premise_guid, errand.order.product_id)])

    def judge_errand(self, errand: Errand, entries: list[LedgerEntry]) -> None:
        """Count what came of one order, of which the ledger has `entries`."""
        tally = self.tally
        ours = [entry for entry in entries if entry.by == "client"]
        outcomes = [person.outcome for person in errand.callers]
        tally.orders += 1
        tally.confirmed += "confirmed" in outcomes
        tally.rejected += outcomes[0] == "failed"
        tally.conflicts += "conflict" in outcomes
        tally.killed += "killed" in outcomes
        tally.uncertain += "uncertain" in outcomes
        tally.duplicates += max(0, len(ours) - 1)
        tally.denied += bool(ours) and {"failed"} == set(outcomes)
        tally.denied += (
            "conflict" in outcomes and bool(ours) and len(entries) == len(ours) and "confirmed" not in outcomes
        )
        for person in errand.callers:
            self.judge_person(person, entries)
        if self.ours:
            # One whom AEx refused may yet be told of the service that another caller's order of the same has come to.
            over = sum(person.was_refused or person.outcome in ("failed", "killed") for person in errand.callers)
            tally.repeated += errand.posts > 1 + over
            tally.untrue += not agrees(self.journal.find(str(errand.order.reference)), entries)

    def judge_person(self, person: Person, entries: list[LedgerEntry]) -> None:
        """Count what one caller was told wrong."""
        if person.outcome == "confirmed":
            known = [entry for entry in entries if person.service_id in (None, entry.id, entry.id.lower())]
            self.tally.imagined += not known
        if person.outcome == "uncertain":
            seen = [entry.at + self.began + self.lag for entry in entries]
            self.tally.missed += any(person.disturbed < moment < person.looked for moment in seen)


def agrees(attempt: Attempt | None, entries: list[LedgerEntry]) -> bool:
    """Whether the journal's last word on an order is the ledger's."""
    ours = [entry for entry in entries if entry.by == "client"]
    if attempt is None or attempt.state in ("unsent", "rejected"):
        return not ours
    if attempt.state == "confirmed":
        return (attempt.service_id or "").upper() in {entry.id for entry in entries}
    if attempt.state == "conflict":
        return len(entries) > 1
    return not entries


def describe_person(name: str) -> NewCustomer:
    """Return somebody whom AEx does not know yet."""
    return NewCustomer(
        first_name="Ann",
        last_name=f"Specimen-{name}",
        email=f"ann-{name}@example.org",
        password="made-up",
        mobile_number="0005550142",
    )


def make_key(customer_id: str, premise_guid: str | None, product_id: str | None) -> Key:
    """Return what makes two orders the same one."""
    return customer_id.upper(), (premise_guid or "").upper(), (product_id or "").upper()


def simulate(orders: int, seed: int, backend: str, policy: str, *, brought: bool = False) -> Tally:
    """Run as many worlds as `orders` need, one after another, and return what came of them all.

    With `brought` every request goes by way of an `httpx.AsyncClient` of the caller's.
    """
    tally = Tally()
    for number, start in enumerate(range(0, orders, ORDERS_A_WORLD)):
        size = min(ORDERS_A_WORLD, orders - start)

        async def live(number: int = number, size: int = size) -> Tally:
            return await World(f"{seed} {number}", policy, brought=brought).run(size)

        tally.add(run(live, backend))
    return tally
