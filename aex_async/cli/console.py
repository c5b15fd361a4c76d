"""What a step looks like: one screen for people, one for programs."""

import contextlib
import json
import os
import sys
from collections.abc import Generator, Sequence
from decimal import Decimal
from typing import NoReturn, Protocol, TypeGuard

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from aex_async.cli.demo.steps import Step
from aex_async.cli.exit_codes import INTERRUPTED, MISUSED
from aex_async.cli.failures import describe_failure, wants_json
from aex_async.cli.format import Result
from aex_async.cli.terminal_text import escape, label, make_sentence, show_value
from aex_async.errors import AExError
from aex_async.models import Attempt

_PIPE_WIDTH = 120
_INDENT = (0, 0, 0, 3)
_BELOW = (1, 0, 0, 3)


class Screen(Protocol):
    """Where steps are shown."""

    def open(self, words: str) -> None:
        """Say what is about to happen."""

    def show(self, step: Step) -> None:
        """Show one step."""

    def close(self, words: str) -> None:
        """Say what to do next."""


class ForPeople:
    """Headings, sentences, tables; in colour on a terminal that wants it."""

    def __init__(self) -> None:
        self._console = Console(
            color_system=None if os.environ.get("NO_COLOR") else "auto",
            width=None if sys.stdout.isatty() else _PIPE_WIDTH,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def open(self, words: str) -> None:
        """Say what is about to happen."""
        self._print(Text(words))

    def show(self, step: Step) -> None:
        """Show one step: what it is for, how it is asked for, what came back."""
        self._print(
            Text(),
            Text.assemble((f"{step.number}. {step.title}", "bold cyan"), (f"  {step.ms:.1f} ms", "dim")),
            Padding(Text(step.about), _INDENT),
            Padding(_draw_calls(step), _INDENT),
            *(Padding(part, _BELOW) for part in _draw_result(step.result)),
        )

    def close(self, words: str) -> None:
        """Say what to do next."""
        self._print(Text(), Text(words))

    def show_values(self, values: Result) -> None:
        """Show single values, one below the other."""
        self._print(*_draw_result(values))

    def show_rows(self, name: str, rows: list[Result]) -> None:
        """Show rows as a table; one below the other where the table would break ids that are to be copied."""
        table = _draw_table(name, rows)
        if not sys.stdout.isatty():
            self._console.width = max(self._console.width, self._measure(table))
        if self._measure(table) <= self._console.width:
            self._print(table)
            return
        for row in rows:
            self._print(*_draw_result(row), Text())

    def _measure(self, drawn: RenderableType) -> int:
        return self._console.measure(drawn, options=self._console.options.update(max_width=1_000)).maximum

    def _print(self, *parts: RenderableType) -> None:
        """Print without the white space that rich leaves at the end of lines."""
        with self._console.capture() as drawn:
            self._console.print(*parts, sep="\n")
        typer.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()), color=True)


class ForPrograms:
    """One JSON object per step on standard output; words go to standard error."""

    def open(self, words: str) -> None:
        """Say what is about to happen, beside the output."""
        say(words)

    def show(self, step: Step) -> None:
        """Show one step as one line."""
        shown = {
            "step": step.number,
            "title": step.title,
            "about": step.about,
            "code": step.code,
            "route": ", ".join(step.routes) or None,
            "ms": round(step.ms, 1),
            "result": step.result,
        }
        print_json(shown)

    def close(self, words: str) -> None:
        """Say nothing: a program knows what to do next."""


def print_json(value: object) -> None:
    """Print one line for programs."""
    typer.echo(json.dumps(value, default=str))


def print_line(line: str) -> None:
    """Print one line for people, in which nothing is left that a terminal would obey."""
    typer.echo(escape(line))


def say(sentence: str) -> None:
    """Say something beside the output, on standard error."""
    typer.echo(escape(sentence), err=True)


def leave(
    message: str,
    code: int,
    *,
    kind: str | None = None,
    advice: str = "",
    cause: AExError | None = None,
    attempt: Attempt | None = None,
) -> NoReturn:
    """Exit with one sentence on standard error, `advice` behind it, and with an object for programs that want one.

    `cause` and `attempt` are the error and the order that it is about, and `kind` is what it is, if no error says so.
    """
    if wants_json():
        print_json(describe_failure(message, code, kind=kind, advice=advice, cause=cause, attempt=attempt))
    say(f"{make_sentence(message)} {advice}".rstrip())
    raise typer.Exit(code)


@contextlib.contextmanager
def leaving(kind: type[AExError], code: int) -> Generator[None]:
    """Leave with `code` on an error of a kind, before which nothing was sent."""
    try:
        yield
    except kind as error:
        # What is wrong with a command line is told by the message alone: correct it is all that can be advised.
        advice = "" if code == MISUSED else error.advice
        leave(f"Nothing was sent: {error}", code, advice=advice, cause=error)


@contextlib.contextmanager
def leaving_when_interrupted() -> Generator[None]:
    """Leave with one sentence on Ctrl-C, while nothing has been sent yet."""
    try:
        yield
    except KeyboardInterrupt:
        leave("Interrupted; nothing was sent", INTERRUPTED)


def _draw_calls(step: Step) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_row(Text("in Python", "dim"), Text(step.code, "green"))
    grid.add_row(Text("over HTTP", "dim"), Text("\n".join(step.routes) or "nothing to ask", "yellow"))
    return grid


def _draw_result(result: Result) -> Sequence[RenderableType]:
    """Return the single values, then every list as a table."""
    grid = Table.grid(padding=(0, 2))
    for name, value in result.items():
        if not _is_rows(value):
            grid.add_row(Text(label(name), "dim"), show_value(value))
    return [grid, *(_draw_table(name, value) for name, value in result.items() if _is_rows(value))]


def _is_rows(value: object) -> TypeGuard[list[Result]]:
    return isinstance(value, list)


def _draw_table(name: str, rows: list[Result]) -> RenderableType:
    if not rows:
        return Text(f"no {label(name)}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for column, value in rows[0].items():
        table.add_column(label(column), justify="right" if isinstance(value, int | Decimal) else "left")
    for row in rows:
        table.add_row(*(show_value(value) for value in row.values()))
    return table
