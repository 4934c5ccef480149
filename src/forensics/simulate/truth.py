"""The truth of a world, kept apart from its snapshots: who is what, and which signals truly link."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from forensics import __version__
from forensics.simulate.calls import Calls
from forensics.simulate.content import template_keys
from forensics.simulate.exchanges import account_ids
from forensics.simulate.groups import Group
from forensics.simulate.kinds import MODES
from forensics.simulate.ordinary import ORDINARY
from forensics.simulate.randomness import derive, hex_ids, mix
from forensics.simulate.register import RESTRICTED
from forensics.simulate.snapshots import write_table
from forensics.simulate.world import World

BARRED_VERDICTS = ("seed", "met_both", "met_cascade", "met_lookthrough")
"""Verdicts that bar an organisation."""

TRUTH_VERSION = 1
"""Version of the truth's own layout."""


def write_truth(world: World, folder: Path) -> None:
    """Write everything about the world that the snapshots must not say."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(truth_accounts(world), folder / "accounts.parquet")
    write_table(truth_groups(world), folder / "groups.parquet")
    write_table(truth_signals(world), folder / "signals.parquet")
    write_table(truth_pools(world), folder / "pools.parquet")
    write_table(world.register.truth, folder / "ownership.parquet")
    settings = world.settings
    (folder / "world.json").write_text(
        json.dumps(
            {
                "version": __version__, "truth_version": TRUTH_VERSION, "scale": settings.scale, "days": settings.days,
                "seed": settings.seed, "start": settings.start.isoformat(), "scenario": settings.scenario,
                "restricted_jurisdictions": list(RESTRICTED), "threshold": "more than 50 percent",
            },
            indent=2,
        )
        + "\n"
    )  # fmt: skip


def group_ids(world: World) -> pl.Series:
    """Return the groups' ids by position, with a null last for position −1."""
    keys = np.array([group.key for group in world.members.groups], dtype=np.uint64)
    return pl.concat([hex_ids("group_", keys), pl.Series([None], dtype=pl.String)])


