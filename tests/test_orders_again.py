"""An order that is placed or resumed again: after its journal broke, at another AEx, elsewhere, at the same time."""

import pickle
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from attrs import evolve

from aex_async import (
    PRODUCTION_ZA,
    Attempt,
    OrderJournal,
    PlacedOrder,
    errors,
)
from aex_async.sandbox import Fault
from tests.sandbox.people import POMPANO_9, POMPANO_11, PRODUCT, THANDI
from tests.shop import SERVICES, Shop, call_now, find_attempt, find_state, open_shop

pytestmark = pytest.mark.in_no_time(idle=0)


# A journal that breaks after the POST


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault(), True),
        (Fault.cut_after(0), False),
        (Fault.cut_before(), errors.OrderUncertainError),
        (Fault.status(400), errors.BadRequestError),
    ],
    ids=["created", "found", "uncertain", "refused"],
)
async def test_a_journal_that_breaks_after_the_post_does_not_change_what_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Fault, outcome: Any
) -> None:
    path = tmp_path / "orders.sqlite"
    async with open_shop(fault) as shop:
        shop.wire.after = partial(call_now, partial(path.rename, tmp_path / "gone"))
        try:
            told: Any = (await shop.place(journal=OrderJournal(path))).created
        except errors.AExError as error:
            told = type(error)
        assert told == outcome
        assert ("is not written down" in caplog.text) is (fault != Fault.cut_before())
        (tmp_path / "gone").rename(path)
        assert [attempt.state for attempt in OrderJournal(path).unresolved()] == ["sending"]


async def test_resuming_goes_by_what_it_is_given_if_the_journal_cannot_be_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "orders.sqlite"
    async with open_shop(Fault.late(100)) as shop:
        journal = OrderJournal(path)
        attempt = await shop.fail(journal=journal)
        path.unlink()
        with pytest.raises(errors.OrderUncertainError):
            await shop.aex.resume_order(attempt, journal=journal, patience=1)
        await anyio.sleep(100)
        placed = await shop.aex.resume_order(attempt, journal=journal)
        assert [placed.service.id] == shop.services
        assert "cannot be looked up: the journal" in caplog.text


# Another AEx


async def test_two_hosts_share_a_journal_and_neither_stands_in_the_others_way() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.cut_before()) as shop, open_shop(base_url=PRODUCTION_ZA) as other:
        attempt = await shop.fail(journal=journal)
        assert attempt.host == "preprod.fno.dev.aex.systems"
        with pytest.raises(
            errors.OrderConflictError, match=r"r-1 names an order at another AEx, preprod[.]fno.*: choose"
        ):
            await other.place(journal=journal)
        assert other.posts == 0
        placed = await other.aex.place_order(evolve(other.order, reference="r-2"), journal=journal)
        assert (placed.created, journal.unresolved()) == (True, [attempt])


async def test_an_order_is_not_looked_for_at_another_host() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(50)) as shop, open_shop(base_url=PRODUCTION_ZA) as other:
        attempt = await shop.fail(journal=journal, patience=1)
        other.order_behind_its_back()
        # Of one that does not say where it was sent, the journal knows.
        for kept, told in (
            (journal, attempt),
            (OrderJournal(":memory:"), attempt),
            (journal, evolve(attempt, host="")),
        ):
            asked = other.sandbox.received.total()
            with pytest.raises(errors.UsageError, match=r"sent to preprod[.].*, and this client asks api[.]fno[.]za"):
                await other.aex.resume_order(told, journal=kept)
            assert other.sandbox.received.total() == asked
        assert journal.unresolved() == [attempt]
        await anyio.sleep(50)
        assert [(await shop.aex.resume_order(attempt, journal=journal)).service.id] == shop.services


async def test_resume_all_says_of_each_order_at_another_host_that_it_is_there() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(1)) as shop, open_shop(Fault.late(1), base_url=PRODUCTION_ZA) as other:
        attempt = await shop.fail(journal=journal, patience=0)
        with pytest.raises(errors.OrderUncertainError):
            await other.aex.place_order(evolve(other.order, reference="r-2"), journal=journal, patience=0)
        await anyio.sleep(1)
        resumed = await other.aex.resume_all(journal=journal, patience=0)
        assert list(resumed.found) == ["r-2"]
        assert [(key, type(error)) for key, error in resumed.failed.items()] == [("r-1", errors.UsageError)]
        assert journal.unresolved() == [attempt]


async def test_resuming_goes_on_with_no_other_order_that_has_the_reference_in_this_journal() -> None:
    ours, theirs = OrderJournal(":memory:"), OrderJournal(":memory:")
    async with open_shop(Fault.late(1), Fault.late(1)) as shop:
        attempt = await shop.fail(journal=ours, patience=0)
        with pytest.raises(errors.OrderUncertainError):
            await shop.aex.place_order(evolve(shop.order, premise_guid=POMPANO_9), journal=theirs, patience=0)
        await anyio.sleep(1)
        asked = shop.sandbox.received.total()
        with pytest.raises(errors.UsageError, match="in this journal, r-1 names another order"):
            await shop.aex.resume_order(attempt, journal=theirs)
        assert shop.sandbox.received.total() == asked
        placed = await shop.aex.resume_order(attempt, journal=ours)
        assert (placed.service.id, placed.premise and placed.premise.external_reference) == (
            shop.services[0],
            POMPANO_11,
        )


