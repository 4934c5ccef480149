"""How often chance is taken for an operator: innocent worlds accuse nobody, random groups are rarely significant."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forensics import core, features, links
from forensics.links.evidence import SIGNIFICANT
from forensics.links.group_evidence import group_evidence
from forensics.links.group_items import group_items
from forensics.links.group_prompts import group_prompts
from forensics.links.group_signals import group_signals
from forensics.links.group_tests import group_tests
from forensics.reports.group_facts import group_facts
from forensics.reports.judgement import judge_groups
from forensics.warehouse import replace_table
from tests.worlds.line import Line, open_line, put, put_exchanges
from tests.worlds.tiny import FIRST_DAY, TinyWorld, make_world

WORLDS = 4
RANDOM_GROUPS = 75
SIZES = {
    "ordinary": 325,
    "carrier": 30,
    "app": 8,
    "office": 64,
    "agency": 48,
    "course": 16,
    "classroom": 40,
    "company": 8,
    "dormant": 75,
}
"""Look-alikes and no operator. Two fifths of the accounts share an address, a card or a template with others. Few large
worlds are the same number of offices, agencies and random groups as many small ones, in half the time."""


@dataclass
class Tally:
    """What all worlds gave."""

    groups: int = 0
    accused: list[str] = field(default_factory=list)
    leads: int = 0
    own_q: list[float] = field(default_factory=list)
    random_p: list[float] = field(default_factory=list)
    random_q: list[float] = field(default_factory=list)
    random_signal_tests: int = 0
    random_signal_q: list[float] = field(default_factory=list)
    random_judged: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tally]:
    """Run the line on every world, then test random groups of its accounts as if they had been found."""
    found = Tally()
    folder = tmp_path_factory.mktemp("innocent")
    with open_line(folder / "home", FIRST_DAY, window_days=7) as line:
        for seed in range(WORLDS):
            _run(line, make_world(1000 + seed, days=1, sizes=SIZES), folder)
            groups = line.frame("FROM links.groups")
            found.groups += groups.height
            for judgement in judge_groups(group_facts(line.connection, line.window)):
                if judgement.confidence == "low":
                    found.leads += 1
                else:
                    found.accused.append(f"world {seed}: {judgement}")
            found.own_q += _unlike_behaviour(line)
            _random_groups(line, np.random.default_rng(seed), found)
    yield found


def _run(line: Line, world: TinyWorld, folder: Path) -> None:
    frames = world.days[FIRST_DAY]
    put_exchanges(line.connection, folder, frames["exchanges"], FIRST_DAY)
    for name in ("accounts", "payments", "networks"):
        put(line.connection, f"raw.{name}", frames[name].with_columns(snapshot_date=pl.lit(FIRST_DAY)).to_dicts())
    core.build_day(line.connection, FIRST_DAY)
    features.build(line.connection, line.settings, line.window)
    links.build(line.connection, line.settings, line.window)


def _unlike_behaviour(line: Line) -> list[float]:
    """q-values of groups that share infrastructure and nothing of what they do."""
    tests = line.frame(
        """
        SELECT group_id, measure, q_value FROM links.group_tests WHERE group_id NOT IN (
            SELECT group_id FROM links.group_accounts
            WHERE STR_SPLIT(account_id, '-')[1] IN ('app', 'course', 'classroom')
        ) ORDER BY ALL
        """
    )
    return tests["q_value"].to_list()


def _random_groups(line: Line, rng: np.random.Generator, found: Tally) -> None:
    """Put random draws of the active accounts in the place of the groups; test and judge them."""
    accounts = line.frame("SELECT account_id FROM features.accounts ORDER BY 1")["account_id"].to_numpy()
    rows = []
    groups = []
    for number in range(RANDOM_GROUPS):
        members = rng.choice(accounts, int(rng.integers(5, 40)), replace=False)
        formed_by = "template" if number % 2 else "infrastructure"
        groups.append(
            {
                "group_id": f"random-{number:02}",
                "formed_by": formed_by,
                "account_count": len(members),
                "payer_count": len(members),
                "organisation_count": 0,
                "stability": 0.0,
                "stability_draws": 0,
            }
        )
        rows += [{"group_id": f"random-{number:02}", "account_id": str(one)} for one in members]
    put(line.connection, "links.groups", groups)
    put(line.connection, "links.group_accounts", rows)
    shared = group_signals(line.connection)
    replace_table(line.connection, "links.group_signals", shared)
    replace_table(line.connection, "links.group_items", group_items(line.connection, line.window))
    replace_table(line.connection, "links.group_prompts", group_prompts(line.connection, line.window))
    tests = group_tests(line.connection, line.window, seed=line.settings.seed)
    assert tests["group_id"].str.starts_with("random-").all()
    replace_table(line.connection, "links.group_tests", tests)
    found.random_p += tests["p_value"].to_list()
    found.random_q += tests["q_value"].to_list()
    found.random_signal_q += shared["q_value"].to_list()
    found.random_signal_tests += RANDOM_GROUPS * line.frame("FROM links.signals").height
    evidence, carriers = group_evidence(line.connection, line.window)
    replace_table(line.connection, "links.group_evidence", evidence)
    replace_table(line.connection, "links.group_evidence_accounts", carriers)
    found.random_judged += [
        f"{one.group_id} {one.confidence} {sorted(one.facts.held)}"
        for one in judge_groups(group_facts(line.connection, line.window))
    ]


def test_no_innocent_world_accuses_anybody(tally: Tally) -> None:
    assert tally.groups >= WORLDS, "without candidate groups nothing was put to the test"
    assert tally.accused == []


def test_random_groups_are_never_judged_anything(tally: Tally) -> None:
    assert tally.random_judged == []


def test_at_most_one_test_in_a_hundred_on_random_groups_has_a_small_q(tally: Tally) -> None:
    share = float(np.mean(np.array(tally.random_q) < SIGNIFICANT))
    signals = sum(q < SIGNIFICANT for q in tally.random_signal_q) / tally.random_signal_tests
    print(f"{len(tally.random_q)} tests: {share:.4%} q < {SIGNIFICANT}; signals {signals:.4%}")
    assert len(tally.random_q) > 2500
    assert share <= 0.01
    assert signals <= 0.0001


@pytest.mark.parametrize("level", [0.05, 0.01, 0.001])
def test_p_values_of_random_groups_are_as_small_as_chance_makes_them(tally: Tally, level: float) -> None:
    # Tests of one world share accounts, so the count varies more than that of independent tests: twice as much is let.
    share = float(np.mean(np.array(tally.random_p) <= level))
    print(f"p <= {level}: {share:.4%}")
    assert share <= 2 * level


def test_offices_and_agencies_are_rarely_significant_in_what_they_do(tally: Tally) -> None:
    share = float(np.mean(np.array(tally.own_q) < SIGNIFICANT))
    print(f"{tally.groups} groups of innocents, {tally.leads} leads; of {len(tally.own_q)} tests {share:.4%}")
    assert len(tally.own_q) > 200
    assert share <= 0.01
