"""A try of `aex orders` without AEx: a sandbox that has lost the answer to an order, with the journal of it."""

import asyncio
import contextlib
import time
from typing import Final

from aex_async.cli.connection import connect_sandbox
from aex_async.cli.order.journals import JournalContext, Opened
from aex_async.client import AsyncAExClient
from aex_async.errors import OrderUncertainError
from aex_async.journal import OrderJournal
from aex_async.models import Order
from aex_async.sandbox import Fault, Sandbox

_LATE: Final = 60.0  # seconds after which the order shows
_CUSTOMER: Final = "FC65F24E-AADD-440E-AF96-9CBBDFA50349"
_PREMISE: Final = "5D1B7C20-3E9F-4A68-B1C4-8F0E6D2A7953"
_PRODUCT: Final = "50726131-B525-4732-A2D5-0B3736CDFB69"


def lose_an_answer() -> Opened:
    """Place an order in a sandbox of its own and lose the answer; the order shows by the next look."""
    begun, context = time.monotonic(), JournalContext(OrderJournal(":memory:"))
    waited = [0.0]
    sandbox = Sandbox(clock=lambda: time.monotonic() - begun + waited[0])
    sandbox.faults.add(Fault.late(_LATE), method="POST")
    asyncio.run(_place(connect_sandbox(sandbox), context.journal))
    waited[0] = _LATE
    return Opened(context, connect_sandbox(sandbox))


async def _place(client: AsyncAExClient, journal: OrderJournal) -> None:
    async with client as aex:
        customer = await aex.get_customer(_CUSTOMER)
        order = Order(customer=customer, premise_guid=_PREMISE, product_id=_PRODUCT, reference="trial-1")
        with contextlib.suppress(OrderUncertainError):  # which is the point
            await aex.place_order(order, journal=journal, patience=0)
