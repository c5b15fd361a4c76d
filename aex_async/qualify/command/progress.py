"""How a run is going, how it ended, what it will cost: for people or for programs."""

import os
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self

import typer
from attrs import define, field
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from aex_async.cli.console import say, show_minutes
from aex_async.cli.json_output import Result
from aex_async.qualify import OUTCOMES, Address
from aex_async.qualify.cost import count_places, estimate

EVERY: Final = 30.0  # seconds between two lines in a log
WINDOW: Final = 120.0
"""Seconds of work that count: how fast it was before, as when places were listed first, says nothing of the rest."""
LITTLE: Final = 1e-6  # seconds, in which nothing can be told of a speed


@define
class Forecast:
    """How fast results come, and how long the rest will take: a time in which AEx was down does not count."""

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


class Meter:
    """Counts results, and shows them; at a terminal it says first what is begun."""

    def __init__(
        self, total: int, done: Counter[str], opening: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._opening, self._clock = total, opening, clock
        self.counts: Counter[str] = Counter(done)
        self._forecast, self._said = Forecast(clock), clock()
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            if self._opening:
                say(self._opening)
            bar = _make_bar()
            if not bar.console.is_dumb_terminal:  # which rich draws on at the end alone: there are lines, as in a log
                self._bar = bar
                bar.start()
                self._task = bar.add_task("", total=self._total, completed=self.counts.total(), rate="", words="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._show_bar(self._bar)
            self._bar.stop()

    def add(self, outcome: str) -> None:
        """Count one more result, and show it if it is time to."""
        self.counts[outcome] += 1
        self._forecast.add()
        now = self._clock()
        if self._bar is not None:
            if now - self._said >= 0.1:  # noqa: PLR2004
                self._said = now
                self._show_bar(self._bar)
        elif now - self._said >= EVERY:
            self._said = now
            typer.echo(self._tell(), err=True)

    def say(self, words: str) -> None:
        """Say that AEx is down, on a line of its own: rich sees to it that a bar is not torn."""
        self._forecast.pause()
        typer.echo(f"{words}.", err=True)

    def _show_bar(self, bar: Progress) -> None:
        completed, words = self.counts.total(), tell_counts(self.counts)
        bar.update(self._task, completed=completed, rate=", ".join(self._describe_pace()), words=words)

    def _tell(self) -> str:
        parts = (f"{self.counts.total()} of {self._total} done", *self._describe_pace())
        return f"{', '.join(parts)}: {tell_counts(self.counts)}"

    def _describe_pace(self) -> tuple[str, ...]:
        """Return how fast it goes and how long it will take, as far as that can be known."""
        left = self._total - self.counts.total()
        seconds = self._forecast.estimate(left)
        if seconds is None:
            return ()
        rate = self._forecast.rate
        speed = f"{rate:.0f} a second" if rate >= 1 else f"{60 * rate:.0f} a minute"
        return (speed, f"{show_minutes(seconds)} left") if left else (speed,)


def tell_counts(counts: Counter[str]) -> str:
    """Return how many there are of each outcome, in words."""
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])


def _make_bar() -> Progress:
    return Progress(
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[words]}"),
        console=Console(stderr=True, color_system=None if os.environ.get("NO_COLOR") else "auto"),
    )


def describe_ending(counts: Counter[str], *, addresses: int, requests: int) -> Result:
    """Return what came of a run that is complete, for programs; `addresses` is how many the file has."""
    by_outcome: dict[str, int] = {name: counts[name] for name in OUTCOMES}
    return {"outcome": "qualified", "addresses": addresses, "done": counts.total(), **by_outcome, "requests": requests}


def tell_ending(ended: Result) -> str:
    """Return the same for people."""
    counts = Counter[str]({name: ended[name] for name in OUTCOMES})
    addresses, done = ended["addresses"], ended["done"]
    shown = count_addresses(done) if done == addresses else f"{done} of {count_addresses(addresses)}"
    left = "" if done == addresses else ", for --limit leaves the rest"
    requests = ended["requests"]
    made = f" {requests} requests were made." if requests != 1 else " 1 request was made."
    return f"{shown}{left}: {tell_counts(counts) or 'none in the file'}.{made if requests else ''}"


def count_addresses(number: int) -> str:
    """Return a number of addresses in words."""
    return "1 address" if number == 1 else f"{number} addresses"


def describe_cost(left: Iterable[Address], *, addresses: int) -> Result:
    """Return how many requests qualifying what is left will take, for programs."""
    demand = count_places(left)
    cost = estimate(demand)
    return {
        "outcome": "dry_run",
        "addresses": addresses,
        "left": demand.total,
        "about": cost.about,
        "most": cost.most,
        "places": len(demand.places),
    }


def tell_cost(cost: Result) -> str:
    """Return the same for people."""
    number = cost["places"]
    listed = "1 place is listed once" if number == 1 else f"{number} places are listed once each"
    places = f" {listed}, for many addresses are there." if number else ""
    return (
        f"{cost['left']} of {count_addresses(cost['addresses'])} left to be asked for: about {cost['about']} requests, "
        f"at most {cost['most']}, without repeats of failed ones.{places} Nothing was sent."
    )
