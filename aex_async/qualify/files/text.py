"""The text of an input, decoded as it is read."""

import contextlib
import io
from collections.abc import Generator
from typing import Final, TextIO

from attrs import frozen

from aex_async.qualify.files.encoding import Encoding
from aex_async.qualify.files.spool import InputBytes

SAMPLE: Final = 1 << 16
_MARK: Final = "\ufeff"


@frozen
class InputText:
    """The characters of an input; what is no character in UTF-8 becomes a surrogate, for its row to be found by."""

    source: InputBytes
    encoding: Encoding

    @property
    def name(self) -> str:
        """What to call the input."""
        return self.source.name

    @contextlib.contextmanager
    def open(self) -> Generator[TextIO]:
        """Give the text after a byte order mark, its line ends as they are."""
        errors = "surrogateescape" if self.encoding.codec == "utf-8" else "strict"
        raw = self.source.open()
        if raw.read(4).decode(self.encoding.codec, "ignore").startswith(_MARK):
            size = len(_MARK.encode(self.encoding.codec))
        else:
            size = 0
        raw.seek(size)
        with io.TextIOWrapper(raw, encoding=self.encoding.codec, errors=errors, newline="") as file:
            yield file

    def sample(self) -> tuple[str, bool]:
        """Return the beginning, up to a line's end, and whether this is all of it."""
        with self.open() as file:
            text = file.read(SAMPLE)
            if len(text) < SAMPLE:
                return text, True
        end = max(text.rfind("\n"), text.rfind("\r")) + 1
        return text[:end] or text, False

    def find_line_end(self) -> str:
        """Return what ends most lines. Spreadsheets put a bare line feed into cells, so that CR LF counts first."""
        text, _ = self.sample()
        if "\r\n" in text:
            return "\r\n"
        return "\r" if "\r" in text and "\n" not in text else "\n"
