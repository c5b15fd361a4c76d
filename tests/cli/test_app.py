"""`aex` itself: versions, help, and what happens before any command runs."""

import json
import re
import sys

import pytest
from typer.testing import CliRunner

from aex_async import __version__
from aex_async.cli.app import app
from aex_async.cli.commands import HOMES
from tests.cli.installed import Ended, ended, run, started

WITHOUT = "import sys; sys.modules[{!r}] = None; from aex_async.cli import main; sys.exit(main())"
INTERRUPTED = """
import sys
from aex_async.cli import main

class Interruption:
    def find_spec(self, name, path=None, target=None):
        if name == "aex_async.cli.app":
            raise {}

sys.meta_path.insert(0, Interruption())
sys.exit(main())
"""
UNTOUCHED = "import sys, aex_async, aex_async.sandbox; print({'typer', 'aex_async.cli'} & set(sys.modules))"


def run_python(program: str, *arguments: str, **changes: str) -> Ended:
    with started(sys.executable, "-c", program, *arguments, **changes) as process:
        return ended(process)


def test_the_version_is_the_package_s() -> None:
    assert run("--version") == Ended(0, f"aex_async {__version__}\n")


def test_its_help_names_the_commands_and_the_exit_codes() -> None:
    end = run("--help")
    assert end.code == 0
    assert re.search(r"demo +Walk the whole ISP flow", end.out)
    assert re.search(r"sandbox +Serve a sandbox", end.out)
    assert re.findall(r"[•-] (\d+): ", end.out) == ["0", "1", "2", "3", "4", "5", "130"]


@pytest.mark.parametrize("command", ["customer", "demo", "orders", "premises", "products", "sandbox", "work-orders"])
def test_the_help_of_a_command_has_an_example(command: str) -> None:
    end = run(command, "--help")
    assert end.code == 0
    assert re.search(rf"For example:\s+[•-] `?aex {command}\b", end.out)


@pytest.mark.parametrize(("extra", "command"), [("typer", "--help"), ("starlette", "sandbox")])
def test_without_the_extra_a_command_that_needs_it_says_what_to_install(extra: str, command: str) -> None:
    end = run_python(WITHOUT.format(extra), command)
    assert end == Ended(2, "", f"The command aex needs {extra}: pip install 'aex-async[cli]'\n")


def test_any_other_missing_module_is_a_mistake_of_ours() -> None:
    end = run_python(WITHOUT.format("aex_async.cli.demo.command"), "demo")
    assert end.code == 1
    assert "ModuleNotFoundError" in end.err


def test_ctrl_c_while_it_loads_ends_it_without_a_word() -> None:
    assert run_python(INTERRUPTED.format("KeyboardInterrupt")) == Ended(130, "")


def test_a_second_ctrl_c_while_the_first_is_seen_to_is_no_traceback() -> None:
    end = run_python(INTERRUPTED.format("BaseExceptionGroup('', [KeyboardInterrupt()])"))
    assert (end.code, end.out, end.err.count("\n")) == (130, "", 1)
    assert end.err.startswith("Interrupted a second time")


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        ("OSError(24, 'Too many open files', 'x.py')", "Too many open files: x.py"),
        ("OSError('no disk')", "no disk"),
        ("MemoryError()", "there is no memory left"),
        ("TimeoutError()", "TimeoutError"),
    ],
)
def test_what_the_machine_refuses_is_one_sentence_wherever_it_is(refused: str, words: str) -> None:
    program = INTERRUPTED.format(refused).replace("cli.app", "cli.lookup")
    end = run_python(program, "premises", "x", "--json")
    message = f"This machine refuses: {words}"
    assert (end.code, end.err) == (1, f"{message}.\n")
    assert json.loads(end.out)["error"]["message"] == message


def test_what_the_machine_refuses_an_order_leaves_it_to_the_journal() -> None:
    program = INTERRUPTED.format("MemoryError()").replace("cli.app", "cli.lookup")
    program = program.replace("sys.exit(", "from aex_async.cli.streams import finish_first; finish_first(); sys.exit(")
    end = run_python(program, "premises", "x")
    assert end == Ended(3, "", "This machine refuses: there is no memory left. See aex orders.\n")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            "This machine refuses: a file's name cannot be written in its encoding, ascii: rename the file, or set ",
        ),
        ({"PYTHONUTF8": "1"}, "UnicodeEncodeError: 'ascii' codec can't encode"),
    ],
)
def test_a_name_that_the_locale_cannot_spell_is_told(locale: dict[str, str], words: str) -> None:
    program = INTERRUPTED.format(r"UnicodeEncodeError('ascii', '\x82', 0, 1, 'x')").replace("cli.app", "cli.lookup")
    end = run_python(program, "premises", "x", **locale)
    assert end.code == 1
    assert end.err.splitlines()[-1].startswith(words)


def test_any_other_group_is_a_mistake_of_ours() -> None:
    end = run_python(INTERRUPTED.format("ExceptionGroup('', [ValueError()])"))
    assert end.code == 1
    assert "ExceptionGroup" in end.err


def test_nothing_else_imports_it() -> None:
    assert run_python(UNTOUCHED) == Ended(0, "set()\n")


@pytest.mark.parametrize("columns", [20, 80, 100])
@pytest.mark.parametrize("command", [(), *((name,) for name in HOMES), ("orders", "resume"), ("orders", "dismiss")])
def test_help_in_a_narrow_terminal_cuts_nothing(command: tuple[str, ...], columns: int) -> None:
    shown, wide = (
        CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": str(width)}).output for width in (columns, 250)
    )
    assert "…" not in shown
    names = re.findall(r"^│ [* ]? *(--[a-z-]+)", wide, re.MULTILINE)
    assert "--help" in names
    assert not [name for name in names if name not in shown]


def test_help_in_a_narrow_terminal_says_whole_what_each_command_is_for() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "20"}).output
    assert "Find the customer with exactly this e-mail, in any case, or with this id." in " ".join(shown.split())


@pytest.mark.parametrize("columns", ["40", "120"])
def test_without_a_command_its_help_is_shown_once_and_it_is_misuse(columns: str) -> None:
    end = run(COLUMNS=columns)
    assert (end.code, end.out.count("Usage: aex"), end.err) == (2, 1, "")
