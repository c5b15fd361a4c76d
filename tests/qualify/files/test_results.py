"""Results go out as their addresses came in, and hold nothing that hurts whoever opens them."""

import csv
import gzip
import io
import json
import os
import stat
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aex_async.errors import UsageError
from aex_async.qualify import Candidate, Journal, Offer, Qualification
from aex_async.qualify.files.addresses import InputOptions, TextLayout, open_addresses
from aex_async.qualify.files.destination import MAX_SHEET, OutputOptions, Target, choose_target
from aex_async.qualify.files.result_cells import UnwritableError, disarm, name_columns
from aex_async.qualify.files.results_file import check_extras, open_stream, write_results
from aex_async.qualify.model import dump, load

OFFER = Offer(id="1", speed_down=100, price_incl=Decimal("477.3913"), currency="ZAR")
MATCH = Candidate(guid="G", full_text="A", latitude=1.5, longitude=2.5, score=1.0)
DONE = Qualification(
    row=1, address="a", outcome="exact", match=MATCH, offers=(OFFER,), columns={"address": "a", "n": True}
)
FAILED = Qualification(row=2, address="b", outcome="failed", reason="503", columns={"address": "b", "n": [1]})


@pytest.fixture
def qualify(tmp_path: Path) -> Callable[..., bytes]:
    """Read a file, and write a result without a match for each of its rows."""

    def run(content: bytes, output: str = "r.csv", name: str = "a.csv", **options: str) -> bytes:
        source = tmp_path / name
        source.write_bytes(content)
        with open_addresses(str(source), InputOptions()) as file:
            target = choose_target(str(tmp_path / output), OutputOptions(**options), file)  # type: ignore[arg-type]  # of what the test says
            check_extras(target)
            results = [
                load(dump(Qualification(row=row.row, address=row.text, outcome="none", columns=row.columns)))
                for row in file.addresses()
            ]
            write_results(
                tmp_path / output, target, name_columns(file.columns, products=False)[: len(file.columns)], results
            )
        return (tmp_path / output).read_bytes()

    return run


@pytest.mark.parametrize(
    "content",
    [
        b"address,n\nx,1\n",
        b"\xef\xbb\xbfaddress;n\r\nx;1\r\n",
        b"address|n\rx|1\r",
        "address\tn\r\nMôre\t1\r\n".encode("utf-16"),
        b"\xfe\xff" + "address;n\nMôre;1\n".encode("utf-16-be"),
        "address;n\nMôre \u2013 x;1\n".encode("cp1252"),
        b'address,n\n"x, y",1\n',
        b",address\n0,x\n",
        b'address\n"x, y"\n',
    ],
)
def test_what_goes_out_is_what_came_in(qualify: Callable[..., bytes], content: bytes) -> None:
    assert qualify(content) == content
    assert gzip.decompress(qualify(content, "r.csv.gz")) == content


def test_options_say_otherwise(qualify: Callable[..., bytes]) -> None:
    content = "address;n\nMôre;1\n".encode("cp1252")
    told = {"delimiter": "tab", "encoding": "utf-8-sig", "line_end": "crlf"}
    assert qualify(content, **told).decode() == "\ufeffaddress\tn\r\nMôre\t1\r\n"
    assert qualify(content, encoding="utf-16").decode("utf-16") == "address;n\nMôre;1\n"


@pytest.mark.parametrize(
    ("name", "output", "content"),
    [
        ("a.csv", "r.tsv", b"address\tn\nx\t1\n"),
        ("a.csv", "r.jsonl", b'{"address":"x","n":"1"}\n'),
        ("a.csv", "r.json", b'[\n{"address":"x","n":"1"}\n]\n'),
        ("a.csv", "r.ndjson.gz", b'{"address":"x","n":"1"}\n'),
        ("a.csv", "r.txt", b"address,n\nx,1\n"),
        ("a.csv", "r", b"address,n\nx,1\n"),
        ("a.csv", "r.2026-11-27", b"address,n\nx,1\n"),
    ],
)
def test_a_name_is_what_it_says(qualify: Callable[..., bytes], name: str, output: str, content: bytes) -> None:
    written = qualify(b"address,n\nx,1\n", output, name)
    assert (gzip.decompress(written) if output.endswith(".gz") else written) == content


@pytest.mark.parametrize("line_end", ["lf", "crlf"])
def test_any_line_break_in_a_cell_stays_in_its_cell(qualify: Callable[..., bytes], line_end: str) -> None:
    content = b'{"address":"1 Long Street\\rUnit 2","n":"a\\nb\\r\\nc"}\n'
    written = qualify(content, name="a.jsonl", line_end=line_end).decode()
    assert list(csv.reader(io.StringIO(written, newline=""))) == [
        ["address", "n"],
        ["1 Long Street\rUnit 2", "a\nb\r\nc"],
    ]


