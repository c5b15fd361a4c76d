"""TLS, against a certificate authority of the suite's own: what is not to be trusted gets nothing."""

import ssl

import httpx
import pytest

from aex_async import AsyncAExClient, errors
from aex_async._http.trust import tls_context
from tests.servers import answer, serve
from tests.tls import AUTHORITY, serve_tls, trust


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


async def test_a_certificate_for_another_host_is_not_trusted() -> None:
    async with (
        serve_tls("elsewhere.example") as server,
        AsyncAExClient("T", base_url=server.url, transport=make_transport()) as aex,
    ):
        with pytest.raises(errors.ConnectionFailedError, match="certificate is not to be trusted") as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, caught.value.sent, server.requests) == (1, False, [])


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
