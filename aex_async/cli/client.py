"""The client that a command talks to AEx with. A token comes from the environment alone."""

import os
from typing import Any, Final

from aex_async.cli.console import leave
from aex_async.cli.exits import MISUSED
from aex_async.client import AsyncAExClient
from aex_async.errors import UsageError
from aex_async.sandbox import Sandbox

SANDBOX: Final = "https://sandbox.example.com"
"""Where the sandbox in this process seems to be."""


def choose_client(base_url: str | None, *, sandbox: bool) -> AsyncAExClient:
    """Return a client of what the options name."""
    if sandbox and base_url:
        leave("Either --sandbox or --base-url: nothing was sent.", MISUSED)
    return connect_sandbox() if sandbox else connect(base_url)


def connect(base_url: str | None) -> AsyncAExClient:
    """Return a client of a real AEx, or of a sandbox that is served somewhere."""
    if not os.environ.get("AEX_TOKEN"):
        leave("AEX_TOKEN is not set: ask your SDM at AEx for a token, or see aex demo, which needs none.", MISUSED)
    return build_client(base_url=base_url)


def connect_sandbox(sandbox: Sandbox | None = None) -> AsyncAExClient:
    """Return a client of a sandbox in this process, which ends with it."""
    sandbox = sandbox or Sandbox()
    return build_client(sandbox.token, base_url=SANDBOX, transport=sandbox.transport())


def build_client(token: str | None = None, **options: Any) -> AsyncAExClient:
    """Return a client, or leave with the reason why the settings make none."""
    try:
        return AsyncAExClient(token, **options)
    except UsageError as error:
        leave(f"The client cannot be built: {error}.", MISUSED)
