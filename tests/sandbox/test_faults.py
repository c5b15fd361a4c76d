"""What is made to go wrong goes wrong so, with the write on time, late, or never."""

import re
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest

from aex_async.sandbox import Effect, Fault, Outcome, Sandbox
from aex_async.sandbox._faults import NAMES
from tests.sandbox.people import AMERICAN_PRODUCT, PREMISE_9, THANDI, order, sign_up
from tests.timing import Clock

pytestmark = pytest.mark.in_no_time

PREMISE = f"/premises/{PREMISE_9}"
DISCONNECTED = "Server disconnected without sending a response."


async def test_only_the_requests_named_fail(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(500), method="GET", path="/customers?", times=None)
    assert (await http.get(f"/customers/{THANDI}")).status_code == 200
    assert (await http.get(PREMISE)).status_code == 200
    assert (await http.post("/customers?q=x", json=sign_up())).status_code == 201
    assert (await http.get("/customers?q=x")).status_code == 500
    sandbox.faults.clear()
    assert (await http.get("/customers?q=x")).status_code == 200


async def test_a_path_may_be_a_pattern(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(500), path="/customers/*/services*")
    assert (await http.get(f"/customers/{THANDI}")).status_code == 200
    assert (await http.get(f"/customers/{THANDI}/services?count=5")).status_code == 500


async def test_a_question_mark_in_a_pattern_is_one(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(500), path="/customers?*[xy]")
    for path in (f"/customers/{THANDI}?q=x", "/customers?q=z"):
        assert (await http.get(path)).status_code == 200
    assert (await http.get("/customers?q=y")).status_code == 500


async def test_rules_are_tried_in_order_skipped_and_used_up(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(503), skip=1, times=2)
    sandbox.faults.add(Fault.status(429))
    assert [(await http.get(PREMISE)).status_code for _ in range(4)] == [429, 503, 503, 200]


async def test_a_rate_is_a_share_of_requests(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(503), rate=0.25, times=None)
    failed = [(await http.get(PREMISE)).status_code for _ in range(200)].count(503)
    assert 30 < failed < 70


async def test_a_refused_connection_brings_nothing(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.refuse())
    with pytest.raises(httpx.ConnectError):
        await http.post("/services/full", json=order())
    assert sandbox.requests == ()
    assert sandbox.ledger == ()


@pytest.mark.parametrize("sent", [0, 40, 100_000], ids=["at once", "in the head", "in the body"])
async def test_a_request_that_is_cut_never_arrives(http: httpx.AsyncClient, sandbox: Sandbox, sent: int) -> None:
    sandbox.faults.add(Fault.cut_request(sent))
    with pytest.raises(httpx.WriteError):
        await http.post("/services/full", json=order())
    assert sandbox.requests == ()
    assert sandbox.ledger == ()


async def test_a_cut_before_the_answer_does_nothing(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.cut_before())
    with pytest.raises(httpx.RemoteProtocolError, match=DISCONNECTED):
        await http.post("/services/full", json=order())
    assert [seen.status for seen in sandbox.requests] == [None]
    assert sandbox.ledger == ()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.cut_after(), httpx.RemoteProtocolError),
        (Fault.cut_after(20), httpx.RemoteProtocolError),
        (Fault.cut_after(200), httpx.RemoteProtocolError),
        (Fault.reset(), httpx.ReadError),
        (Fault.reset(200), httpx.ReadError),
        (Fault.silent(), httpx.ReadTimeout),
    ],
)
async def test_a_lost_answer_does_not_undo_the_order(
    http: httpx.AsyncClient, sandbox: Sandbox, fault: Fault, error: type[Exception]
) -> None:
    sandbox.faults.add(fault)
    with pytest.raises(error):
        await http.post("/services/full", json=order(), timeout=0.01)
    assert [entry.kind for entry in sandbox.ledger] == ["service"]


async def test_a_cut_body_says_how_much_arrived(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    head = len((await http.get(PREMISE)).content)
    sandbox.faults.add(Fault.cut_after(200))
    async with http.stream("GET", PREMISE) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match=rf"received \d+ bytes, expected {head}"):
            await answer.aread()


async def test_a_cut_after_the_whole_answer_is_none(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.cut_after(1_000_000))
    assert (await http.get(PREMISE)).json()["id"] == PREMISE_9


