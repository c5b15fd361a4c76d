"""`aex sandbox` serves a made-up AEx until Ctrl-C."""

import json
import re
import signal
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest
import trustme

from aex_async.cli.sandbox import make_tls
from aex_async.sandbox import Sandbox
from tests.cli.installed import AEX, Ended, assert_gone, ended, run, started
from tests.sandbox.people import PREMISE_9, sign_up

PREMISE = f"/premises/{PREMISE_9}"


def read_exports(process: subprocess.Popen[str]) -> dict[str, str]:
    """Return what the first two lines export."""
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(2)]
    return dict(re.findall(r"^export (\w+)=(\S+)$", "".join(lines), re.MULTILINE))


def ask(exports: dict[str, str], path: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {exports['AEX_TOKEN']}"}
    return httpx.get(exports["AEX_BASE_URL"] + path, headers=headers, trust_env=False)


def test_a_sandbox_in_the_place_of_another_gives_its_ids_to_nobody() -> None:
    def sign_somebody_up() -> str:
        with started(AEX, "sandbox", "--port", "0") as process:
            exports = read_exports(process)
            headers = {"Authorization": f"Bearer {exports['AEX_TOKEN']}"}
            answer = httpx.post(
                f"{exports['AEX_BASE_URL']}/customers", json=sign_up(), headers=headers, trust_env=False
            )
            process.send_signal(signal.SIGINT)
            ended(process)
        return answer.headers["location"]

    assert sign_somebody_up() != sign_somebody_up()


def test_it_prints_what_to_export_and_answers_until_ctrl_c() -> None:
    with started(AEX, "sandbox", "--port", "0") as process:
        exports = read_exports(process)
        assert ask(exports, PREMISE).json()["street_name"] == "Pompano Place"
        assert ask({**exports, "AEX_TOKEN": "another"}, PREMISE).status_code == 401
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.code, end.out) == (130, "")
    address = f"{exports['AEX_BASE_URL']}/_sandbox"
    assert end.err == (
        f"Serving made-up data until Ctrl-C. Look at it, and steer it, at {address}\n2 requests came in.\n"
    )
    assert_gone(process)


def test_a_seed_is_a_world() -> None:
    with started(AEX, "sandbox", "--port", "0", "--seed", "7") as process:
        [row] = ask(read_exports(process), "/predefined-premises?q=Railway&count=1").json()["items"]
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 130
    worlds = [{found["guid"] for found in Sandbox(seed=seed).predefined_premises} for seed in (0, 7)]
    assert [row["guid"] in world for world in worlds] == [False, True]


def test_a_port_in_use_is_refused_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        end = run("sandbox", "--port", str(port))
    words = f"Cannot serve at 127.0.0.1, port {port}: Address already in use (see --host and --port)."
    assert (end.code, end.out, end.err) == (1, "", f"{words}\n")


def test_a_port_that_is_none_is_refused() -> None:
    end = run("sandbox", "--port", "65536")
    assert (end.code, end.out) == (2, "")


