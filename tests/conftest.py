"""What every test module shares: both event loops."""

import signal

import pytest

# A shell that starts the suite in the background makes it deaf to Ctrl-C, and every command that a test starts too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Every async test runs on asyncio and on trio."""
    return str(request.param)
