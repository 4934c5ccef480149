"""Pseudonyms: names for accounts, cards, addresses and organisations that only the owner of the key can take back.

Whatever names somebody leaves as a pseudonym. Two things do not: what `REVEALABLE` was asked to leave as it is, and
the organisations that a finding's claim is about, those that the ownership rule bars and those that head them.
Other organisations are customers, who may be victims; the domain of a mail address names them as well as their id.

A pseudonym is the beginning of an HMAC-SHA256 under a key derived for its recipient: the same thing has the same name
in all that one recipient is given, and another one for the next. Nobody can try out names without the key. Drawbacks:
how often a pseudonym occurs, and beside what, stays visible; two recipients can join copies of one finding by its id,
its counts and its times; a user agent that an organisation wrote for itself may name it.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from forensics.privacy.keys import derived, keyed_hash

PSEUDONYM_BYTES = 10
"""80 bits: among ten million names the chance of any two being equal is one in 24 billion."""

RECIPIENT = "internal"
"""Whom pseudonyms are for when nobody is named."""

CLASSES = {
    "payment_instrument": "instrument",
    "ip": "address",
    "signup_ip": "address",
    "ip_prefix": "block",
    "api_key": "key",
    "client_fingerprint": "client",
    "conversation": "conversation",
    "organisation": "organisation",
    "controlling_organisation": "organisation",
    "barred_owner": "organisation",
    "email_domain": "domain",
    "disposable_email_domain": "domain",
}
"""Kind of a signal → what its values name. An address is the same at sign-up and in a call."""

PUBLIC_KINDS = frozenset({"prompt_template", "user_agent", "asn"})
"""Kinds whose values stay as they are: they name text, software or networks. Every other kind, one that is new among
them, gets pseudonyms."""

REVEALABLE = ("accounts", "instruments", "addresses", "organisations", "domains")
"""What an export may be asked to leave as it is."""

_REVEALS = {
    "account": "accounts",
    "instrument": "instruments",
    "address": "addresses",
    "block": "addresses",
    "organisation": "organisations",
    "domain": "domains",
}

PATTERN = re.compile(r"([a-z_]+)-([a-z2-7]{16})")


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms of one recipient.

    Attributes:
        key: the owner's key, as `load_key` gives it.
        recipient: whom they are for.
        revealed: what stays as it is, of `REVEALABLE`.
        claimed: organisations that the findings' claims are about; they keep their names.
    """

    key: bytes = field(repr=False)
    recipient: str = RECIPIENT
    revealed: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()

    def of(self, name: str, value: str) -> str:
        """The pseudonym of a value.

        Args:
            name: what it names: account, instrument, address, …
            value: the value.
        """
        digest = keyed_hash(derived(self.key, "pseudonyms", self.recipient), name, value)
        return f"{name}-{base64.b32encode(digest[:PSEUDONYM_BYTES]).decode().lower()}"

    def shows(self, name: str) -> bool:
        """Whether values of this class stay as they are."""
        return _REVEALS.get(name) in self.revealed

    def mapping(self, name: str, values: Iterable[str]) -> dict[str, str]:
        """What each value becomes: itself where its class is revealed, or where it is an organisation of a claim."""
        if self.shows(name):
            return {value: value for value in values}
        secret = derived(self.key, "pseudonyms", self.recipient)
        open_ = self.claimed if name == "organisation" else frozenset()
        return {
            value: value
            if value in open_
            else f"{name}-{base64.b32encode(keyed_hash(secret, name, value)[:PSEUDONYM_BYTES]).decode().lower()}"
            for value in values
        }

    def column(self, values: pl.Series, name: str) -> pl.Series:
        """A column of values of one class as pseudonyms; null stays null."""
        found = self.mapping(name, values.drop_nulls().unique())
        return values.replace_strict(found, return_dtype=pl.String) if found else values.cast(pl.String)

    def signals(self, kinds: pl.Series, values: pl.Series) -> pl.Series:
        """A column of signal values as pseudonyms, each by its kind; `PUBLIC_KINDS` stay."""
        frame = pl.DataFrame({"kind": kinds, "value": values}).with_row_index("place")
        parts = []
        for (kind,), part in frame.group_by("kind", maintain_order=True):
            name = class_of(str(kind))
            shown = part if name is None else part.with_columns(self.column(part["value"], name).alias("value"))
            parts.append(shown)
        done = pl.concat(parts).sort("place") if parts else frame
        return done["value"].alias(values.name)

    def resolve(self, pseudonym: str, candidates: Iterable[str]) -> str | None:
        """The candidate that this pseudonym stands for; None when it is none of them."""
        match = PATTERN.fullmatch(pseudonym)
        if match is None:
            return None
        hidden = Pseudonyms(self.key, self.recipient)
        return next((value for value, name in hidden.mapping(match[1], candidates).items() if name == pseudonym), None)


def class_of(kind: str) -> str | None:
    """What values of a signal kind name; None when they stay as they are."""
    return None if kind in PUBLIC_KINDS else CLASSES.get(kind, kind)
