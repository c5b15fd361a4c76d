"""Points on the ground, counted in square cells, and the regions they form. However many points, the cells are few."""

import math
from collections.abc import Iterable
from typing import Final

from attrs import Factory, define, evolve, field, frozen

FINEST: Final = 1 / 2048  # degrees: about fifty metres
REACH: Final = 0.5  # degrees: what lies further apart are two regions
MAX_CELLS: Final = 20_000

Place = tuple[int, int]


@define
class GridCell:
    """The addresses in one square: how many, how many of them can be ordered, and the area that most are in.

    `lead` is by how many addresses that area leads, as in a vote of which only the leader is remembered.
    """

    latitude: float
    longitude: float
    count: int = 0
    orderable: int = 0
    name: str = ""
    lead: int = field(default=Factory(lambda cell: cell.count, takes_self=True))

    def take(self, other: "GridCell") -> None:
        """Take in what is in another one; the middle moves to where most are."""
        if other.name == self.name:
            self.lead += other.lead
        elif other.lead > self.lead:
            self.name, self.lead = other.name, other.lead - self.lead
        else:
            self.lead -= other.lead
        whole = self.count + other.count
        self.latitude += (other.latitude - self.latitude) * other.count / whole
        self.longitude += (other.longitude - self.longitude) * other.count / whole
        self.count, self.orderable = whole, self.orderable + other.orderable


@define
class Grid:
    """Cells by their place. When there are too many, they become twice as wide: detail is lost, no address is."""

    limit: int = MAX_CELLS
    size: float = FINEST
    cells: dict[Place, GridCell] = field(factory=dict[Place, GridCell], init=False)

    def add(self, latitude: float, longitude: float, *, orderable: bool, name: str) -> None:
        """Count one address."""
        _merge(self.cells, GridCell(latitude, longitude, 1, int(orderable), name), self.size)
        while len(self.cells) > self.limit:
            self.size *= 2
            self.cells = bin_cells(self.cells.values(), self.size)


def bin_cells(cells: Iterable[GridCell], size: float, across: float | None = None) -> dict[Place, GridCell]:
    """Return cells of another size, in degrees; `across` is their width where it is not their height."""
    binned = dict[Place, GridCell]()
    for cell in cells:
        _merge(binned, evolve(cell), size, across)
    return binned


def _merge(cells: dict[Place, GridCell], cell: GridCell, size: float, across: float | None = None) -> None:
    place = math.floor(cell.latitude / size), math.floor(cell.longitude / (across or size))
    known = cells.get(place)
    if known is None:
        cells[place] = cell
    else:
        known.take(cell)


@frozen
class Region:
    """Cells that lie near each other."""

    cells: tuple[GridCell, ...]

    @property
    def count(self) -> int:
        """How many addresses it has."""
        return sum(cell.count for cell in self.cells)

    @property
    def orderable(self) -> int:
        """How many of them can be ordered."""
        return sum(cell.orderable for cell in self.cells)

    @property
    def name(self) -> str:
        """The area of its fullest cell."""
        return max(self.cells, key=lambda cell: cell.count).name


def find_regions(cells: Iterable[GridCell], reach: float = REACH) -> list[Region]:
    """Return the regions that cells form, the one with the most addresses first."""
    blocks = dict[Place, list[GridCell]]()
    for cell in cells:
        place = math.floor(cell.latitude / reach), math.floor(cell.longitude / reach)
        blocks.setdefault(place, []).append(cell)
    regions, left = list[Region](), set(blocks)
    while left:
        together = _take_together(left)
        regions.append(Region(tuple(cell for place in sorted(together) for cell in blocks[place])))
    return sorted(regions, key=lambda region: (-region.count, region.name))


def _take_together(left: set[Place]) -> list[Place]:
    """Take one place out of what is left, and all that are reached from it by steps to a neighbour."""
    together = [left.pop()]
    for row, column in together:
        near = {(row + up, column + right) for up in (-1, 0, 1) for right in (-1, 0, 1)} & left
        left -= near
        together += near
    return together
