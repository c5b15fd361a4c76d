"""Group P: servers that speak HTTP badly, or something else. A GET says so or is repeated; a write is sent once."""

import time
import tracemalloc
from typing import Any

import anyio
import pytest
from anyio.abc import SocketStream

from aex_async import errors
from tests.faults.counting import fetch, open_calls, serve_well
from tests.faults.engines import CREATED, ENGINES, GUARDED, NEW, PREMISE, choose_loop, listen, open_client
from tests.servers import answer, close, send_and, serve, stay_silent
from tests.test_orders_on_the_wire import NONE, ONE, ORDER, THERE
from tests.timing import in_no_time, unhindered

FAILED = errors.ConnectionFailedError
UNEXPECTED = errors.UnexpectedAnswerError
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An event loop and what sends over it."""
    return str(request.param)


@pytest.fixture
def anyio_backend(engine: str) -> tuple[str, dict[str, Any]]:
    """The engine's event loop, in virtual time."""
    return in_no_time(choose_loop(engine))


def said(status: str, body: bytes = b"{}") -> bytes:
    return answer(body, status)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("told", "tries"),
    [
        pytest.param(b"HTTP/1.1 20", 2, marks=pytest.mark.fault("P1"), id="half a status line"),
        pytest.param(b"H", 2, marks=pytest.mark.fault("P1"), id="a letter"),
        pytest.param(OK + b"Content-Le", 2, marks=pytest.mark.fault("P1"), id="half a header"),
        pytest.param(b"", 3, marks=pytest.mark.fault("N11"), id="nothing"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", 3, marks=pytest.mark.fault("N11"), id="only 100"),
        pytest.param(b"hello\r\n\r\n", 1, marks=pytest.mark.fault("P2"), id="text"),
        pytest.param(b"\x15\x03\x03\x00\x02\x02\x28", 1, marks=pytest.mark.fault("P2"), id="a TLS alert"),
        pytest.param(b"\0" * 2**20, 1, marks=pytest.mark.fault("P2"), id="zeros"),
        pytest.param(b"SSH-2.0-x\r\n", 1, marks=pytest.mark.fault("P2"), id="SSH"),
        pytest.param(b"<html>hello</html>", 1, marks=pytest.mark.fault("P3"), id="HTML"),
        pytest.param(b"HTTP/2 200\r\n\r\n", 1, marks=pytest.mark.fault("P4"), id="HTTP/2"),
        pytest.param(b"HTTP/2.0 200 OK\r\n\r\n", 1, marks=pytest.mark.fault("P4"), id="HTTP/2.0"),
        pytest.param(
            OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 1, marks=pytest.mark.fault("P8"), id="two lengths"
        ),
        pytest.param(OK + b"Content-Length: -1\r\n\r\n", 1, marks=pytest.mark.fault("P9"), id="length below zero"),
        pytest.param(OK + b"Content-Length: zz\r\n\r\n", 1, marks=pytest.mark.fault("P9"), id="length in letters"),
        pytest.param(
            OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
            1,
            marks=pytest.mark.fault("P9"),
            id="30 digits",
        ),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000, 1, marks=pytest.mark.fault("P15"), id="endless 1xx"),
        pytest.param(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
            1,
            marks=pytest.mark.fault("P16"),
            id="101",
        ),
        pytest.param(OK + b"A: b\r\n" * 2**15 + b"\r\n", 1, marks=pytest.mark.fault("P17"), id="many headers"),
        pytest.param(OK + b"A: " + b"b" * 2**18 + b"\r\n\r\n", 1, marks=pytest.mark.fault("P17"), id="a long header"),
        pytest.param(OK + b"X: a\0b\r\n\r\n", 1, marks=pytest.mark.fault("P18"), id="NUL"),
        pytest.param(OK + b"X: a\rb\r\n\r\n", 1, marks=pytest.mark.fault("P18"), id="CR"),
        pytest.param(b"HTTP/1.1 200 O\rK\r\n\r\n", 1, marks=pytest.mark.fault("P18"), id="CR in the reason"),
        pytest.param(said("99 Few"), 1, marks=pytest.mark.fault("P20"), id="99"),
        pytest.param(said("1000 Many"), 1, marks=pytest.mark.fault("P20"), id="1000"),
    ],
)
async def test_what_is_no_answer_is_a_failed_connection_and_may_have_been_read(
    engine: str, told: bytes, tries: int, method: str
) -> None:
    most = max(tries, 2) if engine == "aiohttp" else tries  # it may be what came with a good answer that is bad
    if engine not in GUARDED:
        most = 3  # of a pool of the caller's, h11 alone tells what is wrong, and calls the most of it an end
    async with serve(send_and(told, close)) as server, open_calls(server.url, engine) as calls:
        start = unhindered()
        kind, sent, tried = await fetch(calls, method)
        taken = engine not in GUARDED and told.startswith(b"HTTP/2.0")  # by h11, which knows no other version
        # Of answers without end, h11 reads on for as long as there is time, which a busy machine has too little of.
        overdue = engine not in GUARDED and b" 100 " in told and kind is errors.DeadlineError
        assert overdue or kind == (200 if taken else FAILED)
        assert (sent, len(server.requests)) == (True, tried)
        assert overdue or tries <= tried <= most if method == "GET" else tried == 1
        assert unhindered() - start < 2 or engine not in GUARDED
        server.script = (PREMISE,)
        assert await fetch(calls, attempts=1) == (200, True, 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("told", "tries"),
    [
        pytest.param(PREMISE[:-3], 3, marks=pytest.mark.fault("P6", "O4"), id="a short body"),
        pytest.param(OK + b"Content-Length: 999999999\r\n\r\nx", 3, marks=pytest.mark.fault("P6"), id="a long length"),
        pytest.param(CHUNKED + b"5\r\nab", 3, marks=pytest.mark.fault("P12", "O4"), id="a short chunk"),
        pytest.param(CHUNKED + b"2\r\n{}\r\n", 3, marks=pytest.mark.fault("P12"), id="no last chunk"),
        pytest.param(
            OK + b"Content-Encoding: gzip\r\n" + CHUNKED[len(OK) :] + b"5\r\n\x1f\x8b\x08\0\0\r\n",
            3,
            marks=pytest.mark.fault("P12"),
            id="gzip in short chunks",
        ),
    ],
)
async def test_an_answer_that_is_not_whole_is_asked_for_again_and_of_a_write_a_success(
    engine: str, told: bytes, tries: int, method: str
) -> None:
    expected = (FAILED, True, tries) if method == "GET" else (UNEXPECTED, True, 1)
    async with serve(send_and(told, close)) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls, method) == expected
        assert len(server.requests) == expected[2]
        server.script = (PREMISE,)
        assert await fetch(calls, attempts=1) == (200, True, 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(b"zz\r\nab", marks=pytest.mark.fault("P11"), id="no size"),
        pytest.param(b"2\n{}\n0\n\n", marks=pytest.mark.fault("P11"), id="bare line feeds"),
        pytest.param(b"-2\r\n{}\r\n0\r\n\r\n", marks=pytest.mark.fault("P11"), id="below zero"),
        pytest.param(b"f" * 40 + b"\r\n", marks=pytest.mark.fault("P11"), id="a size of 40 digits"),
        pytest.param(b"2\r\n{}\r\n0\r\n" + b"A: b\r\n" * 100_000 + b"\r\n", marks=pytest.mark.fault("P13"), id="flood"),
    ],
)
async def test_chunks_that_are_none_are_no_answer_and_never_a_refusal_of_a_write(
    engine: str, told: bytes, method: str
) -> None:
    async def say_late(stream: SocketStream) -> None:
        await anyio.sleep(0.01)
        await stream.send(told)
        await stream.aclose()

    async with serve(send_and(CHUNKED, say_late)) as server, open_calls(server.url, engine) as calls:
        kind, sent, _ = await fetch(calls, method)
        assert (kind, sent) == (FAILED if method == "GET" else UNEXPECTED, True)
        assert method == "GET" or len(server.requests) == 1
        server.script = (PREMISE,)
        assert await fetch(calls, attempts=1) == (200, True, 1)


