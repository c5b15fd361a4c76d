"""Qualify addresses by the hundred thousand: the premise AEx knows, whether and what can be ordered there.

The parts, from the one that asks to the ones that keep::

    Qualifier    one address: search, match, products; given calls, not a client
    OutageGuard  the same through outages of AEx
    run          many of them, each written down as it is done
    match        which of some premises an address means, without any I/O
    Journal      what is done, in one file that survives the run
    Qualification    the row
"""

from aex_async.qualify.calls import QualifyCalls, Rate
from aex_async.qualify.journal import Journal, JournalError
from aex_async.qualify.matching import MatchResult, match
from aex_async.qualify.model import OUTCOMES, Address, Candidate, Offer, Outcome, Qualification
from aex_async.qualify.qualifier import Qualifier
from aex_async.qualify.run import PATIENCE, OutageError, OutageGuard, run

__all__ = [
    "OUTCOMES",
    "PATIENCE",
    "Address",
    "Candidate",
    "Journal",
    "JournalError",
    "MatchResult",
    "Offer",
    "OutageError",
    "OutageGuard",
    "Outcome",
    "Qualification",
    "Qualifier",
    "QualifyCalls",
    "Rate",
    "match",
    "run",
]
