"""The shapes of what `--json` prints, as JSON Schema 2020-12; those of records are made from the models."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from attrs import AttrsInstance, fields

from aex_async.models import (
    AttemptState,
    Customer,
    PredefinedPremise,
    Premise,
    Product,
    Service,
    WorkOrder,
)

Schema: TypeAlias = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_PLAIN: Final[Mapping[Any, Schema]] = {
    str: _TEXT,
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Decimal: _TEXT,  # exact: a float would lose cents
    datetime: _MOMENT,
    date: {"type": "string", "format": "date"},
}

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer": ("customer",),
    "premises": ("predefined_premise",),
    "products": ("product",),
    "premise": ("premise",),
    "service": ("service",),
    "work-orders": ("work_order",),
    "work-orders --watch": ("work_order_change",),
    "order": ("placed_order",),
    "order --dry-run": ("dry_run",),
    "orders": ("order",),
    "orders show": ("order",),
    "orders resume": ("placed_order",),
    "orders dismiss": ("order",),
    "qualify": ("qualification",),
    "qualify --dry-run": ("qualification_cost",),
    "doctor": ("check",),
    "demo": ("step",),
}
"""What each command prints, one object a line. Any of them prints an `error` instead, or after what it has printed."""


def make_schemas() -> Schema:
    """Return one schema: any line that any command prints is valid by it, and by its own shape in `$defs`."""
    shapes = {**_make_records(), **_make_orders(), **_make_qualifications(), **_make_others()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What aex --json prints, a line",
        "x-commands": {name: [*shapes, "error"] for name, shapes in COMMANDS.items()},
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in shapes],
        "$defs": shapes,
    }


def _make_records() -> dict[str, Schema]:
    models = {
        "customer": Customer,
        "predefined_premise": PredefinedPremise,
        "product": Product,
        "premise": Premise,
        "service": Service,
        "work_order": WorkOrder,
    }
    return {name: _describe_model(model) for name, model in models.items()}


def _make_orders() -> dict[str, Schema]:
    order = _describe(
        reference=_TEXT,
        state={"enum": [state.value for state in AttemptState]},
        host=_TEXT_OR_NULL,
        customer_id=_TEXT,
        premise_guid=_TEXT,
        product_id=_TEXT,
        service_id=_TEXT_OR_NULL,
        started_at=_MOMENT,
    )
    placed = _describe(
        outcome={"const": "placed"},
        reference=_TEXT,
        created={"type": "boolean"},
        customer_id=_TEXT,
        service_id=_TEXT,
        service=_describe_model(Service, whole=False),
        premise={"anyOf": [_describe_model(Premise, whole=False), {"type": "null"}]},
    )
    request = _describe(why=_TEXT, method=_TEXT, path=_TEXT, body={"type": ["object", "null"]})
    dry_run = _describe(outcome={"const": "dry_run"}, host=_TEXT, requests={"type": "array", "items": request})
    return {"order": order, "placed_order": placed, "dry_run": dry_run}


def _make_qualifications() -> dict[str, Schema]:
    counts = ("addresses", "done", "exact", "probable", "ambiguous", "none", "failed", "requests")
    costs = ("addresses", "left", "about", "most", "places")
    return {
        "qualification": _describe(outcome={"const": "qualified"}, **dict.fromkeys(counts, _COUNT)),
        "qualification_cost": _describe(outcome={"const": "dry_run"}, **dict.fromkeys(costs, _COUNT)),
    }


def _make_others() -> dict[str, Schema]:
    number_or_null = {"type": ["number", "null"]}
    error = _describe(
        kind=_TEXT,
        message=_TEXT,
        advice=_TEXT_OR_NULL,
        exit_code={"type": "integer"},
        sent={"type": ["boolean", "null"]},
        status={"type": ["integer", "null"]},
        retry_after=number_or_null,
        page={"type": ["integer", "null"]},
        service_ids={"type": "array", "items": _TEXT},
        order={"anyOf": [{"$ref": "#/$defs/order"}, {"type": "null"}]},
    )
    change = _describe(
        at=_MOMENT,
        event={"enum": ["seen", "new", "changed", "gone"]},
        changed={"type": "object", "additionalProperties": _describe(before={}, after={})},
        work_order={"$ref": "#/$defs/work_order"},
    )
    check = _describe(check=_TEXT, state={"enum": ["ok", "warning", "problem"]}, message=_TEXT, advice=_TEXT_OR_NULL)
    step = _describe(
        step={"type": "integer"},
        title=_TEXT,
        about=_TEXT,
        code=_TEXT,
        route=_TEXT_OR_NULL,
        ms={"type": "number"},
        result={"type": "object"},
    )
    return {"error": _describe(error=error), "work_order_change": change, "check": check, "step": step}


def _describe(**properties: Schema) -> Schema:
    """Return the shape of an object that always has all of its keys, and no other."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _describe_model(model: type[AttrsInstance], *, whole: bool = True) -> Schema:
    """Return the shape of a record, to which AEx may add keys; a `whole` one has all those that the model knows."""
    hints = get_type_hints(model)
    names = [field.name for field in fields(model) if field.name != "extra"]
    properties = {name: _describe_type(hints[name]) for name in names}
    if whole:
        properties["misfits"] = {"type": "object"}
    return {"type": "object", "properties": properties, "required": names if whole else ["id"]}


def _describe_type(hint: Any) -> Schema:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return {"anyOf": _sort_out(_describe_type(part) for part in inner)}
    if origin in (tuple, list, Sequence):
        return {"type": "array", "items": _describe_type(inner[0])}
    if hint in _PLAIN:
        return _PLAIN[hint]
    return {} if origin is not None or isinstance(hint, TypeVar) or hint is Any else _describe_model(hint)


def _sort_out(shapes: Iterable[Schema]) -> list[Schema]:
    """Return shapes without those that are there twice."""
    kept: list[Schema] = []
    for shape in shapes:
        if shape not in kept:
            kept.append(shape)
    return kept
