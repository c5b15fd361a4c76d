"""The report of a qualification tells every row, in figures that are right, on a page that loads nothing."""

import base64
import hashlib
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from aex_async.qualify import Candidate, Offer, Qualification
from aex_async.qualify.model import EMPTY, UNPLACED
from aex_async.qualify.report.grid import Grid, find_regions
from aex_async.qualify.report.html import Markup, escape, join, tag
from aex_async.qualify.report.map import WIDTH, draw, make_frame
from aex_async.qualify.report.numbers import (
    ChartBar,
    find_step,
    find_ticks,
    find_width,
    gather,
    show_degrees,
    show_money,
    show_share,
)
from aex_async.qualify.report.page import MAX_MAPS, SIGN, ReportHeading, is_report, make_report, write_report
from aex_async.qualify.report.sections import MAX_ROWS, make_products
from aex_async.qualify.report.summary import MAX_CASES, MAX_TEXT, NO_AREA, OTHER, ReportSummary, name_area, summarize
from tests.qualify.pages import Element, read

HEADING = ReportHeading(
    addresses="addresses.csv",
    results="results.csv",
    aex="https://aex.example",
    made=datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
)
HOSTILE = """"><script>alert('1')</script><img src=x onerror="alert(2)">&amp;</style>"""
OAKTREE = Candidate(
    guid="A1",
    full_text="38, David Road, Oaktree, Krugersdorp, ZA, 1739, Gauteng",
    latitude=-26.04,
    longitude=27.74,
    score=1.0,
)
FIBRE = Offer(
    id="P1",
    name="Fibre",
    speed_down=1000,
    speed_up=500,
    currency="ZAR",
    price_incl=Decimal("1549.0"),
    price_excl=Decimal("1346.95"),
)
SCHOOL = Offer(id="P2", speed_down=10, speed_up=None)
DOLLAR = Offer(id="P3", name="Fibre", speed_down=1000, speed_up=500, currency="USD", price_excl=Decimal("59.995"))


def at(north: float, east: float, name: str = "Oaktree, Krugersdorp") -> Candidate:
    return evolve(OAKTREE, latitude=north, longitude=east, full_text=f"1, Main Road, {name}, ZA")


def number(results: Iterable[Qualification]) -> Iterator[Qualification]:
    return (evolve(result, row=row) for row, result in enumerate(results, 1))


def exact(match: Candidate = OAKTREE, *offers: Offer, reason: str | None = None) -> Qualification:
    return Qualification(row=0, address=match.full_text, outcome="exact", match=match, offers=offers, reason=reason)


MIXED = (
    exact(OAKTREE, FIBRE, SCHOOL),
    exact(OAKTREE, FIBRE),
    exact(OAKTREE, DOLLAR),
    exact(OAKTREE, reason="no product is active there"),
    exact(evolve(OAKTREE, deleted=True, latitude=None), FIBRE, reason="AEx has deleted this premise"),
    Qualification(row=0, address="38 Davd Rd", outcome="probable", match=evolve(OAKTREE, score=0.91, deleted=True)),
    Qualification(
        row=0,
        address="11 Pompano Place, Newlands, Durban",
        outcome="ambiguous",
        candidates=(evolve(OAKTREE, guid="B1", score=0.7), evolve(OAKTREE, guid="B2", score=0.65)),
    ),
    Qualification(row=0, address="nowhere", outcome="none"),
    Qualification(row=0, address="", outcome="failed", reason=EMPTY),
    Qualification(row=0, address="7 Lake Street, Homelake", outcome="failed", reason="it answered 500"),
)


def make(results: Iterable[Qualification] = MIXED) -> Element:
    return read(make_report(HEADING, number(results)))


# What it tells


def test_the_key_figures_are_those_of_all_rows() -> None:
    page = make()
    assert [item.text for item in page.find("ul", class_="key")[0].find("li")] == [
        "10 addresses", "6 found, 60 %", "3 can be ordered, 30 %", "5 need a person, 50 %",
    ]  # fmt: skip
    assert page.find("header")[0].find("p")[0].text == "Asked of https://aex.example. All results are in results.csv."
    assert page.find("footer")[0].text.startswith("Made on 4 March 2026, 05:06 UTC")


