"""An address is taken apart by the grammar of its country, however it is written."""

import pytest

from aex_async.qualify.matching import Country, Parts, Street, Unit, parse


@pytest.mark.parametrize(
    ("text", "number", "street", "places"),
    [
        ("38 David Rd, Oaktree, Krugersdorp", "38", Street(("david",), "road"), ("oaktree", "krugersdorp")),
        ("Kerkstraat 12 Bizana 4240", "12", Street(("kerk",), "street"), ("bizana",)),
        ("Heron 39, Ext 1, Lenasia", "39", Street(("heron",)), ("ext 1", "lenasia")),
        ("12 A Main Road, George", "12a", Street(("main",), "road"), ("george",)),
        ("16 & 43 Mark Street, George", "16-43", Street(("mark",), "street"), ("george",)),
        ("12 S Main St, Provo, UT 84601", "12", Street(("main",), "street", "s"), ("provo",)),
        ("69 N 2700 W, Provo, UT 84601", "69", Street(("2700",), None, "n", "w"), ("provo",)),
        ("3517 S St NW, Washington, DC", "3517", Street(("s",), "street", None, "nw"), ("washington",)),
        ("400 Ave D, Williston, VT 05495", "400", Street(("d",), "avenue"), ("williston",)),
        ("1188 US 93 Hwy, Alamo, NV 89001", "1188", Street(("us", "highway", "93")), ("alamo",)),
        (
            "2959 Lucerne Dr S E Grand Rapids MI 49546",
            "2959",
            Street(("lucerne",), "drive", None, "se"),
            ("grand rapids",),
        ),
        ("412 First St., SE, Washington, DC 20003", "412", Street(("1st",), "street", None, "se"), ("washington",)),
        ("7 1/2 Elm St, Albany, NY 12205", "7 1/2", Street(("elm",), "street"), ("albany",)),
        ("880 Carillon Parkway St Petersburg, FL 33716", "880", Street(("carillon",), "parkway"), ("st petersburg",)),
        ("100 100 Club Street, George", "100", Street(("club",), "street"), ("george",)),
        ("1163 B Manye Street 1163B, George", "1163b", Street(("manye",), "street"), ("george",)),
        (
            "1 , 1A Cross Place, Kew, George, ZA, 6529, Western Cape",
            "1",
            Street(("1a", "cross"), "place"),
            ("kew", "george"),
        ),
        ("792 12e Laan, George", "792", Street(("12th",), "avenue"), ("george",)),
        ("2 Main Avenue Road, George", "2", Street(("main", "avenue"), "road"), ("george",)),
        ("6 Extension, King Flats", "6", Street(("extension",)), ("king flats",)),
        ("7355 Al Highway 157, Cullman, AL 35057", "7355", Street(("al", "highway", "157")), ("cullman",)),
        ("1901 Country Road 183, Carbon, TX 76435", "1901", Street(("country", "road", "183")), ("carbon",)),
        ("12 S N Street, Provo, UT 84601", "12", Street(("n",), "street", "s"), ("provo",)),
        ("12 N Court St, Provo, UT 84601", "12", Street(("court",), "street", "n"), ("provo",)),
        ("Main Road, George", None, Street(("main",), "road"), ("george",)),
        ("", None, Street(), ()),
        (" , ()", None, Street(), ()),
    ],
)
def test_number_street_and_places_are_told_apart(
    text: str, number: str | None, street: Street, places: tuple[str, ...]
) -> None:
    parts = parse(text)
    assert (parts.number, parts.street, tuple(" ".join(words) for words in parts.places)) == (number, street, places)


@pytest.mark.parametrize(
    ("text", "units", "block", "building"),
    [
        ("Flat 7B, 576 Wessels Mota Street, Sebokeng", [Unit("flat", "7b")], None, ""),
        ("4B/12 Main Rd, George", [Unit("unit", "4b")], None, ""),
        ("Unit 5 Block A, 12 Main Road, George", [Unit("unit", "5")], "a", ""),
        ("38 (Cottage), Railway Street, George", [Unit("cottage")], None, ""),
        ("12 Main Road (Flat 3 Nbs Centre), George", [Unit("flat", "3")], None, "nbs centre"),
        ("Room 2 Flat 9, 5 Main Road, George", [Unit("room", "2"), Unit("flat", "9")], None, ""),
        ("U12, Stoneridge, 11 Main Road, Durban", [Unit("unit", "12")], None, ""),
        ("31 Bridgewater, 9 Main Street, Pretoria", [Unit("unit", "31")], None, ""),
        ("2 President Court, 412 Main Street, Pretoria", [Unit("unit", "2")], None, ""),
        ("The Beehive 2B, 77 Main Street, Pretoria", [Unit("unit", "2b")], None, ""),
        ("545 Liberty St # 4-B, Durham, NC 27701", [Unit("unit", "4b")], None, ""),
        ("4760 N Leavitt St C, Chicago, IL 60625", [Unit("unit", "c")], None, ""),
        ("12 Main St Bldg 4, Chicago, IL 60625", [], "4", ""),
        ("Cottage 12 Varing Street, George", [Unit("cottage")], None, ""),
        ("Unit4, 4/38 Main Road, George", [Unit("unit", "4")], None, ""),
        ("38 Main Road (Garden Cottage), George", [Unit("cottage")], None, ""),
        ("2 Cottage Mercurius Street, Westonaria", [Unit("cottage")], None, ""),
        ("38 David Road Cottage Oaktree", [Unit("cottage")], None, ""),
        ("2 Cottage Lane, Westonaria", [], None, ""),
        ("718 Dorchester Pl NE Unit Cedar Rapids IA 52402", [], None, ""),
        ("Unit A Main Road, George", [], None, ""),
        ("Flat Ab, 12 Main Road, George", [], None, ""),
        ("12 Main Road, House 5, George", [], None, ""),
        ("12 Main Road, 4/5 Sebokeng", [], None, ""),
        ("No 12, Main Road, Oaktree, George, ZA, 6529, Western Cape", [], None, ""),
        ("5 Block House Road, George", [], None, ""),
        ("No. 12 Main Road, George", [], None, ""),
        ("House 12 Main Road, George", [], None, ""),
        ("12188 Old Number 6 Highway, Eutawville, SC 29048", [], None, ""),
        ("8040 S Cottage Grove Ave, Chicago, IL 60619", [], None, ""),
        ("Jacbar Building 41 Leonard Street, George", [], None, ""),
    ],
)
def test_units_blocks_and_buildings_are_taken_out(
    text: str, units: list[Unit], block: str | None, building: str
) -> None:
    parts = parse(text)
    assert ([*parts.units], parts.block, " ".join(parts.building)) == (units, block, building)


