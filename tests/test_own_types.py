"""Types of users' own, in classes for `into` and in hooks: each value is read for what it is, or not at all."""

import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from operator import eq
from types import NoneType
from typing import Annotated, Any, ClassVar, Literal, NewType, TypedDict, cast
from uuid import UUID

import attrs
import httpx
import pytest
from attrs import field, frozen, make_class
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from aex_async import (
    AsyncAExClient,
    Attempt,
    AttemptState,
    Bulk,
    CreatedService,
    Customer,
    NewCustomer,
    NewService,
    Page,
    Premise,
    Product,
    Service,
    errors,
    from_json,
    make_converter,
    to_json,
)
from aex_async._codec import Codec
from aex_async._json import Problems, encode

GUID = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"
CUSTOMER = Customer(id="C1", first_name="A", last_name="B", email="a@x.co", username="a", mobile_number="1")


class Status(enum.StrEnum):
    ACTIVE = "Active"


class Speed(enum.IntEnum):
    SLOW = 10


class Level(enum.Enum):
    ONE = 1
    HALF = 0.5
    TOP = "top"


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class Rights(enum.IntFlag):
    READ = 1
    WRITE = 2


class Plain(str, enum.Enum):  # noqa: UP042 - whose text is not its value, unlike StrEnum's
    ACTIVE = "Active"


class OpenStatus(enum.StrEnum):
    KNOWN = "known"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> "OpenStatus":  # noqa: ARG003 - whatever else AEx may say
        return cls.OTHER


class Code(str):
    __slots__ = ()


class Metres(int):
    __slots__ = ()


class Degrees(float):
    __slots__ = ()


def holding(kind: Any) -> type[Any]:
    """Return a class with one field, of this type."""
    return make_class("Holder", {"item": field(type=kind)}, frozen=True)


def read(kind: Any, value: Any) -> Any:
    """Return what such a class makes of a value, or the problems with it."""
    cls = holding(kind)
    held = Codec().read(encode({"item": value}), Codec().check_into(cls))
    return held if isinstance(held, Problems) else held.item


@pytest.mark.parametrize(
    ("kind", "value", "item"),
    [
        (Status, "Active", Status.ACTIVE),
        (OpenStatus, "new to us", OpenStatus.OTHER),
        (Speed, 10, Speed.SLOW),
        (Level, 1, Level.ONE),
        (Level, 0.5, Level.HALF),
        (Level, "top", Level.TOP),
        (Code, "x", Code("x")),
        (Metres, 5, Metres(5)),
        (Degrees, 5, Degrees(5)),
        (Access, 3, Access.READ | Access.WRITE),
        (Literal["a", 1], 1, 1),
        (Literal[Status.ACTIVE], "Active", Status.ACTIVE),
        (Literal["a"] | None, None, None),
        (NoneType, None, None),
        (list[None], [None], [None]),
        (Any, None, None),
        (Status | None, None, None),
        (Status | str, "Gone", "Gone"),
        (dict[str, Decimal], {"a": 1.1}, {"a": Decimal("1.1")}),
        (Mapping[UUID, int], {GUID: 1}, {UUID(GUID): 1}),
        (dict[int, str], {"7": "x", "-1": "y"}, {7: "x", -1: "y"}),
        (dict[Plain, int], {"Active": 1}, {Plain.ACTIVE: 1}),
        (dict[tuple[float, float], str], {"-29.8,30.9": "x"}, {(-29.8, 30.9): "x"}),
        (dict, {"a": [None]}, {"a": [None]}),
    ],
    ids=str,
)
def test_a_value_becomes_what_its_class_says_and_comes_back_from_json(kind: Any, value: Any, item: Any) -> None:
    found = read(kind, value)
    assert found == item
    assert type(found) is type(item)
    cls: Any = holding(kind)
    plain = to_json(cls(item=item))
    assert from_json(plain, cls) == from_json(json.loads(json.dumps(plain)), cls) == cls(item=item)


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        (Status, "Gone", ": does not fit its type"),
        (Status, 1, ": expected text"),
        (Speed, 11, ": does not fit its type"),
        (Speed, True, ": expected a whole number"),
        (Level, True, ": is none of its choices"),
        (Access, -1, ": is none of its choices"),
        (Rights, -1, ": is none of its choices"),
        (Level, 1.0, ": is none of its choices"),
        (Level, {}, ": does not fit its type"),
        (Literal[1], True, ": is none of its choices"),
        (Literal[True], 1, ": is none of its choices"),
        (Literal["a"], "b", ": is none of its choices"),
        (NoneType, 0, ": expected null"),
        (Status, None, ": is null"),
        (dict[str, int], [], ": expected an object"),
        (dict[str, int], {"jane@example.com": "x"}, ".*: expected a whole number"),
        (dict[int, str], {"1.0": "x"}, ".*: expected a whole number"),
        (dict[int, str], {"01": "x"}, ".*: expected a whole number"),
        (dict[int, str], {"0": "x", "-0": "y"}, ".*: stands there twice"),
        (dict[str, list[int]], {"a": [1, "x"]}, ".*[1]: expected a whole number"),
        (datetime | None, "2024-10-17", ": expected a date and time with its offset"),
    ],
    ids=str,
)
def test_python_takes_some_values_for_others_and_the_client_does_not(kind: Any, value: Any, problem: str) -> None:
    assert read(kind, value) == Problems([f"$.item{problem}"])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Any, [{"a": 1.5}]),
        (object, 1.5),
        (Any | None, {"a": 1.5}),
        (dict[str, Any], {"a": [1.5]}),
        (list[Any], [1.5, [2.5]]),
    ],
    ids=str,
)
def test_plain_json_in_a_class_is_what_json_dumps_takes(kind: Any, data: Any) -> None:
    assert json.dumps(read(kind, data)) == json.dumps(data)


