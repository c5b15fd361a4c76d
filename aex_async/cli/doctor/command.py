"""The command `aex doctor`: whether the settings, the way to AEx and the token are in order."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from aex_async import PREPROD
from aex_async.cli import options
from aex_async.cli.connection import SANDBOX, Connection, build_client, connected
from aex_async.cli.console import SOON, accompany, leave, print_json, print_line, show_minutes
from aex_async.cli.doctor.checks import Check, judge_base_url, judge_cookie
from aex_async.cli.doctor.network import find_in_force, probe_network
from aex_async.cli.doctor.token_checks import Listening, judge_token, probe_access
from aex_async.cli.exit_codes import FAILED, INTERRUPTED


@connected
def doctor(
    *,
    timeout: Annotated[
        float,
        typer.Option(min=1, callback=options.read_seconds, help="Seconds to wait for each step of the connection."),
    ] = 10.0,
    json: options.Json = False,
    connection: Connection,
) -> None:
    """Check the settings, the token's expiry, the way to AEx and the clock. Nothing is written, no secret is shown.

    It names the proxy and the certificate authorities in force, and uses the token to ask AEx for a customer who does
    not exist. Each line is ok, a warning or a problem, with what to do next.

    Exit codes:

    - 0: no problem

    - 1: a problem

    For example:

    - `aex doctor --sandbox` to see what it says when all is well
    """
    checks = examine_sandbox(timeout) if connection.sandbox else examine(connection, timeout)
    if asyncio.run(tell(checks, json=json)):
        raise typer.Exit(FAILED)


async def tell(checks: AsyncIterator[Check], *, json: bool) -> bool:
    """Print checks as they come, and return whether there is a problem."""
    seen: set[str] = set()
    try:
        async for check in checks:
            seen.add(check.state)
            if json:
                print_json(check.describe())
            else:
                print_line(str(check))
    except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
        leave("Interrupted", INTERRUPTED)
    return "problem" in seen


async def examine(connection: Connection, seconds: float) -> AsyncIterator[Check]:
    """Yield what there is to say of a real AEx, up to what makes the rest pointless."""
    token = os.environ.get("AEX_TOKEN", "")
    base_url = connection.base_url or os.environ.get("AEX_BASE_URL", "")
    settings = [
        *judge_token(token, datetime.now(UTC)),
        judge_base_url(base_url, given=connection.base_url is not None),
        judge_cookie(os.environ.get("AEX_SESSION_COOKIE")),
    ]
    for check in settings:
        yield check
    if any(check.state == "problem" and check.check != "expiry" for check in settings):
        return
    in_force, way = find_in_force(base_url or PREPROD, connection)
    for check in in_force:
        yield check
    if way is None:
        return
    sentence = f"Trying the way to AEx, each step of which may take up to {show_minutes(seconds)}."
    network = await accompany(probe_network(way, seconds), sentence, after=SOON)
    for check in network:
        yield check
    if network[-1].state == "problem":
        return
    listening = Listening(way.open_transport())
    for check in await examine_access(token, base_url or PREPROD, listening, seconds):
        yield check


async def examine_sandbox(seconds: float) -> AsyncIterator[Check]:
    """Yield what there is to say of a sandbox: it has a token and a clock alone."""
    from aex_async.sandbox import Sandbox  # noqa: PLC0415 - a look at a real AEx does without it

    sandbox = Sandbox()
    listening = Listening(sandbox.transport())
    for check in await examine_access(sandbox.token, SANDBOX, listening, seconds):
        yield check


async def examine_access(token: str | None, base_url: str, listening: Listening, seconds: float) -> list[Check]:
    """Return what AEx says of the token, and of the clock."""
    async with build_client(token, base_url=base_url, timeout=seconds, attempts=1, transport=listening) as aex:
        sentence = f"Asking AEx with the token, which may take up to {show_minutes(seconds)}."
        return await accompany(probe_access(aex, listening), sentence, after=SOON)
