"""The accounts table: the state of every account at the end of a day."""

import numpy as np
import polars as pl

from forensics.simulate.clients import CHANNELS, PLANS, PROGRAMMES
from forensics.simulate.exchanges import account_ids
from forensics.simulate.networks import COUNTRY_CODES
from forensics.simulate.randomness import choose, mix, unit
from forensics.simulate.settings import DAY_MICROSECONDS
from forensics.simulate.world import World

PROGRAMME_SHARE = 0.04
"""Share of all accounts that belong to some programme."""

GROUP_PROGRAMME_SHARE = 0.75
"""Share of a group's accounts that belong to the programme its wiring names."""


def write_accounts(world: World, day: int) -> pl.DataFrame:
    """Write the accounts opened by the end of a day, in order of their ids."""
    members, lives = world.members, world.lifetimes
    end = world.settings.start_us + (day + 1) * DAY_MICROSECONDS
    ended = lives.ends < end
    changed = np.where(ended, lives.ends, 0)
    organisations = world.organisations
    keys = members.keys
    frame = pl.DataFrame(
        {
            "account_id": account_ids(world),
            "created_at": pl.Series(lives.created).cast(pl.Datetime("us")),
            "organisation_id": organisations.table["organisation_id"].gather(np.maximum(organisations.of_account, 0)),
            "has_organisation": organisations.of_account >= 0,
            "email_domain": organisations.domains,
            "signup_ip": _signup_addresses(world),
            "country": pl.Series(COUNTRY_CODES).gather(members.country),
            "has_country": unit(mix(keys, 61)) >= 0.03,
            "channel": pl.Series(CHANNELS).gather(world.accounts.channel),
            "status": np.where(ended, np.where(lives.suspended, 1, 2), 0),
            "status_changed_at": pl.Series(changed).cast(pl.Datetime("us")),
            "ended": ended,
            "plan": pl.Series(PLANS).gather(_plans(world)),
            "programme": _programmes(world),
        }
    )
    opened = frame.filter(pl.Series(lives.created < end))
    return opened.select(
        "account_id",
        "created_at",
        pl.when("has_organisation").then("organisation_id").alias("organisation_id"),
        "email_domain",
        "signup_ip",
        pl.when("has_country").then("country").alias("country"),
        "channel",
        pl.col("status").replace_strict({0: "active", 1: "suspended", 2: "closed"}, return_dtype=pl.String),
        pl.when("ended").then("status_changed_at").alias("status_changed_at"),
        "plan",
        "programme",
    ).sort("account_id")


def _signup_addresses(world: World) -> pl.Series:
    """Sign up from an address of the account's own list, or of its group's, as the account later uses."""
    egress, keys = world.egress, world.members.keys
    side = (unit(mix(keys, 62)) < 0.5).astype(np.int64)
    rows = np.arange(len(keys))
    place = egress.starts[rows, side] + choose(mix(keys, 63), egress.lengths[rows, side])
    frame = pl.DataFrame(
        {"ip": world.internet.addresses.gather(egress.addresses[place]), "lost": unit(mix(keys, 64)) < 0.03}
    )
    return frame.select(pl.when(~pl.col("lost")).then("ip").alias("ip"))["ip"]


def _plans(world: World) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Choose plans by use: light accounts are free, heavy ones pay as they go or by contract."""
    daily = world.members.cover_rate + world.members.work_rate
    draw = unit(mix(world.members.keys, 65))
    web = world.accounts.channel == CHANNELS.index("web")
    light = np.where(draw < 0.6, 0, 1)
    heavy = np.where(web, 1, np.where(draw < 0.65, 2, np.where(draw < 0.9, 3, 4)))
    return np.where(daily < 3.0, np.where(web, light, 2), heavy)


def _programmes(world: World) -> pl.Series:
    """Choose programmes: any for a few accounts, the wiring's own for most of a group that uses one."""
    keys = world.members.keys
    code = np.where(unit(mix(keys, 66)) < PROGRAMME_SHARE, choose(mix(keys, 67), len(PROGRAMMES)), -1)
    for group in world.members.groups:
        if group.wiring.programme is not None:
            rows = world.members.of(group)
            joins = rows[unit(mix(keys[rows], 68)) < GROUP_PROGRAMME_SHARE]
            code[joins] = PROGRAMMES.index(group.wiring.programme)
    frame = pl.DataFrame({"name": pl.Series(PROGRAMMES).gather(np.maximum(code, 0)), "has": code >= 0})
    return frame.select(pl.when("has").then("name").alias("name"))["name"]
