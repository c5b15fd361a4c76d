"""The ISP flow, step by step, with the document beside it."""

import httpx
import pytest

from aex_async.sandbox import Sandbox
from tests.sandbox.people import (
    AMERICAN_PRODUCT,
    CONNECTED,
    NEW_SERVICE,
    OLD_SERVICE,
    POMPANO_9,
    POMPANO_11,
    PREMISE_9,
    PREMISE_11,
    PRODUCT,
    THANDI,
    WAITING,
    order,
    sign_up,
)

NOT_FOUND = {"code": 404, "errors": ["not found"]}
NOT_AUTHENTICATED = {"code": 401, "errors": ["Not Authenticated"]}


async def test_sign_up_answers_201_with_no_body_but_a_location(http: httpx.AsyncClient) -> None:
    answer = await http.post("/customers", json=sign_up())
    assert (answer.status_code, answer.content) == (201, b"")
    shown = await http.get(answer.headers["location"])
    assert (shown.json()["email"], shown.json()["username"]) == ("ann@example.co.za", "ann@example.co.za")


async def test_a_username_and_a_home_number_are_kept(http: httpx.AsyncClient) -> None:
    body = sign_up(username="ann", home_number="0005550143")
    answer = await http.post("/customers", json=body)
    shown = (await http.get(answer.headers["location"])).json()
    assert (shown["username"], shown["home_number"]) == ("ann", "0005550143")


async def test_an_email_is_taken_whatever_its_case(http: httpx.AsyncClient) -> None:
    await http.post("/customers", json=sign_up())
    answer = await http.post("/customers", json=sign_up(email="ANN@example.co.za"))
    assert answer.status_code == 400
    assert answer.json() == {
        "code": 400,
        "errors": {"email": ["is already taken"]},
        "full_errors": ["email is already taken"],
    }


@pytest.mark.parametrize("field", ["first_name", "last_name", "email", "password", "mobile_number"])
@pytest.mark.parametrize("value", [None, " ", 7])
async def test_what_a_sign_up_requires_is_required(http: httpx.AsyncClient, field: str, value: object) -> None:
    answer = await http.post("/customers", json=sign_up(**{field: value}))
    assert answer.json()["errors"] == {field: ["is not present"]}


@pytest.mark.parametrize("email", ["ann", "ann@", "@example.co.za", "ann@b@c", "ann specimen@example.co.za"])
async def test_an_email_needs_an_at_sign_between_words(http: httpx.AsyncClient, email: str) -> None:
    answer = await http.post("/customers", json=sign_up(email=email))
    assert answer.json()["full_errors"] == ["email is invalid"]


@pytest.mark.parametrize("field", ["username", "home_number"])
async def test_what_a_sign_up_may_leave_out_is_text_all_the_same(http: httpx.AsyncClient, field: str) -> None:
    answer = await http.post("/customers", json=sign_up(**{field: 7}))
    assert (answer.status_code, answer.json()["errors"]) == (400, {field: ["is invalid"]})
    assert (await http.post("/customers", json=sign_up(**{field: None}))).status_code == 201


async def test_what_a_body_holds_besides_is_nobodys_concern(http: httpx.AsyncClient) -> None:
    answer = await http.post("/customers", json={**sign_up(nickname=7), "": None, "premise": []})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"customer": 1}', b"\xff", b'{"customer": {}} // no', b'{"customer":' + b"[" * 100_000],
    ids=["empty", "open", "list", "number", "no text", "comment", "nested"],
)
async def test_a_body_that_is_no_json_object_of_objects_is_a_400(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/customers", content=body)
    assert (answer.status_code, answer.json()) == (400, {"code": 400, "errors": ["invalid JSON"]})


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "bearer sandbox-token", "Bearer sandbox-token "])
async def test_every_bad_token_gets_the_same_401(http: httpx.AsyncClient, header: str) -> None:
    answer = await http.get(f"/premises/{PREMISE_9}", headers={"Authorization": header})
    assert (answer.status_code, answer.json()) == (401, NOT_AUTHENTICATED)


