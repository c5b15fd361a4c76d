"""How a client lives: its one event loop, its end, the process's end, and what of the caller's runs inside of it."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import TypeAlias

import anyio
import httpx
import pytest

from aex_async import AsyncAExClient, NewCustomer, OrderJournal, Try, errors, for_each
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.sandbox.people import POMPANO_11, PRODUCT, THANDI
from tests.servers import answer, connect, serve, stay_silent
from tests.timing import until, within

Scale: TypeAlias = Callable[[int, int], int]

TOKEN = "sandbox-token"
PREMISE = answer(b'{"id": "P1"}')
NEW = NewCustomer(
    first_name="Jane", last_name="Doe", email="jane@example.com", password="pw", mobile_number="0820004242"
)


# Many calls, few connections


@pytest.mark.fault("C8")
async def test_more_calls_than_connections_all_succeed_and_lose_no_time_to_the_queue(scale: Scale) -> None:
    calls = scale(100, 3_000)

    async def measure(width: int) -> float:
        numbers = iter(range(calls))

        async def work() -> None:
            for _ in numbers:
                await aex.get_premise("P1")

        start = time.thread_time()
        async with anyio.create_task_group() as group:
            for _ in range(width):
                group.start_soon(work)
        return time.thread_time() - start

    async with connect(PREMISE, timeout=60, max_connections=10) as (aex, server):
        await measure(10)
        gc.collect()
        gc.freeze()  # many tasks make the collector look at everything, which earlier tests may have left much of
        narrow: list[float] = []
        wide: list[float] = []
        for _ in range(2):
            narrow.append(await measure(10))
            wide.append(await measure(calls))
        gc.unfreeze()
        assert len(server.requests) == 5 * calls
        assert server.most_open == 10
    assert min(wide) < 1.3 * min(narrow) + 0.2


@pytest.mark.fault("C9")
async def test_one_call_beside_a_large_job_waits_for_one_round_of_the_job_and_no_longer() -> None:
    """Counted in requests and not in seconds: at most those that were under way or waiting when it came."""
    async with connect(PREMISE, timeout=60, max_connections=4) as (aex, server), anyio.create_task_group() as group:

        async def get(name: str) -> None:
            await aex.request("GET", f"/premises/{name}")

        group.start_soon(partial(for_each, get, (f"P{number}" for number in range(10**6)), at_once=16))
        await until(lambda: server.requests)
        for number in range(20):
            before = len(server.requests)
            await get(f"MINE{number}")
            targets = [request.target for request in server.requests[before:]]
            assert targets.index(f"/premises/MINE{number}") <= 2 * 16
        group.cancel_scope.cancel()


# One event loop


@pytest.mark.fault("C10", "C11", "C15")
@pytest.mark.parametrize("first", ["asyncio", "trio"])
@pytest.mark.parametrize("second", ["asyncio", "trio"])
def test_another_event_loop_gets_an_error_that_names_the_cause_and_sends_nothing(first: str, second: str) -> None:
    sandbox = Sandbox(token=TOKEN)
    aex = AsyncAExClient(TOKEN, transport=sandbox.transport())
    customer = anyio.run(aex.get_customer, THANDI, backend=first)
    before = sandbox.received.total()
    for call in (aex.get_customer, aex.get_premise):
        with pytest.raises(errors.UsageError, match="another event loop"):
            anyio.run(call, customer.id, backend=second)
    with pytest.raises(errors.UsageError, match="another event loop"):
        anyio.run(aex.create_customer, NEW, backend=second)
    assert sandbox.received.total() == before
    anyio.run(aex.aclose, backend=second)


@pytest.mark.fault("C12")
async def test_another_thread_gets_an_error_that_names_the_cause_and_sends_nothing() -> None:
    async with connect(PREMISE) as (aex, server):
        await aex.get_premise("P1")
        caught: list[errors.UsageError] = []

        def use() -> None:
            try:
                anyio.run(aex.get_premise, "P1")
            except errors.UsageError as error:
                caught.append(error)

        thread = threading.Thread(target=use)
        thread.start()
        await anyio.to_thread.run_sync(thread.join)
        assert [str(error)[:45] for error in caught] == ["the client was first used in another event lo"]
        assert len(server.requests) == 1
        assert (await aex.get_premise("P1")).id == "P1"


# The end


@pytest.mark.fault("C14")
@pytest.mark.in_no_time
async def test_closing_tells_a_read_a_write_and_a_waiting_call_what_may_have_happened() -> None:
    told: dict[str, bool] = {}

    async def read(name: str, aex: AsyncAExClient) -> None:
        with pytest.raises(errors.ClientClosedError) as caught:
            await aex.get_premise("P1")
        told[name] = caught.value.sent

    async def write(aex: AsyncAExClient) -> None:
        with pytest.raises(errors.ClientClosedError, match="look before you repeat") as caught:
            await aex.create_customer(NEW)
        told["write"] = caught.value.sent

    async with connect(stay_silent, max_connections=2) as (aex, server), anyio.create_task_group() as group:
        group.start_soon(read, "read", aex)
        group.start_soon(write, aex)
        await anyio.sleep(0.2)
        group.start_soon(read, "queued", aex)
        await anyio.sleep(0.05)
        start = anyio.current_time()
        await aex.aclose()
        assert anyio.current_time() - start < 1.25
        await until(lambda: server.open_now == 0)
    assert told == {"read": True, "write": True, "queued": False}


@pytest.mark.fault("C14", "C21", "R1")
async def test_a_client_that_is_closed_by_a_function_of_its_own_call_leaves_no_connection() -> None:
    async def close_at_last(_: Try) -> None:
        if len(server.requests) > 4:
            await aex.aclose()

    async with serve(PREMISE) as server:
        aex = AsyncAExClient("T", base_url=server.url, on_try=close_at_last)
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(aex.get_premise, "P1")
        assert (await aex.get_premise("P1")).id == "P1"  # it was answered by then
        await find_closed(aex)
        await until(lambda: server.open_now == 0)


@pytest.mark.fault("C14")
@pytest.mark.in_no_time
async def test_closing_ends_a_call_that_waits_to_try_again_and_one_that_asks_for_a_token() -> None:
    async with serve(answer(b"", "503 Busy", "Retry-After: 2")) as server:
        waiting = AsyncAExClient("T", base_url=server.url, timeout=60)
        asking = AsyncAExClient(never_give, base_url=server.url)
        async with anyio.create_task_group() as group:
            for aex in (waiting, waiting, asking):
                group.start_soon(find_closed, aex)
            await until(lambda: len(server.requests) == 2)
            await anyio.sleep(0.1)
            with within(1):
                await waiting.aclose()
                await asking.aclose()


class Unending(httpx.MockTransport):
    """A transport whose closing waits for something that never comes."""

    async def aclose(self) -> None:
        """Wait."""
        await anyio.sleep_forever()


@pytest.mark.fault("C14", "C15")
@pytest.mark.in_no_time
async def test_a_transport_that_never_closes_is_left_after_two_seconds(caplog: pytest.LogCaptureFixture) -> None:
    aex = AsyncAExClient("T", transport=Unending(lambda _: httpx.Response(200, json={"id": "P1"})))
    assert (await aex.get_premise("P1")).id == "P1"
    with within(2.5):
        await aex.aclose()
    assert "did not close within 2.0 s" in caplog.text


@pytest.mark.fault("C14", "C15")
@pytest.mark.in_no_time
async def test_two_tasks_may_close_a_client_at_once() -> None:
    async with connect(stay_silent) as (aex, server):
        async with anyio.create_task_group() as group:
            group.start_soon(find_closed, aex)
            await anyio.sleep(0.1)
            group.start_soon(aex.aclose)
            group.start_soon(aex.aclose)
        await until(lambda: server.open_now == 0)


async def never_give() -> str:
    await anyio.sleep(60)
    return "T"  # pragma: no cover - nobody waits for it


async def find_closed(aex: AsyncAExClient) -> None:
    with pytest.raises(errors.ClientClosedError):
        await aex.get_premise("P1")


@pytest.mark.fault("C15")
async def test_a_client_that_was_never_used_may_be_forgotten_without_a_word() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        AsyncAExClient("T", base_url="http://127.0.0.1:1").with_options(timeout=1)
        gc.collect()
    assert [str(warning.message) for warning in caught if "AExClient" in str(warning.message)] == []


@pytest.mark.fault("C15")
async def test_a_client_whose_twin_is_in_use_is_not_given_up_and_the_twin_s_end_tells_of_it() -> None:
    sandbox = Sandbox()

    async def make_twin() -> AsyncAExClient:
        aex = AsyncAExClient(sandbox.token, transport=sandbox.transport())
        await aex.get_customer(THANDI)
        return aex.with_options(timeout=5).with_options(attempts=1)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        twin = await make_twin()
        gc.collect()
        assert (await twin.get_customer(THANDI)).id == THANDI
        assert [str(warning.message) for warning in caught] == []
        await twin.aclose()
        del twin
        gc.collect()
    assert [str(warning.message) for warning in caught if "was never closed" in str(warning.message)] == [
        "<AsyncAExClient https://preprod.fno.dev.aex.systems> was never closed: use 'async with', or aclose()"
    ]


@pytest.mark.fault("R6")
async def test_a_twin_of_a_twin_keeps_the_first_client_alone() -> None:
    async with AsyncAExClient("T", transport=Sandbox().transport()) as aex:
        between = aex.with_options(timeout=5)
        twin, gone = between.with_options(attempts=1), weakref.ref(between)
        del between
        gc.collect()
        assert gone() is None
        assert repr(twin) == repr(aex)


@pytest.mark.fault("C15")
def test_an_interpreter_that_ends_with_an_open_client_says_so_once_and_no_more() -> None:
    code = (
        "import anyio, sys; from aex_async import AsyncAExClient\n"
        "aex = AsyncAExClient(sys.argv[2], base_url=sys.argv[1])\n"
        f"anyio.run(aex.get_customer, {THANDI!r})\n"
    )
    with serve_in_thread(Sandbox(token=TOKEN)) as url:
        command = [sys.executable, "-W", "always::ResourceWarning", "-c", code, url, TOKEN]
        run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    assert run.stderr.count("was never closed: use 'async with', or aclose()") <= 1
    assert "Traceback" not in run.stderr
    assert TOKEN not in run.stderr


@pytest.mark.fault("C16")
async def test_a_client_cannot_be_entered_again() -> None:
    async with connect(PREMISE) as (aex, _):
        await aex.get_premise("P1")
        await aex.aclose()
        with pytest.raises(errors.ClientClosedError, match="make a new one"):
            await aex.__aenter__()
        with pytest.raises(errors.ClientClosedError, match="make a new one"):
            await aex.with_options(timeout=1).__aenter__()


# The process is told to stop

ORDERS = """
import signal, sys, anyio
from aex_async import AsyncAExClient, Order, OrderJournal
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))  # as services do
url, token, path, backend, customer, premise, product = sys.argv[1:]

