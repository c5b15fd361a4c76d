"""The command `aex orders`: what the journal holds that is not settled."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import anyio
import typer
from attrs import frozen

from aex_async.cli import options as _options
from aex_async.cli.client import connect
from aex_async.cli.console import ForPeople, leave, leaving, print_json
from aex_async.cli.exits import FAILED, INTERRUPTED, MISUSED, UNCERTAIN
from aex_async.cli.order.journals import JournalContext, make_flags, open_journal
from aex_async.cli.order.outcomes import describe_attempt, judge, sum_up, tell_trouble
from aex_async.cli.orders.practice import Trial, lose_an_answer
from aex_async.cli.streams import finish_first
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, OrderError
from aex_async.journal import OrderJournal
from aex_async.models import Attempt, AttemptState

orders: typer.Typer = typer.Typer(name="orders", rich_markup_mode="markdown")

Rehearsed = Annotated[
    bool,
    typer.Option("--sandbox", help="Try it with an order, trial-1, in a sandbox that loses its answer."),
]


@orders.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON list, for programs.")] = False,
    sandbox: Rehearsed = False,
    journal: _options.Journal = None,
) -> None:
    """Show the orders that may exist or not, look for them again, or settle them.

    These are the orders of which `aex order`, or any program that shares its journal, does not know what came of
    them, and those that came to more than one service, of which a person must choose. Reading the journal asks
    nothing of AEx.

    For example:

    - `aex orders` to see them, `aex orders --sandbox` to see what that is like

    - `aex orders resume` to look for all of them again
    """
    if context.invoked_subcommand:
        if json or journal or sandbox:
            leave(f"Put the options behind the command: aex orders {context.invoked_subcommand} ...", MISUSED)
        return
    kept = _begin(journal, sandbox=sandbox).context.journal
    attempts = [describe_attempt(attempt) for attempt in kept.unresolved() + kept.conflicts()]
    if json:
        print_json(attempts)
    elif attempts:
        ForPeople().show_rows("orders", attempts)
    else:
        typer.echo("No order is unresolved.")


@orders.command()
def resume(
    references: Annotated[
        list[str] | None, typer.Argument(metavar="REFERENCE", show_default=False, help="Which; else all.")
    ] = None,
    *,
    patience: _options.Patience = 60.0,
    sandbox: Rehearsed = False,
    base_url: _options.BaseUrl = None,
    journal: _options.Journal = None,
) -> None:
    """Look again for unresolved orders, and say what came of each. Nothing is ever sent again.

    Exit codes, and of several the first of 3, 4, 1, 0:

    - 0: placed

    - 1: not placed, and may be ordered again

    - 3: still not known: try again later, or find out from AEx and `aex orders dismiss`

    - 4: a conflict: a person must choose

    For example:

    - `aex orders resume --patience 300`

    - `aex orders resume --sandbox` to try it without AEx
    """
    begun = _begin(journal, base_url, sandbox=sandbox)
    attempts = _choose(begun.context.journal, references or [])
    if not attempts:
        typer.echo("No order is unresolved.")
        return
    finish_first()
    asyncio.run(Search(begun.aex or connect(base_url), begun.context, patience).run(attempts))


@orders.command()
def dismiss(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", show_default=False, help="Which.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    sandbox: Rehearsed = False,
    journal: _options.Journal = None,
) -> None:
    """Write down that a person has settled an order by other means, so that it may be ordered again.

    Do so only when AEx told you that it does not exist, or you had it cancelled: if it exists and is ordered again,
    there are two. Nothing is sent to AEx.

    For example:

    - `aex orders dismiss 20241016-0a1b2c3d`
    """
    context = _begin(journal, sandbox=sandbox).context
    [attempt] = _choose(context.journal, [reference])
    if not (attempt.state.is_open or attempt.state is AttemptState.CONFLICT):
        leave(f"Order {reference} is {attempt.state}: there is nothing to dismiss.", FAILED)
    if not yes:
        _confirm(attempt)
    finish_first()
    with leaving(OrderError, FAILED):
        context.journal.dismiss(reference)
    typer.echo(f"Order {reference} is dismissed: it may be ordered again.")


@frozen
class Search:
    """A look for what became of orders."""

    aex: AsyncAExClient
    context: JournalContext
    patience: float

    async def run(self, attempts: list[Attempt]) -> NoReturn:
        """Look for all of them at once, print a line for each, and leave with the exit code of all."""
        codes: dict[str, int] = {}
        try:
            await self._look_for_all(attempts, codes)
        except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
            leave(f"Interrupted. What is unresolved stays so. Next: {self.context.make_command()}", INTERRUPTED)
        left = [reference for reference, code in codes.items() if code == UNCERTAIN]
        if left:
            typer.echo(f"Later: {self.context.make_command(*left)}", err=True)
        raise typer.Exit(sum_up(list(codes.values())))

    async def _look_for_all(self, attempts: list[Attempt], codes: dict[str, int]) -> None:
        async with self.aex, anyio.create_task_group() as group:
            for attempt in attempts:
                group.start_soon(self._look, attempt, codes)

    async def _look(self, attempt: Attempt, codes: dict[str, int]) -> None:
        try:
            placed = await self.aex.resume_order(attempt, journal=self.context.journal, patience=self.patience)
        except AExError as error:
            code = judge(error, self.context.reread(attempt))
            said = tell_trouble(error, code)
        else:
            code, said = 0, f"placed: service {placed.service.id}"
        codes[attempt.reference] = code
        typer.echo(f"{attempt.reference}  {said}")


def _begin(journal: Path | None, base_url: str | None = None, *, sandbox: bool) -> Trial:
    """Return the journal, which must be there if it is named: a mistyped one would show no orders."""
    if sandbox:
        if journal or base_url:
            leave("Either --sandbox or --journal and --base-url: nothing was sent.", MISUSED)
        return lose_an_answer()
    if journal is not None and not journal.exists():
        leave(f"There is no journal {journal}.", MISUSED)
    with leaving(OrderError, FAILED):
        return Trial(JournalContext(open_journal(journal), make_flags(journal, base_url)))


def _choose(journal: OrderJournal, references: list[str]) -> list[Attempt]:
    if not references:
        return journal.unresolved()
    known = {reference: journal.find(reference) for reference in references}
    if strange := [reference for reference, attempt in known.items() if attempt is None]:
        leave(f"The journal has no order {', '.join(strange)}; see aex orders.", MISUSED)
    return [attempt for attempt in known.values() if attempt]


def _confirm(attempt: Attempt) -> None:
    if not sys.stdin.isatty():
        leave("Nothing was changed: there is no terminal to ask at; say --yes if you are sure.", MISUSED)
    typer.echo(
        f"Order {attempt.reference} (customer {attempt.customer_id}, premise {attempt.premise_guid}, product "
        f"{attempt.product_id}) may exist. Dismissed, it may be ordered again; if it exists, there will be two.",
        err=True,
    )
    try:
        sure = typer.confirm("Are you sure that it does not exist?", err=True)
    except typer.Abort:
        leave("Interrupted: nothing was changed.", INTERRUPTED)
    if not sure:
        leave("Nothing was changed.", FAILED)
