"""What a demo is made of: scenes, which are played into steps, which are shown."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, Final, Generic, TypeVar

import anyio
from attrs import frozen
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from aex_async.cli.console import SOON, accompany, print_json, say
from aex_async.cli.json_output import Result
from aex_async.cli.tables import draw_result, make_grid, print_parts

V = TypeVar("V")

INDENT: Final = (0, 0, 0, 3)
BELOW: Final = (1, 0, 0, 3)


@frozen
class Scene(Generic[V]):
    """One thing to do: a sentence about it, the same in Python and in HTTP, and how it is done."""

    title: str
    about: str
    code: str
    routes: tuple[str, ...]
    act: Callable[[V], Awaitable[Result]]


@frozen
class Step:
    """One scene as it went, and how long that took."""

    number: int
    scene: Scene[Any]
    ms: float
    result: Result


async def play(
    scenes: Sequence[Scene[V]], visit: V, *, pause: float = 0.0, sentence: str = ""
) -> AsyncGenerator[Step, None]:
    """Act one scene after another, `pause` seconds between them; `visit` is what they know.

    `sentence` says at a terminal what a scene waits for, if it takes a while.
    """
    for number, scene in enumerate(scenes, 1):
        if number > 1:
            await anyio.sleep(pause)
        began = time.perf_counter()
        act = scene.act(visit)
        result = await (accompany(act, sentence, after=SOON) if sentence else act)
        yield Step(number, scene, (time.perf_counter() - began) * 1000, result)


class ForPeople:
    """Headings, sentences and tables on standard output."""

    def open(self, words: str) -> None:
        """Say what is about to happen."""
        print_parts(Text(words))

    def show(self, step: Step) -> None:
        """Show one step: what it is for, how it is asked for, what came back."""
        print_parts(
            Text(),
            Text.assemble((f"{step.number}. {step.scene.title}", "bold cyan"), (f"  {step.ms:.1f} ms", "dim")),
            Padding(Text(step.scene.about), INDENT),
            Padding(draw_calls(step.scene), INDENT),
            *(Padding(part, BELOW) for part in draw_result(step.result)),
        )

    def close(self, words: str) -> None:
        """Say what to do next."""
        print_parts(Text(), Text(words))


class ForPrograms:
    """One JSON object per step on standard output; words go to standard error."""

    def open(self, words: str) -> None:
        """Say what is about to happen, beside the output."""
        say(words)

    def show(self, step: Step) -> None:
        """Show one step as one line."""
        shown = {
            "step": step.number,
            "title": step.scene.title,
            "about": step.scene.about,
            "code": step.scene.code,
            "route": ", ".join(step.scene.routes) or None,
            "ms": round(step.ms, 1),
            "result": step.result,
        }
        print_json(shown)

    def close(self, words: str) -> None:
        """Say nothing: a program knows what to do next."""


def draw_calls(scene: Scene[Any]) -> RenderableType:
    """Return how a scene is asked for, in Python and over HTTP."""
    grid = make_grid()
    grid.add_row(Text("in Python", "dim"), Text(scene.code, "green"))
    grid.add_row(Text("over HTTP", "dim"), Text("\n".join(scene.routes) or "nothing to ask", "yellow"))
    return grid
