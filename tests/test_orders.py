"""An order placed once, whatever goes wrong: against the sandbox, in virtual time."""

import asyncio
import gc
import json
import logging
import os
import pickle
import sqlite3
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from attrs import evolve

from aex_async import (
    PREPROD,
    PRODUCTION_ZA,
    AsyncAExClient,
    Attempt,
    Customer,
    NewCustomer,
    Order,
    OrderJournal,
    PlacedOrder,
    errors,
)
from aex_async._journal.attempts import OPEN
from aex_async._orders.decisions import LOOK, SETTLING
from aex_async.journal import Handover
from aex_async.sandbox import Fault, Oddities, Sandbox
from aex_async.testing._clock import is_working, make_options
from tests.sandbox.people import CONNECTED, OLD_SERVICE, POMPANO_9, POMPANO_11, PREMISE_9, PREMISE_11, PRODUCT, THANDI
from tests.steps import Steps
from tests.timing import Clock

TOKEN = "token-canary-77"
POST = "POST /services/full"
SERVICES = f"/customers/{THANDI}/services"
NEW = NewCustomer(
    first_name="Ann",
    last_name="Specimen",
    email="ann_canary@example.com",
    password="pw-canary-1",
    mobile_number="0005550142",
)

Hook = Callable[[], Awaitable[None]]


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """Every test runs on both event loops, and waits for nothing."""
    return request.param, make_options(request.param, Clock())


