"""Workers that take their inputs from one source."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from enum import Enum
from typing import Final, Generic, TypeVar

import anyio

from aex_async._arguments import check_whole
from aex_async._base_errors import is_cancellation, make_stray, raise_end, ungrouped
from aex_async.errors import UsageError

T = TypeVar("T")

Inputs = Iterable[T] | AsyncIterable[T]

MAX_AT_ONCE = 1000


class End(Enum):
    """What comes after the last input.

    It is no exception: `StopAsyncIteration` is also what an `anext` of the work's own raises, which ends no loop here.
    """

    END = "end"


END: Final = End.END


class InputQueue(Generic[T]):
    """The inputs, one after another, for any number of workers."""

    def __init__(self, inputs: Inputs[T]) -> None:
        if isinstance(inputs, str | bytes | bytearray | memoryview):
            raise UsageError(f"inputs must be a collection of inputs, not a single {type(inputs).__name__}")
        if isinstance(inputs, AsyncIterable):
            self._ahead: AsyncIterator[T] | None = aiter(inputs)
        elif isinstance(inputs, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
            self._ahead, self._next = None, iter(inputs)
        else:
            raise UsageError(f"inputs must be iterable, not {type(inputs).__name__}")
        self._reading = anyio.Lock()
        self._over = False

    async def take(self) -> T | End:
        """Return the next input, or `END`."""
        if self._ahead is None:
            return next(self._next, END)
        async with self._reading:
            if self._over:
                return END
            try:
                return await anext(self._ahead)  # with a default, it would begin anew an awaitable that is no coroutine
            except StopAsyncIteration:
                self._over = True
                return END


def check_at_once(at_once: object) -> int:
    """Return how many look-ups may be under way together."""
    return check_whole(at_once, "at_once", 1, MAX_AT_ONCE)


async def for_each(work: Callable[[T], Awaitable[object]], inputs: Inputs[T], at_once: int) -> None:
    """Do `work` for every input, so many at a time. Whatever it raises stops all of it, and is raised as itself.

    `inputs` are read no further ahead than there are workers to take them.
    """
    await work_off(work, InputQueue(inputs).take, check_at_once(at_once))


async def work_off(
    work: Callable[[T], Awaitable[object]], take: Callable[[], Awaitable[T | End]], at_once: int
) -> None:
    """Do `work` for whatever `take` returns, until that is `END`."""
    failures: list[BaseException] = []
    finished = 0

    async def work_on() -> None:
        nonlocal finished
        try:
            while (item := await take()) is not END:
                await work(item)
        except BaseException as error:  # raised below, and never within a group
            if is_cancellation(error):
                raise
            failures.append(error)
            group.cancel_scope.cancel()
        else:
            finished += 1

    # The group is open across no `yield`, and the failure leaves it as a value: nobody gets an ExceptionGroup.
    try:
        with ungrouped():
            async with anyio.create_task_group() as group:
                for _ in range(at_once):
                    group.start_soon(work_on)
    finally:
        raise_end(failures)
    if failures:
        raise failures[0]
    if finished < at_once:
        raise make_stray()
