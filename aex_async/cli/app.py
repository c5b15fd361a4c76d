"""The command line as a whole. A further command is one module, and one line at the end of this one."""

from typing import Annotated

import typer

from aex_async._version import __version__
from aex_async.cli.demo.command import demo
from aex_async.cli.doctor.command import doctor
from aex_async.cli.lookup import customer, premise, premises, products, service
from aex_async.cli.order.command import order
from aex_async.cli.orders.command import orders
from aex_async.cli.sandbox import sandbox
from aex_async.cli.work_orders.command import work_orders
from aex_async.qualify.command.app import qualify

# Typer's own tracebacks would show local variables, and among them the token.
app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown")


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer hands an option to its callback by position
    if wanted:
        typer.echo(f"aex_async {__version__}")
        raise typer.Exit


@app.callback()
def aex(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Order fibre through AEx, or learn how to without touching it.

    For example, to see it at work: `aex demo`

    Exit codes:

    - 0: it went well

    - 1: AEx or this machine refused, and nothing was ordered; one sentence on standard error says why

    - 2: the command line or the environment is wrong; nothing was sent

    - 3: an order may exist, or not: `aex orders resume` looks again

    - 4: an order is in conflict: it is there already, or a person must choose

    - 5: what was to be ordered is ordered, but standard output could not be written; `aex orders` knows of it

    - 130: Ctrl-C, 143: SIGTERM, 129: SIGHUP, which all end a command alike; 141: whoever read its output has left
    """
    del version  # its callback has seen to it


app.command()(demo)
app.command()(order)
app.add_typer(orders)
app.command()(qualify)
app.command()(sandbox)
app.command()(customer)
app.command()(premises)
app.command(context_settings={"ignore_unknown_options": True})(products)  # or -29.78 would be an option
app.command()(premise)
app.command()(service)
app.command()(work_orders)
app.command()(doctor)
