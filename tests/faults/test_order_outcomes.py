"""An order whose answer was lost, and a look-up that meets every fault in its turn: uncertain, and never absent."""

import gzip

import pytest

from aex_async import AsyncAExClient, Attempt, OrderJournal, errors
from tests.sandbox.people import THANDI
from tests.servers import Action, Server, answer, close, connect, drip, reset, send_and, stay_silent
from tests.test_orders_on_the_wire import NONE, ONE, ORDER, THERE, count_posts, tell

pytestmark = pytest.mark.in_no_time

FAR = "Location: https://elsewhere.example/login"
ROW = b'{"id": "S-1", "external_reference": "G-1", "items": []}'


def chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body


def cut(data: bytes) -> Action:
    return send_and(data, close)


NETWORK: dict[str, Action] = {
    "N6 closed": close,
    "N10 reset": reset,
    "N15 reset within the body": send_and(NONE[:-5], reset),
    "P1 part of a status line": cut(b"HTTP/1.1 20"),
    "P2 garbage": cut(b"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n"),
    "P3 no head": cut(ROW),
    "P4 another version": cut(b"HTTP/2 200\r\n\r\n" + ROW),
    "P6 a short body": cut(NONE[:-1]),
    "P8 two lengths": cut(answer(ROW, "200 OK", "Content-Length: 3")),
    "P9 a negative length": cut(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + ROW),
    "P11 bad chunks": cut(chunked(b"zz\r\n{}\r\n0\r\n\r\n")),
    "P12 chunks cut": cut(chunked(b"%x\r\n%s\r\n" % (len(ROW), ROW))),
    "P16 101": cut(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
    "P17 a flood of headers": cut(b"HTTP/1.1 200 OK\r\n" + b"X-Flood: 1\r\n" * 20_000 + b"\r\n" + ROW),
    "P18 NUL in a header": cut(answer(ROW, "200 OK", "X-Odd: a\0b")),
}
STATUSES: dict[str, Action] = {
    **{f"P20 {status}": answer(ROW, f"{status} Odd") for status in (299, 600, 999)},
    **{f"H24 {status}": answer(ROW, f"{status} Odd") for status in (202, 203, 206)},
    **{f"H6 {status}": answer(b"", f"{status} Moved", FAR) for status in (301, 302, 303, 307, 308)},
    **{f"H15 {status}": tell({"errors": ["no"]}, f"{status} No") for status in (400, 408, 409, 410, 422, 425, 429)},
    **{f"H21 {status}": answer(b"<h1>Error</h1>", f"{status} No") for status in (500, 501, 502, 503, 504, 520)},
    "P25 no URL": answer(b"", "302 Found", "Location: http://[::1"),
    "H9 401": tell({"errors": ["Not Authenticated"]}, "401 Unauthorized"),
}
BODIES: dict[str, Action] = {
    "H1 a page": answer(b"<html>Maintenance</html>", "200 OK", "Content-Type: text/html"),
    **{f"L1 {text!r}": answer(text.encode()) for text in ("", " ", "null", "3", '"x"', "{}")},
    **{f"L2 {text[-8:]!r}": answer(text.encode()) for text in ('{"items": [', '{"items": []} x', '{"items": [] // no')},
    "L3 deep": answer(b'{"items": ' + b"[" * 3000 + b"]" * 3000 + b"}"),
    "L4 NaN": answer(b'{"items": [], "id": "S-1", "total": NaN}'),
    "L7 a BOM at the end": answer(ROW + b"\xef\xbb\xbf"),
    "L7 UTF-16": answer(ROW.decode().encode("utf-16")),
    "L7 not UTF-8": answer(b'{"id": "S-\xff", "items": []}'),
    "L11 other types": answer(b'{"id": 5, "items": "none"}'),
    "L20 a coding nobody asked for": answer(ROW, "200 OK", "Content-Encoding: br"),
    "L20 gzip cut": answer(gzip.compress(ROW)[:-6], "200 OK", "Content-Encoding: gzip"),
    "L20 a bomb": answer(gzip.compress(b" " * 2**24 + ROW), "200 OK", "Content-Encoding: gzip"),
}
LISTINGS: dict[str, Action] = {
    **NETWORK,
    **STATUSES,
    **BODIES,
    "H11 403": tell({"errors": ["no"]}, "403 Forbidden"),
    "H12 404": tell({"errors": ["not found"]}, "404 Not Found"),
    "X2 one object, as of another question": answer(b'{"id": "S-9", "external_reference": "G-9"}'),
    "H26 from a cache": tell({"items": [], "total": 0}, "200 OK", "Age: 9"),
    "L10 a row without identity": tell({"items": [{"product_id": "P-1"}], "total": 1}),
    "L10 a row that is null": tell({"items": [None], "total": 1}),
    "O10 fewer rows than it counts": tell({"items": [], "total": 2}),
}
SLOW: dict[str, Action] = {
    "N12 silence": stay_silent,
    "N13 the head drips": drip(NONE, 0.1),
    "N14 the body drips": send_and(NONE[:-20], drip(NONE[-20:], 0.2)),
    "N15 silence within the body": send_and(NONE[:-5], stay_silent),
    "P15 endless 1xx": drip(b"HTTP/1.1 102 Processing\r\n\r\n" * 9, 0.05),
}


async def find_later(aex: AsyncAExClient, server: Server, journal: OrderJournal) -> tuple[Attempt, str]:
    """Resume what is unresolved, once AEx is well again: it was placed."""
    (attempt,) = journal.unresolved()
    server.script = (*(close for _ in server.requests), ONE, THERE, tell({"id": THANDI}))
    placed = await aex.with_options(timeout=5.0).resume_order(attempt, journal=journal, patience=0)
    return attempt, placed.service.id


async def check_uncertain(*script: Action, timeout: float) -> None:  # noqa: ASYNC109 - the client's
    """Place an order before `script`: nothing may be concluded, sent again or forgotten."""
    journal = OrderJournal(":memory:")
    async with connect(NONE, *script, timeout=timeout, attempts=1) as (aex, server):
        with pytest.raises(errors.OrderUncertainError, match="the last look failed: ") as caught:
            await aex.place_order(ORDER, journal=journal, patience=0)
        attempt, service = await find_later(aex, server, journal)
        assert (caught.value.attempt, attempt.state, service) == (attempt, "sending", "S-1")
        assert (count_posts(server), journal.unresolved(), aex.in_flight) == (1, [], 0)


@pytest.mark.fault("O9", "O10")
@pytest.mark.parametrize("fault", LISTINGS.values(), ids=LISTINGS)
async def test_a_listing_that_fails_in_whatever_way_proves_nothing(fault: Action) -> None:
    await check_uncertain(close, fault, timeout=5.0)


@pytest.mark.fault("O9")
@pytest.mark.parametrize("fault", NETWORK.values(), ids=NETWORK)
async def test_a_refusal_is_not_believed_while_no_look_confirms_it(fault: Action) -> None:
    await check_uncertain(tell({"errors": ["no"]}, "400 Bad Request"), fault, timeout=5.0)


@pytest.mark.fault("O9")
@pytest.mark.parametrize("fault", SLOW.values(), ids=SLOW)
async def test_a_listing_that_does_not_end_proves_nothing(fault: Action) -> None:
    await check_uncertain(close, fault, timeout=0.5)


@pytest.mark.fault("O9", "O14")
@pytest.mark.parametrize("fault", (NETWORK | BODIES).values(), ids=NETWORK | BODIES)
async def test_a_premise_that_fails_in_whatever_way_neither_makes_nor_unmakes_a_match(fault: Action) -> None:
    await check_uncertain(close, ONE, fault, timeout=5.0)
