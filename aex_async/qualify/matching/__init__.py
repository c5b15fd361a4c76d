"""Addresses as people and registers write them: taken apart, and held against what AEx knows.

From the call to what it is made of::

    match      which of some premises an address means
    compare    two addresses, part by part: vetoes first, then findings
    WEIGHTS    what each finding costs, fitted from labelled pairs
    parse      an address taken apart, by the grammar of its country
"""

from aex_async.qualify.matching.decision import MatchResult, match
from aex_async.qualify.matching.parsing.address import parse
from aex_async.qualify.matching.parsing.parts import Country, Parts, Street, Unit

__all__ = ["Country", "MatchResult", "Parts", "Street", "Unit", "match", "parse"]
