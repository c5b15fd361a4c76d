"""The sandbox steered over HTTP, and kept from one run to the next."""

import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from aex_async.sandbox import Fault, Oddities, Sandbox
from aex_async.sandbox.serving import application, serve_in_thread
from tests.sandbox.people import HEADERS, order, sign_up

Steer = httpx.Client


@pytest.fixture
def steer(sandbox: Sandbox) -> Iterator[Steer]:
    with serve_in_thread(sandbox) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def use(steer: Steer) -> None:
    """Sign a customer up and order a service."""
    assert steer.post("/customers", json=sign_up(), headers=HEADERS).status_code == 201
    assert steer.post("/services/full", json=order(), headers=HEADERS).status_code == 201


def test_the_overview_tells_what_it_holds_and_what_was_asked(steer: Steer, sandbox: Sandbox) -> None:
    use(steer)
    state = steer.get("/_sandbox/state").json()
    assert state["holds"]["customers"] == 26
    assert state["received"] == {"POST /customers": 1, "POST /services/full": 1}
    assert [entry["kind"] for entry in state["ledger"]] == ["customer", "service"]
    assert steer.get("/_sandbox/ledger").json() == state["ledger"]
    assert steer.get("/_sandbox/requests").json()[0] == {"method": "POST", "path": "/customers", "status": 201}
    assert sandbox.received.total() == 2  # being steered is no request to AEx


def test_oddities_are_changed_one_by_one_or_set_all_together(steer: Steer, sandbox: Sandbox) -> None:
    assert steer.patch("/_sandbox/oddities", json={"unordered": True, "lag": 2}).json()["lag"] == 2
    assert steer.patch("/_sandbox/oddities", json={"max_count": 5}).json()["unordered"] is True
    assert steer.put("/_sandbox/oddities", json={"clamp_pages": True}).json() == steer.get("/_sandbox/oddities").json()
    assert sandbox.oddities == Oddities(clamp_pages=True)


def test_a_method_is_the_same_in_any_case(steer: Steer) -> None:
    [told] = steer.post(
        "/_sandbox/faults", json={"fault": "status", "arguments": {"code": 503}, "method": "get"}
    ).json()
    assert told["method"] == "GET"
    assert steer.get("/customers", headers=HEADERS).status_code == 503


def test_faults_are_added_by_name_counted_and_cleared(steer: Steer) -> None:
    rule = {
        "fault": "status",
        "arguments": {"code": 503, "retry_after": 7},
        "method": "GET",
        "path": "/cus",
        "times": 2,
    }
    [told] = steer.post("/_sandbox/faults", json=rule).json()
    assert (told["method"], told["path"], told["times"], told["fault"]["code"]) == ("GET", "/cus", 2, 503)
    answer = steer.get("/customers?q=x", headers=HEADERS)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert steer.get("/_sandbox/faults").json()[0]["times"] == 1
    assert steer.delete("/_sandbox/faults").json() == []
    assert steer.get("/customers?q=x", headers=HEADERS).status_code == 200


def test_the_clock_moves_on_and_with_it_the_installations(steer: Steer, sandbox: Sandbox) -> None:
    use(steer)
    before = sandbox.work_orders[-1]["status"]
    assert steer.post("/_sandbox/clock", json={"advance": 30 * 86400}).json()["now"] >= 30 * 86400
    assert sandbox.work_orders[-1]["status"] != before
    assert steer.get("/_sandbox/clock").json()["now"] >= 30 * 86400


def test_a_reset_is_the_first_day_again(steer: Steer, sandbox: Sandbox) -> None:
    use(steer)
    sandbox.faults.add(Fault.refuse())
    steer.patch("/_sandbox/oddities", json={"unordered": True})
    state = steer.post("/_sandbox/reset").json()
    assert (state["ledger"], state["faults"], state["received"], state["now"] < 60) == ([], [], {}, True)
    assert sandbox.customers == Sandbox().customers


