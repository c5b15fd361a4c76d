"""The jar of the caller's client, which what AEx sets leaves as it was."""

from collections import deque
from collections.abc import Sequence
from http.cookiejar import Cookie
from typing import TypeAlias

import httpx

Key: TypeAlias = tuple[str, str, str]
Kept: TypeAlias = dict[Key, Cookie]

REMEMBERED = 1000  # cookies of AEx's, for as many tries at a time


def list_cookies(cookies: httpx.Cookies) -> Kept:
    """Return the cookies of a jar by domain, path and name."""
    return {(cookie.domain, cookie.path, cookie.name): cookie for cookie in cookies.jar}


class CallersJar:
    """The jar of a client, into which httpx puts whatever an answer sets."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._of_aex: deque[tuple[Key, str | None]] = deque(maxlen=REMEMBERED)

    def list(self) -> Kept:
        """Return what is in it before a request is sent."""
        return list_cookies(self._client.cookies)

    def put_back(self, request: httpx.Request, kept: Kept, heard: Sequence[tuple[bytes, bytes]]) -> None:
        """Undo what the headers of an answer did to it. What its owner did meanwhile stays."""
        if not any(name.lower() == b"set-cookie" for name, _ in heard):
            return
        answered = httpx.Response(200, headers=list(heard), request=request)
        ours = list_cookies(answered.cookies)
        # By name: a cookie that the answer let expire is in no jar any more.
        names = {text.partition("=")[0].strip() for text in answered.headers.get_list("set-cookie")}
        self._of_aex.extend((key, cookie.value) for key, cookie in ours.items())
        now = self.list()
        for key in {key for key in (*kept, *now) if key[2] in names}:
            before, there = kept.get(key), now.get(key)
            if there is not None:
                if there is before or key not in ours or there.value != ours[key].value:
                    continue
                self._client.cookies.jar.clear(*key)
            # One of AEx's may have been in it before: of another try, whose event hook was still at work.
            if before is not None and (key, before.value) not in self._of_aex:
                self._client.cookies.jar.set_cookie(before)
