"""Plain JSON to models and back: strictly, exactly, keeping what no model knows."""

import enum
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import NoneType
from typing import Any, Literal, Union, cast, get_args, get_origin

import attrs
import pytest
from attrs import define, field, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aex_async import models
from aex_async._codec import Codec, Rows, from_json, to_json
from aex_async._json import Problems, encode
from tests import samples
from tests.test_json import plain_json

STRICT = Codec(strict=True)
read, read_rows = STRICT.read, STRICT.read_rows
read_leniently = Codec().read

# A busy machine can be slow over a single draw, which says nothing of what is drawn.
PURE = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

MODELS: list[type[Any]] = [
    models.CreatedService,
    models.Customer,
    models.CustomerRef,
    models.PredefinedPremise,
    models.Premise,
    models.PremiseRef,
    models.Price,
    models.Product,
    models.Service,
    models.ServiceChange,
    models.ServiceRef,
    models.WorkOrder,
]
every_model = pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)


def as_model(cls: type[Any], **row: Any) -> Any:
    """Return the model that a row holds, or its problems; whatever the class requires is there."""
    needed = {item.name: "X" for item in attrs.fields(cls) if item.default is attrs.NOTHING}
    return read(encode({**needed, **row}), cls)


def read_plain_rows(body: bytes) -> Rows[Any] | Problems:
    return read_rows(body, None)


# The samples of the document


@pytest.mark.parametrize(
    ("sample", "cls"),
    [
        (samples.CUSTOMER, models.Customer),
        (samples.CREATED_SERVICE, models.CreatedService),
        (samples.PREMISE, models.Premise),
    ],
    ids=["customer", "created service", "premise"],
)
def test_a_sample_of_one_is_read_and_written_back(sample: str, cls: type[Any]) -> None:
    model = read(sample.encode(), cls)
    assert isinstance(model, cls)
    check_written(model, json.loads(sample, parse_float=Decimal))


@pytest.mark.parametrize(
    ("sample", "cls", "total"),
    [
        (samples.PREDEFINED_PREMISES, models.PredefinedPremise, None),
        (samples.PRODUCTS, models.Product, None),
        (samples.CUSTOMER_SERVICES, models.Service, 1),
        (samples.WORK_ORDERS, models.WorkOrder, 1),
    ],
    ids=["predefined premises", "products", "services", "work orders"],
)
def test_a_sample_of_a_list_is_read_and_written_back(sample: str, cls: type[Any], total: int | None) -> None:
    plain = json.loads(sample, parse_float=Decimal)["items"]
    rows = read_rows(sample.encode(), cls)
    assert isinstance(rows, Rows)
    assert rows.total == total
    for model, row in zip(rows.items, plain, strict=True):
        check_written(model, row)


def check_written(model: attrs.AttrsInstance, sample: dict[str, Any]) -> None:
    """See that a model is written with the keys of its sample, in their order, and is read back from that."""
    plain = json.loads(json.dumps(to_json(model, secrets=True)))
    assert from_json(plain, type(model)) == model
    assert [name for name in plain if name in sample] == list(sample)
    dates = {name for name in sample if name.endswith(("_at", "_date"))}
    assert {name: plain[name] for name in sample if name not in {*dates, "pricing"}} == {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in sample.items()
        if name not in {*dates, "pricing"}
    }
    for name in dates:
        assert plain[name] == (sample[name] and f"{sample[name][:10]}T{sample[name][11:19]}+02:00")


def test_the_models_know_every_key_of_the_samples() -> None:
    products = read_rows(samples.PRODUCTS.encode(), models.Product)
    services = read_rows(samples.CUSTOMER_SERVICES.encode(), models.Service)
    orders = read_rows(samples.WORK_ORDERS.encode(), models.WorkOrder)
    premises = read_rows(samples.PREDEFINED_PREMISES.encode(), models.PredefinedPremise)
    customers = read_rows(samples.CUSTOMER.encode(), models.Customer)
    for rows in (products, services, orders, premises, customers):
        assert isinstance(rows, Rows)
        assert [model.extra for model in cast("list[Any]", rows.items)] == [{}] * len(rows.items)


def test_money_is_exact() -> None:
    rows = read_rows(samples.PRODUCTS.encode(), models.Product)
    assert isinstance(rows, Rows)
    price = rows.items[0].pricing[0]
    assert (repr(price.tax), repr(price.value), repr(price.value_incl)) == (
        "Decimal('15.0')",
        "Decimal('477.3913')",
        "Decimal('549.0')",
    )


# What is required, and what may be absent


@every_model
def test_a_row_of_identity_alone_is_enough(cls: type[Any]) -> None:
    model = as_model(cls)
    assert isinstance(model, cls)
    assert [getattr(model, item.name) for item in attrs.fields(cls) if item.default is None] == [
        None for item in attrs.fields(cls) if item.default is None
    ]


