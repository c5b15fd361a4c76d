"""What comparing two addresses finds out about each part."""

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
    "twin": "inferred",  # translated
    "slip": "inferred",
    "slips": "inferred",
    "part": "inferred",  # less than AEx says, as Mamelodi for Mamelodi East
    "range": "inferred",
    "doubt": "inferred",
    "close": "inferred",
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
