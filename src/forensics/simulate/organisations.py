"""Which accounts belong to which organisation, what these are called, and the domain of every sign-up address."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.members import Members
from forensics.simulate.networks import COUNTRY_CODES
from forensics.simulate.ordinary import ORDINARY
from forensics.simulate.randomness import derive, hex_ids, mix, stream
from forensics.simulate.settings import SimulationSettings

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

_FIRST = (
    "Alder", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Hazel", "Iris", "Juniper", "Kestrel", "Lantern",
    "Maple", "Nimbus", "Onyx", "Pioneer", "Quartz", "Raven", "Summit", "Tidal", "Umber", "Vertex", "Willow", "Yarrow",
    "Zephyr", "Aurora", "Beacon", "Cedar", "Drift", "Echo", "Falcon", "Glacier", "Harbour", "Indigo", "Jade", "Kite",
)  # fmt: skip
_SECOND = (
    "Analytics",
    "Labs",
    "Logistics",
    "Health",
    "Learning",
    "Robotics",
    "Finance",
    "Media",
    "Foods",
    "Energy",
    "Textiles",
    "Software",
    "Insight",
    "Travel",
    "Retail",
    "Motors",
    "Legal",
    "Games",
    "Systems",
    "Marine",
    "Optics",
    "Materials",
    "Security",
    "Mobility",
    "Bio",
    "Cloud",
    "Design",
    "Research",
    "Trading",
    "Studio",
)
_FORMS = {
    "US": "Inc.",
    "IN": "Pvt. Ltd.",
    "GB": "Ltd",
    "DE": "GmbH",
    "BR": "Ltda.",
    "JP": "K.K.",
    "FR": "SAS",
    "ES": "S.L.",
    "IT": "S.r.l.",
    "NL": "B.V.",
    "PL": "sp. z o.o.",
    "SG": "Pte. Ltd.",
    "CN": "Co., Ltd.",
    "HK": "Limited",
    "KR": "Co., Ltd.",
    "MX": "S.A. de C.V.",
    "AU": "Pty Ltd",
    "SE": "AB",
    "CH": "AG",
    "AT": "GmbH",
    "RU": "OOO",
    "TR": "A.Ş.",
    "IL": "Ltd.",
}
_HAN_FIRST = ("云杉", "远航", "晨星", "青岩", "海岳", "明湖", "卓越", "北辰", "天工", "瑞禾", "知远", "博睿")
_HAN_SECOND = ("科技", "信息技术", "数据", "软件", "智能", "网络", "贸易", "教育", "咨询", "传媒")
_HAN_CITY = ("深圳市", "杭州", "上海", "北京", "成都", "广州")


@dataclass
class Organisations:
    """Customers' organisations and the mail domains of all accounts.

    Attributes:
        of_account: position of an account's organisation, −1 for none.
        table: organisations as the contract names them, one row a position.
        domains: mail domain of every account, null where none is recorded.
        names_group: whether a group chose the account's domain or organisation on purpose.
    """

    of_account: NDArray[np.int64]
    table: pl.DataFrame
    domains: pl.Series
    names_group: NDArray[np.bool_]


def build_organisations(settings: SimulationSettings, members: Members) -> Organisations:
    """Found the customers' organisations and give every account its mail domain."""
    rng = stream(settings.seed, "organisations")
    of_account = _memberships(members, rng)
    count = int(of_account.max()) + 1
    country = np.zeros(count, dtype=np.int64)
    holders = np.flatnonzero(of_account >= 0)[::-1]
    country[of_account[holders]] = members.country[holders]
    table = name_organisations(rng, pl.Series(COUNTRY_CODES).gather(country), derive(settings.seed, "customers"))
    domains, named = _domains(members, of_account, table["domain"], rng)
    return Organisations(of_account, table, domains, named)


