"""Where orders are written down, and the way back to one that is not settled."""

import os
import shlex
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen

from aex_async.cli.connection import Connection
from aex_async.cli.order.request import OrderRequest
from aex_async.client import AsyncAExClient
from aex_async.errors import OrderError
from aex_async.journal import OrderJournal
from aex_async.models import Attempt


@frozen
class JournalContext:
    """The journal in use, and what a command needs to find it, and its AEx, again."""

    journal: OrderJournal
    flags: tuple[str, ...] = ()

    def find(self, request: OrderRequest) -> Attempt | None:
        """Return what is written down of a request. A journal that cannot be read may hold anything."""
        try:
            alike = (attempt for attempt in self.journal.unresolved() if request.is_like(attempt))
            return self.journal.find(request.reference) or next(alike, None)
        except OrderError:
            return _suspect(request)

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


@frozen
class Opened:
    """The journal, and the client to look again with, if it is a sandbox's."""

    context: JournalContext
    aex: AsyncAExClient | None = None


def find_default() -> Path:
    """Return the journal's place in the user's data folder (XDG Base Directory: a relative one does not count)."""
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    data = named if named.is_absolute() else Path.home() / ".local" / "share"
    return data / "aex_async" / "orders.sqlite"


def open_journal(path: Path | None) -> OrderJournal:
    """Return the journal at `path`; without one that in the data folder, which is made if need be."""
    if path is not None:
        return OrderJournal(path)
    path = find_default()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OrderError(f"the folder {path.parent} cannot be made ({error.strerror})").advise(
            "Name another file with --journal."
        ) from None
    return OrderJournal(path)


def make_flags(journal: Path | None, connection: Connection) -> tuple[str, ...]:
    """Return the options that lead to the same journal and the same AEx."""
    flags = () if journal is None else ("--journal", str(journal))
    return (*flags, *connection.make_flags())


def _suspect(request: OrderRequest) -> Attempt:
    return Attempt(
        reference=request.reference,
        customer_id="unknown",
        premise_guid=request.premise_guid,
        product_id=request.product_id,
        started_at=datetime.now(UTC),
    )
