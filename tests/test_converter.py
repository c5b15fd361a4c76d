"""The converter: what users register on it, what it cannot do, and what models become beyond AEx."""

import enum
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Optional, cast
from uuid import UUID

import attrs
import pytest
from attrs import Factory, field, frozen
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override
from cattrs.strategies import configure_tagged_union, include_subclasses

from aex_async import (
    Bulk,
    Customer,
    FullService,
    Lookup,
    NewCustomer,
    NewService,
    Order,
    Page,
    PlacedOrder,
    PredefinedPremise,
    Premise,
    Product,
    Service,
    ServiceChange,
    WorkOrder,
    errors,
    from_json,
    make_converter,
    models,
    to_json,
)
from aex_async._codec import Codec, Rows
from aex_async._json import Problems, encode
from aex_async._secret_names import names_secret
from tests import samples

GUID = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"
LATEST = datetime.max.replace(tzinfo=UTC)
JOHANNESBURG = timezone(timedelta(hours=2))
NEW = NewCustomer(first_name="A", last_name="B", email="a@example.com", password="hunter22", mobile_number="0820004242")
CUSTOMER = Customer(
    id="C1", first_name="A", last_name="B", email="a@example.com", username="a", mobile_number="0820004242"
)


# Without a hook of the user's


def test_a_converter_reads_and_writes_as_the_client_does() -> None:
    converter = make_converter()
    plain = json.loads(samples.CUSTOMER_SERVICES)["items"][0]
    service = converter.structure(plain, Service)
    assert service == Codec().read(encode(plain), Service)
    assert converter.unstructure(service) == to_json(service, secrets=True)
    assert converter.structure(converter.unstructure(service), Service) == service


def test_every_converter_is_a_new_one_of_cattrs() -> None:
    assert isinstance(make_converter(), Converter)
    assert make_converter() is not make_converter()


@pytest.mark.parametrize("number", [477.3913, 5, Decimal("0.1"), "0.4773913e3", "-12", "1E+2", "+0.5"], ids=repr)
def test_money_is_exact_whatever_it_was_before(number: Any) -> None:
    price = from_json({"id": "P", "value": number}, models.Price)
    assert price.value == Decimal(str(number))


@pytest.mark.parametrize(
    "number",
    [10**400, True, "1e999", "1e-99999999999999999999", "NaN", float("inf"), float("nan")],
    ids=["huge", "true", "text beyond all floats", "text finer than all", "NaN", "infinity itself", "NaN itself"],
)
def test_what_is_no_number_is_no_degrees(number: Any) -> None:
    premise = from_json({"id": "P", "latitude": number}, Premise)
    assert premise.latitude is None
    assert premise.misfits == {"latitude"}
    scalar = from_json({"id": "P", "reference": 0.5}, Premise)
    assert scalar.reference == Decimal("0.5")


@pytest.mark.parametrize("text", ["1" * 72, "1" * 61 + "e99", "-" + "1" * 63, "0." + "0" * 5 + "1" * 57, "1e-400"])
def test_money_that_can_be_read_comes_back_whatever_its_length(text: str) -> None:
    codec = Codec(strict=True)
    for price in (
        from_json({"id": "P", "value": text}, models.Price),
        codec.read(b'{"id":"P","value":%s}' % text.encode(), models.Price),
    ):
        assert isinstance(price, models.Price)
        assert price.value == Decimal(text)
        assert from_json(to_json(price), models.Price) == price


@pytest.mark.parametrize(
    "number", [10**72, "1e-99999999999999999999", Decimal("1E+400"), Decimal("NaN"), Decimal("-Infinity")], ids=str
)
def test_money_that_could_not_come_back_does_not_fit(number: Any) -> None:
    assert from_json({"id": "P", "value": number}, models.Price).misfits == {"value"}