async def test_a_delay_is_a_delay(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.delay(0.02))
    with anyio.move_on_after(0.01) as scope:
        await http.post("/services/full", json=order())
    assert scope.cancelled_caught
    assert len(sandbox.ledger) == 1
    sandbox.faults.add(Fault.delay(0.001))
    assert (await http.get(PREMISE)).status_code == 200


@pytest.mark.parametrize("outcome", ["answer", "cut", "hang"])
async def test_a_late_order_takes_place_after_its_answer(
    http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock, outcome: Outcome
) -> None:
    sandbox.faults.add(Fault.late(10, outcome=outcome))
    try:
        assert (await http.post("/services/full", json=order(), timeout=0.01)).status_code == 201
    except httpx.TransportError:
        assert outcome != "answer"
    clock.now += 9
    assert (await http.get(f"/customers/{THANDI}/services")).json()["total"] == 0
    clock.now += 2
    assert (await http.get(f"/customers/{THANDI}/services")).json()["total"] == 1
    assert [entry.at for entry in sandbox.ledger] == [10.0]


@pytest.mark.parametrize("passed", [0, 1, 300])
async def test_the_last_write_can_be_brought_about_however_late_it_is(
    http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock, passed: float
) -> None:
    clock.now += 77.7  # from where the sum of both waits is a rounding error away
    sandbox.faults.add(Fault.late(123.4, outcome="answer"))
    await http.post("/services/full", json=order())
    clock.now += passed
    sandbox.finish_writes()
    assert len(sandbox.ledger) == 1


