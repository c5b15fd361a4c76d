"""What a match says of its parts, of coordinates, of rows that AEx deleted, and of nothing at all."""

import pytest
from attrs import evolve

from aex_async import errors
from aex_async.qualify import Candidate, match
from aex_async.qualify.matching.coordinates import measure

HOUSE = Candidate(
    guid="A", full_text="4, Kloof Road, Sea Point, Cape Town, ZA, 8005, Western Cape", latitude=-33.92, longitude=18.39
)
FLATS = [
    Candidate(guid=f"F{n}", full_text=f"9 (Flat {n}), Beach Road, Sea Point, Cape Town, ZA, 8005, Western Cape")
    for n in range(1, 15)
]


def test_each_part_says_what_was_found() -> None:
    told = match("4 Klof Rd, Sea Point, Cape Town", [HOUSE])
    assert told.outcome == "probable"
    assert told.parts == {
        "number": "confirmed",
        "street": "inferred",
        "kind": "confirmed",
        "suburb": "confirmed",
        "town": "confirmed",
        "postal": "missing",
        "province": "missing",
    }


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("5 Kloof Road, Sea Point, Cape Town", "number"),
        ("4 Kloof Street, Sea Point, Cape Town", "kind"),
        ("4 Marais Road, Sea Point, Cape Town", "street"),
        ("4 Kloof Road, Gardens, Cape Town", "suburb"),
        ("4 Kloof Road, Bethal, Mpumalanga", "suburb"),
    ],
)
def test_another_address_says_which_part_is_in_conflict(text: str, part: str) -> None:
    told = match(text, [HOUSE])
    assert (told.outcome, told.match, told.parts[part]) == ("none", None, "conflict")


def test_of_nothing_nothing_is_said() -> None:
    assert match("4 Kloof Road", []).outcome == "none"
    assert match("", [HOUSE]).outcome == "none"
    assert match("4 Kloof Road", [Candidate(guid="E", full_text="")]).outcome == "none"


def test_a_house_of_flats_leaves_open_which_and_shows_some() -> None:
    told = match("9 Beach Road, Sea Point, Cape Town", FLATS)
    assert (told.outcome, len(told.candidates), told.parts["unit"]) == ("ambiguous", 10, "missing")
    bare = evolve(HOUSE, guid="B", full_text="9, Beach Road, Sea Point, Cape Town, ZA, 8005, Western Cape")
    assert match("9 Beach Road, Sea Point, Cape Town", [*FLATS, bare]).match == evolve(bare, score=1.0)


def test_coordinates_confirm_or_refuse() -> None:
    place = evolve(HOUSE, full_text="4, Kloof Road, Sea Point, Cape Town, ZA, Western Cape")
    text = "4 Klof, Seapoint, 8001"
    assert match(text, [place]).outcome == "ambiguous"
    near = match(text, [place], point=(-33.9201, 18.3901))
    assert (near.outcome, near.parts["point"]) == ("probable", "confirmed")
    assert match(text, [place], point=(-33.925, 18.39)).parts["point"] == "inferred"
    turned = match("4 Kloof Road, Sea Point, Cape Town", [place], point=(18.3901, -33.9201))
    assert (turned.outcome, turned.parts["point"]) == ("exact", "confirmed")
    nowhere = match(
        "4 Kloof Road, Sea Point, Cape Town", [evolve(place, latitude=0.0, longitude=0.0)], point=(-34.0, 18.4)
    )
    assert (nowhere.outcome, "point" in nowhere.parts) == ("exact", False)
    far = match("4 Kloof Road, Sea Point, Cape Town", [place], point=(-26.2, 28.0))
    assert (far.outcome, far.parts["point"]) == ("none", "conflict")
    assert match("4 Kloof Road, Sea Point", [evolve(place, latitude=None)], point=(-26.2, 28.0)).outcome == "probable"