def test_every_outcome_has_its_count_and_those_that_can_be_ordered() -> None:
    page = make()
    assert page.table("Addresses by outcome") == [
        ["exact", "AEx knows the very address", "5", "50 %", "3"],
        ["probable", "one premise leads, with a score", "1", "10 %", "0"],
        ["ambiguous", "several fit, or one fits badly: not known yet", "1", "10 %", "0"],
        ["none", "AEx was asked, and has nothing like it", "1", "10 %", "0"],
        ["failed", "not known: not asked, or no answer", "2", "20 %", "0"],
    ]
    assert page.table("Why addresses that were found cannot be ordered") == [
        ["no product is active there", "1", ""],
        ["AEx has deleted this premise", "1", ""],
        ["AEx offers nothing", "1", ""],
    ]
    (bar,) = page.find("svg", class_="whole")
    widths = [float(part.attributes["width"] or "") for part in bar.find("rect")]
    assert widths == [500, 100, 100, 100, 200]
    assert bar.attributes["aria-label"] == (
        "Addresses by outcome: 50 % exact, 10 % probable, 10 % ambiguous, 10 % none, 20 % failed"
    )


def test_what_nobody_knows_is_not_told_as_a_no() -> None:
    unplaced = exact(evolve(OAKTREE, latitude=None), reason=UNPLACED)
    page = make([unplaced, exact(OAKTREE, FIBRE), Qualification(row=0, address=" ", outcome="failed", reason=EMPTY)])
    told = [note.text for note in page.find("section", id="outcomes")[0].find("p", class_="soft")]
    assert told == [
        "1 address found, but AEx does not say where: whether it can be ordered there is not known.",
        "1 address blank: nobody was asked, so this is no answer of AEx.",
    ]
    assert page.table("Coverage by area")[0] == ["Oaktree, Krugersdorp", "2", "1", "1", "100 %", ""]


def test_products_of_points_around_are_said_to_be_so() -> None:
    page = make([evolve(exact(OAKTREE, FIBRE), offers_from="around")])
    (note,) = page.find("section", id="products")[0].find("p", class_="soft")
    assert note.text.startswith("Of 1 address the products are those of four points around that agree")


def test_areas_are_suburb_and_town_of_the_premise_or_else_of_the_address() -> None:
    assert make().table("Coverage by area") == [
        ["Oaktree, Krugersdorp", "6", "3", "0", "50 %", ""],
        [NO_AREA, "2", "0", "1", "0 %", ""],
        ["Homelake", "1", "0", "1", "\u2013", ""],
        ["Newlands, Durban", "1", "0", "1", "\u2013", ""],
    ]
    assert name_area("1 Main Road, Oaktree, Mogale, Krugersdorp, ZA") == "Oaktree, Krugersdorp"
    assert name_area("1 Main Road, Oaktree, Krugersdorp" * 40) == NO_AREA


def test_products_have_exact_prices_in_each_currency_and_none_that_mixes_them() -> None:
    page = make((*MIXED, exact(OAKTREE, evolve(FIBRE, price_incl=Decimal("1600.5")), FIBRE)))
    assert page.table("Products") == [
        ["Fibre", "1,000 / 500", "USD 59.995 without tax; ZAR 1,549.00 to 1,600.50", "4", ""],
        ["P2", "10 / \u2013", "not said", "1", ""],
    ]
    assert page.table("Lowest monthly price of each address, ZAR with tax") == [["1,549.00", "3", ""]]
    assert page.table("Lowest monthly price of each address, USD without tax") == [["59.995", "1", ""]]
    assert page.table("Fastest product of each address") == [["1,000", "4", ""]]


def test_an_address_without_speeds_or_currencies_is_in_the_charts_that_it_can_be_in() -> None:
    page = make([exact(OAKTREE, Offer(id="P9", price_incl=Decimal(5)))])
    assert page.table("Products") == [["P9", "\u2013 / \u2013", "no currency 5.00", "1", ""]]
    assert page.table("Lowest monthly price of each address, no currency with tax") == [["5.00", "1", ""]]
    assert page.find("table", aria_label="Fastest product of each address") == []


def test_rows_that_need_a_person_come_with_what_to_decide_by() -> None:
    page = make()
    text = OAKTREE.full_text
    ambiguous = ["7", "11 Pompano Place, Newlands, Durban", f"{text} 0.700, B1 {text} 0.650, B2"]
    assert page.table("Ambiguous") == [ambiguous]
    assert page.table("Probable") == [["6", "38 Davd Rd", f"{text} (deleted)", "0.910"]]
    assert page.table("Failed") == [
        ["9", "(empty)", "the address is empty"], ["10", "7 Lake Street, Homelake", "it answered 500"],
    ]  # fmt: skip
    assert page.table("Not found") == [["8", "nowhere", "nothing at AEx is like it"]]
    assert [head.text for head in page.find("section", id="people")[0].find("h3")] == [
        "Ambiguous: 1", "Probable: 1", "Failed: 2", "Not found: 1",
    ]  # fmt: skip


