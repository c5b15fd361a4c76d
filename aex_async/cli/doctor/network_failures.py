"""What the failures of TLS and of proxies mean, and what to do about each; without any I/O."""

import re
import ssl
from typing import Final

import httpx

from aex_async.cli.doctor.checks import Check

_AUTHORITY: Final = {18, 19, 20, 21}  # OpenSSL: self-signed, alone or in the chain; no issuer that is known; no chain
_EXPIRED, _NOT_YET, _OTHER_NAME = 10, 9, 62
_BUNDLE: Final = "Name the authority's bundle with --ca-bundle or SSL_CERT_FILE."
_PASSWORD: Final = "Put them into the proxy's URL: http://USER:PASSWORD@HOST:PORT, as HTTPS_PROXY or --proxy."  # noqa: S105
_WANTED: Final = 407


def judge_certificate(error: ssl.SSLCertVerificationError) -> Check:
    """Return why a certificate is not trusted."""
    if error.verify_code in _AUTHORITY:
        said = "its certificate is signed by a private authority, such as that of a company's proxy which reads along"
        return Check("TLS", "problem", f"{said} ({error.verify_message})", _BUNDLE)
    if error.verify_code in (_EXPIRED, _NOT_YET):
        advice = "Check this machine's clock, then ask AEx."
        return Check("TLS", "problem", f"its certificate is not valid at this time ({error.verify_message})", advice)
    advice = "Check the base URL." if error.verify_code == _OTHER_NAME else "Ask AEx, or whoever runs this network."
    return Check("TLS", "problem", f"its certificate is not trusted: {error.verify_message}", advice)


def judge_handshake(error: OSError) -> Check:
    """Return why no secure connection came about."""
    if _wants_certificate(error):
        said = "the server wants a certificate from this machine, which aex cannot show"
        return Check("TLS", "problem", said, "Use the library: AsyncAExClient(verify=an ssl.SSLContext that holds it).")
    advice = "Check the base URL and its port, and what stands between this machine and AEx."
    return Check("TLS", "problem", "the connection cannot be made secure", advice)


def _wants_certificate(error: BaseException) -> bool:
    return "CERTIFICATE_REQUIRED" in str(error).upper().replace(" ", "_")


def judge_tunnel(error: httpx.TransportError) -> Check:
    """Return why a request does not get through a proxy."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLCertVerificationError):
            return judge_certificate(inner)
        inner = inner.__cause__ or inner.__context__
    if isinstance(error, httpx.ProxyError):
        answered = re.match(r"\d{3}", str(error))  # httpx says the proxy's status first
        return judge_status(int(answered[0])) if answered else _refuse("the proxy does not let the connection through")
    return _refuse("the connection through the proxy is lost")


def judge_status(status: int) -> Check:
    """Return what a status says of a proxy: its own 407, or any answer of AEx behind it, which shows the way open."""
    if status == _WANTED:
        return Check("proxy", "problem", "the proxy wants a user name and a password, or others (407)", _PASSWORD)
    return Check("proxy", "ok", "the way through the proxy is open")


def _refuse(said: str) -> Check:
    return Check("proxy", "problem", said, "Ask whoever runs the proxy whether it lets this machine reach AEx.")
