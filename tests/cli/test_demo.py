"""`aex demo` walks the whole flow in a sandbox of its own."""

import json
import re
import signal
from typing import Any

import pytest

from aex_async import AsyncAExClient
from aex_async.cli.demo.sandbox_demo import TOUR, SandboxDemo
from aex_async.cli.demo.steps import Step, play
from aex_async.sandbox import Sandbox
from tests.cli.installed import AEX, ESCAPES, Ended, assert_gone, ended, run, run_at_terminal, started

TITLES = [
    "Sign up a customer",
    "Meet a taken e-mail, find the customer again",
    "Search the addresses that fibre can reach",
    "Choose the customer's own address",
    "List the products there",
    "Order the service",
    "Read everything back",
]


@pytest.fixture(scope="module")
def piped() -> Ended:
    return run("demo")


@pytest.fixture(scope="module")
def coloured() -> Ended:
    return run_at_terminal("demo")


@pytest.fixture(scope="module")
def as_json() -> Ended:
    return run("demo", "--json")


@pytest.fixture(scope="module")
def lines(as_json: Ended) -> list[dict[str, Any]]:
    return [json.loads(line) for line in as_json.out.splitlines()]


def value(shown: str, label: str) -> str:
    found = re.search(rf"^ +{label}  +(\S.*)$", shown, re.MULTILINE)
    assert found, label
    return found[1]


async def walk(sandbox: Sandbox) -> list[Step]:
    """Walk the same flow in another sandbox of the same seed."""
    url, token = "https://sandbox.example.com", str(sandbox.token)
    async with AsyncAExClient(token, base_url=url, transport=sandbox.transport()) as aex:
        return [step async for step in play(TOUR, SandboxDemo(aex))]


def test_it_takes_seven_steps_and_succeeds(piped: Ended) -> None:
    headings = re.findall(r"^(\d)\. (.+?)  [\d.]+ ms$", piped.out, re.MULTILINE)
    assert headings == [(str(number), title) for number, title in enumerate(TITLES, 1)]
    assert (piped.code, piped.err) == (0, "")


def test_it_ends_with_the_service_and_its_work_order(piped: Ended) -> None:
    end = piped.out.partition("7. Read everything back")[2]
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", value(end, "service id"))
    assert value(end, "premise") == "238 Railway Street, Hectorton, Randfontein"
    assert value(end, "premise is the ordered one") == "yes"
    assert re.search(r"^ +\d{8}-\d{9}  Installation  New Order  Order in progress$", end, re.MULTILINE)


def test_every_step_names_its_routes(piped: Ended) -> None:
    for route in (
        "POST /customers",
        "GET /customers?q={email}",
        "GET /predefined-premises?q={text}&count={n}&page={n}",
        "GET /products/availability/{latitude}/{longitude}",
        "POST /services/full",
        "GET /customers/{id}/services",
        "GET /services/{id}",
        "GET /premises/{id}",
        "GET /work-orders?service={id}",
    ):
        assert route in piped.out


def test_it_is_plain_in_a_pipe(piped: Ended) -> None:
    assert piped.out.isprintable() is False  # line breaks, and nothing else
    assert piped.out.replace("\n", "").isprintable()
    assert not re.search(r" $", piped.out, re.MULTILINE)


def test_it_is_in_colour_at_a_terminal(coloured: Ended) -> None:
    assert coloured.code == 0
    assert re.search(r"\x1b\[1;36m1\. Sign up a customer\x1b\[0m", coloured.out)
    assert all(title in ESCAPES.sub("", coloured.out) for title in TITLES)


def test_a_pause_is_no_wait_for_aex() -> None:
    shown = run_at_terminal("demo", "--pause", "1")
    assert (shown.code, "Asking" in shown.out, "7. " in shown.out) == (0, False, True)


def test_no_color_makes_a_terminal_plain() -> None:
    shown = run_at_terminal("demo", NO_COLOR="1")
    assert shown.code == 0
    assert "7. Read everything back" in shown.out
    assert "\x1b" not in shown.out