def test_more_rows_than_a_page_can_show_are_told_of_and_where_they_are() -> None:
    page = make([Qualification(row=0, address="nowhere", outcome="none")] * (MAX_CASES + 1200))
    assert len(page.table("Not found")) == MAX_CASES
    assert [note.text for note in page.find("p", class_="more")] == [
        "These are the first 500. 1,200 more are in results.csv, where aex_outcome is none."
    ]


def test_more_areas_than_a_page_can_show_are_told_of() -> None:
    towns = ("".join(letters) for letters in itertools.product("bcdfgh", "aeiou", "klmnp"))
    results = [exact(at(-26, 27, f"{town}ville")) for town in itertools.islice(towns, MAX_ROWS + 5)]
    page = make([*results, exact(at(-26, 27, "Oaktree")), exact(at(-26, 27, "Oaktree"))])
    rows = page.table("Coverage by area")
    assert (rows[0][:2], len(rows)) == (["Oaktree", "2"], MAX_ROWS)
    assert page.find("p", class_="more")[0].text == "6 more areas, with 6 addresses, are not listed here."


def test_a_file_without_addresses_makes_a_report_too() -> None:
    page = make([])
    assert page.find("ul", class_="key")[0].text.startswith("0 addresses 0 found, \u2013")
    assert page.find("section", id="map")[0].text == "Where they are 0 addresses with coordinates of AEx, 0 without."
    assert page.find("section", id="products")[0].text.endswith("so there are no products to compare.")
    assert page.find("section", id="people")[0].text == "Rows that need a person None does."


# Safe, and alone


def test_no_text_breaks_out_of_the_page() -> None:
    evil = Candidate(guid=HOSTILE, full_text=HOSTILE, latitude=1.0, longitude=1.0, score=0.9)
    offer = Offer(id="1", name=HOSTILE, speed_down=1, currency=HOSTILE, price_incl=Decimal(1))
    results = [
        Qualification(row=1, address=HOSTILE, outcome="probable", match=evil, offers=(offer,)),
        Qualification(row=2, address=HOSTILE, outcome="probable", match=evil, reason=HOSTILE),
        Qualification(row=3, address=HOSTILE, outcome="ambiguous", candidates=(evil,)),
        Qualification(row=4, address=HOSTILE, outcome="failed", reason=HOSTILE),
        Qualification(row=5, address="nul \0 and half \ud800", outcome="none", reason=HOSTILE),
    ]
    heading = evolve(HEADING, addresses=HOSTILE, results=HOSTILE, aex=HOSTILE)
    page = read(make_report(heading, results))
    names = {element.name for element in page.find()}
    assert not names & {"script", "img", "iframe", "object", "embed", "link", "base", "form", "input"}
    assert not [name for element in page.find() for name in element.attributes if name.startswith("on")]
    assert len(page.find("style")) == 1
    shown = " ".join(HOSTILE.split())
    assert page.table("Failed") == [["4", shown, shown]]
    assert page.table("Products")[0][0] == shown
    assert page.table("Why addresses that were found cannot be ordered") == [[shown, "1", ""]]
    assert page.find("title")[0].text == f"Qualification of {shown}"
    assert page.table("Not found")[0][1] == "nul \ufffd and half \ufffd"


def test_a_long_text_is_cut_and_says_so() -> None:
    page = make([Qualification(row=0, address="x" * 10_000, outcome="none", reason="y" * 10_000)])
    assert page.table("Not found") == [["1", "x" * MAX_TEXT + "\u2026", "y" * MAX_TEXT + "\u2026"]]


def test_the_page_loads_nothing_and_its_policy_allows_nothing_but_its_own_style() -> None:
    text = make_report(HEADING, number(MIXED))
    page = read(text)
    targets = [str(value) for e in page.find() for name, value in e.attributes.items() if name in ("href", "src")]
    ids = {str(element.attributes["id"]) for element in page.find() if "id" in element.attributes}
    assert {target[1:] for target in targets} <= ids
    assert {target[0] for target in targets} == {"#"}
    style = page.find("style")[0].content[0]
    assert isinstance(style, str)
    assert not re.search(r"url\(|@import|http", style)
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = page.find("meta", http_equiv="Content-Security-Policy")
    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"
    )
    assert not page.find("script")
    assert not [element for element in page.find() if "style" in element.attributes]


