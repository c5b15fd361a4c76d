"""The command `aex sandbox`: a made-up AEx over real HTTP."""

import contextlib
import json
import os
import secrets
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import typer

from aex_async._json import is_deep
from aex_async.cli.console import leave
from aex_async.cli.exit_codes import FAILED, MISUSED
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import run

TlsVersion: TypeAlias = Literal["1.2", "1.3"]
SEE_TLS = "see --tls-certificate, --tls-key and --tls-client-authority"
HOW_TO_FAIL = "write it as 'POST /services/full=cut_after', or '/customers=delay:2'"


def sandbox(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 picks a free one.")] = 8080,
    seed: Annotated[int, typer.Option(help="The seed of the made-up data: the same seed makes the same data.")] = 0,
    more_addresses: Annotated[
        int, typer.Option(min=0, max=10_000_000, help="Addresses to add to its three thousand.")
    ] = 0,
    oddity: Annotated[
        list[str] | None, typer.Option(help="An oddity to show, such as unordered or max_count=7; may be repeated.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help="Something to go wrong once, such as 'POST /services/full=cut_after', or silent_handshake; may be "
            "repeated.",
        ),
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="A file to start from, if it exists, and to save everything to at the end.")
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A host name to answer to, besides localhost; may be repeated.")
    ] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help="Serve HTTPS with this certificate, a PEM file.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The certificate's key, unless it is in the same file.")] = None,
    tls_version: Annotated[TlsVersion | None, typer.Option(help="Speak only this version of TLS.")] = None,
    tls_tickets: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="Session tickets to send after a handshake of TLS 1.3; two by default."),
    ] = None,
    tls_client_authority: Annotated[
        Path | None,
        typer.Option(help="Require a client certificate signed by an authority in this PEM file."),
    ] = None,
) -> None:
    """Serve a sandbox, an AEx with made-up data, until Ctrl-C.

    It prints two lines to paste into another shell, where your program, or `aex demo`, then finds it. Open /_sandbox in
    a browser to see what it holds, and to steer it. What is written to it is gone when it ends, unless --state keeps
    it. The client speaks plain HTTP to this machine alone, so leave --host as it is unless something other than the
    client has to reach the sandbox.

    For example:

    - `aex sandbox --port 9000`

    - `aex sandbox --oddity unordered --fault 'POST /services/full=late:30' --state sandbox.json`
    """
    tls = make_tls(tls_certificate, tls_key, tls_version, tls_tickets, tls_client_authority)
    world = make_world(seed, more_addresses, state)
    show_oddities(world, oddity or ())
    for rule in fault or ():
        add_fault(world, rule)
    ended_by = serve_world(world, host, port, tls, allow_host or ())
    typer.echo(f"{world.received.total():,} requests came in.", err=True)
    if state is not None:
        keep(world, state)
    raise typer.Exit(128 + ended_by)  # nothing else ends it; 130 after Ctrl-C


def serve_world(world: Sandbox, host: str, port: int, tls: ssl.SSLContext | None, hosts: Sequence[str]) -> int:
    """Serve a sandbox until a signal ends it, and return the signal's number."""

    def announce(url: str) -> None:
        typer.echo(f"export AEX_BASE_URL={url}\nexport AEX_TOKEN={world.token}")
        typer.echo(f"Serving made-up data until Ctrl-C. Look at it, and steer it, at {url}/_sandbox", err=True)

    if not all(name.strip() for name in hosts):
        leave("--allow-host: an empty name is none to be called by: leave the option out.", MISUSED)
    try:
        return run(world, host=host, port=port, tls=tls, hosts=hosts, announce=announce)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        leave(f"Cannot serve at {host}, port {port}: {reason} (see --host and --port).", FAILED)


