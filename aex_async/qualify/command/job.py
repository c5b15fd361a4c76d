"""What `aex qualify` does: plan the job, run what is left of it, write the results, say how it ended."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from aex_async.cli.console import announcing, leave, print_json, say
from aex_async.cli.exit_codes import FAILED, INTERRUPTED
from aex_async.client import PREPROD
from aex_async.errors import AExError, AuthenticationError, UsageError
from aex_async.qualify import Address, Journal, Qualification
from aex_async.qualify.command.outputs import Report, ResultStream
from aex_async.qualify.command.progress import Meter, count_addresses, describe_ending, tell_ending
from aex_async.qualify.command.runners import Runner
from aex_async.qualify.files.addresses import AddressFile
from aex_async.qualify.files.destination import MAX_WIDTH, OutputOptions, Target, choose_target
from aex_async.qualify.files.result_cells import UnwritableError, name_columns
from aex_async.qualify.files.results_file import check_extras, write_results
from aex_async.qualify.run import find_left

GIVEN_UP: Final = 70.0
"""About how long a run asks an AEx that never answers, in seconds."""


@frozen(kw_only=True)
class Job:
    """What to read and what to write."""

    source: AddressFile
    target: Target
    columns: tuple[str, ...]
    report: Report | None = None
    limit: int | None = None

    @property
    def total(self) -> int:
        """How many addresses are to be done."""
        return self.source.total if self.limit is None else min(self.limit, self.source.total)

    def addresses(self) -> Iterator[Address]:
        """Yield the addresses to be done."""
        return self.source.addresses(self.total)

    @property
    def output(self) -> Path | None:
        """The file that holds the results when all is done, unless they are handed on as they come."""
        return None if self.target.streamed else self.target.path

    @property
    def journal(self) -> Path | None:
        """Where the journal is, if the results have a file."""
        return self.output and self.output.with_name(f"{self.output.name}.journal")


@frozen
class Ending:
    """How a run ended: if early, an exit code and why; and how many requests it made."""

    code: int = 0
    words: str = ""
    requests: int = 0


def plan(
    source: AddressFile,
    output: str,
    options: OutputOptions,
    *,
    products: bool,
    report: Report | None = None,
    limit: int | None = None,
) -> Job:
    """Return the job for addresses that have been read; `UsageError` for what cannot be meant so."""
    target = choose_target(output, options, source)
    check_extras(target)
    columns = name_columns(source.columns, products=products)
    if target.format == "xlsx" and len(columns) > MAX_WIDTH:
        raise UsageError(
            f"{len(columns)} columns are more than a sheet can hold: choose a name ending in .csv or .parquet for -o"
        )
    job = Job(source=source, target=target, columns=columns, report=report, limit=limit)
    if report is not None:
        report.check({"addresses": Path(source.name), "results": target.path, "journal": job.journal})
    return job


def open_journal(job: Job, host: str | None) -> Journal:
    """Return the journal of a job, which may have begun in an earlier run."""
    path = job.journal
    if job.output is not None and path is not None and job.output.exists() and not path.exists():
        raise UsageError(f"{job.output} already exists and is from something else: choose another -o, or delete it")
    facts = {**job.source.facts, "AEx": name_host(host)}
    try:
        return Journal(path, facts)
    except UsageError as error:
        raise UsageError(f"{error}: choose another -o, or delete {job.output} and {path}") from None


def _is_there(path: Path) -> bool:
    """Whether there is a file; raises `OSError` for a name that none can have, as `exists` did before Python 3.14."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    return True


def read_left(job: Job, host: str | None) -> Iterator[Address]:
    """Yield the addresses that no earlier run has done. Unlike a run, this leaves no journal behind."""
    if job.journal is None or not _is_there(job.journal):
        yield from job.addresses()
        return
    with open_journal(job, host) as journal:
        yield from find_left(job.addresses(), journal)


def name_host(host: str | None) -> str:
    """Return which AEx is asked, as the journal knows it."""
    return (host or os.environ.get("AEX_BASE_URL") or PREPROD).rstrip("/")


