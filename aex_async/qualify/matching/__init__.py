"""Addresses as people and registers write them: taken apart, and held against what AEx knows.

From the call to what it is made of::

    match        which of some premises an address means          (decision)
      compare      two addresses, part by part: vetoes first        (decision, comparing)
        WEIGHTS      what each part scores, fitted to labelled pairs  (part_scores)
      parse        an address taken apart, by its country's grammar (parsing)
"""

from aex_async.qualify.matching.decision import MatchResult, match
from aex_async.qualify.matching.parsing.address import parse
from aex_async.qualify.matching.parsing.parts import Country, Parts, Street, Unit

__all__ = ["Country", "MatchResult", "Parts", "Street", "Unit", "match", "parse"]
