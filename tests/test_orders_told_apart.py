"""Orders that nothing but their premises tells apart, and what a journal and a client have to do with it."""

import copy
import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from attrs import evolve

from aex_async import AsyncAExClient, Attempt, Customer, NewCustomer, NewService, Order, OrderJournal, errors
from aex_async._journal import file as journal_file
from aex_async._journal import live_senders
from aex_async._orders.decisions import SETTLING
from aex_async.sandbox import Fault, Oddities, Sandbox
from tests.chaos.kill import find_environment
from tests.sandbox.people import CONNECTED, POMPANO_9, POMPANO_11, PRODUCT, THANDI
from tests.shop import NEW, POST, SERVICES, Shop, find_state, open_shop

pytestmark = pytest.mark.in_no_time(idle=0)


def make_pair(shop: Shop) -> list[Order]:
    """Return two orders of one customer and product."""
    return [evolve(shop.order, reference="a"), evolve(shop.order, premise_guid=POMPANO_9, reference="b")]


async def place_all(shop: Shop, orders: list[Order], journal: OrderJournal, *, together: bool) -> dict[str, str]:
    """Place orders, and return which services they are said to be; "" for what is uncertain."""
    told: dict[str, str] = {}

    async def place(order: Order) -> None:
        try:
            told[str(order.reference)] = (await shop.aex.place_order(order, journal=journal)).service.id
        except errors.OrderUncertainError:
            told[str(order.reference)] = ""

    async with anyio.create_task_group() as group:
        for order in orders:
            group.start_soon(place, order)
            await anyio.sleep(0.0 if together else 100)
    return told


@pytest.mark.fault("X1")
@pytest.mark.parametrize("together", [True, False])
async def test_x1_of_two_orders_without_premises_the_one_that_was_not_committed_gets_no_service(
    together: bool,  # noqa: FBT001 - a column
) -> None:
    """Both answers are 500, A is there and B is not; premises cannot be read, and later they can."""
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        orders = make_pair(shop)
        shop.sandbox.faults.add(Fault.status(404), path="/premises/", times=None)
        shop.sandbox.faults.add(Fault.status(500, effect=1.0), method="POST")
        shop.sandbox.faults.add(Fault.status(500), method="POST")
        told = await place_all(shop, orders, journal, together=together)
        # Of two that begin together either may be sent first, and that is A.
        a, b = ("a", "b") if shop.sandbox.ledger[-1].premise_guid == orders[0].premise_guid else ("b", "a")
        assert told[b] == ""
        assert told[a] in (shop.services[0], "" if together else shop.services[0])
        shop.sandbox.faults.clear()
        resumed = await shop.aex.resume_all(journal=journal, patience=1)
        assert {name: placed.service.id for name, placed in resumed.found.items()} == (
            {a: shop.services[0]} if together else {}
        )
        assert isinstance(resumed.failed[b], errors.OrderUncertainError)
        assert (find_state(journal, a), find_state(journal, b)) == ("confirmed", "sending")


@pytest.mark.fault("X1")
async def test_x1_premises_that_show_late_tell_two_orders_apart() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(premise_lag=20) as shop:
        told = await place_all(shop, make_pair(shop), journal, together=True)
        ledger = {entry.premise_guid: entry.id for entry in shop.sandbox.ledger}
        assert told == {"a": ledger[POMPANO_11], "b": ledger[POMPANO_9]}


async def test_an_order_waits_for_the_premise_of_one_just_placed_before_it_counts_as_there_already() -> None:
    async with open_shop(premise_lag=10) as shop:
        shop.order_behind_its_back(POMPANO_9)
        assert (await shop.place()).created
    async with open_shop(premise_lag=1000) as shop:
        there = shop.order_behind_its_back(POMPANO_9)
        begun = anyio.current_time()
        with pytest.raises(errors.OrderConflictError, match=rf"a premise that AEx does not show \(service {there}\)"):
            await shop.place()
        assert anyio.current_time() - begun == pytest.approx(SETTLING)  # pyright: ignore[reportUnknownMemberType]


async def test_an_order_that_another_call_places_during_the_baseline_is_met_under_its_reference() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:

        async def place_first() -> None:
            shop.wire.looking = None
            assert (await shop.place(journal=journal)).created

        shop.wire.looking = place_first
        placed = await shop.place(journal=journal)
        assert (placed.created, [placed.service.id], shop.posts) == (False, shop.services, 1)