def test_a_snapshot_brings_everything_back_and_the_world_goes_on_the_same_way(steer: Steer) -> None:
    steer.post("/_sandbox/faults", json={"fault": "drift", "path": "/predefined-premises"})
    steer.get("/predefined-premises?q=Railway", headers=HEADERS)
    use(steer)
    steer.post("/_sandbox/faults", json={"fault": "answer", "arguments": {"body": "x"}, "path": "/premises"})
    steer.post("/_sandbox/faults", json={"fault": "delay", "arguments": {"seconds": 0}, "path": "/premises"})
    steer.post("/_sandbox/clock", json={"advance": 5000})
    snapshot = steer.get("/_sandbox/snapshot").json()
    other = Sandbox(seed=9)
    with serve_in_thread(other) as url, httpx.Client(base_url=url, trust_env=False) as there:
        state = there.put("/_sandbox/snapshot", json=snapshot).json()
        assert (state["seed"], len(state["ledger"]), len(state["faults"])) == (0, 2, 3)
        assert json.loads(json.dumps(other.snapshot()))["world"] == snapshot["world"]
        assert 5000 <= other.now() < 5060
        next_one = sign_up(email="next@example.com")
        answers = [client.post("/customers", json=next_one, headers=HEADERS) for client in (steer, there)]
    assert len({answer.headers["location"][-36:] for answer in answers}) == 1


def test_a_write_still_to_come_is_not_lost_by_a_snapshot(sandbox: Sandbox, steer: Steer) -> None:
    sandbox.faults.add(Fault.late(500, outcome="answer"), method="POST")
    assert steer.post("/customers", json=sign_up(), headers=HEADERS).status_code == 201
    refused = steer.get("/_sandbox/snapshot")
    assert refused.status_code == 400
    assert refused.json()["error"].startswith("a write is to take place in ")
    steer.post("/_sandbox/clock", json={"advance": 600})
    assert len(steer.get("/_sandbox/snapshot").json()["world"]["ledger"]) == 1


