"""Every command goes by the proxy and trusts the authorities that are named, and the doctor says which those are."""

import json
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
import trustme
from attrs import frozen

from tests.cli.installed import AEX, Ended, run, started
from tests.cli.proxies import proxied
from tests.sandbox.people import PREMISE_9

PASSWORD = "do-not-show"


@frozen
class Company:
    """A sandbox behind TLS, whose certificate a private authority has signed."""

    url: str
    bundle: str

    def run(self, *arguments: str, **changes: str) -> Ended:
        """Run a command with nothing in force but what a test names; of each pair, urllib prefers the lower case."""
        unset = dict.fromkeys(("SSL_CERT_FILE", "SSL_CERT_DIR", "https_proxy", "all_proxy", "no_proxy"), "")
        settings = {**unset, "AEX_TOKEN": "sandbox-token", "AEX_BASE_URL": self.url}
        return run(*arguments, **{**settings, **changes})


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Generator[Company]:
    folder = tmp_path_factory.mktemp("company")
    authority = trustme.CA()
    bundle, certificate = folder / "ca.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(str(bundle))
    authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with started(AEX, "sandbox", "--port", "0", "--tls-certificate", str(certificate)) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().partition("=")[2]
        yield Company(url, str(bundle))
        process.send_signal(signal.SIGINT)


def read_checks(end: Ended) -> dict[str, dict[str, str]]:
    """Return the last line of each check."""
    return {line["check"]: line for line in map(json.loads, end.out.splitlines())}


def test_an_option_and_a_variable_name_whom_to_trust(company: Company, tmp_path: Path) -> None:
    assert company.run("premise", PREMISE_9, "--ca-bundle", company.bundle).code == 0
    assert company.run("premise", PREMISE_9, SSL_CERT_FILE=company.bundle).code == 0
    (tmp_path / f"{_hash(company.bundle)}.0").symlink_to(company.bundle)
    assert company.run("premise", PREMISE_9, SSL_CERT_DIR=str(tmp_path)).code == 0
    assert company.run("premise", PREMISE_9).code == 1


def _hash(bundle: str) -> str:
    """Return the name by which OpenSSL finds a certificate in a folder."""
    command = ["openssl", "x509", "-hash", "-noout", "-in", bundle]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return shown.stdout.strip()


@pytest.mark.parametrize("by_option", [True, False])
def test_a_command_goes_by_a_proxy_that_wants_a_password(company: Company, *, by_option: bool) -> None:
    with proxied(f"jane:{PASSWORD}") as proxy:
        url = f"http://jane:{PASSWORD}@127.0.0.1:{proxy.port}"
        options = ("--proxy", url) if by_option else ()
        changes = {} if by_option else {"https_proxy": url}
        end = company.run("premise", PREMISE_9, "--ca-bundle", company.bundle, "--json", *options, **changes)
    assert (end.code, json.loads(end.out)["id"]) == (0, PREMISE_9)
    assert proxy.targets == [company.url.removeprefix("https://")]


@pytest.mark.parametrize("by_option", [True, False])
@pytest.mark.parametrize("name", ["qualify", "demo"])
def test_what_takes_longer_goes_by_the_proxy_too(
    company: Company, tmp_path: Path, name: str, *, by_option: bool
) -> None:
    (tmp_path / "addresses.txt").write_text("11 Pompano Place, Newlands, Durban\n")
    commands = {
        "qualify": ("qualify", str(tmp_path / "addresses.txt"), "-o", str(tmp_path / "results.csv")),
        "demo": ("demo",),
    }
    with proxied() as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        options = ("--proxy", url, "--ca-bundle", company.bundle) if by_option else ()
        changes = {} if by_option else {"https_proxy": url, "SSL_CERT_FILE": company.bundle}
        end = company.run(*commands[name], "--json", *options, **changes)
    assert (end.code, bool(end.out)) == (0, True)
    assert set(proxy.targets) == {company.url.removeprefix("https://")}


