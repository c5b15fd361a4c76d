"""The command `aex demo`: the ISP flow step by step, in a sandbox; or a look at a real AEx."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Awaitable, Mapping
from typing import Annotated

import typer

from aex_async._arguments import check_email
from aex_async.cli import options
from aex_async.cli.connection import TIMEOUT, connect
from aex_async.cli.console import leave, show_minutes
from aex_async.cli.demo.live_demo import PERSON, PLACES, LiveDemo
from aex_async.cli.demo.sandbox_demo import QUERY, TOUR, SandboxDemo
from aex_async.cli.demo.steps import ForPeople, ForPrograms, Step, play
from aex_async.cli.exit_codes import FAILED, INTERRUPTED, MISUSED
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, UsageError
from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve

BOTH = "set both to look at a real AEx, or neither to walk the whole flow in a sandbox"


def read_email(email: str | None) -> str | None:
    """Return an e-mail that can be one."""
    try:
        return None if email is None else check_email(email)
    except UsageError as error:
        raise typer.BadParameter(f"{email!r}: {error}") from None


def read_query(q: str | None) -> str | None:
    """Return what can be searched for."""
    if q is not None and not q.strip():
        raise typer.BadParameter(f"{q!r} is nothing to search for: leave the option out, or name a street")
    return q


def demo(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print each step as one line of JSON, for programs.")] = False,
    base_url: Annotated[
        str | None,
        typer.Option(
            envvar="AEX_BASE_URL",
            callback=options.read_base_url,
            help="A real AEx to look at instead. Its token must be in AEX_TOKEN; it is never an argument.",
        ),
    ] = None,
    q: Annotated[
        str | None,
        typer.Option("--q", callback=read_query, help="With --base-url: the addresses to search for."),
    ] = None,
    customer_email: Annotated[
        str | None, typer.Option(callback=read_email, help="With --base-url: the customer to find.")
    ] = None,
    pause: Annotated[float, typer.Option(min=0, max=3600, help="Seconds between steps, to read along.")] = 0.0,
    proxy: options.Proxy = None,
    ca_bundle: options.CaBundle = None,
) -> None:
    """Walk the whole ISP flow, step by step, in a sandbox.

    A sandbox with made-up data starts on this machine. A customer signs up, an address and a product are chosen,
    a service is ordered and read back. Each step shows its Python, its HTTP route, its result and its time.

    With AEX_TOKEN set and --base-url given, it reads from that AEx instead, and writes nothing.

    For example:

    - `aex demo --pause 2` to read along

    - `aex demo --json | jq .result` for programs

    - `aex demo --base-url https://preprod.fno.dev.aex.systems --q "David Road"` to look at a real AEx
    """
    live = {"--q": q, "--customer-email": customer_email, "--proxy": proxy, "--ca-bundle": ca_bundle}
    check_combination(base_url, live)
    screen = ForPrograms() if json else ForPeople()
    if base_url:
        look = LiveDemo(connect(base_url, proxy, ca_bundle), q or QUERY, customer_email or "")
        showing = demo_live(base_url, look, screen, pause)
    else:
        showing = demo_sandbox(screen, pause)
    asyncio.run(finish(showing))


def check_combination(base_url: str | None, live: Mapping[str, object]) -> None:
    """Leave if the options and the environment mean neither a sandbox nor a real AEx."""
    token = os.environ.get("AEX_TOKEN")
    if token and not base_url:
        leave(f"AEX_TOKEN is set, but neither --base-url nor AEX_BASE_URL: {BOTH}", MISUSED)
    if base_url and not token:
        leave(f"There is a base URL, but AEX_TOKEN is not set: {BOTH}", MISUSED)
    if not base_url and (given := [name for name, value in live.items() if value is not None]):
        leave(f"{given[0]} is for a real AEx: it needs AEX_TOKEN and --base-url", MISUSED)


async def finish(showing: Awaitable[None]) -> None:
    """Show it to the end, or say in one sentence why that cannot be."""
    try:
        await showing
    except AExError as error:
        leave(str(error), FAILED, advice=error.advice, cause=error)
    except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
        leave("Interrupted", INTERRUPTED)


async def demo_sandbox(screen: ForPeople | ForPrograms, pause: float) -> None:
    """Walk the whole flow in a sandbox."""
    sandbox = Sandbox()
    async with serve(sandbox) as url, AsyncAExClient(sandbox.token, base_url=url) as aex:
        screen.open(f"A sandbox with made-up data answers at {url} until this demo ends.")
        await show_steps(play(TOUR, SandboxDemo(aex), pause=pause), screen)
    screen.close("To try your own code against a sandbox: aex sandbox")


async def demo_live(base_url: str, look: LiveDemo, screen: ForPeople | ForPrograms, pause: float) -> None:
    """Look at a real AEx."""
    scenes = PLACES + PERSON if look.email else PLACES
    sentence = f"Asking {base_url}, which may take up to {show_minutes(TIMEOUT)} a request. Ctrl-C ends it."
    async with look.aex:
        screen.open(f"Reading from {base_url} with AEX_TOKEN. Nothing is written: every request is a GET.")
        await show_steps(play(scenes, look, pause=pause, sentence=sentence), screen)
    screen.close("Nothing was written. Without AEX_TOKEN and a base URL, aex demo walks the whole flow in a sandbox.")


async def show_steps(steps: AsyncGenerator[Step, None], screen: ForPeople | ForPrograms) -> None:
    """Show steps as they come."""
    async with contextlib.aclosing(steps):
        async for step in steps:
            screen.show(step)
