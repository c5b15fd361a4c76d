"""Which orders a process is at work on just now, so that no other takes them for left behind."""

import os
import platform
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

LONGEST = 3600.0  # seconds for which a process that cannot be looked at is believed to be at work

senders: set[str] = set()  # of this process, and of no child: a fork has another process id


def begin_work() -> str:
    """Return a name for one call of this process that places an order; it counts as at work until `end_work`."""
    sender = f"{name_machine()} {os.getpid()} {read_start(os.getpid())} {uuid4().hex}"
    senders.add(sender)
    return sender


def end_work(sender: str) -> None:
    """Let the call be over."""
    senders.discard(sender)


def limit_work(seconds: float) -> str:
    """Return the moment up to which work that may take `seconds` is believed in."""
    return (datetime.now(UTC) + timedelta(seconds=min(seconds, LONGEST))).isoformat()


def is_at_work(sender: str | None, until: str | None) -> bool:
    """Whether the call `sender` still runs; of another machine's that is believed up to the moment `until`."""
    if sender is None or until is None or datetime.fromisoformat(until) < datetime.now(UTC):
        return False
    machine, number, start, _ = sender.split()
    if machine != name_machine():
        return True
    pid = int(number)
    if pid == os.getpid():
        return sender in senders
    return is_running(pid, start)


def name_machine() -> str:
    return "-".join(platform.node().split()) or "unknown"


def read_start(pid: int) -> str:
    """Return when a process began, so that a later one with its number is not taken for it; "0" if nothing tells."""
    fields = read_status(pid)
    return fields[19] if fields else "0"


def read_status(pid: int) -> list[str]:
    """Return what Linux says of a process behind its name, which may hold blanks; nothing elsewhere."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def is_running(pid: int, start: str) -> bool:
    if start != "0":
        fields = read_status(pid)
        return bool(fields) and fields[0] not in "ZX" and fields[19] == start
    if not hasattr(os, "geteuid"):
        return True  # on Windows, asking with signal 0 would end the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