@every_model
def test_null_everywhere_else_is_the_same_as_nothing(cls: type[Any]) -> None:
    nulls = {
        item.name: None for item in attrs.fields(cls) if item.default is not attrs.NOTHING and item.name != "extra"
    }
    assert as_model(cls, **nulls) == as_model(cls)


@pytest.mark.fault("L10")
def test_a_null_id_is_a_problem_with_its_path() -> None:
    assert read(b'{"id": null}', models.Premise) == Problems(["$.id: is null"])


@pytest.mark.fault("L10")
def test_a_missing_id_is_a_problem_with_its_path() -> None:
    assert read(b"{}", models.Premise) == Problems(["$.id: missing"])


@pytest.mark.fault("L10", "L11")
def test_every_problem_of_a_row_is_told_at_once() -> None:
    row = b'{"id": 5, "email": 5, "enabled": "false", "created_at": "soon", "first_name": [], "comments": "fine"}'
    assert read(row, models.Customer) == Problems(
        [
            "$.id: expected text",
            "$.first_name: expected text",
            "$.email: expected text",
            "$.created_at: expected a date and time with its offset",
            "$.enabled: expected true or false",
        ]
    )


def test_a_problem_deep_down_is_told_with_its_whole_path() -> None:
    body = {"items": [{"id": "A"}, {"id": "B", "pricing": [{"id": "P"}, {"value": "free"}]}, 5]}
    assert read_rows(encode(body), models.Product) == Problems(
        [
            "$.items[1].pricing[1].id: missing",
            "$.items[1].pricing[1].value: expected a number",
            "$.items[2]: expected an object",
        ]
    )


@pytest.mark.fault("L1")
@pytest.mark.parametrize("body", [b"null", b"3", b'"canary"', b"[]", b"true", b"1.5", b'[{"id": "canary"}]'])
@every_model
def test_anything_but_an_object_is_no_model(body: bytes, cls: type[Any]) -> None:
    assert read(body, cls) == Problems(["$: expected an object"])


@pytest.mark.parametrize(
    ("body", "problem"), [(b"", "$: empty"), (b'{"id": "canary"', "$: not JSON"), (b"NaN", "$: not JSON")]
)
def test_what_is_not_json_is_no_model(body: bytes, problem: str) -> None:
    assert read(body, models.Customer) == read_rows(body, models.Customer) == Problems([problem])
    assert read(body, None) == read_rows(body, None) == Problems([problem])


# Wrong types

TEXTS: list[Any] = [5, 5.0, True, [], {}, ["canary"]]
WHOLES: list[Any] = ["5", 5.0, 5.5, True, [], {}, "canary"]
TRUTHS: list[Any] = ["false", "true", 0, 1, 0.0, "", [], {}]
NUMBERS: list[Any] = ["canary", "", "0x1A", "1e999", "NaN", "Infinity", "1_000", "1,5", " 1", "\uff15", True, [], {}]
DEGREES: list[Any] = [*NUMBERS, 10**400]
MOMENTS: list[Any] = [0, 1729165369, 1.5, True, "", "canary", [], {}, {"canary": 1}]
SINGLES: list[Any] = [[], {}, ["canary"]]
LISTS: list[Any] = ["[]", 5, {}, True]
OBJECTS: list[Any] = ["canary", 5, [], True]


@pytest.mark.fault("L11")
@pytest.mark.parametrize(
    ("cls", "name", "values", "expected"),
    [
        pytest.param(models.Customer, "first_name", TEXTS, "text", id="text"),
        pytest.param(models.Customer, "id", TEXTS, "text", id="required text"),
        pytest.param(models.Product, "speed_up", WHOLES, "a whole number", id="whole number"),
        pytest.param(models.PredefinedPremise, "id", WHOLES, "a whole number", id="id of a predefined premise"),
        pytest.param(models.Service, "cancelled", TRUTHS, "true or false", id="boolean"),
        pytest.param(models.Premise, "latitude", DEGREES, "a number", id="degrees"),
        pytest.param(models.Price, "value", NUMBERS, "a number", id="money"),
        pytest.param(models.WorkOrder, "created_at", MOMENTS, "a date and time with its offset", id="moment"),
        pytest.param(
            models.WorkOrder, "schedule_date", MOMENTS, "a date, or a date and time with its offset", id="date"
        ),
        pytest.param(models.Service, "level", SINGLES, "a single value", id="scalar"),
        pytest.param(models.Product, "pricing", LISTS, "a list", id="list"),
        pytest.param(models.CreatedService, "customer", OBJECTS, "an object", id="object"),
    ],
)
def test_a_wrong_type_is_a_problem_and_never_converted(
    cls: type[Any], name: str, values: list[Any], expected: str
) -> None:
    assert [as_model(cls, **{name: value}) for value in values] == [Problems([f"$.{name}: expected {expected}"])] * len(
        values
    )


