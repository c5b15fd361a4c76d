"""The mistakes that no test can notice, or should, each with its reason.

An excuse names a function and a change of it, never a file, a line or a statement, so that it outlives a move of the
code and a new name of the class.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from tests.mutation.mistakes import Mistake


class Excuse(NamedTuple):
    """Why nobody notices a change of a function or a constant, and how many times that change may be missed in it."""

    function: str
    change: str
    why: str
    times: int = 1


EXCUSES: Sequence[Excuse] = (
    Excuse("MAX_WAIT", "60.0 as 61.0", "it is for `_http.calls`, whose tests notice it"),
    Excuse("CoolDown", "0.0 as 1.0", "it is not read before the first `extend`"),
    Excuse("CoolDown", "is missing", "it is not read before the first `extend`"),
    Excuse("draw_backoff", "30 as 31", "both are far beyond MAX_BACKOFF"),
    Excuse("Track", "0 as 1", "the first page sets it, which is never stale"),
    Excuse("Track", "is missing", "the first page sets it, which is never stale"),
    Excuse("find_flaw", "`Gt` as `GtE`", "so short a body cannot hold so many, and is only not counted", times=3),
    Excuse("SMALL", "32768 as 32769", "a byte more or less"),
    Excuse("may_hold_twins", "`Gt` as `GtE`", "it only looks closer than it must"),
    Excuse("pair_keys", "`Lt` as `LtE`", "it only looks closer than it must"),
    Excuse("pair_keys", "returns nothing", "nobody reads what this parse makes"),
    Excuse("is_deep", "returns nothing", "nothing counts as false"),
    Excuse("parse_with", "`Gt` as `GtE`", "with just so many brackets the closer look says no"),
    Excuse("make_shape", "False as True", "it spares the garbage collector work, and changes no value"),
    Excuse("quote_page", "returns nothing", "nothing is as empty"),
    Excuse("is_exact", "`LtE` as `Lt`", "no model has a field of every kind"),
    Excuse("OwnClient", "False as True", "with a transport handed in, httpx looks for no proxy in the environment"),
    Excuse("asend", "is missing", "it only shows that the value is not read"),
    Excuse("open_transport", "False as True", "with a context handed in, httpx looks for none in the environment"),
    Excuse("close", "True as False", "httpx shields its own closing too"),
    Excuse("close", "is missing", "a loop that ends takes one more step by itself"),
    Excuse("make_context", "is missing", "Python's own by now"),
    Excuse("is_excepted", "returns nothing", "nothing counts as false"),
    Excuse("ONE_CONNECTION", "1 as 2", "who holds the lane sends one request at a time"),
    Excuse("receive", "True as False", "httpx shields its own closing too"),
    Excuse("__getattr__", "`And` as `Or`", "the whole is parsed a little earlier"),
    Excuse("_make_headers", "0 as 1", "the same headers, made each time anew"),
    Excuse("aclose", "2 as 3", "how often it looks whether all calls have ended, within the same second"),
    Excuse("aclose", "is missing", "how often it looks whether all calls have ended, within the same second"),
    Excuse("aclose", "`min` as `max`", "how often it looks whether all calls have ended, within the same second"),
    Excuse("aclose", "`Mult` as `Add`", "how often it looks whether all calls have ended, within the same second"),
    Excuse("aclose", "0.05 as 1.05", "how often it looks whether all calls have ended, within the same second"),
    Excuse("_take_lane", "`GtE` as `Gt`", "a wait that ends with the deadline is in vain either way"),
    *(
        Excuse("read_datetime", change, "the pattern of the other forms reads the same, only slower", times=times)
        for change, times in (
            *(("10 as 11", 1), ("11 as 12", 1), ("13 as 14", 1), ("19 as 20", 1), ("20 as 21", 1), ("25 as 26", 1)),
            *(("3 as 4", 1), ("`LtE` as `Lt`", 1), ("`NotEq` as `Eq`", 1), ("without `not`", 1)),
        )
    ),
    Excuse("BRIDGED", "8.0 as 9.0", "how long is promised to nobody"),
    Excuse("MAX_QUIET", "3600.0 as 3601.0", "how long is promised to nobody"),
    Excuse("RestartGuard", "0.0 as 1.0", "the first refusal sets it, and nothing reads it before"),
    Excuse("RestartGuard", "is missing", "the first refusal sets it, and nothing reads it before", times=2),
    Excuse("SETTLING", "30.0 as 31.0", "how long is promised to nobody"),
    Excuse("KEEP_ALIVE", "5.0 as 6.0", "how long is promised to nobody, but that servers drop it soon after"),
    Excuse("PAUSE", "2 as 3", "how often it looks within the time that a connection is kept"),
    Excuse("_close", "returns nothing", "nothing counts as false"),
    Excuse("expire_left", "0.0 as 1.0", "both are long past"),
    Excuse("is_unprocessed", "returns nothing", "nothing counts as false"),
    Excuse("PARTING", "2.0 as 3.0", "how long is promised to nobody"),
    Excuse("PARTING", "0.25 as 1.25", "how long is promised to nobody"),
    Excuse("MAX_PAGES", "100000 as 100001", "how many is promised to nobody"),
    Excuse("WALKS", "6 as 7", "how often is promised to nobody"),
)
_TIMES = {(excuse.function, excuse.change): excuse.times for excuse in EXCUSES}


def list_unexplained(missed: Iterable[Mistake]) -> Iterator[Mistake]:
    """Yield the missed mistakes of a module that have no excuse: all of a kind where it is for fewer of them."""
    for kind, alike in groupby(sorted(missed, key=_tell_kind), _tell_kind):
        mistakes = list(alike)
        if len(mistakes) > _TIMES.get(kind, 0):
            yield from mistakes


def _tell_kind(mistake: Mistake) -> tuple[str, str]:
    return mistake.function, mistake.what
