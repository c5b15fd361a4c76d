"""What a tool has seen of a journey, and which of the planted secrets it has recorded."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from attrs import frozen

from telemetry.journey import SECRETS

HEADINGS = ("tool", "client", "loop", "tries seen", "of", "secrets by us", "secrets by itself", "from its own")


@frozen
class Road:
    """Which client the journey was made with, on which event loop."""

    brought: bool
    loop: str

    @property
    def client(self) -> str:
        """The client, as the table names it."""
        return "http_client=" if self.brought else "default"

    @property
    def refusals(self) -> int:
        """How many requests never left: a write refuses a kept connection of a pool that was brought."""
        return int(self.brought)

    def __str__(self) -> str:
        return f"{self.client} on {self.loop}"


ROWS: list[tuple[object, ...]] = []


def judge(tool: str, road: Road, made: int, recorded: Iterable[Mapping[str, Any]], own: Collection[str]) -> None:
    """Note and check what `tool` recorded: all tries that were made, and no secret but in fields that are its own.

    `recorded` has the fields of one try each, and `own` names those that the tool reads from the URL.
    """
    tries = list(recorded)
    ours = _find_secrets([{name: value for name, value in each.items() if name not in own} for each in tries])
    filled = {name for each in tries for name, value in each.items() if name in own and _find_secrets(value)}
    by_itself = sorted(set(_find_secrets(tries)) - set(ours))
    shown = (", ".join(by_itself) or "none", ", ".join(sorted(filled)) or "-")
    ROWS.append((tool, road.client, road.loop, len(tries), made, f"{len(ours)} of {len(SECRETS)}", *shown))
    assert len(tries) == made
    assert not ours


def _find_secrets(value: object) -> list[str]:
    shown = repr(value)
    return [secret for secret in SECRETS if secret in shown]


def show_table() -> str:
    """Return all that was noted, as a table in Markdown."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *ROWS]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)
