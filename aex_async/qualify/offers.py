"""The products at each premise: its own point's, or those of the points around it where many are asked for."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from decimal import Decimal
from math import floor, inf
from typing import Final

from aex_async.models import Price, Product
from aex_async.qualify.calls import AsyncCache, Rate
from aex_async.qualify.matching.coordinates import Point
from aex_async.qualify.model import Offer, OffersFrom

KEPT_POINTS: Final = 2_000
KEPT_CORNERS: Final = 5_000
CELLS: Final = 400
"""Cells of the grid in a degree: 280 metres from south to north, and less from west to east."""


class PremiseOffers:
    """The active products at premises. `requests` counts what was asked of AEx, `shared` what was not."""

    def __init__(self, products: Callable[[float, float], Awaitable[Sequence[Product]]], rate: Rate) -> None:
        self._products, self._rate = products, rate
        self._points = AsyncCache(self._ask, KEPT_POINTS)
        # Corners are asked for once a run: a premise must not depend on what was asked when.
        self._corners = AsyncCache(self._ask, KEPT_CORNERS, age=inf)
        self.requests: int = 0
        self.shared: int = 0

    async def list_offers(self, point: Point, *, crowded: bool = False) -> tuple[tuple[Offer, ...], OffersFrom]:
        """Return the active products at a point, and of where they are.

        `crowded`: many premises around it are asked for. Then four corners of a grid tell for all between them, if they
        have the same products; a border that runs through sends each premise to its own point. Which corners those are
        depends on the point alone, so that the order of a run, or its end halfway, changes nothing.
        """
        around = await self._ask_around(point) if crowded else None
        if around is not None:
            self.shared += 1
            return around, "around"
        return await self._points.ask(point), "premise"

    async def _ask_around(self, point: Point) -> tuple[Offer, ...] | None:
        first, *rest = find_corners(point)
        offers = await self._corners.ask(first)
        for corner in rest:
            if await self._corners.ask(corner) != offers:
                return None
        return offers

    async def _ask(self, point: Point) -> tuple[Offer, ...]:
        await self._rate.wait()
        self.requests += 1
        return tuple(_read_product(row) for row in await self._products(*point) if _is_active(row))


def find_corners(point: Point) -> list[Point]:
    """Return the corners of the cell that a point is in. At a pole or the date line a corner is moved onto it."""
    south, west = floor(point[0] * CELLS), floor(point[1] * CELLS)
    return [
        (min(row / CELLS, 90.0), min(column / CELLS, 180.0))
        for row, column in ((south, west), (south + 1, west + 1), (south, west + 1), (south + 1, west))
    ]


def _is_active(product: Product) -> bool:
    return (product.status or "").casefold() == "active"


def _read_product(product: Product) -> Offer:
    lowest = _find_lowest(product.pricing)
    return Offer(
        id=product.id,
        name=product.name,
        speed_down=product.speed_down,
        speed_up=product.speed_up,
        currency=lowest.currency_code if lowest else None,
        price_incl=lowest.value_incl if lowest else None,
        price_excl=lowest.value if lowest else None,
    )


def _find_lowest(prices: Iterable[Price]) -> Price | None:
    """Return the lowest monthly price. Of two currencies none is the lower one."""
    monthly = [price for price in prices if (price.price_type or "").casefold() == "monthly"]
    priced = [price for price in monthly if _amount(price) is not None]
    if len({price.currency_code for price in priced}) > 1:
        return None
    return min(priced, key=lambda price: _amount(price) or Decimal(0), default=None)


def _amount(price: Price) -> Decimal | None:
    return price.value if price.value_incl is None else price.value_incl
