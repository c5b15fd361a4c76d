"""The command line as a whole. A further command is one module, and one line in `commands.py`."""

import logging
import sys
from typing import Annotated, Any

import typer

from aex_async._version import __version__
from aex_async.cli.commands import Commands
from aex_async.cli.console import make_sentence, print_json, say, wants_json
from aex_async.cli.exit_codes import FAILED, MISUSED, UNCERTAIN
from aex_async.cli.json_output import describe_failure
from aex_async.cli.streams import is_finishing_first

# Typer's own tracebacks would show local variables, and among them the token.
app: typer.Typer = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> int:
    """Run the command that the command line names, and return its exit code."""
    # What the library warns of, the command says itself; unasked, Python would print it on standard error too.
    logging.getLogger("aex_async").addHandler(logging.NullHandler())
    try:
        return app(standalone_mode=False) or 0
    except (OSError, MemoryError) as error:
        return tell_refusal(error)
    except UnicodeEncodeError as error:
        # In some locales a name, as the C library reads it, is more than Python can write. In UTF-8 all names pass.
        if error.encoding != sys.getfilesystemencoding() or error.encoding == "utf-8":
            raise
        advice = "rename the file, or set LC_ALL to C.UTF-8"
        return tell_refusal(OSError(f"a file's name cannot be written in its encoding, {error.encoding}: {advice}"))
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return tell_misuse(error)  # one of typer's, which exports but few of its classes


def tell_misuse(error: Any) -> int:
    """Say what cannot be meant so, and return the exit code. Without any argument, the help is shown."""
    if type(error).__name__ == "NoArgsIsHelpError":
        if error.message:  # in boxes it has been shown already, and nothing is left
            typer.echo(error.message)
        return MISUSED
    message = " ".join(error.format_message().split())
    path = error.ctx.command_path if getattr(error, "ctx", None) else "aex"
    advice = f"See {path} --help."
    if wants_json():
        print_json(describe_failure(message, MISUSED, advice=advice))
    say(f"{make_sentence(message)} {advice}")
    return MISUSED


def tell_refusal(error: OSError | MemoryError) -> int:
    """Say what this machine refused where no command foresaw it, and return the exit code."""
    nothing = "there is no memory left" if isinstance(error, MemoryError) else type(error).__name__
    reason = getattr(error, "strerror", None) or str(error) or nothing
    path = getattr(error, "filename", None)
    message = f"This machine refuses: {reason}" + (f": {path}" if path else "")
    # Nobody but the journal knows how far an order had got.
    code, advice = (UNCERTAIN, "See aex orders.") if is_finishing_first() else (FAILED, "")
    if wants_json():
        print_json(describe_failure(message, code, advice=advice))
    say(f"{make_sentence(message)} {advice}".rstrip())
    return code


def show_version(wanted: bool) -> None:  # noqa: FBT001 - typer hands an option to its callback by position
    """Print the version, and end there."""
    if wanted:
        typer.echo(f"aex_async {__version__}")
        raise typer.Exit


@app.callback()
def aex(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=show_version, is_eager=True)
    ] = False,
) -> None:
    """Order fibre through AEx, or learn how without touching it.

    For example, to see it at work: `aex demo`

    Exit codes:

    - 0: success

    - 1: AEx refused, or something failed here, and nothing was ordered; one sentence on standard error says why

    - 2: the command line or the environment is wrong; nothing was sent

    - 3: an order may or may not exist: `aex orders resume` looks again

    - 4: an order is in conflict: it is there already, or a person must choose

    - 5: the order was placed, but standard output could not be written; `aex orders` knows of it

    - 130: Ctrl-C, 143: SIGTERM, 129: SIGHUP, which all end a command alike; 141: the reader of its output has gone
    """
    del version  # its callback has seen to it
