"""`aex sandbox` serves a made-up AEx until Ctrl-C."""

import re
import signal
import socket
import subprocess

import httpx

from aex_async.sandbox import Sandbox
from tests.cli.installed import AEX, assert_gone, ended, run, started

PREMISE = "/premises/B002A6B4-6541-47A5-8438-BE8ACEAA6D82"


def read_exports(process: subprocess.Popen[str]) -> dict[str, str]:
    """Return what the first two lines export."""
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(2)]
    return dict(re.findall(r"^export (\w+)=(\S+)$", "".join(lines), re.MULTILINE))


def ask(exports: dict[str, str], path: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {exports['AEX_TOKEN']}"}
    return httpx.get(exports["AEX_BASE_URL"] + path, headers=headers, trust_env=False)


def test_it_prints_what_to_export_and_answers_until_ctrl_c() -> None:
    with started(AEX, "sandbox", "--port", "0") as process:
        exports = read_exports(process)
        assert ask(exports, PREMISE).json()["street_name"] == "Pompano Place"
        assert ask({**exports, "AEX_TOKEN": "another"}, PREMISE).status_code == 401
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.code, end.out) == (130, "")
    assert end.err == "Serving made-up data until Ctrl-C.\n2 requests came in.\n"
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
