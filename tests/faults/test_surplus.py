"""What comes with an answer, and is none of it, answers nobody: in a record of its own, or behind a hook that reads."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, errors
from aex_async.aiohttp_transport import AiohttpTransport
from tests.faults.engines import CREATED, ENGINES, NEW, choose_loop, listen
from tests.faults.records import Plain, Records
from tests.servers import answer
from tests.timing import in_no_time
from tests.tls import AUTHORITY, certify, trust

VERSIONS = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
OTHER = answer(b'{"whose": "nobody"}')
GARBLED = b"\x17\x03\x03\x00\x20" + 32 * b"?"  # a record that nobody has sealed
PARTING = answer(b"", "408 Request Timeout", "Connection: close")  # as haproxy has it for an idle client


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An event loop and what sends over it."""
    return str(request.param)


@pytest.fixture
def anyio_backend(engine: str) -> tuple[str, dict[str, Any]]:
    """The engine's event loop, in virtual time."""
    return in_no_time(choose_loop(engine))


def make_context(version: ssl.TLSVersion) -> ssl.SSLContext:
    context = certify(AUTHORITY.issue_cert("127.0.0.1"))
    context.minimum_version = context.maximum_version = version
    return context


def fill(size: int, number: int) -> bytes:
    """Return an answer of exactly so many bytes."""
    start = b'{"whose": %d, "padding": "' % number
    bare = answer(start + b'"}' + b" " * 10_000)  # of as many digits
    return answer(start + b"x" * (size - len(bare) + 10_000) + b'"}')


@asynccontextmanager
async def connect(engine: str, url: str, scheme: str = "https") -> AsyncGenerator[AsyncAExClient, None]:
    """Give a client with an engine, over TLS if nothing else is said."""
    options: dict[str, Any] = {"verify": trust()}
    async with httpx.AsyncClient(verify=trust(), trust_env=False) as http:
        if engine == "aiohttp":
            options = {"transport": AiohttpTransport(tls=trust())}
        elif engine.startswith("http_client"):
            options = {"http_client": http}
        async with AsyncAExClient("T", base_url=url.replace("http", scheme, 1), order_timeout=5, **options) as aex:
            yield aex


@VERSIONS
@pytest.mark.parametrize("surplus", [OTHER, OTHER[:9], PARTING], ids=["an answer", "a part", "a farewell"])
@pytest.mark.fault("P7", "P23", "S8")
async def test_a_record_that_follows_an_answer_in_its_packet_answers_nobody(
    engine: str, version: ssl.TLSVersion, surplus: bytes
) -> None:
    asked = 0

    async def answer_and_add(stream: SocketStream) -> None:
        nonlocal asked
        records = Records(stream, context)
        await records.shake()
        while await records.read_head():
            asked += 1
            await records.send(answer(b'{"whose": %d}' % asked), surplus)

    context = make_context(version)
    async with listen(answer_and_add) as server, connect(engine, server.url) as aex:
        told = [await aex.request("GET", "/things") for _ in range(4)]
    assert told == [{"whose": number} for number in (1, 2, 3, 4)]
    assert asked == 4


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.fault("P7", "S8")
async def test_what_comes_with_an_answer_and_beyond_the_64_kib_that_are_read_at_a_time_answers_nobody(
    engine: str, scheme: str
) -> None:
    """For asyncio takes more from the socket, and a record whose end is beyond them is whole for nobody yet."""
    asked = 0

    async def answer_and_add(stream: SocketStream) -> None:
        nonlocal asked
        wire, size = (Records(stream, context), 60_000) if scheme == "https" else (Plain(stream), 2**16)
        await wire.shake()
        while await wire.read_head():
            asked += 1
            await wire.send(fill(size, asked), fill(12_000, 0))

    context = make_context(ssl.TLSVersion.TLSv1_3)
    async with listen(answer_and_add) as server, connect(engine, server.url, scheme) as aex:
        told = [(await aex.request("GET", "/things"))["whose"] for _ in range(3)]
    assert told == [1, 2, 3]


@VERSIONS
@pytest.mark.fault("P24")
async def test_an_answer_in_several_records_is_whole_and_its_connection_kept(
    engine: str, version: ssl.TLSVersion
) -> None:
    async def answer_in_parts(stream: SocketStream) -> None:
        records = Records(stream, context)
        await records.shake()
        while await records.read_head():
            await records.send(OTHER[:10], OTHER[10:-3], OTHER[-3:])

    context = make_context(version)
    async with listen(answer_in_parts) as server, connect(engine, server.url) as aex:
        for _ in range(3):
            assert await aex.request("GET", "/things") == {"whose": "nobody"}
    assert server.connections == 1


