"""Many look-ups at a time: bounded in flight, read no further ahead than needed, one failure spoiling nothing.

Workers take inputs from one source, so that there are never more tasks than requests. A refused token stops them all:
what is true of one call is true of every other.
"""

from collections import OrderedDict, deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Hashable, Iterable
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

import anyio
from anyio.abc import TaskGroup

from aex_async._arguments import check_whole
from aex_async.errors import AExError, AuthenticationError, ClientClosedError, UsageError
from aex_async.models import Bulk, Lookup

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Inputs = Iterable[K] | AsyncIterable[K]

MAX_AT_ONCE = 1000
REMEMBERED = 1000  # outcomes of a stream, for inputs that come again
FATAL = (AuthenticationError, ClientClosedError)


class InputQueue(Generic[K]):
    """The inputs, one after another, for any number of workers."""

    def __init__(self, inputs: Inputs[K]) -> None:
        if isinstance(inputs, str | bytes):
            raise UsageError("inputs must be a collection of them, not one text")
        if isinstance(inputs, AsyncIterable):
            self._ahead: AsyncIterator[K] | None = aiter(inputs)
        elif isinstance(inputs, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
            self._ahead, self._next = None, iter(inputs)
        else:
            raise UsageError(f"inputs must be iterable, not {type(inputs).__name__}")
        self._reading = anyio.Lock()
        self._over = False

    async def take(self) -> K:
        """Return the next input, or raise `StopAsyncIteration`."""
        if self._ahead is None:
            for item in self._next:
                return _check_input(item)
            raise StopAsyncIteration
        async with self._reading:
            if self._over:
                raise StopAsyncIteration
            try:
                return _check_input(await anext(self._ahead))
            except StopAsyncIteration:
                self._over = True
                raise


def _check_input(item: K) -> K:
    try:
        hash(item)
    except TypeError:
        raise UsageError(f"an input must be hashable, and {type(item).__name__} is not: use a tuple") from None
    return item


def check_at_once(at_once: object) -> int:
    """Return how many look-ups may be under way together."""
    return check_whole(at_once, "at_once", 1, MAX_AT_ONCE)


class _Workers:
    """Tasks that all do the same until there is nothing left, or until one of them fails for all."""

    def __init__(self, work: Callable[[], Awaitable[None]], size: int) -> None:
        self._work = work
        self._size = size
        self._scope = anyio.CancelScope()
        self.failure: Exception | None = None

    async def run(self) -> None:
        """Run the workers to their end. Never raises: `failure` is what stopped them, if anything did."""
        with self._scope:
            async with anyio.create_task_group() as group:
                for _ in range(self._size):
                    group.start_soon(self._run_one)

    async def _run_one(self) -> None:
        try:
            await self._work()
        except StopAsyncIteration:
            pass
        except Exception as error:  # noqa: BLE001 - raised by whoever runs the workers, and never within a group
            self.failure = self.failure or error
            self._scope.cancel()

    def cancel(self) -> None:
        """Stop all workers."""
        self._scope.cancel()


async def gather(call: Callable[[K], Awaitable[V]], inputs: Inputs[K], at_once: int) -> Bulk[K, V]:
    """Return what `call` makes of every distinct input, in the order asked."""
    source = InputQueue(inputs)
    found: dict[K, V] = {}
    failed: dict[K, AExError] = {}
    asked: dict[K, None] = {}

    async def work() -> None:
        while True:
            item = await source.take()
            if item in asked:
                continue
            asked[item] = None
            try:
                found[item] = await call(item)
            except FATAL:
                raise
            except AExError as error:
                failed[item] = error

    workers = _Workers(work, check_at_once(at_once))
    await workers.run()
    if workers.failure is not None:
        raise workers.failure
    return Bulk(
        found={item: found[item] for item in asked if item in found},
        failed={item: failed[item] for item in asked if item in failed},
    )


class Lookups(Generic[K, V]):
    """A stream of `Lookup`s, to be entered with `async with` and walked with `async for`.

    Leaving the block stops whatever is under way. Equal inputs share one call while it is under way, and a while after.
    """

    def __init__(
        self, call: Callable[[K], Awaitable[V]], inputs: Inputs[K], *, at_once: int = 16, ordered: bool = False
    ) -> None:
        self._call = call
        self._source = InputQueue(inputs)
        self._workers = _Workers(self._work, check_at_once(at_once))
        self._places = anyio.Semaphore(at_once if not ordered else 2 * at_once, fast_acquire=True)
        self._ordered = ordered
        self._group: TaskGroup | None = None
        self._over = False
        self._news = anyio.Event()
        self._numbers = iter(range(2**63))
        self._ready: deque[Lookup[K, V]] = deque()
        self._early: dict[int, Lookup[K, V]] = {}
        self._due = 0
        self._under_way: dict[K, list[int]] = {}
        self._recent: OrderedDict[K, Lookup[K, V]] = OrderedDict()

    async def __aenter__(self) -> Self:
        self._group = anyio.create_task_group()
        await self._group.__aenter__()
        self._group.start_soon(self._run)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.cancel()
        group, self._group, self._over = cast("TaskGroup", self._group), None, True
        # The group is not told of the caller's exception, which it would wrap in a group of its own.
        await group.__aexit__(None, None, None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Lookup[K, V]:
        if self._group is None and not self._over:
            raise UsageError("enter the look-ups first: async with aex.lookups(...) as stream")
        while not self._ready:
            if self._over:
                self._raise_failure()
                raise StopAsyncIteration
            self._news = anyio.Event()
            await self._news.wait()
        self._places.release()
        return self._ready.popleft()

    async def _run(self) -> None:
        try:
            await self._workers.run()
        finally:
            self._over = True
            self._news.set()

    def _raise_failure(self) -> None:
        failure, self._workers.failure = self._workers.failure, None
        if failure is not None:
            raise failure

    async def _work(self) -> None:
        while True:
            await self._places.acquire()
            item = await self._source.take()
            number = next(self._numbers)
            if item in self._recent:
                self._deliver(number, self._recent[item])
            elif item in self._under_way:
                self._under_way[item].append(number)
            else:
                self._under_way[item] = [number]
                self._finish(await self._ask(item))

    async def _ask(self, item: K) -> Lookup[K, V]:
        try:
            return Lookup(input=item, value=await self._call(item), error=None)
        except FATAL:
            raise
        except AExError as error:
            return Lookup(input=item, value=None, error=error)

    def _finish(self, lookup: Lookup[K, V]) -> None:
        self._recent[lookup.input] = lookup
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        for number in self._under_way.pop(lookup.input):
            self._deliver(number, lookup)

    def _deliver(self, number: int, lookup: Lookup[K, V]) -> None:
        if not self._ordered:
            self._ready.append(lookup)
        else:
            self._early[number] = lookup
            while self._due in self._early:
                self._ready.append(self._early.pop(self._due))
                self._due += 1
        self._news.set()
