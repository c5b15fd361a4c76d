"""Every address that AEx has is found, however AEx searches, for few requests."""

import random
from collections.abc import AsyncIterator, Generator, Iterator
from itertools import product
from typing import Any

import anyio
import pytest

from aex_async import AsyncAExClient
from aex_async.errors import PaginationError
from aex_async.models import Page, PredefinedPremise
from aex_async.qualify import Address, Qualifier, QualifyCalls
from aex_async.qualify.calls import make_calls
from aex_async.qualify.cost import MANY, MAX_SEARCHES, count_places
from aex_async.qualify.model import Candidate
from aex_async.qualify.queries import make_queries
from aex_async.qualify.search_mode import SearchMode, learn_mode
from aex_async.sandbox import Sandbox
from tests.qualify.world import HOWS, Pages, Row, World

STREETS = ("Main Road", "Protea Avenue", "Church Street", "Bois D'Arc Lane", "O'Reilly Street", "5th Avenue",
           "Fünfhaus Street", "Saint-Georges Road", "Van der Merwe Street", "Long Street")  # fmt: skip
TOWNS = ("Newlands, Durban, ZA, 4037, Kwazulu Natal", "Melville, Johannesburg, ZA, 2109, Gauteng",
         "Oaktree, Krugersdorp, ZA, 1739, Gauteng")  # fmt: skip
TEXTS = [f"{number}, {street}, {town}" for town, street, number in product(TOWNS, STREETS, range(1, 41))]
LONG = [f"{number}, Marathon Road, Endwell, Pretoria, ZA, 0002, Gauteng" for number in range(1, 601)]

HARD = [f"5, {street}, Newlands, East London, ZA, 5200, Eastern Cape"
        for street in ("De La Rey Street", "Newlands Road", "Road No 3", "Street 5", "A Street", "16 June 1976 Street",
                       "St. Mary's Close")]  # fmt: skip

three = pytest.mark.parametrize("how", ["substring", "words", "fuzzy"])
every = pytest.mark.parametrize("how", HOWS)


def write_as_people_do(text: str, chance: random.Random) -> str:
    number, street, suburb, town, *_ = text.split(", ")
    street = street.replace("Street", "St").replace("Avenue", "Ave").replace("Road", "Rd")
    match chance.randrange(5):
        case 0:
            return f"{number} {street}, {suburb}, {town}"
        case 1:
            return f"{number} {street} {suburb}"
        case 2:
            return f"{number} {street}, {suburb}".replace("'", "").replace("ü", "u").upper()
        case 3:
            return f"{number} {street[:5]}{street[6:]}, {suburb}, {town}" if street[:7].isalpha() else text
        case _:
            return text


# How AEx searches


@pytest.mark.parametrize(
    ("how", "mode", "requests"),
    [
        ("substring", "substring", 3),
        ("words", "words", 4),
        ("strict", "words", 4),
        ("fuzzy", "substring", 3),
        ("pieces", "parts", 3),
        ("literal", "literal", 4),
        ("similar", "similar", 3),
        ("ignored", "ignored", 3),
    ],
)
async def test_a_few_searches_tell_how_aex_searches(how: str, mode: str, requests: int) -> None:
    world = World(TEXTS, how)
    found, _ = await learn_mode(world.open().search)
    assert (found, len(world.asked)) == (mode, requests)


async def test_half_a_word_does_not_tell_how_aex_searches() -> None:
    world = World(["1, O'Reilly Street, Berea, Durban", "2, Kerk-Straat Street, Berea, Durban", *TEXTS], "words")
    assert (await learn_mode(world.open().search))[0] == "words"


async def test_a_search_that_ranks_may_leave_out_what_has_nothing_in_common() -> None:
    rows = [
        Candidate(guid="1", full_text="4, Protea Street, Newlands"),
        Candidate(guid="2", full_text="4, Church Road"),
    ]

    async def search(q: str) -> list[Candidate]:
        return [] if q.startswith("Qx") else rows

    assert (await learn_mode(search))[0] == "similar"


@pytest.mark.parametrize("texts", [[], ["1, Main Street"], ["12, Ave Street, Ave Street"]])
async def test_an_aex_that_has_next_to_nothing_is_asked_in_two_ways(texts: list[str]) -> None:
    world = World(texts, "words")
    (result,) = await world.qualify("12 Main Rd, Newlands")
    assert result.outcome == "none"
    assert {"12%Main%Newl", "12 Main Newlands"} <= set(world.asked)


# What is found


@three
async def test_what_people_write_is_found_for_two_requests_and_a_half(how: str) -> None:
    chance = random.Random(11)  # noqa: S311 - no secret depends on it
    wanted = [text for text in chance.sample(TEXTS, 100) if "Fünf" not in text]
    world = World(TEXTS, how)
    results = await world.qualify(*(write_as_people_do(text, chance) for text in wanted))
    found = [
        result.match is not None and result.match.full_text == text
        for result, text in zip(results, wanted, strict=True)
    ]
    assert sum(found) >= 0.97 * len(wanted)
    assert len(world.asked) + len(world.points) <= 2.5 * len(wanted)