async def test_without_a_token_of_its_own_the_sandbox_admits_any() -> None:
    async with httpx.AsyncClient(transport=Sandbox(token=None).transport()) as http:
        anyone = {"Authorization": "Bearer anything"}
        assert (await http.get("https://a.example.com/services", headers=anyone)).status_code == 200
        assert (await http.get("https://a.example.com/services")).status_code == 401


async def test_the_documents_search_finds_pages_of_addresses(http: httpx.AsyncClient) -> None:
    query = "38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng"
    pages = [
        (await http.get("/predefined-premises", params={"q": query, "count": 10, "page": page})).json()["items"]
        for page in range(1, 5)
    ]
    assert [len(page) for page in pages] == [10, 10, 10, 10]
    assert any(row["full_text"] != query for page in pages for row in page)
    assert list(pages[0][0]) == [
        "id",
        "guid",
        "full_text",
        "latitude",
        "longitude",
        "operator_id",
        "premise_id",
        "updated_at",
        "created_at",
        "deleted_at",
        "area_id",
    ]


async def test_products_are_offered_where_the_documents_curl_points(http: httpx.AsyncClient) -> None:
    answer = (await http.get("/products/availability/-29.7872215658/30.9834343322")).json()
    first, second = answer["items"][:2]
    assert first["pricing"][0] == {
        "id": first["pricing"][0]["id"],
        "price_type": "Monthly",
        "currency_code": "ZAR",
        "tax": 15.0,
        "value": 477.3913,
        "value_incl": 549.0,
    }
    assert second["pricing"] == []
    assert set(first) - set(second) == {"parent_id", "description", "logo"}


async def test_nothing_is_offered_in_the_sea(http: httpx.AsyncClient) -> None:
    assert (await http.get("/products/availability/-40.0/20.0")).json() == {"items": []}


@pytest.mark.parametrize("point", ["91/0", "0/181", "1e-05/0", "nan/0", "x/0", "-29.7/"])
async def test_a_point_that_is_none_is_a_400(http: httpx.AsyncClient, point: str) -> None:
    assert (await http.get(f"/products/availability/{point}")).status_code == 400


async def test_an_order_is_echoed_with_the_products_id_for_the_services(http: httpx.AsyncClient) -> None:
    answer = await http.post("/services/full", json=order())
    assert answer.status_code == 201
    assert answer.json() == {
        "customer": {"id": THANDI},
        "premise": {"external_reference": POMPANO_11},
        "service": {"service_id": PRODUCT},
    }


async def test_an_order_makes_a_service_a_premise_and_a_work_order(http: httpx.AsyncClient) -> None:
    await http.post("/services/full", json=order(premise=POMPANO_11.lower()))
    services = (await http.get(f"/customers/{THANDI}/services")).json()
    assert services["total"] == 1
    row = services["items"][0]
    assert (row["product_id"], row["premise_id"], row["status_id"]) == (PRODUCT, PREMISE_11, 2)
    premise = (await http.get(f"/premises/{row['premise_id']}")).json()
    assert (premise["external_reference"], premise["customer_id"]) == (POMPANO_11, THANDI)
    assert premise["status"] == "Has Existing Service"
    work = (await http.get("/work-orders", params={"service": row["id"]})).json()
    assert (work["page"], work["count"], work["total"]) == (1, 1, 1)
    assert work["items"][0]["status"] == "New Order"
    assert work["items"][0]["last_comment"] == "Work Order created on service creation."


