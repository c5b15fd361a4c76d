"""An order placed once, whatever goes wrong: against the sandbox, in virtual time."""

import gc
import json
import logging
import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from attrs import evolve

from aex_async import (
    Attempt,
    OrderJournal,
    PlacedOrder,
    errors,
)
from aex_async._orders.decisions import SETTLING
from aex_async.sandbox import Fault
from tests.sandbox.people import CONNECTED, OLD_SERVICE, POMPANO_9, POMPANO_11, PREMISE_9, PREMISE_11, PRODUCT, THANDI
from tests.shop import NEW, SERVICES, TOKEN, Shop, block, call_now, find_attempt, find_state, open_shop, show_all

pytestmark = pytest.mark.in_no_time(idle=0)


# What comes of an order


@pytest.mark.fault("O1")
async def test_o1_a_success_that_echoes_the_order_is_confirmed_by_looking() -> None:
    async with open_shop() as shop:
        placed = await shop.place()
        assert placed == PlacedOrder(
            customer=shop.order.customer,  # type: ignore[arg-type]
            service=placed.service,
            premise=placed.premise,
            created=True,
            reference="r-1",
        )
        assert placed.premise is not None
        assert placed.premise.external_reference == POMPANO_11
        assert (shop.services, shop.posts) == ([placed.service.id], 1)


@pytest.mark.fault("O5")
async def test_o5_the_service_that_the_answer_names_is_not_believed() -> None:
    async with open_shop(lower_case_ids=True) as shop:
        placed = await shop.place()
        assert placed.service.id.upper() == shop.services[0]
        assert placed.service.id.upper() != PRODUCT


@pytest.mark.fault("L15", "X7")
async def test_an_order_is_followed_by_ids_in_braces() -> None:
    """Whatever id an answer gave can be asked for."""
    async with open_shop(braced_ids=True) as shop:
        placed = await shop.place()
        assert placed.service.id == f"{{{shop.services[0]}}}"
        assert placed.premise is not None
        assert (await shop.aex.get_service(placed.service.id)).id == placed.service.id
        assert [row.service_id async for row in shop.aex.work_orders(placed.service.id)] == [placed.service.id]
        assert [row.id async for row in shop.aex.customer_services(f"{{{THANDI}}}") if row.id == placed.service.id]


@pytest.mark.fault("O2", "O4")
@pytest.mark.parametrize(
    "fault",
    [
        Fault.answer(b""),
        Fault.status(204, effect="before"),
        Fault.status(202, body="", effect="before"),
        Fault.status(299, body="", effect="before"),
        Fault.answer(b"{"),
        Fault.answer(b"<html>"),
        Fault.answer(b"[]"),
        Fault.answer(b"[" * 5000),
        Fault.answer(b" " * 2**24 + b"{}"),
        Fault(headers=((b"content-encoding", b"br"),)),
        Fault.cut_after(200),
        Fault.reset(200),
    ],
    ids=["o2 empty", "o2 204", "202", "299", "cut JSON", "HTML", "a list", "deep", "large", "coded", "cut", "reset"],
)
async def test_o4_a_success_that_cannot_be_read_is_one_and_looking_fills_it_in(fault: Fault) -> None:
    async with open_shop(fault) as shop:
        placed = await shop.place()
        assert (placed.created, [placed.service.id], shop.posts) == (True, shop.services, 1)


@pytest.mark.fault("O3")
async def test_o3_a_success_in_somebody_elses_name_is_none_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "aex_async")
    async with open_shop(Fault.other_customer()) as shop:
        placed = await shop.place()
        assert (placed.created, [placed.service.id], shop.posts) == (False, shop.services, 1)
        [record] = [record for record in caplog.records if "somebody else's order" in record.getMessage()]
        assert record.name == "aex_async"
        await shop.aex.aclose()
    async with open_shop(Fault.other_customer(effect="never")) as shop:
        attempt = await shop.fail()
        assert (attempt.state, shop.services, shop.posts) == ("sending", [], 1)


