"""The peers, each doing the same work: to get one premise by its id, over connections that are kept.

A peer is opened with the server's URL and the number of connections that it may use, and gives a coroutine function
from an id to what it makes of the answer: plain JSON, or an object of the peer's own.
"""

import atexit
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import Any, TypeAlias

import httpx

import aex_async
from aex_async import AsyncAExClient

Fetch: TypeAlias = Callable[[str], Awaitable[Any]]
Opener: TypeAlias = Callable[[str, int], AbstractAsyncContextManager[Fetch]]

TOKEN = "made-up"  # noqa: S105 - so it is
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
TIMEOUT = 120.0
DESCRIPTION = Path(aex_async.__file__).parent / "sandbox" / "openapi.json"


def import_peer(name: str) -> Any:
    """Import what need not be installed, and of which the type checkers therefore know nothing."""
    return import_module(name)


@asynccontextmanager
async def open_ours(base_url: str, width: int) -> AsyncGenerator[Fetch]:
    """Open aex_async as it is installed by default."""
    async with AsyncAExClient(TOKEN, base_url=base_url, max_connections=width, timeout=TIMEOUT) as aex:
        yield aex.get_premise


@asynccontextmanager
async def open_ours_fast(base_url: str, width: int) -> AsyncGenerator[Fetch]:
    """Open aex_async over its own transport for aiohttp."""
    transport = import_peer("aex_async.aiohttp_transport").AiohttpTransport()
    async with AsyncAExClient(
        TOKEN, base_url=base_url, max_connections=width, timeout=TIMEOUT, transport=transport
    ) as aex:
        yield aex.get_premise


@asynccontextmanager
async def open_httpx(base_url: str, width: int) -> AsyncGenerator[Fetch]:
    """Open bare httpx: one client, `get`, `json`."""
    limits = httpx.Limits(max_connections=width, max_keepalive_connections=width)
    async with httpx.AsyncClient(base_url=base_url, headers=HEADERS, limits=limits, timeout=TIMEOUT) as client:

        async def fetch(premise_id: str) -> Any:
            return (await client.get(f"/premises/{premise_id}")).json()

        yield fetch


@asynccontextmanager
async def open_aiohttp(base_url: str, width: int) -> AsyncGenerator[Fetch]:
    """Open bare aiohttp: one session, `get`, `json`."""
    aiohttp = import_peer("aiohttp")
    connector = aiohttp.TCPConnector(limit=width)
    async with aiohttp.ClientSession(base_url, headers=HEADERS, connector=connector) as session:

        async def fetch(premise_id: str) -> Any:
            async with session.get(f"/premises/{premise_id}") as answer:
                return await answer.json()

        yield fetch


@asynccontextmanager
async def open_openai(base_url: str, width: int) -> AsyncGenerator[Fetch]:
    """Open the client of the `openai` package, whose base class many generated SDKs share, on a route of ours.

    Dates are text in its model, which is the least work for it.
    """
    openai = import_peer("openai")
    model = import_peer("benchmarks.twins").make_pydantic_premise(openai.BaseModel)
    http = openai.DefaultAsyncHttpxClient
    engine = import_peer(http.__mro__[1].__module__.partition(".")[0])  # httpx, or a successor of it
    limits = engine.Limits(max_connections=width, max_keepalive_connections=width)
    async with openai.AsyncOpenAI(
        api_key=TOKEN, base_url=base_url, http_client=http(limits=limits, timeout=TIMEOUT)
    ) as client:

        async def fetch(premise_id: str) -> Any:
            return await client.get(f"/premises/{premise_id}", cast_to=model)

        yield fetch


@cache
def generate_client() -> Path:
    """Generate a client from the description and return its package's folder, which goes when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="generated-client-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    package = folder / "generated_client"
    config = folder / "config.yaml"
    config.write_text("post_hooks: []\n")
    arguments = ["--path", str(DESCRIPTION), "--output-path", str(package), "--meta", "none", "--config", str(config)]
    command = [sys.executable, "-m", "openapi_python_client", "generate", *arguments]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a tool of the bench group
    return package


@asynccontextmanager
async def open_generated(base_url: str, width: int) -> AsyncGenerator[Fetch]:
    """Open a client as openapi-python-client writes it."""
    package = generate_client()
    if str(package.parent) not in sys.path:
        sys.path.append(str(package.parent))
    get_premise = import_peer(f"{package.name}.api.isp_flow.get_premise").asyncio
    limits = httpx.Limits(max_connections=width, max_keepalive_connections=width)
    client = import_peer(package.name).AuthenticatedClient(
        base_url=base_url, token=TOKEN, httpx_args={"limits": limits}, timeout=httpx.Timeout(TIMEOUT)
    )
    async with client:

        async def fetch(premise_id: str) -> Any:
            return await get_premise(premise_id, client=client)

        yield fetch


@asynccontextmanager
async def open_requests(base_url: str, width: int) -> AsyncGenerator[Fetch]:
    """Open `requests` with one session, one call after another, whatever the width."""
    del width
    with import_peer("requests").Session() as session:
        session.headers.update(HEADERS)

        async def fetch(premise_id: str) -> Any:
            return session.get(f"{base_url}/premises/{premise_id}", timeout=TIMEOUT).json()

        yield fetch


OURS = "aex_async"
OURS_FAST = "aex_async, fast extra"
HTTPX = "bare httpx"
AIOHTTP = "bare aiohttp"
OPENAI = "openai-style client"
GENERATED = "generated client"
REQUESTS = "requests, one by one"

_OPENERS: Mapping[str, tuple[Opener, tuple[str, ...]]] = {
    OURS: (open_ours, ()),
    OURS_FAST: (open_ours_fast, ("aiohttp", "aex_async.aiohttp_transport")),
    HTTPX: (open_httpx, ()),
    AIOHTTP: (open_aiohttp, ("aiohttp",)),
    OPENAI: (open_openai, ("openai", "pydantic")),
    GENERATED: (open_generated, ("openapi_python_client",)),
    REQUESTS: (open_requests, ("requests",)),
}


def find_peers() -> dict[str, Opener]:
    """Return the peers that are installed."""
    return {name: opener for name, (opener, needs) in _OPENERS.items() if all(find_spec(need) for need in needs)}


def get_field(premise: Any, name: str) -> Any:
    """Return a field of whatever a peer made of a premise."""
    return getattr(premise, name) if hasattr(premise, name) else premise[name]
