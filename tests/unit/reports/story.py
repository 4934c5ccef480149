"""Days of made-up groups, run through identity, lineage and decisions as the step reports runs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from forensics import contracts
from forensics.decisions import Decision
from forensics.reports.following import UNDECIDED, over_time
from forensics.reports.identity import identified
from forensics.warehouse.tables import checked
from forensics.window import Window
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

Groups = Mapping[str, set[str]]
WINDOW_DAYS = 7


def accounts(first: int, last: int) -> set[str]:
    """Accounts by number, the last one excluded."""
    return {f"account-{number:03}" for number in range(first, last)}


def day_of(number: int) -> date:
    """The as-of date of a story's day."""
    return FIRST_DAY + timedelta(days=number)


@dataclass
class Told:
    """What one day's run said.

    Attributes:
        ids: finding id of each group by the group's name.
        tables: the report tables as they were written.
    """

    ids: dict[str, str]
    tables: dict[str, pl.DataFrame]

    @property
    def findings(self) -> dict[str, dict[str, Any]]:
        """Rows of reports.findings by id."""
        return {row["finding_id"]: row for row in self.tables["reports.findings"].iter_rows(named=True)}

    def status(self, name: str) -> str | None:
        """Status of a group's finding; None when it is held back."""
        row = self.findings.get(self.ids[name])
        return row["status"] if row else None

    def relations(self) -> set[tuple[str, str, str]]:
        """Finding, predecessor and relation of every row of the lineage."""
        rows = self.tables["reports.finding_lineage"].select("finding_id", "predecessor_finding_id", "relation")
        return {(one, other, relation) for one, other, relation in rows.iter_rows()}

    def statements(self, finding_id: str) -> str:
        """All sentences on a finding."""
        evidence = self.tables["reports.finding_evidence"].filter(pl.col("finding_id") == finding_id)
        return "\n".join(evidence["statement"])


@dataclass
class Story:
    """A warehouse to which days are told one after the other."""

    line: Line
    decisions: list[Decision] = field(default_factory=list)

    def day(
        self,
        number: int,
        groups: Groups,
        *,
        kinds: Mapping[str, str] | None = None,
        supports: Mapping[str, Sequence[str]] | None = None,
        confidence: str = "high",
        is_checked: bool = False,
    ) -> Told:
        """Run a day with these groups; links are those that `link` put last.

        Checking every row against its contract costs more than all the rest: one story does it.
        """
        window = Window(day_of(number), WINDOW_DAYS)
        members = pl.DataFrame(
            [
                {"candidate": name, "kind": (kinds or {}).get(name, "coordinated_extraction"), "account_id": account}
                for name, group in groups.items()
                for account in group
            ],
            schema={"candidate": pl.String, "kind": pl.String, "account_id": pl.String},
        )
        connection = self.line.connection
        followed = identified(connection, members, window, self.decisions)
        ids = dict(followed.candidates.select("candidate", "finding_id").iter_rows())
        composed = _composed(members.join(followed.candidates, on="candidate"), supports or {}, confidence, window)
        tables = over_time(connection, window, composed, followed, self.decisions)
        for name, frame in tables.items():
            table = contracts.get(name)
            tables[name] = checked(table, frame) if is_checked else _sorted(table, frame)
            if table.kind == "log":
                connection.execute(f"DELETE FROM {name} WHERE as_of = ?", [window.as_of])
                connection.register("told_rows", tables[name].to_arrow())
                connection.execute(f"INSERT INTO {name} BY NAME FROM told_rows")
                connection.unregister("told_rows")
        return Told(ids, tables)

    def link(self, values: Mapping[tuple[str, str, str], set[str]], groups: Groups) -> None:
        """Make values (kind, value, family) carried by accounts the only signals, and count them for the groups."""
        connection = self.line.connection
        times = {"first_at": datetime(2026, 3, 1), "last_at": datetime(2026, 3, 1)}
        shared, everywhere, counted = [], [], []
        for (kind, value, family), carriers in values.items():
            key = {"signal_kind": kind, "signal_value": value}
            shared += [{**key, **times, "account_id": account, "use_count": 1} for account in carriers]
            everywhere.append(
                {**key, **times, "family": family, "account_count": len(carriers), "payer_count": 1, "bits": 8.0}
            )
            counted += [
                {
                    **key,
                    "group_id": name,
                    "family": family,
                    "accounts_sharing": len(group & carriers),
                    "accounts_sharing_outside": len(carriers - group),
                    "expected": 0.1,
                    "lift": 50.0,
                    "p_value": 0.0,
                    "q_value": 0.0,
                }
                for name, group in groups.items()
                if len(group & carriers) >= 2
            ]
        _put_all(connection, "links.account_signals", shared)
        _put_all(connection, "links.signals", [{**row, "is_hub": False} for row in everywhere])
        _put_all(connection, "links.group_signals", [{**row, "is_hub": False} for row in counted])

    def decide(self, told: Told, name: str, verdict: str, number: int = 0) -> Decision:
        """Decide on a group as a person does who read what was told."""
        finding_id = told.ids.get(name, name)
        state = self.line.frame(
            f"FROM reports.finding_states WHERE finding_id = '{finding_id}' ORDER BY as_of DESC LIMIT 1"
        ).row(0, named=True)
        where = f"WHERE finding_id = '{finding_id}' AND as_of = DATE '{state['last_found_on']}' ORDER BY ALL"
        signals = self.line.frame(
            f"SELECT signal_kind, signal_value, family FROM reports.finding_signal_history {where}"
        )
        decision = Decision(
            number=len(self.decisions) + 1,
            decided_at=datetime(2026, 4, 1) + timedelta(hours=number or len(self.decisions)),
            finding_id=finding_id,
            verdict=verdict,
            by="A. Reader",
            why="They are a class \u202e of 2026.",
            as_of=state["last_found_on"],
            kind=state["kind"],
            confidence=state["confidence"],
            supports=tuple(filter(None, state["supports"].split(","))),
            accounts=tuple(self.line.frame(f"SELECT account_id FROM reports.finding_history {where}")["account_id"]),
            signals=tuple(signals.iter_rows()),
        )
        self.decisions.append(decision)
        return decision

    def forget(self) -> None:
        """Lose the warehouse: what is left is the log of decisions."""
        for table in contracts.of_step("reports"):
            self.line.connection.execute(f"DELETE FROM {table.full_name}")