async def test_an_order_that_shows_while_an_earlier_one_is_waited_for_is_met_as_it_stands() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.delay(20), premise_lag=3) as shop, anyio.create_task_group() as group:
        shop.order_behind_its_back(POMPANO_9)
        group.start_soon(partial(shop.place, journal=journal))
        placed = await shop.aex.place_order(evolve(shop.order, reference="r-2"), journal=journal)
        assert ([placed.service.id], shop.posts) == (shop.services, 1)


@pytest.mark.fault("X2")
async def test_x2_an_answer_about_another_premise_is_no_evidence() -> None:
    body = json.dumps({"id": "OTHER", "external_reference": POMPANO_11})
    async with open_shop(Fault.cut_before()) as shop:
        attempt = await shop.fail()
        shop.order_behind_its_back(POMPANO_9)
        shop.sandbox.faults.add(Fault.answer(body), path="/premises/", times=None)
        with pytest.raises(errors.OrderUncertainError, match="the last look failed"):
            await shop.aex.resume_order(attempt)


@pytest.mark.fault("X3")
async def test_x3_a_row_of_another_customer_is_not_theirs() -> None:
    async with open_shop(Fault.cut_before(), foreign_rows=True) as shop:
        attempt = await shop.fail(patience=1)
        shop.sandbox.place_foreign_order(customer_id=CONNECTED, premise_guid=POMPANO_9, product_id=PRODUCT)
        with pytest.raises(errors.OrderUncertainError, match="found nothing"):
            await shop.aex.resume_order(attempt, patience=1)
        there = shop.sandbox.place_foreign_order(customer_id=CONNECTED, premise_guid=POMPANO_11, product_id=PRODUCT)
        with pytest.raises(errors.OrderUncertainError, match=rf"{there} \(customer {CONNECTED}\) may be the order"):
            await shop.aex.resume_order(attempt, patience=1)


@pytest.mark.fault("X7")
@pytest.mark.parametrize("fault", [Fault.late(5), Fault.status(403, effect=5.0)], ids=["lost", "refused"])
@pytest.mark.parametrize("oddities", [Oddities(blank_references=True), Oddities(odd_values=True)], ids=["blank", "odd"])
async def test_x7_what_is_blank_or_odd_about_an_order_proves_no_absence_of_it(fault: Fault, oddities: Oddities) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(fault) as shop:
        shop.sandbox.oddities = oddities
        with suppress(errors.OrderUncertainError):
            await shop.place(journal=journal, patience=40)
        assert find_state(journal) in ("sending", "confirmed")
        assert len(shop.services) == 1
        shop.sandbox.oddities = Oddities()
        assert [(await shop.place(journal=journal)).service.id] == shop.services
        assert shop.posts == 1


@pytest.mark.fault("X1")
async def test_x1_a_refusal_outlives_the_call_that_met_it_and_no_later_one_guesses_against_it() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(401), premise_lag=10_000.0) as shop:
        shop.wire.before = partial(_order_elsewhere, shop)
        with pytest.raises(errors.OrderUncertainError, match=r"AEx refuses it.*could be service") as caught:
            await shop.place(journal=journal, patience=40)
        assert caught.value.attempt.refused_at is not None
        for _ in range(2):
            with pytest.raises(errors.OrderUncertainError, match=r"AEx refuses it.*could be service"):
                await shop.aex.resume_order(journal.unresolved()[0], journal=journal, patience=40)
        assert find_state(journal) == "sending"


@pytest.mark.fault("X4", "O16")
async def test_x4_a_refusal_that_nobody_could_look_into_is_believed_by_whoever_looks_for_long_enough() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400)) as shop:
        with anyio.move_on_after(5):  # as a process that ends, just after it was told
            await shop.place(journal=journal)
        (attempt,) = journal.unresolved()
        with pytest.raises(errors.OrderUncertainError, match=r"AEx refuses it, and .* looks found nothing"):
            await shop.aex.resume_order(attempt, journal=journal, patience=SETTLING - 1)
        begun = anyio.current_time()
        with pytest.raises(errors.OrderError, match="was not placed, and may be placed again"):
            await shop.aex.resume_order(attempt, journal=journal)
        assert SETTLING <= anyio.current_time() - begun < SETTLING + 16
        assert (find_state(journal), shop.posts) == ("rejected", 1)
        assert (await shop.place(journal=journal)).created


