"""Tests that are known to fail, each with what is known of it.

They run, and the summary names them. Mend one, and its row goes.
"""

SEARCHES = "qualify asks less and otherwise since it finds out how AEx searches; the expectation is the old one"
IDS = "its scripted server answers with another record than the one asked for, which is not believed any more"
DATES = "the benchmark's peer does not read a date that may also be a day"

KNOWN_FAILURES = {
    "tests/cli/test_report.py::test_a_report_is_made_with_the_results_and_again_by_the_same_command": SEARCHES,
    "tests/cli/test_sandbox.py::test_a_state_that_cannot_be_kept_is_said": "the sentence or its exit code has changed",
    "tests/cli/test_streams.py::test_a_pipe_is_read_once": SEARCHES,
    "tests/cli/test_streams.py::test_dev_null_takes_everything_and_leaves_nothing": SEARCHES,
    "tests/cli/test_streams.py::test_poison_rows_stay_failed_when_the_run_goes_on": SEARCHES,
    "tests/cli/test_streams.py::test_process_substitution_goes_in_and_out": SEARCHES,
    "tests/cli/test_streams.py::test_what_a_shell_has_read_of_standard_input_is_not_read_again": SEARCHES,
    "tests/faults/test_callers.py::test_a_search_is_refused_or_arrives_as_one_value": "NUL in a query is refused now",
    "tests/faults/test_callers.py::test_an_id_is_refused_or_arrives_as_one_segment": IDS,
    "tests/faults/test_callers.py::test_two_clients_share_neither_token_nor_cookie_nor_connection": IDS,
    "tests/faults/test_catalogue.py::test_a_full_run_counts_the_cells_of_every_group": "see the next",
    "tests/faults/test_catalogue.py::test_the_people_in_the_suite_are_made_up": "proxies are user@127.0.0.1",
    "tests/faults/test_order_outcomes.py::test_a_listing_that_fails_in_whatever_way_proves_nothing": "BOM is read",
    "tests/fuzz/test_fuzz.py::test_every_raw_answer_changed_by_chance_is_a_value_or_an_error_of_ours": (
        "two seeds find a wait although the server had closed the connection: not understood yet"
    ),
    "tests/test_benchmarks.py::test_every_decoder_reads_the_same_rows": DATES,
    "tests/test_benchmarks.py::test_every_measurement_gives_its_lines": DATES,
    "tests/test_benchmarks.py::test_what_no_model_knows_is_kept": DATES,
    "tests/test_soak.py::test_a_short_soak_leaves_nothing_and_its_table_says_so": IDS,
}
