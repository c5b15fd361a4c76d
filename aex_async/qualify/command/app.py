"""The command `aex qualify`: a file of addresses, and what AEx can offer at each."""

import contextlib
from pathlib import Path
from typing import Annotated, Final

import typer

from aex_async.cli import options
from aex_async.cli.connection import Connection, connected
from aex_async.cli.console import announcing, leave, leaving, leaving_when_interrupted, print_json, print_line
from aex_async.cli.exit_codes import FAILED, MISUSED
from aex_async.cli.json_output import Result
from aex_async.errors import UsageError
from aex_async.qualify import PATIENCE, JournalError
from aex_async.qualify.command.job import attempt, finish, name_host, open_journal, plan, read_left
from aex_async.qualify.command.outputs import MADE_UP, Report
from aex_async.qualify.command.progress import describe_cost, tell_cost
from aex_async.qualify.command.runners import DaskRunner, LocalRunner, make_plan
from aex_async.qualify.dask.cluster import check_cluster
from aex_async.qualify.files.addresses import InputFormat, InputOptions, open_addresses
from aex_async.qualify.files.destination import OUTPUT_FORMATS, LineEnd, OutputFormat, OutputOptions

AS_IT_CAME: Final = "by default as in ADDRESSES"

Column = Annotated[
    list[str] | None,
    typer.Option(
        help="The column of the address; by default address, or the only one. Repeat it for street, number, suburb.",
        show_default=False,
    ),
]
Format = Annotated[
    InputFormat | None,
    typer.Option(
        "--input-format",
        help="The format of ADDRESSES, xlsx for any spreadsheet; by default taken from its content and its name.",
        show_default=False,
    ),
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        help="What separates the columns of ADDRESSES: a character, or tab; by default detected.", show_default=False
    ),
]
Encoding = Annotated[
    str | None, typer.Option(help="The encoding of ADDRESSES, such as cp1252; by default detected.", show_default=False)
]
Sheet = Annotated[
    str | None,
    typer.Option(help="The sheet of a spreadsheet; by default the one with the addresses.", show_default=False),
]
OutFormat = Annotated[
    OutputFormat | None,
    typer.Option(
        "--format",
        "--output-format",
        metavar="FORMAT",
        help=f"{', '.join(OUTPUT_FORMATS)}; by default taken from the name of RESULTS, or as in ADDRESSES.",
        show_default=False,
    ),
]
OutDelimiter = Annotated[
    str | None,
    typer.Option(
        "--output-delimiter", help=f"What separates the columns of RESULTS; {AS_IT_CAME}.", show_default=False
    ),
]
OutEncoding = Annotated[
    str | None,
    typer.Option(
        "--output-encoding",
        help=f"The encoding of RESULTS; utf-8-sig suits spreadsheets; {AS_IT_CAME}.",
        show_default=False,
    ),
]
OutLineEnd = Annotated[
    LineEnd | None,
    typer.Option("--output-line-end", help=f"What ends the lines of RESULTS; {AS_IT_CAME}.", show_default=False),
]


def read_cluster(address: str | None) -> str | None:
    """Return the address of a cluster that can be meant."""
    with leaving(UsageError, MISUSED):
        return None if address is None else check_cluster(address)


def check_reach(connection: Connection) -> None:
    """Raise `UsageError` for a way to AEx that the workers of a cluster cannot go."""
    if connection.sandbox:
        raise UsageError(
            "workers cannot reach a sandbox in this process: run aex sandbox, and set the variables that it prints"
        )
    if connection.proxy or connection.ca_bundle:  # a proxy's URL may hold a password, which is sent to nobody
        raise UsageError(
            "workers make their own connections: set HTTPS_PROXY or SSL_CERT_FILE for them, besides AEX_TOKEN"
        )