@pytest.mark.parametrize("text", ["-26.038965", "-0.26038965e2"])
def test_degrees_may_be_printed_as_an_sql_decimal(text: str) -> None:
    assert Codec(strict=True).read(encode({"id": "P", "latitude": text}), Premise) == Premise(
        id="P", latitude=-26.038965
    )


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [("customer_id", 5, "C"), ("enabled", "yes", False), ("pricing", "none", (models.Price(id="P"),))],
    ids=lambda value: str(value)[:11],
)
def test_a_field_that_was_set_since_is_no_misfit_any_longer(name: str, wrong: Any, right: Any) -> None:
    cls: Any = {"customer_id": Service, "enabled": Customer, "pricing": Product}[name]
    read: Any = from_json({"id": "X", name: wrong}, cls)
    assert (read.misfits, to_json(read)[name]) == ({name}, wrong)
    changed: dict[str, Any] = {name: right}
    corrected = attrs.evolve(read, **changed)
    assert corrected.misfits == set()
    assert getattr(from_json(to_json(corrected), cls), name) == right


@frozen
class Made:
    """A class of a user's whose defaults are made."""

    kind: str = "P"
    tags: set[str] = field(factory=lambda: {"new"})
    price: models.Price = field(default=Factory(lambda made: models.Price(id=made.kind), takes_self=True))
    extra: dict[str, Any] = field(factory=dict[str, Any])


def test_a_value_that_does_not_fit_is_kept_also_beside_a_default_that_is_made() -> None:
    sent = {"kind": "P", "tags": "none", "price": 5}
    read = from_json(sent, Made)
    assert (read, to_json(read)) == (Made(extra={"tags": "none", "price": 5}), sent)
    assert to_json(attrs.evolve(read, tags={"old"})) == {**sent, "tags": ["old"]}


@frozen
class Tagged:
    """A class of a user's that keeps what it does not know."""

    id: str
    tags: list[str] = field(factory=list[str])
    extra: Mapping[str, Any] = field(factory=dict[str, Any])


def test_what_does_not_fit_a_users_class_comes_back_until_its_field_is_set() -> None:
    read = from_json({"id": "X", "tags": "a,b", "more": 1}, Tagged)
    assert to_json(read) == {"id": "X", "tags": "a,b", "more": 1}
    assert to_json(attrs.evolve(read, tags=["a", "b"])) == {"id": "X", "tags": ["a", "b"], "more": 1}


# With hooks of the user's


def read_with(converter: Converter, body: Any, into: type[Any]) -> Any:
    """Return what a client with this converter reads."""
    return Codec(converter).read(encode(body), into)


def test_a_hook_for_a_type_is_obeyed_in_every_field_of_it() -> None:
    converter = make_converter()
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text[:10]).replace(tzinfo=UTC))
    row = {"id": "S", "created_at": "2024-10-17 around noon", "provisioned_date": "2024-10-18 later"}
    service = read_with(converter, row, Service)
    assert service.created_at == datetime(2024, 10, 17, tzinfo=UTC)
    assert service.provisioned_date == datetime(2024, 10, 18, tzinfo=UTC)
    rows = cast("Rows[Service]", Codec(converter).read_rows(encode({"items": [row], "total": 1}), Service))
    assert (rows.items, rows.total) == ([service], 1)


def test_a_hook_for_plain_text_is_obeyed_though_the_parser_could_have_read_it() -> None:
    converter = make_converter()
    converter.register_structure_hook(str, lambda text, _: str(text).strip())
    customer = read_with(converter, {"id": " C1 ", "first_name": 5, "business_name": " Fibre "}, Customer)
    assert (customer.id, customer.first_name, customer.business_name) == ("C1", "5", "Fibre")


def test_a_hook_registered_after_the_first_answer_is_obeyed_from_then_on() -> None:
    converter = make_converter()
    codec = Codec(converter)
    body = encode({"id": "P1", "city": "Durban"})
    assert codec.read(body, Premise) == Premise(id="P1", city="Durban")
    converter.register_structure_hook(str, lambda text, _: text.upper())
    assert codec.read(body, Premise) == Premise(id="P1", city="DURBAN")


