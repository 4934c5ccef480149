"""The days on which an answer may change, and one graph that holds an organisation once for each stretch between them.

An organisation's answer is constant between days on which a stake in it, or in anything upstream of it, begins or ends
(or a jurisdiction enters or leaves the list). Each organisation gets one *state* for the stretch that holds the day
asked for and one for each of the nearest stretches before and after; a state's owners are the states of its owners on
its day. An owner has no more such days than what it owns, so states are shared as far as they can be, and one
evaluation of the enlarged graph answers all days at once.

Known drawback: only the nearest `STRETCHES_MAX` days each way are followed (fewer in very large, densely dated data);
beyond them the interval is reported as far as it is proven, and marked.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forensics.links.ownership.graph import Bools, Holdings, Ints, World, distinct, ranges, starts
from forensics.links.ownership.profiles import WHOLE
from forensics.links.ownership.records import FOREVER, Records

STRETCHES_MAX = 8
"""Days followed each way: enough for eight changes among all direct and indirect owners."""
STATES_MAX = 1_500_000
"""States of all organisations together, which bounds memory to two gigabytes."""


@dataclass(frozen=True)
class Timeline:
    """The states, sorted by node and day.

    Attributes:
        node: organisation of each state.
        day: the day it is evaluated on.
        at: state of each node on the day asked for.
        on: that day.
        cut_before, cut_after: nodes with further days than were followed, before and after.
    """

    node: Ints
    day: Ints
    at: Ints
    on: int
    cut_before: Bools
    cut_after: Bools

    def find(self, nodes: Ints, days: Ints) -> Ints:
        """The state of each node on each day."""
        keys = self.node * 2**32 + self.day + FOREVER
        wanted = nodes * 2**32 + days + FOREVER
        return np.where(
            days >= self.on, np.searchsorted(keys, wanted, side="right") - 1, np.searchsorted(keys, wanted, side="left")
        )


def lay_out(records: Records, on: int) -> Timeline:
    """States of all organisations around a day (counted from 1970-01-01)."""
    count = records.nodes.height
    shares = records.shares
    owned = shares["owned"].to_numpy()
    groups = _group(shares["owner"].to_numpy(), owned, count)
    nodes = np.concatenate([owned, owned, *[np.arange(count)] * 2])
    restricted = [records.nodes[name].fill_null(FOREVER).to_numpy() for name in ("restricted_from", "restricted_to")]
    days = np.concatenate([shares["start"].to_numpy(), shares["end"].to_numpy(), *restricted])
    real = np.abs(days) < FOREVER
    after = _nearest(groups, nodes[real & (days > on)], days[real & (days > on)])
    before = _nearest(groups, nodes[real & (days <= on)], -days[real & (days <= on)])
    sizes = np.bincount(groups.of, minlength=groups.count)
    kept = STRETCHES_MAX
    while kept > 1 and count + _count_states(sizes, kept, before, after) > STATES_MAX:
        kept //= 2
    every = np.arange(count)
    node, day, cut = [every], [np.full(count, on)], []
    for slots, sign, shift in ((after, 1, 0), (before, -1, -1)):
        days = slots.day[groups.of, :kept]
        used = days < FOREVER
        node.append(np.nonzero(used)[0])
        # Before a change: the last day of the stretch that it ends.
        day.append(sign * days[used] + shift)
        cut.append((slots.more | (slots.day[:, kept:] < FOREVER).any(axis=1))[groups.of])
    all_nodes, all_days = np.concatenate(node), np.concatenate(day)
    order = np.lexsort((all_days, all_nodes))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return Timeline(all_nodes[order], all_days[order], place[:count], on, cut_before=cut[1], cut_after=cut[0])


@dataclass(frozen=True)
class _Groups:
    """Sets of organisations that own each other in a ring, and who holds whom among the sets; a ring has one history.

    Attributes:
        of: group of each node.
        count: how many groups there are.
        owner, owned: holdings between different groups, once each, sorted by owned.
        waves: groups in an order in which owners come first; those of one wave do not depend on each other.
    """

    of: Ints
    count: int
    owner: Ints
    owned: Ints
    waves: list[Ints]


@dataclass
class _Slots:
    """The nearest days of each group in ascending order, filled up with `FOREVER`, and whether there are more."""

    day: Ints
    more: Bools


def _count_states(sizes: Ints, kept: int, *slots: _Slots) -> int:
    return sum(int(sizes @ (one.day[:, :kept] < FOREVER).sum(axis=1)) for one in slots)


def _group(owner: Ints, owned: Ints, count: int) -> _Groups:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    matrix = csr_matrix((np.ones(len(owner), np.int8), (owner, owned)), shape=(count, count))
    groups, of = connected_components(matrix, directed=True, connection="strong")
    of = of.astype(np.int64)
    pairs = distinct(of[owned] * groups + of[owner])
    above, below = pairs % groups, pairs // groups
    above, below = above[above != below], below[above != below]
    order, first = np.argsort(above, kind="stable"), starts(above, groups)
    waiting = np.bincount(below, minlength=groups)
    wave = np.flatnonzero(waiting == 0)
    waves = []
    while len(wave):
        waves.append(wave)
        reached = below[order[ranges(first[wave], first[wave + 1])]]
        np.subtract.at(waiting, reached, 1)
        wave = distinct(reached)
        wave = wave[waiting[wave] == 0]
    return _Groups(of, groups, above, below, waves)


def _nearest(groups: _Groups, nodes: Ints, days: Ints) -> _Slots:
    """The smallest days of each group and of all its direct and indirect owners, owners first."""
    slots = _Slots(np.full((groups.count, STRETCHES_MAX), FOREVER, np.int64), np.zeros(groups.count, np.bool_))
    own = distinct(groups.of[nodes] * 2**32 + days + FOREVER)
    own_group, own_day = own >> 32, (own & (2**32 - 1)) - FOREVER
    first_own, first_in = starts(own_group, groups.count), starts(groups.owned, groups.count)
    for wave in groups.waves:
        holdings = ranges(first_in[wave], first_in[wave + 1])
        below, above = groups.owned[holdings], groups.owner[holdings]
        slots.more[below[slots.more[above]]] = True
        inherited = slots.day[above]
        real = inherited < FOREVER
        mine = ranges(first_own[wave], first_own[wave + 1])
        _fill(
            slots,
            np.concatenate([own_group[mine], np.repeat(below, real.sum(axis=1))]),
            np.concatenate([own_day[mine], inherited[real]]),
        )
    return slots


def _fill(slots: _Slots, groups: Ints, days: Ints) -> None:
    """Enter the smallest distinct days of groups whose slots are empty."""
    keys = distinct(groups * 2**32 + days + FOREVER)
    group, day = keys >> 32, (keys & (2**32 - 1)) - FOREVER
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    rank = np.arange(len(group)) - np.repeat(begins, np.diff(np.append(begins, len(group))))
    kept = rank < STRETCHES_MAX
    slots.day[group[kept], rank[kept]] = day[kept]
    slots.more[group[~kept]] = True


def build_world(records: Records, timeline: Timeline) -> World:
    """Holdings between states, and what is known of each state on its day."""
    nodes = records.nodes[timeline.node]
    day = pl.Series("day", timeline.day)
    seed = ((nodes["restricted_from"] <= day) & (day < nodes["restricted_to"])).fill_null(False)
    person, unknown = nodes["is_person"], nodes["location"].is_null()
    clear_state = nodes["is_state_body"] & ~unknown
    return World(
        holdings=build_holdings(records.shares, timeline),
        seed=seed.to_numpy(),
        closed=(nodes["owners_complete"] | person | clear_state).to_numpy(),
        maybe_seed=(unknown & ~person & ~seed).to_numpy(),
    )


def build_holdings(shares: pl.DataFrame, timeline: Timeline) -> Holdings:
    """The stakes of every state on its day, one holding a pair of owner and owned.

    Rows of one source are separate tranches and add up. Several sources describe the same holding: figures that
    agree are narrowed to what they share, figures that contradict each other count as the range they span.
    """
    owned = shares["owned"].to_numpy()
    first = starts(owned, len(timeline.at))
    begin, end = first[timeline.node], first[timeline.node + 1]
    rows = ranges(begin, end)
    state = np.repeat(np.arange(len(timeline.node)), end - begin)
    day = timeline.day[state]
    active = (shares["start"].to_numpy()[rows] <= day) & (day < shares["end"].to_numpy()[rows])
    rows, state, day = rows[active], state[active], day[active]
    stakes = shares[rows].select("least", "most", "least_open", "most_open", "source")
    owner = timeline.find(shares["owner"].to_numpy()[rows], day)
    stakes = stakes.with_columns(pl.Series("owner", owner), pl.Series("owned", state))
    several = stakes.select(pl.struct("owned", "owner").is_duplicated()).to_series()
    single, merged = stakes.filter(~several).drop("source"), _merge_sources(stakes.filter(several))
    stakes = pl.concat([single, merged.select(single.columns)]).sort("owned", "owner")
    return Holdings(
        len(timeline.node),
        *(stakes[name].to_numpy() for name in ("owner", "owned", "least", "most", "least_open", "most_open")),
    )


def _merge_sources(stakes: pl.DataFrame) -> pl.DataFrame:
    """One row for each pair: tranches of a source summed, sources reconciled."""
    pair = ["owned", "owner"]
    by_source = (
        stakes.group_by(*pair, "source")
        .agg(pl.col("least").sum(), pl.col("most").sum(), pl.col("least_open").max(), pl.col("most_open").max())
        .with_columns(pl.max_horizontal("least", pl.min_horizontal("most", WHOLE)).alias("most"))
    )
    low, high = 2 * pl.col("least") + pl.col("least_open"), 2 * pl.col("most") - pl.col("most_open")
    agreed = low.max() <= high.min()
    ends = by_source.group_by(pair).agg(
        low=pl.when(agreed).then(low.max()).otherwise(low.min()),
        high=pl.when(agreed).then(high.min()).otherwise(high.max()),
    )
    return ends.select(
        *pair,
        least=pl.col("low") // 2,
        most=(pl.col("high") + 1) // 2,
        least_open=pl.col("low") % 2,
        most_open=pl.col("high") % 2,
    )