@pytest.mark.parametrize(
    "content",
    [b"address,st\xdf\nx,1\ny,\xff\n", b"address,st\0\nx,1\ny,\0\n"],
    ids=["bytes that are no text", "NUL"],
)
def test_a_flaw_in_the_name_of_a_column_is_no_flaw_of_each_row(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with open_addresses(str(tmp_path / "a.csv"), InputOptions(encoding="utf-8")) as file:
        assert file.columns == ("address", "st\ufffd")
        assert [row.trouble is None for row in file.addresses()] == [True, False]


def test_a_table_of_tabs_becomes_commas_by_its_name(qualify: Callable[..., bytes]) -> None:
    assert qualify(b"address\tn\nx\t1\n", "r.csv", "a.tsv") == b"address,n\nx,1\n"
    assert qualify(b"address\tn\nx\t1\n", "r.txt", "a.tsv") == b"address\tn\nx\t1\n"


def test_numbers_keep_all_of_their_digits(qualify: Callable[..., bytes]) -> None:
    line = b'{"address":"x","n":12345678901234567.89,"m":[0.10,123456789012345678901234567890]}\n'
    assert qualify(line, "r.jsonl", "a.jsonl") == line
    assert qualify(line, "r", "a.jsonl") == line
    rows = list(csv.reader(io.StringIO(qualify(line, "r.csv", "a.jsonl").decode())))
    assert rows[1] == ["x", "12345678901234567.89", "[0.10,123456789012345678901234567890]"]


def test_an_empty_list_is_a_list(qualify: Callable[..., bytes]) -> None:
    assert json.loads(qualify(b"[]", "r.json", "a.json")) == []
    two = json.loads(qualify(b'[{"address": "x"}, {"address": "y", "n": null}]', "r.json", "a.json"))
    assert two == [{"address": "x"}, {"address": "y", "n": None}]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "\uff1d1", "-", "+27 cmd"],
)
def test_what_a_spreadsheet_would_run_is_made_harmless(qualify: Callable[..., bytes], text: str) -> None:
    assert disarm(text) == f"'{text}"
    assert disarm(disarm(text)) == f"'{text}"
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["address", "n", text], [text, "1", text]])
    rows = list(csv.reader(io.StringIO(qualify(buffer.getvalue().encode()).decode(), newline="")))
    assert rows == [["address", "n", f"'{text}"], [f"'{text}", "1", f"'{text}"]]


@pytest.mark.parametrize(
    "text", ["-29.78", "+27821234567", "+27 82 123 4567", "+27 (82) 123-4567", "-1,5", "1-2", "", "x=1", "-1e5"]
)
def test_numbers_and_phones_are_left_alone(text: str) -> None:
    assert disarm(text) == text


def test_a_sheet_holds_text_as_text_and_numbers_as_numbers(qualify: Callable[..., bytes], tmp_path: Path) -> None:
    calamine = pytest.importorskip("python_calamine")
    line = '{"address": "=1+1", "phone": "0821234567", "n": 7, "m": 0.5, "big": 12345678901234567.89, '
    line += '"list": [1], "yes": true}'
    qualify(line.encode(), "r.xlsx", "a.jsonl")
    (sheet,) = calamine.CalamineWorkbook.from_path(tmp_path / "r.xlsx").sheet_names
    rows = calamine.CalamineWorkbook.from_path(tmp_path / "r.xlsx").get_sheet_by_name(sheet).to_python()
    assert rows == [
        ["address", "phone", "n", "m", "big", "list", "yes"],
        ["=1+1", "0821234567", 7.0, 0.5, "12345678901234567.89", "[1]", True],
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "r.xlsx"]


