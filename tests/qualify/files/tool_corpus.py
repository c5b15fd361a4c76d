"""Texts as other programs leave them, and what must come out of each: more of what is in `corpus`."""

import gzip
import io
import tarfile
from typing import Final

from tests.qualify.files.corpus import make


def tar(content: bytes) -> bytes:
    """Return an archive of one file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("a.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


ENDS: Final = (
    make("Ctrl-Z at the end, as DOS left it", "1 x\r\n2 y\r\n\x1a", "1 x", "2 y", name="a.txt"),
    make("Ctrl-Z behind the last letter", "1 x\r\n2 y\x1a\r\n", "1 x", "2 y", name="a.txt"),
    make("a block filled with Ctrl-Z", "ref,address\r\n1,x\r\n" + "\x1a" * 77, "x"),
    make("Ctrl-Z in UTF-16", "ref,address\r\n1,x\r\n\x1a".encode("utf-16"), "x"),
    make("Ctrl-Z in gzip", gzip.compress(b"ref,address\n1,x\n\x1a"), "x", name="a.csv.gz"),
    make("Ctrl-Z behind JSON", '[{"address": "x"}]\r\n\x1a', "x", name="a.json"),
    make("Ctrl-Z behind lines of JSON", '{"address": "x"}\r\n\x1a', "x", name="a.jsonl"),
    make("nothing but Ctrl-Z", "\x1a"),
    make("two byte order marks", "\ufeff\ufeffref,address\n1,x\n", "x", columns=("ref", "address")),
    make("two byte order marks in UTF-16", "\ufeff\ufeffref,address\n1,x\n".encode("utf-16-le"), "x"),
    make("line ends by turns", "ref,address\r\n1,x\n2,y\r3,z\r\n", "x", "y", "z"),
    make("line ends that were turned twice", b"ref,address\r\r\n1,x\r\r\n", "x"),
    make("two files of gzip", gzip.compress(b"ref,address\n1,x\n") + gzip.compress(b"2,y\n"), "x", "y"),
)

REPEATED: Final = (
    make(
        "an address that stands twice",
        '{"address": "x", "address": "y"}\n{"address": "z"}\n',
        "y",
        "z",
        name="a.jsonl",
        troubles=('line 1: "address" stands twice in one object', ""),
    ),
    make(
        "a name that stands twice within a value",
        '[\n{"address": "x", "n": [{"a": 1, "a": 2}]}]',
        "x",
        name="a.json",
        troubles=('line 2: "a" stands twice',),
    ),
    make(
        "a name that stands twice, escaped once",
        '{"address": "x", "n": 1, "\\u006e": 2}\n',
        "x",
        name="a.jsonl",
        troubles=('line 1: "n" stands twice',),
    ),
    make(
        "half a letter as a name, twice",
        '{"address": "x", "\\ud83d": 1, "\\ud83d": 2}\n',
        "x",
        name="a.jsonl",
        troubles=('line 1: "\\ud83d" stands twice',),
    ),
    make(
        "Ctrl-Z in the middle",
        "1 x\r\n\x1a2 y\r\n",
        "1 x",
        "\ufffd2 y",
        name="a.txt",
        troubles=("", "line 2: address holds bytes"),
    ),
)

COLONS: Final = (
    make("colons in values", '{"address": "x: y", "n": {"at": "12:30", "m": "\\":"}}\n', "x: y", name="a.jsonl"),
)

PACKED: Final = (
    make("tar", tar(b"address\nx\n"), name="a.csv.tar", refused="packed with tar: unpack it"),
    make("tar in gzip", gzip.compress(tar(b"address\nx\n")), name="a.tar.gz", refused="packed with tar: unpack it"),
    make("gzip in gzip", gzip.compress(gzip.compress(b"address\nx\n")), refused="with gzip twice: unpack it once"),
    make("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", refused="is a PDF: export it as CSV"),
    make("RTF", "{\\rtf1 x}", refused="is RTF: export it as CSV"),
    make("a database", b"SQLite format 3\0" + bytes(84), refused="is a SQLite database: export it as CSV"),
    make("UTF-16 and half a letter", "ref,address\n1,x\n".encode("utf-16-le") + b"\0", refused="not utf-16-le"),
)

READ: Final = (*ENDS, *COLONS)
POISON: Final = REPEATED
REFUSED: Final = PACKED
