"""Numbers as a report shows them, and what charts show of many of them."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from attrs import frozen

MAX_BARS: Final = 12
_WHOLE: Final = 40  # digits


@frozen
class ChartBar:
    """One bar: the values from `low` up to, if it is more than one value, under `high`; how many."""

    low: Decimal
    high: Decimal | None
    count: int


def show_count(count: int) -> str:
    """Return a count, its thousands apart."""
    return f"{count:,}"


def count_addresses(count: int) -> str:
    """Return a count and what is counted."""
    return f"{show_count(count)} address{'' if count == 1 else 'es'}"


def show_share(part: int, whole: int) -> str:
    """Return a share in percent. Neither none nor all is said of what is only nearly so."""
    if not whole:
        return "\u2013"
    share = 100 * part / whole
    if 0 < share < 0.1:  # noqa: PLR2004 - what one place behind the point can show
        return "under 0.1 %"
    if 99.9 < share < 100:  # noqa: PLR2004 - likewise
        return "over 99.9 %"
    return f"{share:.1f} %".replace(".0 %", " %")


def show_money(amount: Decimal) -> str:
    """Return an amount exactly, with two places or as many as it has."""
    if not amount.is_finite() or abs(amount.adjusted()) > _WHOLE:
        return str(amount)
    whole, _, places = f"{amount:,f}".partition(".")
    return f"{whole}.{places.ljust(2, '0')}"


def gather(counts: Mapping[Decimal, int]) -> list[ChartBar]:
    """Return a bar for each value, from the lowest to the highest; of many, for ranges of equal width."""
    if len(counts) <= MAX_BARS:
        return [ChartBar(value, None, counts[value]) for value in sorted(counts)]
    width = find_width(min(counts), max(counts))
    gathered = Counter[int]()
    for value, count in counts.items():
        gathered[math.floor(value / width)] += count
    numbers = range(min(gathered), max(gathered) + 1)
    return [ChartBar(number * width, (number + 1) * width, gathered[number]) for number in numbers]


def find_width(low: Decimal, high: Decimal) -> Decimal:
    """Return the least round width of which ten reach from `low` to `high`."""
    least = (high - low) / 10
    power = Decimal(1).scaleb(least.adjusted())
    return next(width for factor in (1, 2, 5, 10) if (width := factor * power) >= least)


def find_step(span: float, count: int) -> float:
    """Return the least round step of which `count` or fewer fit into a span."""
    least = span / count
    power = 10.0 ** math.floor(math.log10(least))
    return next(step for factor in (1, 2, 5, 10) if (step := factor * power) >= least * (1 - 1e-9))


def find_ticks(low: float, high: float, step: float) -> Iterable[float]:
    """Return the multiples of a step between two values."""
    return (number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1))


def show_degrees(degrees: float, step: float, positive: str, negative: str) -> str:
    """Return a latitude or longitude as maps print it, with the places that a step needs."""
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    side = "" if abs(degrees) < step / 2 else f" {positive if degrees > 0 else negative}"
    return f"{abs(degrees):.{places}f}\u00b0{side}"
