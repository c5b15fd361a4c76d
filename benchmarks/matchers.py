"""Match labelled addresses with ours and with what else there is, in one run, in one table.

python -m benchmarks.matchers [--cases CASES.jsonl --universe UNIVERSE.jsonl]

Without files, the tests' own pairs. The files are those of `benchmarks.weights`; `country`, `kind` and `full` (whether
the query tells all that `exact` takes) of a case are used if they are there. Others are installed by whoever wants to
see them: rapidfuzz, usaddress, usaddress-scourgify, splink with duckdb. What is not installed is left out.
"""

import argparse
import importlib
import importlib.util
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import exp
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from aex_async.qualify import match
from aex_async.qualify.matching import Parts, Street, Unit, parse
from aex_async.qualify.matching.comparing.keys import key_parts, make_key
from aex_async.qualify.matching.decision import PROBABLE, ScoredPremise, decide
from aex_async.qualify.matching.decision import compare as compare_parts
from aex_async.qualify.matching.parsing.address import GRAMMARS
from aex_async.qualify.matching.part_scores import add_up
from aex_async.qualify.matching.words import fold, split
from benchmarks.weights import Labelled, read_cases, read_own

Answer = tuple[str, str | None]
"""An outcome, and the guid of the match."""
Matcher = Callable[[Labelled], Answer]

RATIO: Final = 90.0


def match_ours(case: Labelled) -> Answer:
    """Match with this package."""
    told = match(case.query, case.offered)
    return told.outcome, told.match.guid if told.match else None


def _load(name: str) -> Any:
    """Return a library of whoever has it, without any types."""
    return importlib.import_module(name)


def make_rapidfuzz(_: Sequence[Labelled]) -> Matcher:
    """Match with the one row whose token set ratio is the best, and at least 90."""
    process, fuzz, utils = (_load(f"rapidfuzz.{name}") for name in ("process", "fuzz", "utils"))

    def match_fuzzily(case: Labelled) -> Answer:
        texts = {row.guid: row.full_text for row in case.offered}
        best = process.extract(case.query, texts, scorer=fuzz.token_set_ratio, processor=utils.default_process, limit=2)
        if not best or best[0][1] < RATIO or (len(best) > 1 and best[1][1] == best[0][1]):
            return "none", None
        return "probable", best[0][2]

    return match_fuzzily


def make_scourgify(_: Sequence[Labelled]) -> Matcher:
    """Match with the one row that usaddress-scourgify normalises to the same."""
    scourgify = _load("scourgify")

    kept = dict[str, tuple[Any, ...] | None]()

    def normalise(text: str) -> tuple[Any, ...] | None:
        if text not in kept:
            try:
                told = scourgify.normalize_address_record(text)
            except Exception:  # noqa: BLE001 - it raises whatever usaddress does
                kept[text] = None
            else:
                kept[text] = tuple(told[name] for name in ("address_line_1", "address_line_2", "city", "state"))
        return kept[text]

    def match_normalised(case: Labelled) -> Answer:
        asked = normalise(case.query)
        same = [row.guid for row in case.offered if asked and normalise(_reorder(row.full_text)) == asked]
        return ("exact", same[0]) if len(same) == 1 else ("none", None)

    return match_normalised


def _reorder(text: str) -> str:
    """Write AEx's text as Americans do: number, street and unit, city, state and code."""
    unit = re.search(r"\(([^)]*)\)", text)
    segments = [segment.strip() for segment in re.sub(r"\([^)]*\)", "", text).split(",")]
    if "US" not in segments:
        return text
    at = segments.index("US")
    code = segments[at + 1] if len(segments) > at + 2 else ""
    return f"{' '.join(segments[:2])} {unit[1] if unit else ''}, {segments[at - 1]}, {segments[-1]} {code}"


def make_usaddress(_: Sequence[Labelled]) -> Matcher:
    """Match as we do, but let usaddress take the query apart."""
    usaddress = _load("usaddress")
    grammar = GRAMMARS["US"]

    def read(text: str) -> Parts:
        told = defaultdict[str, list[str]](list)
        for word, label in usaddress.parse(text):
            told[label] += grammar.rewrite(split(fold(word)))
        kind = "".join(told["StreetNamePostType"])
        province = grammar.provinces.get(tuple(told["StateName"]))
        name = (*told["StreetNamePreModifier"], *told["StreetNamePreType"], *told["StreetName"])
        number, unit = "".join(told["AddressNumber"]), "".join(told["OccupancyIdentifier"]).replace("#", "")
        return Parts(
            country="US",
            number=number or None,
            units=(Unit("unit", unit),) if unit else (),
            street=Street(
                name,
                grammar.kinds.get(kind) or grammar.weak_kinds.get(kind),
                grammar.directions.get("".join(told["StreetNamePreDirectional"])),
                grammar.directions.get("".join(told["StreetNamePostDirectional"])),
            ),
            closed=True,
            places=(tuple(told["PlaceName"]),) if told["PlaceName"] else (),
            province=province,
            postal=next((code[:5] for code in told["ZipCode"] if code[:5].isdigit()), None),
            box=not number,
        )

    def match_read(case: Labelled) -> Answer:
        asked, scored = key_parts(read(case.query), case.query), list[ScoredPremise]()
        for row in case.offered:
            found = compare_parts(asked, make_key(row.full_text))
            if found.veto is None:
                scored.append(ScoredPremise(row, found, exp(add_up(found.levels))))
        told = decide(scored) if scored else None
        return (told.outcome, told.match.guid if told.match else None) if told else ("none", None)

    return match_read


