"""The products at each premise: asked for at some points of an area, and taken for the rest once those agree."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from attrs import define, field

from aex_async.models import Price, Product
from aex_async.qualify.cache import AsyncCache
from aex_async.qualify.matching import parse
from aex_async.qualify.matching.comparing.coordinates import measure
from aex_async.qualify.model import Candidate, Offer
from aex_async.qualify.rate_limit import Rate

KEPT_POINTS: Final = 2000
KEPT_AREAS: Final = 1000
AGREEING: Final = 3
"""Points of an area that must have the same products before any other takes them from there."""
REACH: Final = 1_000.0
"""Metres from a point asked for within which its area's products are taken: beyond, the area may end."""

Point = tuple[float, float]


@define
class _Area:
    """The points of an area asked for so far, and whether all of them have the same products."""

    points: list[Point] = field(factory=list[Point])
    offers: tuple[Offer, ...] = ()
    agrees: bool = True

    def take(self, point: Point, offers: tuple[Offer, ...]) -> None:
        if not self.agrees or point in self.points:
            return
        if self.points and offers != self.offers:
            self.agrees = False
            self.points.clear()  # from now on every point is asked for
            return
        self.points.append(point)
        self.offers = offers

    def answer(self, point: Point) -> tuple[Offer, ...] | None:
        """Return the products at a point nobody asked for, if the area tells."""
        if not self.agrees or len(self.points) < AGREEING:
            return None
        return self.offers if any(measure(point, known) <= REACH for known in self.points) else None


class OfferDesk:
    """The active products at premises. `requests` counts what was asked of AEx, `shared` what an area told."""

    def __init__(
        self,
        products: Callable[[float, float], Awaitable[Sequence[Product]]],
        rate: Rate,
        *,
        everywhere: bool = False,
    ) -> None:
        self._products, self._rate, self._everywhere = products, rate, everywhere
        self._points = AsyncCache(self._ask, KEPT_POINTS)
        self._areas: OrderedDict[str, _Area] = OrderedDict()
        self.requests: int = 0
        self.shared: int = 0

    async def list_offers(self, premise: Candidate, point: Point) -> tuple[Offer, ...]:
        """Return the active products at a premise, which is at `point`."""
        area = None if self._everywhere else self._find_area(premise.area_id or _name_area(premise.full_text))
        known = area.answer(point) if area is not None else None
        if known is not None:
            self.shared += 1
            return known
        offers = await self._points.ask(point)
        if area is not None:
            area.take(point, offers)
        return offers

    def _find_area(self, name: str) -> _Area:
        area = self._areas.setdefault(name, _Area())
        self._areas.move_to_end(name)
        if len(self._areas) > KEPT_AREAS:
            self._areas.popitem(last=False)
        return area

    async def _ask(self, point: Point) -> tuple[Offer, ...]:
        await self._rate.wait()
        self.requests += 1
        return tuple(_read_product(row) for row in await self._products(*point) if _is_active(row))


def _name_area(text: str) -> str:
    parts = parse(text)
    return " ".join((*(word for place in parts.places for word in place), parts.postal or ""))


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
