"""Legal entity identifiers (ISO 17442)."""

import re

PATTERN = re.compile(r"[0-9A-Z]{18}[0-9]{2}")


def is_lei(text: str) -> bool:
    """Whether a text is a legal entity identifier with right check digits (ISO 7064, modulus 97-10).

    Example:
        >>> is_lei("5493001KJTIIGC8Y1R12"), is_lei("5493001KJTIIGC8Y1R21")
        (True, False)
    """
    return bool(PATTERN.fullmatch(text)) and int("".join(str(int(character, 36)) for character in text)) % 97 == 1
