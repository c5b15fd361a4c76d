"""The token, asked for once and kept until AEx refuses it, and the headers that carry it."""

import os
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias, cast

import anyio
from attrs import field, frozen

from aex_async.errors import UsageError

TokenSource: TypeAlias = str | Callable[[], str | Awaitable[str]]

MAX_TOKEN = 8_000  # characters
REMEMBERED = 8  # tokens that are kept out of what is shown, the newest of them in use


def check_token(token: object, name: str = "token") -> str:
    """Return `token` if it can stand in a header as it is. No message repeats any of it."""
    if not isinstance(token, str):
        raise UsageError(f"{name} must be text, not {type(token).__name__}")
    if not token:
        raise UsageError(f"{name} is empty: ask your SDM at AEx for one, and pass it or set AEX_TOKEN")
    if token != token.strip():
        raise UsageError(f"{name} begins or ends with white space or a line break: strip it first")
    if token.lower().startswith("bearer "):
        raise UsageError(f"{name} must come without 'Bearer' before it")
    if len(token) > MAX_TOKEN or not all("!" <= char <= "~" for char in token):
        raise UsageError(f"{name} must be at most {MAX_TOKEN:,} visible ASCII characters without spaces")
    return token


def find_token() -> str:
    """Return the token of the environment, for a client that was given none."""
    if token := os.environ.get("AEX_TOKEN"):
        return token
    raise UsageError("there is no token: ask your SDM at AEx for one, and pass it or set AEX_TOKEN")


def check_cookie(cookie: object) -> str:
    """Return `cookie`, the value of `_Ditty_session`, if it is one cookie's value."""
    value = check_token(cookie, "session_cookie")
    if any(char in ',;"\\' for char in value):
        raise UsageError("session_cookie must be the bare value of the _Ditty_session cookie")
    return value


@frozen
class Token:
    """A token in use. `generation` counts how often the source has been asked."""

    text: str = field(repr=False)
    generation: int = 0


class Credentials:
    """Where the token comes from: text, a function, or an async function."""

    def __init__(self, source: TokenSource, cookie: str | None = None) -> None:
        self._ask_source = source if callable(source) else None
        self._token = None if callable(source) else Token(check_token(source))
        self._cookie = None if cookie is None else check_cookie(cookie)
        # Calls may still be under way with one that was replaced, or was forgotten because of them.
        self._known = deque([] if self._token is None else [self._token.text], maxlen=REMEMBERED)
        self._asked = 0
        self._asking = anyio.Lock()

    @property
    def renewable(self) -> bool:
        """Whether there is a function to ask for another token."""
        return self._ask_source is not None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""
        return tuple(self._known) if self._cookie is None else (*self._known, self._cookie)

    def headers(self, token: Token) -> list[tuple[bytes, bytes]]:
        """Return the headers that prove who we are. The cookie could override the token: field notes."""
        bearer = (b"Authorization", b"Bearer " + token.text.encode())
        if self._cookie is None:
            return [bearer]
        return [bearer, (b"Cookie", b"_Ditty_session=" + self._cookie.encode())]

    async def get(self) -> Token:
        """Return the token in use, asking for it if there is none."""
        return self._token or await self._ask(self._asked)

    async def replace(self, refused: Token) -> Token | None:
        """Return another token than the one that AEx refused, or `None` if there is none.

        However many calls ask at once, the source is asked once.
        """
        token = await self._ask(refused.generation)
        return None if token.text == refused.text else token

    def forget(self, refused: Token) -> None:
        """Ask for a token again before the next call, if it comes from a function."""
        # Only the one refused: another call may have replaced it meanwhile.
        if self._ask_source is not None and self._token is refused:
            self._token = None

    async def _ask(self, known: int) -> Token:
        """Return the token in use if it is newer than the `known`-th, else a new one."""
        async with self._asking:
            # Looked at once more inside: whoever waited here finds the token that the call before it was given.
            if self._token is None or (self._ask_source is not None and self._asked <= known):
                self._token = Token(await self._call_source(), self._asked + 1)
                self._asked += 1
                if self._token.text in self._known:  # named once more, it would push another out
                    self._known.remove(self._token.text)
                self._known.append(self._token.text)
            return self._token

    async def _call_source(self) -> str:
        try:
            token = cast("Callable[[], str | Awaitable[str]]", self._ask_source)()
            if not isinstance(token, str):
                token = await token
        except Exception as error:
            raise UsageError(f"the token function raised {type(error).__name__}; nothing was sent") from error
        return check_token(token, "the token function's answer")