def make_splink(cases: Sequence[Labelled]) -> Matcher:
    """Match with the one row to which Splink gives the highest probability, and at least `PROBABLE`.

    It links all queries with all rows at once, by our parts: they share a number or a code, and it learns the rest.
    """
    splink, compare = _load("splink"), _load("splink.comparison_library")
    frame = _load("pandas").DataFrame
    rows = {row.guid: row for case in cases for row in case.offered}
    left = frame([_take_apart(str(n), case.query) for n, case in enumerate(cases)])
    right = frame([_take_apart(guid, row.full_text) for guid, row in rows.items()])
    numbers, codes = (splink.block_on(*names) for names in (("number",), ("postal", "street")))
    settings = splink.SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[numbers, codes],
        comparisons=[
            compare.JaroWinklerAtThresholds("street", [0.95, 0.88]),
            compare.JaroWinklerAtThresholds("place", [0.95, 0.88]),
            *(compare.ExactMatch(name) for name in ("number", "kind", "direction", "unit", "postal")),
        ],
    )
    base = splink.DuckDBAPI()
    linker = splink.Linker([base.register(left), base.register(right)], settings, log_level=40)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7)
    for rule in (numbers, codes):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = defaultdict[str, list[tuple[float, str]]](list)
    for pair in linker.inference.predict(threshold_match_probability=PROBABLE).as_record_list():
        found[pair["unique_id_l"]].append((pair["match_probability"], pair["unique_id_r"]))
    places = {id(case): str(n) for n, case in enumerate(cases)}

    def match_linked(case: Labelled) -> Answer:
        offered = {row.guid for row in case.offered}
        ranked = sorted((pair for pair in found[places[id(case)]] if pair[1] in offered), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
            return "none", None
        return "probable", ranked[0][1]

    return match_linked


def _take_apart(name: str, text: str) -> dict[str, str | None]:
    parts = parse(text)
    return {
        "unique_id": name,
        "number": parts.number,
        "street": " ".join(parts.street.name) or None,
        "kind": parts.street.kind,
        "direction": f"{parts.street.before or ''} {parts.street.behind or ''}".strip() or None,
        "unit": " ".join(unit.number or unit.kind for unit in parts.units) or None,
        "place": " ".join(word for place in parts.places for word in place) or None,
        "postal": parts.postal,
    }


OTHERS: Final[dict[str, tuple[str, Callable[[Sequence[Labelled]], Matcher]]]] = {
    "rapidfuzz token_set_ratio >= 90": ("rapidfuzz", make_rapidfuzz),
    "ours, read by usaddress": ("usaddress", make_usaddress),
    "Splink on our parts, >= 0.98": ("splink", make_splink),
    "usaddress-scourgify, equal": ("scourgify", make_scourgify),
}


@frozen
class Tally:
    """What one matcher made of some cases."""

    exact: tuple[int, int]
    told: tuple[int, int]
    given: tuple[int, int]
    found: tuple[int, int]
    units: tuple[int, int]
    wrong: tuple[int, int]


def count(answers: Sequence[tuple[Labelled, Answer]]) -> Tally:
    """Return the figures of the table's columns, each a part and a whole."""
    right = [(case, told) for case, told in answers if told[1] is not None and told[1] == case.expected]
    given = [case for case, told in answers if told[1] is not None]
    exact = sum(told[0] == "exact" for _, told in answers)
    meant = [case for case, _ in answers if case.expected is not None]
    return Tally(
        (sum(told[0] == "exact" for _, told in right), exact),
        (sum(told[0] == "exact" and case.full for case, told in right), sum(case.full for case in meant)),
        (len(right), len(given)),
        (len(right), len(meant)),
        (sum(case.is_unit for case, _ in right), sum(case.is_unit for case in meant)),
        (sum(case.expected is None for case in given), len(answers) - len(meant)),
    )


def show(answers: Sequence[tuple[Labelled, Answer]]) -> str:
    """Return a row of the table."""
    tally = count(answers)
    shares = (tally.exact, tally.told, tally.given, tally.found, tally.units, tally.wrong)
    return " | ".join(f"{part / whole:10.3f}" if whole else f"{'-':>10}" for part, whole in shares)


def compare(cases: Sequence[Labelled], matchers: Iterable[tuple[str, Matcher]]) -> None:
    """Print a row for each matcher and country."""
    names = ("exact prec", "exact rec", "precision", "recall", "units", "negatives")
    print(f"{'':44} | {' | '.join(f'{name:>10}' for name in names)} | CPU ms a case")
    for name, matcher in matchers:
        for country in sorted({case.country for case in cases}):
            chosen = [case for case in cases if case.country == country]
            begun = time.process_time()
            answers = [(case, matcher(case)) for case in chosen]
            spent = 1000 * (time.process_time() - begun) / len(chosen)
            print(f"{name:40} {country:3} | {show(answers)} | {spent:.2f}")


def main() -> None:
    """Match the cases with ours and with whatever is installed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matchers", description=__doc__)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--universe", type=Path)
    chosen = parser.parse_args()
    cases = [*(read_cases(chosen.cases, chosen.universe, 5) if chosen.cases else read_own())]
    others = [(name, make(cases)) for name, (package, make) in OTHERS.items() if importlib.util.find_spec(package)]
    compare(cases, [("aex_async.qualify.match", match_ours), *others])


if __name__ == "__main__":
    main()
