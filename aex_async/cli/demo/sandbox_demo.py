"""The whole ISP flow, from a sign-up to the installer's work order, against a sandbox."""

import re
import secrets
from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final

from attrs import define, field, frozen

from aex_async.cli.demo.steps import Scene
from aex_async.cli.json_output import Result
from aex_async.client import AsyncAExClient
from aex_async.errors import EmailTakenError
from aex_async.models import Customer, NewCustomer, NewService, PredefinedPremise, Product, Service

QUERY: Final = "Railway Street, Hectorton"
HOUSE: Final = "238"
HOME: Final = f"{HOUSE} (Cottage), {QUERY}"
ROWS: Final = 10


# What an ISP decides between two calls, without any I/O.


@frozen
class Spot:
    """An address that fibre can reach, and where it is."""

    guid: str
    full_text: str
    latitude: float
    longitude: float


def find_spots(rows: Iterable[PredefinedPremise]) -> list[Spot]:
    """Return the addresses that say where they are and were not deleted."""
    return [
        Spot(row.guid, row.full_text or "", row.latitude, row.longitude)
        for row in rows
        if row.latitude is not None and row.longitude is not None and row.deleted_at is None
    ]


def match_spots(spots: Iterable[Spot], address: str) -> list[Spot]:
    """Return the spots that have every word of an address, whole: 238 is not 1238, and commas don't count."""
    wanted = read_words(address)
    return [spot for spot in spots if wanted <= read_words(spot.full_text)]


def match_customers(customers: Iterable[Customer], email: str) -> list[Customer]:
    """Return the customers with exactly this e-mail: AEx searches for parts of it (field notes, "Lists")."""
    return [customer for customer in customers if (customer.email or "").casefold() == email.casefold()]


def match_services(services: Iterable[Service], product_id: str) -> list[Service]:
    """Return the services of this product that nobody cancelled."""
    wanted = product_id.casefold()
    return [row for row in services if (row.product_id or "").casefold() == wanted and not row.cancelled]


def pick_cheapest(products: Iterable[Product]) -> tuple[Product, Decimal]:
    """Return the product that costs least a month, tax included, and how much; one without a price is no choice."""
    priced = [
        (product, price.value_incl)
        for product in products
        for price in product.pricing
        if price.price_type == "Monthly" and price.value_incl is not None
    ]
    return min(priced, key=itemgetter(1))


def list_prices(products: Sequence[Product]) -> list[Result]:
    """Return a row for every price of every product, and one for a product without."""
    return [
        {
            "product": product.name,
            "Mbps_down": product.speed_down,
            "Mbps_up": product.speed_up,
            "price_incl_tax": price.value_incl if price else None,
            "currency": price.currency_code if price else None,
            "tax_percent": price.tax if price else None,
            "billed": price.price_type if price else None,
        }
        for product in products
        for price in product.pricing or (None,)
    ]


def read_words(text: str) -> set[str]:
    """Return the words of a text, whatever their case."""
    return set(re.findall(r"\w+", text.casefold()))


# What it does.


def invent_person() -> NewCustomer:
    """Return somebody new, whose e-mail is a part of that of a customer whom the sandbox knows already."""
    return NewCustomer(
        first_name="Andi",
        last_name="Example",
        email="andi.example1@example.com",
        password=secrets.token_urlsafe(),
        mobile_number="0005550123",
    )


@define
class SandboxDemo:
    """What the ISP knows: each scene leaves here what the next ones need."""

    aex: AsyncAExClient
    person: NewCustomer = field(factory=invent_person)
    customer: Customer = field(init=False)
    spots: list[Spot] = field(factory=list[Spot], init=False)
    spot: Spot = field(init=False)
    product: Product = field(init=False)


async def sign_up(demo: SandboxDemo) -> Result:
    """Create the customer."""
    customer_id = await demo.aex.create_customer(demo.person)
    return {"e-mail": demo.person.email, "customer_id": customer_id}


async def sign_up_again(demo: SandboxDemo) -> Result:
    """Be refused, and find the customer who has the e-mail."""
    refusal = None
    try:
        await demo.aex.create_customer(demo.person)
    except EmailTakenError as error:
        refusal = str(error)
    found = [customer async for customer in demo.aex.customers(demo.person.email)]
    [demo.customer] = match_customers(found, demo.person.email)
    return {
        "refusal": refusal,
        "found_again": demo.customer.id,
        "search": [{"found": row.email, "customer_id": row.id, "exact": row is demo.customer} for row in found],
    }


async def search_addresses(demo: SandboxDemo) -> Result:
    """Walk the addresses of a street, page by page."""
    pages: list[Result] = []
    async for page in demo.aex.predefined_premises(QUERY, count=ROWS).by_page():
        demo.spots += find_spots(page.items)
        pages.append({"page": page.number, "rows": len(page.items), "first_row": page.items[0].full_text})
    return {"addresses_in_all": sum(page["rows"] for page in pages), "pages": pages}


