"""What a command says, on its way and at its end."""

import asyncio
import contextlib
import json
import sys
import threading
import time
from collections.abc import Awaitable, Generator
from typing import Final, NoReturn, TypeVar

import typer
from attrs import define

from aex_async.cli.exit_codes import INTERRUPTED, MISUSED
from aex_async.cli.json_output import describe_failure
from aex_async.errors import AExError
from aex_async.models import Attempt

T = TypeVar("T")

SOON: Final = 0.7  # seconds after which whoever waits wants to know what for
AGAIN: Final = 15.0  # seconds between two signs of life
LONG: Final = 120.0  # seconds from which on minutes read better
VERY_LONG: Final = 120.0  # minutes from which on hours do


def escape(text: str) -> str:
    """Return `text` on one line, with every character escaped that a terminal would take for more than text."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def make_sentence(text: str) -> str:
    """Return what an error says as a sentence, to which advice can be added."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


@define
class Output:
    """How often something was shown on standard output: whoever sees it needs no sign of life."""

    shown: int = 0

    def show(self, text: str, *, color: bool | None = None) -> None:
        """Show lines on standard output."""
        self.shown += 1
        typer.echo(text, color=color)


OUTPUT: Final = Output()


def print_json(value: object) -> None:
    """Print one line for programs."""
    OUTPUT.show(json.dumps(value, default=str))


def print_line(line: str) -> None:
    """Print one line for people, in which nothing is left that a terminal would obey."""
    OUTPUT.show(escape(line))


def say(sentence: str) -> None:
    """Say something beside the output, on standard error."""
    typer.echo(escape(sentence), err=True)


async def accompany(work: Awaitable[T], sentence: str, *, after: float = 0.0, every: float = AGAIN) -> T:
    """Return what `work` does. At a terminal, say what that is, unless it is over soon, and at times that it goes on.

    `after` and `every` are seconds: until it is said, and between two signs of life. With an infinite `every`, there
    are none.
    """
    if not sys.stderr.isatty():
        return await work
    if not after:
        say(sentence)
    # No task group: it would wrap what the work raises, and Ctrl-C reaches the work alone.
    signs = asyncio.create_task(show_signs(sentence, after, every))
    try:
        return await work
    finally:
        signs.cancel()


@contextlib.contextmanager
def announcing(sentence: str, *, after: float = SOON) -> Generator[None]:
    """At a terminal, say what work without an event loop is about, unless it is over soon."""
    timer = threading.Timer(after, say, [sentence])
    timer.daemon = True
    if sys.stderr.isatty():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


async def show_signs(sentence: str, after: float, every: float = AGAIN) -> None:
    """Say a sentence a little later, if it is not said yet, and now and then that the command is still at work.

    Nothing is said where something was shown meanwhile.
    """
    began, shown = time.monotonic(), OUTPUT.shown
    if after:
        await asyncio.sleep(after)
        if OUTPUT.shown == shown:
            say(sentence)
    while True:
        shown = OUTPUT.shown
        await asyncio.sleep(every)
        if OUTPUT.shown == shown:
            say(f"Still at it, {time.monotonic() - began:.0f} s so far.")


def show_minutes(seconds: float) -> str:
    """Return seconds as people say them."""
    minutes = seconds / 60
    if seconds < LONG:
        return f"{seconds:.0f} s"
    return f"{minutes:.0f} min" if minutes < VERY_LONG else f"{minutes / 60:.0f} h"


def wants_json() -> bool:
    """Whether the command line asks for JSON, also where it goes wrong before its options are read."""
    arguments = sys.argv[1:]
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


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
        said = str(error)
        # A journal's error says so itself, for it can come of an order that was sent.
        message = said[:1].upper() + said[1:] if "nothing was sent" in said else f"Nothing was sent: {said}"
        leave(message, code, advice=advice, cause=error)


@contextlib.contextmanager
def leaving_when_interrupted() -> Generator[None]:
    """Leave with one sentence on Ctrl-C, while nothing has been sent yet."""
    try:
        yield
    except KeyboardInterrupt:
        leave("Interrupted; nothing was sent", INTERRUPTED)