@pytest.mark.parametrize("state", ["rejected", "unsent", "dismissed"])
async def test_what_was_not_placed_is_not_gone_on_with_nor_taken_into_another_journal(state: str) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.cut_before()) as shop:
        attempt = evolve(await shop.fail(patience=0), state=state)
        with pytest.raises(errors.OrderError, match="may be placed again"):
            await shop.aex.resume_order(attempt, journal=journal)
    assert journal.history() == []


async def test_what_fails_before_an_order_is_sent_is_told_as_it_is_if_an_earlier_try_never_left() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.refuse(), Fault.refuse(), Fault.refuse()) as shop:
        with pytest.raises(errors.ConnectionFailedError):
            await shop.place(journal=journal)
        assert find_state(journal) == "unsent"
        shop.sandbox.faults.add(Fault.status(500), path=SERVICES, times=None)
        with pytest.raises(errors.ServerError):
            await shop.place(journal=journal)


async def test_an_order_of_which_no_host_is_known_may_be_at_any() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop, open_shop(base_url=PRODUCTION_ZA) as other:
        attempt = journal.begin(
            Attempt(
                reference="old",
                customer_id=THANDI,
                premise_guid=POMPANO_11,
                product_id=PRODUCT,
                started_at=datetime(2026, 1, 2, tzinfo=UTC),
            )
        )
        for each in (shop, other):
            with pytest.raises(errors.OrderUncertainError, match="order old: "):
                await each.place(journal=journal, patience=0)
            assert each.posts == 0
        there = other.order_behind_its_back()
        assert (await other.aex.resume_order(attempt, journal=journal)).service.id == there


# Again, elsewhere, and at the same time


@pytest.mark.fault("M18")
async def test_the_same_reference_again_gives_what_was_placed_whatever_became_of_it() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(service_is_premise=True) as shop:
        first = await shop.place(journal=journal)
        shop.sandbox.cancel_service(first.service.id)
        again = await shop.place(journal=journal)
        assert (again.service.id, again.service.cancelled, again.created) == (first.service.id, True, False)
        resumed = await shop.aex.resume_order(find_attempt(journal), journal=journal)
        assert (resumed.service.id, shop.posts) == (first.service.id, 1)


@pytest.mark.parametrize("path", [SERVICES, "/premises/"])
async def test_an_order_that_was_placed_and_cannot_be_read_now_is_not_said_to_have_failed(path: str) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        placed = await shop.place(journal=journal)
        shop.sandbox.faults.add(Fault.status(500), path=path, times=None)
        attempt = await shop.fail(journal=journal)
        assert (attempt.state, attempt.service_id) == ("confirmed", placed.service.id)
        shop.sandbox.faults.clear()
        assert (await shop.aex.resume_order(attempt)).service == placed.service


async def test_resuming_an_order_whose_customer_cannot_be_read_is_no_failure_of_the_order() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(100)) as shop:
        attempt = await shop.fail(journal=journal)
        await anyio.sleep(100)
        shop.sandbox.faults.add(Fault.status(500), path=f"/customers/{THANDI}", skip=1, times=None)
        with pytest.raises(errors.OrderUncertainError, match="whose customer cannot be read") as caught:
            await shop.aex.resume_order(attempt, journal=journal)
        assert (caught.value.attempt, find_state(journal)) == (attempt, "confirmed")


async def test_a_reference_of_another_order_is_a_conflict_and_sends_nothing() -> None:
    async with open_shop() as shop:
        await shop.place()
        with pytest.raises(errors.OrderConflictError, match="r-1 names another order"):
            await shop.aex.place_order(evolve(shop.order, premise_guid=POMPANO_9))
        assert shop.posts == 1


async def test_another_reference_for_what_was_placed_is_refused() -> None:
    async with open_shop() as shop:
        await shop.place()
        with pytest.raises(errors.OrderConflictError, match="already has this product there"):
            await shop.aex.place_order(evolve(shop.order, reference="r-2"))


@pytest.mark.fault("C19")
@pytest.mark.parametrize("references", [["r-1"] * 4, ["r-1", "r-2", None, None]], ids=["one reference", "several"])
@pytest.mark.parametrize("fault", [Fault(), Fault.delay(30), Fault.cut_after(0), Fault.late(20)])
@pytest.mark.parametrize("journals", ["client's", "one file"])
async def test_c19_identical_orders_at_the_same_time_are_sent_once_and_the_others_join_or_stand_back(
    tmp_path: Path, references: list[str | None], fault: Fault, journals: str
) -> None:
    def open_journal() -> OrderJournal | None:
        return OrderJournal(tmp_path / "orders.sqlite") if journals == "one file" else None

    async with open_shop(fault) as shop:
        placed: list[PlacedOrder] = []

        async def place(reference: str | None) -> None:
            order = evolve(shop.order, reference=reference)
            with suppress(errors.OrderConflictError):  # one that came after it was all over, in another name
                placed.append(await shop.aex.place_order(order, journal=open_journal()))

        async with anyio.create_task_group() as group:
            for reference in references:
                group.start_soon(place, reference)
        assert {found.service.id for found in placed} == set(shop.services)
        assert len(placed) == len(references) or len(set(references)) > 1
        assert (shop.posts, len(shop.services)) == (1, 1)