async def test_an_order_at_an_address_without_a_premise_creates_one(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    address = next(row for row in sandbox.predefined_premises if not row["premise_id"])
    product = sandbox.products_at(address["guid"])[0]
    body = order(premise=address["guid"], product=product["id"])
    assert (await http.post("/services/full", json=body)).status_code == 201
    row = next(row for row in sandbox.predefined_premises if row["guid"] == address["guid"])
    premise = (await http.get(f"/premises/{row['premise_id']}")).json()
    assert premise["external_reference"] == address["guid"]
    listed = (await http.get("/premises", params={"count": 100, "updated_after": "2024-10-16T13:00:00"})).json()
    assert premise in listed["items"]


BAD_ORDERS: list[object] = [
    order(customer="00000000-0000-0000-0000-000000000000"),
    order(premise="00000000-0000-0000-0000-000000000000"),
    order(product=AMERICAN_PRODUCT),
    order(product=None),
    {**order(), "customer": {"id": THANDI, "first_name": "Thandi"}},
    order(premise=PREMISE_11),
    {},
    {"customer": {"id": THANDI}},
    [],
]


@pytest.mark.parametrize("body", BAD_ORDERS)
async def test_a_bad_order_is_answered_like_a_bad_token(
    http: httpx.AsyncClient, sandbox: Sandbox, body: object
) -> None:
    answer = await http.post("/services/full", json=body)
    assert (answer.status_code, answer.json()) == (401, NOT_AUTHENTICATED)
    assert sandbox.ledger == ()


async def test_the_documents_ids_are_known(http: httpx.AsyncClient) -> None:
    premise = (await http.get(f"/premises/{PREMISE_9}")).json()
    assert (premise["external_reference"], premise["customer_id"]) == (POMPANO_9, CONNECTED)
    assert (await http.get(f"/customers/{THANDI}")).json()["id"] == THANDI
    assert (await http.get(f"/services/{OLD_SERVICE}")).json()["customer_id"] == CONNECTED
    listed = (await http.get(f"/customers/{WAITING}/services")).json()["items"]
    assert [row["id"] for row in listed] == [NEW_SERVICE]
    assert listed[0]["created_at"] == "2024-10-16 13:05:30 +0200"


async def test_the_dates_of_a_new_service_are_set_although_its_booleans_are_false(http: httpx.AsyncClient) -> None:
    row = (await http.get(f"/customers/{WAITING}/services")).json()["items"][0]
    assert (row["provisioned"], row["on_network"], row["completed"]) == (False, False, False)
    assert row["completed_date"] == "2024-10-16 13:07:42 +0200"


async def test_one_service_has_a_text_status_that_rows_of_lists_lack(http: httpx.AsyncClient) -> None:
    shown = (await http.get(f"/services/{NEW_SERVICE}")).json()
    listed = (await http.get(f"/customers/{WAITING}/services")).json()["items"][0]
    assert shown == {**listed, "status": "Pending"}


@pytest.mark.parametrize("name", ["customers", "premises", "services", "work-orders", "products"])
async def test_an_unknown_id_is_a_404(http: httpx.AsyncClient, name: str) -> None:
    answer = await http.get(f"/{name}/00000000-0000-0000-0000-000000000000")
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    "target",
    ["/", "/nothing", "/services/x/y", "/customers/x/services", "/work-orders?service=x", "/premises/a/b/c/d/e"],
)
async def test_what_is_not_there_is_a_404(http: httpx.AsyncClient, target: str) -> None:
    assert (await http.get(target)).json() == NOT_FOUND


async def test_another_method_is_a_404(http: httpx.AsyncClient) -> None:
    assert (await http.delete(f"/customers/{THANDI}")).status_code == 404


@pytest.mark.parametrize("path", [f"/customers/{THANDI}", f"/premises/{PREMISE_9}", f"/services/{NEW_SERVICE}"])
async def test_ids_are_found_in_either_case(http: httpx.AsyncClient, path: str) -> None:
    upper = await http.get(path)
    assert (await http.get(path.lower())).json() == upper.json()


async def test_a_service_in_full_has_its_premise_and_its_product(http: httpx.AsyncClient) -> None:
    full = (await http.get(f"/services/{NEW_SERVICE}/full")).json()["full_service"]
    assert list(full) == ["service", "premise", "isp_product"]
    assert full["service"] == (await http.get(f"/services/{NEW_SERVICE}")).json()
    assert full["premise"] == (await http.get(f"/premises/{full['service']['premise_id']}")).json()
    assert full["isp_product"] == (await http.get(f"/products/{full['service']['product_id']}")).json()


