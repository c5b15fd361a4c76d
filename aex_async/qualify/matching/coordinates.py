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
    if point is None or candidate.latitude is None or candidate.longitude is None:
        found.levels["point"] = "none"
        return
    metres = measure(point, (candidate.latitude, candidate.longitude))
    if metres > FAR:
        found.refuse("point", "far")
    else:
        found.levels["point"] = "near" if metres <= NEAR else "close"
