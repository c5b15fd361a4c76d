"""The command `aex schemas`: what `--json` prints, as JSON Schema 2020-12."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import typer
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

TEXT: Final[Schema] = {"type": "string"}
TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
PLAIN: Final[Mapping[Any, Schema]] = {
    str: TEXT,
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Decimal: TEXT,  # exact: a float would lose cents
    datetime: MOMENT,
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


def schemas() -> None:
    """Print the JSON Schema of what --json prints, and which command prints what.

    For example:

    - `aex schemas > aex.schema.json`
    """
    typer.echo(json.dumps(make_schemas(), indent=2))


def make_schemas() -> Schema:
    """Return one schema: any line that any command prints is valid by it, and by its own shape in `$defs`."""
    shapes = {**make_record_shapes(), **make_order_shapes(), **make_qualification_shapes(), **make_other_shapes()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What aex --json prints, a line",
        "x-commands": {name: [*shapes, "error"] for name, shapes in COMMANDS.items()},
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in shapes],
        "$defs": shapes,
    }


def make_record_shapes() -> dict[str, Schema]:
    """Return the shapes of what AEx keeps."""
    models = {
        "customer": Customer,
        "predefined_premise": PredefinedPremise,
        "product": Product,
        "premise": Premise,
        "service": Service,
        "work_order": WorkOrder,
    }
    return {name: describe_model(model) for name, model in models.items()}


def make_order_shapes() -> dict[str, Schema]:
    """Return the shapes of orders, and of what comes of them."""
    order = describe(
        reference=TEXT,
        state={"enum": [state.value for state in AttemptState]},
        host=TEXT_OR_NULL,
        customer_id=TEXT,
        premise_guid=TEXT,
        product_id=TEXT,
        service_id=TEXT_OR_NULL,
        started_at=MOMENT,
    )
    placed = describe(
        outcome={"const": "placed"},
        reference=TEXT,
        created={"type": "boolean"},
        customer_id=TEXT,
        service_id=TEXT,
        service=describe_model(Service, whole=False),
        premise={"anyOf": [describe_model(Premise, whole=False), {"type": "null"}]},
    )
    request = describe(why=TEXT, method=TEXT, path=TEXT, body={"type": ["object", "null"]})
    dry_run = describe(outcome={"const": "dry_run"}, host=TEXT, requests={"type": "array", "items": request})
    return {"order": order, "placed_order": placed, "dry_run": dry_run}


def make_qualification_shapes() -> dict[str, Schema]:
    """Return the shapes of what `aex qualify` counts."""
    counts = ("addresses", "done", "exact", "probable", "ambiguous", "none", "failed", "requests")
    costs = ("addresses", "left", "about", "most", "places")
    return {
        "qualification": describe(outcome={"const": "qualified"}, **dict.fromkeys(counts, COUNT)),
        "qualification_cost": describe(outcome={"const": "dry_run"}, **dict.fromkeys(costs, COUNT)),
    }


def make_other_shapes() -> dict[str, Schema]:
    """Return the shapes of errors, changes, checks and steps."""
    number_or_null = {"type": ["number", "null"]}
    error = describe(
        kind=TEXT,
        message=TEXT,
        advice=TEXT_OR_NULL,
        exit_code={"type": "integer"},
        sent={"type": ["boolean", "null"]},
        status={"type": ["integer", "null"]},
        retry_after=number_or_null,
        page={"type": ["integer", "null"]},
        service_ids={"type": "array", "items": TEXT},
        order={"anyOf": [{"$ref": "#/$defs/order"}, {"type": "null"}]},
    )
    change = describe(
        at=MOMENT,
        event={"enum": ["seen", "new", "changed", "gone"]},
        changed={"type": "object", "additionalProperties": describe(before={}, after={})},
        work_order={"$ref": "#/$defs/work_order"},
    )
    check = describe(check=TEXT, state={"enum": ["ok", "warning", "problem"]}, message=TEXT, advice=TEXT_OR_NULL)
    step = describe(
        step={"type": "integer"},
        title=TEXT,
        about=TEXT,
        code=TEXT,
        route=TEXT_OR_NULL,
        ms={"type": "number"},
        result={"type": "object"},
    )
    return {"error": describe(error=error), "work_order_change": change, "check": check, "step": step}


def describe(**properties: Schema) -> Schema:
    """Return the shape of an object that always has all of its keys, and no other."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def describe_model(model: type[AttrsInstance], *, whole: bool = True) -> Schema:
    """Return the shape of a record, to which AEx may add keys; a `whole` one has all those that the model knows."""
    hints = get_type_hints(model)
    names = [field.name for field in fields(model) if field.name != "extra"]
    properties = {name: describe_type(hints[name]) for name in names}
    if whole:
        properties["misfits"] = {"type": "object"}
    return {"type": "object", "properties": properties, "required": names if whole else ["id"]}


def describe_type(hint: Any) -> Schema:
    """Return the shape of a value by its annotation."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return {"anyOf": sort_out(describe_type(part) for part in inner)}
    if origin in (tuple, list, Sequence):
        return {"type": "array", "items": describe_type(inner[0])}
    if hint in PLAIN:
        return PLAIN[hint]
    return {} if origin is not None or isinstance(hint, TypeVar) or hint is Any else describe_model(hint)


def sort_out(shapes: Iterable[Schema]) -> list[Schema]:
    """Return shapes without those that are there twice."""
    kept: list[Schema] = []
    for shape in shapes:
        if shape not in kept:
            kept.append(shape)
    return kept
