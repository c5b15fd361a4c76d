"""An order ends when its time does, whoever holds its journal and whatever AEx is silent about."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
import trio
from anyio import from_thread, to_thread
from attrs import evolve

from aex_async import AsyncAExClient, NewService, Order, OrderJournal, errors
from aex_async._journal import live_senders
from aex_async._journal.threads import find_limiter, run_in_thread
from aex_async.sandbox import Fault, Oddities, Sandbox
from tests.chaos.kill import find_environment
from tests.sandbox.people import POMPANO_9, POMPANO_11, PRODUCT, THANDI
from tests.shop import POST, Shop, Watched, find_state, is_released
from tests.timing import until

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Every test runs on both event loops, in real time: the threads that wait for a journal know no other."""
    return str(request.param)


@asynccontextmanager
async def open_shop(*posts: Fault, **options: Any) -> AsyncGenerator[Shop, None]:
    sandbox = Sandbox(oddities=Oddities())
    for fault in posts:
        sandbox.faults.add(fault, method="POST", path="/services/full")
    wire = Watched(sandbox.transport())
    async with AsyncAExClient(sandbox.token, transport=wire, **options) as aex:
        yield Shop(sandbox, aex, wire, await aex.get_customer(THANDI))


class Lock:
    """Locks a journal as another process would, from the moment that an order was answered."""

    def __init__(self, path: Path) -> None:
        self._other = OrderJournal(path)
        self._held = ExitStack()

    async def take(self) -> None:
        self._held.enter_context(self._other._file.transact())  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001

    def release(self) -> None:
        self._held.close()


@pytest.mark.fault("X23")
@pytest.mark.parametrize("fault", [Fault(), Fault.status(500, effect="before")], ids=["created", "lost"])
async def test_a_journal_that_others_hold_keeps_no_order_beyond_its_time(tmp_path: Path, fault: Fault) -> None:
    """The service is at its premise: that is true without a journal."""
    path = tmp_path / "orders.sqlite"
    lock = Lock(path)
    async with open_shop(fault) as shop:
        shop.wire.after = lock.take
        begun = time.monotonic()
        placed = await shop.place(journal=OrderJournal(path), timeout=3.0)
        assert time.monotonic() - begun < 8
        assert [placed.service.id] == shop.services
    lock.release()
    assert find_state(OrderJournal(path)) == "sending"


@pytest.mark.fault("X23")
async def test_an_order_that_is_not_found_behind_a_locked_journal_is_uncertain_in_time(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    lock = Lock(path)
    async with open_shop(Fault.status(500)) as shop:
        shop.wire.after = lock.take
        begun = time.monotonic()
        attempt = await shop.fail(journal=OrderJournal(path), timeout=3.0)
        assert time.monotonic() - begun < 8
        begun = time.monotonic()
        with pytest.raises(errors.OrderUncertainError):
            await shop.aex.resume_order(attempt, journal=OrderJournal(path), timeout=3.0)
        assert time.monotonic() - begun < 8
    lock.release()


async def test_whether_a_401_is_the_tokens_fault_is_asked_within_the_orders_time() -> None:
    async with open_shop(Fault.status(401), Fault.status(401)) as shop:
        shop.sandbox.faults.add(Fault.silent(), path="/predefined-premises", times=None)
        begun = time.monotonic()
        with pytest.raises(errors.OrderUncertainError, match="AEx refuses it"):
            await shop.place(timeout=3.0)
        assert time.monotonic() - begun < 8
        customer = await shop.aex.get_customer(THANDI)
        service = NewService(customer=customer, premise_guid=POMPANO_9, product_id=PRODUCT)
        begun = time.monotonic()
        with pytest.raises(errors.AuthenticationError):
            await shop.aex.with_options(order_timeout=2.0).create_service(service)
        assert time.monotonic() - begun < 8


async def test_resuming_ends_in_time_although_aex_is_silent_about_the_customer() -> None:
    async with open_shop(Fault.cut_after(0)) as shop:
        shop.sandbox.faults.add(Fault.status(404), path=f"/customers/{THANDI}/services", skip=1, times=1)
        attempt = await shop.fail(patience=0)
        shop.sandbox.faults.add(Fault.silent(), path=f"*/{THANDI}", times=None)
        begun = time.monotonic()
        with pytest.raises(errors.OrderUncertainError, match="whose customer cannot be read"):
            await shop.aex.resume_order(attempt, timeout=3.0)
        assert time.monotonic() - begun < 8


async def test_orders_from_threads_wait_for_no_thread_that_waits_for_them(tmp_path: Path) -> None:
    """A web framework runs plain functions in anyio's own threads; all of them can be placing orders."""
    journal = OrderJournal(tmp_path / "orders.sqlite")
    to_thread.current_default_thread_limiter().total_tokens = 2
    async with open_shop() as shop:
        placed: list[str] = []

        async def place(number: int) -> None:
            order: Order = evolve(shop.order, reference=f"r-{number}", premise_guid=(POMPANO_9, POMPANO_11)[number])
            placed.append((await shop.aex.place_order(order, journal=journal)).service.id)

        async def place_from_a_thread(number: int) -> None:
            await to_thread.run_sync(lambda: from_thread.run(place, number))

        with anyio.fail_after(120):
            async with anyio.create_task_group() as group:
                for number in range(2):
                    group.start_soon(place_from_a_thread, number)
        assert sorted(placed) == sorted(shop.services)


LIST = "import sys; from aex_async import OrderJournal; print(len(OrderJournal(sys.argv[1]).unresolved()))"


def list_elsewhere(path: Path) -> str:
    """Return how many orders are unresolved for another process."""
    command: list[str | Path] = [sys.executable, "-c", LIST, path]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=find_environment()).stdout  # noqa: S603


