"""Which rows are the same row, and how they are remembered."""

import random
import sys
import uuid
from array import array
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import field, frozen

from aex_async import Customer, PredefinedPremise, Premise, Service, ServiceChange, WorkOrder
from aex_async._listing.identity import SMALL, HashSet, hash_rows


@frozen
class Change:
    id: str
    kind: Any = None


@frozen
class Unfilled:
    id: str
    note: str = field(init=False)


SAME: list[tuple[Any, Any]] = [
    (Customer(id="A", email="x"), Customer(id="a", email="y")),
    (Premise(id="A"), Premise(id="a")),
    (Service(id="A", status="x"), Service(id="a", status="y")),
    (WorkOrder(id="A"), WorkOrder(id="a")),
    (PredefinedPremise(id=1, guid="A"), PredefinedPremise(id=2, guid="a")),
    (PredefinedPremise(id=1, guid="", full_text="x"), PredefinedPremise(id=1, guid="", full_text="y")),
    (Service(id="", status="x"), Service(id="", status="x")),
    (ServiceChange(id="A", effective_date=date(2026, 1, 2)), ServiceChange(id="a", effective_date=date(2026, 1, 2))),
    ({"id": "A", "n": 1}, {"id": "a", "n": 1}),
    ({"n": Decimal("1.0")}, {"n": Decimal("1.0")}),
    (Change("A", [1, {"a": None}]), Change("a", [1, {"a": None}])),
    (Unfilled("A"), Unfilled("a")),
    (Change("A", uuid.UUID(int=1)), Change("A", uuid.UUID(int=1))),
    (Change("A", {(1, 2): 3}), Change("A", {(1, 2): 3})),  # what JSON cannot carry
    (3, 3),
]
OTHER: list[tuple[Any, Any]] = [
    (Customer(id="A"), Customer(id="B")),
    (Customer(id="K"), Customer(id="\N{KELVIN SIGN}")),
    (PredefinedPremise(id=1, guid=""), PredefinedPremise(id=2, guid="")),
    (PredefinedPremise(guid="", full_text="1 Long Street"), PredefinedPremise(guid="", full_text="2 Long Street")),
    (Service(id="", reference_code="1"), Service(id="", reference_code="2")),
    (ServiceChange(id="A", direction="up"), ServiceChange(id="A", direction="down")),
    (ServiceChange(id="A", extra={"n": 1}), ServiceChange(id="A", extra={"n": 2})),
    ({"id": "A", "n": 1}, {"id": "A", "n": 2}),
    ({"n": "a"}, {"n": "A"}),
    ({"n": None}, {}),
    ({"id": 1}, {"id": 2}),
    (Change("A", 1), Change("A", 2)),
    (Change("A", {(1, 2): 3}), Change("A", {(1, 2): 4})),
    (3, 4),
    ({"id": "A"}, None),
    (None, {"id": "A"}),
    ([1], {"id": "A"}),
    (Change("A", 1), 1),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=repr)
def test_rows_of_one_identity_are_the_same_row(one: Any, other: Any) -> None:
    assert len(set(hash_rows([one, other]))) == 1


@pytest.mark.parametrize(("one", "other"), OTHER, ids=repr)
def test_rows_that_differ_are_not(one: Any, other: Any) -> None:
    assert len(set(hash_rows([one, other]))) == 2


def test_a_page_without_rows_has_no_hashes() -> None:
    assert hash_rows([]) == ()


def test_a_hash_is_new_once_however_many_there_are() -> None:
    chance = random.Random(1)  # noqa: S311 - any numbers will do
    numbers = [chance.randrange(-(2**63), 2**63) for _ in range(3 * SMALL)]
    hashes = HashSet()
    for at in range(0, len(numbers), 100):
        assert all(hashes.add(numbers[at : at + 100]))
    assert not any(hashes.add(numbers))
    assert hashes.add([numbers[0], 5, 5]) == [False, True, False]


def test_a_hash_takes_ten_bytes() -> None:
    chance = random.Random(1)  # noqa: S311 - any numbers will do
    hashes = HashSet()
    for _ in range(20):
        hashes.add([chance.randrange(-(2**63), 2**63) for _ in range(SMALL)])
    segments: dict[int, array[int]] = hashes._segments  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    size = sum(map(sys.getsizeof, segments.values())) - len(segments) * sys.getsizeof(array("q"))
    assert size / sum(map(len, segments.values())) < 10
