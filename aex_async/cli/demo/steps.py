"""What a demo is made of: scenes, which are played into steps. Nothing here prints."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import anyio
from attrs import frozen

from aex_async.cli.format import Result

V = TypeVar("V")


@frozen
class Scene(Generic[V]):
    """One thing to do: a sentence about it, the same in Python and in HTTP, and how it is done."""

    title: str
    about: str
    code: str
    routes: tuple[str, ...]
    act: Callable[[V], Awaitable[Result]]


@frozen(kw_only=True)
class Step:
    """One scene as it went."""

    number: int
    title: str
    about: str
    code: str
    routes: tuple[str, ...]
    ms: float
    result: Result


async def play(scenes: Sequence[Scene[V]], visit: V, *, pause: float = 0.0) -> AsyncGenerator[Step, None]:
    """Act one scene after another, `pause` seconds between them; `visit` is what they know."""
    for number, scene in enumerate(scenes, 1):
        if number > 1:
            await anyio.sleep(pause)
        yield await _perform(number, scene, visit)


async def _perform(number: int, scene: Scene[V], visit: V) -> Step:
    began = time.perf_counter()
    result = await scene.act(visit)
    return Step(
        number=number,
        title=scene.title,
        about=scene.about,
        code=scene.code,
        routes=scene.routes,
        ms=(time.perf_counter() - began) * 1000,
        result=result,
    )
