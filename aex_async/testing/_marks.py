"""What the marker `aex` asks of a sandbox, by name."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

if TYPE_CHECKING:
    from aex_async.sandbox import Fault, Oddities, Sandbox

# The sandbox is imported where it is used: every pytest run in this environment loads this module.

EXAMPLES: Final = {
    "oddities": "'unordered', a list of names, or {'max_count': 7}",
    "faults": "{'POST /services/full': 'cut_after'}",
}


def prepare_sandbox(sandbox: "Sandbox", item: pytest.Item) -> None:
    """Make a sandbox as odd as the markers of a test say; fails the test for a marker that says nothing that is known.

    The nearest marker decides: about the oddities as a whole, about the faults of each route.
    """
    try:
        _obey(sandbox, list(item.iter_markers("aex"))[::-1])
    except ValueError as error:
        problem = str(error)
    else:
        return
    pytest.fail(f"@pytest.mark.aex of {item.name}: {problem}", pytrace=False)  # here, where nothing else is told of


def _obey(sandbox: "Sandbox", marks: Iterable[pytest.Mark]) -> None:
    faults: dict[str, Fault] = {}
    for mark in marks:
        _check_mark(mark)
        if "oddities" in mark.kwargs:
            sandbox.oddities = read_oddities(mark.kwargs["oddities"])
        faults |= _read_faults(mark.kwargs.get("faults", {}))
    for route, fault in faults.items():
        method, _, path = route.rpartition(" ")
        sandbox.faults.add(fault, method=method or None, path=path)


def _check_mark(mark: pytest.Mark) -> None:
    if strange := [*map(repr, mark.args), *(name for name in mark.kwargs if name not in EXAMPLES)]:
        usual = " and ".join(f"{name}={example}" for name, example in EXAMPLES.items())
        raise ValueError(f"it takes {usual}, not {strange[0]}")


def read_oddities(wanted: object) -> "Oddities":
    """Return oddities said by name; raises `ValueError` for a name that none has, or a value that it cannot take."""
    from aex_async.sandbox import Oddities  # noqa: PLC0415

    if isinstance(wanted, Oddities):
        return wanted
    if isinstance(wanted, str):
        return Oddities().changed({wanted: True})
    if isinstance(wanted, Mapping):
        return Oddities().changed(cast("Mapping[str, Any]", wanted))
    if not isinstance(wanted, Iterable):
        raise ValueError(f"oddities are {EXAMPLES['oddities']}, not {wanted!r}")  # noqa: TRY004 - told as all others are
    return Oddities().changed(dict.fromkeys(cast("Iterable[str]", wanted), True))


def _read_faults(wanted: object) -> "dict[str, Fault]":
    if not isinstance(wanted, Mapping):
        raise ValueError(f"faults are a dict such as {EXAMPLES['faults']}, not {wanted!r}")  # noqa: TRY004 - likewise
    faults = cast("Mapping[str, Any]", wanted)
    for route in faults:
        _check_route(route)
    return {route: read_fault(fault) for route, fault in faults.items()}


def read_fault(wanted: "str | Iterable[Any] | Fault") -> "Fault":
    """Return a fault that was said by its name, or by its name and what it takes; raises `ValueError` for neither."""
    from aex_async.sandbox import Fault  # noqa: PLC0415

    if isinstance(wanted, Fault):
        return wanted
    if isinstance(wanted, str):
        return Fault.named(wanted)
    if not isinstance(wanted, list | tuple):
        examples = "'cut_after', or ('late', 5) with what it takes"
        raise ValueError(f"a fault is its name, such as {examples}, not {wanted!r}")  # noqa: TRY004 - likewise
    return Fault.named(*wanted)


def _check_route(route: str) -> None:
    """Raise `ValueError` unless the sandbox has a route that such a request could be for."""
    from aex_async.sandbox._routes import TABLE  # noqa: PLC0415

    method, _, path = route.rpartition(" ")
    methods = sorted({each.method for each in TABLE})
    if method and method not in methods:
        raise ValueError(f"{route!r} must begin with one of {', '.join(methods)}")
    if "*" not in path and not any(method in ("", each.method) and _begins(path, each.path) for each in TABLE):
        raise ValueError(f"no request goes to {route!r}: use one of {', '.join(each.name for each in TABLE)}")


def _begins(path: str, shape: str) -> bool:
    """Whether `path`, perhaps cut short, is of that shape, in which `*` stands for any segment."""
    parts, wanted = path.partition("?")[0].split("/"), shape.split("/")
    pairs = list(zip(parts, wanted, strict=False))
    parts_before, (part, beginning) = pairs[:-1], pairs[-1]
    return (
        len(parts) <= len(wanted)
        and all(segment in ("*", each) for each, segment in parts_before)
        and (beginning == "*" or beginning.startswith(part))
    )
