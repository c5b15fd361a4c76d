"""Fit the matcher's weights to labelled addresses, and show how well its probabilities are calibrated.

python -m benchmarks.weights [--cases CASES.jsonl --universe UNIVERSE.jsonl] [--aside 5]

The tests' own pairs are always learnt from. A file of cases has one JSON object a line, with `id`, `query`, `universe`
and `expected` (the guid of the premise meant, or null); one of premises has `guid`, beginning with the universe's name,
and `full_text`. Every fifth case, by a hash of its id, is kept aside: it is measured, never learnt from.

Given the premises that no veto excludes, with scores s, the model says that premise i is the one with probability
exp(s_i) / (1 + sum of exp(s_j)), and that none of them is with 1 / (1 + sum of exp(s_j)). The fit maximises the
likelihood of the labels times a normal prior around `PRIOR`, of standard deviation `SPREAD`: what the labels do not
speak of stays where judgement put it. No weight may rise above 0: a finding short of full agreement is never a reason
to believe.
"""

import argparse
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import exp, log
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from aex_async.qualify.matching.decision import compare_all
from aex_async.qualify.matching.part_scores import BIAS, WEIGHTS
from aex_async.qualify.model import Candidate
from tests.qualify.matching.kinds import read_kinds
from tests.qualify.matching.pairs import read_pairs

Feature = tuple[str, str]
Example = tuple[tuple[tuple[Feature, ...], ...], int | None]
"""The findings of each premise that no veto excludes, and which of them is the one meant."""

PRIOR_BIAS: Final = 7.0
PRIOR: Final[dict[str, dict[str, float]]] = {
    "number": {"range": -2.0, "read": -2.0, "joined": -1.0, "missing": -2.5},
    "unit": {"read": -0.5},
    "building": {"slip": -0.5, "part": -1.0, "missing": -0.5, "extra": -1.0},
    "street": {"joined": -0.5, "twin": -1.5, "slip": -1.5, "slips": -2.5, "part": -2.0, "missing": -3.0},
    "kind": {"alias": -0.5, "missing": -1.5, "extra": -1.5},
    "direction": {"read": -0.5, "missing": -2.0, "extra": -2.5},
    "suburb": {
        "alias": -0.5,
        "joined": -0.3,
        "slip": -0.7,
        "slips": -2.0,
        "part": -1.5,
        "missing": -1.0,
        "extra": -3.0,
        "other": -3.0,
    },
    "town": {"alias": -0.2, "joined": -0.2, "slip": -0.5, "slips": -1.5, "part": -1.0, "missing": -1.0, "other": -2.0},
    "extension": {"missing": -1.0, "extra": -1.5},
    "postal": {"missing": -0.5, "extra": -0.2, "close": -1.0, "far": -2.0},
    "province": {"missing": 0.0, "extra": 0.0, "other": -1.0},
    "rest": {"extra": -1.5},
}
SPREAD: Final = 1.5
ROUNDS, STEP = 400, 0.05


@frozen
class Labelled:
    """A query, the premises offered for it, and the guid of the one meant."""

    query: str
    offered: tuple[Candidate, ...]
    expected: str | None
    aside: bool = False
    country: str = ""
    kind: str = ""
    full: bool = False

    @property
    def is_unit(self) -> bool:
        """Whether it asks for a part of a building."""
        return self.kind.startswith(("unit", "apt"))


def read_own() -> Iterator[Labelled]:
    """Give the tests' own pairs; what nobody could tell teaches nothing."""
    pairs = [*read_pairs(), *read_kinds()]
    guids = {text: f"{number:04}" for number, text in enumerate(dict.fromkeys(pair.known for pair in pairs))}
    world = tuple(Candidate(guid=guid, full_text=text) for text, guid in guids.items())
    for pair in pairs:
        if pair.label in "=~!":
            expected = guids[pair.known] if pair.label != "!" else None
            yield Labelled(pair.asked, world, expected, country="own", full=pair.label == "=")


