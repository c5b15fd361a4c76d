"""Made-up products, some offered in each area."""

from collections.abc import Mapping

from attrs import frozen

from aex_async.sandbox._addresses import AREAS, FORT_MILL, NEWLANDS, Area
from aex_async.sandbox._exchange import Row

PROVIDER_ID = "40B2AAA0-96A7-4856-BA35-90E6B0D1C4B6"
_PARENT_ID = "452C55AD-16F0-4248-A745-E270BB44590C"
_LOGO = "/Images/Logos/308FCA5F-3E46-468B-891C-97A986E45677.jpg"


@frozen
class ProductPlan:
    """One product line; `price` is what a month costs with tax, `None` for one without pricing."""

    name: str
    up: int
    down: int
    since: str
    price: float | None = None
    bare: bool = False


_RAND = (
    ProductPlan("ips product 10/2 Mbps", 2, 10, "2023-09-04", 549.0),
    ProductPlan("School Service", 10, 1000, "2020-04-30", bare=True),
    ProductPlan("Home Fibre 50/50 Mbps", 50, 50, "2023-09-04", 799.0),
    ProductPlan("Home Fibre 200/200 Mbps", 200, 200, "2024-02-01", 1099.0),
    ProductPlan("Home Fibre 1000/500 Mbps", 500, 1000, "2024-02-01", 1499.0, bare=True),
)
_DOLLAR = (
    ProductPlan("Fiber 500", 500, 500, "2023-09-04", 59.99),
    ProductPlan("Fiber Community", 100, 100, "2020-04-30", bare=True),
    ProductPlan("Fiber 1 Gig", 1000, 1000, "2023-09-04", 74.99),
    ProductPlan("Fiber 2 Gig", 2000, 2000, "2024-02-01", 99.99, bare=True),
)
# The ids of step 4, of the order in step 5, of "Check customer service".
_DOCUMENTED = {
    (NEWLANDS.id, 0): "C567389A-2D36-4C29-AD46-0EC3D7A7D0EA",
    (NEWLANDS.id, 1): "D728F54D-5769-4833-B168-12B1E86D3CAF",
    (NEWLANDS.id, 2): "50726131-B525-4732-A2D5-0B3736CDFB69",
    (FORT_MILL.id, 0): "AD0B8EFA-20ED-41E2-BFCF-D48761CA82F8",
}


def _offers(area: Area) -> tuple[ProductPlan, ...]:
    return _RAND if area.country_code == "ZA" else _DOLLAR


def _product_id(area: Area, index: int) -> str:
    return _DOCUMENTED.get((area.id, index), f"{area.id[:-4]}AE{index + 1:02}")


def _product_row(area: Area, index: int, offer: ProductPlan) -> Row:
    """Return a product as step 4 prints it: the keys come and go between items."""
    product_id = _product_id(area, index)
    described = {} if offer.bare else {"description": offer.name}
    return {
        "id": product_id,
        "provider_id": PROVIDER_ID,
        **({} if offer.bare else {"parent_id": _PARENT_ID}),
        "name": offer.name,
        **described,
        "speed_up": offer.up,
        "speed_down": offer.down,
        "min_contract": 1,
        "effective_date": f"{offer.since} 00:00:00 +0200",
        "status": "Active",
        "type_name": "ISP",
        "provider": "MockIsp",
        "pricing": [] if offer.price is None else [_price_row(area, index, offer.price)],
        **({} if offer.bare else {"logo": _LOGO}),
    }


def _price_row(area: Area, index: int, price: float) -> Row:
    tax = 15.0 if area.country_code == "ZA" else 0.0
    return {
        "id": f"{area.id[:-4]}BC{index + 1:02}",
        "price_type": "Monthly",
        "currency_code": "ZAR" if area.country_code == "ZA" else "USD",
        "tax": tax,
        "value": round(price / (1 + tax / 100), 4),
        "value_incl": price,
    }


PRODUCTS: Mapping[str, Row] = {
    row["id"]: row
    for row in (_product_row(area, index, offer) for area in AREAS for index, offer in enumerate(_offers(area)))
}
"""Every product, by its id."""

OFFERED: Mapping[str, tuple[str, ...]] = {
    area.id: tuple(_product_id(area, index) for index in range(len(_offers(area)))) for area in AREAS
}
"""The ids of the products that each area offers, by the area's id."""
