"""Those who watch calls and their tries: the caller's `on_try`, and whoever makes spans and figures of them."""

import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeAlias

import anyio
from attrs import frozen

from aex_async._http.event_loop import is_stray
from aex_async._http.redaction import find_route
from aex_async.errors import UsageError

log = logging.getLogger("aex_async")

PARTING = 0.25  # seconds that an async `on_try` has for a call that was cancelled


@frozen
class Try:
    """One try of a call, as `on_try` is told of it.

    `route` is the path without ids, such as `/premises/{id}`; `attempt` counts from 1, and `seconds` is how long it
    took. `outcome` is the status of the answer, or words for why there is none. `wait` is the seconds before the next
    try, `None` if the call ends with this one.

    A second try that a read makes beside a silent first is told of when it ends, and so perhaps before the first. The
    one of the two that did not count has a `wait` of 0.
    """

    method: str
    route: str
    attempt: int
    seconds: float
    outcome: int | str
    wait: float | None


OnTry: TypeAlias = Callable[[Try], object]


def check_on_try(on_try: OnTry | None) -> OnTry | None:
    """Return `on_try` if it can be called."""
    if on_try is None or callable(on_try):
        return on_try
    raise UsageError(f"on_try must be a function, not {type(on_try).__name__}")


class Observer(Protocol):
    """Sees every piece of work, every call and every try begin and end, in the caller's own task.

    What a `begin` returns is handed back where the same ends. `server` is a scheme and a host.
    """

    def begin_work(self, name: str, server: str) -> Any:
        """Note that a method of the client begins that makes several calls, such as `place_order`."""
        ...

    def end_work(self, work: Any, error: str | None) -> None:
        """Note that it ended, with the name of an error or without."""
        ...

    def begin_call(self, method: str, route: str, server: str) -> Any:
        """Note that a call begins."""
        ...

    def end_call(self, call: Any, outcome: int | str) -> None:
        """Note that it ended: with a status, or with the name of an error."""
        ...

    def begin_try(self, call: Any, attempt: int) -> Any:
        """Note that a try begins."""
        ...

    def end_try(self, begun: Any, outcome: int | str, status: int | None) -> None:
        """Note what came of it. `status` is the one on the wire, which can be another than what the answer means."""
        ...

    def leave(self, begun: Any) -> None:
        """Note that what the task does from here on is no part of a try, or of a piece of work, that has not ended."""
        ...

    def wait(self, call: Any, seconds: float) -> None:
        """Note that the call waits so long, because AEx asked for quiet or refuses connections."""
        ...


observers: tuple[Observer, ...] = ()


def install(observer: Observer) -> None:
    """Have `observer` see all calls of all clients from now on."""
    global observers  # noqa: PLW0603 - one for the process, as tracing is
    observers = (*observers, observer)


def uninstall(observer: Observer) -> None:
    """Have it see no more of the calls that are still to begin."""
    global observers  # noqa: PLW0603
    observers = tuple(each for each in observers if each is not observer)


