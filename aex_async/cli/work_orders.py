"""The command `aex work-orders`: what is being done for a service, once or for as long as it takes."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import anyio
import typer
from attrs import field, frozen

from aex_async.cli import options
from aex_async.cli.connection import Connection, ask, connected
from aex_async.cli.console import leave, make_sentence, print_json, print_line, say
from aex_async.cli.exit_codes import MISUSED
from aex_async.cli.json_output import Result, describe
from aex_async.cli.records import print_rows, print_table, show_work_order
from aex_async.cli.values import label, show_value
from aex_async.client import AsyncAExClient
from aex_async.errors import (
    ConnectionFailedError,
    DeadlineError,
    PaginationError,
    RateLimitedError,
    ServerError,
)
from aex_async.models import WorkOrder

EVERY: Final = 60.0  # seconds
SOONEST: Final = 2.0
SLOWEST: Final = 16  # times the usual wait: how far apart looks get that fail

TRANSIENT: Final = (ConnectionFailedError, DeadlineError, RateLimitedError, ServerError, PaginationError)
"""What may be over at the next look."""

BESIDE: Final = {"updated_at", "last_update_date", "status_id"}  # says nothing that another field does not

Event = Literal["seen", "new", "changed", "gone"]


def read_every(seconds: float | None) -> float | None:
    """Return seconds that end, and that AEx can bear."""
    if options.read_seconds(seconds) is not None and seconds is not None and seconds < SOONEST:
        raise typer.BadParameter(f"{seconds:g}: must be {SOONEST:g} or more: AEx serves others too")
    return seconds


@connected
def work_orders(
    service_id: options.ServiceId,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Keep looking, and show what changes.")] = False,
    every: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            callback=read_every,
            show_default=False,
            help=f"With --watch: seconds between looks; by default {EVERY:g}. More while looks fail.",
        ),
    ] = None,
    until_closed: Annotated[
        bool, typer.Option("--until-closed", help="With --watch: end when all of them are completed or closed.")
    ] = False,
    json: options.Json = False,
    reveal: options.Reveal = False,
    connection: Connection,
) -> None:
    """List the work orders of a service, or watch them.

    With --watch, each change is printed on a line as soon as it is seen; with --json it is an object: `at`, `event`
    (`seen` at the first look, then `new`, `changed`, `gone`), `changed` with before and after of each field,
    `work_order`. A look that fails for a reason that may pass is reported on standard error and made again, after a
    longer wait each time.

    For example:

    - `aex work-orders 34A39B28-8547-4853-9CAC-56F168EDE9D2 --sandbox`

    - `aex work-orders 34A39B28-8547-4853-9CAC-56F168EDE9D2 --sandbox --watch --until-closed`
    """
    if not watch and (every is not None or until_closed):
        leave("Nothing was sent: --every and --until-closed go with --watch", MISUSED)
    listing = WorkOrderList(service_id, json=json, reveal=reveal)
    watching = WorkOrderWatch(listing, every or EVERY, until_closed=until_closed)
    ask(watching.run if watch else listing.show, connection, endless=watch)


@frozen
class Change:
    """What became of one work order: `fields` holds before and after of each field that changed."""

    event: Event
    order: WorkOrder
    fields: Mapping[str, tuple[Any, Any]] = field(factory=dict[str, tuple[Any, Any]])

    def describe(self, at: datetime, *, reveal: bool) -> Result:
        """Return it for programs."""
        changed = {name: {"before": before, "after": after} for name, (before, after) in self.fields.items()}
        seen = {"at": at.isoformat(timespec="seconds"), "event": self.event, "changed": changed}
        return {**seen, "work_order": describe(self.order, reveal=reveal)}

    def tell(self, at: datetime) -> str | None:
        """Return it for people; `None` if nothing changed that they would call a change."""
        fields = {name: values for name, values in self.fields.items() if name not in BESIDE}
        if self.event == "changed" and not fields:
            return None
        name = self.order.reference or self.order.id
        shown = [f"{label(name)}: {show_value(old)} -> {show_value(new)}" for name, (old, new) in fields.items()]
        words = "; ".join(shown) or ", ".join(filter(None, (self.order.type, self.order.status)))
        return f"{at:%Y-%m-%d %H:%M:%S}  {show_value(name)}  {self.event:<7}  {words}".rstrip()


def is_closed(order: WorkOrder) -> bool:
    """Whether nothing more will be done: statuses are an open set of phrases, so that only the dates tell."""
    return order.close_date is not None or order.completed_date is not None


def compare(before: Mapping[str, WorkOrder], now: Mapping[str, WorkOrder], *, reveal: bool = False) -> list[Change]:
    """Return what became of each order, by id, that is not as it was; secrets only count if they are revealed."""
    return [
        *(Change("new", order) for id_, order in now.items() if id_ not in before),
        *(
            Change("changed", order, fields)
            for id_, order in now.items()
            if id_ in before and (fields := find_changes(before[id_], order, reveal=reveal))
        ),
        *(Change("gone", order) for id_, order in before.items() if id_ not in now),
    ]


def find_changes(before: WorkOrder, now: WorkOrder, *, reveal: bool) -> dict[str, tuple[Any, Any]]:
    """Return before and after of each field that changed."""
    old, new = describe(before, reveal=reveal), describe(now, reveal=reveal)
    return {name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)}


@frozen
class WorkOrderList:
    """The work orders of one service, and how they are shown."""

    service_id: str
    json: bool
    reveal: bool

    async def show(self, aex: AsyncAExClient) -> None:
        """Show what there is."""
        rows = aex.work_orders(self.service_id)
        await print_rows("work_orders", rows, show_work_order, json=self.json, reveal=self.reveal)

    async def read(self, aex: AsyncAExClient) -> dict[str, WorkOrder]:
        """Return the orders by their ids, whose case may vary (field notes, "Values")."""
        return {order.id.casefold(): order async for order in aex.work_orders(self.service_id)}

    def show_first(self, orders: Iterable[WorkOrder]) -> None:
        """Show what the first look of a watch brought."""
        if self.json:
            self.show_changes([Change("seen", order) for order in orders])
        else:
            print_table("work_orders", [show_work_order(order) for order in orders])

    def show_changes(self, changes: Iterable[Change]) -> None:
        """Show what became of orders since the last look, a line each."""
        now = datetime.now(UTC)
        for change in changes:
            if self.json:
                print_json(change.describe(now, reveal=self.reveal))
            elif line := change.tell(now.astimezone()):
                print_line(line)


@frozen
class WorkOrderWatch:
    """A watch over a listing: a look every so many seconds, and less often while looks fail."""

    listing: WorkOrderList
    every: float
    until_closed: bool

    async def run(self, aex: AsyncAExClient) -> None:
        """Show what there is, then each change; return when all is closed, if that was asked for.

        A look may fail with what may pass, the first one too; what else goes wrong is raised.
        """
        known: dict[str, WorkOrder] | None = None
        wait = self.every
        while True:
            try:
                now = await self.listing.read(aex)
            except TRANSIENT as error:
                wait = max(min(wait * 2, self.every * SLOWEST), getattr(error, "retry_after", None) or 0)
                say(f"{make_sentence(str(error))} Looking again in {wait:.0f} s.")
            else:
                self._show(known, now)
                known, wait = now, self.every
                if self._is_done(known):
                    return
            await anyio.sleep(wait)

    def _show(self, known: dict[str, WorkOrder] | None, now: dict[str, WorkOrder]) -> None:
        if known is None:
            self.listing.show_first(now.values())
        else:
            self.listing.show_changes(compare(known, now, reveal=self.listing.reveal))

    def _is_done(self, orders: dict[str, WorkOrder]) -> bool:
        return self.until_closed and bool(orders) and all(map(is_closed, orders.values()))
