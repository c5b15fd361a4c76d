"""Small files of the kinds that people have, and what must come out of each."""

# ruff: noqa: RUF001 - the letters that programs take for one another are what this is about

import gzip
import json
from typing import Any, Final

from attrs import field, frozen

from aex_async.qualify.files.encoding import MAX_LINE

PLACE: Final = "38 David Rd (Cottage), Oaktree, Krugersdorp"
QUOTED: Final = f'"{PLACE}"'
DEEP: Final = "[" * 500 + "]" * 500


@frozen(kw_only=True)
class Case:
    """A file, what is said of it, and what must be read: the addresses, or the words of a refusal."""

    says: str
    name: str = "a.csv"
    content: bytes
    options: dict[str, Any] = field(factory=dict[str, Any])
    addresses: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    refused: str = ""


def make(says: str, content: str | bytes, *addresses: str, name: str = "a.csv", **more: Any) -> Case:
    data = content if isinstance(content, bytes) else content.encode()
    names = ("columns", "troubles", "refused")
    options = {key: value for key, value in more.items() if key not in names}
    return Case(
        says=says,
        name=name,
        content=data,
        addresses=addresses,
        options=options,
        **{key: more[key] for key in names if key in more},
    )


TABLES: Final = (
    make("comma", f"ref,address\n1,{QUOTED}\n", PLACE, columns=("ref", "address")),
    make("semicolon", f"ref;address\n1;{PLACE}\n", PLACE),
    make("tab", f"ref\taddress\n1\t{PLACE}\n", PLACE),
    make("pipe", f"ref|address\n1|{PLACE}\n", PLACE),
    make(
        "a path of Windows beside the addresses",
        "address\tpath\nunit 4\\rose court\tC:\\new\n",
        "unit 4\\rose court",
        name="a.tsv",
    ),
    make("a backslash of its own", "address\tby\n4\\new court\tA\\P\n", "4\\new court", name="a.tsv"),
    make(
        "a rare line end in a text", "38 David Rd\u2028Town\n7 Long\n", "38 David Rd\u2028Town", "7 Long", name="a.txt"
    ),
    make(
        "a long text that is kept from being a number, after a blank",
        'address\n ="12 Long Street, Some Suburb, Town and Country"\n',
        "12 Long Street, Some Suburb, Town and Country",
    ),
    make("one column whose name is counted", "Address 1\n38 David Rd\n", "38 David Rd", columns=("Address 1",)),
    make("an apostrophe for a delimiter", "ref'address\n'x\n2'y\n", "x", "y", delimiter="'"),
    make("a line of blanks that ends otherwise", "ref,address\r\n1,x\r\n  \n2,y\r\n", "x", "", "y"),
    make("a blank line between rows", f"ref,address\n1,{QUOTED}\n\n2,nowhere\n", PLACE, "nowhere"),
    make("a table that is called one", f"ref,address\n1,{QUOTED}\n", PLACE, name="a", format="csv"),
    make(
        "UTF-16 called the other way round than its mark says",
        "\ufeffref,address\n1,Môre\n".encode("utf-16-le"),
        "Môre",
        encoding="utf-16-be",
    ),
    make(
        "commas within a quoted header",
        '"address (street, number)";ref\n"x, 1";7\n',
        "x, 1",
        columns=("address (street, number)", "ref"),
        column="address (street, number)",
    ),
    make("a line break within a quoted header", '"address\nof site",ref\n"x",7\n', "x", column="address\nof site"),
    make("decimal commas", "address;lat;lon\nx, y;29,78;30,98\n", "x, y"),
    make("the delimiter that has the column", "ref, no;address\n1, 2;x\n3, 4;y\n", "x", "y"),
    make("the directive of Excel", "sep=;\r\naddress;ref\r\nx, y;1\r\n", "x, y"),
    make("the directive of Excel, quoted", '"sep=|"\naddress|ref\nx|1\n', "x"),
    make("blank lines first", "\n\r\n,,\naddress,ref,\nx,1,\n", "x", columns=("address", "ref")),
    make("blank columns last", "address,ref,,,\nx,1,,,\ny,2,,,\n", "x", "y", columns=("address", "ref")),
    make("blank columns between", "address,,,ref\nx,a,b,1\n", "x", columns=("address", "column 2", "column 3", "ref")),
    make("the index of pandas", ",address\n0,x\n", "x", columns=("", "address")),
    make("two spellings of a column", "Address,address\nx,y\n", "y"),
    make("another spelling", " ADDRESS ,ref\nx,1\n", "x"),
    make("short rows", "address,ref\nx\n", "x"),
    make("a row without an address", "ref,address\n1,\n", ""),
    make("line breaks in cells", 'ref,address\n1,"x\ny"\n', "x\ny"),
    make("spaces before quotes", 'ref, address\n1, "x, y"\n', "x, y"),
    make("apostrophes as quotes", "'ref','address'\n'1','x, y'\n", "x, y"),
    make("escaped quotes", 'ref,address\n1,"x \\"the oaks\\", y"\n', 'x "the oaks", y'),
    make("doubled quotes", 'ref,address\n1,"x ""the oaks"", y"\n', 'x "the oaks", y'),
    make("quotes in the middle", 'ref;address\n1;5" Pipe Rd\n', '5" Pipe Rd'),
    make("one column with commas", "address\nx, y\nz\n", "x, y", "z", columns=("address",)),
    make("one column of another name", "Site\nx\n", "x"),
    make("old Macintosh line ends", "ref,address\r1,x\r2,y\r", "x", "y"),
    make("no line end", "ref,address\n1,x", "x"),
    make("line ends of three systems", "ref,address\r\n1,x\n2,y\r3,z", "x", "y", "z"),
    make("a line break within quotes that is not the table's", 'ref,address\r\n1,"x\ny"\r\n2\r\n', "x\ny", ""),
    make("columns called by blanks", " ,address,\t,ref\n1,x,2,3\n", "x", columns=(" ", "address", "\t", "ref")),
    make("a delimiter that may be a quote", "'ref''address'\n'1''x'\n", "x", delimiter="'", column="address"),
    make("nothing", ""),
    make("nothing but a header", "ref,address\n"),
    make(
        "columns of their own",
        "street,number,suburb\nDavid Rd,38,Oaktree\n",
        "38 David Rd, Oaktree",
        column=("street", "number", "suburb"),
    ),
    make(
        "columns of their own, number first",
        "unit,number,street\nUnit 4,38,David Rd\n",
        "Unit 4, 38 David Rd",
        column=("unit", "number", "street"),
    ),
    make("a delimiter that is told", "ref#address\n1#x, y\n", "x, y", delimiter="#"),
    make("tab by its name", "address\tref\nx\t1\n", "x", delimiter="tab"),
    make("results of an earlier run", "address,aex_outcome,aex_guid\nx,none,\n", "x"),
    make("a cell of 200 kB", f"address,note\nx,{'n' * 200_000}\n", "x"),
    make("a table of tabs", f"ref\taddress\n1\t{PLACE}\n", PLACE, name="a.tsv"),
    make("one column of tabs", f"address\n{PLACE}\n", PLACE, name="a.tsv"),
)

