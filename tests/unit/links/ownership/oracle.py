"""Random small worlds, and the rule computed the slow and plain way: fractions, dense elimination, naive fixpoint."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import polars as pl

GRAPHS = int(os.environ.get("OWNERSHIP_GRAPHS", "1000"))
"""Random worlds a test; set OWNERSHIP_GRAPHS=50000 for a long run."""
HALF = Fraction(1, 2)
TOLERATED = Fraction(201, 200)


@dataclass(frozen=True)
class Stake:
    """A share of `owned` between two ends (0 to 1), each of which may itself be excluded."""

    owner: str
    owned: str
    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False

    def row(self) -> dict[str, Any]:
        """The stake as a register writes it."""
        row: dict[str, Any] = {"owner_id": self.owner, "owned_id": self.owned, "source": "register"}
        if self.low == self.high:
            return row | {"percent": float(self.low * 100)}
        return row | {
            "percent_min": float(self.low * 100), "percent_max": float(self.high * 100),
            "percent_min_exclusive": self.low_open, "percent_max_exclusive": self.high_open,
        }  # fmt: skip


@dataclass
class World:
    """Organisations by id and the stakes among them."""

    organisations: dict[str, dict[str, Any]] = field(default_factory=dict)
    stakes: list[Stake] = field(default_factory=list)

    def of_kind(self, kind: str) -> set[str]:
        """Organisations that are seeds, persons, closed (owners listed) or lost (no location)."""
        tests = {
            "seed": lambda row: row["headquarters"] == "CN" and row["kind"] != "person",
            "person": lambda row: row["kind"] == "person",
            "closed": lambda row: bool(row["owners_complete"]),
            "lost": lambda row: row["headquarters"] is None and row["kind"] != "person",
        }
        return {name for name, row in self.organisations.items() if tests[kind](row)}

    def total(self, name: str) -> Fraction:
        """Sum of the lower ends of all stakes in an organisation."""
        return sum((stake.low for stake in self.stakes if stake.owned == name), Fraction(0))

    def broken(self) -> set[str]:
        """Organisations whose stakes sum to more than 100.5 %."""
        loose = {stake.owned for stake in self.stakes if stake.low_open}
        return {
            name
            for name in self.organisations.keys() - self.of_kind("seed")
            if self.total(name) > TOLERATED or (self.total(name) == TOLERATED and name in loose)
        }


def frames(worlds: Iterable[World]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Many worlds as one pair of tables: they share no organisation, so that one roll-up answers all."""
    schema = {
        "organisation_id": pl.String, "kind": pl.String, "headquarters": pl.String, "owners_complete": pl.Boolean,
    }  # fmt: skip
    stakes = {
        "owner_id": pl.String, "owned_id": pl.String, "percent": pl.Float64, "percent_min": pl.Float64,
        "percent_max": pl.Float64, "percent_min_exclusive": pl.Boolean, "percent_max_exclusive": pl.Boolean,
        "source": pl.String,
    }  # fmt: skip
    worlds = list(worlds)
    described = [{"organisation_id": name, **row} for world in worlds for name, row in world.organisations.items()]
    rows = [stake.row() for world in worlds for stake in world.stakes]
    return pl.DataFrame(described, schema=schema), pl.DataFrame(rows, schema=stakes)


def random_world(random: Random, prefix: str, *, exact: bool = False) -> World:
    """Three to eight organisations with coarse figures, so that thresholds are often met to the dot.

    Args:
        random: the generator.
        prefix: of all ids.
        exact: without bands, unknown sizes and unknown locations.
    """
    world, names = World(), [f"{prefix}.{place}" for place in range(random.randint(3, 8))]
    for name in names:
        kind = random.choices(["company", "person"], [8, 2])[0]
        places = ["CN", "US"] if exact else ["CN", "US", "US", "US", None]
        world.organisations[name] = {
            "kind": kind, "headquarters": random.choice(places), "owners_complete": random.random() < 0.4,
        }  # fmt: skip
    unit = random.choice([Fraction(1, 10), Fraction(1, 20), Fraction(1, 4), Fraction(1, 1000)])
    for owned in names:
        if world.organisations[owned]["kind"] == "person":
            continue
        room = Fraction(1) if random.random() < 0.93 else random.choice([Fraction(1004, 1000), Fraction(13, 10)])
        for owner in random.sample(names, random.randint(0, min(4, len(names)))):
            low = unit * random.randint(0, int(room / unit)) if random.random() < 0.8 else room
            high, opens = low, (False, False)
            if not exact and random.random() < 0.3:
                high = min(Fraction(1), low + unit * random.randint(1, 5))
                opens = (random.random() < 0.5, random.random() < 0.5) if high > low else opens
            if max(low, high) > 0:
                world.stakes.append(Stake(owner, owned, low, max(low, high), *opens))
                room -= low
    return world


def naive_cascade(world: World, threshold: Fraction = HALF, strict: bool = True) -> dict[str, Fraction]:
    """Attributed share of each organisation from lower ends: whole passes over everything until nothing changes."""
    members, broken = world.of_kind("seed"), world.broken()
    while True:
        held: dict[str, tuple[Fraction, bool]] = {name: (Fraction(0), False) for name in world.organisations}
        for stake in world.stakes:
            if stake.owner in members:
                share, loose = held[stake.owned]
                held[stake.owned] = share + stake.low, loose or stake.low_open
        passing = {name for name, (share, loose) in held.items() if passes(share, loose, threshold, strict)}
        grown = members | (passing - broken)
        if grown == members:
            return {name: share for name, (share, _) in held.items()}
        members = grown


