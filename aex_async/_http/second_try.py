"""A second try beside a first that is silent: whichever is answered first counts.

A kept connection can have died without a word, and a server can be slow. From outside the two look alike, so after half
of its time a read is asked once more, on a new connection, and the first is listened to as before.
"""

import contextvars
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio

from aex_async._base_errors import ENDS, is_cancellation, make_stray, ungrouped
from aex_async._http.event_loop import Clock, find_asyncio_loop
from aex_async._http.responses import Answer
from aex_async._http.retry_policy import Failure

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

HEDGE: Final = "aex_hedge"
"""The extension of a request by which an engine of ours, that listens itself, is told when to ask once more."""


class AnsweredElsewhereError(Exception):
    """The second try was answered while the first was still silent: this ends the first."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("another try was answered first")
        self.answer = answer


class Hedge:
    """When to ask once more, and how. It is used once, by the stream that hears nothing.

    `least` is seconds of silence, however late: a slow answer that keeps coming is no silence.
    """

    def __init__(
        self,
        at: float,
        ask: Callable[["Hedge"], Awaitable[Answer | None]],
        clock: Clock,
        least: float = 0.0,
    ) -> None:
        self.ask = ask
        self._at, self._least = at, least
        self._clock = clock
        self.used = False
        self.waits = False  # for quiet to end, or for a place in the caller's pool, which may be the first's

    @property
    def left(self) -> float | None:
        """How many seconds of silence are left before it is time; `None` if it was used."""
        return None if self.used else max(self._least, self._at - self._clock())

    async def listen(self, receive: Callable[[], Awaitable[T]]) -> T:
        """Return what `receive` brings, asking once more if it brings nothing in time."""
        if self.left is None:
            return await receive()
        with anyio.move_on_after(self.left):
            return await receive()
        return await self.race(receive)

    async def race(self, receive: Callable[[], Awaitable[T]]) -> T:
        """Return what `receive` brings, or raise `AnsweredElsewhereError` if the second try is answered before."""
        self.used = True
        answer: Answer | None = None
        heard: list[T] = []
        fault: BaseException | None = None

        async def ask() -> None:
            nonlocal answer, fault
            try:
                answer = await self.ask(self)
            except BaseException as error:
                if is_cancellation(error):
                    raise
                fault = choose_fault(fault, error)
            if answer is not None or fault is not None:
                group.cancel_scope.cancel()

        with ungrouped():
            async with anyio.create_task_group() as group:
                group.start_soon(ask)
                try:
                    heard.append(await receive())
                except BaseException as error:  # it is raised below, unless the second try helps
                    if is_cancellation(error):
                        raise
                    fault = choose_fault(fault, error)
                    if not isinstance(error, Exception):
                        group.cancel_scope.cancel()
                else:
                    if heard[0]:  # nothing is the end of a connection, which leaves it to the second try
                        group.cancel_scope.cancel()
        return choose(answer, heard, fault)


def choose_fault(known: BaseException | None, new: BaseException) -> BaseException:
    """Return the one of two faults that counts: of both tries, either can raise what ends the program."""
    return known if isinstance(known, ENDS) else new


def choose(answer: Answer | None, heard: list[T], fault: BaseException | None) -> T:
    """Return what the first try heard, unless a second one was answered, or something ends both.

    If both were, it is the second that counts: its answer is whole, and observers have been told of it as that.
    """
    if fault is None or isinstance(fault, Exception):
        if answer is not None:
            raise AnsweredElsewhereError(answer)
        if heard:
            return heard[0]
    raise fault or make_stray()


class OuterHedge:
    """A second try over connections that are not ours, which nobody can listen to from within.

    It is put around the first: if that is silent for too long, another is made, and ends it once it is answered. It has
    a task of its own, and only if it comes to that: a task group around every call would cost half a call.
    """

    def __init__(self, second: Hedge | None) -> None:
        self._second = second
        self._first = None if second is None else anyio.CancelScope()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._scope: anyio.CancelScope | None = None
        self._begun = False
        self._stopped = False
        self._over: anyio.Event | None = None
        self._answer: Answer | None = None
        self._fault: BaseException | None = None

    def __enter__(self) -> None:
        if self._first is None:
            return
        self._first.__enter__()
        left = None if self._second is None else self._second.left
        if left is None:
            return
        if loop := find_asyncio_loop():
            self._timer = loop.call_later(left, self._start, loop)
        else:
            self._spawn_on_trio(left)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if self._timer is not None:
            self._timer.cancel()
        return None if self._first is None else self._first.__exit__(kind, error, trace)

    def _start(self, loop: "asyncio.AbstractEventLoop") -> None:
        self._over = anyio.Event()
        self._task = loop.create_task(self._ask(0, self._over))

    def _spawn_on_trio(self, left: float) -> None:
        import trio  # noqa: PLC0415 - it is running, so it is installed; it is no dependency of ours

        # Neither a nursery nor a timer of the loop is at hand here, so the system task itself sleeps until it is time.
        self._over = anyio.Event()
        trio.lowlevel.spawn_system_task(self._ask, left, self._over, context=contextvars.copy_context())

    async def _ask(self, after: float, over: "anyio.Event") -> None:
        try:
            with anyio.CancelScope() as self._scope:
                if self._stopped:  # before the task had begun, when there was no scope to cancel yet
                    return
                await anyio.sleep(after)
                self._begun = True
                await self._ask_now()
        finally:
            # Also when the loop itself ends this task: whoever settles must not wait for ever.
            over.set()

    async def _ask_now(self) -> None:
        second: Any = self._second
        second.used = True
        try:
            self._answer = await second.ask(second)
        except BaseException as error:  # it is raised where somebody awaits it: out of a system task it would end trio
            if is_cancellation(error):
                raise
            self._fault = error
        if self._first is not None and (self._answer is not None or self._fault is not None):
            self._first.cancel()

    async def settle(self, outcome: Answer | Failure | None) -> Answer | Failure:
        """Return what counts of both tries; a first that failed is no reason not to wait for the second.

        Only if the second waits itself, it can be for the place that the first has until this returns.
        """
        if self._over is not None:
            waits = self._second is not None and self._second.waits
            try:
                if self._begun and not waits and not isinstance(outcome, Answer):
                    await self._over.wait()
            finally:
                await self.stop()  # also if the call is cancelled while it waits: the second has no deadline of its own
        if self._fault is not None and not isinstance(outcome, Answer):
            raise self._fault
        counts = outcome if self._answer is None else self._answer
        if counts is None:
            raise RuntimeError("the first try ended without an outcome")
        return counts

    async def stop(self) -> None:
        """End the second try, whatever it has come to; only what ends the program is not lost with it."""
        if self._over is not None:
            self._stopped = True
            if self._scope is not None:
                self._scope.cancel()
            # Shielded: a call that is cancelled leaves no task of its own behind.
            with anyio.CancelScope(shield=True):
                await self._over.wait()
        if isinstance(self._fault, ENDS):
            raise self._fault
