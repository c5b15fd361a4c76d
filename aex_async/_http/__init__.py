"""One call over HTTP: its deadline, lane, tries, waits, and the error that it may end in."""