async def choose_address(demo: SandboxDemo) -> Result:
    """Choose the customer's own address, for a reason."""
    [demo.spot] = match_spots(demo.spots, HOME)
    alike = sum(HOUSE in spot.full_text for spot in demo.spots)
    return {
        "customer_lives_at": HOME,
        "first_hit": demo.spots[0].full_text,
        "first_hit_is_it": demo.spots[0] is demo.spot,
        "chosen": demo.spot.full_text,
        "because": f"{alike} of {len(demo.spots)} addresses contain {HOUSE}; this one alone has it as a whole word",
        "guid": demo.spot.guid,
    }


async def list_products(demo: SandboxDemo) -> Result:
    """List what can be ordered at the address, and choose the cheapest."""
    products = await demo.aex.available_products(demo.spot.latitude, demo.spot.longitude)
    demo.product, price = pick_cheapest(products)
    return {
        "chosen": demo.product.name,
        "because": "it costs least a month",
        "price_incl_tax": price,
        "product_id": demo.product.id,
        "products": list_prices(products),
    }


async def order_service(demo: SandboxDemo) -> Result:
    """Order the product at the address for the customer."""
    order = NewService(customer=demo.customer, premise_guid=demo.spot.guid, product_id=demo.product.id)
    echo = await demo.aex.create_service(order)
    named = echo.service and echo.service.service_id
    return {
        "echo_customer_id": echo.customer and echo.customer.id,
        "echo_premise": echo.premise and echo.premise.external_reference,
        "echo_service_id": named,
        "that_id_is": "the product's id, so not yet a service" if named == demo.product.id else "a new service",
    }


async def read_back(demo: SandboxDemo) -> Result:
    """Find the service that came of the order, with its premise and its work order."""
    services = [row async for row in demo.aex.customer_services(demo.customer.id)]
    [row] = match_services(services, demo.product.id)
    service = await demo.aex.get_service(row.id)
    premise = await demo.aex.get_premise(row.premise_id or "")
    orders: list[dict[str, Any]] = [
        {"work_order": one.reference, "type": one.type, "status": one.status, "for_the_customer": one.client_status}
        async for one in demo.aex.work_orders(row.id)
    ]
    return {
        "services_of_customer": len(services),
        "service_id": service.id,
        "service_status": service.status,
        "provisioned": service.provisioned,
        "premise": f"{premise.street_number} {premise.street_name}, {premise.suburb}, {premise.city}",
        "premise_status": premise.status,
        "premise_is_the_ordered_one": premise.external_reference == demo.spot.guid,
        "work_orders": orders,
    }


TOUR: Final = (
    Scene(
        "Sign up a customer",
        "Nobody has this e-mail yet: AEx answers 201, without a body, and a header names the new id.",
        "customer_id = await aex.create_customer(NewCustomer(...))",
        ("POST /customers",),
        sign_up,
    ),
    Scene(
        "Meet a taken e-mail, find the customer again",
        "A second sign-up is refused. AEx's search finds every e-mail that contains the one asked for, so "
        "compare it yourself: the first row is somebody else.",
        "except errors.EmailTakenError: found = [row async for row in aex.customers(email)]",
        ("POST /customers", "GET /customers?q={email}"),
        sign_up_again,
    ),
    Scene(
        "Search the addresses that fibre can reach",
        f'All of "{QUERY}", {ROWS} rows a page. AEx does not say how many there are: the client walks until they end.',
        f"async for page in aex.predefined_premises(q, count={ROWS}).by_page(): ...",
        ("GET /predefined-premises?q={text}&count={n}&page={n}",),
        search_addresses,
    ),
    Scene(
        "Choose the customer's own address",
        "Every clerk wrote addresses differently and the search is fuzzy, so never take the first hit: compare "
        "whole words, and insist on a single match. Its guid is what an order names.",
        "[address] = [row for row in rows if words(home) <= words(row.full_text)]",
        (),
        choose_address,
    ),
    Scene(
        "List the products there",
        "What can be ordered at the address's coordinates. Prices are Decimal, and a product may have none.",
        "products = await aex.available_products(address.latitude, address.longitude)",
        ("GET /products/availability/{latitude}/{longitude}",),
        list_products,
    ),
    Scene(
        "Order the service",
        "Customer, address and product in one request, sent once. AEx echoes it; do not take the echoed "
        "service_id for the new service.",
        "echo = await aex.create_service(NewService(customer=..., premise_guid=..., product_id=...))",
        ("POST /services/full",),
        order_service,
    ),
    Scene(
        "Read everything back",
        "Among the customer's services is the new one; it leads to its premise, and to the work order that "
        "sends an installer.",
        "aex.customer_services(id), aex.get_service(id), aex.get_premise(id), aex.work_orders(id)",
        (
            "GET /customers/{id}/services",
            "GET /services/{id}",
            "GET /premises/{id}",
            "GET /work-orders?service={id}",
        ),
        read_back,
    ),
)