def test_workers_of_a_cluster_go_their_own_way(company: Company, tmp_path: Path) -> None:
    (tmp_path / "addresses.txt").write_text("11 Pompano Place, Newlands, Durban\n")
    command = ("qualify", str(tmp_path / "addresses.txt"), "-o", str(tmp_path / "results.csv"), "--dask", "local")
    for options in (("--proxy", f"http://jane:{PASSWORD}@proxy.example:1"), ("--ca-bundle", company.bundle)):
        end = company.run(*command, *options)
        assert (end.code, end.out) == (2, "")
        assert end.err == (
            "Nothing was sent: workers make their own connections: set HTTPS_PROXY or SSL_CERT_FILE for them, besides "
            "AEX_TOKEN.\n"
        )


def test_no_proxy_excepts_a_host(company: Company) -> None:
    with proxied() as proxy:
        settings = {"https_proxy": f"http://127.0.0.1:{proxy.port}", "no_proxy": "127.0.0.1,localhost"}
        end = company.run("doctor", "--json", SSL_CERT_FILE=company.bundle, **settings)
    assert (end.code, proxy.targets) == (0, [])
    assert "NO_PROXY excepts it" in read_checks(end)["proxy"]["message"]


def test_the_doctor_names_what_is_in_force_without_a_password(company: Company) -> None:
    with proxied(f"jane:{PASSWORD}") as proxy:
        url = f"http://jane:{PASSWORD}@127.0.0.1:{proxy.port}"
        end = company.run("doctor", "--ca-bundle", company.bundle, https_proxy=url)
    assert end.code == 0
    assert f"http://127.0.0.1:{proxy.port} from the environment, with a user name and a password." in end.out
    assert f"only the authorities of --ca-bundle {company.bundle} count." in end.out
    assert "ok       access       AEx takes the token." in end.out
    assert PASSWORD not in end.out + end.err


@pytest.mark.parametrize("user", ["", f"jane:{PASSWORD}-and-wrong@"])
def test_the_doctor_knows_a_proxy_that_wants_a_password(company: Company, user: str) -> None:
    with proxied(f"jane:{PASSWORD}") as proxy:
        url = f"http://{user}127.0.0.1:{proxy.port}"
        end = company.run("doctor", "--json", "--ca-bundle", company.bundle, "--proxy", url)
    problem = read_checks(end)["proxy"]
    assert (end.code, problem["state"]) == (1, "problem")
    assert "407" in problem["message"]
    assert "HTTPS_PROXY or --proxy" in problem["advice"]
    assert PASSWORD not in end.out + end.err


@pytest.mark.parametrize("with_proxy", [True, False])
def test_the_doctor_knows_a_private_authority(company: Company, *, with_proxy: bool) -> None:
    with proxied() as proxy:
        options = ("--proxy", f"http://127.0.0.1:{proxy.port}") if with_proxy else ()
        end = company.run("doctor", "--json", *options)
    problem = read_checks(end)["TLS"]
    assert (end.code, problem["state"]) == (1, "problem")
    assert "private authority" in problem["message"]
    assert problem["advice"] == "Name the authority's bundle with --ca-bundle or SSL_CERT_FILE."


@pytest.mark.parametrize(
    ("options", "check", "words"),
    [
        (("--ca-bundle", "/nowhere.pem"), "certificates", "cannot be read as a CA bundle"),
        (("--proxy", "http://127.0.0.1:1"), "port", "takes no connection at port 1"),
        (("--proxy", "http://nowhere.invalid:1"), "name", "no address is found for the proxy nowhere.invalid"),
    ],
)
def test_the_doctor_knows_settings_that_lead_nowhere(
    company: Company, options: tuple[str, ...], check: str, words: str
) -> None:
    end = company.run("doctor", "--json", *options)
    problem = read_checks(end)[check]
    assert (end.code, problem["state"]) == (1, "problem")
    assert words in problem["message"]


def test_a_proxy_that_is_no_url_is_misuse_and_not_repeated(company: Company) -> None:
    end = company.run("premise", PREMISE_9, "--proxy", f"jane:{PASSWORD}@proxy")
    assert (end.code, end.out) == (2, "")
    assert "proxy must be a URL" in end.err
    assert PASSWORD not in end.err
