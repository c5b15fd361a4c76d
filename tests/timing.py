"""A clock for upper limits: it stands still while the machine, busy with other things, does not let this thread run."""

import time
from pathlib import Path

_WAITED = Path("/proc/thread-self/schedstat")  # ns on a core, ns of waiting for one, turns


def unhindered() -> float:
    """Return seconds that passed for this thread. Not for lower limits: what it waits for goes on meanwhile."""
    waited = int(_WAITED.read_text().split()[1]) / 1e9 if _WAITED.exists() else 0.0
    return time.monotonic() - waited
