"""What an address says, part by part."""

from typing import Final, Literal

from attrs import frozen

Country = Literal["ZA", "US"]
Words = tuple[str, ...]

GENERIC: Final = "unit"
"""The kind of a unit that is only numbered: `unit 4`, `#4`, `4/12 Main Road`."""


@frozen
class Unit:
    """A part of a building: a flat, a shop, a room; its kind in English, and its number if it has one."""

    kind: str
    number: str | None = None


@frozen
class Street:
    """A street: its name, its kind written out, and the directions before and behind it (`n`, `sw`)."""

    name: Words = ()
    kind: str | None = None
    before: str | None = None
    behind: str | None = None


@frozen(kw_only=True)
class Parts:
    """An address taken apart; every word is folded (lower case, no accents), types and provinces are written out.

    `units` are in the order written (`Room 2 Flat 9`). `number` is the street number as written (`12`, `12a`, `12-14`,
    `12 1/2`), or the stand's where there is no other. `line` is all words from the street number to the next comma,
    for where a street ends is not always said. `names` stand before the street number: a building or a suburb, as only
    AEx's own text can tell. `places` are the segments behind the street; `suburb` and `town` the first and the last.
    """

    country: Country
    building: Words = ()
    block: str | None = None
    units: tuple[Unit, ...] = ()
    unit_is_place: bool = False
    """Whether `Unit 12` stands alone behind the street, where it may also be a part of a township."""
    stand: str | None = None
    stand_kind: str | None = None
    """What the number was said to be of: an erf, a plot, a portion."""
    number: str | None = None
    street: Street = Street()
    line: Words = ()
    taken: int = 0
    """How many words of `line` the street takes."""
    closed: bool = False
    """Whether the street ends where `line` does: AEx's own text, or a kind of street at the end."""
    corner: tuple[Words, ...] = ()
    names: tuple[Words, ...] = ()
    places: tuple[Words, ...] = ()
    extension: tuple[str, str] | None = None
    """A part of a township: `("extension", "4")`, `("zone", "7b")`, `("unit", "12")`."""
    province: str | None = None
    postal: str | None = None
    box: bool = False
    """Whether it is a post office box, which is no premise."""

    @property
    def suburb(self) -> Words:
        """The first place behind the street, if there are two."""
        return self.places[0] if len(self.places) > 1 or (self.country == "ZA" and self.places) else ()

    @property
    def town(self) -> Words:
        """The last place behind the street, if there are two; of an American address, the only one too."""
        return self.places[-1] if len(self.places) > 1 or (self.country == "US" and self.places) else ()