def _memberships(members: Members, rng: np.random.Generator) -> NDArray[np.int64]:
    """Deal accounts to organisations: heavy-tailed companies, and what each group's wiring says."""
    of_account = np.full(members.count, -1, dtype=np.int64)
    founded = 0
    for position, population in enumerate(ORDINARY):
        rows = rng.permutation(np.flatnonzero(members.ordinary == position))
        if population.organisation_size <= 0:
            rows = rows[: len(rows) // 8] if population.name == "developer" else rows[:0]
            sizes = np.ones(len(rows), dtype=np.int64)
        else:
            sizes = 1 + (rng.pareto(1.3, len(rows)) * population.organisation_size * 0.3).astype(np.int64)
            sizes = np.minimum(sizes, 600)
        owner = np.repeat(np.arange(len(sizes)), sizes)[: len(rows)]
        of_account[rows] = founded + owner
        founded += int(owner.max(initial=-1)) + 1
    for group in members.groups:
        rows = members.of(group)
        count = {"one": 1, "each": len(rows), "shells": max(1, len(rows) // 8)}.get(group.wiring.organisation, 0)
        if count:
            of_account[rows] = founded + np.arange(len(rows)) % count
            founded += count
    return of_account


def name_organisations(rng: np.random.Generator, country: pl.Series, key: int) -> pl.DataFrame:
    """Give organisations of these countries names, domains, register numbers and identifiers.

    Args:
        rng: the caller's random stream.
        country: country of headquarters, one an organisation (alpha-2).
        key: source of their ids.

    Returns:
        One row an organisation with the contract's columns.
    """
    count = len(country)
    picks = {
        "first": rng.integers(0, len(_FIRST), count), "second": rng.integers(0, len(_SECOND), count),
        "third": rng.integers(0, len(_FIRST), count), "number": rng.integers(2, 100, count),
    }  # fmt: skip
    first, second = pl.Series(_FIRST).gather(picks["first"]), pl.Series(_SECOND).gather(picks["second"])
    third = pl.Series(_FIRST).gather(picks["third"]).str.to_lowercase()
    han = pl.Series([c + a + b for c in _HAN_CITY for a in _HAN_FIRST for b in _HAN_SECOND])
    keys = mix(np.arange(count), key % 2**32)
    frame = pl.DataFrame(
        {
            "organisation_id": hex_ids("org_", keys),
            "first": first, "second": second, "third": third, "country": country,
            "form": country.replace_strict(_FORMS, default="Ltd"),
            "han": han.gather(rng.integers(0, len(han), count)) + "有限公司",
            "in_han": (country == "CN").to_numpy() & (rng.random(count) < 0.6),
            "number": rng.integers(1_000_000, 100_000_000, count),
            "has_number": rng.random(count) < 0.7, "has_lei": rng.random(count) < 0.15,
            "has_domain": rng.random(count) < 0.9, "owners_complete": rng.random(count) < 0.4,
            "has_seat": rng.random(count) < 0.93, "tld": rng.integers(0, 4, count),
            "lei": hex_ids("", mix(keys, 5)).str.to_uppercase(),
        }
    )  # fmt: skip
    tld = pl.Series([".com", ".io", ".ai", ".net"])
    return frame.select(
        "organisation_id",
        name=pl.when("in_han").then("han").otherwise(pl.format("{} {} {}", "first", "second", "form")),
        kind=pl.lit("company"),
        jurisdiction="country",
        headquarters=pl.when("has_seat").then("country"),
        registration_number=pl.when("has_number").then(pl.col("number").cast(pl.String)),
        lei=pl.when("has_lei").then(pl.lit("5493") + pl.col("lei")),
        domain=pl.when("has_domain").then(
            pl.concat_str(
                pl.col("first").str.to_lowercase(),
                "third",
                pl.col("second").str.to_lowercase(),
                pl.lit(tld).gather("tld"),
            )
        ),
        owners_complete=pl.when(pl.col("owners_complete")).then(True),
    )


def _domains(
    members: Members, of_account: NDArray[np.int64], company: pl.Series, rng: np.random.Generator
) -> tuple[pl.Series, NDArray[np.bool_]]:
    """Give every account a mail domain: free, throw-away, university, its organisation's, or the group's own."""
    count = members.count
    words = [f"{a}{b}".lower() for a in _FIRST for b in _FIRST if a != b]
    universities = [
        f"{word}-university.edu"
        for word in words[:: max(1, len(words) // max(8, round(count * UNIVERSITIES_PER_ACCOUNT)))]
    ]
    private = [f"{word}mail.com" for word in words]
    every = pl.Series([*FREE_DOMAINS, *DISPOSABLE_DOMAINS, *universities, *private])
    at_disposable, at_university = len(FREE_DOMAINS), len(FREE_DOMAINS) + len(DISPOSABLE_DOMAINS)
    at_private = at_university + len(universities)
    pick = rng.choice(len(FREE_DOMAINS), count, p=FREE_WEIGHTS / FREE_WEIGHTS.sum())
    draw = rng.random(count)
    other = rng.integers(0, 1 << 30, count)
    pick = np.where(draw < DISPOSABLE_SHARE, at_disposable + other % len(DISPOSABLE_DOMAINS), pick)
    pick = np.where((draw > 0.93) & (members.group < 0), at_university + other % len(universities), pick)
    pick = np.where((draw > 0.915) & (draw < 0.93), at_private + other % len(private), pick)
    named = np.zeros(count, dtype=np.bool_)
    for group in members.groups:
        rows, rng_group = members.of(group), stream(group.key, "domains")
        if group.wiring.email == "catch_all":
            few = rng_group.integers(at_private, len(every), max(1, len(rows) // 5))
        elif group.wiring.email == "university":
            few = rng_group.integers(at_university, at_private, max(1, len(rows) // 12))
        elif group.wiring.email == "disposable":
            few = rng_group.integers(at_disposable, at_university, 4)
        else:
            continue
        pick[rows] = few[rng_group.integers(0, len(few), len(rows))]
        named[rows] = group.wiring.email == "catch_all"
    wants = np.array([g.wiring.email == "organisation" for g in members.groups] + [False])[members.group]
    own = (of_account >= 0) & (wants | ((members.group < 0) & (draw < 0.85)))
    text = every.gather(pick)
    theirs = company.gather(np.maximum(of_account, 0))
    frame = pl.DataFrame({"text": text, "theirs": theirs, "own": own, "missing": rng.random(count) < NO_DOMAIN_SHARE})
    chosen = frame.select(
        pl.when("missing")
        .then(None)
        .when(pl.col("own") & pl.col("theirs").is_not_null())
        .then("theirs")
        .otherwise("text")
        .alias("domain")
    )
    return chosen["domain"], named