def attempt(job: Job, journal: Journal, runner: Runner, host: str, *, bounded: bool = True) -> Ending:
    """Run what is left of a job; return what ended it early, if anything did.

    `bounded` is whether a run ends by itself, and soon, if nothing answers.
    """
    spent: list[int] = []
    done = journal.count(job.total)
    with Meter(job.total, done, tell_opening(host, job.total - done.total(), bounded=bounded)) as meter:
        stream = ResultStream(job.target, job.columns, journal) if job.target.streamed else None

        def watch(result: Qualification) -> None:
            meter.add(result.outcome)
            if stream is not None:
                stream.catch_up()

        async def ask() -> None:
            try:
                await runner.run(job.addresses(), journal, watch, meter.say, spent.append)
                if stream is not None:
                    stream.catch_up()
            finally:
                if stream is not None:
                    stream.finish()  # however the run ended, unless it was because of the stream itself

        ending = asyncio.run(run_to_its_end(ask))
    return evolve(ending, requests=sum(spent))


def tell_opening(host: str, left: int, *, bounded: bool) -> str:
    """Return what is said first: what is done, and how long nothing may be seen of it."""
    if not left:
        return ""
    longest = f" If it does not answer at all, the run ends after some {GIVEN_UP:.0f} s." if bounded else ""
    return f"Asking {host} about {count_addresses(left)}.{longest}"


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
    except OSError as error:  # that of standard output is none, for the command as a whole tells it, once
        return Ending(FAILED, f"Stopped, for this machine says: {error.strerror or error}")
    return Ending()


def _say(error: Exception) -> str:
    return str(error).rstrip(".")


def finish(job: Job, journal: Journal, ending: Ending, *, json: bool = False) -> None:
    """Write the results and the report if every address is done, and leave with what there is to say."""
    counts, total = journal.count(), job.total
    done = journal.count(total).total()  # an earlier run may have done more than the limit of this one
    if ending.code:
        kept = f"{done} of {total} addresses are done and kept: run the same again for the rest"
        leave(f"{ending.words}. {kept if job.output else 'Give -o a file, and what is done is kept'}.", ending.code)
    if done < total:
        leave(f"Only {done} of {total} addresses were found: did the file change meanwhile?", FAILED)
    try:
        with announcing("Writing the results."):
            _write(job, journal)
    except KeyboardInterrupt:
        if job.output is None:  # there is no journal either that the same command could go on from
            leave("Interrupted. The results were printed; the report was not written.", INTERRUPTED)
        leave("Interrupted. All is done and kept: run the same again to have it written.", INTERRUPTED)
    ended = describe_ending(counts, addresses=job.source.total, requests=ending.requests)
    if json:
        print_json(ended)
    else:
        say(tell_ending(ended))
        if counts["none"] == counts.total() > 1:  # rather a wrong column or file than a country without fibre
            say("AEx knows none of these addresses: are they in another column (--column), or in another file?")
    if counts["failed"]:
        leave(_tell_failed(counts["failed"], journal.count_unreadable()), FAILED)


def _write(job: Job, journal: Journal) -> None:
    if job.output is not None:
        _write_results(job, job.output, journal)
    if job.report is not None:
        job.report.write(job.source.name, job.output, journal.results())


def _write_results(job: Job, path: Path, journal: Journal) -> None:
    kept = f"All is done and kept, but {path} cannot be written"
    try:
        write_results(path, job.target, job.columns, journal.results())
    except OSError as error:
        leave(f"{kept}: {error.strerror or error}.", FAILED)
    except UnwritableError as error:
        leave(f"{kept}: {error}, and run the same again.", FAILED)


def _tell_failed(failed: int, unreadable: int) -> str:
    if failed == unreadable:
        rows = "its row" if failed == 1 else "their rows"
        return f"{failed} failed, for {rows} cannot be read: aex_reason says what to correct."
    told = f"{failed} failed: run the same again with --retry-failed"
    return f"{told}; {unreadable} of them cannot be read, as aex_reason says." if unreadable else f"{told}."
