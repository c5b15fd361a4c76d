"""Classes of users' own for `into`, of every kind that people write: each is read as it says, or refused unsent."""

import collections
from abc import ABC, abstractmethod
from collections.abc import MutableSequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import InitVar, dataclass
from dataclasses import field as data_field
from decimal import Decimal
from typing import (  # noqa: UP035
    Annotated,
    Any,
    ClassVar,
    Generic,
    List,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Required,
    Self,
    Tuple,
    TypedDict,
    TypeVar,
)

import attr
import httpx
import pytest
from attrs import define, field, make_class
from cattrs import Converter
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import override
from typing_extensions import ReadOnly, TypeAliasType
from typing_extensions import TypedDict as BackportedTypedDict
from typing_extensions import TypeVar as TypeVarWithDefault

from aex_async import AsyncAExClient, errors, from_json, make_converter, to_json
from aex_async._codec import Codec
from aex_async._codec.annotations import unwrap
from aex_async._json import Problems, encode

T = TypeVar("T")
V = TypeVar("V")


def read(cls: Any, value: Any) -> Any:
    codec = Codec()
    codec.check_into(cls)
    return codec.read(encode(value), cls)


def holding(kind: Any) -> type[Any]:
    return make_class("Holder", {"item": field(type=kind)}, frozen=True)


# What can be walked is not a list for that


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        (list, ["ab"]),
        (List, ["ab"]),  # noqa: UP006
        (tuple, ("ab",)),
        (Tuple, ("ab",)),  # noqa: UP006
        (set[str], {"ab"}),
        (frozenset[str], frozenset({"ab"})),
        (AbstractSet[str], frozenset({"ab"})),
        (MutableSequence[str], ["ab"]),
        (collections.deque[str], collections.deque(["ab"])),
        (tuple[str], ("ab",)),
    ],
    ids=str,
)
def test_a_text_or_an_object_is_no_list_whatever_is_made_of_one(kind: Any, item: Any) -> None:
    cls = holding(kind)
    found = read(cls, {"item": ["ab"]}).item
    assert (found, type(found)) == (item, type(item))
    for value in ("a", {"a": 1}, 5):
        problems = read(cls, {"item": value})
        assert isinstance(problems, Problems)
        assert problems[0].startswith("$.item: expected a list")


def test_a_set_or_text_is_told_by_whether_a_list_came() -> None:
    cls = holding(set[str] | str)
    assert (read(cls, {"item": "ab"}).item, read(cls, {"item": ["ab"]}).item) == ("ab", {"ab"})


def test_each_place_of_a_tuple_has_its_path() -> None:
    class Point(NamedTuple):
        x: int
        y: int

    assert read(holding(tuple[int, str]), {"item": ["x", 1]}) == Problems(
        ["$.item[0]: expected a whole number", "$.item[1]: expected text"]
    )
    assert read(holding(Point), {"item": [1, 2]}).item == Point(1, 2)
    assert read(holding(Point), {"item": "12"}) == Problems(["$.item: expected a list of 2"])


# Generic classes


@define(kw_only=True)
class Box(Generic[T]):
    item: T
    more: list[T] = field(factory=list[Any])


@define(kw_only=True)
class IntBox(Box[int]):
    name: str = ""


@define(kw_only=True)
class Pair(Box[V], Generic[V, T]):
    other: T


@define(kw_only=True)
class Whole(Pair[str, int]):
    pass


@define(kw_only=True)
class Twice(Box[list[T]], Generic[T]):
    own: T


@pytest.mark.parametrize(
    ("cls", "value", "problem"),
    [
        (Box[int], {"item": "x"}, ".item: expected a whole number"),
        (IntBox, {"item": 1, "more": ["x"]}, ".more[0]: expected a whole number"),
        (Pair[str, int], {"item": 1, "other": 1}, ".item: expected text"),
        (Whole, {"item": "x", "other": "x"}, ".other: expected a whole number"),
        (Box[int], {"item": None}, ".item: is null"),
    ],
    ids=str,
)
def test_a_generic_class_is_read_as_what_it_is_of_and_so_is_one_derived_from_it(
    cls: Any, value: Any, problem: str
) -> None:
    assert read(cls, value) == Problems([f"${problem}"])


