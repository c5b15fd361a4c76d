"""The connections of a client: a fixed number of lanes, each good for one request at a time.

A lane is both a place in the queue and a connection. httpx's pool, asked by many tasks at once, costs as much as
the requests themselves, and a storm of cancellations leaves it stuck for good. A pool of one connection behind
each lane has neither fault: whoever holds the lane is alone with it.
"""

import logging
import time
from collections.abc import Callable

import anyio

from aex_async._http.callers_pool import free_place
from aex_async._http.engines import Engine, Transport
from aex_async._http.head_guard import Ear, is_clean
from aex_async._http.idle_connections import KEEP_ALIVE, Reaper
from aex_async._http.request import KeptConnectionError, PreparedRequest, Trace
from aex_async._http.responses import Answer
from aex_async._http.retry_policy import Failure
from aex_async._http.second_try import HEDGE, AnsweredElsewhereError, Hedge, OuterHedge
from aex_async._http.wire import explain, find_network_fault, receive

log = logging.getLogger("aex_async")

PARTING = 2.0  # seconds that a transport of the caller's has to close


def listen_to(transport: Transport) -> Ear:
    # httpx puts httpcore off until a transport is made, and with it trio where that is installed: together they would
    # take a third of the time that importing this package takes.
    from aex_async._http.guarded_stream import listen  # noqa: PLC0415

    return listen(transport)


