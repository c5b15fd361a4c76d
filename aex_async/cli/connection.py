"""The way to AEx that the options of a command name; a token comes from the environment alone."""

import asyncio
import functools
import inspect
import math
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from attrs import frozen

from aex_async.cli import options
from aex_async.cli.console import AGAIN, SOON, accompany, leave, show_minutes
from aex_async.cli.exit_codes import FAILED, INTERRUPTED, MISUSED
from aex_async.client import PREPROD, AsyncAExClient
from aex_async.errors import AExError, RequestError, UsageError

if TYPE_CHECKING:
    from aex_async.sandbox import Sandbox

TIMEOUT: Final = 30.0
"""Seconds that a command gives one call, its repeats included."""

SANDBOX: Final = "https://sandbox.example.com"
"""Where the sandbox in this process seems to be."""


@frozen
class Connection:
    """How AEx is reached; with `sandbox`, one that ends with the command."""

    sandbox: bool = False
    base_url: str | None = None
    proxy: str | None = None
    ca_bundle: Path | None = None

    def __attrs_post_init__(self) -> None:
        others = {"--base-url": self.base_url, "--proxy": self.proxy, "--ca-bundle": self.ca_bundle}
        if self.sandbox and (given := [name for name, value in others.items() if value]):
            leave(f"Nothing was sent: either --sandbox or {given[0]}", MISUSED)

    @property
    def host(self) -> str:
        """Return what is asked, as people may read it."""
        return (
            "a sandbox in this process" if self.sandbox else self.base_url or os.environ.get("AEX_BASE_URL") or PREPROD
        )

    def open(self) -> AsyncAExClient:
        """Return a client, or leave with the reason why there is none."""
        return connect_sandbox() if self.sandbox else connect(self.base_url, self.proxy, self.ca_bundle)

    def make_flags(self) -> tuple[str, ...]:
        """Return the options that lead to the same AEx by the same way; a proxy's URL may hold a password."""
        named = {"--base-url": self.base_url, "--ca-bundle": self.ca_bundle and str(self.ca_bundle)}
        return tuple(part for name, value in named.items() if value for part in (name, value))


def connected(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a `Connection` in the place of its argument `connection`, which is made of them."""
    own = inspect.signature(command)
    shared = {
        "sandbox": (options.InSandbox, False),
        "base_url": (options.BaseUrl, None),
        "proxy": (options.Proxy, None),
        "ca_bundle": (options.CaBundle, None),
    }

    @functools.wraps(command)
    def run(*args: Any, **given: Any) -> None:
        connection = Connection(**{name: given.pop(name) for name in shared})
        command(*args, connection=connection, **given)

    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in shared.items()
    ]
    kept = [parameter for parameter in own.parameters.values() if parameter.name != "connection"]
    signature = own.replace(parameters=[*kept, *added])
    # Typer reads both.
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    return run


def connect(base_url: str | None, proxy: str | None = None, ca_bundle: Path | None = None) -> AsyncAExClient:
    """Return a client of a real AEx, or of a sandbox that is served somewhere.

    As every other command does, it goes by HTTPS_PROXY and NO_PROXY, and trusts whom SSL_CERT_FILE or SSL_CERT_DIR
    name, unless the options say otherwise.
    """
    if not os.environ.get("AEX_TOKEN"):
        advice = "Ask your SDM at AEx for a token, or see aex demo, which needs none."
        leave("AEX_TOKEN is not set", MISUSED, advice=advice)
    verify = True if ca_bundle is None else str(ca_bundle)
    return build_client(base_url=base_url, proxy=proxy, verify=verify, trust_env=True)


def connect_sandbox(sandbox: "Sandbox | None" = None) -> AsyncAExClient:
    """Return a client of a sandbox in this process, which ends with it."""
    from aex_async.sandbox import Sandbox  # noqa: PLC0415 - a command that asks a real AEx starts without it

    sandbox = sandbox or Sandbox()
    return build_client(sandbox.token, base_url=SANDBOX, transport=sandbox.transport())


def build_client(token: str | None = None, **options: Any) -> AsyncAExClient:
    """Return a client, or leave with the reason why the settings make none."""
    options.setdefault("timeout", TIMEOUT)
    try:
        return AsyncAExClient(token, **options)
    except UsageError as error:
        leave(f"The client cannot be built: {error}", MISUSED, cause=error)


Question = Callable[[AsyncAExClient], Awaitable[None]]


def ask(question: Question, connection: Connection, *, endless: bool = False) -> None:
    """Ask AEx, or a sandbox, and leave with one sentence if that fails.

    Of an endless question, which goes on until Ctrl-C, nothing is said while there is nothing to show.
    """
    longest = "" if endless else f", which may take up to {show_minutes(TIMEOUT)} a request"
    sentence = f"Asking {connection.host}{longest}. Ctrl-C ends it."
    asyncio.run(_ask(question, connection.open(), sentence, every=math.inf if endless else AGAIN))


async def _ask(question: Question, client: AsyncAExClient, sentence: str, every: float) -> None:
    try:
        async with client as aex:
            await accompany(question(aex), sentence, after=SOON, every=every)
    except AExError as error:
        give_up(error)
    except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
        leave("Interrupted", INTERRUPTED)


def give_up(error: AExError) -> NoReturn:
    """Leave with what an error says, and what it advises."""
    if isinstance(error, UsageError):
        leave(f"Nothing was sent: {error}", MISUSED, cause=error)
    # The library's advice is for programs: a command has no longer timeout to be given, and no base_url in its code.
    seek = "Run aex doctor, which looks for what stands in the way, or try again later."
    leave(str(error), FAILED, advice=seek if isinstance(error, RequestError) else error.advice, cause=error)
