"""Where accounts connect from: each account's own short list of addresses, drawn from what its group shares."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.groups import Group
from forensics.simulate.members import Members
from forensics.simulate.networks import Internet
from forensics.simulate.ordinary import ORDINARY
from forensics.simulate.randomness import derive, stream
from forensics.simulate.settings import SimulationSettings

EGRESS_NETWORKS: Mapping[str, str] = {
    "home": "residential", "mobile": "mobile", "office": "business", "fixed": "business", "campus": "education",
    "cloud": "hosting", "vpn": "vpn", "proxy": "residential",
}  # fmt: skip
"""Kind of network behind each way of connecting; a proxy pool leaves through home addresses."""

LIST_LENGTHS = {"home": 2, "mobile": 4, "office": 1, "fixed": 2, "campus": 3, "cloud": 2, "vpn": 5, "proxy": 8}
"""Addresses of one ordinary account, by how it connects."""

LENGTH_SPREAD = 0.4
"""Spread (of the logarithm) between groups of how many addresses an account uses."""

ACCOUNTS_PER_POOL_ADDRESS = 3.0
"""Accounts served by an exit of a shared proxy pool at any time."""

POOLS_PER_UNIT = 6
"""Shared proxy pools at scale 1; every world has at least one."""


@dataclass
class Egress:
    """Address lists: row i of `starts`, `lengths` is account i's, into `addresses`.

    Attributes:
        addresses: positions among the internet's addresses.
        starts, lengths: array (accounts, 2): list of the account's own traffic, and of its group's work.
        pools: shared proxy pools: pool, address.
        pool_of: position of the pool an account leaves through, −1 for none.
    """

    addresses: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    pools: pl.DataFrame
    pool_of: NDArray[np.int64]


def build_egress(settings: SimulationSettings, members: Members, internet: Internet) -> Egress:
    """Give every account a list of addresses for its own traffic and, in groups, one for the work."""
    rng = stream(settings.seed, "egress")
    pools = _pools(settings, members, internet)
    pool_of = np.full(members.count, -1, dtype=np.int64)
    style = _own_styles(members, rng)
    starts = np.zeros((members.count, 2), dtype=np.int64)
    lengths = np.ones((members.count, 2), dtype=np.int64)
    parts: list[NDArray[np.int64]] = []
    offset = 0
    for name, length in LIST_LENGTHS.items():
        rows = np.flatnonzero(style == name)
        lists = _own_lists(name, rows, length, members, internet, pools, pool_of, rng)
        parts.append(lists.ravel())
        starts[rows, 0] = offset + np.arange(len(rows)) * length
        lengths[rows, 0] = length
        offset += lists.size
    starts[:, 1], lengths[:, 1] = starts[:, 0], lengths[:, 0]
    for group in members.groups:
        rows = members.of(group)
        lists = _group_lists(group, rows, members, internet, pools, pool_of)
        parts.append(lists.ravel())
        starts[rows, 1] = offset + np.arange(len(rows)) * lists.shape[1]
        lengths[rows, 1] = lists.shape[1]
        if group.wiring.name != "corporate_cards" and group.index % 2 == 0:
            starts[rows, 0], lengths[rows, 0] = starts[rows, 1], lengths[rows, 1]
        offset += lists.size
    frame = pl.DataFrame(
        {"pool": np.repeat(np.arange(len(pools)), [len(pool) for pool in pools]), "address": np.concatenate(pools)}
    )
    return Egress(np.concatenate(parts), starts, lengths, frame, pool_of)


def _own_styles(members: Members, rng: np.random.Generator) -> NDArray[np.str_]:
    """Draw how each account connects when it works for itself."""
    style = np.full(members.count, "home", dtype="<U8")
    for position, population in enumerate(ORDINARY):
        rows = np.flatnonzero(members.ordinary == position)
        weights = np.array(list(population.egress.values()))
        style[rows] = rng.choice(list(population.egress), len(rows), p=weights / weights.sum())
    inside = members.group >= 0
    style[inside] = rng.choice(["home", "mobile", "cloud"], int(inside.sum()), p=[0.5, 0.2, 0.3])
    return style


def _own_lists(
    name: str, rows: NDArray[np.int64], length: int, members: Members, internet: Internet,
    pools: list[NDArray[np.int64]], pool_of: NDArray[np.int64], rng: np.random.Generator,
) -> NDArray[np.int64]:  # fmt: skip
    """Draw the lists of accounts that connect in one way, in the account's country where there is a supply."""
    if name == "proxy":
        pool_of[rows] = rng.integers(0, len(pools), len(rows))
        return _from_pools(rows, length, pools, pool_of, rng)
    countries = np.repeat(members.country[rows], length)
    return internet.draw(EGRESS_NETWORKS[name], len(rows) * length, rng, countries).reshape(len(rows), length)


def _pools(settings: SimulationSettings, members: Members, internet: Internet) -> list[NDArray[np.int64]]:
    """Fill the shared proxy pools with home addresses, as many as their customers need."""
    count = max(1, round(POOLS_PER_UNIT * settings.scale))
    customers = sum(g.account_count for g in members.groups if g.wiring.shares_pool)
    customers += round(0.01 * members.count)
    size = max(12, round(customers / count / ACCOUNTS_PER_POOL_ADDRESS * 2))
    return [internet.draw("residential", size, stream(settings.seed, "pool", number)) for number in range(count)]


def _from_pools(
    rows: NDArray[np.int64],
    length: int,
    pools: list[NDArray[np.int64]],
    pool_of: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    sizes = np.array([len(pool) for pool in pools])
    starts = np.cumsum(sizes) - sizes
    pool = pool_of[rows][:, None]
    picks = (rng.random((len(rows), length)) * sizes[pool]).astype(np.int64)
    return np.asarray(np.concatenate(pools)[starts[pool] + picks])


def _group_lists(
    group: Group, rows: NDArray[np.int64], members: Members, internet: Internet,
    pools: list[NDArray[np.int64]], pool_of: NDArray[np.int64],
) -> NDArray[np.int64]:  # fmt: skip
    """Draw the lists from which a group's accounts work, all at once or from addresses the group shares."""
    wiring, rng = group.wiring, stream(group.key, "egress")
    length = max(2, round(wiring.addresses_per_account * rng.lognormal(0.0, LENGTH_SPREAD)))
    if wiring.shares_pool:
        pool_of[rows] = derive(group.key, "pool") % len(pools)
        return _from_pools(rows, length, pools, pool_of, rng)
    network = EGRESS_NETWORKS[wiring.egress]
    if wiring.accounts_per_address <= 0:
        if wiring.egress in ("mobile", "vpn"):
            country = np.full(len(rows) * length, members.country[rows[0]])
        else:
            country = np.repeat(members.country[rows], length)
        return internet.draw(network, len(rows) * length, rng, country).reshape(len(rows), length)
    count = max(2, round(len(rows) * length / wiring.accounts_per_address))
    shared = internet.draw(network, count, rng)
    return shared[rng.integers(0, count, (len(rows), length))]
