"""The addresses of the simulated internet: networks with blocks, and a finite supply of addresses in each.

Everybody draws from the same supply. Home addresses are many and seldom shared, carriers and VPN exits are few
and crowded, cloud egress is both; a proxy pool is made of home addresses that ordinary people also use.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.randomness import stream
from forensics.simulate.settings import SimulationSettings

COUNTRIES: dict[str, tuple[float, int]] = {
    "US": (24, -6), "IN": (12, 5), "GB": (6, 0), "DE": (6, 1), "BR": (5, -3), "JP": (5, 9), "FR": (4, 1),
    "CA": (4, -5), "KR": (3, 9), "ES": (3, 1), "ID": (3, 7), "SG": (3, 8), "HK": (2.5, 8), "MX": (2.5, -6),
    "AU": (2.5, 10), "NL": (2, 1), "IT": (2, 1), "TW": (2, 8), "CN": (2, 8), "VN": (1.5, 7), "PL": (1.5, 1),
    "TR": (1.5, 3), "AE": (1, 4), "SA": (0.8, 3), "EG": (0.8, 2), "NG": (0.8, 1), "RU": (0.8, 3),
    "UA": (0.8, 2), "SE": (0.8, 1), "CH": (0.8, 1), "IL": (0.7, 2), "PH": (0.9, 8), "TH": (0.8, 7),
    "MY": (0.8, 8), "PT": (0.6, 0), "AR": (0.8, -3), "CL": (0.4, -4), "ZA": (0.5, 2), "IE": (0.5, 0),
    "AT": (0.4, 1),
}  # fmt: skip
"""Countries of the accounts: parts of a hundred or so, and hours from UTC."""

COUNTRY_CODES = tuple(COUNTRIES)
COUNTRY_WEIGHTS = np.array([weight for weight, _ in COUNTRIES.values()], dtype=np.float64)
COUNTRY_HOURS = np.array([hours for _, hours in COUNTRIES.values()], dtype=np.int64)

NETWORK_KINDS: dict[str, tuple[int, float, float]] = {
    "residential": (180, 1.1, 0.0), "mobile": (90, 0.012, 0.4), "business": (160, 0.12, 0.5),
    "education": (60, 0.006, 0.6), "hosting": (60, 0.10, 0.6), "vpn": (30, 0.004, 0.8), "proxy": (40, 0.01, 0.6),
}  # fmt: skip
"""Per kind of network: how many there are, addresses in use per account of the world, and how unevenly they are
used (exponent of the rank: 0 is even)."""

V6_SHARE = {"residential": 0.25, "mobile": 0.15, "business": 0.05, "education": 0.05, "hosting": 0.05}
"""Share of a kind's addresses that are version 6."""

UNLISTED_SHARE = 0.06
"""Share of blocks that the reference table does not know, as with any purchased table."""

_NAME_PARTS = (
    ("Nor", "Vel", "Ast", "Cor", "Lum", "Tri", "Hal", "Bre", "Ser", "Pax", "Ori", "Kel", "Mar", "Zen", "Dun"),
    ("a", "ex", "i", "on", "ano", "ara", "eto", "is", "ova", "under"),
    ("net", "com", "link", "tel", "wave", "path", "grid", "line", "band", "fibre"),
)
_KIND_SUFFIX = {
    "residential": "Broadband", "mobile": "Mobile", "business": "Business Access", "education": "University Network",
    "hosting": "Cloud", "vpn": "Privacy", "proxy": "Exchange",
}  # fmt: skip


