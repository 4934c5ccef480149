"""Pools beside campaigns, what a finding is without one family of evidence, and the statements on both."""

import numpy as np
import polars as pl
import pytest

from forensics.contracts.structure import EVIDENCE_FAMILIES
from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.following import NO_EVIDENCE
from forensics.reports.leave_out import KINDS_OF
from forensics.reports.pool_campaigns import pool_campaigns, pool_statements, share_interval, with_pool
from tests.worlds.line import Line, put


@pytest.fixture
def pool(blank_line: Line) -> Line:
    """One pool of 40 customers, of whom 10 are of one campaign, 5 of another, and 3 stand beside the first."""
    line = blank_line
    common = {"family": "network", "value_count": 12, "hub_count": 0, "network_kind": "proxy", "inside_share": 0.9}
    size = {"account_count": 40, "payer_count": 30, "inside_count": 30, "exchange_count": 4000}
    put(line.connection, "links.pools", [{"pool_id": "pool-1", **common, **size}])
    rows = [
        {"pool_id": "pool-1", "account_id": f"a{number:02}", "is_inside": True, "value_count": 2}
        | {"exchange_count": 100, "exchange_share": 0.5}
        for number in range(40)
    ]
    put(line.connection, "links.pool_accounts", rows)
    return line


def _members() -> pl.DataFrame:
    rows = [("one", "coordinated_extraction", f"a{number:02}", 200) for number in range(10)]
    rows += [("one", "coordinated_extraction", "elsewhere", 2000)]
    rows += [("two", "relay", f"a{number:02}", 100) for number in range(10, 15)]
    rows += [
        ("passer", "relay", "a20", 10),
        ("owner", "barred_ownership", "a21", 10),
        ("owner", "barred_ownership", "a22", 1),
    ]
    return pl.DataFrame(rows, schema=["finding_id", "kind", "account_id", "exchange_count"], orient="row")


BYSTANDERS = pl.DataFrame({"finding_id": ["one"] * 3, "account_id": ["a30", "a31", "nowhere"]})


def test_a_pool_carries_several_campaigns_and_people_of_none(pool: Line) -> None:
    found = pool_campaigns(pool.connection, _members(), BYSTANDERS)
    put(pool.connection, "reports.pool_campaigns", found.to_dicts())
    assert found["finding_id"].to_list() == ["one", "two"]
    first = found.row(0, named=True)
    assert (first["account_count"], first["campaign_account_count"], first["pool_account_count"]) == (10, 11, 40)
    assert (first["bystander_count"], first["other_account_count"]) == (2, 24)
    assert (first["exchange_count"], first["pool_exchange_count"]) == (1000, 4000)
    assert first["pool_share"] == pytest.approx(0.25) and first["campaign_share"] == pytest.approx(0.25)
    assert 0.1 < first["pool_share_low"] < 0.25 < first["pool_share_high"] < 0.45


def test_a_bystander_is_told_with_the_pool_it_shares(pool: Line) -> None:
    found = with_pool(pool.connection, BYSTANDERS, pool_campaigns(pool.connection, _members(), BYSTANDERS))
    assert found.sort("account_id")["pool_id"].to_list() == ["pool-1", "pool-1", None]


def test_a_campaigns_evidence_says_who_else_uses_its_pool(pool: Line) -> None:
    found = pool_statements(pool.connection, pool_campaigns(pool.connection, _members(), BYSTANDERS))
    assert {finding: len(told) for finding, told in found.items()} == {"one": 1, "two": 1}
    told = found["one"][0]
    assert told.stance == "contradicts" and told.measure in NO_EVIDENCE
    assert "12 proxy addresses" in told.statement
    assert "30 other accounts use it too, those of 1 other finding among them" in told.statement


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_is_that_of_a_bootstrap_over_accounts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    traffic, is_one = rng.lognormal(3, 0.7, 600).round(), rng.random(600) < 0.3
    drawn = rng.multinomial(600, np.full(600, 1 / 600), size=2000)
    shares = (drawn @ (traffic * is_one)) / (drawn @ traffic)
    frame = pl.DataFrame({"share": [traffic @ is_one / traffic.sum()], "n": [traffic.sum() ** 2 / (traffic @ traffic)]})
    low, high = frame.select(*share_interval(pl.col("share"), pl.col("n"))).row(0)
    assert (low, high) == pytest.approx(tuple(np.quantile(shares, [0.025, 0.975])), abs=0.012)


def test_every_kind_of_evidence_is_of_one_family() -> None:
    named = [name for family in EVIDENCE_FAMILIES for name in KINDS_OF[family]]
    assert sorted(named) == sorted(EVIDENCE_KINDS)
    assert all(KINDS_OF.values())
    alike = {"handover", "synchrony", "template", "work_queue", "disjoint_fills", "own_items", "resent"}
    assert KINDS_OF["content"] == alike | {"common_prompts", "scaling_up"}


def test_findings_of_the_tiny_world_are_weighed_without_each_family(tiny_line: Line) -> None:
    rows = tiny_line.frame(
        "SELECT * FROM reports.finding_robustness JOIN reports.findings USING (finding_id) ORDER BY ALL"
    )
    assert rows.height
    rank = {None: -1, "low": 0, "moderate": 1, "high": 2}
    by_chance = [row for row in rows.iter_rows(named=True) if row["evidence"] == ""]
    assert all(row["confidence_without"] == row["confidence"] for row in by_chance)
    assert any(rank[row["confidence_without"]] < rank[row["confidence"]] for row in rows.iter_rows(named=True))
    said = tiny_line.frame("SELECT DISTINCT measure FROM reports.finding_evidence")["measure"].to_list()
    assert "stability" in said and any(measure.startswith("linked_without_") for measure in said)


def test_matrix_of_the_tiny_world_adds_up(tiny_line: Line) -> None:
    wrong = tiny_line.connection.execute(
        """
        SELECT pool_id, finding_id, ANY_VALUE(matrix.exchange_count), SUM(inside.exchange_count)
        FROM reports.pool_campaigns AS matrix
        JOIN reports.finding_accounts AS member USING (finding_id)
        JOIN links.pool_accounts AS inside USING (pool_id, account_id)
        GROUP BY ALL
        HAVING ANY_VALUE(matrix.exchange_count) <> SUM(inside.exchange_count)
            OR ANY_VALUE(matrix.account_count) <> COUNT(*)
        """
    ).fetchall()
    assert wrong == []