ENCODED: Final = (
    make("UTF-8 with a mark", "\ufeffaddress\nMôre\n", "Môre"),
    make("UTF-16 of Excel", "address\tref\nMôre\t1\n".encode("utf-16"), "Môre", name="a.txt"),
    make("UTF-16, big end first", b"\xfe\xff" + "address\nMôre\n".encode("utf-16-be"), "Môre"),
    make("UTF-16 without a mark", "ref,address\n1,Long Street\n".encode("utf-16-le"), "Long Street"),
    make("UTF-16 without a mark, big end first", "ref,address\n1,Long\n".encode("utf-16-be"), "Long"),
    make("UTF-32", "address\nx\n".encode("utf-32"), "x"),
    make(
        "cp1252", "ref;address\n1;12 Café “Ons”, Sêrekamp – Noord\n".encode("cp1252"), "12 Café “Ons”, Sêrekamp – Noord"
    ),
    make("cp1252, Spanish and German", "address\nPeñón Straße\n".encode("cp1252"), "Peñón Straße"),
    make("old Macintosh, told", "address\nCafé\n".encode("mac_roman"), "Café", encoding="mac_roman"),
    make("gzip", gzip.compress(b"ref,address\n1,x\n"), "x", name="a.csv.gz"),
    make("gzip by its content", gzip.compress(b'{"address": "x"}\n'), "x", name="a"),
)

