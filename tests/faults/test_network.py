"""Group N: connections refused, lost, silent or slow. A GET is repeated in time; a write only if it is unsent."""

import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from aex_async import errors
from tests.faults.raw import (
    CREATED,
    ENGINES,
    NEW,
    PREMISE,
    fetch,
    listen,
    occupy,
    open_calls,
    open_client,
    serve_well,
)
from tests.servers import Action, answer, close, drip, find_closed_port, reset, send_and, serve, stay_silent

FAILED = errors.ConnectionFailedError
LATE = errors.DeadlineError
UNEXPECTED = errors.UnexpectedAnswerError


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An event loop and what sends over it."""
    return str(request.param)


@pytest.fixture
def anyio_backend(engine: str) -> str:
    """The engine's event loop."""
    return engine.partition(" ")[0]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.fault("N1")
async def test_a_refused_connection_is_tried_again_and_sent_nothing(engine: str, method: str) -> None:
    async with open_calls(f"http://127.0.0.1:{find_closed_port()}", engine) as calls:
        assert await fetch(calls, method) == (FAILED, False, 3)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.fault("N2")
async def test_a_name_that_does_not_exist_is_tried_once_and_sent_nothing(engine: str, method: str) -> None:
    async with open_calls("https://nope.invalid", engine) as calls:
        assert await fetch(calls, method, timeout=20) == (FAILED, False, 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("number", [socket.EAI_AGAIN, socket.EAI_FAIL])
@pytest.mark.fault("N3")
async def test_a_resolver_that_fails_for_a_moment_is_asked_again(engine: str, number: int, method: str) -> None:
    class Resolver(httpx.AsyncBaseTransport):
        asked = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.asked += 1
            await request.extensions["trace"]("connection.connect_tcp.started", {})
            if self.asked < 3:
                raise httpx.ConnectError("no address") from socket.gaierror(number, "for a moment")
            await request.extensions["trace"]("http11.send_request_headers.started", {})
            return httpx.Response(200, json={})

    async with open_calls("http://127.0.0.1", engine, Resolver()) as calls:
        assert await fetch(calls, method) == (200, True, 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.fault("N4")
async def test_a_connection_that_is_never_accepted_sent_nothing_by_the_deadline(engine: str, method: str) -> None:
    with occupy() as url:
        async with open_calls(url, engine) as calls:
            kind, sent, _ = await fetch(calls, method, timeout=0.4)
    assert kind in (LATE, FAILED)
    assert not sent


async def take(stream: SocketStream) -> None:
    await stream.receive(10)


async def take_and_reset(stream: SocketStream) -> None:
    await stream.receive(10)
    await reset(stream)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(reset, marks=pytest.mark.fault("N5"), id="reset"),
        pytest.param(close, marks=pytest.mark.fault("N6"), id="closed"),
        pytest.param(take, marks=pytest.mark.fault("N7"), id="closed within the head"),
        pytest.param(take_and_reset, marks=pytest.mark.fault("N7"), id="reset within the head"),
    ],
)
async def test_a_connection_lost_at_once_is_replaced_for_a_get_and_a_write_is_not_sent_twice(
    engine: str, fault: Callable[[SocketStream], Awaitable[None]], method: str
) -> None:
    async with listen(fault, serve_well) as server, open_calls(server.url, engine) as calls:
        outcome = await fetch(calls, method)
        if method == "GET":
            assert outcome == (200, True, 1)
        else:
            assert outcome == (200, True, 1) if outcome[0] == 200 else outcome == (FAILED, True, 1)
        assert server.connections == (2 if outcome[0] == 200 else 1)
        assert await fetch(calls) == (200, True, 1)


@pytest.mark.parametrize("stop", [reset, close], ids=["reset", "closed"])
@pytest.mark.fault("N8")
async def test_a_write_cut_within_its_body_may_have_arrived(engine: str, stop: Action) -> None:
    assert callable(stop)

    async def take_a_part(stream: SocketStream) -> None:
        await stream.receive(1024)
        await stop(stream)

    async with listen(take_a_part, serve_well) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls, "POST", body=b" " * 2**24) == (FAILED, True, 1)
        assert server.connections == 1
        assert await fetch(calls) == (200, True, 1)


