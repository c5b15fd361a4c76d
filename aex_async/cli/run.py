"""One question to AEx, from a client to an exit code."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NoReturn, TypeVar

from attrs import AttrsInstance

from aex_async.cli.connection import Connection
from aex_async.cli.console import ForPeople, leave, print_json
from aex_async.cli.exit_codes import FAILED, INTERRUPTED, MISUSED
from aex_async.cli.format import Result, describe, show_record
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, UsageError

T = TypeVar("T", bound=AttrsInstance)


def ask(question: Callable[[AsyncAExClient], Awaitable[None]], connection: Connection) -> None:
    """Ask AEx, or a sandbox, and leave with one sentence if that fails."""
    asyncio.run(_ask(question, connection.open()))


async def _ask(question: Callable[[AsyncAExClient], Awaitable[None]], client: AsyncAExClient) -> None:
    try:
        async with client as aex:
            await question(aex)
    except AExError as error:
        give_up(error)
    except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
        leave("Interrupted", INTERRUPTED)


def give_up(error: AExError) -> NoReturn:
    """Leave with what an error says, and what it advises."""
    if isinstance(error, UsageError):
        leave(f"Nothing was sent: {error}", MISUSED, cause=error)
    leave(str(error), FAILED, advice=error.advice, cause=error)


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
