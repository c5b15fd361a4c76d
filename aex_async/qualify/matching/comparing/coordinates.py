"""How far a premise lies from where its address is said to be."""

from math import asin, cos, radians, sin, sqrt
from typing import Final

from aex_async.qualify.matching.comparing.findings import Comparison
from aex_async.qualify.model import Candidate

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