@pytest.mark.parametrize("reference", ["r-1", "r-2"])
async def test_an_order_that_another_call_places_while_the_baseline_is_read_is_not_placed_again(reference: str) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:

        async def be_faster() -> None:
            shop.wire.looking = None
            await shop.place(journal=journal)

        shop.wire.looking = be_faster
        order = evolve(shop.order, reference=reference)
        if reference == "r-1":
            assert not (await shop.aex.place_order(order, journal=journal)).created
        else:
            with pytest.raises(errors.OrderConflictError, match="already has this product there"):
                await shop.aex.place_order(order, journal=journal)
        assert (shop.posts, len(shop.services)) == (1, 1)


async def test_whoever_waits_for_an_order_that_is_refused_places_it_then() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400).after(5)) as shop:
        told: list[object] = []

        async def place(reference: str) -> None:
            try:
                told.append(
                    (await shop.aex.place_order(evolve(shop.order, reference=reference), journal=journal)).created
                )
            except errors.BadRequestError as error:
                told.append(type(error))

        async with anyio.create_task_group() as group:
            group.start_soon(place, "r-1")
            await anyio.sleep(1)
            group.start_soon(place, "r-2")
        assert told == [errors.BadRequestError, True]
        assert (shop.posts, find_state(journal), find_state(journal, "r-2")) == (2, "rejected", "confirmed")


async def test_resuming_while_the_owner_lives_changes_nothing_for_it() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.delay(20)) as shop, anyio.create_task_group() as group:
        group.start_soon(partial(shop.place, journal=journal))
        await anyio.sleep(1)
        resumed = await shop.aex.resume_order(journal.unresolved(live=True)[0], journal=journal)
        assert (resumed.created, find_state(journal)) == (False, "confirmed")
        await anyio.sleep(30)
        assert (find_state(journal), shop.posts) == ("confirmed", 1)


async def test_whoever_follows_an_order_goes_by_what_its_own_call_has_learnt_meanwhile() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.delay(3), lag=5.0) as shop:
        async with anyio.create_task_group() as group:
            group.start_soon(partial(shop.place, journal=journal))
            await anyio.sleep(1)
            (attempt,) = journal.unresolved(live=True)
            assert attempt.state == "sending"
            followed = await shop.aex.resume_order(attempt, journal=journal)
            assert ([followed.service.id], shop.posts) == (shop.services, 1)
        assert find_state(journal) == "confirmed"


async def test_resuming_an_order_that_its_owner_learns_was_never_sent_says_so() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop, anyio.create_task_group() as group:
        release = anyio.Event()
        shop.wire.before = release.wait
        shop.sandbox.faults.add(Fault.refuse(), method="POST", times=None)
        group.start_soon(_fail_to_connect, shop, journal)
        await anyio.sleep(1)
        attempt = journal.unresolved(live=True)[0]
        group.start_soon(_set_later, release)
        with pytest.raises(errors.OrderError, match="was not placed"):
            await shop.aex.resume_order(attempt, journal=journal)


async def _fail_to_connect(shop: Shop, journal: OrderJournal) -> None:
    with pytest.raises(errors.ConnectionFailedError):
        await shop.place(journal=journal)


async def _set_later(event: anyio.Event) -> None:
    await anyio.sleep(10)
    event.set()


@pytest.mark.parametrize("state", ["unsent", "dismissed"])
async def test_resuming_what_was_not_placed_says_so_and_asks_nothing(state: str) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.cut_before()) as shop:
        attempt = await shop.fail(journal=journal)
        asked = shop.sandbox.received.total()
        with pytest.raises(errors.OrderError, match="was not placed"):
            await shop.aex.resume_order(evolve(attempt, state=state))
        journal.settle(evolve(attempt, state=state))
        with pytest.raises(errors.OrderError, match="was not placed") as caught:
            await shop.aex.resume_order(attempt, journal=journal)
        assert ("a person settled it" in str(caught.value)) is (state == "dismissed")
        assert shop.sandbox.received.total() == asked


async def test_an_order_of_an_unknown_journal_is_followed_by_its_attempt_alone() -> None:
    async with open_shop(Fault.late(100)) as shop:
        attempt = pickle.loads(pickle.dumps(await shop.fail()))  # noqa: S301 - our own bytes
        await anyio.sleep(100)
        placed = await shop.aex.resume_order(attempt, journal=OrderJournal(":memory:"))
        assert [placed.service.id] == shop.services