def test_those_to_whom_it_is_read_hear_of_every_picture_and_table() -> None:
    page = make()
    for picture in page.find("svg"):
        assert picture.attributes.get("aria-hidden") == "true" or picture.attributes["aria-label"]
    assert all(table.attributes["aria-label"] for table in page.find("table"))
    assert all(cell.attributes["scope"] in ("col", "row") and cell.text for cell in page.find("th"))
    assert [len(page.find(name)) for name in ("h1", "main", "nav")] == [1, 1, 1]
    assert page.find("html", lang="en")
    assert len({element.attributes["id"] for element in page.find() if "id" in element.attributes}) == len(
        [element for element in page.find() if "id" in element.attributes]
    )


def test_a_report_takes_the_place_of_one_at_once_and_is_known_as_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(path, HEADING, MIXED)
    assert path.read_text(encoding="utf-8").startswith(SIGN)
    assert is_report(path)
    assert list(tmp_path.iterdir()) == [path]
    path.write_text("<html>")
    assert not is_report(path)


def test_a_report_that_fails_leaves_the_last_one(tmp_path: Path) -> None:
    def fail() -> Iterator[Qualification]:
        yield MIXED[0]
        raise OSError(5, "Input/output error")

    path = tmp_path / "report.html"
    path.write_text("the last one")
    with pytest.raises(OSError, match="Input/output error"):
        write_report(path, HEADING, fail())
    assert path.read_text() == "the last one"
    assert list(tmp_path.iterdir()) == [path]


# Maps


def caption(page: Element) -> list[str]:
    return [found.text for found in page.find("figcaption")]


def test_addresses_far_apart_have_a_map_of_all_and_one_for_each_place() -> None:
    page = make([exact(at(-26, 27.7), FIBRE), exact(at(-26.01, 27.71)), exact(at(-33.9, 18.4, "Sea Point, Cape Town"))])
    assert caption(page) == [
        "All together 3 addresses, 33.3 % orderable",
        "Oaktree, Krugersdorp 2 addresses, 50 % orderable",
        "Sea Point, Cape Town 1 address, 0 % orderable",
    ]
    assert page.find("svg", role="img", aria_label="Map, All together: 3 addresses, 33.3 % orderable")


def test_one_place_has_one_map_and_what_has_no_usable_coordinates_is_counted() -> None:
    nowhere = [at(91, 0), at(0, 181), at(float("nan"), 0), evolve(OAKTREE, longitude=None)]
    page = make([exact(at(-26, 27.7), FIBRE), *(exact(place) for place in nowhere)])
    assert caption(page) == ["Oaktree, Krugersdorp 1 address, 100 % orderable"]
    assert page.find("section", id="map")[0].find("p")[0].text == "1 address with coordinates of AEx, 4 without."


def test_a_few_far_off_are_told_of_and_do_not_squeeze_the_map_of_all() -> None:
    many = [exact(at(-26 + chance / 1000, 27.7)) for chance in range(300)] + [exact(at(-29.8, 31))] * 100
    page = make([*many, exact(at(51.5, -0.1))])
    assert caption(page)[0] == "All together 400 addresses, 0 % orderable; 1 more lie outside"


def test_more_places_than_there_can_be_maps_are_told_of() -> None:
    page = make([exact(at(-26 - 2 * place, 27)) for place in range(MAX_MAPS + 2)])
    assert len(caption(page)) == MAX_MAPS + 1
    assert page.find("p", class_="more")[0].text == "2 addresses in 2 other places: they have no map of their own."