async def main():
    async with AsyncAExClient(token, base_url=url) as aex:
        order = Order(
            customer=await aex.get_customer(customer), premise_guid=premise, product_id=product, reference="r-1"
        )
        await aex.place_order(order, journal=OrderJournal(path))

anyio.run(main, backend=backend)
"""


@pytest.mark.fault("C17")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(
    ("way", "codes", "words"),
    [(signal.SIGINT, {1, 130, -2}, "KeyboardInterrupt"), (signal.SIGTERM, {1, 7}, "")],
    ids=["KeyboardInterrupt", "SystemExit"],
)
def test_a_process_that_is_stopped_within_a_write_stops_and_the_journal_knows(
    tmp_path: Path, backend: str, way: signal.Signals, codes: set[int], words: str
) -> None:
    path = tmp_path / "orders.sqlite"
    sandbox = Sandbox(token=TOKEN)
    sandbox.faults.add(Fault.delay(3), method="POST")
    with serve_in_thread(sandbox) as url:
        arguments = [url, TOKEN, str(path), backend, THANDI, POMPANO_11, PRODUCT]
        with subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", ORDERS, *arguments], stderr=subprocess.PIPE, text=True
        ) as process:
            deadline = time.monotonic() + 120
            while not sandbox.received["POST /services/full"]:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            os.kill(process.pid, way)
            _, shown = process.communicate(timeout=120)
    assert process.returncode in codes
    assert words in shown
    assert [attempt.state for attempt in OrderJournal(path).unresolved()] in (["sending"], ["uncertain"])


MANY = """
import sys, anyio
from aex_async import AsyncAExClient
url, token, backend, way = sys.argv[1:]

