"""The sections of a report: outcomes, areas, products, and the rows that need a person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from aex_async.qualify.model import OUTCOMES, Candidate
from aex_async.qualify.report.html import (
    Markup,
    draw_whole,
    join,
    make_bar,
    make_head,
    make_number,
    make_row,
    make_table,
    tag,
)
from aex_async.qualify.report.numbers import ChartBar, count_addresses, gather, show_count, show_money, show_share
from aex_async.qualify.report.summary import (
    OTHER,
    PERSONAL,
    Currency,
    PriceRange,
    ProductStats,
    ReportSummary,
    RowForPerson,
    clip,
)

MAX_ROWS: Final = 30
_MEANINGS: Final = {
    "exact": "AEx knows the very address",
    "probable": "one premise leads, with a score",
    "ambiguous": "several fit, or one fits badly: not known yet",
    "none": "AEx was asked, and has nothing like it",
    "failed": "not known: not asked, or no answer",
}
_CLASSES: Final[Mapping[str, str]] = {name: "nothing" if name == "none" else name for name in OUTCOMES}


def make_outcomes(summary: ReportSummary) -> Markup:
    """Return what became of the addresses, and why some of those found cannot be ordered."""
    shares = ", ".join(f"{show_share(summary.outcomes[name], summary.total)} {name}" for name in OUTCOMES)
    whole = [(_CLASSES[name], 1000 * summary.outcomes[name] / (summary.total or 1)) for name in OUTCOMES]
    heads = (
        make_head("Outcome"),
        make_head("What it means", "wide"),
        *(make_head(words, "n") for words in ("Addresses", "Share", "Orderable")),
    )
    return join(
        draw_whole(whole, f"Addresses by outcome: {shares}"),
        make_table("Addresses by outcome", heads, (_make_outcome(name, summary) for name in OUTCOMES)),
        _make_reasons(summary),
    )


def _make_outcome(name: str, summary: ReportSummary) -> Markup:
    count = summary.outcomes[name]
    swatch = tag("svg", tag("rect", width=12, height=12, class_=_CLASSES[name]), class_="swatch", aria_hidden="true")
    return tag(
        "tr",
        tag("th", swatch, name, scope="row", class_="name"),
        tag("td", _MEANINGS[name], class_="wide"),
        make_number(show_count(count)),
        make_number(show_share(count, summary.total)),
        make_number(show_count(summary.orderable[name])),
    )


def _make_reasons(summary: ReportSummary) -> Markup:
    notes = _tell_unknown(summary)
    if not summary.reasons:
        return notes
    rows = summary.reasons.most_common()
    most = max(summary.reasons.values())
    return join(
        notes,
        tag("h3", "Found, but not to be ordered"),
        make_table(
            "Why addresses that were found cannot be ordered", _make_bar_heads("Reason"), _make_bars(rows, most)
        ),
        _tell_rest(len(rows), "reasons", sum(count for _, count in rows[MAX_ROWS:])),
    )


def _tell_unknown(summary: ReportSummary) -> Markup:
    """Return what is no answer of AEx, and must not be read as a no."""
    counts = (
        (summary.unplaced_matches, "found, but AEx does not say where: whether it can be ordered there is not known."),
        (summary.blank, "blank: nobody was asked, so this is no answer of AEx."),
    )
    told = (f"{count_addresses(count)} {words}" for count, words in counts if count)
    return join(*(tag("p", words, class_="soft") for words in told))


def make_areas(summary: ReportSummary) -> Markup:
    """Return the coverage of each area, the one with the most addresses first."""
    heads = (
        make_head("Suburb, town"),
        make_head("Addresses", "n"),
        make_head("Orderable", "n wide"),
        make_head("Not known", "n wide"),
        make_head("Share of the known", "n"),
        make_head("", "bar"),
    )
    ranked = sorted(summary.areas.items(), key=lambda item: (item[0] == OTHER, -item[1].count, item[0]))
    rows = (
        make_row(
            name,
            make_number(show_count(area.count)),
            make_number(show_count(area.orderable), "n wide"),
            make_number(show_count(area.unknown), "n wide"),
            make_number(show_share(area.orderable, area.count - area.unknown)),
            make_bar(area.orderable, area.count - area.unknown),
        )
        for name, area in ranked[:MAX_ROWS]
    )
    rest = sum(area.count for _, area in ranked[MAX_ROWS:])
    return join(make_table("Coverage by area", heads, rows, "bars"), _tell_rest(len(ranked), "areas", rest))


def make_products(summary: ReportSummary) -> Markup:
    """Return the products, the one that most addresses can have first."""
    if not summary.wares:
        return join(tag("p", "No address can be ordered, so there are no products to compare."), _tell_around(summary))
    heads = (
        make_head("Product"),
        make_head("Mbps down / up", "n"),
        make_head("Monthly price"),
        make_head("Addresses", "n"),
        make_head("", "bar wide"),
    )
    ranked = sorted(summary.wares.values(), key=lambda ware: (ware.name == OTHER, -ware.addresses, ware.name))
    most = max(ware.addresses for ware in ranked)
    return join(
        _tell_around(summary),
        make_table("Products", heads, (_make_ware(ware, most) for ware in ranked[:MAX_ROWS]), "rows"),
        _tell_rest(len(ranked), "products"),
        _make_charts(summary),
    )


def _tell_around(summary: ReportSummary) -> Markup:
    """Return for how many addresses nobody asked at their own point: a border might run just there."""
    if not summary.around:
        return Markup()
    words = f"Of {count_addresses(summary.around)} the products are those of four points around that agree, "
    return tag(
        "p", words, "not of their own point: aex_products_from is around. Ask there before a visit.", class_="soft"
    )


def _make_ware(ware: ProductStats, most: int) -> Markup:
    prices = [_show_range(currency, ware.prices[currency]) for currency in sorted(ware.prices)]
    speeds = " / ".join("\u2013" if speed is None else show_count(speed) for speed in (ware.down, ware.up))
    bar = draw_whole([("bar-of", 1000 * ware.addresses / most)], None)
    return make_row(
        ware.name,
        tag("td", speeds, class_="n", data_name="Mbps down / up"),
        tag("td", "; ".join(prices) or "not said", data_name="Monthly price"),
        tag("td", show_count(ware.addresses), class_="n", data_name="Addresses"),
        tag("td", bar, class_="bar wide"),
    )


def _show_range(currency: Currency, range_: PriceRange) -> str:
    code, taxed = currency
    high = "" if range_.low == range_.high else f" to {show_money(range_.high)}"
    return f"{code or 'no currency'} {show_money(range_.low)}{high}{'' if taxed else ' without tax'}"


def _make_charts(summary: ReportSummary) -> Markup:
    """Return the charts of speeds and of prices. Prices of two currencies never share one."""
    charts = summary.gather()
    speeds = _make_chart("Fastest product of each address", "Mbps down", charts.pop(None, {}), show_speed)
    prices = [
        _make_chart(f"Lowest monthly price of each address, {_name(currency)}", "Price", charts[currency], show_money)
        for currency in sorted((name for name in charts if name), key=lambda name: (-charts[name].total(), name))
    ]
    parts = (tag("div", chart) for chart in (speeds, *prices) if chart)
    rest = f"{show_count(summary.uncharted)} more values are in no chart: there are too many different ones."
    return join(tag("div", *parts, class_="pair"), tag("p", rest, class_="more") if summary.uncharted else None)


def _name(currency: Currency) -> str:
    code, taxed = currency
    return f"{code or 'no currency'} {'with' if taxed else 'without'} tax"


def show_speed(speed: Decimal) -> str:
    """Return a speed, its thousands apart."""
    return f"{speed:,f}"


def _make_chart(title: str, unit: str, counts: Mapping[Decimal, int], show: Callable[[Decimal], str]) -> Markup:
    if not counts:
        return Markup()
    bars = gather(counts)
    rows = [(_name_bar(bar, show), bar.count) for bar in bars]
    return join(
        tag("h3", title),
        make_table(title, _make_bar_heads(unit), _make_bars(rows, max(bar.count for bar in bars)), "bars"),
    )


def _name_bar(bar: ChartBar, show: Callable[[Decimal], str]) -> str:
    return show(bar.low) if bar.high is None else f"{show(bar.low)} to under {show(bar.high)}"


def _make_bar_heads(name: str) -> Iterable[Markup]:
    return make_head(name), make_head("Addresses", "n"), make_head("", "bar")


def _make_bars(rows: Sequence[tuple[str, int]], most: int) -> Iterable[Markup]:
    return (make_row(name, make_number(show_count(count)), make_bar(count, most)) for name, count in rows[:MAX_ROWS])


def _tell_rest(count: int, what: str, addresses: int | None = None) -> Markup:
    if count <= MAX_ROWS:
        return Markup()
    held = "" if addresses is None else f", with {count_addresses(addresses)},"
    return tag("p", f"{show_count(count - MAX_ROWS)} more {what}{held} are not listed here.", class_="more")


_TITLES: Final = {
    "ambiguous": ("Ambiguous", "Several premises fit, or the only one fits badly. Choose one, or correct the address."),
    "probable": ("Probable", "One premise leads, but not every word agrees. Confirm that it is the one meant."),
    "failed": (
        "Failed",
        (
            "Nobody knows what AEx has there. Correct a row that is blank or cannot be read; where AEx gave no answer, "
            "the same command with --retry-failed asks again."
        ),
    ),
    "none": (
        "Not found",
        "AEx was asked, and has no premise like it. Correct the address, or ask AEx for the premise.",
    ),
}
_CASE_HEADS: Final = {"ambiguous": "Premises that fit", "probable": "What AEx calls it", "failed": "Why", "none": "Why"}
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
        _tell_cases_left(outcome, count, cases, where),
    )


def _make_heads(outcome: str) -> Iterable[Markup]:
    yield make_head("Row")
    yield make_head("Address")
    yield make_head(_CASE_HEADS[outcome])
    if outcome == "probable":
        yield make_head("Score", "n")


def _make_case(outcome: str, case: RowForPerson) -> Markup:
    name = _CASE_HEADS[outcome]
    cells = [tag("th", show_count(case.row), scope="row", data_name="Row"), tag("td", case.address or "(empty)")]
    if outcome == "ambiguous":
        cells.append(tag("td", tag("ul", *(_make_candidate(one) for one in case.candidates)), data_name=name))
    elif outcome == "probable":
        cells += (tag("td", _name_candidate(one), data_name=name) for one in case.candidates)
        cells += (tag("td", _show_score(one), class_="n", data_name="Score") for one in case.candidates)
    else:
        cells.append(tag("td", case.reason or _UNSAID, data_name=name))
    return tag("tr", *cells)


def _make_candidate(one: Candidate) -> Markup:
    return tag("li", f"{_name_candidate(one)} ", tag("small", f"{_show_score(one)}, {one.guid}", class_="soft"))


def _name_candidate(one: Candidate) -> str:
    return f"{clip(one.full_text)}{' (deleted)' if one.deleted else ''}"


def _show_score(one: Candidate) -> str:
    return f"{one.score:.3f}"


def _tell_cases_left(outcome: str, count: int, cases: Sequence[RowForPerson], where: str) -> Markup:
    if count == len(cases):
        return Markup()
    words = f"These are the first {show_count(len(cases))}. {show_count(count - len(cases))} more are in {where}, "
    return tag("p", words, f"where aex_outcome is {outcome}.", class_="more")
