"""How alike two words are."""

import functools


@functools.lru_cache(maxsize=4096)
def measure_likeness(one: str, other: str) -> float:
    """Return 1 for equal texts, 0 for those that share nothing; two neighbours exchanged count as one mistake."""
    longest = max(len(one), len(other))
    return 1 - _count_mistakes(one, other) / longest if longest else 1.0


def _count_mistakes(one: str, other: str) -> int:
    """Return the Damerau-Levenshtein distance, of adjacent exchanges."""
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]
