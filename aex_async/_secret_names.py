"""Which values nobody else should read, by what they are called: AEx can send keys that nobody has met yet."""

import re

from aex_async._json import is_list

# A word of a key, wherever it stands: `pppoe_password`, `adminPw`, `wifi-key`, `pin2`.
SECRET_WORDS = frozenset(
    {"auth", "authorization", "authorizations", "auths", "cookie", "cookies", "key", "keys", "otp", "otps", "pass"}
    | {"passkey", "passkeys", "pin", "pins", "psk", "psks", "puk", "puks", "pw", "pwd", "pwds", "pws", "session"}
    | {"sessions", "wpa"}
)
# Patterns are text: `re` compiles each at its first use, which most programs never come to.
RUN_TOGETHER = r"(?i)passw|pass_?(word|phrase|wd|code)|secret|credential|apikey|token"
KEY_WORD = r"[A-Z]?[a-z]+|[A-Z]+s?(?![a-z])"

# Settings of a router, as `config_info` has them, are XML or JSON in a text. What they are called is a tag, an
# attribute or what stands in one, a word between two tags (`<Name>KeyPassphrase</Name><Value>`), or a key. No part
# gives anything back, so that no text takes longer than its length.
NAMES_IN_TEXT = (
    r"<([\w:.-]++)|(?<![\w:.-])([\w:.-]++)\s*+=\s*+[\"']([^\"'<>]*+)|>\s*+([\w:.-]++)(?=\s*+<)|\"([^\"]*+)\"\s*+:"
)


def is_secret(name: str, value: object) -> bool:
    """Whether a value is called like something that must not be shown, or is settings that hold such a one."""
    return names_secret(name) or holds_one(value)


def names_secret(key: str) -> bool:
    """Whether a key is called like something that must not be shown."""
    words: list[str] = re.findall(KEY_WORD, key)
    return re.search(RUN_TOGETHER, key) is not None or any(word.lower() in SECRET_WORDS for word in words)


def holds_one(value: object) -> bool:
    if is_list(value):
        return any(map(holds_one, value))
    # Before XML, files can have a mark of their byte order.
    if not (isinstance(value, str) and value.lstrip("\ufeff \t\r\n")[:1] in ("<", "{", "[")):
        return False
    return any(names_secret(name) for found in re.finditer(NAMES_IN_TEXT, value) for name in found.groups(""))
