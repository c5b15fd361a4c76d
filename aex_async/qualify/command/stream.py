"""Results that are handed on as they come: to standard output, a pipe, a device."""

import contextlib
from collections.abc import Sequence

from aex_async.qualify.files.destination import Target
from aex_async.qualify.files.results_file import open_stream
from aex_async.qualify.files.text_writers import TextFile
from aex_async.qualify.journal import Journal


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
