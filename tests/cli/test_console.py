"""What every command has in common: how it begins, what it says meanwhile, and what a terminal may be shown."""

import asyncio
import io
import math
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
import typer
from attrs import fields
from typer.testing import CliRunner

from aex_async import Customer, __version__, to_json
from aex_async.cli import ending_as_ctrl_c_does
from aex_async.cli.app import app
from aex_async.cli.commands import ParameterReader
from aex_async.cli.console import accompany, announcing, escape, leaving_when_interrupted, print_line, show_signs
from aex_async.cli.doctor.checks import judge_base_url
from aex_async.cli.doctor.token_checks import judge_token
from aex_async.cli.json_output import HIDDEN, describe, describe_values
from aex_async.cli.orders.journal_command import complete_reference, orders
from aex_async.cli.values import label
from aex_async.models import PredefinedPremise, Premise, Product, Service
from aex_async.sandbox import Fault
from tests.cli.installed import AEX, PATIENCE, Ended, environment, run, run_at_terminal
from tests.cli.ordering import FOR_THANDI, Shop, wait_until
from tests.cli.test_doctor_checks import NOW
from tests.sandbox.people import PREMISE_9
from tests.timing import in_no_time

INTERRUPTED_AS_IT_STARTS = """
import os, signal, sys
import aex_command

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "aex_async.cli":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatient())
sys.argv = ["aex", "--help"]
sys.exit(aex_command.main())
"""


@pytest.mark.parametrize(("deaf", "code"), [(False, -signal.SIGINT), (True, 0)])
def test_a_ctrl_c_while_a_command_starts_ends_it_without_a_traceback(*, deaf: bool, code: int) -> None:
    """A shell that starts a command in the background has made it deaf: then it goes on."""
    deafen = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" if deaf else ""
    end = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", deafen + INTERRUPTED_AS_IT_STARTS], env=environment(), capture_output=True, check=False
    )
    assert (end.returncode, b"Traceback" in end.stderr) == (code, False)


def test_the_package_is_the_command_too() -> None:
    command = [sys.executable, "-m", "aex_async", "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())  # noqa: S603
    assert shown.stdout == f"aex_async {__version__}\n"


def test_a_signal_after_the_end_is_noted_and_ends_nothing() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        with ending_as_ctrl_c_does() as received:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a command's end does
            os.kill(os.getpid(), signal.SIGTERM)
            assert received == [signal.SIGTERM]
    finally:
        for number, action in before.items():
            signal.signal(number, action)


class Moody:
    """What reads a parameter as typer does: it refuses, and may say what."""

    def __init__(self, words: str) -> None:
        self._words = words

    def coerce(self, value: object, **_: object) -> object:
        del value
        raise typer.BadParameter(self._words)


@pytest.mark.parametrize(("words", "shown"), [("is no file", "'x': is no file"), ("'x' is no file", "'x' is no file")])
def test_what_typer_refuses_is_quoted_once(words: str, shown: str) -> None:
    parameter = SimpleNamespace(type_descriptor=SimpleNamespace(annotation=bytes))
    with pytest.raises(typer.BadParameter) as refused:
        ParameterReader(lambda: Moody(words)).coerce("x", param=parameter, ctx=None)
    assert refused.value.message == shown


def test_a_short_option_asks_for_help_and_flags_have_no_type() -> None:
    end = run("service", "-h")
    assert (end.code, "bool" in end.out) == (0, False)
    assert "--reveal" in end.out


def test_one_premise_is_shown_without_pydantic_sandbox_or_the_rest(shop: Shop) -> None:
    code = (
        "import sys; from aex_async.cli import main; sys.argv = ['aex', 'premise', sys.argv[1], '--json'];"
        "code = main(); names = {'pydantic', 'starlette', 'uvicorn', 'aex_async.sandbox', 'aex_async.qualify'};"
        "print(sorted(names & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    command = [sys.executable, "-c", code, PREMISE_9]
    shown = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=True, env=environment(**shop.settings)
    )
    assert shown.stderr == "[]\n"


def test_a_slash_at_the_end_of_a_base_url_is_no_mistake(shop: Shop) -> None:
    assert shop.run("premise", PREMISE_9, "--base-url", f"{shop.url}/").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("products", "29,78", "30"), "'29,78' is not a (number|valid float)"),
        (("premises", "x", "--limit", "many"), "'many' is not a (whole number|valid int)"),
        (("premises", "x", "--limit", "0"), "0 (must be 1 or more|is not in the range x>=1)"),
        (("order", "--patience", "nan"), "nan: must be from 0 to 86400"),
        (("premise", "https://x.example.com/"), r"'https://x\.example\.com/': the URL names no id"),
        (("qualify", "x", "-o", "y", "--format", "docx"), "'docx'"),
    ],
)
def test_a_value_that_cannot_be_is_quoted(arguments: tuple[str, ...], words: str) -> None:
    end = run(*arguments, "--sandbox")
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert re.search(words, end.err)  # by who reads it: typer itself, or where it would take pydantic to, we


