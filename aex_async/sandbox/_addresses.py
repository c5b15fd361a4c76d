"""Made-up addresses, the same ones for the same seed."""

import functools
import math
import random
from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from aex_async.sandbox._exchange import Row

OPERATOR_ID = "AEEF38C0-F1E9-4E83-AD4F-3E35AAB8DFCF"
_ROWS_PER_STREET = 52
_UNITS = ("Cottage", "Unit 4", "Unit 12", *(None,) * 9)
_FURTHER, _FIRST_FURTHER = 10_000_000, 5_000  # numbers of rows, and of houses, that no other has
_SPREAD = 0.012  # degrees: a little more than a kilometre each way
_REACH = 0.05  # degrees: as far as an area's products are offered


@frozen
class Area:
    """One neighbourhood in which the same products are offered."""

    id: str
    suburb: str
    city: str
    country_code: str
    postal_code: str
    province: str
    latitude: float
    longitude: float
    streets: tuple[str, ...]

    def distance(self, latitude: float, longitude: float) -> float:
        """Return how far a point lies from the centre, in degrees; good enough to compare."""
        return math.hypot(self.latitude - latitude, self.longitude - longitude)


@frozen
class Place:
    """One address at which a premise exists or may come to exist."""

    number: int
    guid: str
    premise_id: str | None
    area: Area
    street_number: str
    street_name: str
    unit: str | None
    full_text: str
    latitude: float
    longitude: float
    at: str


@frozen
class Atlas:
    """Every address of a seed, with its indexes; shared by all sandboxes of that seed, hence never changed."""

    places: tuple[Place, ...]
    by_guid: Mapping[str, Place]
    by_premise_id: Mapping[str, Place]


_HECTORTON_STREETS = (
    "Railway Street",
    "Sutherland Avenue",
    "Stegmann Road",
    "Kenneth Street",
    "Porges Street",
)
_OAKTREE_STREETS = ("David Road", "Wilge Road", "Paardekraal Drive", "Furrow Road", "Robert Street")
_HOMELAKE_STREETS = ("Varing Street", "Lake Street", "Station Road", "Kiewiet Street", "Tambotie Avenue")
_NEWLANDS_STREETS = ("Pompano Place", "Marlin Road", "Barracuda Road", "Railway Street", "Kingfish Drive")
_SEA_POINT_STREETS = ("Kloof Road", "Milner Road", "Beach Road", "Station Street", "Ocean View Drive")
_FORT_MILL_STREETS = (
    "Railway Street",
    "Banks Street",
    "Confederate Street",
    "Clebourne Street",
    "Academy Street",
)
_FULSHEAR_STREETS = ("Bois D'Arc Lane", "Harris Street", "Wallis Street", "Katy Fulshear Road", "Main Street")

AREAS = (
    Area("3DB7D0C5-9E4A-4B6D-8D5F-0B6C2A7E1F10", "Hectorton", "Randfontein", "ZA", "1765", "Gauteng",
         -26.1650, 27.6890, _HECTORTON_STREETS),
    Area("9F961EB9-4D8D-4917-A9C5-56EA835E2C74", "Oaktree", "Krugersdorp", "ZA", "1739", "Gauteng",
         -26.0390, 27.7400, _OAKTREE_STREETS),
    Area("5941F0BE-2A6E-4329-8338-547F161816C2", "Homelake", "Randfontein", "ZA", "1759", "Gauteng",
         -26.1810, 27.6940, _HOMELAKE_STREETS),
    Area("548F9777-D0F9-45A3-A2A7-A352583456E6", "Newlands", "Durban", "ZA", "4037", "Kwazulu Natal",
         -29.7860, 30.9830, _NEWLANDS_STREETS),
    Area("7A0C4E52-61D9-4C3E-9F7B-2D8E5B904A31", "Sea Point", "Cape Town", "ZA", "8005", "Western Cape",
         -33.9180, 18.3880, _SEA_POINT_STREETS),
    Area("C41E7B9D-0F35-4A86-B2D4-7E9A1C5F6082", "Riverview", "Fort Mill", "US", "29715", "South Carolina",
         35.0070, -80.9450, _FORT_MILL_STREETS),
    Area("E85D2A16-B7C3-4F90-8A4E-15C6D3F7B029", "Cross Creek", "Fulshear", "US", "77441", "Texas",
         29.6900, -95.8990, _FULSHEAR_STREETS),
)  # fmt: skip
HECTORTON, OAKTREE, HOMELAKE, NEWLANDS, _SEA_POINT, FORT_MILL, _FULSHEAR = AREAS

