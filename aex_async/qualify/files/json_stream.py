"""A text of JSON, cut into its objects without holding more than one of them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NoReturn

from aex_async.errors import UsageError

_OUTSIDE: Final = re.compile(r'["{}\[\]\n]')
_INSIDE: Final = re.compile(r'["\\\n]')


def cut(parts: Iterable[str], name: str) -> Iterator[tuple[int, str]]:
    """Yield the text of each object, and the line it begins in.

    They may stand in a list, or one after another over any number of lines. `UsageError` for any other value.
    """
    cutter = _Cutter(name)
    for part in parts:
        yield from cutter.add(part)
    cutter.finish()


class _Cutter:
    """Looks at nothing but quotes and brackets: what is between them is not cut, and is read later."""

    def __init__(self, name: str) -> None:
        self._name, self._line, self._began = name, 1, 1
        self._depth, self._listed, self._quoted, self._escaped = 0, False, False, False
        self._text, self._at, self._start = "", 0, 0
        self._before = list[str]()

    def add(self, text: str) -> Iterator[tuple[int, str]]:
        """Take a part of the text; yield the objects that end in it."""
        self._text, self._at, self._start = text, int(self._escaped), 0
        self._escaped = False
        while found := (_INSIDE if self._quoted else _OUTSIDE).search(text, self._at):
            self._at = found.end()
            if (value := self._take(found[0])) is not None:
                yield self._began, value
        if self._depth:
            self._before.append(text[self._start :])
        else:
            self._at = len(text) + 1
            self._check_between()

    def finish(self) -> None:
        """Raise `UsageError` if the text ends within a value."""
        if self._depth or self._listed:
            raise UsageError(f"{self._name} breaks off: what begins in line {self._began} is not whole")

    def _take(self, mark: str) -> str | None:
        if mark == "\n":
            self._line += 1
        elif mark == '"':
            self._quoted = not self._quoted
        elif mark == "\\":
            self._escaped = self._at == len(self._text)  # what it escapes comes with the next part
            self._at += 1
        elif mark in "{[":
            self._open(mark)
        else:
            return self._close(mark)
        return None

    def _open(self, mark: str) -> None:
        if not self._depth:
            self._check_between()
            if mark == "[" and not self._listed:
                self._listed, self._start = True, self._at
                return
            self._began, self._start = self._line, self._at - 1
        self._depth += 1

    def _close(self, mark: str) -> str | None:
        if not self._depth:
            self._check_between()
            if mark != "]" or not self._listed:
                self._refuse()
            self._listed, self._start = False, self._at
            return None
        self._depth -= 1
        if self._depth:
            return None
        value = "".join((*self._before, self._text[self._start : self._at]))
        self._before, self._start = [], self._at
        return value

    def _check_between(self) -> None:
        if self._text[self._start : self._at - 1].strip(" \t\r\n,"):
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise UsageError(f"{self._name}, line {self._line}: not JSON, or not a list of objects")