@dataclass
class Internet:
    """All networks and the addresses in use.

    Attributes:
        networks: the reference table as the contract names it, without gaps filled.
        supplies: per kind, positions of its addresses, most used first.
        supply_country: per kind, the country (position) of each address in its supply.
        addresses: every address as text.
    """

    networks: pl.DataFrame
    supplies: dict[str, NDArray[np.int64]]
    supply_country: dict[str, NDArray[np.int64]]
    addresses: pl.Series

    def draw(
        self, kind: str, count: int, rng: np.random.Generator, countries: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Draw addresses of one kind, crowded ones more often.

        Args:
            kind: kind of network.
            count: how many to draw.
            rng: the caller's random stream.
            countries: if given, the country (position) each address should be in, where one is at hand.

        Returns:
            Positions among `addresses`, one a draw.
        """
        supply, evenness = self.supplies[kind], NETWORK_KINDS[kind][2]
        if countries is None:
            return supply[_skewed(rng.random(count), len(supply), evenness)]
        order = np.argsort(self.supply_country[kind], kind="stable")
        sizes = np.bincount(self.supply_country[kind], minlength=len(COUNTRY_CODES))
        starts = np.cumsum(sizes) - sizes
        local = _skewed(rng.random(count), np.maximum(sizes[countries], 1), evenness) + starts[countries]
        anywhere = _skewed(rng.random(count), len(supply), evenness)
        return supply[np.where(sizes[countries] > 0, order[np.minimum(local, len(order) - 1)], anywhere)]


def _skewed(draws: NDArray[np.float64], count: NDArray[np.int64] | int, exponent: float) -> NDArray[np.int64]:
    """Turn even draws into ranks, low ranks more often, the more so the larger the exponent."""
    ranks = (draws ** (1.0 + 2.0 * exponent) * count).astype(np.int64)
    return np.asarray(np.minimum(ranks, np.asarray(count) - 1))


def build_internet(settings: SimulationSettings, account_count: int) -> Internet:
    """Lay out networks, blocks and addresses for a world of so many accounts."""
    rng = stream(settings.seed, "internet")
    kinds = np.repeat(list(NETWORK_KINDS), [count for count, _, _ in NETWORK_KINDS.values()])
    countries = rng.choice(len(COUNTRY_CODES), len(kinds), p=COUNTRY_WEIGHTS / COUNTRY_WEIGHTS.sum())
    blocks = 1 + (rng.random(len(kinds)) < 0.5) + (rng.random(len(kinds)) < 0.2)
    owner = np.repeat(np.arange(len(kinds)), blocks)
    first = _free_blocks(rng, len(owner))
    length = rng.integers(16, 21, len(owner))
    third = rng.integers(0, 256, len(owner)) & (0xFF << (24 - length)) & 0xFF
    base = first * 65_536 + third * 256
    v6_base = rng.permutation(np.arange(0x2000, 0x2C00))[: len(kinds)]
    reference = _reference(rng, kinds, countries, owner, base, length, v6_base)
    supplies: dict[str, NDArray[np.int64]] = {}
    supply_country: dict[str, NDArray[np.int64]] = {}
    texts: list[pl.Series] = []
    offset = 0
    for kind, (_, per_account, _) in NETWORK_KINDS.items():
        count = max(round(account_count * per_account), 24)
        chosen = rng.choice(np.flatnonzero(kinds[owner] == kind), count)
        host = rng.integers(1, 2 ** (32 - length[chosen]) - 1)
        six = rng.random(count) < V6_SHARE.get(kind, 0.0)
        texts.append(_address_text(rng, base[chosen] + host, six, v6_base[owner[chosen]]))
        supplies[kind] = np.arange(offset, offset + count)
        supply_country[kind] = countries[owner[chosen]]
        offset += count
    return Internet(reference, supplies, supply_country, pl.concat(texts))


def _free_blocks(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Choose first halves of public version 4 addresses, no two alike."""
    first = np.arange(256 * 256)
    top, second = first // 256, first % 256
    reserved = (top == 10) | (top == 127) | (top >= 224) | (top == 0) | (top == 100) | (top == 169)
    reserved |= (top == 192) | (top == 198) | (top == 203) | ((top == 172) & (second >= 16) & (second < 32))
    return rng.choice(first[~reserved], count, replace=False)


def _dotted(values: NDArray[np.int64]) -> pl.Series:
    parts = {f"p{shift}": (values >> shift) & 255 for shift in (24, 16, 8, 0)}
    frame = pl.DataFrame(parts).select(pl.concat_str(pl.all().cast(pl.String), separator="."))
    return frame.to_series()


def _address_text(
    rng: np.random.Generator, v4: NDArray[np.int64], six: NDArray[np.bool_], v6_base: NDArray[np.int64]
) -> pl.Series:
    """Write addresses, version 6 where asked, in canonical form."""
    groups = rng.integers(0x1000, 0x10000, (5, len(v4)))
    words = pl.Series([f"{value:x}" for value in range(0x10000)])
    sixes = pl.DataFrame(
        {"a": words.gather(v6_base), **{f"g{i}": words.gather(group) for i, group in enumerate(groups)}}
    ).select(pl.format("{}:{}:{}::{}:{}", "a", "g0", "g1", "g2", "g3"))
    return pl.DataFrame({"four": _dotted(v4), "six": sixes.to_series(), "is_six": six}).select(
        pl.when("is_six").then("six").otherwise("four").alias("ip")
    )["ip"]


def _reference(
    rng: np.random.Generator,
    kinds: NDArray[np.str_],
    countries: NDArray[np.int64],
    owner: NDArray[np.int64],
    base: NDArray[np.int64],
    length: NDArray[np.int64],
    v6_base: NDArray[np.int64],
) -> pl.DataFrame:
    """Write the networks table with its gaps: unlisted blocks, unknown kinds and countries."""
    asn = rng.choice(np.arange(1_000, 64_000), len(kinds), replace=False)
    picks = [rng.integers(0, len(part), len(kinds)) for part in _NAME_PARTS]
    names = [
        "".join(part[i] for part, i in zip(_NAME_PARTS, row, strict=True)) + " " + _KIND_SUFFIX[str(kind)]
        for kind, *row in zip(kinds, *picks, strict=True)
    ]
    with_v6 = np.flatnonzero(np.isin(kinds, list(V6_SHARE)))
    rows = np.concatenate([owner, with_v6])
    cidr = [f"{text}/{bits}" for text, bits in zip(_dotted(base).to_list(), length, strict=True)]
    cidr += [f"{v6_base[i]:x}::/16" for i in with_v6]
    frame = pl.DataFrame(
        {
            "cidr": cidr,
            "asn": asn[rows],
            "as_name": pl.Series(names).gather(rows),
            "country": pl.Series(COUNTRY_CODES).gather(countries[rows]),
            "kind": pl.Series(kinds.astype(object), dtype=pl.String).gather(rows),
            "listed": rng.random(len(rows)) >= UNLISTED_SHARE,
            "has_kind": rng.random(len(rows)) >= 0.05,
        }
    )
    return (
        frame.filter("listed")
        .with_columns(kind=pl.when("has_kind").then("kind"))
        .drop("listed", "has_kind")
        .sort("cidr")
    )
