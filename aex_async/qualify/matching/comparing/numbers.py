"""Street numbers and units held against each other: vetoes, but for a few readings."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from aex_async.qualify.matching.comparing.keys import Key
from aex_async.qualify.matching.parsing.parts import GENERIC, Parts, Unit
from aex_async.qualify.matching.part_scores import Comparison

_NEAR_CODES: Final = 20  # neighbouring post offices have neighbouring codes
_RANGE: Final = re.compile(r"(\d+)-(\d+)")
_DASHED: Final = re.compile(r"(\d+[a-z]?)-(\d+[a-z]?|[a-z])|(\d+)([a-z])")
_DASHED_BELOW: Final = 200
_WIDEST: Final = 40
_ALIKE: Final = frozenset({"flat", "apartment", "suite", "studio", "lot", "space", "trailer"})
_OFFICES: Final = frozenset({"office", "suite", "room"})


def compare_number(asked: Parts, known: Parts, found: Comparison) -> None:
    """Compare street numbers: the same, within AEx's range, or split into a number and a unit."""
    if asked.number is None or known.number is None:
        found.levels["number"] = "missing" if known.number else "none"
        return
    if asked.number == known.number:
        doubted = asked.spelt and not known.spelt and asked.street.before is None  # One East Main leaves no doubt
        found.levels["number"] = "spelt" if doubted else "same"
    elif is_within(asked.number, known.number, dashed=known.country == "US"):
        found.levels["number"] = "range"
    elif _is_queens(asked.number, known):
        found.levels["number"] = "joined"
    elif _split_number(asked, known):
        found.levels["number"] = "read"
    else:
        found.refuse("number")
    if asked.stand_kind in {"portion", "yard", "site"} and asked.stand not in {asked.number, known.stand}:
        found.soft = found.soft or "number"  # a part of what has the number


def is_within(number: str, span: str, *, dashed: bool = False) -> bool:
    """Whether a number lies in a range, on its side of the street. `dashed`: 12-34 may be one number, as in Queens."""
    ends = _RANGE.fullmatch(span)
    if ends is None or not number.isdigit():
        return False
    first, last, asked = int(ends[1]), int(ends[2]), int(number)
    if dashed and (first < _DASHED_BELOW or last - first > _WIDEST):
        return False
    return first <= asked <= last and (asked - first) % 2 == (last - first) % 2 == 0


def _is_queens(number: str, known: Parts) -> bool:
    """Whether 3718 is 37-18, as the Postal Service has it both ways."""
    span = known.number or ""
    return known.country == "US" and _RANGE.fullmatch(span) is not None and number == span.replace("-", "")


def _split_number(asked: Parts, known: Parts) -> Unit | None:
    """Return AEx's unit where the address writes it onto the number: `736-101`, `1553-C`."""
    dashed = _DASHED.fullmatch(asked.number or "")
    if dashed is None or asked.units or len(known.units) != 1:
        return None
    number, unit = (dashed[1], dashed[2]) if dashed[1] else (dashed[3], dashed[4])
    return known.units[0] if number == known.number and unit == known.units[0].number else None


def compare_units(asked: Parts, known: Parts, found: Comparison) -> None:
    """Compare units: another is another address; one that only one of the two names leaves it open."""
    told = list(asked.units)
    if (unit := read_trailing_unit(asked, known)) is not None:
        told = [unit]
    if asked.unit_is_place and asked.extension == known.extension and (asked.extension or ("",))[0] == GENERIC:
        told = [unit for unit in told if unit.kind != GENERIC]
    if found.levels.get("number") == "read":
        found.levels["unit"] = "read"
        return
    if not told and not known.units:
        found.levels["unit"] = "none"
        return
    _compare_lists(told, list(known.units), found)


def read_trailing_unit(asked: Parts, known: Parts) -> Unit | None:
    """Return the `Unit 3` behind a place as a unit, where AEx has units, and no such part of a township."""
    name, value = asked.extension or ("", "")
    if name != GENERIC or asked.units or not known.units or known.extension is not None:
        return None
    return Unit(GENERIC, value)


def _compare_lists(told: list[Unit], known: list[Unit], found: Comparison) -> None:
    levels = list[str]()
    rest = list(known)
    for unit in told:
        level, match = _find_unit(unit, rest)
        if match is not None:
            rest.remove(match)
            levels.append(level)
    told = _drop_floors(told, levels, known)
    rest = _drop_floors(rest, levels, known)
    if told and known and not levels:
        found.refuse("unit")
    elif rest and len(levels) < len(told):
        found.refuse("unit")  # both say a level that the other does not have
    elif rest or len(levels) < len(told):
        found.levels["unit"] = "missing" if rest else "extra"
        found.soft = "unit"
    else:
        found.levels["unit"] = next((level for level in ("doubt", "read") if level in levels), "same")
        if "doubt" in levels:
            found.soft = "unit"


