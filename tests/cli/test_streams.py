"""Every command lives with the streams that it is given, and ends on SIGTERM and SIGHUP as on Ctrl-C."""

import csv
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from aex_async.sandbox import Fault
from tests.cli.installed import AEX, PATIENCE, Ended, ended, environment, leave_out_cost, run, started
from tests.cli.ordering import FOR_THANDI, Shop, wait_until
from tests.sandbox.people import CONNECTED, OLD_SERVICE, PREMISE_9

ADDRESS = "38 David Rd (Cottage), Oaktree, Krugersdorp"
COMMANDS = {
    "help": ("--help",),
    "version": ("--version",),
    "demo": ("demo",),
    "order": ("order", *FOR_THANDI, "--sandbox"),
    "orders": ("orders",),
    "resume": ("orders", "resume", "--sandbox"),
    "qualify": ("qualify", "-", "-o", "-", "--sandbox"),
    "customer": ("customer", "thandi.example1@example.com", "--sandbox"),
    "premises": ("premises", "Street", "--limit", "300", "--sandbox"),
    "products": ("products", "-29.78", "30.98", "--sandbox"),
    "premise": ("premise", PREMISE_9, "--sandbox"),
    "service": ("service", OLD_SERVICE, "--sandbox"),
    "work-orders": ("work-orders", OLD_SERVICE, "--sandbox"),
    "doctor": ("doctor", "--sandbox"),
}
EVERY_DAY = ("help", "order", "premises", "qualify")
ORDERING = {"order", "resume"}
FOUR_HUNDRED = "".join(f"{n} Nowhere Lane\n" for n in range(400))  # each another one, or one answer would do for all
POOR = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "COLUMNS": "20", "TERM": "dumb"}


def shell(redirection: str, *arguments: str, told: str = "", **changes: str) -> Ended:
    """Run `aex` as a shell does that has been told to redirect something."""
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/bash", "-c", f'"$0" "$@" {redirection}', AEX, *arguments],
        input=told.encode(),
        capture_output=True,
        env=environment(**changes),
        timeout=3 * PATIENCE,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest, scale: Callable[[int, int], int]) -> str:
    name = str(request.param)
    if name not in EVERY_DAY and not scale(0, 1):
        pytest.skip("one of the commands for the full run")
    return name


def run_poorly(command: str, redirection: str, folder: Path, **changes: str) -> Ended:
    end = shell(redirection, *COMMANDS[command], told=f"{ADDRESS}\n", XDG_DATA_HOME=str(folder), **changes)
    assert "Traceback" not in end.out + end.err
    assert "Exception ignored" not in end.err
    return end


def test_a_full_disk_is_told(command: str, tmp_path: Path) -> None:
    end = run_poorly(command, "> /dev/full", tmp_path)
    assert end.code == (5 if command in ORDERING else 1)
    assert "No space left on device" in end.err


def test_closed_output_is_told(command: str, tmp_path: Path) -> None:
    end = run_poorly(command, ">&-", tmp_path)
    assert end.code == (5 if command in ORDERING else 1)
    assert "it is closed" in end.err


def test_closed_errors_do_not_change_how_it_ends(command: str, tmp_path: Path) -> None:
    end = run_poorly(command, "2>&-", tmp_path)
    assert (end.code, bool(end.out), end.err) == (0, True, "")


def test_errors_to_a_full_disk_do_not_change_how_it_ends(command: str, tmp_path: Path) -> None:
    end = run_poorly(command, "2>/dev/full", tmp_path)
    assert (end.code, bool(end.out), end.err) == (0, True, "")


def test_closed_input_matters_only_where_it_is_read(command: str, tmp_path: Path) -> None:
    end = run_poorly(command, "<&-", tmp_path)
    assert end.code == (2 if command == "qualify" else 0)
    if command == "qualify":
        assert end.err == "Nothing was sent: standard input cannot be read: it is closed.\n"


