"""The options of `aex qualify` about its files: what they are, where the content does not tell."""

from typing import Annotated

import typer

from aex_async.qualify.files.destination import OUTPUT_FORMATS, LineEnd, OutputFormat
from aex_async.qualify.files.detect import InputFormat

_AS_IT_CAME = "else as it came in"

Column = Annotated[
    list[str] | None,
    typer.Option(
        help="The column with the address; else address, or the only one. Repeat it for street, number, suburb.",
        show_default=False,
    ),
]
Format = Annotated[
    InputFormat | None,
    typer.Option("--input-format", help="What ADDRESSES is; else its content and its name tell.", show_default=False),
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        help="What stands between the columns of ADDRESSES: a character, or tab; else judged.", show_default=False
    ),
]
Encoding = Annotated[
    str | None, typer.Option(help="The encoding of ADDRESSES, such as cp1252; else judged.", show_default=False)
]
Sheet = Annotated[
    str | None, typer.Option(help="The sheet of a spreadsheet; else the one with the addresses.", show_default=False)
]
OutFormat = Annotated[
    OutputFormat | None,
    typer.Option(
        "--format",
        "--output-format",
        metavar="FORMAT",
        help=f"{', '.join(OUTPUT_FORMATS)}; else the name tells, {_AS_IT_CAME}.",
        show_default=False,
    ),
]
OutDelimiter = Annotated[
    str | None,
    typer.Option("--output-delimiter", help=f"What to write between columns; {_AS_IT_CAME}.", show_default=False),
]
OutEncoding = Annotated[
    str | None,
    typer.Option(
        "--output-encoding",
        help=f"The encoding of RESULTS; utf-8-sig suits spreadsheets; {_AS_IT_CAME}.",
        show_default=False,
    ),
]
OutLineEnd = Annotated[
    LineEnd | None,
    typer.Option("--output-line-end", help=f"What ends the lines of RESULTS; {_AS_IT_CAME}.", show_default=False),
]
