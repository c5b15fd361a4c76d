"""Coroutines that are cancelled at a step of one's choice."""

from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any


class Steps:
    """A coroutine that is cancelled where it waits for the n-th time."""

    def __init__(self, work: Awaitable[object], at: int, cancel: Callable[[], object]) -> None:
        self._work = work
        self._at = at
        self._cancel = cancel
        self.taken = 0

    def __await__(self) -> Generator[Any, Any, object]:
        steps = self._work.__await__()
        step: Callable[[], Any] = partial(next, steps)
        while True:
            try:
                wanted = step()
            except StopIteration as end:
                return end.value
            self.taken += 1
            if self.taken == self._at:
                self._cancel()
            try:
                told = yield wanted
            except BaseException as error:  # noqa: BLE001 - it goes to whom it is meant for
                step = partial(steps.throw, error)
            else:
                step = partial(steps.send, told)
