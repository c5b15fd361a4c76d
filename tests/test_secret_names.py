"""What is called like a secret, in whichever way it is spelt and joined, and which words only look like it."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aex_async import Service, to_json
from aex_async._http.redaction import find_secrets, redact
from aex_async._http.responses import Answer, make_error, quote_page
from aex_async._secret_names import is_secret, names_secret

PURE = settings(max_examples=300, deadline=None, derandomize=True)

SECRETS = (
    *("PINcode", "pincode", "pinCode", "PIN", "SIMPin", "simpin", "sim_pin_2", "puk1", "PUKcode", "otpcode", "OTPs"),
    *("wifipass", "WIFIPASS", "WiFiPass", "wifiPwd", "wifipw", "wifi_pass_5g", "wifikey", "wlankey", "guestwifipass"),
    *("adminpass", "adminpw", "adminPW", "admin_psw", "rootpass", "routeradminpass", "userpwd", "pppoe_user_pwd"),
    *("psk", "PSKkey", "wpapsk", "wpa2psk", "WPA-PSK", "preshared_key", "presharedkey", "PreSharedKey", "wepkey"),
    *("passphrase", "passphrase2", "KeyPassphrase", "pass-phrase", "pass phrase", "passwd", "passcode", "pswd"),
    *("apiKey", "APIKey", "apikey", "authcode", "authkey", "privatekey", "sshkey", "masterkey", "keyphrase", "keyhash"),
    *(
        "token",
        "accessToken",
        "jwt",
        "bearer",
        "session",
        "cookie",
        "client_secret",
        "secretArea",
        "creds",
        "credentials",
    ),
    *("Wifi Password", "X.WLANConfiguration.1.PreSharedKey.1.KeyPassphrase", "Login/Pass", "voip:pwd"),
)
WORDS = (
    *("pinnacle", "pinned", "pinpoint", "opinion", "spin", "spinner", "shipping", "mapping", "shopping_cart", "Pinto"),
    *("passenger", "passengers", "compass", "bypass", "bypass_mode", "encompass", "surpass", "trespass", "passive"),
    *(
        "keyboard",
        "keyboardLayout",
        "keyword",
        "keywords",
        "monkey",
        "turkey",
        "hockey",
        "whiskey",
        "donkey",
        "keynote",
    ),
    *("author", "authority", "authentic", "co_author", "homepage", "username", "network", "pwm", "pipeline", "power"),
    *("sessile", "obsession", "pskov", "spa", "wpaper", "otpor", "upwards", "company", "customer_id", "street_number"),
    *("secretary", "secretariat", "company_secretary_id"),
    *("status", "reference_code", "port_number", "promo_code", "postal_code", "KEYBOARD", "COMPASS", "PINNACLE"),
)


@pytest.mark.parametrize("name", SECRETS)
def test_a_name_is_a_secrets_however_it_is_spelt(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize("name", WORDS)
def test_a_word_that_only_looks_like_it_is_none(name: str) -> None:
    assert not names_secret(name)


PLAIN = st.sampled_from(
    ["wifi", "admin", "user", "router", "customer", "value", "monkey", "compass", "opinion", "keyboard"]
)
SECRET = st.sampled_from(
    ["pin", "pass", "pwd", "pw", "key", "psk", "puk", "otp", "auth", "session", "jwt", "passphrase"]
)
JOINTS: dict[str, Callable[[list[str]], str]] = {
    "snake": "_".join,
    "kebab": "-".join,
    "dots": ".".join,
    "blanks": " ".join,
    "capitals": lambda words: "_".join(words).upper(),
    "Pascal": lambda words: "".join(word.capitalize() for word in words),
    "camel": lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
    "figures": lambda words: "2".join(words) + "5",
}


@given(st.lists(PLAIN, max_size=3), SECRET, st.lists(PLAIN, max_size=3), st.sampled_from(sorted(JOINTS)))
@PURE
def test_a_secrets_word_is_seen_among_others_however_they_are_joined(
    before: list[str], secret: str, after: list[str], joint: str
) -> None:
    assert names_secret(JOINTS[joint]([*before, secret, *after]))
    assert not names_secret(JOINTS[joint]([*before, "x", *after]))


@given(st.text(max_size=60))
@PURE
def test_no_name_makes_looking_raise_and_what_is_around_a_secrets_hides_it_nowhere(text: str) -> None:
    assert isinstance(names_secret(text), bool)
    assert names_secret(f"{text}_wifi_password_{text}")


# What is told of errors, and what programs are given

SHOWN = {
    "JSON": '{"wifipass": "canary canary", "city": "Durban"}',
    "JSON, a name and its value": '{"name": "wifi password", "value": "canary canary", "city": "Durban"}',
    "JSON, a value and its name": '{"city": "Durban", "value": "can{ary} canary", "name": "psk"}',
    "JSON, a list of such": '[{"name": "psk", "value": ["canary"]}, {"name": "ssid", "value": "Durban"}]',
    "JSON, of FastAPI": '{"detail": [{"loc": ["body", "PINcode"], "msg": "Durban", "input": "canary"}]}',
    "JSON, of express": '[{"type": "field", "value": "canary", "msg": "Durban", "path": "adminpass"}]',
    "JSON, of .NET": '{"propertyName": "AdminPw", "attemptedValue": "canary", "errorMessage": "Durban"}',
    "JSON in JSON": json.dumps({"said": json.dumps({"psk": 'can"ary canary', "city": "Durban"})}),
    "JSON in JSON in JSON": json.dumps(json.dumps(json.dumps({"psk": "canary canary", "city": "Durban"}))),
    "a name of two words": '{"Wifi Password": "canary canary", "city": "Durban"}',
    "Ruby": '{"psk"=>"canary canary", :pin=>"can\\"ary", "city"=>"Durban"}',
    "Ruby 3.4": '{"psk" => "canary canary", pin: "canary", city: "Durban"}',
    "Ruby in JSON": json.dumps({"error": '#<Router psk: "canary canary", city: "Durban">'}),
    "JavaScript": "{\n  city: 'Durban',\n  psk: 'canary canary'\n}",
    "Python": "{'psk': 'canary canary', 'pin': 'can\\'ary', 'city': 'Durban'}",
    "PHP": "['psk' => 'canary canary', 'city' => 'Durban']",
    "a form": "city=Durban&wifipass=canary&pin=canary",
    "a log line": "city=Durban adminpass=canary",
    "XML": "<router><psk>canary canary</psk><city>Durban</city></router>",
    "XML, in CDATA": "<router><psk><![CDATA[can<ary> canary]]></psk><city>Durban</city></router>",
    "XML, an attribute": "<wlan psk='canary canary' city='Durban'/>",
    "XML, two attributes": "<param name='wifi pass' value='canary canary'/><param name='city' value='Durban'/>",
    "XML, two elements": "<p><name>Wifi Password</name><value>canary</value><name>city</name><value>Durban</value></p>",
    "XML, a value before its name": "<p><value>can</value><name>psk</name></p><q><value>Durban</value></q>",
    "XML, a value farther on": "<p><name>psk</name><type>x</type><value>can ary</value></p><value>Durban</value>",
    "XML, pairs in a pair": (
        "<p><name>psk</name><value><name>pin</name><value>canary</value></value></p><city>Durban</city>"
    ),
    "XML, a long value": f"<p><key>sshKey</key><type>x</type><string>{'can' * 400}</string></p>Durban",
    "XML, a value that is cut": "<city>Durban</city><p><name>psk</name><value><a>x</a><![CDATA[can<ary> x]]",
    "XML, a named element": '<Param Name="KeyPassphrase">canary</Param><property name="city">Durban</property>',
    "XML, values in it": "<param name='psk'><value>can ary</value></param><city>Durban</city>",
    "a page, a named element": '<div id="session"><textarea name="psk">canary</textarea>Durban</div>',
    "XML, what is below": "<password><value>canary</value><old>canary</old></password><city>Durban</city>",
    "XML, not to its end": "<city>Durban</city><PINcode>canary",
    "XML, another space of names": '<x:psk xml:lang="en">canary</x:psk><x:city>Durban</x:city>',
}


@pytest.mark.fault("S1")
@pytest.mark.parametrize("body", SHOWN.values(), ids=SHOWN)
def test_of_what_aex_says_a_secret_is_hidden_and_the_rest_stays(body: str) -> None:
    shown = redact(body)
    assert "can" not in shown
    assert "ary" not in shown
    assert "Durban" in shown


@pytest.mark.parametrize(
    "text",
    [
        "the compass=5 and the monkey=5",
        '{"keyboard": "qwerty", "bypass": "on", "pinnacle": "high"}',
        "<passenger>Jane</passenger><compass>N</compass>",
        '{"name": "keyboard", "value": "qwerty"}',
        '{"loc": ["body", "city"], "input": "Durban", "msg": "no password"}',
        '{"name":}, {"name": "psk"}',
        "<psk/><city>Durban</city>",
        "password is too short; a pin is missing",
        "invalid token: expected {",
        "<html><title>401 Authorization Required</title><h1>401 Authorization Required</h1><hr>nginx</html>",
        "<h1>Invalid API key</h1><p>closed until 14:00</p>",
        "<p><b>key</b></p> <p>closed</p>",
        "Duplicate entry 'x' for key 'customers.email'",
    ],
)
def test_what_only_looks_like_a_secret_is_shown(text: str) -> None:
    assert redact(text) == text


@pytest.mark.fault("S1")
@pytest.mark.parametrize(
    "errors",
    [
        [{"name": "wifi_password", "value": "canary"}],
        {"router": [{"label": "PIN code", "val": "canary", "message": "is odd"}]},
        [{"loc": ["body", "psk"], "input": {"of": "canary"}, "msg": "is odd"}],
    ],
)
def test_the_texts_of_an_error_leave_out_the_value_whose_name_is_a_secrets(errors: Any) -> None:
    answer = Answer(400, [], json.dumps({"errors": errors}).encode())
    error = make_error(answer, method="GET", path="/x", attempts=1, retry_after=None, secrets=())
    assert "canary" not in f"{error} {error.messages} {error.fields} {error.body}"


def test_what_stands_beside_another_name_is_shown() -> None:
    text = "<p><value>5</value><name>city</name><value>Durban</value><type>text</type></p></q>"
    assert redact(text) == text
    text = "<e><field>password</field><value>canary</value><message>is too short</message></e>"
    assert redact(text) == "<e><field>password</field><value>[hidden]</value><message>is too short</message></e>"


def test_what_a_page_says_leaves_out_elements_that_are_called_like_a_secret() -> None:
    assert quote_page(Answer(200, [], b"<p>Durban</p><psk>canary</psk>"), ()) == "Durban [hidden]"


@pytest.mark.fault("S19")
@pytest.mark.parametrize("piece", ["A", "AAAa", "Aa", "a_"])
def test_a_name_takes_no_longer_than_its_length(piece: str) -> None:
    name = "<" + piece * (100_000 // len(piece)) + ">"
    assert any(_time(name) < 0.5 for _ in range(5))


def _time(name: str) -> float:
    begun = time.process_time()
    assert not is_secret("note", name)
    return time.process_time() - begun


def test_a_value_whose_name_is_a_secrets_is_a_secret_of_what_is_sent() -> None:
    assert find_secrets({"settings": [{"name": "psk", "value": "canary"}, {"name": "city", "value": "Durban"}]}) == (
        "canary",
    )


def test_a_program_is_given_no_value_whose_name_is_a_secrets() -> None:
    rows = [{"name": "Wifi Password", "value": "canary"}, {"name": "city", "value": "Durban"}]
    service = Service(id="S", extra={"router": rows})
    assert to_json(service)["router"] == [{"name": "Wifi Password"}, rows[1]]
    assert to_json(service, secrets=True)["router"] == rows


SETTINGS = {
    "words between tags": "<Name>Wifi Password</Name><Value>canary</Value>",
    "CDATA": "<Name><![CDATA[Wifi Password]]></Name><Value>canary</Value>",
    "CDATA, blanks": "<Name> <![CDATA[ psk ]]> </Name><Value>canary</Value>",
    "JSON in CDATA": '<config><![CDATA[{"wifipass": "canary"}]]></config>',
    "XML in XML": "<config>&lt;psk&gt;canary&lt;/psk&gt;</config>",
    "pairs": '[{"name": "Wifi Password", "value": "canary"}]',
    "pairs, the other way round": '[{"value": "canary", "parameter": "adminpass"}]',
    "PINcode": "<PINcode>1234</PINcode>",
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_settings_with_a_secret_are_left_out_however_they_name_it(settings: str) -> None:
    assert "config_info" not in to_json(Service(id="S", config_info=settings))


@pytest.mark.parametrize(
    "settings",
    [
        "<Name>Keyboard Layout</Name><Value>us</Value>",
        '[{"name": "bypass", "value": "on"}]',
        "<config>&lt;compass&gt;N&lt;/compass&gt;</config>",
        "<p>The key is at reception, ask for the pass.</p>",
    ],
)
def test_settings_without_one_stay(settings: str) -> None:
    assert to_json(Service(id="S", config_info=settings))["config_info"] == settings
