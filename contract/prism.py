"""Prism, which mocks what a description describes, or stands as a referee before a server."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import anyio

from aex_async import AsyncAExClient
from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve_in_thread
from contract.node import find_tool
from contract.validators import DESCRIPTION
from contract.walk import walk

_PATIENCE = 60.0
_EMAIL = "ann.specimen@example.co.za"


def walk_mock(tools: Path) -> None:
    """Walk a mock that refuses every request the description does not allow."""
    with _running([find_tool(tools, "prism"), "mock", "--errors", str(DESCRIPTION)]) as url:
        anyio.run(_walk, url)


def walk_proxy(tools: Path) -> None:
    """Walk a sandbox behind a proxy that objects to every request or answer the description does not allow."""
    with (
        serve_in_thread(Sandbox()) as sandbox,
        _running([find_tool(tools, "prism"), "proxy", "--errors", str(DESCRIPTION), sandbox]) as url,
    ):
        anyio.run(_walk, url)


async def _walk(url: str) -> None:
    async with AsyncAExClient("sandbox-token", base_url=url, attempts=1) as aex:
        await walk(aex, _EMAIL)


@contextlib.contextmanager
def _running(command: list[str]) -> Generator[str]:
    """Run a server on a free port of loopback for as long as the block runs; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    whole = [*command, "--host", "127.0.0.1", "--port", str(port)]
    # A session of its own: npm's command may start node as a child, which the end of the command would leave behind.
    with subprocess.Popen(whole, stdout=subprocess.DEVNULL, start_new_session=True) as server:  # noqa: S603 - our tool
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError("Prism does not answer: see what it wrote above")
