"""How long an order is looked for, and when it is sent a second time."""

from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from attrs import evolve

from aex_async import (
    OrderJournal,
    errors,
)
from aex_async._orders.decisions import LOOK
from aex_async.sandbox import Fault
from tests.sandbox.people import POMPANO_9
from tests.shop import SERVICES, Hook, Shop, call_now, find_attempt, find_state, open_shop

pytestmark = pytest.mark.in_no_time(idle=0)


# Patience


async def test_patience_ends_when_it_says_and_the_last_look_is_at_its_end() -> None:
    async with open_shop(Fault.cut_before()) as shop:
        begun = anyio.current_time()
        await shop.fail(patience=10)
        assert anyio.current_time() - begun == pytest.approx(10)  # pyright: ignore[reportUnknownMemberType]
        assert shop.sandbox.received["GET /customers/*/services"] == 1 + len([0, 0.5, 1.5, 3.5, 7.5, 10])


async def test_without_patience_there_is_one_look() -> None:
    async with open_shop(Fault.cut_before()) as shop:
        await shop.fail(patience=0)
        assert shop.sandbox.received["GET /customers/*/services"] == 2
    async with open_shop(Fault.cut_after(0)) as shop:
        assert (await shop.place(patience=0)).service.id == shop.services[0]


@pytest.mark.parametrize(("patience", "taken"), [(0, LOOK), (3, LOOK), (30, 30)])
async def test_a_look_at_a_silent_server_is_cut_off(patience: float, taken: float) -> None:
    async with open_shop(Fault.cut_before()) as shop:
        shop.sandbox.faults.add(Fault.silent(), path=SERVICES, skip=1, times=None)
        begun = anyio.current_time()
        with pytest.raises(errors.OrderUncertainError, match="the last look failed: it did not end in time"):
            await shop.aex.with_options(timeout=None).place_order(shop.order, patience=patience)
        assert anyio.current_time() - begun <= taken + 0.01


async def test_a_listing_that_lags_is_waited_for() -> None:
    async with open_shop(lag=20) as shop:
        placed = await shop.place()
        assert (placed.created, [placed.service.id], shop.posts) == (True, shop.services, 1)


async def test_what_aex_says_it_created_stays_so_until_it_is_seen() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(lag=100) as shop:
        attempt = await shop.fail(journal=journal)
        assert (attempt.state, journal.unresolved()) == ("created", [attempt])
        with pytest.raises(errors.OrderUncertainError, match=r"AEx says it was created, and .* found nothing"):
            await shop.place(journal=journal, patience=1)
        await anyio.sleep(100)
        assert not (await shop.aex.resume_order(attempt, journal=journal)).created


@pytest.mark.parametrize(
    "oddity", [{"unordered": True}, {"max_count": 1}, {"clamp_pages": True}, {"ignore_count": True}]
)
async def test_listings_of_any_oddity_do(oddity: dict[str, Any]) -> None:
    async with open_shop(Fault.cut_after(0), **oddity) as shop:
        for _ in range(3):
            shop.order_behind_its_back(POMPANO_9)
        placed = await shop.place()
        assert ([placed.service.id], shop.posts) == (shop.services, 1)


# Sent a second time


@pytest.mark.fault("O7")
async def test_an_order_is_sent_again_only_if_asked_and_proven_absent_and_only_once() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.cut_before(), Fault.cut_before()) as shop:
        times: list[float] = []
        shop.wire.after = partial(call_now, lambda: times.append(anyio.current_time()))
        attempt = await shop.fail(resend=True, patience=1000, journal=journal)
        assert (attempt.posts, len(shop.wire.bodies)) == (2, 2)
        assert 240 <= times[1] - times[0] <= 256
        assert shop.wire.bodies[0] == shop.wire.bodies[1]
        assert journal.unresolved() == [attempt]


async def test_the_settle_time_is_counted_up_to_the_beginning_of_a_look() -> None:
    """What a slow look shows may be as old as its beginning."""
    async with open_shop(Fault.cut_before()) as shop:
        times: list[float] = []
        shop.wire.after = partial(call_now, lambda: times.append(anyio.current_time()))
        shop.sandbox.faults.add(Fault.delay(10), path=SERVICES, skip=2, times=None)
        await shop.place(resend=True, patience=500)
        assert times[1] - times[0] >= 240 + 10


