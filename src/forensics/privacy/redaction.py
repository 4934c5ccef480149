"""Redaction: what names a person or opens a door is taken out of text before anybody else reads it.

Expressions find mail addresses, credentials, telephone numbers and addresses of machines; card and account numbers
count only where their check digits hold. Text is brought to its plain form first (fullwidth digits, invisible marks).
Known drawbacks: names and street addresses of people stay; a number with the shape of a telephone number goes.
"""

import re
from collections.abc import Sequence

import polars as pl

from forensics.reports.foreign_text import readable

READ_CHARACTERS = 20_000
"""Of a prompt this much is looked at: no more than the first hundreds are ever shown."""

SHOWN_CHARACTERS = 300
"""An example longer than this copies a person's work instead of showing its kind."""

_PRIVATE_KEY = r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)"
_URL_CREDENTIAL = r"(?i)\b([a-z][a-z0-9+.-]{1,15}://)[^\s/@:]{1,200}:[^\s/@]{1,200}@"
_TOKENS = (
    r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"  # JSON Web Token
    r"|\b(?:sk|pk|rk|xox[abeoprs]|gh[oprsu]|glpat|hf|npg|dop_v1|shpat|SG|AIza|ya29)[-_.][\w.=-]{10,}"
    r"|\bAIza[\w-]{20,}|\b(?:AKIA|ASIA)[0-9A-Z]{12,}\b|\bgithub_pat_\w{20,}"
    r"|\b[0-9a-fA-F]{32,}\b"
    r"|\b[A-Za-z0-9+/_-]{40,}={0,2}"
)
_NAMED_SECRET = (
    r"(?i)\b((?:api[_ -]?key|secret|token|passw(?:or)?d|pwd|bearer|authorization)[\"']?\s*(?:[:=]|is)?\s*(?:bearer\s+)?"
    r"[\"']?)[^\s\"',;]*[0-9][^\s\"',;]*"
)
_MAIL = r"(?i)[\p{L}\p{N}._%+'-]{1,64}\s?(?:@|\(at\)|\[at\]|&#64;)\s?[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+"
_ADDRESS_6 = (
    r"(?i)\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b"
    r"|\b[0-9a-f]{2,4}:(?:[0-9a-f]{1,4}:){0,5}(?::[0-9a-f]{1,4}){1,6}\b"
)
_ADDRESS_6_SHORT = (
    r"(?i)(^|[^0-9a-z:_>])(?:[0-9a-f]{2,4}:(?:[0-9a-f]{1,4}:){0,5}:|::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4}\b)"
)
_ADDRESS_4 = r"\b[0-9]{1,3}(?:\[?\.\]?[0-9]{1,3}){3}\b"
_PHONE = (
    r"(?:\+|\b00)[1-9][0-9]{0,3}[ ()./-]{0,3}(?:[0-9][ ()./-]{0,2}){5,13}[0-9]"
    r"|\(?\b0[0-9]{2,4}\)?[ ./-]{1,2}[0-9]{3,8}(?:[ ./-][0-9]{2,8}){0,4}\b"
    r"|\b0[1-9](?:[ .-][0-9]{2}){4}\b"
    r"|\(?\b[2-9][0-9]{2}\)?[ .-]{1,2}[0-9]{3}[ .-][0-9]{4}\b"
    r"|\b1[3-9][0-9]{9}\b|\b0[1-9][0-9]{8,9}\b"
)

_HALF_MARK = r"\[[a-z]*(?: k[a-z]*)?$"

CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
IBAN = re.compile(r"(?i)\b[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,30}")

_BEFORE_NUMBERS = (
    (_PRIVATE_KEY, "[private key]"),
    (_URL_CREDENTIAL, "${1}[credential]@"),
    (_TOKENS, "[secret]"),
    (_NAMED_SECRET, "${1}[secret]"),
    (_MAIL, "[mail]"),
)
_AFTER_NUMBERS = (
    (_ADDRESS_6, "[address]"),
    (_ADDRESS_6_SHORT, "${1}[address]"),
    (_ADDRESS_4, "[address]"),
    (_PHONE, "[phone]"),
)


def redact(text: pl.Expr) -> pl.Expr:
    """The text without what names a person or opens a door.

    Args:
        text: of any length; null stays null.

    Returns:
        The text with [mail], [phone], [secret], [private key], [credential], [card], [iban] and [address] in the place
        of what was found.
    """
    done = text.str.normalize("NFKC").str.replace_all(r"\p{Cf}", "")
    for expression, mark in _BEFORE_NUMBERS:
        done = done.str.replace_all(expression, mark)
    done = done.map_batches(_checked_numbers, return_dtype=pl.String, is_elementwise=True)
    for expression, mark in _AFTER_NUMBERS:
        done = done.str.replace_all(expression, mark)
    return done


def redact_series(text: pl.Series) -> pl.Series:
    """`redact` for a column at hand."""
    return text.to_frame("text").select(redact(pl.col("text")))["text"].alias(text.name)


def shown(text: pl.Expr, characters: int = SHOWN_CHARACTERS) -> pl.Expr:
    """Text fit to be shown as an example: redacted before it is cut, which would leave half a number; on one line.

    What is longer ends with an ellipsis that says so, and never in the middle of a mark.
    """
    redacted = redact(text.str.head(READ_CHARACTERS))
    line = readable(redacted, characters + 1)
    is_cut = (line.str.len_chars() > characters) | (text.str.len_chars() > READ_CHARACTERS)
    # `readable` looks at four times what it shows: spaces may fill that and leave less to show.
    is_cut |= redacted.str.len_chars() > 4 * (characters + 1)
    beginning = line.str.head(characters - 1).str.replace(_HALF_MARK, "").str.strip_chars_end()
    return pl.when(is_cut).then(beginning + "…").otherwise(line)


def shown_texts(texts: Sequence[str | None], characters: int = SHOWN_CHARACTERS) -> list[str | None]:
    """Each text as `shown` shows it."""
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    return frame.select(shown(pl.col("text"), characters))["text"].to_list()


def _checked_numbers(text: pl.Series) -> pl.Series:
    """Take out card and account numbers; only texts with digits enough are looked at one by one."""
    suspicious = text.str.contains(r"[0-9](?:[ -]?[0-9]){12}|(?i)\b[a-z]{2}[0-9]{2}[ -]?[a-z0-9]{4}").fill_null(False)
    if not suspicious.any():
        return text
    places = suspicious.arg_true()
    return text.clone().scatter(places, [_without_numbers(value) for value in text.gather(places)])


def _without_numbers(text: str) -> str:
    text = IBAN.sub(lambda match: _iban_mark(match[0]), text)
    return CARD.sub(lambda match: "[card]" if is_card(match[0]) else match[0], text)


def is_card(number: str) -> bool:
    """Whether digits, spaces and hyphens aside, pass Luhn's check (ISO/IEC 7812)."""
    digits = [int(character) for character in number if character.isdigit()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_iban(number: str) -> bool:
    """Whether letters and digits leave 1 modulo 97 (ISO 13616)."""
    plain = "".join(character for character in number.upper() if character.isalnum())
    if not 15 <= len(plain) <= 34 or not plain.isascii():
        return False
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def _iban_mark(found: str) -> str:
    """The longest beginning that is an account number, replaced; words may follow it without a mark between."""
    for end in range(len(found), 14, -1):
        if is_iban(found[:end]) and found[end - 1].isalnum():
            return "[iban]" + found[end:]
    return found
