"""Connections that nobody uses are closed, whatever is lacking, and a process that was forked has none."""

import asyncio
import gc
import os
import resource
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import anyio
import httpx
import pytest
import sniffio
import trio
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, errors
from aex_async._http import idle_connections
from aex_async._http.engines import OwnClient, open_transport
from aex_async._http.event_loop import find_asyncio_loop
from aex_async._http.guarded_stream import listen
from aex_async._http.head_guard import is_clean
from aex_async._http.lanes import Lanes
from aex_async._http.trust import no_trust
from aex_async.aiohttp_transport import AiohttpTransport
from tests.servers import Server, answer, answer_asked, connect, serve, stay_silent
from tests.timing import until

PREMISE = answer(b'{"id": "P1"}')


def answer_each(server: Server) -> Callable[[SocketStream], Awaitable[None]]:
    """Answer every request with the record that it asks for: a connection that answers with another is not kept."""

    async def action(stream: SocketStream) -> None:
        await stream.send(answer_asked(server.requests[-1]))

    return action


async def open_many(aex: AsyncAExClient, server: Server, many: int) -> None:
    before = len(server.requests)
    await aex.get_premises([f"P{number}" for number in range(before, before + many)], at_once=many)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connections grow old in a moment."""
    monkeypatch.setattr(idle_connections, "PAUSE", 0.1)
    monkeypatch.setattr("aex_async._http.lanes.KEEP_ALIVE", 0.2)
    monkeypatch.setattr(Lanes.close_idle, "__defaults__", (0.2,))


@pytest.mark.fault("X20")
async def test_connections_that_nobody_uses_are_closed_within_seconds() -> None:
    async with connect(PREMISE) as (aex, server):
        server.script = (answer_each(server),)
        await open_many(aex, server, 5)
        assert server.open_now > 0
        await until(lambda: server.open_now == 0)
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.usefixtures("hasty")
async def test_of_many_connections_those_in_use_stay() -> None:
    async with connect(PREMISE) as (aex, server):
        server.script = (answer_each(server),)
        await open_many(aex, server, 5)
        for _ in range(12):
            await anyio.sleep(0.05)
            await aex.get_premise("P1")
        await until(lambda: server.open_now <= 1)
        await until(lambda: server.open_now == 0)
        await open_many(aex, server, 3)
        await until(lambda: server.open_now == 0)


@pytest.mark.usefixtures("hasty")
async def test_an_idle_connection_that_cannot_be_closed_in_order_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "aex_async")

    async def stumble() -> bool:
        raise OSError

    reaper = idle_connections.Reaper(stumble)
    reaper.wake()
    reaper.wake()
    await until(lambda: "an idle connection could not be closed in order" in caplog.text)
    reaper.wake()
    reaper.stop()


class Counted:
    """Idle connections, as many looks long as asked, and how often somebody looked."""

    def __init__(self, kept_for: int) -> None:
        self.kept_for = kept_for
        self.looks = 0

    async def close(self) -> bool:
        """Close one more of them."""
        self.looks += 1
        return self.looks < self.kept_for


@pytest.mark.usefixtures("hasty")
async def test_however_often_it_is_woken_one_looks_until_nothing_is_kept_and_again_when_woken_then() -> None:
    idling = Counted(2)
    reaper = idle_connections.Reaper(idling.close)
    begun = anyio.current_time()
    for _ in range(5):
        reaper.wake()
    await until(lambda: idling.looks == 2)
    assert anyio.current_time() - begun > 0.15  # two pauses
    await anyio.sleep(0.3)
    assert idling.looks == 2
    idling.kept_for = 3
    reaper.wake()
    await until(lambda: idling.looks == 3)
    reaper.stop()


@pytest.mark.usefixtures("hasty")
async def test_nobody_looks_after_the_end_not_even_who_is_woken_by_then() -> None:
    idling = Counted(9)
    reaper = idle_connections.Reaper(idling.close)
    reaper.wake()
    reaper.stop()
    reaper.wake()
    await anyio.sleep(0.3)
    assert idling.looks == 0


@pytest.mark.usefixtures("hasty")
async def test_who_is_stopped_in_the_midst_of_closing_looks_no_more() -> None:
    looks: list[float] = []

    async def close_and_be_stopped() -> bool:
        looks.append(anyio.current_time())
        reaper.stop()
        return True

    reaper = idle_connections.Reaper(close_and_be_stopped)
    reaper.wake()
    await until(lambda: bool(looks))
    await anyio.sleep(0.3)
    assert len(looks) == 1


@pytest.mark.fault("X20", "N29")
async def test_where_no_file_is_left_idle_connections_make_room() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with connect(PREMISE, timeout=10) as (aex, server):
        server.script = (answer_each(server),)
        await open_many(aex, server, 10)
        busy = [os.open(os.devnull, os.O_RDONLY) for _ in range(5)]
        used = count_files()
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(used, max(busy) + 1), hard))
        try:
            customer = await aex.with_options(attempts=3).request("GET", "/customers/C1")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for file in busy:
                os.close(file)
        assert customer == {"id": "C1"}
        assert (await aex.get_premise("P1")).id == "P1"


def count_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def answer_each_slowly(server: Server) -> Callable[[SocketStream], Awaitable[None]]:
    async def action(stream: SocketStream) -> None:
        request = server.requests[-1]
        await anyio.sleep(0.3)
        await stream.send(answer_asked(request))

    return action


@pytest.mark.fault("X20", "N29")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
async def test_a_process_of_few_files_makes_more_calls_at_once_than_it_has_files_for(backend: str) -> None:
    """Under trio nothing else has imported asyncio, and no call may need a file to find that out."""
    code = """
    import anyio, resource, sys
    from aex_async import AsyncAExClient

    async def main(url):
        async with AsyncAExClient("T", base_url=url, max_connections=100, timeout=60) as aex:
            bulk = await aex.get_premises([f"P{number}" for number in range(100)], at_once=100)
            print(len(bulk.found), (await aex.get_premise("P1")).id)

    resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    anyio.run(main, sys.argv[2], backend=sys.argv[1])
    """
    async with serve(PREMISE) as server:
        server.script = (answer_each_slowly(server),)
        with anyio.fail_after(120):
            shown = await anyio.run_process([sys.executable, "-c", textwrap.dedent(code), backend, server.url])
    assert shown.stdout.split() == [b"100", b"P1"]


# An unclosed client


@pytest.mark.filterwarnings("always::ResourceWarning")
async def test_a_client_that_nobody_closed_is_warned_of_once() -> None:
    async with serve(PREMISE) as server:
        aex = AsyncAExClient("T", base_url=server.url)
        await open_many(aex, server, 3)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            del aex
            gc.collect()
            await anyio.sleep(0.1)
            gc.collect()
        assert [str(warning.message)[:16] for warning in caught] == ["<AsyncAExClient "]
        await until(lambda: server.open_now == 0)


# A fork


def run_apart(code: str, backend: str) -> subprocess.CompletedProcess[str]:
    """Run a program that forks in a process of its own, on that loop, and return what it has said."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code), backend],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )


