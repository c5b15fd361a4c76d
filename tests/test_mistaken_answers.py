"""Answers to another question than the one asked: what becomes of the call, and of its connection."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, Premise, Try, errors
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.servers import Server, answer, answer_asked, connect, read_request

ANOTHER = answer(b'{"id": "P9"}')
BUSY = answer(b"", "503 Service Unavailable")


def serve_one_behind(server: Server) -> Callable[[SocketStream], Awaitable[None]]:
    """Answer the first request of a connection, and every later one with the record of the one before it."""

    async def action(stream: SocketStream) -> None:
        before = request = server.requests[-1]
        while True:
            await stream.send(answer_asked(before))
            following = await read_request(stream)
            if following is None:
                return
            before, request = request, following
            server.requests.append(following)

    return action


@pytest.mark.fault("X2", "P7", "S8")
async def test_a_connection_that_answered_something_else_is_dropped_and_the_read_asked_once_more() -> None:
    async with connect(b"", max_connections=2) as (aex, server):
        server.script = (serve_one_behind(server),)
        ids = [f"P{number}" for number in range(9)]
        bulk = await aex.get_premises(ids, at_once=9)
        assert ([bulk.found[premise_id].id for premise_id in ids], bulk.failed) == (ids, {})
        # Of every two reads the second meets the answer to the first; it goes on by a connection of its own.
        assert len(server.requests) <= len(ids) + server.connections
        assert (await aex.get_premise("P9")).id == "P9"


@pytest.mark.fault("X2")
async def test_a_read_that_may_be_tried_once_is_not_asked_again_but_the_next_has_a_new_connection() -> None:
    async with connect(b"", attempts=1) as (aex, server):
        server.script = (serve_one_behind(server),)
        await aex.get_premise("P1")
        with pytest.raises(errors.UnexpectedAnswerError, match="another record than the one asked for"):
            await aex.get_premise("P2")
        assert (await aex.get_premise("P3")).id == "P3"
        assert (len(server.requests), server.connections) == (3, 2)


@pytest.mark.fault("X2")
async def test_what_a_server_says_unasked_is_taken_for_no_later_answer() -> None:
    sandbox = Sandbox()
    rows = [row for row in sandbox.predefined_premises if row["premise_id"]][:60]
    sandbox.faults.add(Fault.surplus(), method="GET", path="/premises", times=None, rate=0.5)
    with serve_in_thread(sandbox) as url:
        async with AsyncAExClient(sandbox.token, base_url=url, max_connections=4) as aex:
            bulk = await aex.get_premises([row["premise_id"] for row in rows], at_once=8)
    assert not bulk.failed
    assert [premise.external_reference for premise in bulk.found.values()] == [row["guid"] for row in rows]


@pytest.mark.fault("X2")
async def test_a_server_that_always_answers_something_else_is_asked_twice() -> None:
    async with connect(ANOTHER) as (aex, server):
        with pytest.raises(errors.UnexpectedAnswerError, match="another record than the one asked for") as caught:
            await aex.get_premise("P1")
        assert (caught.value.attempts, len(server.requests), server.connections) == (2, 2, 2)


@pytest.mark.fault("X2")
@pytest.mark.parametrize(
    ("script", "error"), [((ANOTHER, BUSY), errors.ServerError), ((BUSY, ANOTHER), errors.UnexpectedAnswerError)]
)
async def test_a_read_that_is_asked_once_more_is_tried_no_more_often_than_any(
    script: tuple[bytes, ...], error: type[Any]
) -> None:
    async with connect(*script, attempts=2) as (aex, server):
        with pytest.raises(error) as caught:
            await aex.get_premise("P1")
        assert (caught.value.attempts, len(server.requests)) == (2, 2)


@pytest.mark.fault("X2")
async def test_a_connection_is_given_up_before_an_on_try_that_takes_its_time_is_told_of_the_answer() -> None:
    told: list[Try] = []

    async def use_it_meanwhile(ended: Try) -> None:
        told.append(ended)
        if len(told) == 2:
            assert (await aex.get_premise("P3")).id == "P3"

    async with connect(b"", attempts=1, max_connections=1, on_try=use_it_meanwhile) as (aex, server):
        server.script = (serve_one_behind(server),)
        await aex.get_premise("P1")
        with pytest.raises(errors.UnexpectedAnswerError, match="another record than the one asked for"):
            await aex.get_premise("P2")
        assert [each.outcome for each in told] == [200, 200, 200]
        assert (len(server.requests), server.connections) == (3, 2)


@pytest.mark.fault("X2")
async def test_a_connection_that_was_closed_after_its_answer_leaves_no_mistrust_of_the_next() -> None:
    another = answer(b'{"id": "P9"}')
    async with connect(another, another, answer(b'{"id": "P2"}'), max_connections=1) as (aex, server):
        with pytest.raises(errors.UnexpectedAnswerError, match="another record than the one asked for"):
            await aex.get_premise("P1")  # which is asked the second time on a connection of its own, and that is closed
        for _ in range(3):
            await aex.get_premise("P2")
        assert (len(server.requests), server.connections) == (5, 3)


@pytest.mark.fault("X2")
async def test_a_listing_that_is_answered_something_else_leaves_its_connection() -> None:
    rows = answer(b'{"items": [{"id": "W1"}]}')
    async with connect(rows, answer(b'{"id": "P9"}'), rows) as (aex, server):
        assert (await anext(aex.work_orders("S1"))).id == "W1"
        with pytest.raises(errors.UnexpectedAnswerError, match="expected a list, got one object"):
            await anext(aex.work_orders("S1"))
        assert (await anext(aex.work_orders("S1"))).id == "W1"
        assert server.connections == 2


UNREADABLE = answer(b'{"items": 3}')


Ask = Callable[[AsyncAExClient], Awaitable[object]]
ASKED: dict[str, Ask] = {
    "record": lambda aex: aex.get_premise("P1"),
    "full service": lambda aex: aex.get_full_service("S1"),
    "products": lambda aex: aex.available_products(-29.8, 30.9),
    "any route": lambda aex: aex.request("GET", "/premises/P1", into=Premise),
}


@pytest.mark.fault("X2")
@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
async def test_an_answer_that_cannot_be_read_leaves_its_connection_whatever_was_asked(
    ask: Ask,
) -> None:
    """It may be the surplus of an earlier one, and then each later answer would be taken for the one before it."""
    record = answer(b'{"id": "P1"}')
    async with connect(record, UNREADABLE, record) as (aex, server):
        await aex.get_premise("P1")
        with pytest.raises(errors.UnexpectedAnswerError):
            await ask(aex)
        assert (await aex.get_premise("P1")).id == "P1"
        assert server.connections == 2


async def test_the_error_of_an_answer_that_cannot_be_read_counts_the_tries() -> None:
    async with connect(answer(b"", "503 Service Unavailable"), UNREADABLE) as (aex, server):
        with pytest.raises(errors.UnexpectedAnswerError) as unreadable:
            await aex.get_premise("P1")
        assert (unreadable.value.attempts, len(server.requests)) == (2, 2)
