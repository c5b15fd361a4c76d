"""The made-up world: the same for the same seed, moving with its clock, keeping a ledger."""

import doctest
import re
import subprocess
import sys

import httpx
import pytest

import aex_async.sandbox
from aex_async.sandbox import Fault, LedgerEntry, Oddities, RequestRecord, Sandbox
from aex_async.sandbox._addresses import AREAS, area_at, atlas
from tests.sandbox.people import (
    NEW_SERVICE,
    OLD_SERVICE,
    POMPANO_9,
    POMPANO_11,
    PREMISE_9,
    PRODUCT,
    THANDI,
    order,
    sign_up,
)
from tests.timing import Clock

GUID = re.compile("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


def test_the_same_seed_makes_the_same_world() -> None:
    def everything(seed: int) -> object:
        sandbox = Sandbox(seed=seed, clock=lambda: 0.0)
        made = sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_11, product_id=PRODUCT)
        return made, sandbox.customers, sandbox.services, sandbox.work_orders, sandbox.predefined_premises

    assert everything(7) == everything(7)
    assert everything(7) != everything(8)


def test_what_is_written_after_a_reset_is_not_called_what_was_written_before() -> None:
    def write() -> str:
        return sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_11, product_id=PRODUCT)

    sandbox = Sandbox()
    ids, customers = {write()}, sandbox.customers
    for _ in range(2):
        sandbox.reset()
        ids.add(write())
    assert len(ids) == 3
    assert sandbox.customers == customers


async def test_after_a_reset_chance_begins_anew_as_well(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    async def ask() -> list[object]:
        sandbox.oddities = Oddities(unordered=True)
        sandbox.faults.add(Fault.status(503), rate=0.5, times=None)
        answers = [await http.get("/customers") for _ in range(8)]
        return [(answer.headers.get("set-cookie"), answer.content) for answer in answers]

    seen = await ask()
    sandbox.reset()
    assert await ask() == seen


def test_a_mark_decides_the_ids_to_come() -> None:
    def write(mark: str) -> str:
        sandbox = Sandbox()
        sandbox.renew_ids(mark)
        return sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_11, product_id=PRODUCT)

    assert write("a") == write("a") != write("b")


def test_every_id_is_a_guid_in_upper_case_and_its_own() -> None:
    sandbox = Sandbox()
    ids = [row["id"] for rows in (sandbox.customers, sandbox.products, sandbox.services) for row in rows]
    ids += [row["guid"] for row in sandbox.predefined_premises]
    ids += [row["premise_id"] for row in sandbox.predefined_premises if row["premise_id"]]
    assert all(GUID.fullmatch(key) for key in ids)
    assert len(set(ids)) == len(ids)


def test_an_address_has_no_premise_in_two_ways() -> None:
    assert {None, ""} < {row["premise_id"] for row in Sandbox().predefined_premises}


def test_the_products_of_an_address_are_those_offered_at_its_point() -> None:
    for place in atlas(0).places:
        assert area_at(place.latitude, place.longitude) == place.area


def test_money_is_in_the_areas_own() -> None:
    for area in AREAS:
        place = next(place for place in atlas(0).places if place.area == area)
        prices = [price for row in Sandbox().products_at(place.guid) for price in row["pricing"]]
        assert {price["currency_code"] for price in prices} == {"ZAR" if area.country_code == "ZA" else "USD"}


def test_an_address_nobody_knows_has_no_products() -> None:
    with pytest.raises(LookupError, match="no address has the guid nowhere"):
        Sandbox().products_at("nowhere")


def test_customers_and_addresses_are_made_up() -> None:
    sandbox = Sandbox()
    assert all(re.search(r"@example\.(com|co\.za)$", row["email"]) for row in sandbox.customers)
    assert all(row["mobile_number"].startswith("000555") for row in sandbox.customers)


async def test_an_installation_moves_on_as_time_passes(http: httpx.AsyncClient, clock: Clock) -> None:
    seen: list[tuple[str, str, bool]] = []
    for seconds in (0, 30, 60, 42):
        clock.now += seconds
        work = (await http.get(f"/work-orders?service={NEW_SERVICE}")).json()["items"][0]
        service = (await http.get(f"/services/{NEW_SERVICE}")).json()
        seen.append((work["status"], service["status"], service["provisioned"]))
    assert seen == [
        ("New Order", "Pending", False),
        ("ASSIGNED", "Pending", False),
        ("In progress", "Installing", False),
        ("Completed", "Active", True),
    ]
    assert work["completed_date"] == service["completed_date"] > service["updated_at"]


def test_the_past_is_complete() -> None:
    old, new = Sandbox().services
    assert (old["id"], old["completed"]) == (OLD_SERVICE, True)
    assert (new["id"], new["completed"]) == (NEW_SERVICE, False)


async def test_the_ledger_says_what_was_really_written(http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    clock.now += 2.5
    ann = (await http.post("/customers", json=sign_up())).headers["location"].rsplit("/", 1)[1]
    await http.post("/services/full", json=order(customer=ann.lower(), product=PRODUCT.lower()))
    service = (await http.get(f"/customers/{ann}/services")).json()["items"][0]["id"]
    other = sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_9, product_id=PRODUCT)
    assert sandbox.ledger == (
        LedgerEntry(kind="customer", id=ann, customer_id=ann, at=2.5),
        LedgerEntry(kind="service", id=service, customer_id=ann, premise_guid=POMPANO_11, product_id=PRODUCT, at=2.5),
        LedgerEntry(
            kind="service",
            id=other,
            customer_id=THANDI,
            premise_guid=POMPANO_9,
            product_id=PRODUCT,
            at=2.5,
            by="foreign",
        ),
    )


async def test_no_password_is_kept(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await http.post("/customers", json=sign_up())
    assert "correct horse" not in repr((sandbox, sandbox.customers, sandbox.ledger, sandbox.requests))


def test_nobody_can_order_the_impossible() -> None:
    with pytest.raises(LookupError, match="does not exist"):
        Sandbox().place_foreign_order(customer_id="nobody", premise_guid="nowhere", product_id=PRODUCT)


async def test_a_service_can_be_cancelled(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.cancel_service(NEW_SERVICE.lower())
    row = (await http.get(f"/services/{NEW_SERVICE}")).json()
    assert (row["cancelled"], row["cancelled_date"]) == (True, "2024-10-16 13:05:30 +0200")


async def test_requests_are_counted_and_remembered(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await http.get(f"/premises/{PREMISE_9}")
    await http.get("/nothing")
    await http.post("/services/full", json={})
    assert sandbox.received == {"GET /premises/*": 1, "* *": 1, "POST /services/full": 1}
    assert sandbox.requests == (
        RequestRecord("GET", f"/premises/{PREMISE_9}", 200),
        RequestRecord("GET", "/nothing", 404),
        RequestRecord("POST", "/services/full", 401),
    )


def test_a_repr_is_short_and_keeps_the_token() -> None:
    sandbox = Sandbox(token="s3cret")
    assert repr(sandbox) == "<Sandbox seed=0 requests=0 written=0>"
    assert repr(sandbox.transport()) == "<SandboxTransport to a sandbox with seed 0>"


def test_the_example_in_its_docstring_runs() -> None:
    shown = doctest.testmod(aex_async.sandbox)
    assert (shown.failed, shown.attempted > 0) == (0, True)


def test_importing_it_needs_no_extra() -> None:
    program = "import sys, aex_async.sandbox; print({'starlette', 'uvicorn'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert shown.stdout.strip() == "set()"