def test_what_is_wanted_of_the_world_is_said_by_name(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    wanted = ("--oddity", "unordered", "--oddity", "max-count=7", "--fault", "GET /premises=status:503")
    with started(AEX, "sandbox", "--port", "0", "--state", str(state), *wanted) as process:
        exports = read_exports(process)
        assert [ask(exports, PREMISE).status_code for _ in range(2)] == [503, 200]
        assert ask(exports, "/predefined-premises?q=Railway&count=50").json()["items"][7:] == []
        process.send_signal(signal.SIGINT)
        assert ended(process).err.endswith(f"3 requests came in.\nEverything is kept in {state}.\n")
    with started(AEX, "sandbox", "--port", "0", "--state", str(state)) as process:
        exports = read_exports(process)
        told = httpx.get(exports["AEX_BASE_URL"] + "/_sandbox/state", trust_env=False).json()
        assert (told["oddities"]["unordered"], told["oddities"]["max_count"]) == (True, 7)
        process.send_signal(signal.SIGTERM)
        assert ended(process).code == 143


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("--oddity", "odd"), "--oddity: there is no oddity 'odd': one of location_header, "),
        (("--oddity", "max_count=many"), "--oddity: the oddity 'max_count' is a whole number, not 'many'."),
        (("--oddity", "unordered=1"), "--oddity: the oddity 'unordered' is true or false, not 1."),
        (
            ("--oddity", "error_shape=x"),
            "--oddity: the oddity 'error_shape' is 'fields' or 'texts' or 'list' or 'error'",
        ),
        (("--fault", "cut_after"), "--fault cut_after: write it as 'POST /services/full=cut_after', or "),
        (("--fault", "/x=odd"), "--fault /x=odd: there is no fault 'odd': one of delay, refuse, "),
        (("--fault", "/x=status:99"), "--fault /x=status:99: 99 is not a status that a server may answer with."),
        (("--fault", "POST /x"), "--fault POST /x: write it as 'POST /services/full=cut_after', or "),
        (("--fault", "/x=refuse:1"), "--fault /x=refuse:1: the fault 'refuse' cannot be made like that: it takes no "),
        (("--fault", "silent_handshake:1"), "--fault silent_handshake:1: the fault 'silent_handshake' cannot be made "),
        (("--tls-certificate", "/dev/null"), "A certificate, or its key, cannot be used (see --tls-certificate"),
        (
            ("--tls-certificate", "/no/such"),
            "A certificate, or its key, cannot be read: No such file or directory (see ",
        ),
        (("--tls-version", "1.2"), "TLS needs a certificate (see --tls-certificate)."),
        (("--tls-tickets", "0"), "TLS needs a certificate (see --tls-certificate)."),
        (("--fault", "/x=cut_handshake"), "--fault /x=cut_handshake: a handshake comes before any request, so that"),
    ],
)
def test_what_no_world_can_be_is_refused_in_one_sentence(wrong: tuple[str, ...], words: str) -> None:
    end = run("sandbox", "--port", "0", *wrong)
    assert (end.code, end.out) == (2, "")
    assert end.err.startswith(words)
    assert end.err.count("\n") == 1


def test_a_state_that_is_none_is_refused_and_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text('{"version": 0}')
    end = run("sandbox", "--port", "0", "--state", str(state))
    assert (end.code, end.err) == (
        2,
        f"Cannot go on from {state}: this is not a snapshot of a sandbox: ValueError: version 0.\n",
    )
    assert state.read_text() == '{"version": 0}'


@pytest.mark.fault("X26")
@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_state_that_is_nested_without_end_is_refused_in_one_sentence(tmp_path: Path, depth: int) -> None:
    state = tmp_path / "state.json"
    whole = json.dumps(Sandbox().snapshot())
    state.write_text(whole.replace('"world": {', '"world": {"more": ' + "[" * depth + "]" * depth + ", "))
    end = run("sandbox", "--port", "0", "--state", str(state))
    assert (end.code, end.out) == (2, "")
    assert end.err.startswith(f"Cannot go on from {state}: ")
    assert end.err.count("\n") == 1


@pytest.mark.fault("X26")
@pytest.mark.parametrize("depth", [101, 900, 30_000])
@pytest.mark.parametrize("option", ["--oddity max_count=", "--fault /x=delay:"])
def test_a_value_that_is_nested_without_end_is_a_text(option: str, depth: int) -> None:
    name, _, value = option.partition(" ")
    end = run("sandbox", "--port", "0", name, value + "[" * depth + "]" * depth)
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert end.err.startswith(name)


@pytest.mark.parametrize(
    ("option", "code", "words"),
    [("--host", 1, "Cannot serve at , port 0: That is no address"), ("--allow-host", 2, "--allow-host: an empty name")],
)
def test_an_empty_name_is_not_taken_for_any_name(option: str, code: int, words: str) -> None:
    end = run("sandbox", "--port", "0", option, "")
    assert (end.code, end.out, end.err.count("\n")) == (code, "", 1)
    assert end.err.startswith(words)


def test_a_state_that_has_no_folder_is_refused_before_there_is_something_to_lose(tmp_path: Path) -> None:
    folder = tmp_path / "no"
    assert run("sandbox", "--port", "0", "--state", str(folder / "state.json")) == Ended(
        2, "", f"There is no folder {folder} to keep the state in, or it may not be written.\n"
    )
    (tmp_path / "file").touch()
    assert run("sandbox", "--port", "0", "--state", str(tmp_path / "file" / "state.json")).code == 2
    assert run("sandbox", "--port", "0", "--state", str(tmp_path)) == Ended(
        2, "", f"Cannot go on from {tmp_path}: Is a directory.\n"
    )


