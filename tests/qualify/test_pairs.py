"""Of addresses that people labelled, none is matched exactly with another one, and most are found."""

from collections import Counter

from aex_async.qualify import Candidate
from aex_async.qualify._matching import MatchResult, judge
from tests.qualify.pairs import Pair, read_pairs

PAIRS = read_pairs()
WORLD = [Candidate(guid=f"{n:04}", full_text=text) for n, text in enumerate(dict.fromkeys(p.known for p in PAIRS))]


def is_right(pair: Pair, verdict: MatchResult) -> bool:
    return pair.label in "=~" and verdict.match is not None and verdict.match.full_text == pair.known


def test_no_exact_match_is_wrong_and_most_are_found() -> None:
    assert len(PAIRS) >= 300
    judged = [(pair, judge(pair.asked, WORLD)) for pair in PAIRS]
    right = Counter(verdict.outcome for pair, verdict in judged if is_right(pair, verdict))
    given = Counter(verdict.outcome for _, verdict in judged)
    labels = Counter(pair.label for pair in PAIRS)
    precision = {outcome: right[outcome] / given[outcome] for outcome in ("exact", "probable")}
    exact_recall = sum(v.outcome == "exact" for p, v in judged if p.label == "=") / labels["="]
    recall = (right["exact"] + right["probable"]) / (labels["="] + labels["~"])
    print(f"{len(PAIRS)} pairs, {dict(labels)}, came to {dict(given)}")  # noqa: T201 - what this set is kept for
    print(f"precision {precision}; recall of exact {exact_recall:.3f}, of both {recall:.3f}")  # noqa: T201
    for pair, verdict in judged:
        if (verdict.match is not None) != (pair.label in "=~") or (pair.label == "=") != (verdict.outcome == "exact"):
            print(pair.label, verdict.outcome, pair.asked, "|", verdict.match or pair.known)  # noqa: T201
    assert precision["exact"] == 1
    assert precision["probable"] >= 0.95
    assert exact_recall >= 0.95
    assert recall >= 0.9


def test_a_suburb_alone_confirms_nothing_even_where_nobody_has_a_postal_code() -> None:
    row = Candidate(guid="A", full_text="4, Kloof Road, Sea Point, Cape Town")
    assert judge("4 Kloof Rd, Sea Point", [row]).outcome == "probable"
    assert judge("4 Kloof Rd, Sea Point, Cape Town", [row]).outcome == "exact"