async def test_a_work_order_is_found_by_its_id(http: httpx.AsyncClient) -> None:
    listed = (await http.get("/work-orders")).json()
    assert listed["total"] == 2
    for row in listed["items"]:
        assert (await http.get(f"/work-orders/{row['id']}")).json() == row


async def test_changes_of_services_may_share_an_id(http: httpx.AsyncClient) -> None:
    changes = (await http.get("/service-changes")).json()["items"]
    assert [list(row) for row in changes] == [["id", "new_service_id", "effective_date", "direction", "product_id"]] * 2
    assert [row["id"] for row in changes] == [OLD_SERVICE] * 2
    assert [row["direction"] for row in changes] == ["Upgrade", "Downgrade"]
    assert changes[1]["product_id"] == (await http.get(f"/services/{OLD_SERVICE}")).json()["product_id"]


async def test_changes_can_be_listed_by_the_day_from_which_they_hold(http: httpx.AsyncClient) -> None:
    late = (await http.get("/service-changes?updated_after=2024-10-15T00:00:00%2B02:00")).json()["items"]
    assert late == (await http.get("/service-changes")).json()["items"][1:]
    assert (await http.get("/service-changes?updated_after=2024-10-16T00:00:00%2B02:00")).json()["items"] == []


@pytest.mark.parametrize(("speed", "direction"), [(1000, "Upgrade"), (10, "Downgrade")])
async def test_another_product_where_the_customer_has_one_is_a_change(
    http: httpx.AsyncClient, sandbox: Sandbox, speed: int, direction: str
) -> None:
    product = next(row for row in sandbox.products_at(POMPANO_9) if row["speed_down"] == speed)
    await http.post("/services/full", json=order(customer=CONNECTED, premise=POMPANO_9, product=product["id"]))
    assert (await http.get("/service-changes")).json()["items"][-1] == {
        "id": OLD_SERVICE,
        "new_service_id": sandbox.ledger[-1].id,
        "effective_date": "2024-10-16 13:05:30 +0200",
        "direction": direction,
        "product_id": product["id"],
    }


async def test_changes_are_a_part_of_a_snapshot(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    product = sandbox.products_at(POMPANO_9)[0]["id"]
    await http.post("/services/full", json=order(customer=CONNECTED, premise=POMPANO_9, product=product))
    changes = (await http.get("/service-changes")).json()
    snapshot = sandbox.snapshot()
    sandbox.reset()
    assert (await http.get("/service-changes")).json()["total"] == changes["total"] - 1
    sandbox.restore(snapshot)
    assert (await http.get("/service-changes")).json() == changes


async def test_what_is_ordered_twice_or_after_an_end_is_no_change(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    again = order(customer=CONNECTED, premise=POMPANO_9)
    await http.post("/services/full", json=again)
    for row in sandbox.services:
        sandbox.cancel_service(row["id"])
    product = sandbox.products_at(POMPANO_9)[0]["id"]
    await http.post("/services/full", json=order(customer=CONNECTED, premise=POMPANO_9, product=product))
    assert [entry.kind for entry in sandbox.ledger] == ["service", "service"]
    assert (await http.get("/service-changes")).json()["total"] == 2


async def test_services_can_be_listed_by_premise_text_and_date(http: httpx.AsyncClient) -> None:
    async def ids(**params: str) -> list[str]:
        return [row["id"] for row in (await http.get("/services", params=params)).json()["items"]]

    assert await ids() == [OLD_SERVICE, NEW_SERVICE]
    assert await ids(premise=PREMISE_9.lower()) == [OLD_SERVICE]
    assert await ids(q=NEW_SERVICE[:8]) == [NEW_SERVICE]
    assert await ids(updated_after="2024-10-16T13:05:30+02:00") == [NEW_SERVICE]
    assert await ids(updated_after="2024-10-16 13:05:31 +0200") == []


@pytest.mark.parametrize("moment", ["yesterday", "2024-10-16T24:00:00"])
async def test_a_date_that_is_none_is_a_400(http: httpx.AsyncClient, moment: str) -> None:
    answer = await http.get("/premises", params={"updated_after": moment})
    assert answer.json()["full_errors"] == ["updated_after is invalid"]
