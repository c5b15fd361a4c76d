"""Caching, repeating, limiting and signing clients carry an order, a listing and look-ups, and send each POST once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import hishel
import httpx
import httpx_auth
import httpx_retries
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from hishel.httpx import AsyncCacheClient, AsyncCacheTransport
from httpx_aiohttp import AiohttpTransport, HttpxAiohttpClient
from httpx_limiter import AsyncRateLimitedTransport, Rate
from httpx_limiter.aiolimiter import AiolimiterAsyncLimiter

from aex_async import AsyncAExClient, NewCustomer, Order
from aex_async import aiohttp_transport as ours
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread

ANN = NewCustomer(first_name="Ann", last_name="Lee", email="ann@x.example", password="s", mobile_number="0821234567")


def open_plain() -> httpx.AsyncBaseTransport:
    return httpx.AsyncHTTPTransport(trust_env=False)


def repeat(inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
    """Return what repeats everything, a POST as well."""
    policy = httpx_retries.Retry(total=3, allowed_methods=["GET", "POST"], backoff_factor=0.01)
    return httpx_retries.RetryTransport(transport=inner, retry=policy)


def limit() -> httpx.AsyncBaseTransport:
    limiter = AiolimiterAsyncLimiter.create(Rate.create(magnitude=200))
    return AsyncRateLimitedTransport.create(limiter)


def keep(folder: Path) -> hishel.AsyncSqliteStorage:
    return hishel.AsyncSqliteStorage(database_path=folder / "kept.db")


OAUTH = {"access_token": "theirs", "token_type": "Bearer"}
ROADS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "hishel, a client": lambda folder: {"http_client": AsyncCacheClient(storage=keep(folder), trust_env=False)},
    "hishel by RFC, a client": lambda folder: {
        "http_client": AsyncCacheClient(storage=keep(folder), rfc=True, trust_env=False)
    },
    "hishel, a transport": lambda folder: {"transport": AsyncCacheTransport(open_plain(), storage=keep(folder))},
    "httpx-retries, a client": lambda _: {"http_client": httpx.AsyncClient(transport=repeat(open_plain()))},
    "httpx-retries, a transport": lambda _: {"transport": repeat(open_plain())},
    "httpx-retries before aiohttp": lambda _: {"transport": repeat(ours.AiohttpTransport())},
    "httpx-aiohttp, a client": lambda _: {"http_client": HttpxAiohttpClient(trust_env=False)},
    "httpx-aiohttp, a transport": lambda _: {"transport": AiohttpTransport(trust_env=False)},
    "httpx-limiter": lambda _: {"http_client": httpx.AsyncClient(transport=limit())},
    "httpx-auth": lambda _: {"http_client": httpx.AsyncClient(auth=httpx_auth.Basic("u", "p"), trust_env=False)},
    "authlib": lambda _: {"http_client": AsyncOAuth2Client("id", "s", token=OAUTH, trust_env=False)},
}
ONE_LOOP = ("httpx-retries", "httpx-aiohttp", "httpx-limiter")  # those that know asyncio alone


async def order(url: str, options: dict[str, Any]) -> bool:
    """Place an order whose answer is lost between two looks at its customer's services; return whether it was new."""
    async with AsyncAExClient("sandbox-token", base_url=url, **options) as aex:
        rows = [row async for row in aex.predefined_premises("Pompano Place")]
        assert len({row.guid for row in rows}) == len(rows) > 0
        assert rows[0].latitude is not None
        assert rows[0].longitude is not None
        product = (await aex.available_products(rows[0].latitude, rows[0].longitude))[0]
        customer = await aex.get_or_create_customer(ANN)
        assert [row async for row in aex.customer_services(customer.id)] == []
        asked = Order(customer=customer, premise_guid=rows[0].guid, product_id=product.id)
        placed = await aex.place_order(asked)
        looked_up = await aex.get_premises([str(placed.service.premise_id), "nowhere"])
        assert [len(looked_up.found), len(looked_up.failed)] == [1, 1]
    client = options.get("http_client")
    if client is not None:
        assert not client.is_closed
        await client.aclose()
    return placed.created


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("name", ROADS)
def test_an_order_whose_answer_was_lost_is_there_once(name: str, loop: str, tmp_path: Path) -> None:
    if loop == "trio" and name.startswith(ONE_LOOP):
        pytest.skip("it knows asyncio alone")
    sandbox = Sandbox()
    sandbox.faults.add(Fault.cut_after(), method="POST", path="/services/full", times=1)
    sandbox.faults.add(Fault.status(503), path="/predefined-premises", times=1)

    async def go() -> None:
        assert not await order(url, ROADS[name](tmp_path))

    with serve_in_thread(sandbox) as url:
        anyio.run(go, backend=loop)
    assert [entry.kind for entry in sandbox.ledger] == ["customer", "service"]
    assert sandbox.received["POST /customers"] == sandbox.received["POST /services/full"] == 1
