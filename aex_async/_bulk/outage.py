"""What is wrong with every input and not with one: AEx is down, or it refuses the token."""

from collections.abc import Awaitable, Callable, Hashable
from math import inf
from typing import Generic, TypeVar

import anyio

from aex_async.errors import (
    AExError,
    AuthenticationError,
    ClientClosedError,
    ConnectionFailedError,
    NotFoundError,
    ResponseError,
    UnexpectedAnswerError,
)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

CheckToken = Callable[[], Awaitable[None]]

PATIENCE = 60.0  # seconds that an AEx which is down is waited for, once it has answered
FIRST_PATIENCE = 5.0  # the same before it has
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between two looks whether it is back
MAX_OUTAGES = 5  # through which one input is asked for
MAX_ALONE = 3  # looks that fail while others are answered: the input is to blame
BELIEVED = 20  # reads in a row that find nothing

FATAL = (AuthenticationError, ClientClosedError)  # what is true of one call is true of every other


class Outage:
    """Waits while AEx is down: one of those that failed looks whether it is back, and the others wait with it."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._looking = anyio.Lock()
        self._answered = self._back = -inf
        self._given_up = False

    async def outlast(self, call: Callable[[K], Awaitable[V]], item: K) -> V:
        """Return what `call` makes of `item`, asked again after an outage; raise what is not one, or lasts too long."""
        outages = 0
        while True:
            begun = anyio.current_time()
            try:
                return await self._ask(call, item)
            except ConnectionFailedError as error:
                outages += 1
                if outages > MAX_OUTAGES or (error.sent and error.method != "GET"):
                    raise
                async with self._looking:
                    if self._back >= begun:  # another one has waited it out meanwhile
                        continue
                    if self._given_up:
                        raise
                    return await self._wait(call, item)

    async def _ask(self, call: Callable[[K], Awaitable[V]], item: K) -> V:
        try:
            value = await call(item)
        except (ResponseError, UnexpectedAnswerError):
            self._note_answer()
            raise
        self._note_answer()
        return value

    def _note_answer(self) -> None:
        self._answered, self._given_up = anyio.current_time(), False

    async def _wait(self, call: Callable[[K], Awaitable[V]], item: K) -> V:
        """Ask for `item` until there is an answer, of whatever kind."""
        # Where AEx has never answered, it is more likely a wrong base URL than an outage.
        patience = self._patience if self._answered > -inf else min(FIRST_PATIENCE, self._patience)
        until, pause, alone = anyio.current_time() + patience, FIRST_PAUSE, 0
        while True:
            await anyio.sleep(pause)
            begun, pause = anyio.current_time(), min(2 * pause, LONGEST_PAUSE)
            try:
                value = await self._ask(call, item)
            except ConnectionFailedError:
                alone += self._answered > begun  # others are answered
                self._given_up = anyio.current_time() + pause > until
                if alone >= MAX_ALONE or self._given_up:
                    raise
            except AExError:
                self._back = anyio.current_time()
                raise
            else:
                self._back = anyio.current_time()
                return value


class CheckedCall(Generic[K, V]):
    """Makes the calls of one bulk, and tells what is wrong with one input from what is wrong with all.

    AEx being down is waited for. A first `NotFoundError`, and one that comes after many others in a row, has
    `check_token` called: with a bad token a read by id can be a 404 (field notes, "Errors"), and a good one expires.
    """

    def __init__(self, call: Callable[[K], Awaitable[V]], check_token: CheckToken | None = None) -> None:
        self._call = call
        self._check_token = check_token
        self._checking = anyio.Lock()
        self._refusal: AExError | None = None
        self._missed = 0  # inputs that were not found
        self._proven = 0  # of these, while the token was good
        self._believed = 1  # of the others, before it is checked
        self._outage = Outage()

    async def ask(self, item: K) -> V:
        """Return what the call makes of an input."""
        missed = self._missed
        try:
            value = await self._outage.outlast(self._call, item)
        except NotFoundError:
            self._missed += 1
            await self.check(last=False)
            raise
        self._prove(missed)
        return value

    def _prove(self, missed: int) -> None:
        """Believe what was not found before something was asked that was answered; later the token may have expired."""
        self._proven, self._believed = max(self._proven, missed), BELIEVED

    async def check(self, *, last: bool = True) -> None:
        """Raise the refusal of the token, if that is why something was not found; few are believed until the `last`."""
        async with self._checking:
            if self._refusal is not None:  # another one has just found it, and nobody's 404 is to be believed
                raise self._refusal
            missed = self._missed
            if self._check_token is None or missed - self._proven < (1 if last else self._believed):
                return
            try:
                await self._check_token()
            except FATAL as error:
                self._refusal = error
                raise
            except AExError:  # nothing was learnt about the token, and the 404 stands
                pass
            self._prove(missed)