@pytest.mark.parametrize("value", ["text", "", 5, True, False, Decimal("1.5"), None], ids=repr)
def test_a_key_of_unknown_type_takes_any_single_value(value: object) -> None:
    service = as_model(models.Service, level=value)
    assert (type(service.level), service.level) == (type(value), value)


@pytest.mark.fault("L12")
@pytest.mark.parametrize(
    "status", ["Has Existing Service", "has existing service", "A status of tomorrow", "", "\0\u202e"]
)
def test_a_status_is_whatever_text_aex_sends(status: str) -> None:
    assert as_model(models.Premise, status=status).status == status


@pytest.mark.fault("L15")
@pytest.mark.parametrize(
    "guid",
    [
        "b002a6b4-6541-47a5-8438-be8aceaa6d82",
        "B002A6B4-6541-47A5-8438-BE8ACEAA6D82",
        "{B002A6B4-6541-47A5-8438-BE8ACEAA6D82}",
        "B002A6B4654147A58438BE8ACEAA6D82",
        "00000000-0000-0000-0000-000000000000",
        "B0",
        "",
    ],
)
def test_an_id_keeps_the_spelling_of_aex(guid: str) -> None:
    assert read(encode({"id": guid}), models.Premise) == models.Premise(id=guid)


@pytest.mark.fault("L16")
@pytest.mark.parametrize("degrees", ["-26.038965", "90.5", "1e-05", "-0.0", "540", "0"])
def test_degrees_are_a_float_as_sent(degrees: str) -> None:
    premise = read(b'{"id": "P", "latitude": %s}' % degrees.encode(), models.Premise)
    assert isinstance(premise, models.Premise)
    assert repr(premise.latitude) == repr(float(degrees))


@pytest.mark.fault("L14")
@pytest.mark.parametrize(
    "money", ["477.3913", "549.0", "-12.50", "-0.0", "0", "12345678901234567890.123456789", "1E+2", "9007199254740993"]
)
def test_money_is_a_decimal_of_the_very_digits(money: str) -> None:
    price = read(b'{"id": "P", "value": %s}' % money.encode(), models.Price)
    assert isinstance(price, models.Price)
    assert price.value is not None
    assert price.value.as_tuple() == Decimal(money).as_tuple()


@pytest.mark.fault("L14")
@pytest.mark.parametrize(
    "money",
    [b"1e400", b"-1e999", b"1e-99999999999999999999", b"0e99999999999999999999", b"NaN", b"0." + b"1" * 400],
    ids=["1e400", "-1e999", "fine", "nought", "NaN", "long"],
)
def test_money_beyond_all_measure_is_refused(money: bytes) -> None:
    assert read(b'{"id": "P", "value": %s}' % money, models.Price) == Problems(["$: not JSON"])


# Dates

JOHANNESBURG = timezone(timedelta(hours=2))


@pytest.mark.fault("L13")
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-10-17 13:42:49 +0200", datetime(2024, 10, 17, 13, 42, 49, tzinfo=JOHANNESBURG)),
        ("2024-10-17T13:42:49+02:00", datetime(2024, 10, 17, 13, 42, 49, tzinfo=JOHANNESBURG)),
        ("2024-10-17 13:42:49+02:00", datetime(2024, 10, 17, 13, 42, 49, tzinfo=JOHANNESBURG)),
        ("2024-10-17 13:42:49 UTC", datetime(2024, 10, 17, 13, 42, 49, tzinfo=UTC)),
        ("2024-10-17 13:42:49.25 UTC", datetime(2024, 10, 17, 13, 42, 49, 250000, tzinfo=UTC)),
        ("2024-10-17 00:00:00 +0200", datetime(2024, 10, 17, tzinfo=JOHANNESBURG)),
        ("2024-10-17T13:42:49Z", datetime(2024, 10, 17, 13, 42, 49, tzinfo=UTC)),
        ("2024-10-17T13:42:49.123Z", datetime(2024, 10, 17, 13, 42, 49, 123000, tzinfo=UTC)),
        ("2024-10-17 13:42:49.5 +0200", datetime(2024, 10, 17, 13, 42, 49, 500000, tzinfo=JOHANNESBURG)),
        ("2024-10-17T13:42:49,5Z", datetime(2024, 10, 17, 13, 42, 49, 500000, tzinfo=UTC)),
        ("2024-10-17t13:42:49z", datetime(2024, 10, 17, 13, 42, 49, tzinfo=UTC)),
        ("2024-10-17T13:42+02", datetime(2024, 10, 17, 13, 42, tzinfo=JOHANNESBURG)),
        ("2024-10-17 13:42:49 -0000", datetime(2024, 10, 17, 13, 42, 49, tzinfo=UTC)),
        ("2024-02-29 00:00:00 +0000", datetime(2024, 2, 29, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59 -0200", datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-2)))),
    ],
)
@pytest.mark.parametrize("cls", [models.Customer, models.PredefinedPremise])
def test_a_date_of_either_form_is_aware_and_is_read_back(cls: type[Any], text: str, moment: datetime) -> None:
    model = as_model(cls, created_at=text)
    assert model.created_at == moment
    assert model.created_at.utcoffset() == moment.utcoffset()
    assert from_json(to_json(model), cls) == model