@pytest.mark.parametrize("rest", [b"", GARBLED], ids=["a farewell", "what is no record"])
@pytest.mark.fault("N16", "N26")
async def test_an_end_of_tls_that_follows_an_answer_in_its_packet_ends_its_connection(engine: str, rest: bytes) -> None:
    if rest and engine == "aiohttp":
        pytest.skip("asyncio's TLS lets go of the answer, too, and the call fails")

    async def answer_and_part(stream: SocketStream) -> None:
        records = Records(stream, context)
        await records.shake()
        await records.read_head()
        await records.send(OTHER, farewell=not rest, rest=rest)

    context = make_context(ssl.TLSVersion.TLSv1_3)
    async with listen(answer_and_part) as server, connect(engine, server.url) as aex:
        for _ in range(3):
            assert await aex.request("GET", "/things") == {"whose": "nobody"}
    assert server.connections == 3


@pytest.mark.parametrize("engine", ["asyncio", "trio"], indirect=True)
@pytest.mark.parametrize(
    ("said", "rest", "tries"),
    [([CREATED], b"", 1), ([], b"", 3), ([], GARBLED, 1)],
    ids=["an answer", "a farewell", "what is no record"],
)
@pytest.mark.fault("P22", "N26")
async def test_what_comes_with_the_last_word_of_a_handshake_is_no_answer_to_a_write(
    engine: str, said: list[bytes], rest: bytes, tries: int
) -> None:
    async def speak_first(stream: SocketStream) -> None:
        records = Records(stream, context)
        await records.shake(*said, farewell=not (said or rest), rest=rest)
        await records.read_head()

    context = make_context(ssl.TLSVersion.TLSv1_2)  # whose handshake the server ends
    async with listen(speak_first) as server, connect(engine, server.url) as aex:
        with pytest.raises(errors.ConnectionFailedError) as caught:
            await aex.create_customer(NEW)
    assert (caught.value.sent, caught.value.attempts) == (False, tries)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("engine", ["http_client", "http_client on trio"], indirect=True)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.fault("P7")
async def test_behind_a_hook_that_reads_what_follows_an_answer_answers_nobody(scheme: str) -> None:
    asked = 0

    async def answer_and_add(stream: SocketStream) -> None:
        nonlocal asked
        wire = Records(stream, context) if scheme == "https" else Plain(stream)
        await wire.shake()
        while await wire.read_head():
            asked += 1
            await wire.send(answer(b'{"whose": %d}' % asked), OTHER)

    async def read(response: httpx.Response) -> None:
        await response.aread()

    context = make_context(ssl.TLSVersion.TLSv1_3)
    async with (
        listen(answer_and_add, url=f"{scheme}://127.0.0.1") as server,
        httpx.AsyncClient(verify=trust(), trust_env=False, event_hooks={"response": [read]}) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
    ):
        told = [await aex.request("GET", "/things") for _ in range(4)]
    assert told == [{"whose": number} for number in (1, 2, 3, 4)]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("engine", ["http_client", "http_client on trio"], indirect=True)
@pytest.mark.fault("P7")
async def test_behind_a_hook_that_takes_its_time_the_next_answer_loses_nothing() -> None:
    """For the pool has given the connection to somebody else by then, such as the owner of the client."""
    body = bytes(range(200))

    async def answer_in_two(stream: SocketStream) -> None:
        records = Records(stream, context)
        await records.shake()
        while b"/mine" not in await records.read_head():
            await records.send(OTHER)
        await records.send(answer(body)[:-100], body[-100:])
        await stream.receive()

    async def read(response: httpx.Response) -> None:
        if response.request.url.path == "/things":
            await response.aread()
            was_read.set()
            await half_read.wait()

    async def ask() -> None:
        await aex.request("GET", "/things")
        ended.set()

    was_read, half_read, ended = anyio.Event(), anyio.Event(), anyio.Event()
    taken = b""
    context = make_context(ssl.TLSVersion.TLSv1_3)
    one = httpx.Limits(max_connections=1)
    async with (
        listen(answer_in_two, url="https://127.0.0.1") as server,
        httpx.AsyncClient(verify=trust(), trust_env=False, limits=one, event_hooks={"response": [read]}) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
        anyio.create_task_group() as group,
    ):
        group.start_soon(ask)
        await was_read.wait()
        async with http.stream("GET", f"{server.url}/mine") as mine:
            parts = mine.aiter_raw()
            taken += await anext(parts)
            half_read.set()
            await ended.wait()
            taken += b"".join([part async for part in parts])
    assert taken == body
    assert server.connections == 1
