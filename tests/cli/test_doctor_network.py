"""What the failures of TLS and of proxies mean."""

import ssl

import httpx
import pytest

from aex_async.cli.doctor.network import judge_certificate, judge_handshake, judge_status, judge_tunnel
from tests.cli.installed import run


def distrust(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("certificate verify failed")
    error.verify_code, error.verify_message = code, "as OpenSSL says"
    return error


def caused(error: httpx.TransportError, cause: Exception) -> httpx.TransportError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("code", "said", "advice"),
    [
        (19, "a private authority", "--ca-bundle"),
        (10, "not valid at this time", "this machine's clock"),
        (9, "not valid at this time", "this machine's clock"),
        (62, "not trusted: as OpenSSL says", "Check the base URL."),
        (64, "not trusted: as OpenSSL says", "Check the base URL."),
        (1, "not trusted: as OpenSSL says", "whoever runs this network"),
    ],
)
def test_a_certificate_that_is_not_trusted_says_why_and_whom_to_ask(code: int, said: str, advice: str) -> None:
    check = judge_certificate(distrust(code))
    assert (check.check, check.state) == ("TLS", "problem")
    assert said in check.message
    assert advice in check.advice


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ssl.SSLError("tlsv13 alert certificate required"), "wants a certificate from this machine"),
        (ConnectionResetError(), "cannot be made secure"),
    ],
)
def test_a_handshake_that_fails_says_what_is_missing(error: OSError, said: str) -> None:
    assert said in judge_handshake(error).message


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ProxyError("407 Proxy Authentication Required"), "wants a user name and a password"),
        (httpx.ProxyError("403 Forbidden"), "does not let the connection through (403)"),
        (httpx.ProxyError("no"), "does not let the connection through"),
        (httpx.ReadError("gone"), "connection through the proxy is lost"),
        (caused(httpx.ConnectError("x"), distrust(20)), "a private authority"),
    ],
)
def test_a_way_through_a_proxy_says_who_closed_it(error: httpx.TransportError, said: str) -> None:
    assert said in judge_tunnel(error).message


def test_any_answer_behind_a_proxy_shows_the_way_open() -> None:
    assert judge_status(404).state == "ok"


def test_a_proxy_of_the_environment_that_cannot_be_is_named() -> None:
    end = run("doctor", AEX_TOKEN="do-not-show", HTTPS_PROXY="http://127.0.0.1:99999")
    assert end.code == 1
    assert "Correct the variable, or give --proxy." in end.out


@pytest.mark.parametrize(("named", "said"), [("base-url", "no address is found for a..b"), ("proxy", "the proxy a..b")])
def test_a_host_that_no_name_server_can_be_asked_about_is_named(named: str, said: str) -> None:
    end = run("doctor", f"--{named}", "https://a..b", AEX_TOKEN="do-not-show", HTTPS_PROXY="", ALL_PROXY="")
    assert end.code == 1
    assert said in end.out.splitlines()[-1]
