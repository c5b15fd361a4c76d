"""Parquet as other programs write it: nothing in it is lost, nor read for something else, in silence."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from aex_async.errors import UsageError
from aex_async.qualify import Qualification
from aex_async.qualify.files.addresses import InputOptions, open_addresses
from aex_async.qualify.files.parquet import load_pyarrow, write_parquet
from aex_async.qualify.files.result_cells import UnwritableError
from aex_async.qualify.model import Address
from tests.qualify.files.test_results import DONE, OFFER

arrow: Any = pytest.importorskip("pyarrow")
parquet: Any = pytest.importorskip("pyarrow.parquet")

PLACE = "12 Railway Street, Hectorton"


def read(path: Path) -> Iterator[Address]:
    with open_addresses(str(path), InputOptions()) as file:
        yield from file.addresses()


def read_cell(path: Path, column: Any) -> Any:
    parquet.write_table(arrow.table([arrow.array([PLACE]), column], names=["address", "it"]), path)
    [row] = read(path)
    assert row.text == PLACE
    return row.columns["it"]


def flaw(text: bytes) -> Any:
    """Return an array of text that is none, as writers leave it that check nothing."""
    right = arrow.array([b"?" * len(text)]).cast(arrow.string())
    offsets, _ = right.buffers()[1:]
    return arrow.Array.from_buffers(arrow.string(), 1, [None, offsets, arrow.py_buffer(text)])


def test_an_address_that_is_kept_as_bytes_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"address": [PLACE.encode()], "n": [1]}), path)
    assert [row.text for row in read(path)] == [PLACE]


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        (arrow.array([b"M\xc3\xb4re"]), "Môre"),
        (arrow.array([b"\x01\x02\xff"]), "0102ff"),
        (arrow.array([[b"a", None]]), ["a", None]),
        (arrow.array([[1.5, float("inf")]]), [1.5, "inf"]),
        (arrow.array([{"day": datetime(2026, 1, 2), "raw": b"\xff"}]), {"day": "2026-01-02T00:00:00", "raw": "ff"}),  # noqa: DTZ001 - the file has no zone
        (arrow.array([UUID(int=7).bytes], arrow.uuid()), str(UUID(int=7))),
        (arrow.array([timedelta(days=3)]), "3 days, 0:00:00"),
        (arrow.array([123456789], arrow.time64("ns")), "00:00:00.123456789"),
        (arrow.array([900_000_000_000_000_000], arrow.timestamp("us")), "30489-11-11 16:00:00.000000"),
    ],
)
def test_a_value_is_read_for_what_it_is(column: Any, shown: object, tmp_path: Path) -> None:
    assert read_cell(tmp_path / "a.parquet", column) == shown


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (arrow.array([1], arrow.timestamp("us", "Mars/Olympus")), "timestamp[us, tz=Mars/Olympus]"),
        (arrow.array([[2**60]], arrow.list_(arrow.timestamp("us"))), "list<element: timestamp[us]>"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(column: Any, kind: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(f'values in the column "it", which is {kind}, that cannot be read')):
        read_cell(tmp_path / "a.parquet", column)


def test_a_text_that_is_none_costs_its_own_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table([arrow.array([PLACE]), flaw(b"M\xf4re")], names=["address", "it"]), path)
    [row] = read(path)
    assert (row.text, row.trouble) == (PLACE, "line 1: it holds bytes that are no text, NUL, or Ctrl-Z")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table([arrow.array([PLACE]), *[arrow.array([1])] * 2], names=["address", "n", "n"]), path)
    with pytest.raises(UsageError, match='has two columns "n": rename one'):
        next(read(path))


def test_a_column_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    names = arrow.schema([arrow.field(b"address \xff", arrow.string())])
    parquet.write_table(arrow.Table.from_arrays([arrow.array([PLACE])], schema=names), path)
    with pytest.raises(UsageError, match="has a column whose name is no text: rename it"):
        next(read(path))


def test_a_broken_part_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"address": [PLACE] * 2_000}), path, use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:60] = b"\xff" * 56
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.parquet (is broken|cannot be read): "):
        next(read(path))


@pytest.mark.parametrize("price", [Decimal("1e30"), Decimal("0.1234567890123456789012")])
def test_a_price_that_no_column_holds_is_one_sentence(price: Decimal, tmp_path: Path) -> None:
    result: Qualification = evolve(DONE, offers=(evolve(OFFER, price_incl=price),))
    with pytest.raises(UnwritableError, match=r"a value of rows 1 to 1 does not fit into Parquet .*: say --format csv"):
        write_parquet(tmp_path / "r.parquet", ("address", "aex_price_incl"), [result])


def test_a_speed_that_no_column_holds_is_one_sentence(tmp_path: Path) -> None:
    assert load_pyarrow() is arrow
    result: Qualification = evolve(DONE, offers=(evolve(OFFER, speed_down=2**70),))
    with pytest.raises(UnwritableError, match="does not fit into Parquet"):
        write_parquet(tmp_path / "r.parquet", ("address", "aex_speed_down"), [result])