async def test_of_several_late_writes_the_last_is_waited_for(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for seconds in (20, 5):
        sandbox.faults.add(Fault.late(seconds, outcome="answer"))
        await http.post("/services/full", json=order())
    sandbox.finish_writes()
    assert [entry.at for entry in sandbox.ledger] == [5.0, 20.0]
    assert sandbox.now() == 20.0
    sandbox.finish_writes()
    assert sandbox.now() == 20.0


LOOKS: dict[str, Callable[[Sandbox], object]] = {
    "services": lambda sandbox: len(sandbox.services) == 3,
    "work orders": lambda sandbox: len(sandbox.work_orders) == 3,
    "customers": lambda sandbox: len(sandbox.customers) == 26,
    "snapshot": lambda sandbox: len(sandbox.snapshot()["world"]["ledger"]) == 2,
    "ledger": lambda sandbox: len(sandbox.ledger) == 2,
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
async def test_a_late_write_is_seen_in_time_wherever_one_looks(
    http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock, look: Callable[[Sandbox], object]
) -> None:
    sandbox.faults.add(Fault.late(5, outcome="answer"), times=2)
    await http.post("/customers", json=sign_up())
    await http.post("/services/full", json=order())
    clock.now += 6
    assert look(sandbox)


async def test_a_reset_forgets_what_was_still_to_come(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.late(5, outcome="answer"), times=9)
    await http.post("/services/full", json=order())
    sandbox.reset()
    sandbox.advance(60)
    assert (sandbox.ledger, sandbox.requests, sandbox.faults.rules, sandbox.now()) == ((), (), (), 60.0)


async def test_late_counts_from_the_answer(http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.faults.add(Fault.status(503, effect=2.0).after(0.01))
    await http.post("/services/full", json=order())
    clock.now += 5
    assert [entry.at for entry in sandbox.ledger] == [2.01]


async def test_a_late_sign_up_yields_to_an_earlier_one(http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.faults.add(Fault.late(1, outcome="answer"), path="/customers")
    late = (await http.post("/customers", json=sign_up())).headers["location"]
    await http.post("/customers", json=sign_up())
    clock.now += 2
    assert len(sandbox.ledger) == 1
    assert (await http.get(late)).status_code == 404


@pytest.mark.parametrize(("effect", "written"), [("never", 0), ("before", 1)])
async def test_an_error_may_hide_an_order_that_took_place(
    http: httpx.AsyncClient, sandbox: Sandbox, effect: Effect, written: int
) -> None:
    sandbox.faults.add(Fault.status(503, retry_after=7, effect=effect))
    answer = await http.post("/services/full", json=order())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.json() == {"code": 503, "errors": ["made to fail"]}
    assert len(sandbox.ledger) == written


async def test_an_error_may_be_a_page_of_html(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(502, body="<h1>Bad Gateway</h1>"))
    answer = await http.get(PREMISE)
    assert (answer.text, answer.headers["content-type"]) == ("<h1>Bad Gateway</h1>", "text/html; charset=utf-8")
    sandbox.faults.add(Fault.status(500, body=b"Unknown Error", content_type="text/plain"))
    assert (await http.get(PREMISE)).headers["content-type"] == "text/plain"


async def test_an_empty_status_is_empty(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(204))
    assert (await http.get(PREMISE)).content == b""


@pytest.mark.parametrize("code", [204, 304])
async def test_a_status_that_has_no_body_takes_none_along(http: httpx.AsyncClient, sandbox: Sandbox, code: int) -> None:
    sandbox.faults.add(Fault(code=code))
    assert (await http.get(PREMISE)).content == b""
    with pytest.raises(ValueError, match=f"with the status {code} has no body"):
        Fault(code=code, body=b"x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Length", 5),
        ("transfer-encoding", "chunked"),
        ("Connection", "close"),
        ("retry-after", " 5"),
        ("retry-after", "5\t"),
        ("retry-after", "5\n"),
        ("retry-after", "5\v6"),
        ("retry after", 5),
        ("", 5),
    ],
)
def test_a_header_is_one_that_a_server_can_send(name: str, value: float | str) -> None:
    with pytest.raises(TypeError, match="a header is "):
        Fault.status(503, retry_after=value, wait_header=name)


async def test_an_error_does_not_give_the_new_customer_away(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(500, effect="before"))
    assert "location" not in (await http.post("/customers", json=sign_up())).headers
    assert len(sandbox.ledger) == 1


async def test_a_body_can_be_anything(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.answer("null"))
    answer = await http.post("/services/full", json=order())
    assert (answer.status_code, answer.content) == (201, b"null")
    assert answer.headers["content-type"] == "application/json"
    assert len(sandbox.ledger) == 1


async def test_rows_appear_at_the_head_between_pages(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for path in ("/customers", "/predefined-premises", f"/customers/{THANDI}/services"):
        for _ in range(4):
            sandbox.faults.add(Fault.drift(3))
            await http.get(f"{path}?count=2&page=1")
        first = (await http.get(f"{path}?count=2&page=1")).json()["items"]
        sandbox.faults.add(Fault.drift(2), path=path)
        second = (await http.get(f"{path}?count=2&page=2")).json()["items"]
        assert [row["id"] for row in first] == [row["id"] for row in second]
    assert {entry.by for entry in sandbox.ledger} == {"foreign"}
    assert len(sandbox.ledger) == 28


async def test_an_inserted_address_can_be_ordered_at(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.drift())
    row = (await http.get("/predefined-premises")).json()["items"][0]
    assert row["premise_id"] is None
    product = sandbox.products_at(row["guid"].lower())[0]["id"]
    body = order(premise=row["guid"], product=product)
    assert (await http.post("/services/full", json=body)).status_code == 201


async def test_drift_elsewhere_changes_nothing(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.drift(2), times=2)
    assert (await http.get(PREMISE)).status_code == 200
    assert (await http.get("/customers/nobody/services")).status_code == 404
    assert sandbox.ledger == ()


async def test_an_order_may_be_answered_in_another_customers_name(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.other_customer(), times=None)
    for _ in range(60):  # one of so many would meet the customer's own name among all
        told = (await http.post("/services/full", json=order(customer=THANDI.lower()))).json()
        assert told["customer"]["id"] in {row["id"] for row in sandbox.customers} - {THANDI}
    assert sandbox.ledger[0].customer_id == THANDI
    assert (await http.post("/customers", json=sign_up())).content == b""
    assert (await http.post("/services/full", json=order(product=AMERICAN_PRODUCT))).status_code == 401


@pytest.mark.parametrize("effect", [True, False])
def test_an_effect_is_no_bool(effect: bool) -> None:  # noqa: FBT001 - which is the point
    with pytest.raises(TypeError, match=f"a number of seconds, ten years at most, not {effect}"):
        Fault(effect=effect)


@pytest.mark.parametrize("pause", ["soon", True, -1.0, float("nan")])
def test_a_pause_is_a_number_of_seconds(pause: Any) -> None:
    with pytest.raises(TypeError, match="a pause is a number of seconds"):
        Fault.delay(pause)


@pytest.mark.parametrize("make", [Fault.cut_after, Fault.drift, Fault.surplus])
@pytest.mark.parametrize("count", ["3", True, -1, 1.5])
def test_what_is_counted_is_a_whole_number(make: Callable[[Any], Fault], count: Any) -> None:
    with pytest.raises(TypeError, match=f"is a whole number, not {count!r}"):
        make(count)


@pytest.mark.parametrize("values", [("late", "soon"), ("delay", "soon"), ("cut_after", 1, 2)])
def test_what_a_named_fault_does_not_take_is_said_with_its_name(values: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=f"the fault '{values[0]}' cannot be made like that: "):
        Fault.named(*values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (("silent_handshake", 1), "it takes no value"),
        (("silent", 1), "it takes effect=..."),
        (("late",), "it takes seconds, outcome=..."),
    ],
)
def test_what_a_fault_takes_is_said_in_words(values: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be made like that: {re.escape(words)}$"):
        Fault.named(*values)


@pytest.mark.parametrize("code", [100, 199, 600])
def test_a_status_is_one_that_servers_answer_with(code: int) -> None:
    with pytest.raises(ValueError, match="is not a status that a server may answer with"):
        Fault.status(code)


async def test_a_status_without_a_name_has_none(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.status(599))
    assert (await http.get(PREMISE)).extensions["reason_phrase"] == b""


MEANINGS: dict[tuple[Any, ...], Fault] = {
    ("delay", 5): Fault(pause=5),
    ("refuse",): Fault(outcome="refuse", effect="never"),
    ("cut_request",): Fault(outcome="lose", effect="never"),
    ("cut_before",): Fault(outcome="cut", effect="never"),
    ("cut_after",): Fault(outcome="cut"),
    ("reset",): Fault(outcome="reset"),
    ("silent",): Fault(outcome="hang"),
    ("late", 5): Fault(effect=5, outcome="cut"),
    ("status", 404): Fault(
        code=404,
        effect="never",
        headers=((b"content-type", b"application/json"),),
        body=b'{"code": 404, "errors": ["made to fail"]}',
    ),
    ("answer", "x"): Fault(body=b"x"),
    ("drift",): Fault(inserted=1),
    ("other_customer",): Fault(stranger=True),
    ("surplus",): Fault(again=1),
    ("hang_up",): Fault(kept_open=0),
    ("no_farewell", 7): Fault(outcome="cut", kept=7, farewell=False),
    ("slow_handshake", 5): Fault(handshake="late", pause=5),
    ("silent_handshake",): Fault(handshake="silent"),
    ("cut_handshake",): Fault(handshake="cut"),
}


def test_each_name_means_what_its_line_says() -> None:
    assert {name: Fault.named(*name) for name in MEANINGS} == MEANINGS
    assert [name for name, *_ in MEANINGS] == list(NAMES)


TEN_YEARS = 315_576_000


def test_what_a_fault_takes_has_limits() -> None:
    assert (Fault.drift(1_000).inserted, Fault.surplus(1_000).again) == (1_000, 1_000)
    assert (Fault.delay(TEN_YEARS).pause, Fault.late(TEN_YEARS).effect) == (TEN_YEARS, TEN_YEARS)
    for make, field, beyond in (
        (Fault.drift, "inserted is 1,000 at most", 1_001),
        (Fault.surplus, "again is 1,000 at most", 1_001),
        (Fault.delay, "a pause is a number of seconds, ten years at most", TEN_YEARS + 1),
        (Fault.late, "effect is .* ten years at most", TEN_YEARS + 1),
        (Fault.late, "effect is ", float("inf")),
        (Fault.answer, "body is text or bytes", 5),
    ):
        with pytest.raises(TypeError, match=f"^{field}"):
            make(beyond)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^outcome is 'answer' or "):
        Fault.late(1, outcome="lost")  # type: ignore[arg-type]


async def test_a_head_that_arrives_whole_has_told_its_status(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await http.get(PREMISE)
    head = len("HTTP/1.1 200 OK\r\n\r\n") + sum(len(n) + len(v) + 4 for n, v in answer.headers.raw)
    for arrived, status in ((head - 1, None), (head, 200)):
        sandbox.faults.add(Fault.cut_after(arrived))
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(PREMISE)
        assert sandbox.requests[-1].status == status
