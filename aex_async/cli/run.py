"""One question to AEx, from a client to an exit code."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, NoReturn, TypeVar

from attrs import AttrsInstance

from aex_async.cli.client import choose_client
from aex_async.cli.console import ForPeople, leave, print_json
from aex_async.cli.demo.scenes import Result
from aex_async.cli.exits import FAILED, INTERRUPTED, MISUSED
from aex_async.cli.format import describe, show_record
from aex_async.client import AsyncAExClient
from aex_async.errors import (
    AExError,
    AuthenticationError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    RequestError,
    ServerError,
    UsageError,
)

T = TypeVar("T", bound=AttrsInstance)

_NEXT: Final[tuple[tuple[type[AExError], str], ...]] = (
    (AuthenticationError, "Check AEX_TOKEN with: aex doctor"),
    (ForbiddenError, "Ask AEx whether this token may read it."),
    (NotFoundError, "Check the id, and that it is of this kind of record."),
    (RateLimitedError, "Run the same again later."),
    (ServerError, "Run the same again later."),
    (RequestError, "Check the network and the base URL with: aex doctor"),
)


def tell(error: AExError) -> str:
    """Return the sentence for what could not be read, and the next step."""
    step = next((step for kind, step in _NEXT if isinstance(error, kind)), "")
    return f"{str(error).rstrip('.')}. {step}".rstrip()


def ask(question: Callable[[AsyncAExClient], Awaitable[None]], base_url: str | None, *, sandbox: bool) -> None:
    """Ask AEx, or a sandbox, and leave with one sentence if that fails."""
    asyncio.run(_ask(question, choose_client(base_url, sandbox=sandbox)))


async def _ask(question: Callable[[AsyncAExClient], Awaitable[None]], client: AsyncAExClient) -> None:
    try:
        async with client as aex:
            await question(aex)
    except AExError as error:
        _give_up(error)
    except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
        leave("Interrupted.", INTERRUPTED)


def _give_up(error: AExError) -> NoReturn:
    leave(tell(error), MISUSED if isinstance(error, UsageError) else FAILED)


def print_record(record: AttrsInstance, *, json: bool, reveal: bool = False) -> None:
    """Print one record."""
    if json:
        print_json(describe(record, reveal=reveal))
    else:
        ForPeople().show_values(show_record(record, reveal=reveal))


async def print_rows(
    name: str, rows: AsyncIterator[T], show: Callable[[T], Result], *, json: bool, reveal: bool = False
) -> None:
    """Print rows: one line each for programs, as soon as they are there, or one table."""
    if json:
        async for row in rows:
            print_json(describe(row, reveal=reveal))
    else:
        ForPeople().show_rows(name, [show(row) async for row in rows])
