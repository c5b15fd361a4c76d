"""The rows of a report that need a person, with what there is to decide by."""

from collections.abc import Iterable, Sequence
from typing import Final

from aex_async.qualify.model import Candidate
from aex_async.qualify.report.html import Markup, join, tag
from aex_async.qualify.report.numbers import show_count
from aex_async.qualify.report.summary import PERSONAL, Case, ReportSummary, clip
from aex_async.qualify.report.tables import make_head, make_table

_TITLES: Final = {
    "ambiguous": ("Ambiguous", "Several premises fit, or the only one fits badly. Choose one, or correct the address."),
    "probable": ("Probable", "One premise leads, but not every word agrees. Confirm that it is the one meant."),
    "failed": ("Failed", "AEx could not be asked. The same command with --retry-failed tries these again."),
    "none": ("Not found", "No premise of AEx is like it. Correct the address, or ask AEx for the premise."),
}
_CONTENT: Final = {"ambiguous": "Premises that fit", "probable": "What AEx calls it", "failed": "Why", "none": "Why"}
_UNSAID: Final = "nothing at AEx is like it"


def make_cases(summary: ReportSummary, where: str) -> Markup:
    """Return the rows that need a person; `where` is the file that has those beyond what a page can show."""
    return join(*(_make_group(name, summary, where) for name in PERSONAL if summary.outcomes[name]))


def _make_group(outcome: str, summary: ReportSummary, where: str) -> Markup:
    title, words = _TITLES[outcome]
    cases, count = summary.cases[outcome], summary.outcomes[outcome]
    return join(
        tag("h3", f"{title}: {show_count(count)}", id=outcome),
        tag("p", words, class_="soft"),
        make_table(title, _make_heads(outcome), (_make_case(outcome, case) for case in cases), "rows cases"),
        _tell_rest(outcome, count, cases, where),
    )


def _make_heads(outcome: str) -> Iterable[Markup]:
    yield make_head("Row")
    yield make_head("Address")
    yield make_head(_CONTENT[outcome])
    if outcome == "probable":
        yield make_head("Score", "n")


def _make_case(outcome: str, case: Case) -> Markup:
    name = _CONTENT[outcome]
    cells = [tag("th", show_count(case.row), scope="row", data_name="Row"), tag("td", case.address or "(empty)")]
    if outcome == "ambiguous":
        cells.append(tag("td", tag("ul", *(_make_candidate(one) for one in case.candidates)), data_name=name))
    elif outcome == "probable":
        cells += (tag("td", _name(one), data_name=name) for one in case.candidates)
        cells += (tag("td", _show_score(one), class_="n", data_name="Score") for one in case.candidates)
    else:
        cells.append(tag("td", case.reason or _UNSAID, data_name=name))
    return tag("tr", *cells)


def _make_candidate(one: Candidate) -> Markup:
    return tag("li", f"{_name(one)} ", tag("small", f"{_show_score(one)}, {one.guid}", class_="soft"))


def _name(one: Candidate) -> str:
    return f"{clip(one.full_text)}{' (deleted)' if one.deleted else ''}"


def _show_score(one: Candidate) -> str:
    return f"{one.score:.3f}"


def _tell_rest(outcome: str, count: int, cases: Sequence[Case], where: str) -> Markup:
    if count == len(cases):
        return Markup()
    words = f"These are the first {show_count(len(cases))}. {show_count(count - len(cases))} more are in {where}, "
    return tag("p", words, f"where aex_outcome is {outcome}.", class_="more")
