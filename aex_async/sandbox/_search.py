"""The addresses by the words in them, so that a search need not read every one."""

import functools
import re
from collections.abc import Iterable, Sequence

from ._addresses import Place
from ._listings import SEARCHES

_KEPT = 4096  # words of queries
_KEPT_ANSWERS = 16  # a listing is asked for page by page, and some are at a time


class Index:
    """Finds the places that a query finds, in the order they came in."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._texts = [place.full_text.casefold() for place in places]
        self._by_word: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts):
            for word in set(split(text)):
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


def split(text: str) -> list[str]:
    """Return the words of an address."""
    return [word for word in re.split(r"[,\s]+", text) if word]
