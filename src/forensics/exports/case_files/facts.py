"""What the pages say, read once for all findings: one bounded query a table, see the folder queries."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import polars as pl

from forensics.charts import activity_heat_map, capability_mix, link_graph
from forensics.exports.cases import networks
from forensics.exports.runs import Run, read_run
from forensics.links.evidence import SIGNIFICANT
from forensics.privacy.exemplars import SCHEMA as EXEMPLAR_SCHEMA
from forensics.privacy.exemplars import exemplars
from forensics.privacy.redaction import shown
from forensics.settings import Settings
from forensics.warehouse.tables import read_frame

Row = dict[str, Any]

BOUNDS = {
    "most_accounts": 25,
    "most_of_a_kind": 4,
    "most_values": link_graph.MOST_VALUES,
    "most_nodes": link_graph.MOST_ACCOUNTS,
    "most_rows": activity_heat_map.MOST_ROWS,
    "most_capabilities": capability_mix.MOST_ROWS,
    "most_templates": 6,
    "most_hubs": 8,
    "most_bystanders": 10,
    "most_organisations": 10,
    "most_moved": 10,
    "most_bridges": 8,
    "most_pairs": 10,
    "most_pools": 5,
    "most_campaigns": 4,
    "most_statements": 60,
}
"""Rows of a page by what they list: enough to judge by; each list says how many there are and how to get all."""

TEMPLATE_CHARACTERS = 400
"""As long as the warehouse keeps them."""

ACCUSING = ("high", "moderate")
"""Confidence from which a finding accuses; prompts of a lead's accounts are nobody's to read yet."""


@dataclass(frozen=True)
class RunFacts:
    """What all pages of a run have in common.

    Attributes:
        run: the run.
        window_from: first day it looked at.
        days: loaded days of the window, in order.
        file_count, quarantined_count: snapshot files of these days, and rows of theirs that were set aside.
        account_count, exchange_count: accounts that were active in the window, and what they sent.
        member_count: accounts in findings.
        availability: rows of reports.evidence_availability.
        policy: profile, version and profile_sha256 of the ownership rule.
        shows_prompts: whether the settings let callers' text be shown.
        prompts_can_be_read: whether the files of the exchanges are there.
        first_shown: first day of the pictures of activity.
        column_hours: hours a column of them covers.
    """

    run: Run
    window_from: date
    days: tuple[date, ...]
    file_count: int
    quarantined_count: int
    account_count: int
    exchange_count: int
    member_count: int
    availability: tuple[Row, ...]
    policy: Mapping[str, str]
    shows_prompts: bool
    first_shown: date
    column_hours: int
    prompts_can_be_read: bool = True

    @property
    def window_days(self) -> int:
        """Days of the window, loaded or not."""
        return (self.run.as_of - self.window_from).days + 1

    @property
    def picture_begins(self) -> datetime:
        """When the first column of a picture of activity begins."""
        return datetime.combine(self.first_shown, time())

    @property
    def column_count(self) -> int:
        """Columns of a picture of activity."""
        return -(-((self.run.as_of - self.first_shown).days + 1) * 24 // self.column_hours)


@dataclass(frozen=True)
class CaseFacts:
    """One finding: its row of reports.findings, and rows by the query that read them."""

    run: RunFacts
    finding: Row
    rows: Mapping[str, list[Row]]

    def __getitem__(self, name: str) -> list[Row]:
        """Rows of a query, none where it found none."""
        return self.rows.get(name, [])

    @property
    def sizes(self) -> Row:
        """How many accounts, payers, organisations and bystanders there are."""
        return self["sizes"][0]

    def said(self, stance: str) -> list[Row]:
        """Statements for (supports) or against (contradicts) it."""
        return [row for row in self["evidence"] if row["stance"] == stance]

    def told(self, measure: str) -> str | None:
        """The statement on a measure."""
        return next((row["statement"] for row in self["evidence"] if row["measure"] == measure), None)


def read_facts(
    connection: duckdb.DuckDBPyConnection, settings: Settings, policy: Mapping[str, str]
) -> tuple[RunFacts, list[CaseFacts]]:
    """Everything that the pages of a run say.

    Args:
        connection: to the warehouse that is published.
        settings: of the state folder; without show_exemplars no text of callers is read.
        policy: the ownership rule in force.

    Returns:
        What all pages have in common, and the findings in the order of the index.
    """
    run = _run_facts(connection, settings, policy)
    values = {
        **BOUNDS,
        "significant": SIGNIFICANT,
        "first": run.window_from,
        "as_of": run.run.as_of,
        "first_shown": run.first_shown,
        "hours": run.column_hours,
    }
    frames = {name: _read(connection, name, values) for name in QUERIES}
    findings = list(frames.pop("findings").iter_rows(named=True))
    frames["signals"] = _with_networks(connection, frames["signals"])
    frames["templates"] = _redacted(frames["templates"], shows_prompts=run.shows_prompts)
    frames["exemplars"], can_be_read = _exemplars(connection, findings, settings)
    run = replace(run, prompts_can_be_read=can_be_read)
    grouped = {name: _by_finding(frame) for name, frame in frames.items()}
    return run, [
        CaseFacts(run, one, {name: rows.get(one["finding_id"], []) for name, rows in grouped.items()})
        for one in findings
    ]


def _exemplars(
    connection: duckdb.DuckDBPyConnection, findings: Sequence[Row], settings: Settings
) -> tuple[pl.DataFrame, bool]:
    """Exemplars of the findings that accuse, and whether the files they come from can be read.

    A lost or broken file of exchanges is a fault that checks and `verify` name; it keeps no finding from publication.
    """
    try:
        return exemplars(connection, [one["finding_id"] for one in findings if accuses(one)], settings), True
    except (duckdb.IOException, duckdb.InvalidInputException):
        return pl.DataFrame(schema=EXEMPLAR_SCHEMA), False


def accuses(finding: Row) -> bool:
    """Whether a finding holds its accounts' behaviour against them."""
    return finding["confidence"] in ACCUSING and finding["kind"] != "barred_ownership"