UNNAMED: Final = (
    make("lines", "1 x, y\n\n 2 x, y, z \n", "1 x, y", "2 x, y, z", name="a"),
    make("lines that could be a table", "1 x, y\n2 x, z\n", "1 x, y", "2 x, z", name="a.txt"),
    make("a table", 'ref,address\n1,"x, y"\n', "x, y", name="a"),
    make("a table of one column", "address\n1 x, y\n", "1 x, y", name="a"),
    make("a table with a directive", "sep=;\naddress;b\nx;1\n", "x", name="a"),
    make("a table of semicolons", "ref;site\n1;x\n", "x", name="a", column="site"),
    make("JSON Lines", '{"address": "x"}\n{"address": "y"}\n', "x", "y", name="a"),
    make("a list", '[{"address": "x"}]', "x", name="a"),
    make("an address with a bracket", "[Unit 4] 12 Main\n", "[Unit 4] 12 Main", name="a"),
)

OBJECTS: Final = (
    make("a list", '[\n {"address": "x{\\"}", "n": [1]},\n {"address": "y"}\n]\n', 'x{"}', "y", name="a.json"),
    make("a list in one line", json.dumps([{"address": str(n)} for n in range(3)]), "0", "1", "2", name="a.json"),
    make("one after another", '{\n "address": "x"\n}\n{"address": 7}', "x", "7", name="a.json"),
    make("brackets in texts", '[{"address": "x]}"}, {"address": "{"}]', "x]}", "{", name="a.json"),
    make("an empty list", "[]", name="a.json"),
    make("lines", '{"address": "x"}\n\n{"address": null}\n{"n": 1}\n', "x", "", "", name="a.jsonl"),
    make("a list called lines", '[{"address": "x"}]\n', "x", name="a.jsonl"),
)

POISON: Final = (
    make(
        "half a character",
        '{"address": "\\ud83d"}\n',
        "\ufffd",
        name="a.jsonl",
        troubles=("line 1: address holds half a character",),
    ),
    make(
        "half a character in a name",
        '{"address": "x", "a\\ud83d": 1}\n',
        "x",
        name="a.jsonl",
        troubles=("line 1: a\ufffd holds half a character",),
    ),
    make(
        "half a character in a list",
        '{"address": "x", "n": [{"m": "\\ud83d"}]}\n',
        "x",
        name="a.jsonl",
        troubles=("line 1: n holds",),
    ),
    *(
        make(f"{error} in CSV", f"address,ref\n{error},1\n", error, troubles=(f"line 2: address is {error}, an error",))
        for error in (
            "#N/A",
            "#NV",
            "#N/D",
            "#N/B",
            "#NOM?",
            "#WERT!",
            "#\u00dcBERLAUF!",
            "#\u00bfNOMBRE?",
            "#DEEL/0!",
            "#\u0414\u0415\u041b/0!",
            "########",
            "Fehler:502",
            "Err:502",
        )
    ),
    make("NUL in JSON", '{"address": "x\\u0000"}\n', "x\ufffd", name="a.jsonl", troubles=("line 1: address holds",)),
    make(
        "nested 500 deep",
        f'{{"address": "x", "n": {DEEP}}}\n',
        "x",
        name="a.jsonl",
        troubles=("line 1: n is nested more than 64 deep",),
    ),
    make(
        "nested 100,000 deep",
        f'{{"address": "x", "n": {"[" * 100_000}{"]" * 100_000}}}\n',
        "",
        name="a.jsonl",
        troubles=("line 1: nested too deep",),
    ),
    make(
        "NaN",
        '{"address": "x"}\n{"address": "x", "n": NaN}\n',
        "x",
        "x",
        name="a.jsonl",
        troubles=("", "line 2: NaN is not JSON"),
    ),
    make(
        "an exponent of twenty digits",
        '{"address": "x", "n": 1e-99999999999999999999}\n{"address": "y", "n": 0e99999999999999999999, "n": 1}\n',
        "x",
        "y",
        name="a.jsonl",
        troubles=("line 1: 1e-99999999999999999999 is too large", "line 2: 0e99999999999999999999 is too large"),
    ),
    make("1e400", '{"address": "x", "n": 1e400}\n', "x", name="a.jsonl", troubles=("line 1: 1e400 is too large",)),
    make(
        "an endless whole number",
        f'{{"address": "x", "n": {"9" * 5000}}}\n',
        "x",
        name="a.jsonl",
        troubles=("line 1: 9999",),
    ),
    make(
        "an address that is a list",
        '{"address": ["x"]}\n',
        "",
        name="a.jsonl",
        troubles=("line 1: address is no text",),
    ),
    make("NUL in CSV", b"ref,address\n1,a\0b\n2,c\n", "a\ufffdb", "c", troubles=("line 2: address holds bytes", "")),
    make(
        "NUL in lines",
        b"1 Long\0 Street\n",
        "1 Long\ufffd Street",
        name="a.txt",
        troubles=("line 1: address holds bytes",),
    ),
    make(
        "a byte that is not UTF-8",
        b"address\n\xc3\xa9\n\xff\n",
        "é",
        "\ufffd",
        encoding="utf-8",
        troubles=("", "line 3: address holds bytes"),
    ),
    make(
        "a byte that is not UTF-8 after a mark",
        b"\xef\xbb\xbfaddress\n\xff\n",
        "\ufffd",
        troubles=("line 2: address holds bytes",),
    ),
    make(
        "an address of 200 kB",
        f"address\n{'x' * 200_000}\n",
        "x" * 200_000,
        troubles=("line 2: 200000 characters are not an address",),
    ),
)

