"""How fast results come, and how long the rest will take, whatever interrupted them on the way."""

from collections import deque
from collections.abc import Callable
from typing import Final

from attrs import define, field

WINDOW: Final = 120.0
"""Seconds of work that count: how fast it was before, as when places were listed first, says nothing of the rest."""
LITTLE: Final = 1e-6  # seconds, in which nothing can be told of a speed


@define
class Pace:
    """Results in the time in which they came: one in which AEx was down does not count."""

    clock: Callable[[], float]
    _last: float = field(init=False)
    _worked: float = field(default=0.0, init=False)
    _count: int = field(default=0, init=False)
    _paused: bool = field(default=False, init=False)
    _samples: deque[tuple[float, int]] = field(factory=lambda: deque([(0.0, 0)]), init=False)

    def __attrs_post_init__(self) -> None:
        self._last = self.clock()

    def pause(self) -> None:
        """Note that AEx is down: what has passed since the last result, and passes until the next one, is no work."""
        self._paused = True

    def add(self) -> None:
        """Note one more result."""
        now = self.clock()
        gap, self._last = now - self._last, now
        self._worked += self._worked / max(self._count, 1) if self._paused else gap
        self._paused = False
        self._count += 1
        if self._worked - self._samples[-1][0] >= 1:  # one a second is enough to know the speed by
            self._samples.append((self._worked, self._count))
            while self._worked - self._samples[0][0] > WINDOW and len(self._samples) > 2:  # noqa: PLR2004
                self._samples.popleft()

    @property
    def rate(self) -> float:
        """Results a second."""
        since, before = self._samples[0]
        return (self._count - before) / max(self._worked - since, LITTLE)

    def estimate(self, left: int) -> float | None:
        """Return the seconds that the rest will take, or `None` while there is nothing to tell it by."""
        return left / self.rate if self._count and self._worked else None