LOST = {
    "cut": Fault.cut_after(0),
    "cut in the head": Fault.cut_after(30),
    "reset": Fault.reset(),
    "silence": Fault.silent(),
    "a late answer": Fault.delay(500),
    "500": Fault.status(500, effect="before"),
    "502": Fault.status(502, body="<h1>Bad Gateway</h1>", effect="before"),
    "503": Fault.status(503, retry_after=1, effect="before"),
    "408": Fault.status(408, effect="before"),
    "409": Fault.status(409, effect="before"),
    "425": Fault.status(425, effect="before"),
    "429": Fault.status(429, effect="before"),
    "307": Fault.status(307, effect="before"),
    "a proxy's 403": Fault.status(403, body="<h1>Forbidden</h1>", effect="before"),
}


@pytest.mark.fault("O6")
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
async def test_o6_an_order_whose_answer_was_lost_is_found(fault: Fault) -> None:
    async with open_shop(fault) as shop:
        placed = await shop.place()
        assert (placed.created, [placed.service.id], shop.posts) == (False, shop.services, 1)


@pytest.mark.fault("O7")
@pytest.mark.parametrize(
    "fault",
    [*(evolve(fault, effect="never") for fault in LOST.values()), Fault.cut_request(20), Fault.cut_request(9999)],
    ids=[*LOST, "request cut in the head", "request cut in the body"],
)
async def test_o7_an_order_that_came_to_nothing_stays_uncertain_and_is_not_sent_again(fault: Fault) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(fault) as shop:
        attempt = await shop.fail(journal=journal)
        assert journal.unresolved() == [attempt]
        assert (attempt.state, attempt.posts, len(shop.wire.bodies), shop.services) == ("sending", 1, 1, [])
        with pytest.raises(errors.OrderUncertainError, match="complete looks found nothing"):
            await shop.aex.resume_order(attempt, journal=journal)
        await shop.fail(journal=journal)
        assert (len(shop.wire.bodies), journal.unresolved()) == (1, [attempt])


@pytest.mark.fault("O8")
@pytest.mark.parametrize("seconds", [59.0, 61.0, 240.0, 600.0])
async def test_o8_an_order_that_takes_its_time_is_found_then_or_by_resuming(seconds: float) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(seconds)) as shop:
        if seconds < 60:
            placed = await shop.place(journal=journal)
        else:
            attempt = await shop.fail(journal=journal)
            await anyio.sleep(seconds)
            placed = await shop.aex.resume_order(attempt, journal=journal, patience=0)
        assert (placed.created, [placed.service.id], shop.posts) == (False, shop.services, 1)
        assert (journal.unresolved(), find_state(journal)) == ([], "confirmed")


BLIND = {
    "500": Fault.status(500),
    "502": Fault.status(502, body="<h1>Bad Gateway</h1>"),
    "401": Fault.status(401),
    "403": Fault.status(403),
    "404": Fault.status(404),
    "302": Fault.status(302),
    "204": Fault.status(204),
    "cut": Fault.cut_before(),
    "cut in the body": Fault.cut_after(170),
    "reset": Fault.reset(),
    "refused": Fault.refuse(),
    "silence": Fault.silent(),
    "HTML": Fault.answer("<html>log in</html>"),
    "null": Fault.answer("null"),
    "o10 from a cache": Fault(headers=((b"age", b"1"),)),
}


@pytest.mark.fault("O9")
@pytest.mark.parametrize("fault", BLIND.values(), ids=BLIND)
async def test_o9_a_look_that_fails_is_never_absence(fault: Fault) -> None:
    """Not even together with a refusal: that AEx did nothing was to be seen, and was not."""
    for first in (Fault.cut_before(), Fault.status(400)):
        async with open_shop(first) as shop:
            shop.sandbox.faults.add(fault, path=SERVICES, skip=1, times=None)
            with pytest.raises(errors.OrderUncertainError, match="the last look failed: ") as caught:
                await shop.place(resend=True, patience=500)
            assert (len(shop.wire.bodies), caught.value.attempt.posts) == (1, 1)