@pytest.mark.fault("L13")
@pytest.mark.parametrize(
    ("fraction", "microsecond"),
    [("1234564", 123456), ("1234567", 123457), ("999999499", 999999), ("12345", 123450), ("0" * 30, 0)],
)
@pytest.mark.parametrize("more", ["", ', "unknown": 1'])
def test_a_date_finer_than_a_microsecond_is_rounded_whatever_else_its_row_holds(
    fraction: str, microsecond: int, more: str
) -> None:
    for form in (
        "2024-10-17T13:42:49.%sZ",
        "2024-10-17 13:42:49.%s UTC",
        "2024-10-17 13:42:49.%s +0000",
        "2024-10-17T13:42:49.%s-00:00",
    ):
        body = f'{{"guid": "P1", "created_at": "{form % fraction}"{more}}}'
        premise: Any = read(body.encode(), models.PredefinedPremise)
        assert premise.created_at == datetime(2024, 10, 17, 13, 42, 49, microsecond, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-10-17",
        "2024-10-17 13:42:49",
        "2024-10-17T13:42:49",
        "2024-10-17T13:42:49.123",
        "0000-00-00",
        "0000-00-00 00:00:00 +0000",
        "2024-10-17 24:00:00 +0000",
        "2024-10-17T24:00:00Z",
        "2024-10-17 13:42:49 +0260",
        "2024-10-17T13:42:49+02:60",
        "2024-10-17 13:42:49 +00.0",
        "2024-10-17 13:42:49 .0200",
        "2024-10-17T13:42:49,Z",
        "2024-W42-4T13:42:49Z",
        "2024-10-17 24:00:00 UTC",
        "2024-10-17 13:42:49  UTC",
        "2024-10-17 13:42:49.1234567 +2500",
        "UTC",
        " UTC",
        "2024-10-17T25:00:00Z",
        "2016-12-31T23:59:60Z",
        "2023-02-29 00:00:00 +0200",
        "2024-13-01 00:00:00 +0200",
        "2024-10-17 13:42:49 +2500",
        "2024-10-17x13:42:49Z",
        "20241017T134249Z",
        "10000-01-01T00:00:00Z",
        "Thu, 17 Oct 2024 13:42:49 +0200",
        "17/10/2024 13:42",
        "\uff12\uff10\uff12\uff14-10-17T13:42:49Z",
        "now",
        "1729165369",
        "x" * 100_000,
    ],
    ids=lambda text: str(text)[:40],
)
@pytest.mark.parametrize("cls", [models.Customer, models.PredefinedPremise])
def test_a_date_without_sense_or_offset_is_refused(cls: type[Any], text: str) -> None:
    assert as_model(cls, created_at=text) == Problems(["$.created_at: expected a date and time with its offset"])


# Keys that no model knows


@pytest.mark.fault("L24")
@pytest.mark.parametrize(
    "name", ["__class__", "__init__", "__slots__", "self", "_method", "constructor", "extra", "new"]
)
@every_model
def test_a_key_that_no_model_knows_is_kept_and_does_nothing(cls: type[Any], name: str) -> None:
    model = as_model(cls, **{name: {"a": [1.5, None]}})
    assert type(model) is cls
    assert model.extra == {name: {"a": [1.5, None]}}
    assert to_json(model, secrets=True)[name] == {"a": [1.5, None]}


def test_a_fraction_in_an_unknown_key_is_a_float_where_a_float_is_exact() -> None:
    model = read(b'{"id": "P", "new": [0.1, 0.30000000000000000001]}', models.Premise)
    assert isinstance(model, models.Premise)
    assert repr(model.extra) == "{'new': [0.1, Decimal('0.30000000000000000001')]}"


# One answering for another


def test_a_premise_is_no_service() -> None:
    assert read(samples.PREMISE.encode(), models.Service) == Problems(["$: expected a service, not a premise"])


@pytest.mark.parametrize("row", [{"id": "S"}, {"id": "S", "status": "Active"}], ids=["id alone", "id and status"])
def test_a_service_that_says_little_is_still_a_service(row: dict[str, Any]) -> None:
    assert isinstance(read(encode(row), models.Service), models.Service)


def test_a_service_that_also_holds_an_address_is_still_a_service() -> None:
    row = {"id": "S", "product_id": "P", "street_name": "Pompano Place"}
    assert read(encode(row), models.Service) == models.Service(
        id="S", product_id="P", extra={"street_name": "Pompano Place"}
    )


