"""The command `aex orders`: what the journal holds, and what becomes of it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from aex_async.cli import options
from aex_async.cli.commands import Command, Group
from aex_async.cli.connection import Connection, connected
from aex_async.cli.console import leave, leaving, print_json, print_line, say
from aex_async.cli.exit_codes import FAILED, INTERRUPTED, MISUSED
from aex_async.cli.json_output import describe_attempt
from aex_async.cli.orders.flow import ResumeOrders
from aex_async.cli.orders.journals import JournalContext, find_default, lose_an_answer, make_flags, open_journal
from aex_async.cli.orders.outcomes import judge_states
from aex_async.cli.records import print_table, print_values
from aex_async.cli.streams import finish_first
from aex_async.errors import AExError, OrderError
from aex_async.journal import OrderJournal
from aex_async.models import Attempt, AttemptState

orders: typer.Typer = typer.Typer(name="orders", cls=Group, add_completion=False, rich_markup_mode="markdown")


def complete_reference(context: typer.Context, incomplete: str) -> list[str]:
    """Return for a shell the references that begin so. Whatever is wrong with the journal, a shell gets none."""
    try:
        path = Path(context.params.get("journal") or find_default())
        known = [] if is_missing(path) else OrderJournal(path).history()
    except AExError:
        return []
    return [attempt.reference for attempt in known if attempt.reference.startswith(incomplete)]


Reference = Annotated[
    str,
    typer.Argument(
        metavar="REFERENCE", autocompletion=complete_reference, show_default=False, help="The order's reference."
    ),
]
References = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="REFERENCE",
        autocompletion=complete_reference,
        show_default=False,
        help="The order's reference, or those of several; by default every unresolved order.",
    ),
]

UNKNOWN: Final = (
    "may exist",
    "if it exists and stays, there can be two",
    "Has AEx told you what became of it, and is that settled?",
)
QUESTIONS: Final = {
    AttemptState.CONFIRMED: (
        "is placed, as service {service}",
        "if that still stands, there can be two",
        "Are you sure that the service has ended?",
    ),
    AttemptState.CONFLICT: (
        "has led to more than one service",
        "if one of them stays, there can be two",
        "Have you settled which of them stays?",
    ),
}
"""What is asked before an order is dismissed: what is known of it, what is to be feared, and the question."""


@orders.callback(invoke_without_command=True)
def list_orders(
    context: typer.Context,
    *,
    all_: Annotated[bool, typer.Option("--all", help="List the settled orders too: the whole history.")] = False,
    json: options.Json = False,
    sandbox: options.InSandbox = False,
    journal: options.Journal = None,
) -> None:
    """Show the orders that may or may not exist, look for them again, or settle them.

    These are the orders whose outcome is not known to `aex order`, or to any program that shares its journal, and
    those that led to more than one service, from which a person must choose. Reading the journal sends nothing to
    AEx. With --sandbox there is one order, trial-1, in a sandbox that loses its answer.

    Exit codes:

    - 0: no order is open

    - 3: some are open: they may exist, and `aex orders resume` looks for them again

    - 4: none is open, but some are in conflict: a person must choose

    For example:

    - `aex orders` to see them, `aex orders --sandbox` to see what that is like

    - `aex orders --all` to see the settled ones as well

    - `aex orders resume` to look for all of them again
    """
    if context.invoked_subcommand:
        if json or journal or sandbox or all_:
            leave(f"Put the options behind the command: aex orders {context.invoked_subcommand} ...", MISUSED)
        return
    kept = open_context(journal, Connection(sandbox=sandbox)).journal
    with leaving(OrderError, FAILED):
        attempts = kept.history() if all_ else kept.unresolved() + kept.conflicts()
    if json:
        for attempt in attempts:
            print_json(describe_attempt(attempt))
    elif attempts:
        print_table("orders", [describe_attempt(attempt) for attempt in attempts])
    else:
        print_line("The journal has no orders." if all_ else "No order is unresolved.")
    raise typer.Exit(judge_states(attempts))


@orders.command(cls=Command)
def show(
    reference: Reference,
    *,
    json: options.Json = False,
    sandbox: options.InSandbox = False,
    journal: options.Journal = None,
) -> None:
    """Show what the journal knows about one order, whatever became of it.

    The exit codes are those of `aex orders`.

    For example:

    - `aex orders show 20241016-0a1b2c3d`

    - `aex orders show trial-1 --sandbox` to try it without AEx
    """
    [attempt] = choose_attempts(open_context(journal, Connection(sandbox=sandbox)).journal, [reference])
    if json:
        print_json(describe_attempt(attempt))
    else:
        print_values(describe_attempt(attempt))
    raise typer.Exit(judge_states([attempt]))


@orders.command(cls=Command)
@connected
def resume(
    references: References = None,
    *,
    patience: options.Patience = 60.0,
    timeout: options.Timeout = None,
    json: options.Json = False,
    journal: options.Journal = None,
    connection: Connection,
) -> None:
    """Look again for unresolved orders, and say what came of each. Nothing is ever sent again.

    Exit codes; for several orders the first of 3, 4, 2, 1, 0 that applies:

    - 0: placed

    - 1: not placed, and may be ordered again

    - 2: it was sent to a different AEx from the one asked

    - 3: still not known: try again later, or find out from AEx, then `aex orders dismiss`

    - 4: a conflict: a person must choose

    - 5: all is settled, but standard output could not be written

    For example:

    - `aex orders resume --patience 300`

    - `aex orders resume --sandbox` to try it without AEx
    """
    context = open_context(journal, connection)
    attempts = choose_attempts(context.journal, references or [])
    if not attempts:
        if not json:
            print_line("No order is unresolved.")
        return
    finish_first()
    resuming = ResumeOrders(context.aex or connection.open(), context, connection.host, patience, timeout, json)
    asyncio.run(resuming.run(attempts))


@orders.command(cls=Command)
def dismiss(
    reference: Reference,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    json: options.Json = False,
    sandbox: options.InSandbox = False,
    journal: options.Journal = None,
) -> None:
    """Record that a person has settled an order by other means, so that it may be ordered again.

    Do so only if AEx has told you that it does not exist, or you have had it cancelled: if it exists and is ordered
    again, there will be two. Nothing is sent to AEx.

    For example:

    - `aex orders dismiss 20241016-0a1b2c3d`
    """
    kept = open_context(journal, Connection(sandbox=sandbox)).journal
    [attempt] = choose_attempts(kept, [reference])
    # One that was placed can have ended since, and AEx not show it any more: then only this lets it be ordered anew.
    if attempt.state in (AttemptState.UNSENT, AttemptState.DISMISSED):
        leave(
            f"Order {reference} is {attempt.state.value}: there is nothing to dismiss",
            FAILED,
            kind="OrderError",
            attempt=attempt,
        )
    if not yes:
        confirm_dismissal(attempt)
    finish_first()
    with leaving(OrderError, FAILED):
        kept.dismiss(reference)
    if json:
        print_json(describe_attempt(kept.find(reference) or attempt))
    else:
        print_line(f"Order {reference} is dismissed: it may be ordered again.")


def open_context(journal: Path | None, connection: Connection) -> JournalContext:
    """Return the journal, which must be there if it is named: a mistyped one would show no orders."""
    if connection.sandbox:
        if journal:
            leave("Nothing was sent: either --sandbox or --journal", MISUSED)
        return lose_an_answer()
    if journal is not None and is_missing(journal):
        leave(f"There is no journal {journal}", MISUSED)
    with leaving(OrderError, FAILED):
        return JournalContext(open_journal(journal), make_flags(journal, connection))


def is_missing(path: Path) -> bool:
    """Whether there is nothing at a path. What may not be looked at is told by whoever opens it."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # which `exists` takes for nothing there, since Python 3.14
        return False
    return False


