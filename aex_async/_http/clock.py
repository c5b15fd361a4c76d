"""The time as the event loop tells it."""

from collections.abc import Callable
from typing import TypeAlias, cast

import anyio

Clock: TypeAlias = Callable[[], float]


def find_clock(token: "anyio.lowlevel.EventLoopToken") -> Clock:
    """Return what tells the time of this loop.

    anyio finds out anew each time which loop is running. A call asks several times, which would be a fiftieth of what
    it costs.
    """
    return cast("Clock", getattr(token.native_token, "time", anyio.current_time))  # trio's token tells no time