@pytest.mark.fault("O9")
@pytest.mark.parametrize(
    "fault", [Fault.status(500), Fault.answer("<html>"), Fault.silent()], ids=["500", "HTML", "silence"]
)
async def test_o9_neither_is_one_whose_premise_cannot_be_had(fault: Fault) -> None:
    """A stranger's order of the same product elsewhere is not taken for ours, however garbled its premise."""
    async with open_shop(Fault.cut_before()) as shop:
        shop.wire.before = partial(call_now, partial(shop.order_behind_its_back, POMPANO_9))
        shop.sandbox.faults.add(fault, path="/premises/", times=None)
        with pytest.raises(errors.OrderUncertainError, match="the last look failed: "):
            await shop.place(resend=True, patience=500)
        assert len(shop.wire.bodies) == 1


@pytest.mark.fault("O10")
async def test_o10_pages_that_show_fewer_rows_than_they_count_make_a_look_incomplete() -> None:
    """A listing without an order repeats some rows and leaves others out (field notes, "Lists")."""
    rows = [{"id": f"S-{number}", "product_id": "P-9"} for number in (1, 2, 2, 3)]
    async with open_shop(Fault.status(400, effect="before")) as shop:
        for page in (1, 2):
            body = json.dumps({"items": rows[2 * page - 2 : 2 * page], "total": 4})
            path = f"{SERVICES}?count=100&page={page}"
            shop.sandbox.faults.add(Fault.answer(body), path=path, skip=int(page == 1), times=None)
        with pytest.raises(errors.OrderUncertainError, match="4 services, of which only 3 are listed") as caught:
            await shop.place(patience=1)
        shop.sandbox.faults.clear()
        assert [(await shop.aex.resume_order(caught.value.attempt)).service.id] == shop.services


@pytest.mark.fault("O10")
async def test_o10_a_listing_in_disorder_is_walked_until_every_row_was_met() -> None:
    async with open_shop(Fault.status(400, effect="before"), unordered=True, max_count=4) as shop:
        for _ in range(9):
            shop.order_behind_its_back(POMPANO_9)
        assert [(await shop.place()).service.id] == shop.services


@pytest.mark.fault("O10")
async def test_o10_a_page_that_is_missing_makes_a_look_incomplete() -> None:
    async with open_shop(Fault.status(400), max_count=2) as shop:
        for _ in range(3):
            shop.order_behind_its_back(POMPANO_9)
        order = evolve(shop.order, product_id=shop.sandbox.products_at(POMPANO_11)[1]["id"])
        shop.sandbox.faults.add(Fault.status(500), path=f"{SERVICES}?count=100&page=2", skip=1, times=None)
        with pytest.raises(errors.OrderUncertainError, match="the last look failed"):
            await shop.aex.place_order(order)


@pytest.mark.fault("O11")
@pytest.mark.parametrize("end", ["cancelled", "deleted"])
async def test_o11_a_service_that_no_longer_stands_is_no_match(end: str) -> None:
    async with open_shop(Fault.cut_before()) as shop:
        attempt = await shop.fail()
        service = shop.order_behind_its_back()
        if end == "cancelled":
            shop.sandbox.cancel_service(service)
        else:
            rows = [{**row, "deleted_at": "2024-10-17 13:42:49 +0200"} for row in shop.sandbox.services]
            body = json.dumps({"items": [row for row in rows if row["customer_id"] == THANDI]})
            shop.sandbox.faults.add(Fault.answer(body), path=SERVICES, times=None)
        with pytest.raises(errors.OrderUncertainError, match=f"could be service {service}, which was cancelled or"):
            await shop.aex.resume_order(attempt)


