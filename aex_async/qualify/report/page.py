"""The report of a qualification: one page that needs nothing but itself, for people who decide what comes next."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from attrs import frozen

from aex_async.qualify.files.results_file import replacing
from aex_async.qualify.model import Qualification
from aex_async.qualify.report.grid import GridCell, Region, find_regions
from aex_async.qualify.report.html import Markup, join, tag
from aex_async.qualify.report.map import draw, draw_legend, make_frame
from aex_async.qualify.report.numbers import count_addresses, show_count, show_share
from aex_async.qualify.report.sections import make_areas, make_cases, make_outcomes, make_products
from aex_async.qualify.report.style import STYLE
from aex_async.qualify.report.summary import PERSONAL, ReportSummary, summarize

MAX_MAPS: Final = 6
SIGN: Final = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="generator" content="aex qualify">'
)
_OVERVIEW_SHARE: Final = 0.005  # of the addresses: a place with fewer does not widen the map of all


@frozen(kw_only=True)
class ReportHeading:
    """What a report is about: the addresses, where all results are, the AEx that was asked, and when it was made."""

    addresses: str
    results: str
    aex: str
    made: datetime


def write_report(path: Path, heading: ReportHeading, results: Iterable[Qualification]) -> None:
    """Write the report of results to a file, which is there at once and whole, or not at all.

    Raises `OSError` if it cannot be written.
    """
    with replacing(path) as hidden:
        hidden.write_text(make_report(heading, results), encoding="utf-8")


def is_report(path: Path) -> bool:
    """Whether a file is a report, which another one may take the place of."""
    with path.open("rb") as file:
        return file.read(len(SIGN)) == SIGN.encode()


def make_report(heading: ReportHeading, results: Iterable[Qualification]) -> Markup:
    """Return the page about results, which are read once; little of them is kept at a time."""
    summary = summarize(results)
    title = f"Qualification of {heading.addresses}"
    seal = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"
    head = join(
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(STYLE)),
    )
    body = join(
        _make_header(title, heading, summary), tag("main", *_make_sections(summary, heading)), _make_footer(heading)
    )
    return Markup(f"{SIGN}{head}</head>\n{tag('body', body)}</html>\n")


def _make_header(title: str, heading: ReportHeading, summary: ReportSummary) -> Markup:
    total, orderable = summary.total, summary.orderable.total()
    found = summary.outcomes["exact"] + summary.outcomes["probable"]
    people = sum(summary.outcomes[name] for name in PERSONAL)
    key = (
        (show_count(total), "addresses"),
        (show_count(found), f"found, {show_share(found, total)}"),
        (show_count(orderable), f"can be ordered, {show_share(orderable, total)}"),
        (show_count(people), f"need a person, {show_share(people, total)}"),
    )
    return tag(
        "header",
        tag("h1", title),
        tag("p", f"Asked of {heading.aex}. All results are in {heading.results}.", class_="soft"),
        tag("ul", *(tag("li", tag("b", figure), words) for figure, words in key), class_="key"),
    )


def _make_sections(summary: ReportSummary, heading: ReportHeading) -> Iterable[Markup]:
    sections = [
        ("outcomes", "What became of the addresses", make_outcomes(summary)),
        ("map", "Where they are", _make_maps(summary)),
        ("areas", "Coverage by area", make_areas(summary)),
        ("products", "Products, speeds and prices", make_products(summary)),
        ("people", "Rows that need a person", make_cases(summary, heading.results) or tag("p", "None does.")),
    ]
    links = (tag("li", tag("a", title, href=f"#{name}")) for name, title, _ in sections)
    yield tag("nav", tag("ul", *links), aria_label="Sections")
    for name, title, content in sections:
        yield tag("section", tag("h2", title, id=f"{name}-title"), content, id=name, aria_labelledby=f"{name}-title")


def _make_maps(summary: ReportSummary) -> Markup:
    regions = find_regions(summary.grid.cells.values())
    placed = summary.total - summary.unplaced
    words = f"{count_addresses(placed)} with coordinates of AEx, {show_count(summary.unplaced)} without."
    if not regions:
        return tag("p", words)
    maps = [_make_map(region.name, region.cells, region.cells) for region in regions[:MAX_MAPS]]
    if len(regions) > 1:
        maps.insert(0, _make_overview(regions, placed))
    return join(
        tag("p", words, class_="soft"), draw_legend(), tag("div", *maps, class_="maps"), _tell_rest(regions[MAX_MAPS:])
    )


def _make_overview(regions: Sequence[Region], placed: int) -> Markup:
    """Return the map of all regions. A few addresses far off are told of, and do not squeeze it."""
    cells = [cell for region in regions for cell in region.cells]
    near = [cell for region in regions if region.count >= _OVERVIEW_SHARE * placed for cell in region.cells]
    return _make_map("All together", cells, near or cells)


def _make_map(title: str, cells: Sequence[GridCell], framed: Sequence[GridCell]) -> Markup:
    frame = make_frame(framed)
    seen = [cell for cell in cells if frame.shows(cell)]
    count, orderable = sum(cell.count for cell in seen), sum(cell.orderable for cell in seen)
    outside = sum(cell.count for cell in cells) - count
    caption = f"{count_addresses(count)}, {show_share(orderable, count)} orderable"
    caption += f"; {show_count(outside)} more lie outside" if outside else ""
    return tag(
        "figure", tag("figcaption", f"{title} ", tag("span", caption)), draw(seen, frame, f"Map, {title}: {caption}")
    )


def _tell_rest(regions: Sequence[Region]) -> Markup:
    if not regions:
        return Markup()
    count = count_addresses(sum(region.count for region in regions))
    words = f"{count} in {show_count(len(regions))} other places: they have no map of their own."
    return tag("p", words, class_="more")


def _make_footer(heading: ReportHeading) -> Markup:
    made = heading.made.strftime("%d %B %Y, %H:%M %Z").lstrip("0")
    return tag("footer", tag("p", f"Made on {made} by aex qualify. Prices are compared within one currency only."))