async def test_an_order_that_is_sent_again_is_placed() -> None:
    async with open_shop(Fault.cut_before()) as shop:
        placed = await shop.place(resend=True, patience=300)
        assert ([placed.service.id], placed.created, shop.posts) == (shop.services, True, 2)


async def test_what_aex_says_of_a_second_sending_is_written_down() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.cut_before(), lag=1000) as shop:
        attempt = await shop.fail(resend=True, patience=300, journal=journal)
        assert (attempt.state, attempt.posts, journal.unresolved()) == ("created", 2, [attempt])


async def test_after_a_second_sending_there_is_a_look_whatever_patience_is_left() -> None:
    async with open_shop(Fault.cut_before()) as shop:
        placed = await shop.place(resend=True, patience=240)
        assert ([placed.service.id], shop.posts) == (shop.services, 2)


@pytest.mark.parametrize(
    ("first", "options"),
    [
        (Fault.cut_before(), {"resend": False, "patience": 1000}),
        (Fault.late(239), {"resend": True, "patience": 1000}),
        (Fault(effect="never"), {"resend": True, "patience": 1000}),
        (Fault(effect=300.0), {"resend": True, "patience": 1000}),
    ],
    ids=["not asked", "just in time", "said to be created", "said to be created, and late"],
)
async def test_an_order_is_not_sent_again_otherwise(first: Fault, options: dict[str, Any]) -> None:
    async with open_shop(first) as shop:
        try:
            placed = [(await shop.place(**options)).service.id]
        except errors.OrderUncertainError:
            placed = []
        assert (shop.posts, placed) == (1, shop.services)


@pytest.mark.parametrize(
    "second",
    [Fault.status(400), Fault.refuse(), Fault.status(503)],
    ids=["refused by AEx", "connection refused", "503"],
)
async def test_a_second_sending_that_fails_says_nothing_of_the_first(second: Fault) -> None:
    async with open_shop(Fault.late(600)) as shop:
        shop.sandbox.faults.add(second, method="POST", times=None)
        attempt = await shop.fail(resend=True, patience=400)
        assert attempt.state == "sending"
        await anyio.sleep(300)
        placed = await shop.aex.resume_order(attempt)
        assert [placed.service.id] == shop.services


async def test_a_second_sending_that_is_cancelled_before_it_left_leaves_the_first_uncertain() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(600)) as shop:
        with anyio.CancelScope() as scope:
            shop.sandbox.faults.add(Fault.refuse(), method="POST", times=None)
            shop.wire.after = _cancel_second(shop, scope)
            await shop.place(journal=journal, resend=True, patience=1000)
        assert scope.cancelled_caught
        assert [(attempt.posts, attempt.state) for attempt in journal.unresolved()] == [(2, "sending")]


def _cancel_second(shop: Shop, scope: anyio.CancelScope) -> Hook:
    async def cancel() -> None:
        if len(shop.wire.bodies) == 2:
            scope.cancel()

    return cancel


async def test_an_order_is_not_sent_again_as_absent_because_its_first_call_still_looks() -> None:
    """AEx refused the order, who followed it believed that first, and placed it; then the first call found it."""
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400), Fault.cut_after(0)) as shop:

        async def look_once_more() -> None:
            journal.claim(evolve(first, state="confirmed", service_id=shop.services[0]), weak=False)

        with pytest.raises(errors.BadRequestError):
            await shop.place(journal=journal)
        first, shop.wire.after = find_attempt(journal), look_once_more
        again = evolve(shop.order, reference="r-2")
        placed = await shop.aex.place_order(again, journal=journal, resend=True, patience=500)
        assert ([placed.service.id], placed.reference, shop.posts) == (shop.services, "r-2", 2)


async def test_an_order_that_a_person_dismissed_meanwhile_is_not_sent_again() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.cut_before()) as shop, anyio.create_task_group() as group:
        group.start_soon(partial(shop.fail, journal=journal, resend=True, patience=500))
        await anyio.sleep(100)
        journal.dismiss("r-1")
        await anyio.sleep(500)
        assert (shop.posts, find_state(journal)) == (1, "dismissed")


async def test_an_order_whose_journal_broke_is_not_sent_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "orders.sqlite"
    async with open_shop(Fault.cut_before()) as shop:
        shop.wire.after = partial(call_now, path.unlink)
        await shop.fail(journal=OrderJournal(path), resend=True, patience=500)
        assert shop.posts == 1
        assert "is not sent again: the journal" in caplog.text
