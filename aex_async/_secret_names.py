"""Which values nobody else should read, by what they are called: AEx can send keys that nobody has met yet."""

import re
from collections.abc import Mapping
from typing import Any

from aex_async._json import is_list, is_object

# A word of a key, wherever it stands: `pppoe_password`, `adminPw`, `wifi-key`, `pin2`.
SECRET_WORDS = frozenset(
    {"auth", "authorization", "authorizations", "auths", "bearer", "cookie", "cookies", "cred", "creds", "jwt", "key"}
    | {"keys", "otp", "otps", "pass", "passkey", "passkeys", "pin", "pins", "psk", "psks", "psw", "pswd", "puk", "puks"}
    | {"pw", "pwd", "pwds", "pws", "session", "sessions", "wpa"}
)
# Patterns are text: `re` compiles each at its first use, which most programs never come to.
RUN_TOGETHER = r"(?i)passw|pass_?(word|phrase|wd|code)|secret(?!ary|ari)|credential|apikey|token"
KEY_WORD = r"[A-Z]?[a-z]+|[A-Z]+s?(?![a-z])"
CAPITALS = r"(?<![A-Z])[A-Z]{2,}+(?=[a-z])"  # PINcode: where a word of capitals ends, its letters alone do not say
# Words of small letters that run together, such as wifipass and pincode. Only with these before or behind: `bypass`,
# `compass`, `monkey` and `keyboard` are other words.
COMPOUND = (
    r"(?:access|account|acs|admin|api|app|auth|bind|client|cpe|customer|db|device|enc|encryption|ftp|guest|home|host|http"
    r"|login|lan|mail|master|modem|my|net|network|new|old|ont|ppp|pppoe|preshared|priv|private|public|radius|root|router"
    r"|security|shared|sim|sip|smtp|ssh|ssid|telnet|user|usr|voip|web|wep|wifi|wlan|wpa|wps){1,3}"
    r"(?:auth|key|otp|pass|pin|psk|puk|pw|pwd)(?:code|hash|value|s)?|(?:auth|key|otp|pin|puk)(?:code|hash|phrase)s?"
)

# Settings of a router, as `config_info` has them, are XML or JSON in a text. What they are called is a tag, an
# attribute or what stands in one, some words between two tags (`<Name>KeyPassphrase</Name><Value>`), a key, or what
# stands under the key of a name. No part gives anything back, so that no text takes longer than its length.
NAMES_IN_TEXT = (
    r"<([\w:.-]++)|(?<![\w:.-])([\w:.-]++)\s*+=\s*+[\"']([^\"'<>]*+)"
    r"|[>\[]\s*+([\w:.-]++(?:[ ][\w:.-]++){0,2}+)(?=\s*+(?:\]\]>\s*+)?+<)"
    r"|\"(?i:name|key|parameter|param|field|label|option|setting|id)\"\s*+:\s*+\"([^\"]*+)\"|\"([^\"]*+)\"\s*+:"
)

# Where a name and its value are two of an object's, such as `{"name": "psk", "value": "..."}`.
OF_NAME = frozenset(
    (
        *("argument", "argumentname", "attribute", "datapath", "field", "fieldname", "id", "instancelocation", "label"),
        *("instancepath", "key", "loc", "location", "name", "option", "param", "parameter", "parametername", "path"),
        *("paramname", "pointer", "property", "propertyname", "propertypath", "setting", "source", "target"),
    )
)
OF_VALUE = frozenset(
    (
        *("actual", "attemptedvalue", "content", "current", "data", "default", "given", "got", "input", "instance"),
        *("invalidvalue", "newvalue", "oldvalue", "propertyvalue", "received", "rejectedvalue", "val", "value"),
        "values",
    )
)
# Where a server repeats what it was sent: what stands there under a secret's name is not said of it.
OF_ECHO = OF_VALUE | {"body", "echo", "form", "headers", "json", "original", "params", "payload", "query", "request"}
MAX_NAME = 100  # characters: what is longer is no name, but a text


def is_secret(name: str, value: object) -> bool:
    """Whether a value is called like something that must not be shown, or is settings that hold such a one."""
    return names_secret(name) or holds_one(value)


def find_secret_keys(item: Mapping[Any, Any]) -> set[Any]:
    """Return the keys of an object of plain JSON under which something stands that must not be shown."""
    is_pair = names_secret_value(item)
    return {
        name
        for name, value in item.items()
        if is_secret(str(name), value) or (is_pair and is_value(name) and isinstance(value, str))
    }


def names_secret(key: str) -> bool:
    """Whether a key is called like something that must not be shown."""
    if re.search(RUN_TOGETHER, key):
        return True
    words: list[str] = [*re.findall(KEY_WORD, key), *re.findall(CAPITALS, key)]
    return any(word.lower() in SECRET_WORDS or re.fullmatch(COMPOUND, word.lower()) for word in words)


def names_secret_value(item: Mapping[Any, Any]) -> bool:
    """Whether an object is a secret's name and value, by what stands under the key of its name: a text or a path."""
    return any(
        isinstance(part, str) and len(part) <= MAX_NAME and names_secret(part)
        for name, said in item.items()
        if is_name(name)
        for part in (said if is_list(said) else said.values() if is_object(said) else [said])
    )


def is_name(name: object) -> bool:
    """Whether a key of such an object is that of the name."""
    return fold_name(name) in OF_NAME


def is_value(name: object) -> bool:
    """Whether a key of such an object is that of the value."""
    return fold_name(name) in OF_VALUE


def is_echo(name: object) -> bool:
    """Whether what was sent stands under a key."""
    return fold_name(name) in OF_ECHO


def fold_name(name: object) -> str:
    return str(name)[:MAX_NAME].replace("_", "").lower()


def unescape(text: str) -> str:
    from html import unescape  # noqa: PLC0415 - it has a table of all entities, which hardly anything needs

    return unescape(text)


def holds_one(value: object) -> bool:
    if is_list(value):
        return any(map(holds_one, value))
    # Before XML, files can have a mark of their byte order.
    if not (isinstance(value, str) and value.lstrip("\ufeff \t\r\n")[:1] in ("<", "{", "[")):
        return False
    text = unescape(value) if "&lt;" in value else value  # XML within XML
    return any(names_secret(name) for found in re.finditer(NAMES_IN_TEXT, text) for name in found.groups(""))
