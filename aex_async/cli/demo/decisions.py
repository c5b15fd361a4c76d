"""What an ISP decides between two calls, without any I/O."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import itemgetter

from attrs import frozen

from aex_async.cli.format import Result
from aex_async.models import Customer, PredefinedPremise, Product, Service


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
    wanted = _read_words(address)
    return [spot for spot in spots if wanted <= _read_words(spot.full_text)]


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


def _read_words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
