"""`aex qualify` says of each address in a file what can be ordered there, and survives whatever ends it."""

import asyncio
import contextlib
import csv
import fcntl
import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from attrs import evolve

from aex_async.cli.console import show_minutes
from aex_async.qualify import Journal, JournalError, Qualification
from aex_async.qualify.command.job import Ending, finish, plan, run_to_its_end, tell_opening
from aex_async.qualify.command.outputs import Report
from aex_async.qualify.command.progress import EVERY, Forecast, Meter
from aex_async.qualify.files.addresses import InputOptions, open_addresses
from aex_async.qualify.files.destination import OutputOptions
from aex_async.sandbox import Fault
from tests.cli.installed import AEX, Ended, ended, environment, run, run_at_terminal, run_with, started
from tests.cli.ordering import Shop, wait_until

COTTAGE = "38 David Rd (Cottage), Oaktree, Krugersdorp"
COTTAGE_GUID = "66E9BB4D-E360-4F40-A30E-AF27F52392B6"
SEARCH = "GET /predefined-premises"


@pytest.fixture
def addresses(tmp_path: Path) -> Path:
    path = tmp_path / "addresses.csv"
    path.write_text(f'id,address\n1,"{COTTAGE}"\n2,nowhere\n3,"12 Varing Str (Cottage), Homelake, Randfontein"\n')
    return path


def write_many(path: Path, count: int) -> Path:
    streets = itertools.cycle(
        ("David Road, Oaktree, Krugersdorp", "Varing St, Homelake, Randfontein", "Nowhere Lane, X")
    )
    path.write_text(
        "".join(f"{number} {street}\n" for number, street in zip(range(1, count + 1), streets, strict=False))
    )
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


# Done


