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

TABLES: Final = (
    make("commas that a backslash escapes", "ref,address,n\n1,x\\, y,2\n", "x, y", columns=("ref", "address", "n")),
    make("a text that is kept from being a number", 'ref,address\n1,"=""12 Long"""\n', "12 Long"),
    make("a text that says that there is nothing", "ref\taddress\n1\t\\N\n2\tNULL\n3\tnan\n", "", "", ""),
    make("a column called as one street", "Street\nDavid Rd\n", "David Rd"),
    make("a header of two words", "Site address:\nDavid Rd\n", "David Rd"),
    make(
        "a number before the street that follows it",
        "complex,number,street,suburb,code\nThe Oaks,38,David Rd,Oaktree,0184\nNULL,38,David Rd,,184\n",
        "The Oaks, 38 David Rd, Oaktree, 0184",
        "38 David Rd, 184",
        column=("complex", "number", "street", "suburb", "code"),
    ),
    make(
        "a number before the street that came before it",
        "name,street,street number\nThe Oaks,David Rd,38\n",
        "The Oaks, 38 David Rd",
        column=("name", "street", "street number"),
    ),
    make("a ruled line in what is told to be lines", "1 x\n---\n", "1 x", "---", name="a", format="lines"),
    make("a list of any name that is told to be one", "1 x\n", "1 x", name="a.yml", format="lines"),
    make("one object", '{"address": "x", "n": [1]}', "x", name="a.json"),
    make("one object without an address", '{"n": 1}', "1", name="a.json"),
)

FLAWED: Final = (
    make(
        "an error of a spreadsheet",
        "ref,address\n1,#N/A\n2,#REF!\n",
        "#N/A",
        "#REF!",
        troubles=("line 2: address is #N/A, an error", "line 3: address is #REF!"),
    ),
    make(
        "dates that were house numbers",
        "number,street\n4-Mar,David Rd\nMar-26,David Rd\n2026-03-04,David Rd\n3/4,David Rd\n",
        "4-Mar",
        "Mar-26",
        "2026-03-04",
        "3/4 David Rd",
        column=("number", "street"),
        troubles=("line 2: number is a date, 4-Mar", "line 3: number is a date", "line 4: number is a date", ""),
    ),
)

DRAWN: Final = (
    make(
        "a table of psql",
        " ref | address \n-----+---------\n   1 | x\n(1 row)\n",
        name="a.txt",
        refused="rule in line 2",
    ),
    make(
        "a table of MySQL", "+-----+---+\n| address |\n+---------+\n| x       |\n", name="a", refused="rule in line 1"
    ),
    make("a table of Markdown", "| ref | address |\n|---|:---|\n| 1 | x |\n", refused="drawn for people.*as CSV"),
    make(
        "a table in boxes",
        "\u250c\u2500\u2500\u2500\u2510\n\u2502 x \u2502\n",
        name="a.txt",
        refused="drawn for people",
    ),
    make("aligned columns", "REF  ADDRESS    TOWN\n1    38 David   x\n", name="a.txt", refused="aligned with spaces"),
    make("YAML", "- address: x\n", name="a.yml", refused="a .yml file is hardly a list .*--input-format lines"),
    make("SQL", "BEGIN TRANSACTION;\n", name="a.sql.gz", refused="a .sql file is hardly a list"),
    make("carets", "ref^address\n1^x\n", refused='name the --delimiter, such as "\\^"'),
    make("units of ASCII", "ref\x1faddress\n1\x1fx\n", refused="name the --delimiter"),
    make("a title", "Sites of 2026\n\nref,address\n1,x\n", refused='"Sites of 2026": delete what is above'),
    make("a comment", "# made today\nref,address\n1,x\n", refused="delete what is above the header"),
    make(
        "a street for a header", "Railway Street\nMain Road\n", refused="looks like an address, .*--input-format lines"
    ),
    make(
        "a list in an object",
        '{"data": [{"address": "x"}]}',
        name="a.json",
        refused="one object that holds everything",
    ),
    make("columns of pandas", '{"address": {"0": "x"}}', name="a.json", refused="write a list of objects"),
)

READ: Final = (*ENDS, *COLONS, *TABLES)
POISON: Final = (*REPEATED, *FLAWED)
REFUSED: Final = (*PACKED, *DRAWN)
