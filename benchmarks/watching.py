"""What it costs a call to be watched: by nobody, by OpenTelemetry, and by the same spans written by hand."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio

from aex_async._http import observing
from benchmarks.calls import call_in_turn
from benchmarks.lines import Line, Scale, Target, clock_cpu, divide, interleave_async
from benchmarks.peers import Fetch, import_peer, open_ours
from benchmarks.server import serve

GROUP = "watching"

PLACE = {"server.address": "127.0.0.1", "server.port": 80}
ROUTE = {"http.request.method": "GET", "url.template": "/premises/{id}", **PLACE}  # as ours: each costs the SDK as much
ANSWERED = {**ROUTE, "http.response.status_code": 200}
STATUS = "http.response.status_code"

ROUNDS = 12  # of short blocks for each of the scale's: one block differs from the next by more than is to be measured


async def meet_nobody(count: int) -> None:
    """Pass all places at which a call could be watched, so many times."""
    for _ in range(count):
        watch = observing.watch("GET", "/premises/P1", "http://127.0.0.1", None)
        watch.begin_try(1, 0.0)
        watch.leave_try(200, 0.0)
        await watch.end_try(200, None)
        watch.end(200)


class Sdk:
    """OpenTelemetry's own SDK, with an exporter that throws away what it is given."""

    def __init__(self) -> None:
        export = import_peer("opentelemetry.sdk.trace.export")

        def throw_away(*_: object) -> Any:
            return export.SpanExportResult.SUCCESS

        exporter = type("Nowhere", (export.SpanExporter,), {"export": throw_away})
        self.tracers = import_peer("opentelemetry.sdk.trace").TracerProvider()
        self.tracers.add_span_processor(export.BatchSpanProcessor(exporter(), max_queue_size=100_000))
        reader = import_peer("opentelemetry.sdk.metrics.export").InMemoryMetricReader()
        self.meters = import_peer("opentelemetry.sdk.metrics").MeterProvider([reader])
        self.otel = import_peer("aex_async.otel")

    async def watch(self, work: Callable[[], Awaitable[object]]) -> float:
        """Return the CPU that `work` takes while it is watched."""
        self.otel.instrument(self.tracers, self.meters)
        try:
            return await clock_cpu(work)
        finally:
            self.otel.uninstrument()

    def span_alone(self, fetch: Fetch) -> Fetch:
        """Return `fetch` within the least that makes two spans: neither is the current one, and nothing is measured."""
        tracer, set_span = self.tracers.get_tracer("alone"), import_peer("opentelemetry.trace").set_span_in_context

        async def fetch_seen(premise_id: str) -> Any:
            call = tracer.start_span("GET", attributes=ROUTE)
            one = tracer.start_span("GET", set_span(call), attributes=ROUTE)
            answer = await fetch(premise_id)
            for span in (one, call):
                span.set_attribute(STATUS, 200)
                span.end()
            return answer

        return fetch_seen

    def write_by_hand(self, fetch: Fetch) -> Fetch:
        """Return `fetch` within two spans and two measurements, as anybody would write them."""
        tracer, meter = self.tracers.get_tracer("by hand"), self.meters.get_meter("by hand")
        bounds = self.otel.BOUNDARIES
        calls, tries = (meter.create_histogram(name, explicit_bucket_boundaries_advisory=bounds) for name in "ab")

        async def fetch_seen(premise_id: str) -> Any:
            begun = time.perf_counter()
            with (
                tracer.start_as_current_span("GET", attributes=ROUTE) as call,
                tracer.start_as_current_span("GET", attributes=ROUTE) as one,
            ):
                answer = await fetch(premise_id)
                one.set_attribute(STATUS, 200)
                call.set_attribute(STATUS, 200)
            tries.record(time.perf_counter() - begun, ANSWERED)
            calls.record(time.perf_counter() - begun, ANSWERED)
            return answer

        return fetch_seen

    def close(self) -> None:
        """End its threads."""
        self.tracers.shutdown()
        self.meters.shutdown()


async def compare(base_url: str, scale: Scale) -> dict[str, list[float]]:
    """Return the CPU of a block of calls, watched in each way, and of passing so many calls that nobody watches."""
    block = scale.calls // 4
    async with open_ours(base_url, 20) as fetch:
        await call_in_turn(fetch, 20)
        plain = partial(call_in_turn, fetch, block)
        runs = {"plain": partial(clock_cpu, plain), "nobody": partial(clock_cpu, partial(meet_nobody, block))}
        try:
            sdk = Sdk()
        except ImportError:
            return await interleave_async(ROUNDS * scale.rounds, runs)
        runs["seen"] = partial(sdk.watch, plain)
        for name, wrap in (("by hand", sdk.write_by_hand), ("alone", sdk.span_alone)):
            runs[name] = partial(clock_cpu, partial(call_in_turn, wrap(fetch), block))
        try:
            return await interleave_async(ROUNDS * scale.rounds, runs)
        finally:
            sdk.close()


def measure(scale: Scale) -> list[Line]:
    """Return the lines of being watched."""
    with serve() as base_url:
        cpu = anyio.run(compare, base_url, scale)
    none = "" if "seen" in cpu else "opentelemetry-sdk: not installed"
    seen, by_hand, alone = (
        divide(cpu[name], cpu["plain"]) if name in cpu else () for name in ("seen", "by hand", "alone")
    )
    return [
        Line(
            GROUP,
            "CPU of the places at which nobody watches, of that of a call",
            Target(0.01),
            divide(cpu["nobody"], cpu["plain"]),
            "0 x: no such places",
        ),
        Line(
            GROUP,
            "CPU of a call that OpenTelemetry's SDK is told of, against one that nobody watches",
            Target(1.15),
            seen,
            "the last line, which is above the target: the SDK's two spans, before it measures anything",
            note=none,
        ),
        Line(
            GROUP,
            "CPU of a call within two spans and two measurements by hand, against one that nobody watches",
            None,
            by_hand,
            "the next line, and what the SDK takes for two measurements",
            note=none,
        ),
        Line(
            GROUP,
            "CPU of a call within two spans alone, with the same attributes, against one that nobody watches",
            None,
            alone,
            "1 x: the SDK makes and exports both, in pure Python",
            note=none,
        ),
    ]
