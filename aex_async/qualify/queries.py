"""What to ask AEx for an address: from the most specific query to the least, and not many.

AEx may read a query as one text to be found as it stands, or as words to be found each (field notes, "Lists"): the
first is the address as given, then the words that clerks write alike, at last the street alone.
"""

from collections.abc import Iterator

from attrs import frozen

from aex_async.qualify.matching import Parts, parse

STEM = 4  # letters: what a misspelt word mostly begins with


@frozen
class Query:
    """One search. A wide one leaves out what is often misspelt, so that no further one can find a likelier row."""

    q: str
    wide: bool = False


def make_queries(text: str) -> list[Query]:
    """Return the queries for an address, each once."""
    given = " ".join(text.split())
    queries = {given: Query(given)}
    for query in _loosen(parse(text)):
        queries.setdefault(query.q, query)
    return list(queries.values())


def _loosen(parts: Parts) -> Iterator[Query]:
    street = parts.street
    if parts.number is None or not street.name:
        return
    name = max(street.name, key=len)
    suburb = max(parts.places[0], key=len) if parts.places else None
    if suburb:
        yield Query(f"{parts.number} {name} {suburb}", wide=True)
    yield Query(f"{parts.number} {name}", wide=True)
    if suburb:
        yield Query(f"{parts.number} {name[:STEM]} {suburb[:STEM]}", wide=True)
        yield Query(f"{parts.number} {suburb}", wide=True)
    yield Query(" ".join((*street.name, street.kind or "")).strip().title(), wide=True)