@pytest.mark.parametrize("body", [b"null", b"[]", b"5"])
def test_nothing_is_no_service(body: bytes) -> None:
    assert read(body, models.Service) == Problems(["$: expected an object"])


# Listings


@pytest.mark.fault("L17", "L18")
@pytest.mark.parametrize(
    ("body", "count", "total"),
    [
        pytest.param({"items": [{"id": "A"}, {"id": "B"}], "page": 1, "count": 2, "total": 7}, 2, 7, id="envelope"),
        pytest.param({"items": [{"id": "A"}]}, 1, None, id="items alone"),
        pytest.param({"items": []}, 0, None, id="no items"),
        pytest.param({"items": [], "total": 0}, 0, 0, id="no items of none"),
        pytest.param({"items": None, "total": 0}, 0, 0, id="null for no items, which are counted"),
        pytest.param({"items": None, "total": 7}, 0, 7, id="null for no more items"),
        pytest.param({"items": [{"id": "A"}, {"id": "B"}], "total": 1}, 2, 1, id="more items than the total"),
        pytest.param({"items": [{"id": "A"}], "total": None}, 1, None, id="null total"),
        pytest.param({"items": [{"id": "A"}], "total": "7"}, 1, None, id="total as text"),
        pytest.param({"items": [{"id": "A"}], "total": -1}, 1, None, id="negative total"),
        pytest.param({"items": [{"id": "A"}], "total": 7.0}, 1, None, id="total with a fraction"),
        pytest.param({"items": [{"id": "A"}], "total": True}, 1, None, id="true as total"),
        pytest.param({"items": [{"id": "A"}], "total": [7]}, 1, None, id="list as total"),
        pytest.param({"items": [{"id": "A"}], "page": "x", "count": {}, "total": 1}, 1, 1, id="odd page and count"),
        pytest.param({"id": "A"}, 1, None, id="bare object"),
        pytest.param({"id": "A", "total": 7}, 1, None, id="bare object with a key called total"),
        pytest.param([{"id": "A"}, {"id": "B"}], 2, None, id="bare list"),
        pytest.param([], 0, None, id="empty bare list"),
    ],
)
def test_a_listing_comes_in_any_of_its_forms(body: Any, count: int, total: int | None) -> None:
    rows = read_rows(encode(body), models.Customer)
    assert isinstance(rows, Rows)
    assert [row.id for row in rows.items] == ["A", "B"][:count]
    assert rows.total == total


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"null", "$: expected a list"),
        (b"3", "$: expected a list"),
        (b'"canary"', "$: expected a list"),
        (b'{"items": null}', "$.items: expected a list"),
        (b'{"items": null, "total": "3"}', "$.items: expected a list"),
        (b'{"items": {"id": "canary"}}', "$.items: expected a list"),
        (b'{"items": "canary"}', "$.items: expected a list"),
        (b'{"items": [null]}', "$.items[0]: expected an object"),
        (b'[{"id": "canary"}, "canary"]', "$[1]: expected an object"),
        (b'{"results": [{"id": "canary"}]}', "$.items: missing"),
        (b'{"results": []}', "$.items: missing"),
        (b'{"errors": ["canary"]}', "$[0].id: missing"),
        (b"{}", "$[0].id: missing"),
    ],
)
def test_what_is_no_listing_is_a_problem_with_its_path(body: bytes, problem: str) -> None:
    assert read_rows(body, models.Customer) == Problems([problem])


@pytest.mark.parametrize(
    "body", [{"items": [{"id": "A"}]}, {"id": "A"}, [{"id": "A"}]], ids=["envelope", "object", "list"]
)
def test_a_listing_of_plain_json_comes_in_any_form_too(body: Any) -> None:
    rows = read_plain_rows(encode(body))
    assert isinstance(rows, Rows)
    assert (rows.items, rows.bare) == ([{"id": "A"}], isinstance(body, dict) and "id" in body)


def test_without_a_class_json_stays_plain() -> None:
    assert read(b'{"id": 1.5, "self": [null]}', None) == {"id": 1.5, "self": [None]}
    assert read(b"null", None) is None
    assert read_rows(b'{"items": [1, null, "x"], "total": 3}', None) == Rows([1, None, "x"], 3)


# Classes of the user's own


def _short(_: object, __: object, value: str) -> None:
    if len(value) > 3:
        raise ValueError(f"{value} is too long")


class Colour(enum.Enum):
    RED = "red"


@frozen
class Meter:
    serial: str = field(validator=_short)
    reading: Decimal = Decimal(0)


