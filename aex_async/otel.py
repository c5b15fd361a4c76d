"""OpenTelemetry: spans and metrics of what every client of this process does.

::

    from aex_async import otel

    otel.instrument()  # once, where the process starts

It needs the extra: `pip install 'aex-async[otel]'`. A method that makes several calls, such as `place_order` or
`get_premises`, is a span with its calls beneath it; each call is a span, and so is each of its tries, of kind CLIENT by
the semantic conventions for HTTP. What watches httpx or aiohttp itself is told to pass over these tries, so that none
is counted twice. Metrics, all with `server.address`:

    http.client.request.duration    seconds of a try
    aex.client.call.duration        seconds of a call, its tries and waits included
    aex.client.operation.duration   seconds of a method that makes several calls, with its name, `aex.operation`
    aex.client.quiet.duration       seconds for which a call waits because AEx asked for quiet or refuses connections
    aex.client.lanes.in_use         connections in use, of the `max_connections` of each client

Of what a call asks and is answered there are its route without ids, its status and the name of its error: no query, no
id, no e-mail, no token, and no text of an error. Nothing is added to what goes to AEx, which gets no trace context.
"""

import math
import time
from collections import Counter
from collections.abc import Iterable
from contextvars import Token
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from aex_async._http import observing
from aex_async._version import __version__

try:
    from opentelemetry import context, metrics, trace

    # Private by name, but what every instrumentation of an HTTP library looks for.
    from opentelemetry.context import (
        _SUPPRESS_HTTP_INSTRUMENTATION_KEY as SUPPRESS_HTTP,  # pyright: ignore[reportPrivateUsage]
    )
    from opentelemetry.context import Context
    from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation
    from opentelemetry.trace import SpanKind, StatusCode, TracerProvider
except ImportError as _error:
    raise ImportError("aex_async.otel needs OpenTelemetry: pip install 'aex-async[otel]'") from _error

__all__ = ["instrument", "uninstrument"]

# The SDK's own are meant for milliseconds. These are the conventions', and as far again as an order can take.
BOUNDARIES: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0, 240.0)
LINKED_EVERY = 1.0  # seconds
REFUSED = 400  # the first status that is an error

_PORTS: Final = {"http": 80, "https": 443}

_KNOWN: Final = 512  # routes and outcomes that are kept described; those of a user's own paths may be without number

_NOWHERE: Final = trace.set_span_in_context(trace.INVALID_SPAN, Context())
"""A context of no span. If it were empty, the SDK would take the current one, and link each measurement to that."""

Attributes: TypeAlias = dict[str, str | int]


def instrument(tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None) -> None:
    """Make spans and metrics of every call that begins from now on, of any client in this process.

    Without providers they go to those that are set for the process, even if that is done later. Called again, it takes
    the place of the first time.
    """
    uninstrument()
    _installed.append(_Telemetry(tracer_provider, meter_provider))
    observing.install(_installed[-1])


def uninstrument() -> None:
    """Make none of the calls that begin from now on."""
    while _installed:
        observing.uninstall(_installed.pop())
    for known in (_find_route, _find_work):
        known.cache_clear()  # whoever is told next has not been told of any call


# Spans and metrics are told of the same few things again and again: each is written down once, and shared.


@lru_cache(_KNOWN)
def _describe_server(server: str) -> Attributes:
    """Return what is known of a server, which is a scheme and a host."""
    parts = urlsplit(server)
    return {"server.address": parts.hostname or "", "server.port": parts.port or _PORTS.get(parts.scheme, 0)}


class _Subject:
    """What periods are about: a route of a server, or a method of the client."""

    def __init__(self, name: str, server: str, attributes: Attributes) -> None:
        self.name = name
        self.server = server
        self.attributes = {**attributes, **_describe_server(server)}
        self._outcomes: dict[tuple[int | None, str | None], Attributes] = {}
        self._linked_at = -math.inf
        self._slowest = 0.0  # of those that were linked since then

    def is_remarkable(self, now: float, seconds: float) -> bool:
        """Whether a period is to be linked to its trace: one each second, and whichever took longer than that one.

        The SDK takes half as long again for a measurement that links to a span, and keeps one for each bucket and
        export.
        """
        if now < self._linked_at + LINKED_EVERY and seconds <= self._slowest:
            return False
        self._linked_at, self._slowest = now, seconds
        return True

    def describe(self, status: int | None, error: str | None) -> Attributes:
        """Return what a metric is told of a period that ended so."""
        found = self._outcomes.get((status, error))
        if found is None:
            found = self._outcomes[status, error] = {**self.attributes, **_describe_end(status, error)}
        return found


def _describe_end(status: int | None, error: str | None) -> Attributes:
    found: Attributes = {} if status is None else {"http.response.status_code": status}
    return found if error is None else {**found, "error.type": error}


@lru_cache(_KNOWN)
def _find_route(method: str, route: str, server: str) -> _Subject:
    return _Subject(f"{method} {route}", server, {"http.request.method": method, "url.template": route})


@lru_cache(_KNOWN)
def _find_work(name: str, server: str) -> _Subject:
    return _Subject(name, server, {"aex.operation": name})