def test_a_parameter_is_what_its_own_class_is_given_and_anything_if_it_is_given_nothing() -> None:
    assert read(Box, {"item": "x"}) == Box(item="x")
    assert read(Twice[int], {"item": [1], "own": 1}) == Twice(item=[1], own=1)
    assert read(Twice[int], {"item": 1, "own": []}) == Problems(
        ["$.item: expected a list", "$.own: expected a whole number"]
    )
    assert read(Box[int | None], {"item": None}) == Box(item=None)


async def test_a_generic_class_can_be_asked_for() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"item": 1})

    async with AsyncAExClient("T", transport=httpx.MockTransport(answer)) as aex:
        assert (await aex.request("GET", "/x", into=Box[int])).item == 1


# Fields without a type, with another name, or called `extra`


def test_a_field_without_a_type_takes_anything() -> None:
    old = attr.make_class("Old", ["item", "other"])
    assert read(old, {"item": {"a": [None]}, "other": None}) == old({"a": [None]}, None)
    assert read(old, {"item": 1}) == Problems(["$.other: missing"])


Sure = NewType("Sure", int)


@pytest.mark.parametrize("kind", [Annotated[int | None, "a note"], Annotated[Sure | None, 1]], ids=str)
def test_null_is_taken_where_it_is_allowed_behind_another_name(kind: Any) -> None:
    assert read(holding(kind), {"item": None}).item is None
    assert read(holding(kind), {"item": "x"}) == Problems(["$.item: expected a whole number"])


@define
class Aliased:
    id: str
    city: str | None = None
    extra: "dict[str, Any]" = field(factory=dict[str, Any], alias="rest")


@define
class Plain:
    id: str
    extra: str | None = None


@define
class Noted:
    id: str
    extra: Annotated[dict[str, Any], "whatever else"] | None = None


@define
class Computed:
    id: str
    extra: dict[str, Any] = field(init=False, factory=dict[str, Any])


def test_extra_holds_what_a_class_does_not_know_if_it_can_and_else_is_a_field_like_any_other() -> None:
    row = {"id": "A", "city": 5, "extra": "x"}
    aliased = read(Aliased, row)
    assert (aliased.city, aliased.extra) == (None, {"city": 5, "extra": "x"})
    assert to_json(aliased) == row
    assert read(Noted, row) == Noted("A", {"city": 5, "extra": "x"})
    assert read(Plain, row) == Plain("A", "x")
    assert from_json(to_json(Plain("A", "x")), Plain) == Plain("A", "x")
    assert read(Plain, {"id": "A", "extra": 5}) == Problems(["$.extra: expected text"])
    assert read(Computed, row) == Computed("A")


# Classes of dataclasses and typing, and those that name themselves


@dataclass
class Eased:
    """A dataclass of which any text and any list has all the keys that it needs."""

    length: int = 1


class Partial(TypedDict, total=False):
    length: int


@pytest.mark.parametrize("kind", [Eased, Partial])
@pytest.mark.parametrize("value", ["", "length", [], ["length"], 5, True], ids=repr)
def test_a_text_or_a_list_is_no_object_whatever_is_made_of_one(kind: Any, value: Any) -> None:
    assert read(holding(kind), {"item": value}) == Problems(["$.item: expected an object"])
    assert read(holding(kind), {"item": {"length": 2}}).item == kind(length=2)


@dataclass
class DataBox(Generic[T]):
    item: T
    more: list[T]


class DictBox(TypedDict, Generic[T]):
    item: T
    more: list[T]


class NamedBox(NamedTuple, Generic[T]):
    item: T


@pytest.mark.parametrize("kind", [DataBox, DictBox])
def test_a_generic_class_of_any_kind_is_read_as_what_it_is_of(kind: Any) -> None:
    value = {"item": 1, "more": [2]}
    assert read(holding(kind[int]), {"item": value}).item == kind(**value)
    assert read(holding(kind[str]), {"item": value}) == Problems(
        ["$.item.item: expected text", "$.item.more[0]: expected text"]
    )
    with pytest.raises(errors.UsageError, match=r"plain JSON cannot become Holder\.item\..*, a bytes"):
        Codec().check_into(holding(kind[bytes]))


@dataclass
class WholeDataBox(DataBox[int], Generic[T]):
    own: T