def read_cases(cases: Path, universe: Path, aside: int) -> Iterator[Labelled]:
    """Give the cases of a file, each with the premises that share a number with it."""
    by_number = defaultdict[tuple[str, str], list[Candidate]](list)
    for row in _read(universe):
        for number in set(re.findall(r"\d+", row["full_text"])):
            by_number[row["guid"][:2], number].append(Candidate(guid=row["guid"], full_text=row["full_text"]))
    for case in _read(cases):
        numbers = set(re.findall(r"\d+", case["query"]))
        offered = {row.guid: row for number in numbers for row in by_number[case["universe"], number]}
        kept = int(hashlib.sha256(case["id"].encode()).hexdigest(), 16) % aside == 0
        told = {"country": case.get("country", ""), "kind": case.get("kind", ""), "full": case.get("full", False)}
        yield Labelled(case["query"], tuple(offered.values()), case["expected"], kept, **told)


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def make_example(labelled: Labelled, *, absent: bool = False) -> Example | None:
    """Return what is to be learnt from a query: nothing where vetoes exclude all, or leave the one meant open.

    `absent`: as if AEx did not have the premise meant, so that whatever is left is wrong.
    """
    rows = [one for one in compare_all(labelled.query, labelled.offered) if one.found.veto is None]
    if any(one.found.soft for one in rows):
        return None
    found = {
        one.candidate.guid: tuple(f for f in one.found.levels.items() if f[1] in PRIOR.get(f[0], {})) for one in rows
    }
    if labelled.expected is not None and labelled.expected not in found:
        return None  # lost to a veto: no weight can bring it back
    if absent:
        found.pop(labelled.expected or "", None)
    right = list(found).index(labelled.expected) if labelled.expected is not None and not absent else None
    return (tuple(found.values()), right) if found else None


def fit(examples: Sequence[Example]) -> tuple[float, dict[Feature, float]]:
    """Return the bias and the weights that fit best, by gradient ascent with shrinking steps (Adagrad)."""
    prior = {(part, level): weight for part, levels in PRIOR.items() for level, weight in levels.items()}
    weights, bias = dict(prior), PRIOR_BIAS
    seen = dict.fromkeys(prior, 1e-9)
    seen_bias = 1e-9
    for _ in range(ROUNDS):
        slope = {feature: (prior[feature] - weight) / SPREAD**2 for feature, weight in weights.items()}
        slope_bias = (PRIOR_BIAS - bias) / SPREAD**2
        for rows, right in examples:
            odds = [exp(bias + sum(weights[feature] for feature in row)) for row in rows]
            total = 1 + sum(odds)
            for index, row in enumerate(rows):
                error = (index == right) - odds[index] / total
                slope_bias += error
                for feature in row:
                    slope[feature] += error
        seen_bias += slope_bias**2
        bias += STEP * 5 * slope_bias / seen_bias**0.5
        for feature, value in slope.items():
            seen[feature] += value**2
            weights[feature] = min(0.0, weights[feature] + STEP * 5 * value / seen[feature] ** 0.5)
    return bias, weights


def calibrate(examples: Sequence[Example], bias: float, weights: dict[Feature, float]) -> None:
    """Print, for each band of probabilities, how often the likeliest premise was the one meant."""
    bands = defaultdict[str, list[bool]](list)
    loss = 0.0
    for rows, right in examples:
        odds = [exp(bias + sum(weights[feature] for feature in row)) for row in rows]
        total = 1 + sum(odds)
        best = max(range(len(rows)), key=odds.__getitem__)
        chance = odds[best] / total
        loss -= log((odds[right] if right is not None else 1.0) / total)
        band = next(
            name
            for floor, name in ((0.995, ">= .995"), (0.98, ">= .98"), (0.9, ">= .9"), (0.5, ">= .5"), (0, "< .5"))
            if chance >= floor
        )
        bands[band].append(best == right)
    for band, rights in sorted(bands.items()):
        print(f"  {band:8} {sum(rights):5} of {len(rights):5} right, {sum(rights) / len(rights):.4f}")
    print(f"  mean loss {loss / max(1, len(examples)):.4f}")


def main() -> None:
    """Fit, print the table, and measure it on what was kept aside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.weights", description=__doc__)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--universe", type=Path)
    parser.add_argument("--aside", type=int, default=5, help="one case in so many is only measured")
    chosen = parser.parse_args()
    labelled = [*read_own(), *(read_cases(chosen.cases, chosen.universe, chosen.aside) if chosen.cases else ())]
    learnt = [example for one in labelled if not one.aside and (example := make_example(one))]
    aside = [example for one in labelled if one.aside and (example := make_example(one))]
    absent = [example for one in labelled if one.expected and (example := make_example(one, absent=True))]
    bias, weights = fit(learnt)
    counts = defaultdict[Feature, int](int)
    for rows, right in learnt:
        for index, row in enumerate(rows):
            for feature in row:
                counts[feature] += index == right
    print(f"BIAS = {bias:.1f}")
    for (part, level), weight in weights.items():
        print(f"{part:10} {level:8} {weight:5.1f}  in {counts[part, level]} that were meant")
    shipped = {(part, level): weight for part, levels in WEIGHTS.items() for level, weight in levels.items()}
    for name, examples in (
        ("learnt from", learnt),
        ("kept aside", aside),
        ("as if AEx had not the premise meant", absent),
    ):
        if examples:
            print(f"{name}, {len(examples)} queries, by this fit:")
            calibrate(examples, bias, weights)
            print(f"{name}, by the weights that are shipped:")
            calibrate(examples, BIAS, defaultdict(float, shipped))


if __name__ == "__main__":
    main()
