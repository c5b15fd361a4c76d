"""Which requests go wrong, in what way, and how often."""

import random
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from attrs import Attribute, asdict, define, field

from aex_async.sandbox._faults import FLAWLESS, Fault, is_number, is_whole

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def _check_method(_: object, __: "Attribute[str | None]", value: object) -> None:
    if value is not None and value not in METHODS:
        raise ValueError(f"a method is one of {', '.join(METHODS)}, or none at all, not {value!r}")


def _check_path(_: object, __: "Attribute[str]", value: object) -> None:
    # Any other would concern no request at all, and a test would pass because nothing went wrong.
    if not isinstance(value, str) or not (value.startswith("/") or "*" in value or not value):
        raise ValueError(f"a path begins with a slash, or has a * in it, not {value!r}")


def _check_times(_: object, __: "Attribute[int | None]", value: object) -> None:
    if value is not None and not is_whole(value):
        raise ValueError(f"times is a whole number, or none for ever, not {value!r}")


def _check_skip(_: object, __: "Attribute[int]", value: object) -> None:
    if not is_whole(value):
        raise ValueError(f"skip is a whole number, not {value!r}")


def _check_rate(_: object, __: "Attribute[float]", value: float) -> None:
    if not is_number(value) or value > 1:
        raise ValueError(f"rate is a share, 0 to 1, not {value!r}")


@define
class _Rule:
    fault: Fault
    method: str | None = field(validator=_check_method)
    path: str = field(validator=_check_path)
    times: int | None = field(validator=_check_times)
    skip: int = field(validator=_check_skip)
    rate: float = field(validator=_check_rate)

    def concerns(self, method: str, target: str) -> bool:
        if self.fault.handshake or self.method not in (None, method):
            return False
        if "*" not in self.path:
            return target.startswith(self.path)
        # To a shell a question mark is any character, so that a search's path would be that of a customer, too.
        return fnmatchcase(target, self.path.replace("?", "[?]"))

    def describe(self) -> dict[str, Any]:
        state = asdict(self.fault)
        body = self.fault.body
        state["headers"] = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self.fault.headers]
        state["body"] = None if body is None else body.decode("latin-1")
        return {**asdict(self, recurse=False), "fault": state}

    def fires(self, chance: random.Random) -> bool:
        if self.skip:
            self.skip -= 1
            return False
        if self.rate < 1.0 and chance.random() >= self.rate:
            return False
        self.times = None if self.times is None else self.times - 1
        return True


def read_chance(state: Sequence[Any]) -> tuple[Any, ...]:
    """Return what `random.Random.setstate` takes, of what JSON has made of it."""
    version, numbers, gauss = state
    return version, tuple(numbers), gauss


def _read_fault(state: Mapping[str, Any]) -> Fault:
    body = state["body"]
    headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in state["headers"])
    values: dict[str, Any] = {**state}
    values.update(headers=headers, body=None if body is None else body.encode("latin-1"))
    return Fault(**values)


def _read_rule(state: Mapping[str, Any]) -> _Rule:
    values: dict[str, Any] = {**state}
    values["fault"] = _read_fault(state["fault"])
    return _Rule(**values)


@define
class Faults:
    """The rules by which requests fail, tried in the order they were added."""

    _chance: random.Random = field(repr=False)
    _rules: list[_Rule] = field(factory=list[_Rule], init=False)

    def add(
        self,
        fault: Fault,
        *,
        method: str | None = None,
        path: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        rate: float = 1.0,
    ) -> None:
        """Make requests fail.

        `method` is such as `"GET"`, or `None` for any. `path` is the beginning of the path with its query
        (`"/customers?"` is the search alone), or all of it, in which `*` is any text and
        `[ab]` one of these characters, as in `"/customers/*/services*"`. The first
        `skip` requests concerned pass; of the others a share of `rate` fails, until `times` have (`None`:
        for ever). The first rule that fires decides. Raises `ValueError` for what no request can ever be, and for a
        method or a path with a fault of a handshake, which no request has been made in yet.
        """
        if fault.handshake and (method or path):
            raise ValueError("a handshake comes before any request, so that it has neither a method nor a path")
        method = method.upper() if isinstance(method, str) else method
        self._rules.append(_Rule(fault, method, path or "", times, skip, rate))

    @property
    def rules(self) -> tuple[dict[str, Any], ...]:
        """The rules as they stand, in plain JSON: what is to fail, and how often it still will."""
        return tuple(rule.describe() for rule in self._rules)

    @property
    def chance(self) -> tuple[Any, ...]:
        """Where the chance stands by which a share of requests fails."""
        return self._chance.getstate()

    def restore(self, rules: Iterable[Mapping[str, Any]], chance: Sequence[Any] | None = None) -> None:
        """Be the rules that `rules` told of, and go on from the chance that `chance` told of, if it did."""
        self._rules = [_read_rule(rule) for rule in rules]
        if chance is not None:
            self._chance.setstate(read_chance(chance))

    def clear(self) -> None:
        """Let every request succeed again."""
        self._rules.clear()

    def pick(self, method: str, target: str) -> Fault:
        """Return what goes wrong with a request about to be made, which uses up one of the `times`."""
        for rule in self._rules:
            if rule.times != 0 and rule.concerns(method, target) and rule.fires(self._chance):
                return rule.fault
        return FLAWLESS

    def pick_handshake(self) -> Fault:
        """Return what goes wrong with a handshake about to begin, which uses up one of the `times`."""
        for rule in self._rules:
            if rule.times != 0 and rule.fault.handshake and rule.fires(self._chance):
                return rule.fault
        return FLAWLESS
