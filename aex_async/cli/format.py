"""Records of AEx, for programs and for people, with their passwords hidden."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from attrs import AttrsInstance, fields

from aex_async.cli.demo.scenes import Result
from aex_async.models import PredefinedPremise, Product, WorkOrder

HIDDEN: Final = "(hidden)"

# config_info is XML, in which a router finds its passwords.
_SECRET = re.compile(r"pass_?(word|phrase|wd)|secret|token|psk|config_info", re.IGNORECASE)


def describe(record: AttrsInstance, *, reveal: bool = False) -> Result:
    """Return a record as plain JSON, with the keys that no model knows. Dates are ISO 8601, money exact text."""
    known = {field.name: getattr(record, field.name) for field in fields(type(record)) if field.name != "extra"}
    return _describe({**known, **getattr(record, "extra", {})}, reveal=reveal)


def _describe(told: Mapping[str, Any], *, reveal: bool) -> Result:
    return {
        name: HIDDEN if value is not None and not reveal and _SECRET.search(name) else _plain(value, reveal=reveal)
        for name, value in told.items()
    }


def _plain(value: Any, *, reveal: bool) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _describe(value, reveal=reveal)  # pyright: ignore[reportUnknownArgumentType] - plain JSON
    if isinstance(value, list | tuple):
        return [_plain(item, reveal=reveal) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return describe(value, reveal=reveal) if hasattr(value, "__attrs_attrs__") else value


def show_record(record: AttrsInstance, *, reveal: bool = False) -> Result:
    """Return what people see of one record: what is not null."""
    told = describe(record, reveal=reveal)
    return {name: _flatten(value) for name, value in told.items() if value is not None}


def _flatten(value: Any) -> Any:
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