def test_a_circle_is_where_it_is_as_large_as_it_counts_and_tells_its_share() -> None:
    shares = {"none": (0, 4), "some": (1, 2), "most": (1, 1), "all": (1, 0)}
    results = [
        exact(at(-26, 27 + 0.1 * place), *((FIBRE,) if orderable else ()))
        for place, (yes, no) in enumerate(shares.values())
        for orderable in [True] * yes + [False] * no
    ]
    circles = make(results).find("figure")[0].find("circle")
    told = {str(one.attributes["class"]).split()[1]: one for one in circles}
    assert told["some"].text == "Oaktree, Krugersdorp: 3, 33.3 % orderable"
    assert [float(told[name].attributes["r"] or 0) for name in shares] == pytest.approx(
        [11, 9.526, 7.778, 5.5], abs=0.01
    )
    x = [float(told[name].attributes["cx"] or 0) for name in shares]
    assert x == sorted(x)
    assert len({circle.attributes["cy"] for circle in circles}) == 1
    steps = [right - left for left, right in itertools.pairwise(x)]
    assert steps == pytest.approx([steps[0]] * 3, rel=0.01)


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north() -> None:
    grid = Grid()
    for north, east in ((60, 10), (60.1, 10), (60, 10.2)):  # at 60 degrees, two are as long as one
        grid.add(north, east, orderable=True, name="")
    frame = make_frame(grid.cells.values())
    middle = frame.project(60, 10)
    up, right = frame.project(60.1, 10), frame.project(60, 10.2)
    assert middle[1] - up[1] == pytest.approx(right[0] - middle[0], rel=0.01)


@pytest.mark.parametrize(
    ("span", "told"), [(0.0, "200 m"), (0.03, "1 km"), (0.05, "2 km"), (4, "200 km"), (80, "2,000 km")]
)
def test_the_scale_is_a_round_length_that_is_as_long_as_it_says(span: float, told: str) -> None:
    grid = Grid()
    grid.add(0, 0, orderable=True, name="")
    grid.add(span, 0, orderable=True, name="")
    cells = list(grid.cells.values())
    drawn = read(draw(cells, make_frame(cells), "a map"))
    assert [text.text for text in drawn.find("text", class_="told")] == [told]
    (bar,) = drawn.find("path", class_="scale")
    found = re.fullmatch(r"M([\d.]+) \d+v5H(\d+)v-5", bar.attributes["d"] or "")
    assert found is not None
    length, unit = told.replace(",", "").split()
    km = float(length) / (1 if unit == "km" else 1000)
    assert float(found[2]) - float(found[1]) == pytest.approx(km * make_frame(cells).scale / 111.32, abs=0.1)
    assert float(found[2]) < WIDTH


# Bounded, whatever comes


def test_a_grid_keeps_few_cells_and_loses_no_address() -> None:
    grid, chance = Grid(limit=50), random.Random(5)  # noqa: S311 - points, no secret
    for row in range(2000):
        grid.add(chance.uniform(-90, 90), chance.uniform(-180, 180), orderable=row % 4 == 0, name="x")
        assert len(grid.cells) <= 50
    assert sum(cell.count for cell in grid.cells.values()) == 2000
    assert sum(cell.orderable for cell in grid.cells.values()) == 500


def test_a_cell_lies_where_most_of_its_addresses_are_and_is_called_as_they_are() -> None:
    grid = Grid(size=1.0)
    for east, name in ((0.2, "Lone"), (0.6, "Full"), (0.6, "Full"), (0.6, "Full")):
        grid.add(0.5, east, orderable=True, name=name)
    for cell in grid.cells.values():
        assert cell.longitude == pytest.approx(0.5)
    (region,) = find_regions(grid.cells.values())
    assert (region.name, region.count, region.orderable) == ("Full", 4, 4)


def test_regions_are_chains_of_neighbours() -> None:
    grid = Grid()
    for step in range(5):
        grid.add(0, 0.5 * step, orderable=True, name="chain")
    grid.add(0, 9, orderable=False, name="alone")
    assert [(region.name, region.count, region.orderable) for region in find_regions(grid.cells.values())] == [
        ("chain", 5, 5), ("alone", 1, 0),
    ]  # fmt: skip


def test_of_too_many_kinds_the_rest_is_counted_together() -> None:
    told = ReportSummary(limit=3)
    for row in range(10):
        offer = Offer(id=f"P{row}", speed_down=row, currency="ZAR", price_incl=Decimal(row))
        told.add(exact(at(0, 0, f"Suburb {chr(97 + row) * 3}"), offer))
        told.add(exact(OAKTREE, reason=f"reason {row}"))
    assert len(told.areas) == 4
    assert sum(area.count for area in told.areas.values()) == 20
    assert told.reasons == Counter({"reason 0": 1, "reason 1": 1, "reason 2": 1, OTHER: 7})
    assert [ware.addresses for ware in told.wares.values()] == [1, 1, 1, 7]
    assert (len(told.charted), told.charted.total() + told.uncharted) == (3, 20)
    shown = read(make_products(told))
    assert shown.table("Products")[-1][0] == OTHER
    assert shown.find("p", class_="more")[0].text.startswith("17 more values are in no chart")