@pytest.mark.fault("N9")
async def test_a_write_that_nobody_reads_may_have_arrived(engine: str) -> None:
    async def ignore(stream: SocketStream) -> None:
        await stream.receive(1)
        await anyio.sleep(2)

    async with listen(ignore, serve_well) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls, "POST", body=b" " * 20_000_000, timeout=0.5) == (LATE, True, 1)
        assert server.connections == 1
        assert await fetch(calls) == (200, True, 1)


CUT = PREMISE[:-3]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(reset, FAILED, marks=pytest.mark.fault("N10"), id="reset"),
        pytest.param(close, FAILED, marks=pytest.mark.fault("N11"), id="closed"),
        pytest.param(send_and(CUT, reset), UNEXPECTED, marks=pytest.mark.fault("N10"), id="reset in the body"),
    ],
)
async def test_a_request_that_was_read_is_repeated_if_it_is_a_get(
    engine: str, fault: Action, kind: type[Exception], method: str
) -> None:
    async with serve(fault) as server, open_calls(server.url, engine) as calls:
        got = await fetch(calls, method)
        if method == "GET":
            assert got == (FAILED, True, 3)
        else:
            assert got[0] in (FAILED, kind)  # a reset can overtake what was said before it
            assert got[1:] == (True, 1)
        assert len(server.requests) == got[2]
        server.script = (PREMISE,)
        assert await fetch(calls) == (200, True, 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(stay_silent, LATE, marks=pytest.mark.fault("N12"), id="silence"),
        pytest.param(drip(PREMISE, 0.2), LATE, marks=pytest.mark.fault("N13", "S10"), id="a dripping head"),
        pytest.param(
            send_and(PREMISE[:-12], drip(b"0" * 12, 0.2)),
            UNEXPECTED,
            marks=pytest.mark.fault("N14", "S10"),
            id="dripping",
        ),
        pytest.param(send_and(CUT, stay_silent), UNEXPECTED, marks=pytest.mark.fault("N15"), id="silence in the body"),
        pytest.param(
            send_and(answer(b"0" * 9000)[:-8990], drip(b"0" * 8990, 0.001)),
            UNEXPECTED,
            marks=pytest.mark.fault("N20"),
            id="a byte a millisecond",
        ),
    ],
)
async def test_a_slow_server_gets_no_more_time_than_the_deadline(
    engine: str, fault: Action, kind: type[Exception], method: str
) -> None:
    async with serve(fault) as server, open_calls(server.url, engine) as calls:
        got = await fetch(calls, method, timeout=0.4)
        assert got[:2] == (LATE if method == "GET" else kind, True)
        assert len(server.requests) == got[2]
        assert method == "GET" or got[2] == 1
        server.script = (PREMISE,)
        assert await fetch(calls) == (200, True, 1)


@pytest.mark.fault("N12", "N15")
@pytest.mark.parametrize("fault", [stay_silent, send_and(CUT, stay_silent)], ids=["at once", "in the body"])
async def test_a_get_is_asked_again_while_there_is_time(engine: str, fault: Action) -> None:
    async with serve(fault, PREMISE) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls, timeout=1.5) == (200, True, 1)
    assert len(server.requests) == 2


@pytest.mark.fault("N18", "N19", "N20")
async def test_a_slow_line_that_brings_all_in_time_is_good_enough(engine: str) -> None:
    async def delay(stream: SocketStream) -> None:
        await anyio.sleep(0.1)
        await stream.send(PREMISE)

    script = (drip(PREMISE, 0.001), delay, drip(CREATED, 0.001))
    async with serve(*script) as server, open_client(server.url, engine) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
        assert (await aex.get_premise("P1")).id == "P1"
        assert await aex.create_customer(NEW) == "C1"
    assert len(server.requests) == 3