def test_nothing_at_all_is_open(command: str, tmp_path: Path) -> None:
    end = run_poorly(command, "<&- >&- 2>&-", tmp_path)
    assert end.code == (2 if command == "qualify" else 5 if command in ORDERING else 1)


def test_a_poor_terminal_loses_nothing(command: str, tmp_path: Path) -> None:
    poor, rich = run_poorly(command, "", tmp_path, **POOR), run_poorly(command, "", tmp_path)
    assert poor.code == rich.code == 0
    # Some have times and references in them, and the help is cut to the width of its terminal.
    if command not in {"demo", "doctor", "help", "order", "resume", "orders"}:
        assert set("".join(rich.out.split())) <= set("".join(poor.out.split())) | set("─━│╭╮╰╯—")


def test_a_reader_that_leaves_is_nobodys_mistake(command: str, tmp_path: Path) -> None:
    """As `aex ... | head` does. What fits into the pipe may have been written before."""
    end = run_poorly(command, "| head -c 1 > /dev/null; exit ${PIPESTATUS[0]}", tmp_path)
    assert end.code in ({0, 5} if command in ORDERING else {0, 1, 141})
    assert end.code != 141 or end.err == ""


def test_a_reader_that_has_left_ends_a_listing(shop: Shop) -> None:
    with started(AEX, "premises", "Street", "--json", **shop.settings) as process:
        assert process.stdout is not None
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)  # or all of it would fit before anybody leaves
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait(PATIENCE)) == ("", 141)


def test_output_that_somebody_has_made_not_to_wait_loses_nothing(shop: Shop) -> None:
    """As Node and ssh do to a pipe that they share: a write fails then while the pipe is full."""
    theirs, ours = os.pipe()
    os.set_blocking(ours, False)
    fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, 4096)
    command = (AEX, "premises", "Street", "--limit", "300", "--json")
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=ours, stderr=subprocess.PIPE, env=environment(**shop.settings)
    ) as process:
        os.close(ours)
        wait_until(lambda: shop.sandbox.received.total() > 0)
        time.sleep(0.5)  # until the pipe is full
        with os.fdopen(theirs) as stream:
            assert stream.read().count("\n") == 300
    assert process.returncode == 0


def test_an_order_is_placed_though_nobody_can_be_shown_it(shop: Shop) -> None:
    end = shell("> /dev/full", "order", *FOR_THANDI, "--reference", "r-1", **shop.settings)
    assert (end.code, len(shop.placed)) == (5, 1)
    assert end.err == (
        "Standard output cannot be written: No space left on device. What was ordered is kept: see aex orders.\n"
    )


# Signals

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
LASTING: dict[str, tuple[str, ...]] = {
    "premises": ("premises", "Street"),
    "premise": ("premise", PREMISE_9),
    "products": ("products", "-29.78", "30.98"),
    "customer": ("customer", "thandi.example1@example.com"),
    "service": ("service", CONNECTED),
    "work-orders": ("work-orders", CONNECTED, "--watch"),
    "order": ("order", *FOR_THANDI),
    "doctor": ("doctor",),
    "demo": ("demo",),
}


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("name", LASTING)
def test_a_signal_ends_a_command_as_ctrl_c_does(
    shop: Shop, name: str, number: signal.Signals, scale: Callable[[int, int], int]
) -> None:
    if (name, number) not in {("premises", signal.SIGTERM), ("order", signal.SIGHUP)} and not scale(0, 1):
        pytest.skip("one of the commands for the full run")
    shop.sandbox.faults.add(Fault.delay(30), times=None)
    with started(AEX, *LASTING[name], **shop.settings) as process:
        wait_until(lambda: shop.sandbox.received.total() > 0)
        process.send_signal(number)
        end = ended(process)
    assert (end.code, "Traceback" in end.err) == (128 + number, False)
    assert end.err.startswith("Interrupted")


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_results_are_handed_on_as_they_come_and_none_is_lost(
    shop: Shop, tmp_path: Path, number: signal.Signals
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (tmp_path / "in.csv").write_text("address\n" + "".join(f"{n} Nowhere Lane\n" for n in range(40)))
    with (tmp_path / "in.csv").open() as addresses:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [AEX, "qualify", "-", "-o", "-", "--rate", "20", "--at-once", "2"],
            stdin=addresses,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(TMPDIR=str(temporary), **shop.settings),
        )
    with process:
        assert process.stdout is not None
        seen = [process.stdout.readline() for _ in range(4)]
        process.send_signal(number)
        end = ended(process)
    rows = list(csv.DictReader([*seen, *end.out.splitlines()]))
    assert 3 <= len(rows) < 40
    assert [row["aex_outcome"] for row in rows] == ["none"] * len(rows)
    assert (end.code, end.err) == (128 + number, "Interrupted. Give -o a file, and what is done is kept.\n")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_no_copy_of_the_addresses_is_left(shop: Shop, tmp_path: Path, number: signal.Signals) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(  # noqa: S603 - our own command
        [AEX, "qualify", "-", "-o", str(tmp_path / "r.xlsx"), "--rate", "5"],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(TMPDIR=str(temporary), **shop.settings),
    ) as process:
        assert process.stdin is not None
        process.stdin.write(f"address\n{FOUR_HUNDRED}".encode())
        process.stdin.close()
        wait_until(lambda: shop.sandbox.received.total() > 0)
        process.send_signal(number)
        process.wait(PATIENCE)
    assert list(temporary.iterdir()) == []