def passes(share: Fraction, loose: bool, threshold: Fraction = HALF, strict: bool = True) -> bool:
    """The comparison with the threshold; `loose` says that the true share is strictly more."""
    return share > threshold or (share == threshold and (loose or not strict))


def dense_look_through(world: World) -> dict[str, Fraction]:
    """Effective share of each organisation from lower ends, by elimination on the full matrix of fractions."""
    seeds, broken = world.of_kind("seed"), world.broken()
    reached, grown = set(seeds), True
    while grown:
        grown = False
        for stake in world.stakes:
            if stake.low > 0 and stake.owner in reached and stake.owned not in reached | broken:
                reached.add(stake.owned)
                grown = True
    names = sorted(reached - seeds)
    whole = {name: max(Fraction(1), world.total(name)) for name in names}
    matrix = [[Fraction(row == column) for column in names] + [Fraction(0)] for row in names]
    for stake in world.stakes:
        if stake.owned in names:
            row, share = matrix[names.index(stake.owned)], stake.low / whole[stake.owned]
            if stake.owner in seeds:
                row[-1] += share
            elif stake.owner in names:
                row[names.index(stake.owner)] -= share
    solved = eliminate(matrix)
    values = dict(zip(names, solved, strict=True))
    return {name: Fraction(name in seeds) + values.get(name, Fraction(0)) for name in world.organisations}


def eliminate(matrix: list[list[Fraction]]) -> list[Fraction]:
    """Gauss–Jordan with pivoting; the last column is the right side."""
    for place in range(len(matrix)):
        pivot = next(row for row in range(place, len(matrix)) if matrix[row][place])
        matrix[place], matrix[pivot] = matrix[pivot], matrix[place]
        matrix[place] = [entry / matrix[place][place] for entry in matrix[place]]
        for row in range(len(matrix)):
            if row != place and matrix[row][place]:
                factor = matrix[row][place]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[place], strict=True)]
    return [row[-1] for row in matrix]


def complete(world: World, random: Random, mood: str = "any") -> World:
    """One way in which all that is unknown may turn out: every figure exact, every owner known.

    Args:
        world: the world as recorded.
        random: the generator.
        mood: `clear` and `restricted` decide all unknowns one way; `any` decides each by chance.
    """
    told = World({name: dict(row) for name, row in world.organisations.items()})
    bad, good = "completed.R", "completed.o"
    told.organisations |= {
        bad: {"kind": "company", "headquarters": "CN", "owners_complete": True},
        good: {"kind": "person", "headquarters": "US", "owners_complete": True},
    }

    def restricted() -> bool:
        return random.random() < 0.5 if mood == "any" else mood == "restricted"

    for name in world.of_kind("lost") | world.broken() | ownerless(world):
        if restricted():
            told.organisations[name] = dict(told.organisations[bad])
        elif name not in world.of_kind("lost"):
            told.organisations[name] = dict(told.organisations[good])
        else:
            told.organisations[name]["headquarters"] = "US"
    for name in told.organisations.keys() - told.of_kind("seed") - told.of_kind("person"):
        mine = [stake for stake in world.stakes if stake.owned == name]
        room = max(Fraction(0), 1 - world.total(name))
        # An excluded lower end is passed by a speck, also where stakes at 100 % leave no room: that is rounding.
        speck = room / 10**6 if room else Fraction(1, 10**14)
        lows = {stake: stake.low + (speck if stake.low_open else 0) for stake in mine}
        room = max(Fraction(0), room - speck * sum(stake.low_open for stake in mine))
        for stake in random.sample(mine, len(mine)):
            slack = min(room, stake.high - lows[stake] - (speck if stake.high_open else 0))
            part = (
                slack * random.choice([0, 1, HALF]) if mood == "any" or name in world.of_kind("closed") else Fraction(0)
            )
            told.stakes.append(Stake(stake.owner, name, lows[stake] + part, lows[stake] + part))
            room -= part
        if room > 0:
            to_bad = room * (random.choice([0, 1, HALF]) if mood == "any" else restricted())
            to_bad = Fraction(0) if name in world.of_kind("closed") else to_bad
            told.stakes += [Stake(bad, name, to_bad, to_bad), Stake(good, name, room - to_bad, room - to_bad)]
    return told


def ownerless(world: World) -> set[str]:
    """Organisations without any owner outside a ring: nothing upstream has a remainder, a seed, or an unknown."""
    closed, known = world.of_kind("closed"), world.of_kind("seed") | world.of_kind("lost") | world.broken()

    def end(stake: Stake) -> Fraction:
        return stake.high if stake.owned in closed else stake.low

    def covered(name: str) -> Fraction:
        return sum((end(stake) for stake in world.stakes if stake.owned == name), Fraction(0))

    reached = known | {name for name in world.organisations if covered(name) < 1 or name in world.of_kind("person")}
    while True:
        grown = reached | {stake.owned for stake in world.stakes if stake.owner in reached and end(stake) > 0}
        if grown == reached:
            return set(world.organisations) - reached
        reached = grown