@pytest.mark.parametrize(
    ("route", "body", "words"),
    [
        ("PATCH oddities", {"odd": 1}, "there is no oddity 'odd'"),
        ("PUT oddities", {"lag": True}, "the oddity 'lag' is a number, not True"),
        ("POST faults", {"fault": "odd"}, "there is no fault 'odd'"),
        ("POST faults", {"fault": "refuse", "pth": "/"}, "a fault has no 'pth'"),
        ("POST faults", {"fault": "late"}, "the fault 'late' cannot be made like that"),
        ("POST faults", {"fault": "late", "arguments": [5]}, "arguments are an object"),
        ("POST faults", {"fault": "answer", "arguments": {"body": 5}}, "the fault 'answer' cannot be made like that"),
        ("POST faults", {"fault": "late", "arguments": {"seconds": 1, "outcome": "odd"}}, "the fault 'late' cannot"),
        ("POST faults", {"fault": "status", "arguments": {"code": "503"}}, "'503' is not a status"),
        (
            "POST faults",
            {"fault": "status", "arguments": {"code": 503, "content_type": "a\nb"}},
            "the fault 'status' cannot be made like that: a header is a name and a value on one line",
        ),
        (
            "POST faults",
            {"fault": "status", "arguments": {"code": 304, "body": "x"}},
            "an answer with the status 304 has no body",
        ),
        ("POST faults", {"fault": "drift", "arguments": {"insert": 10**9}}, "the fault 'drift' cannot be made"),
        ("POST faults", {"fault": "refuse", "times": "3"}, "times is a whole number"),
        ("POST faults", {"fault": "refuse", "skip": None}, "skip is a whole number"),
        ("POST faults", {"fault": "refuse", "rate": "0.5"}, "rate is a share"),
        ("POST faults", {"fault": "refuse", "rate": 1.5}, "rate is a share"),
        ("POST faults", {"fault": "refuse", "path": "customers"}, "a path begins with a slash"),
        ("POST faults", {"fault": "refuse", "path": ["/customers"]}, "a path begins with a slash"),
        ("POST faults", {"fault": "refuse", "method": "FETCH"}, "a method is one of GET"),
        ("PATCH oddities", {"max_count": 0}, "the oddity 'max_count' is 1 at least"),
        ("PATCH oddities", {"lag": -1}, "the oddity 'lag' is 0 at least"),
        ("POST faults", {"fault": "delay", "arguments": {"seconds": 10**400}}, "the fault 'delay' cannot be made"),
        ("POST faults", {"fault": "late", "arguments": {"seconds": 1e9}}, "the fault 'late' cannot be made"),
        ("PATCH oddities", {"lag": 10**400}, "the oddity 'lag' is 0 at least"),
        ("POST clock", {"advance": 10**400}, "the clock ends a hundred years after the beginning"),
        ("POST clock", {"advance": 1e12}, "the clock ends a hundred years after the beginning"),
        (
            "POST faults",
            {"fault": "late", "arguments": {"name": "x"}},
            "the fault 'late' cannot be made like that: it takes seconds",
        ),
        ("POST clock", {}, "the clock can only be moved forward, by a number of seconds, not by None"),
        ("POST clock", {"advance": True}, "the clock can only be moved forward, by a number of seconds, not by True"),
        ("POST clock", {"advance": -1}, "the clock can only be moved forward, by a number of seconds, not by -1"),
        ("PUT snapshot", {}, "this is not a snapshot of a sandbox: KeyError"),
        ("PUT snapshot", [], "the body is not a JSON object"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    steer: Steer, sandbox: Sandbox, route: str, body: object, words: str
) -> None:
    method, name = route.split()
    answer = steer.request(method, f"/_sandbox/{name}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(words)
    assert sandbox.oddities == Oddities()
    assert sandbox.faults.rules == ()
    assert steer.get("/customers", headers=HEADERS).status_code == 200


def test_a_body_that_is_no_json_or_without_end_is_refused(steer: Steer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert steer.post("/_sandbox/reset", content=b"{").json() == {"error": "the body is not JSON"}
    for depth, words in ((200, "nested too deep"), (100_000, "not JSON")):
        told = steer.patch("/_sandbox/oddities", content=b'{"lag":' + b"[" * depth + b"]" * depth + b"}").json()
        assert told == {"error": f"the body is {words}"}
    told = steer.post("/_sandbox/faults", content=rb'{"fault": "refuse", "path": "/\ud800"}').json()
    assert told == {"error": "the body has half a character in it"}
    monkeypatch.setattr("aex_async.sandbox._control.MAX_BODY", 100)
    assert steer.post("/_sandbox/reset", content=b" " * 101).json() == {"error": "the body is larger than 100 bytes"}


def test_a_client_that_leaves_in_the_middle_of_its_body_is_not_answered(sandbox: Sandbox) -> None:
    with serve_in_thread(sandbox) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as wire:
            wire.sendall(b"POST /customers HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        with httpx.Client(base_url=url, trust_env=False) as client:
            assert client.get("/_sandbox/requests").json() == []


def test_an_address_that_is_none_tells_those_that_are(steer: Steer) -> None:
    answer = steer.get("/_sandbox/nothing")
    assert answer.status_code == 404
    assert "GET /_sandbox/state" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/_sandbox", "/_sandbox/", "/_sandbox/state"])
def test_pages_of_other_sites_do_not_steer_it(steer: Steer, path: str) -> None:
    answer = steer.get(path, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["error"]) == (403, "the sandbox is not steered from pages of other sites")
    assert steer.get(path, headers={"Origin": str(steer.base_url).rstrip("/")}).status_code == 200


async def test_it_is_steered_from_its_own_machine_alone(sandbox: Sandbox) -> None:
    transport = httpx.ASGITransport(application(sandbox), client=("192.0.2.7", 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as far:
        assert (await far.get("/_sandbox/state")).status_code == 403
        assert (await far.get("/customers?q=x", headers=HEADERS)).status_code == 200


def test_the_page_needs_nothing_but_the_sandbox(steer: Steer) -> None:
    page = steer.get("/_sandbox")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http://" not in page.text
    assert "https://" not in page.text
