"""The sandbox over real HTTP: the same answers, and connections that really break."""

import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import anyio
import httpx
import psutil
import pytest

from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import application, serve, serve_in_thread
from tests.sandbox.people import HEADERS, NEW_SERVICE, PREMISE_9, order, sign_up
from tests.timing import unhindered, until

PREMISE = f"/premises/{PREMISE_9}"


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with serve_in_thread(sandbox) as base:
        yield base


def client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers=HEADERS, trust_env=False, timeout=60)


async def test_it_answers_as_without_a_socket(url: str, sandbox: Sandbox) -> None:
    targets = [
        PREMISE,
        f"/services/{NEW_SERVICE}",
        "/predefined-premises?q=38%20(Cottage),%20Hectorton",
        "/x%2Fy",
        "/premises/%0A",
    ]
    async with (
        client(url) as served,
        httpx.AsyncClient(transport=sandbox.transport(), base_url=url, headers=HEADERS) as near,
    ):
        for target in targets:
            far, here = await served.get(target), await near.get(target)
            assert (far.status_code, far.content) == (here.status_code, here.content)
            assert {key: far.headers[key] for key in here.headers} == dict(here.headers)


async def test_it_takes_orders(url: str, sandbox: Sandbox) -> None:
    async with client(url) as http:
        answer = await http.post("/customers", json=sign_up())
        assert answer.headers["location"].startswith(f"{url}/customers/")
        assert (await http.get(answer.headers["location"])).status_code == 200
        assert (await http.post("/services/full", json=order())).status_code == 201
    assert [entry.kind for entry in sandbox.ledger] == ["customer", "service"]


@pytest.mark.parametrize(
    ("fault", "error", "written"),
    [
        (Fault.refuse(), httpx.ReadError, 0),
        (Fault.cut_request(40), httpx.ReadError, 0),
        (Fault.cut_before(), httpx.RemoteProtocolError, 0),
        (Fault.cut_after(), httpx.RemoteProtocolError, 1),
        (Fault.cut_after(40), httpx.RemoteProtocolError, 1),
        (Fault.cut_after(210), httpx.RemoteProtocolError, 1),
        (Fault.reset(), httpx.ReadError, 1),
        (Fault.silent(), httpx.ReadTimeout, 1),
        (Fault.delay(5), httpx.ReadTimeout, 1),
    ],
)
async def test_a_fault_breaks_the_connection_and_the_next_one_works(  # noqa: PLR0917 - one row of a table
    url: str,
    sandbox: Sandbox,
    fault: Fault,
    error: type[Exception],
    written: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    sandbox.faults.add(fault)
    silent = error is httpx.ReadTimeout
    async with client(url) as http:
        with pytest.raises(error):
            await http.post("/services/full", json=order(), timeout=httpx.Timeout(60, read=1 if silent else 60))
        assert (await http.get(PREMISE)).status_code == 200
    await until(lambda: len(sandbox.ledger) == written)
    assert capfd.readouterr().err == ""


async def test_exactly_as_many_bytes_arrive_as_were_to(url: str, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.cut_after(34))
    host, port = url.removeprefix("http://").split(":")
    async with await anyio.connect_tcp(host, int(port)) as stream:
        await stream.send(b"GET /customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-token\r\n\r\n")
        received = b"".join([part async for part in stream])
    assert received == b"HTTP/1.1 200 OK\r\ncontent-type: app"


async def test_a_short_delay_is_waited_for(url: str, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.delay(0.05))
    async with client(url) as http:
        assert (await http.get(PREMISE)).status_code == 200


async def test_a_request_that_breaks_off_did_not_arrive(
    url: str, sandbox: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    host, port = url.removeprefix("http://").split(":")
    async with await anyio.connect_tcp(host, int(port)) as stream:
        await stream.send(b"POST /customers HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    async with client(url) as http:
        await http.get(PREMISE)
    assert sandbox.received == {"GET /premises/*": 1}
    assert capfd.readouterr().err == ""


async def test_it_stops_although_somebody_still_waits(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.silent())
    with serve_in_thread(sandbox) as url:
        host, port = url.removeprefix("http://").split(":")
        waiting = await anyio.connect_tcp(host, int(port))
        await waiting.send(b"GET /customers HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: sandbox.requests)  # the server is in a thread
        began = unhindered()
    assert unhindered() - began < 10
    await waiting.aclose()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_it_is_served_within_the_same_event_loop(sandbox: Sandbox) -> None:
    async with serve(sandbox) as url, client(url) as http:
        assert (await http.get(PREMISE)).status_code == 200
    with pytest.raises(httpx.ConnectError):
        await client(url).get(PREMISE)


@pytest.mark.parametrize(
    ("host", "port"), [("\udcff", 0), ("a..b\u0131", 0), ("a\0b", 0), ("", 0), ("127.0.0.1", 70_000)]
)
def test_what_is_no_address_is_an_os_error(sandbox: Sandbox, host: str, port: int) -> None:
    with contextlib.ExitStack() as stack, pytest.raises(OSError, match="no address of a server"):
        stack.enter_context(serve_in_thread(sandbox, host=host, port=port))


def test_an_address_in_use_is_an_os_error(url: str, sandbox: Sandbox) -> None:
    port = int(url.rsplit(":", 1)[1])
    with contextlib.ExitStack() as stack, pytest.raises(OSError, match="in use"):
        stack.enter_context(serve_in_thread(sandbox, port=port))


# `socket.has_ipv6` tells of Python alone: a container often has no such address.
ADDRESSES = {each.address for interface in psutil.net_if_addrs().values() for each in interface}


@pytest.mark.skipif("::1" not in ADDRESSES, reason="needs IPv6")
async def test_it_can_be_served_over_ipv6(sandbox: Sandbox) -> None:
    with serve_in_thread(sandbox, host="::1") as url:
        assert url.startswith("http://[::1]:")
        async with client(url) as http:
            assert (await http.get(PREMISE)).status_code == 200


async def test_an_answer_may_be_said_once_more_to_nobody(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.surplus(2))
    with serve_in_thread(sandbox) as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 5) as wire:
            head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
            wire.sendall(f"GET {PREMISE} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n".encode())
            received = b""
            while received.count(b"HTTP/1.1 200 OK") < 3 or not received.endswith(b"}"):
                received += wire.recv(65536)
    assert received.count(PREMISE_9.encode()) == 3


async def test_another_server_cannot_break_connections(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.cut_before())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=application(sandbox)), base_url="http://x") as http:
        with pytest.raises(RuntimeError, match=r"serve the sandbox with aex_async\.sandbox\.serving"):
            await http.get(PREMISE)


PROGRAM = """
from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import run
run(Sandbox(), port=0, announce=lambda url: print(url, flush=True))
"""


def test_ctrl_c_stops_it_without_a_word() -> None:
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(url + PREMISE, headers=HEADERS, trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    ("missing", "need"),
    [
        ("uvicorn", "serving a sandbox needs uvicorn"),
        ("starlette", "serving a sandbox needs starlette"),
    ],
)
def test_without_the_extra_the_error_says_which_one_it_is(missing: str, need: str) -> None:
    code = f"import sys; sys.modules['{missing}'] = None; import aex_async.sandbox.serving"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert shown.stderr.endswith(f"ModuleNotFoundError: {need}: pip install 'aex-async[sandbox]'\n")