def test_one_is_a_number_unless_the_street_of_another_premise_begins_with_it() -> None:
    house, named, flat = (
        Candidate(guid=text, full_text=f"{text}, Austin, TX 78701")
        for text in ("1 Oak St", "12 One Oak St", "9 One Oak St Unit 2")
    )
    asked = "One Oak Street, Austin, TX 78701"
    alone = match(asked, [house])
    assert (alone.outcome, alone.parts["number"]) == ("probable", "inferred")
    for other in (named, flat):
        beside = match(asked, [house, other])
        assert (beside.outcome, [one.guid for one in beside.candidates]) == ("ambiguous", [other.guid, house.guid])
    told = match("One S. Dearborn, Chicago, IL", [Candidate(guid="D", full_text="1 S Dearborn St, Chicago, IL 60603")])
    assert told.parts["number"] == "confirmed"  # no street's name begins with One South


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("12, Main Road, Sea Point, Cape Town", "ZA, 8005, Western Cape"),
        ("12 Main St, Phoenix, AZ", "85007"),
        ("12 Main St, Phoenix, AZ", ""),
    ],
)
def test_figures_at_the_end_are_a_code_without_its_noughts_only_if_aex_says_so(text: str, end: str) -> None:
    number = "4105" if "AZ" in text else "105"
    other = f"{text}, {end}" if "AZ" not in text else f"{text} {end}".rstrip()
    house, flat = Candidate(guid="H", full_text=other), Candidate(guid="F", full_text=f"Unit {number}, {other}")
    for rows in ([house], [house, flat]):
        told = match(f"{text}, {number}", rows)
        assert (told.outcome, told.match) == ("ambiguous", None)
    restored = evolve(house, full_text=f"{text}, ZA, 0105, Limpopo" if "AZ" not in text else f"{text} 04105")
    assert match(f"{text}, {number}", [house, restored]).match == evolve(restored, score=1.0)


def test_a_letter_in_a_range_makes_no_unit_of_its_first_number() -> None:
    rows = [
        Candidate(guid=text, full_text=f"{text}, Boston, MA 02101")
        for text in ("14 Main St Unit 12A", "14 Main St", "12-14 Main St", "12A-14 Main St", "1420 Main St Unit 3B")
    ]
    told = match("12A-14 Main Street, Boston, MA", rows)
    assert (told.outcome, told.match and told.match.guid) == ("exact", "12A-14 Main St")
    assert match("12A-14 Main Street, Boston, MA", rows[:3]).match is None
    apart = match("3B-1420 Main Street, Boston, MA", rows)
    assert (apart.outcome, apart.match and apart.match.guid) == ("exact", "1420 Main St Unit 3B")


def test_two_places_are_as_far_apart_as_the_earth_is_round() -> None:
    assert round(measure((0, 0), (0, 1)), -2) == 111_200
    assert measure((-33.9, 18.4), (-33.9, 18.4)) == 0


def test_of_two_equal_rows_the_one_that_aex_has_not_deleted_is_meant() -> None:
    gone = evolve(HOUSE, guid="0", deleted=True)
    told = match(HOUSE.full_text, [gone, HOUSE])
    assert (told.outcome, told.match and told.match.guid) == ("exact", "A")
    assert match(HOUSE.full_text, [evolve(HOUSE, guid="B"), HOUSE]).outcome == "ambiguous"
    assert match(HOUSE.full_text, [gone]).outcome == "exact"


def test_another_suburb_with_the_same_code_is_another_address_unless_it_is_known_to_be_the_same() -> None:
    for suburb in ("Three Anchor Bay", "Green Point", "Fresnaye"):
        assert match(f"4 Kloof Road, {suburb}, Cape Town, 8005", [HOUSE]).outcome == "none"
    assert match("4 Kloof Road, Seepunt, Cape Town, 8005", [HOUSE]).match is not None


@pytest.mark.parametrize(("code", "told"), [(", 8005", "exact"), ("", "probable")])
def test_code_and_suburb_leave_no_doubt_which_town_was_misspelt(code: str, told: str) -> None:
    row = evolve(HOUSE, full_text="4, Kloof Road, Hatfield, Pretoria, ZA, 8005, Gauteng")
    found = match(f"4 Kloof Road, Hatfield, Preetorria{code}", [row])
    assert (found.outcome, found.parts["town"]) == (told, "inferred")


def test_another_town_is_never_exact_though_the_code_is_the_same() -> None:
    found = match("4 Kloof Road, Sea Point, Durban, 8005", [HOUSE])
    assert (found.outcome, found.parts["town"]) == ("probable", "conflict")


@pytest.mark.parametrize("number", ["4\u0410", "4 \u0410", "4\u0436", "\u03b2-4", "4\u00b2", "4\u2460", "4\u2153"])
def test_a_number_with_a_letter_of_another_script_or_a_small_figure_is_never_the_plain_one(number: str) -> None:
    rows = [evolve(HOUSE, guid=other, full_text=f"{other}{HOUSE.full_text[1:]}") for other in ("4", "41", "42")]
    assert match(f"{number} Kloof Road, Sea Point, Cape Town", rows).outcome != "exact"