def test_a_key_that_a_typed_dict_does_not_know_is_what_json_dumps_takes_too() -> None:
    data = {"number": "0820004242", "fee": 1.5, "fees": [{"once": 2.5}]}
    assert json.dumps(read(Phone, data)) == json.dumps(data)


def test_a_fraction_that_no_float_holds_stays_exact_in_plain_json() -> None:
    exact = Decimal("0.12345678901234567890")
    assert read(Any, [exact]) == [exact]


@dataclass
class Router:
    serial: str | None = None


class Phone(TypedDict, total=False):
    number: str


Choice = Premise | Service | Router | Phone | dict[str, int] | None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"id": "S1", "product_id": "P1", "provisioned": True}, Service),
        ({"id": "P1", "street_name": "Railway Street", "suburb": "Hectorton"}, Premise),
        ({"serial": "A1"}, Router),
        ({"number": "0820004242"}, dict),
        ({"id": "P1"}, Premise),
    ],
    ids=str,
)
def test_of_several_classes_an_object_becomes_the_one_that_knows_most_of_its_keys(value: Any, kind: type[Any]) -> None:
    """All of them could be it, but for their ids: what a class does not know it keeps, or leaves out."""
    found = read(Choice, value)
    assert type(found) is kind
    assert found == (from_json(value, kind) if attrs.has(kind) else kind(**value))


Noted = Annotated[Premise, "as the portal shows it"]
Named = NewType("Named", Premise)
Either = Annotated[Router | Premise, "whatever is at the end of the line"]


@pytest.mark.parametrize("first", [Noted, Named, Either], ids=str)
def test_a_class_knows_its_keys_by_whatever_name_it_goes(first: Any) -> None:
    found = read(first | Customer, {"id": "P1", "street_name": "Railway Street", "suburb": "Hectorton"})
    assert type(found) is Premise


@frozen
class Folder:
    inner: "Folder | Leaf | None" = None
    extra: dict[str, Any] = field(factory=dict[str, Any])


@frozen
class Leaf:
    name: str


@pytest.mark.parametrize("strict", [False, True])
def test_a_misfit_deep_in_nested_unions_is_not_tried_twice_at_every_level(*, strict: bool) -> None:
    tries: list[object] = []

    def read_leaf(value: Any, _: Any) -> Leaf:
        tries.append(value)
        raise ValueError

    converter = make_converter()
    converter.register_structure_hook(Leaf, read_leaf)
    value: Any = 7
    for _ in range(12):
        value = {"inner": value}
    found = Codec(converter, strict=strict).read(encode(value), Folder)
    assert isinstance(found, Problems) == strict
    assert len(tries) < 200  # and not 2 ** 12 of them


@frozen
class Shelf:
    inner: "Shelf | Drawer | None" = None
    width: int = 0
    extra: dict[str, Any] = field(factory=dict[str, Any])


@frozen(kw_only=True)
class Drawer:
    inner: "list[Shelf | Drawer] | Shelf | Drawer | None" = None
    depth: int
    extra: dict[str, Any] = field(factory=dict[str, Any])


def test_two_classes_that_hold_each_other_are_tried_once_at_every_level() -> None:
    """Else this would not end: each member of a union would have all below it tried again, 2 ** 90 times."""
    row: Any = 7
    for level in range(90):
        row = {"inner": row, "depth" if level % 2 else "width": level}
    assert Codec(strict=True).read(encode(row), Drawer) == Problems(["$.inner: fits none of its types"])
    drawer: Any = Codec().read(encode(row), Drawer)
    assert [drawer.depth, drawer.inner.width, drawer.inner.inner.depth] == [89, 88, 87]
    for _ in range(89):
        drawer = drawer.inner
    assert drawer == Shelf(width=0, extra={"inner": 7})


