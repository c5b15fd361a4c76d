"""The command `aex order`: one order, placed exactly once."""

import asyncio
import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from aex_async._arguments import SETTLE, check_resend
from aex_async.cli import options
from aex_async.cli.connection import SANDBOX, Connection, connected
from aex_async.cli.console import leave, leaving, print_json, print_line, say
from aex_async.cli.exit_codes import FAILED, INTERRUPTED, MISUSED
from aex_async.cli.orders.dry_run import describe_plan, run_dry, show_plan
from aex_async.cli.orders.flow import PlaceOrder
from aex_async.cli.orders.journals import JournalContext, make_flags, open_journal
from aex_async.cli.orders.request import OrderRequest, make_request, read_flags, read_order
from aex_async.cli.streams import finish_first
from aex_async.errors import OrderError, UsageError
from aex_async.journal import OrderJournal

WHO, WHAT = "For whom", "What"


@connected
def order(
    *,
    premise: Annotated[str | None, typer.Option(help="The guid of the address.", rich_help_panel=WHAT)] = None,
    product: Annotated[str | None, typer.Option(help="The id of the product.", rich_help_panel=WHAT)] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            help="Your name for the order; by default one is made up. Repeating the order keeps its name.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    file: Annotated[
        str | None, typer.Option(help='The whole order as JSON; "-" is standard input.', rich_help_panel=WHAT)
    ] = None,
    email: Annotated[
        str | None, typer.Option(help="The customer with exactly this e-mail.", rich_help_panel=WHO)
    ] = None,
    customer_id: Annotated[str | None, typer.Option(help="The customer with this id.", rich_help_panel=WHO)] = None,
    new_customer: Annotated[
        bool,
        typer.Option(
            "--new-customer", help="Sign up a customer with --email first, if there is none yet.", rich_help_panel=WHO
        ),
    ] = False,
    first_name: Annotated[str | None, typer.Option(help="With --new-customer.", rich_help_panel=WHO)] = None,
    last_name: Annotated[str | None, typer.Option(help="With --new-customer.", rich_help_panel=WHO)] = None,
    mobile_number: Annotated[str | None, typer.Option(help="With --new-customer.", rich_help_panel=WHO)] = None,
    home_number: Annotated[
        str | None, typer.Option(help="With --new-customer, if there is one.", rich_help_panel=WHO)
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the requests; send nothing, not even a GET.")
    ] = False,
    patience: options.Patience = 60.0,
    resend: Annotated[
        bool,
        typer.Option(
            "--resend",
            help="Send the order a second and last time if it does not show up within 240 s. If AEx takes longer "
            f"than that, there will be two. Needs --patience {SETTLE:.0f} or more.",
        ),
    ] = False,
    timeout: options.Timeout = None,
    json: options.Json = False,
    journal: options.Journal = None,
    no_journal: Annotated[
        bool, typer.Option("--no-journal", help="Keep no journal: an interrupted order is forgotten.")
    ] = False,
    connection: Connection,
) -> None:
    """Place one order, exactly once, and say which service came of it.

    The order is written to a journal, then sent once. If the answer does not settle what became of it, the customer's
    services are checked until the new one shows up or --patience ends; `aex orders resume` carries on from there.
    Placing an order again under its --reference returns what was already placed.

    AEX_TOKEN must hold the token; it is never an argument. Nor is a new customer's password: it comes from the file or
    from AEX_CUSTOMER_PASSWORD, or you are asked for it at a terminal.

    A file holds `{"customer": {"id": ID}, "premise_guid": GUID, "product_id": ID, "reference": TEXT}`, where
    `{"email": TEXT}` names a customer as well, and `{"first_name", "last_name", "email", "mobile_number",
    "home_number", "password"}` a new one.

    For example:

    - `aex order --sandbox --email thandi.example1@example.com --premise 5D1B7C20-3E9F-4A68-B1C4-8F0E6D2A7953
      --product 50726131-B525-4732-A2D5-0B3736CDFB69` to try it without AEx

    - `aex order --dry-run --file order.json` to see what it would send

    - `aex order --file - --json < order.json` for programs

    Exit codes:

    - 0: it was placed

    - 1: an error, and nothing was ordered

    - 2: the command line, the file or the environment is wrong; nothing was sent

    - 3: it may exist: do not order it again, run `aex orders resume`

    - 4: a conflict: it is there already, or a person must choose

    - 5: it was placed, but standard output could not be written

    - 130: Ctrl-C; it says whether the order may exist
    """
    flags = {
        "--premise": premise,
        "--product": product,
        "--reference": reference,
        "--email": email,
        "--customer-id": customer_id,
        "--first-name": first_name,
        "--last-name": last_name,
        "--mobile-number": mobile_number,
        "--home-number": home_number,
    }
    with leaving(UsageError, MISUSED):
        if journal and no_journal:
            raise UsageError("give either --journal or --no-journal")
        check_resend(patience, resend=resend)
        given = read_given(file, flags, new_customer=new_customer)
        request = make_request(given, (lambda: "none, nothing is sent") if dry_run else ask_password)
    if dry_run:
        asyncio.run(show_dry_run(request, connection, json=json))
        return
    aex = connection.open()
    context = open_context(journal, connection, forgets=no_journal or (connection.sandbox and journal is None))
    if no_journal:
        say("Warning: no journal is kept, so nothing remembers this order if it is interrupted.")
    placing = PlaceOrder(aex, request, context, connection.host, patience, resend, timeout)
    finish_first()
    asyncio.run(placing.run(json=json))


def read_given(file: str | None, flags: Mapping[str, str | None], *, new_customer: bool) -> dict[str, Any]:
    """Return the order as a file, or the command line, has it."""
    if file is None:
        return read_flags(flags, new_customer=new_customer)
    given = [name for name, value in flags.items() if value is not None]
    given += ["--new-customer"] if new_customer else []
    if given:
        raise UsageError(f"--file holds the whole order: leave out {', '.join(given)}")
    return read_order(file)


def ask_password() -> str:
    """Return a new customer's password, which no command line ever shows."""
    if password := os.environ.get("AEX_CUSTOMER_PASSWORD"):
        return password
    if not sys.stdin.isatty():
        raise UsageError("a new customer needs a password: set AEX_CUSTOMER_PASSWORD, or give it in --file")
    try:
        password, again = (
            getpass.getpass(f"{words} the new customer: ") for words in ("Password for", "Once more, for")
        )
    except (EOFError, KeyboardInterrupt):
        leave("Interrupted: nothing was sent", INTERRUPTED)
    if password != again:
        raise UsageError("the two passwords differ")
    return password


def open_context(journal: Path | None, connection: Connection, *, forgets: bool) -> JournalContext:
    """Return the journal to write the order down in."""
    if forgets:
        return JournalContext(OrderJournal(":memory:"))
    with leaving(OrderError, FAILED):
        return JournalContext(open_journal(journal), make_flags(journal, connection))


async def show_dry_run(request: OrderRequest, connection: Connection, *, json: bool) -> None:
    """Show what would be sent."""
    with leaving(UsageError, MISUSED):
        stand_in = await run_dry(request, SANDBOX if connection.sandbox else connection.base_url)
    if json:
        print_json(describe_plan(stand_in))
        return
    for line in show_plan(stand_in).splitlines():
        print_line(line)