@pytest.mark.fault("X21")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_child_of_a_fork_is_refused_and_harms_its_parent_in_nothing(backend: str) -> None:
    code = """
    import anyio, os, sys
    from aex_async import AsyncAExClient, errors
    from tests.servers import answer, connect

    async def main():
        async with connect(answer(b'{"id": "P1"}')) as (aex, server):
            await aex.get_premise("P1")
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    await aex.get_premise("P1")
                except errors.UsageError as error:
                    code = 0 if "forked" in str(error) else 2
                await aex.aclose()
                os._exit(code)
            _, status = os.waitpid(child, 0)
            await aex.get_premise("P1")
            print(os.waitstatus_to_exitcode(status), server.connections)

    anyio.run(main, backend=sys.argv[1])
    """
    shown = run_apart(code, backend)
    assert shown.stdout.split() == ["0", "1"]


@pytest.mark.fault("X21")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_whatever_a_child_of_a_fork_asks_for_is_refused_in_the_same_words(backend: str) -> None:
    """In such a child asyncio denies its loop, and trio has lost the threads by which a journal is written."""
    code = """
    import anyio, os, sys
    from datetime import UTC, datetime
    from aex_async import AsyncAExClient, Attempt, NewCustomer, Order, OrderJournal, errors
    from aex_async.sandbox import Sandbox
    from tests.sandbox.people import POMPANO_9, PRODUCT, THANDI

    async def take_first(aex):
        async with aex.lookups(aex.get_premise, ["P1"]) as stream:
            return await anext(stream)

    async def main():
        sandbox, journal = Sandbox(), OrderJournal(":memory:")
        async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
            facts = dict(premise_guid=POMPANO_9, product_id=PRODUCT)
            order = Order(customer=await aex.get_customer(THANDI), **facts)
            attempt = Attempt(reference="r", customer_id=THANDI, started_at=datetime.now(UTC), **facts)
            new = NewCustomer(
                first_name="J", last_name="D", email="j@example.com", password="p", mobile_number="0", username="j"
            )
            begun = aex.customer_services(THANDI)
            calls = (
                lambda: anext(begun),
                lambda: anext(aex.customer_services(THANDI)),
                lambda: anext(aex.work_orders("S1", at_once=4)),
                lambda: anext(aex.customers("x").by_page()),
                lambda: aex.find_customer("j@example.com"),
                lambda: aex.get_or_create_customer(new),
                lambda: aex.create_customer(new),
                lambda: aex.place_order(order, journal=journal),
                lambda: aex.place_order(order, timeout=5),
                lambda: aex.resume_order(attempt, timeout=5),
                lambda: aex.resume_all(journal=journal),
                lambda: aex.with_options(timeout=5).get_premises(["P1"]),
                lambda: take_first(aex),
                lambda: aex.request("GET", "/x"),
            )
            child = os.fork()
            if child == 0:
                refused = 0
                for call in calls:
                    try:
                        await call()
                    except errors.UsageError as error:
                        refused += "forked" in str(error)
                    except BaseException as error:
                        print(type(error), error, file=sys.stderr, flush=True)
                os._exit(len(calls) - refused)
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), (await aex.place_order(order, journal=journal)).created)

    anyio.run(main, backend=sys.argv[1])
    """
    shown = run_apart(code, backend)
    assert (shown.stdout.split(), shown.stderr) == (["0", "True"], "")


