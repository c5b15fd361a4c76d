"""All ten routes over loopback, with secrets planted wherever a customer could have some."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress

import anyio
import httpx

from aex_async import AExError, AsyncAExClient, NewCustomer, NewService
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread

TOKEN = "token-canary-1"
SECRETS = (
    TOKEN,
    "cookie-canary-2",
    "jane.canary-3@example.com",
    "jane.canary-3%40example.com",
    "password-canary-4",
    "0820004245",
    "canary-6",
    "username-canary-7",
    "0110004248",
    "taken.canary-9@example.com",
    "taken.canary-9%40example.com",
    "address-canary-10",
)
ROUTES = {
    *("POST /customers", "GET /customers", "GET /customers/*", "GET /predefined-premises", "POST /services/full"),
    *("GET /products/availability/*/*", "GET /customers/*/services", "GET /services/*", "GET /premises/*"),
    "GET /work-orders",
}
NEW = NewCustomer(
    first_name="canary-6",
    last_name="Doe",
    email="jane.canary-3@example.com",
    password="password-canary-4",
    mobile_number="0820004245",
    home_number="0110004248",
    username="username-canary-7",
)


async def walk(aex: AsyncAExClient) -> None:
    """Call every route once, and two that fail."""
    await aex.create_customer(NEW)
    customer = await anext(aex.customers("jane.canary-3@example.com"))
    await aex.get_customer(customer.id)
    async for _ in aex.customers("taken.canary-9@example.com"):
        pass
    row = await anext(aex.predefined_premises("Pompano Place"))
    async for _ in aex.predefined_premises("address-canary-10"):
        pass
    products = await aex.available_products(-29.7852390438, 30.9828323552)
    with suppress(AExError):
        await aex.create_service(NewService(customer=customer, premise_guid=row.guid, product_id=products[0].id))
    async for service in aex.customer_services(customer.id):
        await aex.get_service(service.id)
        await aex.get_premise(service.premise_id or "B002A6B4-6541-47A5-8438-BE8ACEAA6D82")
        async for _ in aex.work_orders(service.id):
            pass
    with suppress(AExError):
        await aex.get_premise("00000000-0000-0000-0000-000000000000")


def travel(*, brought: bool, loop: str, within: Callable[[], AbstractContextManager[object]] = nullcontext) -> int:
    """Make the journey over a client of ours or one that was brought, and return how many requests AEx received.

    `within` opens a tool's transaction, in the task that makes the calls.
    """
    sandbox = Sandbox(token=TOKEN)
    sandbox.faults.add(Fault.status(503), path="/premises", times=1)

    async def go(url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            own = http if brought else None
            async with AsyncAExClient(TOKEN, base_url=url, session_cookie="cookie-canary-2", http_client=own) as aex:
                with within():
                    await walk(aex)

    with serve_in_thread(sandbox) as url:
        anyio.run(go, url, backend=loop)
    assert set(sandbox.received) == ROUTES
    return sandbox.received.total()
