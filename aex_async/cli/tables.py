"""Tables for people, drawn by rich: what AEx sent is shown in them, never obeyed."""

import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeGuard, TypeVar

from attrs import AttrsInstance, frozen
from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from aex_async.cli.console import OUTPUT, escape, print_json
from aex_async.cli.json_output import Result, describe
from aex_async.models import PredefinedPremise, Product, WorkOrder

T = TypeVar("T", bound=AttrsInstance)

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


def print_values(values: Result) -> None:
    """Print single values, one below the other."""
    print_parts(*draw_result(values))


def print_table(name: str, rows: list[Result]) -> None:
    """Print rows as a table, as wide as it needs to be where there is no terminal."""
    console, table = make_console(), draw_table(name, rows)
    if not sys.stdout.isatty():
        console.width = max(console.width, measure(table, console))
    print_parts(table, console=console)


def print_record(record: AttrsInstance, *, json: bool, reveal: bool = False) -> None:
    """Print one record."""
    if json:
        print_json(describe(record, reveal=reveal))
    else:
        print_values(show_record(record, reveal=reveal))


async def print_rows(
    name: str, rows: AsyncIterator[T], show: Callable[[T], Result], *, json: bool, reveal: bool = False
) -> None:
    """Print rows: one line each for programs, as soon as they are there, or one table."""
    if json:
        async for row in rows:
            print_json(describe(row, reveal=reveal))
    else:
        print_table(name, [show(row) async for row in rows])


def show_record(record: AttrsInstance, *, reveal: bool = False) -> Result:
    """Return what people see of one record: what is not null."""
    values = describe(record, reveal=reveal)
    return {name: put_on_one_line(value) for name, value in values.items() if value is not None}


def put_on_one_line(value: Any) -> Any:
    """Return a value on one line: a list or an object as JSON."""
    return json.dumps(value, default=str) if isinstance(value, list | dict) else value


def show_premise(premise: PredefinedPremise) -> Result:
    """Return the row of an address: its guid is what an order names."""
    return {"guid": premise.guid, "address": premise.full_text, "premise": premise.premise_id or None}


def show_product(product: Product) -> Result:
    """Return the row of a product."""
    prices = (
        f"{price.currency_code or ''} {price.value_incl}".strip() for price in product.pricing if price.value_incl
    )
    return {
        "id": product.id,
        "name": product.name,
        "down": product.speed_down,
        "up": product.speed_up,
        "price incl.": ", ".join(prices) or None,
        "status": product.status,
    }


def show_work_order(order: WorkOrder) -> Result:
    """Return the row of a work order."""
    return {
        "reference": order.reference,
        "type": order.type,
        "status": order.status,
        "on hold": order.on_hold,
        "scheduled": order.scheduled_date_time or order.schedule_date,
        "closed": order.close_date,
        "last comment": order.last_comment,
    }


def draw_result(result: Result) -> Sequence[RenderableType]:
    """Return the single values, then every list as a table."""
    grid = make_grid()
    for name, value in result.items():
        if not is_rows(value):
            grid.add_row(Text(label(name), "dim"), show_value(value))
    return [grid, *(draw_table(name, value) for name, value in result.items() if is_rows(value))]


def make_grid() -> Table:
    """Return a table of names and values. Rich would cut off what an id has more than there is room for."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    return grid


def is_rows(value: object) -> TypeGuard[list[Result]]:
    """Whether a value is a list of rows, and drawn as a table of its own."""
    return isinstance(value, list)


def draw_table(name: str, rows: list[Result]) -> RenderableType:
    """Return rows as a table."""
    return Rows(rows) if rows else Text(f"no {label(name)}")


def measure(table: RenderableType, console: Console) -> int:
    """Return how many columns a table needs to break nothing."""
    return console.measure(table, options=console.options.update(max_width=1_000)).maximum


@frozen
class Rows:
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
        table.add_row(*(show_value(value) for value in row.values()))
    return table


def label(name: str) -> str:
    """Return the name of a field as people read it. AEx makes up names too, for there are keys that no model knows."""
    return escape(name.replace("_", " "))


def show_amount(amount: Decimal) -> str:
    """Return an amount exactly, with two places if it has no more."""
    try:
        return f"{amount:.2f}" if amount == round(amount, 2) else str(amount)
    except InvalidOperation:  # of more digits than Python rounds
        return str(amount)


def show_value(value: object) -> Text:
    """Return a value as people read it: no markup, no control characters."""
    if value is None:
        return Text("-")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, Decimal):
        return Text(show_amount(value))
    return Text(escape(str(value)))
