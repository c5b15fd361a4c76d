"""TLS, against a certificate authority of the suite's own: what is not to be trusted gets nothing."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from aex_async import AsyncAExClient, errors
from aex_async._http.trust import explain_tls, tls_context
from aex_async.aiohttp_transport import AiohttpTransport
from tests.servers import answer, serve, serve_over_tls
from tests.tls import AUTHORITY, certify, serve_tls, trust


def make_transport() -> httpx.AsyncHTTPTransport:
    """Return a transport that trusts the suite's own authority."""
    return httpx.AsyncHTTPTransport(verify=trust())


def test_the_public_authorities_are_trusted_and_nothing_older_than_tls_1_2_is_spoken() -> None:
    context = tls_context()
    assert context.cert_store_stats()["x509_ca"] > 100
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


async def test_a_transport_of_the_callers_own_can_trust_another_authority() -> None:
    async with (
        serve_tls("127.0.0.1") as server,
        AsyncAExClient("T", base_url=server.url, transport=make_transport()) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"


async def test_a_certificate_of_an_unknown_authority_is_not_trusted_and_nothing_is_sent() -> None:
    async with serve_tls("127.0.0.1") as server, AsyncAExClient("T", base_url=server.url) as aex:
        with pytest.raises(errors.ConnectionFailedError, match="certificate is not to be trusted") as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, caught.value.sent, server.requests) == (1, False, [])


NOW = datetime.now(UTC)
BETWEEN = AUTHORITY.create_child_ca()


def certify_without_chain() -> ssl.SSLContext:
    """Return the context of a server that leaves out the authority between the one that is trusted and itself."""
    leaf, context = BETWEEN.issue_cert("127.0.0.1"), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with leaf.cert_chain_pems[0].tempfile() as certificate, leaf.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    return context


CERTIFICATES: dict[str, tuple[Callable[[], ssl.SSLContext], str]] = {
    "another host": (lambda: certify(AUTHORITY.issue_cert("elsewhere.example")), "for another host"),
    "another address": (lambda: certify(AUTHORITY.issue_cert("127.0.0.2")), "for another host"),
    "expired": (lambda: certify(AUTHORITY.issue_cert("127.0.0.1", not_after=NOW - timedelta(hours=1))), "has expired"),
    "not yet": (lambda: certify(AUTHORITY.issue_cert("127.0.0.1", not_before=NOW + timedelta(1))), "not valid yet"),
    "no chain": (certify_without_chain, "one between them is missing"),
}


@pytest.mark.parametrize("engine", ["httpx", "aiohttp"])
@pytest.mark.parametrize("certificate", CERTIFICATES)
async def test_what_is_wrong_with_a_certificate_is_said_and_nothing_is_sent(
    certificate: str, engine: str, anyio_backend_name: str
) -> None:
    if engine == "aiohttp" and anyio_backend_name == "trio":
        pytest.skip("aiohttp is for asyncio")
    make, words = CERTIFICATES[certificate]
    transport = make_transport() if engine == "httpx" else AiohttpTransport(tls=trust())
    async with (
        serve_over_tls(make(), answer(b'{"id": "P1"}')) as server,
        AsyncAExClient("T", base_url=server.url, transport=transport) as aex,
    ):
        with pytest.raises(errors.ConnectionFailedError, match=f"certificate is not to be trusted.*{words}") as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, caught.value.sent, server.requests) == (1, False, [])


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "wants a certificate of this client's"),
        ("TLSV1_ALERT_UNKNOWN_CA", "does not accept this client's certificate"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "does not accept this client's certificate"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "no TLS connection could be agreed on"),
        (None, "no TLS connection could be agreed on"),
    ],
)
def test_what_a_server_says_of_a_certificate_of_the_clients_is_told(reason: str | None, words: str) -> None:
    error = ssl.SSLError("as OpenSSL says")
    error.reason = reason  # type: ignore[assignment]
    assert words in explain_tls(error)


async def test_a_server_that_does_not_speak_tls_gets_nothing() -> None:
    async with serve(answer(b'{"id": "P1"}')) as server:
        url = server.url.replace("http:", "https:")
        server.script = (answer(b"this is no TLS"),)
        async with AsyncAExClient("T", base_url=url, timeout=1) as aex:
            with pytest.raises(errors.RequestError) as caught:
                await aex.get_premise("P1")
    assert not caught.value.sent
    assert server.requests == []


@pytest.mark.fault("A10", "S14")
async def test_nothing_of_the_environment_decides_whom_to_trust(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    authority = f"{tmp_path}/authority.pem"
    AUTHORITY.cert_pem.write_to_path(authority)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, authority if "CERT" in name else "http://127.0.0.1:9")
    async with serve_tls("127.0.0.1") as server, AsyncAExClient("T", base_url=server.url) as aex:
        with pytest.raises(errors.ConnectionFailedError, match="certificate is not to be trusted"):
            await aex.get_premise("P1")
