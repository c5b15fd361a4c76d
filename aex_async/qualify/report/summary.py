"""What a report tells of many results: counts, areas, products, prices, cases. One pass, and little of it is kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from attrs import define, field, frozen

from aex_async.qualify.matching import parse
from aex_async.qualify.model import EMPTY, MAX_ADDRESS, UNPLACED, Candidate, Offer, Outcome, Qualification
from aex_async.qualify.report.grid import Grid

MAX_KINDS: Final = 5_000  # areas, products, reasons, prices that are told apart
MAX_CASES: Final = 500  # rows of each outcome that are shown
MAX_TEXT: Final = 300  # characters
POLE: Final = 90  # degrees
OTHER: Final = "\u2026 others"
NO_AREA: Final = "no area named"
PERSONAL: Final[tuple[Outcome, ...]] = ("ambiguous", "probable", "failed", "none")  # what needs a person

Currency = tuple[str, bool]
"""A currency's code, and whether tax is in the price: two amounts are compared only where both are the same."""


Chart = Currency | None
"""What a chart is of: the prices of a currency, or the speeds."""


@frozen(kw_only=True)
class RowForPerson:
    """A row that needs a person."""

    row: int
    address: str
    reason: str
    candidates: tuple[Candidate, ...] = ()


@define
class AreaStats:
    """The addresses of one suburb and town."""

    count: int = 0
    orderable: int = 0
    unknown: int = 0
    """Of which nobody can say whether they can be ordered."""


@define
class PriceRange:
    """The lowest and the highest price seen."""

    low: Decimal
    high: Decimal

    def take(self, price: Decimal) -> None:
        """Take in one more."""
        self.low, self.high = min(self.low, price), max(self.high, price)


@define
class ProductStats:
    """A product by name and speeds: how many addresses can have it, and at which prices."""

    name: str
    down: int | None
    up: int | None
    addresses: int = 0
    prices: dict[Currency, PriceRange] = field(factory=dict[Currency, PriceRange])


@define
class ReportSummary:
    """The whole of what a report tells. `add` is given every result once.

    Of areas, products, reasons and charted values no more than `limit` are told apart; the rest is counted together.
    """

    limit: int = MAX_KINDS
    outcomes: Counter[str] = field(factory=Counter[str])
    orderable: Counter[str] = field(factory=Counter[str])
    reasons: Counter[str] = field(factory=Counter[str])
    """Why premises that were found cannot be ordered."""
    unplaced_matches: int = 0
    """Premises that were found, and of which nobody knows whether they can be ordered."""
    blank: int = 0
    """Rows without an address: nobody was asked about them."""
    unplaced: int = 0
    around: int = 0
    """Addresses whose products are those of points around them."""
    grid: Grid = field(factory=Grid)
    areas: dict[str, AreaStats] = field(factory=dict[str, AreaStats])
    wares: dict[object, ProductStats] = field(factory=dict[object, ProductStats])
    charted: Counter[tuple[Chart, Decimal]] = field(factory=Counter[tuple[Chart, Decimal]])
    uncharted: int = 0
    cases: dict[str, list[RowForPerson]] = field(factory=lambda: {name: list[RowForPerson]() for name in PERSONAL})

    def add(self, result: Qualification) -> None:
        """Count one result."""
        self.outcomes[result.outcome] += 1
        self.orderable[result.outcome] += result.orderable
        self.around += result.offers_from == "around"
        self.blank += result.reason == EMPTY
        if result.reason == UNPLACED:
            self.unplaced_matches += 1
        elif result.match is not None and not result.orderable:
            self.reasons[self._fit(self.reasons, clip(result.reason or "AEx offers nothing"))] += 1
        name = name_area(result.match.full_text if result.match else result.address)
        self._count_area(result, name)
        self._place(result, name)
        if result.orderable:
            self._count_offers(result)
        cases = self.cases.get(result.outcome)
        if cases is not None and len(cases) < MAX_CASES:
            cases.append(_describe(result))

    def _count_area(self, result: Qualification, name: str) -> None:
        area = self.areas.setdefault(self._fit(self.areas, name), AreaStats())
        area.count += 1
        area.orderable += result.orderable
        area.unknown += result.outcome in {"ambiguous", "failed"} or result.reason == UNPLACED

    def _place(self, result: Qualification, name: str) -> None:
        match = result.match
        north, east = (match.latitude, match.longitude) if match else (None, None)
        if north is None or east is None or not (abs(north) <= POLE and abs(east) <= 2 * POLE):
            self.unplaced += 1
        else:
            self.grid.add(north, east, orderable=result.orderable, name=name)

    def _count_offers(self, result: Qualification) -> None:
        lowest, seen = dict[Currency, Decimal](), set[object]()
        for offer in result.offers:
            ware = self._find_ware(offer)
            ware.addresses += id(ware) not in seen
            seen.add(id(ware))
            if summary := read_price(offer):
                currency, price = summary
                ware.prices.setdefault(currency, PriceRange(price, price)).take(price)
                lowest[currency] = min(price, lowest.get(currency, price))
        best = result.best
        for value in (*lowest.items(), *([] if best is None else [(None, Decimal(best.speed_down or 0))])):
            if value in self.charted or len(self.charted) < self.limit:
                self.charted[value] += 1
            else:
                self.uncharted += 1

    def _find_ware(self, offer: Offer) -> ProductStats:
        name = clip(offer.name or offer.id)
        key = name, offer.speed_down, offer.speed_up
        if key not in self.wares and len(self.wares) >= self.limit:
            return self.wares.setdefault(OTHER, ProductStats(OTHER, None, None))
        return self.wares.setdefault(key, ProductStats(*key))

    def _fit(self, known: Mapping[str, object], name: str) -> str:
        return name if name in known or len(known) < self.limit else OTHER

    def gather(self) -> dict[Chart, Counter[Decimal]]:
        """Return the fastest speeds and the lowest prices of addresses, by what they are of."""
        charts = dict[Chart, Counter[Decimal]]()
        for (chart, value), count in self.charted.items():
            charts.setdefault(chart, Counter())[value] = count
        return charts

    @property
    def total(self) -> int:
        """How many results there are."""
        return self.outcomes.total()


def summarize(results: Iterable[Qualification]) -> ReportSummary:
    """Return what a report tells of results."""
    summary = ReportSummary()
    for result in results:
        summary.add(result)
    return summary


def name_area(text: str) -> str:
    """Return suburb and town of an address, as it says them; of what is too long to be one, none."""
    if len(text) > MAX_ADDRESS:
        return NO_AREA
    segments = [" ".join(words).title() for words in parse(text).places]
    return clip(", ".join(dict.fromkeys((segments[0], segments[-1])))) if segments else NO_AREA


def read_price(offer: Offer) -> tuple[Currency, Decimal] | None:
    """Return an offer's price and in what it is; with tax if AEx says it."""
    return None if offer.price is None else ((offer.currency or "", offer.price_incl is not None), offer.price)


def _describe(result: Qualification) -> RowForPerson:
    candidates = (result.match,) if result.match else result.candidates
    return RowForPerson(
        row=result.row, address=clip(result.address), reason=clip(result.reason or ""), candidates=candidates
    )


def clip(text: str) -> str:
    """Return a text, or of a long one its beginning."""
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}\u2026"
