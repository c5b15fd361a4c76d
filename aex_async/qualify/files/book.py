"""A spreadsheet as any program wrote it, which is opened by what it is."""

from typing import Any, Protocol

from attrs import define, field

Place = tuple[int, int]
"""Row and column, from 0 on."""

Area = tuple[Place, Place]
"""The first and the last place of merged cells."""


@define
class RawSheet:
    """The cells of a sheet, blank ones as empty text; an error, or a formula that was never computed, is its text."""

    rows: list[list[Any]] = field(factory=list[list[Any]])
    formulas: dict[Place, str] = field(factory=dict[Place, str])
    merged: list[Area] = field(factory=list[Area])


@define
class Gaps:
    """The gaps of a sheet: errors, such as `#N/A`, and formulas without a result."""

    errors: dict[Place, str] = field(factory=dict[Place, str])
    formulas: dict[Place, str] = field(factory=dict[Place, str])


class Book(Protocol):
    """The sheets of a file."""

    @property
    def titles(self) -> list[str]:
        """What the sheets are called, in their order."""
        ...

    def is_shown(self, title: str) -> bool:
        """Whether a sheet is no hidden one, in which people keep lists to choose from, and last year's rows."""
        ...

    def read(self, title: str) -> RawSheet:
        """Return a sheet."""
        ...
