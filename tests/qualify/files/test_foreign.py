"""Files that other programs wrote hold the same addresses, whatever they are."""

import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from aex_async.errors import UsageError
from aex_async.qualify.files.addresses import InputOptions, open_addresses
from tests.qualify.files.corpus import PLACE

FOLDER = Path(__file__).parent / "foreign"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".md")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_other_programs_write_is_read(path: Path) -> None:
    with open_addresses(str(path), InputOptions()) as file:
        rows = list(file.addresses())
    assert [row.text for row in rows] == [PLACE, "12 Varing Str, Homelake, Randfontein", "nowhere"]
    assert [float(row.columns["ref"]) for row in rows] == [1, 2, 3]  # csvkit makes fractions of them
    assert rows[0].columns["note"] == 'Môrelig \u2013 "the oaks"'
    assert str(rows[1].columns["note"]).splitlines() == ["line one", "line two"]
    assert [row.trouble for row in rows] == [None] * 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_read_so_without_its_name_too(path: Path, tmp_path: Path) -> None:
    nameless = tmp_path / "addresses"
    nameless.write_bytes(path.read_bytes())
    with open_addresses(str(nameless), InputOptions()) as file:
        assert [address.text for address in file.addresses()][2:] == ["nowhere"]


def test_a_sheet_is_named_where_there_are_several(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, header in (("Old", "site"), ("New", "site"), ("Empty", None), ("Twice", "site")):
            sheet = book.add_worksheet(name)
            if header:
                sheet.write_row(1, 0, [header, "when", "how many", header if name == "Twice" else "yes", ""])
                sheet.write_row(3, 0, [f"1 {name} Rd", 0.5, 7.0, True])
    with pytest.raises(UsageError, match="several sheets: name one with --sheet, out of Old, New"):
        read(path)
    with pytest.raises(UsageError, match="no sheet Newer: name one with --sheet, out of Old, New, Empty"):
        read(path, sheet="Newer")
    with pytest.raises(UsageError, match='two columns "site"'):
        read(path, sheet="Twice")
    assert read(path, sheet="New", columns=("site",)) == [
        ("1 New Rd", {"site": "1 New Rd", "when": 0.5, "how many": 7, "yes": True})
    ]
    assert read(path, sheet="Empty") == []


def test_cells_of_a_sheet_are_kept_as_what_they_are(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"remove_timezone": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["address", "day", "moment", "hour", "", "", "big"])
        sheet.write_string(1, 0, "x")
        sheet.write_datetime(1, 1, date(2026, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(
            1, 2, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        )
        sheet.write_datetime(1, 3, time(3, 4, 5), book.add_format({"num_format": "hh:mm:ss"}))
        sheet.write_datetime(1, 4, timedelta(hours=30), book.add_format({"num_format": "[h]:mm:ss"}))
        sheet.write_number(1, 6, 1e300)
    ((_, cells),) = read(path)
    assert (cells["day"], cells["moment"], cells["hour"]) == ("2026-01-02", "2026-01-02T03:04:05", "03:04:05")
    assert (cells["column 5"], cells["column 6"], cells["big"]) == ("1 day, 6:00:00", "", 1e300)


def test_a_cell_beside_the_table_is_refused_and_a_chart_is_no_sheet(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["address"])
        book.worksheets()[0].write_row(1, 0, ["x", "", "beside"])
    with pytest.raises(UsageError, match="row 2: a cell beside the table has no header"):
        read(path)
    with xlsxwriter.Workbook(path) as book:
        chart = book.add_chart({"type": "bar"})
        book.add_worksheet("Data").write_row(0, 0, ["address", 1])
        chart.add_series({"values": "=Data!$B$1:$B$1"})
        book.add_chartsheet("Chart").set_chart(chart)
    assert read(path) == []


def test_what_excel_encrypted_is_said_to_be_protected() -> None:
    with pytest.raises(UsageError, match="protected by a password: save it without one"):
        read(FOLDER.parent / "protected.xlsx")


def test_a_sheet_that_breaks_off_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(FOLDER / "polars.xlsx") as whole, zipfile.ZipFile(path, "w") as broken:
        for name in whole.namelist():
            content = whole.read(name)
            broken.writestr(name, content[: len(content) // 2] if "worksheets/sheet" in name else content)
    with pytest.raises(UsageError, match=r"the sheet .* cannot be read"):
        read(path)


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    table = arrow.table(
        {
            "address": ["x"],
            "day": [date(2026, 1, 2)],
            "money": [Decimal("12345678901234567.89")],
            "nothing": [float("nan")],
            "endless": [float("inf")],
            "bytes": [b"a"],
        }
    )
    parquet.write_table(table, path)
    ((text, cells),) = read(path)
    assert text == "x"
    assert cells == {
        "address": "x",
        "day": "2026-01-02",
        "money": Decimal("12345678901234567.89"),
        "nothing": None,
        "endless": "inf",
        "bytes": "a",
    }


def read(path: Path, **told: object) -> list[tuple[str, dict[str, object]]]:
    with open_addresses(str(path), InputOptions(**told)) as file:  # type: ignore[arg-type]  # of what the test says
        return [(address.text, dict(address.columns)) for address in file.addresses()]