@pytest.mark.fault("P13", "P17")
@pytest.mark.parametrize("start", [OK, CHUNKED + b"2\r\n{}\r\n0\r\n"], ids=["header", "trailer"])
@pytest.mark.parametrize("step", [2**20, 999], ids=["at once", "in steps"])
@pytest.mark.parametrize("engine", GUARDED, indirect=True)  # h11 itself takes ten seconds
async def test_a_header_padded_with_blanks_without_end_costs_no_time(engine: str, start: bytes, step: int) -> None:
    expected = 200 if engine == "aiohttp" and start != OK else FAILED  # aiohttp takes no notice of trailers
    told = start + b"X:" + b" \t" * 20_000 + b"\x00\r\n\r\n"

    async def say(stream: SocketStream) -> None:
        for begin in range(0, len(told), step):
            await stream.send(told[begin : begin + step])
        await stream.aclose()

    async with serve(say) as server, open_calls(server.url, engine) as calls:
        begun = time.process_time()
        assert (await fetch(calls, attempts=1))[:2] == (expected, True)
        assert time.process_time() - begun < 1
        server.script = (PREMISE,)
        assert await fetch(calls, attempts=1) == (200, True, 1)


async def test_json_may_hold_as_many_blanks_as_it_likes(engine: str) -> None:
    body = b'{"id":' + b" " * 40_000 + b'"P1", "a":' + b"\n" * 5_000 + b"1}"
    async with serve(answer(body)) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls, attempts=1) == (200, True, 1)