@pytest.mark.fault("X4")
@pytest.mark.parametrize(("state", "seconds"), [("sending", SETTLING), ("rejected", 0)])
async def test_x4_an_old_refusal_is_looked_into_for_as_long_as_its_own_call_may_not_have_looked(
    state: str, seconds: float
) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault()) as shop:
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        ids = {"customer_id": THANDI, "premise_guid": POMPANO_11, "product_id": PRODUCT, "started_at": hour_ago}
        journal.begin(Attempt(reference="r-1", state=state, refused_at=hour_ago, **ids))  # type: ignore[arg-type]
        begun = anyio.current_time()
        placed = await shop.place(journal=journal)
        assert (placed.created, shop.posts) == (True, 1)
        assert seconds <= anyio.current_time() - begun <= seconds + 16


def remember_refusal(**facts: Any) -> OrderJournal:
    """Return a journal in which AEx refused the order an hour ago."""
    journal = OrderJournal(":memory:")
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    refused = Attempt(
        reference="r-1",
        customer_id=THANDI,
        premise_guid=POMPANO_11,
        product_id=PRODUCT,
        state="rejected",
        started_at=hour_ago,
        refused_at=hour_ago,
    )
    journal.begin(evolve(refused, **facts))
    return journal


@pytest.mark.fault("X4")
async def test_x4_another_product_that_came_to_the_premise_since_a_refusal_keeps_no_order_from_being_placed() -> None:
    """Somebody ordered it by other means, as from AEx's own pages: the journal knows nothing of it."""
    async with open_shop() as shop:
        other = shop.sandbox.products_at(POMPANO_11)[1]["id"]
        shop.sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_11, product_id=other)
        late, old = remember_refusal(refused_at=datetime.now(UTC)), remember_refusal()
        with pytest.raises(errors.OrderUncertainError, match="ask AEx whether it is the order, then dismiss the order"):
            await shop.place(journal=late)
        assert shop.posts == 0
        assert (await shop.place(journal=old)).created
        assert shop.posts == 1


@pytest.mark.fault("X4", "O11")
async def test_what_was_ordered_by_other_means_since_a_refusal_and_has_ended_is_in_no_orders_way() -> None:
    journal = remember_refusal()
    async with open_shop() as shop:
        shop.sandbox.cancel_service(shop.order_behind_its_back())
        with pytest.raises(errors.OrderError, match="was not placed, and may be placed again") as caught:
            await shop.aex.resume_order(journal.history()[0], journal=journal)
        assert caught.value.advice.startswith("Place it again")
        assert (await shop.place(journal=journal)).created
        assert (shop.posts, find_state(journal)) == (1, "confirmed")


@pytest.mark.fault("X4", "O14")
async def test_what_was_ordered_by_other_means_since_a_refusal_and_may_be_anywhere_is_a_conflict() -> None:
    journal = remember_refusal()
    async with open_shop(blank_references=True) as shop:
        service = shop.order_behind_its_back()
        with pytest.raises(errors.OrderError, match="was not placed, and may be placed again"):
            await shop.aex.resume_order(journal.history()[0], journal=journal)
        with pytest.raises(errors.OrderConflictError, match=f"already has this product there, or .*{service}"):
            await shop.place(journal=journal)
        assert shop.posts == 0


@pytest.mark.fault("X4")
async def test_x4_resuming_an_order_that_was_refused_finds_it_if_it_is_there_all_the_same() -> None:
    journal = remember_refusal()
    async with open_shop() as shop:
        service = shop.order_behind_its_back()
        placed = await shop.aex.resume_order(journal.history()[0], journal=journal)
        assert (placed.service.id, find_state(journal)) == (service, "confirmed")


@pytest.mark.fault("X4")
async def test_x4_an_order_that_was_sent_anew_under_another_reference_is_the_one_that_is_followed() -> None:
    journal = remember_refusal()
    async with open_shop(Fault.late(50)) as shop:
        with pytest.raises(errors.OrderUncertainError):
            await shop.aex.place_order(evolve(shop.order, reference="r-2"), journal=journal, patience=5)
        placed = await shop.place(journal=journal)
        assert (placed.reference, [placed.service.id], shop.posts) == ("r-2", shop.services, 1)
        assert [find_state(journal, name) for name in ("r-1", "r-2")] == ["rejected", "confirmed"]


