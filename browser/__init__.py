"""What people see in a browser, seen in a real one: `nox -s browser`."""
