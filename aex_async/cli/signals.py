"""SIGTERM and SIGHUP, which end a command as Ctrl-C does."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from attrs import define

_NAMES: Final = ("SIGTERM", "SIGHUP")


@define
class Received:
    """The signal that asked the command to end, if one did."""

    number: int = 0


@contextmanager
def ending_as_ctrl_c_does() -> Generator[Received]:
    """Let SIGTERM and SIGHUP do what Ctrl-C does at that moment, and tell which one it was.

    A command has one way to stop early, and so nothing of it is left out by whatever else ends it. One that is
    ignored, as SIGHUP is by `nohup`, stays ignored.
    """
    received = Received()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell has let a background job be deaf to Ctrl-C. That is kept by blocking it; but asyncio sees to its
        # handler only where Python's own stands, and without one there would be no way to stop.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def end(number: int, frame: FrameType | None) -> None:
        received.number = number
        ctrl_c = signal.getsignal(signal.SIGINT)
        if callable(ctrl_c):
            ctrl_c(signal.SIGINT, frame)

    for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
    yield received