class WholeDictBox(DictBox[int], Generic[T]):
    own: T


@pytest.mark.parametrize("kind", [WholeDataBox, WholeDictBox])
def test_what_a_class_is_derived_from_keeps_what_it_is_of(kind: Any) -> None:
    value = {"item": 1, "more": [2], "own": "A"}
    assert read(holding(kind[str]), {"item": value}).item == kind(**value)
    wrong = {"item": "A", "more": ["A"], "own": 1}
    assert read(holding(kind[str]), {"item": wrong}) == Problems(
        ["$.item.item: expected a whole number", "$.item.more[0]: expected a whole number", "$.item.own: expected text"]
    )


def make_new_box() -> Any:
    """Return what `class Box[Inner]` makes, Python 3.12's way to write it, on a Python that cannot read that."""
    inner = TypeVar("inner")

    @define
    class Box(Generic[inner]):
        item: "inner"
        more: "list[inner] | None" = None

    box: Any = Box
    box.__type_params__ = (inner,)
    return box


def test_a_note_in_quotes_may_name_a_parameter_of_its_class() -> None:
    box = make_new_box()
    assert read(box[int], {"item": 1, "more": [2]}) == box(1, [2])
    assert read(box[int], {"item": "1"}) == Problems(["$.item: expected a whole number"])


class Wants(BackportedTypedDict, total=False):
    id: Required[ReadOnly[str]]
    length: int


class Quoted(TypedDict):
    id: str
    length: "NotRequired[int]"
    more: "NotRequired[list[Quoted]]"


@pytest.mark.parametrize("kind", [Wants, Quoted])
def test_a_key_may_be_missing_where_its_class_says_so_in_whatever_words(kind: Any) -> None:
    assert read(holding(kind), {"item": {"id": "A"}}).item == {"id": "A"}
    assert read(holding(kind), {"item": {"id": "A", "length": 1, "more": []}}).item == {
        "id": "A",
        "length": 1,
        "more": [],
    }
    assert read(holding(kind), {"item": {"length": "1"}}) == Problems(
        ["$.item.id: missing", "$.item.length: expected a whole number"]
    )
    assert read(holding(kind), {"item": [["id", "A"]]}) == Problems(["$.item: expected an object"])


@dataclass(slots=True, kw_only=True)
class Cable:
    spare: InitVar[int]
    length: int = data_field(init=False)
    used: int = 0
    unit: ClassVar[str] = "m"

    def __post_init__(self, spare: int) -> None:
        if spare < 0:
            raise ValueError(spare)
        self.length = self.used + spare


def test_a_dataclass_is_given_what_its_constructor_takes_and_nothing_else() -> None:
    cable: Any = read(holding(Cable), {"item": {"used": 2, "spare": 3, "length": 9, "unit": "km"}}).item
    assert (cable.length, cable.unit) == (5, "m")
    assert read(holding(Cable), {"item": {"spare": "3"}}) == Problems(["$.item.spare: expected a whole number"])
    assert read(holding(Cable), {"item": {}}) == Problems(["$.item.spare: missing"])
    assert read(holding(Cable), {"item": {"spare": -1}}) == Problems(["$.item: refused by Cable"])


@define
class Place(ABC):
    id: str

    @abstractmethod
    def find(self) -> str: ...


@dataclass
class DataPlace(ABC):
    id: str

    @abstractmethod
    def find(self) -> str: ...


class BarePlace(ABC):
    @abstractmethod
    def find(self) -> str: ...


@pytest.mark.parametrize(
    "kind",
    [Place, DataPlace, BarePlace, Exception, errors.AExError, Place | None, BarePlace | None, Place | DataPlace],
)
def test_a_class_of_which_there_is_no_instance_to_read_is_told_before_anything_is_sent(kind: Any) -> None:
    with pytest.raises(errors.UsageError, match=r"plain JSON cannot become Holder\.item"):
        Codec().check_into(holding(kind))


@pytest.mark.parametrize(
    "kind", [Place | str, str | DataPlace | None, BarePlace | str, None | Exception | str, bytes | str]
)
def test_beside_what_can_be_read_a_class_of_which_there_is_no_instance_is_no_hindrance(kind: Any) -> None:
    Codec().check_into(holding(kind))
    assert read(holding(kind), {"item": "A"}).item == "A"
    assert isinstance(read(holding(kind), {"item": {"id": "A"}}), Problems)


