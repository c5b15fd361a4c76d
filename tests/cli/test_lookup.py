"""`aex customer`, `premises`, `products`, `premise`, `service` and `work-orders` show what AEx has."""

import json
import signal
import socket
import subprocess

import pytest

from aex_async.sandbox import Fault
from tests.cli.installed import AEX, Ended, ended, environment, run, run_at_terminal, started
from tests.cli.ordering import THANDI_EMAIL, Shop
from tests.sandbox.people import OLD_SERVICE, PREMISE_9, THANDI


def test_a_customer_is_found_by_e_mail_and_by_id(shop: Shop) -> None:
    by_email = json.loads(shop.run("customer", THANDI_EMAIL.upper(), "--json").out)
    assert by_email["id"] == THANDI
    assert json.loads(shop.run("customer", f"https://x.example.com/#/{THANDI}", "--json").out) == by_email


def test_a_customer_who_is_not_there_is_one_sentence(shop: Shop) -> None:
    assert shop.run("customer", "nobody@example.com") == Ended(
        1, "", "No customer of yours has this e-mail. Check how it is spelt.\n"
    )


def test_premises_are_a_line_each(shop: Shop) -> None:
    lines = shop.run("premises", "Railway", "--limit", "3", "--json").out.splitlines()
    assert ["Railway Street" in json.loads(line)["full_text"] for line in lines] == [True] * 3


def test_a_point_in_the_south_is_no_option() -> None:
    end = run("products", "-29.78", "30.98", "--sandbox")
    assert (end.code, end.err) == (0, "")
    assert "ips product 10/2 Mbps       10    2  ZAR 549.0    Active\n" in end.out


def test_a_service_hides_its_passwords_unless_they_are_asked_for(shop: Shop) -> None:
    [row] = [row for row in shop.sandbox.services if row["id"] == OLD_SERVICE]
    hidden = shop.run("service", OLD_SERVICE, "--json")
    assert json.loads(hidden.out)["pppoe_password"] == "(hidden)"
    assert str(row["wifi_password"]) not in hidden.out
    revealed = run_at_terminal("service", OLD_SERVICE, "--reveal", typed=(), **shop.settings, NO_COLOR="1")
    assert f"wifi password             {row['wifi_password']}\n" in revealed.out
    assert "\x1b" not in revealed.out


def test_work_orders_are_a_table_in_a_sandbox() -> None:
    end = run("work-orders", OLD_SERVICE, "--sandbox")
    assert end.out.splitlines()[0].split() == [
        "reference",
        "type",
        "status",
        *["on", "hold", "scheduled", "closed", "last", "comment"],
    ]
    assert "Installation  Completed" in end.out


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "words"),
    [
        (("premise", "X-1"), {}, 1, "AEx says the same of another provider's record.\n"),
        (("premise", PREMISE_9), {"AEX_TOKEN": "wrong"}, 1, "it may be missing, malformed, expired or revoked.\n"),
        (("premise", PREMISE_9), {"AEX_TOKEN": ""}, 2, "or see aex demo, which needs none.\n"),
        (("premise", PREMISE_9, "--sandbox"), {}, 2, "Nothing was sent: either --sandbox or --base-url.\n"),
        (("products", "-91", "0"), {}, 2, "latitude must be from -90 to 90 degrees.\n"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    shop: Shop, arguments: tuple[str, ...], settings: dict[str, str], code: int, words: str
) -> None:
    end = shop.run(*arguments, "--base-url", shop.url, **settings)
    assert (end.code, end.out, end.err.count("\n")) == (code, "", 1)
    assert end.err.endswith(words)


def test_a_closed_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    end = run("premise", PREMISE_9, "--base-url", f"http://127.0.0.1:{port}", AEX_TOKEN="t")
    assert (end.code, end.out) == (1, "")
    assert end.err.endswith("Run aex doctor, which looks for what stands in the way, or try again later.\n")


def test_ctrl_c_ends_a_slow_look(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.delay(60), method="GET")
    with started(AEX, "premise", PREMISE_9, **shop.settings) as process:
        shop.wait_for("GET /premises/*")
        process.send_signal(signal.SIGINT)
        assert ended(process) == Ended(130, "", "Interrupted.\n")


def test_a_reader_that_leaves_early_sees_no_traceback() -> None:
    command = f"{AEX} premises Railway --limit 300 --json --sandbox | head -1"
    done = subprocess.run(  # noqa: S602 - our own command
        command, shell=True, capture_output=True, encoding="utf-8", env=environment(), check=False
    )
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_a_url_that_names_no_id_is_misuse() -> None:
    end = run("service", "https://portal.example.com/services", "--sandbox")
    assert (end.code, end.out) == (2, "")
    assert "names no id" in end.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_are_told_how_to_complete(shell: str) -> None:
    assert "_AEX_COMPLETE" in run("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1").out