_DOCUMENTED = (
    # The rows of step 3, then the premises of step 6, of "Check customer service": its curls find something.
    Place(1616056, "66E9BB4D-E360-4F40-A30E-AF27F52392B6", "783D71D3-B0A4-4C90-8392-C43294A976DC", OAKTREE,
          "38", "David Road", "Cottage", "38 , David Road (Cottage), Oaktree, Krugersdorp, ZA, 1739, Gauteng",
          -26.038965, 27.738254, "2023-07-05T11:02:23+02:00"),
    Place(2554308, "6E865394-5B48-4403-8D80-741D1F7E43DD", "3FB9D64F-1C58-4439-9277-64757FBCC6BD", HOMELAKE,
          "12", "Varing Street", "Cottage",
          "12, Varing Street(Cottage), Homelake, Randfontein, ZA, 1759, Gauteng",
          -26.1813322, 27.6936082, "2024-06-04T12:39:12+02:00"),
    Place(1019653, "287C94C4-0196-4999-9348-15ACC0EE7A0A", "B002A6B4-6541-47A5-8438-BE8ACEAA6D82", NEWLANDS,
          "9", "Pompano Place", None, "9, Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal",
          -29.7852390438, 30.9828323552, "2023-07-05T11:02:23+02:00"),
    Place(1019654, "5D1B7C20-3E9F-4A68-B1C4-8F0E6D2A7953", "4BF2A897-A38C-4D24-82C6-F2184C8832E4", NEWLANDS,
          "11", "Pompano Place", None, "11, Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal",
          -29.7853120551, 30.9829910047, "2023-07-05T11:02:23+02:00"),
    Place(3000417, "8C6F0A3B-72D5-4E19-9B48-D1E7A5C30F64", "FA8909FA-2C81-450E-AD9F-62A689623896", FORT_MILL,
          "120", "Banks Street", None, "120, Banks Street, Riverview, Fort Mill, US, 29715, South Carolina",
          35.0081542, -80.9440218, "2024-06-04T12:39:12+02:00"),
)  # fmt: skip


@functools.lru_cache(maxsize=4)
def atlas(seed: int, more: int = 0) -> Atlas:
    """Return the addresses that belong to a seed, and `more` of them further up the same streets."""
    chance = random.Random(f"places of {seed}")  # noqa: S311 - made-up data, no secret
    places = (*_DOCUMENTED, *_invented(chance), *_further(chance, more))
    return Atlas(
        places,
        {place.guid: place for place in places},
        {place.premise_id: place for place in places if place.premise_id},
    )


def area_at(latitude: float, longitude: float) -> Area | None:
    """Return the area around a point, or `None` where there is no fibre."""
    nearest = min(AREAS, key=lambda area: area.distance(latitude, longitude))
    return nearest if nearest.distance(latitude, longitude) <= _REACH else None


def guid(chance: random.Random) -> str:
    """Return a GUID in upper case, as the document prints them."""
    text = f"{chance.getrandbits(128):032X}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def invent_place(chance: random.Random, number: int) -> Place:
    """Return one more address, of a house that nobody has connected yet."""
    return evolve(_place(chance, number, HECTORTON, "Railway Street", str(number)), premise_id=None)


def predefined_row(place: Place, premise_id: str | None) -> Row:
    """Return an address as `GET /predefined-premises` prints it."""
    return {
        "id": place.number,
        "guid": place.guid,
        "full_text": place.full_text,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "operator_id": OPERATOR_ID,
        "premise_id": premise_id,
        "updated_at": place.at,
        "created_at": place.at,
        "deleted_at": None,
        "area_id": place.area.id,
    }


def _invented(chance: random.Random) -> Iterator[Place]:
    number = 1_700_000
    for area in AREAS:
        for street in area.streets:
            for step in range(_ROWS_PER_STREET):
                number += chance.randint(1, 9)
                yield _place(chance, number, area, street, _street_number(street, step))
    for step in range(_ROWS_PER_STREET * 23):
        number += chance.randint(1, 9)
        area = AREAS[step % len(AREAS)]
        yield _place(chance, number, area, chance.choice(area.streets), str(200 + step))


def _further(chance: random.Random, more: int) -> Iterator[Place]:
    for step in range(more):
        turn, area = divmod(step, len(AREAS))
        streets = AREAS[area].streets
        turn, street = divmod(turn, len(streets))
        yield _place(chance, _FURTHER + step, AREAS[area], streets[street], str(_FIRST_FURTHER + turn))


def _street_number(street: str, step: int) -> str:
    # A search for the document's "38 (Cottage), Railway Street" must go on for pages.
    return f"{step or ''}38" if street == "Railway Street" else str(step + 1)


def _place(chance: random.Random, number: int, area: Area, street: str, street_number: str) -> Place:
    unit = "Cottage" if street == "Railway Street" else chance.choice(_UNITS)
    return Place(
        number,
        guid(chance),
        # Two ways of saying "no premise yet" (field notes, "Identifiers").
        guid(chance) if number % 3 else chance.choice((None, "")),
        area,
        street_number,
        street,
        unit,
        f"{_doorstep(street_number, street, unit, number)}, {area.suburb}, {area.city}, {area.country_code}, "
        f"{area.postal_code}, {area.province}",
        round(area.latitude + (chance.random() - 0.5) * _SPREAD, 7),
        round(area.longitude + (chance.random() - 0.5) * _SPREAD, 7),
        f"2023-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:02:23+02:00",
    )


def _doorstep(street_number: str, street: str, unit: str | None, number: int) -> str:
    """Write a house the way three different clerks did (step 3, `full_text`)."""
    if unit is None:
        return f"{street_number}, {street}"
    spellings = (
        f"{street_number} ({unit}), {street}",
        f"{street_number} , {street} ({unit})",
        f"{street_number}, {street}({unit})",
    )
    return spellings[number % 3]