async def place_refused(shop: Shop, journal: OrderJournal, number: int) -> None:
    shop.sandbox.faults.add(Fault.status(400), method="POST")
    with pytest.raises(errors.BadRequestError):
        await shop.aex.place_order(evolve(shop.order, reference=f"old-{number}"), journal=journal)


def settle_all(_: object) -> float:
    """Let the wall clock be far beyond every refusal."""
    return 0.0


@pytest.mark.fault("X4")
async def test_x4_many_old_refusals_of_an_order_take_one_look_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        for number in range(6):
            await place_refused(shop, journal, number)
        monkeypatch.setattr("aex_async._orders.repeated_looks.left_to_settle", settle_all)
        shop.sandbox.received.clear()
        placed = await shop.place(journal=journal)
        assert (placed.reference, placed.created) == ("r-1", True)
        # For all that were refused, as the baseline, and for the order.
        assert shop.sandbox.received["GET /customers/*/services"] == 3


@pytest.mark.fault("X4")
async def test_x4_an_order_of_which_each_try_was_refused_is_found_whichever_of_them_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        for number in range(3):
            await place_refused(shop, journal, number)
        there = shop.order_behind_its_back()
        monkeypatch.setattr("aex_async._orders.repeated_looks.left_to_settle", settle_all)
        placed = await shop.place(journal=journal)
        assert (placed.service.id, placed.created, shop.posts) == (there, False, 3)


@pytest.mark.fault("X7", "O13")
@pytest.mark.parametrize(
    ("end", "shown"),
    [
        ("31/12/2024", "deleted_at: '31/12/2024'"),
        ({"on": "2024"}, "deleted_at: no single value"),
        ("\x1b[2J" + "9x" * 99, r"deleted_at: '\\x1b\[2J[9x]+\.\.\."),
    ],
    ids=["a date", "an object", "no text for a terminal"],
)
async def test_x7_a_service_whose_end_cannot_be_read_refuses_an_order_by_name(end: object, shown: str) -> None:
    async with open_shop() as shop:
        there = shop.order_behind_its_back()
        row = (await shop.aex.request("GET", SERVICES))["items"][0]
        body = json.dumps({"items": [{**row, "deleted_at": end}], "total": 1})
        shop.sandbox.faults.add(Fault.answer(body), path=SERVICES, times=None)
        with pytest.raises(errors.OrderConflictError, match=rf"{there}, whose end cannot be read \({shown}") as caught:
            await shop.place()
        assert "have that value corrected" in caught.value.advice
        assert len(str(caught.value)) < 300
        assert shop.posts == 0


@pytest.mark.fault("O11")
async def test_o11_who_orders_anew_what_aex_has_cancelled_and_hidden_hears_which_order_to_dismiss() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(hidden_ends=True) as shop:
        first = (await shop.place(journal=journal)).service.id
        shop.sandbox.cancel_service(first)
        anew = evolve(shop.order, reference="r-2")
        told = f"order r-1: it was seen as service {first}, and .* lack it by now: if it has ended, dismiss the order"
        with pytest.raises(errors.OrderUncertainError, match=told):
            await shop.aex.place_order(anew, journal=journal)
        journal.dismiss("r-1")
        assert (await shop.aex.place_order(anew, journal=journal)).created


@pytest.mark.fault("X4", "O16")
async def test_x4_an_order_that_shows_while_a_refusal_is_looked_into_anew_is_found() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400, effect=20.0)) as shop:
        with anyio.move_on_after(1):
            await shop.place(journal=journal)
        assert [(await shop.place(journal=journal)).service.id] == shop.services
        assert shop.posts == 1


async def _order_elsewhere(shop: Shop) -> None:
    shop.sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_9, product_id=PRODUCT)


@pytest.mark.fault("X5")
@pytest.mark.parametrize("effect", ["never", "before"])
async def test_x5_a_success_with_the_body_of_an_error_is_a_refusal_to_be_looked_into(effect: Any) -> None:
    body = '{"code": 401, "errors": ["Not Authenticated"]}'
    async with open_shop(Fault.status(201, body=body, content_type="application/json", effect=effect)) as shop:
        if effect == "never":
            with pytest.raises(errors.ResponseError, match=r"Not Authenticated|token works elsewhere"):
                await shop.place()
        else:
            placed = await shop.place()
            assert (placed.created, [placed.service.id]) == (False, shop.services)