@pytest.mark.fault("O11")
@pytest.mark.parametrize("oddity", [{}, {"blank_references": True}], ids=["there", "perhaps there"])
async def test_o11_an_order_that_was_cancelled_since_is_not_sent_again(oddity: dict[str, Any]) -> None:
    async with open_shop(Fault.cut_after(0), **oddity) as shop:
        shop.wire.after = partial(call_now, lambda: shop.sandbox.cancel_service(shop.services[0]))
        with pytest.raises(errors.OrderUncertainError, match=r"service .*, which was cancelled or deleted"):
            await shop.place(patience=500, resend=True)
        assert shop.posts == 1


@pytest.mark.fault("O11")
async def test_o11_what_one_look_has_shown_is_no_absence_when_later_ones_hide_it() -> None:
    async with open_shop(Fault.cut_after(0), premise_lag=500.0, hidden_ends=True) as shop:

        async def cancel() -> None:
            await anyio.sleep(10)
            shop.sandbox.cancel_service(shop.services[0])

        async with anyio.create_task_group() as group:
            shop.wire.after = partial(call_now, partial(group.start_soon, cancel))
            with pytest.raises(errors.OrderUncertainError, match=r"service .*, which was cancelled or deleted"):
                await shop.place(patience=500, resend=True)
        assert shop.posts == 1


@pytest.mark.fault("O11", "X4")
async def test_o11_a_refusal_is_not_believed_of_an_order_that_was_placed_and_cancelled_since() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400, effect="before")) as shop:
        shop.wire.after = partial(call_now, lambda: shop.sandbox.cancel_service(shop.services[0]))
        attempt = await shop.fail(journal=journal)
        assert journal.unresolved() == [attempt]
        with pytest.raises(errors.OrderUncertainError, match="which was cancelled or deleted since: if it is, dismiss"):
            await shop.place(journal=journal)
        journal.dismiss("r-1")
        assert (await shop.place(journal=journal)).created  # the service of old stands in nobody's way
        assert shop.posts == 2


@pytest.mark.fault("O12")
async def test_o12_two_services_that_fit_are_a_conflict_for_a_person() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        shop.wire.before = partial(call_now, shop.order_behind_its_back)
        with pytest.raises(errors.OrderConflictError, match=r"may be any of the services .*, .*: choose by hand"):
            await shop.place(journal=journal)
        assert (journal.unresolved(), [known.reference for known in journal.conflicts()]) == ([], ["r-1"])
        for call in (shop.place(journal=journal), shop.aex.resume_order(find_attempt(journal), journal=journal)):
            with pytest.raises(errors.OrderConflictError, match="more than one service"):
                await call
        assert shop.posts == 1


@pytest.mark.fault("O13")
async def test_o13_what_the_customer_has_already_is_refused_before_anything_is_sent() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        there = shop.order_behind_its_back()
        with pytest.raises(errors.OrderConflictError, match=rf"{there}\): nothing was ordered"):
            await shop.place(journal=journal)
        also = shop.order_behind_its_back()
        with pytest.raises(errors.OrderConflictError, match=f"{there}, {also}|{also}, {there}"):
            await shop.place(journal=journal)
        for service in (there, also):
            shop.sandbox.cancel_service(service)
        assert (await shop.place(journal=journal)).created


@pytest.mark.fault("O13")
async def test_o13_what_the_customer_has_twice_already_is_refused_at_once() -> None:
    async with open_shop() as shop:
        for _ in range(2):
            shop.order_behind_its_back()
        begun = anyio.current_time()
        with pytest.raises(errors.OrderConflictError, match=r"already has this product .*, .*nothing was ordered"):
            await shop.place()
        assert (anyio.current_time() - begun, shop.posts) == (0, 0)


@pytest.mark.unmet("where rows change places as well, nothing tells that one is missing")
@pytest.mark.fault("O13", "X10")
async def test_o13_what_the_customer_has_is_met_behind_a_count_that_is_too_small_as_well() -> None:
    """A count of the rows on the page, say, that are fewer than asked for: the walk ends with the first page."""
    async with open_shop(max_count=2, total_off=-2) as shop:
        for _ in range(3):
            shop.order_behind_its_back(POMPANO_9)
        there = shop.order_behind_its_back()
        with pytest.raises(errors.OrderConflictError, match=rf"{there}\): nothing was ordered"):
            await shop.place()
        assert shop.posts == 0


