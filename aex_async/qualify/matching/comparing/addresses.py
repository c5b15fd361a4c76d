"""Two addresses held against each other, part by part; vetoes before weights."""

from typing import Final

from aex_async.qualify.matching.comparing.findings import Comparison
from aex_async.qualify.matching.comparing.keys import Key
from aex_async.qualify.matching.comparing.localities import compare_places
from aex_async.qualify.matching.comparing.numbers import compare_blocks, compare_number, compare_units
from aex_async.qualify.matching.comparing.streets import compare_directions, compare_kinds, read_against

_PARTS: Final = ("number", "street", "suburb", "town", "postal", "province")
_NUMBERED: Final = frozenset({"same", "range", "read", "joined"})
_NAMED: Final = frozenset({"same", "alias", "joined"})
_ANCHORS = frozenset({"same", "read"})
_TOLD = frozenset({"same", "joined", "alias", "slip", "slips", "part"})


def compare(asked: Key, known: Key) -> Comparison:
    """Return what each part comes to. The first veto ends it: what it makes another address needs no more reasons."""
    found = Comparison()
    if asked.text == known.text:
        found.levels |= dict.fromkeys(_PARTS, "same") | {"unit": "same" if known.parts.units else "none"}
        return found
    if asked.parts.box or not (known.parts.number or known.name):
        found.refuse("street")
        return found
    compare_number(asked.parts, known.parts, found)
    if found.veto is None:
        compare_units(asked.parts, known.parts, found)
    if found.veto is None:
        compare_blocks(asked.parts, known.parts, found)
    if found.veto is None:
        _compare_street(asked, known, found)
    if found.veto is None:
        _judge_places(found)
    if found.levels.get("suburb") == "other" and known.parts.province == "puerto rico":
        found.refuse("suburb")  # the same streets and numbers are in many an urbanización of one code
    return found


def _compare_street(asked: Key, known: Key, found: Comparison) -> None:
    reading = read_against(asked, known)
    if reading.level == "other":
        if found.levels["unit"] == "same" and known.building and not asked.parts.closed:
            found.levels |= {"street": "missing", "kind": "none", "direction": "none"}
            compare_places(asked, known, asked.parts.line, found)
            if found.levels["building"] in ("same", "slip"):
                return
        found.refuse("street")
        return
    found.levels["street"] = reading.level
    compare_kinds(reading.street, known.parts.street, asked.grammar, found)
    if found.veto is None:
        compare_directions(reading.street, known.parts.street, found)
    if found.veto is None:
        compare_places(asked, known, reading.rest, found)


def _judge_places(found: Comparison) -> None:
    """Refuse another suburb or town, unless the code confirms the place; and a number that nothing anchors."""
    levels = found.levels
    for part in ("suburb", "town"):
        if levels[part] == "other" and levels["postal"] != "same":
            found.refuse(part)
    if levels["province"] == "other" and levels["postal"] != "same" and levels["suburb"] not in _TOLD:
        found.refuse("province")
    if levels["postal"] == "far" and levels["suburb"] not in _NAMED and levels["town"] not in _NAMED:
        # Ladysmith is no slip for Ladismith where the code is another one, too.
        found.refuse("postal", "far")
    if levels["number"] not in _NUMBERED:
        anchored = levels["unit"] in _ANCHORS and levels["building"] in ("same", "slip")
        if not anchored:
            found.refuse("number", "missing")