@pytest.mark.parametrize("when", ["sent", "looking"])
async def test_an_order_that_was_cancelled_is_unresolved_for_other_processes_at_once(tmp_path: Path, when: str) -> None:
    path = tmp_path / "orders.sqlite"
    journal = OrderJournal(path)
    fault = Fault.silent(effect="before") if when == "sent" else Fault.status(500)
    async with open_shop(fault) as shop, anyio.create_task_group() as group:
        group.start_soon(partial(shop.place, journal=journal))
        await until(lambda: shop.sandbox.received[POST] == 1)
        await anyio.sleep(0.2)
        group.cancel_scope.cancel()
    assert (list_elsewhere(path), [attempt.reference for attempt in journal.unresolved()]) == ("1\n", ["r-1"])


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_an_order_that_was_cancelled_while_a_look_connected_is_unresolved_at_once_as_well(tmp_path: Path) -> None:
    """On trio, httpcore connects in a nursery, out of which the cancellation comes in a group."""
    path = tmp_path / "orders.sqlite"
    async with open_shop(Fault.status(500)) as shop:

        async def connect_for_ever() -> None:
            if shop.posts:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(trio.sleep_forever)

        shop.wire.looking = connect_for_ever
        async with anyio.create_task_group() as group:
            group.start_soon(partial(shop.place, journal=OrderJournal(path)))
            await until(lambda: shop.posts == 1)
            await anyio.sleep(0.2)
            group.cancel_scope.cancel()
    assert list_elsewhere(path) == "1\n"


@pytest.mark.fault("C7", "C17")
@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("grouped", [False, True], ids=["alone", "out of nurseries"])
@pytest.mark.parametrize(("when", "state"), [("before", None), ("sent", "sending"), ("looking", "sending")])
async def test_ctrl_c_ends_an_order_as_itself_and_leaves_what_may_exist_unresolved(
    tmp_path: Path, stop: type[BaseException], when: str, state: str | None, *, grouped: bool
) -> None:
    path = tmp_path / "orders.sqlite"
    async with open_shop(Fault.status(500)) as shop:

        async def interrupt() -> None:
            if shop.posts or when != "looking":
                raise BaseExceptionGroup("connecting", [BaseExceptionGroup("", [stop()])]) if grouped else stop

        setattr(shop.wire, {"sent": "after"}.get(when, "looking"), interrupt)
        with pytest.raises(stop):
            await shop.place(journal=OrderJournal(path))
        assert shop.posts == (when != "before")
    assert find_state(OrderJournal(path)) == state
    assert is_released(path)


CONNECT = """
import sys, trio
from aex_async import AsyncAExClient, Customer, Order
async def main():
    async with AsyncAExClient("T", base_url=sys.argv[1]) as aex:
        who = Customer(id="C", first_name="A", last_name="B", email="a@example.com", username="a", mobile_number="1")
        print("begun", flush=True)
        await aex.place_order(Order(customer=who, premise_guid="G", product_id="P"))
try:
    trio.run(main)
except BaseException as error:
    print(repr(error))
"""


