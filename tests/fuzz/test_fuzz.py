"""A short run of what `python -m tests.fuzz` does by the million."""

import asyncio
import random
import signal
import time

import pytest

from aex_async import AExError
from aex_async.errors import DeadlineError
from tests.fuzz import answers, bodies, dates
from tests.fuzz.__main__ import main
from tests.fuzz.hunt import FindError, SlowError, hunt


@pytest.mark.fault("L2", "L11")
def test_no_body_changed_by_chance_raises_or_is_quoted() -> None:
    outcomes = bodies.run(seed=1, count=2_000)
    assert outcomes.total() == 2_000
    assert min(outcomes["read"], outcomes["refused"]) > 100


@pytest.mark.fault("P1", "P2", "P6", "P7", "P8", "P9", "P10", "P11", "P12", "P18")
@pytest.mark.parametrize("seed", [2, 3])
def test_every_raw_answer_changed_by_chance_is_a_value_or_an_error_of_ours(seed: int) -> None:
    outcomes = answers.run(seed, 400)
    assert outcomes.total() == 400
    assert min(outcomes["value"], outcomes["UnexpectedAnswerError"], outcomes["ConnectionFailedError"]) > 10


async def serve_in_two_parts(drawn: answers.Drawn) -> bytes:
    server = await asyncio.get_running_loop().create_server(lambda: answers.Server(lambda: drawn), "127.0.0.1")
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for part in (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n", b"{", b"}"):
        writer.write(part)
        await asyncio.sleep(0.02)
    said = await reader.read()
    writer.close()
    server.close()
    return said


def test_the_server_answers_a_whole_request_and_closes() -> None:
    assert asyncio.run(serve_in_two_parts(answers.Drawn("httpx", 0, 2, b"HTTP/1.1"))) == b"HTTP/1.1"


@pytest.mark.fault("H18", "H19")
def test_no_date_changed_by_chance_raises_or_is_read_in_two_ways() -> None:
    outcomes = dates.run(seed=5, count=2_000)
    assert set(outcomes) == {"wait, date", "wait, no date", "no wait, date", "no wait, no date"}


def test_an_error_that_holds_a_secret_is_a_find() -> None:
    with pytest.raises(AssertionError):
        answers.check_error(AExError("the token is SECRET-token-7"), ["SECRET-token-7"])


def test_a_call_that_waits_although_the_connection_is_closed_is_a_find() -> None:
    async def wait_in_vain() -> None:
        raise DeadlineError("no answer", method="GET", path="/x", attempts=1, sent=True)

    with pytest.raises(AssertionError, match="it waited"):
        asyncio.run(answers.judge(wait_in_vain(), ()))


def test_what_nobody_waited_for_is_a_find() -> None:
    class Noisy:
        def __del__(self) -> None:
            raise ValueError("left alone")

    with pytest.raises(AssertionError, match="left alone"), answers.watch_noise():
        Noisy()


def test_the_same_seed_makes_the_same_bodies() -> None:
    assert bodies.run(seed=2, count=50) == bodies.run(seed=2, count=50)


def test_the_command_tells_its_seed_and_its_count(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--bodies", "40", "--seed", "3", "--processes", "1"])
    assert "40 of 40 bodies, seed 3: " in capsys.readouterr().out


def test_the_command_ends_when_its_time_is_up_and_tells_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--bodies", "100000", "--processes", "1", "--minutes", "0"])
    assert capsys.readouterr().out.startswith(("5,000 of 100,000", "10,000 of 100,000"))


# The hunt itself


def draw_number(rng: random.Random) -> int:
    return rng.randrange(100)


def refuse_large(number: int) -> str:
    if number > 90:
        raise ValueError(number)
    return "small"


def work_for_ever(_: int) -> str:
    while True:
        pass


def test_a_find_is_told_with_its_seed_its_index_and_the_thing_itself() -> None:
    with pytest.raises(FindError, match=r"^seed 7, index 56: 91 led to ValueError\(91\)$"):
        hunt(7, 100, draw_number, refuse_large)


def test_what_takes_longer_than_a_second_of_work_is_a_find() -> None:
    begun = time.process_time()
    with pytest.raises(FindError, match="seed 1, index 0: 17 led to SlowError") as caught:
        hunt(1, 1, draw_number, work_for_ever)
    assert isinstance(caught.value.__cause__, SlowError)
    assert time.process_time() - begun > 0.5


def test_a_hunt_leaves_no_clock_behind() -> None:
    hunt(1, 10, draw_number, lambda _: "met")
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_DFL