@pytest.mark.parametrize(
    ("told", "known"),
    [("4\u2153 Kloof", "4 1/3, Kloof"), ("4 S\u00f8rensen", "4, Sorensen"), ("4 O\u02bcReilly", "4, OReilly")],
)
def test_thirds_and_letters_that_are_not_ours_are_read_as_they_are_written_without_them(told: str, known: str) -> None:
    row = evolve(HOUSE, full_text=HOUSE.full_text.replace("4, Kloof", known))
    assert match(f"{told} Road, Sea Point, Cape Town", [row]).outcome == "exact"


@pytest.mark.parametrize(
    "told", ["4 Orlando Zone 3, Soweto", "4, 6 Zone 3, Diepkloof, Soweto", "4 bis Zone 3, Diepkloof, Soweto"]
)
def test_words_before_a_zone_that_stands_for_a_street_are_not_lost(told: str) -> None:
    row = evolve(HOUSE, full_text="4, Zone 3, Diepkloof, Soweto, ZA, 1864, Gauteng")
    assert match(told, [row]).outcome != "exact"
    assert match("4 Diepkloof Zone 3, Soweto", [row]).outcome == "exact"


@pytest.mark.parametrize("told", ["Kloof Road 4 B", "Kloof Road 4, B", "4 Kloof Road, B"])
def test_a_letter_by_itself_is_never_dropped(told: str) -> None:
    assert match(f"{told}, Sea Point, Cape Town", [HOUSE]).outcome in ("none", "ambiguous")


@pytest.mark.parametrize("end", ["8005 12", "8005 B", "8005, 12", "8005, B", "12", "B"])
def test_what_stands_behind_the_code_is_never_dropped(end: str) -> None:
    assert match(f"4 Kloof Road Sea Point Cape Town {end}", [HOUSE]).outcome == "ambiguous"


def test_block_x_is_a_block_and_no_extension() -> None:
    assert match("4 Kloof Road, Block X, Sea Point, Cape Town", [HOUSE]).outcome != "exact"
    rows = [evolve(HOUSE, full_text=f"4, Kloof Road, Block {name}, Soshanguve, Pretoria, ZA, 0152") for name in "HX"]
    assert match("4 Kloof Rd, Block X, Soshanguve, Pretoria", rows[:1]).match is None
    assert match("4 Kloof Rd, Block X, Soshanguve, Pretoria", rows).match == evolve(rows[1], score=1.0)


def test_a_unit_behind_an_extension_is_not_dropped() -> None:
    row = evolve(HOUSE, full_text="4, Ndlovu Street, Tembisa Ext 5, Tembisa, ZA, 1632, Gauteng")
    assert match("4 Ndlovu St, Tembisa X5, Unit 44", [row]).outcome == "ambiguous"


def test_north_east_before_a_town_is_no_state() -> None:
    row = evolve(HOUSE, full_text="77, State Road, Kittery, US, 03904, Maine")
    assert match("77 State Road Kittery ME", [row]).outcome == "exact"
    assert match("77 State Road NE Kittery ME", [row]).outcome != "exact"


def test_a_letter_behind_a_number_that_follows_its_street_belongs_to_it() -> None:
    row = evolve(HOUSE, full_text=HOUSE.full_text.replace("4,", "4B,", 1))
    assert match("Kloof Road 4 B, Sea Point, Cape Town", [row]).outcome == "exact"


def test_a_unit_behind_the_township_may_be_a_part_of_it() -> None:
    row = evolve(HOUSE, full_text="4, Kloof Road, Mdantsane, East London, ZA, 5219, Eastern Cape")
    found = match("4 Kloof Road, Mdantsane Unit 3", [row])
    assert (found.outcome, found.parts["extension"]) == ("ambiguous", "missing")
    assert match("4 Kloof Road, Mdantsane Unit 3, 5219", [row]).match is not None


def test_a_text_too_long_for_an_address_is_refused_and_is_never_a_premise() -> None:
    endless = "no " * 60_000
    with pytest.raises(errors.UsageError, match="180000 characters are not an address: at most 1000"):
        match(endless, [HOUSE])
    assert match("4 Kloof Road, Sea Point, Cape Town", [evolve(HOUSE, full_text=endless), HOUSE]).match == evolve(
        HOUSE, score=1.0
    )
