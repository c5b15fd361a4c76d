"""Orders on their way to an exit code: one that is placed, or several that are looked for again."""

import asyncio
import time
from typing import Final, NoReturn

import anyio
import typer
from attrs import frozen

from aex_async.cli.console import accompany, leave, make_sentence, print_json, print_line, say, show_minutes
from aex_async.cli.exit_codes import FAILED, INTERRUPTED, MISUSED, UNCERTAIN
from aex_async.cli.json_output import describe_failure
from aex_async.cli.orders.journals import JournalContext
from aex_async.cli.orders.outcomes import describe_placed, judge, show_placed, sum_up, tell_interruption, tell_trouble
from aex_async.cli.orders.request import OrderRequest, make_order
from aex_async.cli.records import print_values
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, OrderError, OrderUncertainError
from aex_async.models import Attempt, Order, PlacedOrder

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
            print_values(show_placed(placed))

    def _give_up(self, error: AExError) -> NoReturn:
        known = error.attempt if isinstance(error, OrderUncertainError) else self.context.find(self.request)
        code = judge(error, known)
        advice = self.context.advise(known) if known is not None and code == UNCERTAIN else error.advice
        leave(tell_trouble(error, code), code, advice=advice, cause=error, attempt=known)


@frozen
class ResumeOrders:
    """A look for what became of orders: `patience` and `timeout` are each order's, in seconds."""

    aex: AsyncAExClient
    context: JournalContext
    host: str
    patience: float
    timeout: float | None
    json: bool

    async def run(self, attempts: list[Attempt]) -> NoReturn:
        """Look for all of them at once, show what came of each, and leave with the exit code of all."""
        codes: dict[str, int] = {}
        longest = show_minutes(self.patience if self.timeout is None else self.timeout)
        number = "1 order" if len(attempts) == 1 else f"{len(attempts)} orders"
        words = f"Looking at {self.host} for {number}, which may take {longest} or a little more."
        try:
            await accompany(self._look_for_all(attempts, codes), words)
        except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
            leave(
                "Interrupted. What is unresolved stays so",
                INTERRUPTED,
                advice=f"Next: {self.context.make_command()}",
            )
        left = [reference for reference, code in codes.items() if code == UNCERTAIN]
        if left:
            say(f"Later: {self.context.make_command(*left)} (or aex orders dismiss, once AEx says what became of it)")
        raise typer.Exit(sum_up(list(codes.values())))

    async def _look_for_all(self, attempts: list[Attempt], codes: dict[str, int]) -> None:
        async with self.aex, anyio.create_task_group() as group:
            for attempt in attempts:
                group.start_soon(self._look, attempt, codes)

    async def _look(self, attempt: Attempt, codes: dict[str, int]) -> None:
        try:
            placed = await self.aex.resume_order(
                attempt, journal=self.context.journal, patience=self.patience, timeout=self.timeout
            )
        except AExError as error:
            codes[attempt.reference] = self._tell(attempt, error)
            return
        codes[attempt.reference] = 0
        if self.json:
            print_json(describe_placed(placed))
        else:
            print_line(f"{attempt.reference}  placed: service {placed.service.id}")

    def _tell(self, attempt: Attempt, error: AExError) -> int:
        """Show that an order is not found, or not certainly, and return its exit code."""
        known = self.context.reread(attempt)
        code = judge(error, known)
        sentence = tell_trouble(error, code, misused="Not looked for")
        if self.json:
            # The way to go on is the same for all that are left, and told once, at the end.
            advice = self.context.advise(known) if code == UNCERTAIN else error.advice
            print_json(describe_failure(sentence, code, advice=advice, cause=error, attempt=known))
        else:
            # That it may be placed again, or which base_url to give, is advice already.
            explained = code in (UNCERTAIN, MISUSED) or type(error) is OrderError
            advice = "" if explained else error.advice
            print_line(f"{attempt.reference}  {make_sentence(sentence)} {advice}".rstrip())
        return code
