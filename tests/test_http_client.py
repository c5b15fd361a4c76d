"""Clients as companies have them: with hooks, limits, mounts, HTTP/2 and tokens of their own, and shared by several."""

import gc
import random
import ssl
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, NewCustomer, errors
from aex_async._http.callers_pool import find_transport, find_width
from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.faults.engines import listen
from tests.servers import Action, Server, accept, answer, close, serve, serve_over_tls, stay_silent
from tests.timing import until
from tests.tls import AUTHORITY, certify, trust

PREMISE = answer(b'{"id": "P1"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
KNOWN = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"
NEW = NewCustomer(first_name="J", last_name="D", email="jane@example.com", password="pw-canary", mobile_number="082000")


def plain_client(**options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False, **options)


async def test_a_request_hook_that_raises_stops_the_call_before_anything_is_sent() -> None:
    async def stumble(_: httpx.Request) -> None:
        raise ZeroDivisionError

    async with (
        serve(PREMISE) as server,
        plain_client(event_hooks={"request": [stumble]}) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http, max_connections=1) as aex,
    ):
        for call in (aex.get_premise, aex.get_customer):
            with pytest.raises(ZeroDivisionError):
                await call("P1")
        with pytest.raises(ZeroDivisionError):
            await aex.create_customer(NEW)
    assert server.requests == []


async def test_a_hook_that_reads_and_closes_the_answer_leaves_it_to_be_read() -> None:
    async def read_and_close(response: httpx.Response) -> None:
        await response.aread()
        await response.aclose()

    async with (
        serve(PREMISE) as server,
        plain_client(event_hooks={"response": [read_and_close]}) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
    ):
        assert [(await aex.get_premise("P1")).id for _ in range(3)] == ["P1"] * 3


async def test_a_pool_of_one_connection_serves_any_number_of_calls_and_writes_between_reads() -> None:
    script = (PREMISE, CREATED, PREMISE, CREATED, PREMISE)
    async with (
        serve(*script) as server,
        plain_client(limits=httpx.Limits(max_connections=1)) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http, order_timeout=5) as aex,
    ):
        for _ in range(2):
            await aex.get_premise("P1")
            assert await aex.create_customer(NEW) == "C1"
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(aex.get_premise, "P1")
    assert server.most_open == 1


@pytest.mark.parametrize("brought", ["http_client", "transport"])
async def test_a_storm_of_cancellations_leaves_a_pool_smaller_than_max_connections_usable(
    scale: Callable[[int, int], int], brought: str
) -> None:
    chance = random.Random(7)  # noqa: S311 - any numbers will do, and these come back
    most, cancelled = scale(300, 8_000), 0

    async def churn() -> None:
        nonlocal cancelled
        while cancelled < most:
            with anyio.move_on_after(chance.uniform(0, 0.05)) as scope:
                await aex.get_premise("P1")
            cancelled += scope.cancelled_caught

    transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=10))
    async with (
        serve(PREMISE) as server,
        plain_client(transport=transport) as http,
        AsyncAExClient(
            "T",
            base_url=server.url,
            max_connections=40,
            http_client=http if brought == "http_client" else None,
            transport=transport if brought == "transport" else None,
        ) as aex,
    ):
        async with anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(churn)
        async with anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(aex.get_premise, "P1")
    assert cancelled >= most
    assert server.most_open <= 10


def test_the_size_of_a_pool_is_still_to_be_seen() -> None:
    def measure(client: httpx.AsyncClient) -> int | None:
        return find_width(find_transport(client, httpx.URL("https://fno.example")))

    assert measure(plain_client(limits=httpx.Limits(max_connections=7))) == 7
    assert (measure(plain_client(limits=httpx.Limits(max_connections=None))) or 0) > 1000
    assert measure(httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200)))) is None
    assert find_width(httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=3))) == 3


async def test_timeouts_are_those_of_the_call_and_not_of_the_client() -> None:
    async def answer_late(stream: SocketStream) -> None:
        await anyio.sleep(0.3)
        await stream.send(PREMISE)

    async with (
        serve(answer_late) as server,
        plain_client(timeout=0.05) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http, attempts=1) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"


async def test_two_clients_share_one_and_each_keeps_its_token() -> None:
    async with serve(PREMISE) as server, plain_client() as http:
        async with AsyncAExClient("ONE", base_url=server.url, http_client=http) as one:
            async with (
                AsyncAExClient("TWO", base_url=server.url, http_client=http) as two,
                anyio.create_task_group() as group,
            ):
                for aex in (one, two) * 10:
                    group.start_soon(aex.get_premise, "P1")
            await one.get_premise("P1")
        assert not http.is_closed
    tokens = [request.headers["authorization"] for request in server.requests]
    assert (tokens.count("Bearer ONE"), tokens.count("Bearer TWO")) == (11, 10)


