"""The text of an input: its encoding, told or judged by all of its bytes, and its characters as they are read."""

import codecs
import contextlib
import hashlib
import io
import re
from collections.abc import Generator
from typing import Any, Final, TextIO

from attrs import define, evolve, field, frozen

from aex_async.errors import UsageError
from aex_async.qualify.files.input_bytes import CHUNK, InputBytes

LEGACY: Final = "cp1252"
"""What spreadsheets on Windows write in South Africa, the United States and Western Europe."""

MAX_LINE: Final = 16 << 20

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINELESS: Final = {"idna", "punycode", "raw_unicode_escape", "unicode_escape"}
"""Encodings of names of hosts, and of Python's own escapes, to which Python gives names like those of texts."""
_SAMPLE: Final = 1 << 18
_MARKUP: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table)\b", re.IGNORECASE)
"""How a login page begins that was saved in the place of a file, and what portals call Excel and is HTML."""
_FOREIGN: Final = {
    b"%PDF": "a PDF",
    b"{\\rtf": "RTF",
    b"SQLite format 3": "a SQLite database",
    b"ARROW1\0\0": "Arrow, or Feather",
    b"Obj\x01": "Avro",
    b"\0\x01\0\0Standard ": "a database of Access",
}
_CONTROLS: Final = bytes(set(range(32)) - set(b"\0\t\n\v\f\r\x1a\x1b\x1f"))

# What a text in another old encoding looks like when it is read as cp1252. A library was tried before this was
# written: of short lists of addresses in cp1252 charset-normalizer takes most for cp1250, and makes a Polish letter
# of a Spanish one.
_UNLIKELY: Final = re.compile(
    "[\u0192\u201a\u201e\u2020\u2021\u02c6\u02dc\u2030\u2039\u203a\u00a1-\u00a6\u00a8\u00ac\u00af\u00b1\u00b6\u00b8\u00b9\u00d0\u00d7\u00de\u00f0\u00f7\u00fe]"
    "|[a-z\u00df-\u00ff][\u0160\u017d\u0152\u0178\u00c0-\u00de]"  # a capital within a word
    # a sign within a word
    "|[a-z][\u2013\u2014\u201c\u201d\u2122\u2026\u2022\u2018\u00ab\u00bb\u00a7\u00a9\u00ae\u00b4][a-z]"
    "|[\u00c0-\u00ff\u0160\u0161\u017d\u017e]{3}"  # hardly a plain letter: Cyrillic, Greek, Japanese
)

_UTF_8: Final = re.compile(rb"[\xc3\xc4\xc5\xe2][\x80-\xbf]{1,2}")
"""Letters with accents, and quotation marks, as hardly any other encoding has them one after another."""


@frozen
class Encoding:
    """An encoding, and whether a byte order mark stands before the text."""

    codec: str
    bom: bool = False


UTF_8: Final = Encoding("utf-8")


@frozen(kw_only=True)
class TextFacts:
    """What reading all bytes of a text told: a `flawed` one has bytes that are no text, NUL, or Ctrl-Z.

    The lines of a `mixed` one may end in several ways. `end` is where a text ends before its bytes do.
    """

    encoding: Encoding
    flawed: bool
    mixed: bool
    long_line: bool
    digest: str
    end: int | None = None


def read_encoding(given: str) -> Encoding:
    """Return the encoding that somebody named; `UsageError` if there is none of that name."""
    codec = _find_codec(given)
    if codec is None:
        raise UsageError(f'there is no encoding "{given}": utf-8, utf-8-sig, utf-16 and cp1252 are the usual ones')
    name = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codec.name, codec.name)
    return Encoding(name, bom=codec.name in {"utf-8-sig", "utf-16", "utf-32"})


def _find_codec(given: str) -> codecs.CodecInfo | None:
    try:
        codec = codecs.lookup(given)
        text = "a".encode(codec.name) and b"".decode(codec.name)
    except (LookupError, ValueError, TypeError):
        return None
    del text
    return None if codec.name.replace("-", "_") in _LINELESS else codec


def examine(source: InputBytes, given: str | None) -> TextFacts:
    """Read all bytes of a text once, and return what they tell; `UsageError` if the encoding cannot be told."""
    head = source.peek(4096)
    if foreign := next((kind for magic, kind in _FOREIGN.items() if head.startswith(magic)), None):
        raise UsageError(f"{source.name} is {foreign}: export it as CSV or as Excel")
    if head and not head.strip(b"\0"):
        # What a disk that lost power, or a download that broke off, leaves of a file; UTF-32 it would seem to be.
        raise UsageError(f"{source.name} holds nothing but NUL where its text should begin: fetch it again")
    marked = next((Encoding(codec, bom=True) for mark, codec in _BOMS if head.startswith(mark)), None)
    named = None if given is None else read_encoding(given)
    known = named and (marked if marked and _is_kin(marked, named) else Encoding(named.codec))
    known = known or marked or _judge_by_nul(head)
    if known is None and any(byte in _CONTROLS for byte in head):
        raise UsageError(f"{source.name} is neither text nor a file that aex can read: CSV, JSON, Excel, Parquet")
    if _MARKUP.match(head):
        raise UsageError(f"{source.name} is a web page or XML, whatever it is called: save it as CSV or as Excel")
    scan = _BytesScan(codecs.getincrementaldecoder(known.codec if known else "utf-8")())
    with source.open() as file:
        while part := file.read(CHUNK):
            scan.add(part)
    scan.finish()
    if known is not None and scan.broken and known.codec != "utf-8":
        raise UsageError(f"{source.name} is not {known.codec}, from byte {scan.broken_at} on: name its --encoding")
    encoding = known or (Encoding(LEGACY) if scan.broken else Encoding("utf-8"))
    if known is None and scan.broken:
        _check_legacy(source.name, bytes(scan.sample))
    wide = encoding.codec.startswith(("utf-16", "utf-32"))
    return TextFacts(
        encoding=encoding,
        flawed=wide or scan.controls or (scan.broken and encoding.codec == "utf-8"),
        mixed=scan.mixed,
        long_line=scan.longest > MAX_LINE,
        digest=scan.digest.hexdigest(),
        end=scan.find_end(encoding.codec),
    )


