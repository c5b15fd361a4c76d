"""Which rows a listing finds, with which of them on a page."""

import functools
import random
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl

from attrs import frozen

from aex_async.sandbox._addresses import Place
from aex_async.sandbox._exchange import ProblemError, Row
from aex_async.sandbox._oddities import Oddities

DEFAULT_COUNT = 10
_KEPT = 4096  # words of queries
_KEPT_ANSWERS = 16  # a listing is asked for page by page, and some are at a time
_LONGEST_NUMBER = 18  # digits: what fits the server's integers

T = TypeVar("T")


@frozen
class Window:
    """The page asked for, with how many rows."""

    page: int
    count: int

    def shown(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows on this page; none past the end."""
        first = (self.page - 1) * self.count
        return rows[first : first + self.count]

    def clamped(self, total: int) -> "Window":
        """Return this page, or the last one if this is past the end."""
        last = max(1, -(-total // self.count))
        return Window(min(self.page, last), self.count)


def parameters(query: str) -> dict[str, str]:
    """Return the parameters of a query string; of repeated ones the last."""
    return dict(parse_qsl(query, keep_blank_values=True)) if query else {}


def window(wanted: dict[str, str], oddities: Oddities) -> Window:
    """Return the page asked for; a `ProblemError` with status 400 if it isn't a positive number."""
    page, count = _positive(wanted, "page", 1), _positive(wanted, "count", DEFAULT_COUNT)
    return Window(
        1 if oddities.ignore_page else page,
        DEFAULT_COUNT if oddities.ignore_count else min(count, oddities.max_count),
    )


def envelope(
    rows: Sequence[T],
    wanted: dict[str, str],
    oddities: Oddities,
    chance: random.Random,
    print_row: Callable[[T], Row],
) -> Row:
    """Return one page of a listing with `page` (echoed), `count` (rows on it), `total` (rows in all)."""
    asked = window(wanted, oddities)
    listed = chance.sample(rows, len(rows)) if oddities.unordered else rows
    listed = listed[::-1] if oddities.two_orders and chance.random() < 0.5 else listed  # noqa: PLR2004 - a coin
    actual = asked.clamped(len(rows)) if oddities.clamp_pages else asked
    items = [print_row(row) for row in actual.shown(listed)]
    echo = {"asked": int(wanted.get("page", "1")), "given": actual.page, "first": 1}[oddities.page_echo]
    return {"items": items, "page": echo, "count": len(items), "total": max(0, len(rows) + oddities.total_off)}


def search_text(wanted: dict[str, str], oddities: Oddities) -> str:
    """Return what to search for; nothing, which finds everything, if the server ignores it."""
    return "" if oddities.ignore_search else wanted.get("q", "")


def like(pattern: str) -> Callable[[str], bool]:
    """Return a test for casefolded text that contains a pattern of SQL's LIKE.

    In it `%` is any text on the same line, `_` any one character.
    """
    wanted = pattern.casefold()
    if not re.search("[%_]", wanted):
        return lambda folded: wanted in folded
    first, *others = re.escape(wanted).replace("_", ".").split("%")
    # The nearest place for each part is as good as any: without the atomic groups, some patterns would take for ever.
    expression = re.compile(first + "".join(f"(?>.*?{other})" for other in others))
    return lambda folded: expression.search(folded) is not None


def fuzzy(query: str) -> Callable[[str], bool]:
    """Return a test for casefolded text that contains every word of a query somewhere, in any order."""
    tests = [like(word) for word in re.split(r"[,\s]+", query) if word]
    return lambda folded: all(test(folded) for test in tests)


def whole_words(query: str) -> Callable[[str], bool]:
    """Return a test for casefolded text that contains every word of a query as a word of its own, in any order."""
    wanted = set(split_words(query.casefold()))
    return lambda folded: wanted <= set(split_words(folded))


def split_words(text: str) -> list[str]:
    """Return the words of a text: what stands between blanks, commas and brackets."""
    return [word for word in re.split(r"[,\s()]+", text) if word]


SEARCHES: dict[str, Callable[[str], Callable[[str], bool]]] = {
    "fuzzy": fuzzy,
    "substring": like,
    "words": whole_words,
}
"""How `q` may be read, by the oddity `search`."""


class Index:
    """Finds addresses by the words in them, in the order they came in, so that a search need not read every one."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._texts = [place.full_text.casefold() for place in places]
        self._by_word: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts):
            for word in {word for word in re.split(r"[,\s]+", text) if word}:
                self._by_word.setdefault(word, []).append(number)
        self._find_words = functools.lru_cache(maxsize=_KEPT)(self._search_words)
        self._find = functools.lru_cache(maxsize=_KEPT_ANSWERS)(self._search)

    def search(self, query: str, how: str = "fuzzy") -> Sequence[Place]:
        """Return the places that the test `SEARCHES[how](query)` admits."""
        return self._find(query, how)

    def _search(self, query: str, how: str) -> tuple[Place, ...]:
        matches = SEARCHES[how](query)
        return tuple(self._places[number] for number in self._narrow(query) if matches(self._texts[number]))

    def _narrow(self, query: str) -> Iterable[int]:
        """Return a few that may match: those with the rarest word of the query. A word stands within one of ours.

        What stands for any text may reach from one word into the next, but what is left and right of it may not.
        """
        found = [self._find_words(word) for word in re.split(r"[,\s%_]+", query.casefold()) if word]
        if not found:
            return range(len(self._places))
        rarest = min(found, key=lambda words: sum(len(self._by_word[word]) for word in words))
        return sorted({number for word in rarest for number in self._by_word[word]})

    def _search_words(self, word: str) -> tuple[str, ...]:
        return tuple(known for known in self._by_word if word in known)


def _positive(wanted: dict[str, str], name: str, default: int) -> int:
    text = wanted.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER or int(text) == 0:
        raise ProblemError(400, {name: ["is invalid"]})
    return int(text)