class Watched(httpx.AsyncBaseTransport):
    """A transport with something to do before or after an order's POST, or a look; it keeps what left."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport
        self.looking: Hook | None = None
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.bodies: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        ordering = request.url.path == "/services/full"
        if request.url.path == SERVICES and self.looking:
            await self.looking()
        if ordering and self.before:
            await self.before()
        try:
            return await self._transport.handle_async_request(request)
        finally:
            if ordering:
                self.bodies.append(await request.aread())
            if ordering and self.after:
                await self.after()


class Shop:
    """A sandbox and a client before it, with one order to place."""

    def __init__(self, sandbox: Sandbox, aex: AsyncAExClient, wire: Watched, customer: Customer) -> None:
        self.sandbox = sandbox
        self.aex = aex
        self.wire = wire
        self.order = Order(customer=customer, premise_guid=POMPANO_11, product_id=PRODUCT, reference="r-1")

    @property
    def posts(self) -> int:
        """How many orders arrived."""
        return self.sandbox.received[POST]

    @property
    def services(self) -> list[str]:
        """The services that orders of ours have come to."""
        return [entry.id for entry in self.sandbox.ledger if entry.kind == "service" and entry.by == "client"]

    def order_behind_its_back(self, premise_guid: str = POMPANO_11) -> str:
        return self.sandbox.place_foreign_order(customer_id=THANDI, premise_guid=premise_guid, product_id=PRODUCT)

    async def place(self, **options: Any) -> PlacedOrder:
        return await self.aex.place_order(self.order, **options)

    async def fail(self, **options: Any) -> Attempt:
        """Place the order, which stays uncertain; return its attempt."""
        with pytest.raises(errors.OrderUncertainError) as caught:
            await self.place(**options)
        return caught.value.attempt


@asynccontextmanager
async def open_shop(
    *posts: Fault, token: Any = TOKEN, base_url: str = PREPROD, **oddities: Any
) -> AsyncGenerator[Shop, None]:
    """Open a shop in which the first POSTs fail so."""
    sandbox = Sandbox(token=TOKEN, clock=anyio.current_time, oddities=Oddities(**oddities))
    for fault in posts:
        sandbox.faults.add(fault, method="POST", path="/services/full")
    wire = Watched(sandbox.transport())
    async with AsyncAExClient(token, base_url=base_url, transport=wire) as aex:
        yield Shop(sandbox, aex, wire, await aex.get_customer(THANDI))


def find_state(journal: OrderJournal, reference: str = "r-1") -> str | None:
    known = journal.find(reference)
    return None if known is None else known.state


# Customers


async def test_a_customer_is_found_by_the_whole_email_in_any_case_on_any_page() -> None:
    async with open_shop(max_count=2) as shop:
        for name in ("xann@example.com", "ann@example.com.au", "a.n@example.com", "annn@example.com"):
            await shop.aex.create_customer(evolve(NEW, email=name))
        await shop.aex.create_customer(evolve(NEW, email="Ann@Example.com"))
        found = await shop.aex.find_customer("aNN@example.com")
        assert found is not None
        assert found.email == "Ann@Example.com"
        assert await shop.aex.find_customer("nn@example.com") is None


@pytest.mark.fault("M16")
@pytest.mark.parametrize(
    ("email", "decoy"), [("a_b@example.com", "axb@example.com"), ("%@example.com", "ann@example.com")]
)
async def test_a_wildcard_in_an_email_finds_nobody_else(email: str, decoy: str) -> None:
    async with open_shop() as shop:
        await shop.aex.create_customer(evolve(NEW, email=decoy))
        assert await shop.aex.find_customer(email) is None
        await shop.aex.create_customer(evolve(NEW, email=email))
        found = await shop.aex.find_customer(email)
        assert found is not None
        assert found.email == email


@pytest.mark.parametrize("shape", ["object", "list"])
async def test_a_customer_is_found_in_whatever_shape_the_search_answers(shape: str) -> None:
    async with open_shop(customers_answer=shape) as shop:
        await shop.aex.create_customer(NEW)
        found = await shop.aex.find_customer(NEW.email)
        assert found is not None
        assert found.first_name == "Ann"


@pytest.mark.fault("O20")
async def test_o20_two_customers_with_the_email_are_a_conflict() -> None:
    rows = [{"id": f"C-{number}", "email": "ANN_canary@example.com"} for number in (1, 2)]
    async with open_shop() as shop:
        shop.sandbox.faults.add(Fault.answer(json.dumps({"items": rows})), path="/customers?")
        with pytest.raises(errors.OrderConflictError, match=r"2 customers .*\(C-1, C-2\)") as caught:
            await shop.aex.get_or_create_customer(NEW)
        assert "canary" not in show(caught.value)
        assert shop.sandbox.received["POST /customers"] == 0


async def test_a_customer_who_exists_is_not_signed_up_again() -> None:
    async with open_shop() as shop:
        first = await shop.aex.get_or_create_customer(NEW)
        again = await shop.aex.get_or_create_customer(evolve(NEW, email=NEW.email.upper()))
        assert (first, first.email) == (again, NEW.email)
        assert shop.sandbox.received["POST /customers"] == 1


TAKEN = Fault.status(400, body='{"errors": {"email": ["is already taken"]}}', content_type="application/json")


@pytest.mark.fault("O18")
async def test_o18_an_email_that_is_taken_and_that_no_search_shows_is_an_error_and_no_loop() -> None:
    async with open_shop() as shop:
        shop.sandbox.faults.add(TAKEN, path="/customers", method="POST", times=None)
        with pytest.raises(errors.EmailTakenError) as caught:
            await shop.aex.place_order(evolve(shop.order, customer=NEW))
        assert shop.sandbox.received == {"GET /customers/*": 1, "GET /customers": 2, "POST /customers": 1}
        assert "canary" not in show(caught.value)


@pytest.mark.fault("O19")
@pytest.mark.parametrize("change", [{"first_name": "Anna"}, {"mobile_number": "0005550143"}])
async def test_o19_an_email_that_is_another_persons_is_a_conflict(change: dict[str, str]) -> None:
    async with open_shop() as shop:
        await shop.aex.create_customer(evolve(NEW, **change))
        with pytest.raises(errors.OrderConflictError, match=f"{next(iter(change))} differ") as caught:
            await shop.aex.place_order(evolve(shop.order, customer=NEW))
        assert shop.posts == 0
        assert not [secret for secret in ("canary", "0005550142", "0005550143") if secret in show(caught.value)]


@pytest.mark.fault("O21")
@pytest.mark.parametrize(
    "fault",
    [
        Fault.cut_after(0),
        Fault.reset(30),
        Fault.status(503, effect="before"),
        Fault.status(201, body="", effect="before"),
        evolve(TAKEN, effect="before"),
        Fault.silent(),
        *(Fault.status(status, effect="before") for status in (202, 303, 408, 409, 429)),
        *(Fault.status(201, body=f'{{"code": {code}, "errors": ["no"]}}', effect="before") for code in (400, 401, 404)),
    ],
    ids=[
        "cut",
        "reset",
        "503",
        "201 without a name",
        "taken by ourselves",
        "silence",
        "202",
        "303",
        "408",
        "409",
        "429",
        "a 400 behind a 201",
        "a 401 behind a 201",
        "a 404 behind a 201",
    ],
)
async def test_o21_a_sign_up_that_succeeded_unseen_is_recognised(fault: Fault) -> None:
    async with open_shop() as shop:
        shop.sandbox.faults.add(fault, path="/customers", method="POST")
        customer = await shop.aex.get_or_create_customer(NEW)
        assert customer.id == shop.sandbox.ledger[0].id
        assert shop.sandbox.received["POST /customers"] == 1


def name_customer(customer_id: str) -> Fault:
    """Sign the customer up, and name `customer_id` as the new one."""
    return Fault(headers=((b"location", f"https://elsewhere.example/customers/{customer_id}".encode()),))


async def test_a_customer_whom_aex_names_is_found_though_no_search_shows_it_yet() -> None:
    async with open_shop() as shop:
        shop.sandbox.faults.add(Fault.answer('{"items": []}'), path="/customers?", times=None)
        customer = await shop.aex.get_or_create_customer(NEW)
        assert (customer.id, customer.email) == (shop.sandbox.ledger[0].id, NEW.email)
        assert (shop.sandbox.received["POST /customers"], shop.sandbox.received["GET /customers"]) == (1, 1)


@pytest.mark.parametrize(
    ("named", "missed"), [(True, 3), (False, 0)], ids=["the id is not known yet", "the search does not show it yet"]
)
async def test_a_customer_who_was_signed_up_is_waited_for(*, named: bool, missed: int) -> None:
    async with open_shop(lag=20.0, location_header=named) as shop:
        shop.sandbox.faults.add(Fault.status(404), path="/customers/*", method="GET", times=missed)
        placed = await shop.aex.place_order(evolve(shop.order, customer=NEW))
        assert (placed.customer.email, placed.created) == (NEW.email, True)
        assert shop.sandbox.received["POST /customers"] == 1


@pytest.mark.parametrize("named", [THANDI, "nobody"], ids=["somebody else", "nobody"])
async def test_a_customer_whom_aex_names_wrongly_is_searched_for(named: str) -> None:
    async with open_shop(location_header=False) as shop:
        shop.sandbox.faults.add(name_customer(named), path="/customers", method="POST")
        customer = await shop.aex.get_or_create_customer(NEW)
        assert (customer.id, customer.email) == (shop.sandbox.ledger[0].id, NEW.email)
        assert shop.sandbox.received["GET /customers"] == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.cut_before(), errors.ConnectionFailedError),
        (Fault.status(500), errors.ServerError),
        (Fault.status(403), errors.ForbiddenError),
        (Fault.status(201, body=""), errors.UnexpectedAnswerError),
    ],
    ids=["cut", "500", "403", "nothing came of it"],
)
async def test_a_sign_up_that_failed_is_an_error_and_not_tried_again(fault: Fault, error: type[Exception]) -> None:
    async with open_shop() as shop:
        shop.sandbox.faults.add(fault, path="/customers", method="POST")
        with pytest.raises(error):
            await shop.aex.get_or_create_customer(NEW)
        assert shop.sandbox.received["POST /customers"] == 1


async def test_a_success_that_nobody_can_be_found_of_is_told_as_what_it_is() -> None:
    async with open_shop() as shop:
        shop.sandbox.faults.add(Fault.status(201, body=""), path="/customers", method="POST")
        begun = anyio.current_time()
        with pytest.raises(errors.UnexpectedAnswerError, match="no search finds the customer yet") as caught:
            await shop.aex.get_or_create_customer(NEW)
        assert SETTLING <= anyio.current_time() - begun < SETTLING + 1
    assert (caught.value.status, caught.value.method, caught.value.path) == (201, "POST", "/customers")


async def test_an_order_may_bring_its_customer_along() -> None:
    async with open_shop() as shop:
        placed = await shop.aex.place_order(evolve(shop.order, customer=NEW))
        assert (placed.customer.email, placed.created) == (NEW.email, True)
        assert [entry.kind for entry in shop.sandbox.ledger] == ["customer", "service"]


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
        shop.wire.before = partial(_call, partial(shop.order_behind_its_back, POMPANO_9))
        shop.sandbox.faults.add(fault, path="/premises/", times=None)
        with pytest.raises(errors.OrderUncertainError, match="the last look failed: "):
            await shop.place(resend=True, patience=500)
        assert len(shop.wire.bodies) == 1


async def _call(function: Callable[[], object]) -> None:
    function()


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
        shop.wire.after = partial(_call, lambda: shop.sandbox.cancel_service(shop.services[0]))
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
            shop.wire.after = partial(_call, partial(group.start_soon, cancel))
            with pytest.raises(errors.OrderUncertainError, match=r"service .*, which was cancelled or deleted"):
                await shop.place(patience=500, resend=True)
        assert shop.posts == 1


@pytest.mark.fault("O11", "X4")
async def test_o11_a_refusal_is_not_believed_of_an_order_that_was_placed_and_cancelled_since() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(Fault.status(400, effect="before")) as shop:
        shop.wire.after = partial(_call, lambda: shop.sandbox.cancel_service(shop.services[0]))
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
        shop.wire.before = partial(_call, shop.order_behind_its_back)
        with pytest.raises(errors.OrderConflictError, match=r"may be any of the services .*, .*: choose by hand"):
            await shop.place(journal=journal)
        assert (journal.unresolved(), [known.reference for known in journal.conflicts()]) == ([], ["r-1"])
        for call in (shop.place(journal=journal), shop.aex.resume_order(_find(journal), journal=journal)):
            with pytest.raises(errors.OrderConflictError, match="more than one service"):
                await call
        assert shop.posts == 1


def _find(journal: OrderJournal) -> Attempt:
    known = journal.find("r-1")
    assert known is not None
    return known


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
        shop.wire.before = partial(_call, hide)
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
        shop.wire.before = partial(_call, partial(shop.order_behind_its_back, POMPANO_9))
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
        shop.wire.before = partial(_call, shop.order_behind_its_back)
        placed = await shop.place()
        assert (placed.created, shop.services) == (False, [])
        assert placed.service.id == shop.sandbox.ledger[-1].id


@pytest.mark.fault("O15")
async def test_o15_a_strangers_other_order_is_not_taken_for_ours() -> None:
    async with open_shop(Fault.cut_before()) as shop:
        shop.wire.before = partial(_call, partial(shop.order_behind_its_back, POMPANO_9))
        assert (await shop.fail()).state == "sending"


@pytest.mark.fault("O16")
async def test_o16_the_journal_knows_before_aex_does(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    seen: list[Attempt] = []
    async with open_shop() as shop:
        shop.wire.before = partial(_call, lambda: seen.extend(OrderJournal(path).unresolved(live=True)))
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


def block(path: Path) -> None:
    """Leave SQLite no room for the file that it needs to change another."""
    path.with_name(f"{path.name}-journal").mkdir()


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
            await shop.aex.resume_order(_find(journal), journal=journal)
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
        shop.wire.before = partial(_call, lambda: setattr(shop.sandbox, "token", "another"))
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
        assert TOKEN not in show(caught.value)
        shop.sandbox.token = TOKEN
        await anyio.sleep(100)
        assert [(await shop.aex.resume_order(attempt, journal=journal)).service.id] == shop.services


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
        shop.wire.after = partial(_call, lambda: times.append(anyio.current_time()))
        attempt = await shop.fail(resend=True, patience=1000, journal=journal)
        assert (attempt.posts, len(shop.wire.bodies)) == (2, 2)
        assert 240 <= times[1] - times[0] <= 256
        assert shop.wire.bodies[0] == shop.wire.bodies[1]
        assert journal.unresolved() == [attempt]


async def test_the_settle_time_is_counted_up_to_the_beginning_of_a_look() -> None:
    """What a slow look shows may be as old as its beginning."""
    async with open_shop(Fault.cut_before()) as shop:
        times: list[float] = []
        shop.wire.after = partial(_call, lambda: times.append(anyio.current_time()))
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
        first, shop.wire.after = _find(journal), look_once_more
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
        shop.wire.after = partial(_call, path.unlink)
        await shop.fail(journal=OrderJournal(path), resend=True, patience=500)
        assert shop.posts == 1
        assert "is not sent again: the journal" in caplog.text


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
        shop.wire.after = partial(_call, partial(path.rename, tmp_path / "gone"))
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


# Again, elsewhere, and at the same time


@pytest.mark.fault("M18")
async def test_the_same_reference_again_gives_what_was_placed_whatever_became_of_it() -> None:
    journal = OrderJournal(":memory:")
    async with open_shop(service_is_premise=True) as shop:
        first = await shop.place(journal=journal)
        shop.sandbox.cancel_service(first.service.id)
        again = await shop.place(journal=journal)
        assert (again.service.id, again.service.cancelled, again.created) == (first.service.id, True, False)
        resumed = await shop.aex.resume_order(_find(journal), journal=journal)
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


# The client is closed, or the caller gives up


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


def is_released(path: Path) -> bool:
    """Whether nobody is said to be at work on an open order."""
    with closing(sqlite3.connect(path)) as database:
        where = "sender IS NOT NULL AND state IN ('sending', 'created')"
        return not database.execute(f"SELECT sender FROM attempts WHERE {where}").fetchall()  # noqa: S608


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


# What stays secret, and what travels


def show(error: BaseException) -> str:
    """Return all that an error holds, as a crash reporter would show it."""
    shown = [str(error), repr(error), repr(vars(error)), str(pickle.dumps(error))]
    trace = error.__traceback__
    while trace is not None:
        if f"{os.sep}aex_async{os.sep}" in trace.tb_frame.f_code.co_filename:
            shown.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    return " ".join(shown)


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
    shown = show(caught.value) + caplog.text
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
