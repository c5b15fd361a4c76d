"""What a step looks like: one screen for people, one for programs."""

import json
import os
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn, Protocol, TypeGuard

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from aex_async.cli._scenes import Result, Step

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
        typer.echo(json.dumps(told, default=str))

    def close(self, words: str) -> None:
        """Say nothing: a program knows what to do next."""


def leave(sentence: str, code: int) -> NoReturn:
    """Exit with one sentence on standard error."""
    typer.echo(_show_text(sentence), err=True)
    raise typer.Exit(code)


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