async def main():
    async with AsyncAExClient(token, base_url=url) as aex:
        if way == "bulk":
            await aex.get_premises(["P1", "P2"])
        else:
            _ = [row async for row in aex.services(at_once=2)]

try:
    anyio.run(main, backend=backend)
except BaseException as error:
    print(type(error).__name__)
"""


@pytest.mark.fault("C17", "C7")
@pytest.mark.parametrize("way", ["bulk", "listing"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_ctrl_c_amid_many_calls_is_raised_as_itself(backend: str, way: str) -> None:
    """Trio gives it to the task that waits for the others, and in a group of exceptions."""
    sandbox = Sandbox(token=TOKEN)
    sandbox.faults.add(Fault.delay(30), times=None)
    with serve_in_thread(sandbox) as url:
        command = [sys.executable, "-c", MANY, url, TOKEN, backend, way]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own code
            deadline = time.monotonic() + 120
            while sum(sandbox.received.values()) < 2:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            os.kill(process.pid, signal.SIGINT)
            said, _ = process.communicate(timeout=120)
    assert said == "KeyboardInterrupt\n"


# What of the caller's runs within

TENANT: ContextVar[str] = ContextVar("TENANT", default="nobody")


@pytest.mark.fault("C21", "C22")
async def test_a_token_function_runs_in_the_context_of_who_calls() -> None:
    seen: list[str] = []

    def give() -> str:
        seen.append(TENANT.get())
        return "T"

    async with serve(PREMISE) as server, AsyncAExClient(give, base_url=server.url) as aex:
        TENANT.set("one")
        await aex.get_premise("P1")
        assert TENANT.get() == "one"
    assert seen == ["one"]


@pytest.mark.fault("C22")
async def test_many_look_ups_run_in_the_context_of_who_calls() -> None:
    seen: set[str] = set()

    async with connect(PREMISE) as (aex, _):

        async def call(premise_id: str) -> object:
            seen.add(TENANT.get())
            return await aex.get_premise(premise_id)

        TENANT.set("two")
        async with aex.lookups(call, ["P1", "P2"]) as stream:
            assert len([lookup async for lookup in stream]) == 2
    assert seen == {"two"}


@pytest.mark.fault("C21")
@pytest.mark.in_no_time
async def test_a_token_function_that_raises_or_never_ends_spoils_no_other_call() -> None:
    moods = iter(["raise", "sleep", "give"])

    async def give() -> str:
        mood = next(moods)
        if mood == "raise":
            raise KeyError("mine")
        await anyio.sleep(10 if mood == "sleep" else 0)
        return "T"

    async with serve(PREMISE) as server, AsyncAExClient(give, base_url=server.url, timeout=0.3) as aex:
        with pytest.raises(errors.UsageError, match="token function raised KeyError"):
            await aex.get_premise("P1")
        with pytest.raises(errors.DeadlineError, match="nothing was sent"):
            await aex.get_premise("P1")
        assert server.connections == 0
        assert (await aex.with_options(timeout=5).get_premise("P1")).id == "P1"
