"""Every mistake gets a process of its own, forked after the tests were collected, and is noticed when one fails."""

import inspect
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from attrs import define, field, frozen

from tests.mutation.mistakes import Mistake, find_code, make_mistakes

NOTICED, MISSED, IMPOSSIBLE = 1, 0, 2


@frozen
class Verdict:
    """What became of one mistake."""

    mistake: Mistake
    noticed: bool


@define
class Trials:
    """A plugin of pytest that runs the collected tests for each mistake in the module `name`, and for nothing else."""

    name: str
    seconds: float
    at_once: int
    report: Callable[[str], None]
    every: int = 1
    verdicts: list[Verdict] = field(factory=list[Verdict])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mistakes, so many at once."""
        module = import_module(self.name)
        path = Path(str(module.__file__))
        running: dict[int, tuple[Mistake, float]] = {}
        waiting = list(make_mistakes(path.read_text(), str(path)))[:: self.every]
        waiting.reverse()
        while waiting or running:
            while waiting and len(running) < self.at_once:
                mistake = waiting.pop()
                running[self._begin(session, module, mistake)] = (mistake, time.monotonic() + self.seconds)
            time.sleep(0.01)
            for process, status in find_ended(running):
                self.end(running.pop(process)[0], status)
        return True

    def _begin(self, session: pytest.Session, module: ModuleType, mistake: Mistake) -> int:
        process = os.fork()
        if process == 0:  # pragma: no cover - this process leaves no report behind
            os.setpgid(0, 0)
            os._exit(_try(session, module, mistake))
        return process

    def end(self, mistake: Mistake, status: int) -> None:
        if status == IMPOSSIBLE:
            return
        self.verdicts.append(Verdict(mistake, status != MISSED))
        if status == MISSED:
            self.report(f"{self.name}:{mistake.line} {mistake.function}: {mistake.what}")


def find_ended(running: dict[int, tuple[Mistake, float]]) -> Iterator[tuple[int, int]]:
    """Yield the processes that have ended, and end those that take too long: a hanging test has noticed something."""
    for process, (_, end) in list(running.items()):
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            yield process, os.waitstatus_to_exitcode(status)
        elif time.monotonic() > end:
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
            yield process, NOTICED


def _try(session: pytest.Session, module: ModuleType, mistake: Mistake) -> int:  # pragma: no cover - as above
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        _make(module, mistake)
    except ValueError:  # a function that needs other variables than before
        return IMPOSSIBLE
    try:
        for item, after in zip(session.items, [*session.items[1:], None], strict=True):
            reports = pytest_run(item, after)
            if any(report.failed for report in reports):
                return NOTICED
    except BaseException:  # noqa: BLE001 - whatever it was, it was noticed
        return NOTICED
    return MISSED


def pytest_run(item: pytest.Item, after: pytest.Item | None) -> list[pytest.TestReport]:  # pragma: no cover - as above
    """Run one test and return its reports."""
    from _pytest.runner import runtestprotocol  # noqa: PLC0415 - pytest has no public way

    return runtestprotocol(item, nextitem=after, log=False)


def _make(module: ModuleType, mistake: Mistake) -> None:  # pragma: no cover - as above
    """Put the mistake into the live module, and forget what was made without it."""
    target: Any = module
    *classes, name = mistake.function.split(".")
    for part in classes:
        target = getattr(target, part)
    function = find_function(vars(target)[name])
    code = find_code(mistake.code, mistake.function)
    if code is not None:
        function.__code__ = code
    for value in vars(module).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()


def find_function(value: Any) -> FunctionType:
    """Return the function beneath decorators of the standard library."""
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, cached_property):
        value = value.func
    found: FunctionType = inspect.unwrap(value)
    return found
