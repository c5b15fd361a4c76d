"""Orders that AEx books otherwise than they were asked for: for another customer, or under the id of an old service."""

from functools import partial

import anyio
import pytest
from attrs import evolve

from aex_async import OrderJournal, errors
from aex_async._orders.decisions import SETTLING
from aex_async.sandbox import Fault, Oddities
from tests.sandbox.people import CONNECTED, POMPANO_9, POMPANO_11, PRODUCT, THANDI
from tests.shop import SERVICES, Shop, call_now, find_attempt, find_state, open_shop

pytestmark = pytest.mark.in_no_time(idle=0)

LOST, REFUSED = Fault.cut_after(0), Fault.status(400, effect="before")
FATES = pytest.mark.parametrize("fault", [LOST, REFUSED], ids=["lost", "refused"])


def leak(shop: Shop, premise_guid: str) -> str:
    """Let another customer order, whose latest service the listing of ours shows."""
    shop.sandbox.oddities = evolve(shop.sandbox.oddities, foreign_rows=True)
    return shop.sandbox.place_foreign_order(customer_id=CONNECTED, premise_guid=premise_guid, product_id=PRODUCT)


# Under another customer's id


@pytest.mark.fault("X28")
@FATES
async def test_x28_an_order_that_is_listed_as_another_customers_is_neither_confirmed_nor_absent(fault: Fault) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(fault, merged_customers=True) as shop:
        with pytest.raises(errors.OrderUncertainError, match=r"service .* \(customer .*\) may be the order") as caught:
            await shop.place(journal=journal, patience=500, resend=True)
        assert shop.services[0] in str(caught.value)
        assert (shop.posts, find_state(journal)) == (1, "sending")
        with pytest.raises(errors.OrderUncertainError, match="listed as another customer's"):
            await shop.aex.resume_order(caught.value.attempt, journal=journal)


@pytest.mark.fault("X28")
async def test_x28_a_row_that_comes_to_name_the_customer_is_their_order() -> None:
    async with open_shop(LOST, merged_customers=True) as shop:
        attempt = await shop.fail()
        shop.sandbox.oddities = Oddities()
        assert [(await shop.aex.resume_order(attempt)).service.id] == shop.services


@pytest.mark.fault("X28")
async def test_x28_an_order_that_was_seen_and_is_another_customers_since_is_told_so() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        placed = await shop.place(journal=journal)
        shop.sandbox.oddities = Oddities(merged_customers=True)
        told = rf"order r-1: .*service {placed.service.id} \(customer .*\) may be the order"
        for order in (shop.order, evolve(shop.order, reference="r-2")):
            with pytest.raises((errors.OrderUncertainError, errors.OrderConflictError)) as caught:
                await shop.aex.place_order(order, journal=journal)
            assert placed.service.id in str(caught.value)
        with pytest.raises(errors.OrderUncertainError, match=told):
            await shop.aex.resume_order(find_attempt(journal), journal=journal)
        assert shop.posts == 1


@pytest.mark.fault("X28")
async def test_x28_what_is_at_the_premise_as_another_customers_refuses_an_order_of_it() -> None:
    async with open_shop() as shop:
        there = leak(shop, POMPANO_11)
        with pytest.raises(errors.OrderConflictError, match=f"service {there}.*customer {CONNECTED}") as caught:
            await shop.place()
        assert "merged" in caught.value.advice
        assert shop.posts == 0
        shop.sandbox.cancel_service(there)
        assert (await shop.place()).created


@pytest.mark.fault("X3", "X28")
@pytest.mark.parametrize("shown", [True, False], ids=["readable", "hidden"])
async def test_x28_strangers_from_before_or_at_another_premise_keep_no_refusal_from_being_believed(
    *, shown: bool
) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400)) as shop:
        leak(shop, POMPANO_9)
        if shown:
            shop.wire.before = partial(call_now, partial(leak, shop, POMPANO_9))
        else:
            shop.sandbox.faults.add(Fault.status(404), path="/premises/", times=None)
        with pytest.raises(errors.BadRequestError):
            await shop.place(journal=journal)
        assert find_state(journal) == "rejected"


@pytest.mark.fault("X3", "X28")
@pytest.mark.parametrize("premise_guid", [POMPANO_9, POMPANO_11], ids=["that cannot be told", "at the premise"])
async def test_x28_a_stranger_that_has_gone_again_counts_only_where_it_was_at_the_premise(premise_guid: str) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400)) as shop:

        async def appear() -> None:
            leak(shop, premise_guid)
            if premise_guid == POMPANO_9:
                shop.sandbox.faults.add(Fault.status(404), path="/premises/", times=None)
            begun = anyio.current_time()

            async def vanish() -> None:
                if anyio.current_time() - begun > SETTLING / 2:
                    shop.sandbox.oddities = Oddities()

            shop.wire.looking = vanish

        shop.wire.before = appear
        if premise_guid == POMPANO_9:
            with pytest.raises(errors.BadRequestError):
                await shop.place(journal=journal)
        else:
            await shop.fail(journal=journal)
        assert find_state(journal) == ("rejected" if premise_guid == POMPANO_9 else "sending")