@pytest.mark.fault("P11")
async def test_a_chunk_with_a_note_of_five_megabytes_costs_no_memory_worth_speaking_of(engine: str) -> None:
    told = CHUNKED + b"2;" + b"x" * 5_000_000 + b"\r\n{}\r\n0\r\n\r\n"
    async with serve(send_and(told, close), PREMISE) as server, open_calls(server.url, engine) as calls:
        tracemalloc.start()
        try:
            kind, _, _ = await fetch(calls, attempts=1)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert kind is (200 if engine == "aiohttp" else FAILED)
        assert most < 4 * 2**20
        assert await fetch(calls, attempts=1) == (200, True, 1)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n" + b'{"id": "P1"}', False, marks=pytest.mark.fault("P5"), id="HTTP/1.0"),
        pytest.param(
            answer(b'{"id": "P1"}', "200 OK", "Connection: close"), False, marks=pytest.mark.fault("P24"), id="close"
        ),
        pytest.param(
            answer(b'{"id": "P1"}', "200 OK", "Upgrade: h2c", "Alt-Svc: h3=:1", "Refresh: 0; url=http://127.0.0.1:9"),
            True,
            marks=pytest.mark.fault("P26"),
            id="what browsers obey",
        ),
        pytest.param(
            answer(b'{"id": "P1"}', "200 OK", "Strict-Transport-Security: x", "Content-Type: x; charset=utf-16"),
            True,
            marks=pytest.mark.fault("P26", "P28"),
            id="HSTS, UTF-16",
        ),
        pytest.param(
            answer(b'{"id": "P1"}', "200 OK", "Content-Type: application/json; charset=foo"),
            True,
            marks=pytest.mark.fault("P28"),
            id="no charset",
        ),
        pytest.param(OK + b'Content-Length: 12\r\nX-Folded: a\r\n b\r\n\r\n{"id": "P1"}', True, id="a folded header"),
    ],
)
async def test_what_is_odd_but_whole_is_an_answer(engine: str, told: bytes, kept: bool) -> None:  # noqa: FBT001
    end = stay_silent if kept else close
    async with serve(told if kept else send_and(told, end)) as server, open_client(engine, server.url) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
        assert (await aex.get_premise("P1")).id == "P1"
        server.script = (answer(b"", "201 Created", "Location: /customers/C1", "Alt-Svc: h3=:1"),)
        assert await aex.create_customer(NEW) == "C1"
    assert (len(server.requests), server.connections) == (3, 2 if kept else 3)


OTHER = answer(b'{"id": "EVIL"}')


@pytest.mark.fault("P7", "P23", "S8")
@pytest.mark.parametrize("surplus", [OTHER, OTHER[:9], b"\r\n"], ids=["an answer", "a part", "a line"])
async def test_what_follows_an_answer_answers_nobody(engine: str, surplus: bytes) -> None:
    async with serve(PREMISE + surplus, PREMISE) as server, open_client(engine, server.url, attempts=1) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
        assert (await aex.get_premise("P1")).id == "P1"
        server.script = (*server.script, CREATED + OTHER, PREMISE)
        assert await aex.create_customer(NEW) == "C1"
        assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 4
    assert engine == "aiohttp" or server.connections == 4  # whose parser lets go of what follows, at once