def test_a_hook_for_a_model_is_obeyed_wherever_that_model_stands() -> None:
    converter = make_converter()
    converter.register_structure_hook(
        Premise, make_dict_structure_fn(Premise, converter, city=override(rename="town"), extra=override(omit=True))
    )
    row = {"id": "P1", "town": "Durban"}
    assert read_with(converter, row, Premise).city == "Durban"
    assert read_with(converter, {"service": {"id": "S"}, "premise": row}, FullService).premise.city == "Durban"
    assert converter.copy().structure(row, Premise).city == "Durban"


def test_a_hook_may_be_registered_by_a_test_of_the_type_or_by_a_factory() -> None:
    by_test, by_factory = make_converter(), make_converter()
    by_test.register_structure_hook_func(lambda kind: kind is datetime, lambda _, __: LATEST)

    @by_factory.register_structure_hook_factory(lambda kind: kind is datetime)
    def make_hook(_: Any) -> Any:
        def read(_: Any, __: Any) -> datetime:
            return LATEST

        return read

    for converter in (by_test, by_factory):
        service = read_with(converter, {"id": "S", "created_at": "now", "expiry_date": "never"}, Service)
        assert service.created_at == service.expiry_date == LATEST


@frozen(kw_only=True)
class Point:
    x: int


@frozen(kw_only=True)
class Point3(Point):
    z: int


@frozen(kw_only=True)
class Shape:
    corner: Point
    other: Point | None = None


def test_the_strategies_of_cattrs_work_on_it() -> None:
    converter = make_converter()
    include_subclasses(Point, converter)
    assert read_with(converter, {"corner": {"x": 1, "z": 2}}, Shape) == Shape(corner=Point3(x=1, z=2))
    tagged = make_converter()
    configure_tagged_union(Point | Colour, tagged)
    assert tagged.structure({"_type": "Point", "x": 1}, Point | Colour) == Point(x=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [ValueError("canary"), RuntimeError("canary"), KeyError("canary")])
def test_whatever_a_hook_raises_means_that_the_value_does_not_fit(error: Exception) -> None:
    def refuse(_: Any, __: Any) -> Any:
        raise error

    converter = make_converter()
    converter.register_structure_hook(datetime, refuse)
    body = {"id": "P1", "created_at": "canary"}
    assert read_with(converter, body, Premise) == Premise(id="P1", extra={"created_at": "canary"})
    assert Codec(converter, strict=True).read(encode(body), Premise) == Problems(
        ["$.created_at: does not fit its type"]
    )
    converter.register_structure_hook(Premise, refuse)
    assert read_with(converter, body, Premise) == Problems(["$: does not fit its type"])
    assert Codec(converter).read_rows(encode([body]), Premise) == Problems(["$[0]: does not fit its type"])


