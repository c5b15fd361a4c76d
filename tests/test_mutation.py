"""The mistakes that the suite is tried with, and how they are told apart."""

import re
import signal
import subprocess
import sys
from collections import Counter
from functools import cache, cached_property
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutation.__main__ import SUITES, keeps_promise, tell_score
from tests.mutation.explained import EXCUSES, list_unexplained
from tests.mutation.live import find_function, remake
from tests.mutation.mistakes import REACHED, Mistake, make_mistakes, make_probes
from tests.mutation.trials import IMPOSSIBLE, MISSED, NOTICED, Rehearsal, Score, choose, count, put, run_each

SOURCE = """
from functools import cache
LIMIT = 5
@cache
def measure(text):
    if len(text) > LIMIT:
        return LIMIT
    return len(text)
"""


def list_mistakes(source: str) -> list[str]:
    return [mistake.what for mistake in make_mistakes(source)]


def pick(source: str, name: str) -> Mistake:
    return next(mistake for mistake in make_mistakes(source) if mistake.name == name)


def load(source: str) -> ModuleType:
    return remake(ModuleType("measures"), compile(source, "<source>", "exec"))


@pytest.mark.parametrize(
    ("body", "mistakes"),
    [
        ("return a < b", ["returns nothing", "`Lt` as `LtE`"]),
        ("return a < b < 0", ["returns nothing", "`Lt` as `LtE`", "`Lt` as `LtE`", "0 as 1"]),
        ("return a and b", ["returns nothing", "`And` as `Or`"]),
        ("return a ** b", ["returns nothing"]),
        ("return min(a, b)", ["returns nothing", "`min` as `max`"]),
        ("a += 1", ["`Add` as `Sub`", "is missing", "1 as 2"]),
        ("return not a", ["returns nothing", "without `not`"]),
        ("if a:\n        b()", ["the other way round", "is missing"]),
        ("return True", ["returns nothing", "True as False"]),
        ("return 'next'", ["returns nothing", "'next' as another"]),
        ("return b'next'", ["returns nothing", "b'next' as another"]),
        ("try:\n        return\n    except OSError:\n        return", ["lets the error pass"]),
        ("raise ValueError('words for people')", ["is missing"]),
        ("return None", []),
        ("return", []),
        ("'''Says what it does.'''", []),
    ],
)
def test_a_function_can_be_given_these_mistakes(body: str, mistakes: list[str]) -> None:
    assert list_mistakes(f"def f(a, b):\n    {body}\n") == mistakes


def test_a_mistake_is_in_one_place_and_everything_else_stays() -> None:
    [_, mistake] = make_mistakes("class C:\n    def f(self):\n        return [1, x]\n    y = 1 + 1\n")
    assert (mistake.owner, mistake.line, mistake.name) == ("C.f", 3, "C.f: 1 as 2, in `return [1, x]`")
    names: dict[str, Any] = {"x": 5}
    exec(mistake.compile(), names)  # noqa: S102 - code of two lines above
    assert (names["C"]().f(), names["C"].y) == ([2, 5], 2)


def test_a_mistake_in_a_constant_is_reached_by_the_statements_that_use_it() -> None:
    mistake = pick(SOURCE, "LIMIT: 5 as 6, in `LIMIT = 5`")
    assert (mistake.line, mistake.lines) == (3, frozenset({6, 7}))


