"""What is wrong with one input is told from what is wrong with all."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

import anyio

from aex_async._bulk.outage import Outage
from aex_async.errors import AExError, AuthenticationError, ClientClosedError, NotFoundError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

CheckToken = Callable[[], Awaitable[None]]

FATAL = (AuthenticationError, ClientClosedError)  # what is true of one call is true of every other


class CheckedCall(Generic[K, V]):
    """Makes the calls of one bulk, and tells what is wrong with one input from what is wrong with all.

    AEx being down is waited for. The first `NotFoundError`, if nothing was found before it, has `check_token` called:
    with a bad token a read by id can be a 404 (field notes, "Errors").
    """

    def __init__(self, call: Callable[[K], Awaitable[V]], check_token: CheckToken | None = None) -> None:
        self._call = call
        self._check_token = check_token
        self._checking = anyio.Lock()
        self._refusal: AExError | None = None
        self._outage = Outage()

    async def ask(self, item: K) -> V:
        """Return what the call makes of an input."""
        try:
            value = await self._outage.outlast(self._call, item)
        except NotFoundError:
            if self._check_token is not None or self._refusal is not None:
                await self._find_refusal()
            raise
        self._check_token = None  # the token is good
        return value

    async def _find_refusal(self) -> None:
        async with self._checking:
            if self._refusal is not None:  # another one has just found it, and nobody's 404 is to be believed
                raise self._refusal
            check, self._check_token = self._check_token, None
            if check is None:
                return
            try:
                await check()
            except FATAL as error:
                self._refusal = error
                raise
            except AExError:  # nothing was learnt about the token, and the 404 stands
                pass
