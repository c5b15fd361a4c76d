"""Every mistake gets a process of its own, forked after the tests were collected, and is noticed when one fails."""

import ast
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest
from attrs import define, field, frozen

from tests.mutation.live import change, forget, remake
from tests.mutation.mistakes import REACHED, Mistake, find_functions, make_mistakes, make_probes

T = TypeVar("T")

NOTICED, MISSED, IMPOSSIBLE = 1, 0, 2
PATIENCE = 5.0  # seconds that a test may take beyond ten times what it took without a mistake

_fork = multiprocessing.get_context("fork")


@frozen
class Rehearsal:
    """What one test did without any mistake: how long it took, and the lines of the module that it reached."""

    index: int
    passed: bool
    seconds: float
    lines: frozenset[int]


@define
class Score:
    """What became of the mistakes in one module."""

    made: int = 0
    missed: list[Mistake] = field(factory=list[Mistake])


@define
class Trials:
    """A plugin of pytest that runs the collected tests for each mistake in a module, and for nothing else."""

    name: str
    at_once: int
    every: int = 1
    score: Score = field(factory=Score)

    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        """Let properties be tried with the same few examples each time, and none of them be made smaller."""
        from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - pytest has to see it first

        few = settings(
            derandomize=True,
            max_examples=20,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        )
        for item in items:
            function = getattr(item, "obj", None)
            if hasattr(function, "hypothesis"):
                vars(function)["_hypothesis_internal_use_settings"] = few  # there is no public way once it is decorated

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mistakes, so many at once."""
        module = import_module(self.name)
        path = Path(str(module.__file__))
        rehearsals = rehearse(session.items, module, path)
        mistakes = list(make_mistakes(path.read_text()))[:: self.every]
        for mistake, status in run_all(self._prepare(session.items, module, mistakes, rehearsals), self.at_once):
            count(self.score, mistake, status)
        return True

    def _prepare(
        self,
        items: Sequence[pytest.Item],
        module: ModuleType,
        mistakes: Sequence[Mistake],
        rehearsals: Sequence[Rehearsal],
    ) -> Iterator[tuple[Mistake, BaseProcess]]:
        for mistake in mistakes:
            tests = [(items[test.index], test.seconds) for test in choose(mistake, rehearsals)]
            yield mistake, _fork.Process(target=_try, args=(module, mistake, tests))


def count(score: Score, mistake: Mistake, status: int | None) -> None:
    """Add to the score what became of a mistake. One that cannot be made does not count."""
    score.made += status != IMPOSSIBLE
    if status == MISSED:
        score.missed.append(mistake)


def choose(mistake: Mistake, rehearsals: Sequence[Rehearsal]) -> list[Rehearsal]:
    """Return the tests that reach a mistake, or all if no line is known to lead to it; the quickest first.

    A test that fails anyway, because the probes make it slow, says nothing.
    """
    reaching = [test for test in rehearsals if test.passed and (test.lines & mistake.lines or not mistake.lines)]
    return sorted(reaching, key=lambda test: test.seconds)


def run_all(prepared: Iterator[tuple[Mistake, BaseProcess]], at_once: int) -> Iterator[tuple[Mistake, int | None]]:
    """Run processes, so many at once, and yield the exit code of each."""
    running: dict[object, tuple[Mistake, BaseProcess]] = {}
    while True:
        for mistake, process in islice(prepared, at_once - len(running)):
            process.start()
            running[process.sentinel] = mistake, process
        if not running:
            return
        for sentinel in wait([process.sentinel for _, process in running.values()]):
            mistake, process = running.pop(sentinel)
            process.join()
            yield mistake, process.exitcode


def rehearse(items: Sequence[pytest.Item], module: ModuleType, path: Path) -> list[Rehearsal]:
    """Run the tests once without a mistake, in a process of their own, with probes in every statement."""
    here, there = _fork.Pipe(duplex=False)
    process = _fork.Process(target=_rehearse, args=(items, module, path, there))
    process.start()
    there.close()
    rehearsals: list[Rehearsal] = here.recv()
    process.join()
    return rehearsals


def _rehearse(items: Sequence[pytest.Item], module: ModuleType, path: Path, answer: Connection) -> None:
    _be_quiet()
    reached: set[int] = set()
    setattr(module, REACHED, reached)
    probed = remake(module, make_probes(path.read_text(), str(path)), **{REACHED: reached})
    for owner, _ in find_functions(ast.parse(path.read_text()).body):
        change(module, probed, owner)
    rehearsals: list[Rehearsal] = []
    for index, item in enumerate(items):
        forget(module)
        reached.clear()
        begun = time.monotonic()
        passed = run_test(item)
        rehearsals.append(Rehearsal(index, passed, time.monotonic() - begun, frozenset(reached)))
    answer.send(rehearsals)


def _try(module: ModuleType, mistake: Mistake, tests: Sequence[tuple[pytest.Item, float]]) -> None:
    _be_quiet()
    sys.exit(run_each(tests, run_test) if put(module, mistake) else IMPOSSIBLE)


def run_each(tests: Sequence[tuple[T, float]], run: Callable[[T], bool]) -> int:
    """Run tests until one fails, each in the time allowed; an alarm ends the process: who hangs has noticed."""
    for test, seconds in tests:
        signal.setitimer(signal.ITIMER_REAL, PATIENCE + 10 * seconds)
        if not run(test):
            return NOTICED
    return MISSED


def put(module: ModuleType, mistake: Mistake) -> bool:
    """Put a mistake into a module in use; `False` if nobody could even import it so."""
    try:
        change(module, remake(module, mistake.compile()), mistake.owner)
    except Exception:  # noqa: BLE001 - whatever a module can raise, and a function that needs other variables
        return False
    forget(module)
    return True


def _be_quiet() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def run_test(item: pytest.Item) -> bool:
    """Run one test and say whether it passed."""
    from _pytest.runner import runtestprotocol  # noqa: PLC0415 - pytest has no public way

    return not any(report.failed for report in runtestprotocol(item, log=False))
