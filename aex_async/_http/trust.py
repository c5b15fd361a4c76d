"""Whom a connection over TLS trusts, with what is said if it does not come about."""

import os
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Final

from aex_async.errors import UsageError

# OpenSSL's numbers for what is wrong with a certificate
EXPIRED, NOT_YET, SELF_SIGNED = 10, 9, 18
OTHER_NAMES: Final = {62, 64}  # of a host, of an address
AUTHORITY: Final = {SELF_SIGNED, 19, 20, 21}  # the last in the chain is self-signed; its issuer is unknown; no chain

DISTRUST: Final = {
    EXPIRED: "it has expired, or the clock of this machine is ahead",
    NOT_YET: "it is not valid yet, or the clock of this machine is behind",
    SELF_SIGNED: "it is signed by itself alone (verify= takes the path of a bundle that holds it)",
    **dict.fromkeys(OTHER_NAMES, "it is for another host than the one that was asked"),
}


@cache
def tls_context() -> ssl.SSLContext:
    """Return the one context of the process. Nothing of the environment has a say in whom it trusts."""
    import certifi  # noqa: PLC0415 - as late as the bundle: http_client=, transport= and plain HTTP never ask for it

    context = make_context()
    context.load_verify_locations(certifi.where())
    return context


@cache
def no_trust() -> ssl.SSLContext:
    """Return a context for plain HTTP, which httpx wants too; made once, for that takes longer than a request."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_context() -> ssl.SSLContext:
    # Not ssl.create_default_context: it would write session keys wherever SSLKEYLOGFILE says.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def choose_context(verify: object, environment: Mapping[str, str], *, tls: bool) -> ssl.SSLContext:
    """Return the context that `verify` stands for; without a choice, what `environment` names counts, then certifi.

    Without `tls` there is nobody to trust, and no bundle is read, which would take as long as fifty requests.
    """
    if isinstance(verify, ssl.SSLContext):
        if verify.verify_mode != ssl.CERT_REQUIRED or not verify.check_hostname:
            raise UsageError(
                "verify must be a context that checks certificates and host names (verify_mode CERT_REQUIRED, "
                "check_hostname True): otherwise the token would go to whoever answers"
            )
        return verify
    if isinstance(verify, str | os.PathLike):
        return load_bundle("verify", os.fspath(verify))
    if verify is not True:
        raise UsageError(
            "verify must be True, the path of a CA bundle, or an ssl.SSLContext: certificates are always checked"
        )
    if not tls:
        return no_trust()
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if environment.get(name):
            return load_bundle(name, environment[name])
    return tls_context()


def load_bundle(name: str, path: str) -> ssl.SSLContext:
    context = make_context()
    places = path.split(os.pathsep) if name == "SSL_CERT_DIR" else [path]  # OpenSSL takes several folders
    try:
        if all(os.path.isdir(place) for place in places):  # noqa: PTH112 - a path as text is what ssl takes
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise UsageError(f"{name} names {path!r}, which cannot be read as a CA bundle in PEM: {error}") from error
    return context


def explain_distrust(error: ssl.SSLCertVerificationError) -> str:
    """Say what is the matter with a server's certificate. Its own words are not repeated."""
    error = getattr(error, "certificate_error", error)  # aiohttp's is one, too, and around the one that says it
    unsigned = "no authority that is trusted has signed it, or one between them is missing"
    otherwise = f"{unsigned} (verify= takes the path of a bundle with its authority)"
    return f"the server's certificate is not to be trusted: {DISTRUST.get(error.verify_code, otherwise)}"


def explain_tls(error: ssl.SSLError) -> str:
    """Say why no secure connection came about."""
    reason = getattr(getattr(error, "os_error", error), "reason", None) or ""  # likewise
    if "CERTIFICATE_REQUIRED" in reason:
        return "the server wants a certificate of this client's (verify= takes an ssl.SSLContext that holds one)"
    if "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason):
        return "the server does not accept this client's certificate"
    return "no TLS connection could be agreed on"
