"""How values read."""

from decimal import Decimal

import pytest

from aex_async.cli.tables import show_value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (Decimal("549.0"), "549.00"),
        (Decimal("477.3913"), "477.3913"),
        (Decimal(f"{'1' * 30}.5"), f"{'1' * 30}.5"),
        ("Côte [bold]", "Côte [bold]"),
        ("a\nb\x1b[31m", r"a\nb\x1b[31m"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, shown: str) -> None:
    assert show_value(value).plain == shown
