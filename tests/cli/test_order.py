"""`aex order` places one order, exactly once, and says what came of it."""

import json
import re
import signal
import stat
from pathlib import Path

import pytest

from aex_async.sandbox import Fault
from tests.cli.installed import AEX, Ended, ended, run, run_at_terminal, run_with, started
from tests.cli.ordering import FOR_NEW, FOR_THANDI, NEW, ORDERING, PASSWORD, THANDI_EMAIL, WHAT, Shop, assert_silent
from tests.sandbox.people import AMERICAN_PRODUCT, CONNECTED, POMPANO_9, POMPANO_11, PRODUCT, THANDI

# Placed


def test_flags_name_a_customer_by_e_mail(shop: Shop) -> None:
    end = shop.run("order", *FOR_THANDI, "--reference", "flags-1")
    assert (end.code, end.err) == (0, "")
    [service_id] = shop.placed
    shown = dict(re.findall(r"^(\w+(?: \w+)?)  +(.+)$", end.out, re.MULTILINE))
    assert shown == {
        "service": service_id,
        "product": PRODUCT,
        "premise": "11 Pompano Place, Newlands, Durban",
        "premise guid": POMPANO_11,
        "customer": THANDI,
        "reference": "flags-1",
        "how": "created now",
    }
    assert_silent(end, shop.sandbox)
    assert stat.S_IMODE(shop.journal.stat().st_mode) == 0o600
    assert stat.S_IMODE(shop.journal.parent.stat().st_mode) == 0o700


def test_the_same_reference_again_gives_what_was_placed(shop: Shop) -> None:
    ends = [shop.run("order", *FOR_THANDI, "--reference", "twice", "--json") for _ in range(2)]
    first, again = (json.loads(end.out) for end in ends)
    assert (first["created"], again["created"]) == (True, False)
    assert first["service_id"] == again["service_id"]
    assert shop.placed == [first["service_id"]]