def test_an_order_at_a_terminal_says_first_what_it_does(shop: Shop) -> None:
    end = run_at_terminal("order", *FOR_THANDI, "--patience", "30", typed=(), **shop.settings)
    words = f"Ordering at {shop.url}, which may take up to 4 min. Ctrl-C says what may exist."
    assert end.out.splitlines()[0].startswith(words[:40])


def test_a_time_limit_bounds_an_order_and_says_what_may_exist(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.late(300), method="POST", path="/services/full")
    end = shop.run("order", *FOR_THANDI, "--reference", "slow-1", "--timeout", "4")
    assert end.code == 3
    assert end.err.endswith("Next: aex orders resume slow-1\n")


def test_a_time_limit_that_ends_before_the_order_is_sent_says_so(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.silent(), method="GET", path="/customers")
    end = shop.run("order", *FOR_THANDI, "--timeout", "1")
    assert (end.code, shop.placed) == (1, [])
    assert end.err.startswith("Not ordered: ")


def test_the_history_has_what_is_settled_and_each_can_be_shown(shop: Shop) -> None:
    assert shop.run("order", *FOR_THANDI, "--reference", "done-1").code == 0
    assert shop.run("orders") == Ended(0, "No order is unresolved.\n")
    listed = shop.run("orders", "--all")
    assert (listed.code, "done-1" in listed.out, shop.url.removeprefix("http://") in listed.out) == (0, True, True)
    shown = shop.run("orders", "show", "done-1")
    assert (shown.code, shop.placed[0] in shown.out) == (0, True)


def test_a_long_wait_has_signs_of_life(capsys: pytest.CaptureFixture[str]) -> None:
    async def wait() -> None:
        with anyio.move_on_after(0.03):
            await show_signs("Asking.", 0.01, every=0.01)

    run_in_no_time(wait)
    assert capsys.readouterr().err == "Asking.\nStill at it, 0 s so far.\n"


def test_nobody_is_told_that_it_goes_on_who_sees_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = AtTerminal()
    monkeypatch.setattr(sys, "stderr", shown)

    async def count() -> None:
        for number in range(20):
            print_line(str(number))
            await asyncio.sleep(0.01)

    run_in_no_time(lambda: accompany(count(), "Counting.", after=0.1, every=0.1))
    assert (shown.getvalue(), len(capsys.readouterr().out.split())) == ("", 20)


def test_a_watch_is_silent_until_there_is_something_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = AtTerminal()
    monkeypatch.setattr(sys, "stderr", shown)
    run_in_no_time(lambda: accompany(asyncio.sleep(0.2), "Watching.", after=0.01, every=math.inf))
    assert shown.getvalue() == "Watching.\n"


def test_work_that_takes_a_while_says_at_a_terminal_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = AtTerminal()
    monkeypatch.setattr(sys, "stderr", shown)
    with announcing("Reading a.csv.", after=0.01):
        wait_until(lambda: bool(shown.getvalue()))
    with announcing("Writing."):
        pass
    assert shown.getvalue() == "Reading a.csv.\n"


def run_in_no_time(work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    backend, options = in_no_time("asyncio")
    anyio.run(work, backend=backend, backend_options=options)


class AtTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


SILENT = (
    ("premise", PREMISE_9),
    ("premises", "x"),
    ("products", "-29", "30"),
    ("work-orders", PREMISE_9),
    ("work-orders", PREMISE_9, "--watch"),
    ("doctor",),
    ("demo",),
)


@pytest.mark.parametrize("arguments", SILENT, ids=" ".join)
def test_an_aex_that_never_answers_is_not_waited_for_in_silence(arguments: tuple[str, ...]) -> None:
    sign = b"Asking AEx with the token, which may take up to 10 s." if arguments[0] == "doctor" else b"Ctrl-C ends it."
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(50)
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        options = ("--base-url", url) if arguments == ("demo",) else ()
        ours, theirs = pty.openpty()
        told = environment(AEX_TOKEN="t", AEX_BASE_URL=url)
        command = [AEX, *arguments, *options]
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=told) as process:  # noqa: S603
            shown = b""
            while sign not in shown:
                shown += os.read(ours, 4096)
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 130
        os.close(theirs)
        os.close(ours)


def test_ctrl_c_before_anything_is_sent_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as end, leaving_when_interrupted():
        raise KeyboardInterrupt
    assert (end.value.exit_code, capsys.readouterr().err) == (130, "Interrupted; nothing was sent.\n")


def test_a_shell_completes_nothing_from_a_journal_that_is_none(shop: Shop) -> None:
    journal = shop.data / "aex_async" / "orders.sqlite"
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_text("this is no journal" * 1000)
    asked = {"_AEX_COMPLETE": "complete_bash", "COMP_WORDS": "aex orders show do", "COMP_CWORD": "3"}
    assert shop.run(**asked) == Ended(0, "\n")


