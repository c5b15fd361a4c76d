"""One address: searched for, matched, and asked for its products. It is given calls, and knows no client."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from aex_async.errors import AExError, AuthenticationError, ClientClosedError
from aex_async.models import PredefinedPremise, Price, Product
from aex_async.qualify.cache import AsyncCache
from aex_async.qualify.matching import MatchResult, match
from aex_async.qualify.model import Address, Candidate, Offer, Qualification
from aex_async.qualify.queries import make_queries
from aex_async.qualify.rate import Rate

FATAL: Final = (AuthenticationError, ClientClosedError)
KEPT_SEARCHES, KEPT_POINTS = 64, 2000
MAX_ROWS = 100  # of one search: what AEx shows on a page

Point = tuple[float, float]


@frozen
class QualifyCalls:
    """What qualifying an address asks AEx: a search, and the products at a point."""

    search: Callable[[str], Awaitable[Sequence[PredefinedPremise]]]
    products: Callable[[float, float], Awaitable[Sequence[Product]]]


class Qualifier:
    """Qualifies one address after another, any number at a time; equal questions are asked once.

    What is wrong with one address is said in its result. A refused token, or a closed client, is raised.
    """

    def __init__(self, calls: QualifyCalls, rate: Rate | None = None) -> None:
        self._calls, self._rate = calls, rate or Rate()
        self._searches = AsyncCache(self.search, KEPT_SEARCHES)
        self._points = AsyncCache(self._list_offers, KEPT_POINTS)

    async def qualify(self, address: Address) -> Qualification:
        """Return what is known of an address, or why it failed."""
        try:
            return await self.attempt(address)
        except FATAL:
            raise
        except AExError as error:
            return fail(address, error)

    async def attempt(self, address: Address) -> Qualification:
        """Return what is known of an address; whatever goes wrong is raised."""
        result = Qualification(row=address.row, address=address.text, outcome="none", columns=address.columns)
        if address.trouble is not None:
            return evolve(result, outcome="failed", reason=address.trouble)
        if not address.text.strip():
            return evolve(result, reason="the address is empty")
        told = await self._find(result.address)
        premise = told.match
        result = evolve(result, outcome=told.outcome, match=premise, candidates=told.candidates, parts=told.parts)
        if premise is None:
            return result
        if premise.deleted:
            return evolve(result, reason="AEx has deleted this premise")
        if premise.latitude is None or premise.longitude is None:
            return evolve(result, reason="AEx does not say where this premise is")
        offers = await self._points.ask((premise.latitude, premise.longitude))
        return evolve(result, offers=offers, reason=None if offers else "no product is active there")

    async def _find(self, text: str) -> MatchResult:
        """Search from the most specific query to the least, until one brings the address itself."""
        found: dict[str, Candidate] = {}
        told = MatchResult("none")
        for query in make_queries(text):
            rows = await self._searches.ask(query.q)
            found.update((row.guid, row) for row in rows)
            told = match(text, found.values())
            if told.outcome == "exact" or (query.wide and told.outcome != "none"):
                return told
        return told

    async def search(self, q: str) -> tuple[Candidate, ...]:
        """Ask AEx for the addresses that it finds for `q`, whatever was asked before."""
        await self._rate.wait()
        return tuple(_read_row(row) for row in await self._calls.search(q))

    async def _list_offers(self, point: Point) -> tuple[Offer, ...]:
        await self._rate.wait()
        return tuple(_read_product(row) for row in await self._calls.products(*point) if _is_active(row))


def fail(address: Address, error: AExError) -> Qualification:
    """Return the result of an address that failed."""
    return Qualification(
        row=address.row, address=address.text, outcome="failed", reason=str(error), columns=address.columns
    )


def _read_row(row: PredefinedPremise) -> Candidate:
    return Candidate(
        guid=row.guid,
        full_text=row.full_text or "",
        premise_id=row.premise_id or None,
        latitude=row.latitude,
        longitude=row.longitude,
        deleted=row.deleted_at is not None,
    )


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