@pytest.mark.fault("X21")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_call_under_way_at_a_fork_is_its_parents_alone(backend: str) -> None:
    code = """
    import anyio, os, sys
    from functools import partial
    from aex_async import AsyncAExClient, errors
    from tests.servers import answer, connect

    async def slowly(stream):
        await anyio.sleep(0.5)
        await stream.send(answer(b'{"id": "P1"}'))

    async def main():
        child = 0
        parent = os.getpid()
        async with connect(slowly) as (aex, server), anyio.create_task_group() as group:
            async def call():
                print((await aex.get_premise("P1")).id, os.getpid() == parent)
            group.start_soon(call)
            await anyio.sleep(0.2)
            child = os.fork()
            if child == 0:
                os._exit(0)
            os.waitpid(child, 0)

    anyio.run(main, backend=sys.argv[1])
    """
    shown = run_apart(code, backend)
    assert shown.stdout.split() == ["P1", "True"]


async def test_a_connection_of_another_process_is_neither_read_nor_written_nor_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serve(PREMISE) as server:
        transport = open_transport(no_trust())
        ear = listen(transport)
        async with AsyncAExClient("T", base_url=server.url, transport=transport) as aex:
            await aex.get_premise("P1")
            stream = ear.stream
            assert stream is not None
            with monkeypatch.context() as patch:
                patch.setattr(os, "getpid", lambda: -1)  # as a fork would
                with pytest.raises(errors.UsageError, match="forked"):
                    await stream.read(1)
                with pytest.raises(errors.UsageError, match="forked"):
                    await stream.write(b"x")
                await stream.aclose()
            await aex.get_premise("P1")
    assert server.connections == 1


