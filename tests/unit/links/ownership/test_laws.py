"""Laws that hold for every world: more restricted stakes never clear anybody, names and order do not matter."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from random import Random

import polars as pl
from polars.testing import assert_frame_equal

from forensics.links.ownership import load_profile, roll_up
from tests.unit.links.ownership.oracle import GRAPHS, Stake, World, frames, ownerless, passes, random_world

DAY = dt.date(2026, 3, 2)
RULE = load_profile("provider_gt50")
SEVERITY = {"not_met": 0, "undetermined": 1, "met_cascade": 2, "met_lookthrough": 2, "met_both": 2, "seed": 3}
BOUNDS = [f"{reading}_percent_{end}" for reading in ("attributed", "effective") for end in ("min", "max")]


def test_a_further_restricted_stake_never_lifts_a_verdict() -> None:
    random = Random(31)
    before, after = [], []
    while len(before) < GRAPHS:
        world = random_world(random, f"w{len(before)}")
        grown = _add_restricted_stake(world, random)
        if grown is not None:
            before.append(world)
            after.append(grown)
    old = roll_up(*frames(before), on=DAY, profile=RULE).verdicts
    new = roll_up(*frames(after), on=DAY, profile=RULE).verdicts
    pairs = old.join(new, on="organisation_id", suffix="_new")
    assert pairs.height == old.height
    severity = [pl.col(name).replace_strict(SEVERITY, default=None) for name in ("verdict", "verdict_new")]
    assert pairs.filter(severity[1] < severity[0]).is_empty()
    lower = [pl.col(f"{name}_new") < pl.col(name) - 1e-8 for name in BOUNDS]
    # A ring without outside owners is [0, 100] by decision, not by arithmetic: its first owner makes it computable.
    rings = [name for world in before if ownerless(world) for name in world.organisations]
    comparable = pairs.filter((pl.col("verdict") != "data_error") & ~pl.col("organisation_id").is_in(rings))
    assert comparable.height > pairs.height / 2
    assert comparable.filter(pl.any_horizontal(lower)).is_empty()
    assert pairs.filter(severity[1] > severity[0]).height > GRAPHS / 10, "the added stakes must matter"


def _add_restricted_stake(world: World, random: Random) -> World | None:
    """A stake of a new seed in the room that an organisation has left; None without such an organisation."""
    roomy = {name: 1 - world.total(name) for name in world.organisations if world.total(name) < 1}
    roomy = {name: room for name, room in roomy.items() if world.organisations[name]["kind"] != "person"}
    if not roomy:
        return None
    owned = random.choice(sorted(roomy))
    seed = f"{owned}.R"
    share = roomy[owned] * random.choice([Fraction(1, 10), Fraction(1, 2), Fraction(1)])
    share = Fraction(int(share * 10**6), 10**6)
    grown = World(dict(world.organisations), list(world.stakes))
    grown.organisations[seed] = {"kind": "company", "headquarters": "CN", "owners_complete": None}
    grown.stakes.append(Stake(seed, owned, share, share))
    return grown


def test_names_and_order_change_nothing() -> None:
    random = Random(5)
    worlds = [random_world(random, f"w{number}") for number in range(GRAPHS)]
    names = [name for world in worlds for name in world.organisations]
    other = dict(zip(names, random.sample(names, len(names)), strict=True))
    renamed = [
        World(
            {other[name]: row for name, row in world.organisations.items()},
            [replace(stake, owner=other[stake.owner], owned=other[stake.owned]) for stake in world.stakes],
        )
        for world in worlds
    ]
    organisations, stakes = frames(renamed)
    shuffled = organisations.sample(fraction=1, shuffle=True, seed=1), stakes.sample(fraction=1, shuffle=True, seed=2)
    columns = ["organisation_id", "verdict", *BOUNDS, "unknown_percent", "margin_percent", "undated"]
    plain = roll_up(*frames(worlds), on=DAY, profile=RULE)
    again = roll_up(*shuffled, on=DAY, profile=RULE)
    expected = plain.verdicts.select(columns).with_columns(pl.col("organisation_id").replace_strict(other))
    assert_frame_equal(again.verdicts.select(columns), expected.sort("organisation_id"), abs_tol=1e-9)
    deciding = [
        result.verdicts.select("organisation_id", "deciding_stakes").explode("deciding_stakes", empty_as_null=False)
        for result in (plain, again)
    ]
    assert deciding[0].height == deciding[1].height > GRAPHS / 2


def test_the_same_input_in_another_order_gives_the_same_bytes() -> None:
    random = Random(6)
    organisations, stakes = frames(random_world(random, f"w{number}") for number in range(300))
    first = roll_up(organisations, stakes, on=DAY, profile=RULE)
    second = roll_up(organisations.reverse(), stakes.sample(fraction=1, shuffle=True, seed=3), on=DAY, profile=RULE)
    for name in ("verdicts", "paths", "barred", "faults"):
        assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)


def test_every_deciding_stake_decides_and_no_other_does() -> None:
    """Leave out each stake of each small world in turn and roll up again: the same stakes must turn out to decide."""
    random = Random(17)
    worlds = [random_world(random, f"w{number}") for number in range(GRAPHS // 10)]
    found = roll_up(*frames(worlds), on=DAY, profile=RULE).verdicts
    assert found["deciding_complete"].all()
    met = set(found.filter(pl.col("verdict").str.starts_with("met"))["organisation_id"])
    listed = {
        (row["organisation_id"], stake["owner_id"], stake["owned_id"])
        for row in found.iter_rows(named=True)
        for stake in row["deciding_stakes"]
    }
    copies, questions = [], {}
    for world in worlds:
        for place, left_out in enumerate(world.stakes):
            prefix = f"without{place}:"
            kept = [stake for stake in world.stakes if stake is not left_out]
            copies.append(
                World(
                    {prefix + name: row for name, row in world.organisations.items()},
                    [replace(stake, owner=prefix + stake.owner, owned=prefix + stake.owned) for stake in kept],
                )
            )
            # An organisation in error stays in error here: leaving out a stake must not repair it.
            for name in met & world.organisations.keys():
                questions[prefix + name] = (name, left_out.owner, left_out.owned, world)
    again = roll_up(*frames(copies), on=DAY, profile=RULE).verdicts
    still = set(again.filter(pl.col("verdict").str.starts_with("met"))["organisation_id"])
    repaired = {key for key, (*_, owned, world) in questions.items() if owned in world.broken()}
    expected = {
        (name, owner, owned) for key, (name, owner, owned, _) in questions.items() if key not in still | repaired
    }
    assert listed == expected
    assert len(expected) > GRAPHS / 20


def test_the_comparison_of_the_oracle_is_the_rule() -> None:
    assert [passes(Fraction(1, 2), loose, strict=strict) for loose in (False, True) for strict in (False, True)] == [
        True, False, True, True,
    ]  # fmt: skip
