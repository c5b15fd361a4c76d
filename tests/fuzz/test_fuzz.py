"""A short run of what `python -m tests.fuzz` does by the million."""

import random
import signal
import time

import pytest

from tests.fuzz import bodies
from tests.fuzz.__main__ import main
from tests.fuzz.hunt import FindError, SlowError, hunt


@pytest.mark.fault("L2", "L11")
def test_no_body_changed_by_chance_raises_or_is_quoted() -> None:
    outcomes = bodies.run(seed=1, count=2_000)
    assert outcomes.total() == 2_000
    assert min(outcomes["read"], outcomes["refused"]) > 100


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
    assert time.process_time() - begun > 0.9


def test_a_hunt_leaves_no_clock_behind() -> None:
    hunt(1, 10, draw_number, lambda _: "met")
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_DFL