@three
@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("12 Bois DArc Ln, Newlands, Durban", "12, Bois D'Arc Lane, Newlands"),
        ("12 Bois D\u2019Arc Lane, Newlands", "12, Bois D'Arc Lane, Newlands"),
        ("7 OReilly St, Melville, Johannesburg", "7, O'Reilly Street, Melville"),
        ("7 O'Reilly Street, Melville", "7, O'Reilly Street, Melville"),
        ("3 5th Ave, Oaktree, Krugersdorp", "3, 5th Avenue, Oaktree"),
        ("3 Fifth Avenue, Oaktree", "3, 5th Avenue, Oaktree"),
        ("9 Funfhaus Street, Newlands", "9, Fünfhaus Street, Newlands"),
        ("9 Fünfhaus Str, Newlands", "9, Fünfhaus Street, Newlands"),
        ("11 Saint Georges Rd, Melville", "11, Saint-Georges Road, Melville"),
        ("11 Saint-Georges Rd, Melville", "11, Saint-Georges Road, Melville"),
        ("487 Marathon Rd, Pretoria", "487, Marathon Road, Endwell"),
        ("5 de la rey str newlands east london", "5, De La Rey Street, Newlands, East London"),
        ("5 Newlands Rd, Newlands, East London", "5, Newlands Road, Newlands, East London"),
        ("5 Road No. 3, Newlands, East London", "5, Road No 3, Newlands, East London"),
        ("5 Street 5, Newlands", "5, Street 5, Newlands, East London"),
        ("5 A St Newlands East London", "5, A Street, Newlands, East London"),
        ("5 16th June 1976 Street, Newlands", "5, 16 June 1976 Street, Newlands, East London"),
        ("5 ST MARYS CL NEWLANDS EAST LONDON", "5, St. Mary's Close, Newlands, East London"),
        ("1 Marathon Road, Endwell", "1, Marathon Road, Endwell"),
    ],
)
async def test_hard_addresses_are_found(how: str, asked: str, text: str) -> None:
    (result,) = await World([*TEXTS, *LONG, *HARD], how).qualify(asked)
    assert result.match is not None
    assert result.match.full_text.startswith(text)


@every
async def test_plain_addresses_are_found_however_aex_searches(how: str) -> None:
    world = World(TEXTS, how)
    results = await world.qualify("12 Main Rd, Newlands, Durban", "12 Nowhere Rd, Newlands, Durban")
    assert [result.outcome for result in results] == ["exact", "none"] or how == "ignored"


async def test_a_street_that_overflows_is_walked_and_kept_out_of_memory() -> None:
    texts = [
        f"{number}-{number + 2}, Marathon Road, Endwell, Pretoria, ZA, 0002, Gauteng" for number in range(1, 601, 4)
    ]
    world = World(texts, "words")
    results = await world.qualify("597 Marathon Road, Endwell", "597 Marathon Rd, Endwell")
    assert [result.outcome for result in results] == ["probable", "probable"]
    assert world.asked.count("Marathon Endwell") == 2


# What is not known


async def test_what_was_not_read_to_its_end_is_not_told_to_be_missing() -> None:
    texts = [f"{number}a, Marathon Road, Endwell, Pretoria, ZA, 0002, Gauteng" for number in range(1, 1500)]
    for totals in (False, True):
        (result,) = await World(texts, "words", totals=totals).qualify("2000 Marathon Rd, Endwell")
        assert result.outcome == "failed"
        assert str(result.reason).startswith("AEx lists more addresses for it than were read")


async def test_pages_are_read_for_one_address_as_far_as_it_is_worth_and_no_query_goes_beyond_them() -> None:
    texts = [f"12, Mainau {n} Street, Oakville, Pretoria, ZA, 0002, Gauteng" for n in range(MAX_SEARCHES * 100 + 1)]
    world = World(texts, "substring")
    (result,) = await world.qualify("12 Main Road, Oakhill")
    assert (result.outcome, len([q for q in world.asked if q.startswith("12")])) == ("failed", MAX_SEARCHES)


async def test_without_a_walk_a_listing_is_its_first_page() -> None:
    world = World(LONG, "substring")
    qualifier = Qualifier(QualifyCalls(world.search, world.list_products))
    result = await qualifier.qualify(Address(row=1, text="5 Marathon Rd, Endwell"))
    assert (result.outcome, len(world.asked)) == ("probable", len(set(world.asked)))


async def test_a_client_is_asked_for_first_pages_and_for_walks() -> None:
    sandbox = Sandbox()
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        calls = make_calls(aex)
        assert calls.walk is not None
        assert (await anext(calls.walk("David"))).items == await calls.search("David")


