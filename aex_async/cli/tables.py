"""Tables for people, drawn by rich: what AEx sent is shown in them, never obeyed."""

import os
import shutil
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from attrs import frozen
from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from aex_async.cli.console import OUTPUT
from aex_async.cli.json_output import Result
from aex_async.cli.values import is_rows, label, show_value

PIPE_WIDTH: Final = 120
"""Columns where there is no terminal to ask how many it has."""
NARROWEST: Final = 20
"""Columns that names and values need beside one another; a terminal that has fewer breaks the lines itself."""


def make_console() -> Console:
    """Return rich's console: in colour at a terminal that wants it, and without rich's own markup."""
    columns = shutil.get_terminal_size().columns
    return Console(
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        width=max(columns, NARROWEST) if sys.stdout.isatty() else PIPE_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )


def print_parts(*parts: RenderableType, console: Console | None = None) -> None:
    """Print without the white space that rich leaves at the end of lines."""
    console = console or make_console()
    with console.capture() as drawn:
        console.print(*parts, sep="\n")
    OUTPUT.show("\n".join(line.rstrip() for line in drawn.get().splitlines()), color=True)


def print_table(name: str, rows: list[Result]) -> None:
    """Print rows as a table, as wide as it needs to be where there is no terminal."""
    console, table = make_console(), draw_table(name, rows)
    if not sys.stdout.isatty():
        console.width = max(console.width, measure(table, console))
    print_parts(table, console=console)


def draw_result(result: Result) -> Sequence[RenderableType]:
    """Return the single values, then every list as a table."""
    grid = make_grid()
    for name, value in result.items():
        if not is_rows(value):
            grid.add_row(Text(label(name), "dim"), Text(show_value(value)))
    return [grid, *(draw_table(name, value) for name, value in result.items() if is_rows(value))]


def make_grid() -> Table:
    """Return a table of names and values. Rich would cut off what an id has more than there is room for."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    return grid


def draw_table(name: str, rows: list[Result]) -> RenderableType:
    """Return rows as a table."""
    return RowsTable(rows) if rows else Text(f"no {label(name)}")


def measure(table: RenderableType, console: Console) -> int:
    """Return how many columns a table needs to break nothing."""
    return console.measure(table, options=console.options.update(max_width=1_000)).maximum


@frozen
class RowsTable:
    """Rows as a table; one below the other where the table would break ids that are to be copied."""

    rows: list[Result]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what is drawn, by the room that there is."""
        table = draw_columns(self.rows)
        if measure(table, console) <= options.max_width:
            yield table
            return
        for number, row in enumerate(self.rows):
            yield from ([Text()] if number else [])
            yield from draw_result(row)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return the room that the table wants."""
        return Measurement.get(console, options, draw_columns(self.rows))


def draw_columns(rows: list[Result]) -> Table:
    """Return rows beside one another in columns. Numbers stand to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for column, value in rows[0].items():
        table.add_column(label(column), justify="right" if isinstance(value, int | Decimal) else "left")
    for row in rows:
        table.add_row(*(Text(show_value(value)) for value in row.values()))
    return table
