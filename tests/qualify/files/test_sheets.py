"""Sheets as other programs write them: what a cell shows is read, or the sheet is refused with what helps."""

import os
import re
import struct
import threading
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from aex_async.errors import UsageError
from aex_async.qualify.files.addresses import InputOptions, open_addresses
from aex_async.qualify.files.blank_cells import find_gaps
from aex_async.qualify.files.sheet_parts import name_place
from aex_async.qualify.files.xls_gaps import read_records
from aex_async.qualify.model import Address

FOLDER = Path(__file__).parent / "sheets"
BLANK_TEXT = '<c t="str" {}><f>B2</f><v></v></c>'


def read(path: Path | str, **told: Any) -> list[Address]:
    with open_addresses(str(FOLDER / path), InputOptions(**told)) as file:
        return list(file.addresses())


def read_texts(path: Path | str, **told: Any) -> list[str]:
    return [address.text for address in read(path, **told)]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("openpyxl-formulas.xlsx", "C2"),
        ("openpyxl-formulas-alone.xlsx", "A2"),
        ("sheetjs-formula.xlsx", "B2"),
        ("exceljs-formulas.xlsx", "B7"),
        ("odfpy-formulas.ods", "B2"),
        ("odfpy-typed-formulas.ods", "A2"),
        ("xlwt-formulas.xls", "A2"),
    ],
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


def test_the_row_of_a_note_that_nothing_has_computed_is_read_in_old_excel_too() -> None:
    rows = read("xlwt-notes.xls")
    assert [(row.text, row.columns["note"]) for row in rows] == [("12 Long Road", "="), ("7 Short Road", "y")]


