"""OpenTelemetry's own SDK is given one span for each call and each try, true figures, and nobody's data."""

import contextvars
import subprocess
import sys
from collections.abc import Generator, Iterator
from typing import Any

import anyio
import httpx
import pytest
from attrs import frozen
from opentelemetry import trace
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult
from opentelemetry.trace import SpanKind, StatusCode

from aex_async import AExError, AsyncAExClient, Order, errors, otel
from aex_async.aiohttp_transport import AiohttpTransport
from aex_async.sandbox import Sandbox
from telemetry.journey import NEW, SECRETS, TOKEN, travel
from tests.servers import Action, answer, connect, find_closed_port, serve, stay_silent
from tests.timing import until

PREMISE = answer(b'{"id": "P1"}')
BUSY = answer(b"", "503 Busy", "Retry-After: 0")


@frozen
class Seen:
    """What was recorded, and the providers that recorded it."""

    exporter: InMemorySpanExporter
    reader: InMemoryMetricReader
    tracers: TracerProvider
    meters: MeterProvider

    @property
    def spans(self) -> list[Any]:
        return list(self.exporter.get_finished_spans())

    def pick(self, kind: SpanKind) -> list[Any]:
        return [span for span in self.spans if span.kind is kind]

    def measure(self, name: str) -> list[Any]:
        data = self.reader.get_metrics_data()
        assert data is not None
        metrics = [m for r in data.resource_metrics for scope in r.scope_metrics for m in scope.metrics]
        return [point for metric in metrics if metric.name == name for point in metric.data.data_points]


@pytest.fixture
def seen() -> Iterator[Seen]:
    exporter, reader, tracers = InMemorySpanExporter(), InMemoryMetricReader(), TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    found = Seen(exporter, reader, tracers, MeterProvider([reader]))
    otel.instrument(tracers, found.meters)
    yield found
    otel.uninstrument()
    found.meters.shutdown()


def is_child(span: ReadableSpan, parent: ReadableSpan) -> bool:
    return span.parent is not None and span.parent == parent.get_span_context()


async def test_a_call_is_a_span_with_one_for_each_try_beneath(seen: Seen) -> None:
    async with connect(BUSY, PREMISE) as (aex, server):
        await aex.get_premise("P1")
    first, second, call = seen.spans
    port = int(server.url.rpartition(":")[2])
    about = {
        "http.request.method": "GET",
        "url.template": "/premises/{id}",
        "server.address": "127.0.0.1",
        "server.port": port,
    }
    assert {span.name for span in seen.spans} == {"GET /premises/{id}"}
    assert first.attributes == {**about, "http.response.status_code": 503, "error.type": "503"}
    assert second.attributes == {**about, "http.response.status_code": 200, "http.request.resend_count": 1}
    assert call.attributes == {**about, "http.response.status_code": 200}
    assert [span.kind for span in seen.spans] == [SpanKind.CLIENT, SpanKind.CLIENT, SpanKind.INTERNAL]
    assert [span.status.status_code for span in seen.spans] == [StatusCode.ERROR, StatusCode.UNSET, StatusCode.UNSET]
    assert is_child(first, call)
    assert is_child(second, call)
    assert (
        call.start_time <= first.start_time <= first.end_time <= second.start_time <= second.end_time <= call.end_time
    )


async def test_a_call_is_part_of_the_callers_own_span_and_leaves_it_current(seen: Seen) -> None:
    with seen.tracers.get_tracer("caller").start_as_current_span("request") as outer:
        async with connect(PREMISE) as (aex, _):
            await aex.get_premise("P1")
        assert trace.get_current_span() is outer
    *_, call, request = seen.spans
    assert is_child(call, request)


async def test_metrics_count_calls_tries_waits_and_lanes(seen: Seen) -> None:
    async with connect(answer(b"", "503 Busy", "Retry-After: 0.1"), PREMISE, attempts=2) as (aex, _):
        await aex.get_premise("P1")
    (call,) = seen.measure("aex.client.call.duration")
    tries = seen.measure("http.client.request.duration")
    (wait,) = seen.measure("aex.client.quiet.duration")
    (lanes,) = seen.measure("aex.client.lanes.in_use")
    assert (call.count, call.attributes["url.template"]) == (1, "/premises/{id}")
    assert {point.attributes["http.response.status_code"]: point.count for point in tries} == {503: 1, 200: 1}
    assert wait.count >= 1
    assert 0.05 < wait.sum <= call.sum
    assert call.explicit_bounds == otel.BOUNDARIES
    assert lanes.value == 0
    assert set(lanes.attributes) == {"server.address", "server.port"}