@pytest.mark.fault("O13", "X1")
async def test_o13_no_service_of_old_that_a_count_hid_is_taken_for_the_order() -> None:
    async with open_shop(Fault.cut_before(), max_count=2, total_off=-2) as shop:
        for _ in range(3):
            shop.order_behind_its_back(POMPANO_9)
        hide = partial(shop.sandbox.faults.add, Fault.status(404), path="/premises/", times=None)
        shop.wire.before = partial(call_now, hide)
        with pytest.raises(errors.OrderUncertainError, match="looks found nothing"):
            await shop.place()


@pytest.mark.fault("O13")
async def test_o13_the_same_product_elsewhere_is_not_the_same_order() -> None:
    async with open_shop() as shop:
        shop.order_behind_its_back(POMPANO_9)
        placed = await shop.place()
        assert placed.service.id == shop.services[0]


@pytest.mark.fault("O14")
@pytest.mark.parametrize(
    "fault",
    [Fault.status(404), Fault.status(403), Fault.answer(f'{{"id": "{PREMISE_11}"}}')],
    ids=["404", "403", "null"],
)
async def test_o14_without_its_premise_the_only_new_service_of_the_product_is_taken_after_a_while(fault: Fault) -> None:
    """Not at once: premises can lag behind, and a stranger's order elsewhere would be taken for ours."""
    async with open_shop(Fault.cut_after(0)) as shop:
        shop.sandbox.faults.add(fault, path="/premises/", times=None)
        begun = anyio.current_time()
        placed = await shop.place()
        assert SETTLING <= anyio.current_time() - begun <= SETTLING + 15
        assert [placed.service.id] == shop.services
        assert placed.premise is None or placed.premise.external_reference is None


@pytest.mark.fault("O14")
async def test_o14_what_the_customer_had_before_is_never_taken_for_the_order() -> None:
    async with open_shop(Fault.cut_after(0)) as shop:
        shop.order_behind_its_back(POMPANO_9)
        shop.sandbox.faults.add(Fault.status(404), path="/premises/", skip=1, times=None)
        assert [(await shop.place()).service.id] == shop.services


@pytest.mark.fault("O14")
async def test_o14_without_premises_a_strangers_order_leaves_it_uncertain_until_they_can_be_read() -> None:
    async with open_shop() as shop:
        shop.wire.before = partial(call_now, partial(shop.order_behind_its_back, POMPANO_9))
        shop.sandbox.faults.add(Fault.status(404), path="/premises/", times=None)
        with pytest.raises(errors.OrderUncertainError, match="which nothing tells from another order's") as caught:
            await shop.place()
        shop.sandbox.faults.clear()
        assert [(await shop.aex.resume_order(caught.value.attempt)).service.id] == shop.services


@pytest.mark.fault("O14")
async def test_o14_a_strangers_order_that_shows_late_has_its_time_to_show_its_premise_as_well() -> None:
    async with open_shop(Fault.cut_before(), premise_lag=25.0) as shop:

        async def order_later() -> None:
            if anyio.current_time() - begun > 7:
                shop.wire.looking = None
                shop.order_behind_its_back(POMPANO_9)

        begun, shop.wire.looking = anyio.current_time(), order_later
        await shop.fail()
        assert len(shop.sandbox.ledger) == 1


@pytest.mark.fault("O14")
async def test_o14_a_service_without_a_premise_is_a_weak_match() -> None:
    row = {"id": "S-9", "product_id": PRODUCT, "premise_id": None}
    async with open_shop(Fault.cut_before()) as shop:
        shop.sandbox.faults.add(Fault.answer(json.dumps({"items": [row]})), path=SERVICES, skip=1, times=None)
        placed = await shop.place()
        assert (placed.service.id, placed.premise) == ("S-9", None)