class Lane:
    """The right to have one request on its way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.idle_since = 0.0
        self.open = False

    async def exchange(
        self, request: PreparedRequest, trace: Trace, *, fresh: bool, second: Hedge | None = None
    ) -> Answer | Failure:
        """Send `request` and return its whole answer, or why there is none.

        With `fresh` it goes out on a connection of its own; without, once more if the server closed a kept one at that
        moment. Only what a network or a server does wrong becomes a `Failure`; anything else that a transport raises is
        a mistake in the transport, and passes. The connections are those of a client or transport of the caller's,
        which decides itself when it opens one: a write only ever refuses one that is kept.
        """
        again = not fresh
        if self._engine.counts_sendings:
            trace.accept_kept()
        if second is not None and self._engine.listens:
            request.extensions[HEDGE], second = second, None
        while True:
            outcome: Answer | Failure | None = None
            beside = OuterHedge(second)
            try:
                with beside:
                    outcome = await receive(await self._engine.send(request, None), trace, shared=True)
            except KeptConnectionError:  # it is closed now, and nothing was sent
                await beside.stop()  # on trio, it waits for its time wherever the first has gone
                continue
            except AnsweredElsewhereError as elsewhere:
                outcome = elsewhere.answer
            except Exception as error:
                fault = find_network_fault(error)
                await self._end_try(request, trace, None if fault else beside)
                if fault is None:
                    raise
                outcome = explain(fault, trace)
            except BaseException:
                await self._end_try(request, trace, beside)
                raise
            outcome = await beside.settle(outcome)
            if not (again and isinstance(outcome, Failure) and outcome.stale):
                return outcome
            again = False
            trace.refuse_kept()

    async def _end_try(self, request: PreparedRequest, trace: Trace, beside: OuterHedge | None) -> None:
        """Leave nothing of a try that failed, nor `beside`, its second try, if nobody needs that any more."""
        if beside is not None:
            await beside.stop()
        if trace.left_open:  # httpcore forgets it if a SOCKS proxy refuses, or in its TLS handshake
            await close(trace)
        if trace.unused is not None:
            await free_place(self._engine.find_transport(request), trace.unused)

    def distrust(self) -> None:
        """Let the connection carry nothing more, if it is ours: it brought the answer to another question."""

    async def aclose(self) -> None:
        """Close the connection for good, if it is ours."""

    def detach(self) -> Transport | None:
        """Return the connection, for whoever closes it, and go on with a new one."""

    def abandon(self) -> None:
        """Close the connection without waiting, for a client that nobody closed."""


class OwnLane(Lane):
    """The right to have one request on its way, and the connection that it goes by."""

    def __init__(self, engine: Engine, open_one: Callable[[], Transport]) -> None:
        super().__init__(engine)
        self._open_one = open_one
        self._transport: Transport | None = None
        self._ear = Ear()
        self._distrusted = False

    async def exchange(
        self, request: PreparedRequest, trace: Trace, *, fresh: bool, second: Hedge | None = None
    ) -> Answer | Failure:
        """As over any lane; the connection is kept for the next request only after a whole answer."""
        again = not fresh
        while True:
            keep = False
            outcome: Answer | Failure
            try:
                if self.open and (fresh or self._distrusted):
                    await self._renew()
                transport = self._transport or self._make(trace)
                self.open = True
                self._ear.second = second
                outcome = await receive(await self._engine.send(request, transport), trace)
                whole = outcome.flaw is None and not outcome.ambiguous and is_clean(transport)
                keep = whole and not fresh and not self._distrusted
            except AnsweredElsewhereError as elsewhere:
                outcome = elsewhere.answer
            except Exception as error:
                fault = find_network_fault(error)
                if fault is None:
                    raise
                outcome = explain(fault, trace)
            finally:
                self._ear.second = None
                if not keep:
                    await self._renew(trace)
            if not (again and isinstance(outcome, Failure) and outcome.stale):
                return outcome
            again = False

    def distrust(self) -> None:
        """Let the connection carry nothing more; whoever uses the lane next, or finds it idle, closes it."""
        self._distrusted = self.open  # one that is closed by now gave way to another, which is as good as any

    def _make(self, trace: Trace) -> Transport:
        """Make the transport as late as its first request: httpcore is imported then, from files as any module is."""
        try:
            self._transport = made = self._open_one()
            self._ear = listen_to(made)
        except OSError:
            trace.traced = True  # nothing leaves, by our own word
            raise
        return made

    async def _renew(self, *traces: Trace) -> None:
        await close(self.detach(), *traces)

    def detach(self) -> Transport | None:
        """Return the connection, for whoever closes it, and go on with a new one."""
        old, self._transport = self._transport, None
        self.open = self._distrusted = False
        self._ear = Ear()
        return old

    async def aclose(self) -> None:
        """Close the connection for good."""
        await close(self._transport)

    def abandon(self) -> None:
        """Close the connection without waiting, for a client that nobody closed."""
        stream, self._ear.stream = self._ear.stream, None
        if stream is None:
            return
        closing = stream.aclose()
        try:  # it closes its socket before it first waits, and asyncio has nothing to complain of then
            closing.send(None)
        except (StopIteration, RuntimeError, OSError):
            return  # closed, or its event loop is
        closing.close()


def make_lane(engine: Engine) -> Lane:
    """Return a lane of an engine, with a connection of its own where the connections are ours."""
    return Lane(engine) if engine.open is None else OwnLane(engine, engine.open)


async def close(*resources: Transport | Trace | None) -> None:
    """Close what there is of `resources`, even for a call that is being cancelled."""
    with anyio.CancelScope(shield=True):
        for resource in [each for each in resources if each is not None]:
            await resource.aclose()
        await anyio.lowlevel.checkpoint()  # asyncio lets go of a socket only one step after it was closed


class Waiter:
    def __init__(self) -> None:
        self.ready = anyio.Event()
        self.lane: Lane | None = None


class Lanes:
    """As many lanes as a client may have requests in flight, handed out first come, first served."""

    def __init__(self, size: int, engine: Engine) -> None:
        self._size = min(size, engine.width or size)
        self._narrow = engine.width is not None and engine.width < 2 * self._size  # not two for each call
        self._engine = engine
        self._made = 0
        self._free: list[Lane] = []
        self._waiting: dict[Waiter, None] = {}
        self._reaper = Reaper(self.close_idle)

    @property
    def busy(self) -> int:
        """How many lanes are in use."""
        return self._made - len(self._free)

    async def take(self) -> Lane:
        """Return a lane, the one last used if there is a choice; wait for one if all are in use."""
        if self._free:
            return self._free.pop()
        if self._made < self._size:
            lane = make_lane(self._engine)
            self._made += 1
            return lane
        return await self._queue()

    async def _queue(self) -> Lane:
        waiter = Waiter()
        self._waiting[waiter] = None
        try:
            await waiter.ready.wait()
        except BaseException:
            self._waiting.pop(waiter, None)
            if waiter.lane is not None:  # handed over in the very moment of the cancellation
                self.put(waiter.lane)
            raise
        return waiter.lane  # type: ignore[return-value]

    def put(self, lane: Lane) -> None:
        """Give a lane back: to whoever has waited longest, if anybody has."""
        if self._waiting:
            waiter = next(iter(self._waiting))
            del self._waiting[waiter]
            waiter.lane = lane
            waiter.ready.set()
            return
        self._free.append(lane)
        if lane.open:
            lane.idle_since = time.monotonic()
            self._reaper.wake()

    async def take_beside(self) -> Lane:
        """Return a lane for a second try, while the first has its own still: one more, where there is room for it.

        Without room in the caller's pool it waits for one of the others, for within that pool nobody may wait.
        """
        return await self.take() if self._narrow else make_lane(self._engine)

    async def put_beside(self, lane: Lane) -> None:
        """Give it back, or close its connection."""
        if self._narrow:
            self.put(lane)
        else:
            await lane.aclose()

    async def close_idle(self, after: float = KEEP_ALIVE) -> bool:
        """Close connections that were not used for `after` seconds; return whether others are still kept."""
        then = time.monotonic() - after
        idle = [lane.detach() for lane in self._free if lane.open and lane.idle_since <= then]
        await close(*idle)
        return any(lane.open for lane in self._free)

    def abandon(self) -> None:
        """Close what a client leaves behind that nobody closed."""
        self._reaper.stop()
        for lane in self._free:
            lane.abandon()

    async def aclose(self) -> None:
        """Close the connections of all lanes that are not in use."""
        self._reaper.stop()
        while self._free:
            self._made -= 1
            await self._free.pop().aclose()
        with anyio.move_on_after(PARTING, shield=True) as scope:
            await self._engine.aclose()
            await anyio.lowlevel.checkpoint()  # as in `close`, whose shield would hold the limit off
        if scope.cancelled_caught:
            log.warning("the transport did not close within %s s, and was left", PARTING)
