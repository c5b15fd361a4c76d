"""Sheets as other programs write them: what a cell shows is read, or the sheet is refused with what helps."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from aex_async.errors import UsageError
from aex_async.qualify.files.addresses import InputOptions, open_addresses
from aex_async.qualify.files.sheet_gaps import find_gaps, name_place
from aex_async.qualify.model import Address

FOLDER = Path(__file__).parent / "sheets"


def read(path: Path | str, **told: Any) -> list[Address]:
    with open_addresses(str(FOLDER / path), InputOptions(**told)) as file:
        return list(file.addresses())


def read_texts(path: Path | str, **told: Any) -> list[str]:
    return [address.text for address in read(path, **told)]


@pytest.mark.parametrize(
    ("name", "place"),
    [("openpyxl-formulas.xlsx", "C2"), ("openpyxl-formulas-alone.xlsx", "A2"), ("sheetjs-formula.xlsx", "B2")],
)
def test_addresses_that_nothing_has_computed_are_refused_and_not_read_as_blank(name: str, place: str) -> None:
    with pytest.raises(UsageError, match=rf"the first of them in {place} of the sheet .*: open it in a spreadsheet"):
        read(name)


def test_they_are_read_once_a_spreadsheet_has_computed_them() -> None:
    assert read_texts("libreoffice-formulas.ods") == ["38 David Rd, Krugersdorp", "12 Varing, Homelake"]


def test_a_zero_is_no_result_where_everything_is_yet_to_be_computed(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["address", "note"])
        sheet.write_formula(1, 0, '="38 David"&" Rd"', None, "38 David Rd")
        sheet.write_formula(1, 1, "=1+1")
    (row,) = read(tmp_path / "a.xlsx")
    assert row.columns == {"address": "38 David Rd", "note": "=1+1"}
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_column(0, 0, ["address", '="38 David"&" Rd"'])
    with pytest.raises(UsageError, match="no program has computed them"):
        read(tmp_path / "a.xlsx")


def test_cells_are_what_they_show_and_an_address_that_is_none_says_why() -> None:
    rows = read("openpyxl-cells.xlsx")
    assert rows[0].columns == {
        "address": "38 David Rd",
        "postcode": 184,
        "share": 0.25,
        "fibre": True,
        "day": "2026-01-02",
        "note": "#N/A",
    }
    assert rows[-1].columns["note"] == "=B2*2"
    assert [(row.trouble or "").partition(":")[2][:30] for row in rows] == [
        "",
        " address is #REF!, an error of",
        " address is a date, 2026-04-03",
        " address is no text",
        "",
    ]


def test_hidden_rows_count_and_hidden_sheets_only_by_their_name() -> None:
    assert read_texts("openpyxl-hidden.xlsx") == ["shown", "in a hidden row"]
    assert read_texts("openpyxl-hidden.xlsx", sheet="veryHidden") == ["x"]


def test_a_merged_cell_stands_in_each_of_its_rows() -> None:
    texts = read_texts("openpyxl-merged.xlsx", columns=("complex", "unit"))
    assert texts == ["The Oaks, Unit 1", "The Oaks, Unit 2", "The Oaks, Unit 3", "38 David Rd"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("openpyxl-title.xlsx", "row 2: a cell beside the table has no header.* delete what is above the headers"),
        ("sheetjs.xlsb", r"cells that some programs write in \.xlsb and aex cannot read: save it as \.xlsx"),
        ("sheetjs.ods", r"cannot be read as a spreadsheet: .*; save it as \.xlsx"),
    ],
)
def test_what_cannot_be_read_whole_is_refused_with_what_helps(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(name)


def test_old_excel_of_other_programs_is_read() -> None:
    row = read("sheetjs.xls")[0]
    assert row.text == "38 David Rd, Krugersdorp"
    assert (row.columns["postcode"], row.columns["day"], row.columns["ok"]) == ("0184", "2026-01-02", True)


def test_an_archive_is_no_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "address\nx\n")
    with pytest.raises(UsageError, match="is a ZIP archive, not a spreadsheet: unpack it first"):
        read(path)


SHEET = (
    '<x:row><x:c t="e"><x:v>#N/A</x:v></x:c><x:c><x:f>1+1</x:f></x:c></x:row><x:row r="9"><x:c r="AB9" t="e"/></x:row>'
)


def test_places_are_counted_where_a_sheet_does_not_name_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheet name="A" r:id="1"/><sheet name="B"/></workbook>')
        book.writestr("xl/_rels/workbook.xml.rels", '<a><Relationship Id="1" Target="/xl/a.xml"/></a>')
        book.writestr("xl/a.xml", f'<x:sheet xmlns:x="x">{SHEET}</x:sheet>')
    with path.open("rb") as file:
        gaps = find_gaps(file, "A", "a.xlsx")
        assert find_gaps(file, "B", "a.xlsx") == find_gaps(file, "C", "a.xlsx")
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/worksheets/sheet1.bin", b"\x02\x84\x80\x80\x00\0\0\0\0\x81\x01\x00")
    with path.open("rb") as file:
        assert not find_gaps(file, "A", "a.xlsb").errors
    assert gaps.errors == {(0, 0): "#N/A", (8, 27): ""}
    assert gaps.formulas == {(0, 1): "=1+1"}
    assert [name_place(place) for place in (*gaps.errors, (0, 701), (0, 702))] == ["A1", "AB9", "ZZ1", "AAA1"]