@pytest.mark.fault("O15")
async def test_o15_a_strangers_identical_order_cannot_be_told_from_ours() -> None:
    async with open_shop(Fault.cut_before()) as shop:
        shop.wire.before = partial(call_now, shop.order_behind_its_back)
        placed = await shop.place()
        assert (placed.created, shop.services) == (False, [])
        assert placed.service.id == shop.sandbox.ledger[-1].id


@pytest.mark.fault("O15")
async def test_o15_a_strangers_other_order_is_not_taken_for_ours() -> None:
    async with open_shop(Fault.cut_before()) as shop:
        shop.wire.before = partial(call_now, partial(shop.order_behind_its_back, POMPANO_9))
        assert (await shop.fail()).state == "sending"


@pytest.mark.fault("O16")
async def test_o16_the_journal_knows_before_aex_does(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    seen: list[Attempt] = []
    async with open_shop() as shop:
        shop.wire.before = partial(call_now, lambda: seen.extend(OrderJournal(path).unresolved(live=True)))
        await shop.place(journal=OrderJournal(path))
    assert [(attempt.reference, attempt.state, attempt.customer_id) for attempt in seen] == [("r-1", "sending", THANDI)]
    data = path.read_bytes()
    for secret in (TOKEN.encode(), b"Thandi", b"@example", b"00055501"):
        assert secret not in data


@pytest.mark.fault("O17")
@pytest.mark.parametrize(
    "spoil", [Path.unlink, partial(Path.chmod, mode=0o644), partial(Path.write_bytes, data=b"x" * 99)]
)
async def test_o17_without_a_journal_nothing_is_sent(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "orders.sqlite"
    journal = OrderJournal(path)
    spoil(path)
    async with open_shop() as shop:
        with pytest.raises(errors.OrderError, match=r"cannot be used .*; nothing was sent"):
            await shop.place(journal=journal)
        assert shop.wire.bodies == []


@pytest.mark.fault("O17")
async def test_o17_a_journal_that_breaks_just_before_the_post_stops_it(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    journal = OrderJournal(path)
    async with open_shop() as shop:
        shop.sandbox.faults.add(Fault.delay(1), path=SERVICES)
        async with anyio.create_task_group() as group:
            group.start_soon(partial(_fail_to_place, shop, journal))
            await anyio.sleep(0.5)
            block(path)
        assert shop.wire.bodies == []


async def _fail_to_place(shop: Shop, journal: OrderJournal) -> None:
    with pytest.raises(errors.OrderError, match="nothing was sent"):
        await shop.place(journal=journal)


@pytest.mark.fault("O22")
async def test_o22_an_order_without_a_work_order_is_placed_all_the_same() -> None:
    async with open_shop() as shop:
        shop.sandbox.faults.add(Fault.status(500), path="/work-orders", times=None)
        assert (await shop.place()).created
        assert shop.sandbox.received["GET /work-orders"] == 0


@pytest.mark.fault("O7", "X4")
@pytest.mark.parametrize("post", [Fault.status(400), Fault.cut_before()], ids=["refused", "lost"])
async def test_an_order_that_aex_lists_under_another_product_is_neither_refused_nor_sent_again(post: Fault) -> None:
    row = {"id": "S-9", "customer_id": THANDI, "product_id": "THE-PARENT-OF-THE-PRODUCT", "premise_id": PREMISE_11}
    listed = Fault.answer(json.dumps({"items": [row], "total": 1}))
    async with open_shop(post) as shop:
        shop.sandbox.faults.add(listed, path=SERVICES, skip=1, times=None)
        shop.sandbox.faults.add(
            Fault.answer(json.dumps({"id": PREMISE_11, "external_reference": POMPANO_11})),
            path="/premises/",
            times=None,
        )
        with pytest.raises(errors.OrderUncertainError, match="service S-9 is new, of another product"):
            await shop.place(resend=True, patience=500)
        assert len(shop.wire.bodies) == 1


async def test_another_product_at_the_premise_is_no_reason_to_refuse_an_order() -> None:
    row = {"id": "S-9", "customer_id": THANDI, "product_id": "ANOTHER", "premise_id": PREMISE_9}
    async with open_shop() as shop:
        order = evolve(shop.order, premise_guid=POMPANO_9)
        shop.sandbox.faults.add(Fault.answer(json.dumps({"items": [row], "total": 1})), path=SERVICES)
        placed = await shop.aex.place_order(order)
        assert [placed.service.id] == shop.services


# Refused, or never sent


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.status(400), errors.BadRequestError),
        (Fault.status(403), errors.ForbiddenError),
        (Fault.status(422), errors.BadRequestError),
        (Fault.status(401), errors.ServiceRejectedError),
    ],
    ids=["400", "403", "422", "401"],
)
async def test_an_order_that_aex_refuses_is_looked_for_a_while_and_may_be_placed_again(
    fault: Fault, error: type[errors.ResponseError]
) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(fault) as shop:
        begun = anyio.current_time()
        with pytest.raises(error) as caught:
            await shop.place(journal=journal)
        assert SETTLING <= anyio.current_time() - begun <= SETTLING + 15
        assert caught.value.messages == ("made to fail",)
        assert (journal.unresolved(), find_state(journal)) == ([], "rejected")
        with pytest.raises(errors.OrderError, match="was not placed, and may be placed again"):
            await shop.aex.resume_order(find_attempt(journal), journal=journal)
        assert (await shop.place(journal=journal)).created
        assert (shop.posts, len(shop.services)) == (2, 1)