def make_tls(
    certificate: Path | None, key: Path | None, version: TlsVersion | None, tickets: int | None, authority: Path | None
) -> ssl.SSLContext | None:
    """Return what the sandbox speaks TLS with, `None` if there is no certificate to speak it with."""
    if certificate is None:
        if key or version or authority or tickets is not None:
            leave("TLS needs a certificate (see --tls-certificate).", MISUSED)
        return None
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if tickets is not None:
        tls.num_tickets = tickets
    if version is not None:
        tls.minimum_version = tls.maximum_version = ssl.TLSVersion[f"TLSv{version.replace('.', '_')}"]
    try:
        tls.load_cert_chain(certificate, key)
        if authority is not None:
            tls.load_verify_locations(authority)
            tls.verify_mode = ssl.CERT_REQUIRED
    except ssl.SSLError:
        leave(f"A certificate, or its key, cannot be used ({SEE_TLS}).", MISUSED)
    except OSError as error:
        leave(f"A certificate, or its key, cannot be read: {error.strerror} ({SEE_TLS}).", MISUSED)
    return tls


def make_world(seed: int, more_addresses: int, state: Path | None) -> Sandbox:
    """Return the sandbox, as the file of its state has left it if there is one."""
    world = Sandbox(seed=seed, more_addresses=more_addresses)
    world.renew_ids(secrets.token_hex())  # a journal may know the services of the sandbox that was here before
    if state is None:
        return world
    # Said now, rather than when there is something to be lost.
    if not (os.access(state.parent, os.W_OK) and state.parent.is_dir()):
        leave(f"There is no folder {state.parent} to keep the state in, or it may not be written.", MISUSED)
    try:
        world.restore(json.loads(state.read_bytes()))
    except FileNotFoundError:
        return world
    except OSError as error:
        leave(f"Cannot go on from {state}: {error.strerror}.", MISUSED)
    except ValueError as error:
        leave(f"Cannot go on from {state}: {error}.", MISUSED)
    except RecursionError:
        leave(f"Cannot go on from {state}: it is nested too deep for a snapshot.", MISUSED)
    return world


def show_oddities(world: Sandbox, wanted: Sequence[str]) -> None:
    """Switch on the oddities that are written `NAME` or `NAME=VALUE`."""
    values: dict[str, Any] = {}
    for text in wanted:
        name, _, value = text.partition("=")
        values[name.strip().replace("-", "_")] = read_value(value) if value else True
    try:
        world.oddities = world.oddities.changed(values)
    except ValueError as error:
        leave(f"--oddity: {error}.", MISUSED)


def add_fault(world: Sandbox, text: str) -> None:
    """Add a fault written `[METHOD ]PATH=NAME[:VALUE,...]`, or that of a handshake, which has no path."""
    route, equals, wanted = text.rpartition("=")
    method, _, path = route.rpartition(" ")
    name, _, values = wanted.partition(":")
    if not equals and ("/" in text or " " in text):  # a route without a fault
        leave(f"--fault {text}: {HOW_TO_FAIL}.", MISUSED)
    try:
        fault = Fault.named(name.replace("-", "_"), *[read_value(value) for value in values.split(",") if value])
        if equals or fault.handshake:
            world.faults.add(fault, method=method or None, path=path)
            return
    except ValueError as error:
        leave(f"--fault {text}: {error}.", MISUSED)
    leave(f"--fault {text}: {HOW_TO_FAIL}.", MISUSED)


def read_value(text: str) -> Any:
    """Return a value that is JSON, or else the text as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if is_deep([value]) else value  # whoever refuses it shows it, which would recurse once more


def keep(world: Sandbox, state: Path) -> None:
    """Write the snapshot beside the file, then over it, so that it is never half there."""
    world.finish_writes()  # no snapshot holds what a fault has delayed, and it is a part of what was done
    scratch = state.with_name(f".{state.name}.{os.getpid()}")
    try:
        scratch.write_text(json.dumps(world.snapshot()), encoding="utf-8")
        scratch.replace(state)
    except OSError as error:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)
        leave(f"The state is not kept in {state}: {error.strerror}.", FAILED)
    typer.echo(f"Everything is kept in {state}.", err=True)
