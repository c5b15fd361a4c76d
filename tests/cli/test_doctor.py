"""`aex doctor` says in lines what is in order, and what to do about the rest."""

import json
import signal
import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from aex_async.cli.doctor.checks import Check
from aex_async.cli.doctor.network import Way, probe_network
from aex_async.sandbox import Fault, Oddities
from tests.cli.installed import AEX, Ended, ended, run, started
from tests.cli.ordering import THANDI_EMAIL, WHAT, Shop
from tests.sandbox.people import CONNECTED, PREMISE_9, THANDI
from tests.tls import serve_tls, trust


def states(end: Ended) -> dict[str, str]:
    lines = [json.loads(line) for line in end.out.splitlines()]
    return {line["check"]: line["state"] for line in lines}


def test_all_is_well_in_a_served_sandbox(shop: Shop) -> None:
    end = shop.run("doctor", "--json")
    assert (end.code, end.err) == (0, "")
    names = ["token", "expiry", "base URL", "cookie", "proxy", "certificates", "name", "port", "TLS", "access", "clock"]
    assert states(end) == dict.fromkeys(names, "ok")


def test_a_sandbox_of_its_own_needs_no_settings() -> None:
    assert run("doctor", "--sandbox") == Ended(0, "ok       access       AEx takes the token.\n")


def test_a_refused_token_is_not_a_network_that_is_down(shop: Shop) -> None:
    end = shop.run("doctor", "--json", AEX_TOKEN="do-not-show")
    assert (end.code, states(end)["port"], states(end)["access"]) == (1, "ok", "problem")
    assert "do-not-show" not in end.out + end.err


def test_the_doctor_asks_for_a_list_which_alone_tells_of_a_refused_token(shop: Shop) -> None:
    shop.sandbox.oddities = Oddities(bad_token_is_404=True)
    end = shop.run("doctor", "--json", AEX_TOKEN="another")
    assert (end.code, states(end)["access"]) == (1, "problem")
    assert "AEx refuses the token" in end.out


@pytest.mark.parametrize(
    "command",
    [("premise", PREMISE_9), ("service", CONNECTED), ("customer", THANDI)],
    ids=lambda command: command[0],
)
def test_a_refused_token_that_is_answered_with_404_is_thought_of(shop: Shop, command: tuple[str, ...]) -> None:
    """AEx may look for a record before it looks at the token (field notes, "Errors")."""
    shop.sandbox.oddities = Oddities(bad_token_is_404=True)
    end = shop.run(*command, AEX_TOKEN="another")
    assert (end.code, end.out) == (1, "")
    assert "answered 404: not found. Check the id, and the token if no id is found" in end.err


def test_a_list_tells_a_refused_token_whatever_reads_say(shop: Shop) -> None:
    shop.sandbox.oddities = Oddities(bad_token_is_404=True)
    for command in (("premises", "Street"), ("work-orders", CONNECTED), ("customer", THANDI_EMAIL)):
        end = shop.run(*command, AEX_TOKEN="another")
        assert (end.code, end.out) == (1, "")
        assert "answered 401: Not Authenticated. Check the token" in end.err


def test_no_order_is_sent_with_a_token_that_reads_hide(shop: Shop) -> None:
    shop.sandbox.oddities = Oddities(bad_token_is_404=True)
    end = shop.run("order", "--customer-id", THANDI, *WHAT, AEX_TOKEN="another")
    assert (end.code, end.out, shop.placed) == (1, "", [])
    assert end.err.startswith("Not ordered: GET /customers/")


def test_a_closed_port_is_where_it_stops() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    end = run("doctor", "--base-url", f"http://127.0.0.1:{port}", AEX_TOKEN="t")
    assert end.code == 1
    assert end.out.splitlines()[-1].startswith(f"problem  port         127.0.0.1 takes no connection at port {port}.")


def test_settings_that_cannot_be_are_all_named_at_once() -> None:
    end = run("doctor", "--json", AEX_BASE_URL="http://x/", AEX_SESSION_COOKIE="a b")
    assert (end.code, states(end)) == (1, {"token": "problem", "base URL": "problem", "cookie": "problem"})


def test_what_no_other_command_would_take_is_a_problem() -> None:
    url = "http://127.0.0.1:9/"
    end = run("doctor", "--json", AEX_TOKEN="t", AEX_BASE_URL=url)
    assert (end.code, states(end)["base URL"]) == (1, "problem")
    assert run("premises", "Street", AEX_TOKEN="t", AEX_BASE_URL=url).code == 2


def test_two_places_to_look_at_are_misuse() -> None:
    assert run("doctor", "--sandbox", "--base-url", "https://x.example.com") == Ended(
        2, "", "Nothing was sent: either --sandbox or --base-url.\n"
    )


def test_ctrl_c_ends_it(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.delay(60), method="GET")
    with started(AEX, "doctor", **shop.settings) as process:
        shop.wait_for("GET /customers")
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.code, end.err) == (130, "Interrupted.\n")


def make_way(url: str, context: ssl.SSLContext | None = None) -> Way:
    return Way(httpx.URL(url), context or ssl.create_default_context())


@contextmanager
def served(greeting: bytes) -> Generator[int]:
    """Serve something that is no TLS: each connection gets a greeting, and is closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=greet, args=(server, greeting))
        answering.start()
        yield server.getsockname()[1]
        answering.join()


def greet(server: socket.socket, greeting: bytes) -> None:
    for _ in range(2):
        connection, _ = server.accept()
        with connection:
            connection.sendall(greeting)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_port_without_tls_is_told_from_one_that_is_closed(anyio_backend: str) -> None:
    del anyio_backend
    with served(b"SSH-2.0-x\r\n") as port:
        checks = await probe_network(make_way(f"https://127.0.0.1:{port}"), 10)
    assert [(check.check, check.state) for check in checks] == [
        ("name", "ok"),
        ("port", "ok"),
        ("TLS", "problem"),
    ]


def test_a_name_without_an_address_is_where_it_stops() -> None:
    end = run("doctor", "--json", "--base-url", "https://nowhere.invalid", AEX_TOKEN="t")
    assert (end.code, list(states(end).items())[-1]) == (1, ("name", "problem"))


def test_a_silent_host_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        end = run("doctor", "--json", "--base-url", url, "--timeout", "1", AEX_TOKEN="t")
    assert (end.code, list(states(end).items())[-1]) == (1, ("network", "problem"))


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_certificate_of_an_unknown_authority_is_not_trusted(anyio_backend: str) -> None:
    del anyio_backend
    async with serve_tls("127.0.0.1") as server:
        checks = await probe_network(make_way(server.url), 20)
    assert (checks[-1].check, checks[-1].state) == ("TLS", "problem")
    assert checks[-1].message.startswith("its certificate is signed by a private authority")


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_trusted_certificate_is_where_the_way_ends(anyio_backend: str) -> None:
    del anyio_backend
    async with serve_tls("127.0.0.1") as server:
        checks = await probe_network(make_way(server.url, trust()), 20)
    assert checks[-1] == Check("TLS", "ok", "the connection is secure")
