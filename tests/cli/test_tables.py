"""How values read."""

import re
import sys
from decimal import Decimal

import pytest

from aex_async.cli.values import show_value
from tests.cli.installed import ESCAPES, ended, run, run_at_terminal, started
from tests.cli.ordering import Shop


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (Decimal("549.0"), "549.00"),
        (Decimal("477.3913"), "477.3913"),
        (Decimal(f"{'1' * 30}.5"), f"{'1' * 30}.5"),
        ("Côte [bold]", "Côte [bold]"),
        ("a\nb\x1b[31m", r"a\nb\x1b[31m"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, shown: str) -> None:
    assert show_value(value) == shown


PREMISE = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"


@pytest.mark.parametrize("columns", ["1", "20", "40", "0"])
def test_an_id_is_shown_whole_however_narrow_the_terminal_is(columns: str) -> None:
    shown = run_at_terminal("premise", PREMISE, "--sandbox", COLUMNS=columns).out
    assert PREMISE in "".join(shown.split())
    assert "\u2026" not in shown


def test_a_table_without_room_is_one_row_below_the_other() -> None:
    narrow, wide = (run_at_terminal("demo", COLUMNS=columns, NO_COLOR="1").out for columns in ("40", "120"))
    assert "\u2026" not in narrow
    assert narrow.count("Mbps down") > wide.count("Mbps down") == 1


@pytest.mark.parametrize("size", ["0", "-5", "abc", "\N{SUPERSCRIPT TWO}", "99999999"])
def test_a_terminal_that_says_nothing_sensible_of_its_size_is_shown_the_help(size: str) -> None:
    shown = run_at_terminal("--help", COLUMNS=size, LINES=size)
    assert (shown.code, "Usage: aex" in shown.out, len(shown.out) < 10_000) == (0, True, True)


@pytest.mark.parametrize(("no_color", "term"), [("1", "xterm-256color"), ("", "dumb")])
def test_a_terminal_that_wants_no_colour_gets_none(no_color: str, term: str) -> None:
    shown = run_at_terminal("premise", PREMISE, "--sandbox", NO_COLOR=no_color, TERM=term)
    assert (shown.code, "\x1b" in shown.out) == (0, False)


def test_programs_are_shown_no_colour_even_if_it_is_forced() -> None:
    shown = run("premise", PREMISE, "--sandbox", "--json", FORCE_COLOR="1")
    assert (shown.code, "\x1b" in shown.out) == (0, False)


def test_into_a_pipe_values_are_written_as_rich_would_but_never_broken() -> None:
    plain, colored = (run("premise", PREMISE, "--sandbox", **env) for env in ({}, {"FORCE_COLOR": "1"}))
    assert "\x1b[2mid" in colored.out
    assert ESCAPES.sub("", colored.out) == plain.out
    assert plain.out.startswith("id ")


@pytest.mark.parametrize("format_", [(), ("--json",)])
def test_into_a_pipe_a_record_needs_no_rich(shop: Shop, format_: tuple[str, ...]) -> None:
    program = "import sys, aex_command; sys.exit(aex_command.main())"
    command = (sys.executable, "-X", "importtime", "-c", program, "premise", PREMISE, *format_)
    with started(*command, **shop.settings) as process:
        end = ended(process)
    assert (end.code, PREMISE in end.out) == (0, True)
    assert {"aex_async.cli.records", "httpx"} <= (imported := set(re.findall(r"[\w.]+$", end.err, re.MULTILINE)))
    assert not imported & {"rich.console", "click", "pydantic"}
