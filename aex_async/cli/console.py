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

from aex_async.cli.demo.scenes import Result, Step
from aex_async.cli.exits import INTERRUPTED
from aex_async.errors import AExError

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
        typer.echo(words, err=True)

    def show(self, step: Step) -> None:
        """Show one step as one line."""
        told = {
            "step": step.number,
            "title": step.title,
            "about": step.about,
            "code": step.code,
            "route": ", ".join(step.routes) or None,
            "ms": round(step.ms, 1),
            "result": step.result,
        }
        print_json(told)

    def close(self, words: str) -> None:
        """Say nothing: a program knows what to do next."""


def print_json(value: object) -> None:
    """Print one line for programs."""
    typer.echo(json.dumps(value, default=str))


def leave(sentence: str, code: int) -> NoReturn:
    """Exit with one sentence on standard error."""
    typer.echo(_show_text(sentence), err=True)
    raise typer.Exit(code)


@contextlib.contextmanager
def leaving(kind: type[AExError], code: int) -> Generator[None]:
    """Leave with `code` on an error of a kind, before which nothing was sent."""
    try:
        yield
    except kind as error:
        said = str(error).removesuffix("; nothing was sent")
        leave(f"Nothing was sent: {said}.", code)


@contextlib.contextmanager
def leaving_when_interrupted() -> Generator[None]:
    """Leave with one sentence on Ctrl-C, while nothing has been sent yet."""
    try:
        yield
    except KeyboardInterrupt:
        leave("Interrupted; nothing was sent.", INTERRUPTED)


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
            grid.add_row(Text(_label(name), "dim"), show_value(value))
    return [grid, *(_draw_table(name, value) for name, value in result.items() if _is_rows(value))]


def _is_rows(value: object) -> TypeGuard[list[Result]]:
    return isinstance(value, list)


def _draw_table(name: str, rows: list[Result]) -> RenderableType:
    if not rows:
        return Text(f"no {_label(name)}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for column, value in rows[0].items():
        table.add_column(_label(column), justify="right" if isinstance(value, int | Decimal) else "left")
    for row in rows:
        table.add_row(*(show_value(value) for value in row.values()))
    return table


def _label(name: str) -> str:
    return name.replace("_", " ")


def show_value(value: object) -> Text:
    """Return a value as people read it. AEx's texts are shown, never obeyed: no markup, no control characters."""
    if value is None:
        return Text("-")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, Decimal):
        return Text(f"{value:.2f}" if value == round(value, 2) else str(value))
    return Text(_show_text(str(value)))


def _show_text(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode()