async def test_an_address_without_a_number_is_not_searched_for_long() -> None:
    world = World(LONG, "substring")
    (result,) = await world.qualify("Marathon Road, Endwell")
    assert (result.outcome, result.reason) == ("none", "it has no street number")
    assert len(world.asked) <= 4 + 6


@pytest.mark.parametrize(
    ("text", "mode", "queries"),
    [
        ("12 Main Street", "words", ["12 Main"]),
        ("12", "words", ["12"]),
        ("12", "literal", ["12"]),
        ("12, Johannesburg", "literal", ["12, Johannesburg", "Johannesburg"]),
    ],
)
def test_what_an_address_leaves_out_is_not_asked_for(text: str, mode: SearchMode, queries: list[str]) -> None:
    assert [query.q for query in make_queries(text, mode)] == queries


async def test_a_post_office_box_is_no_premise_and_asks_nothing() -> None:
    world = World(TEXTS, "substring")
    before, after = await world.qualify("PO Box 12, Newlands", "PO Box 13, Newlands")
    assert (before.outcome, after.outcome, len(world.asked)) == ("none", "none", 3)


async def test_a_listing_that_does_not_come_out_whole_is_cut_short() -> None:
    class Shuffled(World):
        def walk(self, q: str) -> Pages:
            return _Broken(self, q)

    class _Broken(Pages):
        async def __anext__(self) -> "Page[Row]":
            if self._next > 1:
                raise PaginationError("rows come and go", page=2)
            return await super().__anext__()

    (result,) = await Shuffled(LONG, "words").qualify("700 Marathon Rd, Endwell")
    assert result.outcome == "failed"


async def test_pages_may_come_from_awaitables_that_are_no_coroutines() -> None:
    """Python's `anext` with a default asks such a one for its page from the first on, again and again."""

    class Step:
        def __init__(self, pages: Pages) -> None:
            self.pages = pages

        def __await__(self) -> Generator[Any, Any, "Page[Row]"]:
            yield from anyio.sleep(0.001).__await__()
            return (yield from self.pages.__anext__().__await__())

    class Steps(AsyncIterator["Page[Row]"]):
        def __init__(self, pages: Pages) -> None:
            self.pages = pages

        def __anext__(self) -> Step:
            return Step(self.pages)

    world = World(LONG[:300], "substring")
    calls = QualifyCalls(world.search, world.list_products, lambda q: Steps(world.walk(q)))
    with anyio.fail_after(60):
        result = await Qualifier(calls).qualify(Address(row=1, text="300 Marathon Rd, Endwell, Pretoria"))
    assert result.outcome == "exact"


FLATS = [f"12 (Unit {number}), Marathon Road, Endwell, Pretoria, ZA, 0002, Gauteng" for number in range(1, 1_301)]


@pytest.mark.parametrize("how", ["words", "substring"])
async def test_of_a_listing_that_was_partly_read_nothing_is_exact(how: str) -> None:
    asked = "Unit 5, 12 Marathon Road, Endwell, Pretoria"
    (partly,) = await World(FLATS, how).qualify(asked)
    (wholly,) = await World(FLATS[:900], how).qualify(asked)
    assert (partly.outcome, partly.match and partly.match.score) == ("probable", 0.999)
    assert wholly.outcome == "exact"


async def test_what_a_whole_listing_does_not_show_is_not_exact_for_one_that_was_partly_read() -> None:
    texts = [f"{number}5, Main Rd, Newlands, Durban, ZA, 4037, Kwazulu Natal" for number in ("", *range(1, 9))]
    (result,) = await World([*texts, *TEXTS[400:]], "literal", size=3).qualify("5, Main Rd, Newlands, Durban")
    assert (result.outcome, result.match and result.match.guid) == ("probable", "000000")


async def test_of_an_aex_that_looks_at_no_query_nothing_is_exact_unless_all_was_read() -> None:
    (partly,) = await World(TEXTS[:400], "ignored", size=5).qualify("5 Main Road, Newlands, Durban")
    (wholly,) = await World(TEXTS[:400], "ignored").qualify("5 Main Road, Newlands, Durban")
    assert (partly.outcome, wholly.outcome) == ("probable", "exact")


# Places with many addresses


@three
async def test_an_address_with_the_code_of_a_crowded_place_that_is_not_its_own_is_found_all_the_same(how: str) -> None:
    texts = [f"{number}, W Fillmore Street, Phoenix, US, 85007, Arizona" for number in range(1, 41)]
    world = World([*texts, "700, E Camelback Road, Phoenix, US, 85014, Arizona"], how)
    addresses = [Address(row=n, text=f"{n} W Fillmore St, Phoenix, AZ 85007") for n in range(1, 31)]
    addresses.append(Address(row=31, text="700 E Camelback Rd, Phoenix, AZ 85007"))
    results = await world.qualify(*(address.text for address in addresses), demand=count_places(addresses))
    assert [result.outcome for result in results[:30]] == ["exact"] * 30
    assert results[30].match is not None
    assert results[30].match.full_text.startswith("700, E Camelback")


