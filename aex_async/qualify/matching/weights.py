"""What each finding costs, in log-odds: a row for each part, a comment on what pins it."""

from typing import Final

BIAS: Final = 9.0

WEIGHTS: Final[dict[str, dict[str, float]]] = {
    "number": {"range": -2.0, "read": -2.0, "missing": -2.5},
    "unit": {"read": -0.5},
    "block": {},
    "building": {"slip": -0.5, "part": -1.0, "missing": -1.0, "extra": -1.5},
    "street": {"joined": -0.5, "twin": -1.5, "slip": -1.5, "slips": -3.0, "part": -2.0, "missing": -3.0},
    "kind": {"alias": -0.5, "missing": -1.5, "extra": -1.5},
    "direction": {"read": -0.5, "missing": -2.5, "extra": -2.5},
    "suburb": {"alias": -0.5, "joined": -0.3, "slip": -0.7, "slips": -2.0, "part": -1.5, "missing": -1.5, "other": -3.0},
    "town": {"alias": -0.2, "joined": -0.2, "slip": -0.5, "slips": -1.5, "part": -1.0, "missing": -1.0, "other": -3.0},
    "extension": {"missing": -1.5, "extra": -1.5},
    "postal": {"missing": -0.5, "extra": -0.2, "close": -1.5, "far": -3.0},
    "province": {"missing": 0.0, "extra": 0.0, "other": -2.0},
    "rest": {"extra": -1.5},
    "point": {"near": 3.0},
}


def add_up(levels: dict[str, str]) -> float:
    """Return the log-odds that a premise of these findings is the one asked for, nothing else being near."""
    return BIAS + sum(WEIGHTS[part].get(level, 0.0) for part, level in levels.items())
