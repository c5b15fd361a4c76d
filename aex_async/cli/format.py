"""Records of AEx, for programs and for people, with their passwords hidden."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from attrs import AttrsInstance, fields

from aex_async.models import Attempt, PredefinedPremise, Product, WorkOrder

HIDDEN: Final = "(hidden)"

Result: TypeAlias = Mapping[str, Any]
"""What a command shows: texts, numbers, and lists of rows, which are mappings with the same keys."""

# By the words of a key, for AEx can send keys that nobody has met yet: admin_pw, wifi_key, simPin, WPA2-PSK.
# config_info is XML, in which a router finds its passwords.
_SECRET = re.compile(
    r"pass_?(word|phrase|wd|code)|secret|token|credential|config_info"
    r"|(?<![a-z])(pw|pwd|pin|puk|psk|key|passkey|wpa2?|otp|pass)s?(?![a-z])"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_secret(name: str) -> bool:
    """Whether the value under a key looks like one that nobody else should read."""
    return _SECRET.search(_HUMP.sub("_", name).lower()) is not None


def describe(record: AttrsInstance, *, reveal: bool = False) -> Result:
    """Return a record as plain JSON, with the keys that no model knows. Dates are ISO 8601, money exact text.

    A value that does not fit its field leaves that null and stands, as AEx sent it, in an object called `misfits`.
    """
    names = [field.name for field in fields(type(record)) if field.name != "extra"]
    extra: Mapping[str, Any] = getattr(record, "extra", {})
    misfits = {name: extra[name] for name in names if name in extra}
    shown = {name: getattr(record, name) for name in names}
    shown |= {name: value for name, value in extra.items() if name not in misfits}
    return _describe({**shown, "misfits": misfits} if misfits else shown, reveal=reveal)


def _describe(values: Mapping[str, Any], *, reveal: bool) -> Result:
    return {
        name: HIDDEN if value is not None and not reveal and is_secret(name) else _plain(value, reveal=reveal)
        for name, value in values.items()
    }


def _plain(value: Any, *, reveal: bool) -> Any:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Mapping):
        return _describe(value, reveal=reveal)  # pyright: ignore[reportUnknownArgumentType] - plain JSON
    if isinstance(value, list | tuple):
        return [_plain(item, reveal=reveal) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return describe(value, reveal=reveal) if hasattr(value, "__attrs_attrs__") else value


def show_record(record: AttrsInstance, *, reveal: bool = False) -> Result:
    """Return what people see of one record: what is not null."""
    values = describe(record, reveal=reveal)
    return {name: _flatten(value) for name, value in values.items() if value is not None}


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


def describe_attempt(attempt: Attempt) -> Result:
    """Return an order as the journal knows it."""
    return {
        "reference": attempt.reference,
        "state": attempt.state.value,
        "host": attempt.host or None,
        "customer_id": attempt.customer_id,
        "premise_guid": attempt.premise_guid,
        "product_id": attempt.product_id,
        "service_id": attempt.service_id,
        "started_at": attempt.started_at.isoformat(timespec="seconds"),
    }