@every
async def test_a_place_with_many_addresses_is_listed_once(how: str) -> None:
    texts = [text for text in TEXTS if "Newlands" in text or "Oaktree" in text]
    asked = [f"{text.partition(',')[0]}{text.partition(',')[2]}".partition(", ZA")[0] for text in texts]
    addresses = [Address(row=row, text=text) for row, text in enumerate(asked, 1)]
    world = World(TEXTS, how)
    qualifier = world.open(count_places(addresses))
    results = [await qualifier.qualify(address) for address in addresses]
    assert [result.match and result.match.full_text for result in results] == texts
    assert len(world.asked) <= 0.05 * len(addresses)
    assert qualifier.requests == len(world.asked) + len(world.points)
    assert len(world.asked) + len(world.points) <= 0.3 * len(addresses)


async def test_places_are_counted_as_they_come_if_nobody_counted_before() -> None:
    world = World(TEXTS, "substring")
    await world.qualify(*(f"{number} Main Rd, Newlands" for number in range(1, 41)))
    assert world.asked.count("newlands") == 5
    assert len(world.asked) == 3 + MANY - 1 + 5


async def test_a_place_that_is_longer_than_it_is_worth_is_asked_for_by_address() -> None:
    rows = [f"{number}, Marathon Road, Endwell, Pretoria, ZA, 0002, Gauteng" for number in range(1, 2601)]
    world = World(rows, "substring", totals=True)
    texts = [f"{number} Marathon Rd, Endwell" for number in range(2000, 2000 + MANY)]
    results = await world.qualify(*texts, demand=count_places([Address(row=1, text=text) for text in texts]))
    assert {result.outcome for result in results} <= {"exact", "probable"}
    assert world.asked.count("endwell") == 1


async def test_a_place_that_aex_does_not_know_by_that_name_is_asked_for_by_address() -> None:
    texts = [f"{number} Main Rd, Newtown" for number in range(1, 1 + MANY)]
    world = World(TEXTS, "fuzzy")
    results = await world.qualify(*texts, demand=count_places([Address(row=1, text=text) for text in texts]))
    assert {result.outcome for result in results} <= {"none", "ambiguous"}
    assert world.asked.count("newtown") == 1


async def test_a_misspelt_place_is_looked_up_where_the_many_are() -> None:
    texts = [f"{number} Main Rd, Newlands" for number in range(1, 1 + MANY)]
    texts += ["30 Main Rd, Newlnds", "99 Main Rd, Newlnds"]
    world = World(TEXTS, "substring")
    results = await world.qualify(*texts, demand=count_places([Address(row=1, text=text) for text in texts]))
    assert (results[-2].match is not None, results[-1].outcome) == (True, "none")
    assert not any(q.startswith("30") for q in world.asked)


async def test_an_aex_that_ignores_searches_is_listed_once_as_far_as_the_run_is_worth_it() -> None:
    world = World(TEXTS, "ignored")
    one, many = ["12 Main Rd, Newlands"], [f"{number} Main Rd, Newlands" for number in range(1, 10)]
    demand = count_places([Address(row=1, text=text) for text in many])
    results = await world.qualify(*many, demand=demand)
    assert {result.outcome for result in results} <= {"exact", "probable"}
    assert len(world.asked) == 3 + 13
    few = World([*LONG, *(text.replace("Endwell", "Farwell") for text in LONG), *TEXTS], "ignored")
    (result,) = await few.qualify(*one)
    assert (result.outcome, "does not look at" in str(result.reason)) == ("failed", True)


def spell(texts: list[str]) -> Iterator[PredefinedPremise]:
    for number, text in enumerate(texts):
        yield PredefinedPremise(guid=str(number), full_text=text, latitude=-29.8, longitude=30.9)


async def test_coordinates_in_the_input_confirm_or_exclude() -> None:
    rows = list(spell(["4, Main Road, Newlands, Durban, ZA, 4037, Kwazulu Natal"]))
    near, far = {"Latitude": "-29,8003", "longitude": 30.9001}, {"lat": "-26.1", "lon": "28.0"}
    outcomes = [
        (
            await World(rows, "substring")
            .open()
            .qualify(Address(row=1, text="4 Main Rd, Newlands, Durban", columns=told))
        ).outcome
        for told in (near, far, {"lat": "", "lon": "28"}, {"lat": 0, "lng": 0}, {"lat": "95", "lon": "nan"})
    ]
    assert outcomes == ["exact", "none", "exact", "exact", "exact"]
