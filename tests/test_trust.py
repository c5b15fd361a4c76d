"""A private authority, client certificates, a proxy that wants a password, and what of the environment counts."""

import base64
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

import anyio
import httpx
import pytest
from anyio.abc import SocketAttribute, SocketStream

from aex_async import AsyncAExClient, NewCustomer, errors
from aex_async._http.proxy import check_proxy, find_proxy, trust_proxy
from aex_async._http.trust import choose_context, no_trust, tls_context
from tests.servers import Server, accept, answer, serve_over_tls
from tests.tls import AUTHORITY, certify

PREMISE = answer(b'{"id": "P1"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
NEW = NewCustomer(first_name="J", last_name="D", email="jane@example.com", password="pw-canary", mobile_number="082000")


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


async def pump(source: SocketStream, sink: SocketStream) -> None:
    with suppress(anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
        while True:
            await sink.send(await source.receive())
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        await sink.aclose()


@asynccontextmanager
async def open_proxy(
    *,
    status: str = "200 OK",
    password: str = "proxy-canary",  # noqa: S107 - a made-up one
) -> AsyncGenerator[tuple[str, list[str]], None]:
    """Open a real proxy of loopback that wants a password; it notes whom it was asked for."""
    asked: list[str] = []
    wanted = "Basic " + base64.b64encode(f"user:{password}".encode()).decode()
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")

    async def converse(client: SocketStream) -> None:
        async with client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += await client.receive()
            lines = head.decode().split("\r\n")
            asked.append(lines[0])
            if f"Proxy-Authorization: {wanted}" not in lines or not status.startswith("200"):
                shown = "407 Proxy Authentication Required" if status.startswith("200") else status
                await client.send(f"HTTP/1.1 {shown}\r\nContent-Length: 0\r\n\r\n".encode())
                return
            host, _, port = lines[0].split(" ")[1].rpartition(":")
            async with await anyio.connect_tcp(host, int(port)) as server, anyio.create_task_group() as group:
                await client.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                group.start_soon(pump, client, server)
                group.start_soon(pump, server, client)

    async with accept(listener, converse):
        yield f"127.0.0.1:{listener.extra(SocketAttribute.local_port)}", asked  # noqa: S610 - no Django here


@asynccontextmanager
async def serve_aex(*script: bytes) -> AsyncGenerator[Server, None]:
    async with serve_over_tls(certify(AUTHORITY.issue_cert("127.0.0.1")), *script) as server:
        yield server


async def test_a_private_authority_is_trusted_by_the_path_of_its_bundle_and_by_a_context(bundle: str) -> None:
    for verify in (bundle, Path(bundle), ssl.create_default_context(cafile=bundle)):
        async with serve_aex(PREMISE) as server, AsyncAExClient("T", base_url=server.url, verify=verify) as aex:
            assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_the_environment_counts_where_it_is_to_be_trusted_and_nowhere_else(
    name: str, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(bundle).parent
    hashed = ssl.create_default_context(cafile=bundle)
    assert hashed.cert_store_stats()["x509_ca"] == 1
    monkeypatch.setenv(name, bundle if name == "SSL_CERT_FILE" else str(folder))
    async with serve_aex(PREMISE) as server:
        async with AsyncAExClient("T", base_url=server.url) as aex:
            with pytest.raises(errors.ConnectionFailedError, match="verify= takes the path of a bundle"):
                await aex.get_premise("P1")
        if name == "SSL_CERT_FILE":
            async with AsyncAExClient("T", base_url=server.url, trust_env=True) as aex:
                assert (await aex.get_premise("P1")).id == "P1"
        else:
            AsyncAExClient("T", base_url=server.url, trust_env=True)


async def test_a_client_certificate_is_shown_to_a_server_that_asks_for_one(bundle: str) -> None:
    wanted = certify(AUTHORITY.issue_cert("127.0.0.1"))
    wanted.verify_mode = ssl.CERT_REQUIRED
    wanted.load_verify_locations(bundle)
    context = ssl.create_default_context(cafile=bundle)
    async with serve_over_tls(wanted, PREMISE) as server:
        async with AsyncAExClient("T", base_url=server.url, verify=context, attempts=1) as aex:
            with pytest.raises(errors.ConnectionFailedError):
                await aex.get_premise("P1")
        AUTHORITY.issue_cert("client@example.com").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
        async with AsyncAExClient("T", base_url=server.url, verify=context) as aex:
            assert (await aex.get_premise("P1")).id == "P1"


async def test_reads_and_writes_go_through_a_proxy_that_wants_a_password(bundle: str) -> None:
    async with open_proxy() as (proxy, asked), serve_aex(PREMISE, PREMISE, CREATED, PREMISE) as server:
        url = f"http://user:proxy-canary@{proxy}"
        async with AsyncAExClient("TOKEN", base_url=server.url, verify=bundle, proxy=url) as aex:
            await aex.get_premise("P1")
            await aex.get_premise("P1")
            assert await aex.create_customer(NEW) == "C1"
            await aex.get_premise("P1")
            assert "canary" not in repr(aex)
    assert asked == [f"CONNECT {server.url.removeprefix('https://')} HTTP/1.1"] * 3
    assert server.connections == 3


@pytest.mark.parametrize(
    ("status", "words"),
    [("200 OK", "the proxy wants a user name and a password"), ("503 Full", r"the proxy refused \(503\)")],
)
async def test_a_proxy_that_refuses_is_named_without_its_password(status: str, words: str, bundle: str) -> None:
    async with open_proxy(status=status) as (proxy, asked), serve_aex(PREMISE) as server:
        url = f"http://user:bad-canary@{proxy}"
        async with AsyncAExClient("TOKEN", base_url=server.url, verify=bundle, proxy=url) as aex:
            for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
                with pytest.raises(errors.ConnectionFailedError, match=words) as caught:
                    await call
                assert (caught.value.sent, caught.value.attempts) == (False, 1)
                assert "canary" not in str(caught.value)
    assert len(asked) == 2
    assert server.connections == 0


async def test_the_environments_proxy_counts_where_it_is_to_be_trusted(
    bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_proxy() as (proxy, asked), serve_aex(PREMISE) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:proxy-canary@{proxy}")
        for trust, many in ((False, 0), (True, 1)):
            async with AsyncAExClient("T", base_url=server.url, verify=bundle, trust_env=trust) as aex:
                await aex.get_premise("P1")
            assert len(asked) == many
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with AsyncAExClient("T", base_url=server.url, verify=bundle, trust_env=True) as aex:
            await aex.get_premise("P1")
        assert len(asked) == 1


URLS = (
    "https://fno.example",
    "https://api.fno.example:8443",
    "http://127.0.0.1:80",
    "http://localhost",
    "http://a.localhost",
)
EXCEPTIONS = (
    *("", "*", "fno.example", ".fno.example", "example", "other.example", "localhost", "127.0.0.1"),
    *("https://fno.example", "http://fno.example", "FNO.example , localhost", "api.fno.example:8443", "127.0.0.1:81"),
    *("all://fno.example", "all://api.fno.example:8443", "::1"),
)


@pytest.mark.parametrize("exceptions", EXCEPTIONS)
def test_a_proxy_of_the_environment_is_chosen_as_httpx_chooses_it(
    exceptions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "http://all.example:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs = httpx.AsyncClient(verify=context)
    for url in map(httpx.URL, URLS):
        found = find_proxy(url)
        pool: Any = cast("Any", theirs)._transport_for_url(url)._pool  # noqa: SLF001
        chosen: Any = getattr(pool, "_proxy_url", None)
        assert (found.url.host if found else None) == (chosen.host.decode() if chosen else None), (str(url), exceptions)


@pytest.mark.parametrize(
    ("entry", "url", "goes_by_proxy"),
    [
        ("10.0.0.0/8", "https://10.1.2.3", False),
        ("10.0.0.7/8", "https://10.1.2.3", False),
        ("10.0.0.0/8", "https://11.1.2.3", True),
        ("10.0.0.0/8", "https://10.example", True),
        ("127.0.0.0/8", "http://127.0.0.1:8080", False),
        ("10.1.2.3/32", "https://10.1.2.3", False),
        ("fe80::/10", "https://[fe80::1]", False),
        ("fe80::/10", "https://[::1]", True),
        ("10.0.0.0/99", "https://10.0.0.0", False),
        ("*.fno.example", "https://api.fno.example", False),
        ("*.fno.example", "https://fno.example", True),
        ("fno.example/", "https://fno.example", False),
        ("fno.example:443", "https://fno.example", False),
        ("fno.example:8443", "https://fno.example", True),
        ("fno.example.", "https://api.fno.example", False),
        ("FNO.Example", "https://fno.example.", False),
        ("0:0::0:1", "https://[::1]", False),
        ("https://*", "https://fno.example", False),
        ("all://*:8443", "https://fno.example:8443", False),
        ("http://*", "https://fno.example", True),
    ],
)
def test_networks_ports_and_wildcards_of_no_proxy_mean_what_they_mean_elsewhere(
    entry: str, url: str, monkeypatch: pytest.MonkeyPatch, *, goes_by_proxy: bool
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", "http://user:p%40ss@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", f"other.example, {entry} ,third.example")
    found = find_proxy(httpx.URL(url))
    assert (found is not None) == goes_by_proxy
    assert found is None or found.auth == ("user", "p@ss")


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_is_named_in_large_letters_or_small(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, " ")
    assert find_proxy(httpx.URL("https://fno.example")) is None
    monkeypatch.setenv(name, "user:pw@proxy.example:3128\n")
    found = find_proxy(httpx.URL("https://fno.example"))
    assert found is not None
    assert (str(found.url), found.auth) == ("http://proxy.example:3128", ("user", "pw"))


def test_folders_of_authorities_may_be_several_and_an_empty_name_is_none(bundle: str, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    folders = f"{tmp_path}{os.pathsep}{tmp_path / 'second'}"
    assert choose_context(True, {"SSL_CERT_DIR": folders}, tls=True) is not tls_context()  # noqa: FBT003
    assert choose_context(True, {"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""}, tls=True) is tls_context()  # noqa: FBT003
    Path(bundle).write_text("")
    with pytest.raises(errors.UsageError, match="SSL_CERT_FILE names"):
        choose_context(True, {"SSL_CERT_FILE": bundle}, tls=True)  # noqa: FBT003


@pytest.mark.parametrize(
    ("entry", "goes_by_proxy"),
    [("::1", False), ("[::1]", False), ("[::1]:9", False), ("[::1]:8", True), ("::2", True)],
)
def test_an_address_of_ipv6_is_excepted_in_brackets_or_without(
    entry: str, monkeypatch: pytest.MonkeyPatch, *, goes_by_proxy: bool
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", entry)
    assert (find_proxy(httpx.URL("https://[::1]:9")) is not None) == goes_by_proxy


def test_an_exception_that_is_no_url_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "https://fno.example:port")
    with pytest.raises(errors.UsageError, match="NO_PROXY has an entry"):
        find_proxy(httpx.URL("https://fno.example"))


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("user:pw-canary@proxy.example:3128", "begins with http"),
        ("http://user:pw-canary#@proxy.example:3128", "percent-encoded"),
        ("http://user:pw-canary@proxy.example:99999", "a port from 1 to"),
        (httpx.Proxy("http://proxy.example:99999", auth=("user", "pw-canary")), "a port from 1 to"),
        (3128, "must be a URL, not int"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_at_once_and_without_its_password(proxy: Any, words: str) -> None:
    with pytest.raises(errors.UsageError, match=words) as caught:
        AsyncAExClient("T", base_url="https://fno.example", proxy=proxy)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(("port", "taken"), [(0, False), (1, True), (65_535, True), (65_536, False)])
def test_a_proxy_has_a_port_that_there_can_be(port: int, *, taken: bool) -> None:
    proxy = httpx.Proxy(f"https://proxy.example:{port}")
    if taken:
        assert check_proxy(proxy) is proxy
    else:
        with pytest.raises(errors.UsageError, match=r"^proxy must name a port from 1 to 65,535"):
            check_proxy(proxy)


def test_without_a_port_a_proxy_has_that_of_its_scheme() -> None:
    found = check_proxy("https://proxy.example")
    assert found is not None
    assert (found.url.scheme, found.url.port) == ("https", None)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_proxy_of_socks_is_taken_only_where_httpx_can_speak_to_it(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{scheme}://user:pw-canary@proxy.example:1080"
    assert check_proxy(url) is not None
    monkeypatch.setitem(sys.modules, "socksio", None)  # as if it were not installed
    with pytest.raises(errors.UsageError, match=r"^proxy names a SOCKS proxy, which needs httpx's extra") as caught:
        check_proxy(url)
    assert "canary" not in str(caught.value)
    assert check_proxy("http://proxy.example:3128") is not None


def test_a_proxy_over_tls_is_trusted_as_aex_is_unless_it_has_a_context_of_its_own() -> None:
    context, own = ssl.create_default_context(), ssl.create_default_context()
    given = httpx.Proxy("https://user:pw@proxy.example", headers={"X-Team": "fibre"})
    trusted = trust_proxy(given, context)
    assert (trusted.url, trusted.ssl_context, trusted.auth) == (given.url, context, ("user", "pw"))
    assert trusted.headers["X-Team"] == "fibre"
    for other in (httpx.Proxy("http://proxy.example"), httpx.Proxy("https://proxy.example", ssl_context=own)):
        assert trust_proxy(other, context) is other


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to name the certificates of a folder")
async def test_a_folder_that_openssl_has_made_is_trusted(bundle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(bundle).parent
    subprocess.run(["openssl", "rehash", folder], check=True)  # noqa: S603, S607, ASYNC221 - a moment, before any call
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    async with (
        serve_aex(PREMISE) as server,
        AsyncAExClient("T", base_url=server.url, trust_env=True) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"


def test_a_list_of_folders_is_refused_if_one_of_them_is_none(tmp_path: Path) -> None:
    with pytest.raises(errors.UsageError, match=r"^SSL_CERT_DIR names"):
        choose_context(True, {"SSL_CERT_DIR": f"{tmp_path}{os.pathsep}{tmp_path / 'gone'}"}, tls=True)  # noqa: FBT003


def test_a_bundle_that_cannot_be_read_is_named_by_its_option() -> None:
    with pytest.raises(errors.UsageError, match=r"^verify names '/nowhere\.pem'"):
        choose_context("/nowhere.pem", {}, tls=True)


async def test_a_password_with_special_characters_reaches_the_proxy(bundle: str) -> None:
    async with open_proxy(password="p@ss/#: word") as (proxy, asked), serve_aex(PREMISE) as server:
        url = f"http://user:p%40ss%2F%23%3A%20word@{proxy}"
        async with AsyncAExClient("T", base_url=server.url, verify=bundle, proxy=url) as aex:
            await aex.get_premise("P1")
    assert len(asked) == 1


@pytest.mark.fault("X19")
@pytest.mark.in_no_time
async def test_silence_in_the_handshake_is_silence_and_is_met_again() -> None:
    async def stall(stream: SocketStream) -> None:
        async with stream:
            await stream.receive()
            await anyio.sleep(5)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
    async with (
        accept(listener, stall),
        AsyncAExClient("T", base_url=f"https://127.0.0.1:{port}", timeout=1.0, attempts=2) as aex,
    ):
        with pytest.raises(errors.RequestError) as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, caught.value.sent) == (2, False)
    assert "TLS" not in str(caught.value)


def test_certificates_are_read_only_where_there_is_somebody_to_trust() -> None:
    assert choose_context(True, {}, tls=False) is no_trust()  # noqa: FBT003 - as `verify` is handed on
    assert choose_context(True, {}, tls=True) is tls_context()  # noqa: FBT003
    assert tls_context().minimum_version == ssl.TLSVersion.TLSv1_2
    assert tls_context().get_ca_certs()
    assert not no_trust().get_ca_certs()


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_bundle_that_the_environment_names_counts_and_is_named_where_it_cannot_be_read(
    name: str, bundle: str
) -> None:
    assert choose_context(True, {name: bundle}, tls=True).get_ca_certs()  # noqa: FBT003
    with pytest.raises(errors.UsageError, match=f"{name} names '/nowhere'"):
        choose_context(True, {name: "/nowhere"}, tls=True)  # noqa: FBT003


@pytest.mark.parametrize(("name_checked", "mode"), [(False, ssl.CERT_REQUIRED), (False, ssl.CERT_OPTIONAL)])
def test_a_context_that_does_not_check_whom_it_talks_to_is_refused(*, name_checked: bool, mode: ssl.VerifyMode) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = name_checked, mode
    with pytest.raises(errors.UsageError, match="the token would go to whoever answers"):
        choose_context(context, {}, tls=True)
