"""The command `aex doctor`: whether the settings, the way to AEx and the token are in order."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

import httpx
import typer

from aex_async import PREPROD
from aex_async.cli import options as _options
from aex_async.cli.client import SANDBOX, build_client
from aex_async.cli.console import leave, print_json, show_value
from aex_async.cli.doctor.checks import Check, judge_base_url, judge_cookie, judge_token
from aex_async.cli.doctor.network import Listening, probe_access, probe_network
from aex_async.cli.exits import FAILED, INTERRUPTED, MISUSED
from aex_async.sandbox import Sandbox


def doctor(
    *,
    timeout: Annotated[
        float,
        typer.Option(min=1, callback=_options.read_seconds, help="Seconds to wait for each step of the connection."),
    ] = 10.0,
    json: _options.Json = False,
    sandbox: _options.Trial = False,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", show_default=False, help="The AEx to use; else AEX_BASE_URL, else pre-production."),
    ] = None,
) -> None:
    """Look at the settings, the token's expiry, the way to AEx, and the clock. Nothing is written, no secret shown.

    Each line is ok, a warning or a problem, with what to do next.

    Exit codes:

    - 0: no problem

    - 1: a problem

    For example:

    - `aex doctor --sandbox` to see what it says when all is well
    """
    if sandbox and base_url:
        leave("Either --sandbox or --base-url: nothing was sent.", MISUSED)
    checks = _examine_sandbox(timeout) if sandbox else _examine(base_url or os.environ.get("AEX_BASE_URL"), timeout)
    if asyncio.run(_tell(checks, json=json)):
        raise typer.Exit(FAILED)


async def _tell(checks: AsyncIterator[Check], *, json: bool) -> bool:
    """Print checks as they come, and return whether there is a problem."""
    seen: set[str] = set()
    try:
        async for check in checks:
            seen.add(check.state)
            if json:
                print_json(check.describe())
            else:
                typer.echo(show_value(str(check)).plain)
    except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
        leave("Interrupted.", INTERRUPTED)
    return "problem" in seen


async def _examine(base_url: str | None, seconds: float) -> AsyncIterator[Check]:
    token = os.environ.get("AEX_TOKEN", "")
    settings = [
        *judge_token(token, datetime.now(UTC)),
        judge_base_url(base_url),
        judge_cookie(os.environ.get("AEX_SESSION_COOKIE")),
    ]
    for check in settings:
        yield check
    if any(check.state == "problem" and check.check != "expiry" for check in settings):
        return
    network = await probe_network(base_url or PREPROD, seconds)
    for check in network:
        yield check
    if network[-1].state == "problem":
        return
    listening = Listening(httpx.AsyncHTTPTransport())
    for check in await _examine_access(token, base_url or PREPROD, listening, seconds):
        yield check


async def _examine_sandbox(seconds: float) -> AsyncIterator[Check]:
    sandbox = Sandbox()
    listening = Listening(sandbox.transport())
    for check in await _examine_access(sandbox.token, SANDBOX, listening, seconds):
        yield check


async def _examine_access(token: str | None, base_url: str, listening: Listening, seconds: float) -> list[Check]:
    async with build_client(token, base_url=base_url, timeout=seconds, attempts=1, transport=listening) as aex:
        return await probe_access(aex, listening)
