"""A loopback HTTP/1.1 server in a process of its own, so cheap that the client is what is measured.

A premise is answered under whatever id was asked for. A listing has as many pages as `q` says, as in `q=50`, or
`q=50-total` for the same with a `total`; its last page is one row short.
`python -m benchmarks.server SECONDS` answers everything after so many.
"""

import asyncio
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.rows import PREMISE_ID, Draw, encode, make_page, make_predefined_premise, make_premise

ROOT = Path(__file__).parent.parent
COUNT = 100

_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 01 Mar 2026 12:00:00 GMT\r\n"
    b"Set-Cookie: _Ditty_session=made-up; path=/; HttpOnly\r\nContent-Length: %d\r\n\r\n"
)
_PREMISE = encode(make_premise(Draw(1)))
_BEFORE, _, _AFTER = (_HEAD % len(_PREMISE) + _PREMISE).partition(PREMISE_ID.encode())


def answer(target: bytes) -> bytes:
    """Return the whole answer to a GET of `target`."""
    if target.startswith(b"/premises/"):
        return _BEFORE + target[10:] + _AFTER
    query = parse_qs(urlsplit(target.decode()).query)
    return answer_page(query["q"][0], int(query["page"][0]))


@cache
def answer_page(q: str, page: int) -> bytes:
    """Return one page of a listing, as an answer."""
    pages, _, total = q.partition("-")
    rows = COUNT * int(pages) - 1
    count = min(max(rows - COUNT * (page - 1), 0), COUNT)
    body = make_page(make_predefined_premise, count, seed=page, total=rows if total else None)
    return _HEAD % len(body) + body


class Answering(asyncio.Protocol):
    """One connection."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to write to."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole. None has a body."""
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for request in requests:
            whole = answer(request[4 : request.index(b" ", 4)])
            if self._seconds:
                self._loop.call_later(self._seconds, self._transport.write, whole)
            else:
                self._transport.write(whole)


async def run(seconds: float) -> None:
    """Serve on a free port, which is printed, until standard input ends: at the latest with the parent."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(seconds), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


@contextmanager
def serve(seconds: float = 0.0) -> Generator[str]:
    """Run a server that answers after so many seconds, and give its base URL."""
    command = [sys.executable, "-m", "benchmarks.server", str(seconds)]
    with subprocess.Popen(  # noqa: S603 - it is this module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(run(float(sys.argv[1])))
