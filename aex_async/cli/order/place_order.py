"""One order on its way from a request to an exit code."""

import asyncio
import time
from typing import Final, NoReturn

from attrs import frozen

from aex_async.cli.console import ForPeople, leave, print_json
from aex_async.cli.exit_codes import FAILED, INTERRUPTED, UNCERTAIN
from aex_async.cli.order.journals import JournalContext
from aex_async.cli.order.outcomes import describe_placed, judge, show_placed, tell_interruption, tell_trouble
from aex_async.cli.order.request import OrderRequest, make_order
from aex_async.cli.progress import accompany, show_minutes
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, OrderUncertainError
from aex_async.models import Order, PlacedOrder

ANSWER: Final = 180.0
"""Seconds that AEx's answer to an order may take, and the client waits for."""


@frozen
class PlaceOrder:
    """One order on its way, and how it is to be placed: `timeout` is seconds for all of it."""

    aex: AsyncAExClient
    request: OrderRequest
    context: JournalContext
    host: str
    patience: float
    resend: bool
    timeout: float | None

    async def run(self, *, json: bool) -> None:
        """Place the order, show what came of it, and leave with its exit code."""
        longest = ANSWER + self.patience if self.timeout is None else self.timeout
        try:
            placed = await accompany(
                self._place(),
                f"Ordering at {self.host}, which may take up to {show_minutes(longest)}. Ctrl-C says what may exist.",
            )
            self._show(placed, json=json)
        except AExError as error:
            self._give_up(error)
        except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
            known = self.context.find(self.request)
            uncertain = known is not None and known.state.is_open
            advice = self.context.advise(known) if known and uncertain else ""
            leave(tell_interruption(known), INTERRUPTED, advice=advice, attempt=known)

    async def _place(self) -> PlacedOrder:
        began = time.monotonic()
        async with self.aex as aex:
            order = await self._make_order(aex)
            left = None if self.timeout is None else max(self.timeout - (time.monotonic() - began), 0.001)
            return await aex.place_order(
                order, journal=self.context.journal, patience=self.patience, resend=self.resend, timeout=left
            )

    async def _make_order(self, aex: AsyncAExClient) -> Order:
        try:
            async with asyncio.timeout(self.timeout):
                return await make_order(aex, self.request)
        except TimeoutError as error:
            if isinstance(error, AExError):  # the client's own limit, not ours
                raise
            advice = "Run the same again with a longer --timeout."
            leave("Not ordered: --timeout ended while the customer was looked for", FAILED, advice=advice)

    def _show(self, placed: PlacedOrder, *, json: bool) -> None:
        if json:
            print_json(describe_placed(placed))
        else:
            ForPeople().show_values(show_placed(placed))

    def _give_up(self, error: AExError) -> NoReturn:
        known = error.attempt if isinstance(error, OrderUncertainError) else self.context.find(self.request)
        code = judge(error, known)
        advice = self.context.advise(known) if known is not None and code == UNCERTAIN else error.advice
        leave(tell_trouble(error, code), code, advice=advice, cause=error, attempt=known)