async def test_a_call_is_linked_to_its_trace(seen: Seen) -> None:
    async with connect(PREMISE) as (aex, _):
        await aex.get_premise("P1")
    (measured,), (call,) = seen.measure("aex.client.call.duration"), seen.pick(SpanKind.INTERNAL)
    assert [exemplar.trace_id for exemplar in measured.exemplars] == [call.context.trace_id]


async def test_a_try_is_linked_to_no_trace_for_its_call_is(seen: Seen) -> None:
    async with connect(BUSY, PREMISE) as (aex, _):
        await aex.get_premise("P1")
    tries = seen.measure("http.client.request.duration")
    assert [len(point.exemplars) for point in tries] == [0, 0]


async def test_a_call_is_never_linked_to_the_callers_own_span(seen: Seen) -> None:
    with seen.tracers.get_tracer("caller").start_as_current_span("request") as outer:
        async with connect(*[PREMISE] * 5) as (aex, _):
            for _ in range(5):
                await aex.get_premise("P1")
    (measured,) = seen.measure("aex.client.call.duration")
    linked = {exemplar.span_id for exemplar in measured.exemplars}
    assert linked
    assert outer.get_span_context().span_id not in linked


class AllButTheFirst(Sampler):
    """Leaves out the first trace of all."""

    asked = 0

    def should_sample(self, parent_context: Any, trace_id: int, name: str, *_: Any, **__: Any) -> SamplingResult:
        del parent_context, trace_id, name
        self.asked += 1
        return SamplingResult(Decision.DROP if self.asked == 1 else Decision.RECORD_AND_SAMPLE)

    def get_description(self) -> str:
        return "all but the first"


async def test_a_call_that_is_not_sampled_takes_no_other_call_s_link(seen: Seen) -> None:
    otel.uninstrument()
    otel.instrument(TracerProvider(sampler=ParentBased(AllButTheFirst())), seen.meters)
    async with connect(PREMISE, PREMISE) as (aex, _):
        for _ in range(2):
            await aex.get_premise("P1")
    (measured,) = seen.measure("aex.client.call.duration")
    assert (measured.count, len(measured.exemplars)) == (2, 1)


def test_of_many_calls_one_a_second_is_linked_and_whichever_takes_longer() -> None:
    subject = otel._Subject("GET /x", "http://h", {})  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
    calls = [(10.0, 0.5), (10.5, 0.5), (10.6, 0.7), (11.5, 0.6), (11.7, 0.1)]
    assert [subject.is_remarkable(now, seconds) for now, seconds in calls] == [True, False, True, False, True]


async def test_lanes_in_use_are_those_of_calls_under_way(seen: Seen) -> None:
    async with (
        connect(stay_silent, timeout=None, max_connections=3) as (aex, _),
        anyio.create_task_group() as group,
    ):
        for _ in range(5):
            group.start_soon(aex.get_premise, "P1")
        await until(lambda: aex.in_flight == 3)
        (lanes,) = seen.measure("aex.client.lanes.in_use")
        assert lanes.value == 3
        group.cancel_scope.cancel()
    (lanes,) = seen.measure("aex.client.lanes.in_use")
    assert lanes.value == 0
    assert {span.attributes["error.type"] for span in seen.pick(SpanKind.INTERNAL)} == {"Cancelled"}
    assert {span.attributes["error.type"] for span in seen.pick(SpanKind.CLIENT)} == {"it was cut short"}


async def test_an_order_is_the_parent_of_all_that_it_sends(seen: Seen) -> None:
    sandbox = Sandbox(token=TOKEN)
    async with AsyncAExClient(TOKEN, transport=sandbox.transport()) as aex:
        row = await anext(aex.predefined_premises("Pompano Place"))
        product = (await aex.available_products(-29.7852390438, 30.9828323552))[0]
        seen.exporter.clear()
        await aex.place_order(Order(customer=NEW, premise_guid=row.guid, product_id=product.id), patience=5)
    order = seen.spans[-1]
    assert order.name == "place_order"
    assert order.attributes["aex.operation"] == "place_order"
    calls = seen.pick(SpanKind.INTERNAL)[:-1]
    assert "POST /services/full" in {span.name for span in calls}
    assert all(is_child(span, order) for span in calls)
    assert {span.context.trace_id for span in seen.spans} == {order.context.trace_id}


