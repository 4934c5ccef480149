"""What earlier runs, and people's decisions, say of findings: the past that a run's groups are laid beside.

Only runs as of earlier dates count, so that a date that is run again, or late, gives what it gave. A decision brings
the group it was made on: where the history is lost with the warehouse, the group is known again by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import polars as pl

from forensics.contracts.lineage import ENDED
from forensics.decisions import Decision
from forensics.decisions.log import in_force
from forensics.warehouse.tables import read_frame
from forensics.window import Window

LOOK_BACK_DAYS = 180
"""How long a group is remembered: pools rest for months, and half a year of members still fits into memory."""

BARRED_KIND = "barred_ownership"
BARRED_PREFIX = "finding-barred-"
"""How ids of findings on organisations begin: they must not be matched by accounts."""

MEMBER_SCHEMA = {"finding_id": pl.String, "account_id": pl.String, "role": pl.String, "membership": pl.Float64}
SIGNAL_SCHEMA = {"finding_id": pl.String, "signal_kind": pl.String, "signal_value": pl.String, "family": pl.String}
FOUND_SCHEMA = {"finding_id": pl.String, "last_found_on": pl.Date, "earlier_size": pl.Int64, "state": pl.String}
STATE_SCHEMA = {
    "finding_id": pl.String,
    "kind": pl.String,
    "status": pl.String,
    "is_reported": pl.Boolean,
    "confidence": pl.String,
    "account_count": pl.Int64,
    "exchange_count": pl.Int64,
    "supports": pl.String,
    "last_found_on": pl.Date,
}


@dataclass(frozen=True)
class Past:
    """Every finding of the look-back as it was when its group was last found.

    Attributes:
        found: finding_id, last_found_on, earlier_size, state (newest status; null where no run recorded one).
        members: finding_id, account_id, role and membership (null where no run recorded them).
        signals: finding_id, signal_kind, signal_value, family; rare values its accounts shared.
        states: the newest row of reports.finding_states of each.
        newest_run: the newest earlier as-of date; None before the first run.
        known_ids: every id that was ever given, in whatever run before.
    """

    found: pl.DataFrame
    members: pl.DataFrame
    signals: pl.DataFrame
    states: pl.DataFrame
    newest_run: date | None
    known_ids: frozenset[str]

    @property
    def ended(self) -> set[str]:
        """Findings whose id is remembered and no longer reported."""
        return set(self.states.filter(pl.col("status").is_in(ENDED))["finding_id"])


def past_findings(connection: duckdb.DuckDBPyConnection, window: Window, decisions: Sequence[Decision] = ()) -> Past:
    """Read the past of a run.

    Args:
        connection: with the logs of the step reports.
        window: the run's days.
        decisions: the log of decisions; those on findings as of later dates do not count here.
    """
    bounds = {"as_of": window.as_of, "since": window.as_of - timedelta(days=LOOK_BACK_DAYS)}
    members = read_frame(
        connection,
        _newest("reports.finding_history", "as_of AS last_found_on, finding_id, account_id, role, membership"),
        **bounds,
    )
    signals = read_frame(
        connection,
        _newest("reports.finding_signal_history", "finding_id, signal_kind, signal_value, family"),
        **bounds,
    )
    states = read_frame(
        connection,
        f"SELECT {', '.join(STATE_SCHEMA)} FROM reports.finding_states WHERE as_of < $as_of"
        " QUALIFY as_of = MAX(as_of) OVER (PARTITION BY finding_id) ORDER BY finding_id",
        as_of=window.as_of,
    )
    ids, newest_run = connection.execute(
        "SELECT list(DISTINCT finding_id), max(as_of) FROM (FROM reports.finding_history SELECT finding_id, as_of"
        " UNION ALL FROM reports.finding_states SELECT finding_id, as_of) WHERE as_of < $as_of",
        {"as_of": window.as_of},
    ).fetchall()[0]
    runs = connection.execute(
        "SELECT max(as_of) FROM (FROM reports.runs SELECT as_of UNION ALL FROM reports.finding_states SELECT as_of)"
        " WHERE as_of < ?",
        [window.as_of],
    ).fetchall()
    decided = in_force(one for one in decisions if one.as_of <= window.as_of)
    lost = [decided[name] for name in sorted(set(decided) - set(members["finding_id"]))]
    members = pl.concat([members.cast({"role": pl.String}), _decided_members(lost)])
    return Past(
        found=_found(members, states),
        members=members.select(list(MEMBER_SCHEMA)).sort("finding_id", "account_id"),
        signals=pl.concat([signals.cast(SIGNAL_SCHEMA), _decided_signals(lost)]).sort(pl.all()),  # type: ignore[arg-type]
        states=states,
        newest_run=max((day for day in (newest_run, runs[0][0]) if day), default=None),
        known_ids=frozenset(ids or ()) | frozenset(decided),
    )


def _newest(table: str, columns: str) -> str:
    """The rows of each finding's newest as-of date within the look-back."""
    return f"""
        SELECT {columns} FROM {table} JOIN (
            SELECT finding_id, MAX(as_of) AS as_of FROM reports.finding_history
            WHERE as_of < $as_of AND as_of >= $since GROUP BY finding_id
        ) USING (finding_id, as_of)
        ORDER BY ALL
    """


def _decided_members(decisions: Sequence[Decision]) -> pl.DataFrame:
    rows = [(one.as_of, one.finding_id, account, None, None) for one in decisions for account in one.accounts]
    return pl.DataFrame(rows, schema={"last_found_on": pl.Date, **MEMBER_SCHEMA}, orient="row")


def _decided_signals(decisions: Sequence[Decision]) -> pl.DataFrame:
    rows = [(one.finding_id, *signal) for one in decisions for signal in one.signals]
    return pl.DataFrame(rows, schema=SIGNAL_SCHEMA, orient="row")


def _found(members: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    found = members.group_by("finding_id").agg(
        pl.col("last_found_on").max(), pl.len().cast(pl.Int64).alias("earlier_size")
    )
    state = states.select("finding_id", pl.col("status").cast(pl.String).alias("state"))
    return found.join(state, on="finding_id", how="left").select(list(FOUND_SCHEMA)).sort("finding_id")