def test_what_is_kept_of_many_rows_is_little() -> None:
    told = summarize(number(itertools.islice(itertools.cycle(MIXED), 6000)))
    assert told.total == 6000
    assert [len(told.cases[name]) for name in ("ambiguous", "probable", "failed", "none")] == [MAX_CASES] * 4
    assert (len(told.grid.cells), len(told.areas), len(told.wares)) == (1, 4, 2)


# Figures


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "\u2013"), (0, 7, "0 %"), (7, 7, "100 %"), (1, 3, "33.3 %"), (1, 2, "50 %"),
        (1, 100_000, "under 0.1 %"), (99_999, 100_000, "over 99.9 %"), (1, 1000, "0.1 %"), (999, 1000, "99.9 %"),
    ],
)  # fmt: skip
def test_a_share_never_says_none_or_all_of_what_is_only_nearly_so(part: int, whole: int, shown: str) -> None:
    assert show_share(part, whole) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("549", "549.00"), ("549.0", "549.00"), ("477.3913", "477.3913"), ("1234567.8", "1,234,567.80"),
        ("1E+3", "1,000.00"), ("-0.5", "-0.50"),
        ("12345678901234567890.123456789", "12,345,678,901,234,567,890.123456789"),
        ("1E+9999", "1E+9999"), ("NaN", "NaN"),
    ],
)  # fmt: skip
def test_money_is_shown_exactly(amount: str, shown: str) -> None:
    assert show_money(Decimal(amount)) == shown


def test_a_few_values_are_bars_of_their_own_and_many_are_ranges_without_gaps() -> None:
    assert gather({Decimal(5): 1, Decimal("2.5"): 3}) == [
        ChartBar(Decimal("2.5"), None, 3),
        ChartBar(Decimal(5), None, 1),
    ]
    many = gather({Decimal(value): 2 for value in [*range(100, 115), 190]})
    assert [str(bar.low) for bar in many] == [str(low) for low in range(100, 200, 10)]
    assert [str(bar.high) for bar in many] == [str(low) for low in range(110, 210, 10)]
    assert [bar.count for bar in many] == [20, 10, 0, 0, 0, 0, 0, 0, 0, 2]


def test_ranges_are_named_from_and_to() -> None:
    offers = [evolve(FIBRE, id=str(n), price_incl=Decimal(100 + n)) for n in range(20)]
    rows = make([exact(OAKTREE, offer) for offer in offers]).table("Lowest monthly price of each address, ZAR with tax")
    assert rows[0] == ["100.00 to under 102.00", "2", ""]
    assert sum(int(row[1]) for row in rows) == 20


@pytest.mark.parametrize(
    ("low", "high", "width"), [(0, 10, "1"), (0, 11, "2"), (0, 3, "0.5"), (0, 99, "10"), (0, 51, "10")]
)
def test_a_width_is_round(low: int, high: int, width: str) -> None:
    assert find_width(Decimal(low), Decimal(high)) == Decimal(width)


@pytest.mark.parametrize(("span", "count", "step"), [(5, 5, 1), (6, 5, 2), (0.03, 3, 0.01), (0.7, 1, 1)])
def test_a_step_is_round_and_its_multiples_are_ticks(span: float, count: int, step: float) -> None:
    assert find_step(span, count) == pytest.approx(step)
    assert list(find_ticks(-1.5, 2.5, 1)) == [-1, 0, 1, 2]


@pytest.mark.parametrize(
    ("degrees", "step", "shown"),
    [(-26.15, 0.05, "26.15\u00b0 S"), (30, 10, "30\u00b0 N"), (0, 1, "0\u00b0"), (0.1 + 0.2, 0.1, "0.3\u00b0 N")],
)
def test_degrees_have_the_places_that_the_step_needs(degrees: float, step: float, shown: str) -> None:
    assert show_degrees(degrees, step, "N", "S") == shown


def test_what_is_not_markup_is_escaped_and_what_is_stays() -> None:
    assert tag("p", "<", tag("b", "&"), None, class_='"', data_x=None) == '<p class="&quot;">&lt;<b>&amp;</b></p>'
    assert join(Markup("<br>"), "<br>") == "<br>&lt;br&gt;"
    assert tag("meta", content=1.23456789) == '<meta content="1.2346">'
    assert escape("tab\tline\nbell\x07") == "tab\tline\nbell\ufffd"
