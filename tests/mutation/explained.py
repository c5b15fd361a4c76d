"""The mistakes that no test can notice, or should, and why."""

from collections.abc import Mapping

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "_policy": {
        "CoolDown.__init__: 0.0 as 1.0, in `self.spread = 0.0`": "it is not read before the first `extend`",
        "CoolDown.__init__: is missing, in `self.spread = 0.0`": "likewise",
        "draw_backoff: 30 as 31, in `return min(MAX_BACKOFF, left / 4, "
        "BASE_WAIT * math.ldexp(1, min(attempt, 30) - 1)) * draw()`": "both are far beyond MAX_BACKOFF",
    },
}