@define(kw_only=True)
class Cabinet:
    name: str
    _code: str | None = field(default=None, alias="code")
    height: float = field(default=1.5, alias="how_high")
    meters: list[Meter] = field(factory=list[Meter])
    spare: Meter | None = None
    tags: tuple[str, ...] = ()
    pair: tuple[int, str] | None = None
    grid: Sequence[list[int]] = ()
    colour: Colour | None = None
    side: Literal["left", "right"] | None = None
    ports: set[int] | None = None
    limits: dict[str, int] = field(factory=dict[str, int])
    seen: list[datetime] = field(factory=list[datetime])
    anything: Any = None
    computed: int = field(init=False, default=7)


CABINET: dict[str, Any] = {
    "name": "C1",
    "_code": "x",
    "height": 2.25,
    "meters": [{"serial": "a", "reading": Decimal("1.10")}, {"serial": "b"}],
    "spare": {"serial": "c"},
    "tags": ["t", "u"],
    "pair": [1, "one"],
    "grid": [[1, 2], []],
    "colour": "red",
    "side": "left",
    "ports": [1, 2, 1],
    "limits": {"a": 1},
    "seen": ["2024-10-17 13:42:49 +0200"],
    "anything": {"free": [1]},
    "computed": 8,
    "unknown": "dropped",
}


def test_a_class_of_the_users_own_is_filled_from_its_annotations() -> None:
    assert read(encode(CABINET), Cabinet) == Cabinet(
        name="C1",
        code="x",
        how_high=2.25,
        meters=[Meter("a", Decimal("1.10")), Meter("b")],
        spare=Meter("c"),
        tags=("t", "u"),
        pair=(1, "one"),
        grid=[[1, 2], []],
        colour=Colour.RED,
        side="left",
        ports={1, 2},
        limits={"a": 1},
        seen=[datetime(2024, 10, 17, 13, 42, 49, tzinfo=JOHANNESBURG)],
        anything={"free": [1]},
    )


def test_absence_and_null_take_the_defaults_of_the_users_class() -> None:
    nulls = dict.fromkeys(CABINET)
    assert read(b'{"name": "C1"}', Cabinet) == read(encode({**nulls, "name": "C1"}), Cabinet) == Cabinet(name="C1")


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("name", 5, ".name: expected text"),
        ("name", None, ".name: is null"),
        ("_code", 5, "._code: expected text"),
        ("height", "canary", ".height: expected a number"),
        ("meters", {"serial": "canary"}, ".meters: expected a list"),
        ("meters", [{"serial": "a"}, {"serial": "canary"}], ".meters[1]: refused by Meter"),
        ("meters", [{"serial": "a"}, {"reading": "canary"}], ".meters[1].serial: missing"),
        ("meters", [None], ".meters[0]: expected an object"),
        ("spare", {"serial": "canary"}, ".spare: refused by Meter"),
        ("spare", [], ".spare: expected an object"),
        ("tags", "canary", ".tags: expected a list"),
        ("tags", ["t", 5], ".tags[1]: expected text"),
        ("pair", [1], ".pair: expected a list of 2"),
        ("pair", "ab", ".pair: expected a list of 2"),
        ("pair", [1, 2], ".pair[1]: expected text"),
        ("grid", 5, ".grid: expected a list"),
        ("colour", "canary", ".colour: does not fit its type"),
        ("side", "canary", ".side: is none of its choices"),
        ("ports", 5, ".ports: expected a list"),
        ("limits", ["canary"], ".limits: expected an object"),
        ("limits", {"canary": "canary"}, ".limits.*: expected a whole number"),
        ("seen", ["2024-10-17"], ".seen[0]: expected a date and time with its offset"),
    ],
)
def test_what_does_not_fit_a_class_of_the_users_own_is_a_problem(name: str, value: Any, problem: str) -> None:
    problems = read(encode({"name": "C1", name: value}), Cabinet)
    assert isinstance(problems, Problems)
    assert problems[0] == f"${problem}"


def test_what_a_validator_of_the_user_refuses_is_a_problem_of_its_row() -> None:
    assert read_rows(b'[{"serial": "a"}, {"serial": "canary"}]', Meter) == Problems(["$[1]: refused by Meter"])


def test_a_class_of_the_users_own_is_written_back() -> None:
    cabinet = read(encode(CABINET), Cabinet)
    assert isinstance(cabinet, Cabinet)
    plain = json.loads(json.dumps(to_json(cabinet)))
    assert plain["meters"] == [{"serial": "a", "reading": "1.10"}, {"serial": "b", "reading": "0"}]
    assert plain["seen"] == ["2024-10-17T13:42:49+02:00"]
    assert (plain["tags"], plain["grid"], plain["colour"], plain["ports"]) == (["t", "u"], [[1, 2], []], "red", [1, 2])
    assert from_json(plain, Cabinet) == cabinet


