"""A lane has one connection, trusts what the process trusts, and goes out once more only once."""

import gc
import ssl
import warnings

import anyio
import httpx
import pytest

from aex_async import AsyncAExClient, errors
from aex_async._http.engines import OwnClient, open_transport
from aex_async._http.lanes import Lanes
from aex_async._http.trust import no_trust, tls_context
from tests.servers import Action, answer, close, connect, serve

PREMISE = answer(b'{"id": "P1"}')


def test_nothing_older_than_tls_1_2_is_spoken() -> None:
    assert tls_context().minimum_version == ssl.TLSVersion.TLSv1_2


async def test_a_closed_client_holds_no_lane() -> None:
    async with connect(PREMISE) as (aex, server), anyio.create_task_group() as group:
        for number in range(3):
            group.start_soon(aex.request, "GET", f"/premises/P{number}")
    assert (aex.in_flight, server.open_now) == (0, 0)


async def test_a_transport_of_the_callers_own_is_closed_even_if_it_was_never_used() -> None:
    closed: list[bool] = []

    class Own(httpx.MockTransport):
        async def aclose(self) -> None:
            closed.append(True)

    async with AsyncAExClient("T", transport=Own(lambda _: httpx.Response(200))):
        pass
    assert closed == [True]


@pytest.mark.parametrize(("kept", "fails"), [(1, False), (2, True)])
async def test_of_kept_connections_that_close_at_that_moment_one_costs_no_try(*, kept: int, fails: bool) -> None:
    """A pool of the caller's own may keep several."""
    together = anyio.Event()

    async def wait(stream: anyio.abc.SocketStream) -> None:
        if len(server.requests) == kept:
            together.set()
        await together.wait()
        await stream.send(PREMISE)

    script: list[Action] = [*[wait] * kept, *[close] * kept, PREMISE]
    async with serve(*script) as server:
        pool = httpx.AsyncHTTPTransport(trust_env=False)
        async with AsyncAExClient("T", base_url=server.url, transport=pool, attempts=1) as aex:
            await aex.get_premises([f"P{number}" for number in range(kept)], at_once=kept)
            try:
                found: str | None = (await aex.get_premise("P1")).id
            except errors.ConnectionFailedError:
                found = None
    assert found == (None if fails else "P1")


async def test_lanes_that_are_closed_count_no_more() -> None:
    hall = Lanes(3, OwnClient(lambda: open_transport(no_trust())))
    taken = [await hall.take() for _ in range(3)]
    for lane in taken[:2]:
        hall.put(lane)
    assert hall.busy == 1
    await hall.aclose()
    assert hall.busy == 1
    hall.put(taken[2])
    await hall.aclose()
    assert hall.busy == 0


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_client_that_outlives_its_event_loop_is_let_go_of_with_its_one_warning(backend: str) -> None:
    async def use() -> AsyncAExClient:
        async with serve(PREMISE) as server:
            aex = AsyncAExClient("T", base_url=server.url)
            await aex.get_premise("P1")
            return aex

    aex = anyio.run(use, backend=backend)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del aex
        gc.collect()
    assert sum("was never closed" in str(warning.message) for warning in caught) == 1