def test_of_members_that_cannot_be_read_the_error_names_one_and_not_the_union() -> None:
    with pytest.raises(errors.UsageError, match=r"plain JSON cannot become Holder\.item, a BarePlace \("):
        Codec().check_into(holding(list[Exception | BarePlace]))


def test_an_abstract_class_is_read_by_a_hook() -> None:
    class Home(Place):
        def find(self) -> str:
            return self.id

    converter = make_converter()
    converter.register_structure_hook(Place, lambda value, _: Home(value["id"]))
    codec = Codec(converter)
    codec.check_into(holding(Place))
    found: Any = codec.read(encode({"item": {"id": "A"}}), holding(Place))
    assert found.item.find() == "A"


def test_a_generic_named_tuple_of_which_cattrs_would_make_a_plain_one_is_refused() -> None:
    with pytest.raises(errors.UsageError, match=r"plain JSON cannot become Holder\.item\.item"):
        Codec().check_into(holding(NamedBox[int]))


@define
class Node:
    id: str
    next: Self | None = None
    more: list[Self] = field(factory=list[Any])
    noted: Annotated[dict[str, Self] | None, "a note"] = None


@define
class Leaf(Node):
    depth: int = 0


@dataclass
class DataNode:
    next: Self | None = None


def test_self_is_the_class_that_is_read() -> None:
    node: Any = Node  # mypy takes no Node for a Self of one
    leaf: Any = Leaf
    data: Any = DataNode
    row = {"id": "A", "next": {"id": "B"}, "more": [{"id": "C", "depth": 2}], "noted": {"x": {"id": "D"}}}
    assert read(Leaf, row) == leaf("A", leaf("B"), [leaf("C", depth=2)], {"x": leaf("D")})
    assert read(Node, row) == node("A", node("B"), [node("C")], {"x": node("D")})
    assert from_json(to_json(leaf("A", leaf("B"))), Leaf) == leaf("A", leaf("B"))
    assert read(holding(DataNode), {"item": {"next": {}}}).item == data(data())


Default = TypeVarWithDefault("Default", default=int)


@define
class Preset(Generic[Default]):
    item: Default


def test_a_parameter_that_is_not_given_is_its_default() -> None:
    assert read(Preset, {"item": 1}) == Preset(1)
    assert read(Preset, {"item": "1"}) == Problems(["$.item: expected a whole number"])
    assert read(Preset[str], {"item": "1"}) == Preset("1")


# Whatever no JSON can become is told before anything is sent, however deep it is


@dataclass
class Data:
    item: bytes


class Dict(TypedDict):
    item: bytes


class Named(NamedTuple):
    item: bytes


@dataclass
class Fine:
    length: int
    computed: bytes = data_field(init=False, default=b"")
    shared: ClassVar[bytes] = b""
    more: "list[Fine]" = data_field(default_factory=list["Fine"])


@pytest.mark.parametrize(
    "kind",
    [Data, Dict, Named, list[Data], NewType("Bytes", bytes), Annotated[bytes, 1], tuple[int, bytes], set[bytes]],
    ids=str,
)
def test_bytes_are_found_in_whatever_holds_them(kind: Any) -> None:
    with pytest.raises(errors.UsageError, match=r"plain JSON cannot become Holder\.item.*, a bytes"):
        Codec().check_into(holding(kind))


def test_a_note_that_nothing_can_look_up_is_told_before_anything_is_sent() -> None:
    unhashable: Any = {"unit": "Mbps"}
    with pytest.raises(errors.UsageError, match=r"plain JSON cannot become Holder\.item"):
        Codec().check_into(holding(Annotated[int, unhashable]))


Raw = TypeAliasType("Raw", bytes)
Ends = TypeAliasType("Ends", Literal["left", "right"])
Many = TypeAliasType("Many", list[T], type_params=(T,))


