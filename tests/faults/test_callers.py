"""Careless and hostile callers: what they hand in is refused before anything is sent, or arrives as one value."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import anyio
import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, Order, errors
from aex_async.sandbox import Sandbox
from tests.sandbox.people import POMPANO_11, PRODUCT, THANDI
from tests.servers import answer, answer_asked, connect, serve

LIST = answer(b'{"items": [], "total": 0}')
PREMISE = answer(b'{"id": "P1"}')


ASCII = [chr(code) for code in range(128)]
ODD = [
    *"\u0080\u00a0\u00ad\u0130\u0131\u017f\u03a3\u0661\u1680\u180e\u200b\u200d\u2028\u2029\u202e\u2044\u2060\u2215",
    *"\u2028\u2066\u212a\u3000\u3002\ua789\ufe68\ufeff\uff0e\uff0f\uff1a\uff21\uffff\U0001f600\U000e0041\ud800\udfff",
]
DISGUISED = [
    "..",
    "../work-orders",
    "..\\work-orders",
    "%2e%2e",
    "%252e%252e",
    "%2e%2e%2fwork-orders",
    "..;/work-orders",
    "//evil.example",
    "https://evil.example/",
    "http:evil.example",
    "@evil.example",
    ":80",
    "?service=x",
    "#fragment",
    "x?q=",
    "x&count=100",
    "x;jsessionid=1",
    "x HTTP/1.1\r\nHost: evil.example",
    "x\r\n\r\nPOST /services/full HTTP/1.1",
    "' OR '1'='1",
    "*",
    "{}",
    "${jndi:ldap://evil.example}",
    "{{7*7}}",
    "<script>",
    "a" * 129,
    "a" * 100_000,
]
TEXTS = [*(f"a{char}b" for char in [*ASCII, *ODD]), *(f"%{code:02x}" for code in range(128)), *DISGUISED]
NO_TEXTS: list[Any] = [None, 5, 5.0, True, b"P1", ["P1"], {"id": "P1"}, object, ("P1",)]
NO_NUMBERS: list[Any] = [None, "1", b"1", True, [1], {}, *map(float, ("nan", "inf", "-inf")), 91, -181, 10**400]


async def try_all(aex: AsyncAExClient, call: Callable[[Any], Awaitable[object]], values: list[Any]) -> list[Any]:
    """Make `call` with each value and return those that were not refused. A refusal says why, and repeats nothing."""
    passed: list[Any] = []
    for value in values:
        try:
            await call(value)
        except errors.UsageError as error:
            check_refusal(error, value)
        else:
            passed.append(value)
    assert aex.in_flight == 0
    return passed


def check_refusal(error: errors.UsageError, value: object) -> None:
    assert 0 < len(str(error)) < 300
    assert not isinstance(value, str) or len(value) < 8 or value not in f"{error!r}"


@pytest.mark.fault("M1", "M2", "M3", "M4", "M5", "S4", "S7")
async def test_an_id_is_refused_or_arrives_as_one_segment() -> None:
    async def action(stream: SocketStream) -> None:
        await stream.send(answer_asked(server.requests[-1]))

    async with connect(action) as (aex, server):
        passed = await try_all(aex, aex.get_premise, [*TEXTS, *NO_TEXTS, "", " ", "{4348}"])
    assert [unquote(request.target) for request in server.requests] == [f"/premises/{value}" for value in passed]
    assert {request.target for request in server.requests if "%" in request.target} == {"/premises/%7B4348%7D"}
    assert len(passed) == 26 + 26 + 10 + 2 + 1  # letters, digits, dash and underscore between two letters; braces


@pytest.mark.fault("M1", "M5", "S6")
async def test_a_search_is_refused_or_arrives_as_one_value() -> None:
    async def search(aex: AsyncAExClient, q: Any) -> None:
        assert await anext(aex.predefined_premises(q), None) is None

    async with connect(LIST) as (aex, server):
        passed = await try_all(aex, lambda q: search(aex, q), [*TEXTS, *NO_TEXTS, "", " ", "\t\n"])
    seen = [dict(parse_qsl(urlsplit(request.target).query, keep_blank_values=True)) for request in server.requests]
    assert [query["q"] for query in seen] == passed
    assert {tuple(query) for query in seen} == {tuple(seen[0])}
    assert len(passed) == len(TEXTS) - 3  # NUL, and lone surrogates


@pytest.mark.fault("M4", "S3", "S7")
async def test_a_path_is_refused_or_arrives_as_it_is() -> None:
    async with connect(PREMISE) as (aex, server):
        passed = await try_all(aex, lambda path: aex.request("GET", path), [*TEXTS, *(f"/{text}" for text in TEXTS)])
    assert [request.target for request in server.requests] == passed
    assert all(path.startswith("/") and unquote(path) == path and "//" not in path for path in passed)
    assert "/.." not in passed


@pytest.mark.fault("S6", "M5")
async def test_a_parameter_is_refused_or_arrives_as_one_value() -> None:
    async with connect(PREMISE) as (aex, server):
        for place in ("name", "value"):
            server.requests.clear()
            passed = await try_all(
                aex,
                lambda text, place=place: aex.request(  # type: ignore[misc]
                    "GET", "/premises", params={text: "x"} if place == "name" else {"x": text}
                ),
                [text for text in TEXTS if len(text) < 1000],
            )
            seen = [parse_qsl(urlsplit(request.target).query, keep_blank_values=True) for request in server.requests]
            assert seen == [[(text, "x") if place == "name" else ("x", text)] for text in passed]


@pytest.mark.fault("M6", "L16")
async def test_degrees_are_refused_or_arrive_as_fixed_decimals() -> None:
    degrees = [0, -0.0, 1e-07, -1e-300, 5e-324, 45, 89.999999999999, -90, 90.0]
    async with connect(answer(b"[]")) as (aex, server):
        passed = await try_all(aex, lambda value: aex.available_products(value, 10), [*degrees, *NO_NUMBERS])
    seen = [request.target.split("/")[-2] for request in server.requests]
    assert [float(text) for text in seen] == passed == degrees
    assert not [text for text in seen if "e" in text or text.startswith("-0.0/")]


@pytest.mark.fault("A1", "A9", "S5")
async def test_a_token_is_refused_or_arrives_as_one_header() -> None:
    refused = 0
    async with serve(PREMISE) as server:
        for text in TEXTS:
            try:
                aex = AsyncAExClient(text, base_url=server.url)
            except errors.UsageError as error:
                check_refusal(error, text)
                refused += 1
                continue
            async with aex:
                await aex.get_premise("P1")
            assert server.requests[-1].headers["authorization"] == f"Bearer {text}"
            assert "x-evil" not in server.requests[-1].headers
    assert refused + len(server.requests) == len(TEXTS)
    assert refused > 60


def name_hosts() -> Iterator[str]:
    """Yield what is no base URL."""
    for text in TEXTS:
        yield text
        yield f"https://{text}"
        yield f"https://fno.example/{text}"


@pytest.mark.fault("M7", "S13")
def test_a_base_url_is_refused_unless_it_is_a_scheme_and_a_host() -> None:
    passed: list[str] = []
    for url in name_hosts():
        try:
            AsyncAExClient("TOKEN", base_url=url)
        except errors.UsageError:
            continue
        passed.append(url)
    assert all(url.removeprefix("https://").replace("-", "").replace(".", "").isalnum() for url in passed)
    assert all(url.isascii() for url in passed)


def test_more_than_five_hundred_different_values_are_tried() -> None:
    assert len({*TEXTS, *(f"/{text}" for text in TEXTS), *name_hosts()}) > 500


# What is used twice, or by two


@pytest.mark.fault("M11")
async def test_a_coroutine_is_one_call_however_often_it_is_awaited() -> None:
    async with connect(PREMISE) as (aex, server):
        call = aex.get_premise("P1")
        await call
        with pytest.raises(RuntimeError, match="cannot reuse"):
            await call
        forgotten = [aex.get_premise("P2")]
        with pytest.warns(RuntimeWarning, match="never awaited"):
            forgotten.clear()
    assert len(server.requests) == 1


@pytest.mark.fault("A8", "A6", "A7", "S15")
async def test_two_clients_share_neither_token_nor_cookie_nor_connection() -> None:
    cookies = [f"Set-Cookie: c{n}={'x' * 100}; Path=/" for n in range(300)]

    async def flood(stream: SocketStream) -> None:
        await stream.send(answer_asked(server.requests[-1], *cookies))

    async with (
        serve(flood) as server,
        AsyncAExClient("ONE", base_url=server.url) as one,
        AsyncAExClient("TWO", base_url=server.url) as two,
        anyio.create_task_group() as group,
    ):
        for _ in range(10):
            group.start_soon(one.get_premise, "ONE")
            group.start_soon(two.get_premise, "TWO")
    assert len(server.requests) == 20
    for request in server.requests:
        assert request.headers["authorization"] == f"Bearer {request.target.rpartition('/')[2]}"
        assert "cookie" not in request.headers


@pytest.mark.fault("M17")
@pytest.mark.parametrize("swap", ["premise", "product"])
async def test_an_order_with_ids_in_each_others_places_orders_nothing(swap: str) -> None:
    sandbox = Sandbox()
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        customer = await aex.get_customer(THANDI)
        order = Order(
            customer=customer,
            premise_guid=PRODUCT if swap == "premise" else POMPANO_11,
            product_id=THANDI if swap == "product" else PRODUCT,
        )
        with pytest.raises(errors.ResponseError):
            await aex.place_order(order, patience=0.5)
    assert not sandbox.ledger