def _drop_floors(units: list[Unit], levels: Sequence[str], known: Sequence[Unit]) -> list[Unit]:
    """Return units without a floor that the number of a suite tells anyway: 310 is on the third."""
    if not levels:
        return units
    numbers = [unit.number or "" for unit in known if unit.kind != "floor"]
    return [unit for unit in units if unit.kind != "floor" or not any(map(partial(_is_on, unit), numbers))]


def _is_on(floor: Unit, number: str) -> bool:
    return number.isdigit() and len(number) > 2 and number[:-2] == (floor.number or "").lstrip("0")  # noqa: PLR2004


def _find_unit(unit: Unit, known: Sequence[Unit]) -> tuple[str, Unit | None]:
    for level in ("same", "read", "doubt"):
        for other in known:
            if _likens(unit, other) == level:
                return level, other
    return "other", None


def _likens(one: Unit, other: Unit) -> str:
    if (one.number or "").lstrip("0") != (other.number or "").lstrip("0"):
        return "other"
    kinds = {one.kind, other.kind}
    if len(kinds) == 1 or (one.number and kinds <= {GENERIC, "flat", "apartment"}):
        return "same"
    if not one.number or "garage" in kinds:
        return "other"
    if GENERIC in kinds and kinds & {"shop", "floor"}:
        return "doubt"  # a shop is no flat, and AEx's `Unit 4` is mostly one
    return "read" if GENERIC in kinds or kinds <= _ALIKE or kinds <= _OFFICES else "other"


def compare_blocks(asked: Key, known: Key, found: Comparison) -> None:
    """Compare blocks: another is another address, and one that only one of the two names leaves it open."""
    one, other = asked.parts.block, known.parts.block
    if one is None and other is not None:  # behind the street it may be either: `12 La Quinta Street, Block C, Unit 5`
        one = next((value for name, value in asked.qualifiers if name == "block"), None)
    if one == other or (one and ("block", one) in known.qualifiers):
        found.levels["block"] = "same" if one else "none"  # Block K may be the township's, and no building's
    elif one and other:
        found.refuse("block")
    else:
        found.levels["block"] = "extra" if one else "missing"
        found.soft = found.soft or "block"


def compare_qualifiers(asked: Key, known: Key, found: Comparison) -> None:
    """Compare extensions, zones, phases, blocks, sections and units of townships: another is another place."""
    told, there = dict[str, set[str]](), dict[str, set[str]]()
    unit = read_trailing_unit(asked.parts, known.parts)
    for names, key in ((told, asked), (there, known)):
        for name, value in key.qualifiers:
            if (unit is not None and name == GENERIC) or (name, value) == ("block", known.parts.block):
                continue
            names.setdefault(name, set()).add(value)
    if any(values - there[name] for name, values in told.items() if name in there):
        found.refuse("extension")
    elif told.keys() - there.keys():
        found.levels["extension"] = "extra"
    elif there.keys() - told.keys():
        found.levels["extension"] = "missing"
    else:
        found.levels["extension"] = "same" if told else "none"


def compare_codes(asked: Key, known: Key, found: Comparison) -> None:
    """Compare postal codes and provinces. A code that is near is mostly the neighbouring post office's."""
    one, other = asked.parts.postal, known.parts.postal
    if one is None or other is None:
        level = "none" if one == other else "missing" if one is None else "extra"
    elif one == other:
        level = "same"
    elif asked.parts.restored:
        level = "missing"  # nothing but AEx's own code tells that the figures were a code, and no unit's number
    else:
        level = "close" if _is_close(one, other) else "far"
    found.levels["postal"] = level
    if asked.parts.restored and level != "same":
        found.soft = found.soft or "unit"
    one, other = asked.parts.province, known.parts.province
    found.levels["province"] = (
        ("same" if one else "none")
        if one == other
        else "missing"
        if one is None
        else "extra"
        if other is None
        else "other"
    )


def _is_close(one: str, other: str) -> bool:
    differing = sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
    swapped = differing == 2 and sorted(one) == sorted(other)  # noqa: PLR2004
    return differing == 1 or swapped or abs(int(one) - int(other)) <= _NEAR_CODES