@pytest.mark.fault("X5")
async def test_x5_an_empty_list_beside_an_error_is_no_absence() -> None:
    """Taken for one, the 400 would be believed after 30 s, and the order told as failed that is there."""
    async with open_shop(Fault.status(400, effect="before")) as shop:
        shop.sandbox.faults.add(
            Fault.status(200, body='{"items": [], "total": 0, "errors": ["down"]}', content_type="application/json"),
            path=SERVICES,
            skip=1,
            times=None,
        )
        with pytest.raises(errors.OrderUncertainError, match=r"the last look failed: .* answered 200: down"):
            await shop.place()


@pytest.mark.fault("X5")
async def test_x5_a_sandbox_whose_errors_are_successes_with_empty_lists_misleads_no_route() -> None:
    refusals = (errors.AuthenticationError, errors.NotFoundError)  # the latter of a framework that reads by id first
    sandbox = Sandbox(oddities=Oddities(errors_as_success=True))
    async with AsyncAExClient("BAD", transport=sandbox.transport()) as aex:
        sandbox.token = "GOOD"
        for read in (anext(aex.customer_services(THANDI)), aex.find_customer("a@example.org"), aex.get_premise("P1")):
            with pytest.raises(refusals):
                await read
        with pytest.raises(errors.AuthenticationError):
            await aex.create_customer(NEW)


# What is never sent


def test_a_customer_without_an_id_cannot_be_ordered_for() -> None:
    facts = {"first_name": "A", "last_name": "B", "email": "a@example.com", "username": "a", "mobile_number": "1"}
    customer = Customer(id=None, **facts)  # type: ignore[arg-type]
    for make in (NewService, Order):
        with pytest.raises(errors.UsageError, match=r"customer\.id must be text"):
            make(customer=customer, premise_guid=POMPANO_11, product_id=PRODUCT)


async def test_a_customer_that_lacks_what_an_order_needs_is_no_misuse_once_it_was_searched_for() -> None:
    async with open_shop() as shop:
        found = {"id": "C-1", "email": "ann_canary@example.com", "first_name": "Ann", "last_name": "Specimen"}
        answer = httpx.Response(200, json={"items": [found]}).text
        shop.sandbox.faults.add(Fault.answer(answer), path="/customers?", times=None)
        new = {"password": "p", "mobile_number": "0005550142", **{n: found[n] for n in found if n != "id"}}
        order = evolve(shop.order, customer=NewCustomer(**new))
        with pytest.raises(errors.OrderConflictError, match=r"lacks username.*the order was not sent"):
            await shop.aex.place_order(order)
        assert shop.posts == 0


@pytest.mark.fault("X8")
async def test_x8_a_bad_token_is_told_as_one_where_reads_by_id_are_404() -> None:
    async with open_shop(bad_token_is_404=True) as shop:
        shop.sandbox.token = "another"
        with pytest.raises(errors.AuthenticationError):
            await shop.place()
        assert shop.posts == 0


@pytest.mark.fault("X8")
async def test_x8_a_token_that_is_revoked_meanwhile_ends_the_looking_at_once() -> None:
    async with open_shop(bad_token_is_404=True) as shop:

        async def revoke() -> None:
            shop.sandbox.token = "another"

        shop.wire.before = revoke
        begun = anyio.current_time()
        with pytest.raises(errors.OrderUncertainError, match="401"):
            await shop.place(patience=500)
        assert anyio.current_time() - begun < 1


# One bound for all of it


@pytest.mark.parametrize(
    ("fault", "path"), [(Fault.silent(), SERVICES), (Fault.delay(20), SERVICES)], ids=["silence", "slow"]
)
async def test_a_timeout_that_ends_before_the_order_was_sent_says_so(fault: Fault, path: str) -> None:
    journal = OrderJournal(":memory:")
    async with open_shop() as shop:
        shop.sandbox.faults.add(fault, path=path, times=None)
        begun = anyio.current_time()
        with pytest.raises(errors.DeadlineError, match="ran out before it was sent") as caught:
            await shop.place(journal=journal, timeout=10)
        assert anyio.current_time() - begun == pytest.approx(10)  # pyright: ignore[reportUnknownMemberType]
        assert (caught.value.sent, shop.posts, find_state(journal)) == (False, 0, None)