def test_an_alias_is_looked_through() -> None:
    with pytest.raises(errors.UsageError, match="plain JSON cannot become Holder"):
        Codec().check_into(holding(Raw))
    assert unwrap(Many[int]) == list[int]
    assert read(holding(Many[int]), {"item": [1]}).item == [1]
    assert read(holding(Many[int]), {"item": ["1"]}) == Problems(["$.item[0]: expected a whole number"])
    assert read(holding(Ends), {"item": "left"}).item == "left"
    assert read(holding(Ends), {"item": "top"}) == Problems(["$.item: is none of its choices"])


def test_what_a_dataclass_does_not_take_is_not_looked_at() -> None:
    assert read(holding(Fine), {"item": {"length": 1, "more": [{"length": 2}]}}).item == Fine(1, more=[Fine(2)])


# What cattrs itself heeds of such classes


@dataclass
class Renamed:
    """A dataclass one key of which AEx calls otherwise."""

    area: Annotated[str, override(rename="areaName")] = "none"


class RenamedKeys(TypedDict, total=False):
    """Likewise."""

    area: Annotated[str, override(rename="areaName")]


class NotedTwice(TypedDict):
    """Keys of which more is said, in the two orders that PEP 655 allows."""

    one: Annotated[NotRequired[int], "said"]
    other: NotRequired[Annotated[int, "said"]]


@dataclass(init=False)
class ByPosition:
    """A dataclass whose constructor takes its only field by another name."""

    area: str

    def __init__(self, value: str, /) -> None:
        self.area = value


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        (Renamed, {"areaName": "x"}, Renamed("x")),
        (RenamedKeys, {"areaName": "x", "n": 0.5}, {"area": "x", "n": 0.5}),
        (NotedTwice, {"one": 1}, {"one": 1}),
        (NotedTwice, {"other": 1}, {"other": 1}),
        (ByPosition, {"area": "x"}, ByPosition("x")),
    ],
)
def test_a_class_is_read_by_what_cattrs_heeds_of_it(kind: Any, given: Any, read: Any) -> None:
    holder: Any = make_class("Holder", {"item": field(type=kind)})
    optional: Any = make_class("Other", {"item": field(type=kind | None)})
    assert [from_json({"item": given}, cls).item for cls in (holder, optional)] == [read, read]
    with pytest.raises(errors.UsageError, match="expected an object"):
        from_json({"item": "x"}, holder)


def test_a_converter_that_forbids_unknown_keys_does_so_in_dataclasses_too() -> None:
    strict = make_converter().copy(forbid_extra_keys=True)
    assert strict.structure({"areaName": "x"}, Renamed) == Renamed("x")
    with pytest.raises(ForbiddenExtraKeysError):
        strict.structure({"areaName": "x", "n": 1}, Renamed)


def test_a_factory_may_put_its_hook_around_the_one_that_is_there() -> None:
    converter = make_converter()

    def strip(kind: Any, within: Converter) -> Any:
        inner: Any = within.get_structure_hook(kind)

        def read(value: Any, _: Any) -> str:
            text: str = inner(value, kind)
            return text.strip()

        return read

    converter.register_structure_hook_factory(lambda kind: kind is str, strip)
    assert converter.structure([" x "], list[str]) == ["x"]


def test_a_union_takes_a_member_whose_annotations_name_nothing_if_a_hook_of_ones_own_reads_it() -> None:
    class Unknown:
        """A class of which nobody can say what its key holds."""

        n: "Nowhere"  # type: ignore[name-defined]  # noqa: F821 # pyright: ignore[reportUndefinedVariable]

    unresolved = dataclass(Unknown)
    converter = make_converter()
    converter.register_structure_hook(unresolved, lambda value, _: ("by hand", value["n"]))
    union: Any = unresolved | Renamed
    assert converter.structure({"n": 1}, union) == ("by hand", 1)


def test_what_one_union_made_of_a_value_is_no_other_unions() -> None:
    """Hooks that are not kept have each other's place in memory."""
    converter, made = make_converter(), list[Any]()

    def read_often(value: Any, _: Any) -> Renamed:
        for kind in [list[str] | Renamed, list[int] | Renamed] * 20:
            with suppress(Exception):
                made.append(converter.get_structure_hook(kind, cache_result=False)(value["x"], kind))
        return Renamed()

    converter.register_structure_hook(Decimal, read_often)
    assert converter.structure({"x": ["a"]}, Decimal | ByPosition) == Renamed()  # type: ignore[arg-type]
    assert made == [["a"]] * 20
