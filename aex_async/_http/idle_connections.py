"""The closing of connections that nobody uses any more, on either event loop and without a task of anybody's own."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import anyio

from aex_async._http.event_loop import find_asyncio_loop

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger("aex_async")

KEEP_ALIVE = 5.0  # seconds that an idle connection is kept; servers and firewalls drop it soon after
PAUSE = KEEP_ALIVE / 2


class Reaper:
    """Looks after idle connections for as long as there are some; between two looks it costs nothing.

    asyncio has timers. trio has none, and no task without an owner but its system tasks, of which one sleeps then.
    """

    def __init__(self, close_idle: Callable[[], Awaitable[bool]]) -> None:
        self._close_idle = close_idle
        self._awake = self._stopped = False
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._scope: anyio.CancelScope | None = None

    def wake(self) -> None:
        """See to it that somebody looks before long."""
        if self._awake or self._stopped:
            return
        self._awake = True
        if loop := find_asyncio_loop():
            self._timer = loop.call_later(PAUSE, self._start, loop)
        else:
            spawn_on_trio(self._look_on_trio)

    def stop(self) -> None:
        """Look no more."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if self._scope is not None:
            self._scope.cancel()

    def _start(self, loop: "asyncio.AbstractEventLoop") -> None:
        self._task = loop.create_task(self._look(loop))  # kept, or it could vanish half-way

    async def _look(self, loop: "asyncio.AbstractEventLoop") -> None:
        # It may have been stopped while it closed one: a timer set now would have nobody to cancel it.
        if await self._close() and not self._stopped:
            self._timer = loop.call_later(PAUSE, self._start, loop)
        else:
            self._awake = False

    async def _look_on_trio(self) -> None:
        with anyio.CancelScope() as self._scope:
            kept = not self._stopped  # it may have been, before this task had a scope that could be cancelled
            while kept:
                await anyio.sleep(PAUSE)
                kept = await self._close()
            self._awake = False

    async def _close(self) -> bool:
        try:
            return await self._close_idle()
        except Exception:
            log.debug("an idle connection could not be closed in order", exc_info=True)
            return False


def spawn_on_trio(look: Callable[[], Awaitable[Any]]) -> None:
    import trio  # noqa: PLC0415 - it is running, so it is installed; it is no dependency of ours

    trio.lowlevel.spawn_system_task(look)
