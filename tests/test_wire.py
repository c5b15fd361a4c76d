"""What a request asks of its engine, and what is made of an answer, to the byte."""

import gzip
import zlib

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, errors
from aex_async._http.body_limits import MAX_BODY, MAX_ERROR_BODY
from aex_async._http.request import Headers, Trace, build_request
from tests.faults.engines import listen
from tests.servers import answer, connect, stay_silent

pytestmark = pytest.mark.in_no_time

PREMISE = answer(b'{"id": "P1"}')


@pytest.mark.parametrize(("patience", "connecting"), [(None, 10.0), (0.2, 0.2), (60.0, 10.0)])
def test_a_connection_is_waited_for_ten_seconds_at_most_and_an_answer_without_end(
    patience: float | None, connecting: float
) -> None:
    request = build_request(
        "GET", httpx.URL("https://x"), "/", headers=Headers(), body=None, trace=Trace(), patience=patience
    )
    assert request.extensions["timeout"] == {"connect": connecting, "read": None, "write": patience, "pool": None}


@pytest.mark.parametrize("status", ["300 Choices", "404 None"])
async def test_the_body_of_an_error_is_read_to_its_bound_and_no_byte_further(status: str) -> None:
    script = [answer(b"x" * MAX_ERROR_BODY, status), answer(b"x" * (MAX_ERROR_BODY + 1), status)]
    async with connect(*script) as (aex, _):
        cut: list[bool] = []
        for _ in script:
            with pytest.raises(errors.ResponseError) as caught:
                await aex.get_premise("P1")
            cut.append("cut off after 65,536 bytes" in caught.value.body)
    assert cut == [False, True]


async def test_the_body_of_a_success_may_be_as_large_as_its_own_bound() -> None:
    body = b'{"id": "P1"}'.ljust(MAX_BODY)
    async with connect(answer(body), answer(body + b" ")) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"
        with pytest.raises(errors.UnexpectedAnswerError, match="cut off after 16,777,216 bytes"):
            await aex.get_premise("P1")


async def test_an_answer_that_is_too_large_is_not_waited_for() -> None:
    async def pour(stream: SocketStream) -> None:
        await stream.send(b"HTTP/1.1 404 None\r\nContent-Length: 1000000\r\n\r\n" + bytes(2 * MAX_ERROR_BODY))
        await anyio.sleep(3)

    async with connect(pour) as (aex, _):
        begun = anyio.current_time()
        with pytest.raises(errors.NotFoundError):
            await aex.get_premise("P1")
        assert anyio.current_time() - begun < 1


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
async def test_gzip_is_read_under_each_of_its_names(coding: str) -> None:
    body = gzip.compress(b'{"id": "P1"}')
    async with connect(answer(body, "200 OK", f"Content-Encoding: {coding}")) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("L20")
@pytest.mark.parametrize("size", [1, 5, 12])
async def test_gzip_may_come_in_parts_as_a_server_writes_that_begins_anew_with_each(size: int) -> None:
    body = b'{"id": "P1"}'
    packed = b"".join(gzip.compress(body[begin : begin + size]) for begin in range(0, len(body), size))
    async with connect(answer(packed + gzip.compress(b""), "200 OK", "Content-Encoding: gzip")) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"


async def test_another_coding_under_the_name_of_gzip_is_refused() -> None:
    async with connect(answer(zlib.compress(b'{"id": "P1"}'), "200 OK", "Content-Encoding: gzip")) as (aex, _):
        with pytest.raises(errors.UnexpectedAnswerError, match="not the gzip that it claims to be"):
            await aex.get_premise("P1")


async def test_a_server_without_tls_is_not_asked_for_it_twice() -> None:
    async def babble(stream: SocketStream) -> None:
        await stream.receive()
        await stream.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with (
        listen(babble) as server,
        AsyncAExClient("T", base_url=server.url.replace("http://", "https://"), attempts=3, timeout=5) as aex,
    ):
        with pytest.raises(errors.ConnectionFailedError, match="no TLS connection could be agreed on") as caught:
            await aex.get_premise("P1")
        assert (caught.value.attempts, caught.value.sent, server.connections) == (1, False, 1)


async def test_silence_on_a_kept_connection_costs_a_try() -> None:
    async with connect(PREMISE, stay_silent, PREMISE, attempts=2, timeout=1) as (aex, server):
        await aex.get_premise("P1")
        assert (await aex.get_premise("P1")).id == "P1"
        assert server.connections == 2
    async with connect(PREMISE, stay_silent, attempts=2, timeout=0.6) as (aex, server):
        await aex.get_premise("P1")
        with pytest.raises(errors.DeadlineError) as caught:
            await aex.get_premise("P1")
        assert caught.value.attempts == 2


@pytest.mark.parametrize("babble", [b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n"])
async def test_a_kept_connection_that_speaks_no_http_any_more_is_no_reason_to_ask_again(babble: bytes) -> None:
    async with connect(PREMISE, babble, PREMISE) as (aex, server):
        await aex.get_premise("P1")
        with pytest.raises(errors.ConnectionFailedError):
            await aex.get_premise("P1")
        assert len(server.requests) == 2
