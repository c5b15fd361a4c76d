"""The pytest plugin works beside other plugins: in their modes, in their loops, on their workers."""

import pytest

pytest_plugins = ["pytester"]

SUITE = """
import pytest
from aex_async import AsyncAExClient, NewCustomer, Order
from aex_async.testing import assert_ordered_once, virtual_time

ANN = NewCustomer(first_name="Ann", last_name="Lee", email="ann@x.example", password="s", mobile_number="0821234567")

def make_order(sandbox):
    row = sandbox.predefined_premises[0]
    return Order(customer=ANN, premise_guid=row["guid"], product_id=sandbox.products_at(row["guid"])[0]["id"])

@pytest.fixture
def shop(aex_client):
    return aex_client

{marker}
async def test_an_order(shop, aex_sandbox):
    placed = await shop.place_order(make_order(aex_sandbox))
    assert assert_ordered_once(aex_sandbox).id == placed.service.id

{marker}
{opener}
async def test_a_sandbox_that_is_served(aex_url, aex_sandbox):
    async with AsyncAExClient(aex_sandbox.token, base_url=aex_url) as aex:
        assert await aex.find_customer("nobody@example.com") is None

class TestPatience:
    @virtual_time
    @pytest.mark.aex(faults={{"POST /services/full": "cut_after"}})
    async def test_a_lost_answer(self, aex_client, aex_sandbox):
        placed = await aex_client.place_order(make_order(aex_sandbox))
        assert not placed.created
        assert_ordered_once(aex_sandbox)
"""
SCOPED = ("-o", "asyncio_default_fixture_loop_scope=function")
ASYNCIO = ("-p", "no:trio", *SCOPED)
BESIDE = {
    "asyncio, strict": ("asyncio", ASYNCIO),
    "asyncio, auto": ("", (*ASYNCIO, "-o", "asyncio_mode=auto")),
    "asyncio, a loop for the session": ("asyncio(loop_scope='session')", ASYNCIO),
    "asyncio, without anyio's": ("asyncio", (*ASYNCIO, "-p", "no:anyio")),
    "asyncio, uvloop": ("asyncio", (*ASYNCIO, "-p", "uses_uvloop")),
    "anyio": ("anyio", ASYNCIO),
    "anyio, auto": ("", ("-p", "no:trio", "-p", "no:asyncio", "-o", "anyio_mode=auto")),
    "trio": ("trio", SCOPED),
    "trio, auto": ("", ("-p", "no:asyncio", "-o", "trio_mode=true")),
    "socket": ("asyncio", (*ASYNCIO, "--disable-socket", "--allow-unix-socket")),
    "xdist": ("asyncio", (*ASYNCIO, "-n", "2")),
    "randomly": ("asyncio", (*ASYNCIO, "-p", "randomly")),
    "importlib": ("asyncio", (*ASYNCIO, "--import-mode=importlib")),
}
UVLOOP = "import asyncio, uvloop\nasyncio.set_event_loop_policy(uvloop.EventLoopPolicy())"


@pytest.mark.parametrize("name", BESIDE)
def test_it_works_beside(name: str, pytester: pytest.Pytester) -> None:
    marker, options = BESIDE[name]
    opener = "@pytest.mark.enable_socket" if name == "socket" else ""
    pytester.makepyfile(SUITE.format(marker=marker and f"@pytest.mark.{marker}", opener=opener))
    pytester.makepyfile(uses_uvloop=UVLOOP)
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", *options)
    result.assert_outcomes(passed=5 if marker == "anyio" or "anyio_mode=auto" in options else 3)
