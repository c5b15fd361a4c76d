"""Inputs are opened once, whatever they are, and what is wrong with one is one sentence."""

import contextlib
import csv
import gzip
import io
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from aex_async.errors import UsageError
from aex_async.qualify.files import excel
from aex_async.qualify.files.addresses import InputOptions, open_addresses
from aex_async.qualify.files.csv_reader import DelimitedReader
from aex_async.qualify.files.destination import OutputOptions, choose_target
from aex_async.qualify.files.encoding import MAX_LINE, SAMPLE, UTF_8, InputText
from aex_async.qualify.files.input_bytes import CHUNK, open_input
from aex_async.qualify.files.parquet import load_pyarrow
from aex_async.qualify.files.results_file import TextFile, open_stream

ROWS = 300_000  # more than one part


@pytest.fixture
def without_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyarrow", "python_calamine", "xlsxwriter"):
        monkeypatch.setitem(sys.modules, name, None)


def read(path: Path | str, **told: object) -> list[str]:
    with open_addresses(str(path), InputOptions(**told)) as file:  # type: ignore[arg-type]  # of what the test says
        return [address.text for address in file.addresses()]


def test_a_pipe_is_copied_to_where_nobody_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    os.mkfifo(tmp_path / "a.csv")
    content = b"ref,address\n" + b"1,x\n" * ROWS
    writer = threading.Thread(target=(tmp_path / "a.csv").write_bytes, args=(content,))
    writer.start()
    with open_addresses(str(tmp_path / "a.csv"), InputOptions()) as file:
        writer.join()
        assert file.total == ROWS
        assert list((tmp_path / "temporary").iterdir()) == []
        assert sum(1 for _ in file.addresses()) == ROWS


def open_full(**_: object) -> io.FileIO:
    return Path("/dev/full").open("wb", buffering=0)


def test_a_disk_that_is_full_of_it_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "a.csv")
    writer = threading.Thread(target=(tmp_path / "a.csv").write_bytes, args=(b"x\n",))
    writer.start()
    monkeypatch.setattr(tempfile, "TemporaryFile", open_full)
    with pytest.raises(UsageError, match=r"a\.csv cannot be copied to .*: No space left on device"):
        read(tmp_path / "a.csv")
    writer.join()


def test_standard_input_is_read_from_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("a title\naddress\nx\n")
    with (tmp_path / "a.csv").open("rb") as file:
        file.readline()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        assert read("-") == ["x"]
        with open_addresses("-", InputOptions()) as source, pytest.raises(UsageError, match="overwrite"):
            choose_target(str(tmp_path / "a.csv"), OutputOptions(), source)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "the name of the file of addresses is empty"),
        ("missing.csv", r"missing\.csv cannot be read: No such file"),
        (".", "is a folder: give a file in it"),
    ],
)
def test_what_is_no_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=words):
        read(name)


def test_a_line_without_an_end_is_not_read_into_memory(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * (MAX_LINE + CHUNK))
    with pytest.raises(UsageError, match="a line of more than 16 MB: it is not csv"):
        read(tmp_path / "a.csv")


def test_a_file_that_changes_under_a_run_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"address\nx\n"))
    with open_addresses(str(path), InputOptions()) as file:
        path.write_bytes(path.read_bytes()[:-9])
        with pytest.raises(UsageError, match="broken gzip"):
            list(file.addresses())


def test_what_is_added_to_a_file_under_a_run_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("address\nx\n")
    with open_addresses(str(path), InputOptions()) as file:
        with path.open("a") as more:
            more.write("y\n")
        assert [address.text for address in file.addresses()] == ["x"] * file.total


@pytest.mark.parametrize(("content", "most"), [("address\nz\n", None), ("address\n", None), ("address\nz\ny\n", 1)])
def test_a_file_that_is_written_anew_under_a_run_is_said_so(tmp_path: Path, content: str, most: int | None) -> None:
    path = tmp_path / "a.csv"
    path.write_text("address\nx\n")
    os.utime(path, (0, 0))
    with open_addresses(str(path), InputOptions()) as file:
        path.write_text(content)
        with pytest.raises(UsageError, match=r"a\.csv changed while it was read"):
            list(file.addresses(most))


def test_a_file_whose_size_the_kernel_does_not_say_is_read_all_the_same() -> None:
    assert read("/proc/self/limits", format="lines")


def test_a_run_is_known_by_how_its_input_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("address;ref,address\nx;1,y\n")
    facts = list[dict[str, str]]()
    for delimiter in (";", ","):
        with open_addresses(str(path), InputOptions(delimiter=delimiter)) as file:
            facts.append(file.facts)
    assert facts[0]["input"] == facts[1]["input"]
    assert facts[0]["reading"] != facts[1]["reading"]


