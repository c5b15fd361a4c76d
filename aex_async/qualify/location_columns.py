"""Where an address is said to be, by the columns that came with it."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

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