class Watch:
    """One call and its tries, seen by everybody who watches."""

    def __init__(
        self,
        method: str = "",
        route: str = "",
        on_try: OnTry | None = None,
        calls: Sequence[tuple[Observer, Any]] = (),
    ) -> None:
        self._method = method
        self._route = route
        self._on_try = on_try
        self._calls = calls
        self._tries: list[tuple[Observer, Any]] = []
        self._attempt = 0
        self._begun = self._seconds = 0.0
        self._status: int | None = None
        self._parting = PARTING

    def begin_try(self, attempt: int, now: float) -> None:
        """Note that a try begins."""
        self._attempt, self._begun = attempt, now
        self._tries = []
        for observer, call in self._calls:
            begun = tell_observer(observer.begin_try, call, attempt)
            if begun is not None:
                self._tries.append((observer, begun))

    def leave_try(self, status: int | None, now: float) -> None:
        """Note that the exchange is over. What follows, such as asking for another token, is no part of the try."""
        self._seconds, self._status = now - self._begun, status
        for observer, begun in reversed(self._tries):
            tell_observer(observer.leave, begun)

    async def end_try(self, outcome: int | str, wait: float | None, *, cancelled: bool = False) -> None:
        """Note what came of the last try, unless that is noted already."""
        if not self._attempt:
            return
        attempt, self._attempt = self._attempt, 0
        for observer, begun in reversed(self._tries):
            tell_observer(observer.end_try, begun, outcome, self._status)
        if self._on_try is not None:
            ended = Try(self._method, self._route, attempt, self._seconds, outcome, wait)
            with anyio.CancelScope(
                shield=cancelled, deadline=anyio.current_time() + self._parting if cancelled else math.inf
            ):
                await tell_caller(self._on_try, ended)

    def fork(self) -> "Watch":
        """Return what watches a second try, made while the first is under way."""
        beside = Watch(self._method, self._route, self._on_try, self._calls)
        self._parting = beside._parting = PARTING / 2  # both are told of, one after the other
        return beside

    def wait(self, seconds: float) -> None:
        """Note that the call waits for quiet."""
        for observer, call in self._calls:
            tell_observer(observer.wait, call, seconds)

    def end(self, outcome: int | str) -> None:
        """Note that the call ended."""
        for observer, call in reversed(self._calls):
            tell_observer(observer.end_call, call, outcome)


class Nobody(Watch):
    """Watches nothing."""

    def begin_try(self, attempt: int, now: float) -> None:
        pass

    def leave_try(self, status: int | None, now: float) -> None:
        pass

    async def end_try(self, outcome: int | str, wait: float | None, *, cancelled: bool = False) -> None:
        pass

    def fork(self) -> Watch:
        return self


NOBODY: Final = Nobody()


def watch(method: str, path: str, server: str, on_try: OnTry | None) -> Watch:
    """Return what watches a call; where nobody does, that costs it nothing."""
    if on_try is None and not observers:
        return NOBODY
    route = find_route(path)
    calls: list[tuple[Observer, Any]] = []
    for observer in observers:
        call = tell_observer(observer.begin_call, method, route, server)
        if call is not None:
            calls.append((observer, call))
    return Watch(method, route, on_try, calls)


class Work:
    """A method of the client that makes several calls, seen by everybody who watches: around it, a `with` block."""

    def __init__(self, name: str, server: str) -> None:
        begun = [(observer, tell_observer(observer.begin_work, name, server)) for observer in observers]
        self._begun = [(observer, work) for observer, work in begun if work is not None]

    def leave(self) -> None:
        """Note that what this task does from here on is no part of the work, but tasks that it began go on with it."""
        for observer, work in reversed(self._begun):
            tell_observer(observer.leave, work)

    def end(self, error: str | None) -> None:
        """Note that it ended, with the name of an error or without."""
        for observer, work in reversed(self._begun):
            tell_observer(observer.end_work, work, error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(None if kind is None else name_error(kind))


def name_error(kind: type[BaseException]) -> str:
    """Return what an observer is told of an error: its name alone, the same on both event loops."""
    # Trio hands on a group where several tasks of one call were cancelled together.
    cancelled = kind is BaseExceptionGroup or kind.__name__ == "CancelledError"
    return "Cancelled" if cancelled else kind.__name__


def tell_observer(ask: Callable[..., Any], *facts: Any) -> Any:
    """Tell an observer, of which no fault becomes the call's either; `None` if it had one."""
    try:
        return ask(*facts)
    except Exception:
        log.exception("an observer raised, and the call goes on")
        return None


async def tell_caller(on_try: OnTry, ended: Try) -> None:
    """Tell the caller's function, of which no fault becomes the call's."""
    try:
        heard = on_try(ended)
        if isinstance(heard, Awaitable):  # a plain function may return what it likes, as a mock does
            await heard
    except Exception:
        log.exception("on_try raised, and the call goes on")
    except BaseException as error:
        if is_stray(error):
            log.exception("on_try waited for something that was cancelled, and the call goes on")
            return
        raise
