"""The base of all errors, with the one that arguments and models raise; the whole tree is in `errors`.

They are here so that imports point down: models raise the one, and `OrderUncertainError` carries a model.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, Final, Self, cast

import anyio

ENDS: Final = (KeyboardInterrupt, SystemExit)
"""What ends a program, and is more than any other fault."""


def is_cancellation(error: BaseException) -> bool:
    """Whether a task or a generator is ended by this, which passes through it.

    Whatever else is raised, a task hands to those who wait for it: in a task group it would reach them in a group, and
    not everything is an `Exception`. trio raises a Ctrl-C in whichever task is running, and `pytest.fail` is none.
    Out of a nursery, as httpcore opens one to make a connection on trio, cancellation comes in a group.
    """
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_cancellation, cast("BaseExceptionGroup[BaseException]", error).exceptions))
    if isinstance(error, GeneratorExit):  # also of what is left when the event loop is gone, which the next line asks
        return True
    return isinstance(error, anyio.get_cancelled_exc_class())


def find_end(error: BaseException) -> BaseException | None:
    """Return what ends a program, if an error is that or is a group that holds it, however deep."""
    if not isinstance(error, BaseExceptionGroup):
        return error if isinstance(error, ENDS) else None
    ends = map(find_end, cast("BaseExceptionGroup[BaseException]", error).exceptions)
    return next((end for end in ends if end is not None), None)


@contextmanager
def ungrouped() -> Generator[None, None, None]:
    """Raise a Ctrl-C as itself where trio raises it in the task that waits for a group, and thus in one.

    Whatever the tasks of the group raise must be handed over as a value: it is lost beside the Ctrl-C.
    """
    try:
        yield
    except BaseExceptionGroup as group:
        if end := find_end(cast("BaseException", group)):
            raise end from None
        raise


def raise_end(found: Iterable[object]) -> None:
    """Raise what ends a program, if a task handed that over: it is more than a failure, and than to be cancelled."""
    for error in found:
        if isinstance(error, ENDS):
            raise error


def make_stray() -> RuntimeError:
    """Return the error of tasks that were cancelled by nobody who waits for them: asyncio ends their group in silence.

    Such is what a task raises that awaits a cancelled one.
    """
    return RuntimeError("a call was cancelled by something of its own, such as a task that it waits for")


def restore(cls: type["AExError"], args: tuple[Any, ...], facts: dict[str, Any]) -> "AExError":
    """Rebuild an unpickled error without its constructor, whose arguments are keywords."""
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


class AExError(Exception):
    """The base of every error that this library raises.

    `page` is the page of a listing at which it happened, for `start_page`; `None` outside a listing.
    """

    __module__ = "aex_async.errors"  # where users import it from

    page: int | None = None

    @property
    def advice(self) -> str:
        """What to do next, in one sentence."""
        given: str | None = self.__dict__.get("_advice")
        return given or self._choose_advice()

    def _choose_advice(self) -> str:
        return "Correct what the message says, then try again."

    def advise(self, advice: str) -> Self:
        """Return this error with other advice, where more is known of its situation than its class knows."""
        self._advice = advice
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (type(self), self.args, self.__dict__.copy())

    def at_page(self, number: int) -> Self:
        """Return this error, which now says on which page of a listing it happened."""
        self.page = number
        return self


class UsageError(AExError, ValueError):
    """The client cannot be built or called so. Nothing was sent."""

    __module__ = "aex_async.errors"  # where users import it from

    def _choose_advice(self) -> str:
        return "Correct the call as the message says, and make it again: nothing was sent."
