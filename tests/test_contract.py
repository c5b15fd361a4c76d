"""The walk of `nox -s contract` leaves no route out; the session itself takes longer than a suite should."""

from aex_async import AsyncAExClient
from aex_async.sandbox import Sandbox, read_description
from contract.walk import walk


async def test_the_walk_goes_once_over_every_route() -> None:
    sandbox = Sandbox()
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        await walk(aex, "ann@example.co.za")
    routes = sum(len(methods) for methods in read_description()["paths"].values())
    assert list(sandbox.received.values()) == [1] * routes
