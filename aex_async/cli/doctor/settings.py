"""The proxy and the certificate authorities in force, where each comes from, and never a password."""

import os
import ssl
from urllib.request import getproxies

import httpx
from attrs import frozen

from aex_async._http.trust import check_proxy, choose_context, find_proxy
from aex_async.cli.connection import Connection
from aex_async.cli.doctor.checks import Check
from aex_async.cli.doctor.network import Way
from aex_async.errors import UsageError


@frozen
class InForce:
    """What holds for a connection, and the lines that say so; no way if that cannot be."""

    checks: list[Check]
    way: Way | None


def find_in_force(base_url: str, connection: Connection) -> InForce:
    """Return the proxy and the authorities that the options and the environment name."""
    url = httpx.URL(base_url)
    proxy, proxy_check = _find_proxy(url, connection)
    context, trust_check = _find_authorities(connection)
    checks = [proxy_check, trust_check]
    if context is None or any(check.state == "problem" for check in checks):
        return InForce(checks, None)
    return InForce(checks, Way(url, context, proxy))


def _find_proxy(url: httpx.URL, connection: Connection) -> tuple[httpx.Proxy | None, Check]:
    try:
        proxy = check_proxy(connection.proxy) or find_proxy(url)
    except UsageError as error:
        return None, Check("proxy", "problem", str(error), "Correct the variable, or give --proxy.")
    if proxy is None:
        except_for = " (NO_PROXY excepts it)" if _is_named() else ""
        return None, Check("proxy", "ok", f"none is used for {url.host}{except_for}")
    # The URL that httpx keeps is without the password, which it holds beside it.
    with_password = ", with a user name and a password" if proxy.auth else ""
    source = "--proxy" if connection.proxy else "the environment"
    return proxy, Check("proxy", "ok", f"{proxy.url} from {source}{with_password}")


def _is_named() -> bool:
    return not {"https", "all"}.isdisjoint(getproxies())


def _find_authorities(connection: Connection) -> tuple[ssl.SSLContext | None, Check]:
    named = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)
    verify = True if connection.ca_bundle is None else str(connection.ca_bundle)
    try:
        context = choose_context(verify, os.environ, tls=True)
    except UsageError as error:
        return None, Check("certificates", "problem", str(error), "Name a file in PEM that can be read.")
    if connection.ca_bundle:
        return context, Check("certificates", "ok", f"only the authorities of --ca-bundle {connection.ca_bundle} count")
    if named:
        return context, Check("certificates", "ok", f"only the authorities of {named}={os.environ[named]} count")
    return context, Check("certificates", "ok", "the public authorities count, as certifi has them")