def test_the_customer_found_again_is_not_the_first_row(lines: list[dict[str, Any]]) -> None:
    signed_up, again = lines[0]["result"], lines[1]["result"]
    assert "already taken" in again["refusal"]
    assert again["found_again"] == signed_up["customer_id"]
    assert [row["exact"] for row in again["search"]] == [False, True]


def test_the_address_is_chosen_among_several_pages(lines: list[dict[str, Any]]) -> None:
    searched, chosen = lines[2]["result"], lines[3]["result"]
    assert [page["rows"] for page in searched["pages"]] == [10] * 8 + [2]
    assert searched["addresses_in_all"] == 82
    assert chosen["chosen"].startswith("238, Railway Street")
    assert chosen["first_hit_is_it"] is False
    assert chosen["because"].startswith("5 of 82 addresses contain 238")


def test_prices_carry_their_tax_and_currency(lines: list[dict[str, Any]], piped: Ended) -> None:
    cheapest, unpriced, *_ = lines[4]["result"]["products"]
    assert cheapest == {
        "product": "ips product 10/2 Mbps",
        "Mbps_down": 10,
        "Mbps_up": 2,
        "price_incl_tax": "549.0",
        "currency": "ZAR",
        "tax_percent": "15.0",
        "billed": "Monthly",
    }
    assert unpriced["price_incl_tax"] is None
    assert re.search(r"ips product 10/2 Mbps +10 +2 +549\.00  ZAR +15\.00  Monthly", piped.out)


def test_the_echoed_service_id_is_not_taken_for_the_service(lines: list[dict[str, Any]]) -> None:
    products, ordered, read = (lines[index]["result"] for index in (4, 5, 6))
    assert ordered["echo_service_id"] == products["product_id"] != read["service_id"]


def test_json_is_one_line_a_step_and_nothing_else(as_json: Ended, lines: list[dict[str, Any]]) -> None:
    assert [(line["step"], line["title"]) for line in lines] == list(enumerate(TITLES, 1))
    assert all(set(line) == {"step", "title", "about", "code", "route", "ms", "result"} for line in lines)
    assert all(line["ms"] >= 0 for line in lines)
    assert as_json.code == 0
    assert re.fullmatch(r"A sandbox .* answers at http://127\.0\.0\.1:\d+ until this demo ends\.\n", as_json.err)


async def test_no_secret_is_shown(piped: Ended, coloured: Ended, as_json: Ended) -> None:
    twin = Sandbox()
    *_, last = await walk(twin)
    [service] = [row for row in twin.services if row["id"] == last.result["service_id"]]
    secrets = {name: service[name] for name in ("pppoe_username", "pppoe_password", "wifi_username", "wifi_password")}
    for shown in (piped.out, coloured.out, as_json.out):
        assert service["id"] in shown  # the same world, so the same secrets
        assert not [name for name, secret in secrets.items() if secret in shown]
        assert "password" not in shown


async def test_a_second_sign_up_that_is_not_refused_is_told_so() -> None:
    sandbox = Sandbox()
    async with AsyncAExClient("sandbox-token", base_url="https://x.example.com", transport=sandbox.transport()) as aex:
        [step] = [step async for step in play(TOUR[1:2], SandboxDemo(aex))]
    assert step.result["refusal"] is None


def test_ctrl_c_between_two_steps_ends_it_at_once() -> None:
    with started(AEX, "demo", "--pause", "60") as process:
        assert process.stdout is not None
        shown = ""
        while "AD4E40EB" not in shown:  # the new customer's id: the first step's last line
            shown += process.stdout.readline()
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.code, "Traceback" in end.err) == (130, False)
    assert "Meet a taken e-mail" not in end.out
    assert_gone(process)


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    with started(AEX, "demo", "--json", "--pause", "0.05") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
        process.wait(10)
    assert_gone(process)