@pytest.mark.parametrize("streamed", [False, True])
async def test_bulk_look_ups_are_the_parent_of_theirs_and_of_nothing_else(seen: Seen, *, streamed: bool) -> None:
    async with connect(PREMISE) as (aex, _):
        if streamed:
            async with aex.lookups(aex.get_premise, ["P1", "p1"]) as stream:
                before = trace.get_current_span()
                assert len([lookup async for lookup in stream if lookup.value]) == 2
            assert before is trace.INVALID_SPAN
        else:
            assert len((await aex.get_premises(["P1", "p1"])).found) == 2
        await aex.get_premise("P1")
    *inner, alone = seen.pick(SpanKind.INTERNAL)
    bulk = inner.pop()
    assert bulk.name == ("lookups" if streamed else "get_premises")
    assert [is_child(span, bulk) for span in inner] == [True, True]
    assert alone.parent is None


async def test_a_stream_that_ends_with_an_error_names_it(seen: Seen) -> None:
    async with connect(PREMISE) as (aex, _):
        with pytest.raises(ZeroDivisionError):
            async with aex.lookups(aex.get_premise, ["P1"]):
                raise ZeroDivisionError
    assert seen.spans[-1].attributes["error.type"] == "ZeroDivisionError"


@pytest.mark.parametrize(
    ("script", "tried", "failed"),
    [
        (answer(b"{}", "404 Not Found"), "404", "NotFoundError"),
        (answer(b"[]"), None, None),
        (stay_silent, "it was cut short", "DeadlineError"),
    ],
)
@pytest.mark.in_no_time
async def test_an_error_is_named_and_quoted_nowhere(
    seen: Seen, script: Action, tried: str | None, failed: str | None
) -> None:
    async with connect(script, attempts=1, timeout=0.3) as (aex, _):
        with pytest.raises(AExError):
            await aex.get_premise("P1")
    one, call = seen.spans
    assert one.attributes.get("error.type") == tried
    assert call.attributes.get("error.type") == failed
    assert [(span.events, span.status.description) for span in seen.spans] == [((), None)] * 2


async def test_the_status_is_that_of_the_wire_and_the_error_what_it_means(seen: Seen) -> None:
    async with connect(answer(b'{"errors": ["none"], "code": 404}'), attempts=1) as (aex, _):
        with pytest.raises(errors.NotFoundError):
            await aex.get_premise("P1")
    one, call = seen.spans
    assert (one.attributes["http.response.status_code"], one.attributes["error.type"]) == (200, "404")
    assert (call.attributes["http.response.status_code"], call.attributes["error.type"]) == (200, "NotFoundError")


async def test_no_connection_is_no_status(seen: Seen) -> None:
    async with AsyncAExClient("T", base_url=f"http://127.0.0.1:{find_closed_port()}", attempts=1) as aex:
        with pytest.raises(errors.ConnectionFailedError):
            await aex.get_premise("P1")
    one, call = seen.spans
    assert one.attributes["error.type"] == "no connection could be made"
    assert call.attributes["error.type"] == "ConnectionFailedError"
    assert "http.response.status_code" not in {**one.attributes, **call.attributes}


@pytest.mark.parametrize("brought", [False, True])
@pytest.mark.in_no_time
async def test_a_second_try_beside_a_silent_one_has_its_own_span_beneath_the_call(seen: Seen, *, brought: bool) -> None:
    async with serve(stay_silent, PREMISE) as server, httpx.AsyncClient(trust_env=False) as http:
        options: dict[str, Any] = {"http_client": http} if brought else {}
        async with AsyncAExClient("T", base_url=server.url, timeout=2, attempts=2, **options) as aex:
            await aex.get_premise("P1")
    first, second, call = seen.spans
    assert (second.attributes["http.request.resend_count"], second.attributes["http.response.status_code"]) == (1, 200)
    assert (first.attributes["error.type"], call.attributes["http.response.status_code"]) == (
        "another try was answered first",
        200,
    )
    assert "http.response.status_code" not in first.attributes
    assert is_child(second, call)
    assert is_child(first, call)
    assert first.start_time < second.start_time < second.end_time < first.end_time