@frozen(kw_only=True)
class Cat:
    kind: Literal["cat"] | None = "cat"
    lives: int | None = None
    extra: dict[str, Any] = field(factory=dict[str, Any])


@frozen(kw_only=True)
class Dog:
    kind: Literal["dog"] = "dog"
    lives: int | None = None
    extra: dict[str, Any] = field(factory=dict[str, Any])


@pytest.mark.parametrize(
    ("row", "animal"),
    [
        ({"kind": "dog", "lives": "1"}, Dog(extra={"lives": "1"})),
        ({"kind": "cat", "lives": "9"}, Cat(extra={"lives": "9"})),
        ({"kind": "cow", "lives": 1}, Cat(lives=1, extra={"kind": "cow"})),
        ({"kind": None, "lives": "9"}, Cat(extra={"lives": "9"})),
        ({"lives": "9"}, Cat(extra={"lives": "9"})),
    ],
    ids=str,
)
def test_what_an_object_says_of_its_kind_decides_though_another_value_does_not_fit(
    row: dict[str, Any], animal: Any
) -> None:
    assert read(Cat | Dog, row) == animal


@dataclass
class Wide:
    id: str
    one: ClassVar[int] = 1
    two: ClassVar[int] = 2
    three: int = dataclass_field(init=False, default=3)


@dataclass
class Narrow:
    id: str
    name: str = ""


def test_what_fills_no_field_of_a_dataclass_does_not_choose_it() -> None:
    row = {"id": "A", "one": 1, "two": 2, "three": 3, "name": "B"}
    assert read(Wide | Narrow, row) == Narrow("A", "B")


async def test_bytes_are_refused_before_anything_is_sent_unless_a_hook_reads_them() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"item": "00ff"})

    cls = holding(bytes)
    with pytest.raises(errors.UsageError, match=r"plain JSON cannot become Holder\.item, a bytes"):
        Codec().check_into(cls)
    converter = make_converter()
    converter.register_structure_hook(bytes, lambda value, _: bytes.fromhex(value))
    async with AsyncAExClient("T", transport=httpx.MockTransport(answer), converter=converter) as aex:
        assert await aex.request("POST", "/x", json={}, into=cls) == cls(item=b"\0\xff")
    with pytest.raises(errors.UsageError, match="cannot be read from JSON"):
        from_json({"item": "00ff"}, cls)