@pytest.mark.parametrize("timeout", [2, 10, 40])
async def test_a_timeout_bounds_a_silent_post_and_leaves_time_for_a_look(timeout: float) -> None:  # noqa: ASYNC109
    async with open_shop(Fault.silent()) as shop:
        begun = anyio.current_time()
        placed = await shop.place(timeout=timeout)
        assert anyio.current_time() - begun <= timeout
        assert [placed.service.id] == shop.services


async def test_a_timeout_bounds_the_looking_too() -> None:
    async with open_shop(Fault.cut_before()) as shop:
        begun = anyio.current_time()
        attempt = await shop.fail(timeout=10)
        assert 7 <= anyio.current_time() - begun <= 10
        shop.sandbox.faults.add(Fault.silent(), path=SERVICES, times=None)
        with pytest.raises(errors.OrderUncertainError, match="did not end in time"):
            await shop.aex.resume_order(attempt, timeout=3)
        assert anyio.current_time() - begun <= 13


@pytest.mark.fault("X4")
async def test_x4_a_refusal_that_there_was_no_time_to_look_into_leaves_the_order_uncertain() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400, effect=20.0)) as shop:
        attempt = await shop.fail(journal=journal, timeout=5)
        assert attempt.state == "sending"
        await anyio.sleep(30)
        assert [(await shop.aex.resume_order(attempt, journal=journal)).service.id] == shop.services


@pytest.mark.fault("X4")
async def test_x4_a_refusal_is_not_believed_of_an_order_that_another_call_has_seen_meanwhile() -> None:
    """Two calls need not be shown the same rows at the same moment."""
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400)) as shop:

        async def confirm() -> None:
            if anyio.current_time() - begun > SETTLING:
                (attempt,) = journal.unresolved(live=True)
                assert journal.claim(evolve(attempt, service_id="S-1"), weak=False)
                shop.wire.looking = None

        begun = anyio.current_time()
        shop.wire.looking = confirm
        attempt = await shop.fail(journal=journal)
        assert (attempt.state, attempt.service_id, find_state(journal)) == ("confirmed", "S-1", "confirmed")


async def test_what_fails_before_the_order_is_sent_is_no_failure_of_one_that_an_earlier_call_sent() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(100)) as shop:
        order = evolve(shop.order, customer=NEW)
        with pytest.raises(errors.OrderUncertainError):
            await shop.aex.place_order(order, journal=journal, patience=0)
        shop.sandbox.faults.add(Fault.status(500), path="/customers?", times=None)
        with pytest.raises(errors.OrderUncertainError, match="could not be looked up") as caught:
            await shop.aex.place_order(order, journal=journal)
        assert caught.value.attempt.reference == "r-1"
        with pytest.raises(errors.ServerError):
            await shop.aex.place_order(evolve(order, reference="r-2"), journal=journal)