@pytest.mark.parametrize("patience", [0, 5])
async def test_a_refusal_is_believed_when_patience_ends_and_looked_into_before_the_order_is_sent_again(
    patience: float,
) -> None:
    """Until 30 s after the refusal, another sending would only guess that the first came to nothing."""
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400, effect=25.0)) as shop:
        with pytest.raises(errors.BadRequestError):
            await shop.place(journal=journal, patience=patience)
        with pytest.raises(errors.OrderUncertainError, match="AEx refuses it, and"):
            await shop.place(journal=journal, patience=patience)
        placed = await shop.place(journal=journal)
        assert (placed.created, [placed.service.id], shop.posts) == (False, shop.services, 1)
        assert find_state(journal) == "confirmed"


@pytest.mark.fault("O8", "X4")
@pytest.mark.parametrize("seconds", [0.005, 0.02, 1, 10, 25])
async def test_x4_an_order_that_was_refused_and_shows_later_is_not_told_as_refused(seconds: float) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400, effect=seconds)) as shop:
        placed = await shop.place(journal=journal)
        assert (placed.created, [placed.service.id], shop.posts) == (False, shop.services, 1)


@pytest.mark.fault("O8", "X4")
@pytest.mark.parametrize("reference", ["r-1", "r-2"])
async def test_x4_an_order_that_was_refused_and_shows_after_that_was_told_is_not_placed_twice(reference: str) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400, effect=50.0)) as shop:
        with pytest.raises(errors.BadRequestError):
            await shop.place(journal=journal)
        await anyio.sleep(60)
        placed = await shop.aex.place_order(evolve(shop.order, reference=reference), journal=journal)
        assert (placed.created, placed.reference, [placed.service.id]) == (False, "r-1", shop.services)
        assert shop.posts == 1


async def test_an_order_that_was_refused_and_placed_all_the_same_is_found() -> None:
    async with open_shop(Fault.status(400, effect="before")) as shop:
        assert not (await shop.place()).created


async def test_an_order_that_never_left_may_be_placed_again() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        shop.sandbox.faults.add(Fault.refuse(), method="POST", times=3)
        with pytest.raises(errors.ConnectionFailedError, match="nothing was sent"):
            await shop.place(journal=journal)
        assert (journal.unresolved(), find_state(journal), shop.posts) == ([], "unsent", 0)
        assert (await shop.place(journal=journal)).created


async def test_a_refused_connection_is_tried_again_within_one_order() -> None:
    async with open_shop(Fault.refuse()) as shop:
        assert (await shop.place()).created
        assert shop.posts == 1