async def test_what_a_token_function_does_is_no_part_of_a_try(seen: Seen) -> None:
    async def log_in() -> str:
        with seen.tracers.get_tracer("caller").start_as_current_span("log in"):
            return f"T{len(seen.spans)}"

    refusal = answer(b"{}", "401 Unauthorized")
    async with serve(refusal, PREMISE) as server, AsyncAExClient(log_in, base_url=server.url) as aex:
        await aex.get_premise("P1")
    call = seen.spans[-1]
    assert [is_child(span, call) for span in seen.spans if span.name == "log in"] == [True, True]


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("brought", [False, True])
def test_every_try_of_every_route_is_seen_once_and_no_secret_is(seen: Seen, *, brought: bool, loop: str) -> None:
    automatic = HTTPXClientInstrumentor()
    automatic.instrument(tracer_provider=seen.tracers, meter_provider=seen.meters)
    try:
        received = travel(brought=brought, loop=loop)
    finally:
        automatic.uninstrument()
    assert len(seen.pick(SpanKind.CLIENT)) == received
    assert {span.instrumentation_scope.name for span in seen.spans} == {"aex_async"}
    shown = "".join(span.to_json() for span in seen.spans)
    shown += str(seen.reader.get_metrics_data())
    assert "/customers/{id}/services" in shown
    assert not [secret for secret in SECRETS if secret in shown]


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_aiohttps_engine_is_seen_as_httpxs_is(seen: Seen) -> None:
    automatic = AioHttpClientInstrumentor()
    automatic.instrument(tracer_provider=seen.tracers)
    try:
        async with (
            serve(BUSY, PREMISE) as server,
            AsyncAExClient("T", base_url=server.url, transport=AiohttpTransport()) as aex,
        ):
            await aex.get_premise("P1")
    finally:
        automatic.uninstrument()
    assert [span.kind for span in seen.spans] == [SpanKind.CLIENT, SpanKind.CLIENT, SpanKind.INTERNAL]


async def test_instrumented_twice_is_seen_once_and_uninstrumented_not_at_all(seen: Seen) -> None:
    otel.instrument(seen.tracers, seen.meters)
    async with connect(PREMISE) as (aex, _):
        await aex.get_premise("P1")
        assert len(seen.spans) == 2
        otel.uninstrument()
        otel.uninstrument()
        await aex.get_premise("P1")
    assert len(seen.spans) == 2


async def test_without_an_sdk_calls_are_what_they_were() -> None:
    otel.instrument()
    try:
        async with connect(BUSY, PREMISE) as (aex, _):
            assert (await aex.get_premise("P1")).id == "P1"
    finally:
        otel.uninstrument()


class Pause:
    """Waits for whoever drives the coroutine, on any loop or none."""

    def __await__(self) -> Generator[None]:
        yield


async def test_a_call_closed_in_another_context_leaves_that_as_it_was(
    seen: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    async def wait(_: httpx.Request) -> httpx.Response:
        await Pause()
        return httpx.Response(204)  # pragma: no cover - it is never told to go on

    async with AsyncAExClient("T", attempts=1, transport=httpx.MockTransport(wait)) as aex:
        call = aex.get_premise("P1")
        contextvars.copy_context().run(call.send, None)
        with seen.tracers.get_tracer("caller").start_as_current_span("request") as outer:
            call.close()  # as the collector does
            assert trace.get_current_span() is outer
    assert caplog.text == ""
    assert [span.attributes["error.type"] for span in seen.spans[:2]] == ["it was cut short", "GeneratorExit"]


async def test_a_faulty_span_processor_is_no_danger_to_a_call(seen: Seen, caplog: pytest.LogCaptureFixture) -> None:
    class Faulty(SimpleSpanProcessor):
        def on_start(self, span: Any, parent_context: Any = None) -> None:  # noqa: ARG002
            raise ZeroDivisionError

    seen.tracers.add_span_processor(Faulty(seen.exporter))
    async with connect(PREMISE) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"
    assert "an observer raised" in caplog.text


def test_without_the_extra_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['opentelemetry'] = None\nimport aex_async.otel"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert "pip install 'aex-async[otel]'" in shown.stderr