@pytest.mark.fault("P10")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_answer_with_a_length_and_chunks_is_the_last_of_its_connection(engine: str, method: str) -> None:
    told = OK + b"Content-Length: 2\r\n" + CHUNKED[len(OK) :] + b"2\r\n{}\r\n0\r\n\r\n"
    async with serve(told, PREMISE) as server, open_calls(server.url, engine) as calls:
        kind, sent, tries = await fetch(calls, method, attempts=1)
        assert (kind in (200, FAILED), sent, tries) == (True, True, 1)
        assert await fetch(calls) == (200, True, 1)
    assert (len(server.requests), server.connections) == (2, 2)


@pytest.mark.fault("P20")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [("299 New", UNEXPECTED), ("600 Beyond", errors.ResponseError), ("999 Far", errors.ResponseError)],
)
async def test_a_status_beyond_the_known_ones_is_what_its_first_digit_says(
    engine: str, status: str, kind: type[Exception], method: str
) -> None:
    async with serve(said(status)) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls, method) == (kind, True, 1)
    assert len(server.requests) == 1


@pytest.mark.fault("P25", "S2")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("location", [b"http://[::1", b"\xff\xfe", b"http://evil.invalid:99999/", b""], ids=repr)
async def test_a_redirect_to_what_is_no_url_is_a_redirect(engine: str, location: bytes, method: str) -> None:
    told = b"HTTP/1.1 307 Elsewhere\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    async with serve(told) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls, method) == (errors.RedirectError, True, 1)
    assert len(server.requests) == 1


@pytest.mark.fault("P21")
@pytest.mark.parametrize("status", ["400 Bad Request", "413 Too Much"])
async def test_a_refusal_that_comes_before_the_request_was_read_is_one(engine: str, status: str) -> None:
    async def refuse(stream: SocketStream) -> None:
        await stream.receive(100)
        await stream.send(answer(b'{"errors": ["no"]}', status, "Connection: close"))
        await anyio.sleep(0.5)

    async with listen(refuse, serve_well) as server, open_calls(server.url, engine) as calls:
        body = b" " * 2**15
        assert await fetch(calls, "POST", body=body, timeout=2) == (errors.BadRequestError, True, 1)
        assert await fetch(calls) == (200, True, 1)
    assert server.connections == 2


@pytest.mark.fault("P24")
async def test_a_connection_that_was_to_be_kept_and_was_closed_costs_nothing(engine: str) -> None:
    kept = answer(b'{"id": "P1"}', "200 OK", "Connection: keep-alive", "Keep-Alive: timeout=60")
    async with serve(send_and(kept, close)) as server, open_client(engine, server.url, attempts=1) as aex:
        for _ in range(3):
            assert (await aex.get_premise("P1")).id == "P1"
            await anyio.sleep(0.01)
    assert (len(server.requests), server.connections) == (3, 3)


@pytest.mark.fault("P2", "P3", "P4", "P8", "P9", "P15", "P16", "P17", "P18", "O6")
@pytest.mark.parametrize("told", [b"hello\r\n\r\n", b"<html>", b"HTTP/2 201\r\n\r\n", OK + b"X: a\0\r\n\r\n"], ids=repr)
async def test_an_order_that_is_answered_so_is_looked_for_and_found(engine: str, told: bytes) -> None:
    fault = send_and(told, close)
    async with serve(NONE, fault, ONE, THERE) as server, open_client(engine, server.url) as aex:
        placed = await aex.place_order(ORDER)
    assert (placed.created, placed.service.id) == (False, "S-1")
    assert [request.method for request in server.requests] == ["GET", "POST", "GET", "GET"]


@pytest.mark.fault("P6", "P11", "P12", "P13", "O4")
@pytest.mark.parametrize(
    "told",
    [
        b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
    ids=["a short body", "a short chunk"],
)
async def test_an_order_whose_success_breaks_off_is_created(engine: str, told: bytes) -> None:
    async with serve(NONE, send_and(told, close), ONE, THERE) as server, open_client(engine, server.url) as aex:
        placed = await aex.place_order(ORDER)
    assert (placed.created, placed.service.id) == (True, "S-1")
    assert [request.method for request in server.requests].count("POST") == 1