def test_a_csv_keeps_its_columns_and_gets_ours(addresses: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.csv"
    end = run("qualify", str(addresses), "-o", str(output), "--sandbox")
    assert end == Ended(0, "", "3 addresses: 2 exact, 1 none. 9 requests were made.\n")
    first, second, _ = read_csv(output)
    assert (first["id"], first["address"], first["aex_outcome"]) == ("1", COTTAGE, "exact")
    assert (first["aex_guid"], first["aex_orderable"]) == (COTTAGE_GUID, "true")
    assert (first["aex_speed_down"], first["aex_speed_up"]) == ("1000", "500")
    assert (first["aex_currency"], first["aex_price_incl"], first["aex_price_excl"]) == ("ZAR", "549.0", "477.3913")
    assert (second["aex_outcome"], second["aex_orderable"], second["aex_guid"]) == ("none", "false", "")


def test_a_column_without_addresses_is_asked_after(addresses: Path, tmp_path: Path) -> None:
    end = run("qualify", str(addresses), "-o", str(tmp_path / "r.csv"), "--column", "id", "--sandbox")
    assert (end.code, read_csv(tmp_path / "r.csv")[0]["aex_outcome"]) == (0, "none")
    question = "are they in another column (--column), or in another file?\n"
    assert end.err.endswith(f"AEx knows none of these addresses: {question}")


def test_json_lines_go_through_pipes_in_order_with_all_products() -> None:
    told = "".join(json.dumps({"n": n, "Site": text}) + "\n" for n, text in enumerate([COTTAGE, "nowhere", COTTAGE]))
    arguments = ("--column", "Site", "--input-format", "jsonl", "--format", "jsonl", "--products", "--sandbox")
    end = run_with(told, "qualify", "-", "-o", "-", *arguments)
    assert (end.code, end.err) == (0, "3 addresses: 2 exact, 1 none. 7 requests were made.\n")
    rows: list[dict[str, Any]] = [json.loads(line) for line in end.out.splitlines()]
    assert [row["n"] for row in rows] == [0, 1, 2]
    assert rows[0]["aex_price_excl"] == "477.3913"
    assert len(rows[0]["aex_products"]) == rows[0]["aex_product_count"] == 5


def test_lines_of_text_become_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    output = tmp_path / "results.parquet"
    assert run_with("address\n", "qualify", "-", "-o", "-", "--column", "address", "--sandbox").out.startswith(
        "address,"
    )
    end = run_with(f"{COTTAGE}\n\n11 Pompano Place, Newlands, Durban\n", "qualify", "-", "-o", str(output), "--sandbox")
    assert end.code == 0
    rows = parquet.read_table(output).to_pylist()
    assert [row["aex_outcome"] for row in rows] == ["exact", "ambiguous"]
    assert str(rows[0]["aex_price_incl"]).startswith("549.0")
    assert len(json.loads(rows[1]["aex_candidates"])) == 2


def test_at_a_terminal_a_bar_shows_the_counts(tmp_path: Path) -> None:
    addresses = write_many(tmp_path / "addresses.txt", 30)

    def qualify() -> Ended:
        command = (
            "qualify",
            str(addresses),
            "-o",
            str(tmp_path / "r.csv"),
            "--sandbox",
            "--rate",
            "150",
            "--limit",
            "30",
        )
        return run_at_terminal(*command, NO_COLOR="1", COLUMNS="120")

    end = qualify()
    assert end.code == 0
    assert "30/30" in end.out
    assert " none" in end.out
    assert "\x1b[3" not in end.out  # no colour
    assert ("Asking" in end.out, "Asking" in qualify().out) == (True, False)  # then nothing is left to ask


def test_a_terminal_that_can_only_print_lines_gets_no_bar(tmp_path: Path) -> None:
    addresses = write_many(tmp_path / "addresses.txt", 3)
    end = run_at_terminal("qualify", str(addresses), "-o", str(tmp_path / "r.csv"), "--sandbox", TERM="dumb")
    assert end.code == 0
    assert "3/3" not in end.out


def test_the_example_of_the_help_works(addresses: Path, tmp_path: Path) -> None:
    shown = run("qualify", "--help", COLUMNS="250").out
    assert "aex qualify addresses.csv -o results.csv --sandbox" in shown
    end = run("qualify", str(addresses), "-o", str(tmp_path / "results.csv"), "--sandbox", "--rate", "500")
    assert end.code == 0


def test_in_a_log_a_line_tells_now_and_then_how_it_goes(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    with Meter(90, Counter(none=10), clock=lambda: now[0]) as meter:
        meter.add("exact")
        now[0] = EVERY
        meter.add("failed")
        meter.say("AEx does not answer")
    assert (
        capsys.readouterr().err
        == "12 of 90 done, 4 a minute, 20 min left: 1 exact, 10 none, 1 failed\nAEx does not answer.\n"
    )


def test_of_results_that_come_at_once_after_an_outage_no_speed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    with Meter(90, Counter(), clock=lambda: now[0]) as meter:
        meter.say("AEx does not answer")
        now[0] = EVERY
        meter.add("none")
    assert capsys.readouterr().err == "AEx does not answer.\n1 of 90 done: 1 none\n"


def test_an_outage_changes_nothing_of_how_long_the_rest_is_said_to_take() -> None:
    now = [0.0]
    forecast = Forecast(lambda: now[0])
    assert forecast.estimate(100) is None
    for _ in range(600):
        now[0] += 0.1
        forecast.add()
    assert forecast.estimate(100) == pytest.approx(10, rel=0.05)
    forecast.pause()
    now[0] += 3600
    for _ in range(16):  # those that waited come at once
        forecast.add()
    assert forecast.estimate(100) == pytest.approx(10, rel=0.2)


def test_how_fast_it_was_two_minutes_ago_says_nothing_of_the_rest() -> None:
    now = [0.0]
    forecast = Forecast(lambda: now[0])
    for seconds, count in ((2.0, 100), (0.1, 3000)):
        for _ in range(count):
            now[0] += seconds
            forecast.add()
    assert forecast.rate == pytest.approx(10, rel=0.05)


def test_a_pace_of_one_result_in_a_minute_is_no_outage() -> None:
    now = [0.0]
    forecast = Forecast(lambda: now[0])
    for _ in range(5):
        now[0] += 60
        forecast.add()
    assert forecast.estimate(10) == pytest.approx(600)


@pytest.mark.parametrize(("seconds", "shown"), [(90, "90 s"), (600, "10 min"), (36_000, "10 h")])
def test_how_long_it_takes_is_said_as_people_say_it(seconds: float, shown: str) -> None:
    assert show_minutes(seconds) == shown


def test_a_column_cannot_be_a_part_of_the_address_twice(addresses: Path, tmp_path: Path) -> None:
    twice = ("--column", "address", "--column", "Address")
    end = run("qualify", str(addresses), "-o", str(tmp_path / "r.csv"), "--sandbox", *twice)
    assert (end.code, end.out) == (2, "")
    assert end.err == "Nothing was sent: --column address is given twice: name each column of the address once.\n"


# Before it begins


def test_a_dry_run_tells_the_cost_and_sends_nothing(shop: Shop, addresses: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.csv"
    end = shop.run("qualify", str(addresses), "-o", str(output), "--dry-run")
    assert (end.code, end.err, list(tmp_path.glob("r.csv*"))) == (0, "", [])
    assert end.out.startswith("3 of 3 addresses left to be asked for: about ")
    assert not shop.sandbox.received
    most = int(end.out.partition("at most ")[2].partition(",")[0])
    assert shop.run("qualify", str(addresses), "-o", str(output), "--limit", "2").code == 0
    assert len(read_csv(output)) == 2
    assert "1 of 3 addresses left" in shop.run("qualify", str(addresses), "-o", str(output), "--dry-run").out
    end = shop.run("qualify", str(addresses), "-o", str(output), "--limit", "9" * 30)
    assert (end.code, len(read_csv(output))) == (0, 3)
    assert f" {shop.sandbox.received.total()} requests" not in end.err
    end = shop.run("qualify", str(addresses), "-o", str(output), "--limit", "1")
    assert end.err == "3 addresses: 2 exact, 1 none.\n"
    assert shop.sandbox.received.total() <= most + 5


def test_what_is_done_beyond_a_limit_is_not_counted_into_it(shop: Shop, tmp_path: Path) -> None:
    source, output = write_many(tmp_path / "a.txt", 5), tmp_path / "r.csv"
    assert shop.run("qualify", str(source), "-o", str(output)).code == 0
    with Journal(output.with_name("r.csv.journal"), {}) as journal:
        kept = journal.results()
        first = next(kept)
        journal.add(evolve(first, outcome="failed"))
    more = ("--limit", "2", "--retry-failed")
    end = shop.run("qualify", str(source), "-o", str(output), *more, AEX_TOKEN="another")
    assert end.code == 1
    assert end.err.endswith(" 1 of 2 addresses are done and kept: run the same again for the rest.\n")


def test_what_failed_beyond_a_limit_stays_in_the_results(shop: Shop, tmp_path: Path) -> None:
    source, output = write_many(tmp_path / "a.txt", 5), tmp_path / "r.csv"
    assert shop.run("qualify", str(source), "-o", str(output)).code == 0
    whole = [row["address"] for row in read_csv(output)]
    with Journal(output.with_name("r.csv.journal"), {}) as journal:
        for kept in list(journal.results())[::3]:
            journal.add(evolve(kept, outcome="failed"))
    end = shop.run("qualify", str(source), "-o", str(output), "--retry-failed", "--limit", "2")
    assert (end.code, end.err.splitlines()[-1]) == (1, "1 failed: run the same again with --retry-failed.")
    assert [row["address"] for row in read_csv(output)] == whole


def test_many_addresses_of_a_place_are_looked_up_in_one_listing(shop: Shop, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("".join(f"{number} David Rd, Oaktree, Krugersdorp\n" for number in range(1, 41)))
    told = shop.run("qualify", str(source), "-o", "-", "--dry-run").out
    assert "1 place is listed once, for many addresses are there." in told
    end = shop.run("qualify", str(source), "-o", str(tmp_path / "r.csv"))
    made = int(end.err.rpartition(": ")[2].split(" requests")[0].split()[-1])
    assert made == shop.sandbox.received.total()
    assert shop.sandbox.received[SEARCH] < 15  # the products of each are asked for at its own point


# Not done, and begun again


def test_a_killed_run_goes_on_and_ends_with_the_same_file(
    shop: Shop, tmp_path: Path, scale: Callable[[int, int], int]
) -> None:
    source = write_many(tmp_path / "addresses.txt", 40)
    chance = random.Random(7)  # noqa: S311 - moments, no secret
    whole = tmp_path / "whole.csv"
    assert shop.run("qualify", str(source), "-o", str(whole)).code == 0
    for number in range(scale(2, 20)):
        output = tmp_path / f"killed-{number}.csv"
        journal = output.with_name(f"{output.name}.journal")
        with started(AEX, "qualify", str(source), "-o", str(output), "--rate", "100", **shop.settings) as process:
            wait_until(journal.exists)
            time.sleep(chance.random() * 0.5)
            process.kill()
            process.wait()
        assert not output.exists()
        assert shop.run("qualify", str(source), "-o", str(output)).code == 0
        assert output.read_bytes() == whole.read_bytes()


def test_ctrl_c_keeps_what_is_done(shop: Shop, tmp_path: Path) -> None:
    source, output = write_many(tmp_path / "addresses.txt", 40), tmp_path / "r.csv"
    with started(AEX, "qualify", str(source), "-o", str(output), "--rate", "20", **shop.settings) as process:
        wait_until(lambda: shop.sandbox.received[SEARCH] > 3)
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.code, end.out) == (130, "")
    assert end.err.startswith("Interrupted. ")
    assert end.err.endswith("of 40 addresses are done and kept: run the same again for the rest.\n")
    assert shop.run("qualify", str(source), "-o", str(output)).code == 0
    assert len(read_csv(output)) == 40


def test_a_refused_token_stops_at_once_and_keeps_what_is_done(shop: Shop, tmp_path: Path) -> None:
    source, output = write_many(tmp_path / "addresses.txt", 40), tmp_path / "r.csv"
    shop.sandbox.faults.add(Fault.status(401), path="/predefined-premises")
    end = shop.run("qualify", str(source), "-o", str(output), "--at-once", "2")
    assert (end.code, end.out, end.err.count("\n")) == (1, "", 1)
    assert "Check AEX_TOKEN" in end.err
    assert "0 of 40 addresses are done and kept" in end.err
    assert shop.sandbox.received[SEARCH] <= 4
    assert not output.exists()


def test_failed_rows_say_why_and_are_tried_again_when_asked_to(shop: Shop, addresses: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.csv"
    shop.sandbox.faults.add(Fault.status(403), path="/predefined-premises", times=1)
    end = shop.run("qualify", str(addresses), "-o", str(output), "--at-once", "1")
    assert (end.code, end.err.splitlines()[1]) == (1, "1 failed: run the same again with --retry-failed.")
    assert "403" in read_csv(output)[0]["aex_reason"]
    before = shop.sandbox.received.total()
    assert shop.run("qualify", str(addresses), "-o", str(output)).code == 1
    assert shop.sandbox.received.total() == before
    assert shop.run("qualify", str(addresses), "-o", str(output), "--retry-failed").code == 0
    assert [row["aex_outcome"] for row in read_csv(output)] == ["exact", "none", "exact"]


# Refused


def test_two_runs_on_one_output_are_refused(shop: Shop, addresses: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.csv"
    with Journal(tmp_path / "r.csv.journal", {}):
        end = shop.run("qualify", str(addresses), "-o", str(output))
    assert (end.code, end.out, end.err.count("\n")) == (1, "", 1)
    assert end.err.endswith("writing the same results. Wait until it has ended, or choose another -o.\n")
    assert not shop.sandbox.received


def test_another_input_for_the_same_results_is_refused(addresses: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.csv"
    assert run("qualify", str(addresses), "-o", str(output), "--sandbox").code == 0
    addresses.write_text("address\nnowhere\n")
    end = run("qualify", str(addresses), "-o", str(output), "--sandbox")
    assert (end.code, end.out) == (2, "")
    assert "belongs to a run with another input" in end.err
    assert f"delete {output} and {output}.journal" in end.err


def test_a_file_of_somebody_else_is_not_written_over(addresses: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.csv"
    output.write_text("mine")
    end = run("qualify", str(addresses), "-o", str(output), "--sandbox")
    assert (end.code, output.read_text()) == (2, "mine")
    end = run("qualify", str(addresses), "-o", str(addresses), "--sandbox")
    assert "would overwrite the addresses" in end.err


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("address\nx\n", ("--column", "Address", "--base-url", "https://x.example.com"), "either --sandbox"),
        ("a,b\n1,2\n", (), "no column address: name one with --column, out of a, b"),
        ("a,address\n1,2,3\n", (), "line 2: 3 fields, where the header has 2"),
        ("a,a\n1,2\n", (), 'two columns "a"'),
        ("address\nx\n", ("--dask", ""), "name a scheduler"),
        ("address\nx\n", ("--output-delimiter", ""), "cannot separate columns"),
        ("address\nx\n", ("--output-encoding", ""), 'no encoding ""'),
    ],
)
def test_what_cannot_be_meant_so_is_one_sentence(
    tmp_path: Path, text: str, arguments: tuple[str, ...], words: str
) -> None:
    source = tmp_path / "a.csv"
    source.write_text(text)
    end = run("qualify", str(source), "-o", str(tmp_path / "r.csv"), "--sandbox", *arguments)
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert end.err.startswith("Nothing was sent: ")
    assert words in end.err


def test_more_columns_than_a_sheet_has_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    source = tmp_path / "wide.csv"
    source.write_text(f"address,{','.join(f'c{number}' for number in range(16_366))}\n1 Long Street\n")
    end = run("qualify", str(source), "-o", str(tmp_path / "r.xlsx"), "--sandbox")
    assert end == Ended(
        2,
        "",
        "Nothing was sent: 16385 columns are more than a sheet can hold: choose a name ending in .csv or .parquet for "
        "-o.\n",
    )


def test_parquet_needs_a_file_and_its_extra(addresses: Path, tmp_path: Path) -> None:
    end = run("qualify", str(addresses), "-o", "-", "--format", "parquet", "--sandbox")
    assert (end.code, end.err) == (
        2,
        "Nothing was sent: Parquet cannot be written to standard output: give -o a file.\n",
    )
    program = "import sys; sys.modules['pyarrow'] = None; from aex_async.cli import main; sys.exit(main())"
    command = ("qualify", str(addresses), "-o", str(tmp_path / "r.parquet"), "--sandbox")
    with started(sys.executable, "-c", program, *command) as process:
        end = ended(process)
    assert (end.code, end.out) == (2, "")
    assert end.err == "Nothing was sent: Parquet needs pyarrow: pip install 'aex-async[qualify]'.\n"


def test_results_that_cannot_be_written_stay_in_the_journal(addresses: Path, tmp_path: Path) -> None:
    addresses.write_text("address\nm\u0113r\n")
    output = tmp_path / "r.csv"
    told = ("qualify", str(addresses), "-o", str(output), "--sandbox")
    end = run(*told, "--output-encoding", "cp1252")
    assert (end.code, end.out, output.exists()) == (1, "", False)
    assert end.err == (
        f'All is done and kept, but {output} cannot be written: row 1 holds "\u0113", which cp1252 does not have: '
        "say --output-encoding utf-8-sig, and run the same again.\n"
    )
    assert run(*told).code == 0


def test_a_journal_that_is_broken_is_one_sentence(addresses: Path, tmp_path: Path) -> None:
    journal = tmp_path / "r.csv.journal"
    with contextlib.closing(sqlite3.connect(journal)) as base:
        base.execute("CREATE TABLE results (row INTEGER PRIMARY KEY)")
    end = run("qualify", str(addresses), "-o", str(tmp_path / "r.csv"), "--sandbox")
    assert end == Ended(1, "", f"Stopped: {journal} cannot be used: no such column: outcome.\n")


def test_addresses_that_vanish_during_the_run_are_missed(
    addresses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_addresses(str(addresses), InputOptions()) as source, Journal(None, {}) as journal:
        job = plan(source, str(tmp_path / "r.csv"), OutputOptions(), products=False)
        with pytest.raises(typer.Exit):
            finish(job, journal, Ending())
    assert capsys.readouterr().err == "Only 0 of 3 addresses were found: did the file change meanwhile?\n"


class Interrupted(Journal):
    """A journal at whose first line somebody presses Ctrl-C."""

    def results(self) -> Iterator[Qualification]:
        raise KeyboardInterrupt


def test_of_printed_results_nothing_is_kept_for_a_report(
    addresses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report(path=tmp_path / "report.html", aex="")
    with open_addresses(str(addresses), InputOptions()) as source, Interrupted(None, {}) as journal:
        job = plan(source, "-", OutputOptions(), products=False, report=report)
        for address in job.addresses():
            journal.add(Qualification(row=address.row, address=address.text, outcome="none"))
        with pytest.raises(typer.Exit) as interrupted:
            finish(job, journal, Ending())
    assert (interrupted.value.exit_code, report.path.exists()) == (130, False)
    assert capsys.readouterr().err == "Interrupted. The results were printed; the report was not written.\n"


def test_a_run_says_when_it_ends_by_itself_only_if_it_does() -> None:
    opening = tell_opening("https://aex.example.com", 2, bounded=True)
    assert opening.endswith(" about 2 addresses. If it does not answer at all, the run ends after some 70 s.")
    assert tell_opening("the sandbox", 1, bounded=False) == "Asking the sandbox about 1 address."


def test_results_that_cannot_be_written_are_kept_all_the_same(
    addresses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()

    class InterruptedOnce(Interrupted):
        """A journal at whose first line somebody presses Ctrl-C, as long as the folder is there."""

        def results(self) -> Iterator[Qualification]:
            return super().results() if folder.exists() else Journal.results(self)

    output = folder / "r.csv"
    with open_addresses(str(addresses), InputOptions()) as source, InterruptedOnce(None, {}) as journal:
        job = plan(source, str(output), OutputOptions(), products=False)
        for address in job.addresses():
            journal.add(Qualification(row=address.row, address=address.text, outcome="none"))
        with pytest.raises(typer.Exit) as interrupted:
            finish(job, journal, Ending())
        folder.rmdir()
        with pytest.raises(typer.Exit) as stopped:
            finish(job, journal, Ending())
    assert (interrupted.value.exit_code, stopped.value.exit_code) == (130, 1)
    assert capsys.readouterr().err == (
        "Interrupted. All is done and kept: run the same again to have it written.\n"
        f"All is done and kept, but {output} cannot be written: No such file or directory.\n"
    )


def test_rows_wait_while_aex_is_down_and_it_says_so(shop: Shop, tmp_path: Path) -> None:
    source, output = write_many(tmp_path / "addresses.txt", 30), tmp_path / "r.csv"
    shop.sandbox.faults.add(Fault.status(503, retry_after=0), path="/predefined-premises", skip=20, times=None)
    with started(AEX, "qualify", str(source), "-o", str(output), "--patience", "5", **shop.settings) as process:
        end = ended(process)
    assert (end.code, end.out, output.exists()) == (1, "", False)
    assert end.err.startswith("Stopped: AEx has been down for 0 s: GET /predefined-premises answered 503")
    assert end.err.endswith("addresses are done and kept: run the same again for the rest.\n")
    shop.sandbox.faults.clear()
    assert shop.run("qualify", str(source), "-o", str(output)).code == 0
    assert "failed" not in output.read_text()


def test_a_full_disk_ends_it_with_one_sentence(shop: Shop, tmp_path: Path) -> None:
    source = write_many(tmp_path / "addresses.txt", 60)
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        process = subprocess.run(  # noqa: S603 - our own command
            [AEX, "qualify", str(source), "-o", "-"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**shop.settings),
            check=False,
        )
    assert process.returncode == 1
    assert process.stderr == "Standard output cannot be written: No space left on device.\n"


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_journal_that_fails_stops_the_run_with_its_reason() -> None:
    async def ask() -> None:
        await asyncio.sleep(0)
        raise JournalError("the disk is full")

    assert await run_to_its_end(ask) == Ending(1, "Stopped: the disk is full")

    async def touch() -> None:
        await asyncio.sleep(0)
        os.open("/dev/full/x", os.O_RDONLY)

    assert await run_to_its_end(touch) == Ending(1, "Stopped, for this machine says: Not a directory")


def test_standard_output_that_nobody_reads_any_more_ends_it_without_a_word(shop: Shop, tmp_path: Path) -> None:
    source = write_many(tmp_path / "addresses.txt", 200)
    with started(AEX, "qualify", str(source), "-o", "-", **shop.settings) as process:
        assert process.stdout is not None
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait(20)) == ("", 141)