def test_a_long_table_is_judged_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [["ref", "address"], *([str(n), "1 Long Street,\nTown"] for n in range(SAMPLE // 20))]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows(rows)
    path.write_text(buffer.getvalue(), newline="")
    assert len(read(path)) == len(rows) - 1
    path.write_text("address\n" + '"' + "x" * SAMPLE + '"\n')  # the sample ends within quotes
    assert len(read(path)) == 1
    with open_input(str(path)) as source:
        assert DelimitedReader(InputText(source, UTF_8), ["address"], None, flawed=False).columns == ("address",)


def test_bytes_that_are_not_utf_8_are_found_late_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"address\n" + b"x" * 500 + (b"\n" + b"x" * 500) * (CHUNK // 500) + "\nMôre\n".encode("cp1252"))
    assert "Môre" in read(path)
    path.write_bytes(b"address\n" + b"x\n" * 9 + b"\xc3")  # breaks off within a letter
    with pytest.raises(UsageError, match="--encoding"):
        read(path, encoding="utf-16")


def test_bytes_that_are_not_utf_8_at_the_beginning_of_a_long_text_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"address\n" + "Môre\n".encode("cp1252") + b"1 Long Street\n" * (CHUNK // 10))
    assert read(path)[:2] == ["Môre", "1 Long Street"]


def test_a_sample_that_is_cut_within_quotes_is_judged_by_what_stands_before(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('ref;address\n1;x\n2;y\n3;"' + "a line\n" * (SAMPLE // 4) + 'the last"\n')
    assert [text[:6] for text in read(path)] == ["x", "y", "a line"]


@pytest.mark.usefixtures("without_extras")
def test_an_extra_that_is_missing_is_named() -> None:
    foreign = Path(__file__).parent / "foreign"
    with pytest.raises(UsageError, match=r"needs python-calamine: pip install 'aex-async\[excel\]'"):
        read(foreign / "libreoffice.xlsx")
    with pytest.raises(UsageError, match=r"pip install 'aex-async\[qualify\]'"):
        load_pyarrow()
    with pytest.raises(UsageError, match=r"needs xlsxwriter: pip install 'aex-async\[excel\]'"):
        excel.load_xlsxwriter()


def test_the_library_of_old_excel_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "olefile", None)
    with pytest.raises(UsageError, match=r"needs olefile: pip install 'aex-async\[excel\]'"):
        read(Path(__file__).parent / "foreign" / "libreoffice.xls")


def test_standard_output_that_was_closed_before_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("address\nx\n")
    monkeypatch.setattr(sys, "stdout", None)
    with open_addresses(str(tmp_path / "a.csv"), InputOptions()) as file:
        target = choose_target("-", OutputOptions(), file)
        with pytest.raises(UsageError, match="standard output is closed"), contextlib.ExitStack() as stack:
            stack.enter_context(open_stream(target, ("address",)))


def test_what_cannot_be_written_is_not_ended_either(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("address\nx\n")
    with open_addresses(str(tmp_path / "a.csv"), InputOptions()) as file:
        target = choose_target("-", OutputOptions(format="json"), file)
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space left"):
        TextFile(full, target, ("address",))
    with Path("/dev/full").open("wb") as full:
        stream = TextFile(full, target, ("address",))
        with pytest.raises(OSError, match="No space left"):
            stream.flush()
        stream.finish()  # which would raise once more
        with pytest.raises(OSError, match="No space left"):
            full.close()


def test_standard_output_takes_results(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "a.csv").write_text("address\nx\n")
    with open_addresses(str(tmp_path / "a.csv"), InputOptions()) as file:
        target = choose_target("-", OutputOptions(format="json"), file)
        with open_stream(target, ("address",)) as stream:
            stream.flush()
            stream.finish()
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"[\n]\n"


def test_a_header_in_another_encoding_than_was_said_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Ref;Straße\n1;38 David Road\n".encode("cp1252"))
    with pytest.raises(UsageError, match=r"has no column Straße, and its header cannot be read in this encoding"):
        read(path, columns=("Straße",), encoding="utf-8")
    assert read(path, columns=("Straße",)) == ["38 David Road"]


def test_blank_lines_are_looked_through_once_each(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n" * (SAMPLE - 100) + "38 David Road\n")
    began = time.process_time()
    assert read(path) == ["38 David Road"]
    assert time.process_time() - began < 5
