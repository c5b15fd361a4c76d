"""Serving a sandbox over HTTP; needs the `sandbox` extra."""

import asyncio
import contextlib
import errno
import signal
import socket
import ssl
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from functools import partial
from importlib import import_module
from types import FrameType
from typing import Any

try:
    import_module("starlette")  # of the same extra, and missing all the same where uvicorn is there
    import uvicorn
except ModuleNotFoundError as _error:
    _message = f"serving a sandbox needs {_error.name}: pip install 'aex-async[sandbox]'"
    raise ModuleNotFoundError(_message, name=_error.name) from _error

from aex_async.sandbox._app import BreakableProtocol, application
from aex_async.sandbox._sandbox import Sandbox
from aex_async.sandbox._tls import HandshakeProtocol

__all__ = ["application", "run", "serve", "serve_in_thread"]

# What freezes the time leaves `clock_gettime` alone where it is called for another clock than the time's own. Windows
# has none: there a method hides the clock from what replaces the function under all its names.
_STEADY: Callable[[], float] = (
    partial(time.clock_gettime, time.CLOCK_MONOTONIC) if hasattr(time, "clock_gettime") else partial(time.monotonic)
)


class _SignalledServer(uvicorn.Server):
    """A server that ends in order by a signal, and leaves it to its program what follows."""

    ended_by = signal.SIGINT

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none: `listening` has done so, before anybody could know of the server."""
        yield

    @contextlib.contextmanager
    def listening(self) -> Generator[None]:
        """Capture the signals that end a server; uvicorn's own raises them again, which would end the program too."""
        known = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in known.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.ended_by = signal.Signals(number)
        self.handle_exit(number, frame)


class _EmbeddedServer(uvicorn.Server):
    """A server whose program keeps its own signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield


@contextlib.asynccontextmanager
async def serve(
    sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[str]:
    """Serve on asyncio for as long as the block runs; gives the base URL.

    `port` 0 takes a free one. With `tls`, a server's context, it speaks HTTPS, in the versions, with the certificate
    and with as many session tickets as that has. Raises `OSError` if the address is not to be had.
    """
    with _listener(host, port) as listener:
        server = _EmbeddedServer(_config(sandbox, tls=tls))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield _base_url(listener, tls)
        finally:
            server.should_exit = True
            await task


@contextlib.contextmanager
def serve_in_thread(
    sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> Generator[str]:
    """Serve in a thread for as long as the block runs, on whatever event loop; gives the base URL.

    Look at the sandbox between requests, not during them: it is not guarded against two threads at once.
    `port` 0 takes a free one; `tls` is as of `serve`. Raises `OSError` if the address is not to be had.
    """
    with _listener(host, port) as listener:
        server = _EmbeddedServer(_config(sandbox, tls=tls))
        thread = threading.Thread(target=_serve_apart, args=(server, listener), name="aex-sandbox", daemon=True)
        thread.start()
        try:
            yield _base_url(listener, tls)
        finally:
            server.should_exit = True
            thread.join()


def _serve_apart(server: uvicorn.Server, listener: socket.socket) -> None:
    with asyncio.Runner(loop_factory=_make_steady_loop) as runner:
        runner.run(server.serve(sockets=[listener]))


def _make_steady_loop() -> asyncio.AbstractEventLoop:
    """Return a loop whose time goes on where a test has the clocks of all threads stand still, as freezegun does."""
    loop = asyncio.new_event_loop()
    loop.time = _STEADY  # type: ignore[method-assign]
    return loop


def run(
    sandbox: Sandbox,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    hosts: Iterable[str] = (),
    tls: ssl.SSLContext | None = None,
    announce: Callable[[str], object] = print,
) -> signal.Signals:
    """Serve until Ctrl-C or SIGTERM, and return which it was; `announce` is told the base URL.

    `port` 0 takes a free one; `tls` is as of `serve`. `hosts` are names to be called by, beside `localhost` and
    addresses.

    Raises `OSError` if the address is not to be had.
    """
    with _listener(host, port) as listener:
        server = _SignalledServer(_config(sandbox, hosts, tls))
        with server.listening():  # whoever is told the address may end the server at once, before it has begun
            announce(_base_url(listener, tls))
            server.run(sockets=[listener])
        return server.ended_by


def _config(sandbox: Sandbox, hosts: Iterable[str] | None = None, tls: ssl.SSLContext | None = None) -> uvicorn.Config:
    protocol: Any = BreakableProtocol
    if tls is not None:
        protocol = partial(HandshakeProtocol, BreakableProtocol, tls, sandbox.faults.pick_handshake)
    return uvicorn.Config(
        application(sandbox, hosts),
        loop="asyncio",
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # What these refuse, `create_server` would raise as it comes, and leave a socket open.
    # An empty host would be every address that this machine has.
    if port not in range(65_536) or not host or "\0" in host or not _is_encodable(host):
        raise OSError(errno.EINVAL, "That is no address of a server")
    listener = socket.create_server((host, port), family=family)
    # asyncio does so only for sockets that name their protocol; else every answer waits for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _is_encodable(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def _base_url(listener: socket.socket, tls: ssl.SSLContext | None) -> str:
    scheme = "http" if tls is None else "https"
    host, port, *_ = listener.getsockname()
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