@connected
def qualify(
    addresses: Annotated[
        str, typer.Argument(metavar="ADDRESSES", help='The file of addresses, "-" for standard input.')
    ],
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="RESULTS", help='The file of results, "-" for standard output.')
    ],
    column: Column = None,
    input_format: Format = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    output_format: OutFormat = None,
    output_delimiter: OutDelimiter = None,
    output_encoding: OutEncoding = None,
    output_line_end: OutLineEnd = None,
    products: Annotated[bool, typer.Option("--products", help="Also list all products of each address.")] = False,
    at_once: Annotated[int, typer.Option(min=1, max=1000, help="How many addresses to work on at once.")] = 16,
    rate: Annotated[
        float | None,
        typer.Option(min=0.01, max=10_000, help="The most requests per second; retries come on top."),
    ] = None,
    patience: Annotated[
        float,
        typer.Option(callback=options.read_seconds, help="Seconds to wait while AEx is down before giving up the run."),
    ] = PATIENCE,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            callback=options.read_path,
            help="Also write a page for people, when all is done.",
            show_default=False,
        ),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            callback=read_cluster,
            show_default=False,
            help="Run on a Dask cluster: its scheduler's address, such as tcp://10.0.0.1:8786, or local, or local:2.",
        ),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try again the rows that failed in an earlier run.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Do only this many addresses, from the first on.", show_default=False)
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many requests the run would take, and send nothing.")
    ] = False,
    every_point: Annotated[
        bool,
        typer.Option(
            "--every-point",
            help="Ask for the products at the point of every premise, even where the points around it agree.",
        ),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the summary, or what the run will cost, as JSON for programs.")
    ] = False,
    connection: Connection,
) -> None:
    """Find out for each address in a file whether it can be ordered, with which products, speeds and prices.

    ADDRESSES is CSV with any delimiter and encoding, a spreadsheet, JSON, JSON Lines, Parquet, or one address per line,
    gzipped or not. The address is in the column `address`, or in the one that --column names; several of them are
    joined into one address. Where the file leaves something open, it is refused, and the message names the option that
    settles it. RESULTS is the file that --output names. It has the columns of ADDRESSES, then `aex_outcome`: `exact`,
    `probable` with a score, `ambiguous` with the candidates, `none`, or `failed` with the reason; then the premise,
    whether it can be ordered, the best speed and the lowest monthly price. A different street number, unit or suburb is
    never `exact`.

    The name of RESULTS decides its format: .csv, .tsv, .json, .jsonl, .xlsx, .parquet; .gz after it compresses it. The
    delimiter, encoding and line endings are those of ADDRESSES unless an option says otherwise, and only you may read
    the file. In CSV an apostrophe is put before what a spreadsheet would run as a formula. A row that cannot be read is
    `failed`, with its line. Columns called `aex_...` from an earlier run are replaced by those of this one.

    With --dask, --at-once and --rate apply to all workers together. The token is not sent to the workers: each needs
    AEX_TOKEN in its own environment, and HTTPS_PROXY or SSL_CERT_FILE if you have a proxy or a certificate authority of
    your own. Results, journal and exit codes are the same.

    A run first finds out how AEx searches, with up to seven requests. Where twenty addresses or more are in one place,
    everything AEx has there is listed once, and they are looked up in that listing. Products are asked for at the point
    of each premise. Where a hundred addresses or more are in one place, a premise takes its products from four points
    around it, some 250 metres apart, if they agree: `aex_products_from` is then `around` instead of `premise`.
    --every-point asks at the point of each one. --dry-run says what a run will cost. Columns `latitude` and
    `longitude`, in degrees, confirm a premise that is near and rule out one that is far.

    While AEx is down, rows wait for it; a row that fails while AEx is answering is `failed`.

    Finished rows are kept in RESULTS.journal as they come. However a run ends, the same command does what is left; when
    nothing is left, it writes RESULTS again. Delete both to start afresh.

    --report makes a page of the results: counts, maps, areas, products and prices, and the rows that a person must
    decide. The page loads nothing from anywhere. The same command makes it again from what is kept.

    AEX_TOKEN must hold the token; it is never an argument. AEX_BASE_URL may name an AEx other than pre-production.

    For example:

    - `aex qualify addresses.csv -o results.csv --sandbox` to try it without AEx

    - `aex qualify addresses.csv -o results.parquet --column Site --rate 20` overnight

    - `aex qualify addresses.csv -o results.csv --report report.html` for a meeting

    - `aex qualify addresses.csv -o results.csv --dry-run` for what it costs; `--limit 100` to start with a few

    - `aex qualify addresses.csv -o results.csv --dask local:2` on two processes of this machine

    - `aex qualify - -o - --format jsonl < addresses.txt` for programs

    Exit codes:

    - 0: every address is done

    - 1: it stopped, or some rows failed; what is done is kept, and one sentence says what to do

    - 2: the command line, a file or the environment is wrong; nothing was sent

    - 130: Ctrl-C, 143: SIGTERM, 129: SIGHUP; what is done is kept
    """
    host = "the sandbox" if connection.sandbox else connection.base_url
    with contextlib.ExitStack() as stack:
        with leaving(UsageError, MISUSED), leaving(JournalError, FAILED), leaving_when_interrupted():
            if dask:
                check_reach(connection)
            told = InputOptions(
                format=input_format, columns=tuple(column or ()), delimiter=delimiter, encoding=encoding, sheet=sheet
            )
            with announcing(f"Reading {addresses}, whose rows are counted first."):
                source = stack.enter_context(open_addresses(addresses, told))
            job = plan(
                source,
                output,
                OutputOptions(
                    format=output_format,
                    delimiter=output_delimiter,
                    encoding=output_encoding,
                    line_end=output_line_end,
                ),
                products=products,
                report=None
                if report is None
                else Report(path=report, aex=MADE_UP if connection.sandbox else name_host(connection.base_url)),
                limit=limit,
            )
            if json and job.target.path is None:
                raise UsageError(
                    "--json and -o - both print to standard output: for results as JSON say --format jsonl"
                )
            with announcing(f"Looking for places that have many of the {job.total} addresses."):
                if dry_run:
                    show_cost(describe_cost(read_left(job, host), addresses=job.total), json=json)
                    return
                how = make_plan(job.addresses(), at_once=at_once, rate=rate, patience=patience, everywhere=every_point)
            aex = connection.open()
            runner = LocalRunner(aex, how) if dask is None else DaskRunner(dask, name_host(host), how)
            journal = open_journal(job, host)
        try:
            with journal:
                if retry_failed:
                    journal.forget_failed(job.total)  # of those beyond a limit nothing would come in their place
                # The last look at a silent AEx would wait for its turn behind a lower rate's other requests.
                bounded = not connection.sandbox and (rate is None or rate >= at_once)
                ending = attempt(job, journal, runner, name_host(host), bounded=bounded)
                finish(job, journal, ending, json=json)
        except JournalError as error:
            leave(f"Stopped: {error}.", FAILED)


def show_cost(cost: Result, *, json: bool) -> None:
    """Print what a run will cost."""
    if json:
        print_json(cost)
    else:
        print_line(tell_cost(cost))