NOTHING = Fault.answer('{"items": [], "total": 0}')


@pytest.mark.fault("X28")
@FATES
async def test_x28_a_listing_that_lacks_all_that_the_customer_had_is_no_absence(fault: Fault) -> None:
    """AEx has moved all services of the customer to another, and the order with them."""
    journal = OrderJournal(":memory:")
    async with open_shop(fault) as shop:
        old = shop.order_behind_its_back(POMPANO_9)
        shop.wire.after = partial(call_now, lambda: shop.sandbox.faults.add(NOTHING, path=SERVICES, times=None))
        with pytest.raises(errors.OrderUncertainError, match=rf"is listed any more \({old}\)"):
            await shop.place(journal=journal, patience=500, resend=True)
        assert (shop.posts, find_state(journal)) == (1, "sending")
        shop.sandbox.faults.clear()
        assert [(await shop.aex.resume_order(find_attempt(journal), journal=journal)).service.id] == shop.services


# Under the id of an old service


async def give_up_one(shop: Shop) -> str:
    """Let the customer have had a service at the premise, which was cancelled."""
    old = shop.order_behind_its_back()
    shop.sandbox.cancel_service(old)
    return old


@pytest.mark.fault("X29")
@FATES
async def test_x29_an_old_service_that_stands_again_is_no_absence_of_an_order_that_aex_has_not_confirmed(
    fault: Fault,
) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(fault, revived_services=True) as shop:
        old = await give_up_one(shop)
        with pytest.raises(errors.OrderUncertainError, match=f"service {old} is an old one"):
            await shop.place(journal=journal, patience=500, resend=True)
        assert (shop.posts, find_state(journal)) == (1, "sending")
        journal.dismiss("r-1")
        with pytest.raises(errors.OrderConflictError, match=old):
            await shop.place(journal=journal)


@pytest.mark.fault("X29")
async def test_x29_an_old_service_that_stands_again_proves_no_order_even_where_aex_says_that_it_created_one() -> None:
    """It may be a row of a copy that is behind, and the order a row that does not show yet."""
    journal = OrderJournal(":memory:")
    async with open_shop(revived_services=True) as shop:
        old = await give_up_one(shop)
        with pytest.raises(errors.OrderUncertainError, match=f"it was created, and service {old} is an old one"):
            await shop.place(journal=journal)
        assert (shop.posts, find_state(journal)) == (1, "created")


@pytest.mark.fault("X29")
@FATES
async def test_x29_a_service_that_was_upgraded_to_the_product_in_its_place_is_no_absence(fault: Fault) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(fault) as shop:
        other = next(row["id"] for row in shop.sandbox.products_at(POMPANO_11) if row["id"] != PRODUCT)
        shop.sandbox.oddities = Oddities(upgraded_services=True)
        old = shop.sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_11, product_id=other)
        with pytest.raises(errors.OrderUncertainError, match=f"service {old} is an old one"):
            await shop.place(journal=journal, patience=500, resend=True)
        assert (shop.posts, find_state(journal)) == (1, "sending")


@pytest.mark.fault("X29")
async def test_x29_a_row_that_was_read_from_a_copy_that_is_behind_is_no_order_of_which_nothing_is_known() -> None:
    """Cancelled a moment ago, it stands in one copy and not in the other; the order itself never arrived."""
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.cut_before()) as shop:
        old = await give_up_one(shop)

        async def show_the_past() -> None:
            shop.sandbox.oddities = Oddities(revived_services=True)
            assert shop.order_behind_its_back() == old
            begun = anyio.current_time()

            async def catch_up() -> None:
                if anyio.current_time() - begun > SETTLING:
                    shop.sandbox.cancel_service(old)

            shop.wire.looking = catch_up

        shop.wire.before = show_the_past
        with pytest.raises(errors.OrderUncertainError, match=f"service {old}, which was cancelled or deleted since"):
            await shop.place(journal=journal, patience=500, resend=True)
        assert (shop.posts, find_state(journal)) == (1, "sending")


@pytest.mark.fault("X29")
async def test_x29_a_new_service_beside_an_old_one_that_stands_again_is_the_order() -> None:
    async with open_shop() as shop:
        old = await give_up_one(shop)
        shop.sandbox.oddities = Oddities(revived_services=True)

        async def take_up() -> None:
            assert shop.order_behind_its_back() == old
            shop.sandbox.oddities = Oddities()

        shop.wire.before = take_up
        placed = await shop.place()
        assert (placed.service.id != old, [placed.service.id]) == (True, shop.services)
