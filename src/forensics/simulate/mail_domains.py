"""Mail domains of the sign-up addresses: who shares one, and who chose it on purpose."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.groups import Group
from forensics.simulate.members import Members
from forensics.simulate.randomness import stream

FREE_DOMAINS = (
    "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me", "gmx.de", "qq.com",
    "163.com", "mail.ru", "naver.com", "yahoo.co.jp", "web.de", "orange.fr", "uol.com.br", "zoho.com",
)  # fmt: skip
FREE_WEIGHTS = np.array([44, 12, 7, 6, 6, 4, 2.5, 3, 2, 2, 2, 2, 2, 1.5, 1.5, 1.5])
DISPOSABLE_DOMAINS = (
    "mailinator.com", "guerrillamail.com", "10minutemail.com", "tempmail.net", "sharklasers.com", "yopmail.com",
    "trashmail.com", "getnada.com", "dispostable.com", "maildrop.cc",
)  # fmt: skip
DISPOSABLE_SHARE = 0.03
"""Share of ordinary private accounts behind a throw-away address."""

UNIVERSITIES_PER_ACCOUNT = 0.002
"""University mail domains per account of the world: some hundreds of people share each."""

NO_DOMAIN_SHARE = 0.03
"""Share of accounts without a recorded domain (single sign-on, telephone)."""

_WORDS = (
    "amber", "basil", "cliff", "dune", "elm", "fern", "gale", "heath", "isle", "jasper", "knoll", "larch", "moss",
    "north", "oak", "pebble", "quill", "reed", "sable", "thorn", "upland", "vale", "wren", "yew", "zinc", "brook",
    "cairn", "delta", "ebony", "flint", "grove", "haven",
)  # fmt: skip


@dataclass(frozen=True)
class _Supply:
    """All mail domains, and where each kind begins among them."""

    every: pl.Series
    disposable: int
    university: int
    private: int


def _supply(account_count: int) -> _Supply:
    """List all mail domains of a world of so many accounts."""
    words = [f"{one}{two}" for one in _WORDS for two in _WORDS if one != two]
    step = max(1, len(words) // max(8, round(account_count * UNIVERSITIES_PER_ACCOUNT)))
    universities = [f"{word}-university.edu" for word in words[::step]]
    private = [f"{word}mail.com" for word in words]
    every = pl.Series([*FREE_DOMAINS, *DISPOSABLE_DOMAINS, *universities, *private])
    free, disposable = len(FREE_DOMAINS), len(DISPOSABLE_DOMAINS)
    return _Supply(every, free, free + disposable, free + disposable + len(universities))


def draw_domains(
    members: Members, of_account: NDArray[np.int64], company: pl.Series, rng: np.random.Generator
) -> tuple[pl.Series, NDArray[np.bool_]]:
    """Give every account a mail domain: free, throw-away, university, its organisation's, or the group's own.

    Args:
        members: all accounts.
        of_account: position of each account's organisation, −1 for none.
        company: domain of each organisation, null where it has none.
        rng: the caller's random stream.

    Returns:
        Domain of every account (null where none is recorded), and whether a group chose it on purpose.
    """
    supply, count = _supply(members.count), members.count
    draw = rng.random(count)
    pick = _own_choice(members, supply, draw, rng)
    named = np.zeros(count, dtype=np.bool_)
    for group in members.groups:
        few = _of_group(group, supply)
        if few is not None:
            rows = members.of(group)
            pick[rows] = few[stream(group.key, "domain of account").integers(0, len(few), len(rows))]
            named[rows] = group.wiring.email == "catch_all"
    wants = np.array([g.wiring.email == "organisation" for g in members.groups] + [False])[members.group]
    frame = pl.DataFrame(
        {
            "text": supply.every.gather(pick),
            "theirs": company.gather(np.maximum(of_account, 0)),
            "own": (of_account >= 0) & (wants | ((members.group < 0) & (draw < 0.85))),
            "missing": rng.random(count) < NO_DOMAIN_SHARE,
        }
    )
    theirs = pl.col("own") & pl.col("theirs").is_not_null()
    chosen = pl.when("missing").then(None).when(theirs).then("theirs").otherwise("text")
    return frame.select(chosen.alias("domain"))["domain"], named


def _own_choice(
    members: Members, supply: _Supply, draw: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose what accounts use for themselves: mostly free mail, some throw-away, university and private domains."""
    pick = rng.choice(len(FREE_DOMAINS), members.count, p=FREE_WEIGHTS / FREE_WEIGHTS.sum())
    other = rng.integers(0, 1 << 30, members.count)
    studies = (draw > 0.93) & (members.group < 0)
    owns = (draw > 0.915) & (draw < 0.93)
    pick = np.where(draw < DISPOSABLE_SHARE, supply.disposable + other % len(DISPOSABLE_DOMAINS), pick)
    pick = np.where(studies, supply.university + other % (supply.private - supply.university), pick)
    return np.where(owns, supply.private + other % (len(supply.every) - supply.private), pick)


def _of_group(group: Group, supply: _Supply) -> NDArray[np.int64] | None:
    """Draw the few domains a group's accounts share, or None where each has its own."""
    rng = stream(group.key, "domains")
    if group.wiring.email == "catch_all":
        return rng.integers(supply.private, len(supply.every), max(1, group.account_count // 5))
    if group.wiring.email == "university":
        return rng.integers(supply.university, supply.private, max(1, group.account_count // 12))
    if group.wiring.email == "disposable":
        return rng.integers(supply.disposable, supply.university, 4)
    return None
