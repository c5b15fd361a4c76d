"""What others put around a call works: what repeats, measures, logs or runs it; and it is shown no secret by us."""

import io
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import backoff
import httpx
import logfire
import loguru
import prometheus_client
import pytest
import stamina
import structlog
import tenacity
import trio
import trio_asyncio
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from rich.console import Console
from rich.traceback import Traceback
from structlog.tracebacks import ExceptionDictTransformer

from aex_async import AsyncAExClient, NewCustomer, Premise, Try, errors, otel
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread

SECRETS = ("token-canary", "cookie-canary", "password-canary", "jane.canary@example.com", "0005550199")
NEW = NewCustomer(
    first_name="Jane", last_name="Doe", email=SECRETS[3], password="password-canary", mobile_number=SECRETS[4]
)
PREMISE = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"

Look = Callable[[str], Awaitable[Premise]]


# What repeats calls


def repeat_by_stamina(look: Look) -> Look:
    return stamina.retry(on=errors.ServerError, attempts=4, wait_initial=0.01, wait_jitter=0.0)(look)


def repeat_by_tenacity(look: Look) -> Look:
    again = tenacity.retry_if_exception_type(errors.ServerError)
    return tenacity.retry(retry=again, stop=tenacity.stop_after_attempt(4))(look)


def repeat_by_backoff(look: Look) -> Look:
    return backoff.on_exception(backoff.constant, errors.ServerError, max_tries=4, interval=0.01)(look)


REPEATERS = {"stamina": repeat_by_stamina, "tenacity": repeat_by_tenacity, "backoff": repeat_by_backoff}


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("name", REPEATERS)
def test_what_repeats_a_call_takes_a_method_as_it_is(name: str, loop: str) -> None:
    if (name, loop) == ("backoff", "trio"):
        pytest.skip("it knows asyncio alone")
    sandbox = Sandbox()
    sandbox.faults.add(Fault.status(503), path=f"/premises/{PREMISE}", times=3)

    async def go() -> None:
        async with AsyncAExClient(sandbox.token, transport=sandbox.transport(), attempts=1) as aex:
            assert (await REPEATERS[name](aex.get_premise)(PREMISE)).id == PREMISE

    anyio.run(go, backend=loop)
    assert sandbox.received.total() == 4


# What measures them


def test_prometheus_counts_and_times_calls_and_tries() -> None:
    registry = prometheus_client.CollectorRegistry()
    tries = prometheus_client.Counter("tries", "Tries.", ["route", "outcome"], registry=registry)
    seconds = prometheus_client.Histogram("seconds", "Seconds.", registry=registry)
    failures = prometheus_client.Counter("failures", "Failures.", registry=registry)
    sandbox = Sandbox()

    def note(ended: Try) -> None:
        tries.labels(ended.route, str(ended.outcome)).inc()

    async def go() -> None:
        async with AsyncAExClient(sandbox.token, transport=sandbox.transport(), on_try=note) as aex:
            with pytest.raises(errors.NotFoundError), failures.count_exceptions(errors.AExError), seconds.time():
                await aex.get_premise("nowhere")

    anyio.run(go)
    exposed = prometheus_client.generate_latest(registry).decode()
    assert 'tries_total{outcome="404",route="/premises/{id}"} 1.0' in exposed
    assert "failures_total 1.0" in exposed
    assert "seconds_count 1.0" in exposed


# What shows their errors, and whatever was in the frames


def show_by_structlog(error: errors.AExError) -> str:
    shown = io.StringIO()
    render = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=True, locals_max_string=9999))
    log = structlog.wrap_logger(structlog.PrintLogger(shown), processors=[render, structlog.processors.JSONRenderer()])
    log.error("it failed", exc_info=error)
    return shown.getvalue()


def show_by_loguru(error: errors.AExError) -> str:
    shown = io.StringIO()
    sink = loguru.logger.add(shown, diagnose=True, backtrace=True)
    loguru.logger.opt(exception=error).error("it failed")
    loguru.logger.remove(sink)
    return shown.getvalue()


def show_by_rich(error: errors.AExError) -> str:
    shown = io.StringIO()
    traceback = Traceback.from_exception(
        type(error), error, error.__traceback__, show_locals=True, locals_max_string=9999, locals_max_length=9999
    )
    Console(file=shown, width=400).print(traceback)
    return shown.getvalue()


SHOWING = {"structlog": show_by_structlog, "loguru": show_by_loguru, "rich": show_by_rich}
CALLS: dict[str, Callable[[AsyncAExClient], Awaitable[object]]] = {
    "read": lambda aex: aex.get_premise(PREMISE),
    "write": lambda aex: aex.create_customer(NEW),
    "search": lambda aex: aex.find_customer(NEW.email),
    "listing": lambda aex: anext(aex.customers(NEW.email)),
    "sign-up": lambda aex: aex.get_or_create_customer(NEW),
}


