"""Values of a command line, read by hand where they are plain: typer imports pydantic for every one of them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import typer

_NUMBER, _WHOLE = "is not a number", "is not a whole number"
_PLAIN: Final[Mapping[Any, tuple[Callable[[Any], Any], str]]] = {
    str: (str, ""),
    str | None: (str, ""),
    int: (int, _WHOLE),
    float: (float, _NUMBER),
    float | None: (float, _NUMBER),
}


def read_plainly(parameter: Any) -> None:
    """Let a parameter of typer's be read here, and quote what cannot be read.

    Versions of typer before 0.27 have no pydantic, nor the method that this replaces, and are left alone.
    """
    make_reader = getattr(parameter, "get_runtime_param", None)
    if make_reader is not None and not isinstance(make_reader, ParameterReader):
        parameter.get_runtime_param = ParameterReader(make_reader)


class ParameterReader:
    """What reads one parameter: by hand if it is text or a number, else as typer does."""

    def __init__(self, make_reader: Callable[[], Any]) -> None:
        self._make_reader = make_reader

    def __call__(self) -> "ParameterReader":
        """Return itself, as what typer would make is returned at its place."""
        return self

    def coerce(self, value: Any, *, param: Any, ctx: Any) -> Any:
        """Return a value as its parameter wants it."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        annotation = param.type_descriptor.annotation
        if annotation in _PLAIN:
            read, trouble = _PLAIN[annotation]
            return _check_range(self._read(read, value, trouble), param)
        if annotation == list[str]:
            return [str(item) for item in value]
        return self._read_as_typer_does(value, param, ctx)

    def _read(self, read: Callable[[Any], Any], value: Any, trouble: str) -> Any:
        try:
            return read(value)
        except ValueError:
            raise typer.BadParameter(f"{value!r} {trouble}.") from None

    def _read_as_typer_does(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return self._make_reader().coerce(value, param=param, ctx=ctx)
        except typer.BadParameter as error:
            if repr(value) not in error.message:
                error.message = f"{value!r}: {error.message}"
            raise


def _check_range(value: Any, param: Any) -> Any:
    """Return a value that is within what its parameter allows. NaN is in no range."""
    low, high = param.min, param.max
    if (low is None or value >= low) and (high is None or value <= high):
        return value
    bounds = [f"{low:,} or more"] if high is None else [f"from {low:,} to {high:,}"]
    raise typer.BadParameter(f"{value!r} must be {bounds[0]}.")
