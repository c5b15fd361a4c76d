"""Many look-ups at a time: bounded in flight, read no further ahead than needed, one failure spoiling nothing.

Workers take inputs from one source, so that there are never more tasks than requests. A refused token stops them all:
what is true of one call is true of every other.
"""

from collections import OrderedDict, deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Hashable, Iterable
from math import inf
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

import anyio
from anyio.abc import TaskGroup

from aex_async._arguments import check_whole
from aex_async.errors import (
    AExError,
    AuthenticationError,
    ClientClosedError,
    ConnectionFailedError,
    NotFoundError,
    ResponseError,
    UnexpectedAnswerError,
    UsageError,
)
from aex_async.models import Bulk, Lookup

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")

Inputs = Iterable[T] | AsyncIterable[T]
CheckToken = Callable[[], Awaitable[None]]

MAX_AT_ONCE = 1000
REMEMBERED = 1000  # outcomes of a stream, for inputs that come again
FATAL = (AuthenticationError, ClientClosedError)

PATIENCE = 60.0  # seconds that an AEx which is down is waited for, once it has answered
FIRST_PATIENCE = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between two looks whether it is back
MAX_OUTAGES = 5  # through which one input is asked for
MAX_ALONE = 3  # looks that fail while others are answered: the input is to blame


class InputQueue(Generic[T]):
    """The inputs, one after another, for any number of workers."""

    def __init__(self, inputs: Inputs[T]) -> None:
        if isinstance(inputs, str | bytes):
            raise UsageError("inputs must be a collection of them, not one text")
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


def _check_input(item: K) -> K:
    try:
        hash(item)
    except TypeError:
        raise UsageError(f"an input must be hashable, and {type(item).__name__} is not: use a tuple") from None
    return item


def check_at_once(at_once: object) -> int:
    """Return how many look-ups may be under way together."""
    return check_whole(at_once, "at_once", 1, MAX_AT_ONCE)


async def for_each(work: Callable[[T], Awaitable[object]], inputs: Inputs[T], at_once: int) -> None:
    """Do `work` for every input, so many at a time. Whatever it raises stops all of it, and is raised as itself.

    `inputs` are read no further ahead than there are workers to take them.
    """
    await _work_off(work, InputQueue(inputs).take, check_at_once(at_once))


async def _work_off(work: Callable[[T], Awaitable[object]], take: Callable[[], Awaitable[T]], at_once: int) -> None:
    failures: list[Exception] = []

    async def work_on() -> None:
        try:
            while True:
                await work(await take())
        except StopAsyncIteration:
            pass
        except Exception as error:  # noqa: BLE001 - raised below, and never within a group
            failures.append(error)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for _ in range(at_once):
            group.start_soon(work_on)
    if failures:
        raise failures[0]


class Caution(Generic[K, V]):
    """Makes the calls of one bulk, and tells what is wrong with one input from what is wrong with all.

    AEx being down is waited for. The first `NotFoundError`, if nothing was found before it, has `check_token` called:
    with a bad token a read by id can be a 404 (field notes, "Errors").
    """

    def __init__(self, call: Callable[[K], Awaitable[V]], check_token: CheckToken | None = None) -> None:
        self._call = call
        self._check_token = check_token
        self._checking = anyio.Lock()
        self._refusal: AExError | None = None
        self._outage = Outage()

    async def ask(self, item: K) -> V:
        """Return what the call makes of an input."""
        try:
            value = await self._outage.outlast(self._call, item)
        except NotFoundError:
            if self._check_token is not None or self._refusal is not None:
                await self._find_refusal()
            raise
        self._check_token = None  # the token is good
        return value

    async def _find_refusal(self) -> None:
        async with self._checking:
            if self._refusal is not None:  # another one has just found it, and nobody's 404 is to be believed
                raise self._refusal
            check, self._check_token = self._check_token, None
            if check is None:
                return
            try:
                await check()
            except FATAL as error:
                self._refusal = error
                raise
            except AExError:  # nothing was learnt about the token, and the 404 stands
                pass


