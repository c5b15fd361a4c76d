"""Where orders are written down, and the way back to one that is not settled."""

import asyncio
import contextlib
import os
import shlex
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from attrs import frozen

from aex_async.cli.connection import Connection, connect_sandbox
from aex_async.cli.console import announcing
from aex_async.cli.orders.request import OrderRequest
from aex_async.client import AsyncAExClient
from aex_async.errors import OrderError, OrderUncertainError
from aex_async.journal import OrderJournal
from aex_async.models import Attempt, Order

# The order that `aex orders --sandbox` finds: the sandbox's own customer, an address of its, a product of its.
LATE: Final = 60.0  # seconds after which the order shows
CUSTOMER_ID: Final = "FC65F24E-AADD-440E-AF96-9CBBDFA50349"
PREMISE_GUID: Final = "5D1B7C20-3E9F-4A68-B1C4-8F0E6D2A7953"
PRODUCT_ID: Final = "50726131-B525-4732-A2D5-0B3736CDFB69"


@frozen
class JournalContext:
    """The journal in use, and what a command needs to find it, and its AEx, again.

    `aex` is the client to look again with, if that is a sandbox's.
    """

    journal: OrderJournal
    flags: tuple[str, ...] = ()
    aex: AsyncAExClient | None = None

    def find(self, request: OrderRequest) -> Attempt | None:
        """Return what is written down of a request. A journal that cannot be read may hold anything."""
        try:
            alike = (attempt for attempt in self.journal.unresolved() if request.is_like(attempt))
            return self.journal.find(request.reference) or next(alike, None)
        except OrderError:
            return suspect(request)

    def reread(self, attempt: Attempt) -> Attempt:
        """Return an attempt as it stands by now, as far as that can be read."""
        try:
            return self.journal.find(attempt.reference) or attempt
        except OrderError:
            return attempt

    def advise(self, attempt: Attempt) -> str:
        """Return the next step for an order that may exist."""
        if self.journal.durable:
            return f"Next: {self.make_command(attempt.reference)}"
        return (
            "No journal remembers it: "
            f"look at the services of customer {attempt.customer_id} before it is ordered again."
        )

    def make_command(self, *references: str) -> str:
        """Return the command that looks for orders again."""
        return shlex.join(["aex", "orders", "resume", *references, *self.flags])


def find_default() -> Path:
    """Return the journal's place in the user's data folder (XDG Base Directory: a relative one does not count).

    `OrderError` if the user has none.
    """
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    try:
        data = named if named.is_absolute() else Path.home() / ".local" / "share"
    except RuntimeError:  # neither HOME nor an entry among the users, as in a container that runs as any number
        raise OrderError("this user has no home folder for the journal of orders").advise(
            "Name a file with --journal, or set HOME."
        ) from None
    return data / "aex_async" / "orders.sqlite"


def open_journal(path: Path | None) -> OrderJournal:
    """Return the journal at `path`; without one that in the data folder, which is made if need be."""
    with announcing("Waiting for the journal, which another process writes; up to 10 s."):
        return OrderJournal(path or make_default())


def make_default() -> Path:
    """Return the journal's place in the data folder, which is made if need be."""
    path = find_default()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OrderError(f"the folder {path.parent} cannot be made ({error.strerror})").advise(
            "Name another file with --journal."
        ) from None
    return path


def make_flags(journal: Path | None, connection: Connection) -> tuple[str, ...]:
    """Return the options that lead to the same journal and the same AEx."""
    flags = () if journal is None else ("--journal", str(journal))
    return (*flags, *connection.make_flags())


def suspect(request: OrderRequest) -> Attempt:
    """Return the attempt that a request may have made."""
    return Attempt(
        reference=request.reference,
        customer_id="unknown",
        premise_guid=request.premise_guid,
        product_id=request.product_id,
        started_at=datetime.now(UTC),
    )


def lose_an_answer() -> JournalContext:
    """Place an order in a sandbox of its own and lose the answer; the order shows by the next look."""
    from aex_async.sandbox import Fault, Sandbox  # noqa: PLC0415 - a command that asks a real AEx starts without it

    begun, journal = time.monotonic(), OrderJournal(":memory:")
    waited = [0.0]
    sandbox = Sandbox(clock=lambda: time.monotonic() - begun + waited[0])
    sandbox.faults.add(Fault.late(LATE), method="POST")
    asyncio.run(place_and_lose(connect_sandbox(sandbox), journal))
    waited[0] = LATE
    return JournalContext(journal, aex=connect_sandbox(sandbox))


async def place_and_lose(client: AsyncAExClient, journal: OrderJournal) -> None:
    """Place the order whose answer is lost."""
    async with client as aex:
        customer = await aex.get_customer(CUSTOMER_ID)
        order = Order(customer=customer, premise_guid=PREMISE_GUID, product_id=PRODUCT_ID, reference="trial-1")
        with contextlib.suppress(OrderUncertainError):  # which is the point
            await aex.place_order(order, journal=journal, patience=0)