REFUSED: Final = (
    make(
        "more fields than columns",
        "a,address\n1,2,3\n",
        refused="line 2: 3 fields, where the header has 2: .*--delimiter",
    ),
    make("a quote that is never closed", 'a,address\n1,"x\n', refused="line 2: .*never closed"),
    make("a quote that is never closed in a header", 'a,"address\n1,x\n', refused="never closed"),
    make("text after a quote", 'a,address\n1,"x" y\n', refused="line 2: .*check the quotes"),
    make("as many NUL as there were letters", bytes(16), refused="nothing but NUL.*fetch it again"),
    make("NUL for a beginning", bytes(5000) + b"address\nx\n", refused="nothing but NUL.*fetch it again"),
    make(
        "names that are counted",
        "ref,Address1,Address Line 2,addr_3,City\n1,12 Long,x,y,z\n",
        refused="has no column address: name one with --column, out of ref, Address1",
    ),
    make(
        "an address that ends in its number where names should be",
        "1,Main Road 12\n2,Long 7\n",
        refused="its first line looks like an address",
    ),
    make("two equal columns", "a,a\n1,2\n", refused='two columns "a"'),
    make("a column called as one without a name", "address,column 3,,a,,b\nx\n", refused='two columns "column 3"'),
    make(
        "more names than anybody reads",
        f"{','.join(map(str, range(200_000)))}\nx\n",
        refused="out of 0, 1, .* and 199970 more$",
    ),
    make("as many names as there may be", f"{','.join(f'c{n}' for n in range(999))}\nx\n", refused="c29 and 969 more$"),
    make("a name of 100 kB", f"{'a' * 100_000},b\nx,y\n", refused="out of a{60}[.]{3}, b$"),
    make(
        "a line feed that is not the table's", "ref,address,town\r\n1,x\ny,z\r\n", refused="line 2: the row breaks off"
    ),
    make("a carriage return in a cell", "ref,address,town\n1,x\ry,z\n", refused="line 2: the row breaks off"),
    make("a login page", "<!DOCTYPE html>\n<html><body>Login</body></html>\n", refused="a web page or XML.*as CSV"),
    make("a table that is called Excel", "<table><tr><td>x", name="a.xls", refused="a web page or XML.*as CSV"),
    make("no such column", "a,b\n1,2\n", refused="no column address: name one with --column, out of a, b"),
    make("two columns alike", "Address,ADDRESS\n1,2\n", refused="several columns address: .*--column"),
    make(
        "an address for a header", "12 Main Rd\n13 Main Rd\n", refused="looks like an address, .*--input-format lines"
    ),
    make("two delimiters", "a;b,c\n1;2,3\n", refused="could be a table separated by , or ;: name its --delimiter"),
    make("a table or lines", "name,town\n1 x,y\n2 x,y\n", name="a", refused="--input-format csv, or lines"),
    make("a table without the column", "ref;name\n1;x\n2;y\n", name="a", refused="no column address"),
    make("a quoted table without the column", 'ref,name\n1,"x, y"\n', name="a", refused="no column address"),
    make("half a delimiter", "a,address\n1,2\n", delimiter="\udcff", refused="cannot separate columns"),
    make("a delimiter without a character", "a,address\n1,2\n", delimiter="", refused="cannot separate columns"),
    make("an encoding without a name", "address\nx\n", encoding="", refused='no encoding ""'),
    make("a sheet of a table in text", "address\nx\n", sheet="x", refused="is csv, of which --sheet says nothing"),
    make(
        "a delimiter of JSON", '[{"address": "x"}]', name="a.json", delimiter=";", refused="of which --delimiter says"
    ),
    make("an encoding of Parquet", b"PAR1" + bytes(40), encoding="utf-8", refused="of which --encoding says nothing"),
    make("a backslash too many", "a\\address\n1\\x\\,y\n", delimiter="\\", refused="line 2: 3 fields"),
    make("no delimiter", "a,address\n1,2\n", delimiter="ab", refused="cannot separate columns"),
    make("old Macintosh", "address\nCafé\n".encode("mac_roman"), refused="not UTF-8, and as cp1252 .*--encoding"),
    make("MS-DOS", "address\nCafé\n".encode("cp850"), refused="--encoding"),
    make("Cyrillic", "address\nЛенина\n".encode("cp1251"), refused="--encoding"),
    make("bytes that cp1252 has not", b"address\n\x81\x8d\n", refused="neither UTF-8 nor cp1252: name its --encoding"),
    make(
        "UTF-8 and cp1252 by turns",
        b"address\n\xc3\xa9\n\xe9 x\n",
        refused="UTF-8 on some lines and not on others: --encoding utf-8",
    ),
    make(
        "another encoding than told",
        b"address\n\xdc\x00\xdc\x00",
        encoding="utf-16-be",
        refused="is not utf-16-be, from byte",
    ),
    make("an unknown encoding", "address\nx\n", encoding="utf-9", refused='no encoding "utf-9"'),
    make("an encoding that is none of text", "address\nx\n", encoding="rot13", refused='no encoding "rot13"'),
    make("an encoding of names", "address\nx\n", encoding="idna", refused='no encoding "idna"'),
    make("an encoding of escapes", "address\nx\n", encoding="unicode-escape", refused='no encoding "unicode-escape"'),
    make("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\x0d\x01", refused="neither text nor"),
    make("bzip2", b"BZh91AY&SY", refused="packed with bzip2: unpack it"),
    make("gzip that breaks off", gzip.compress(b"address\nx\n" * 999)[:40], name="a.csv.gz", refused="broken gzip"),
    make(
        "JSON that breaks off", '[{"address": "x"}, {"addr', name="a.json", refused="breaks off: what begins on line 1"
    ),
    make(
        "JSON with something between",
        '{"address": "x"} and {"address": "y"}',
        name="a.json",
        refused="line 1: not JSON",
    ),
    make("JSON with a bracket too many", '{"address": "x"}]', name="a.json", refused="line 1: not JSON"),
    make("a line that is not JSON", '{"address": "x"}\n{\n', name="a.jsonl", refused="line 2: not JSON"),
    make(
        "two objects on a line", '{"address": "x"}{"address": "y"}\n', name="a", refused="line 1: .*--input-format json"
    ),
    make("an object without an end", f'[{{"address": "{"x" * MAX_LINE}', name="a.json", refused="line 1: an object of"),
    make("a line that is no object", "[1]\n", name="a.jsonl", refused="line 1: not a JSON object"),
    make(
        "more columns than anybody has",
        json.dumps({str(n): n for n in range(1001)}),
        name="a.jsonl",
        refused="more than 1000 columns",
    ),
    make(
        "Excel that is none",
        "address\nx\n",
        format="xlsx",
        refused="is not a spreadsheet: its content is something else",
    ),
    make("a ZIP that is no Excel", b"PK\3\4" + bytes(40), refused="cannot be read as a spreadsheet"),
    make("Parquet that is none", b"PAR1" + bytes(40), refused="cannot be read as Parquet"),
    make("old Excel called CSV", b"\xd0\xcf\x11\xe0", format="csv", refused="is not csv: its content is a spreadsheet"),
    make("Parquet called CSV", b"PAR1" + bytes(40), format="csv", refused="is not csv: its content is parquet"),
)
