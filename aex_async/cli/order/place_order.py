"""One order on its way from a wish to an exit code."""

import asyncio
from typing import NoReturn

from attrs import frozen

from aex_async.cli.console import ForPeople, leave, print_json
from aex_async.cli.exits import INTERRUPTED, UNCERTAIN
from aex_async.cli.order.journals import Books
from aex_async.cli.order.outcomes import (
    describe_attempt,
    describe_placed,
    judge,
    show_placed,
    tell_interruption,
    tell_trouble,
)
from aex_async.cli.order.request import Wish, make_order
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, OrderUncertainError
from aex_async.models import PlacedOrder


@frozen
class Errand:
    """One order on its way, and how it is to be placed."""

    aex: AsyncAExClient
    wish: Wish
    books: Books
    patience: float
    resend: bool

    async def run(self, *, json: bool) -> None:
        """Place the order, show what came of it, and leave with its exit code."""
        try:
            self._show(await self._place(), json=json)
        except AExError as error:
            self._give_up(error, json=json)
        except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
            known = self.books.find(self.wish)
            leave(tell_interruption(known, self.books.show_way), INTERRUPTED)

    async def _place(self) -> PlacedOrder:
        async with self.aex as aex:
            order = await make_order(aex, self.wish)
            return await aex.place_order(order, journal=self.books.journal, patience=self.patience, resend=self.resend)

    def _show(self, placed: PlacedOrder, *, json: bool) -> None:
        known = self.books.find(self.wish)  # unless an earlier run placed it, under another reference
        reference = None if known is None else known.reference
        if json:
            print_json(describe_placed(placed, reference))
        else:
            ForPeople().show_values(show_placed(placed, reference))

    def _give_up(self, error: AExError, *, json: bool) -> NoReturn:
        known = error.attempt if isinstance(error, OrderUncertainError) else self.books.find(self.wish)
        code = judge(error, known)
        sentence = tell_trouble(error, code)
        if known is not None and code == UNCERTAIN:
            sentence = f"{sentence} {self.books.show_way(known)}"
            if json:
                print_json({"outcome": "uncertain", **describe_attempt(known)})
        leave(sentence, code)