async def test_a_token_function_that_fails_is_no_failure_of_an_order_that_an_earlier_call_sent() -> None:
    """It says that nothing was sent, and means this call."""
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(100)) as shop:
        order = evolve(shop.order, customer=NEW)
        with pytest.raises(errors.OrderUncertainError):
            await shop.aex.place_order(order, journal=journal, patience=0)
        async with AsyncAExClient(lambda: 1 // 0, transport=shop.sandbox.transport()) as aex:  # type: ignore[arg-type]
            with pytest.raises(errors.OrderUncertainError, match="raised ZeroDivisionError") as caught:
                await aex.place_order(order, journal=journal)
            assert caught.value.attempt.reference == "r-1"
            with pytest.raises(errors.UsageError, match="the token function raised"):
                await aex.place_order(evolve(order, reference="r-2"), journal=journal)


@pytest.mark.fault("X1")
async def test_x1_nothing_weak_is_proof_while_the_journal_cannot_be_asked(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    async with open_shop(Fault.cut_after(0)) as shop:

        async def lose() -> None:
            path.rename(tmp_path / "gone")

        shop.wire.after = lose
        shop.sandbox.faults.add(Fault.status(404), path="/premises/", times=None)
        attempt = await shop.fail(journal=OrderJournal(path))
        (tmp_path / "gone").rename(path)
        placed = await shop.aex.resume_order(attempt, journal=OrderJournal(path))
        assert [placed.service.id] == shop.services


# The journal from an event loop


async def test_a_service_uses_the_journal_without_blocking_its_loop(tmp_path: Path) -> None:
    journal = await OrderJournal.open_async(tmp_path / "j.sqlite")
    async with open_shop(Fault.cut_before()) as shop:
        attempt = await shop.fail(journal=journal, patience=0)
        assert await journal.unresolved_async() == [attempt]
        assert (await journal.find_async("r-1"), await journal.conflicts_async()) == (attempt, [])
        await journal.dismiss_async("r-1")
        assert await journal.unresolved_async() == []
        (settled,) = await journal.history_async()
        assert (settled.reference, settled.state) == ("r-1", "dismissed")


async def test_resume_all_goes_on_with_every_order_that_nobody_is_placing() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.late(50), Fault.cut_before(), Fault.delay(30)) as shop:
        first, second = make_pair(shop)
        for order in (first, second):
            with pytest.raises(errors.OrderUncertainError):
                await shop.aex.place_order(order, journal=journal, patience=0)
        await anyio.sleep(60)
        third = evolve(second, reference="c", product_id=shop.sandbox.products_at(POMPANO_9)[1]["id"])
        async with anyio.create_task_group() as group:
            group.start_soon(partial(shop.aex.place_order, third, journal=journal))
            await anyio.sleep(1)
            resumed = await shop.aex.resume_all(journal=journal, patience=0)
            assert (list(resumed.found), list(resumed.failed)) == (["a"], ["b"])
            assert resumed.found["a"].reference == "a"


async def test_without_a_journal_resume_all_goes_on_with_the_clients_own() -> None:
    async with open_shop(Fault.late(5)) as shop:
        await shop.fail(patience=0)
        await anyio.sleep(10)
        assert list((await shop.aex.resume_all(patience=0)).found) == ["r-1"]


def test_a_journal_is_neither_pickled_nor_copied() -> None:
    journal = OrderJournal(":memory:")
    for use in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(errors.UsageError, match="pass its path"):
            use(journal)


def test_a_journal_works_where_there_are_no_owners_and_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "geteuid")  # as on Windows
    journal = OrderJournal(tmp_path / "j.sqlite")
    (tmp_path / "j.sqlite").chmod(0o644)
    assert journal.unresolved() == []


# A journal that others hold

ATTEMPT = Attempt(reference="r", customer_id="C", premise_guid="G", product_id="P", started_at=datetime.now(UTC))

