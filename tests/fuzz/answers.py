"""Raw answers, changed by chance, over loopback to the real client, on httpx's engine and on aiohttp's."""

import asyncio
import gc
import pickle
import random
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager

from attrs import evolve, frozen

from aex_async import AExError, AsyncAExClient
from aex_async.aiohttp_transport import AiohttpTransport
from aex_async.errors import DeadlineError
from tests import samples
from tests.faults.engines import MARGIN, NEW
from tests.fuzz.hunt import hunt
from tests.fuzz.wire import CANARIES, EMAIL, PASSWORD, TOKEN, draw_answer

ENGINES = ("httpx", "aiohttp")
SECONDS = 60.0  # a call may take; the server closes after its answer, so none has a reason to
PERSON = evolve(NEW, email=EMAIL, password=PASSWORD)

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


async def _create_customer(aex: AsyncAExClient) -> object:
    return await aex.create_customer(PERSON)


async def _list_premises(aex: AsyncAExClient) -> object:
    return [premise async for premise in aex.predefined_premises("1 Long Street", limit=3)]


CALLS: Sequence[tuple[Callable[[AsyncAExClient], Awaitable[object]], str]] = [
    (lambda aex: aex.get_premise("P1"), samples.PREMISE),
    (lambda aex: aex.get_customer("C1"), samples.CUSTOMER),
    (lambda aex: aex.available_products(1.0, 2.0), samples.PRODUCTS),
    (lambda aex: aex.request("GET", "/other"), samples.PREMISE),
    (_create_customer, "{}"),
    (_list_premises, samples.PREDEFINED_PREMISES),
]
"""Calls, each with a body that it understands."""


@frozen
class Drawn:
    """One answer, where it is cut into two packets, and the call on an engine that gets it."""

    engine: str
    call: int
    packet: int
    data: bytes


def draw(rng: random.Random) -> Drawn:
    """Return an answer and who gets it."""
    call = rng.randrange(len(CALLS))
    data = draw_answer(rng, CALLS[call][1].encode() if rng.random() < 2 / 3 else None)
    packet = rng.randrange(len(data) + 1) if rng.random() < 1 / 4 else len(data)
    return Drawn(rng.choice(ENGINES), call, packet, data)


class Server(asyncio.Protocol):
    """Answers each connection's request with the answer at hand, and closes."""

    def __init__(self, say: Callable[[], Drawn]) -> None:
        self._say = say
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._wire = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, _, body = self._heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if len(body) < (int(length[1]) if length else 0):
            return
        drawn = self._say()
        self._wire.write(drawn.data[: drawn.packet])
        asyncio.get_running_loop().call_later(0.0, self._end, drawn.data[drawn.packet :])

    def _end(self, rest: bytes) -> None:
        self._wire.write(rest)
        self._wire.close()


class Stage:
    """A server, a client on each engine, and the answer at hand."""

    def __init__(self, loop: asyncio.AbstractEventLoop, noise: list[str]) -> None:
        self._loop = loop
        self._noise = noise
        self._drawn: Drawn | None = None
        self._clients: dict[str, AsyncAExClient] = {}

    async def open(self) -> None:
        """Begin to listen, and make the clients."""
        self._server = await self._loop.create_server(lambda: Server(self._say), "127.0.0.1")
        for engine in ENGINES:
            self._clients[engine] = self._make_client(engine)

    def _make_client(self, engine: str) -> AsyncAExClient:
        return AsyncAExClient(
            TOKEN,
            base_url=f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}",
            timeout=SECONDS,
            order_timeout=SECONDS,
            attempts=1,
            transport=AiohttpTransport() if engine == "aiohttp" else None,
        )

    async def close(self) -> None:
        """Close the clients, and stop to listen."""
        for client in self._clients.values():
            await client.aclose()
        self._server.close()
        await self._server.wait_closed()

    def check(self, drawn: Drawn) -> str:
        """Make the call, and return what became of it: `value`, or the name of an error of ours."""
        self._drawn = drawn
        outcome = self._loop.run_until_complete(self._meet(drawn))
        assert not self._noise, self._noise
        return outcome

    def _say(self) -> Drawn:
        assert self._drawn is not None
        return self._drawn

    async def _meet(self, drawn: Drawn) -> str:
        client, (call, _) = self._clients[drawn.engine], CALLS[drawn.call]
        outcome = await judge(call(client), CANARIES if call is _create_customer else [TOKEN, EMAIL])
        assert client.in_flight == 0
        if b"retry-after" in drawn.data.lower():
            # A client that was asked for quiet makes no further call before that is over.
            await client.aclose()
            self._clients[drawn.engine] = self._make_client(drawn.engine)
        return outcome


async def judge(call: Awaitable[object], secrets: Sequence[str]) -> str:
    """Wait for a call, see that it ends in time and tells none of `secrets`, and return what became of it."""
    begun = time.monotonic()
    try:
        await call
    except DeadlineError:
        raise AssertionError("it waited, although the server had closed the connection") from None
    except AExError as error:
        check_error(error, secrets)
        return type(error).__name__
    finally:
        assert time.monotonic() - begun < SECONDS + MARGIN
    return "value"


def check_error(error: AExError, secrets: Sequence[str]) -> None:
    """See that an error pickles, and that none of `secrets` is in it or in what it came from."""
    shown = pickle.dumps(error)
    restored = pickle.loads(shown)  # noqa: S301 - our own
    assert (type(restored), str(restored)) == (type(error), str(error))
    assert str(error).isprintable()
    cause: BaseException | None = error
    while cause is not None:
        shown += f"{cause!s} {cause!r}".encode()
        cause = cause.__cause__ or cause.__context__
    assert not [secret for secret in secrets if secret.encode() in shown]


@contextmanager
def watch_noise() -> Generator[list[str], None, None]:
    """Give a list that whatever nobody waited for is put in, and have warnings raise."""
    noise: list[str] = []
    before = sys.unraisablehook
    sys.unraisablehook = lambda found: noise.append(repr(found.exc_value))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield noise
            gc.collect()
    finally:
        sys.unraisablehook = before
    assert not noise, noise


@contextmanager
def open_stage() -> Generator[Stage, None, None]:
    """Give a stage of its own event loop, and see that nothing is left over from it."""
    with watch_noise() as noise, asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda _, context: noise.append(str(context)))
        stage = Stage(loop, noise)
        runner.run(stage.open())
        yield stage
        runner.run(stage.close())


def run(seed: int, count: int) -> Counter[str]:
    """Meet `count` answers, the same for the same seed."""
    with open_stage() as stage:
        return hunt(seed, count, draw, stage.check)