def test_a_background_job_that_is_deaf_to_ctrl_c_still_ends_on_sigterm(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FOUR_HUNDRED)
    command = ("qualify", str(tmp_path / "a.txt"), "-o", "-", "--rate", "5")
    deaf = ("/bin/bash", "-c", 'trap "" INT; exec "$0" "$@"', AEX, *command)
    with started(*deaf, **shop.settings) as process:
        wait_until(lambda: shop.sandbox.received.total() > 0)
        process.send_signal(signal.SIGINT)
        before = shop.sandbox.received.total()
        wait_until(lambda: shop.sandbox.received.total() > before + 1)
        process.send_signal(signal.SIGTERM)
        end = ended(process)
    assert (end.code, end.err.startswith("Interrupted")) == (143, True)


def test_nohup_stays_deaf_to_sighup(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1 Nowhere Lane\n2 Nowhere Lane\n" * 3)
    command = ("qualify", str(tmp_path / "a.txt"), "-o", str(tmp_path / "r.csv"), "--rate", "20")
    with started("/usr/bin/nohup", AEX, *command, **shop.settings) as process:
        wait_until(lambda: shop.sandbox.received.total() > 0)
        process.send_signal(signal.SIGHUP)
        assert ended(process).code == 0


# Inputs and outputs that are no files


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    lines = "".join(f"{n} Nowhere Lane, Somewhere\n" for n in range(200))
    summary = "200 addresses: 200 none."
    for redirection in ("", "< <(cat)"):
        end = shell(redirection, "qualify", "/dev/stdin", "-o", "-", "--sandbox", told=lines)
        assert (end.code, leave_out_cost(end.err).splitlines()[0], end.out.count("\n")) == (0, summary, 201)
    os.mkfifo(tmp_path / "pipe")
    end = shell(
        f"& cat > {tmp_path / 'pipe'}; wait $!", "qualify", str(tmp_path / "pipe"), "-o", "-", "--sandbox", told=lines
    )
    assert (leave_out_cost(end.err).splitlines()[0], end.out.count("\n")) == (summary, 201)


def test_process_substitution_goes_in_and_out(tmp_path: Path) -> None:
    results = tmp_path / "r.csv"
    script = (
        f"""exec "$0" qualify <(printf 'ref,address\\n1,"{ADDRESS}"\\n') -o >(tee {results} > /dev/null) --sandbox"""
    )
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/bash", "-c", script, AEX],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, leave_out_cost(done.stderr)) == (0, "1 address: 1 exact.\n")
    wait_until(lambda: results.exists() and results.read_text().count("\n") == 2)


def test_what_a_shell_has_read_of_standard_input_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a title\naddress\n1 Nowhere Lane\n")
    script = f'(read title; "$0" qualify - -o - --sandbox) < {tmp_path / "a.txt"}'
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/bash", "-c", script, AEX], capture_output=True, text=True, env=environment(), check=False
    )
    assert leave_out_cost(done.stderr) == "1 address: 1 none.\n"


