"""Servers of HTTP/2: hypercorn before a sandbox, and one whose frames a test chooses."""

import asyncio
import asyncio.constants
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias
from unittest import mock

import anyio
import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
import hypercorn.asyncio
import hypercorn.config
from anyio.abc import SocketAttribute
from anyio.streams.tls import TLSListener, TLSStream
from attrs import define, field

from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import application
from tests.servers import accept, find_closed_port
from tests.tls import AUTHORITY, certify


@contextmanager
def serve_by_hypercorn(sandbox: Sandbox, folder: Path, port: int = 0) -> Generator[str]:
    """Serve a sandbox over TLS by HTTP/2 for as long as the block runs; then close as a server that restarts does."""
    certificate = AUTHORITY.issue_cert("127.0.0.1")
    key, chain, port = folder / "key.pem", folder / "chain.pem", port or find_closed_port()
    certificate.private_key_pem.write_to_path(str(key))
    chain.write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    config = hypercorn.config.Config()
    config.bind, config.keyfile, config.certfile = [f"127.0.0.1:{port}"], str(key), str(chain)
    config.accesslog = config.errorlog = None
    config.graceful_timeout = 0.2
    ended = threading.Event()

    async def wait() -> None:
        while not ended.is_set():  # noqa: ASYNC110 - an event of another thread's
            await asyncio.sleep(0.02)

    def run() -> None:
        asyncio.run(hypercorn.asyncio.serve(application(sandbox), config, shutdown_trigger=wait))  # type: ignore[arg-type]

    thread = threading.Thread(target=run, daemon=True)
    # A client that is waited for here answers no farewell of TLS, for which asyncio would wait half a minute.
    with mock.patch.object(asyncio.constants, "SSL_SHUTDOWN_TIMEOUT", 0.1):
        thread.start()
        try:
            yield f"https://127.0.0.1:{port}"
        finally:
            ended.set()
            thread.join(10)


Reply: TypeAlias = Callable[["Frames", int], Awaitable[None]]


@define
class Frames:
    """One connection of HTTP/2 as its server sees it."""

    stream: TLSStream
    state: h2.connection.H2Connection

    async def flush(self) -> None:
        """Send what is to be sent."""
        if data := self.state.data_to_send():
            await self.stream.send(data)

    async def answer(self, number: int, body: bytes, status: str = "200", *headers: tuple[str, str]) -> None:
        """Answer the request of a stream."""
        self.state.send_headers(number, [(":status", status), *headers])
        self.state.send_data(number, body, end_stream=True)
        await self.flush()

    async def send_raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        await self.flush()
        await self.stream.send(data)


@define
class FrameServer:
    """What a server of frames saw, and what it answers: the n-th request by the n-th of `script`, then by the last."""

    url: str
    script: tuple[Reply, ...]
    settings: dict[Any, int]
    requests: list[str] = field(factory=list[str])
    connections: int = 0

    async def converse(self, stream: TLSStream) -> None:
        """Serve one connection."""
        self.connections += 1
        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        state.local_settings = h2.settings.Settings(client=False, initial_values=self.settings)
        state.initiate_connection()
        frames = Frames(stream, state)
        over = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, h2.exceptions.ProtocolError)
        with suppress(*over):
            async with stream:
                await frames.flush()
                while True:
                    for event in state.receive_data(await stream.receive()):
                        if isinstance(event, h2.events.RequestReceived):
                            self._note(event)
                            await self.script[min(len(self.requests), len(self.script)) - 1](frames, event.stream_id)
                    await frames.flush()

    def _note(self, event: h2.events.RequestReceived) -> None:
        headers: dict[Any, Any] = dict(event.headers or ())
        self.requests.append(" ".join(str(headers[key], "ascii") for key in (b":method", b":path")))


@asynccontextmanager
async def serve_frames(*script: Reply, settings: dict[Any, int] | None = None) -> AsyncGenerator[FrameServer]:
    """Serve `script` over TLS by HTTP/2, request by request."""
    context = certify(AUTHORITY.issue_cert("127.0.0.1"))
    context.set_alpn_protocols(["h2"])
    plain = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = plain.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
    server = FrameServer(f"https://127.0.0.1:{port}", script, settings or {})
    async with accept(TLSListener(plain, context, standard_compatible=False), server.converse):
        yield server
