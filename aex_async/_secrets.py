"""Which keys of AEx's JSON hold a secret."""

import re

# A word of a key, wherever it stands: `pppoe_password`, `adminPw`, `wifi-key`, `pin`.
_WORDS = frozenset(
    {"auth", "authorization", "cookie", "credential", "credentials", "key", "keys", "otp", "pass", "passcode"}
    | {"passphrase", "passwd", "password", "passwords", "pin", "pins", "psk", "puk", "pw", "pwd", "secret", "secrets"}
    | {"session", "token", "tokens"}
)
_RUN_TOGETHER = re.compile(r"passw|passphrase|secret|credential|apikey|token", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")


def names_secret(key: str) -> bool:
    """Whether a key is called like something that must not be shown."""
    return _RUN_TOGETHER.search(key) is not None or any(word.lower() in _WORDS for word in _WORD.findall(key))