class _Period:
    """An operation, a call or a try, as a span and as what a metric is told of it."""

    __slots__ = ("_begun", "_ended", "_now", "_token", "call", "inside", "span", "status", "subject")

    def __init__(self, span: trace.Span, subject: _Subject, inside: Context, call: "_Period | None" = None) -> None:
        self.span = span
        self.subject = subject
        self.inside = inside
        self.call = call  # which a try is one of
        self.status: int | None = None
        self._ended: int | None = None
        self._begun = self._now = time.perf_counter()
        self._token: Token[Context] | None = context.attach(inside)

    def leave(self) -> None:
        """Have the task go on in the context that it came from."""
        token, self._token = self._token, None
        # A coroutine that nobody finished is closed wherever the collector runs: that context is not ours to change.
        if token is not None and context.get_current() is self.inside:
            context.detach(token)

    def stop(self) -> None:
        """Take the time."""
        self._now, self._ended = time.perf_counter(), time.time_ns()

    def end(self, error: str | None, histogram: metrics.Histogram) -> None:
        """End the span and count it."""
        if self._token is not None:
            self.leave()
        if self._ended is None:
            self.stop()
        span, status, subject = self.span, self.status, self.subject
        recording = span.is_recording()
        if recording:  # not sampled, it takes none
            if error is not None:
                span.set_attribute("error.type", error)
                span.set_status(StatusCode.ERROR)
            if status is not None:
                span.set_attribute("http.response.status_code", status)
        span.end(self._ended)
        seconds = self._now - self._begun
        # Exemplars link a measurement to the trace of a call: its span has those of its tries beneath it.
        linked = recording and self.call is None and (error is not None or subject.is_remarkable(self._now, seconds))
        histogram.record(seconds, subject.describe(status, error), self.inside if linked else _NOWHERE)


class _Telemetry:
    """An observer that makes spans and metrics of what it sees."""

    def __init__(self, tracer_provider: TracerProvider | None, meter_provider: MeterProvider | None) -> None:
        self._tracer = trace.get_tracer("aex_async", __version__, tracer_provider)
        meter = metrics.get_meter("aex_async", __version__, meter_provider)

        def measure(name: str, what: str) -> metrics.Histogram:
            return meter.create_histogram(name, "s", what, explicit_bucket_boundaries_advisory=BOUNDARIES)

        self._tries = measure("http.client.request.duration", "Duration of HTTP client requests.")
        self._calls = measure("aex.client.call.duration", "Duration of calls, their tries and waits included.")
        self._works = measure("aex.client.operation.duration", "Duration of methods that make several calls.")
        self._waits = measure("aex.client.quiet.duration", "Waits because AEx asked for quiet or refuses connections.")
        # Asked when metrics are read: told with each try, it would cost as much as that try's span.
        meter.create_observable_up_down_counter("aex.client.lanes.in_use", [_observe], "{lane}", "Connections in use.")
        # Clients of several threads write here, in single steps: a lock for each try would cost more.
        self._servers: set[str] = set()
        self._under_way: set[_Period] = set()

    def begin_work(self, name: str, server: str) -> _Period:
        """Begin the span of a method that makes several calls."""
        return self._begin(_find_work(name, server), context.get_current())

    def end_work(self, work: _Period, error: str | None) -> None:
        """End it."""
        work.end(error, self._works)

    def begin_call(self, method: str, route: str, server: str) -> _Period:
        """Begin the span of a call."""
        return self._begin(_find_route(method, route, server), context.get_current())

    def end_call(self, call: _Period, outcome: int | str) -> None:
        """End it."""
        call.end(outcome if isinstance(outcome, str) else None, self._calls)

    def begin_try(self, call: _Period, attempt: int) -> _Period:
        """Begin the span of a try: beneath the call, also where it is made beside an earlier one."""
        above = context.set_value(SUPPRESS_HTTP, True, call.inside)  # noqa: FBT003
        begun = self._begin(call.subject, above, SpanKind.CLIENT, call)
        if attempt > 1:
            begun.span.set_attribute("http.request.resend_count", attempt - 1)
        self._servers.add(call.subject.server)
        self._under_way.add(begun)
        return begun

    def leave(self, begun: _Period) -> None:
        """Have the task go on outside of a try, whose lane is free again, or of an operation."""
        begun.leave()
        if begun.call is not None:  # an operation goes on, wherever its tasks are
            begun.stop()
            self._under_way.discard(begun)

    def end_try(self, begun: _Period, outcome: int | str, status: int | None) -> None:
        """End the span of a try."""
        begun.status = (begun.call or begun).status = status
        # An error under the status of a success is an error, and the status that of the wire.
        good = isinstance(outcome, int) and outcome < REFUSED
        begun.end(None if good else str(outcome), self._tries)

    def wait(self, call: _Period, seconds: float) -> None:
        """Count a wait."""
        self._waits.record(seconds, call.subject.attributes)

    def observe_lanes(self) -> list[Observation]:
        """Return how many lanes are in use at this moment, by server."""
        counts = Counter(dict.fromkeys(self._servers.copy(), 0))
        counts.update(begun.subject.server for begun in self._under_way.copy())
        return [Observation(count, _describe_server(server)) for server, count in counts.items()]

    def _begin(
        self, subject: _Subject, above: Context, kind: SpanKind = SpanKind.INTERNAL, call: _Period | None = None
    ) -> _Period:
        span = self._tracer.start_span(subject.name, above, kind, subject.attributes)
        return _Period(span, subject, trace.set_span_in_context(span, above), call)


_installed: list[_Telemetry] = []


def _observe(options: CallbackOptions) -> Iterable[Observation]:
    """Tell a reader of metrics what is in use: of a meter's two instruments of one name, only the first is asked."""
    del options
    return [each for telemetry in _installed for each in telemetry.observe_lanes()]