def _sorted(table: contracts.Table, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(column.dtype) for name, column in table.columns.items()).sort(
        table.primary_key
    )


def _put_all(connection: Any, full_name: str, rows: list[dict[str, Any]]) -> None:
    """Rows of a table; columns the story does not tell are null, or 0 where they may not be."""
    table = contracts.get(full_name)
    rest = {name: 0 for name, column in table.columns.items() if not column.nullable}
    put(connection, full_name, [{**rest, **row} for row in rows])


def _composed(
    members: pl.DataFrame, supports: Mapping[str, Sequence[str]], confidence: str, window: Window
) -> dict[str, pl.DataFrame]:
    """The frames that judging gives: every group held at one confidence, on the measures named."""
    schemas = {
        name: {column: kind.dtype for column, kind in contracts.get(f"reports.{name}").columns.items()}
        for name in ("findings", "finding_accounts", "finding_signals", "finding_evidence", "finding_counts")
    }
    groups = members.group_by("candidate", "kind", "finding_id", "status").len().sort("finding_id")
    findings: list[dict[str, Any]] = []
    evidence: list[dict[str, Any]] = []
    for row in groups.iter_rows(named=True):
        findings.append(
            {
                "finding_id": row["finding_id"],
                "as_of": window.as_of,
                "kind": row["kind"],
                "confidence": confidence,
                "score": 200.0,
                "account_count": row["len"],
                "exchange_count": row["len"],
                "headline": "A group.",
                "status": row["status"],
                **UNDECIDED,
            }
        )
        evidence += [
            {"finding_id": row["finding_id"], "statement_number": number, "stance": "supports", "statement": "A fact."}
            | {"measure": measure, "value": 1.0, "baseline": 0.0}
            for number, measure in enumerate(supports.get(row["candidate"], ["payment_coverage"]), start=1)
        ]
    listed = members.select("finding_id", "account_id").with_columns(
        pl.lit(None, pl.String).alias("organisation_id"),
        pl.lit("core").alias("role"),
        pl.lit(1.0).alias("membership"),
        pl.lit(1, pl.Int64).alias("exchange_count"),
    )
    return {
        "reports.findings": pl.DataFrame(findings, schema=schemas["findings"]),
        "reports.finding_accounts": listed,
        "reports.finding_signals": pl.DataFrame(schema=schemas["finding_signals"]),
        "reports.finding_evidence": pl.DataFrame(evidence, schema=schemas["finding_evidence"]),
        "reports.finding_counts": pl.DataFrame(schema=schemas["finding_counts"]),
    }
