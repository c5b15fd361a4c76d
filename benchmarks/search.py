"""How many addresses a qualification reaches, and for how many requests, under each way in which AEx may search.

python -m benchmarks.search [--premises 281096] [--suburbs 50] [--addresses 20000] [--alone 384] [--how words]
"""

import argparse
import random
import re
import resource
import time
from collections.abc import Sequence
from typing import Final

import anyio
from attrs import frozen

from aex_async.qualify import Address
from aex_async.qualify.cost import count_places, estimate
from tests.qualify.world import Row, World

HOWS: Final = ("substring", "words", "fuzzy")
_BEGINNINGS: Final = ("Klip", "Wild", "Rose", "Sand", "Blou", "Kings", "Olive", "Water", "Wolwe", "Park")
_ENDS: Final = ("rivier", "bank", "ville", "dale", "fontein", "burg", "wood", "hof", "kraal", "view")
_KINDS: Final = ("Street", "Road", "Avenue", "Lane", "Crescent", "Drive")
_SHORT: Final = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Lane": "Ln", "Crescent": "Cres", "Drive": "Dr"}
_TOWNS: Final = (("Randfontein", "1759", "Gauteng"), ("Durban", "4037", "Kwazulu Natal"))


def make_premises(count: int, suburbs: int) -> list[Row]:
    """Return made-up premises: in each suburb streets of its own, as long as streets are, and one of 600 rows."""
    chance = random.Random(f"{count} premises")  # noqa: S311 - made up
    premises = list[Row]()
    each = -(-count // suburbs)
    for suburb in range(suburbs):
        name = f"{_BEGINNINGS[suburb % 10]}{_ENDS[suburb // 10 % 10]}" + (f" Ext {suburb}" if suburb > 99 else "")  # noqa: PLR2004
        town, code, province = _TOWNS[suburb % 2]
        street, number, left = "", 0, 0
        for row in range(min(each, count - len(premises))):
            if not left:
                left = 600 if not row else chance.randint(20, 120)
                number = 0
                street = f"{chance.choice(_ENDS).title()}{chance.choice(_ENDS)} {chance.choice(_KINDS)}"
            left -= 1
            number += chance.choice((1, 2, 2))
            door = f"{number} (Unit {chance.randint(1, 9)})" if chance.random() < 0.1 else str(number)  # noqa: PLR2004
            text = f"{door}, {street}, {name}, {town}, ZA, {code}, {province}"
            at = -26 - suburb / 10 + chance.random() / 100, 28 + chance.random() / 100
            premises.append(Row(guid=f"{suburb:03}-{row:06}", full_text=text, latitude=at[0], longitude=at[1]))
    return premises


def write_as_people_do(text: str, chance: random.Random) -> str:
    """Return an address as somebody might write it."""
    number, street, suburb, town, *_ = text.split(", ")
    name, kind = street.rsplit(" ", 1)
    match chance.randrange(6):
        case 0:
            return f"{number} {name} {_SHORT[kind]}, {suburb}, {town}"
        case 1:
            return f"{number} {street} {suburb}".upper()
        case 2:
            return f"{number} {name[:5]}{name[6:]} {kind}, {suburb}, {town}"  # a letter is missing
        case 3:
            return f"{number} {name} {_SHORT[kind]}, {suburb}"
        case 4:
            return f"{number} {street}, {suburb[:3]}{suburb[4:]}, {town}"
        case _:
            return text


@frozen(kw_only=True)
class Figures:
    """What one run came to."""

    how: str
    addresses: int
    reached: int
    searches: int
    products: int
    seconds: float
    most: int
    about: int

    def __str__(self) -> str:
        requests = self.searches + self.products
        return (
            f"{self.how:10} {self.addresses:6} addresses, reached {self.reached / self.addresses:.4f}; "
            f"{requests / self.addresses:.3f} requests an address ({self.searches} searches, {self.products} products; "
            f"said about {self.about}, at most {self.most}); {self.seconds:.1f} s, peak {peak():.0f} MiB"
        )


def peak() -> float:
    """Return the most memory that this process had so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure(premises: Sequence[Row], wanted: Sequence[Row], how: str) -> Figures:
    """Qualify addresses of premises, and see how many come to the one meant, or have it among their candidates."""
    chance = random.Random(how)  # noqa: S311 - made up
    addresses = [
        Address(row=row, text=write_as_people_do(str(premise.full_text), chance))
        for row, premise in enumerate(wanted, 1)
    ]
    aex, demand = World(premises, how), count_places(addresses)
    cost, qualifier = estimate(demand), aex.open(demand)
    begun, reached = time.perf_counter(), 0
    for address, premise in zip(addresses, wanted, strict=True):
        result = await qualifier.qualify(address)
        found = (result.match,) if result.match else result.candidates
        reached += premise.full_text in {candidate.full_text for candidate in found}
    return Figures(
        how=how,
        addresses=len(addresses),
        reached=reached,
        searches=len(aex.asked),
        products=len(aex.points),
        seconds=time.perf_counter() - begun,
        most=cost.most,
        about=cost.about,
    )


def main() -> None:
    """Measure addresses that are alone in their suburb, and many of few suburbs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--premises", type=int, default=281_096)
    parser.add_argument("--suburbs", type=int, default=50)
    parser.add_argument("--addresses", type=int, default=20_000)
    parser.add_argument("--alone", type=int, default=384)
    parser.add_argument("--how", choices=HOWS, action="append", help="one way alone; else all of them")
    told = parser.parse_args()
    premises = make_premises(told.premises, told.suburbs)
    chance = random.Random(5)  # noqa: S311 - made up
    print(f"{len(premises)} premises of {told.suburbs} suburbs; {peak():.0f} MiB")
    by_suburb: dict[str, list[Row]] = {}
    for premise in premises:
        by_suburb.setdefault(re.split(r"-", premise.guid)[0], []).append(premise)
    few = [premise for rows in by_suburb.values() for premise in chance.sample(rows, told.alone // told.suburbs)]
    many = chance.sample(premises, told.addresses)
    for how in told.how or HOWS:
        for wanted in filter(None, (few, many)):
            print(anyio.run(measure, premises, wanted, how), flush=True)


if __name__ == "__main__":
    main()