def refuse(request: httpx.Request) -> httpx.Response:
    """Answer with all that was sent."""
    said = [*request.headers.values(), str(request.url), request.content.decode()]
    return httpx.Response(400, json={"errors": said})


def fall_silent(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("silence")


async def fail(call: Callable[[AsyncAExClient], Awaitable[object]], answer: Any) -> errors.AExError:
    """Return what a call fails with, without the frames of this test, which hold what it sends."""
    options: dict[str, Any] = {"session_cookie": SECRETS[1], "transport": httpx.MockTransport(answer)}
    async with AsyncAExClient(SECRETS[0], attempts=1, **options) as aex:
        with pytest.raises(errors.AExError) as caught:
            await call(aex)
    trace = caught.value.__traceback__
    while trace is not None and "aex_async" not in trace.tb_frame.f_globals["__name__"]:
        trace = trace.tb_next
    assert trace is not None
    return caught.value.with_traceback(trace)


@pytest.mark.parametrize("answer", [refuse, fall_silent])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", SHOWING)
def test_what_shows_an_error_with_its_frames_shows_no_secret(name: str, call: str, answer: Any) -> None:
    error = anyio.run(fail, CALLS[call], answer)
    shown = SHOWING[name](error)
    assert type(error).__name__ in shown
    assert not [secret for secret in SECRETS if secret in shown]


def test_logfire_gets_spans_of_methods_and_calls_with_nothing_private() -> None:
    kept = InMemorySpanExporter()
    logfire.configure(
        send_to_logfire=False,
        console=False,
        additional_span_processors=[SimpleSpanProcessor(kept)],
        inspect_arguments=False,
    )
    otel.instrument()

    async def go() -> None:
        with logfire.span("a job"):
            await fail(CALLS["sign-up"], refuse)

    try:
        anyio.run(go)
    finally:
        otel.uninstrument()
    spans = kept.get_finished_spans()
    assert {"a job", "get_or_create_customer"} <= {span.name for span in spans}
    told = "".join(span.to_json() for span in spans)
    assert not [secret for secret in SECRETS if secret in told]


# What runs them


def test_beside_a_loop_of_asyncio_within_trio_connections_are_closed_and_second_tries_made() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault.silent(), path=f"/premises/{PREMISE}", times=1)

    async def go() -> None:
        async with (
            trio_asyncio.open_loop(),
            httpx.AsyncClient(trust_env=False) as http,
            AsyncAExClient(sandbox.token, base_url=url, http_client=http, timeout=2) as aex,
        ):
            assert (await aex.get_premise(PREMISE)).id == PREMISE

    with serve_in_thread(sandbox) as url:
        trio.run(go)
    assert sandbox.received.total() == 2


ON_TRIO = f"""
import sys
import trio_asyncio  # before what asks asyncio for its loop, for it changes how asyncio answers
import anyio, httpx, trio
from aex_async import AsyncAExClient, errors
from aex_async.aiohttp_transport import AiohttpTransport

async def work(url, engine):
    options = {{"transport": AiohttpTransport()}} if engine == "aiohttp" else {{}}
    async with httpx.AsyncClient(trust_env=False) as http:
        if engine == "http_client":
            options["http_client"] = http
        async with AsyncAExClient("sandbox-token", base_url=url, timeout=2, **options) as aex:
            assert (await aex.get_premise("{PREMISE}")).id == "{PREMISE}"
            with anyio.CancelScope() as scope:
                scope.cancel()
                await aex.get_premise("{PREMISE}")
            assert len((await aex.get_premises(["{PREMISE}"])).found) == 1

async def main():
    async with trio_asyncio.open_loop(), AsyncAExClient("sandbox-token", base_url=sys.argv[1]) as of_trio:
        await trio_asyncio.aio_as_trio(work)(*sys.argv[1:])
        await of_trio.get_premise("{PREMISE}")
        try:
            await trio_asyncio.aio_as_trio(of_trio.get_premise)("{PREMISE}")
        except errors.UsageError as error:
            print(error)

trio.run(main)
"""


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("engine", ["httpx", "http_client", "aiohttp"])
def test_a_task_of_asyncio_that_trio_runs_is_asyncios_and_has_a_client_of_its_own(engine: str, *, silent: bool) -> None:
    sandbox = Sandbox()
    if silent:
        sandbox.faults.add(Fault.silent(), path=f"/premises/{PREMISE}", times=1)
    with serve_in_thread(sandbox) as url:
        command = [sys.executable, "-W", "error", "-c", ON_TRIO, url, engine]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.stderr == ""
    assert "first used in another event loop" in ended.stdout
