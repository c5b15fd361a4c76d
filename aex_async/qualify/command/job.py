"""What `aex qualify` does: plan the job, run what is left of it, write the results, say how it ended."""

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Final

import typer
from attrs import frozen

from aex_async.cli.console import leave
from aex_async.cli.exits import FAILED, INTERRUPTED
from aex_async.client import PREPROD
from aex_async.errors import AExError, AuthenticationError, UsageError
from aex_async.qualify import Journal, Qualification
from aex_async.qualify.command.progress import Meter, tell_counts
from aex_async.qualify.command.report_option import Report
from aex_async.qualify.command.runners import Runner
from aex_async.qualify.sinks import Lines, OutputFormat, guess_output, load_pyarrow, name_columns, write_file
from aex_async.qualify.sources import InputFormat, Source, inspect

STANDARD: Final = "-"


@frozen(kw_only=True)
class Job:
    """What to read and what to write; no `output` is standard output."""

    source: Source
    output: Path | None
    format: OutputFormat
    columns: tuple[str, ...]
    report: Report | None = None

    @property
    def journal(self) -> Path | None:
        """Where the journal is, if the results have a file."""
        return self.output and self.output.with_name(f"{self.output.name}.journal")


@frozen
class Ending:
    """What ended a run early: an exit code, and why."""

    code: int = 0
    words: str = ""


@contextlib.contextmanager
def place(addresses: str) -> Generator[Path]:
    """Give the file to read: of standard input a copy, for it is read more than once."""
    if addresses != STANDARD:
        yield Path(addresses)
        return
    with tempfile.NamedTemporaryFile(prefix="aex-qualify-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Path(file.name)


def plan(
    path: Path,
    name: str,
    *,
    output: str,
    column: str | None,
    input_format: InputFormat | None,
    output_format: OutputFormat | None,
    products: bool,
    report: Report | None = None,
) -> Job:
    """Read the addresses once, and return the job; `UsageError` for what cannot be meant so."""
    if name == STANDARD and column is not None:
        input_format = input_format or "csv"
    source = inspect(path, kind=input_format, column=column, name="standard input" if name == STANDARD else name)
    target, kind = None if output == STANDARD else Path(output), output_format or guess_output(output)
    if kind == "parquet":
        load_pyarrow()
    if kind == "parquet" and target is None:
        raise UsageError("Parquet cannot be written to standard output: give -o a file")
    if target is not None and target.exists() and target.samefile(path):
        raise UsageError("the results would take the place of the addresses: choose another -o")
    columns = name_columns(source.columns, products=products)
    job = Job(source=source, output=target, format=kind, columns=columns, report=report)
    if report is not None:
        report.check({"addresses": path, "results": target, "journal": job.journal})
    return job


def open_journal(job: Job, host: str | None) -> Journal:
    """Return the journal of a job, which may have begun in an earlier run."""
    path = job.journal
    if job.output is not None and path is not None and job.output.exists() and not path.exists():
        raise UsageError(f"{job.output} is there already, from something else: choose another -o, or delete it")
    facts = {"input": job.source.summarize, "column": job.source.column, "AEx": name_host(host)}
    try:
        return Journal(path, facts)
    except UsageError as error:
        raise UsageError(f"{error}: choose another -o, or delete {job.output} and {path}") from None


def name_host(host: str | None) -> str:
    """Return which AEx is asked, as the journal knows it."""
    return (host or os.environ.get("AEX_BASE_URL") or PREPROD).rstrip("/")


def attempt(job: Job, journal: Journal, runner: Runner) -> Ending:
    """Run what is left of a job; return what ended it early, if anything did."""
    with Meter(job.source.total, journal.count()) as meter:
        stream = None if job.output else _Stream(job, journal)

        def watch(result: Qualification) -> None:
            meter.add(result.outcome)
            if stream is not None:
                stream.catch_up()

        async def ask() -> None:
            await runner.run(job.source.addresses(), journal, watch, meter.say)
            if stream is not None:
                stream.catch_up()
                sys.stdout.flush()

        return asyncio.run(run_to_its_end(ask))


async def run_to_its_end(ask: Callable[[], Awaitable[None]]) -> Ending:
    """Run, and return what ended it early: one sentence for each kind of end."""
    try:
        await ask()
    except asyncio.CancelledError:  # Ctrl-C, which asyncio hands to the one task there is
        return Ending(INTERRUPTED, "Interrupted")
    except AuthenticationError as error:
        return Ending(FAILED, f"Stopped: {_say(error)}. Check AEX_TOKEN, and that it belongs to this base URL")
    except AExError as error:
        return Ending(FAILED, f"Stopped: {_say(error)}")
    except OSError as error:
        # What standard output still holds would make the interpreter's own exit complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Ending(FAILED, f"Stopped, for this machine says: {error.strerror}")
    return Ending()


def _say(error: Exception) -> str:
    return str(error).rstrip(".")


class _Stream:
    """Standard output, on which results stand in the order of the input, each as soon as its turn comes."""

    def __init__(self, job: Job, journal: Journal) -> None:
        self._job, self._journal, self._due = job, journal, 1
        self._lines: Lines | None = None

    def catch_up(self) -> None:
        """Write the results whose turn it is."""
        self._lines = self._lines or Lines(sys.stdout, self._job.format, self._job.columns)
        while (result := self._journal.get(self._due)) is not None:
            self._lines.write([result])
            self._due += 1


def finish(job: Job, journal: Journal, ending: Ending) -> None:
    """Write the results and the report if every address is done, and leave with what there is to say."""
    counts = journal.count()
    if ending.code:
        kept = f"{counts.total()} of {job.source.total} addresses are done and kept: run the same again for the rest"
        leave(f"{ending.words}. {kept if job.output else 'Give -o a file, and what is done is kept'}.", ending.code)
    if counts.total() != job.source.total:
        leave(
            f"Only {counts.total()} of {job.source.total} addresses were found: did the file change meanwhile?", FAILED
        )
    if job.output is not None:
        try:
            write_file(job.output, job.format, job.columns, journal.results())
        except OSError as error:
            leave(f"All is done and kept, but {job.output} cannot be written: {error.strerror}.", FAILED)
    if job.report is not None:
        job.report.write(job.source.name, job.output, journal.results())
    typer.echo(f"{counts.total()} addresses: {tell_counts(counts) or 'none in the file'}.", err=True)
    if counts["failed"]:
        leave(f"{counts['failed']} failed: run the same again with --retry-failed.", FAILED)
