"""Equal questions asked once: while the answer is under way, and for a bounded while after."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

import anyio

from aex_async.errors import AExError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MAX_AGE = 600.0  # seconds


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
