"""A walk of the client over every route of the description."""

from datetime import UTC, datetime

from aex_async import AsyncAExClient, NewCustomer, NewService

ADDRESS = "11, Pompano Place"
PRODUCT = "Home Fibre 50/50 Mbps"
SINCE = datetime(2023, 1, 1, tzinfo=UTC)


async def walk(aex: AsyncAExClient, email: str) -> None:
    """Go once through the ISP flow, then to the routes beside the document; raises what the client raises.

    `email` is the address to sign up with, new to the server.
    """
    await aex.create_customer(
        NewCustomer(first_name="Ann", last_name="Specimen", email=email, password="made-up", mobile_number="0005550142")  # noqa: S106
    )
    people = [row async for row in aex.customers("pieter.voorbeeld2@example.co.za")]
    customer = await aex.get_customer(people[0].id)
    house = await anext(aex.predefined_premises(ADDRESS, limit=1))
    if house.full_text is None or not house.full_text.startswith(ADDRESS):
        raise LookupError(f"{ADDRESS} was asked for, and the server answers {house.full_text}")
    if house.latitude is None or house.longitude is None:
        raise LookupError(f"{ADDRESS} is at no place")
    products = await aex.available_products(house.latitude, house.longitude)
    product = next(each for each in products if each.name == PRODUCT)
    await aex.create_service(NewService(customer=customer, premise_guid=house.guid, product_id=product.id))
    services = [row async for row in aex.customer_services(customer.id)]
    service = await aex.get_service(services[0].id)
    await aex.get_premise(str(service.premise_id))
    work_orders = [row async for row in aex.work_orders(service.id)]
    await aex.get_full_service(service.id)
    await aex.get_product(product.id)
    await aex.get_work_order(work_orders[0].id)
    for listing in (aex.premises, aex.services, aex.service_changes):
        await anext(listing(updated_after=SINCE, limit=1))  # a mock repeats its first page for ever
