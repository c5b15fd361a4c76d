"""The tools that watch httpx, in the flesh: `nox -s telemetry`."""