def test_an_attempt_comes_back_from_its_dict_as_well_as_from_json() -> None:
    attempt = Attempt(
        reference="R",
        customer_id="C",
        premise_guid="G",
        product_id="P",
        state=AttemptState.CREATED,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    plain = to_json(attempt)
    assert type(plain["state"]) is str
    assert from_json(plain, Attempt) == attempt


def test_products_at_many_points_come_back() -> None:
    bulk = Bulk[tuple[float, float], list[Product]](found={(-29.8, 30.9): [Product(id="P")]}, failed={})
    assert from_json(to_json(bulk), Bulk[tuple[float, float], list[Product]]) == bulk
    page = Page(number=1, items=[Premise(id="A")])
    assert from_json(to_json(page), Page[Premise]) == page


Text = NewType("Text", str)
HOOKED: list[tuple[Any, Any]] = [
    (str, "A"),
    (int, 1),
    (bool, True),
    (float, 0.5),
    (bytes, "A"),
    (Status, "Active"),
    (Speed, 10),
    (Text, "A"),
    (Status | int, "Active"),
    (Premise, {"id": "A"}),
    (Folder | Leaf, {"name": "A"}),
]


def read_as_text(given: Any, _: Any) -> Any:
    return f"hook: {json.dumps(given, default=str)}"


def make_hook(_: Any) -> Any:
    return read_as_text


def make_hook_with(_: Any, __: Any) -> Any:
    return read_as_text


def fail(_: Any) -> bool:
    raise RuntimeError


def register_by_note(converter: Converter, kind: Any) -> None:
    def read(given: Any, _: Any) -> Any:
        return read_as_text(given, None)

    read.__annotations__["return"] = kind
    converter.register_structure_hook(read)


WAYS: dict[str, Callable[[Converter, Any], object]] = {
    "class": lambda converter, kind: converter.register_structure_hook(kind, read_as_text),
    "note": register_by_note,
    "test": lambda converter, kind: converter.register_structure_hook_func(partial(eq, kind), read_as_text),
    "factory": lambda converter, kind: converter.register_structure_hook_factory(partial(eq, kind), make_hook),
    "converter": lambda converter, kind: converter.register_structure_hook_factory(partial(eq, kind), make_hook_with),
    "decorator": lambda converter, kind: converter.register_structure_hook_factory(partial(eq, kind))(make_hook),
}


@pytest.mark.parametrize(("kind", "value"), HOOKED, ids=str)
@pytest.mark.parametrize("way", WAYS)
def test_a_hook_is_obeyed_however_it_is_registered(way: str, kind: Any, value: Any) -> None:
    converter = make_converter()
    WAYS[way](converter, kind)
    converter.register_structure_hook_func(fail, read_as_text)  # a test that fails takes nothing
    codec = Codec(converter.copy())
    item = f"hook: {json.dumps(value)}" if kind is not float else 'hook: "0.5"'
    for cls in (holding(list[kind]), holding(tuple[kind])):
        codec.check_into(cls)
        found: Any = codec.read(encode({"item": [value]}), cls)
        assert list(found.item) == [item]
    assert converter.structure(Decimal("0.5") if kind is float else value, kind) == item


@frozen
class Dated:
    at: datetime | None
    raw: bytes | None


def test_a_hook_may_make_nothing_of_an_empty_text() -> None:
    def read_text(value: Any, _: Any) -> str | None:
        return value or None

    converter = make_converter()
    converter.register_structure_hook(str | None, read_text)
    converter.register_structure_hook(
        datetime | None, lambda value, _: datetime.fromisoformat(value) if value else None
    )
    row = {"id": "A", "email": "", "first_name": "B"}
    assert Codec(converter).read(encode(row), Customer) == Customer(id="A", first_name="B")
    converter.register_structure_hook(bytes | None, lambda value, _: value.encode())
    codec = Codec(converter)
    codec.check_into(Dated)
    assert codec.read(b'{"at": "", "raw": "A"}', Dated) == Dated(None, b"A")


# Hooks of users that make something else of our models


@pytest.mark.parametrize("made", [None, {"id": "A"}, Customer(id="A")], ids=["nothing", "a dict", "another model"])
async def test_what_a_hook_makes_of_a_model_is_never_taken_for_one(made: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        rows = {"items": [{"id": "A"}], "total": 1}
        return httpx.Response(200, json=rows if request.url.path.endswith("services") else {"id": "A"})

    converter = make_converter()
    for cls in (Premise, Service, CreatedService):
        converter.register_structure_hook(cls, lambda _, __: made)
    async with AsyncAExClient("T", transport=httpx.MockTransport(answer), converter=converter) as aex:
        with pytest.raises(errors.UnexpectedAnswerError, match="own hook makes no Premise of it"):
            await aex.get_premise("A")
        with pytest.raises(errors.UnexpectedAnswerError, match="own hook makes no Service of it"):
            await anext(aex.customer_services("C"))
        with pytest.raises(errors.UnexpectedAnswerError, match="own hook makes no CreatedService of it"):
            await aex.create_service(NewService(customer=CUSTOMER, premise_guid="G", product_id="P"))


def test_an_id_stays_text_whatever_a_hook_makes_of_it() -> None:
    converter = make_converter()
    converter.register_structure_hook(
        Premise, make_dict_structure_fn(Premise, converter, id=override(struct_hook=lambda value, _: UUID(value)))
    )
    body = encode({"id": GUID})
    assert Codec(converter).read(body, Premise) == Problems(["$.id: the converter's own hook makes no text of it"])
    converter.register_structure_hook(Service, lambda _, __: Service(id=cast("Any", None)))
    assert Codec(converter).read(body, Service) == Problems(["$.id: the converter's own hook makes no text of it"])


def test_a_hook_for_writing_is_obeyed_where_any_single_value_may_stand() -> None:
    converter = make_converter()
    converter.register_unstructure_hook_func(lambda kind: kind is bool, lambda value: "yes" if value else "no")
    service = Service(id="S", provisioned=True, isp_reference=True, promo_code=Decimal("1.50"))
    plain = converter.unstructure(service)
    assert (plain["provisioned"], plain["isp_reference"], plain["promo_code"]) == ("yes", "yes", 1.5)
    converter.register_unstructure_hook(Decimal, lambda number: f"R {number}")
    assert converter.unstructure(service)["promo_code"] == "R 1.50"


async def test_what_a_hook_for_writing_raises_is_told_before_anything_is_sent() -> None:
    new = NewCustomer(first_name="A", last_name="B", email="a@x.co", password="canary", mobile_number="1")

    def fail(customer: NewCustomer) -> Any:
        raise LookupError(customer.password)

    converter = make_converter()
    converter.register_unstructure_hook(NewCustomer, fail)
    async with AsyncAExClient("T", converter=converter) as aex:
        with pytest.raises(errors.UsageError, match="own hook for NewCustomer raised LookupError") as caught:
            await aex.create_customer(new)
    assert caught.value.__cause__ is None
    assert "canary" not in str(caught.value)
