"""One address: searched for, matched, and asked for its products. It is given calls, and knows no client."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from math import inf
from typing import Final

from attrs import evolve

from aex_async.errors import AExError, AuthenticationError, ClientClosedError
from aex_async.qualify.calls import AsyncCache, QualifyCalls, Rate
from aex_async.qualify.cost import (
    MANY,
    MAX_PLACES,
    MAX_SEARCHES,
    Demand,
    allow_pages,
    find_crowded,
    name_place,
    write_place,
)
from aex_async.qualify.listings import FirstPage, ListedRows, ListingReader
from aex_async.qualify.local_index import LocalIndex
from aex_async.qualify.matching import MatchResult, match, parse
from aex_async.qualify.matching.coordinates import Point, read_point
from aex_async.qualify.matching.decision import ALMOST
from aex_async.qualify.matching.words import count_slips, find_digits
from aex_async.qualify.model import EMPTY, UNPLACED, Address, Candidate, OffersFrom, Qualification
from aex_async.qualify.offers import PremiseOffers
from aex_async.qualify.queries import EVERYTHING, make_queries
from aex_async.qualify.search_mode import SearchMode, learn_mode

FATAL: Final = (AuthenticationError, ClientClosedError)
KEPT_SEARCHES: Final = 64


class Qualifier:
    """Qualifies one address after another, any number at a time; equal questions are asked once.

    How AEx searches is found out first, by a handful of searches. Where many addresses are in one place, its listing is
    read once, and all of them are looked up there: `demand` tells which places those are, so that each address is
    looked up the same way whenever it is qualified; without it they are counted as they come. Where `demand` tells of a
    hundred addresses and more, four points around a premise stand for it if their products agree, and the result says
    so; `everywhere` asks for the products of every premise at its own point.

    What is wrong with one address is said in its result. A refused token, or a closed client, is raised; so is
    `OSError` if this machine cannot keep what AEx lists.
    """

    def __init__(
        self,
        calls: QualifyCalls,
        rate: Rate | None = None,
        *,
        demand: Demand | None = None,
        everywhere: bool = False,
    ) -> None:
        rate = rate or Rate()
        self._index = LocalIndex()
        self._reader = ListingReader(calls.walk or partial(FirstPage, calls.search), rate, self._index)
        self._desk = PremiseOffers(calls.products, rate)
        self._crowded = find_crowded(demand) if demand and not everywhere else frozenset[str]()
        self._total = demand.total if demand else 1
        self._counts: Mapping[str, int] = Counter[str]() if demand is None else demand.places
        self._readings = AsyncCache(self._read, KEPT_SEARCHES)
        # A listing of a place is not read again however long the run: its rows would not fit those already matched.
        self._listings = AsyncCache(self._list_place, MAX_PLACES, age=inf)
        self._modes = AsyncCache(self._learn, 1, age=inf)

    @property
    def requests(self) -> int:
        """How many requests were made, pages and products; repeats of failed ones come on top."""
        return self._reader.requests + self._desk.requests

    @property
    def answered(self) -> bool:
        """Whether AEx has answered any search."""
        return self._reader.answered

    async def qualify(self, address: Address) -> Qualification:
        """Return what is known of an address, or why it failed."""
        try:
            return await self.attempt(address)
        except FATAL:
            raise
        except AExError as error:
            return fail(address, str(error))

    async def attempt(self, address: Address) -> Qualification:
        """Return what is known of an address; whatever goes wrong is raised."""
        if address.trouble is not None:
            return fail(address, address.trouble)
        if not address.text.strip():
            return fail(address, EMPTY)
        found, reason = await self._find(address)
        if reason is not None and found.outcome == "none" and reason is not NUMBERLESS:
            return fail(address, reason)
        result = Qualification(
            row=address.row,
            address=address.text,
            outcome=found.outcome,
            match=found.match,
            candidates=found.candidates,
            parts=found.parts,
            columns=address.columns,
            reason=reason if found.outcome == "none" else None,
        )
        return result if found.match is None else await self._add_offers(result, found.match)

    async def _add_offers(self, result: Qualification, premise: Candidate) -> Qualification:
        if premise.deleted:
            return evolve(result, reason="AEx has deleted this premise")
        if premise.latitude is None or premise.longitude is None:
            return evolve(result, reason=UNPLACED)
        # By what AEx calls it: a misspelt place is as crowded as the one that is meant.
        crowded = name_place(premise.full_text) in self._crowded
        offers, source = await self._desk.list_offers((premise.latitude, premise.longitude), crowded=crowded)
        reason = None if offers else _NOTHING[source]
        return evolve(result, offers=offers, offers_from=source, reason=reason)

    async def search(self, q: str) -> tuple[Candidate, ...]:
        """Ask AEx for the addresses that it finds for `q`, whatever was asked before."""
        return await self._reader.look(q)

    async def _find(self, address: Address) -> tuple[MatchResult, str | None]:
        """Return what an address comes to, and why there may be more to it, if there may."""
        text, point = _replace_halves(address.text), read_point(address.columns)
        mode = await self._modes.ask(None)
        if mode == "ignored":
            listing = await self._listings.ask(EVERYTHING)
            found = self._match_listed(listing, text, point)
            return (found, None) if listing and listing.whole else (_doubt(found), UNSEARCHABLE)
        place = name_place(text)
        if place is not None:
            self._count(place)
            listing = await self._list(place)
            if listing is not None:
                found = self._match_listed(listing, text, point)
                # A code is what people get wrong, and no other address for that: it is searched for by its street.
                if found.outcome != "none" or not place.isdigit():
                    return found, None
            for other in self._find_alike(place):
                found = self._match_listed(await self._list(other), text, point)
                if found.match is not None:
                    return found, None
        return await self._search(text, point, mode)

    def _count(self, place: str) -> None:
        if isinstance(self._counts, Counter) and (place in self._counts or len(self._counts) < MAX_PLACES):
            self._counts[place] += 1

    async def _list(self, place: str) -> ListedRows | None:
        """Return the listing of a place, if it has one: many addresses are there, and AEx knows it by that name."""
        return await self._listings.ask(place) if self._counts.get(place, 0) >= MANY else None

    def _find_alike(self, place: str) -> list[str]:
        """Return the places with many addresses that are spelt almost so; of a misspelt one, the one that is meant."""
        return [
            other
            for other, count in self._counts.items()
            if count >= MANY and other != place and count_slips(place, other) <= 1
        ]

    def _match_listed(self, listing: ListedRows | None, text: str, point: Point | None) -> MatchResult:
        rows = self._look_up(listing.indexed, text) if listing and listing.indexed else ()
        return match(text, rows, point=point)

    async def _search(self, text: str, point: Point | None, mode: SearchMode) -> tuple[MatchResult, str | None]:
        """Search from the most specific query to the least, until one brings the address itself."""
        found: dict[str, Candidate] = {}
        result, left, whole, shown = MatchResult("none"), MAX_SEARCHES, True, 0
        for query in make_queries(text, mode):
            if left <= 0:
                whole = False
                break
            reading = await self._readings.ask((query.q, min(query.pages, left)))
            left -= reading.pages
            complete = reading.whole or mode == "similar"  # what ranks has the likest on its first page
            whole = whole and complete
            rows = reading.rows if reading.indexed is None else self._look_up(reading.indexed, text)
            found.update((row.guid, row) for row in rows)
            shown = max(shown, reading.pages)
            result = match(text, found.values(), point=point)
            # A listing that was read in part may hold a twin of the match, unless a whole one shows the match as well.
            guid = result.match and result.match.guid
            sure = whole or (complete and any(row.guid == guid for row in rows))
            if (result.outcome == "exact" and sure) or (query.wide and result.outcome != "none"):
                return result if sure else _doubt(result), None
        if whole:
            return result, None
        return _doubt(result), _explain(text, shown)

    def _look_up(self, listing: str, text: str) -> list[Candidate]:
        """Return those rows of an indexed listing that an address may mean."""
        figures = find_digits(parse(text).number or text)
        if figures:
            return self._index.find(listing, figures)
        return self._index.find_alike(listing, text) if self._index.finds_alike else self._index.read(listing)

    async def _read(self, key: tuple[str, int]) -> ListedRows:
        return await self._reader.read(*key)

    async def _learn(self, _: None) -> SearchMode:
        mode, page = await learn_mode(self.search)
        self._reader.learn_page_size(page)
        return mode

    async def _list_place(self, place: str) -> ListedRows | None:
        """Read the listing of a place into the index. `None` for one that is empty, or longer than it is worth."""
        if place is EVERYTHING:  # of a run of a few addresses, only what asking for them would be worth
            return await self._reader.read(place, MAX_SEARCHES * self._total, keep=True)
        mode = await self._modes.ask(None)
        most = allow_pages(self._counts[place])
        reading = await self._reader.read(write_place(place, mode), most, within=place.split(), keep=True)
        if reading.whole and self._index.has(str(reading.indexed)):
            return reading
        self._index.forget(str(reading.indexed))
        return None


_NOTHING: Final[Mapping[OffersFrom, str]] = {
    "premise": "no product is active there",
    "around": "no product is active around it",
}
NUMBERLESS: Final = "it has no street number"
UNSEARCHABLE: Final = "AEx does not look at what is searched for, and lists more addresses than were read"


def _doubt(found: MatchResult) -> MatchResult:
    """Return a match for probable at most: among the addresses that AEx lists and nobody read there may be its twin."""
    if found.outcome != "exact" or found.match is None:
        return found
    return evolve(found, outcome="probable", match=evolve(found.match, score=ALMOST))


def _replace_halves(text: str) -> str:
    """Return a text that can be sent: half a character, which no other one goes with, is a question mark."""
    return text.encode(errors="replace").decode()


def _explain(text: str, pages: int) -> str:
    """Return why nothing was found although AEx may have it."""
    if not re.search(r"\d", text):
        return NUMBERLESS
    return f"AEx lists more addresses for it than were read ({pages} pages): name its suburb or postal code"


def fail(address: Address, reason: str) -> Qualification:
    """Return the result of an address that failed."""
    return Qualification(
        row=address.row, address=address.text, outcome="failed", reason=reason, columns=address.columns
    )