def _by_group(world: World, values: Sequence[object], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Spread one value a group over the accounts; accounts without a group get null."""
    position = np.where(world.members.group >= 0, world.members.group, len(values))
    return pl.Series([*values, None], dtype=dtype).gather(position)


def _mode(group: Group) -> str | None:
    return group.kind.name if group.is_campaign else None


def truth_accounts(world: World) -> pl.DataFrame:
    """One row an account: what it is, for whom it works and how much of its traffic that is."""
    members, groups = world.members, world.members.groups
    ids = group_ids(world)
    ordinary = pl.Series([population.name for population in ORDINARY]).gather(np.maximum(members.ordinary, 0))
    verdicts = world.register.truth.filter(pl.col("verdict").is_in(list(BARRED_VERDICTS)))["organisation_id"]
    organisations = world.organisations
    owner = organisations.table["organisation_id"].gather(np.maximum(organisations.of_account, 0))
    scouts = _scouts(world)
    frame = pl.DataFrame(
        {
            "account_id": account_ids(world),
            "label": _by_group(world, ["campaign" if g.is_campaign else "twin" for g in groups], pl.String).fill_null(
                "ordinary"
            ),
            "kind": _by_group(world, [g.kind.name for g in groups], pl.String),
            "ordinary": ordinary,
            "mode": _by_group(world, [_mode(g) for g in groups], pl.String),
            "twin_of": _by_group(world, [",".join(g.twin_of) or None for g in groups], pl.String),
            "group_id": ids.gather(np.where(members.group >= 0, members.group, len(groups))),
            "expected_kind": _by_group(world, [g.kind.expected for g in groups], pl.String),
            "dilution_share": _by_group(world, [g.share for g in groups], pl.Float64),
            "role": pl.Series(["worker", "reserve", "scout"]).gather(
                np.where(members.reserve, 1, np.where(scouts, 2, 0))
            ),
            "in_group": members.group >= 0,
            "opens_at": pl.Series(world.lifetimes.opens).cast(pl.Datetime("us")),
            "barred": owner.is_in(verdicts.implode()).to_numpy() & (organisations.of_account >= 0),
        }
    )
    return (
        frame.with_columns(kind=pl.coalesce("kind", "ordinary"), role=pl.when("in_group").then("role"))
        .drop("ordinary", "in_group")
        .filter(pl.Series(world.lifetimes.created < world.settings.end_us))
        .sort("account_id")
    )


def _scouts(world: World) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    scouts = np.zeros(world.members.count, dtype=np.bool_)
    for group in world.members.groups:
        if group.life == "scale_up":
            scouts[world.members.of(group)[: max(2, group.size // 4)]] = True
    return scouts


def truth_groups(world: World) -> pl.DataFrame:
    """One row a group: its kind, size, wiring, rhythm and what a perfect reader concludes."""
    ids = group_ids(world)
    rows = [
        {
            "group_id": ids[group.index],
            "label": "campaign" if group.is_campaign else "twin",
            "kind": group.kind.name,
            "mode": _mode(group),
            "twin_of": ",".join(group.twin_of) or None,
            "expected_kind": group.kind.expected,
            "account_count": group.account_count,
            "reserve_count": group.reserve,
            "dilution_share": group.share,
            "wiring": group.wiring.name,
            "rhythm": group.rhythm,
            "split": group.split,
            "life": group.life,
            "wrappers": ",".join(group.work.wrappers) or None,
            "fill": group.work.fill,
        }
        for group in world.members.groups
    ]
    names = "group_id label kind mode twin_of expected_kind wiring rhythm split life wrappers fill"
    schema = dict.fromkeys(names.split(), pl.String) | {
        "account_count": pl.Int64,
        "reserve_count": pl.Int64,
        "dilution_share": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema).sort("group_id")


def truth_signals(world: World) -> pl.DataFrame:
    """One row an account and value that its group shares on purpose: instruments, addresses, domains, organisations."""
    members, ids = world.members, account_ids(world)
    rows = np.flatnonzero(members.group >= 0)
    instruments = world.instruments
    names = hex_ids("pi_", mix(np.arange(len(instruments.kind)), derive(world.settings.seed, "instruments") % 2**32))
    paying = rows[instruments.shared[rows]]
    parts = [
        ("payment_instrument", paying, names.gather(column[paying]))
        for column in (instruments.first, instruments.second)
    ]
    named = rows[world.organisations.names_group[rows]]
    parts.append(("email_domain", named, world.organisations.domains.gather(named)))
    sharing = np.array([g.wiring.organisation in ("one", "shells") for g in members.groups] + [False])
    owned = rows[sharing[members.group[rows]]]
    owner = world.organisations.table["organisation_id"].gather(world.organisations.of_account[owned])
    parts.append(("organisation", owned, owner))
    pooled = np.array([g.wiring.accounts_per_address > 0 or g.wiring.shares_pool for g in members.groups] + [False])
    using = rows[pooled[members.group[rows]]]
    lengths = world.egress.lengths[using, 1]
    each = np.repeat(using, lengths)
    step = np.arange(len(each)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    address = world.egress.addresses[world.egress.starts[each, 1] + step]
    parts.append(("ip", each, world.internet.addresses.gather(address)))
    group = group_ids(world)
    frames = [
        pl.DataFrame(
            {
                "group_id": group.gather(members.group[at]),
                "account_id": ids.gather(at),
                "signal_kind": pl.Series([kind] * len(at), dtype=pl.String),
                "signal_value": value,
            }
        )
        for kind, at, value in parts
    ]
    return pl.concat(frames).drop_nulls().unique().sort(pl.all())


def truth_pools(world: World) -> pl.DataFrame:
    """One row a shared proxy pool and account that leaves through it, with its group if it has one."""
    rows = np.flatnonzero(world.egress.pool_of >= 0)
    pool = world.egress.pool_of[rows]
    groups = world.members.group[rows]
    return pl.DataFrame(
        {
            "pool_id": hex_ids("pool_", mix(pool, derive(world.settings.seed, "pool ids") % 2**32)),
            "account_id": account_ids(world).gather(rows),
            "group_id": group_ids(world).gather(np.where(groups >= 0, groups, len(world.members.groups))),
        }
    ).sort("pool_id", "account_id")


def truth_exchanges(world: World, calls: Calls, ids: pl.Series) -> pl.DataFrame:
    """One row an exchange of a campaign's account, of a resale or of a mixed group: whose work it was."""
    position = calls.group
    mixed = world.members.group[calls.account] >= 0
    rows = np.flatnonzero(mixed)
    names = [g.kind.name for g in world.members.groups]
    modes = [g.kind.name if g.kind.name in MODES else None for g in world.members.groups]
    place = np.where(position[rows] >= 0, position[rows], len(names))
    frame, wrapped = template_keys(world, calls.take(rows))
    return pl.DataFrame(
        {
            "exchange_id": ids.gather(rows),
            "account_id": account_ids(world).gather(calls.account[rows]),
            "group_id": group_ids(world).gather(place),
            "kind": pl.Series([*names, None], dtype=pl.String).gather(place),
            "mode": pl.Series([*modes, None], dtype=pl.String).gather(place),
            "template_id": hex_ids("template_", frame).set(pl.Series(~wrapped), None),
        }
    )