class Outage:
    """Waits while AEx is down: one of those that failed looks whether it is back, and the others wait with it."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._looking = anyio.Lock()
        self._answered = self._back = -inf
        self._given_up = False

    async def outlast(self, call: Callable[[K], Awaitable[V]], item: K) -> V:
        """Return what `call` makes of `item`, asked again after an outage; raise what is not one, or lasts too long."""
        for _ in range(MAX_OUTAGES):
            begun = anyio.current_time()
            try:
                return await self._ask(call, item)
            except ConnectionFailedError as error:
                if error.sent and error.method != "GET":
                    raise
                trouble = error
            async with self._looking:
                if self._back >= begun:  # another one has waited it out meanwhile
                    continue
                if self._given_up:
                    raise trouble
                return await self._wait(call, item)
        raise trouble

    async def _ask(self, call: Callable[[K], Awaitable[V]], item: K) -> V:
        try:
            value = await call(item)
        except (ResponseError, UnexpectedAnswerError):
            self._note_answer()
            raise
        self._note_answer()
        return value

    def _note_answer(self) -> None:
        self._answered, self._given_up = anyio.current_time(), False

    async def _wait(self, call: Callable[[K], Awaitable[V]], item: K) -> V:
        """Ask for `item` until there is an answer, of whatever kind."""
        # Where AEx has never answered, it is more likely a wrong base URL than an outage.
        patience = self._patience if self._answered > -inf else min(FIRST_PATIENCE, self._patience)
        until, pause, alone = anyio.current_time() + patience, FIRST_PAUSE, 0
        while True:
            await anyio.sleep(pause)
            begun, pause = anyio.current_time(), min(2 * pause, LONGEST_PAUSE)
            try:
                value = await self._ask(call, item)
            except ConnectionFailedError:
                alone += self._answered > begun  # others are answered
                self._given_up = anyio.current_time() + pause > until
                if alone >= MAX_ALONE or self._given_up:
                    raise
            except AExError:
                self._back = anyio.current_time()
                raise
            else:
                self._back = anyio.current_time()
                return value


async def gather(
    call: Callable[[K], Awaitable[V]], inputs: Inputs[K], at_once: int, check_token: CheckToken | None = None
) -> Bulk[K, V]:
    """Return what `call` makes of every distinct input, in the order asked."""
    found: dict[K, V] = {}
    failed: dict[K, AExError] = {}
    asked: dict[K, None] = {}
    caution = Caution(call, check_token)

    async def look_up(item: K) -> None:
        if _check_input(item) in asked:
            return
        asked[item] = None
        try:
            found[item] = await caution.ask(item)
        except FATAL:
            raise
        except AExError as error:
            failed[item] = error

    await for_each(look_up, inputs, at_once)
    return Bulk(
        found={item: found[item] for item in asked if item in found},
        failed={item: failed[item] for item in asked if item in failed},
    )


class Lookups(Generic[K, V]):
    """A stream of `Lookup`s, to be entered with `async with` and walked with `async for`.

    Leaving the block stops whatever is under way. Equal inputs share one call while it is under way, and a while after.

    The block belongs to the task that entered it. An async generator that yields from within must be closed by the
    task that walks it, with `contextlib.aclosing`: left to the garbage collector, another task would leave the block,
    which neither asyncio nor trio can do.
    """

    def __init__(
        self,
        call: Callable[[K], Awaitable[V]],
        inputs: Inputs[K],
        *,
        at_once: int = 16,
        ordered: bool = False,
        check_token: CheckToken | None = None,
        check_usable: Callable[[], None] | None = None,
    ) -> None:
        self._check_usable = check_usable
        self._caution = Caution(call, check_token)
        self._source = InputQueue(inputs)
        self._at_once = check_at_once(at_once)
        self._places = anyio.Semaphore(at_once if not ordered else 2 * at_once, fast_acquire=True)
        self._ordered = ordered
        self._group: TaskGroup | None = None
        self._failure: Exception | None = None
        self._over = False
        self._news = anyio.Event()
        self._numbers = iter(range(2**63))
        self._ready: deque[Lookup[K, V]] = deque()
        self._early: dict[int, Lookup[K, V]] = {}
        self._due = 0
        self._under_way: dict[K, list[int]] = {}
        self._recent: OrderedDict[K, Lookup[K, V]] = OrderedDict()

    async def __aenter__(self) -> Self:
        if self._check_usable is not None:
            self._check_usable()
        self._group = anyio.create_task_group()
        await self._group.__aenter__()
        self._group.start_soon(self._run)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        group, self._group, self._over = cast("TaskGroup", self._group), None, True
        group.cancel_scope.cancel()
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
            await _work_off(self._look_up, self._take, self._at_once)
        except Exception as error:  # noqa: BLE001 - raised when the outcomes before it are taken
            self._failure = error
        finally:
            self._over = True
            self._news.set()

    async def _take(self) -> tuple[int, K]:
        """Return the next input with its number, when there is a place for its outcome."""
        await self._places.acquire()
        item = _check_input(await self._source.take())
        return next(self._numbers), item

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    async def _look_up(self, numbered: tuple[int, K]) -> None:
        number, item = numbered
        if item in self._recent:
            self._deliver(number, self._recent[item])
        elif item in self._under_way:
            self._under_way[item].append(number)
        else:
            self._under_way[item] = [number]
            self._finish(await self._ask(item))

    async def _ask(self, item: K) -> Lookup[K, V]:
        try:
            return Lookup(input=item, value=await self._caution.ask(item), error=None)
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
