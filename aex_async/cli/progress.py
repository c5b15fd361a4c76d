"""A word at a terminal, so that nobody wonders whether a command is at work."""

import asyncio
import sys
import time
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from aex_async.cli.console import say

T = TypeVar("T")

_AGAIN: Final = 15.0  # seconds between two signs of life
_LONG: Final = 120.0  # seconds from which on minutes read better


async def accompany(work: Coroutine[Any, Any, T], sentence: str) -> T:
    """Return what `work` does. At a terminal, say first what that is, and now and then that it still goes on."""
    if not sys.stderr.isatty():
        return await work
    say(sentence)
    # No task group: it would wrap what the work raises, and Ctrl-C reaches the work alone.
    signs = asyncio.create_task(_show_signs())
    try:
        return await work
    finally:
        signs.cancel()


async def _show_signs() -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(_AGAIN)
        say(f"Still at it, {time.monotonic() - began:.0f} s so far.")


def show_minutes(seconds: float) -> str:
    """Return seconds as people say them."""
    return f"{seconds:.0f} s" if seconds < _LONG else f"{seconds / 60:.0f} min"
