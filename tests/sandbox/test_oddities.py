"""Each oddity can be switched, and does what its line says."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Literal

import httpx
import pytest

from aex_async.sandbox import Oddities, Sandbox
from tests.sandbox.people import (
    BASE,
    CONNECTED,
    HEADERS,
    NEW_SERVICE,
    POMPANO_11,
    PREMISE_11,
    PRODUCT,
    THANDI,
    WAITING,
    order,
    sign_up,
)
from tests.timing import Clock

Opening = Callable[[Oddities], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def opened(sandbox: Sandbox) -> Opening:
    @asynccontextmanager
    async def opened(oddities: Oddities) -> AsyncGenerator[httpx.AsyncClient]:
        sandbox.oddities = oddities
        async with httpx.AsyncClient(transport=sandbox.transport(), base_url=BASE, headers=HEADERS) as client:
            yield client

    return opened


def test_the_defaults_are_the_documents() -> None:
    assert Sandbox().oddities == Oddities()


async def test_a_sign_up_need_not_name_the_customer(opened: Opening) -> None:
    async with opened(Oddities(location_header=False)) as http:
        assert "location" not in (await http.post("/customers", json=sign_up())).headers


async def test_an_order_may_name_the_real_service(opened: Opening) -> None:
    async with opened(Oddities(service_id_is_product_id=False)) as http:
        told = (await http.post("/services/full", json=order())).json()
        assert (await http.get(f"/services/{told['service']['service_id']}")).json()["product_id"] == PRODUCT


@pytest.mark.parametrize(
    ("body", "field", "text"),
    [
        (order(customer="nobody"), "customer.id", "does not exist"),
        (order(premise="nowhere"), "premise.external_reference", "does not exist"),
        (order(product="nothing"), "service.product_id", "is not available at this premise"),
        (order(product=""), "service.product_id", "is not present"),
    ],
)
async def test_a_bad_order_may_be_told_apart(opened: Opening, body: dict[str, object], field: str, text: str) -> None:
    async with opened(Oddities(bad_order_is_401=False)) as http:
        answer = await http.post("/services/full", json=body)
        assert (answer.status_code, answer.json()["errors"]) == (400, {field: [text]})


async def test_a_search_for_customers_may_answer_one_object(opened: Opening) -> None:
    async with opened(Oddities(customers_answer="object")) as http:
        assert (await http.get("/customers", params={"q": THANDI})).json()["id"] == THANDI
        assert (await http.get("/customers?q=nobody")).status_code == 404


async def test_a_search_for_customers_may_answer_a_bare_list(opened: Opening) -> None:
    async with opened(Oddities(customers_answer="list")) as http:
        assert [row["id"] for row in (await http.get("/customers", params={"q": THANDI})).json()] == [THANDI]


async def test_totals_may_be_everywhere(opened: Opening) -> None:
    async with opened(Oddities(predefined_totals=True, customer_services_page_keys=True)) as http:
        for path in ("/predefined-premises", f"/customers/{THANDI}/services"):
            assert list((await http.get(path)).json()) == ["items", "page", "count", "total"]


async def test_a_service_may_look_like_its_premise(opened: Opening) -> None:
    async with opened(Oddities(service_is_premise=True)) as http:
        assert (await http.get(f"/services/{NEW_SERVICE}")).json()["street_name"] == "Banks Street"


async def test_listings_may_be_shuffled_for_each_request(opened: Opening) -> None:
    async with opened(Oddities(unordered=True)) as http:
        first, second = [(await http.get("/customers?count=100")).json()["items"] for _ in range(2)]
        assert first != second
        assert sorted(row["id"] for row in first) == sorted(row["id"] for row in second)


async def test_listings_may_come_from_two_databases_of_opposite_orders(opened: Opening) -> None:
    async with opened(Oddities(two_orders=True)) as http:
        ways = {tuple(row["id"] for row in (await http.get("/customers?count=100")).json()["items"]) for _ in range(20)}
        [one, other] = ways
        assert one == other[::-1]


async def test_an_error_may_come_as_a_success_beside_an_empty_list(opened: Opening) -> None:
    async with opened(Oddities(errors_as_success=True)) as http:
        answer = await http.get("/customers?count=0")
    assert answer.status_code == 200
    assert answer.json() == {
        "items": [],
        "total": 0,
        "code": 400,
        "errors": {"count": ["is invalid"]},
        "full_errors": ["count is invalid"],
    }


async def test_a_page_past_the_end_may_repeat_the_last(opened: Opening) -> None:
    async with opened(Oddities(clamp_pages=True)) as http:
        last, past = [(await http.get(f"/customers?page={page}")).json() for page in (3, 4)]
        assert (past["items"], past["page"]) == (last["items"], 4)
        assert (await http.get("/customers?page=2&q=nobody")).json()["items"] == []


async def test_page_and_count_may_be_ignored(opened: Opening, sandbox: Sandbox) -> None:
    async with opened(Oddities(ignore_page=True, ignore_count=True)) as http:
        for page in (1, 2):
            items = (await http.get(f"/customers?page={page}&count=3")).json()["items"]
            assert items == list(sandbox.customers[:10])


async def test_the_most_rows_on_a_page_can_be_fewer(opened: Opening) -> None:
    async with opened(Oddities(max_count=7)) as http:
        assert (await http.get("/customers?count=100")).json()["count"] == 7


async def test_the_session_cookie_may_be_missing(opened: Opening) -> None:
    async with opened(Oddities()) as http:
        assert "_Ditty_session=" in (await http.get("/customers")).headers["set-cookie"]
    async with opened(Oddities(session_cookie=False)) as http:
        assert "set-cookie" not in (await http.get("/customers")).headers


async def test_a_bad_token_may_lead_to_a_login_page(opened: Opening) -> None:
    async with opened(Oddities(login_redirect=True)) as http:
        bad = {"Authorization": "Bearer wrong"}
        assert (await http.get("/customers", headers=bad)).status_code == 401
        answer = await http.get("/customers", headers={**bad, "Accept": "*/*"})
        assert (answer.status_code, answer.headers["location"]) == (302, f"{BASE}/auth/identity")


async def test_ids_may_be_in_lower_case(opened: Opening) -> None:
    async with opened(Oddities(lower_case_ids=True)) as http:
        row = (await http.get(f"/premises/{PREMISE_11}")).json()
        assert (row["id"], row["external_reference"]) == (PREMISE_11.lower(), POMPANO_11.lower())
        assert row["province"] == "Kwazulu Natal"


async def test_ids_may_be_in_braces_and_are_understood_so(opened: Opening) -> None:
    async with opened(Oddities(braced_ids=True, lower_case_ids=True)) as http:
        for asked in (PREMISE_11, f"%7B{PREMISE_11}%7D"):
            row = (await http.get(f"/premises/{asked}")).json()
            assert (row["id"], row["province"]) == (f"{{{PREMISE_11.lower()}}}", "Kwazulu Natal")


@pytest.mark.parametrize(
    ("oddities", "body"),
    [
        (Oddities(error_shape="texts"), {"code": 400, "errors": {"email": "is invalid"}}),
        (Oddities(error_shape="list"), {"code": 400, "errors": ["email is invalid"]}),
        (Oddities(error_shape="error"), {"error": "email is invalid"}),
        (Oddities(error_shape="list", code_mismatch=True), {"code": 401, "errors": ["email is invalid"]}),
    ],
)
async def test_an_error_has_many_shapes(opened: Opening, oddities: Oddities, body: object) -> None:
    async with opened(oddities) as http:
        assert (await http.post("/customers", json=sign_up(email="ann"))).json() == body


async def test_the_code_of_a_401_may_disagree(opened: Opening) -> None:
    async with opened(Oddities(code_mismatch=True)) as http:
        answer = await http.get("/customers", headers={"Authorization": "Bearer wrong"})
        assert (answer.status_code, answer.json()["code"]) == (401, 400)


@pytest.mark.parametrize(("echo", "page"), [("asked", 99), ("given", 3), ("first", 1)])
async def test_a_page_may_call_itself_by_another_number(
    opened: Opening, echo: Literal["asked", "given", "first"], page: int
) -> None:
    async with opened(Oddities(clamp_pages=True, page_echo=echo)) as http:
        assert (await http.get("/customers?page=99")).json()["page"] == page
        empty = (await http.get("/customers?page=99&q=nobody")).json()
        assert empty["page"] == (99 if echo == "asked" else 1)


@pytest.mark.parametrize(("off", "total"), [(5, 30), (-1, 24), (-99, 0)])
async def test_the_total_may_be_wrong(opened: Opening, off: int, total: int) -> None:
    async with opened(Oddities(total_off=off)) as http:
        answer = (await http.get("/customers?count=100")).json()
    assert (len(answer["items"]), answer["total"]) == (25, total)


async def test_a_search_may_be_ignored(opened: Opening) -> None:
    async with opened(Oddities(ignore_search=True)) as http:
        answer = (await http.get("/customers?q=nobody@nowhere.example")).json()
    assert answer["total"] > 1


@pytest.mark.parametrize(
    ("search", "q", "found"),
    [("substring", "12 Varing", 0), ("substring", "12%Varing", 1), ("words", "Varing 12", 1), ("words", "Vari 12", 0)],
)
async def test_addresses_may_be_searched_in_three_ways(
    opened: Opening, search: Literal["substring", "words"], q: str, found: int
) -> None:
    async with opened(Oddities(search=search)) as http:
        assert bool((await http.get("/predefined-premises", params={"q": q})).json()["items"]) == bool(found)


async def test_listings_may_lag_behind_look_ups(opened: Opening, sandbox: Sandbox, clock: Clock) -> None:
    async with opened(Oddities(lag=5.0)) as http:
        location = (await http.post("/customers", json=sign_up())).headers["location"]
        await http.post("/services/full", json=order())
        assert (await http.get(location)).status_code == 200
        assert (await http.get("/customers?q=ann@example.co.za")).json()["total"] == 0
        assert (await http.get(f"/customers/{THANDI}/services")).json()["total"] == 0
        assert (await http.get(f"/customers/{WAITING}/services")).json()["total"] == 1
        clock.now += 5
        assert (await http.get("/customers?q=ann@example.co.za")).json()["total"] == 1
        assert (await http.get(f"/customers/{THANDI}/services")).json()["total"] == 1
        assert len(sandbox.services) == 3


async def test_work_orders_are_listed_as_late_as_their_services(
    opened: Opening, sandbox: Sandbox, clock: Clock
) -> None:
    async with opened(Oddities(lag=5.0)) as http:
        await http.post("/services/full", json=order())
        [entry] = sandbox.ledger
        for passed, more in ((0, 0), (5, 1)):
            clock.now += passed
            assert (await http.get(f"/work-orders?service={entry.id}")).json()["total"] == more
            assert (await http.get("/work-orders")).json()["total"] == 2 + more


async def test_services_that_were_cancelled_may_be_hidden(opened: Opening, sandbox: Sandbox) -> None:
    async with opened(Oddities(hidden_ends=True)) as http:
        assert (await http.get(f"/customers/{WAITING}/services")).json()["total"] == 1
        sandbox.cancel_service(NEW_SERVICE)
        assert (await http.get(f"/customers/{WAITING}/services")).json() == {"items": [], "total": 0}


async def test_a_customer_s_services_may_come_with_another_s(opened: Opening) -> None:
    async with opened(Oddities(foreign_rows=True)) as http:
        rows = (await http.get(f"/customers/{WAITING}/services")).json()["items"]
        assert [row["customer_id"] for row in rows] == [CONNECTED, WAITING]


async def test_what_was_ordered_may_be_listed_as_another_customers(opened: Opening, sandbox: Sandbox) -> None:
    async with opened(Oddities(merged_customers=True)) as http:
        await http.post("/services/full", json=order(WAITING))
        rows = (await http.get(f"/customers/{WAITING}/services")).json()["items"]
        owners = {row["id"]: row["customer_id"] for row in rows}
        assert owners[NEW_SERVICE] == WAITING
        assert owners[sandbox.ledger[0].id] not in (WAITING, "")
        sandbox.oddities = Oddities()
        rows = (await http.get(f"/customers/{WAITING}/services")).json()["items"]
        assert {row["customer_id"] for row in rows} == {WAITING}


async def test_what_was_cancelled_may_be_taken_up_again_by_an_order_of_the_same(
    opened: Opening, sandbox: Sandbox
) -> None:
    async with opened(Oddities(revived_services=True)) as http:
        ids = list[str]()
        for cancelled in (True, True, False):
            assert (await http.post("/services/full", json=order(THANDI))).status_code == 201
            ids.append(sandbox.ledger[-1].id)
            if cancelled:
                sandbox.cancel_service(ids[-1])
        await http.post("/services/full", json=order(THANDI))  # beside one that stands
        rows = (await http.get(f"/customers/{THANDI}/services")).json()["items"]
        assert len(set(ids)) == 1
        assert [(row["cancelled"], row["cancelled_date"]) for row in rows] == [(False, None)] * 2
        assert (rows[0]["id"], rows[1]["id"]) == (ids[0], sandbox.ledger[-1].id)


async def test_a_service_may_become_the_other_product_that_is_ordered_at_its_address(
    opened: Opening, sandbox: Sandbox
) -> None:
    first, second = (row["id"] for row in sandbox.products_at(POMPANO_11)[:2])
    async with opened(Oddities(upgraded_services=True)) as http:
        for product in (first, second, second):
            assert (await http.post("/services/full", json=order(THANDI, product=product))).status_code == 201
        rows = (await http.get(f"/customers/{THANDI}/services")).json()["items"]
        assert [row["product_id"] for row in rows] == [second, second]
        assert [entry.id for entry in sandbox.ledger] == [rows[0]["id"], rows[0]["id"], rows[1]["id"]]


async def test_a_bad_token_may_be_a_404_on_reads_by_id(opened: Opening) -> None:
    async with opened(Oddities(bad_token_is_404=True)) as http:
        bad = {"Authorization": "Bearer wrong"}
        for path, status in ((f"/premises/{PREMISE_11}", 404), ("/premises", 401)):
            assert (await http.get(path, headers=bad)).status_code == status
        assert (await http.post("/services/full", json=order(), headers=bad)).status_code == 401
        assert (await http.get("/customers?count=0")).status_code == 400


async def test_a_premise_may_have_a_blank_for_its_reference(opened: Opening) -> None:
    async with opened(Oddities(blank_references=True)) as http:
        assert (await http.get(f"/premises/{PREMISE_11}")).json()["external_reference"] == " "


async def test_optional_values_may_be_odd(opened: Opening) -> None:
    async with opened(Oddities(odd_values=True)) as http:
        row = (await http.get(f"/customers/{WAITING}/services")).json()["items"][0]
        assert (row["id"], row["created_at"], list(row["product_id"])) == (NEW_SERVICE, "yesterday", ["id"])


@pytest.mark.parametrize(
    ("dates", "printed"),
    [
        ("offset", "2024-10-16 13:05:30 +0200"),
        ("utc", "2024-10-16 11:05:30 UTC"),
        ("iso", "2024-10-16T13:05:30+02:00"),
        ("milliseconds", "2024-10-16T11:05:30.000Z"),
        ("date", "2024-10-16"),
    ],
)
async def test_dates_have_many_forms(
    opened: Opening, dates: Literal["offset", "utc", "iso", "milliseconds", "date"], printed: str
) -> None:
    async with opened(Oddities(dates=dates)) as http:
        assert (await http.get(f"/services/{NEW_SERVICE}")).json()["created_at"] == printed


@pytest.mark.parametrize("name", ["2024-99-16 13:05:30 +0200", "0001-01-01 00:00:00 +0200"])
async def test_a_name_that_looks_like_a_moment_stays_a_name(opened: Opening, name: str) -> None:
    async with opened(Oddities(dates="utc")) as http:
        location = (await http.post("/customers", json=sign_up(first_name=name))).headers["location"]
        row = (await http.get(location)).json()
    assert (row["first_name"], row["created_at"]) == (name, "2024-10-16 11:05:30 UTC")