@pytest.mark.fault("C7", "C17", "N4")
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue of connections is refused")
def test_a_true_ctrl_c_while_trio_connects_is_one_and_no_group() -> None:
    with ExitStack() as sockets:
        listener, *fillers = [sockets.enter_context(socket.socket()) for _ in range(5)]
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filler in fillers:  # whoever connects after them waits
            filler.setblocking(False)  # noqa: FBT003 - the standard library's own
            filler.connect_ex(listener.getsockname())
        command = [sys.executable, "-c", CONNECT, f"http://127.0.0.1:{listener.getsockname()[1]}"]
        process = sockets.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=find_environment())  # noqa: S603
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(1)  # it may be interrupted before it connects, too, and says the same
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[0] == "KeyboardInterrupt()\n"


@pytest.mark.fault("X23")
async def test_a_cancelled_order_does_not_wait_for_a_locked_journal(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "orders.sqlite")
    async with open_shop(Fault.status(500)) as shop:
        shop.wire.after = lock.take
        begun = time.monotonic()
        with anyio.move_on_after(0.5):
            await shop.place(journal=OrderJournal(tmp_path / "orders.sqlite"))
        assert time.monotonic() - begun < 8
    lock.release()


@pytest.mark.fault("X23")
async def test_cancelled_orders_do_not_wait_for_threads_that_wait_for_a_locked_journal(tmp_path: Path) -> None:
    """Under trio, a thread that was left behind counts until it ends."""
    path = tmp_path / "orders.sqlite"
    lock, journal = Lock(path), OrderJournal(path)
    find_limiter().total_tokens = 1
    async with open_shop(Fault.status(500, effect="before"), Fault.status(500, effect="before")) as shop:
        sent: list[int] = []

        async def lock_after_both() -> None:
            sent.append(1)
            if len(sent) == 2:
                await lock.take()

        shop.wire.after = lock_after_both
        begun = time.monotonic()
        with anyio.move_on_after(3.0):
            async with anyio.create_task_group() as group:
                for number, guid in enumerate((POMPANO_9, POMPANO_11)):
                    order = evolve(shop.order, reference=f"r-{number}", premise_guid=guid)
                    group.start_soon(partial(shop.aex.place_order, order, journal=journal))
        assert len(sent) == 2
        assert time.monotonic() - begun < 8
    lock.release()


@pytest.mark.fault("X23")
async def test_an_order_ends_in_time_although_all_threads_wait_for_a_locked_journal(tmp_path: Path) -> None:
    """As of the forty-first order: it has no thread that could tell it that its time is over."""
    find_limiter().total_tokens = 1
    async with open_shop(Fault()) as shop, anyio.create_task_group() as group:

        async def occupy() -> None:
            group.start_soon(run_in_thread, partial(time.sleep, 9))

        shop.wire.after = occupy
        begun = time.monotonic()
        placed = await shop.place(journal=OrderJournal(tmp_path / "orders.sqlite"), timeout=3.0)
        assert time.monotonic() - begun < 8
        assert [placed.service.id] == shop.services
        group.cancel_scope.cancel()


@pytest.mark.fault("X23")
async def test_a_cancelled_use_of_a_locked_journal_is_over_at_once(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    journal = OrderJournal(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        with anyio.move_on_after(0.3):
            await OrderJournal.open_async(path)
        with anyio.move_on_after(0.3), journal:
            await journal.unresolved_async()
        assert time.monotonic() - begun < 8


@pytest.mark.fault("R4")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # trio lends threads that other tests have left
async def test_an_order_is_placed_although_the_system_starts_no_more_threads(tmp_path: Path) -> None:
    async with open_shop(Fault()) as shop, anyio.create_task_group() as group:

        async def refuse_threads() -> None:
            group.start_soon(run_in_thread, partial(time.sleep, 1))  # in the one that is there
            await anyio.sleep(0.1)
            threading.stack_size(2**46)

        shop.wire.after = refuse_threads
        try:
            placed = await shop.place(journal=OrderJournal(tmp_path / "orders.sqlite"))
        finally:
            threading.stack_size(0)
        assert [placed.service.id] == shop.services


async def test_an_order_that_cannot_begin_leaves_nothing_behind() -> None:
    before = set(live_senders.senders)
    async with open_shop() as shop:
        with pytest.raises(errors.UsageError, match="OrderJournal"):
            await shop.place(journal=os.fspath("orders.sqlite"))
        with pytest.raises(errors.UsageError, match="patience"):
            await shop.place(resend=True, patience=1)
    assert live_senders.senders == before
