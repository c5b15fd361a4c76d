"""The event loop that runs this, and the time as it tells it."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

import anyio

if TYPE_CHECKING:
    import asyncio

Clock: TypeAlias = Callable[[], float]


def find_clock(token: "anyio.lowlevel.EventLoopToken") -> Clock:
    """Return what tells the time of this loop.

    anyio finds out anew each time which loop is running. A call asks several times, which would be a fiftieth of what
    it costs.
    """
    return cast("Clock", getattr(token.native_token, "time", anyio.current_time))  # trio's token tells no time


def find_asyncio_loop() -> "asyncio.AbstractEventLoop | None":
    """Return the loop that runs this, `None` if that is trio's, also where one of the two runs within the other."""
    # Neither is imported here: what runs has been, and an import would have to read files in the midst of a call, which
    # fails where the process has no file left to open.
    loaded, told = sys.modules.get("asyncio"), sys.modules.get("sniffio")
    # trio tells it whenever it runs, as a guest of asyncio's, too; trio-asyncio when it has trio run asyncio's tasks.
    if getattr(getattr(told, "thread_local", None), "name", None) == "trio":
        return None
    try:
        return None if loaded is None else loaded.get_running_loop()
    except RuntimeError:
        return None


def is_stray(error: BaseException) -> bool:
    """Whether this is asyncio's cancellation in a task that nobody cancelled: of another, for which it waited."""
    if (loop := find_asyncio_loop()) is None:
        return False
    asyncio = sys.modules["asyncio"]
    # A task counts who cancels it, anyio's scopes too, and also who did so before the wait: a Ctrl-C is raised where
    # the task waits next.
    return isinstance(error, asyncio.CancelledError) and not asyncio.current_task(loop).cancelling()