@pytest.mark.fault("A5")
@pytest.mark.parametrize("bad_token_is_404", [False, True])
async def test_a_bad_token_is_no_verdict_on_the_order(*, bad_token_is_404: bool) -> None:
    tokens = iter([TOKEN])
    async with open_shop(token=lambda: next(tokens, "revoked"), bad_token_is_404=bad_token_is_404) as shop:
        shop.wire.before = partial(call_now, lambda: setattr(shop.sandbox, "token", "another"))
        begun = anyio.current_time()
        with pytest.raises(errors.OrderUncertainError, match=r"the last look failed: .*(401|refuses the token)"):
            await shop.place(patience=500)
        assert anyio.current_time() - begun < 1


@pytest.mark.fault("X8")
@pytest.mark.parametrize("bad_token_is_404", [False, True])
async def test_resuming_with_a_token_that_aex_refuses_ends_at_once_and_can_be_done_again(
    *, bad_token_is_404: bool
) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(100), bad_token_is_404=bad_token_is_404) as shop:
        attempt = await shop.fail(journal=journal)
        shop.sandbox.token = "another"
        begun = anyio.current_time()
        with pytest.raises(errors.OrderUncertainError, match=r"the last look failed: .*401") as caught:
            await shop.aex.resume_order(attempt, journal=journal, patience=500)
        assert anyio.current_time() - begun < 1
        assert (caught.value.attempt, journal.unresolved()) == (attempt, [attempt])
        assert TOKEN not in show_all(caught.value)
        shop.sandbox.token = TOKEN
        await anyio.sleep(100)
        assert [(await shop.aex.resume_order(attempt, journal=journal)).service.id] == shop.services


# What stays secret, and what travels


@pytest.mark.fault("S1")
@pytest.mark.parametrize(
    "fault",
    [
        Fault.cut_before(),
        Fault.status(400, body='{"errors": ["ann_canary@example.com token-canary-77 0005550142"]}'),
        Fault.status(500, body="ann_canary@example.com token-canary-77 0005550142"),
    ],
    ids=["uncertain", "refused", "500"],
)
async def test_no_error_of_an_order_holds_a_secret_and_each_pickles(
    fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_shop() as shop:
        shop.sandbox.faults.add(fault, method="POST", path="/services")
        with pytest.raises(errors.AExError) as caught:
            await shop.aex.place_order(evolve(shop.order, customer=NEW), patience=1)
    shown = show_all(caught.value) + caplog.text
    assert not [secret for secret in ("ann_canary", "pw-canary", "token-canary", "0005550142") if secret in shown]
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (type(again), str(again), vars(again)) == (type(caught.value), str(caught.value), vars(caught.value))


async def test_nothing_is_left_behind_by_an_order() -> None:
    async with open_shop() as shop:
        await shop.place()
        gc.collect()
        assert shop.aex.in_flight == 0


@pytest.mark.fault("M13")
@pytest.mark.parametrize(
    "options",
    [
        {"patience": -1},
        {"patience": None},
        {"patience": float("nan")},
        {"journal": "orders.sqlite"},
        {"resend": True},
        {"resend": True, "patience": 239.9},
    ],
    ids=str,
)
async def test_an_order_is_checked_before_anything_is_sent(options: dict[str, Any]) -> None:
    async with open_shop() as shop:
        asked = shop.sandbox.received.total()
        with pytest.raises(errors.UsageError):
            await shop.aex.place_order(evolve(shop.order, customer=NEW), **options)
        with pytest.raises(errors.UsageError):
            await shop.aex.resume_order(shop.order)  # type: ignore[arg-type]
        assert shop.sandbox.received.total() == asked


async def test_a_customer_with_services_of_old_can_order_elsewhere() -> None:
    async with open_shop() as shop:
        order = evolve(shop.order, customer=await shop.aex.get_customer(CONNECTED))
        placed = await shop.aex.place_order(order)
        assert placed.service.id != OLD_SERVICE