def test_what_a_sheet_cannot_hold_is_not_cut_off(qualify: Callable[..., bytes], tmp_path: Path) -> None:
    with pytest.raises(UnwritableError, match="row 1 holds 40000 characters, and a cell can hold 32767"):
        qualify(b"address,n\nx," + b"n" * 40_000 + b"\n", "r.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_what_is_not_there_is_no_cell(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("address\nx\n")
    with open_addresses(str(tmp_path / "a.csv"), InputOptions()) as file:
        target = choose_target(str(tmp_path / "r.xlsx"), OutputOptions(), file)
    write_results(tmp_path / "r.xlsx", target, ("address", "aex_guid", "aex_reason"), [DONE, FAILED])
    with open_addresses(str(tmp_path / "r.xlsx"), InputOptions()) as file:
        assert [row.columns["aex_guid"] for row in file.addresses()] == ["G", ""]


def test_what_an_encoding_has_not_is_not_lost(qualify: Callable[..., bytes], tmp_path: Path) -> None:
    with pytest.raises(
        UnwritableError, match='row 1 holds "ē", which cp1252 does not have: say --output-encoding utf-8-sig'
    ):
        qualify("address\nē\n".encode(), encoding="cp1252")
    with pytest.raises(UnwritableError, match="the header holds"):
        qualify("address,ē\nx,1\n".encode(), encoding="cp1252")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert qualify("address,n\nMôre\0,1\n".encode("cp1252")) == "address,n\nMôre?,1\n".encode("cp1252")


def test_results_are_written_whole_or_not_at_all_and_for_nobody_else(tmp_path: Path) -> None:
    columns, path = name_columns(["address", "n", "aex_outcome"], products=True), tmp_path / "r.csv"
    target = Target(path=path, streamed=False, format="csv", gzipped=False, layout=TextLayout())
    write_results(path, target, columns, [DONE, FAILED])
    _, first, second = path.read_text().splitlines()
    assert first.startswith("a,true,exact,1.0,,A,G,,1.5,2.5,true,1,,100,,ZAR,477.3913,,,,")
    assert second == "b,[1],failed,,,,,,,,false,,,,,,,,,503,"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ZeroDivisionError):
        write_results(path, target, columns, (DONE for _ in [1 / 0 for _ in "x"]))
    assert [file.name for file in tmp_path.iterdir()] == ["r.csv"]
    path.chmod(0o640)
    write_results(path, target, columns, [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    target = Target(path=link, streamed=False, format="csv", gzipped=False, layout=TextLayout())
    write_results(link, target, ("address",), [])
    assert (link.is_symlink(), real.read_text()) == (True, "address\n")


def test_results_and_journal_are_their_owner_s_whatever_the_umask_is(tmp_path: Path) -> None:
    path = (
        tmp_path / f"{'r' * 235}.csv"
    )  # whose journal, and what SQLite puts beside it, has as long a name as there can be
    target = Target(path=path, streamed=False, format="csv", gzipped=False, layout=TextLayout())
    before = os.umask(0o777)
    try:
        write_results(path, target, ("address",), [])
        Journal(path.with_name(f"{path.name}.journal"), {}).close()
    finally:
        os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_money_is_text_in_json_and_a_decimal_in_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = name_columns(["address", "n"], products=True)
    for kind, path in (("parquet", tmp_path / "r.parquet"), ("jsonl", tmp_path / "r.jsonl")):
        target = Target(path=path, streamed=False, format=kind, gzipped=False, layout=TextLayout())  # type: ignore[arg-type]  # of these two
        check_extras(target)
        write_results(path, target, columns, [DONE, FAILED])
    rows = parquet.read_table(tmp_path / "r.parquet").to_pylist()
    assert rows[0]["aex_price_incl"] == Decimal("477.3913")
    assert [row["n"] for row in rows] == ["true", "[1]"]
    told = json.loads((tmp_path / "r.jsonl").read_text().splitlines()[0])
    assert (told["aex_price_incl"], told["aex_products"][0]["price_incl"]) == ("477.3913", "477.3913")


# Where they may go


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("", "the name of the file of results is empty"),
        ("a\0b", "NUL"),
        ("folder", "is a folder: name a file in it"),
        ("new/", "is a folder: name a file in it"),
        ("missing/r.csv", "there is no folder .*missing for the results: make it first"),
        ("dangling.csv", "is a link to gone.csv, which does not exist"),
        ("a.csv", "would overwrite the addresses"),
        ("r.xls", r"^\.xls cannot be written: give -o a name ending in \.csv"),
        ("r.zip", r"^\.zip cannot be written"),
        ("r.xlsx.gz", "an Excel file cannot be written in gzip"),
    ],
)
def test_where_results_cannot_go_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling.csv").symlink_to("gone.csv")
    with pytest.raises(UsageError, match=words):
        choose(output)


@pytest.mark.parametrize(
    ("output", "options", "words"),
    [
        ("-", {"format": "parquet"}, "Parquet cannot be written to standard output: give -o a file"),
        ("/dev/null", {"format": "xlsx"}, "an Excel file cannot be written to /dev/null, which is no file"),
        ("r.jsonl", {"delimiter": ";"}, "jsonl has no delimiter"),
        ("r.xlsx", {"encoding": "utf-8"}, "xlsx has no encoding to choose"),
        ("r.csv", {"delimiter": "''"}, "cannot separate columns"),
    ],
)
def test_options_that_cannot_be_meant_so_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, options: dict[str, Any], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=words):
        choose(output, **options)


def test_what_is_no_file_takes_results_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [choose(output).path for output in ("-", "/dev/stdout")] == [None, None]
    null = choose("/dev/null")
    assert (null.streamed, null.format, choose("r.csv").streamed) == (True, "csv", False)
    with open_stream(null, ("address",)) as stream:
        stream.write([DONE])
        stream.finish()


def test_a_pipe_with_a_telling_name_is_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("r.csv.gz")
    reader = os.open("r.csv.gz", os.O_RDONLY | os.O_NONBLOCK)
    with open_stream(choose("r.csv.gz"), ("address",)) as stream:
        stream.write([DONE])
        stream.finish()
    assert gzip.decompress(os.read(reader, 4096)) == b"address\na\n"
    os.close(reader)


def test_more_rows_than_a_sheet_holds_are_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="more than a sheet can hold"):
        choose("r.xlsx", rows=MAX_SHEET + 1)


def choose(output: str, *, rows: int = 1, **options: Any) -> Target:
    Path("a.csv").write_text("address\n" + "x\n" * rows)
    with open_addresses("a.csv", InputOptions()) as file:
        return choose_target(output, OutputOptions(**options), file)
