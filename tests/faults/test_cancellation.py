"""Calls that are cancelled: at every step, in storms, twice, and at the moment of their own deadline."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias

import anyio
import anyio.lowlevel
import httpx
import pytest

from aex_async import AsyncAExClient, NewCustomer, errors
from tests.servers import Action, answer, connect, serve, stay_silent
from tests.steps import Steps
from tests.test_calls import find_closed
from tests.timing import until

Scale: TypeAlias = Callable[[int, int], int]
Work: TypeAlias = Callable[[AsyncAExClient], Awaitable[object]]

PREMISE = answer(b'{"id": "P1"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
MARGIN = 0.25  # seconds that a call may outlive its deadline
NEW = NewCustomer(
    first_name="Jane", last_name="Doe", email="jane@example.com", password="pw", mobile_number="0820004242"
)


async def read(aex: AsyncAExClient) -> object:
    return await aex.get_premise("P1")


async def write(aex: AsyncAExClient) -> object:
    return await aex.create_customer(NEW)


async def walk(aex: AsyncAExClient) -> object:
    return [row async for row in aex.customer_services("C1", count=10, limit=30, at_once=3)]


async def look_up_all(aex: AsyncAExClient) -> object:
    return await aex.get_premises(["P1", "P2", "P3"], at_once=2)


async def look_up_one_by_one(aex: AsyncAExClient) -> object:
    async with aex.lookups(aex.get_premise, ["P1", "P2", "P3"], at_once=2) as stream:
        return [lookup async for lookup in stream]


def number_pages() -> Action:
    """Answer each request with a full page of other rows."""
    pages = iter(range(10**9))

    async def action(stream: Any) -> None:
        first = 10 * next(pages)
        rows = b",".join(b'{"id": "S%d"}' % number for number in range(first, first + 10))
        await stream.send(answer(b'{"items": [' + rows + b"]}"))

    return action


WORK: dict[str, tuple[Work, Callable[[], tuple[Action, ...]]]] = {
    "a read": (read, lambda: (PREMISE,)),
    "a read that is repeated": (read, lambda: (answer(b"", "500 Oops", "Retry-After: 0"), PREMISE)),
    "a write": (write, lambda: (CREATED,)),
    "a window of pages": (walk, lambda: (number_pages(),)),
    "many at once": (look_up_all, lambda: (PREMISE,)),
    "many one by one": (look_up_one_by_one, lambda: (PREMISE,)),
}


async def cancel_each_step(work: Work, script: tuple[Action, ...], run: Callable[[Awaitable[object], int], Any]) -> int:
    """Cancel `work` where it waits for the 1st, 2nd, ... time, on one client; return how often it waits at most."""
    async with connect(*script, max_connections=4) as (aex, server):
        at = 0
        while True:
            at += 1
            server.requests.clear()
            steps = await run(work(aex), at)
            assert aex.in_flight == 0
            assert len([request for request in server.requests if request.method == "POST"]) <= 1
            if steps < at:
                break
        server.script = (PREMISE,)
        assert (await aex.get_premise("P1")).id == "P1"
    return at


@pytest.mark.fault("C1", "C2", "R1")
@pytest.mark.parametrize(("work", "make_script"), WORK.values(), ids=WORK)
async def test_a_call_may_be_cancelled_at_any_await(work: Work, make_script: Callable[[], tuple[Action, ...]]) -> None:
    async def run(awaitable: Awaitable[object], at: int) -> int:
        scope = anyio.CancelScope()
        steps = Steps(awaitable, at, scope.cancel)
        with scope:
            await steps
        return steps.taken

    assert await cancel_each_step(work, make_script(), run) >= 2


@pytest.mark.fault("C1", "C2", "C4")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(("work", "make_script"), WORK.values(), ids=WORK)
async def test_a_call_may_be_cancelled_at_any_await_as_asyncio_does_it(
    work: Work, make_script: Callable[[], tuple[Action, ...]], times: int
) -> None:
    """Unlike anyio's, this cancellation comes once, passes every shield, and may come again."""

    async def run(awaitable: Awaitable[object], at: int) -> int:
        steps = Steps(awaitable, at, lambda: [task.cancel() for _ in range(times)])
        task = asyncio.ensure_future(_finish(steps))
        await asyncio.wait([task])
        assert task.cancelled() or task.exception() is None
        return steps.taken

    assert await cancel_each_step(work, make_script(), run) >= 2


async def _finish(steps: Steps) -> None:
    await steps


@pytest.mark.fault("C3", "R1", "R2")
@pytest.mark.parametrize(("work", "make_script"), WORK.values(), ids=WORK)
async def test_a_storm_of_cancellations_leaves_no_connection_stuck(
    work: Work, make_script: Callable[[], tuple[Action, ...]], scale: Scale
) -> None:
    chance = random.Random(7)  # noqa: S311 - any numbers will do, and these come back
    most = scale(60, 8_000)
    cancelled = 0

    async def churn(aex: AsyncAExClient) -> None:
        nonlocal cancelled
        while cancelled < most:
            with anyio.move_on_after(chance.uniform(0.0, 0.01)) as scope, suppress(errors.ServerError):
                await work(aex)
            cancelled += scope.cancelled_caught

    async with connect(*make_script(), max_connections=4) as (aex, server):
        async with anyio.create_task_group() as group:
            for _ in range(12):
                group.start_soon(churn, aex)
        assert aex.in_flight == 0
        server.script = (PREMISE,)
        for _ in range(8):
            assert (await aex.get_premise("P1")).id == "P1"
        await until(lambda: server.open_now <= 4)
    assert cancelled >= most


