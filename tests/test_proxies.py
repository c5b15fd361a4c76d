"""Proxies that others wrote: pproxy over HTTP, over TLS and as SOCKS, before each engine."""

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.abc import SocketStream
from attrs import define

from aex_async import AsyncAExClient, NewCustomer, errors
from aex_async.aiohttp_transport import AiohttpTransport
from tests.faults.engines import listen
from tests.servers import Server, answer, find_closed_port, serve_over_tls
from tests.tls import AUTHORITY, certify, trust

PREMISE = answer(b'{"id": "P1"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
NEW = NewCustomer(first_name="J", last_name="D", email="jane@example.com", password="pw-canary", mobile_number="082000")
USER = "user:proxy-canary"
# Its main takes the event loop of the thread, which newer Pythons no longer make by themselves.
COMMAND = "import asyncio; asyncio.set_event_loop(asyncio.new_event_loop()); from pproxy.server import main; main()"


@define
class Proxy:
    """A proxy in a process of its own, and what it said of those whom it let through."""

    scheme: str
    port: int
    seen: str = ""

    def url(self, user: str = USER) -> str:
        """Return its URL, as a user of it would write it."""
        return f"{self.scheme}://{user}@127.0.0.1:{self.port}"


@contextmanager
def proxied(scheme: str, folder: Path) -> Generator[Proxy]:
    """Run a proxy that wants a password, and read at the end what it has seen."""
    proxy = Proxy(scheme, find_closed_port())
    spoken = {"http": "http", "https": "http+ssl", "socks5": "socks5", "socks5h": "socks5"}[scheme]
    certificate = folder / "proxy.pem"
    AUTHORITY.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    listen = f"{spoken}://127.0.0.1:{proxy.port}/#{USER}"
    command = [sys.executable, "-c", COMMAND, "-l", listen, "-v", "--ssl", str(certificate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - a peer of the tests
        try:
            wait_for(proxy.port)
            yield proxy
        finally:
            process.terminate()
            proxy.seen = process.communicate()[0]


def wait_for(port: int) -> None:
    """Return once somebody listens."""
    until = time.monotonic() + 120
    while True:
        with suppress(*((ConnectionRefusedError,) if time.monotonic() < until else ())):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)


def serve_aex() -> Any:
    return serve_over_tls(certify(AUTHORITY.issue_cert("127.0.0.1")), PREMISE, PREMISE, CREATED, PREMISE)


async def read_and_write(aex: AsyncAExClient) -> None:
    """Make two reads, a write, and a read."""
    await aex.get_premise("P1")
    await aex.get_premise("P1")
    assert await aex.create_customer(NEW) == "C1"
    await aex.get_premise("P1")


def check_refusal(caught: pytest.ExceptionInfo[errors.RequestError], server: Server) -> None:
    assert (caught.value.sent, caught.value.attempts) == (False, 1)
    assert "canary" not in f"{caught.value}{caught.value!r}"
    assert server.requests == []


@pytest.mark.parametrize("brought", [False, True], ids=["proxy=", "http_client="])
@pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks5h"])
async def test_reads_and_writes_go_by_a_real_proxy(scheme: str, tmp_path: Path, *, brought: bool) -> None:
    context = trust()
    with proxied(scheme, tmp_path) as proxy:
        # httpx itself trusts a proxy by a context of the proxy's own; with `proxy=`, `verify` counts for both.
        own = httpx.Proxy(proxy.url(), ssl_context=context if scheme == "https" else None)
        async with serve_aex() as server, httpx.AsyncClient(proxy=own, verify=context, trust_env=False) as http:
            options: dict[str, Any] = {"http_client": http} if brought else {"proxy": proxy.url(), "verify": context}
            async with AsyncAExClient("TOKEN", base_url=server.url, **options) as aex:
                await read_and_write(aex)
                assert "canary" not in repr(aex)
        assert [request.method for request in server.requests] == ["GET", "GET", "POST", "GET"]
    # A pool that was brought keeps the connection of the write, which a lane of ours closes.
    assert proxy.seen.count(server.url.removeprefix("https://")) == server.connections == (2 if brought else 3)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_aiohttps_engine_goes_by_a_real_proxy(scheme: str, tmp_path: Path) -> None:
    with proxied(scheme, tmp_path) as proxy:
        transport = AiohttpTransport(tls=trust(), proxy=proxy.url())
        async with serve_aex() as server, AsyncAExClient("T", base_url=server.url, transport=transport) as aex:
            await read_and_write(aex)
    assert proxy.seen.count(server.url.removeprefix("https://")) == server.connections


@pytest.mark.parametrize("engine", ["httpx", "aiohttp"])
@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_real_proxy_that_refuses_a_password_is_named_and_is_sent_nothing(
    engine: str, scheme: str, tmp_path: Path, anyio_backend: str
) -> None:
    if engine == "aiohttp" and (scheme == "socks5" or anyio_backend == "trio"):
        return  # it speaks to HTTP proxies, on asyncio
    with proxied(scheme, tmp_path) as proxy:
        url = proxy.url("user:bad-canary")
        options: dict[str, Any] = {"proxy": url, "verify": trust()}
        if engine == "aiohttp":
            options = {"transport": AiohttpTransport(tls=trust(), proxy=url)}
        async with serve_aex() as server, AsyncAExClient("TOKEN", base_url=server.url, **options) as aex:
            for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
                with pytest.raises(errors.ConnectionFailedError, match="the proxy") as caught:
                    await call
                check_refusal(caught, server)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_place_that_a_real_proxy_cannot_reach_got_nothing(scheme: str, tmp_path: Path) -> None:
    with proxied(scheme, tmp_path) as proxy:
        url = f"https://127.0.0.1:{find_closed_port()}"
        async with AsyncAExClient("T", base_url=url, proxy=proxy.url(), order_timeout=5, attempts=1) as aex:
            for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
                with pytest.raises(errors.RequestError) as caught:
                    await call
                assert not caught.value.sent


async def say(stream: SocketStream, *replies: bytes) -> None:
    """Answer what a client of SOCKS says, one thing after another, and hang up; at once where that is nothing."""
    for reply in replies:
        await stream.receive()
        if reply:
            await stream.send(reply)
    if replies[-1]:
        await stream.receive()  # for closed too early, what was said last can be lost


NO_LOGIN, REACHED = b"\x05\x00", b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


@pytest.mark.parametrize("brought", [False, True], ids=["proxy=", "http_client="])
@pytest.mark.parametrize(
    ("replies", "words"),
    [
        ((b"",), "something other than SOCKS5"),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "something other than SOCKS5"),
        ((b"\x04\x00",), "something other than SOCKS5"),
        ((b"\x05\xff",), "the proxy refused"),
        ((b"\x05\x02",), "wants a user name and a password"),
        ((NO_LOGIN, b"\x05"), "something other than SOCKS5"),
        ((NO_LOGIN, b"\x05\x05" + REACHED[2:]), "could not reach the server"),
        ((NO_LOGIN, REACHED), "connection"),
    ],
)
async def test_a_proxy_that_breaks_off_or_speaks_no_socks_got_nothing(
    replies: tuple[bytes, ...], words: str, *, brought: bool
) -> None:
    async with listen(lambda stream: say(stream, *replies)) as server:
        url = server.url.replace("http:", "socks5:")
        async with httpx.AsyncClient(proxy=url, trust_env=False) as http:
            options: dict[str, Any] = {"http_client": http} if brought else {"proxy": url}
            async with AsyncAExClient("TOKEN", base_url="https://127.0.0.1:1", attempts=1, **options) as aex:
                for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
                    with pytest.raises(errors.ConnectionFailedError, match=words) as caught:
                        await call
                    assert not caught.value.sent


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
async def test_a_proxy_that_is_not_there_got_nothing(scheme: str) -> None:
    url = Proxy(scheme, find_closed_port()).url()
    async with AsyncAExClient("T", base_url="https://fno.example", proxy=url, attempts=1) as aex:
        for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
            with pytest.raises(errors.ConnectionFailedError) as caught:
                await call
            assert not caught.value.sent
            assert "canary" not in str(caught.value)


def test_aiohttps_engine_refuses_a_proxy_of_socks_at_once() -> None:
    with pytest.raises(errors.UsageError, match="HTTP proxies only"):
        AiohttpTransport(proxy="socks5://127.0.0.1:1080")


def test_without_httpxs_extra_a_proxy_of_socks_is_refused_at_once() -> None:
    code = (  # in two parts, since a traceback may show the line itself
        "import sys; sys.modules['socksio'] = None\n"
        "from aex_async import AsyncAExClient\n"
        "AsyncAExClient('T', proxy='socks5://user:pw-{}@127.0.0.1:1080'.format('can' + 'ary'))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert "pip install 'httpx[socks]'" in shown.stderr
    assert "UsageError" in shown.stderr
    assert "canary" not in shown.stderr
