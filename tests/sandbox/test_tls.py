"""The sandbox over TLS, in each version, and the handshakes that it spoils: no engine loses anything by them."""

import socket
import ssl
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager, closing
from typing import Any

import anyio
import httpx
import pytest

from aex_async import AsyncAExClient, errors
from aex_async.aiohttp_transport import AiohttpTransport
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.faults.engines import ENGINES, NEW, choose_loop
from tests.sandbox.people import HEADERS, PREMISE_9
from tests.timing import unhindered
from tests.tls import AUTHORITY, certify, trust


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An event loop and what sends over it."""
    return str(request.param)


@pytest.fixture
def anyio_backend(engine: str) -> str:
    """The engine's event loop."""
    return choose_loop(engine)


@pytest.fixture
def tls() -> ssl.SSLContext:
    """What the sandbox speaks TLS with."""
    return certify(AUTHORITY.issue_cert("127.0.0.1"))


@asynccontextmanager
async def connect(
    engine: str, sandbox: Sandbox, tls: ssl.SSLContext, seconds: float = 30.0, trusted: ssl.SSLContext | None = None
) -> AsyncGenerator[AsyncAExClient, None]:
    """Serve a sandbox over TLS and give a client for it with an engine."""
    trusted = trusted or trust()
    options: dict[str, Any] = {"verify": trusted}
    with serve_in_thread(sandbox, tls=tls) as url:
        async with httpx.AsyncClient(verify=trusted, trust_env=False) as http:
            if engine == "aiohttp":
                options = {"transport": AiohttpTransport(tls=trusted)}
            elif engine.startswith("http_client"):
                options = {"http_client": http}
            async with AsyncAExClient(
                "sandbox-token", base_url=url, timeout=seconds, order_timeout=seconds, **options
            ) as aex:
                yield aex


async def visit(aex: AsyncAExClient) -> None:
    """Read, write and read again."""
    assert (await aex.get_premise(PREMISE_9)).id == PREMISE_9
    assert await aex.create_customer(NEW)
    assert (await aex.get_premise(PREMISE_9)).id == PREMISE_9


@pytest.mark.parametrize("tickets", [0, 8])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.fault("X18")
async def test_each_version_is_spoken_with_tickets_and_without(
    engine: str, sandbox: Sandbox, tls: ssl.SSLContext, version: ssl.TLSVersion, tickets: int
) -> None:
    tls.minimum_version = tls.maximum_version = version
    tls.num_tickets = tickets
    async with connect(engine, sandbox, tls) as aex:
        await visit(aex)
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(aex.get_premise, PREMISE_9)
    assert sandbox.received["POST /customers"] == 1
    assert 22 <= sandbox.received["GET /premises/*"] <= 44  # on a busy machine one that takes long is asked once more


@pytest.mark.parametrize(
    "fault",
    [
        Fault.slow_handshake(0.1),
        Fault.cut_handshake(),
        Fault.no_farewell(),
        Fault.hang_up(),
        Fault.hang_up(0.01),
        Fault.surplus(),
    ],
    ids=["slow", "cut", "no farewell", "hangs up", "hangs up later", "surplus"],
)
@pytest.mark.fault("N24", "N26", "X19", "X20", "P7")
async def test_what_goes_wrong_beneath_every_other_request_is_not_noticed(
    engine: str, sandbox: Sandbox, tls: ssl.SSLContext, fault: Fault
) -> None:
    async with connect(engine, sandbox, tls) as aex:
        for _ in range(2):
            sandbox.faults.add(fault)
            await visit(aex)
            sandbox.reset()
    assert sandbox.received.total() == 0


@pytest.mark.fault("N24", "X19")
async def test_after_a_silent_handshake_a_read_is_repeated_and_a_write_is_unsent(
    engine: str, sandbox: Sandbox, tls: ssl.SSLContext
) -> None:
    async with connect(engine, sandbox, tls, seconds=2) as aex:
        sandbox.faults.add(Fault.silent_handshake())
        assert (await aex.get_premise(PREMISE_9)).id == PREMISE_9
        sandbox.faults.add(Fault.silent_handshake(), times=None)
        with pytest.raises((errors.DeadlineError, errors.ConnectionFailedError)) as caught:
            await aex.create_customer(NEW)
    assert (caught.value.sent, sandbox.received) == (False, {"GET /premises/*": 1})


