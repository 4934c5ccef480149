"""reports.finding_robustness: what would be held of a finding without one family of its evidence, and what links it.

A finding that falls with one family, one account or a few values is no more certain than these are.
"""

from typing import Any

import duckdb
import polars as pl

from forensics import contracts
from forensics.contracts.structure import EVIDENCE_FAMILIES
from forensics.reports.judgement import Judgement, judge
from forensics.reports.leave_out import KINDS_OF, left_out
from forensics.reports.phrases import phrase
from forensics.reports.sources import WITHOUT
from forensics.reports.statements import Statement, share_statement
from forensics.warehouse.tables import read_frame

STABLE = 0.5
"""Overlap from which a group is found again: in trials real groups came back at .59 or more."""

NOISE_STABILITY = 0.2
"""Overlap at which communities of noise came back, at most."""

STILL_LINKED = 0.5
"""Share of the accounts that must stay linked for a group to be still there."""

CUT_OFF = 0.2
"""Share of a group's accounts that hang on one account from which that is told."""


def finding_robustness(
    connection: duckdb.DuckDBPyConnection, judgements: dict[str, Judgement], identities: pl.DataFrame
) -> pl.DataFrame:
    """One row per finding on a group and family of evidence that counts or links in it.

    Args:
        connection: with links.group_families.
        judgements: what is held of each group, by group id.
        identities: candidate (the group id) and finding_id.

    Returns:
        Rows of reports.finding_robustness.
    """
    linked = {
        (row["group_id"], row["family"]): row
        for row in read_frame(connection, "SELECT * FROM links.group_families ORDER BY ALL").iter_rows(named=True)
    }
    rows = []
    for candidate, finding_id in identities.select("candidate", "finding_id").iter_rows():
        judgement = judgements.get(candidate)
        if judgement is None:
            continue
        for family in EVIDENCE_FAMILIES:
            gone, link = judgement.facts.held & KINDS_OF[family], linked.get((candidate, family), {})
            if not gone and not link:
                continue
            without = judge(left_out(judgement.facts, KINDS_OF[family]))
            rows.append(
                {
                    "finding_id": finding_id,
                    "family": family,
                    "evidence": ", ".join(sorted(gone)),
                    "linked_count": link.get("linked_count"),
                    "linked_share": link.get("linked_share"),
                    "control_without": without.control if without else None,
                    "confidence_without": without.confidence if without else None,
                }
            )
    schema = {name: column.dtype for name, column in contracts.get("reports.finding_robustness").columns.items()}
    return pl.DataFrame(rows, schema=schema).sort("finding_id", "family")


def robustness_statements(connection: duckdb.DuckDBPyConnection, groups: list[str]) -> dict[str, list[Statement]]:
    """On each group: how stable it is, which family of values it needs to be linked, and which accounts.

    Args:
        connection: with links.groups, links.group_families and links.group_bridges.
        groups: the groups of findings.
    """
    tables = {
        name: read_frame(
            connection, f"SELECT * FROM links.{name} WHERE list_contains($groups, group_id) ORDER BY ALL", groups=groups
        ).partition_by("group_id", as_dict=True)
        for name in ("groups", "group_families", "group_bridges")
    }
    return {
        group: [
            *_stability(tables["groups"][group,].row(0, named=True)),
            *_families(tables["group_families"].get((group,)), tables["groups"][group,]["account_count"][0]),
            *_bridges(tables["group_bridges"].get((group,)), tables["groups"][group,]["account_count"][0]),
        ]
        for group in groups
        if (group,) in tables["groups"]
    }


def _stability(group: dict[str, Any]) -> list[Statement]:
    stance = "supports" if group["stability"] >= STABLE else "contradicts"
    sentence = (
        "When a fifth of all shared values is left out at random, the most similar group that is found has"
        f" {group['stability']:.0%} of its accounts in common with this one (Jaccard, mean of"
        f" {group['stability_draws']} draws; {NOISE_STABILITY:.0%} at most for communities of noise)."
    )
    return [Statement(stance, sentence, "stability", group["stability"], NOISE_STABILITY)]


def _families(families: pl.DataFrame | None, account_count: int) -> list[Statement]:
    """Every family without which less than half of the accounts stay linked; else the one that links most."""
    if families is None:
        return []
    worst = families.sort("linked_count", "family")
    broken = worst.filter(pl.col("linked_share") < STILL_LINKED)
    if broken.is_empty():
        row = worst.row(0, named=True)
        most = f"; what they share in {phrase('family', row['family'])} matters most" if row["linked_share"] < 1 else ""
        sentence = (
            f"Without any one family of shared values at least {row['linked_count']} of {account_count} accounts stay"
            f" linked{most}."
        )
        return [Statement("supports", sentence, WITHOUT + row["family"], row["linked_share"], STILL_LINKED)]
    return [
        Statement(
            "contradicts",
            f"Without what they share in {phrase('family', row['family'])} no more than {row['linked_count']} of"
            f" {account_count} accounts would be linked to each other.",
            WITHOUT + row["family"],
            row["linked_share"],
            STILL_LINKED,
        )
        for row in broken.iter_rows(named=True)
    ]


def _bridges(bridges: pl.DataFrame | None, account_count: int) -> list[Statement]:
    if bridges is None:
        return []
    worst = bridges.sort("separated_count", "account_id", descending=[True, False]).row(0, named=True)
    if worst["separated_share"] < CUT_OFF:
        return []
    sentence = (
        f"One account alone links {worst['separated_count']} of {account_count} accounts to the others: if it belongs"
        " to two groups, these are two."
    )
    counts = worst["separated_count"], account_count
    return [share_statement("contradicts", sentence, "bridge_account", counts, 0.0)]
