"""Tests that are known to fail, each with what is known of it.

They run, and the summary names them. Mend one, and its row goes.
"""

IDS = "its scripted server answers with another record than the one asked for, which is not believed any more"

KNOWN_FAILURES = {
    "tests/faults/test_callers.py::test_a_search_is_refused_or_arrives_as_one_value": "NUL in a query is refused now",
    "tests/faults/test_callers.py::test_an_id_is_refused_or_arrives_as_one_segment": IDS,
    "tests/faults/test_callers.py::test_two_clients_share_neither_token_nor_cookie_nor_connection": IDS,
    "tests/faults/test_catalogue.py::test_a_full_run_counts_the_cells_of_every_group": "see the next",
    "tests/faults/test_catalogue.py::test_the_people_in_the_suite_are_made_up": "proxies are user@127.0.0.1",
    "tests/faults/test_order_outcomes.py::test_a_listing_that_fails_in_whatever_way_proves_nothing": "BOM is read",
    "tests/test_soak.py::test_a_short_soak_leaves_nothing_and_its_table_says_so": IDS,
}
