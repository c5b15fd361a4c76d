"""The sandbox's page: wide and narrow, light and dark, steered by mouse and by keyboard alone."""

import json
import re

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from aex_async import AsyncAExClient, NewCustomer, Order
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox._faults import NAMES
from browser.conftest import Opener

SIZES = {"wide": (1280, 900), "narrow": (360, 740), "tiny": (280, 600)}
ID = re.compile(r"[0-9A-F-]{36}")
PERSON = NewCustomer(
    first_name="Nomsa",
    last_name="Example",
    email="nomsa@example.com",
    password="do-not-show",
    mobile_number="0005550123",
)


async def order(sandbox: Sandbox, url: str) -> None:
    """Order something, and ask for what is not there."""
    async with AsyncAExClient(sandbox.token, base_url=url) as aex:
        address = await anext(aex.predefined_premises("Railway Street, Hectorton"))
        assert address.latitude is not None
        assert address.longitude is not None
        product = (await aex.available_products(address.latitude, address.longitude))[0]
        await aex.place_order(Order(customer=PERSON, premise_guid=address.guid, product_id=product.id))
        await aex.get_premises([str(number) for number in range(30)])


@pytest.fixture
def used(sandbox: Sandbox, url: str) -> str:
    """Return the page of a sandbox that has been asked for things, and of which some are going to fail."""
    sandbox.faults.add(Fault.delay(5), path="/work-orders", times=None)
    with start_blocking_portal() as portal:  # playwright has an event loop of its own in this thread
        portal.call(order, sandbox, url)
    return f"{url}/_sandbox"


def see(page: Page, words: str) -> None:
    """Wait for a sentence in the status line."""
    expect(page.get_by_role("status")).to_have_text(words)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_and_can_be_read_by_everybody(open_page: Opener, used: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    page = open_page(used, width=width, height=height, scheme=scheme)
    expect(page.locator("#ledger td.id").first).to_have_text(ID)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    found = Axe().run(page)  # contrast, names, roles: the rules of WCAG that a program can hold
    assert found.violations_count == 0, found.generate_report()


def test_what_was_written_is_seen_whole_at_a_laptop_s_width(open_page: Opener, used: str) -> None:
    page = open_page(used)
    table = page.get_by_role("region", name="Ledger", exact=True)
    expect(table.locator("td.id").first).to_be_visible()
    assert table.evaluate("it => it.scrollWidth - it.clientWidth") == 0


def test_what_aex_was_sent_is_text_and_no_markup(open_page: Opener, sandbox: Sandbox, url: str) -> None:
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {sandbox.token}"}, trust_env=False) as http:
        http.get("/customers/<img src=x onerror=alert(1)>")
    page = open_page(f"{url}/_sandbox")
    expect(page.locator("#requests")).to_contain_text("img src=x")
    assert page.locator("#requests img").count() == 0


def test_a_mouse_adds_a_fault_and_clears_it(open_page: Opener, sandbox: Sandbox, url: str) -> None:
    page = open_page(f"{url}/_sandbox")
    page.locator("[name=fault]").select_option("delay")
    page.get_by_label("Arguments, JSON").fill('{"seconds": 7}')
    page.get_by_label("Method").select_option("GET")
    page.get_by_label("Path begins with").fill("/premises")
    page.get_by_label("Times").fill("3")
    page.get_by_role("button", name="Add").click()
    see(page, "delay is added.")
    expect(page.locator("#faults tr")).to_have_text("GET /premisesafter 7 s3")
    assert len(sandbox.faults.rules) == 1
    page.get_by_role("button", name="Clear all faults").click()
    see(page, "Nothing is going to fail.")
    assert len(sandbox.faults.rules) == 0


SAID = {
    "any requestanswers 503, another body, nothing is writtenalways": (Fault.status(503), {"times": None}),
    "any request3 rows inserted1": (Fault.drift(3), {}),
    "any requestand 1 time more1": (Fault.surplus(), {}),
    "any requestcut, after 1 byte1": (Fault.cut_after(1), {}),
    "any connectionTLS handshake: silent2": (Fault.silent_handshake(), {"times": 2}),
    "GET /a, but the next 2, 12.5 % of themhang1": (
        Fault.silent(),
        {"method": "GET", "path": "/a", "skip": 2, "rate": 0.125},
    ),
}


def test_what_is_to_fail_is_told_in_words(open_page: Opener, sandbox: Sandbox, url: str) -> None:
    for fault, rule in SAID.values():
        sandbox.faults.add(fault, **rule)
    page = open_page(f"{url}/_sandbox")
    expect(page.locator("#faults tr")).to_have_text(list(SAID))


def test_every_fault_is_told_to_be_one(open_page: Opener, sandbox: Sandbox, url: str) -> None:
    values = {"delay": [1], "late": [1], "status": [500], "answer": ["x"], "slow_handshake": [1]}
    for name in NAMES:
        sandbox.faults.add(Fault.named(name, *values.get(name, [])))
    page = open_page(f"{url}/_sandbox")
    expect(page.locator("#faults tr")).to_have_count(len(NAMES))
    expect(page.locator("#faults")).not_to_contain_text("answers as ever")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [("{seconds", "The arguments are not JSON."), ('{"hours": 1}', "it takes seconds"), ("[1]", "")],
)
def test_a_fault_that_cannot_be_is_refused_in_words(
    open_page: Opener, sandbox: Sandbox, url: str, arguments: str, words: str
) -> None:
    page = open_page(f"{url}/_sandbox")
    page.locator("[name=fault]").select_option("delay")
    page.get_by_label("Arguments, JSON").fill(arguments)
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#message.bad")).to_contain_text(words)
    assert len(sandbox.faults.rules) == 0