def test_who_has_no_home_is_told_how_to_name_a_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "COMP_WORDS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 2**31 - 7)  # whom nobody has entered among the users
    end = CliRunner().invoke(app, ["orders"])
    assert end.exit_code == 1
    assert end.stderr == (
        "Nothing was sent: this user has no home folder for the journal of orders. "
        "Name a file with --journal, or set HOME.\n"
    )
    assert complete_reference(typer.Context(typer.main.get_command(orders)), "") == []


def test_a_shell_completes_references(shop: Shop) -> None:
    assert shop.run("order", *FOR_THANDI, "--reference", "done-1").code == 0
    asked = {"_AEX_COMPLETE": "complete_bash", "COMP_WORDS": "aex orders show do", "COMP_CWORD": "3"}
    assert shop.run(**asked).out.split() == ["done-1"]
    assert shop.run(**asked, XDG_DATA_HOME=str(shop.data / "none")).out.split() == []


def test_an_order_of_another_host_is_misuse(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.late(300), method="POST", path="/services/full")
    assert shop.run("order", *FOR_THANDI, "--reference", "far-1", "--patience", "0").code == 3
    end = shop.run("orders", "resume", "--base-url", "http://127.0.0.1:1")
    assert end.code == 2
    assert end.out.startswith("far-1  Not looked for: order far-1 was sent to ")
    assert end.out.endswith("give it that base_url.\n")  # and not that nothing was sent


@pytest.mark.parametrize(
    "key",
    [
        *("admin_pw", "wifi_key", "pin", "simPin", "WPA2-PSK", "apiKey", "puk", "wifi_passcode", "session_id"),
        *("apikey", "APIKEY", "SIMPin", "PPPoEPass", "WIFIPw", "WIFIPsk", "SIM_PINs", "pin1", "PUK2", "wifi_key2"),
        *("wpa2psk", "WPA3PSK", "cookies", "sessions", "wifipasscode", "otp6", "authCode"),
    ],
)
def test_a_key_that_looks_like_a_secret_is_hidden(key: str) -> None:
    assert key not in to_json(Service(id="S-1", extra={key: 1234}))
    assert describe(Service(id="S-1", extra={key: 1234}))[key] == HIDDEN
    assert describe(Service(id="S-1", extra={key: 1234}), reveal=True)[key] == 1234


def test_no_known_field_is_hidden_that_is_no_secret() -> None:
    models = (Customer, PredefinedPremise, Premise, Product, Service)
    known = {field.name for model in models for field in fields(model)}
    words = {"shipping", "opinion", "monkey", "keyboard", "spin", "compass"}
    shown = describe_values(dict.fromkeys(known | words, "x"), reveal=False)
    hidden = {name for name, value in shown.items() if value == HIDDEN}
    assert hidden == {"config_info", "pppoe_password", "wifi_password"}


def test_of_a_list_of_settings_the_value_is_hidden_whose_name_is_a_secrets() -> None:
    settings = [{"name": "ssid", "value": "home"}, {"name": "wifi password", "value": "canary"}]
    service = Service(id="S-1", extra={"router": settings})
    assert describe(service)["router"] == [settings[0], {"name": "wifi password", "value": HIDDEN}]
    assert describe(service, reveal=True)["router"] == settings


def test_a_value_that_does_not_fit_its_field_stands_beside_it() -> None:
    shown = describe(Service(id="S-1", extra={"status": [1], "ont": "A1"}))
    assert (shown["status"], shown["misfits"], shown["ont"]) == (None, {"status": [1]}, "A1")


@pytest.mark.fault("X24")
def test_a_terminal_is_shown_no_escape_sequence() -> None:
    assert escape("Côte\x1b[31m\u202e\n") == "Côte\\x1b[31m\\u202e\\n"
    assert label("wifi_\x1b]0;x\x07") == "wifi \\x1b]0;x\\x07"


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_token_in_quotation_marks_is_named_as_such(quote: str) -> None:
    [check] = judge_token(f"{quote}do-not-show{quote}", NOW)
    assert (check.state, check.advice) == ("problem", "Set it without the quotation marks.")
    assert "do-not-show" not in str(check)


def test_a_host_that_nobody_knows_is_a_warning() -> None:
    check = judge_base_url("https://gateway.example.com")
    assert check.state == "warning"
    assert "another product also reads AEX_BASE_URL" in check.message


def test_what_is_said_of_a_base_url_names_where_it_comes_from() -> None:
    assert judge_base_url("ftp://x", given=True).advice == "Correct --base-url."
    assert judge_base_url("ftp://x").advice == "Correct AEX_BASE_URL."
    assert "AEX_BASE_URL" not in judge_base_url("https://gateway.example.com", given=True).message