def test_a_state_that_cannot_be_kept_is_said_also_if_it_ends_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    with started(AEX, "sandbox", "--port", "0", "--state", str(folder / "state.json")) as process:
        read_exports(process)
        folder.rmdir()
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.code, end.err.splitlines()[1:]) == (
        1,
        ["0 requests came in.", f"The state is not kept in {folder / 'state.json'}: No such file or directory."],
    )


def test_a_write_still_to_come_is_kept_in_the_state(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    late = ("--fault", "POST /customers=late:3600", "--state", str(state))
    with started(AEX, "sandbox", "--port", "0", *late) as process:
        exports = read_exports(process)
        headers = {"Authorization": f"Bearer {exports['AEX_TOKEN']}"}
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(f"{exports['AEX_BASE_URL']}/customers", json=sign_up(), headers=headers, trust_env=False)
        process.send_signal(signal.SIGINT)
        assert ended(process).err.endswith(f"Everything is kept in {state}.\n")
    assert [entry["kind"] for entry in json.loads(state.read_bytes())["world"]["ledger"]] == ["customer"]


def test_it_is_called_by_no_strange_name_and_reads_no_endless_body() -> None:
    with started(AEX, "sandbox", "--port", "0", "--allow-host", "Sandbox.test") as process:
        url = read_exports(process)["AEX_BASE_URL"]
        statuses = [
            httpx.get(url + PREMISE, headers={"Host": host}, trust_env=False).status_code
            for host in ("evil.example", "sandbox.test", "localhost", "[::1]:80", "192.0.2.7")
        ]
        assert statuses == [421, 401, 401, 401, 401]
        told = httpx.post(f"{url}/customers", content=b"x" * (2**20 + 1), trust_env=False)
        assert (told.status_code, told.json()["errors"]) == (413, ["the body is larger than 1,048,576 bytes"])
        strange = httpx.get(f"{url}/_sandbox/state", headers={"Host": "evil.example"}, trust_env=False)
        assert (strange.status_code, strange.json()) == (403, {"error": "this host is not served here"})
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 130


def test_with_a_certificate_it_speaks_https_as_it_is_told(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    certificate, key, trusted = tmp_path / "certificate.pem", tmp_path / "key.pem", tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(trusted)
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)  # pyright: ignore[reportUnknownMemberType] - pyOpenSSL's
    files = {"--tls-certificate": certificate, "--tls-key": key, "--tls-client-authority": trusted}
    options = [str(part) for option in files.items() for part in option]
    options += ["--tls-version", "1.2", "--tls-tickets", "0", "--fault", "silent-handshake"]
    with started(AEX, "sandbox", "--port", "0", *options) as process:
        url = read_exports(process)["AEX_BASE_URL"]
        assert url.startswith("https://127.0.0.1:")
        for error, timeout in ((httpx.ConnectTimeout, 1), (httpx.ConnectError, 60)):  # silence, then no certificate
            with pytest.raises(error):
                httpx.get(url + PREMISE, verify=trusting, trust_env=False, timeout=timeout)
        authority.issue_cert("client.example").configure_cert(trusting)  # pyright: ignore[reportUnknownMemberType]
        trusting.minimum_version = ssl.TLSVersion.TLSv1_2
        answer = httpx.get(url + PREMISE, verify=trusting, trust_env=False)
        assert answer.status_code == 401
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 130


def test_it_asks_for_no_certificate_unless_it_is_told_whose(tmp_path: Path) -> None:
    issued = trustme.CA().issue_cert("127.0.0.1")
    both = tmp_path / "both.pem"
    both.write_bytes(issued.private_key_and_cert_chain_pem.bytes())
    tls = make_tls(both, None, version="1.3", tickets=None, authority=None)
    assert tls is not None
    assert (tls.verify_mode, tls.minimum_version) == (ssl.CERT_NONE, ssl.TLSVersion.TLSv1_3)