@pytest.mark.fault("C3")
async def test_a_storm_over_the_queue_for_connections_loses_no_place(scale: Scale) -> None:
    """Places are handed over in the very moment in which those who wait are cancelled."""
    rounds = scale(20, 1_000)
    async with connect(PREMISE, max_connections=1) as (aex, _):
        for number in range(rounds):
            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(read, aex)
                for _ in range(number % 7):
                    await anyio.lowlevel.checkpoint()
                group.cancel_scope.cancel()
            assert aex.in_flight == 0
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("C4")
@pytest.mark.in_no_time
async def test_a_call_that_waits_to_try_again_can_be_cancelled() -> None:
    async with connect(answer(b"", "503 Busy", "Retry-After: 1"), PREMISE) as (aex, server):
        start = anyio.current_time()
        with anyio.move_on_after(0.3) as scope:
            await aex.get_premise("P1")
        assert (scope.cancelled_caught, aex.in_flight) == (True, 0)
        assert anyio.current_time() - start < 0.3 + MARGIN
    assert len(server.requests) == 1


@pytest.mark.fault("C4")
async def test_closing_may_be_cancelled_and_is_done_all_the_same() -> None:
    async with connect(stay_silent) as (aex, server), anyio.create_task_group() as group:
        group.start_soon(find_closed, aex)
        await anyio.sleep(0.1)
        with anyio.CancelScope() as scope:
            scope.cancel()
            await aex.aclose()
        await until(lambda: server.open_now == 0)


@pytest.mark.fault("C5", "C6")
@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.2])
@pytest.mark.parametrize("work", [read, write])
@pytest.mark.in_no_time
async def test_a_deadline_of_the_callers_that_is_not_later_than_ours_is_the_one_that_counts(
    work: Work, seconds: float
) -> None:
    async with connect(stay_silent, timeout=0.2, attempts=1) as (aex, server):
        start = anyio.current_time()
        with pytest.raises(TimeoutError) as caught, anyio.fail_after(seconds):
            await work(aex)
        assert not isinstance(caught.value, errors.AExError)
        assert anyio.current_time() - start < seconds + MARGIN
        assert (aex.in_flight, len(server.requests) > 0) == (0, seconds > 0)


@pytest.mark.fault("C6")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_cancellation_at_the_moment_of_our_deadline_wins() -> None:
    async with connect(stay_silent, timeout=0.1, attempts=1) as (aex, _):
        for _ in range(5):
            task = asyncio.ensure_future(read(aex))
            asyncio.get_running_loop().call_later(0.1, task.cancel)
            await asyncio.wait([task])
            assert task.cancelled()


@pytest.mark.fault("C6")
@pytest.mark.in_no_time
async def test_two_deadlines_at_one_moment_are_the_callers() -> None:
    async with connect(stay_silent, timeout=0.1, attempts=1) as (aex, _):
        for _ in range(5):
            deadline = anyio.current_time() + 0.1
            with anyio.CancelScope(deadline=deadline) as scope:
                await aex.get_premise("P1")
            assert scope.cancelled_caught


@pytest.mark.fault("C7")
async def test_one_call_that_fails_among_many_is_one_error_and_no_group() -> None:
    async with connect(answer(b"", "401 No")) as (aex, _):
        with pytest.raises(errors.AuthenticationError):
            await aex.get_premises(["P1", "P2", "P3"], at_once=4)
        with pytest.raises(errors.AuthenticationError):
            await walk(aex)
        with pytest.raises(errors.AuthenticationError):
            await look_up_one_by_one(aex)
        assert aex.in_flight == 0


async def gather(*works: Callable[[], Coroutine[Any, Any, object]]) -> None:
    async with anyio.create_task_group() as group:
        for work in works:
            group.start_soon(work)


@pytest.mark.fault("C7")
@pytest.mark.in_no_time
async def test_a_sibling_that_fails_is_the_only_failure_of_its_group() -> None:
    async def fail() -> None:
        await anyio.sleep(0.1)
        raise KeyError("mine")

    async with connect(stay_silent, PREMISE) as (aex, _):
        with pytest.raises(ExceptionGroup) as caught:
            await gather(partial(read, aex), fail)
        assert [type(error) for error in caught.value.exceptions] == [KeyError]
        assert (await aex.get_premise("P1")).id == "P1"


class Shielded(httpx.AsyncBaseTransport):
    """A transport that takes its time to let go of a call."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with anyio.CancelScope(shield=True):
            await anyio.sleep(0.6)
        return httpx.Response(200, json={"id": "P1"}, request=request)


@pytest.mark.fault("C23")
async def test_a_cancelled_call_that_is_shielded_costs_no_time_of_the_processor() -> None:
    async with AsyncAExClient("T", transport=Shielded()) as aex:
        start = time.thread_time()
        with anyio.move_on_after(0.05):
            await aex.get_premise("P1")
        assert time.thread_time() - start < 0.3


@pytest.mark.fault("C23", "C14")
async def test_closing_while_a_call_is_shielded_waits_for_it_cheaply() -> None:
    aex = AsyncAExClient("T", transport=Shielded())
    async with anyio.create_task_group() as group:
        group.start_soon(read, aex)
        await anyio.sleep(0.05)
        start = time.thread_time()
        await aex.aclose()
        assert time.thread_time() - start < 0.3


@pytest.mark.fault("C5")
@pytest.mark.parametrize("work", [read, write, walk, look_up_all])
async def test_who_is_cancelled_already_sends_nothing_whatever_it_asks_for(work: Work) -> None:
    async with serve(PREMISE) as server, AsyncAExClient("T", base_url=server.url) as aex:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await work(aex)
        assert scope.cancelled_caught
        assert (server.connections, aex.in_flight) == (0, 0)
