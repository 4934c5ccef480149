"""Redaction: what names a person or opens a door goes, in every spelling; what does not, stays."""

import polars as pl

from forensics.privacy.redaction import SHOWN_CHARACTERS, is_card, is_iban, redact_series, shown

SECRETS = {
    "write to jöhn.doe+x@exa-mple.co.uk now": "write to [mail] now",
    "john (at) example.com": "[mail]",
    "john\uff20example.com": "[mail]",
    "jo\u200bhn@exam\u200bple.com": "[mail]",
    "call +49 (0)30 1234-5678, 030 1234567 or (555) 123-4567": "call [phone], [phone] or [phone]",
    "06 12 34 56 78, 13812345678": "[phone], [phone]",
    "card 4111 1111 1111 1111.": "card [card].",
    "card 4111-1111-1111-1111": "card [card]",
    "\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11": "[card]",
    "DE89 3704 0044 0532 0130 00 please": "[iban] please",
    "pay GB82WEST12345698765432.": "pay [iban].",
    "sk-abcdEFGH1234567890abcd": "[secret]",
    "AKIAIOSFODNN7EXAMPLE": "[secret]",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc": "[secret]",
    "password: hunter2, then": "password: [secret], then",
    "https://bob:hunter2@host/x": "https://[credential]@host/x",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\nno end": "[private key]",
    "from 192.168.0.1 and 10[.]0[.]0[.]1": "from [address] and [address]",
    "2001:db8::1, fe80:0:0:0:1:2:3:4, fe80::, (::1)": "[address], [address], [address], ([address])",
}

HARMLESS = (
    "On 2026-03-02 at 12:30:45 there were 12,345 items in 3.14 rows, version 1.2.3, 1/2/2024.",
    "std::vector<int> a; Foo::bar(); a::b",
    "The word password is a secret here, and so is a token.",
    "4111 1111 1111 1112 fails the check, as does DE89370400440532013001.",
    "Explain x@y in Haskell and a matrix product A @ B.",
)


def test_what_names_or_opens_is_taken_out_of_a_column_and_nothing_else() -> None:
    texts = [*SECRETS, None, *HARMLESS]
    done = redact_series(pl.Series("prompt", texts))
    assert done.name == "prompt"
    # One pass over the column: each expression is compiled once.
    assert done.to_list() == [*SECRETS.values(), None, *HARMLESS]


def test_a_cut_never_leaves_half_a_secret() -> None:
    text = "x " * (SHOWN_CHARACTERS // 2 - 5) + "john.doe@example.com 4111 1111 1111 1111"
    (excerpt,) = _shown(text)
    assert len(excerpt) <= SHOWN_CHARACTERS
    assert "john" not in excerpt and "4111" not in excerpt


def test_an_excerpt_is_one_line_without_control_characters() -> None:
    assert _shown("a\n\nb\x1b[31m\u202ec\x00") == ["a b[31mc"]


def test_what_is_left_out_is_said_and_no_mark_is_halved() -> None:
    whole = "w " * (SHOWN_CHARACTERS // 2 - 1) + "ww"
    assert _shown(whole) == [whole] and len(whole) == SHOWN_CHARACTERS
    (excerpt,) = _shown(whole + "w")
    assert excerpt.endswith("w…") and len(excerpt) == SHOWN_CHARACTERS
    assert _shown("short" + " " * 5_000 + "unseen") == ["short…"]
    for room in range(1, 12):
        text = ("w " * SHOWN_CHARACTERS)[: SHOWN_CHARACTERS - room - 1] + " john.doe@example.com and more"
        (excerpt,) = _shown(text)
        assert len(excerpt) <= SHOWN_CHARACTERS and excerpt.endswith("…") and excerpt.count("[") == excerpt.count("]")


def _shown(text: str) -> list[str]:
    return pl.DataFrame({"text": [text]}).select(shown(pl.col("text")))["text"].to_list()


def test_check_digits_are_those_of_the_standards() -> None:
    assert is_card("5555555555554444") and is_card("378282246310005")
    assert not is_card("5555555555554445") and not is_card("4111")
    assert is_iban("FR1420041010050500013M02606") and not is_iban("FR1420041010050500013M02607")