@pytest.mark.fault("N16", "N17")
@pytest.mark.parametrize("pause", [0, 0.001, 0.02])
async def test_a_kept_connection_that_is_closed_costs_a_get_nothing(engine: str, pause: float) -> None:
    async def part(stream: SocketStream) -> None:
        await stream.send(PREMISE)
        await anyio.sleep(pause)
        await stream.aclose()

    async with serve(part) as server, open_client(server.url, engine, attempts=1) as aex:
        for _ in range(10):
            assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 10


@pytest.mark.fault("N17")
@pytest.mark.parametrize("fault", [close, reset], ids=["closed", "reset"])
async def test_a_get_whose_kept_connection_is_lost_as_it_leaves_is_sent_once_more(engine: str, fault: Action) -> None:
    async with serve(PREMISE, fault, PREMISE) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls) == (200, True, 1)
        assert await fetch(calls, attempts=1) == (200, True, 1)
        assert (len(server.requests), server.connections) == (3, 2)
        server.script = (*(PREMISE,) * 3, fault)
        assert await fetch(calls, "POST") == (FAILED, True, 1)
    assert (len(server.requests), server.connections) == (4, 3)


@pytest.mark.fault("N17")
async def test_a_get_that_is_lost_twice_fails(engine: str) -> None:
    async with serve(PREMISE, close) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls) == (200, True, 1)
        assert await fetch(calls, attempts=1) == (FAILED, True, 1)
    assert len(server.requests) == 3


@pytest.mark.fault("N21")
async def test_a_dead_address_beside_one_that_lives_costs_no_second_write(engine: str) -> None:
    async with serve(CREATED, PREMISE) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        async with open_client(url, engine) as aex:
            assert await aex.create_customer(NEW) == "C1"
            assert (await aex.get_premise("P1")).id == "P1"
    assert [request.method for request in server.requests] == ["POST", "GET"]


@pytest.mark.fault("N22")
async def test_a_server_may_restart_between_two_calls(engine: str) -> None:
    def start(port: int) -> "tuple[subprocess.Popen[bytes], int]":
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], stdout=subprocess.PIPE)  # noqa: S603
        assert server.stdout is not None
        return server, int(server.stdout.readline())

    first, port = start(0)
    async with open_client(f"http://127.0.0.1:{port}", engine) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
        with first:
            first.kill()
        second, _ = start(port)
        with second:
            assert (await aex.get_premise("P1")).id == "P1"
            second.kill()


SERVER = """
import socket, sys, time
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen()
print(listener.getsockname()[1], flush=True)
while True:
    wire, _ = listener.accept()
    while data := wire.recv(65536):
        if b"POST" in data:
            print("read", flush=True)
            time.sleep(60)
        else:
            wire.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 12\\r\\n\\r\\n{"id": "P1"}')
"""


@pytest.mark.fault("N32")
async def test_a_write_whose_server_is_killed_with_it_may_have_arrived(engine: str) -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER, "0"], stdout=subprocess.PIPE)  # noqa: ASYNC220, S603
    with server:
        assert server.stdout is not None
        port = int(server.stdout.readline())

        async def kill() -> None:
            assert server.stdout is not None
            await anyio.to_thread.run_sync(server.stdout.readline)
            server.send_signal(signal.SIGKILL)

        async with open_calls(f"http://127.0.0.1:{port}", engine) as calls, anyio.create_task_group() as group:
            group.start_soon(kill)
            assert await fetch(calls, "POST") == (FAILED, True, 1)
            await anyio.to_thread.run_sync(server.wait)
            assert await fetch(calls) == (FAILED, False, 3)


@pytest.mark.fault("P22")
async def test_what_a_server_says_before_it_was_asked_is_seen_where_it_is_there_in_time(engine: str) -> None:
    async def greet(stream: SocketStream) -> None:
        await stream.send(b"220 ready\r\n")
        await anyio.sleep(0.2)

    async with listen(greet, serve_well) as server, open_calls(server.url, engine) as calls:
        kind, _, _ = await fetch(calls, "POST", attempts=1)
        assert kind is FAILED
        assert server.connections == 1
        assert await fetch(calls) == (200, True, 1)