def test_a_probed_module_tells_the_lines_that_were_reached() -> None:
    module = remake(ModuleType("measures"), make_probes(SOURCE, "<source>"), **{REACHED: set[int]()})
    assert module.measure("short") == 5
    assert vars(module)[REACHED] == {6, 8}


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("LIMIT: 5 as 6, in `LIMIT = 5`", 6),
        ("measure: `Gt` as `GtE`, in `if len(text) > LIMIT:`", 5),
        ("measure: the other way round, in `if len(text) > LIMIT:`", 8),
    ],
)
def test_a_mistake_is_put_into_a_module_in_use(name: str, answer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(SOURCE)
    monkeypatch.setitem(sys.modules, "measures", module)
    monkeypatch.setitem(sys.modules, "measures.others", ModuleType("measures.others"))
    measure = module.measure
    assert measure("too long") == 5
    assert put(module, pick(SOURCE, name))
    assert measure("too long") == answer


def test_a_mistake_that_keeps_a_module_from_being_imported_cannot_be_put_into_it() -> None:
    source = "FIRST = [5][0]"
    assert put(load(source), pick(source, "FIRST: 5 as 6, in `FIRST = [5][0]`"))
    assert not put(load(source), pick(source, "FIRST: 0 as 1, in `FIRST = [5][0]`"))


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


def test_a_mistake_is_tried_with_the_tests_that_reach_it_the_quickest_first() -> None:
    slow = Rehearsal(0, passed=True, seconds=2.0, lines=frozenset({6, 7}))
    quick = Rehearsal(1, passed=True, seconds=1.0, lines=frozenset({6, 8}))
    other = Rehearsal(2, passed=True, seconds=0.5, lines=frozenset())
    failing = Rehearsal(3, passed=False, seconds=0.1, lines=frozenset({6, 7}))
    inside = pick(SOURCE, "measure: `Gt` as `GtE`, in `if len(text) > LIMIT:`")
    assert choose(inside, [slow, quick, other, failing]) == [quick, slow]
    [unused, *_] = make_mistakes("SIZE = 5")
    assert choose(unused, [slow, quick, other, failing]) == [other, quick, slow]


def test_a_mistake_is_noticed_by_the_first_test_that_fails_and_by_one_that_hangs() -> None:
    ran: list[bool] = []
    allowed: list[float] = []

    def run(passes: bool) -> bool:  # noqa: FBT001 - a test that passes or not
        ran.append(passes)
        allowed.append(signal.getitimer(signal.ITIMER_REAL)[0])
        return passes

    try:
        assert run_each([(True, 100.0), (False, 0.0), (True, 0.0)], run) == NOTICED
        assert run_each([(True, 0.0)], run) == MISSED
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    assert ran == [True, False, True]
    assert 900 < allowed[0] <= 1005
    assert 0 < allowed[1] <= 5


def test_a_run_counts_what_was_noticed() -> None:
    command = [sys.executable, "-m", "tests.mutation", "_http.retry_policy", "--every", "60"]
    run = subprocess.run(  # noqa: S603 - our own module
        command, check=False, capture_output=True, text=True, cwd=Path(__file__).parent.parent
    )
    assert re.search(
        r"^_http.retry_policy: ([1-9]) of \1 mistakes noticed \(100.0%\), 0 explained$", run.stdout, re.MULTILINE
    )
    assert run.returncode == 0


def make_spread(statements: int) -> list[Mistake]:
    """Return alike mistakes in the constructor of a class, of which one is explained."""
    source = "class CoolDown:\n    def __init__(self):\n" + statements * "        self.spread = 0.0\n"
    return [mistake for mistake in make_mistakes(source) if mistake.what == "0.0 as 1.0"]


OTHER_MISTAKE = pick(SOURCE, "LIMIT: 5 as 6, in `LIMIT = 5`")


def test_what_was_missed_is_told_and_what_could_not_be_made_does_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    score = Score()
    for status in (*[NOTICED] * 7, -signal.SIGALRM, MISSED, IMPOSSIBLE):
        count(score, OTHER_MISTAKE, status)
    for mistake in make_spread(1):
        count(score, mistake, MISSED)
    tell_score("_http.retry_policy", score)
    assert capsys.readouterr().out.splitlines() == [
        "_http.retry_policy:3 LIMIT: 5 as 6, in `LIMIT = 5`",
        "_http.retry_policy: 8 of 10 mistakes noticed (80.0%), 1 explained",
    ]


def test_the_promise_is_kept_where_few_are_missed_and_all_of_them_explained() -> None:
    assert keeps_promise(Score(10, make_spread(1)))
    assert not keeps_promise(Score(9, make_spread(1)))
    assert not keeps_promise(Score(20, [*make_spread(1), OTHER_MISTAKE]))


def test_an_excuse_is_for_so_many_mistakes_and_no_more() -> None:
    assert list(list_unexplained(make_spread(1))) == []
    assert [mistake.line for mistake in list_unexplained(make_spread(2))] == [3, 4]


@pytest.mark.parametrize(
    ("owner", "function"),
    [
        ("def read(self):\n        return 1", "read"),
        ("def __init__(self):\n        self.size = 1", "Box"),
        ("def __len__(self):\n        return 1", "__len__"),
    ],
)
def test_an_excuse_outlives_a_new_name_of_the_class_unless_its_constructor_is_meant(owner: str, function: str) -> None:
    assert {mistake.function for mistake in make_mistakes(f"class Box:\n    {owner}")} == {function}


def test_every_excuse_is_for_mistakes_that_can_be_made() -> None:
    """A function that got another name has one in tests/mutation/explained.py, too."""
    package = Path(__file__).parent.parent / "aex_async"
    mistakes = [mistake for module in package.rglob("*.py") for mistake in make_mistakes(module.read_text())]
    possible = Counter((mistake.function, mistake.what) for mistake in mistakes)
    assert [excuse for excuse in EXCUSES if possible[excuse.function, excuse.change] < excuse.times] == []


def test_every_change_is_excused_once() -> None:
    assert len({(excuse.function, excuse.change) for excuse in EXCUSES}) == len(EXCUSES)


@pytest.mark.parametrize("name", SUITES)
def test_every_suite_is_of_a_module_and_of_tests_that_there_are(name: str) -> None:
    tests = Path(__file__).parent
    module = (tests.parent / "aex_async").joinpath(*name.split(".")).with_suffix(".py")
    assert [path for path in (module, *(tests / test for test in SUITES[name])) if not path.is_file()] == []
