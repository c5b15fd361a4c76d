"""What makes a row the same row again."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from aex_async._json import fingerprint
from aex_async.models.base import name_model

if TYPE_CHECKING:
    from aex_async.models import PredefinedPremise

SEGMENT_BITS = 12
SMALL = 16_384  # hashes: a `set` of them takes a megabyte


def hash_rows(rows: Sequence[object]) -> tuple[int, ...]:
    """Return a 64-bit hash of each row's identity.

    A record of AEx is known by its id, if that is not empty. Any other row is known by all of its content: the rows of
    a change feed share an id, and dropping one of them would lose it.
    """
    # Of each kind, not of the first alone: plain JSON may have a null among its objects.
    hashes = {kind: choose_hash(kind) for kind in {type(row) for row in rows}}
    return tuple([hashes[type(row)](row) for row in rows])


def choose_hash(kind: type[Any]) -> Callable[[Any], int]:
    by_content = hash_object if kind is dict else hash_fields if attrs.has(kind) else fingerprint
    return BY_ID.get(name_model(kind), by_content)


def fold_ascii(text: str) -> str:
    # ASCII alone: the Kelvin sign is no k.
    return text.lower() if text.isascii() else text


def hash_id(row: Any) -> int:
    return hash(fold_ascii(row.id)) if row.id else hash_fields(row)


def hash_guid(row: "PredefinedPremise") -> int:
    if row.guid:
        return hash(fold_ascii(row.guid))
    # In a tuple, for the hash of a small number is that number, and numbers in a row would crowd one segment.
    return hash_fields(row) if row.id is None else hash((row.id,))


BY_ID: Mapping[str, Callable[[Any], int]] = {
    **dict.fromkeys(("Customer", "Premise", "Service", "WorkOrder"), hash_id),
    "PredefinedPremise": hash_guid,
}
"""By the name of the model."""


def hash_object(row: dict[str, Any]) -> int:
    key = row.get("id")
    return fingerprint({**row, "id": fold_ascii(key)} if type(key) is str else row)


def hash_fields(row: Any) -> int:
    # A field that no constructor fills may have no value at all.
    return hash_object({field.name: getattr(row, field.name, None) for field in attrs.fields(row.__class__)})


class HashSet:
    """The hashes met so far. Many take 9 bytes each, where a `set` would take 70: a walk may be a million rows long.

    Those lie sorted in some thousand segments, so that inserting one moves few others.
    """

    def __init__(self) -> None:
        self._recent: set[int] = set()
        self._segments: defaultdict[int, array[int]] = defaultdict(partial(array, "q"))

    def add(self, numbers: Iterable[int]) -> list[bool]:
        """Add hashes, and return of each whether it was new."""
        recent, segments = self._recent, self._segments
        news: list[bool] = []
        for number in numbers:
            is_new = number not in recent and not (segments and self._is_stored(number))
            if is_new:
                recent.add(number)
            news.append(is_new)
        if len(recent) > SMALL:
            self._store()
        return news

    def _is_stored(self, number: int) -> bool:
        segment = self._segments.get(number >> (64 - SEGMENT_BITS), ())
        at = bisect_left(segment, number)
        return at < len(segment) and segment[at] == number

    def _store(self) -> None:
        for number in self._recent:
            segment = self._segments[number >> (64 - SEGMENT_BITS)]
            segment.insert(bisect_left(segment, number), number)
        self._recent.clear()
