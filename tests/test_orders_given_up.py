"""An order whose client is closed, or whose caller gives up."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from aex_async import (
    AsyncAExClient,
    Attempt,
    Order,
    OrderJournal,
    errors,
)
from aex_async._journal.attempts import OPEN
from aex_async.journal import Handover
from aex_async.sandbox import Fault, Sandbox
from aex_async.testing._clock import is_working, make_options
from tests.sandbox.people import POMPANO_11, PRODUCT, THANDI
from tests.shop import SERVICES, Shop, find_state, is_released, open_shop
from tests.steps import Steps
from tests.timing import Clock

pytestmark = pytest.mark.in_no_time(idle=0)


async def test_closing_the_client_during_an_order_leaves_it_uncertain_with_its_attempt() -> None:
    journal = OrderJournal(":memory:")
    for fault in (Fault.delay(50), Fault.cut_before()):
        async with open_shop(fault) as shop:
            begun = anyio.current_time()
            async with anyio.create_task_group() as group:
                group.start_soon(partial(shop.fail, journal=journal, patience=500))
                await anyio.sleep(5)
                await shop.aex.aclose()
            assert anyio.current_time() - begun <= 20
        assert [attempt.state for attempt in journal.unresolved()] == ["sending"]
        journal.dismiss("r-1")


async def test_closing_the_client_before_an_order_was_sent_sends_nothing() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop, anyio.create_task_group() as group:
        shop.sandbox.faults.add(Fault.delay(10), path=SERVICES)
        group.start_soon(_find_it_closed, shop, journal)
        await anyio.sleep(5)
        await shop.aex.aclose()
    assert (shop.posts, find_state(journal)) == (0, None)


async def _find_it_closed(shop: Shop, journal: OrderJournal) -> None:
    with pytest.raises(errors.ClientClosedError):
        await shop.place(journal=journal)


async def cancel_each_step(fault: Fault, folder: Path, run: Callable[[Awaitable[object], int], Awaitable[int]]) -> int:
    """Cancel an order where it waits for the 1st, 2nd, ... time; check what is left each time; return how many."""
    at = 0
    while True:
        at += 1
        journal = OrderJournal(folder / f"{at}.sqlite")
        async with open_shop(fault) as shop:
            steps = await run(shop.place(journal=journal, patience=1), at)
            assert shop.aex.in_flight == 0
            await check_rest(shop, journal)
            # Other processes need not wait for the end of its time.
            wait_until(partial(is_released, folder / f"{at}.sqlite"))
        if steps < at:
            return at


def wait_until(true: Callable[[], bool]) -> None:
    """Wait, in real time, for what the thread of a cancelled order still writes."""
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


async def check_rest(shop: Shop, journal: OrderJournal) -> None:
    """What an order leaves: the journal tells truly whether it was sent, and resuming leads to the truth."""
    known = journal.find("r-1")
    assert len(shop.wire.bodies) <= 1
    if not shop.posts:
        wait_until(lambda: find_state(journal) in (None, "unsent"))
        return
    assert known is not None
    assert known.state in (*OPEN, "confirmed")
    await anyio.sleep(10)
    try:
        placed = await shop.aex.resume_order(known, journal=journal, patience=1)
    except errors.OrderUncertainError:
        assert shop.services == []
    else:
        assert [placed.service.id] == shop.services


SLOWLY = {
    "created": Fault.delay(1),
    "lost": Fault.cut_after(0).after(1),
    "late": Fault.late(5),
    "in vain": Fault.cut_before().after(1),
}


@pytest.mark.fault("C2")
@pytest.mark.parametrize("fault", SLOWLY.values(), ids=SLOWLY)
async def test_c2_an_order_may_be_cancelled_at_any_await(tmp_path: Path, fault: Fault) -> None:
    async def run(work: Awaitable[object], at: int) -> int:
        scope = anyio.CancelScope()
        steps = Steps(work, at, scope.cancel)
        with scope:
            try:
                await steps
            except errors.OrderUncertainError:
                assert fault in (SLOWLY["late"], SLOWLY["in vain"])
        return steps.taken

    assert await cancel_each_step(fault, tmp_path, run) > 8


class SlowJournal(OrderJournal):
    """A journal whose disk takes its time after an order was written."""

    cancelled: threading.Event

    def begin(self, attempt: Attempt, *, handover: Handover | None = None, **facts: Any) -> Attempt:
        """Write it down, and take so long over it that the call is cancelled by then."""
        cancelled = self.cancelled

        class Slow(Handover):
            def deliver(self) -> bool:
                assert cancelled.wait(60)
                return handover is None or handover.deliver()

        return super().begin(attempt, handover=Slow(), **facts)


@pytest.mark.fault("C2")
@pytest.mark.parametrize("way", ["a scope", "a task"])
def test_an_order_that_is_cancelled_just_after_it_was_written_down_is_written_off(tmp_path: Path, way: str) -> None:
    journal, sandbox = SlowJournal(tmp_path / "j.sqlite"), Sandbox()
    journal.cancelled = threading.Event()

    async def place(scope: anyio.CancelScope) -> None:
        async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
            customer = await aex.get_customer(THANDI)
            order = Order(customer=customer, premise_guid=POMPANO_11, product_id=PRODUCT, reference="r-1")
            with scope:
                await aex.place_order(order, journal=journal)

    async def run() -> None:
        scope = anyio.CancelScope()
        task = asyncio.create_task(place(scope))
        while journal.find("r-1") is None:  # noqa: ASYNC110 - of a thread's work
            await asyncio.sleep(0.01)
        (scope if way == "a scope" else task).cancel()
        await asyncio.sleep(0.05)
        journal.cancelled.set()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
    wait_until(lambda: find_state(journal) == "unsent")
    assert sandbox.ledger == ()


@pytest.mark.fault("C2")
@pytest.mark.parametrize("anyio_backend", [("asyncio", make_options("asyncio", Clock()))], ids=["asyncio"])
@pytest.mark.parametrize("fault", SLOWLY.values(), ids=SLOWLY)
async def test_c2_an_order_may_be_cancelled_at_any_await_as_asyncio_does_it(tmp_path: Path, fault: Fault) -> None:
    """Unlike anyio's, this cancellation does not wait for the thread that writes the journal."""

    async def run(work: Awaitable[object], at: int) -> int:
        task = asyncio.current_task()
        assert task is not None
        steps = Steps(work, at, task.cancel)
        try:
            await steps
        except errors.OrderUncertainError:
            assert fault in (SLOWLY["late"], SLOWLY["in vain"])
        except asyncio.CancelledError:
            task.uncancel()
        return steps.taken

    assert await cancel_each_step(fault, tmp_path, run) > 8