# What is private in httpx and httpcore


async def test_the_private_parts_that_guard_a_connection_are_where_they_were() -> None:
    async with serve(PREMISE) as server:
        transport = open_transport(no_trust())
        ear = listen(transport)
        async with AsyncAExClient("T", base_url=server.url, transport=transport) as aex:
            await aex.get_premise("P1")
            assert ear.stream is not None, "httpx or httpcore changed where a pool and its backend are kept"
            assert is_clean(transport), "httpcore changed where a connection keeps its state"


async def test_without_them_every_call_still_works_on_a_connection_of_its_own() -> None:
    class Hidden:
        """A pool that shows nothing of itself."""

        def __init__(self, pool: object) -> None:
            self.handle_async_request = pool.handle_async_request  # type: ignore[attr-defined]
            self.aclose = pool.aclose  # type: ignore[attr-defined]
            self.connections = [object()]

    def open_one() -> object:
        transport = open_transport(no_trust())
        transport._pool = Hidden(transport._pool)  # type: ignore[attr-defined]  # noqa: SLF001
        return transport

    async with serve(PREMISE) as server:
        aex = AsyncAExClient("T", base_url=server.url)
        aex._calls._lanes = Lanes(2, OwnClient(open_one))  # type: ignore[arg-type]  # noqa: SLF001
        async with aex:
            for _ in range(3):
                assert (await aex.get_premise("P1")).id == "P1"
    assert server.connections == 3


def run_within_asyncio(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work` on a trio that is a guest of asyncio's loop, as it is within a program that has its own."""

    async def be_host() -> None:
        loop = asyncio.get_running_loop()
        ended = loop.create_future()
        trio.lowlevel.start_guest_run(
            work,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            run_sync_soon_not_threadsafe=loop.call_soon,
            done_callback=ended.set_result,
            host_uses_signal_set_wakeup_fd=True,
        )
        (await ended).unwrap()

    asyncio.run(be_host())


@pytest.mark.usefixtures("hasty")
def test_a_trio_that_runs_within_asyncio_is_trio() -> None:
    """For there, asyncio says that its loop runs."""

    async def work() -> None:
        async with connect(PREMISE) as (aex, server):
            await aex.get_premise("P1")
            await until(lambda: server.open_now == 0)
        async with (
            serve(stay_silent, PREMISE) as server,
            httpx.AsyncClient(trust_env=False) as http,
            AsyncAExClient("T", base_url=server.url, http_client=http, timeout=4) as aex,
        ):
            assert (await aex.get_premise("P1")).id == "P1"
        assert len(server.requests) == 2
        async with AsyncAExClient("T", transport=AiohttpTransport()) as aex:
            with pytest.raises(errors.UsageError, match="runs on asyncio only"):
                await aex.get_premise("P1")

    run_within_asyncio(work)


def test_a_task_of_asyncio_that_trio_runs_is_asyncios(monkeypatch: pytest.MonkeyPatch) -> None:
    """As trio-asyncio has it, which tells sniffio so; both loops say then that they run."""
    loop = Mock()
    monkeypatch.setattr(sniffio.thread_local, "name", "asyncio", raising=False)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    assert find_asyncio_loop() is loop
    monkeypatch.setattr(sniffio.thread_local, "name", "trio")
    assert find_asyncio_loop() is None


@pytest.mark.usefixtures("hasty")
async def test_where_no_loop_tells_whether_it_runs_calls_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sniffio, "thread_local")
    async with connect(PREMISE) as (aex, server):
        for _ in range(2):
            assert (await aex.get_premise("P1")).id == "P1"
        await until(lambda: server.open_now == 0)