@pytest.mark.parametrize(
    ("text", "extension"),
    [
        ("5 Main Road, Tsakane Ext 8, Brakpan", ("extension", "8")),
        ("5 Main Road, Tsakane X8, Brakpan", ("extension", "8")),
        ("5 Main Road, Zone 7B, Sebokeng", ("zone", "7b")),
        ("5 Main Road, Sebokeng Unit 12", ("unit", "12")),
        ("5 Main Road, Unit 12, Sebokeng", ("unit", "12")),
        ("5 Main Road, George", None),
    ],
)
def test_a_part_of_a_township_is_named(text: str, extension: tuple[str, str] | None) -> None:
    assert parse(text).extension == extension


@pytest.mark.parametrize(
    ("text", "postal", "province"),
    [
        ("5 Main Road, George, 6529, WC", "6529", "western cape"),
        ("5 Main Road, 6529 George", "6529", None),
        ("Freedom Rylaan 2904, Phomolong", None, None),
        ("4140, Diepkloof, Soweto", None, None),
        ("5 Main Road, Queenstown, Oos-Kaap, RSA", None, "eastern cape"),
        ("427 N Tatnall St # 50430 Wilmington DE 19801-2230", "19801", "delaware"),
        ("168 Wolf Road Albany New York 12205", "12205", "new york"),
        ("122 Coral Dr, Panama City Beach, FL 32413, USA", "32413", "florida"),
        ("306 N Ave NE", None, None),
    ],
)
def test_code_and_province_are_taken_from_the_end(text: str, postal: str | None, province: str | None) -> None:
    parts = parse(text)
    assert (parts.postal, parts.province) == (postal, province)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("9, Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal", "ZA"),
        ("9 Pompano Place, Newlands, South Africa", "ZA"),
        ("9 Pompano Place, Newlands", "ZA"),
        ("12, S Main Street, Springfield, US, 62701, Illinois", "US"),
        ("12 S Main Street, Springfield, Illinois", "US"),
        ("12 S Main Street, Springfield, IL 62701", "US"),
    ],
)
def test_the_country_is_told_by_the_text(text: str, country: Country) -> None:
    assert parse(text).country == country


def test_a_box_is_no_premise_and_a_stand_has_a_number() -> None:
    assert parse("PO Box 5100, Benoni, 1520").box
    assert parse("Privaatsak X1566, Bultfontein, 9670").box
    assert not parse("12 Main Road, PO Box 5100, Benoni, 1520").box
    assert parse("Erf 123, Mamelodi").stand == parse("Erf 123, Mamelodi").number == "123"
    assert parse("Erf 5521, 12 Main Road, George").number == "12"
    farm = parse("Portion 5 of the Farm Rietfontein 364, Brits")
    assert (farm.number, farm.street.name) == ("5", ("rietfontein", "364"))


def test_a_corner_names_its_streets() -> None:
    assert parse("Cnr Church & David, Oaktree").corner == (("church",), ("david",))
    assert parse("Hoek van Kerk en David, Oaktree").corner == ()


def test_suburb_and_town_are_the_first_and_the_last_place() -> None:
    two = parse("38 David Rd, Oaktree, Krugersdorp")
    assert (two.suburb, two.town) == (("oaktree",), ("krugersdorp",))
    assert (parse("38 David Rd, Oaktree").suburb, parse("38 David Rd, Oaktree").town) == (("oaktree",), ())
    one = parse("12 S Main St, Provo, UT 84601")
    assert (one.suburb, one.town) == ((), ("provo",))
    assert Parts(country="ZA").suburb == Parts(country="US").town == ()
