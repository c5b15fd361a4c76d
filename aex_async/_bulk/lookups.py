"""Many look-ups at a time, gathered or streamed."""

from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Self, TypeVar, cast

import anyio

from aex_async import models
from aex_async._arguments import check_flag
from aex_async._base_errors import ENDS, is_cancellation, ungrouped
from aex_async._bulk.for_each import END, End, InputQueue, Inputs, check_at_once, for_each, work_off
from aex_async._bulk.outage import FATAL, CheckedCall, CheckToken
from aex_async._http.observing import Work, name_error
from aex_async.errors import AExError, UsageError

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

REMEMBERED = 1000  # outcomes of a stream, for inputs that come again


def check_input(item: K) -> K:
    try:
        hash(item)
    except TypeError:
        raise UsageError(f"an input must be hashable, and {type(item).__name__} is not: use a tuple") from None
    return item


def begin_lookups() -> Work:
    return Work("lookups", "")


async def gather(
    call: Callable[[K], Awaitable[V]], inputs: Inputs[K], at_once: int, check_token: CheckToken | None = None
) -> "models.Bulk[K, V]":
    """Return what `call` makes of every distinct input, in the order asked."""
    found: dict[K, V] = {}
    failed: dict[K, AExError] = {}
    asked: dict[K, None] = {}
    checked = CheckedCall(call, check_token)

    async def look_up(item: K) -> None:
        if check_input(item) in asked:
            # Or inputs that are all the same would hold the event loop, for ever if there is no end.
            await anyio.lowlevel.checkpoint()
            return
        asked[item] = None  # before anything is awaited, so that no twin comes in between
        try:
            found[item] = await checked.ask(item)
        except FATAL:
            raise
        except AExError as error:
            failed[item] = error.with_traceback(None)  # it would keep a dozen of our frames, for as long as it is kept

    await for_each(look_up, inputs, at_once)
    await checked.check()  # the token may have expired before the last ones, whatever it was at the first
    return models.Bulk(
        found={item: found[item] for item in asked if item in found},
        failed={item: failed[item] for item in asked if item in failed},
    )


class Lookups(Generic[K, V]):
    """A stream of `Lookup`s, to be entered once with `async with` and walked with `async for`.

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
        begin_work: Callable[[], Work] = begin_lookups,
    ) -> None:
        if not callable(call):
            raise UsageError(f"call must be a coroutine function, such as aex.get_premise, not {type(call).__name__}")
        check_flag(ordered, "ordered")
        self._begin_work = begin_work
        self._check_usable = check_usable
        self._checked = CheckedCall(call, check_token)
        self._source = InputQueue(inputs)
        self._at_once = check_at_once(at_once)
        # In order, outcomes wait for an earlier one: with no more places than calls, one slow call would stop them all.
        self._places = anyio.Semaphore(at_once if not ordered else 2 * at_once, fast_acquire=True)
        self._ordered = ordered
        self._group: TaskGroup | None = None
        self._failure: BaseException | None = None
        self._over = False
        self._news = anyio.Event()
        self._numbers = iter(range(2**63))
        self._ready: deque[models.Lookup[K, V]] = deque()
        self._early: dict[int, models.Lookup[K, V]] = {}
        self._due = 0
        self._under_way: dict[K, list[int]] = {}
        self._recent: OrderedDict[K, models.Lookup[K, V]] = OrderedDict()

    async def __aenter__(self) -> Self:
        if self._group is not None or self._over:  # else a second walk would find nothing, and pass for a whole one
            raise UsageError("these look-ups were entered already: ask for others")
        if self._check_usable is not None:
            self._check_usable()
        self._group = anyio.create_task_group()
        await self._group.__aenter__()
        self._work = self._begin_work()
        self._group.start_soon(self._run)
        self._work.leave()  # the block is the caller's
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        group, self._group, self._over = cast("TaskGroup", self._group), None, True
        group.cancel_scope.cancel()
        # The group is not told of the caller's exception, which it would wrap in a group of its own.
        try:
            with ungrouped():
                await group.__aexit__(None, None, None)
        finally:
            self._work.end(None if kind is None else name_error(kind))
        if isinstance(self._failure, ENDS):  # whoever leaves early never asked for it
            self._raise_failure()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> "models.Lookup[K, V]":
        if self._group is None and not self._over:
            raise UsageError("enter the look-ups first: async with aex.lookups(...) as stream")
        while not self._ready:
            if self._over:
                self._raise_failure()
                raise StopAsyncIteration
            if self._news.is_set():  # and not another one's: several tasks may wait for the next outcome
                self._news = anyio.Event()
            await self._news.wait()
        self._places.release()
        return self._ready.popleft()

    async def _run(self) -> None:
        try:
            await work_off(self._look_up, self._take, self._at_once)
            await self._checked.check()  # what came last may not be absent: the token may have expired before
        except BaseException as error:  # raised when the outcomes before it are taken
            if is_cancellation(error):
                raise
            self._failure = error
        finally:
            self._over = True
            self._news.set()

    async def _take(self) -> tuple[int, K] | End:
        """Return the next input with its number, when there is a place for its outcome."""
        await self._places.acquire()  # first: an input taken without a place would be read too far ahead
        item = await self._source.take()
        return END if item is END else (next(self._numbers), check_input(item))

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        if isinstance(failure, StopAsyncIteration):  # `async for` would take it for the end, as of a generator's own
            said = "the call raised StopAsyncIteration: give `anext` a default"
            raise RuntimeError(said) from failure  # noqa: TRY004 - the type is not what is wrong
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

    async def _ask(self, item: K) -> "models.Lookup[K, V]":
        try:
            return models.Lookup(input=item, value=await self._checked.ask(item), error=None)
        except FATAL:
            raise
        except AExError as error:
            return models.Lookup(input=item, value=None, error=error.with_traceback(None))

    def _finish(self, lookup: "models.Lookup[K, V]") -> None:
        self._recent[lookup.input] = lookup
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        for number in self._under_way.pop(lookup.input):
            self._deliver(number, lookup)

    def _deliver(self, number: int, lookup: "models.Lookup[K, V]") -> None:
        if not self._ordered:
            self._ready.append(lookup)
        else:
            self._early[number] = lookup
            while self._due in self._early:
                self._ready.append(self._early.pop(self._due))
                self._due += 1
        self._news.set()
