"""A shop in which orders are placed: a sandbox, a client before it, and what watches the wire between."""

import os
import pickle
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from aex_async import (
    PREPROD,
    AsyncAExClient,
    Attempt,
    Customer,
    NewCustomer,
    Order,
    OrderJournal,
    PlacedOrder,
    errors,
)
from aex_async.sandbox import Fault, Oddities, Sandbox
from tests.sandbox.people import POMPANO_11, PRODUCT, THANDI

TOKEN = "token-canary-77"
POST = "POST /services/full"
SERVICES = f"/customers/{THANDI}/services"
NEW = NewCustomer(
    first_name="Ann",
    last_name="Specimen",
    email="ann_canary@example.com",
    password="pw-canary-1",
    mobile_number="0005550142",
)

Hook = Callable[[], Awaitable[None]]


class Watched(httpx.AsyncBaseTransport):
    """A transport with something to do before or after an order's POST, or a look; it keeps what left."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport
        self.looking: Hook | None = None
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.bodies: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        ordering = request.url.path == "/services/full"
        if request.url.path == SERVICES and self.looking:
            await self.looking()
        if ordering and self.before:
            await self.before()
        try:
            return await self._transport.handle_async_request(request)
        finally:
            if ordering:
                self.bodies.append(await request.aread())
            if ordering and self.after:
                await self.after()


class Shop:
    """A sandbox and a client before it, with one order to place."""

    def __init__(self, sandbox: Sandbox, aex: AsyncAExClient, wire: Watched, customer: Customer) -> None:
        self.sandbox = sandbox
        self.aex = aex
        self.wire = wire
        self.order = Order(customer=customer, premise_guid=POMPANO_11, product_id=PRODUCT, reference="r-1")

    @property
    def posts(self) -> int:
        """How many orders arrived."""
        return self.sandbox.received[POST]

    @property
    def services(self) -> list[str]:
        """The services that orders of ours have come to."""
        return [entry.id for entry in self.sandbox.ledger if entry.kind == "service" and entry.by == "client"]

    def order_behind_its_back(self, premise_guid: str = POMPANO_11) -> str:
        return self.sandbox.place_foreign_order(customer_id=THANDI, premise_guid=premise_guid, product_id=PRODUCT)

    async def place(self, **options: Any) -> PlacedOrder:
        return await self.aex.place_order(self.order, **options)

    async def fail(self, **options: Any) -> Attempt:
        """Place the order, which stays uncertain; return its attempt."""
        with pytest.raises(errors.OrderUncertainError) as caught:
            await self.place(**options)
        return caught.value.attempt


@asynccontextmanager
async def open_shop(
    *posts: Fault, token: Any = TOKEN, base_url: str = PREPROD, **oddities: Any
) -> AsyncGenerator[Shop, None]:
    """Open a shop in which the first POSTs fail so."""
    sandbox = Sandbox(token=TOKEN, clock=anyio.current_time, oddities=Oddities(**oddities))
    for fault in posts:
        sandbox.faults.add(fault, method="POST", path="/services/full")
    wire = Watched(sandbox.transport())
    async with AsyncAExClient(token, base_url=base_url, transport=wire) as aex:
        yield Shop(sandbox, aex, wire, await aex.get_customer(THANDI))


def find_state(journal: OrderJournal, reference: str = "r-1") -> str | None:
    known = journal.find(reference)
    return None if known is None else known.state


async def call_now(function: Callable[[], object]) -> None:
    function()


def find_attempt(journal: OrderJournal) -> Attempt:
    known = journal.find("r-1")
    assert known is not None
    return known


def block(path: Path) -> None:
    """Leave SQLite no room for the file that it needs to change another."""
    path.with_name(f"{path.name}-journal").mkdir()


def show_all(error: BaseException) -> str:
    """Return all that an error holds, as a crash reporter would show it."""
    shown = [str(error), repr(error), repr(vars(error)), str(pickle.dumps(error))]
    trace = error.__traceback__
    while trace is not None:
        if f"{os.sep}aex_async{os.sep}" in trace.tb_frame.f_code.co_filename:
            shown.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    return " ".join(shown)


def is_released(path: Path) -> bool:
    """Whether nobody is said to be at work on an open order."""
    with closing(sqlite3.connect(path)) as database:
        where = "sender IS NOT NULL AND state IN ('sending', 'created')"
        return not database.execute(f"SELECT sender FROM attempts WHERE {where}").fetchall()  # noqa: S608
