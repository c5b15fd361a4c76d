"""How many slips of the pen lie between two words."""

from typing import Final

SHORT, MIDDLE, LONG = 4, 7, 12
TOO_MANY: Final = 9


def allow_slips(length: int) -> int:
    """Return how many slips a text of so many letters may hold and still be itself."""
    return (length > SHORT) + (length > MIDDLE) + (length > LONG)


def count_slips(one: str, other: str) -> int:
    """Return how many letters are wrong, lacking, too many or exchanged with their neighbour; or `TOO_MANY`.

    The first letters must be the same, or one of the two must lack or add one there: who misspells a word rarely
    misses its beginning, and words that differ there are mostly two.
    """
    if one == other:
        return 0
    if len(one) == len(other) == SHORT and sorted(one) == sorted(other) and one[0] == other[0]:
        return 1  # Mian for Main: of four letters two may be exchanged, but none be another
    limit = allow_slips(max(len(one), len(other)))
    if abs(len(one) - len(other)) > limit or not one or not other:
        return TOO_MANY
    if one[0] != other[0] and one[:2] != other[1::-1] and one[1:4] != other[:3] and one[:3] != other[1:4]:
        return TOO_MANY
    slips = _measure(one, other)
    return slips if slips <= limit else TOO_MANY


def _measure(one: str, other: str) -> int:
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
