"""One order on its way from a request to an exit code."""

import asyncio
from typing import NoReturn

from attrs import frozen

from aex_async.cli.console import ForPeople, leave, print_json
from aex_async.cli.exits import INTERRUPTED, UNCERTAIN
from aex_async.cli.order.journals import JournalContext
from aex_async.cli.order.outcomes import (
    describe_attempt,
    describe_placed,
    judge,
    show_placed,
    tell_interruption,
    tell_trouble,
)
from aex_async.cli.order.request import OrderRequest, make_order
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, OrderUncertainError
from aex_async.models import PlacedOrder


@frozen
class PlaceOrder:
    """One order on its way, and how it is to be placed."""

    aex: AsyncAExClient
    request: OrderRequest
    context: JournalContext
    patience: float
    resend: bool

    async def run(self, *, json: bool) -> None:
        """Place the order, show what came of it, and leave with its exit code."""
        try:
            self._show(await self._place(), json=json)
        except AExError as error:
            self._give_up(error, json=json)
        except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
            known = self.context.find(self.request)
            leave(tell_interruption(known, self.context.show_way), INTERRUPTED)

    async def _place(self) -> PlacedOrder:
        async with self.aex as aex:
            order = await make_order(aex, self.request)
            return await aex.place_order(
                order, journal=self.context.journal, patience=self.patience, resend=self.resend
            )

    def _show(self, placed: PlacedOrder, *, json: bool) -> None:
        if json:
            print_json(describe_placed(placed))
        else:
            ForPeople().show_values(show_placed(placed))

    def _give_up(self, error: AExError, *, json: bool) -> NoReturn:
        known = error.attempt if isinstance(error, OrderUncertainError) else self.context.find(self.request)
        code = judge(error, known)
        sentence = tell_trouble(error, code)
        if known is not None and code == UNCERTAIN:
            sentence = f"{sentence} {self.context.show_way(known)}"
            if json:
                print_json({"outcome": "uncertain", **describe_attempt(known)})
        leave(sentence, code)
