"""Pages, searches and their limits."""

import httpx
import pytest

from aex_async.sandbox import Sandbox
from tests.sandbox.people import THANDI, sign_up


async def found(http: httpx.AsyncClient, query: str) -> list[str]:
    answer = await http.get("/customers", params={"q": query, "count": 100})
    return [row["email"] for row in answer.json()["items"]]


async def test_a_page_has_ten_rows_unless_asked(http: httpx.AsyncClient) -> None:
    page = (await http.get("/customers")).json()
    assert (len(page["items"]), page["page"], page["count"], page["total"]) == (10, 1, 10, 25)


async def test_count_is_the_number_of_rows_on_the_page(http: httpx.AsyncClient) -> None:
    page = (await http.get("/customers?count=10&page=3")).json()
    assert (len(page["items"]), page["page"], page["count"], page["total"]) == (5, 3, 5, 25)


async def test_a_page_past_the_end_is_empty(http: httpx.AsyncClient) -> None:
    page = (await http.get("/customers?page=900")).json()
    assert (page["items"], page["page"], page["count"], page["total"]) == ([], 900, 0, 25)


async def test_no_page_has_more_than_a_hundred_rows(http: httpx.AsyncClient) -> None:
    answer = await http.get("/predefined-premises?count=1000")
    assert len(answer.json()["items"]) == 100


@pytest.mark.parametrize("name", ["page", "count"])
@pytest.mark.parametrize("value", ["0", "-1", "", "ten", "1.0", "٣", "9" * 19])
async def test_a_page_or_count_that_is_no_positive_number_is_a_400(
    http: httpx.AsyncClient, name: str, value: str
) -> None:
    answer = await http.get("/customers", params={name: value})
    assert (answer.status_code, answer.json()["full_errors"]) == (400, [f"{name} is invalid"])


async def test_the_largest_page_number_is_past_the_end(http: httpx.AsyncClient) -> None:
    answer = (await http.get("/customers", params={"page": "9" * 18})).json()
    assert (answer["page"], answer["items"]) == (10**18 - 1, [])


async def test_a_search_matches_any_part_in_any_case(http: httpx.AsyncClient) -> None:
    for email in ("ann@example.com", "joann@example.com"):
        await http.post("/customers", json=sign_up(email=email))
    assert await found(http, "ANN@example.com") == ["ann@example.com", "joann@example.com"]


async def test_a_search_looks_into_several_columns(http: httpx.AsyncClient) -> None:
    by_id = await found(http, THANDI.lower())
    assert by_id == ["thandi.example1@example.com"]
    assert by_id[0] in await found(http, "Thandi")


async def test_wildcards_of_sql_are_not_escaped(http: httpx.AsyncClient) -> None:
    assert await found(http, "th%e1@example.com") == ["thandi.example1@example.com"]
    assert await found(http, "thandi.example_@") == ["thandi.example1@example.com"]
    assert await found(http, "thandi.example.@") == []


@pytest.mark.parametrize("query", ["", "?q="])
async def test_a_blank_search_finds_everybody(http: httpx.AsyncClient, query: str) -> None:
    assert (await http.get(f"/customers{query}")).json()["total"] == 25


async def test_a_plus_that_is_not_encoded_is_a_space(http: httpx.AsyncClient) -> None:
    await http.post("/customers", json=sign_up(email="ann+fibre@example.com"))
    assert (await http.get("/customers?q=ann+fibre@example.com")).json()["total"] == 0
    assert (await http.get("/customers?q=ann%2Bfibre@example.com")).json()["total"] == 1


async def test_an_address_is_found_by_its_words_in_any_order(http: httpx.AsyncClient) -> None:
    answer = await http.get("/predefined-premises", params={"q": "hectorton,  38 RAILWAY"})
    for row in answer.json()["items"]:
        assert all(word in row["full_text"] for word in ("38", "Railway Street", "Hectorton"))
    assert len(answer.json()["items"]) == 10


async def test_addresses_come_without_totals_and_services_without_pages(http: httpx.AsyncClient) -> None:
    assert list((await http.get("/predefined-premises")).json()) == ["items"]
    assert list((await http.get(f"/customers/{THANDI}/services")).json()) == ["items", "total"]


async def test_walking_the_pages_finds_every_address_once(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    walked: list[int] = []
    page = 1
    while rows := (await http.get(f"/predefined-premises?count=100&page={page}")).json()["items"]:
        walked += [row["id"] for row in rows]
        page += 1
    assert walked == [row["id"] for row in sandbox.predefined_premises]
    assert len(set(walked)) == len(walked) > 3000
