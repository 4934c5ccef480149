"""Names of organisations and people, made up from words."""

import numpy as np
import polars as pl

from forensics.simulate.randomness import hex_ids, mix

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


def name_organisations(rng: np.random.Generator, country: pl.Series, key: int) -> pl.DataFrame:
    """Give organisations of these countries names, domains, register numbers and identifiers.

    Args:
        rng: the caller's random stream.
        country: country of headquarters, one an organisation (alpha-2).
        key: source of their ids.

    Returns:
        One row an organisation with the contract's columns.
    """
    tld = pl.Series([".com", ".io", ".ai", ".net"])
    lower = [pl.col(name).str.to_lowercase() for name in ("first", "third", "fourth", "second")]
    return _drawn(rng, country, key).select(
        "organisation_id",
        name=pl.when("in_han").then("han").otherwise(pl.format("{} {} {}", "first", "second", "form")),
        kind=pl.lit("company"),
        jurisdiction="country",
        headquarters=pl.when("has_seat").then("country"),
        registration_number=pl.when("has_number").then(pl.col("number").cast(pl.String)),
        lei=pl.when("has_lei").then(pl.lit("5493") + pl.col("lei")),
        domain=pl.when("has_domain").then(pl.concat_str(*lower, pl.lit(tld).gather("tld"))),
        owners_complete=pl.when(pl.col("owners_complete")).then(True),
    )


def _drawn(rng: np.random.Generator, country: pl.Series, key: int) -> pl.DataFrame:
    """Draw what names and identifiers are made of, one row an organisation."""
    count = len(country)
    first, second = pl.Series(_FIRST), pl.Series(_SECOND)
    han = pl.Series([c + a + b for c in _HAN_CITY for a in _HAN_FIRST for b in _HAN_SECOND])
    keys = mix(np.arange(count), key % 2**32)
    return pl.DataFrame(
        {
            "organisation_id": hex_ids("org_", keys),
            "first": first.gather(rng.integers(0, len(first), count)),
            "second": second.gather(rng.integers(0, len(second), count)),
            "third": first.gather(rng.integers(0, len(first), count)),
            "fourth": first.gather(rng.integers(0, len(first), count)),
            "country": country,
            "form": country.replace_strict(_FORMS, default="Ltd"),
            "han": han.gather(rng.integers(0, len(han), count)) + "有限公司",
            "in_han": (country == "CN").to_numpy() & (rng.random(count) < 0.6),
            "number": rng.integers(1_000_000, 100_000_000, count),
            "has_number": rng.random(count) < 0.7,
            "has_lei": rng.random(count) < 0.15,
            "has_domain": rng.random(count) < 0.9,
            "owners_complete": rng.random(count) < 0.4,
            "has_seat": rng.random(count) < 0.93,
            "tld": rng.integers(0, 4, count),
            "lei": hex_ids("", mix(keys, 5)).str.to_uppercase(),
        }
    )


_GIVEN = (
    "Ada",
    "Bela",
    "Carla",
    "Dmitri",
    "Elif",
    "Farid",
    "Grace",
    "Hiro",
    "Ines",
    "Jonas",
    "Kavya",
    "Li",
    "Marta",
    "Noor",
    "Olga",
    "Pavel",
    "Rosa",
    "Sven",
    "Tariq",
    "Wei",
)
_FAMILY = (
    "Aoki",
    "Brandt",
    "Costa",
    "Duarte",
    "Eriksen",
    "Farouk",
    "Gupta",
    "Horvat",
    "Ivanova",
    "Jansen",
    "Khan",
    "Lindqvist",
    "Moreau",
    "Nowak",
    "Okafor",
    "Petrov",
    "Rossi",
    "Santos",
    "Tanaka",
    "Wang",
    "Yilmaz",
    "Zhou",
)


def person_names(rng: np.random.Generator, count: int) -> pl.Series:
    """Make up names of people."""
    given = pl.Series(_GIVEN).gather(rng.integers(0, len(_GIVEN), count))
    return given + " " + pl.Series(_FAMILY).gather(rng.integers(0, len(_FAMILY), count))