@pytest.mark.parametrize("anyio_backend", [("asyncio", make_options("asyncio", Clock()))], ids=["asyncio"])
async def test_an_order_that_is_cancelled_while_a_thread_waits_to_write_it_is_never_written(
    tmp_path: Path,
) -> None:
    path = tmp_path / "orders.sqlite"
    journal, other = OrderJournal(path), OrderJournal(path)
    async with open_shop() as shop:
        with ExitStack() as busy:
            held = anyio.Event()

            async def hold() -> None:
                busy.enter_context(other._file.transact())  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
                held.set()

            shop.wire.looking = hold
            task = asyncio.ensure_future(shop.place(journal=journal))
            await held.wait()
            while not is_working():
                await anyio.lowlevel.checkpoint()
            task.cancel()
            for _ in range(100):  # steps that it has for going on in spite of that
                await anyio.lowlevel.checkpoint()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (shop.posts, find_state(journal)) == (0, None)


async def test_an_order_that_is_cancelled_before_it_left_is_written_off() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.refuse()) as shop:
        with anyio.CancelScope() as scope:

            async def cancel() -> None:
                scope.cancel()

            shop.wire.after = cancel
            await shop.place(journal=journal)
        assert (scope.cancelled_caught, shop.posts, find_state(journal)) == (True, 0, "unsent")
        shop.wire.after = None
        assert (await shop.place(journal=journal)).created


async def test_an_order_that_is_cancelled_already_leaves_nothing() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await shop.place(journal=journal)
        assert (scope.cancelled_caught, shop.posts, find_state(journal)) == (True, 0, None)


async def test_a_mistake_in_a_transport_is_logged_and_the_order_is_found_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    journal = OrderJournal(":memory:")

    async def err() -> None:
        raise LookupError("a mistake")

    async with open_shop() as shop:
        shop.wire.after = err
        placed = await shop.place(journal=journal)
        assert (placed.created, [placed.service.id], find_state(journal)) == (False, shop.services, "confirmed")
    assert "LookupError: a mistake" in caplog.text
