"""`aex demo --base-url` looks at an AEx that is not the demo's own, and writes nothing to it."""

import json
import signal
import time
from collections.abc import Iterator

import pytest

from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.cli.installed import AEX, PATIENCE, assert_gone, ended, run, run_at_terminal, started
from tests.sandbox.people import OLD_SERVICE

TOKEN = "sandbox-token"
THANDI = "thandi.example1@example.com"
CONNECTED = "pieter.voorbeeld2@example.co.za"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with serve_in_thread(sandbox) as base:
        yield base


def test_it_only_reads_and_says_so(url: str, sandbox: Sandbox) -> None:
    end = run("demo", "--base-url", url, "--q", "David Road", "--customer-email", CONNECTED, AEX_TOKEN=TOKEN)
    assert (end.code, end.err) == (0, "")
    assert end.out.startswith(f"Reading from {url} with AEX_TOKEN. Nothing is written")
    assert "38 , David Road (Cottage), Oaktree, Krugersdorp" in end.out
    assert "Home Fibre 50/50 Mbps" in end.out
    assert OLD_SERVICE in end.out  # the customer's service
    assert {request.method for request in sandbox.requests} == {"GET"}
    assert sandbox.ledger == ()


def test_the_lines_that_the_sandbox_prints_are_enough(url: str) -> None:
    end = run("demo", "--json", AEX_TOKEN=TOKEN, AEX_BASE_URL=url)
    steps = [json.loads(line) for line in end.out.splitlines()]
    assert [step["route"].partition("?")[0] for step in steps] == [
        "GET /predefined-premises",
        "GET /products/availability/{latitude}/{longitude}",
    ]
    assert steps[0]["result"]["query"] == "Railway Street, Hectorton"
    assert "Nothing is written" in end.err


def test_what_is_not_there_is_said_not_to_be(url: str) -> None:
    end = run("demo", "--base-url", url, "--q", "Nowhere", "--customer-email", "example1@example.com", AEX_TOKEN=TOKEN)
    assert end.code == 0
    for words in ("no addresses", "none of the addresses says where it is", "no products", "no services"):
        assert words in end.out
    assert "customers found  1\n" in end.out  # one who has another e-mail, which contains this one
    assert "customer id      -\n" in end.out


def test_what_a_server_sends_cannot_steer_the_terminal(url: str, sandbox: Sandbox) -> None:
    row = {"guid": "A1", "full_text": "[red]9, Quiet Road\x1b[2J"}
    sandbox.faults.add(Fault.answer(json.dumps({"items": [row]})))
    end = run_at_terminal("demo", "--base-url", url, AEX_TOKEN=TOKEN)
    assert end.code == 0
    assert r"[red]9, Quiet Road\x1b[2J" in end.out
    assert "\x1b[2J" not in end.out


def test_a_refused_token_is_one_sentence(url: str) -> None:
    end = run("demo", "--base-url", url, AEX_TOKEN="another-token")
    assert end.code == 1
    assert end.err.count("\n") == 1
    assert "401" in end.err
    assert "another-token" not in end.out + end.err


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        ((), {"AEX_TOKEN": TOKEN}, "AEX_TOKEN is set, but neither --base-url nor AEX_BASE_URL"),
        (("--base-url", "https://x.example.com"), {}, "There is a base URL, but AEX_TOKEN is not set"),
        (("--q", "David Road"), {}, "--q is for a real AEx: it needs AEX_TOKEN and --base-url"),
    ],
)
def test_half_of_what_it_takes_is_one_sentence(
    arguments: tuple[str, ...], environment: dict[str, str], words: str
) -> None:
    end = run("demo", *arguments, **environment)
    assert (end.code, end.out) == (2, "")
    assert end.err.startswith(words)
    assert end.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--base-url", "http://x.example.com"), "plain http is for loopback"),
        (("--base-url", "https://x.example.com", "--customer-email", "ann"), "must be one e-mail address"),
        (("--customer-email", ""), "'': email must not be blank"),
        (("--q", ""), "'' is nothing to search for: leave the option out, or name a street"),
        (("--token", "abc"), "No such option"),
    ],
)
def test_an_option_that_cannot_be_meant_so_is_refused(arguments: tuple[str, ...], words: str) -> None:
    end = run("demo", *arguments, AEX_TOKEN=TOKEN)
    assert (end.code, end.out) == (2, "")
    assert words in " ".join(end.err.replace("│", " ").split())


def test_ctrl_c_while_the_server_is_silent_ends_it_at_once(url: str, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.silent())
    with started(AEX, "demo", "--base-url", url, AEX_TOKEN=TOKEN) as process:
        deadline = time.monotonic() + PATIENCE
        while not sandbox.requests and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.code, end.err) == (130, "Interrupted.\n")
    assert_gone(process)
