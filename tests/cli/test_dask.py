"""`aex qualify --dask` spreads the work over a cluster of real processes, and ends as it would have without."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any
from uuid import uuid4

import distributed
import psutil
import pytest
from attrs import frozen

from aex_async import errors
from aex_async.qualify import Address, Journal, OutageError
from aex_async.qualify.dask import cluster, worker
from aex_async.qualify.dask.cluster import AHEAD, ClusterError, WorkerPool, connect, cut
from aex_async.qualify.dask.worker import Batch, BatchResult, RunSettings
from aex_async.sandbox import Fault
from tests.cli.installed import AEX, Ended, ended, run, started
from tests.cli.ordering import Shop, wait_until
from tests.cli.test_qualify import SEARCH, write_many

PLACES = 2


@frozen
class Workers:
    """A scheduler and its workers, in processes of their own."""

    address: str
    process: psutil.Process

    def find(self) -> list[psutil.Process]:
        """Return the processes that work; a nanny watches over each, and starts it anew."""
        return [child for child in self.process.children(recursive=True) if "spawn_main" in " ".join(child.cmdline())]


@contextlib.contextmanager
def schedule(folder: Path) -> Generator[str]:
    """Run a scheduler, and give its address."""
    file = folder / "scheduler.json"
    with _start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)):
        wait_until(lambda: file.exists() and '"address"' in file.read_text())
        yield file.read_text().partition('"address": "')[2].partition('"')[0]


@contextlib.contextmanager
def _start(kind: str, *arguments: str) -> Generator[psutil.Process]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments]
    with subprocess.Popen(  # noqa: S603 - Dask's own commands
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "AEX_TOKEN": "sandbox-token"},
    ) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Generator[Workers]:
    folder = tmp_path_factory.mktemp("dask")
    with schedule(folder) as address:
        arguments = (address, "--nworkers", str(PLACES), "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
        with _start("worker", *arguments, "--local-directory", str(folder)) as process:
            # The command waits for a worker no longer than a cluster needs that is there; these are just being started.
            connect_to: Any = distributed.Client  # it has no types
            with connect_to(address, set_as_default=False) as client:
                client.wait_for_workers(PLACES, timeout=120)
            yield Workers(address, process)


# The same as without


def test_a_cluster_ends_with_the_same_file_even_if_command_and_workers_are_killed(
    shop: Shop, workers: Workers, tmp_path: Path
) -> None:
    source, alone, spread = write_many(tmp_path / "a.txt", 120), tmp_path / "alone.csv", tmp_path / "spread.csv"
    assert shop.run("qualify", str(source), "-o", str(alone)).code == 0
    before = shop.sandbox.received[SEARCH]
    command = ("qualify", str(source), "-o", str(spread), "--dask", workers.address)
    with started(AEX, *command, "--rate", "60", **shop.settings) as process:
        wait_until(lambda: shop.sandbox.received[SEARCH] > before + 30)
        process.kill()
        process.wait()
    with started(AEX, *command, "--rate", "200", **shop.settings) as process:
        wait_until(lambda: shop.sandbox.received[SEARCH] > before + 60)
        workers.find()[0].kill()
        end = ended(process)
    assert (end.code, end.out) == (0, "")
    assert end.err.splitlines()[-1].startswith("120 addresses: ")  # after progress, if it took long
    assert spread.read_bytes() == alone.read_bytes()


def test_the_rate_holds_for_all_workers_together(shop: Shop, workers: Workers, tmp_path: Path) -> None:
    source = write_many(tmp_path / "a.txt", 60)
    command = ("qualify", str(source), "-o", str(tmp_path / "r.csv"), "--dask", workers.address, "--rate", "40")
    with started(AEX, *command, **shop.settings) as process:
        wait_until(lambda: shop.sandbox.received.total() > 0)
        begun = time.monotonic()
        first = shop.sandbox.received.total()
        assert ended(process).code == 0
    asked = shop.sandbox.received.total() - first
    assert asked > 20
    assert asked / (time.monotonic() - begun) < 40 * 1.1


def test_a_local_cluster_needs_no_other(shop: Shop, tmp_path: Path) -> None:
    source, output = write_many(tmp_path / "a.txt", 30), tmp_path / "r.jsonl"
    end = shop.run("qualify", str(source), "-o", str(output), "--dask", "local:2")
    assert (end.code, end.out) == (0, "")
    assert end.err.splitlines()[-1].startswith("30 addresses: 16 exact, 4 ambiguous, 10 none. ")
    assert output.read_text().count("\n") == 30


# Stopped


def test_a_refused_token_stops_all_workers(shop: Shop, workers: Workers, tmp_path: Path) -> None:
    source, output = write_many(tmp_path / "a.txt", 120), tmp_path / "r.csv"
    shop.sandbox.faults.add(Fault.status(401), path="/predefined-premises", skip=12, times=None)
    end = shop.run("qualify", str(source), "-o", str(output), "--dask", workers.address)
    assert (end.code, end.out, end.err.count("\n")) == (1, "", 1)
    assert "Check AEX_TOKEN" in end.err
    assert shop.sandbox.received[SEARCH] - 12 <= 2 * AHEAD * 16  # each that was under way, asked twice
    assert not output.exists()


def test_ctrl_c_ends_a_local_cluster_too(shop: Shop, tmp_path: Path) -> None:
    source = write_many(tmp_path / "a.txt", 400)
    command = ("qualify", str(source), "-o", str(tmp_path / "r.csv"), "--dask", "local:2", "--rate", "40")
    with started(AEX, *command, **shop.settings) as process:
        wait_until(lambda: shop.sandbox.received[SEARCH] > 3)
        family = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        end = ended(process)
    assert (end.code, end.out) == (130, "")
    assert end.err.splitlines()[-1].startswith("Interrupted. ")
    assert psutil.wait_procs(family, timeout=60)[1] == []


def test_a_cluster_that_does_not_answer_is_one_sentence(shop: Shop, tmp_path: Path) -> None:
    source = write_many(tmp_path / "a.txt", 1)
    end = shop.run("qualify", str(source), "-o", str(tmp_path / "r.csv"), "--dask", "tcp://127.0.0.1:9")
    assert (end.code, end.out, end.err.count("\n")) == (1, "", 1)
    assert end.err.startswith("Stopped: no cluster answers at tcp://127.0.0.1:9: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--dask", "local:0"), "--dask local:0: name 1 to 64 workers, as in local:2."),
        (("--dask", "here"), "--dask here: name a scheduler, such as tcp://10.0.0.1:8786, or local."),
        (("--dask", "local", "--sandbox"), "run aex sandbox, and set the variables that it prints."),
    ],
)
def test_a_cluster_that_cannot_be_meant_is_misuse(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    source = write_many(tmp_path / "a.txt", 1)
    end = run("qualify", str(source), "-o", str(tmp_path / "r.csv"), *arguments)
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert end.err.endswith(f"{words}\n")


def test_without_its_extra_it_says_what_to_install(tmp_path: Path) -> None:
    program = "import sys; sys.modules['distributed'] = None; from aex_async.cli import main; sys.exit(main())"
    command = ("qualify", "a.txt", "-o", str(tmp_path / "r.csv"), "--dask", "local")
    with started(sys.executable, "-c", program, *command) as process:
        end = ended(process)
    assert end == Ended(2, "", "Nothing was sent: --dask needs distributed: pip install 'aex-async[dask]'.\n")


# The parts


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_cluster_without_workers_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with schedule(tmp_path) as address, pytest.raises(ClusterError, match="has no worker"):
        async with connect(address, at_once=1, rate=None):
            pass  # pragma: no cover - it is not entered


class Client:
    """A cluster that says what it is told to."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    async def run(self, *_: object, **__: object) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([ModuleNotFoundError("No module named 'aex_async'")], "cannot use aex_async .*: No module named 'aex_async'"),
        ([ValueError()], "cannot use aex_async .*: ValueError"),
        ([{"tcp://a": "0.0.1"}, {"tcp://a": True}], r"the workers have aex_async 0\.0\.1, and this machine has"),
        ([{"tcp://a": worker.get_version()}, {"tcp://a": False}], "AEX_TOKEN is not set for 1 of 1 workers"),
    ],
)
async def test_workers_that_cannot_do_it_are_found_out_before_they_get_anything(answers: list[Any], words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        await WorkerPool(Client(*answers), 16, None).check()


@frozen
class Taking:
    """A cluster that takes work, and loses it or gives back what it is told to."""

    done: BatchResult | None = None

    async def nthreads(self) -> dict[str, int]:
        return {"tcp://a": 1}

    def submit(self, *_: object, **__: object) -> "Taking":
        return self

    def __await__(self) -> Generator[Any, Any, Any]:
        yield from ()
        if self.done is None:
            raise RuntimeError("4 workers\ndied of it")
        return self.done

    def release(self) -> None:
        """Let go."""


async def test_work_that_is_lost_for_good_is_an_error() -> None:
    terms = RunSettings(run="r", base_url="https://x.example", patience=1)
    with Journal(None, {}) as journal, pytest.raises(ClusterError, match="lost its work: 4 workers died of it"):
        await WorkerPool(Taking(), 16, None).run(
            [Address(row=1, text="x")], journal, terms, lambda _: None, lambda _: None
        )


async def test_workers_that_are_gone_have_nothing_to_close() -> None:
    client = Client(OSError("the scheduler is gone"))
    await WorkerPool(client, 16, None).aclose("r")
    assert client.answers == []


async def test_an_outage_that_a_worker_could_not_outlast_stops_the_run() -> None:
    outage = BatchResult(results=(), error=OutageError("AEx does not answer"))
    terms = RunSettings(run="r", base_url="https://x.example", patience=1)
    with Journal(None, {}) as journal, pytest.raises(OutageError):
        await WorkerPool(Taking(outage), 16, None).run(
            [Address(row=1, text="x")], journal, terms, lambda _: None, lambda _: None
        )


async def test_a_desk_keeps_what_was_done_before_an_error(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEX_TOKEN", "sandbox-token")
    shop.sandbox.faults.add(Fault.status(401), path="/predefined-premises*[Bb]ree*", times=None)
    terms = RunSettings(run=uuid4().hex, base_url=shop.url, patience=1)
    texts = ("1 Main Road", "1 Main Road", "7 Bree Street")
    addresses = tuple(Address(row=row, text=text) for row, text in enumerate(texts, 1))
    done = await worker.work(terms, Batch(addresses=addresses, at_once=1, rate=500.0))
    assert ([result.partition(",")[0] for result in done.results], type(done.error)) == (
        ['{"row":1', '{"row":2'],
        errors.AuthenticationError,
    )
    done = await worker.work(terms, Batch(addresses=addresses[:2], at_once=2, rate=None))
    assert (len(done.results), done.error) == (2, None)
    await worker.close(terms.run)
    await worker.close(terms.run)
    done = await worker.work(terms, Batch(addresses=addresses, at_once=1, rate=None))
    assert (done.results, str(done.error)) == ((), "the run is over")


async def test_a_desk_does_not_wait_for_an_aex_that_never_answered(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEX_TOKEN", "sandbox-token")
    shop.sandbox.faults.add(Fault.status(500), times=None)
    batch = Batch(addresses=(Address(row=1, text="a"),), at_once=1, rate=None)
    terms = RunSettings(run=uuid4().hex, base_url=shop.url, patience=1)
    done = await worker.work(terms, batch)
    assert (done.results, type(done.error)) == ((), OutageError)
    await worker.close(terms.run)


async def test_a_desk_that_cannot_be_opened_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEX_TOKEN", "")
    done = await worker.work(
        RunSettings(run="r-2", base_url="https://x.example", patience=1), Batch(addresses=(), at_once=1, rate=None)
    )
    assert isinstance(done.error, errors.UsageError)


def test_batches_are_read_no_further_ahead_than_needed() -> None:
    source = iter([Address(row=row, text="x") for row in range(1, 100)])
    assert [address.row for address in next(cut(source))] == list(range(1, 21))
    assert next(source).row == 21
