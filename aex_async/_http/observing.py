"""Those who watch calls and their tries: the caller's `on_try`, and whoever makes spans and figures of them."""

import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, TypeAlias

import anyio
from attrs import frozen

from aex_async._http.routes import find_route

log = logging.getLogger("aex_async")

PARTING = 0.25  # seconds that an async `on_try` has for a try that was cancelled


@frozen
class Try:
    """One try of a call, as `on_try` is told of it.

    `route` is the path without ids, such as `/premises/{id}`; `attempt` counts from 1, and `seconds` is how long it
    took. `outcome` is the status of the answer, or words for why there is none. `wait` is the seconds before the next
    try, `None` if this was the last.
    """

    method: str
    route: str
    attempt: int
    seconds: float
    outcome: int | str
    wait: float | None


OnTry: TypeAlias = Callable[[Try], Awaitable[object] | None]


class Observer(Protocol):
    """Sees every call and every try begin and end, in the caller's own task.

    What `begin_call` and `begin_try` return is handed back where the same ends.
    """

    def begin_call(self, method: str, route: str, host: str) -> Any:
        """Note that a call begins."""
        ...

    def end_call(self, call: Any, outcome: int | str) -> None:
        """Note that it ended: with a status, or with the name of an error."""
        ...

    def begin_try(self, call: Any, attempt: int) -> Any:
        """Note that a try begins."""
        ...

    def end_try(self, begun: Any, ended: Try) -> None:
        """Note that it ended."""
        ...

    def wait(self, call: Any, seconds: float) -> None:
        """Note that the call waits so long, because AEx asked for quiet or refuses connections."""
        ...


_observers: tuple[Observer, ...] = ()


def install(observer: Observer) -> None:
    """Have `observer` see all calls of all clients from now on."""
    global _observers  # noqa: PLW0603 - one for the process, as tracing is
    _observers = (*_observers, observer)


def uninstall(observer: Observer) -> None:
    """Have it see no more of the calls that are still to begin."""
    global _observers  # noqa: PLW0603
    _observers = tuple(each for each in _observers if each is not observer)


class Watch:
    """One call and its tries, seen by everybody who watches."""

    def __init__(
        self,
        method: str = "",
        route: str = "",
        host: str = "",
        on_try: OnTry | None = None,
        observers: tuple[Observer, ...] = (),
    ) -> None:
        self._method = method
        self._route = route
        self._on_try = on_try
        self._calls = [(observer, observer.begin_call(method, route, host)) for observer in observers]
        self._tries: list[tuple[Observer, Any]] = []
        self._attempt = 0
        self._begun = 0.0

    def begin_try(self, attempt: int, now: float) -> None:
        """Note that a try begins."""
        self._attempt, self._begun = attempt, now
        self._tries = [(observer, observer.begin_try(call, attempt)) for observer, call in self._calls]

    async def end_try(self, outcome: int | str, wait: float | None, *, cancelled: bool = False) -> None:
        """Note that the try under way ended, if there is one."""
        if not self._attempt:
            return
        seconds = anyio.current_time() - self._begun
        ended = Try(self._method, self._route, self._attempt, seconds, outcome, wait)
        self._attempt = 0
        for observer, begun in reversed(self._tries):
            observer.end_try(begun, ended)
        if self._on_try is not None:
            with anyio.CancelScope(
                shield=cancelled, deadline=anyio.current_time() + PARTING if cancelled else math.inf
            ):
                await _tell(self._on_try, ended)

    def wait(self, seconds: float) -> None:
        """Note that the call waits for quiet."""
        for observer, call in self._calls:
            observer.wait(call, seconds)

    def end(self, outcome: int | str) -> None:
        """Note that the call ended."""
        for observer, call in reversed(self._calls):
            observer.end_call(call, outcome)


class _Nobody(Watch):
    """Watches nothing."""

    def begin_try(self, attempt: int, now: float) -> None:
        pass

    async def end_try(self, outcome: int | str, wait: float | None, *, cancelled: bool = False) -> None:
        pass


NOBODY: Final = _Nobody()


def watch(method: str, path: str, host: str, on_try: OnTry | None) -> Watch:
    """Return what watches a call; where nobody does, that costs it nothing."""
    if on_try is None and not _observers:
        return NOBODY
    return Watch(method, find_route(path), host, on_try, _observers)


async def _tell(on_try: OnTry, ended: Try) -> None:
    """Tell the caller's function, of which no fault becomes the call's."""
    try:
        heard = on_try(ended)
        if heard is not None:
            await heard
    except Exception:
        log.exception("on_try raised, and the call goes on")