def test_a_file_names_a_customer_by_id(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "order.json"
    told = {"customer": {"id": THANDI, "email": None}, "premise_guid": POMPANO_11, "product_id": PRODUCT}
    path.write_text(json.dumps({**told, "reference": "file-1"}))
    end = shop.run("order", "--file", str(path), "--json", "--no-journal")
    assert end.code == 0
    assert end.err.startswith("Warning: no journal is kept")
    shown = json.loads(end.out)
    assert (shown["outcome"], shown["reference"], shown["customer_id"]) == ("placed", "file-1", THANDI)
    assert shown["premise"]["external_reference"] == POMPANO_11
    assert_silent(end, shop.sandbox)
    assert not shop.journal.exists()


def test_a_new_customer_comes_on_standard_input(shop: Shop) -> None:
    told = {"customer": {**NEW, "password": PASSWORD}, "premise_guid": POMPANO_11, "product_id": PRODUCT}
    end = run_with(json.dumps(told), "order", "--file", "-", **shop.settings)
    assert (end.code, end.err) == (0, "")
    assert [entry.kind for entry in shop.sandbox.ledger] == ["customer", "service"]
    assert_silent(end, shop.sandbox)


def test_a_new_customer_s_password_comes_from_the_environment(shop: Shop) -> None:
    end = shop.run("order", *FOR_NEW, "--home-number", "0005550143", AEX_CUSTOMER_PASSWORD=PASSWORD)
    assert (end.code, len(shop.placed)) == (0, 1)
    assert_silent(end, shop.sandbox)


def test_a_new_customer_s_password_is_asked_for_without_echo(shop: Shop) -> None:
    typed = [("Password for the new customer", f"{PASSWORD}\n"), ("Once more", f"{PASSWORD}\n")]
    end = run_at_terminal("order", *FOR_NEW, typed=typed, **shop.settings)
    assert (end.code, len(shop.placed)) == (0, 1)
    assert "created now" in end.out
    assert_silent(end, shop.sandbox)


def test_two_passwords_that_differ_send_nothing(shop: Shop) -> None:
    end = run_at_terminal("order", *FOR_NEW, typed=[("Password", "one\n"), ("Once more", "two\n")], **shop.settings)
    assert end.code == 2
    assert "Nothing was sent: the two passwords differ." in end.out
    assert not shop.sandbox.received


def test_the_example_of_the_help_works() -> None:
    shown = run("order", "--help", COLUMNS="250").out
    found = re.search(r"• aex (order --sandbox .*?) +to try", shown)
    assert found is not None
    end = run(*found[1].split())
    assert (end.code, end.err) == (0, "")
    assert "created now" in end.out


def test_the_help_tells_the_exit_codes_and_the_limit_of_resend() -> None:
    shown = run("order", "--help", COLUMNS="250").out
    assert re.findall(r"• (\d+): ", shown) == ["0", "1", "2", "3", "4", "5", "130"]
    assert "If AEx takes longer than that, there will be two" in shown


# Rehearsed


def test_a_dry_run_sends_nothing_and_hides_who_it_is_for(shop: Shop) -> None:
    end = shop.run("order", *FOR_NEW, "--dry-run", "--json", AEX_CUSTOMER_PASSWORD=PASSWORD)
    shown = json.loads(end.out)
    assert (end.code, end.err, shown["host"]) == (0, "", shop.url)
    assert [(request["method"], request["path"].partition("?")[0]) for request in shown["requests"]] == [
        ("GET", "/customers"),
        ("POST", "/customers"),
        ("GET", "/customers"),
        ("GET", "/customers/CUSTOMER-ID/services"),
        ("POST", "/services/full"),
        ("GET", "/customers/CUSTOMER-ID/services"),
        ("GET", "/premises/PREMISE-ID"),
    ]
    assert shown["requests"][4]["body"]["premise"] == {"external_reference": POMPANO_11}
    assert not [value for value in (PASSWORD, *NEW.values()) if value in end.out]
    assert not shop.sandbox.received
    assert not shop.journal.exists()


@pytest.mark.parametrize("who", [("--email", THANDI_EMAIL), ("--customer-id", THANDI)])
def test_a_dry_run_needs_no_token(who: tuple[str, str]) -> None:
    end = run("order", *who, *WHAT, "--dry-run")
    assert (end.code, end.err) == (0, "")
    assert end.out.startswith("Nothing was sent. This would go to https://preprod.fno.dev.aex.systems, in this order:")
    assert '   {"customer": {"id": ' in end.out
    assert THANDI_EMAIL not in end.out


def test_a_dry_run_for_a_host_that_cannot_be_is_refused() -> None:
    end = run("order", *FOR_THANDI, "--dry-run", AEX_BASE_URL="http://x.example.com")
    assert (end.code, end.out) == (2, "")
    assert end.err.startswith("Nothing was sent: base_url must begin with https://")


# Not placed


def test_what_aex_refuses_is_not_ordered(shop: Shop) -> None:
    end = shop.run(
        "order", "--email", THANDI_EMAIL, "--premise", POMPANO_11, "--product", AMERICAN_PRODUCT, "--patience", "1"
    )
    assert (end.code, end.out, shop.placed) == (1, "", [])
    assert end.err.startswith("Not ordered: POST /services/full answered 401, but the token works elsewhere")
    assert shop.unresolved() == []


def test_an_e_mail_that_nobody_has_is_not_ordered_for(shop: Shop) -> None:
    end = shop.run("order", "--email", "example1@example.com", *WHAT)
    assert (end.code, end.out) == (1, "")
    assert end.err.startswith("Not ordered: no customer of yours has this e-mail")
    assert "POST" not in {request.method for request in shop.sandbox.requests}


def test_what_is_there_already_is_a_conflict(shop: Shop) -> None:
    end = shop.run("order", "--customer-id", CONNECTED, "--premise", POMPANO_9, "--product", PRODUCT)
    assert (end.code, end.out, shop.placed) == (4, "", [])
    assert end.err.startswith("Not ordered, a person must decide: the customer already has this product there")


def test_a_refused_token_is_one_sentence_and_the_next_step(shop: Shop) -> None:
    end = shop.run("order", *FOR_THANDI, AEX_TOKEN="another-token")
    assert (end.code, end.out, end.err.count("\n")) == (1, "", 1)
    assert end.err.endswith("it may be missing, malformed, expired or revoked.\n")
    assert "another-token" not in end.err


# Uncertain


def test_what_may_exist_is_told_with_the_command_that_finds_it(shop: Shop, tmp_path: Path) -> None:
    shop.sandbox.faults.add(Fault.late(300), method="POST", path="/services/full")
    journal = str(tmp_path / "my journal")
    end = shop.run("order", *FOR_THANDI, "--reference", "late-1", "--patience", "0", "--journal", journal, "--json")
    assert end.code == 3
    assert json.loads(end.out)["error"]["kind"] == "OrderUncertainError"
    assert end.err.startswith("Do not order it again: order late-1: it may or may not exist")
    command = f"aex orders resume late-1 --journal '{journal}'"
    assert end.err.endswith(f" Next: {command}\n")
    assert_silent(end, shop.sandbox)
    shop.clock.advance(400)
    end = shop.run("orders", "resume", "late-1", "--journal", journal)
    assert (end.code, end.out) == (0, f"late-1  placed: service {shop.placed[0]}\n")


def test_without_a_journal_it_says_where_to_look(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.cut_before(), method="POST", path="/services/full")
    end = shop.run("order", *FOR_THANDI, "--patience", "0", "--no-journal")
    assert (end.code, end.out) == (3, "")
    assert f"No journal remembers it: look at the services of customer {THANDI}" in end.err


def interrupt(shop: Shop, route: str) -> Ended:
    """Order, and press Ctrl-C while AEx is silent."""
    method, path = route.split()
    shop.sandbox.faults.add(Fault.silent(), method=method, path=path)
    with started(AEX, "order", *FOR_THANDI, "--reference", "cut-1", **shop.settings) as process:
        shop.wait_for(route)
        process.send_signal(signal.SIGINT)
        return ended(process)


def test_ctrl_c_while_it_is_sent_says_how_to_go_on(shop: Shop) -> None:
    end = interrupt(shop, ORDERING)
    words = "Interrupted. Order cut-1 may exist, so do not order it again. Next: aex orders resume cut-1\n"
    assert end == Ended(130, "", words)
    assert shop.unresolved() == ["cut-1"]


def test_ctrl_c_before_it_is_sent_says_so(shop: Shop) -> None:
    assert interrupt(shop, "GET /customers") == Ended(130, "", "Interrupted before anything was ordered.\n")


def test_leaving_the_question_for_a_password_sends_nothing(shop: Shop) -> None:
    end = run_at_terminal("order", *FOR_NEW, typed=[("Password", "\x04")], **shop.settings)
    assert end.code == 130
    assert "Interrupted: nothing was sent." in end.out
    assert not shop.sandbox.received


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say what to order"),
        (("--file", "order.json", "--new-customer", "--product", "A"), "leave out --product, --new-customer"),
        (("--file", "/nowhere/order.json"), "/nowhere/order.json cannot be read: No such file or directory"),
        ((*FOR_THANDI, "--sandbox", "--base-url", "https://x.example.com"), "either --sandbox or --base-url"),
        ((*FOR_THANDI, "--journal", "a", "--no-journal"), "give either --journal or --no-journal"),
        ((*FOR_THANDI, "--resend"), "after 240 s at the earliest"),
        (FOR_NEW, "AEX_CUSTOMER_PASSWORD"),
    ],
)
def test_what_cannot_be_meant_so_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    end = run("order", *arguments, AEX_TOKEN="none")
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert end.err.startswith("Nothing was sent: ")
    assert words in end.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--password", PASSWORD), "No such option"),
        (("--patience", "nan"), "must be from 0 to 86400"),
        (("--patience", "-1"), "must be from 0 to 86400"),
    ],
)
def test_an_option_that_is_none_is_refused(arguments: tuple[str, ...], words: str) -> None:
    end = run("order", *FOR_THANDI, *arguments)
    assert (end.code, end.out) == (2, "")
    assert all(word in end.err for word in words.split())  # the box around it breaks lines where it likes


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "AEX_TOKEN is not set"),
        ({"AEX_TOKEN": "two words"}, "The client cannot be built: token must be"),
    ],
)
def test_the_environment_must_have_a_token(environment: dict[str, str], words: str) -> None:
    end = run("order", *FOR_THANDI, **environment)
    assert (end.code, end.out) == (2, "")
    assert end.err.startswith(words)


def test_a_data_folder_that_cannot_be_is_refused(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    end = shop.run("order", *FOR_THANDI, XDG_DATA_HOME=str(tmp_path / "file"))
    assert (end.code, end.out) == (1, "")
    assert "cannot be made (Not a directory). Name another file with --journal." in end.err
    assert not shop.sandbox.received
