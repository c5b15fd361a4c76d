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

# What csv-stringify, Papa Parse and json2csv, DuckDB, Miller, MariaDB, PostgreSQL, SQLite, R and tablib wrote.
STYLES: Final = (
    make(
        "apostrophes around all, with line breaks and CR LF (Papa Parse)",
        "'ref';'address'\r\n'1';'x\ny; z'\r\n'2';'O''Neill'\r\n",
        "x\ny; z",
        "O'Neill",
        columns=("ref", "address"),
    ),
    make("apostrophes where they are needed (DuckDB)", "ref,address\n1,'x, y'\n2,\"z\"\n", "x, y", '"z"'),
    make(
        "apostrophes where they are needed, and semicolons",
        "ref;address;code\n1;x;2\n2;'12 \"Varing\"\nHome; lake';3\n",
        "x",
        '12 "Varing"\nHome; lake',
    ),
    make("apostrophes that belong to names", "ref,address\n1,'t Zand 5\n2,x\n", "'t Zand 5", "x"),
    make("texts kept from a spreadsheet, names too (json2csv)", '"=""ref""","=""address"""\n"=""1""","=""x"""\n', "x"),
    make("a mark before the name of a column", "ref,\ufeffaddress\n1,x\n", "x", columns=("ref", "address")),
    make(
        "escapes of databases (Miller, MariaDB)",
        'ref\taddress\n1\t12 "Varing"\\nHomelake\n2\tA\\tB \\\\ C\n',
        '12 "Varing"\nHomelake',
        "A\tB \\ C",
        name="a.tsv",
    ),
    make("UTF-32 without a mark", "ref,address\n1,Long\n".encode("utf-32-le"), "Long"),
    make("UTF-32 without a mark, big end first", "ref,address\n1,Long\n".encode("utf-32-be"), "Long"),
    make(
        "a delimiter in a name that is told",
        "street;number\nx\n",
        "x",
        column="street;number",
        delimiter=",",
    ),
    make("bars that stand twice (DuckDB)", "ref||address\n1||x\n", "x"),
)

ENDINGS: Final = (
    make(
        "what stands below a table",
        "address\nx\nTotal:\n(2 rows)\n",
        "x",
        "Total:",
        "(2 rows)",
        troubles=("", 'line 3: address is "Total:"', 'line 4: address is "(2 rows)"'),
    ),
    make(
        "two tables that were put together",
        "Ref,Address\n1,x\nref,address\n2,y\n",
        "x",
        "address",
        "y",
        troubles=("", "line 3: the header of the table once more", ""),
    ),
    make("a time that was a house number", "address\n03:04:00\n", "03:04:00", troubles=("line 2: address is a time",)),
)

UNTOLD: Final = (
    make("line ends of Unicode (csv-stringify)", "ref,address\u20281,x\u2028", refused="U\\+2028: replace it"),
    make("lines that end so", "1 x\u2028y\n", name="a.txt", refused="with U\\+2028"),
    make("a bad quote in semicolons", 'ref;address\n1;"x" y; z\n', refused='--delimiter, such as ";"'),
    make("wide commas", "ref\uff0caddress\n1\uff0cx\n", refused='--delimiter, such as "\uff0c"'),
    make("a directive that is wrong", 'sep=;\nref,address\n1,"x, y"\n', refused='--delimiter, such as ","'),
    make("a header of another table", "ref address\n1   x\n", name="a.txt", refused="reads like the header"),
    make("blanks and quotes (R)", '"code" "address"\n"1" "x y"\n', name="a.txt", refused="name its --delimiter"),
    make("envelopes", "12 Long\nTown\n\n13 Long\nTown\n", name="a.txt", refused="put it on one line; if each"),
    make("a table of a wiki (tablib)", "||ref||address||\n|1|x|\n", refused="a table drawn for people"),
    make("statements (SQLite)", "INSERT INTO a (address, n) VALUES ('x', 1);\n", name="a", refused="is SQL: export"),
    make("a dump (PostgreSQL)", "--\nCOPY public.a (ref, address) FROM stdin;\n1\tx\n", name="a", refused="is SQL"),
    make("GeoJSON", '{"type": "FeatureCollection", "features": []}', name="a.geojson", refused="is GeoJSON: export it"),
    make("GeoJSON, a line each", '{"type": "Feature", "properties": {}}\n', name="a.jsonl", refused="is GeoJSON"),
    make("no header", '001,"38 David Rd, Oaktree"\n', refused="looks like an address: put the names"),
    make("Feather", b"ARROW1\0\0" + bytes(40), refused="is Arrow, or Feather: export it"),
    make("LZ4", b"\x04\x22\x4d\x18" + bytes(40), name="a.csv.lz4", refused="packed with lz4: unpack it"),
    make("compress", b"\x1f\x9d\x90ab", name="a.csv.Z", refused="packed with compress: unpack it"),
    make("a comma in tabs", "ref\taddress\n1\tx\ty\n", refused="quote any field with a tab in it"),
)

READ: Final = (*ENDS, *COLONS, *TABLES, *STYLES)
POISON: Final = (*REPEATED, *FLAWED, *ENDINGS)
REFUSED: Final = (*PACKED, *DRAWN, *UNTOLD)
