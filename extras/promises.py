"""What an extra promises, tried where it alone is installed, and what the rest says there.

::

    python extras/promises.py fast

`nox -s extras` does so for each, and for none. What an extra brings must work; what belongs to another must fail, and
name it.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread

from aex_async import AsyncAExClient
from aex_async.sandbox import Sandbox

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
PREMISE = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"
TEST = f"""
import pytest

@pytest.mark.anyio
async def test_a_premise(aex_client):
    assert (await aex_client.get_premise({PREMISE!r})).id
"""


class OnePremise(BaseHTTPRequestHandler):
    """A server without any extra."""

    def do_GET(self) -> None:
        """Answer with a premise, whatever was asked."""
        self.send_response(200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b'{"id": "P1"}')


def use_fast() -> None:
    """Call over aiohttp."""
    make = import_module("aex_async.aiohttp_transport").AiohttpTransport

    async def call(url: str) -> None:
        async with AsyncAExClient("T", base_url=url, transport=make()) as aex:
            await aex.get_premise("P1")

    with HTTPServer(("127.0.0.1", 0), OnePremise) as server:
        Thread(target=server.handle_request, daemon=True).start()
        asyncio.run(call(f"http://127.0.0.1:{server.server_port}"))


def use_sandbox() -> None:
    """Call a sandbox over HTTP."""
    with import_module("aex_async.sandbox.serving").serve_in_thread(sandbox := Sandbox()) as url:
        asyncio.run(call_sandbox(AsyncAExClient(sandbox.token, base_url=url)))


def use_testing() -> None:
    """Run a test with a fixture."""
    import_module("aex_async.testing")
    Path("test_premise.py").write_text(TEST)
    run(sys.executable, "-m", "pytest", "-q", "test_premise.py")


def use_otel() -> None:
    """Call under observation."""
    import_module("aex_async.otel").instrument()
    asyncio.run(call_sandbox(AsyncAExClient((sandbox := Sandbox()).token, transport=sandbox.transport())))


def use_cli() -> None:
    """Place an order from the command line."""
    run_command("demo")


def use_qualify() -> None:
    """Write Parquet, and read it."""
    run_command("qualify", "addresses.csv", "-o", "results.parquet", "--sandbox")
    run_command("qualify", "results.parquet", "-o", "results.csv", "--sandbox")


def use_excel() -> None:
    """Write a spreadsheet, and read it."""
    run_command("qualify", "addresses.csv", "-o", "results.xlsx", "--sandbox")
    run_command("qualify", "results.xlsx", "-o", "results.csv", "--sandbox")


def use_dask() -> None:
    """Look addresses up on a cluster of this machine."""
    command = ("qualify", "addresses.csv", "-o", "results.csv", "--dask", "local")
    if "dask" not in sys.argv[3:]:
        run_command(*command)
    with import_module("aex_async.sandbox.serving").serve_in_thread(Sandbox(token="T")) as url:
        run_command(*command, AEX_TOKEN="T", AEX_BASE_URL=url)


USES: dict[str, Callable[[], None]] = {name: globals()[f"use_{name}"] for name in EXTRAS}
COMMANDS = {"cli", "qualify", "excel", "dask"}


async def call_sandbox(client: AsyncAExClient) -> None:
    """Make a call."""
    async with client:
        await client.get_premise(PREMISE)


def run_command(*arguments: str, **settings: str) -> None:
    """Run `aex` beside a file of addresses."""
    Path("addresses.csv").write_text("address\n4 Kloof Road, Sea Point, Cape Town\n")
    run(str(Path(sys.executable).parent / "aex"), *arguments, **settings)


def run(*command: str, **settings: str) -> None:
    """Run a command, and end as it ends unless all went well."""
    if code := subprocess.run(command, env=os.environ | settings, check=False).returncode:
        sys.exit(code)


def list_included(extra: str) -> set[str]:
    """Return an extra and what it brings along of the others."""
    brought = [
        line.removeprefix("aex-async[").removesuffix("]") for line in EXTRAS.get(extra, ()) if line.startswith("aex-")
    ]
    return {extra}.union(*map(list_included, brought))


def main() -> None:
    """Try everything in a process of its own, and tell what works."""
    installed = set[str]().union(*map(list_included, sys.argv[1:]))
    for name in USES:
        missing = None if name in installed else "cli" if name in COMMANDS and "cli" not in installed else name
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, str(Path(__file__).absolute()), "use", name, *installed]
            ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        last = ended.stderr.strip().rpartition("\n")[2]
        if (ended.returncode == 0) if missing else ended.returncode:
            sys.exit(f"{name}: ended with {ended.returncode}\n{ended.stdout}{ended.stderr}")
        if missing and f"pip install 'aex-async[{missing}]'" not in last:
            sys.exit(f"{name} does not say what it needs: {ended.stderr}")
        print(f"{name}: {last if missing else 'works'}")


if __name__ == "__main__":
    USES[sys.argv[2]]() if sys.argv[1:2] == ["use"] else main()
