"""The customer of an order: found, or signed up once, whatever goes wrong."""

import json

import anyio
import pytest
from attrs import evolve

from aex_async import (
    errors,
)
from aex_async._arguments import same_id
from aex_async._orders.decisions import SETTLING
from aex_async.sandbox import Fault
from tests.sandbox.people import THANDI
from tests.shop import NEW, open_shop, show_all

pytestmark = pytest.mark.in_no_time(idle=0)


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
        assert "canary" not in show_all(caught.value)
        assert shop.sandbox.received["POST /customers"] == 0


@pytest.mark.fault("O20")
async def test_one_customer_whose_id_is_printed_in_two_spellings_is_one() -> None:
    rows = [{"id": name, "email": NEW.email} for name in (THANDI, f"{{{THANDI.lower()}}}")]
    async with open_shop() as shop:
        shop.sandbox.faults.add(Fault.answer(json.dumps({"items": rows})), path="/customers?")
        found = await shop.aex.find_customer(NEW.email)
        assert found is not None
        assert same_id(found.id, THANDI)


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
        assert "canary" not in show_all(caught.value)


@pytest.mark.fault("O19")
@pytest.mark.parametrize("change", [{"first_name": "Anna"}, {"mobile_number": "0005550143"}])
async def test_o19_an_email_that_is_another_persons_is_a_conflict(change: dict[str, str]) -> None:
    async with open_shop() as shop:
        await shop.aex.create_customer(evolve(NEW, **change))
        with pytest.raises(errors.OrderConflictError, match=f"{next(iter(change))} differ") as caught:
            await shop.aex.place_order(evolve(shop.order, customer=NEW))
        assert shop.posts == 0
        assert not [secret for secret in ("canary", "0005550142", "0005550143") if secret in show_all(caught.value)]


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
