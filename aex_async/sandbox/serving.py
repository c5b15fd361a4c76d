"""Serving a sandbox over HTTP; needs the `sandbox` extra."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncGenerator, Callable, Generator

import uvicorn

from ._sandbox import Sandbox
from ._wire import BreakableProtocol

__all__ = ["run", "serve", "serve_in_thread"]


class _EmbeddedServer(uvicorn.Server):
    """A server whose program keeps its own signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield


@contextlib.asynccontextmanager
async def serve(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> AsyncGenerator[str]:
    """Serve on asyncio for as long as the block runs; gives the base URL.

    `port` 0 takes a free one. Raises `OSError` if the address is not to be had.
    """
    with _listener(host, port) as listener:
        server = _EmbeddedServer(_config(sandbox))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield _base_url(listener)
        finally:
            server.should_exit = True
            await task


@contextlib.contextmanager
def serve_in_thread(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
    """Serve in a thread for as long as the block runs, on whatever event loop; gives the base URL.

    Look at the sandbox between requests, not during them: it is not guarded against two threads at once.
    `port` 0 takes a free one. Raises `OSError` if the address is not to be had.
    """
    with _listener(host, port) as listener:
        server = _EmbeddedServer(_config(sandbox))
        thread = threading.Thread(target=server.run, args=([listener],), name="aex-sandbox", daemon=True)
        thread.start()
        try:
            yield _base_url(listener)
        finally:
            server.should_exit = True
            thread.join()


def run(
    sandbox: Sandbox,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    announce: Callable[[str], object] = print,
) -> None:
    """Serve until Ctrl-C or SIGTERM; `announce` is told the base URL.

    `port` 0 takes a free one.

    Raises `OSError` if the address is not to be had.
    """
    with _listener(host, port) as listener, contextlib.suppress(KeyboardInterrupt):
        announce(_base_url(listener))
        uvicorn.Server(_config(sandbox)).run(sockets=[listener])


def _config(sandbox: Sandbox) -> uvicorn.Config:
    return uvicorn.Config(
        sandbox.app(),
        loop="asyncio",
        http=BreakableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    # asyncio does so only for sockets that name their protocol; else every answer waits for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _base_url(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