HOLD = """
import sqlite3, sys, time
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def held(tmp_path: Path) -> Any:
    """A journal that another process has locked."""
    journal = OrderJournal(tmp_path / "j.sqlite")
    command = [sys.executable, "-c", HOLD, str(tmp_path / "j.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=find_environment()) as holder:  # noqa: S603
        assert holder.stdout is not None
        holder.stdout.readline()
        yield journal, holder.pid
        holder.kill()


@pytest.mark.fault("X23")
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_x23_behind_a_locked_journal_orders_wait_once_and_a_cancelled_one_returns_at_once(
    held: tuple[OrderJournal, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, pid = held
    monkeypatch.setattr(journal_file, "BUSY", 5.0)
    monkeypatch.setattr("aex_async._orders.journal_access.BUSY", 5.0)
    monkeypatch.setattr("aex_async._orders.journal_access.GRACE", 10.0)  # on a busy machine a thread is slow to say it
    monkeypatch.setattr("aex_async._orders.journal_access.JournalAccess._use.__defaults__", (5.0,))
    sandbox, told = Sandbox(oddities=Oddities()), list[str]()
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        customer = await aex.get_customer(THANDI)

        async def place(number: int) -> None:
            order = Order(customer=customer, premise_guid=f"G-{number}", product_id=PRODUCT)
            with pytest.raises(errors.OrderError) as caught:
                await aex.place_order(order, journal=journal)
            told.append(str(caught.value))

        begun = time.monotonic()
        async with anyio.create_task_group() as group:
            for number in range(5):
                group.start_soon(place, number)
            with anyio.move_on_after(0.2):
                await place(9)
            assert time.monotonic() - begun < 4.5
    assert time.monotonic() - begun < 20
    assert len(told) == 5
    assert all(f"process {pid} (python" in text and "nothing was sent" in text for text in told)
    assert sandbox.received[POST] == 0


def test_who_has_a_lock_is_not_known_everywhere(tmp_path: Path) -> None:
    assert journal_file.find_holders(tmp_path / "nothing") == []
    assert journal_file.name_process(2**22 + 1) == "which has ended"


def test_a_thread_that_holds_the_journal_is_this_process(tmp_path: Path) -> None:
    journal = OrderJournal(tmp_path / "j.sqlite")
    other = OrderJournal(tmp_path / "j.sqlite")
    with journal._file.transact():  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        for use in (journal, other):
            with pytest.raises(errors.OrderError, match=rf"process {os.getpid()} \(this one\)"):
                use.settle(ATTEMPT, until=time.monotonic() + 0.05)


# Which processes are at work


def test_a_sender_is_at_work_until_it_ends_or_its_time_is_over() -> None:
    sender = live_senders.begin_work()
    soon, past = live_senders.limit_work(60), live_senders.limit_work(-1)
    assert live_senders.is_at_work(sender, soon)
    assert not live_senders.is_at_work(sender, past)
    assert not live_senders.is_at_work(None, None)
    live_senders.end_work(sender)
    assert not live_senders.is_at_work(sender, soon)
    longest = datetime.now(UTC) + timedelta(seconds=live_senders.LONGEST)
    assert datetime.fromisoformat(live_senders.limit_work(1e9)) <= longest + timedelta(seconds=1)


def rename(sender: str, **parts: object) -> str:
    """Return the sender as another process would be called."""
    names = ("machine", "pid", "start", "call")
    told = dict(zip(names, sender.split(), strict=True)) | {name: str(part) for name, part in parts.items()}
    return " ".join(told.values())


@pytest.mark.parametrize(
    ("parts", "there"),
    [
        (lambda: {"machine": "elsewhere"}, True),
        (lambda: {"pid": os.getppid(), "start": "1"}, False),
        (lambda: {"pid": os.getppid(), "start": live_senders.read_start(os.getppid())}, True),
        (lambda: {"pid": os.getppid(), "start": "0"}, True),
        (lambda: {"pid": 2**22 + 1}, False),
        (lambda: {"pid": 2**22 + 1, "start": "0"}, False),
        (lambda: {"pid": 1, "start": "0"}, True),
    ],
    ids=["another machine", "its number taken", "its parent", "no start", "gone", "gone, no start", "init"],
)
def test_another_process_is_at_work_while_it_runs(parts: Callable[[], dict[str, object]], there: bool) -> None:  # noqa: FBT001
    sender = live_senders.begin_work()
    live_senders.end_work(sender)
    assert live_senders.is_at_work(rename(sender, **parts()), live_senders.limit_work(60)) is there


def test_a_process_of_another_user_counts_as_running(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, signal: int) -> None:
        raise PermissionError(pid, signal)

    sender = live_senders.begin_work()
    live_senders.end_work(sender)
    monkeypatch.setattr(os, "kill", refuse)  # the suite may run as root, whom nothing refuses
    assert live_senders.is_at_work(rename(sender, pid=1, start="0"), live_senders.limit_work(60))


def test_where_signals_cannot_ask_a_process_counts_as_running(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = live_senders.begin_work()
    live_senders.end_work(sender)
    monkeypatch.delattr(os, "geteuid")  # as on Windows
    assert live_senders.is_at_work(rename(sender, pid=2**22 + 1, start="0"), live_senders.limit_work(60))


@pytest.mark.parametrize("state", ["sending", "rejected"])
def test_an_attempts_state_is_one_of_an_enum_that_is_text(state: str) -> None:
    attempt = Attempt(
        reference="r", customer_id="C", premise_guid="G", product_id="P", started_at=datetime.now(UTC), state=state
    )
    assert (attempt.state, str(attempt.state)) == (state, state)
    assert (attempt.state.is_open, attempt.state.may_repeat) == (state == "sending", state == "rejected")
    with pytest.raises(errors.UsageError, match="one of sending, created"):
        evolve(attempt, state="lost")