QUERIES = (
    "findings", "sizes", "accounts", "evidence", "rivals", "signals", "links", "activity", "capabilities", "templates",
    "hubs", "pools", "bystanders", "robustness", "bridges", "organisations", "past", "lineage", "turnover", "decisions",
    "takeovers", "releases",
)  # fmt: skip


@cache
def _query(name: str) -> str:
    return (files("forensics.exports.case_files") / "queries" / f"{name}.sql").read_text("utf-8")


def _read(connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]) -> pl.DataFrame:
    query = _query(name)
    wanted = set(re.findall(r"\$(\w+)", query))
    return read_frame(connection, query, **{one: values[one] for one in sorted(wanted)})


def _by_finding(frame: pl.DataFrame) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["finding_id"], []).append(row)
    return found


def _with_networks(connection: duckdb.DuckDBPyConnection, signals: pl.DataFrame) -> pl.DataFrame:
    """The signals with the autonomous system of addresses, in words."""
    known = networks(connection, signals).with_columns(
        network=pl.format("AS{} {}", "asn", pl.col("as_name").fill_null(""))
    )
    named = known.select("signal_kind", "signal_value", "network")
    return signals.join(named, on=["signal_kind", "signal_value"], how="left", maintain_order="left")


def _redacted(templates: pl.DataFrame, *, shows_prompts: bool) -> pl.DataFrame:
    """Templates fit to be shown; without their text where the settings forbid to show callers' text."""
    if not shows_prompts:
        return templates.with_columns(pl.lit(None, pl.String).alias("text"))
    text = shown(pl.col("text"), TEMPLATE_CHARACTERS)
    # As long as it is kept, it may have been longer.
    is_cut = (pl.col("text").str.len_chars() >= TEMPLATE_CHARACTERS) & ~text.str.ends_with("…")
    return templates.with_columns(pl.when(is_cut).then(text + "…").otherwise(text).alias("text"))


def _run_facts(connection: duckdb.DuckDBPyConnection, settings: Settings, policy: Mapping[str, str]) -> RunFacts:
    run = read_run(connection)
    first = connection.execute("SELECT window_from FROM reports.runs WHERE as_of = ?", [run.as_of]).fetchall()[0][0]
    bounds = [first, run.as_of]
    loads = connection.execute(
        "SELECT snapshot_date, count(*), sum(quarantined_count)::BIGINT FROM ("
        " SELECT * FROM raw.loads WHERE snapshot_date BETWEEN ? AND ?"
        " QUALIFY load_number = max(load_number) OVER (PARTITION BY snapshot_date)"
        ") GROUP BY snapshot_date ORDER BY snapshot_date",
        bounds,
    ).fetchall()
    accounts, exchanges = connection.execute(
        "SELECT count(DISTINCT account_id), coalesce(sum(exchange_count), 0)::BIGINT FROM core.account_days"
        " WHERE snapshot_date BETWEEN ? AND ?",
        bounds,
    ).fetchall()[0]
    members = connection.execute("SELECT count(DISTINCT account_id) FROM reports.finding_accounts").fetchall()[0][0]
    availability = read_frame(connection, "SELECT * FROM reports.evidence_availability ORDER BY source_table")
    first_shown = loads[0][0] if loads else first
    return RunFacts(
        run=run,
        window_from=first,
        days=tuple(day for day, _, _ in loads),
        file_count=sum(count for _, count, _ in loads),
        quarantined_count=sum(count or 0 for _, _, count in loads),
        account_count=accounts,
        exchange_count=exchanges,
        member_count=members,
        availability=tuple(availability.iter_rows(named=True)),
        policy=policy,
        shows_prompts=settings.show_exemplars,
        first_shown=first_shown,
        column_hours=activity_heat_map.column_hours((run.as_of - first_shown).days + 1),
    )
