"""Commands that are imported when they are asked for, so that each starts without what only others need."""

import shutil
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, Final, cast

import typer
from typer.core import TyperCommand, TyperGroup

from aex_async.cli.parameter_values import read_plainly

# Of each command: where its function is, or the group of its own commands.
HOMES: Final[Mapping[str, str]] = {
    "demo": "aex_async.cli.demo.command:demo",
    "order": "aex_async.cli.order.command:order",
    "orders": "aex_async.cli.orders.command:orders",
    "qualify": "aex_async.qualify.command.app:qualify",
    "sandbox": "aex_async.cli.sandbox:sandbox",
    "customer": "aex_async.cli.lookup:customer",
    "premises": "aex_async.cli.lookup:premises",
    "products": "aex_async.cli.lookup:products",
    "premise": "aex_async.cli.lookup:premise",
    "service": "aex_async.cli.lookup:service",
    "work-orders": "aex_async.cli.work_orders.command:work_orders",
    "doctor": "aex_async.cli.doctor.command:doctor",
    "schemas": "aex_async.cli.schemas:schemas",
}
_BOXED: Final = 100
"""From how many columns on help is drawn in boxes: where the longest option has room."""
_SETTINGS: Final[Mapping[str, dict[str, Any]]] = {
    "products": {"ignore_unknown_options": True},  # or -29.78 would be an option
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


class _Plain:
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
        if columns < _BOXED:
            cast("Any", self).rich_markup_mode = None
            formatter.width = columns  # or it would take fifty, and leave the rest to the terminal
        cast("Any", super()).format_help(ctx, formatter)


class Command(_Plain, TyperCommand):
    """One command."""


class Group(_Plain, TyperGroup):
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
    app.command(name, cls=Command, context_settings=_SETTINGS.get(name))(source)
    return typer.main.get_command(app)
