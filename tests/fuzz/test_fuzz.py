"""A short run of what `python -m tests.fuzz` does by the million."""

import pytest

from tests.fuzz.__main__ import main
from tests.fuzz.bodies import run


@pytest.mark.fault("L2", "L11")
def test_no_body_changed_by_chance_raises_or_is_quoted() -> None:
    outcomes = run(seed=1, count=1_000)
    assert outcomes.total() == 1_000
    assert min(outcomes["read"], outcomes["refused"]) > 20


def test_the_same_seed_makes_the_same_bodies() -> None:
    assert run(seed=2, count=50) == run(seed=2, count=50)


def test_the_command_tells_its_seed_and_its_count(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--bodies", "40", "--seed", "3", "--processes", "1"])
    assert "40 bodies, seed 3: " in capsys.readouterr().out
