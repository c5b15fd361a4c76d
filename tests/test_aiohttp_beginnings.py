"""How connections of aiohttp's engine begin and end: what is over before anything was asked, and what nobody closes."""

import gc
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import anyio
import httpx
import pytest

from aex_async import AsyncAExClient, errors
from aex_async._http.head_guard import NoHttpError
from aex_async.aiohttp_transport import AiohttpTransport
from tests.faults.engines import NEW, listen
from tests.servers import close, find_closed_port, reset
from tests.tls import AUTHORITY, certify, trust


@pytest.fixture
def anyio_backend() -> str:
    """There is no aiohttp on trio."""
    return "asyncio"


def hang_up(wire: socket.socket) -> None:
    wire.close()


def hang_up_hard(wire: socket.socket) -> None:
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


def greet(wire: socket.socket) -> None:
    wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


@contextmanager
def serve_once(act: Callable[[socket.socket], None]) -> Generator[str]:
    """Do `act` with the first connection, in a thread of its own, which nobody's event loop keeps waiting."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        wires: list[socket.socket] = []

        def run() -> None:
            wires.append(server.accept()[0])
            act(wires[0])

        thread = Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()
        wires[0].close()


class Slow(AiohttpTransport):
    """Asks only a moment after the connection was made, in which the event loop stands still."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for connector in self._open_connectors():
            factory = connector._factory  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

            def make(factory: Callable[[], object] = factory) -> object:
                time.sleep(0.1)
                return factory()

            connector._factory = make  # type: ignore[assignment]  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
        return await super().handle_async_request(request)


@pytest.mark.parametrize(
    ("act", "kind"),
    [(hang_up, httpx.RemoteProtocolError), (hang_up_hard, httpx.TransportError), (greet, NoHttpError)],
    ids=["closed", "reset", "greeted"],
)
@pytest.mark.fault("N5", "N6", "P22")
async def test_what_has_come_by_a_new_connection_is_told_apart(
    act: Callable[[socket.socket], None], kind: type[Exception]
) -> None:
    events: list[str] = []

    async def trace(event: str, _: object) -> None:
        events.append(event)

    transport = Slow()
    with serve_once(act) as url:
        with pytest.raises(httpx.TransportError) as caught:
            await transport.handle_async_request(httpx.Request("POST", url, extensions={"trace": trace}))
        await transport.aclose()
    assert isinstance(caught.value, kind)
    assert isinstance(caught.value, NoHttpError) == (act is greet)
    assert events == ["connection.connect_tcp.started"]


@pytest.mark.parametrize("end", [close, reset])
@pytest.mark.fault("N5", "N6")
async def test_a_server_that_hangs_up_at_once_is_asked_again_over_tls_too(end: object) -> None:
    """As one does that is just being restarted."""
    async with listen(end) as server:  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        transport = AiohttpTransport(tls=trust())
        async with AsyncAExClient("T", base_url=server.url.replace("http:", "https:"), transport=transport) as aex:
            for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
                with pytest.raises(errors.ConnectionFailedError) as caught:
                    await call
                assert (caught.value.sent, caught.value.attempts) == (False, 3)


@pytest.mark.parametrize("promise", [b"Connection: close", b"Connection: keep-alive"])
@pytest.mark.fault("R1", "N26", "X20")
async def test_a_server_that_never_says_farewell_keeps_no_connection_open(promise: bytes) -> None:
    ends: list[bytes] = []

    def answer_and_stop(plain: socket.socket) -> None:
        wire = certify(AUTHORITY.issue_cert("127.0.0.1")).wrap_socket(
            plain, server_side=True, suppress_ragged_eofs=True
        )
        with wire:
            wire.recv(65536)
            wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n" + promise + b'\r\n\r\n{"id":"P1"}')
            with socket.socket(fileno=wire.detach()) as beneath:  # TLS is not listened to any more
                beneath.settimeout(10)
                while data := beneath.recv(65536):
                    ends.append(data)

    with serve_once(answer_and_stop) as url:
        transport = AiohttpTransport(tls=trust())
        async with AsyncAExClient("T", base_url=url.replace("http:", "https:"), transport=transport) as aex:
            assert (await aex.get_premise("P1")).id == "P1"
    gc.collect()  # a transport that is still open would say so
    assert len(ends) <= 1


@contextmanager
def run_openssl(folder: Path, *options: str) -> Generator[str]:
    """Run OpenSSL's own server over TLS 1.3."""
    issued, port = AUTHORITY.issue_cert("127.0.0.1"), find_closed_port()
    issued.private_key_and_cert_chain_pem.write_to_path(str(folder / "both.pem"))
    AUTHORITY.cert_pem.write_to_path(str(folder / "authority.pem"))
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", str(folder / "both.pem"), "-www"]
    with subprocess.Popen(  # noqa: S603
        [*command, "-quiet", "-tls1_3", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield f"https://127.0.0.1:{port}"
        finally:
            process.terminate()


async def wait_for(url: str) -> None:
    """Return once something listens."""
    with anyio.fail_after(120):
        while True:
            try:
                wire = await anyio.connect_tcp("127.0.0.1", int(url.rpartition(":")[2]))
            except OSError:
                await anyio.sleep(0.05)
            else:
                return await wire.aclose()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to serve")
@pytest.mark.parametrize("own", [True, False], ids=["aiohttp", "httpx"])
@pytest.mark.fault("N27", "S12")
async def test_openssl_that_wants_a_certificate_is_understood_although_tls_1_3_tells_late(
    tmp_path: Path, *, own: bool
) -> None:
    with run_openssl(
        tmp_path, "-Verify", "1", "-CAfile", str(tmp_path / "authority.pem"), "-verify_return_error"
    ) as url:
        await wait_for(url)
        transport = AiohttpTransport(tls=trust()) if own else None
        verify = True if own else trust()
        async with AsyncAExClient("T", base_url=url, transport=transport, verify=verify) as aex:
            for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
                with pytest.raises(errors.ConnectionFailedError, match="wants a certificate of this client's"):
                    await call
