"""The mistakes that the suite is tried with, and how they are told apart."""

import ast
import math
import re
import subprocess
import sys
from functools import cache, cached_property
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from tests.mutation.mistakes import find_code, make_mistakes
from tests.mutation.trials import IMPOSSIBLE, MISSED, NOTICED, Trials, find_ended, find_function


def list_mistakes(source: str) -> list[str]:
    return [mistake.what for mistake in make_mistakes(source, "<source>")]


@pytest.mark.parametrize(
    ("body", "mistakes"),
    [
        ("return a < b", ["returns nothing", "`Lt` as `LtE`"]),
        ("return a and b", ["returns nothing", "`And` as `Or`"]),
        ("return a ** b", ["returns nothing"]),
        ("a += 1", ["`Add` as `Sub`", "without `a += 1`", "1 as 2"]),
        ("return not a", ["returns nothing", "without `not`"]),
        ("if a:\n        b()", ["the other way round", "without `b()`"]),
        ("return True", ["returns nothing", "True as False"]),
        ("return 'next'", ["returns nothing", "'next' as another"]),
        ("raise ValueError('words for people')", ["without `raise ValueError('words for people')`"]),
        ("return None", []),
        ("return", []),
        ("'''Says what it does.'''", []),
    ],
)
def test_a_function_can_be_given_these_mistakes(body: str, mistakes: list[str]) -> None:
    assert list_mistakes(f"def f(a, b):\n    {body}\n") == mistakes


def test_a_mistake_is_in_one_place_and_everything_else_stays() -> None:
    [_, mistake] = make_mistakes("class C:\n    def f(self):\n        return [1, x]\n    y = 1 + 1\n", "<source>")
    assert (mistake.function, mistake.line, mistake.what) == ("C.f", 3, "1 as 2")
    names: dict[str, Any] = {"x": 5}
    exec(mistake.code, names)  # noqa: S102 - code of two lines above
    assert (names["C"]().f(), names["C"].y) == ([2, 5], 2)


def test_the_code_of_a_function_is_found_by_its_name() -> None:
    code = compile(ast.parse("class C:\n    def f(self): ...\n"), "<source>", "exec")
    found = find_code(code, "C.f")
    assert found is not None
    assert found.co_name == "f"
    assert find_code(code, "D.f") is None


class Decorated:
    @property
    def read(self) -> int:
        raise NotImplementedError

    @cached_property
    def read_once(self) -> int:
        raise NotImplementedError

    @staticmethod
    def stand() -> None:
        raise NotImplementedError

    @classmethod
    def make(cls) -> None:
        raise NotImplementedError


@cache
def remember() -> None:
    raise NotImplementedError


@pytest.mark.parametrize(
    "value", [*[vars(Decorated)[name] for name in ("read", "read_once", "stand", "make")], remember]
)
def test_the_function_beneath_a_decorator_is_found(value: Any) -> None:
    function = find_function(value)
    assert type(function) is FunctionType
    with pytest.raises(NotImplementedError):
        function(*[None] * function.__code__.co_argcount)


def test_a_run_counts_what_was_noticed() -> None:
    command = [sys.executable, "-m", "tests.mutation", "_policy", "--every", "25", "--seconds", "20"]
    run = subprocess.run(  # noqa: S603 - our own module
        command, check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent
    )
    assert re.search(r"^_policy: ([1-9]) of [1-9] mistakes noticed", run.stdout, re.MULTILINE)


def test_what_was_missed_is_told_and_what_could_not_be_made_does_not_count() -> None:
    told: list[str] = []
    trials = Trials("module", 1.0, 1, told.append)
    mistake = next(make_mistakes("def f():\n    return 1\n", "<source>"))
    for status in (NOTICED, MISSED, IMPOSSIBLE):
        trials.end(mistake, status)
    assert [verdict.noticed for verdict in trials.verdicts] == [True, False]
    assert told == ["module:2 f: returns nothing"]


def test_a_mistake_that_makes_tests_hang_counts_as_noticed() -> None:
    mistake = next(make_mistakes("def f():\n    return 1\n", "<source>"))
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as process:  # noqa: S603 - likewise
        assert list(find_ended({process.pid: (mistake, math.inf)})) == []
        assert list(find_ended({process.pid: (mistake, 0.0)})) == [(process.pid, NOTICED)]
        process.returncode = -9
