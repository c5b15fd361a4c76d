"""Where an address is said to be, and how far a premise lies from there."""

from collections.abc import Mapping
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any, Final

from aex_async.qualify.matching.part_scores import Comparison
from aex_async.qualify.model import Candidate

NAMES: Final = (("latitude", "longitude"), ("lat", "lon"), ("lat", "lng"), ("lat", "long"))


def read_point(columns: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees; `None` unless both are told, and can be.

    A pair of zeros is what spreadsheets have for an empty one: no fibre ends in the Gulf of Guinea.
    """
    named = {name.strip().casefold(): value for name, value in columns.items()}
    for north, east in NAMES:
        point = _read_degrees(named.get(north), 90), _read_degrees(named.get(east), 180)
        if point[0] is not None and point[1] is not None and any(point):
            return point[0], point[1]
    return None


_BOXES: Final = {"ZA": ((-36.0, -21.0), (15.0, 34.0)), "US": ((-15.0, 72.0), (-180.0, -64.0))}
"""Where premises of a country lie: between which latitudes, and between which longitudes. Guam lies in neither."""


def place(latitude: float | None, longitude: float | None, text: str) -> tuple[float, float] | None:
    """Return where AEx says that a premise of this text is; `None` if it says nothing, or what cannot be.

    A pair that is in its country only the other way round is turned round.
    """
    if latitude is None or longitude is None:
        return None
    for country, box in _BOXES.items():
        turned = _lies_in((longitude, latitude), box) and not _lies_in((latitude, longitude), box)
        if turned and f", {country}," in text:
            return longitude, latitude
    return read_point({"latitude": latitude, "longitude": longitude})


def _lies_in(point: tuple[float, float], box: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    return all(least <= degrees <= most for degrees, (least, most) in zip(point, box, strict=True))


def _read_degrees(value: object, most: int) -> float | None:
    text = str(value).strip()
    try:
        degrees = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None
    return degrees if isfinite(degrees) and abs(degrees) <= most else None


Point = tuple[float, float]

NEAR: Final = 150.0
"""Metres within which coordinates confirm a premise: a farm's gate, a block's far corner, a telephone's error."""
FAR: Final = 2_000.0
"""Metres beyond which they are of another place: a street's far end, a postal code's middle."""
_EARTH: Final = 6_371_000.0


def measure(one: Point, other: Point) -> float:
    """Return the metres between two points."""
    (south, west), (north, east) = ((radians(a), radians(b)) for a, b in (one, other))
    arc = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(min(1.0, arc)))


def compare_points(point: Point | None, candidate: Candidate, found: Comparison) -> None:
    """Let coordinates confirm a premise, or make it another."""
    there = place(candidate.latitude, candidate.longitude, candidate.full_text)
    if point is None or there is None:
        found.levels["point"] = "none"
        return
    metres = min(measure(point, there), measure((point[1], point[0]), there))  # nobody is there by chance, turned round
    if metres > FAR:
        found.refuse("point", "far")
    else:
        found.levels["point"] = "near" if metres <= NEAR else "close"
