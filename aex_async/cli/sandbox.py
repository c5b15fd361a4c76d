"""The command `aex sandbox`: a made-up AEx over real HTTP."""

from typing import Annotated

import typer

from aex_async.cli.console import leave
from aex_async.cli.exits import FAILED, INTERRUPTED
from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import run


def sandbox(
    *,
    host: Annotated[str, typer.Option(help="The address to serve at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8080,
    seed: Annotated[int, typer.Option(help="Which world: the same one for the same seed.")] = 0,
    more_addresses: Annotated[
        int, typer.Option(min=0, max=10_000_000, help="Addresses to add to its three thousand.")
    ] = 0,
) -> None:
    """Serve a sandbox, an AEx with made-up data, until Ctrl-C.

    It prints two lines to paste into another shell, where your program, or `aex demo`, then finds it. What is
    written to it is gone when it ends. The client speaks plain HTTP to this machine alone, so leave --host as it
    is, unless something else than the client is to reach it.

    For example:

    - `aex sandbox --port 9000`
    """
    world = Sandbox(seed=seed, more_addresses=more_addresses)

    def announce(url: str) -> None:
        typer.echo(f"export AEX_BASE_URL={url}\nexport AEX_TOKEN={world.token}")
        typer.echo("Serving made-up data until Ctrl-C.", err=True)

    try:
        run(world, host=host, port=port, announce=announce)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        leave(f"Cannot serve at {host}, port {port}: {reason} (see --host and --port).", FAILED)
    typer.echo(f"{world.received.total():,} requests came in.", err=True)
    raise typer.Exit(INTERRUPTED)  # nothing else ends it
