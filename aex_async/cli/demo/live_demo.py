"""What can be seen of a real AEx without writing anything to it."""

from typing import Final

from attrs import define, field

from aex_async.cli.demo.sandbox_demo import Spot, find_spots, list_prices, match_customers
from aex_async.cli.demo.steps import Scene
from aex_async.cli.json_output import Result
from aex_async.client import AsyncAExClient

ROWS: Final = 10


@define
class LiveDemo:
    """What to look for, and what was found."""

    aex: AsyncAExClient
    query: str
    email: str
    spots: list[Spot] = field(factory=list[Spot], init=False)


async def search_addresses(demo: LiveDemo) -> Result:
    """Find the first addresses."""
    found = [row async for row in demo.aex.predefined_premises(demo.query, count=ROWS, limit=ROWS)]
    demo.spots = find_spots(found)
    rows = [{"address": row.full_text, "guid": row.guid, "has_premise": bool(row.premise_id)} for row in found]
    return {"query": demo.query, "addresses": rows}


async def list_products(demo: LiveDemo) -> Result:
    """List the products at the first address that says where it is."""
    if not demo.spots:
        return {"place": "none of the addresses says where it is", "products": []}
    spot = demo.spots[0]
    products = await demo.aex.available_products(spot.latitude, spot.longitude)
    return {"place": spot.full_text, "products": list_prices(products)}


async def find_customer(demo: LiveDemo) -> Result:
    """Find the customer with exactly this e-mail, and what they have."""
    found = [row async for row in demo.aex.customers(demo.email)]
    exact = match_customers(found, demo.email)
    services = [
        {"service_id": row.id, "product_id": row.product_id, "on_network": row.on_network, "cancelled": row.cancelled}
        for customer in exact
        async for row in demo.aex.customer_services(customer.id)
    ]
    customer_id = ", ".join(customer.id for customer in exact) or None
    return {"customers_found": len(found), "customer_id": customer_id, "services": services}


PLACES: Final = (
    Scene(
        "Search the addresses that fibre can reach",
        f"The first {ROWS}, in the order AEx gives them. The search is fuzzy: the first hit need not be the best.",
        f"aex.predefined_premises(q, limit={ROWS})",
        ("GET /predefined-premises?q={text}&count={n}&page={n}",),
        search_addresses,
    ),
    Scene(
        "List the products at the first hit's place",
        "What can be ordered at its coordinates. Prices are Decimal, and a product may have none.",
        "products = await aex.available_products(address.latitude, address.longitude)",
        ("GET /products/availability/{latitude}/{longitude}",),
        list_products,
    ),
)

PERSON: Final = (
    Scene(
        "Find the customer by e-mail, and their services",
        "AEx's search finds every e-mail that contains the one asked for: only an equal one counts.",
        "[row async for row in aex.customers(email)], aex.customer_services(id)",
        ("GET /customers?q={email}", "GET /customers/{id}/services"),
        find_customer,
    ),
)
