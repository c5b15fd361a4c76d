"""What goes wrong with one caller's requests, drawn from chance of its own, whoever runs first."""

from collections.abc import Callable
from contextvars import ContextVar
from random import Random

from aex_async.sandbox import Effect, Fault
from aex_async.sandbox._fault_rules import Faults

DISTURBED = 0.5  # of the writes
DISTURBED_READS = 0.06
LATEST = 600.0  # seconds after its answer at which a write may still take place
LONGEST_ANSWER = 420  # bytes

Draw = Callable[[Random, Effect], Fault]

_WRITES: tuple[Draw, ...] = (
    lambda _, effect: Fault(effect=effect),
    lambda chance, effect: Fault.cut_after(chance.randrange(LONGEST_ANSWER), effect=effect),
    lambda chance, effect: Fault.cut_after(chance.randrange(LONGEST_ANSWER), effect=effect),
    lambda chance, effect: Fault.reset(chance.randrange(LONGEST_ANSWER), effect=effect),
    lambda _, effect: Fault.silent(effect=effect),
    lambda _, effect: Fault.status(503, effect=effect, retry_after=3),
    lambda _, effect: Fault.status(500, effect=effect, body="Unknown Error"),
    lambda _, effect: Fault.status(429, effect=effect, retry_after=1),
    lambda _, effect: Fault.other_customer(effect=effect),
    lambda _, __: Fault.refuse(),
    lambda chance, _: Fault.cut_request(chance.randrange(LONGEST_ANSWER)),
)
REFUSALS = (400, 401)

_READS: tuple[Callable[[Random], Fault], ...] = (
    lambda _: Fault.status(500),
    lambda _: Fault.status(502, body="<h1>Bad Gateway</h1>"),
    lambda chance: Fault.status(503, retry_after=chance.choice((0, 2))),
    lambda chance: Fault.cut_after(chance.randrange(1000)),
    lambda chance: Fault.reset(chance.randrange(1000)),
    lambda _: Fault.silent(),
    lambda chance: Fault.delay(chance.uniform(0, 5)),
    lambda _: Fault.answer("<html>log in</html>"),
    lambda _: Fault(headers=((b"age", b"30"),)),
    lambda _: Fault.drift(),
)


def draw_write(chance: Random, lag: float) -> Fault:
    """Draw what becomes of a write: its effect on time, late or never, crossed with the fate of its answer.

    A refusal is AEx's own word, so it comes with no effect, or with one that is seen at once.
    """
    fault = Fault()
    if chance.random() < DISTURBED:
        effect: Effect = chance.choice(("before", "before", "never", chance.uniform(0, 60), chance.uniform(0, LATEST)))
        pick = chance.randrange(len(_WRITES) + len(REFUSALS))
        if pick < len(_WRITES):
            fault = _WRITES[pick](chance, effect)
        else:
            fault = Fault.status(REFUSALS[pick - len(_WRITES)], effect="never" if lag or effect != "before" else effect)
    return fault.after(chance.uniform(0, 2))


def draw_read(chance: Random) -> Fault | None:
    """Draw what becomes of a read, mostly nothing."""
    return chance.choice(_READS)(chance) if chance.random() < DISTURBED_READS else None


class Caller:
    """Whoever makes requests in a task: their chance, and what is to be done at each."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def note(self, method: str, target: str, fault: Fault) -> None:
        """Take note of a request that is about to be made, and of what goes wrong with it."""


CALLER: ContextVar[Caller] = ContextVar("caller")


class Mishaps(Faults):
    """The faults of a sandbox, drawn for each request from the chance of whoever makes it."""

    def __init__(self, lag: float) -> None:
        super().__init__(Random(0))  # noqa: S311 - no rule asks it
        self.lag = lag

    def pick(self, method: str, target: str) -> Fault:
        """Return what goes wrong with a request about to be made."""
        caller = CALLER.get(None)
        if caller is None:
            return super().pick(method, target)
        drawn = draw_write(caller.chance, self.lag) if method == "POST" else draw_read(caller.chance)
        fault = drawn or super().pick(method, target)
        caller.note(method, target, fault)
        return fault
