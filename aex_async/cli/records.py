"""Records as a command shows them: JSON for programs, values below one another or tables for people."""

import os
import sys
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from attrs import AttrsInstance

from aex_async.cli.console import OUTPUT, print_json
from aex_async.cli.json_output import Result, describe
from aex_async.cli.values import is_rows, label, put_on_one_line, show_value
from aex_async.models import PredefinedPremise, Product, WorkOrder

T = TypeVar("T", bound=AttrsInstance)


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


def print_values(values: Result) -> None:
    """Print single values, one below the other. Where nobody sees them they need neither colour nor a width."""
    if sys.stdout.isatty() or os.environ.get("FORCE_COLOR") or any(map(is_rows, values.values())):
        from aex_async.cli import tables  # noqa: PLC0415 - rich takes longer to import than all that is of ours

        tables.print_parts(*tables.draw_result(values))
        return
    width = max(len(label(name)) for name in values)
    OUTPUT.show("\n".join(f"{label(name):{width}}  {show_value(value)}".rstrip() for name, value in values.items()))


def print_table(name: str, rows: list[Result]) -> None:
    """Print rows as a table."""
    from aex_async.cli import tables  # noqa: PLC0415 - as above

    tables.print_table(name, rows)


def show_record(record: AttrsInstance, *, reveal: bool = False) -> Result:
    """Return what people see of one record: what is not null."""
    values = describe(record, reveal=reveal)
    return {name: put_on_one_line(value) for name, value in values.items() if value is not None}


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