@pytest.mark.parametrize("wish", ['fullCalcOnLoad="1"', "fullCalcOnLoad='true'"])
@pytest.mark.parametrize("cell", ["<c {}><f>B2</f><v>0</v></c>", '<c t="n" {}><f>B2</f><v>0.0</v></c>', BLANK_TEXT])
def test_a_result_that_stands_for_none_is_told_however_a_program_writes_it(
    wish: str, cell: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no program has computed them"):
        read(write_formula(tmp_path, wish, cell))


def test_a_text_without_letters_is_a_result_where_a_spreadsheet_has_computed_it(tmp_path: Path) -> None:
    assert read_texts(write_formula(tmp_path, 'fullCalcOnLoad="0"', BLANK_TEXT)) == ["12 Long"]


def write_formula(folder: Path, wish: str, cell: str) -> Path:
    """Write a table whose first address is a formula, as one program or another writes it."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(folder / "plain.xlsx") as book:
        book.add_worksheet().write_column(0, 0, ["address", "=B2", "12 Long"])
    with zipfile.ZipFile(folder / "plain.xlsx") as plain, zipfile.ZipFile(folder / "a.xlsx", "w") as changed:
        for name in plain.namelist():
            content = plain.read(name).decode().replace('fullCalcOnLoad="1"', wish)
            changed.writestr(name, content.replace('<c r="A2"><f>B2</f><v>0</v></c>', cell.format('r="A2"')))
    return folder / "a.xlsx"


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


def test_merged_cells_beside_the_table_that_hold_nothing_do_no_harm(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["address", "12 Long", "7 Short"])
        sheet.merge_range(1, 5, 2, 6, "", book.add_format({"bold": True}))
        sheet.merge_range(8, 0, 9, 0, "", book.add_format({"bold": True}))
    assert read_texts(tmp_path / "a.xlsx") == ["12 Long", "7 Short"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("openpyxl-title.xlsx", "row 2: a cell beside the table has no header.* delete what is above the headers"),
        ("sheetjs.xlsb", r"cells that some programs write in \.xlsb and aex cannot read: save it as \.xlsx"),
        ("gnumeric-errors-95.xls", r"cannot be read as a spreadsheet: the library .*; save it as \.xlsx"),
    ],
)
def test_what_cannot_be_read_whole_is_refused_with_what_helps(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(name)


ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gnumeric-errors.ods", ERRORS),
        ("gnumeric-errors.xls", ERRORS),
        ("libreoffice-errors.ods", ("#N/A", "#DIV/0!", "#REF!", "#NAME?", "Err:502", "Err:502", "#REF!")),
        ("libreoffice-errors.xls", ("#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!", "#VALUE!", "#REF!")),
    ],
)
def test_an_error_is_a_row_that_says_so_and_none_that_is_blank(name: str, expected: Sequence[str]) -> None:
    rows = read(name)
    assert [row.text for row in rows[3:5]] == ["38 David Rd", "12 Main"]
    errors = (*rows[:3], *rows[5:9])
    assert tuple(row.text for row in errors) == tuple(expected)
    for row, error in zip(errors, expected, strict=True):
        assert row.trouble == f"line {row.row + 1}: address is {error}, an error of a spreadsheet: correct it there"
    assert rows[3].columns["note"] == "#N/A"


def test_a_row_that_holds_nothing_but_an_error_is_not_lost() -> None:
    rows = read("sheetjs-errors.xls")
    assert [row.text for row in rows] == ["x", "#N/A", "#DIV/0!", "2026-01-12", "12", "last"]


def test_a_library_that_panics_prints_no_backtrace(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError):
        read("gnumeric-errors-95.xls")
    assert capfd.readouterr() == ("", "")


def test_what_other_threads_say_while_a_new_spreadsheet_is_read_is_not_lost(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(5000):
            sheet.write_row(row, 0, ["address", "note"] if not row else [f"{row} Long Street", "x"])
    done, said = threading.Event(), list[str]()

    def speak() -> None:
        while not done.is_set():
            said.append(f"{len(said)}\n")
            os.write(2, said[-1].encode())
            time.sleep(0.001)

    speaker = threading.Thread(target=speak)
    speaker.start()
    assert len(read(tmp_path / "a.xlsx")) == 4999
    done.set()
    speaker.join()
    assert capfd.readouterr().err == "".join(said)


def test_errors_of_the_binary_format_are_found(tmp_path: Path) -> None:
    cells = pack(0, struct.pack("<I", 300)) + pack(3, struct.pack("<IIB", 2, 0, 42)) + pack(2, bytes(12))
    cells += pack(0, struct.pack("<I", 301)) + pack(11, struct.pack("<IIB", 1, 0, 99) + bytes(9))
    with write_binary(tmp_path / "a.xlsb", cells).open("rb") as file:
        assert find_gaps(file, "Sites", "a.xlsb").errors == {(300, 2): "#N/A", (301, 1): "#VALUE!"}


def write_far(path: Path, cell: str | None) -> Path:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sites")
        sheet.write_column(0, 0, ["address", "38 David Rd"])
        sheet.write(1_048_575, 16_383, cell, book.add_format({"bold": True}))
    return path


def test_what_stands_far_away_ends_no_process(tmp_path: Path) -> None:
    # The library takes memory for each cell up to it, which is half a terabyte, and aborts the process without it.
    with pytest.raises(UsageError, match=r"something in XFD1048576 of the sheet Sites, so far away .*: delete it"):
        read(write_far(tmp_path / "a.xlsx", " "))
    assert read_texts(write_far(tmp_path / "b.xlsx", None)) == ["38 David Rd"]  # it is but formatted


def test_what_stands_far_away_is_found_in_the_binary_format_too(tmp_path: Path) -> None:
    cells = pack(0, struct.pack("<I", 0)) + pack(2, struct.pack("<I", 16_383) + bytes(8))
    cells += pack(0, struct.pack("<I", 1_048_575)) + pack(1, struct.pack("<I", 99_999) + bytes(4))
    book = write_binary(tmp_path / "a.xlsb", cells)
    with book.open("rb") as file:
        find_gaps(file, "Sites", "a.xlsb")  # a row of headers, and a blank cell that is formatted
    write_binary(book, cells + pack(2, struct.pack("<I", 0) + bytes(8)))
    with book.open("rb") as file, pytest.raises(UsageError, match=r"a\.xlsb has something in XFD1048576"):
        find_gaps(file, "Sites", "a.xlsb")


def test_a_part_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write_far(tmp_path / "a.xlsx", None)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\1\2") + 24, 3 << 30)  # where the list of parts has the size
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.xlsx has more than 512 MB in .*: save the sheet as CSV"):
        read(path)


def test_a_part_of_an_old_workbook_that_is_cut_off_ends_with_its_last_whole_record() -> None:
    assert list(read_records(struct.pack("<HHH", 0x809, 2, 7) + b"\x0a", 0)) == [(0x809, b"\7\0")]


def write_binary(path: Path, cells: bytes) -> Path:
    name, relation = "Sites".encode("utf-16-le"), "rId1".encode("utf-16-le")
    bundle = pack(156, bytes(8) + struct.pack("<I", 4) + relation + struct.pack("<I", 5) + name)
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.bin", pack(131, b"") + bundle)
        book.writestr("xl/_rels/workbook.bin.rels", '<a><Relationship Id="rId1" Target="worksheets/sheet1.bin"/></a>')
        book.writestr("xl/worksheets/sheet1.bin", cells)
    return path


def pack(kind: int, content: bytes) -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(content)]) + content


def test_open_documents_are_read_as_they_show() -> None:
    rows = read("libreoffice-cells.ods")
    assert rows[0].columns == {
        "complex": "The Oaks",
        "unit": "Unit 1",
        "address": "38 David  RdBack\nYard",
        "day": "2026-01-02",
        "hour": "03:04:05",
        "span": "1 day, 6:00:00",
        "ok": 1,
        "share": 0.25,
    }
    assert [row.text for row in rows[1:]] == ["38 David Rd", "twice", "twice", "twice", "after a gap"]
    assert rows[1].columns["complex"] == "The Oaks"
    assert rows[-1].columns["share"] == ""
    assert [row.text for row in read("libreoffice-cells.ods", sheet="Old")] == ["1 Old Rd"]


@pytest.mark.parametrize(("name", "place"), [("pyexcel.ods", 2), ("sheetjs.ods", 0)])
def test_open_documents_of_other_programs_are_read(name: str, place: int) -> None:
    expected = ("38 David Rd (Cottage), Oaktree", '12 "Varing" Str\nHomelake', "Rue de l'\u00c9t\u00e9 7\tBis")
    assert read_texts(name)[place] in {expected[place], "38 David Rd, Krugersdorp"}


X = "<table:table-cell><text:p>x</text:p></table:table-cell>"
ADDRESS = X.replace(">x<", ">address<")
MANY = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
THOUSAND = f'<table:table-row table:number-rows-repeated="1000">{MANY}'
NO_CELL = '<table:table-cell table:number-columns-repeated="-1"/>'
NO_ROW = f'<table:table-row table:number-rows-repeated="-2000000">{X}</table:table-row>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            f'<table:table-row table:number-rows-repeated="1048576">{MANY}</table:table-row>',
            "more than 20,000,000 cells",
        ),
        (
            f'{THOUSAND}</table:table-row></table:table><table:table table:name="B">{THOUSAND}</table:table-row>',
            "more than 20,000,000 cells",
        ),
        (
            f'<table:table-row table:number-rows-repeated="2000000"/><table:table-row>{X}</table:table-row>',
            "2,000,000 rows",
        ),
        (
            f'{NO_ROW}<table:table-row table:number-rows-repeated="3000000">{X}</table:table-row>',
            "2,000,000 rows",
        ),
        (
            f"<table:table-row>{NO_CELL}{MANY.replace('16384', '16385')}</table:table-row>",
            "a row has more than 16,384 cells",
        ),
        (f"<table:table-row>{MANY}{X}</table:table-row>", "a row has more than 16,384 cells"),
        (
            f'<table:table-row><table:table-cell table:number-columns-repeated="1"/>{MANY}</table:table-row>',
            "a row has more than 16,384 cells",
        ),
        ("</table:table-row>", "mismatched tag"),
        ('</table:table><table:table table:name="A">', "it has two sheets called A"),
        ('<table:table-row><table:table-cell office:value-type="float"/></table:table-row>', "office:value"),
    ],
)
def test_an_open_document_that_is_made_to_do_harm_is_refused(content: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"cannot be read as a spreadsheet: .*{words}.*; save it as .xlsx"):
        read(write_ods(tmp_path, f'<table:table table:name="A">{content}</table:table>'))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\n      12  Long\n      Road\n    ", "12  Long Road"),
        ("12 <text:s/>Long\n<text:span>\n Road</text:span>", "12  Long Road"),
        ("12<text:line-break/>\n  Long", "12\n Long"),
    ],
)
def test_how_the_lines_of_a_text_are_indented_is_no_part_of_it(written: str, shown: str, tmp_path: Path) -> None:
    row = X.replace(">x<", f">{written}<")
    rows = f"<table:table-row>{ADDRESS}</table:table-row><table:table-row>{row}</table:table-row>"
    assert read_texts(write_ods(tmp_path, f'<table:table table:name="A">{rows}</table:table>')) == [shown]


def test_merged_cells_that_reach_over_one_another_are_refused_at_once(tmp_path: Path) -> None:
    wide = X.replace("<table:table-cell>", '<table:table-cell table:number-rows-spanned="100000">')
    rows = f'<table:table-row>{ADDRESS}</table:table-row><table:table-row table:number-rows-repeated="100000">{wide}'
    with pytest.raises(UsageError, match="sheet A has merged cells that overlap, or fill more than 200,002 cells"):
        read(write_ods(tmp_path, f'<table:table table:name="A">{rows}</table:table-row></table:table>'))


def test_an_open_document_whose_parts_unpack_to_more_than_it_needs_is_refused_unread(tmp_path: Path) -> None:
    path = write_ods(tmp_path, "")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("META-INF/manifest.xml", bytes((16 << 20) + 1))
    with pytest.raises(UsageError, match=r"META-INF/manifest\.xml in it has more than 16 MB"):
        read(path)


def test_an_open_document_that_declares_entities_or_has_no_sheet_or_a_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it declares entities"):
        read(write_ods(tmp_path, "", head='<!DOCTYPE x [<!ENTITY a "b">]>'))
    with pytest.raises(UsageError, match="an OpenDocument file without a sheet"):
        read(write_ods(tmp_path, ""))
    path = write_ods(tmp_path, "")
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(UsageError, match="is protected by a password"):
        read(path)


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, b"\0"), (6, b"\x63"), (8, b"\x01"), (10, b"\x09")],
    ids=["no entry", "a version to come", "encrypted", "packed by a method of its own"],
)
@pytest.mark.parametrize("name", ["gnumeric-errors.ods", "openpyxl-cells.xlsx"])
def test_an_archive_that_is_broken_is_one_sentence_whatever_the_library_raises(
    name: str, at: int, value: bytes, tmp_path: Path
) -> None:
    content = bytearray((FOLDER / name).read_bytes())
    for entry in [found.start() for found in re.finditer(re.escape(b"PK\x01\x02"), content)]:
        content[entry + at : entry + at + len(value)] = value
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=r"cannot be read as a spreadsheet: .+; save it as \.xlsx"):
        read(tmp_path / name)


def test_an_open_document_that_breaks_off_is_no_broken_gzip(tmp_path: Path) -> None:
    path = write_ods(tmp_path, "")
    content = bytearray(path.read_bytes())
    sizes = content.index(b"PK\x01\x02") + 20
    content[sizes : sizes + 8] = struct.pack("<II", 1 << 20, 1 << 20)
    path.write_bytes(content)
    # Newer Pythons see beforehand that it cannot be as large as it says.
    with pytest.raises(UsageError, match=r"cannot be read as a spreadsheet: (EOFError|Overlapped entries)"):
        read(path)


def test_an_open_document_in_an_encoding_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read as a spreadsheet: unknown encoding"):
        read(write_ods(tmp_path, "", head='<?xml version="1.0" encoding="martian"?>'))


def test_what_stands_beside_a_cell_is_no_text_of_it(tmp_path: Path) -> None:
    rows = (
        "<table:table-row><table:table-cell><text:p>address</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><office:annotation><text:p>ask</text:p></office:annotation> "
        '<text:p>1<text:s text:c="2"/>x</text:p><draw:frame><text:p>a chart</text:p></draw:frame></table:table-cell>'
        '</table:table-row><table:table-row><table:table-cell office:value-type="time"/>'
        "</table:table-row><table:table-row><table:table-cell table:formula='of:=NA()' office:value-type='float' "
        "office:value='0'><text:p>#N/A</text:p></table:table-cell></table:table-row>"
    )
    assert read_texts(write_ods(tmp_path, f'<table:table table:name="A">{rows}</table:table>')) == ["1  x", "#N/A"]


def write_ods(folder: Path, content: str, head: str = "") -> Path:
    path = folder / "a.ods"
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "draw")
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("content.xml", f"{head}<office:document-content {spaces}>{content}</office:document-content>")
    return path


def test_old_excel_of_other_programs_is_read() -> None:
    row = read("sheetjs.xls")[0]
    assert row.text == "38 David Rd, Krugersdorp"
    assert (row.columns["postcode"], row.columns["day"], row.columns["ok"]) == ("0184", "2026-01-02", True)


def test_old_excel_whose_names_are_read_with_nul_in_them_is_to_be_saved_anew(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes((FOLDER / "xlwt-notes.xls").read_bytes().replace(b"address", b"addre\0s"))
    with pytest.raises(UsageError, match=r"has names of columns that cannot be read: save it as \.xlsx"):
        read(tmp_path / "a.xls")


@pytest.mark.parametrize(
    "numbers",
    [
        {512 + 4 * 4: 3},  # the sector after 4 is 3, whose next one is 4
        {1024 + 4 * 2: 1},  # small sectors, likewise
        {68: 3, 512 * 5 - 4: 3},  # what lists the tables of sectors goes on in 3, and then in 3
    ],
)
def test_old_excel_whose_sectors_go_in_circles_is_refused_before_it_fills_the_memory(
    numbers: dict[int, int], tmp_path: Path
) -> None:
    data = bytearray((FOLDER / "sheetjs.xls").read_bytes())
    for place, number in numbers.items():
        struct.pack_into("<I", data, place, number)
    (tmp_path / "a.xls").write_bytes(data)
    with pytest.raises(UsageError, match=r"is broken, for its parts go in circles: save it as \.xlsx"):
        read(tmp_path / "a.xls")


def test_an_archive_is_no_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "address\nx\n")
    with pytest.raises(UsageError, match="is a ZIP archive, not a spreadsheet: unpack it first"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Index/Document.iwa", b"")
    with pytest.raises(UsageError, match="is a document of Numbers or Pages: export it as CSV or as Excel"):
        read(path)


SHEET = (
    '<x:row><x:c t="e"><x:v>#N/A</x:v></x:c><x:c><x:f>1+1</x:f></x:c></x:row><x:row r="9">'
    '<x:c r="AB9" t="e"><x:v>#REF!</x:v></x:c></x:row>'
)


def test_places_are_counted_where_a_sheet_does_not_name_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheet name="A" r:id="1"/><sheet name="B"/></workbook>')
        book.writestr("xl/_rels/workbook.xml.rels", '<a><Relationship Id="1" Target="/xl/a.xml"/></a>')
        book.writestr("xl/a.xml", f'<x:sheet xmlns:x="x">{SHEET}</x:sheet>')
    with path.open("rb") as file:
        gaps = find_gaps(file, "A", "a.xlsx")
        with pytest.raises(ValueError, match="its part is not in the file"):
            find_gaps(file, "B", "a.xlsx")
    assert gaps.errors == {(0, 0): "#N/A", (8, 27): "#REF!"}
    assert gaps.formulas == {(0, 1): "=1+1"}
    assert [name_place(place) for place in (*gaps.errors, (0, 701), (0, 702))] == ["A1", "AB9", "ZZ1", "AAA1"]


SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PART = "xl/worksheets/sheet1.xml"


def make_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


ROWS = f'<row>{make_cell("address")}</row>\n<row>{make_cell("x")}</row><row><c t="e"><v>#REF!</v></c></row>'
HUNDRED = make_cell("x") * 100


def make_sheet(rows: str) -> str:
    return f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>'


def write_parts(
    path: Path, *sheets: tuple[str, str | bytes], target: str = PART[3:], listed: bool = True, folder: str = "xl/"
) -> Path:
    """Write a workbook by hand, as programs do that nobody has heard of."""
    named = '<sheet name="S" sheetId="1" r:id="rId1"/>' if listed else ""
    book = f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}"><sheets>{named}</sheets></workbook>'
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="{target}"/>'
    root = f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="{folder}workbook.xml"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{relations}">{root}</Relationships>')
        archive.writestr(f"{folder}workbook.xml", book)
        archive.writestr(
            f"{folder}_rels/workbook.xml.rels", f'<Relationships xmlns="{relations}">{link}</Relationships>'
        )
        for name, content in sheets:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("part", [PART, "xl/Worksheets/Sheet1.xml", r"xl\worksheets\sheet1.xml"])
def test_a_part_is_found_whichever_capitals_and_slashes_it_is_written_with(part: str, tmp_path: Path) -> None:
    rows = read(write_parts(tmp_path / "a.xlsx", (part, make_sheet(ROWS))))
    assert [(row.text, row.trouble and row.trouble[:25]) for row in rows] == [
        ("x", None),
        ("#REF!", "line 3: address is #REF!,"),
    ]


def test_a_workbook_in_no_folder_is_read(tmp_path: Path) -> None:
    path = write_parts(tmp_path / "a.xlsx", ("sheet1.xml", make_sheet(ROWS)), target="sheet1.xml", folder="")
    assert read_texts(path) == ["x", "#REF!"]


def test_a_chart_is_no_sheet(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Sites!$B$2:$B$3"})
        book.add_chartsheet("Chart").set_chart(chart)
        book.add_worksheet("Sites").write_column(0, 0, ["address", "x"])
    assert read_texts(tmp_path / "a.xlsx") == ["x"]
    with pytest.raises(UsageError, match="no sheet Chart: name one with --sheet, out of Sites"):
        read(tmp_path / "a.xlsx", sheet="Chart")


def test_a_sheet_whose_lines_are_indented_is_read(tmp_path: Path) -> None:
    indented = make_sheet(ROWS).replace("><", ">\n  <")
    rows = read(write_parts(tmp_path / "a.xlsx", (PART, indented)))
    assert [row.text for row in rows] == ["x", "#REF!"]


def test_a_spreadsheet_that_is_saved_anew_under_a_run_does_the_run_no_harm(tmp_path: Path) -> None:
    path = write_parts(tmp_path / "a.xlsx", (PART, make_sheet(ROWS)))
    with open_addresses(str(path), InputOptions()) as file:
        path.write_bytes(b"PK\x03\x04 half of another one")
        assert [address.text for address in file.addresses()] == ["x", "#REF!"]


@pytest.mark.parametrize(
    ("sheets", "told", "words"),
    [
        ([(PART, make_sheet(ROWS).encode("utf-16"))], {}, "the sheet S of .* cannot be read: it is in UTF-16"),
        ([(PART, make_sheet(ROWS)), ("xl/worksheets/Sheet1.xml", "")], {}, "is broken, for it holds .* twice"),
        ([(PART, make_sheet(ROWS))], {"target": "sheet2.xml"}, r"sheet2\.xml is not in the file"),
        ([(PART, make_sheet(ROWS))], {"listed": False}, r"a\.xlsx has no sheet"),
        # Of cells that do not say where they are it takes the row to say so.
        ([(PART, make_sheet(f'{ROWS}<row r="1048576">{HUNDRED}</row>'))], {}, "something in CV1048576 of the sheet S"),
    ],
    ids=["UTF-16", "twice", "not there", "no sheet", "far away"],
)
def test_a_workbook_that_is_made_otherwise_is_refused_with_what_is_wrong(
    sheets: list[tuple[str, str | bytes]], told: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=words):
        read(write_parts(tmp_path / "a.xlsx", *sheets, **told))


def test_a_cell_of_a_thousand_attributes_costs_no_time(tmp_path: Path) -> None:
    hostile = "<c " + " ".join(f'a{n}="A1"' for n in range(100_000)) + "/>"
    began = time.process_time()
    assert len(read(write_parts(tmp_path / "a.xlsx", (PART, make_sheet(f"{ROWS}<row>{hostile}</row>"))))) == 2
    assert time.process_time() - began < 10