def test_dev_null_takes_everything_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1 Nowhere Lane\n")
    end = run("qualify", str(tmp_path / "a.txt"), "-o", "/dev/null", "--sandbox")
    assert (end.code, end.out, leave_out_cost(end.err)) == (0, "", "1 address: 1 none.\n")
    assert not Path("/dev/null.journal").exists()


LONG = f"{'x' * 300}.csv"  # more than a file may be called; somebody else's folder is as deaf to all but its owner


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("qualify", "in.csv", "-o", LONG), 2, "Nothing was sent: {} cannot be written: File name too long; choose"),
        (("qualify", "in.csv", "-o", "r.csv", "--report", LONG), 2, "Nothing was sent: the report {} cannot be "),
        (("qualify", LONG, "-o", "r.csv"), 2, "Nothing was sent: {} cannot be read: File name too long."),
        (("qualify", "in.csv", "-o", LONG[-250:], "--dry-run"), 1, "This machine refuses: File name too long: "),
        (("orders", "--journal", LONG), 1, "The journal "),
        (("order", "--file", LONG), 2, "Nothing was sent: the order file {} cannot be read: File name too long."),
        (("sandbox", "--state", LONG, "--port", "0"), 2, "Cannot go on from {}: File name too long."),
    ],
)
def test_a_name_that_no_file_can_have_is_one_sentence(
    arguments: tuple[str, ...], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("address\n1 Long Street\n")
    end = run(*arguments)
    assert (end.code, end.out, end.err.count("\n")) == (code, "", 1)
    assert end.err.startswith(words.format(LONG))


def test_timeout_ends_it_as_it_ends_others(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FOUR_HUNDRED)
    command: Sequence[str] = ("qualify", str(tmp_path / "a.txt"), "-o", str(tmp_path / "r.csv"), "--rate", "5")
    with started("/usr/bin/timeout", "--preserve-status", "4", AEX, *command, **shop.settings) as process:
        end = ended(process)
    assert (end.code, end.out) == (143, "")
    assert not end.err or end.err.startswith("Interrupted")  # on a busy machine it has not even begun


def test_poison_rows_stay_failed_when_the_run_goes_on(tmp_path: Path) -> None:
    source, output = tmp_path / "a.jsonl", tmp_path / "r.jsonl"
    deep = "[" * 500 + "]" * 500
    source.write_text(
        f'{{"address": "{ADDRESS}", "n": 12345678901234567.89}}\n{{"address": "\\ud83d"}}\n'
        f'{{"address": "x", "n": {deep}}}\n{{"address": "y", "n": NaN}}\n'
    )
    said = (
        "4 addresses: 1 exact, 3 failed.\n3 failed, for their rows cannot be read: aex_reason says what to correct.\n"
    )
    for more in ((), ("--retry-failed",), ()):
        end = run("qualify", str(source), "-o", str(output), "--sandbox", *more)
        assert (end.code, end.out, leave_out_cost(end.err)) == (1, "", said)
    first, *others = output.read_text().splitlines()
    assert '"n":12345678901234567.89,' in first
    assert [f'"aex_reason":"line {n}: ' in line for n, line in enumerate(others, 2)] == [True] * 3


def test_a_line_of_megabytes_costs_its_own_row_and_no_time(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{'x' * 3_000_000}\n{ADDRESS}\n")
    end = run("qualify", str(tmp_path / "a.txt"), "-o", str(tmp_path / "r.csv"), "--sandbox")
    assert end.code == 1
    assert leave_out_cost(end.err).startswith("2 addresses: 1 exact, 1 failed.\n")