@pytest.mark.parametrize("name", ["results", "data", "rows"])
@pytest.mark.parametrize("kind", [None, Meter])
def test_rows_under_another_name_are_a_problem_and_not_one_row(name: str, kind: Any) -> None:
    """As Django REST framework and others name them. An object with an id is one row, whatever lists it has."""
    assert read_rows(encode({"count": 2, "next": None, name: [{"serial": "a"}]}), kind) == Problems(
        ["$.items: missing"]
    )
    row: dict[str, Any] = {"id": "A", name: []}
    assert read_rows(encode(row), None) == Rows([row], None, bare=True)


# Every model, every value

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_money = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
_moments = st.datetimes(
    timezones=st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
)
_values: dict[Any, st.SearchStrategy[Any]] = {
    str: _texts,
    int: st.integers(-(2**40), 2**70),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: _money,
    datetime: _moments,
    models.DateOrDatetime: _moments | st.dates(),
    models.Scalar: _texts | st.integers(-9, 9) | st.booleans() | _money,
}


def _annotated(annotation: Any) -> st.SearchStrategy[Any]:
    """Return the values that an annotation allows."""
    if annotation in _values:
        return _values[annotation]
    if attrs.has(annotation):
        return instances(annotation)
    if get_origin(annotation) is tuple:
        return st.lists(_annotated(get_args(annotation)[0]), max_size=2).map(tuple)
    rest = [part for part in get_args(annotation) if part is not NoneType]
    return st.none() | _annotated(Union[tuple(rest)])  # noqa: UP007


