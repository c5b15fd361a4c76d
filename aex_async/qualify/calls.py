"""What a qualifier asks of AEx, made sparingly: equal calls once, and no more than so many a second."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

import anyio
from attrs import frozen

from aex_async.client import AsyncAExClient
from aex_async.errors import AExError
from aex_async.models import Page, PredefinedPremise, Product

MAX_ROWS: Final = 100
"""Rows of a page: the most that AEx shows."""

AddressPages = AsyncIterator[Page[PredefinedPremise]]
WalkAddresses = Callable[[str], AddressPages]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MAX_AGE = 600.0  # seconds


@frozen
class QualifyCalls:
    """What qualifying an address asks AEx.

    `search` returns the first page for a query, `products` those at a point; `walk` yields the pages one by one.
    Without it no listing is read beyond its first page.
    """

    search: Callable[[str], Awaitable[Sequence[PredefinedPremise]]]
    products: Callable[[float, float], Awaitable[Sequence[Product]]]
    walk: WalkAddresses | None = None


def make_calls(aex: AsyncAExClient) -> QualifyCalls:
    """Return what a qualifier asks of a client."""

    def walk(q: str) -> AddressPages:
        return aex.predefined_premises(q, count=MAX_ROWS).by_page()

    async def search(q: str) -> Sequence[PredefinedPremise]:
        return (await anext(walk(q))).items

    return QualifyCalls(search, aex.available_products, walk)


class AsyncCache(Generic[K, V]):
    """A call of one argument whose last `size` answers are kept for `age` seconds.

    A failure is shared too, but not kept.
    """

    def __init__(
        self,
        call: Callable[[K], Awaitable[V]],
        size: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        age: float = MAX_AGE,
    ) -> None:
        self._call, self._size, self._clock, self._age = call, size, clock, age
        self._kept: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._under_way: dict[K, _Pending] = {}

    async def ask(self, key: K) -> V:
        """Return the answer for `key`."""
        while True:
            at, value = self._kept.get(key, (None, None))
            if at is not None and self._clock() - at < self._age:
                return value  # type: ignore[return-value]  # kept together with its time
            pending = self._under_way.get(key)
            if pending is None:
                return await self._ask(key)
            await pending.over.wait()
            if pending.error is not None:
                raise pending.error

    async def _ask(self, key: K) -> V:
        pending = self._under_way[key] = _Pending()
        try:
            value = await self._call(key)
        except AExError as error:
            pending.error = error
            raise
        else:
            self._keep(key, value)
            return value
        finally:  # who waits for a call that was cancelled asks anew
            del self._under_way[key]
            pending.over.set()

    def _keep(self, key: K, value: V) -> None:
        self._kept[key] = (self._clock(), value)
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)


class _Pending:
    """An answer under way."""

    def __init__(self) -> None:
        self.over = anyio.Event()
        self.error: AExError | None = None


class Rate:
    """A turn every `1 / per_second` seconds, for any number of tasks; `None` is no limit."""

    def __init__(self, per_second: float | None = None) -> None:
        self._next = 0.0
        self.change(per_second)

    def change(self, per_second: float | None) -> None:
        """Give turns at another rate from the next on."""
        self._gap = 0.0 if per_second is None else 1 / per_second

    async def wait(self) -> None:
        """Wait for the next turn. Turns that nobody took are lost: there is no burst after a pause."""
        if not self._gap:
            return
        now = anyio.current_time()
        turn = max(now, self._next)
        self._next = turn + self._gap
        if turn > now:
            await anyio.sleep(turn - now)