def test_a_keyboard_alone_steers_all_of_it(open_page: Opener, url: str) -> None:
    page = open_page(f"{url}/_sandbox")
    expect(page.get_by_label("unordered")).to_be_attached()
    names: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => { const it = document.activeElement, style = getComputedStyle(it);
            return [it.name || it.textContent.trim() || it.ariaLabel, style.outlineStyle, it === document.body]; }"""
        )
        if focus[2]:
            break
        assert focus[1] != "none", f"nobody sees that {focus[0]} has the focus"
        names.append(focus[0])
    oddities = json.loads(httpx.get(f"{url}/_sandbox/oddities", trust_env=False).text)
    assert set(oddities) | {"seconds", "Move on", "Reset everything", "save it", "Add", "Clear all faults"} <= set(
        names
    )
    assert names.index("Add") < names.index("Clear all faults") < names.index("unordered")


def test_a_switch_keeps_the_focus_when_it_is_pressed(open_page: Opener, sandbox: Sandbox, url: str) -> None:
    page = open_page(f"{url}/_sandbox")
    switch = page.get_by_label("unordered")
    switch.focus()
    page.keyboard.press("Space")
    see(page, "unordered is set.")
    expect(switch).to_be_focused()
    expect(switch).to_be_checked()
    assert sandbox.oddities.unordered
    page.keyboard.press("Space")
    expect(switch).not_to_be_checked()


def test_a_number_that_is_being_typed_is_left_alone(open_page: Opener, sandbox: Sandbox, url: str) -> None:
    page = open_page(f"{url}/_sandbox")
    number = page.get_by_label("max count")
    number.focus()
    number.press("Control+a")
    number.press_sequentially("7")
    with page.expect_response("**/_sandbox/state"):  # it looks again every other second
        pass
    expect(number).to_have_value("7")
    number.press("Tab")
    see(page, "max count is set.")
    assert sandbox.oddities.max_count == 7


def test_a_value_that_no_oddity_has_is_refused_and_undone(open_page: Opener, url: str) -> None:
    page = open_page(f"{url}/_sandbox")
    field = page.get_by_label("customers answer")
    before = field.input_value()
    field.fill("telegram")
    field.press("Enter")
    expect(page.locator("#message.bad")).to_contain_text("customers_answer")
    page.get_by_label("unordered").focus()
    expect(field).to_have_value(before)


def test_the_clock_moves_on_and_everything_can_be_reset(open_page: Opener, sandbox: Sandbox, url: str) -> None:
    page = open_page(f"{url}/_sandbox")
    sandbox.faults.add(Fault.silent())
    page.get_by_label("Move the clock forward by").select_option("a week")
    page.get_by_role("button", name="Move on").press("Enter")
    see(page, "The clock was moved on.")
    expect(page.locator("#now")).to_contain_text("7 d ")
    page.get_by_role("button", name="Reset everything").press("Enter")
    see(page, "Everything is as on the first day.")
    expect(page.locator("#faults")).to_contain_text("Nothing is going to fail.")


def test_a_snapshot_is_saved_as_a_file(open_page: Opener, url: str) -> None:
    page = open_page(f"{url}/_sandbox")
    with page.expect_download() as saved:
        page.get_by_role("link", name="save it").press("Enter")
    assert saved.value.suggested_filename == "sandbox.json"
    Sandbox().restore(json.loads(saved.value.path().read_text()))


def test_what_happens_is_seen_without_a_reload(open_page: Opener, sandbox: Sandbox, url: str) -> None:
    page = open_page(f"{url}/_sandbox")
    expect(page.locator("#requests")).to_contain_text("No request came yet.")
    httpx.get(f"{url}/premises/x", headers={"Authorization": f"Bearer {sandbox.token}"}, trust_env=False)
    expect(page.locator("#requests")).to_contain_text("/premises/x")