@pytest.mark.fault("L3", "X26")
@pytest.mark.parametrize("depth", [1, 94, 97, 98, 99, 100, 101, 400, 498, 600, 990])
@pytest.mark.parametrize(
    "form", [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"b": 1, "a":\t', b"}]")], ids=["lists", "objects", "both"]
)
def test_json_nested_to_any_depth_is_read_or_refused_and_never_raises(depth: int, form: tuple[bytes, bytes]) -> None:
    nested = form[0] * depth + b"1" + form[1] * depth
    hooked = make_converter()
    hooked.register_structure_hook(datetime, lambda text, _: text)
    for codec in (Codec(), Codec(strict=True), Codec(hooked)):
        for body in (b'{"id": "P1", "new": %b}', b'{"id": "P1", "city": %b}', b'{"items": [{"id": "P1", "new": %b}]}'):
            for into in (Premise, Service, Node, None):
                one = codec.read(body % nested, into)
                assert isinstance(codec.read_rows(body % nested, into), Rows | Problems)
                if isinstance(one, Premise | Service):
                    assert from_json(to_json(one), type(one)) == one
    read = Codec().read(b'{"id": "P1", "new": %b}' % nested, Premise)
    assert isinstance(read, Premise) == (depth <= 100 // len(form[0].translate(None, b' :,"ab1\t')))


def test_a_premise_is_no_service_with_hooks_either() -> None:
    converter = make_converter()
    converter.register_structure_hook(str, lambda text, _: text)
    assert read_with(converter, json.loads(samples.PREMISE), Service) == Problems(
        ["$: expected a service, not a premise"]
    )


@pytest.mark.parametrize("converter", [Converter(), dict, "converter"], ids=["cattrs's own", "dict", "text"])
def test_a_converter_that_knows_no_models_is_refused(converter: Any) -> None:
    with pytest.raises(errors.UsageError, match="make_converter"):
        Codec(converter)


# What does not fit


def test_an_optional_value_that_does_not_fit_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    codec = Codec()
    rows = [{"id": "P1", "created_at": "canary", "city": "Durban"}, {"id": "P2", "created_at": ["canary"]}]
    with caplog.at_level(logging.WARNING, logger="aex_async"):
        page = cast("Rows[Premise]", codec.read_rows(encode({"items": rows, "total": 2}), Premise))
        codec.read(encode({"id": "P3", "status": 5, "created_at": 7}), Premise)
    assert [(row.id, row.city, row.created_at, row.extra) for row in page.items] == [
        ("P1", "Durban", None, {"created_at": "canary"}),
        ("P2", None, None, {"created_at": ["canary"]}),
    ]
    assert page.items[0].misfits == {"created_at"}
    said = [record.getMessage() for record in caplog.records]
    named = [line.removeprefix("AEx sent what does not fit ").partition(" ")[0] for line in said]
    assert named == ["Premise.created_at", "Premise.status"]
    assert "expected a date and time with its offset" in said[0]
    assert "canary" not in caplog.text


def test_strictly_the_same_is_a_problem() -> None:
    body = encode({"id": "P1", "created_at": "canary", "latitude": "north"})
    assert Codec(strict=True).read(body, Premise) == Problems(
        ["$.latitude: expected a number", "$.created_at: expected a date and time with its offset"]
    )


@pytest.mark.parametrize("codec", [Codec(), Codec(strict=True)], ids=["leniently", "strictly"])
def test_identity_must_fit_either_way(codec: Codec) -> None:
    assert codec.read(b'{"id": 5}', Premise) == Problems(["$.id: expected text"])
    assert codec.read_rows(b'[{"id": 1}, {"guid": null}]', PredefinedPremise) == Problems(
        ["$[0].guid: missing", "$[1].guid: is null"]
    )
    assert codec.read(b'{"service": {"customer_id": "C1"}}', FullService) == Problems(["$.service.id: missing"])


def test_a_part_without_identity_costs_its_field() -> None:
    product: Any = Codec().read(b'{"id": "P", "pricing": [{"value": 1}], "speed_up": 5}', Product)
    assert (product.pricing, product.speed_up, product.extra) == ((), 5, {"pricing": [{"value": 1}]})
    inner: Any = Codec().read(b'{"id": "P", "pricing": [{"id": "X", "value": "free"}]}', Product)
    assert (inner.pricing[0].value, inner.pricing[0].extra, inner.extra) == (None, {"value": "free"}, {})


def test_a_class_that_could_not_keep_what_does_not_fit_does_not_lose_it_in_silence() -> None:
    assert Codec().read(b'{"corner": {"x": 1}, "other": 5}', Shape) == Problems(["$.other: expected an object"])


def find_null_only(sample: str) -> set[str]:
    plain = json.loads(sample)
    rows = plain.get("items", [plain])
    return {name for name in rows[0] if all(row.get(name) is None for row in rows)}


@pytest.mark.parametrize(
    ("cls", "sample"),
    [
        (Customer, samples.CUSTOMER),
        (Premise, samples.PREMISE),
        (Service, samples.CUSTOMER_SERVICES),
        (WorkOrder, samples.WORK_ORDERS),
    ],
)
@pytest.mark.parametrize("value", ["", "text", 5, True, Decimal("1.5")], ids=repr)
def test_what_the_document_shows_as_null_alone_takes_any_scalar_unless_it_is_a_date(
    cls: type[Any], sample: str, value: Any
) -> None:
    names = {name for name in find_null_only(sample) if not name.endswith(("_date", "_at", "_date_time"))}
    model: Any = Codec(strict=True).read(encode({"id": "X", **dict.fromkeys(names, value)}), cls)
    assert {(type(getattr(model, name)), getattr(model, name)) for name in names} == {(type(value), value)}
    assert model.misfits == set()


@pytest.mark.parametrize("cls", [Product, Service, WorkOrder, ServiceChange])
def test_every_date_may_be_a_day_or_a_moment(cls: type[Any]) -> None:
    names = [part.name for part in attrs.fields(cls) if part.name.endswith("_date")]
    for text, value in (
        ("2024-10-18", date(2024, 10, 18)),
        ("2024-10-18 00:00:00 UTC", datetime(2024, 10, 18, tzinfo=UTC)),
        ("2024-10-18 13:00:00 +0200", datetime(2024, 10, 18, 13, tzinfo=JOHANNESBURG)),
    ):
        model: Any = Codec(strict=True).read(encode({"id": "X", **dict.fromkeys(names, text)}), cls)
        assert [(type(getattr(model, name)), getattr(model, name)) for name in names] == [(type(value), value)] * len(
            names
        )
        assert from_json(json.loads(json.dumps(to_json(model))), cls) == model


@pytest.mark.parametrize("text", ["2024-W42-4", "20241018", "2024-02-30", "0000-00-00", "\uff12024-10-18", "24-10-18"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert Codec(strict=True).read(encode({"id": "X", "schedule_date": text}), WorkOrder) == Problems(
        ["$.schedule_date: expected a date, or a date and time with its offset"]
    )


# A full service


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_full_service_comes_as_published_callers_read_it(*, wrapped: bool) -> None:
    inner = {"service": {"id": "S"}, "premise": {"id": "P"}, "isp_product": {"id": "X"}, "more": 1}
    full: Any = Codec(strict=True).read(encode({"full_service": inner} if wrapped else inner), FullService)
    assert (full.service, full.premise, full.product) == (Service(id="S"), Premise(id="P"), Product(id="X"))
    assert full.extra == {"more": 1}
    assert from_json(to_json(full), FullService) == full


@pytest.mark.parametrize("body", [{}, {"full_service": None}, {"full_service": "S"}, {"id": "S", "product_id": "X"}])
def test_a_full_service_has_a_service(body: Any) -> None:
    assert Codec().read(encode(body), FullService) == Problems(["$.service: missing"])
    assert Codec().read(b"[]", FullService) == Problems(["$: expected an object"])


# Classes that users write


class Colour(enum.Enum):
    RED = "red"


@frozen
class Node:
    """A tree, as a user may write it."""

    name: str
    left: Optional["Node"] = None
    inner: list["Node"] = field(factory=list["Node"])
    named: Mapping[str, "Node"] = field(factory=dict[str, "Node"])


@frozen
class Wide:
    """Types that plain JSON has no values of, and some that can be either."""

    guid: UUID
    day: date | None = None
    either: int | str | None = None
    text_or_number: Decimal | str | None = None
    day_or_text: date | str | None = None
    many: tuple[int | None, ...] = ()
    part: Point | Point3 | None = None
    colour: Colour | int | None = None


def test_a_class_may_hold_itself() -> None:
    tree = {
        "name": "a",
        "left": {"name": "b"},
        "inner": [{"name": "c", "inner": [{"name": "d"}]}],
        "named": {"x": {"name": "e"}},
    }
    codec = Codec()
    assert codec.check_into(Node) is Node
    assert codec.read(encode(tree), Node) == Node("a", Node("b"), [Node("c", None, [Node("d")])], {"x": Node("e")})


def test_a_class_that_holds_itself_is_read_to_the_depth_of_json() -> None:
    body = b'{"name":"x","left":' * 99 + b'{"name":"x"}' + b"}" * 99
    assert isinstance(Codec().read(body, Node), Node)
    assert Codec().read(b'{"left":' + body + b"}", Node) == Problems(["$: not JSON"])


def test_a_union_takes_the_member_that_a_value_fits() -> None:
    codec = Codec()
    codec.check_into(Wide)
    row = {"guid": GUID.lower(), "day": "2024-10-18", "either": "5", "text_or_number": 1.5, "day_or_text": "soon"}
    wide = codec.read(encode({**row, "many": [1, None], "part": {"x": 1, "z": 2}, "colour": "red"}), Wide)
    assert wide == Wide(
        UUID(GUID), date(2024, 10, 18), "5", Decimal("1.5"), "soon", (1, None), Point3(x=1, z=2), Colour.RED
    )
    assert codec.read(encode({**row, "either": 5, "text_or_number": "1.5", "day_or_text": "2024-10-18"}), Wide) == Wide(
        UUID(GUID), date(2024, 10, 18), 5, "1.5", date(2024, 10, 18)
    )
    assert codec.read(encode({**row, "either": [], "guid": "x", "day": 5}), Wide) == Problems(
        ["$.guid: expected a GUID", "$.day: expected a date", "$.either: fits none of its types"]
    )
    assert codec.read(encode({"guid": 5}), Wide) == Problems(["$.guid: expected a GUID"])


class Opaque:
    """What nobody can read from JSON."""


@frozen
class Holder:
    item: Opaque


@frozen
class Outer:
    parts: dict[str, list[Holder]]


@frozen
class Lost:
    item: "Missing"  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable, reportUnknownVariableType]


@frozen
class Pause:
    length: timedelta | None = None


@pytest.mark.parametrize("cls", [Holder, Outer, Lost, Pause])
def test_a_class_that_json_cannot_become_is_refused_before_anything_is_sent(cls: type[Any]) -> None:
    with pytest.raises(
        errors.UsageError, match=f"into cannot be {cls.__name__}: plain JSON cannot become {cls.__name__}"
    ):
        Codec().check_into(cls)


@pytest.mark.parametrize("cls", [dict, int, Opaque, "Premise", Premise(id="P1")], ids=str)
def test_what_is_no_attrs_class_is_refused(cls: Any) -> None:
    with pytest.raises(errors.UsageError, match="into must be an attrs class"):
        Codec().check_into(cls)


def test_a_hook_makes_a_class_readable_and_its_parts_are_its_own_matter() -> None:
    converter = make_converter()
    codec = Codec(converter)
    with pytest.raises(errors.UsageError):
        codec.check_into(Outer)
    converter.register_structure_hook(Holder, lambda _, __: Holder(Opaque()))
    codec.check_into(Outer)
    outer: Any = codec.read(b'{"parts": {"a": [1, 2]}}', Outer)
    assert [type(holder) for holder in outer.parts["a"]] == [Holder, Holder]


@dataclass(frozen=True)
class Data:
    count: int


@frozen
class WithData:
    data: Data
    names: frozenset[str] = frozenset()


def test_a_dataclass_within_is_read_by_cattrs() -> None:
    codec = Codec()
    codec.check_into(WithData)
    assert codec.read(b'{"data": {"count": 1}, "names": ["a"]}', WithData) == WithData(Data(1), frozenset({"a"}))


# Beyond AEx


def test_a_dict_of_a_model_is_what_the_standard_library_writes() -> None:
    price = models.Price(id="P", value=Decimal("477.3913"))
    product = Product(
        id="X", pricing=(price,), effective_date=date(2024, 10, 18), extra={"new": [Decimal("1.50"), None]}
    )
    plain = to_json(product)
    assert plain["pricing"][0]["value"] == "477.3913"
    assert plain["effective_date"] == "2024-10-18"
    assert plain["new"] == [1.5, None]
    assert from_json(json.loads(json.dumps(plain)), Product) == product


@pytest.mark.parametrize(
    ("number", "written"),
    [("1.50", 1.5), ("1E+2", 100.0), ("9007199254740993", 9007199254740993), ("0.30000000000000000001", None)],
)
def test_a_fraction_of_unknown_meaning_is_a_number_as_far_as_one_can_hold_it(
    number: str, written: float | None
) -> None:
    plain = to_json(Premise(id="P", reference=Decimal(number), extra={"new": Decimal(number)}))
    assert plain["reference"] == plain["new"] == (number if written is None else written)


SECRET_KEYS = [
    *("password", "pppoe_password", "wifi_password", "Password", "admin_pw", "wifi_key", "wifi-key", "pin", "SIM_PIN"),
    *(
        "apiKey",
        "APIKey",
        "api_key",
        "secret",
        "clientSecret",
        "accessToken",
        "token",
        "session_cookie",
        "psk",
        "passwd",
        "WPA2",
        "passkey",
    ),
]


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_what_is_called_like_a_secret_is_left_out_at_any_depth_unless_asked_for(key: str) -> None:
    service = Service(id="S", extra={f"new_{key}": "canary", "router": [{key: "canary", "model": "R1"}]})
    assert "canary" not in json.dumps(to_json(service))
    assert to_json(service)["router"] == [{"model": "R1"}]
    assert from_json(to_json(service, secrets=True), Service) == service


@pytest.mark.parametrize(
    "settings",
    [
        "<config><wifi><psk>canary</psk></wifi></config>",
        "\n<Parameter><Name>X.WLANConfiguration.1.KeyPassphrase</Name><Value>canary</Value></Parameter>",
        "<param name='WPA-PSK' value='canary'/>",
        '<wlan ssid="home" password = "canary"/>',
        '{"ssid": "home", "wifi_key": "canary"}',
        '[{"login": {"adminPw": "canary"}}]',
        "\ufeff<?xml version='1.0'?><psk>canary</psk>",
        ["<ssid>home</ssid>", ["<psk>canary</psk>"]],
    ],
    ids=ascii,
)
@pytest.mark.parametrize("key", ["config_info", "acs"])
def test_settings_of_a_router_are_left_out_if_one_of_them_is_called_like_a_secret(key: str, settings: object) -> None:
    service = from_json({"id": "S", key: settings}, Service)
    assert to_json(service).get(key) is None
    assert from_json(to_json(service, secrets=True), Service) == service


@pytest.mark.parametrize(
    "text",
    [
        "<config_info><enable_band_steering>true</enable_band_steering></config_info>",
        "<p>The key is at reception, ask for the pass.</p>",
        "1 < 2",
        "{}",
        "[the key]",
    ],
)
def test_a_text_that_names_no_secret_stays(text: str) -> None:
    assert to_json(Service(id="S", config_info=text))["config_info"] == text


def test_a_long_text_is_searched_for_secrets_in_no_more_time_than_its_length() -> None:
    for piece in ("<", "a", "a ", "a=", "a='", '="', "> ", ">a ", '"', '"a" ', "<a", " ", "a=  "):
        text = ("<" + piece * 200_000)[:200_000]
        begun = time.process_time()
        assert "config_info" in to_json(Service(id="S", config_info=text))
        assert time.process_time() - begun < 5


@pytest.mark.parametrize("key", ["pinned", "monkey", "keyboard", "passenger", "spine", "shipping", "company", "bypass"])
def test_a_word_that_only_contains_another_is_none(key: str) -> None:
    assert not names_secret(key)


def test_of_the_fields_of_the_models_three_are_secret() -> None:
    names = {part.name for cls in vars(models).values() if attrs.has(cls) for part in attrs.fields(cls)}
    assert {name for name in names if names_secret(name)} == {"password", "pppoe_password", "wifi_password"}


def test_the_models_that_users_build_come_back_too() -> None:
    attempt = models.Attempt(
        reference="R1",
        customer_id="C1",
        premise_guid="G1",
        product_id="P1",
        baseline=("S0",),
        started_at=datetime.now(UTC),
    )
    for model in (
        NEW,
        NewService(customer=CUSTOMER, premise_guid="G1", product_id="P1"),
        Order(customer=CUSTOMER, premise_guid="G1", product_id="P1", reference="R1"),
        Order(customer=NEW, premise_guid="G1", product_id="P1"),
        attempt,
        PlacedOrder(customer=CUSTOMER, service=Service(id="S"), premise=None, created=True),
    ):
        assert from_json(json.loads(json.dumps(to_json(model, secrets=True))), type(model)) == model
    assert "hunter22" not in json.dumps(to_json(NEW))
    with pytest.raises(errors.UsageError, match=r"no NewCustomer: \$\.password: missing"):
        from_json(to_json(NEW), NewCustomer)


def test_a_generic_model_comes_back_as_what_it_is_of() -> None:
    page = Page(number=2, items=[Premise(id="P1")], total=7)
    plain = to_json(page)
    assert from_json(plain, Page[Premise]) == page
    assert from_json(plain, Page[Any]).items[0]["id"] == "P1"
    bulk: Bulk[str, Premise] = Bulk(found={"Pin Street": Premise(id="P1")}, failed={})
    assert from_json(to_json(bulk), Bulk[str, Premise]) == bulk


def test_what_failed_is_told_and_cannot_come_back() -> None:
    error = errors.NotFoundError("GET /x answered 404: not found", status=404, method="GET", path="/x")
    bulk: Bulk[tuple[float, float], Premise] = Bulk(found={}, failed={(-29.5, 30.25): error})
    plain = json.loads(json.dumps(to_json(bulk)))
    assert plain["failed"]["-29.5,30.25"] == {"type": "NotFoundError", "message": str(error), "advice": error.advice}
    with pytest.raises(errors.UsageError, match="no Bulk"):
        from_json(plain, Bulk[str, Premise])
    failed: Lookup[str, Premise] = Lookup(input="P1", value=None, error=error)
    lookup = to_json(failed)
    with pytest.raises(errors.UsageError, match="an error cannot be read back"):
        from_json(lookup, Lookup[str, Premise])


def test_what_a_model_refuses_is_told_with_its_reason() -> None:
    with pytest.raises(errors.UsageError, match="refused by NewCustomer: email must be one e-mail address"):
        from_json({**to_json(NEW, secrets=True), "email": "canary"}, NewCustomer)


@pytest.mark.parametrize("model", [{}, None, "text", Premise])
def test_only_a_model_has_a_dict(model: Any) -> None:
    with pytest.raises(errors.UsageError, match="takes one model at a time"):
        to_json(model)


def test_a_class_of_the_users_own_is_written_by_the_same_rules() -> None:
    wide = Wide(UUID(GUID), date(2024, 10, 18), 5, Decimal("1.50"), "soon", (1, None), Point(x=1), Colour.RED)
    plain = json.loads(json.dumps(to_json(wide)))
    assert (plain["guid"], plain["day"], plain["text_or_number"], plain["colour"]) == (
        GUID.lower(),
        "2024-10-18",
        "1.50",
        "red",
    )
