"""Workers that take their inputs from one source."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Generic, TypeVar

import anyio

from aex_async._arguments import check_whole
from aex_async.errors import UsageError

T = TypeVar("T")

Inputs = Iterable[T] | AsyncIterable[T]

MAX_AT_ONCE = 1000
OVER = object()


class InputQueue(Generic[T]):
    """The inputs, one after another, for any number of workers."""

    def __init__(self, inputs: Inputs[T]) -> None:
        if isinstance(inputs, str | bytes):
            raise UsageError("inputs must be a collection of inputs, not a single str")
        if isinstance(inputs, AsyncIterable):
            self._ahead: AsyncIterator[T] | None = aiter(inputs)
        elif isinstance(inputs, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
            self._ahead, self._next = None, iter(inputs)
        else:
            raise UsageError(f"inputs must be iterable, not {type(inputs).__name__}")
        self._reading = anyio.Lock()
        self._over = False

    async def take(self) -> T:
        """Return the next input, or raise `StopAsyncIteration`."""
        if self._ahead is None:
            for item in self._next:
                return item
            raise StopAsyncIteration
        async with self._reading:
            if self._over:
                raise StopAsyncIteration
            try:
                return await anext(self._ahead)
            except StopAsyncIteration:
                self._over = True
                raise


def check_at_once(at_once: object) -> int:
    """Return how many look-ups may be under way together."""
    return check_whole(at_once, "at_once", 1, MAX_AT_ONCE)


async def for_each(work: Callable[[T], Awaitable[object]], inputs: Inputs[T], at_once: int) -> None:
    """Do `work` for every input, so many at a time. Whatever it raises stops all of it, and is raised as itself.

    `inputs` are read no further ahead than there are workers to take them.
    """
    await work_off(work, InputQueue(inputs).take, check_at_once(at_once))


async def work_off(work: Callable[[T], Awaitable[object]], take: Callable[[], Awaitable[T]], at_once: int) -> None:
    """Do `work` for whatever `take` returns, until it raises `StopAsyncIteration`."""
    failures: list[Exception] = []

    async def take_next() -> Any:
        # Around this alone: `work` may raise StopAsyncIteration too, from an `anext` of its own, which is no end.
        try:
            return await take()
        except StopAsyncIteration:
            return OVER

    async def work_on() -> None:
        try:
            while (item := await take_next()) is not OVER:
                await work(item)
        except Exception as error:  # noqa: BLE001 - raised below, and never within a group
            failures.append(error)
            group.cancel_scope.cancel()

    # The group is open across no `yield`, and the failure leaves it as a value: nobody gets an ExceptionGroup.
    async with anyio.create_task_group() as group:
        for _ in range(at_once):
            group.start_soon(work_on)
    if failures:
        raise failures[0]
