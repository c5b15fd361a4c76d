"""Commands that are imported when they are asked for, so that each starts without what only others need."""

import shutil
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, Final, cast

import typer
from typer.core import TyperCommand, TyperGroup

# Of each command: where its function is, or the group of its own commands.
HOMES: Final[Mapping[str, str]] = {
    "demo": "aex_async.cli.demo.command:demo",
    "order": "aex_async.cli.orders.placing_command:order",
    "orders": "aex_async.cli.orders.journal_command:orders",
    "qualify": "aex_async.qualify.command.app:qualify",
    "sandbox": "aex_async.cli.sandbox:sandbox",
    "customer": "aex_async.cli.lookup:customer",
    "premises": "aex_async.cli.lookup:premises",
    "products": "aex_async.cli.lookup:products",
    "premise": "aex_async.cli.lookup:premise",
    "service": "aex_async.cli.lookup:service",
    "work-orders": "aex_async.cli.work_orders:work_orders",
    "doctor": "aex_async.cli.doctor.command:doctor",
    "schemas": "aex_async.cli.schemas:schemas",
}
BOXED: Final = 100
"""From how many columns on help is drawn in boxes: where the longest option has room."""
SETTINGS: Final[Mapping[str, dict[str, Any]]] = {
    "products": {"ignore_unknown_options": True},  # or -29.78 would be an option
}


# Read by hand: typer imports pydantic for every value of a command line.
NOT_A_NUMBER, NOT_WHOLE = "is not a number", "is not a whole number"
PLAIN_TYPES: Final[Mapping[Any, tuple[Callable[[Any], Any], str]]] = {
    str: (str, ""),
    str | None: (str, ""),
    int: (int, NOT_WHOLE),
    float: (float, NOT_A_NUMBER),
    float | None: (float, NOT_A_NUMBER),
}


class CommandTable(Mapping[str, Any]):
    """The commands by name, each built when it is first looked at."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = homes
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            module, _, attribute = self._homes[name].partition(":")
            self._built[name] = build(name, getattr(import_module(module), attribute))
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


class Plain:
    """What a command and a group of them have in common: how their parameters are read and shown."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, `--help` among them. A flag takes no value, so it is shown without a type."""
        parent = cast("Any", super())  # typer's command or group, which comes after this class
        parameters = cast("list[Any]", parent.get_params(ctx))
        for parameter in parameters:
            read_plainly(parameter)
            if getattr(parameter, "is_flag", False):
                parameter.metavar = ""
        return parameters

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help: in boxes where there is room for them, which cut names in a narrow terminal, else plainly."""
        columns = shutil.get_terminal_size().columns
        if columns < BOXED:
            cast("Any", self).rich_markup_mode = None
            formatter.width = columns  # or it would take fifty, and leave the rest to the terminal
        cast("Any", super()).format_help(ctx, formatter)


class Command(Plain, TyperCommand):
    """One command."""


class Group(Plain, TyperGroup):
    """A command with commands of its own."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write what each command is for, whole; typer would cut it to what is left of one line."""
        del ctx
        with formatter.section("Commands"):
            about = {name: (command.help or "").partition("\n\n")[0] for name, command in self.commands.items()}
            formatter.write_dl([(name, " ".join(words.split())) for name, words in about.items()])


class Commands(Group):
    """The commands of `aex`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # click would let commands be added later; every one of ours is in the table.
        self.commands: MutableMapping[str, Any] = cast("Any", CommandTable(HOMES))


def build(name: str, source: Callable[..., None] | typer.Typer) -> Any:
    """Return the command that a function, or a group of them, describes."""
    if isinstance(source, typer.Typer):
        return typer.main.get_command(source)
    app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)
    app.command(name, cls=Command, context_settings=SETTINGS.get(name))(source)
    return typer.main.get_command(app)


def read_plainly(parameter: Any) -> None:
    """Let a parameter of typer's be read here, and quote what cannot be read.

    Versions of typer without pydantic lack the method that this replaces, and are left alone.
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
        if annotation in PLAIN_TYPES:
            read, trouble = PLAIN_TYPES[annotation]
            return check_range(self._read(read, value, trouble), param)
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


def check_range(value: Any, param: Any) -> Any:
    """Return a value that is within what its parameter allows. NaN is in no range."""
    low, high = param.min, param.max
    if (low is None or value >= low) and (high is None or value <= high):
        return value
    bounds = [f"{low:,} or more"] if high is None else [f"from {low:,} to {high:,}"]
    raise typer.BadParameter(f"{value!r} must be {bounds[0]}.")
