"""What a second sending costs where the server takes its time: measured, to be quoted."""

import anyio
from attrs import frozen

from aex_async import AsyncAExClient, Order
from aex_async.sandbox import Fault, Sandbox
from tests.chaos.clocks import run
from tests.chaos.simulation import SEED_OF_THE_MAP, find_lots

DELAYS: tuple[float | None, ...] = (None, 30.0, 120.0, 200.0, 239.0, 242.0, 300.0, 450.0)
PATIENCE = 600.0


@frozen
class Measured:
    """How many orders were sent twice, and how many the server then had twice."""

    orders: int
    confirmed: int
    sent_twice: int
    duplicates: int


def measure(delay: float | None, orders: int, backend: str) -> Measured:
    """Place `orders` with `resend`; the first answer is lost, and its effect comes `delay` seconds later, or never."""
    fault = Fault.cut_before() if delay is None else Fault.late(delay)

    async def live() -> Measured:
        confirmed = twice = doubled = 0
        for lot in [lot for some in find_lots().values() for lot in some][:orders]:
            sandbox = Sandbox(seed=SEED_OF_THE_MAP, clock=anyio.current_time)
            sandbox.faults.add(fault, method="POST")
            async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
                customer = await aex.get_customer(sandbox.customers[0]["id"])
                order = Order(customer=customer, premise_guid=lot.premise_guid, product_id=lot.product_id)
                placed = await aex.place_order(order, resend=True, patience=PATIENCE)
                confirmed += placed.service.id in {entry.id for entry in sandbox.ledger}
            await anyio.sleep(max(filter(None, DELAYS)))
            twice += sandbox.received["POST /services/full"] == 2
            doubled += len(sandbox.ledger) == 2
        return Measured(orders, confirmed, twice, doubled)

    return run(live, backend)
