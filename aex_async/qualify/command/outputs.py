"""What `aex qualify` hands over: results in a file or as they come, a report beside them."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from attrs import frozen

from aex_async.cli.console import leave
from aex_async.cli.exit_codes import FAILED
from aex_async.errors import UsageError
from aex_async.qualify import Qualification
from aex_async.qualify.files.destination import Target
from aex_async.qualify.files.results_file import TextFile, open_stream
from aex_async.qualify.journal import Journal
from aex_async.qualify.report.page import ReportHeading, is_report, write_report


class ResultStream:
    """Results in the order of the input, each as soon as its turn comes."""

    def __init__(self, target: Target, columns: Sequence[str], journal: Journal) -> None:
        self._target, self._columns, self._journal, self._due = target, columns, journal, 1
        self._stack = contextlib.ExitStack()
        self._file: TextFile | None = None

    def catch_up(self) -> None:
        """Hand on the results whose turn it is. Whoever reads them has them at once: none waits for more to come."""
        file, due = self._open(), self._due
        while (result := self._journal.get(self._due)) is not None:
            file.write([result])
            self._due += 1
        if self._due > due:
            file.flush()

    def finish(self) -> None:
        """Write what stands after the last result, also if it is not the last one of the job: a JSON list is closed."""
        with self._stack:
            if self._file is not None:
                self._file.finish()

    def _open(self) -> TextFile:
        if self._file is None:
            self._file = self._stack.enter_context(open_stream(self._target, self._columns))
        return self._file


MADE_UP: Final = "a sandbox, whose answers are made up"


@frozen(kw_only=True)
class Report:
    """The file to write a report to, and the AEx that was asked."""

    path: Path
    aex: str

    def check(self, taken: Mapping[str, Path | None]) -> None:
        """Raise `UsageError` if the report cannot be written there, or would take the place of something else."""
        try:
            self._check_path(taken)
            TemporaryFile(dir=self.path.parent).close()  # whatever is in the way is to be told before the run
        except OSError as error:
            words = f"the report {self.path} cannot be written: {error.strerror}; choose another --report"
            raise UsageError(words) from None
        if not self._may_write():
            raise UsageError(f"{self.path} already exists and is not a report: choose another --report, or delete it")

    def _check_path(self, taken: Mapping[str, Path | None]) -> None:
        # Before any path is followed: of a link in a circle one Python says so, the next takes it for a file to be.
        if self.path.is_symlink() and not self.path.exists():
            behind = self.path.readlink()
            words = f"the report {self.path} is a link to {behind}, which does not exist: choose another --report"
            raise UsageError(f"{words}, or delete it")
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            self.path.stat()  # refuses what no file can be called, as pathlib's own questions do before Python 3.14
        for name, path in taken.items():
            if path is not None and _is_same(self.path, path):
                raise UsageError(f"the report would overwrite the {name}: choose another --report")
        if not self.path.parent.is_dir():
            raise UsageError(f"there is no folder {self.path.parent} for the report: make it first")

    def _may_write(self) -> bool:
        try:
            return not self.path.exists() or is_report(self.path)
        except OSError:  # a folder, or what may not be read
            return False

    def write(self, addresses: str, output: Path | None, results: Iterable[Qualification]) -> None:
        """Write the report of results that are complete; leave with one sentence if that fails."""
        told = "what was written to standard output" if output is None else output.name
        heading = ReportHeading(addresses=Path(addresses).name, results=told, aex=self.aex, made=datetime.now(UTC))
        try:
            write_report(self.path, heading, results)
        except OSError as error:
            words = f"The results are written, but {self.path} cannot be: {error.strerror}"
            leave(f"{words}; run the same again with another --report.", FAILED)


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))