async def test_default_headers_are_not_sent_where_they_would_speak_for_somebody_else() -> None:
    headers = {"Authorization": "Bearer theirs", "Cookie": "_Ditty_session=theirs", "User-Agent": "theirs"}
    async with (
        serve(PREMISE) as server,
        plain_client(headers=headers) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
    ):
        await aex.get_premise("P1")
    sent = server.requests[0].headers
    assert sent["authorization"] == "Bearer T"
    assert "theirs" not in str(sent)


@pytest.mark.parametrize("pattern", ["all://", "http://", "http://127.0.0.1"])
async def test_what_is_mounted_for_aex_answers(pattern: str) -> None:
    asked: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"id": "P1"})

    async with (
        plain_client(mounts={pattern: httpx.MockTransport(reply)}) as http,
        AsyncAExClient("T", base_url="http://127.0.0.1:1", http_client=http) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
    assert asked == ["/premises/P1"]


async def test_http_2_is_spoken_where_the_callers_client_speaks_it_and_the_server_does_not_need_to() -> None:
    context = certify(AUTHORITY.issue_cert("127.0.0.1"))
    async with (
        serve_over_tls(context, PREMISE, CREATED) as server,
        plain_client(http2=True, verify=trust()) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
        assert await aex.create_customer(NEW) == "C1"


@pytest.mark.parametrize("proxied", [False, True])
@pytest.mark.in_no_time
async def test_a_connection_that_is_cancelled_in_its_tls_handshake_is_closed(*, proxied: bool) -> None:
    async def shake_no_hand(stream: SocketStream) -> None:
        if proxied:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        await stay_silent(stream)
        await stay_silent(stream)

    async with listen(shake_no_hand) as server:
        url = server.url.replace("http:", "https:")
        options: dict[str, Any] = {"proxy": server.url} if proxied else {}
        async with plain_client(**options) as http, AsyncAExClient("T", base_url=url, http_client=http) as aex:
            for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
                with anyio.move_on_after(0.2):
                    await call
            await until(lambda: server.open_now == 0)
    assert server.connections == 2


class Cutting(httpx.AsyncHTTPTransport):
    """A pool of one connection, of which a call is cancelled in the very step in which it is made."""

    scope: anyio.CancelScope | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, unless it is cancelled."""
        trace = request.extensions["trace"]
        plain: tuple[str, ...] = ("connect_tcp.complete", "connect_unix_socket.complete")
        made = ("start_tls.complete",) if request.url.scheme == "https" else plain

        async def watch(event: str, info: dict[str, Any]) -> None:
            await trace(event, info)
            if event.endswith(made) and self.scope is not None:
                self.scope.cancel()

        request.extensions["trace"] = watch
        return await super().handle_async_request(request)


@pytest.mark.parametrize("brought", ["http_client", "transport"])
@pytest.mark.parametrize("secured", [False, True], ids=["plain", "over TLS"])
@pytest.mark.fault("C1", "C3")
async def test_a_call_that_is_cancelled_as_its_connection_is_made_takes_no_place_in_a_pool(
    brought: str, *, secured: bool
) -> None:
    async def answer_late(stream: SocketStream) -> None:
        await go_on.wait()
        await stream.send(PREMISE)

    go_on = anyio.Event()
    certificate = certify(AUTHORITY.issue_cert("127.0.0.1"))
    transport = Cutting(verify=trust(), limits=httpx.Limits(max_connections=2))
    async with (
        serve_over_tls(certificate, answer_late, PREMISE) if secured else serve(answer_late, PREMISE) as server,
        plain_client(transport=transport) as http,
    ):
        options: dict[str, Any] = {"http_client": http} if brought == "http_client" else {"transport": transport}
        async with (
            AsyncAExClient("T", base_url=server.url, timeout=20, **options) as aex,
            anyio.create_task_group() as group,
        ):
            group.start_soon(aex.get_premise, "P1")
            await until(lambda: len(server.requests) == 1)
            for call in (aex.get_premise("P1"), aex.create_customer(NEW), aex.get_premise("P1")):
                with anyio.CancelScope() as transport.scope:
                    await call
                assert transport.scope is not None
                assert transport.scope.cancelled_caught
            transport.scope = None
            assert (await aex.get_premise("P1")).id == "P1"
            go_on.set()
    assert len(server.requests) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there are no sockets with a path")
@pytest.mark.fault("C1", "C3")
async def test_nor_does_one_over_a_socket_with_a_path(tmp_path: Path) -> None:
    server = Server("http://127.0.0.1", (PREMISE,))
    transport = Cutting(uds=str(tmp_path / "aex"), limits=httpx.Limits(max_connections=1))
    async with (
        accept(await anyio.create_unix_listener(tmp_path / "aex"), server.converse),
        AsyncAExClient("T", base_url=server.url, transport=transport) as aex,
    ):
        with anyio.CancelScope() as transport.scope:
            await aex.get_premise("P1")
        transport.scope = None
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("C1", "N17")
async def test_nor_does_one_that_is_cancelled_as_it_goes_out_once_more() -> None:
    async def answer_late(stream: SocketStream) -> None:
        await go_on.wait()
        await stream.send(PREMISE)

    go_on = anyio.Event()
    transport = Cutting(trust_env=False, limits=httpx.Limits(max_connections=2))
    async with (
        serve(answer_late, PREMISE, close, PREMISE) as server,
        AsyncAExClient("T", base_url=server.url, timeout=20, transport=transport) as aex,
        anyio.create_task_group() as group,
    ):
        group.start_soon(aex.get_premise, "P1")
        await until(lambda: len(server.requests) == 1)
        await aex.get_premise("P1")
        with anyio.CancelScope() as transport.scope:
            await aex.get_premise("P1")  # whose kept connection the server closes, so that another is made
        assert transport.scope is not None
        assert transport.scope.cancelled_caught
        transport.scope = None
        assert (await aex.get_premise("P1")).id == "P1"
        go_on.set()
    assert len(server.requests) == 4


def fail_to_sign(request: httpx.Request) -> httpx.Request:
    del request
    raise ZeroDivisionError


class Failing(httpx.Auth):
    """Cannot sign."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield fail_to_sign(request)


@pytest.mark.parametrize("auth", [Failing(), fail_to_sign])
async def test_auth_that_raises_is_the_callers_and_stops_the_call_before_anything_is_sent(
    auth: httpx.Auth | Callable[[httpx.Request], httpx.Request],
) -> None:
    async with (
        serve(PREMISE) as server,
        plain_client(auth=auth) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
    ):
        with pytest.raises(ZeroDivisionError):
            await aex.get_premise("P1")
    assert server.requests == []


def test_a_client_of_httpx2_is_refused_by_name() -> None:
    theirs: Any = type("AsyncClient", (), {"__module__": "httpx2"})
    derived: Any = type("AsyncOAuth2Client", (theirs,), {})
    with pytest.raises(errors.UsageError, match=r"an httpx.AsyncClient, not AsyncOAuth2Client, which is httpx2's"):
        AsyncAExClient("T", http_client=derived())
    with pytest.raises(errors.UsageError, match=r"an httpx.AsyncBaseTransport, not AsyncClient$"):
        AsyncAExClient("T", transport=plain_client())  # type: ignore[arg-type]


async def test_a_client_that_is_closed_while_a_call_is_under_way_says_who_closed_it() -> None:
    async def close_it(_: httpx.Request) -> None:
        await http.aclose()

    async with (
        serve(PREMISE) as server,
        plain_client(event_hooks={"request": [close_it]}) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
        with pytest.raises(errors.ClientClosedError, match="http_client was closed by its owner"):
            await aex.get_premise("P1")


async def note(_: httpx.Request) -> None:
    """See a request: a write is then not refused by kept connections, for this would see it several times."""


class Repeating(httpx.AsyncBaseTransport):
    """Sends whatever failed twice more, as transports for that purpose do that were told to do so with a POST, too."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(2):
            try:
                response = await self._inner.handle_async_request(request)
            except httpx.TransportError:
                continue
            if response.status_code < 500:
                return response
            await response.aclose()
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.mark.parametrize("hooks", [[], [note]])
@pytest.mark.parametrize("fault", [answer(b"", "503 Busy"), close])
async def test_a_transport_that_repeats_requests_repeats_no_write(hooks: list[Any], fault: Action) -> None:
    transport = Repeating(httpx.AsyncHTTPTransport(trust_env=False))
    async with (
        serve(PREMISE, fault, CREATED) as server,
        plain_client(transport=transport, event_hooks={"request": hooks}) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
    ):
        await aex.get_premise("P1")
        with pytest.raises(errors.ConnectionFailedError, match="to send it a second time, and was stopped") as caught:
            await aex.create_customer(NEW)
        assert (caught.value.sent, caught.value.attempts) == (True, 1)
        assert [request.method for request in server.requests] == ["GET", "POST"]


class Streaming(httpx.AsyncBaseTransport):
    """Sends a body as a stream, tells nothing of how far it came, and loses the answer."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.received += [chunk async for chunk in request.stream]
        raise httpx.ReadError("")


class Failover(httpx.AsyncBaseTransport):
    """Has a second engine send what failed with the first."""

    def __init__(self, *engines: httpx.AsyncBaseTransport) -> None:
        self._first, self._second = engines

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._first.handle_async_request(request)
        except httpx.TransportError:
            return await self._second.handle_async_request(request)

    async def aclose(self) -> None:
        await self._second.aclose()


@pytest.mark.parametrize("direct", [True, False])
async def test_what_an_engine_took_that_tells_nothing_may_have_been_sent_whatever_its_successor_tells(
    *, direct: bool
) -> None:
    first = Streaming()
    transport = Failover(first, httpx.AsyncHTTPTransport(trust_env=False))
    async with plain_client(transport=transport) as http:
        options: dict[str, Any] = {"transport": transport} if direct else {"http_client": http}
        async with AsyncAExClient("T", base_url="http://127.0.0.1:1", **options) as aex:
            with pytest.raises(errors.ConnectionFailedError, match="it may have taken effect") as caught:
                await aex.create_customer(NEW)
    assert (caught.value.sent, caught.value.attempts, len(first.received)) == (True, 1, 1)


async def test_a_transport_that_repeats_requests_repeats_reads_within_a_try() -> None:
    transport = Repeating(httpx.AsyncHTTPTransport(trust_env=False))
    async with (
        serve(answer(b"", "503 Busy"), close, PREMISE) as server,
        AsyncAExClient("T", base_url=server.url, transport=transport, attempts=1) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 3


@pytest.mark.fault("X17")
@pytest.mark.in_no_time
async def test_a_transport_that_repeats_requests_repeats_the_second_try_of_a_read_as_well() -> None:
    transport = Repeating(httpx.AsyncHTTPTransport(trust_env=False))
    async with (
        serve(stay_silent, answer(b"", "503 Busy"), PREMISE) as server,
        AsyncAExClient("T", base_url=server.url, transport=transport, timeout=1, attempts=2) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nobody can close these connections
@pytest.mark.parametrize(
    ("hooks", "loops", "error"),
    [
        ([], ("asyncio", "asyncio"), errors.UsageError),
        ([note], ("asyncio", "asyncio"), errors.ConnectionFailedError),
        ([], ("asyncio", "trio"), errors.UsageError),
        ([], ("trio", "asyncio"), errors.UsageError),
    ],
)
@pytest.mark.fault("C10", "C11")
def test_connections_of_another_event_loop_are_named_and_no_write_that_left_is_told_as_unsent(
    hooks: list[Any], loops: tuple[str, str], error: type[errors.AExError]
) -> None:
    sandbox = Sandbox()
    options: dict[str, Any] = {"http_client": plain_client(event_hooks={"request": hooks}), "attempts": 1}

    async def use(*, writes: bool) -> None:
        async with AsyncAExClient(sandbox.token, base_url=url, order_timeout=5, **options) as aex:
            await (aex.create_customer(NEW) if writes else aex.get_premise(KNOWN))

    # Each loop in a thread, as most second loops are; coverage, too, loses the frame that a loop of asyncio returns to.
    with serve_in_thread(sandbox) as url, ThreadPoolExecutor() as threads:
        threads.submit(anyio.run, partial(use, writes=False), backend=loops[0]).result()
        with pytest.raises(error, match=r"event loop|connection was lost") as caught:
            threads.submit(anyio.run, partial(use, writes=True), backend=loops[1]).result()
    if loops[0] == "trio":  # whose sockets any later run of it can close; asyncio's, nobody can
        anyio.run(options["http_client"].aclose, backend="trio")
    options.clear()
    assert sandbox.received["POST /customers"] <= int(getattr(caught.value, "sent", False))
    del caught  # with which the connections would stay, to be complained of in the midst of another test
    gc.collect()


def test_a_client_without_connections_serves_several_loops_one_after_another() -> None:
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "P1"})))

    async def use() -> str:
        async with AsyncAExClient("T", http_client=http) as aex:
            return (await aex.get_premise("P1")).id

    assert [anyio.run(use, backend=backend) for backend in ("asyncio", "trio", "asyncio")] == ["P1"] * 3


async def test_a_context_of_the_callers_may_trust_whom_it_will() -> None:
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    context = certify(AUTHORITY.issue_cert("elsewhere.example"))
    async with (
        serve_over_tls(context, PREMISE) as server,
        plain_client(verify=careless) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