@pytest.mark.fault("N27", "S12")
async def test_a_client_that_shows_no_certificate_where_one_is_wanted_gets_nothing(
    engine: str, sandbox: Sandbox, tls: ssl.SSLContext
) -> None:
    AUTHORITY.configure_trust(tls)  # pyright: ignore[reportUnknownMemberType] - pyOpenSSL's
    tls.verify_mode = ssl.CERT_REQUIRED
    known = trust()
    AUTHORITY.issue_cert("client.example").configure_cert(known)  # pyright: ignore[reportUnknownMemberType]
    async with connect(engine, sandbox, tls, trusted=known) as aex:
        await visit(aex)
    async with connect(engine, sandbox, tls) as aex:
        for call in (aex.get_premise(PREMISE_9), aex.create_customer(NEW)):
            with pytest.raises(errors.ConnectionFailedError):  # asyncio's server hangs up without TLS's word for it
                await call
    assert sandbox.received.total() == 3


def converse(url: str) -> bytes:
    """Ask for a premise over a kept connection, and return all that comes; an end without a farewell is an error."""
    host, port = url.removeprefix("https://").split(":")
    plain = socket.create_connection((host, int(port)), 5)
    with trust().wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False) as wire:
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        wire.sendall(f"GET /premises/{PREMISE_9} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n".encode())
        said = b""
        try:
            while data := wire.recv(65536):
                said += data
        except ssl.SSLEOFError:
            said += b" and no farewell"
    return said


def test_it_ends_with_a_farewell_or_without(sandbox: Sandbox, tls: ssl.SSLContext) -> None:
    with serve_in_thread(sandbox, tls=tls) as url:
        sandbox.faults.add(Fault.hang_up())
        assert converse(url).endswith(b"}")
        sandbox.faults.add(Fault.no_farewell())
        assert converse(url).endswith(b"} and no farewell")
        sandbox.faults.add(Fault.no_farewell(19))
        assert converse(url) == b"HTTP/1.1 200 OK\r\nco and no farewell"


@pytest.mark.parametrize("fault", [Fault.silent_handshake(), Fault.cut_handshake(), Fault.slow_handshake(60), None])
def test_it_stops_although_somebody_is_in_the_middle_of_a_handshake(
    sandbox: Sandbox, tls: ssl.SSLContext, fault: Fault | None
) -> None:
    if fault is not None:
        sandbox.faults.add(fault)
    with ExitStack() as stack, serve_in_thread(sandbox, tls=tls) as url:
        host, port = url.removeprefix("https://").split(":")
        stack.enter_context(closing(socket.create_connection((host, int(port)), 5)))
        with socket.create_connection((host, int(port)), 5) as gone:
            gone.sendall(b"this is no TLS")
        time.sleep(0.2)  # so that the server has taken both in, and waits for what never comes
        began = unhindered()
    assert unhindered() - began < 10


def test_a_handshake_has_neither_a_method_nor_a_path(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="neither a method nor a path"):
        sandbox.faults.add(Fault.cut_handshake(), method="GET")
    with pytest.raises(ValueError, match="neither a method nor a path"):
        sandbox.faults.add(Fault.cut_handshake(), path="/premises")


async def test_where_there_is_no_tls_no_handshake_goes_wrong(sandbox: Sandbox, anyio_backend: str) -> None:
    del anyio_backend
    sandbox.faults.add(Fault.cut_handshake())
    async with AsyncAExClient("sandbox-token", transport=sandbox.transport()) as aex:
        assert (await aex.get_premise(PREMISE_9)).id == PREMISE_9
    assert sandbox.faults.rules[0]["times"] == 1
