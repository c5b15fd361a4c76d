"""`aex qualify --report` makes a page of what is complete, and takes the place of nothing else."""

import sys
from pathlib import Path

import pytest
import typer

from aex_async.errors import UsageError
from aex_async.qualify.command.outputs import Report
from aex_async.sandbox import Fault
from tests.cli.installed import Ended, leave_out_cost, run
from tests.cli.ordering import Shop
from tests.qualify.pages import Element, read

COTTAGE = "38 David Rd (Cottage), Oaktree, Krugersdorp"


@pytest.fixture
def addresses(tmp_path: Path) -> Path:
    path = tmp_path / "addresses.txt"
    path.write_text(
        f"{COTTAGE}\n11 Pompano Place, Newlands, Durban\n38 David Rd (Cottage), Oaktre, Krugersdorp\nnowhere\n"
    )
    return path


def look(path: Path) -> Element:
    return read(path.read_text(encoding="utf-8"))


def test_a_report_is_made_with_the_results_and_again_by_the_same_command(addresses: Path, tmp_path: Path) -> None:
    output, report = tmp_path / "results.csv", tmp_path / "report.html"
    command = ("qualify", str(addresses), "-o", str(output), "--report", str(report), "--sandbox")
    end = run(*command)
    assert (end.code, end.out) == (0, "")
    assert leave_out_cost(end.err) == "4 addresses: 1 exact, 1 probable, 1 ambiguous, 1 none.\n"
    page = look(report)
    assert [(row[0], row[2], row[4]) for row in page.table("Addresses by outcome")] == [
        ("exact", "1", "1"), ("probable", "1", "1"), ("ambiguous", "1", "0"), ("none", "1", "0"), ("failed", "0", "0"),
    ]  # fmt: skip
    assert page.find("h1")[0].text == "Qualification of addresses.txt"
    assert page.find("header")[0].find("p")[0].text == (
        "Asked of a sandbox, whose answers are made up. All results are in results.csv."
    )
    assert page.table("Lowest monthly price of each address, ZAR with tax") == [["549.00", "2", ""]]
    assert page.table("Coverage by area")[0] == ["Oaktree, Krugersdorp", "2", "2", "0", "100 %", ""]
    assert [row[1] for row in page.table("Not found")] == ["nowhere"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "addresses.txt", "results.csv", "results.csv.journal", "report.html",
    }  # fmt: skip
    assert run(*command).code == 0  # in the place of the report that is there
    assert look(report).find("main")[0].text == page.find("main")[0].text


def test_results_on_standard_output_have_a_report_beside_them(addresses: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    end = run("qualify", str(addresses), "-o", "-", "--report", str(report), "--sandbox")
    assert (end.code, len(end.out.splitlines())) == (0, 5)
    assert "All results are in what was written to standard output." in look(report).text


def test_failed_rows_are_in_the_report(shop: Shop, addresses: Path, tmp_path: Path) -> None:
    output, report = tmp_path / "results.csv", tmp_path / "report.html"
    shop.sandbox.faults.add(Fault.status(403), path="/predefined-premises", times=1)
    end = shop.run("qualify", str(addresses), "-o", str(output), "--at-once", "1", "--report", str(report))
    assert end.code == 1
    page = look(report)
    assert [(row[0], "403" in row[2]) for row in page.table("Failed")] == [("1", True)]
    assert f"Asked of {shop.url}." in page.text


def test_a_run_that_ends_early_makes_no_report(shop: Shop, addresses: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    shop.sandbox.faults.add(Fault.status(401), path="/predefined-premises")
    assert shop.run("qualify", str(addresses), "-o", str(tmp_path / "r.csv"), "--report", str(report)).code == 1
    assert not report.exists()


def test_a_report_that_can_not_be_is_refused_before_anything_is_sent(addresses: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.csv"
    end = run("qualify", str(addresses), "-o", str(output), "--report", str(addresses), "--sandbox")
    assert end == Ended(2, "", "Nothing was sent: the report would overwrite the addresses: choose another --report.\n")
    assert {path.name for path in tmp_path.iterdir()} == {"addresses.txt"}


@pytest.mark.skipif(sys.platform != "linux", reason="takes a folder in which nobody can make a file")
def test_a_folder_that_takes_no_report_is_refused_before_anything_is_sent(addresses: Path, tmp_path: Path) -> None:
    end = run("qualify", str(addresses), "-o", str(tmp_path / "r.csv"), "--sandbox", "--report", "/proc/report.html")
    assert (end.code, end.out) == (2, "")
    assert end.err.startswith("Nothing was sent: the report /proc/report.html cannot be written: ")


def test_a_report_takes_the_place_of_nothing_else(addresses: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked.html"
    linked.hardlink_to(addresses)
    other = tmp_path / "other.html"
    other.write_text("<html>something else</html>")
    circle = tmp_path / "circle.html"
    circle.symlink_to(circle)
    dangling = tmp_path / "dangling.html"
    dangling.symlink_to("nowhere.html")
    taken = {"addresses": addresses, "results": tmp_path / "results.csv", "journal": None}
    for path, words in (
        (linked, "the report would overwrite the addresses"),
        (tmp_path / "x" / ".." / "results.csv", "the report would overwrite the results"),
        (tmp_path / "no" / "report.html", "there is no folder .*no for the report"),
        (other, "other.html already exists and is not a report"),
        (tmp_path, "already exists and is not a report"),
        (circle, "circle.html is a link to .*circle.html, which does not exist"),
        (dangling, "dangling.html is a link to nowhere.html, which does not exist"),
    ):
        with pytest.raises(UsageError, match=words):
            Report(path=path, aex="").check(taken)
    Report(path=tmp_path / "report.html", aex="").check(taken)


def test_a_report_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gone" / "report.html"
    with pytest.raises(typer.Exit) as caught:
        Report(path=path, aex="").write("addresses.csv", None, [])
    assert caught.value.exit_code == 1
    assert capsys.readouterr().err == (
        f"The results are written, but {path} cannot be: No such file or directory; "
        "run the same again with another --report.\n"
    )
