"""What each part of two addresses scores: its level, what the level weighs, and their sum as odds."""

from collections.abc import Mapping
from typing import Final, Literal

from attrs import define, field

Finding = Literal["confirmed", "inferred", "missing", "conflict"]

# What a comparison says of a part, and what a reader of a result is told. `none`: neither address names the part.
LEVELS: Final[dict[str, Finding | None]] = {
    "same": "confirmed",
    "none": None,
    "alias": "confirmed",  # another name of the same: Tshwane, Gqeberha
    "near": "confirmed",
    "read": "inferred",  # the same, if it is read so: Ste 4 for Apt 4, 736-101 for number 736, unit 101
    "joined": "inferred",
    "spelt": "inferred",  # One Oak Street for 1 Oak Street: One may be a part of the name
    "twin": "inferred",  # translated
    "slip": "inferred",
    "slips": "inferred",
    "part": "inferred",  # less than AEx says, as Mamelodi for Mamelodi East
    "section": "inferred",  # a section's letter is left out: Kwamashu for Kwamashu J
    "range": "inferred",
    "doubt": "inferred",
    "close": "inferred",
    "unsaid": "missing",
    "missing": "missing",  # AEx says it, the address does not
    "extra": "missing",  # the address says it, AEx does not
    "other": "conflict",
    "far": "conflict",
}


@define
class Comparison:
    """The level of each part. `veto` names the part that makes it another address, `soft` one that leaves it open."""

    levels: dict[str, str] = field(factory=dict[str, str])
    veto: str | None = None
    soft: str | None = None

    def tell(self) -> dict[str, Finding]:
        """Return the findings for a reader, part by part."""
        shown = dict[str, Finding]()
        for part, level in self.levels.items():
            finding = LEVELS[level]
            if finding is not None:
                shown[part] = finding
        return shown

    def refuse(self, part: str, level: str = "other") -> None:
        """Note that a part makes it another address."""
        self.levels[part] = level
        self.veto = self.veto or part


BIAS: Final = 7.8
"""The log-odds of a premise on which everything agrees. `probable` takes 3.9: all findings together may cost 3.9."""

WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {
    "number": {
        "range": -2.2,  # 53 of 51-53: mostly that block, but its neighbour may have a row of its own
        "read": -1.9,  # 736-101 read as 736, unit 101: could be a number of its own
        "spelt": -1.0,  # judged: no more than a missing kind may be wrong beside it
        "doubt": -2.3,  # the same where another premise's street begins with One: that one comes first
        "joined": -1.0,  # 3718 for the 37-18 of Queens: the Postal Service has both
        "missing": -2.1,  # a unit and its building stand for the number; no more can be missing beside it
    },
    "unit": {"read": -0.4},  # Ste 4 for Apt 4, a bare C behind the street: twenty pairs, all right
    "building": {
        "slip": -0.5,
        "part": -1.0,  # too few pairs: President for President Court
        "missing": -0.4,  # the unit and the street tell the premise
        "extra": -0.8,  # people name estates that AEx leaves out
    },
    "street": {
        "joined": -0.5,  # Vanriebeeck: the same letters
        "twin": -1.4,  # Kerk for Church: a town may have both, but no labelled one did
        "slip": -1.1,  # one slip in five letters or more: 83 pairs, all right once vetoes have spoken
        "slips": -2.5,  # too few pairs: two slips in eight letters; pinned by Malaza and Maja
        "part": -2.0,  # Beyers Naude for Dr Beyers Naude; too few pairs
        "missing": -2.3,  # unit, building, number and suburb agree, and the street is left out
    },
    "kind": {
        "alias": -0.4,  # a weg or a pad is a road
        "missing": -2.6,  # `10612 S Wentworth`: another kind of the same name may be next to it
        "extra": -1.5,  # AEx has no kind: registers drop it
    },
    "direction": {
        "read": -0.5,  # W 44th Avenue for 44th Avenue West
        "slip": -1.5,  # judged: `Nort Main Street`
        "missing": -1.9,  # another direction may be the one meant; a rival of the same street makes it ambiguous
        "extra": -2.5,  # AEx leaves it out; too few pairs
    },
    "suburb": {
        "alias": -0.5,
        "joined": -0.3,
        "slip": -0.6,
        "slips": -2.0,  # too few pairs
        "part": -3.1,  # Mamelodi for Mamelodi West is as often another part as a shorter name
        "section": -4.2,  # Kwamashu for Kwamashu J: each section has numbers of its own
        "unsaid": -0.2,
        "missing": -0.2,  # American neighbourhoods are never written; a town's code mostly tells the suburb
        "extra": -2.8,  # AEx has the town alone, of the same code
        "other": -2.8,  # American neighbourhoods of one code alone: in South Africa it is a veto
    },
    "town": {
        "alias": -0.2,  # Tshwane, Gqeberha: from a table
        "joined": -0.2,
        "slip": -0.4,
        "slips": -1.5,  # too few pairs
        "part": -1.0,  # too few pairs
        "section": -2.0,  # Chicago for Chicago Heights: as another town
        "missing": -0.3,  # suburb and code are there
        "other": -2.0,  # another town with the same code; too few pairs
    },
    "extension": {
        "missing": -0.8,  # numbers run on through the extensions of a township, so that one is seldom in two
        "extra": -1.5,  # too few pairs: AEx may mean another part
    },
    "postal": {
        "missing": 0.0,  # half of all people leave it out
        "extra": -0.2,
        "close": -0.9,  # a digit wrong, or the box code next to the street code
        "far": -1.6,  # pinned by codes of the wrong town, which somebody copied
    },
    "province": {
        "missing": 0.0,
        "extra": 0.0,
        "other": -1.0,
    },  # registers have provinces wrong, too few pairs to say how often
    "rest": {"extra": -2.8},  # words that nothing explains: a second suburb, or another street
    "point": {
        "near": 3.0
    },  # judged, for labelled addresses have no coordinates: 150 m outweigh one doubt, never a veto
}


def add_up(levels: Mapping[str, str]) -> float:
    """Return the log-odds that a premise of these findings is the one asked for, nothing else being near."""
    return BIAS + sum(WEIGHTS.get(part, {}).get(level, 0.0) for part, level in levels.items())