def choose_attempts(journal: OrderJournal, references: list[str]) -> list[Attempt]:
    """Return the orders that were named, or all that are unresolved."""
    with leaving(OrderError, FAILED):
        if not references:
            return journal.unresolved()
        # Of bytes that are no text Python makes what no journal can hold, nor be asked for.
        known = {name: journal.find(name) if name.isprintable() else None for name in references}
    if strange := [reference for reference, attempt in known.items() if attempt is None]:
        leave(f"The journal has no order {', '.join(strange)}", MISUSED, advice="See aex orders --all.")
    return [attempt for attempt in known.values() if attempt]


def confirm_dismissal(attempt: Attempt) -> None:
    """Ask at the terminal whether an order is to be dismissed, and leave if not."""
    if not sys.stdin.isatty():
        leave("Nothing was changed: there is no terminal to ask at; say --yes if you are sure", MISUSED)
    known, danger, question = QUESTIONS.get(attempt.state, UNKNOWN)
    say(
        f"Order {attempt.reference} (customer {attempt.customer_id}, premise {attempt.premise_guid}, product "
        f"{attempt.product_id}) {known.format(service=attempt.service_id)}. Dismissed, it may be ordered again; "
        f"{danger}."
    )
    try:
        sure = typer.confirm(question, err=True)
    except typer.Abort:
        leave("Interrupted: nothing was changed", INTERRUPTED)
    if not sure:
        leave("Nothing was changed", FAILED, kind="OrderError", attempt=attempt)
