"""The mistakes that no test can notice, or should, and why."""

from collections.abc import Mapping

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "_policy": {
        "CoolDown.__init__: 0.0 as 1.0, in `self.spread = 0.0`": "it is not read before the first `extend`",
    },
}
