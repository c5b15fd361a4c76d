"""A second try beside a first that is silent: whichever is answered first counts.

A kept connection can have died without a word, and a server can be slow. From outside the two look alike, so after half
of its time a read is asked once more, on a new connection, and the first is listened to as before.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import anyio
from attrs import define

from aex_async._http.responses import Answer

T = TypeVar("T")


class AnsweredElsewhereError(Exception):
    """The second try was answered while the first was still silent: this ends the first."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("another try was answered first")
        self.answer = answer


@define
class Hedge:
    """When to ask once more, and how. It is used once, by the stream that hears nothing."""

    at: float
    ask: Callable[[], Awaitable[Answer | None]]
    used: bool = False

    @property
    def left(self) -> float | None:
        """How many seconds of silence are left before it is time; `None` if it was used."""
        return None if self.used else max(0.0, self.at - anyio.current_time())

    async def listen(self, receive: Callable[[], Awaitable[T]]) -> T:
        """Return what `receive` brings, asking once more if it brings nothing in time."""
        if self.left is None:
            return await receive()
        with anyio.move_on_after(self.left):
            return await receive()
        return await self.race(receive)

    async def race(self, receive: Callable[[], Awaitable[T]]) -> T:
        """Return what `receive` brings, or raise `AnsweredElsewhereError` if the second try is answered before."""
        self.used = True
        answer: Answer | None = None
        heard: list[T] = []
        fault: Exception | None = None

        async def ask() -> None:
            nonlocal answer, fault
            try:
                answer = await self.ask()
            except Exception as error:  # noqa: BLE001 - a task group would raise it in a group
                fault = error
            if answer is not None or fault is not None:
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            try:
                heard.append(await receive())
            except Exception as error:  # noqa: BLE001 - it is raised below, unless the second try helps
                fault = error
            else:
                if heard[0]:  # nothing is the end of a connection, which leaves it to the second try
                    group.cancel_scope.cancel()
        if answer is not None and not any(heard):
            raise AnsweredElsewhereError(answer)
        if heard:
            return heard[0]
        raise cast("Exception", fault)
