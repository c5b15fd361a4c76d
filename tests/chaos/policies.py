"""Ways to place an order: this library's, and the two that people write."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aex_async import AsyncAExClient, NewCustomer, NewService, Order, OrderJournal, PlacedOrder, errors

TRIES = 4  # the first one, and 3 repeats
PATIENCE = 60.0


Policy: TypeAlias = Callable[[AsyncAExClient, Order, OrderJournal], Awaitable[PlacedOrder | None]]
"""One way to place an order. An error means that it was not placed, `OrderUncertainError` aside."""


async def place_once(aex: AsyncAExClient, order: Order, journal: OrderJournal) -> PlacedOrder:
    """Place it as this library does."""
    return await aex.place_order(order, journal=journal, patience=PATIENCE)


async def shoot_once(aex: AsyncAExClient, order: Order, _: OrderJournal) -> None:
    """Send it, and believe the answer."""
    await aex.create_service(await describe(aex, order))


async def repeat(aex: AsyncAExClient, order: Order, _: OrderJournal) -> None:
    """Send it again after whatever error, up to 3 times."""
    request = await describe(aex, order)
    for _try in range(TRIES - 1):
        try:
            await aex.create_service(request)
        except errors.AExError:
            continue
        return
    await aex.create_service(request)


async def describe(aex: AsyncAExClient, order: Order) -> NewService:
    """Return the request for `order`."""
    customer = order.customer
    if isinstance(customer, NewCustomer):
        customer = await aex.get_or_create_customer(customer)
    return NewService(customer=customer, premise_guid=order.premise_guid, product_id=order.product_id)


POLICIES: dict[str, Policy] = {"place_order": place_once, "single shot": shoot_once, "3 repeats": repeat}
