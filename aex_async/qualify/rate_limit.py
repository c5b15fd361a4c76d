"""So many calls a second, and no more."""

import anyio


class Rate:
    """A turn every `1 / per_second` seconds, for any number of tasks; `None` is no limit."""

    def __init__(self, per_second: float | None = None) -> None:
        self._next = 0.0
        self.change(per_second)

    def change(self, per_second: float | None) -> None:
        """Give turns at another rate from the next on."""
        self._gap = 0.0 if per_second is None else 1 / per_second

    async def wait(self) -> None:
        """Wait for the next turn. Turns that nobody took are lost: there is no burst after a pause."""
        if not self._gap:
            return
        now = anyio.current_time()
        turn = max(now, self._next)
        self._next = turn + self._gap
        if turn > now:
            await anyio.sleep(turn - now)
