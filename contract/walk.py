"""A walk of the client over every route of the description."""

from typing import Any

from aex_async import AsyncAExClient, NewCustomer, NewService

ADDRESS = "11, Pompano Place"
LISTINGS = ("/premises", "/services", "/service-changes")


async def walk(aex: AsyncAExClient, email: str) -> None:
    """Go once through the ISP flow, then to the routes beside the document; raises what the client raises.

    `email` is the address to sign up with, new to the server.
    """
    await aex.create_customer(
        NewCustomer(first_name="Ann", last_name="Specimen", email=email, password="made-up", mobile_number="0005550142")  # noqa: S106
    )
    people = [row async for row in aex.customers("pieter.voorbeeld2@example.co.za")]
    customer = await aex.get_customer(people[0].id)
    spots = [row async for row in aex.predefined_premises(ADDRESS, limit=2)]
    products = await aex.available_products(spots[0].latitude or 0, spots[0].longitude or 0)
    product = products[0]
    await aex.create_service(NewService(customer=customer, premise_guid=spots[0].guid, product_id=product.id))
    services = [row async for row in aex.customer_services(customer.id)]
    service = await aex.get_service(services[0].id)
    await aex.get_premise(str(service.premise_id))
    orders = [row async for row in aex.work_orders(service.id)]
    for path in (f"/services/{service.id}/full", f"/products/{product.id}", f"/work-orders/{orders[0].id}"):
        await _read(aex, path)
    for path in LISTINGS:
        await _read(aex, path, {"updated_after": "2023-01-01T00:00:00+02:00", "page": 1})


async def _read(aex: AsyncAExClient, path: str, params: dict[str, Any] | None = None) -> None:
    answer = await aex.request("GET", path, params=params)
    if not isinstance(answer, dict):
        raise TypeError(f"{path} answers {type(answer).__name__}")
