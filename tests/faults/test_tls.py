"""Group N, its TLS and its proxies: what is not to be trusted gets nothing, and is asked once."""

import datetime as dt
import ssl
from typing import Any, cast

import httpx
import pytest
import trustme
from anyio.abc import SocketStream
from anyio.streams.tls import TLSStream

from aex_async import errors
from aex_async._http.engines import Transport
from aex_async.aiohttp_transport import AiohttpTransport
from tests.faults.counting import fetch, open_calls
from tests.faults.engines import ENGINES, PREMISE, choose_loop, listen
from tests.servers import answer, find_closed_port, serve, serve_over_tls, stay_silent
from tests.timing import in_no_time, until
from tests.tls import AUTHORITY, certify, trust

FAILED = errors.ConnectionFailedError
LATE = errors.DeadlineError
DAY = dt.timedelta(days=1)
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An event loop and what sends over it."""
    return str(request.param)


@pytest.fixture
def anyio_backend(engine: str) -> tuple[str, dict[str, Any]]:
    """The engine's event loop, in virtual time."""
    return in_no_time(choose_loop(engine))


def trusting(engine: str) -> Transport:
    """Return the engine's transport, which trusts the suite's own authority."""
    if engine == "aiohttp":
        return AiohttpTransport(tls=trust())
    return httpx.AsyncHTTPTransport(verify=trust(), trust_env=False)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "certificate",
    [
        AUTHORITY.issue_cert("127.0.0.1", not_before=NOW - 2 * DAY, not_after=NOW - DAY),
        AUTHORITY.issue_cert("127.0.0.1", not_before=NOW + DAY, not_after=NOW + 2 * DAY),
        AUTHORITY.issue_cert("elsewhere.example"),
        AUTHORITY.issue_cert("127.0.0.2"),
        trustme.CA().issue_cert("127.0.0.1"),
    ],
    ids=["expired", "not yet valid", "another host", "another address", "another authority"],
)
@pytest.mark.fault("N23", "S12")
async def test_a_certificate_that_is_not_to_be_trusted_gets_nothing(
    engine: str, certificate: trustme.LeafCert, method: str
) -> None:
    async with (
        serve_over_tls(certify(certificate), PREMISE) as server,
        open_calls(server.url, engine, trusting(engine)) as calls,
    ):
        assert await fetch(calls, method) == (FAILED, False, 1)
    assert server.requests == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.fault("N27", "S12")
async def test_old_tls_gets_nothing(engine: str, method: str) -> None:
    context = certify(AUTHORITY.issue_cert("127.0.0.1"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    async with (
        serve_over_tls(context, PREMISE) as server,
        open_calls(server.url, engine, trusting(engine)) as calls,
    ):
        kind, sent, _ = await fetch(calls, method)
    assert (kind, sent, server.requests) == (FAILED, False, [])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.fault("N24")
async def test_a_handshake_that_stalls_ends_with_the_deadline_and_sent_nothing(engine: str, method: str) -> None:
    async with listen(stay_silent) as server:
        async with open_calls(server.url.replace("http:", "https:"), engine) as calls:
            kind, sent, _ = await fetch(calls, method, timeout=0.4)
        assert kind in (LATE, FAILED)
        assert not sent
        await until(lambda: server.open_now == 0)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.fault("N25")
async def test_a_server_without_tls_gets_nothing(engine: str, method: str) -> None:
    async def speak(stream: SocketStream) -> None:
        await stream.receive()
        await stream.send(answer(b"{}", "400 Bad Request"))

    async with listen(speak) as server, open_calls(server.url.replace("http:", "https:"), engine) as calls:
        kind, sent, _ = await fetch(calls, method)
    assert (kind, sent) == (FAILED, False)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("told", "whole"), [(PREMISE, True), (PREMISE[:-3], False)], ids=["whole", "cut"])
@pytest.mark.fault("N26")
async def test_tls_that_ends_without_a_farewell_cuts_only_what_is_not_whole(
    engine: str,
    told: bytes,
    method: str,
    *,
    whole: bool,
) -> None:
    async def vanish(stream: SocketStream) -> None:
        await stream.send(told)
        await cast("TLSStream", stream).transport_stream.aclose()

    async with serve_over_tls(certify(AUTHORITY.issue_cert("127.0.0.1")), PREMISE) as server:
        server.script = (vanish,)
        async with open_calls(server.url, engine, trusting(engine)) as calls:
            kind, sent, tries = await fetch(calls, method)
    if whole:
        assert (kind, sent, tries) == (200, True, 1)
    else:
        assert (kind, tries) == ((FAILED, 3) if method == "GET" else (errors.UnexpectedAnswerError, 1))
    assert len(server.requests) == tries


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", ["407 Who", "403 No", "500 Broken", "502 Bad Gateway", "none"])
@pytest.mark.fault("N28")
async def test_a_proxy_that_refuses_was_told_nothing_of_the_request(status: str, method: str, engine: str) -> None:
    async with serve(answer(b"", status)) as server:
        place = server.url if status != "none" else f"http://127.0.0.1:{find_closed_port()}"
        proxy = httpx.Proxy(place, auth=("user", "canary"))
        transport = httpx.AsyncHTTPTransport(proxy=proxy, trust_env=False)
        async with open_calls("https://fno.invalid", engine, transport) as calls:
            kind, sent, _ = await fetch(calls, method)
    assert (kind, sent) == (FAILED, False)
    assert {request.method for request in server.requests} == (set() if status == "none" else {"CONNECT"})


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.fault("N28")
async def test_a_proxy_that_hangs_was_told_nothing_of_the_request(method: str, engine: str) -> None:
    async with serve(stay_silent) as server:
        transport = httpx.AsyncHTTPTransport(proxy=server.url, trust_env=False)
        async with open_calls("https://fno.invalid", engine, transport) as calls:
            kind, sent, _ = await fetch(calls, method, timeout=0.4)
    assert (kind in (LATE, FAILED), sent) == (True, False)
    assert {request.method for request in server.requests} == {"CONNECT"}