def instances(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Return instances of a model with a few of its fields filled, and with keys that it does not know."""
    fields = {item.name: item for item in attrs.fields(attrs.resolve_types(cls)) if item.name != "extra"}
    needed = [name for name, item in fields.items() if item.default is attrs.NOTHING]
    values = {name: _annotated(item.type) for name, item in fields.items()}
    some = st.lists(st.sampled_from(list(fields)), max_size=8).flatmap(
        lambda names: st.fixed_dictionaries({name: values[name] for name in [*needed, *names]})
    )
    unknown = st.dictionaries(_texts.filter(lambda name: name not in fields), plain_json.map(_spoken), max_size=2)

    def build(known: dict[str, Any], extra: dict[str, Any]) -> Any:
        return cls(**known, extra=extra)

    return st.builds(build, some, unknown)


def _spoken(value: Any) -> Any:
    """Return plain JSON as it comes back once written."""
    return read(encode(value), None)


INSTANCES = {cls: instances(cls) for cls in MODELS}


@every_model
@given(data=st.data())
@PURE
def test_a_model_written_and_read_again_is_the_same(cls: type[Any], data: st.DataObject) -> None:
    model = data.draw(INSTANCES[cls])
    plain = to_json(model, secrets=True)
    assert from_json(plain, cls) == model
    assert from_json(json.loads(json.dumps(plain)), cls) == model
    for codec in (Codec(), STRICT):
        again: Any = codec.read(encode(plain), cls)
        assert again == model
        assert repr(again.extra) == repr(model.extra)


ODD: list[Any] = [
    None,
    True,
    0,
    5,
    2**64,
    Decimal("1.5"),
    "",
    "5",
    "2024-10-17",
    [],
    {},
    [{}],
    [{"id": "P"}],
    {"id": 5},
]
NO_SERVICE = Problems(["$: expected a service, not a premise"])

# The same models as classes of a user's own, for which there is no swift way.
TWINS: dict[type[Any], type[Any]] = {
    cls: attrs.make_class(cls.__name__, (), (cls,), frozen=True, kw_only=True, repr=False, eq=False) for cls in MODELS
}


@every_model
@given(data=st.data())
@PURE
def test_the_swift_and_the_thorough_way_agree_on_any_row(cls: type[Any], data: st.DataObject) -> None:
    row = to_json(data.draw(INSTANCES[cls]), secrets=True)
    names = st.sampled_from([*row, "unknown"])
    row.update(data.draw(st.dictionaries(names, st.sampled_from(ODD), max_size=3)))
    for name in data.draw(st.sets(names, max_size=2)):
        row.pop(name, None)
    for codec in (Codec(), STRICT):
        swift: Any = codec.read(encode(row), cls)
        thorough: Any = codec.read(encode(row), TWINS[cls])
        assert type(thorough) in (TWINS[cls], Problems)
        assert swift == NO_SERVICE or repr(swift) == repr(thorough)
        assert isinstance(swift, Problems) or repr(to_json(swift)) == repr(to_json(thorough))


@given(plain_json)
@PURE
def test_no_json_makes_reading_raise(value: Any) -> None:
    for cls in MODELS:
        body = encode({"id": value, "pricing": value, "items": value})
        for codec in (Codec(), STRICT):
            assert isinstance(codec.read(body, cls), cls | Problems)
            assert isinstance(codec.read_rows(body, cls), Rows | Problems)


@pytest.mark.parametrize(
    "row", ['{"id": "A", "created_at": "yesterday"}', '{"id": "A", "latitude": 0.' + "1" * 80 + "}"]
)
def test_a_row_that_only_looks_right_to_the_parser_is_a_problem_all_the_same(row: str) -> None:
    for body in (f"[{row}]", f'{{"items": [{row}]}}'):
        assert isinstance(read_rows(body.encode(), models.Premise), Problems)
    assert isinstance(read(row.encode(), models.Premise), Problems)


def count_calls(use: Callable[[], object]) -> int:
    """Return how many functions written in Python a call takes, its own included."""
    events: list[str] = []
    use()  # what is made only once
    before = sys.getprofile()
    sys.setprofile(lambda _, event, __: events.append(event))
    try:
        use()
    finally:
        sys.setprofile(before)
    return events.count("call")


@pytest.mark.parametrize(
    ("sample", "cls", "known", "unknown"),
    [
        (samples.PREDEFINED_PREMISES, models.PredefinedPremise, 6, 20),
        (samples.PRODUCTS, models.Product, 17, 29),
        (samples.CUSTOMER_SERVICES, models.Service, 11, 19),
        (samples.WORK_ORDERS, models.WorkOrder, 8, 16),
        (samples.CUSTOMER, models.Customer, 6, 14),
        (samples.PREMISE, models.Premise, 12, 20),
    ],
    ids=["predefined premises", "products", "services", "work orders", "customers", "premises"],
)
def test_the_parser_does_most_of_the_work_of_a_row_and_still_much_if_it_has_unknown_keys(
    sample: str, cls: type[Any], known: int, unknown: int
) -> None:
    plain = json.loads(sample)
    row = plain.get("items", [plain])[0]
    for most, more in ((known, {}), (unknown, {"new": 1.5})):
        rows = [{**row, **more}] * 100
        for page in (rows, {"items": rows, "total": 100, "page": 1, "count": 100}):
            body = encode(page)
            assert count_calls(lambda body=body: read_rows(body, cls)) <= 100 * most + 20  # type: ignore[misc]
        one = encode(rows[0])
        # One row alone is also searched for keys that come twice.
        assert count_calls(lambda one=one: read(one, cls)) <= most + 35  # type: ignore[misc]


def test_rows_of_plain_json_hold_floats_and_rows_of_a_users_class_what_its_types_ask_for() -> None:
    @frozen
    class Sum:
        value: Decimal

    plain = cast("Any", read_rows(b'[{"value": 0.5}]', None))
    assert [type(value) for value in plain.items[0].values()] == [float]
    assert read_rows(b'[{"value": 0.30000000000000000001}]', Sum) == Rows(
        [Sum(Decimal("0.30000000000000000001"))], None
    )


def test_a_list_that_is_null_or_absent_is_an_empty_one() -> None:
    assert as_model(models.Product, pricing=None).pricing == as_model(models.Product).pricing == ()


@frozen
class Keeper:
    """A user's class that keeps what it does not know."""

    id: str
    extra: dict[str, Any] = field(factory=dict[str, Any])


def test_a_users_class_keeps_unknown_keys_too_whatever_they_are_called() -> None:
    assert read(b'{"id": "A", "new": 1, "extra": 0.5}', Keeper) == Keeper("A", {"new": 1, "extra": 0.5})


@pytest.mark.parametrize("name", ["street_name", "street_number", "suburb", "mdu_name", "postal_code", "area_id"])
def test_a_single_part_of_an_address_gives_a_premise_away_that_is_no_service(name: str) -> None:
    assert as_model(models.Service, **{name: "X"}) == NO_SERVICE


@pytest.mark.parametrize("name", ["product_id", "premise_id", "provider_id", "status_id", "provisioned"])
def test_a_single_word_of_what_was_ordered_makes_it_a_service_all_the_same(name: str) -> None:
    assert isinstance(as_model(models.Service, suburb="X", **{name: None}), models.Service)


@every_model
def test_a_whole_number_is_read_as_the_float_that_it_stands_for(cls: type[Any]) -> None:
    floats = [item.name for item in attrs.fields(attrs.resolve_types(cls)) if item.type == float | None]
    for row in (dict.fromkeys(floats, 7), {**dict.fromkeys(floats, 7), "new": 1}):
        assert [type(getattr(as_model(cls, **row), name)) for name in floats] == [float] * len(floats)


# Classes of the user's own


@frozen
class Own:
    """A class as a user may write it."""

    id: str
    anything: Any = None
    whatever: object = None
    extra: Any = None


def test_a_class_of_the_users_own_takes_plain_json_and_keeps_in_extra_what_it_does_not_know() -> None:
    body = b'{"id": "A", "anything": [1], "whatever": {"a": null}, "extra": {"b": true}, "unknown": 1}'
    assert read(body, Own) == Own("A", [1], {"a": None}, {"extra": {"b": True}, "unknown": 1})
    assert read(b'{"id": 5}', Own) == Problems(["$.id: expected text"])
