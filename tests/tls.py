"""TLS by a certificate authority of the suite's own."""

import ssl
from contextlib import AbstractAsyncContextManager

import trustme

from tests.servers import Server, answer, serve_over_tls

AUTHORITY = trustme.CA()


def certify(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return what a server with this certificate speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType] - pyOpenSSL's
    return context


def trust(authority: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    """Return a client's context that trusts `authority` alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)  # pyright: ignore[reportUnknownMemberType] - pyOpenSSL's
    return context


def serve_tls(name: str) -> AbstractAsyncContextManager[Server]:
    """Serve one premise over TLS, under a certificate for `name`."""
    return serve_over_tls(certify(AUTHORITY.issue_cert(name)), answer(b'{"id": "P1"}'))
