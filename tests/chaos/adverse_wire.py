"""The two ways to an adversary: a transport in virtual time, and a port of loopback in real time."""

import asyncio
import math
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TypeAlias

import anyio
import httpx

from tests.chaos.adversary import Reply

Answering: TypeAlias = Callable[[str, str, bytes], Reply]
"""Takes a method, a target and a body in."""


class AdverseTransport(httpx.AsyncBaseTransport):
    """Reach an adversary without a socket, with the trace that tells whether anything left."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Have a request answered, or not."""
        await anyio.lowlevel.checkpoint_if_cancelled()
        trace = request.extensions.get("trace")
        body = await request.aread()
        reply = self._answer(request.method, request.url.raw_path.decode(), body)
        if trace is not None:
            await trace("connection.connect_tcp.started", {"request": request})
        if reply.fate == "refused":
            raise httpx.ConnectError("refused")
        if trace is not None:
            await trace("http11.send_request_headers.started", {"request": request})
        silence = request.extensions.get("timeout", {}).get("read")
        wait = math.inf if reply.fate == "silent" else reply.after
        if silence is not None and wait > silence:
            await anyio.sleep(silence)
            raise httpx.ReadTimeout("")
        await anyio.sleep(wait)
        if reply.fate == "cut":
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        response = httpx.Response(reply.status, headers=list(reply.headers), content=reply.body)
        if trace is not None:
            told = (b"HTTP/1.1", reply.status, b"", response.headers.raw)
            await trace("http11.receive_response_headers.complete", {"return_value": told})
        return response


@contextmanager
def serve_adversary(answer: Answering) -> Generator[str, None, None]:
    """Serve an adversary on a port of loopback, in a thread of its own; what refuses there resets."""
    ready: list[str] = []
    started = threading.Event()
    stop: list[asyncio.Event] = []

    async def live() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        ready.append(f"http://{host}:{port}")
        stop.append(asyncio.Event())
        loop.append(asyncio.get_running_loop())
        started.set()
        await stop[0].wait()
        server.close()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while await _answer_one(answer, reader, writer):
                pass
        writer.transport.abort()

    loop: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    started.wait()
    try:
        yield ready[0]
    finally:
        loop[0].call_soon_threadsafe(stop[0].set)
        thread.join()


async def _answer_one(answer: Answering, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Answer one request; `False` if the connection is over."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, target, _ = head.split(" ", 2)
    length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
    reply = answer(method, target, await reader.readexactly(length))
    if reply.fate == "silent":
        await reader.read()  # until the client hangs up
        return False
    await asyncio.sleep(reply.after)
    if reply.fate != "answered":
        return False
    writer.write(_print(reply))
    await writer.drain()
    return True


def _print(reply: Reply) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} X", f"Content-Length: {len(reply.body)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    return "\r\n".join([*lines, "", ""]).encode() + reply.body