def _is_kin(marked: Encoding, named: Encoding) -> bool:
    """Whether a mark says more exactly what was named: UTF-16 is either way round."""
    return marked.codec.rpartition("-")[0] == named.codec.rpartition("-")[0]


def _judge_by_nul(head: bytes) -> Encoding | None:
    """Return UTF-16 or UTF-32 without a mark: one byte of two, or three of four, are NUL then in a Latin text."""
    quarters = [head[place::4] for place in range(4)]
    if len(head) >= 8 and len(head) % 4 == 0 and not any(quarters[2] + quarters[3]):  # noqa: PLR2004
        return Encoding("utf-32-le")
    if len(head) >= 8 and len(head) % 4 == 0 and not any(quarters[0] + quarters[1]):  # noqa: PLR2004
        return Encoding("utf-32-be")
    even, odd = head[0::2], head[1::2]
    if len(odd) > 1 and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return Encoding("utf-16-le")
    if len(odd) > 1 and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return Encoding("utf-16-be")
    return None


_CTRL_Z: Final = "\x1a"
_TAIL: Final = 4096


@define
class _BytesScan:
    """One pass over all bytes."""

    _decoder: codecs.IncrementalDecoder
    broken: bool = False
    broken_at: int = 0
    controls: bool = False
    mixed: bool = False
    longest: int = 0
    sample: bytearray = field(factory=bytearray)
    digest: Any = field(factory=hashlib.sha256)
    _read: int = 0
    _line: int = 0
    _tail: bytes = b""

    def add(self, part: bytes) -> None:
        self.digest.update(part)
        self.controls = self.controls or b"\0" in part or b"\x1a" in part
        if b"\n" in part or b"\r" in part:
            self._line = 0
            pairs = part.count(b"\r\n")
            self.mixed = self.mixed or part.count(b"\r") != pairs or (pairs > 0 and part.count(b"\n") != pairs)
        self._line += len(part)
        self.longest = max(self.longest, self._line)
        if not self.broken:
            self._decode(part, final=False)
        if len(self.sample) < _SAMPLE and not part.isascii():
            self.sample += b"\n".join(line for line in part.splitlines() if not line.isascii())[:_SAMPLE]
        self._read += len(part)
        self._tail = (self._tail + part[-_TAIL:])[-_TAIL:]

    def find_end(self, codec: str) -> int | None:
        """Return where Ctrl-Z stands at the end, which DOS took for the end of a text and filled blocks with."""
        blanks = {mark.encode(codec) for mark in (_CTRL_Z, "\r", "\n", " ", "\t")}
        mark, at, end = _CTRL_Z.encode(codec), len(self._tail), None
        while self._tail[at - len(mark) : at] in blanks:
            at -= len(mark)
            if self._tail[at : at + len(mark)] == mark:
                end = at
        return None if end is None else self._read - len(self._tail) + end

    def finish(self) -> None:
        if not self.broken:
            self._decode(b"", final=True)

    def _decode(self, part: bytes, *, final: bool) -> None:
        try:
            self._decoder.decode(part, final)
        except UnicodeDecodeError as error:
            self.broken, self.broken_at = True, self._read + error.start + 1


def _check_legacy(name: str, sample: bytes) -> None:
    """Raise `UsageError` unless the lines that are not ASCII read well as cp1252."""
    hint = "name its --encoding, such as cp1252, mac_roman or cp850"
    if _UTF_8.search(sample):
        raise UsageError(
            f"{name} is UTF-8 on some lines and not on others: --encoding utf-8 lets those rows fail, "
            "--encoding cp1252 reads all of them as a spreadsheet on Windows would"
        )
    try:
        text = sample.decode(LEGACY)
    except UnicodeDecodeError:
        raise UsageError(f"{name} is neither UTF-8 nor cp1252: {hint}") from None
    if odd := next((line for line in text.splitlines() if _UNLIKELY.search(line)), None):
        raise UsageError(f'{name} is not UTF-8, and as cp1252 it reads "{odd.strip()[:60]}": {hint}')


SAMPLE: Final = 1 << 16
_MARK: Final = "\ufeff"


@frozen
class InputText:
    """The characters of an input; what is no character in UTF-8 becomes a surrogate, for its row to be found by."""

    source: InputBytes
    encoding: Encoding

    @classmethod
    def of(cls, source: InputBytes, facts: TextFacts) -> "InputText":
        """Return the text of some bytes that were examined."""
        return cls(evolve(source, end=facts.end), facts.encoding)

    @property
    def name(self) -> str:
        """What to call the input."""
        return self.source.name

    @contextlib.contextmanager
    def open(self) -> Generator[TextIO]:
        """Give the text after a byte order mark, its line ends as they are."""
        errors = "surrogateescape" if self.encoding.codec == "utf-8" else "strict"
        raw = self.source.open()
        # Programs that write a mark to a text which has one already leave two.
        start = raw.read(16).decode(self.encoding.codec, "ignore")
        marks = start[: len(start) - len(start.lstrip(_MARK))]
        raw.seek(len(marks.encode(self.encoding.codec)))
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
