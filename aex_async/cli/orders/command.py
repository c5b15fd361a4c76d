"""The command `aex orders`: what the journal holds, and what becomes of it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import anyio
import typer
from attrs import frozen

from aex_async.cli import options as _options
from aex_async.cli.commands import Command, Group
from aex_async.cli.connection import Connection, connected
from aex_async.cli.console import ForPeople, leave, leaving, print_json, print_line, say
from aex_async.cli.exit_codes import FAILED, INTERRUPTED, MISUSED, UNCERTAIN
from aex_async.cli.failures import describe_failure
from aex_async.cli.format import describe_attempt
from aex_async.cli.order.journals import JournalContext, Opened, find_default, make_flags, open_journal
from aex_async.cli.order.outcomes import describe_placed, judge, judge_states, sum_up, tell_trouble
from aex_async.cli.progress import accompany, show_minutes
from aex_async.cli.streams import finish_first
from aex_async.cli.terminal_text import make_sentence
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, OrderError
from aex_async.journal import OrderJournal
from aex_async.models import Attempt, AttemptState

orders: typer.Typer = typer.Typer(name="orders", cls=Group, add_completion=False, rich_markup_mode="markdown")


def complete_reference(context: typer.Context, incomplete: str) -> list[str]:
    """Return for a shell the references that begin so. Whatever is wrong with the journal, a shell gets none."""
    path = Path(context.params.get("journal") or find_default())
    if not path.exists():
        return []
    try:
        known = OrderJournal(path).history()
    except AExError:
        return []
    return [attempt.reference for attempt in known if attempt.reference.startswith(incomplete)]


Reference = Annotated[
    str,
    typer.Argument(metavar="REFERENCE", autocompletion=complete_reference, show_default=False, help="Which."),
]
References = Annotated[
    list[str] | None,
    typer.Argument(metavar="REFERENCE", autocompletion=complete_reference, show_default=False, help="Which; else all."),
]


@orders.callback(invoke_without_command=True)
def list_orders(
    context: typer.Context,
    *,
    all_: Annotated[bool, typer.Option("--all", help="List the settled orders too: the whole history.")] = False,
    json: _options.Json = False,
    sandbox: _options.InSandbox = False,
    journal: _options.Journal = None,
) -> None:
    """Show the orders that may exist or not, look for them again, or settle them.

    These are the orders of which `aex order`, or any program that shares its journal, does not know what came of
    them, and those that came to more than one service, of which a person must choose. Reading the journal asks
    nothing of AEx. With --sandbox there is one order, trial-1, in a sandbox that loses its answer.

    Exit codes:

    - 0: no order is open

    - 3: some are open: they may exist, and `aex orders resume` looks for them again

    - 4: none is open, but some are in conflict: a person must choose

    For example:

    - `aex orders` to see them, `aex orders --sandbox` to see what that is like

    - `aex orders --all` to see what was ever ordered

    - `aex orders resume` to look for all of them again
    """
    if context.invoked_subcommand:
        if json or journal or sandbox or all_:
            leave(f"Put the options behind the command: aex orders {context.invoked_subcommand} ...", MISUSED)
        return
    kept = _open(journal, Connection(sandbox=sandbox)).context.journal
    with leaving(OrderError, FAILED):
        attempts = kept.history() if all_ else kept.unresolved() + kept.conflicts()
    if json:
        for attempt in attempts:
            print_json(describe_attempt(attempt))
    elif attempts:
        ForPeople().show_rows("orders", [describe_attempt(attempt) for attempt in attempts])
    else:
        print_line("The journal has no orders." if all_ else "No order is unresolved.")
    raise typer.Exit(judge_states(attempts))


@orders.command(cls=Command)
def show(
    reference: Reference,
    *,
    json: _options.Json = False,
    sandbox: _options.InSandbox = False,
    journal: _options.Journal = None,
) -> None:
    """Show what the journal knows of one order, whatever became of it.

    Exit codes: as those of `aex orders`.

    For example:

    - `aex orders show 20241016-0a1b2c3d`

    - `aex orders show trial-1 --sandbox` to try it without AEx
    """
    [attempt] = _choose(_open(journal, Connection(sandbox=sandbox)).context.journal, [reference])
    if json:
        print_json(describe_attempt(attempt))
    else:
        ForPeople().show_values(describe_attempt(attempt))
    raise typer.Exit(judge_states([attempt]))


@orders.command(cls=Command)
@connected
def resume(
    references: References = None,
    *,
    patience: _options.Patience = 60.0,
    timeout: _options.Timeout = None,
    json: _options.Json = False,
    journal: _options.Journal = None,
    connection: Connection,
) -> None:
    """Look again for unresolved orders, and say what came of each. Nothing is ever sent again.

    Exit codes, and of several the first of 3, 4, 2, 1, 0:

    - 0: placed

    - 1: not placed, and may be ordered again

    - 2: asked of another AEx than it was sent to

    - 3: still not known: try again later, or find out from AEx and `aex orders dismiss`

    - 4: a conflict: a person must choose

    For example:

    - `aex orders resume --patience 300`

    - `aex orders resume --sandbox` to try it without AEx
    """
    opened = _open(journal, connection)
    attempts = _choose(opened.context.journal, references or [])
    if not attempts:
        if not json:
            print_line("No order is unresolved.")
        return
    finish_first()
    search = Search(opened.aex or connection.open(), opened.context, connection.host, patience, timeout, json)
    asyncio.run(search.run(attempts))


@orders.command(cls=Command)
def dismiss(
    reference: Reference,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: _options.Json = False,
    sandbox: _options.InSandbox = False,
    journal: _options.Journal = None,
) -> None:
    """Write down that a person has settled an order by other means, so that it may be ordered again.

    Do so only when AEx told you that it does not exist, or you had it cancelled: if it exists and is ordered again,
    there are two. Nothing is sent to AEx.

    For example:

    - `aex orders dismiss 20241016-0a1b2c3d`
    """
    kept = _open(journal, Connection(sandbox=sandbox)).context.journal
    [attempt] = _choose(kept, [reference])
    if not (attempt.state.is_open or attempt.state is AttemptState.CONFLICT):
        leave(
            f"Order {reference} is {attempt.state.value}: there is nothing to dismiss",
            FAILED,
            kind="OrderError",
            attempt=attempt,
        )
    if not yes:
        _confirm(attempt)
    finish_first()
    with leaving(OrderError, FAILED):
        kept.dismiss(reference)
    if json:
        print_json(describe_attempt(kept.find(reference) or attempt))
    else:
        print_line(f"Order {reference} is dismissed: it may be ordered again.")


@frozen
class Search:
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
        words = f"Looking at {self.host} for {len(attempts)} of them, which may take {longest} or a little more."
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
            say(f"Later: {self.context.make_command(*left)}")
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
        sentence = tell_trouble(error, code)
        if self.json:
            # The way to go on is the same for all that are left, and told once, at the end.
            advice = self.context.advise(known) if code == UNCERTAIN else error.advice
            print_json(describe_failure(sentence, code, advice=advice, cause=error, attempt=known))
        else:
            # That it may be placed again is advice already.
            explained = code == UNCERTAIN or type(error) is OrderError
            advice = "" if explained else error.advice
            print_line(f"{attempt.reference}  {make_sentence(sentence)} {advice}".rstrip())
        return code


def _open(journal: Path | None, connection: Connection) -> Opened:
    """Return the journal, which must be there if it is named: a mistyped one would show no orders."""
    if connection.sandbox:
        if journal:
            leave("Nothing was sent: either --sandbox or --journal", MISUSED)
        from aex_async.cli.orders.lost_answer import lose_an_answer  # noqa: PLC0415 - it brings the sandbox along

        return lose_an_answer()
    if journal is not None and not journal.exists():
        leave(f"There is no journal {journal}", MISUSED)
    with leaving(OrderError, FAILED):
        return Opened(JournalContext(open_journal(journal), make_flags(journal, connection)))


def _choose(journal: OrderJournal, references: list[str]) -> list[Attempt]:
    with leaving(OrderError, FAILED):
        if not references:
            return journal.unresolved()
        known = {reference: journal.find(reference) for reference in references}
    if strange := [reference for reference, attempt in known.items() if attempt is None]:
        leave(f"The journal has no order {', '.join(strange)}", MISUSED, advice="See aex orders --all.")
    return [attempt for attempt in known.values() if attempt]


def _confirm(attempt: Attempt) -> None:
    if not sys.stdin.isatty():
        leave("Nothing was changed: there is no terminal to ask at; say --yes if you are sure", MISUSED)
    say(
        f"Order {attempt.reference} (customer {attempt.customer_id}, premise {attempt.premise_guid}, product "
        f"{attempt.product_id}) may exist. Dismissed, it may be ordered again; if it exists, there will be two."
    )
    try:
        sure = typer.confirm("Are you sure that it does not exist?", err=True)
    except typer.Abort:
        leave("Interrupted: nothing was changed", INTERRUPTED)
    if not sure:
        leave("Nothing was changed", FAILED, kind="OrderError", attempt=attempt)
